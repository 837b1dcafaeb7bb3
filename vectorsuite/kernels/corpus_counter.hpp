// Counts the words of a corpus and turns it into ids, on threads of its own.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "corpus_input.hpp"
#include "corpus_worker.hpp"

namespace vectorsuite {

class PhraseMatcher;

// Jobs, one after the other: count (every thread fills its own table and file of provisional ids), merge
// (one table), perhaps join (phrases become words), encode (provisional ids to ranks, in the order of the
// text). A job runs in the background; the caller waits for it in short turns, so that it can report
// progress and be interrupted.
class CorpusCounter {
 public:
  // keep_empty: sentences without a word stay, for words that do not come from files.
  CorpusCounter(const std::vector<int> &fds, int64_t block_bytes, bool replace, size_t max_words,
                bool keep_empty);
  ~CorpusCounter() { cancel(); }

  CorpusInput input;

  void start_count();
  void start_merge();
  // Writes the text again, to fd, with the phrases of `matcher` joined; counts and places of words are then
  // those in the new text, where words that are only in phrases have a count of 0. May be done repeatedly.
  void start_join(const PhraseMatcher &matcher, int fd);
  // ranks: (words of the merged table) id of every word in the result, -1 to drop it. Sentences left
  // without a word are dropped, unless they are to be kept. Writes int32 ids and int64 sentence offsets, the first one 0, and
  // forgets the provisional ids as it goes: it can be done once.
  void start_encode(std::vector<int32_t> &&ranks, int ids_fd, int offsets_fd);

  // True once the job is over, well or badly.
  bool wait(double seconds);
  void cancel();
  void fail(const Failure &failure);
  Failure failure() const { return failure_; }

  CorpusWorker &worker() { return *workers_[0]; }
  const WordTable &merged() const { return workers_[0]->table; }

  std::atomic<int64_t> done_bytes{0}, done_words{0};
  int64_t n_ids = 0, n_sentences = 0;  // of the result
  int64_t read_words() const;
  // Sentences with a word that were read; needs the merge to be over.
  int64_t count_sentences() const;
  double waited_seconds() const;

 private:
  std::vector<std::unique_ptr<CorpusWorker>> workers_;
  std::vector<int> fds_;
  bool keep_empty_;
  std::vector<std::vector<int32_t>> merged_ids_;  // per worker but the first: its word -> merged word
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable ended_, turned_;
  size_t running_ = 0;
  std::atomic<bool> stopped_{false};
  Failure failure_;

  std::vector<int32_t> ranks_;
  std::vector<Piece> pieces_;
  std::atomic<size_t> next_piece_{0};
  size_t turn_ = 0;         // the piece whose place in the result is known next
  int64_t last_end_ = 0;    // end of the last sentence
  int ids_fd_ = -1, offsets_fd_ = -1;

  void launch(size_t n_threads, const std::function<void(size_t)> &job);
  void count(CorpusWorker &worker);
  void merge();
  void join(const PhraseMatcher &matcher, int fd);
  std::vector<Piece> pieces_in_order() const;
  void encode();
  void encode_piece(size_t index, std::vector<int32_t> &ids, std::vector<int64_t> &ends);
};

}  // namespace vectorsuite
