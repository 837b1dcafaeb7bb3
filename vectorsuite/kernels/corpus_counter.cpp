// Threads over the blocks of a corpus. See corpus_counter.hpp.
#include "corpus_counter.hpp"

#include <algorithm>
#include <chrono>
#include <new>

namespace vectorsuite {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

CorpusCounter::CorpusCounter(const std::vector<int> &fds, int64_t block_bytes, bool replace,
                             size_t max_words, bool keep_empty)
    : input(block_bytes, 2 * fds.size() + 2), fds_(fds), keep_empty_(keep_empty),
      merged_ids_(fds.size()) {
  for (size_t i = 0; i < fds.size(); i++)
    workers_.push_back(std::make_unique<CorpusWorker>(i, fds[i], replace, max_words, keep_empty));
}

int64_t CorpusCounter::read_words() const {
  int64_t n = 0;
  for (const auto &worker : workers_) n += worker->words;
  return n;
}

double CorpusCounter::waited_seconds() const {
  double sum = 0;
  for (const auto &worker : workers_) sum += worker->waited_seconds;
  return sum / workers_.size();
}

void CorpusCounter::fail(const Failure &failure) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    // threads finish the blocks they have, so the first failure of the text is among those reported
    if (!failure_.kind || failure.place < failure_.place) failure_ = failure;
    stopped_ = true;
    turned_.notify_all();
  }
  input.stop();
}

void CorpusCounter::launch(size_t n_threads, const std::function<void(size_t)> &job) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    running_ = n_threads;
  }
  for (size_t i = 0; i < n_threads; i++)
    threads_.emplace_back([this, job, i] {
      try {
        job(i);
      } catch (const Failure &failure) {
        fail(failure);
      } catch (const std::bad_alloc &) {
        fail({Failure::memory, 0, 0, 0, 0});
      }
      std::lock_guard<std::mutex> lock(mutex_);
      running_--;
      ended_.notify_all();
    });
}

bool CorpusCounter::wait(double seconds) {
  {
    std::unique_lock<std::mutex> lock(mutex_);
    const auto patience = std::chrono::duration<double>(seconds);
    if (!ended_.wait_for(lock, patience, [&] { return running_ == 0; })) return false;
  }
  for (std::thread &thread : threads_) thread.join();
  threads_.clear();
  return true;
}

void CorpusCounter::cancel() {
  input.stop();
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopped_ = true;
    turned_.notify_all();
  }
  for (std::thread &thread : threads_) thread.join();
  threads_.clear();
}

void CorpusCounter::start_count() {
  launch(workers_.size(), [this](size_t i) { count(*workers_[i]); });
}

void CorpusCounter::count(CorpusWorker &worker) {
  Block block;
  for (;;) {
    const auto start = Clock::now();
    const bool more = input.next(block);
    worker.waited_seconds += seconds_since(start);
    if (!more) return;
    const int64_t before = worker.words;
    worker.add_block(block);
    done_bytes += block.file_bytes;
    done_words += worker.words - before;
  }
}

void CorpusCounter::start_merge() {
  launch(1, [this](size_t) { merge(); });
}

void CorpusCounter::merge() {
  WordTable &all = workers_[0]->table;
  for (size_t w = 1; w < workers_.size(); w++) {
    WordTable table;
    std::swap(table, workers_[w]->table);  // freed when its words are in the merged table
    std::vector<int32_t> &ids = merged_ids_[w];
    ids.resize(table.size());
    for (size_t i = 0; i < table.size(); i++) {
      if (i % 4096 == 0 && stopped_) return;
      const WordKey key = table.key_of(i);
      int32_t id = all.find(key, table.word(i));
      if (id < 0) {
        if (all.size() >= workers_[0]->max_words()) throw Failure{Failure::too_many_words, 0, 0, 0, 0};
        id = all.add(key, table.word(i));
      }
      ids[i] = id;
      all.entries[id].count += table.entries[i].count;
      all.entries[id].first = std::min(all.entries[id].first, table.entries[i].first);
    }
  }
}

