// Vectors for new documents, on threads: each document is worked on by one of them from the first
// epoch to the last, so that its vector depends on the document alone.
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include "binding.hpp"
#include "levels/level.hpp"
#include "random.hpp"
#include "train_arguments.hpp"
#include "training_scratch.hpp"

namespace vectorsuite {
namespace {

constexpr int64_t documents_at_a_time = 16;
constexpr int64_t abreast_tokens = 16;  // of a document, until it is the next one's turn
constexpr int64_t tokens_worth_a_thread = 1 << 17;  // of all epochs: some 20 ms, in which no signal is heard

class Inference {
 public:
  // epochs: the job with the random streams of each epoch; learn_rates: of each epoch.
  Inference(const std::vector<TrainingJob> &epochs, const std::vector<float> &learn_rates)
      : epochs(epochs), learn_rates(learn_rates), n_documents(epochs[0].n_sentences) {}

  void infer(int workers) {
    int64_t n_shares = (n_documents + documents_at_a_time - 1) / documents_at_a_time;
    workers = int(std::max<int64_t>(1, std::min<int64_t>(workers, n_shares)));
    for (int w = 0; w < workers; w++)
      scratch.push_back(std::make_unique<TrainingScratch>(epochs[0], false));
    if (workers == 1 && epochs[0].n_tokens * int64_t(epochs.size()) < tokens_worth_a_thread) {
      nb::gil_scoped_release release;
      return work(*scratch[0]);
    }
    running = workers;
    std::vector<std::thread> threads;
    for (int w = 0; w < workers; w++)
      threads.emplace_back([this, w] {
        work(*scratch[w]);
        std::lock_guard<std::mutex> lock(mutex);
        if (--running == 0) finished.notify_all();
      });
    bool interrupted = !wait();
    {
      nb::gil_scoped_release release;
      for (std::thread &thread : threads) thread.join();
    }
    if (interrupted) throw nb::python_error();
  }

 private:
  void work(Scratch &s) {
    int64_t first;
    while (!stop && (first = next.fetch_add(documents_at_a_time)) < n_documents) {
      int64_t last = std::min(first + documents_at_a_time, n_documents);
      if (epochs[0].concat) infer_abreast(first, last, s);
      else infer_in_turn(first, last, s);
    }
  }

  // Each document from the first epoch to the last, so that its rows stay in the cache.
  void infer_in_turn(int64_t first, int64_t last, Scratch &s) {
    for (int64_t document = first; document < last && !stop; document++)
      for (size_t epoch = 0; epoch < epochs.size(); epoch++)
        for (int64_t begin = 0; begin < length(document); begin += chunk_tokens)
          train(epoch, document, begin, chunk_tokens, s);
  }

  // Stretches of all documents by turns. Words at the same place of any document draw the same noise,
  // and with windows end to end a row of noise is so wide that it had better be in the cache already.
  void infer_abreast(int64_t first, int64_t last, Scratch &s) {
    int64_t longest = 0;
    for (int64_t document = first; document < last; document++)
      longest = std::max(longest, length(document));
    for (size_t epoch = 0; epoch < epochs.size(); epoch++)
      for (int64_t begin = 0; begin < longest && !stop; begin += abreast_tokens)
        for (int64_t document = first; document < last; document++)
          train(epoch, document, begin, abreast_tokens, s);
  }

  void train(size_t epoch, int64_t document, int64_t begin, int64_t n_tokens, Scratch &s) {
    if (begin >= length(document)) return;
    int64_t start = epochs[0].offsets[document];
    int64_t end = start + std::min(begin + n_tokens, length(document));
    ChunkResult result;
    level.train_chunk(epochs[epoch], start + begin, end, learn_rates[epoch], s, result);
  }

  int64_t length(int64_t document) const {
    return epochs[0].offsets[document + 1] - epochs[0].offsets[document];
  }

  // False with a Python exception set if a signal came.
  bool wait() {
    for (;;) {
      {
        nb::gil_scoped_release release;
        std::unique_lock<std::mutex> lock(mutex);
        finished.wait_for(lock, std::chrono::milliseconds(100), [this] { return running == 0; });
        if (running == 0) return true;
      }
      if (PyErr_CheckSignals() != 0) {
        stop = true;
        return false;
      }
    }
  }

  const Loops &level = loops();
  const std::vector<TrainingJob> &epochs;
  const std::vector<float> &learn_rates;
  const int64_t n_documents;
  std::vector<std::unique_ptr<TrainingScratch>> scratch;
  std::atomic<int64_t> next{0};
  std::atomic<bool> stop{false};
  std::mutex mutex;  // of all below
  std::condition_variable finished;
  int running = 0;
};

}  // namespace

void bind_infer(nb::module_ &m) {
  m.attr("ABREAST_TOKENS") = abreast_tokens;
  m.def(
      "infer",
      [](nb::dict values, const std::vector<float> &learn_rates) {
        if (learn_rates.empty()) return;
        std::vector<TrainingJob> epochs(learn_rates.size(), read_job(values, 0));
        if (!epochs[0].frozen) throw std::invalid_argument("infer: the job is not frozen");
        uint64_t seed = get<uint64_t>(values, "seed");
        for (size_t epoch = 0; epoch < epochs.size(); epoch++) {
          epochs[epoch].token_key = stream(seed, epoch, purpose_token);
          epochs[epoch].noise_key = stream(seed, epoch, purpose_noise);
        }
        Inference(epochs, learn_rates).infer(get<int>(values, "workers"));
      },
      nb::arg("job"), nb::arg("learn_rates"),
      "Train the tags of a frozen job, one learning rate for each epoch.");
}

}  // namespace vectorsuite
