// See phrase_matcher.hpp.
#include "phrase_matcher.hpp"

#include <algorithm>
#include <stdexcept>

namespace vectorsuite {

namespace {

constexpr size_t batch = 64;  // words whose slots are fetched ahead

}  // namespace

int32_t PhraseMatcher::add_word(std::string_view word) {
  if (word.empty() || word.size() > INT32_MAX)
    throw std::invalid_argument("A word is empty or over 2 GB.");
  char copy[8] = {};
  const char *text = word.data();
  if (word.size() < 8) text = static_cast<const char *>(std::memcpy(copy, text, word.size()));
  const WordKey key = word_key(text, static_cast<uint32_t>(word.size()));
  const int32_t known = words_.find(key, text);
  if (known >= 0) return known;
  flags_.push_back(0);
  return words_.add(key, text);
}

void PhraseMatcher::add_phrase(int32_t begin, const std::vector<int32_t> &between, int32_t end) {
  flags_[begin] |= first;
  flags_[end] |= last;
  const WordPair pair = word_pair(begin, end, runs_.add(between));
  if (phrases_.count(pair)) throw std::invalid_argument("A phrase is given twice.");
  phrases_.add(pair, pair.hash(), static_cast<int64_t>(phrases_.size()) + 1);
}

void PhraseMatcher::find_words(const std::vector<std::string_view> &words, std::vector<int32_t> &ids) const {
  ids.resize(words.size());
  WordKey keys[batch];
  char copies[batch][8];
  for (size_t from = 0; from < words.size(); from += batch) {
    const size_t n = std::min(batch, words.size() - from);
    for (size_t k = 0; k < n; k++) {
      const std::string_view word = words[from + k];
      const char *text = word.data();
      if (word.size() < 8) {  // a key needs 8 bytes that may be read
        std::memset(copies[k], 0, 8);
        std::memcpy(copies[k], text, word.size());
        text = copies[k];
      }
      keys[k] = word.empty() ? WordKey{} : word_key(text, static_cast<uint32_t>(word.size()));
      words_.prefetch(keys[k]);
    }
    for (size_t k = 0; k < n; k++)
      ids[from + k] = keys[k].length ? words_.find(keys[k], words[from + k].data()) : -1;
  }
}

int64_t PhraseMatcher::find_phrase(int32_t begin, const std::vector<int32_t> &between,
                                   int32_t end) const {
  const int64_t run = runs_.find(between);
  return run < 0 ? -1 : phrases_.count(word_pair(begin, end, static_cast<uint32_t>(run))) - 1;
}

void PhraseMatcher::find_phrases(const std::vector<int32_t> &ids, std::vector<Hit> &hits) const {
  hits.clear();
  std::vector<int32_t> between;
  size_t begin = 0;
  bool open = false;  // ids[begin] may begin a phrase
  for (size_t i = 0; i < ids.size(); i++) {
    const uint8_t flags = ids[i] < 0 ? 0 : flags_[ids[i]];
    if (flags & connector) {
      if (open) between.push_back(ids[i]);
      continue;
    }
    if (open && flags & last) {
      const int64_t phrase = find_phrase(ids[begin], between, ids[i]);
      if (phrase >= 0) {
        hits.push_back({begin, i + 1, phrase});
        open = false;
        continue;
      }
    }
    open = flags & first;
    begin = i;
    between.clear();
  }
}

}  // namespace vectorsuite
