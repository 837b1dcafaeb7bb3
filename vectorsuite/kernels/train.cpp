// Threads of training: workers take chunks of the corpus in order (Hogwild: Niu et al.,
// 2011) while the calling thread reports progress and listens for Ctrl-C.
#include "training_job.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "binding.hpp"
#include "levels/level.hpp"
#include "random.hpp"

namespace vectorsuite {
namespace {

// Owns the arrays of one thread's Scratch, each starting at a cache line.
class TrainingScratch : public Scratch {
 public:
  explicit TrainingScratch(const TrainingJob &job) {
    size_t tokens = chunk_tokens + 2 * size_t(job.window) + 2;
    size_t n_in = 2 * size_t(job.window) + max_shared;
    size_t n_out = std::max(size_t(max_shared + job.negative), size_t(job.longest_path));
    size_t n_hidden = std::max(n_in, size_t(2 * max_shared));
    size_t pad = 16;  // lanes of the widest register
    take(word, tokens), take(left, tokens), take(right, tokens), take(previous, tokens);
    take(position, tokens), take(index, n_in), take(in_words, n_in + 1);
    take(in_rows, n_in + 4), take(out_rows, n_out + pad), take(old_rows, n_in);
    take(hidden_rows, n_hidden), take(zeros, n_in * 4 + pad);
    take(observed, n_in * 4 + pad), take(times, n_in * 4 + pad);
    take(noise, 2 * size_t(job.negative)), take(draws, 2 * size_t(job.negative));
    take(signs, n_out + pad);
    take(hot, size_t(job.n_hot * job.stride)), take(hot_before, size_t(job.n_hot * job.stride));
    take(weights, (n_out + 4) * 4), take(scores, (n_in + 4) * (n_out + 4));
    rows(old_rows, n_in, job.width);
    rows(hidden_rows, job.locks || job.cbow ? n_hidden : 0, job.width);
  }

 private:
  template <class T> void take(T *&array, size_t n) {
    size_t bytes = (n * sizeof(T) + 63) / 64 * 64;
    void *memory = std::aligned_alloc(64, bytes ? bytes : 64);
    if (!memory) throw std::bad_alloc();
    std::fill_n(static_cast<char *>(memory), bytes, 0);
    blocks.emplace_back(memory, std::free);
    array = static_cast<T *>(memory);
  }
  void rows(float **pointers, size_t n, int width) {
    float *memory;
    take(memory, n * size_t(width));
    for (size_t x = 0; x < n; x++) pointers[x] = memory + x * width;
  }
  std::vector<std::unique_ptr<void, decltype(&std::free)>> blocks;
};

// Linear in the position in the corpus, over all epochs.
struct Schedule {
  double learn_rate, min_learn_rate;
  double done, total;  // tokens of earlier epochs, tokens of all epochs
  float at(int64_t token) const {
    double rate = learn_rate - (learn_rate - min_learn_rate) * ((done + double(token)) / total);
    return float(std::max(rate, min_learn_rate));
  }
};

// Tokens [begin, end) of one epoch on `workers` threads. progress(token, learning rate, loss per
// pair so far) is called a few times a second with the GIL; what it raises, or a signal, or values
// that are no longer finite, stops the workers.
class Run {
 public:
  Run(const TrainingJob &job, const Schedule &schedule, int64_t begin, int64_t end)
      : job(job), schedule(schedule), begin(begin), end(end),
        n_chunks((end - begin + chunk_tokens - 1) / chunk_tokens), results(n_chunks) {}

  void train(int workers, const nb::object &progress) {
    workers = int(std::max<int64_t>(1, std::min<int64_t>(workers, n_chunks)));
    std::vector<std::unique_ptr<TrainingScratch>> scratch;
    for (int w = 0; w < workers; w++) scratch.push_back(std::make_unique<TrainingScratch>(job));
    running = workers;
    std::vector<std::thread> threads;
    for (auto &s : scratch) threads.emplace_back([this, &s] { work(*s); });
    bool interrupted = !wait(progress);
    {
      nb::gil_scoped_release release;
      for (std::thread &thread : threads) thread.join();
    }
    if (interrupted) throw nb::python_error();
  }

