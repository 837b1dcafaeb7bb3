// Finds known phrases in sentences.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "pair_table.hpp"
#include "phrase_counts.hpp"

namespace vectorsuite {

// Phrases as one looks for them: from left to right; a word ends the phrase that the last word before it,
// not counting connector words, began, or else begins the next one. No word is in two phrases.
class PhraseMatcher {
 public:
  struct Hit {
    size_t begin, end;  // tokens
    int64_t phrase;
  };

  int32_t add_word(std::string_view word);
  void set_connector(int32_t word) { flags_[word] |= connector; }
  void add_phrase(int32_t first, const std::vector<int32_t> &between, int32_t last);
  size_t size() const { return phrases_.size(); }

  // Words of this object, -1 for those that are in no phrase.
  void find_words(const std::vector<std::string_view> &words, std::vector<int32_t> &ids) const;
  void find_phrases(const std::vector<int32_t> &ids, std::vector<Hit> &hits) const;

 private:
  enum : uint8_t { connector = 1, first = 2, last = 4 };
  WordTable words_;
  std::vector<uint8_t> flags_;  // per word
  PairTable phrases_;           // "count" of a pair: 1 + number of the phrase
  ConnectorRuns runs_;

  int64_t find_phrase(int32_t first, const std::vector<int32_t> &between, int32_t last) const;
};

}  // namespace vectorsuite
