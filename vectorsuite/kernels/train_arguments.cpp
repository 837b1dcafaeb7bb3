#include "train_arguments.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>

#include "levels/level.hpp"
#include "random.hpp"

namespace vectorsuite {
namespace {

void check(bool holds, const char *what) {
  if (!holds) throw std::invalid_argument(std::string("train: ") + what);
}

// The array of a key, taken as it is: the dict keeps it alive, nothing would do so for a copy.
template <class T> T get_array(const nb::dict &values, const char *key) {
  return get<T>(values, key, false);
}

// Same, or empty for None.
template <class T> std::optional<T> find_array(const nb::dict &values, const char *key) {
  if (nb::object(values[key]).is_none()) return std::nullopt;
  return get_array<T>(values, key);
}

float *table(const nb::dict &values, const char *key, int64_t n_rows, int64_t stride) {
  auto array = find_array<Array2<float>>(values, key);
  if (!array) return nullptr;
  check(int64_t(array->shape(0)) == n_rows && int64_t(array->shape(1)) == stride &&
            stride % 16 == 0 && reinterpret_cast<uintptr_t>(array->data()) % 64 == 0,
        "a table is not (n, stride) rows of whole, aligned cache lines");
  return array->data();
}

void read_corpus(const nb::dict &values, TrainingJob &job) {
  auto ids = get_array<Array1<const int32_t>>(values, "ids");
  auto offsets = get_array<Array1<const int64_t>>(values, "offsets");
  job.ids = ids.data();
  job.offsets = offsets.data();
  job.n_tokens = int64_t(ids.shape(0));
  job.n_sentences = int64_t(offsets.shape(0)) - 1;
  check(job.n_sentences >= 1 && job.offsets[0] == 0 &&
            job.offsets[job.n_sentences] == job.n_tokens, "offsets do not span the ids");
}

void read_tables(const nb::dict &values, TrainingJob &job) {
  auto in = get_array<Array2<float>>(values, "in_rows");
  auto keep = get_array<Array1<const uint32_t>>(values, "keep");
  int64_t n_words = int64_t(keep.shape(0)), lanes = loops().lanes;
  int64_t width = get<int64_t>(values, "width");
  job.keep = keep.data();
  job.n_words = int32_t(n_words);
  job.n_in = int64_t(in.shape(0));
  job.stride = int64_t(in.shape(1));
  job.width = int((width + lanes - 1) / lanes * lanes);
  check(width >= 1 && job.width <= job.stride, "width is out of range");
  job.vector_size = int(width);
  job.in = table(values, "in_rows", job.n_in, job.stride);
  if (auto locks = find_array<Array1<const float>>(values, "locks")) {
    check(int64_t(locks->shape(0)) == job.n_in, "locks do not fit in_rows");
    job.locks = locks->data();
  }
}

// Offsets of n lists, and lists of rows of a table of n_rows; returns the length of the longest.
int check_lists(const int64_t *offsets, int64_t n, const int32_t *rows, int64_t n_listed,
                int64_t n_rows, int64_t least) {
  int64_t longest = 0;
  check(offsets[0] == 0 && offsets[n] == n_listed, "offsets do not span their lists");
  for (int64_t k = 0; k < n; k++) {
    check(offsets[k + 1] - offsets[k] >= least && offsets[k + 1] - offsets[k] <= n_listed,
          "offsets do not rise");
    longest = std::max(longest, offsets[k + 1] - offsets[k]);
  }
  for (int64_t k = 0; k < n_listed; k++)
    check(rows[k] >= 0 && rows[k] < n_rows, "a list names a row that the table lacks");
  return int(longest);
}

// What words and documents are made of.
void read_parts(const nb::dict &values, TrainingJob &job) {
  job.words_predict = get<bool>(values, "words_predict");
  job.own_draws = get<bool>(values, "own_draws");
  if (auto offsets = find_array<Array1<const int64_t>>(values, "part_offsets")) {
    auto parts = get_array<Array1<const int32_t>>(values, "parts");
    check(int64_t(offsets->shape(0)) == job.n_words + 1, "part_offsets do not fit the vocabulary");
    job.part_offsets = offsets->data();
    job.parts = parts.data();
    check_lists(job.part_offsets, job.n_words, job.parts, int64_t(parts.shape(0)), job.n_in, 1);
  }
  check(job.part_offsets || job.n_in == job.n_words, "in_rows do not fit the vocabulary");
  auto tags = find_array<Array2<float>>(values, "tags");
  check(tags || job.words_predict, "without tags, words must predict");
  if (!tags) return;
  auto offsets = get_array<Array1<const int64_t>>(values, "tag_offsets");
  auto rows = get_array<Array1<const int32_t>>(values, "tag_rows");
  check(int64_t(offsets.shape(0)) == job.n_sentences + 1, "tag_offsets do not fit the sentences");
  job.n_tags = int64_t(tags->shape(0));
  job.tags = table(values, "tags", job.n_tags, job.stride);
  job.tag_offsets = offsets.data();
  job.tag_rows = rows.data();
  if (auto locks = find_array<Array1<const float>>(values, "tag_locks")) {
    check(int64_t(locks->shape(0)) == job.n_tags, "tag_locks do not fit tags");
    job.tag_locks = locks->data();
  }
  job.most_tags = check_lists(job.tag_offsets, job.n_sentences, job.tag_rows,
                              int64_t(rows.shape(0)), job.n_tags, 0);
}

// Concatenation and freezing, of which the widths of hidden rows and of the output tables follow.
void read_hidden(const nb::dict &values, TrainingJob &job) {
  job.frozen = get<bool>(values, "frozen");
  job.concat = get<bool>(values, "concat");
  job.out_stride = job.stride;
  job.hidden_width = job.width;
  check(!(job.frozen || job.concat) || (job.tags && !job.part_offsets),
        "concat and frozen need tags, and words of one row");
  check(!job.frozen || job.cbow || !job.words_predict, "frozen words cannot learn");
  check(!(job.frozen || job.concat) || !get<bool>(values, "deterministic"),
        "concat and frozen are deterministic with one worker only");
  check(!job.tag_locks || !(job.frozen || job.part_offsets),
        "tag_locks need words of one row, and a model that is not frozen");
  if (!job.concat) return;
  check(job.cbow && job.words_predict && !get<bool>(values, "shrink"),
        "concat reads whole windows of words that predict");
  for (int64_t k = 0; k < job.n_sentences; k++)
    check(job.offsets[k] == job.offsets[k + 1] ||
              job.tag_offsets[k + 1] - job.tag_offsets[k] == job.most_tags,
          "with concat every sentence has the same number of tags");
  int64_t lanes = loops().lanes, n_slots = job.most_tags + 2 * int64_t(job.window);
  int64_t width = n_slots * job.vector_size;
  check(width <= 1 << 24, "the window end to end is too wide");
  job.out_stride = (width + 15) / 16 * 16;
  job.hidden_width = int((width + lanes - 1) / lanes * lanes);
  job.null_row = get<int32_t>(values, "null_row");
  check(job.null_row >= 0 && job.null_row < job.n_in, "null_row is not in in_rows");
}

void read_outputs(const nb::dict &values, TrainingJob &job) {
  job.out = table(values, "out_rows", job.n_words, job.out_stride);
  job.tree = table(values, "tree_rows", job.n_words, job.out_stride);
  job.negative = get<int>(values, "negative");
  auto noise = find_array<Array2<const uint32_t>>(values, "noise");
  check(job.negative >= 0 && job.negative <= 1 << 20, "negative is out of range");
  check(!job.negative || (noise && job.out && int64_t(noise->shape(0)) == job.n_words &&
                          noise->shape(1) == 2 && job.n_words > job.shared),
        "negative sampling needs out_rows, a noise table and more words than `shared`");
  if (noise) job.noise = reinterpret_cast<const AliasCell *>(noise->data());
  auto offsets = find_array<Array1<const int64_t>>(values, "path_offsets");
  check(job.negative || offsets, "neither negative sampling nor hierarchical softmax is on");
  if (!offsets) return;
  auto branches = get_array<Array1<const int32_t>>(values, "path_branches");
  int64_t n_branches = int64_t(branches.shape(0)) - branches_past_paths;
  check(job.tree && int64_t(offsets->shape(0)) == job.n_words + 1 &&
            offsets->data()[0] == 0 && offsets->data()[job.n_words] == n_branches,
        "paths do not fit the vocabulary");
  for (int64_t w = 0; w < job.n_words; w++) {
    int64_t length = offsets->data()[w + 1] - offsets->data()[w];
    check(length >= 0 && length <= n_branches, "path_offsets do not rise");
    job.longest_path = std::max(job.longest_path, int(length));
  }
  int64_t n_unchecked = get<bool>(values, "checked") ? 0 : n_branches;
  for (int64_t k = 0; k < n_unchecked; k++)
    check(branches.data()[k] >= 0 && node_of(branches.data()[k]) < job.n_words,
          "a path leaves the tree");
  job.path_offsets = offsets->data();
  job.path_branches = branches.data();
  // higher rows are nearer to the root; a worker alone needs no copies
  bool alone = get<int>(values, "workers") <= 1 || get<bool>(values, "deterministic") ||
               job.concat || job.frozen;
  job.n_hot = !alone ? std::min<int64_t>(64, job.n_words - 1) : 0;
  job.first_hot = job.n_words - 1 - job.n_hot;
}

}  // namespace

TrainingJob read_job(const nb::dict &values, uint64_t epoch) {
  TrainingJob job{};
  read_corpus(values, job);
  job.shared = get<int>(values, "shared");
  job.window = get<int>(values, "window");
  check(job.window >= 1 && job.window <= 1 << 20, "window is out of range");
  check(job.shared >= 1 && job.shared <= max_shared, "shared is out of range");
  read_tables(values, job);
  read_parts(values, job);
  job.cbow = get<bool>(values, "cbow");
  read_hidden(values, job);
  read_outputs(values, job);
  job.shrink = get<bool>(values, "shrink");
  job.cbow_mean = get<bool>(values, "cbow_mean");
  check(!job.path_offsets || job.cbow || job.frozen || job.shared == 1,
        "skip-gram with hierarchical softmax takes one centre a step");
  uint64_t seed = get<uint64_t>(values, "seed");
  job.token_key = stream(seed, epoch, purpose_token);
  job.noise_key = stream(seed, epoch, purpose_noise);
  return job;
}

}  // namespace vectorsuite
