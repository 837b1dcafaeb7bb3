// Threads of skip-gram training: workers take chunks of the corpus in order (Hogwild: Niu et al.,
// 2011) while the calling thread reports progress and listens for Ctrl-C.
#include "skip_gram_job.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>
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
class SkipGramScratch : public Scratch {
 public:
  explicit SkipGramScratch(const SkipGram &job) {
    size_t tokens = chunk_tokens + 2 * size_t(job.window) + 2;
    size_t n_in = 2 * size_t(job.window) + max_shared, n_out = max_shared + job.negative;
    size_t pad = 16;  // floats of the widest tile
    take(word, tokens), take(left, tokens), take(right, tokens), take(previous, tokens);
    take(position, tokens), take(index, n_in);
    take(in_rows, n_in + 4), take(out_rows, n_out + 4), take(old_rows, n_in);
    take(observed, n_in * 4 + pad), take(times, n_in * 4 + pad);
    take(noise, 2 * size_t(job.negative)), take(draws, 2 * size_t(job.negative));
    take(weights, (n_out + 4) * 4), take(scores, (n_in + 4) * (n_out + 4));
    float *old;
    take(old, n_in * size_t(job.width));
    for (size_t x = 0; x < n_in; x++) old_rows[x] = old + x * job.width;
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
  Run(const SkipGram &job, const Schedule &schedule, int64_t begin, int64_t end)
      : job(job), schedule(schedule), begin(begin), end(end),
        n_chunks((end - begin + chunk_tokens - 1) / chunk_tokens), results(n_chunks) {}

  void train(int workers, const nb::object &progress) {
    workers = int(std::max<int64_t>(1, std::min<int64_t>(workers, n_chunks)));
    std::vector<std::unique_ptr<SkipGramScratch>> scratch;
    for (int w = 0; w < workers; w++) scratch.push_back(std::make_unique<SkipGramScratch>(job));
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
    ChunkResult sum{0, 0, 0};
    for (const ChunkResult &r : results) {
      sum.loss += r.loss;
      sum.pairs += r.pairs;
      sum.kept += r.kept;
    }
    return sum;
  }

 private:
  void work(Scratch &scratch) {
    const Loops &level = loops();
    for (int64_t chunk; !stop && (chunk = next_chunk++) < n_chunks;) {
      int64_t first = begin + chunk * chunk_tokens, last = std::min(end, first + chunk_tokens);
      ChunkResult &result = results[chunk];
      level.skip_gram_chunk(job, first, last, schedule.at(first), scratch, result);
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

  const SkipGram &job;
  const Schedule schedule;
  const int64_t begin, end, n_chunks;
  std::vector<ChunkResult> results;
  std::atomic<int64_t> next_chunk{0};
  std::atomic<bool> stop{false};
  std::mutex mutex;  // of all below
  std::condition_variable finished;
  ChunkResult so_far{0, 0, 0};
  int64_t done = 0;
  int running = 0;
};

void check(bool holds, const char *what) {
  if (!holds) throw std::invalid_argument(std::string("train_skip_gram: ") + what);
}

}  // namespace

void bind_skip_gram(nb::module_ &m) {
  m.attr("CHUNK_TOKENS") = chunk_tokens;
  m.attr("MAX_SHARED") = max_shared;
  m.def(
      "train_skip_gram",
      [](Array1<const int32_t> ids, Array1<const int64_t> offsets, Array2<float> in,
         Array2<float> out, int64_t width, Array1<const uint32_t> keep,
         Array2<const uint32_t> noise, int window, int negative, int shared, uint64_t seed,
         double learn_rate, double min_learn_rate, int64_t epochs, int64_t epoch, int64_t begin,
         int64_t end, int workers, nb::object progress) {
        int64_t lanes = loops().lanes, n_words = int64_t(in.shape(0));
        SkipGram job{};
        job.ids = ids.data();
        job.offsets = offsets.data();
        job.n_tokens = int64_t(ids.shape(0));
        job.n_sentences = int64_t(offsets.shape(0)) - 1;
        job.in = in.data();
        job.out = out.data();
        job.stride = int64_t(in.shape(1));
        job.width = int((width + lanes - 1) / lanes * lanes);
        job.n_words = int32_t(n_words);
        job.keep = keep.data();
        job.noise = reinterpret_cast<const AliasCell *>(noise.data());
        job.window = window;
        job.negative = negative;
        job.shared = shared;
        job.token_key = stream(seed, uint64_t(epoch), purpose_token);
        job.noise_key = stream(seed, uint64_t(epoch), purpose_noise);
        check(job.n_sentences >= 1 && job.offsets[0] == 0 &&
                  job.offsets[job.n_sentences] == job.n_tokens, "offsets do not span the ids");
        check(job.stride % 16 == 0 && job.width <= job.stride &&
                  out.shape(0) == in.shape(0) && out.shape(1) == in.shape(1) &&
                  reinterpret_cast<uintptr_t>(job.in) % 64 == 0 &&
                  reinterpret_cast<uintptr_t>(job.out) % 64 == 0,
              "rows are not two tables of whole, aligned cache lines");
        check(n_words > shared && int64_t(keep.shape(0)) == n_words &&
                  int64_t(noise.shape(0)) == n_words && noise.shape(1) == 2,
              "tables do not fit the vocabulary");
        check(window >= 1 && negative >= 1 && shared >= 1 && shared <= max_shared && width >= 1,
              "window, negative, shared or width is out of range");
        check(0 <= begin && begin <= end && end <= job.n_tokens && begin % chunk_tokens == 0,
              "begin and end do not lie in the corpus, or begin is no multiple of CHUNK_TOKENS");
        Schedule schedule{learn_rate, min_learn_rate, double(epoch) * double(job.n_tokens),
                          double(epochs) * double(job.n_tokens)};
        Run run(job, schedule, begin, end);
        run.train(workers, progress);
        ChunkResult total = run.total();
        return nb::make_tuple(total.loss, total.pairs, total.kept);
      },
      nb::arg("ids"), nb::arg("offsets"), nb::arg("in_rows"), nb::arg("out_rows"), nb::arg("width"),
      nb::arg("keep"), nb::arg("noise"), nb::arg("window"), nb::arg("negative"), nb::arg("shared"),
      nb::arg("seed"), nb::arg("learn_rate"), nb::arg("min_learn_rate"), nb::arg("epochs"),
      nb::arg("epoch"), nb::arg("begin"), nb::arg("end"), nb::arg("workers"),
      nb::arg("progress").none());
}

}  // namespace vectorsuite
