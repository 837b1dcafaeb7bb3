// Threads of training: workers take chunks of the corpus in order (Hogwild: Niu et al.,
// 2011) while the calling thread reports progress and listens for Ctrl-C.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "binding.hpp"
#include "levels/level.hpp"
#include "merge.hpp"
#include "train_arguments.hpp"
#include "training_scratch.hpp"

namespace vectorsuite {
namespace {

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
  // deterministic: the same bits for any number of workers.
  Run(const TrainingJob &job, const Schedule &schedule, int64_t begin, int64_t end,
      bool deterministic)
      : job(job), schedule(schedule), deterministic(deterministic), begin(begin), end(end),
        chunk_length(deterministic ? deterministic_chunk_tokens : chunk_tokens),
        n_chunks((end - begin + chunk_length - 1) / chunk_length), results(n_chunks) {}

  void train(int workers, const nb::object &progress) {
    workers = int(std::max<int64_t>(1, std::min<int64_t>(workers, n_chunks)));
    size_t n_tags = deterministic ? most_tags() : 0;
    for (int s = 0; s < (deterministic ? chunks_of_a_round : workers); s++)
      scratch.push_back(std::make_unique<TrainingScratch>(job, deterministic, n_tags));
    int64_t n_rows = std::max({int64_t(job.n_words), job.n_in, job.n_tags});
    place.assign(deterministic ? n_rows : 0, -1);
    running = workers;
    std::vector<std::thread> threads;
    for (int w = 0; w < workers; w++)
      threads.emplace_back([this, w, workers] {
        if (deterministic) work_in_rounds(w, workers);
        else work(*scratch[w]);
        std::lock_guard<std::mutex> lock(mutex);
        if (--running == 0) finished.notify_all();
      });
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
  // Rows of tags that a chunk touches, at most.
  size_t most_tags() const {
    int64_t most = 0, sentence = 0;
    for (int64_t first = begin; job.tags && first < end; first += chunk_length) {
      int64_t last = std::min(end, first + chunk_length), tags = 0;
      for (int64_t s = sentence; s < job.n_sentences && job.offsets[s] < last; s++) {
        if (job.offsets[s + 1] <= first) sentence = s + 1;
        else tags += job.tag_offsets[s + 1] - job.tag_offsets[s];
      }
      most = std::max(most, tags);
    }
    return size_t(most);
  }

  void train_chunk(int64_t chunk, Scratch &scratch) {
    int64_t first = begin + chunk * chunk_length, last = std::min(end, first + chunk_length);
    ChunkResult &result = results[chunk];
    level.train_chunk(job, first, last, schedule.at(first), scratch, result);
    if (!std::isfinite(result.loss)) stop = true;
    std::lock_guard<std::mutex> lock(mutex);
    so_far.loss += result.loss;
    so_far.pairs += result.pairs;
    done += last - first;
  }

  void work(Scratch &scratch) {
    for (int64_t chunk; !stop && (chunk = next_chunk++) < n_chunks;) train_chunk(chunk, scratch);
  }

  // Chunks of one round start from the same tables and see nothing of each other; then their changes
  // are added in the order of the corpus. Which worker does what has no influence.
  void work_in_rounds(int worker, int workers) {
    Merger merger(job, place.data(), worker, workers);
    for (int64_t first = 0; first < n_chunks; first += chunks_of_a_round) {
      int64_t n = std::min<int64_t>(chunks_of_a_round, n_chunks - first);
      for (int64_t c = worker; c < n && !stop; c += workers) train_chunk(first + c, *scratch[c]);
      if (!meet(workers)) return;
      add_changes(merger, &Scratch::in, job.in, first, n);
      add_changes(merger, &Scratch::out, job.out, first, n);
      add_changes(merger, &Scratch::tree, job.tree, first, n);
      add_changes(merger, &Scratch::tags, job.tags, first, n);
      if (!meet(workers)) return;
      for (int64_t c = worker; c < n; c += workers) forget(*scratch[c]);
    }
  }

  // Of one table, which not all models have. first: of the round's n chunks.
  void add_changes(Merger &merger, PrivateRows *Scratch::*rows_of, float *table, int64_t first,
                   int64_t n) {
    bool of_parts = job.part_offsets && rows_of == &Scratch::in;
    bool of_paths = (job.cbow || !job.words_predict) && rows_of == &Scratch::tree;
    float progress = of_paths ? path_progress_to_sum : progress_to_sum;
    RoundOfTable round{table, {}, of_parts, progress / schedule.at(begin + first * chunk_length)};
    for (int64_t c = 0; c < n && (*scratch[c]).*rows_of; c++)
      round.chunks.push_back((*scratch[c]).*rows_of);
    merger.add(round);
  }

  void forget(Scratch &s) {
    for (PrivateRows *own : {s.in, s.out, s.tree, s.tags}) {
      if (!own) continue;
      for (int32_t slot = 0; slot < own->n; slot++) own->buckets[own->bucket[slot]] = -1;
      own->n = 0;
    }
  }

  // Waits until all workers are here. False if the run is to stop: the same for all of them.
  bool meet(int workers) {
    std::unique_lock<std::mutex> lock(mutex);
    int64_t meeting = meetings;
    if (++waiting == workers) {
      waiting = 0;
      meetings++;
      go_on = !stop;
      met.notify_all();
    } else {
      met.wait(lock, [&] { return meetings != meeting; });
    }
    return go_on;
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

  static constexpr int chunks_of_a_round = 8;  // part of the result of deterministic training
  const TrainingJob &job;
  const Loops &level = loops();
  const Schedule schedule;
  const bool deterministic;
  const int64_t begin, end, chunk_length, n_chunks;
  std::vector<ChunkResult> results;
  std::vector<std::unique_ptr<TrainingScratch>> scratch;
  std::vector<int32_t> place;  // (rows) of the table whose changes are being added: see Merger
  std::atomic<int64_t> next_chunk{0};
  std::atomic<bool> stop{false};
  std::mutex mutex;  // of all below
  std::condition_variable finished, met;
  int64_t meetings = 0;
  int waiting = 0;
  bool go_on = true;
  ChunkResult so_far{0, 0, 0, 0};
  int64_t done = 0;
  int running = 0;
};

}  // namespace

void bind_train(nb::module_ &m) {
  m.attr("CHUNK_TOKENS") = chunk_tokens;
  m.attr("DETERMINISTIC_CHUNK_TOKENS") = deterministic_chunk_tokens;
  m.attr("MAX_SHARED") = max_shared;
  m.def(
      "train",
      [](nb::dict values, int64_t epoch, int64_t begin, int64_t end, nb::object progress) {
        TrainingJob job = read_job(values, uint64_t(epoch));
        if (begin < 0 || begin > end || end > job.n_tokens || begin % chunk_tokens)
          throw std::invalid_argument(
              "train: begin and end do not lie in the corpus, or begin is no multiple of "
              "CHUNK_TOKENS");
        Schedule schedule{get<double>(values, "learn_rate"), get<double>(values, "min_learn_rate"),
                          double(epoch) * double(job.n_tokens),
                          get<double>(values, "epochs") * double(job.n_tokens)};
        Run run(job, schedule, begin, end, get<bool>(values, "deterministic"));
        run.train(get<int>(values, "workers"), progress);
        ChunkResult total = run.total();
        return nb::make_tuple(total.loss, total.pairs, total.kept, total.products);
      },
      nb::arg("job"), nb::arg("epoch"), nb::arg("begin"), nb::arg("end"),
      nb::arg("progress").none(),
      "Train on tokens [begin, end) of an epoch; the job's fields are those of TrainingJob.");
}

}  // namespace vectorsuite
