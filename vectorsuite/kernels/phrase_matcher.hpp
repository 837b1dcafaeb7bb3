// Finds known phrases in sentences.
#pragma once
#include <cstdint>
#include <string>
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

  // delimiter: put between the words of a phrase.
  explicit PhraseMatcher(std::string delimiter) : delimiter_(std::move(delimiter)) {}

  int32_t add_word(std::string_view word);
  void set_connector(int32_t word) { parts_[word + 1] = {0, 0, false, true}; }
  void add_phrase(int32_t first, const std::vector<int32_t> &between, int32_t last);
  size_t size() const { return phrases_.size(); }
  // Phrases by number, their words joined.
  const std::vector<std::string> &strings() const { return strings_; }

  // Words of this object, -1 for those that are in no phrase. Of every word 8 bytes may be read.
  void find_words(const std::vector<std::string_view> &words, std::vector<int32_t> &ids) const;
  // Returns the first token that may belong to a phrase that goes on after the last one, or their number.
  size_t find_phrases(const std::vector<int32_t> &ids, std::vector<Hit> &hits) const;

 private:
  // What one word may be in a phrase.
  struct Part {
    uint64_t ends = 0;  // bit set of the words that end the phrases it begins: of their `end`
    uint8_t end = 0;    // its own bit in such a set
    bool last = false;  // whether it ends a phrase
    bool connector = false;
  };
  std::string delimiter_;
  std::vector<std::string> strings_;
  WordTable words_;
  std::vector<Part> parts_ = {{}};  // of word w: parts_[w + 1], so that -1, no word, has one
  PairTable phrases_;           // "count" of a pair: 1 + number of the phrase
  ConnectorRuns runs_;

  int64_t find_phrase(const int32_t *first, const int32_t *last) const;
};

}  // namespace vectorsuite