  // Summed in the order of the corpus: the same for any number of workers. NaN if a chunk was not
  // trained because another one's loss was not finite.
  ChunkResult total() const {
    ChunkResult sum{0, 0, 0, 0};
    for (const ChunkResult &r : results) {
      sum.loss += r.loss;
      sum.pairs += r.pairs;
      sum.kept += r.kept;
      sum.products += r.products;
    }
    return sum;
  }

 private:
  void work(Scratch &scratch) {
    const Loops &level = loops();
    for (int64_t chunk; !stop && (chunk = next_chunk++) < n_chunks;) {
      int64_t first = begin + chunk * chunk_tokens, last = std::min(end, first + chunk_tokens);
      ChunkResult &result = results[chunk];
      level.train_chunk(job, first, last, schedule.at(first), scratch, result);
      if (!std::isfinite(result.loss)) stop = true;
      std::lock_guard<std::mutex> lock(mutex);
      so_far.loss += result.loss;
      so_far.pairs += result.pairs;
      done += last - first;
    }
    std::lock_guard<std::mutex> lock(mutex);
    if (--running == 0) finished.notify_all();
  }

  // False with a Python exception set if the run was interrupted.
  bool wait(const nb::object &progress) {
    for (;;) {
      int64_t token;
      double loss;
      {
        nb::gil_scoped_release release;
        std::unique_lock<std::mutex> lock(mutex);
        finished.wait_for(lock, std::chrono::milliseconds(100), [this] { return running == 0; });
        if (running == 0) return true;
        token = begin + done;
        loss = so_far.pairs ? so_far.loss / double(so_far.pairs) : 0;
      }
      try {
        if (PyErr_CheckSignals() != 0) throw nb::python_error();
        if (!progress.is_none()) progress(token, double(schedule.at(token)), loss);
      } catch (nb::python_error &error) {
        stop = true;
        error.restore();
        return false;
      }
    }
  }

  const TrainingJob &job;
  const Schedule schedule;
  const int64_t begin, end, n_chunks;
  std::vector<ChunkResult> results;
  std::atomic<int64_t> next_chunk{0};
  std::atomic<bool> stop{false};
  std::mutex mutex;  // of all below
  std::condition_variable finished;
  ChunkResult so_far{0, 0, 0, 0};
  int64_t done = 0;
  int running = 0;
};

void check(bool holds, const char *what) {
  if (!holds) throw std::invalid_argument(std::string("train: ") + what);
}

// The value of a key of the job.
template <class T> T get(const nb::dict &values, const char *key, bool convert = true) {
  try {
    return nb::cast<T>(values[key], convert);
  } catch (const nb::cast_error &) {
    throw nb::type_error((std::string("train: '") + key + "' has the wrong type").c_str());
  }
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
  // higher rows are nearer to the root; one worker needs no copies
  job.n_hot = get<int>(values, "workers") > 1 ? std::min<int64_t>(64, job.n_words - 1) : 0;
  job.first_hot = job.n_words - 1 - job.n_hot;
}

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

}  // namespace

void bind_train(nb::module_ &m) {
  m.attr("CHUNK_TOKENS") = chunk_tokens;
  m.attr("MAX_SHARED") = max_shared;
  m.def(
      "train",
      [](nb::dict values, int64_t epoch, int64_t begin, int64_t end, nb::object progress) {
        TrainingJob job = read_job(values, uint64_t(epoch));
        check(0 <= begin && begin <= end && end <= job.n_tokens && begin % chunk_tokens == 0,
              "begin and end do not lie in the corpus, or begin is no multiple of CHUNK_TOKENS");
        Schedule schedule{get<double>(values, "learn_rate"), get<double>(values, "min_learn_rate"),
                          double(epoch) * double(job.n_tokens),
                          get<double>(values, "epochs") * double(job.n_tokens)};
        Run run(job, schedule, begin, end);
        run.train(get<int>(values, "workers"), progress);
        ChunkResult total = run.total();
        return nb::make_tuple(total.loss, total.pairs, total.kept, total.products);
      },
      nb::arg("job"), nb::arg("epoch"), nb::arg("begin"), nb::arg("end"),
      nb::arg("progress").none(),
      "Train on tokens [begin, end) of an epoch; the job's fields are those of TrainingJob.");
}

}  // namespace vectorsuite
