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
      for (int64_t document = first; document < last && !stop; document++) infer_one(document, s);
    }
  }

  void infer_one(int64_t document, Scratch &s) {
    const int64_t *offsets = epochs[0].offsets;
    int64_t end = offsets[document + 1];
    ChunkResult result;
    for (size_t epoch = 0; epoch < epochs.size(); epoch++)
      for (int64_t begin = offsets[document]; begin < end; begin += chunk_tokens)
        level.train_chunk(epochs[epoch], begin, std::min(end, begin + chunk_tokens),
                          learn_rates[epoch], s, result);
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
