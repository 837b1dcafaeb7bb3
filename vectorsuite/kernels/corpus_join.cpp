// Joins the phrases of a text that was counted: part of CorpusCounter.
#include "corpus_counter.hpp"
#include "phrase_matcher.hpp"

namespace vectorsuite {

namespace {

constexpr size_t piece_ids = 1 << 18;

// Joins sentence after sentence, all of words of one table, and gives the result to a worker.
class SentenceJoiner {
 public:
  SentenceJoiner(CorpusWorker &worker, const PhraseMatcher &matcher)
      : worker_(worker), matcher_(matcher), joined_(matcher.size(), -1) {
    const WordTable &table = worker.table;
    std::vector<std::string_view> words(table.size());
    for (size_t i = 0; i < words.size(); i++) words[i] = {table.word(i), table.length(i)};
    matcher.find_words(words, matcher_words_);
  }

  void add(int32_t word) {
    sentence_.push_back(word);
    ids_.push_back(matcher_words_[word]);
    worker_.table.prefetch_entry(word);  // counted at the end of the sentence
  }

  void end() {
    matcher_.find_phrases(ids_, hits_);
    size_t from = 0;
    for (const PhraseMatcher::Hit &hit : hits_) {
      for (; from < hit.begin; from++) worker_.add_known(sentence_[from]);
      worker_.add_known(joined(hit.phrase));
      from = hit.end;
    }
    for (; from < sentence_.size(); from++) worker_.add_known(sentence_[from]);
    worker_.end_sentence();
    sentence_.clear();
    ids_.clear();
    if (worker_.gathered() >= piece_ids) worker_.flush(worker_.words);
  }

 private:
  CorpusWorker &worker_;
  const PhraseMatcher &matcher_;
  std::vector<int32_t> matcher_words_;  // of the table's words
  std::vector<int32_t> joined_;         // the table's word for each phrase, once met
  std::vector<int32_t> sentence_, ids_;
  std::vector<PhraseMatcher::Hit> hits_;

  int32_t joined(int64_t phrase) {
    if (joined_[phrase] < 0) joined_[phrase] = worker_.word_number(matcher_.strings()[phrase]);
    return joined_[phrase];
  }
};

}  // namespace

void CorpusCounter::start_join(const PhraseMatcher &matcher, int fd) {
  launch(1, [this, &matcher, fd](size_t) { join(matcher, fd); });
}

void CorpusCounter::join(const PhraseMatcher &matcher, int fd) {
  const std::vector<Piece> pieces = pieces_in_order();
  const std::vector<int> fds = fds_;
  for (const auto &worker : workers_) worker->restart(fd);
  fds_[0] = fd;
  SentenceJoiner joiner(*workers_[0], matcher);
  std::vector<int32_t> ids;
  for (const Piece &piece : pieces) {
    if (stopped_) return;
    ids.resize(piece.n);
    read_all(fds[piece.worker], ids.data(), piece.n * sizeof(int32_t), piece.start * sizeof(int32_t));
    forget(fds[piece.worker], piece.start * sizeof(int32_t), piece.n * sizeof(int32_t));
    const int32_t *merged = piece.worker ? merged_ids_[piece.worker].data() : nullptr;
    for (const int32_t id : ids) {
      if (id == sentence_end)
        joiner.end();
      else
        joiner.add(merged ? merged[id] : id);
    }
  }
  joiner.end();
  workers_[0]->flush(workers_[0]->words);
}

}  // namespace vectorsuite