std::vector<Piece> CorpusCounter::pieces_in_order() const {
  std::vector<Piece> pieces;
  for (const auto &worker : workers_)
    pieces.insert(pieces.end(), worker->pieces.begin(), worker->pieces.end());
  std::sort(pieces.begin(), pieces.end(),
            [](const Piece &a, const Piece &b) { return a.place < b.place; });
  return pieces;
}

int64_t CorpusCounter::count_sentences() const {
  int64_t n = 0;
  bool in_sentence = false;
  std::vector<int32_t> ids;
  for (const Piece &piece : pieces_in_order()) {
    ids.resize(piece.n);
    read_all(fds_[piece.worker], ids.data(), piece.n * sizeof(int32_t), piece.start * sizeof(int32_t));
    for (const int32_t id : ids) {
      n += in_sentence && id == sentence_end;
      in_sentence = id != sentence_end;
    }
  }
  return n + in_sentence;
}

void CorpusCounter::start_encode(std::vector<int32_t> &&ranks, int ids_fd, int offsets_fd) {
  ranks_ = std::move(ranks);
  ids_fd_ = ids_fd;
  offsets_fd_ = offsets_fd;
  pieces_ = pieces_in_order();
  for (std::vector<int32_t> &ids : merged_ids_)
    for (int32_t &id : ids) id = ranks_[id];
  next_piece_ = 0;
  turn_ = 0;
  n_ids = n_sentences = last_end_ = 0;
  done_words = 0;
  const int64_t zero = 0;
  try {
    write_all(offsets_fd_, &zero, sizeof zero, 0);
  } catch (const Failure &failure) {
    fail(failure);
  }
  launch(workers_.size(), [this](size_t) { encode(); });
}

void CorpusCounter::encode() {
  std::vector<int32_t> ids;
  std::vector<int64_t> ends;
  for (;;) {
    const size_t index = next_piece_++;
    if (index >= pieces_.size() || stopped_) return;
    encode_piece(index, ids, ends);
  }
}

void CorpusCounter::encode_piece(size_t index, std::vector<int32_t> &ids, std::vector<int64_t> &ends) {
  const Piece &piece = pieces_[index];
  const int32_t *rank = piece.worker ? merged_ids_[piece.worker].data() : ranks_.data();
  ids.resize(piece.n);
  read_all(fds_[piece.worker], ids.data(), piece.n * sizeof(int32_t), piece.start * sizeof(int32_t));
  forget(fds_[piece.worker], piece.start * sizeof(int32_t), piece.n * sizeof(int32_t));
  ends.assign(1, 0);  // room for the end of a sentence that began in a piece before
  bool ends_at_start = false;
  int64_t n = 0;
  for (int64_t i = 0; i < piece.n; i++) {
    const int32_t id = ids[i];
    if (id == sentence_end) {
      if (keep_empty_) ends.push_back(n);
      else if (n == 0) ends_at_start = true;
      else if (n > ends.back()) ends.push_back(n);
      continue;
    }
    ids[n] = rank[id];
    n += ids[n] >= 0;
  }

  int64_t first_id, first_sentence, skip;
  {
    std::unique_lock<std::mutex> lock(mutex_);
    turned_.wait(lock, [&] { return turn_ == index || stopped_; });
    if (stopped_) return;
    first_id = n_ids;
    first_sentence = n_sentences;
    skip = ends_at_start && first_id > last_end_ ? 0 : 1;
    if (!skip) last_end_ = first_id;
    if (ends.size() > 1) last_end_ = first_id + ends.back();
    n_ids += n;
    n_sentences += ends.size() - skip;
    turn_++;
    turned_.notify_all();
  }
  for (int64_t &end : ends) end += first_id;
  write_all(ids_fd_, ids.data(), n * sizeof(int32_t), first_id * sizeof(int32_t));
  write_all(offsets_fd_, ends.data() + skip, (ends.size() - skip) * sizeof(int64_t),
            (first_sentence + 1) * sizeof(int64_t));
  done_words += piece.n;
}

}  // namespace vectorsuite
