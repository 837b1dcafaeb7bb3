// Counts of words and of the pairs of words that may be phrases (Mikolov et al., 2013, NIPS, section 4).
#pragma once
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "pair_table.hpp"
#include "word_table.hpp"

namespace vectorsuite {

// Runs of connector words between the two words of a phrase, numbered as they come; 0 is the empty run.
class ConnectorRuns {
 public:
  ConnectorRuns() : runs_(1) {}

  size_t size() const { return runs_.size(); }
  const std::vector<int32_t> &words(uint32_t run) const { return runs_[run]; }
  // Number of a run; throws std::length_error if there are too many.
  uint32_t add(const std::vector<int32_t> &words);
  // The same, or -1 if the run is not known.
  int64_t find(const int32_t *begin, const int32_t *end) const;
  int64_t find(const std::vector<int32_t> &words) const { return find(words.data(), words.data() + words.size()); }

 private:
  WordTable table_;  // of the runs' ids as bytes; its number + 1 is the run's
  std::vector<std::vector<int32_t>> runs_;
};

// The vocabulary of a phrase model: words with their counts, and pairs with theirs. A pair is known by the
// string that its words, joined by the delimiter, give: where two pairs, or a pair and a word, give the
// same string ("new_york" + "city", "new" + "york_city"), they have one count, the sum (see `join`).
class PhraseCounts {
 public:
  // n_tables: parts of the pairs, each counted by one thread.
  PhraseCounts(std::string delimiter, size_t n_tables)
      : delimiter_(std::move(delimiter)), tables_(n_tables) {}

  int32_t add_word(const char *word, size_t n);
  void set_connector(int32_t word) { connectors_[word] = 1; }
  void add_word_count(int32_t word, int64_t n) {
    words_.entries[word].count += n;
    joined_ = false;
  }

  // Adds the pairs of some sentences on several threads; false: entries grew beyond the bound.
  // ids: words of this object. offsets_s1: sentence s is ids[offsets[s]:offsets[s + 1]].
  bool count(const int32_t *ids, const int64_t *offsets_s1, int64_t n_sentences, int64_t most_entries);

  // The same on one thread, with the words' counts, in bounded memory, as gensim has it: after a sentence
  // that takes the number of entries above the bound, entries counted fewer than min_reduce times
  // are dropped, and min_reduce, at first 1, grows by one.
  void count_bounded(const int32_t *ids, const int64_t *offsets_s1, int64_t n_sentences,
                     int64_t most_entries);
  void prune(int64_t least);
  int64_t min_reduce = 1;

  void merge(const PhraseCounts &other);
  void add_pair(int32_t first, int32_t last, uint32_t run, int64_t n);

  int64_t n_words() const;  // with a count
  int64_t n_pairs() const;
  // Entries as strings.
  int64_t size();
  int64_t count_of(std::string_view string);
  // Of every word, as strings: "new_york" also counts as "new" before "york".
  std::vector<int64_t> word_counts();

  // Candidates counted at least so often, each with the count of its string.
  struct Candidate {
    int32_t first, last;
    uint32_t run;
    int64_t count;
  };
  std::vector<Candidate> candidates(int64_t least);
  template <class Visit> void for_each_pair(Visit visit) const {
    for (const PairTable &table : tables_) table.for_each(visit);
  }

  const WordTable &words() const { return words_; }
  bool is_connector(int32_t word) const { return connectors_[word]; }
  ConnectorRuns runs;

 private:
  std::string delimiter_;
  WordTable words_;
  std::vector<uint8_t> connectors_;  // per word
  std::vector<PairTable> tables_;
  std::mutex mutex_;  // of runs

  // strings that more than one entry may give, with the sum of their counts
  bool joined_ = false;
  WordTable shared_;
  int64_t n_duplicates_ = 0;
  std::vector<Candidate> unseen_;

  PairTable &table_of(uint64_t hash) { return tables_[table_number(hash)]; }
  size_t table_number(uint64_t hash) const {
    return static_cast<uint32_t>(hash) * uint64_t{tables_.size()} >> 32;
  }
  int64_t pair_count(const WordPair &pair) const {
    return tables_[table_number(pair.hash())].count(pair);
  }
  void count_part(size_t part, const int32_t *ids, const int64_t *offsets_s1, int64_t n_sentences,
                  int64_t most_entries, std::atomic<int64_t> &entries);
  int64_t n_entries() const { return n_words() + n_pairs(); }

  void join();
  bool is_plain(std::string_view word) const;
  std::vector<bool> plain_words() const;
  std::string string_of(const WordPair &pair) const;
  int32_t find_word(std::string_view word) const;
  bool split(std::string_view string, WordPair &pair, bool add_run);
  int64_t shared_count(std::string_view string) const;
};

}  // namespace vectorsuite
