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

float *table(const nb::dict &values, const char *key, int64_t n_words, int64_t stride) {
  auto array = find_array<Array2<float>>(values, key);
  if (!array) return nullptr;
  check(int64_t(array->shape(0)) == n_words && int64_t(array->shape(1)) == stride &&
            stride % 16 == 0 && reinterpret_cast<uintptr_t>(array->data()) % 64 == 0,
        "a table is not (n_words, stride) rows of whole, aligned cache lines");
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
  int64_t n_words = int64_t(in.shape(0)), lanes = loops().lanes, width = get<int64_t>(values, "width");
  job.n_words = int32_t(n_words);
  job.stride = int64_t(in.shape(1));
  job.width = int((width + lanes - 1) / lanes * lanes);
  check(width >= 1 && job.width <= job.stride, "width is out of range");
  job.in = table(values, "in_rows", n_words, job.stride);
  job.out = table(values, "out_rows", n_words, job.stride);
  job.tree = table(values, "tree_rows", n_words, job.stride);
  auto keep = get_array<Array1<const uint32_t>>(values, "keep");
  check(int64_t(keep.shape(0)) == n_words, "keep does not fit the vocabulary");
  job.keep = keep.data();
  if (auto locks = find_array<Array1<const float>>(values, "locks")) {
    check(int64_t(locks->shape(0)) == n_words, "locks do not fit the vocabulary");
    job.locks = locks->data();
  }
}

void read_outputs(const nb::dict &values, TrainingJob &job) {
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
  auto nodes = get_array<Array1<const int32_t>>(values, "path_nodes");
  auto signs = get_array<Array1<const float>>(values, "path_signs");
  int64_t n_nodes = int64_t(nodes.shape(0));
  check(job.tree && int64_t(offsets->shape(0)) == job.n_words + 1 &&
            int64_t(signs.shape(0)) == n_nodes && offsets->data()[0] == 0 &&
            offsets->data()[job.n_words] == n_nodes, "paths do not fit the vocabulary");
  for (int64_t w = 0; w < job.n_words; w++) {
    int64_t length = offsets->data()[w + 1] - offsets->data()[w];
    check(length >= 0 && length <= n_nodes, "path_offsets do not rise");
    job.longest_path = std::max(job.longest_path, int(length));
  }
  for (int64_t k = 0; k < n_nodes; k++)
    check(nodes.data()[k] >= 0 && nodes.data()[k] < job.n_words, "a path leaves the tree");
  job.path_offsets = offsets->data();
  job.path_nodes = nodes.data();
  job.path_signs = signs.data();
  // higher rows are nearer to the root; a worker alone needs no copies
  bool alone = get<int>(values, "workers") <= 1 || get<bool>(values, "deterministic");
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
  read_outputs(values, job);
  job.shrink = get<bool>(values, "shrink");
  job.cbow = get<bool>(values, "cbow");
  job.cbow_mean = get<bool>(values, "cbow_mean");
  check(!job.path_offsets || job.cbow || job.shared == 1,
        "skip-gram with hierarchical softmax takes one centre a step");
  uint64_t seed = get<uint64_t>(values, "seed");
  job.token_key = stream(seed, epoch, purpose_token);
  job.noise_key = stream(seed, epoch, purpose_noise);
  return job;
}

}  // namespace vectorsuite
