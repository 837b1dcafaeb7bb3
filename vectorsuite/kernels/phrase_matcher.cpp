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
  const WordKey key = word_key(word);
  const int32_t known = words_.find(key, word.data());
  if (known >= 0) return known;
  parts_.emplace_back();
  return words_.add(key, word.data());
}

void PhraseMatcher::add_phrase(int32_t begin, const std::vector<int32_t> &between, int32_t end) {
  parts_[begin + 1].flags |= first;
  parts_[begin + 1].ends |= end_bit(end);
  parts_[end + 1].flags |= last;
  const WordPair pair = word_pair(begin, end, runs_.add(between));
  if (phrases_.count(pair)) throw std::invalid_argument("A phrase is given twice.");
  phrases_.add(pair, pair.hash(), static_cast<int64_t>(phrases_.size()) + 1);
  const auto append = [&](std::string &to, int32_t word) { to.append(words_.word(word), words_.length(word)); };
  std::string joined;
  append(joined, begin);
  for (const int32_t word : between) append(joined += delimiter_, word);
  append(joined += delimiter_, end);
  strings_.push_back(std::move(joined));
}

void PhraseMatcher::find_words(const std::vector<std::string_view> &words, std::vector<int32_t> &ids) const {
  ids.resize(words.size());
  WordKey keys[batch];
  for (size_t from = 0; from < words.size(); from += batch) {
    const size_t n = std::min(batch, words.size() - from);
    for (size_t k = 0; k < n; k++) {
      const std::string_view word = words[from + k];
      keys[k] = word.empty() ? WordKey{} : word_key(word);
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

size_t PhraseMatcher::find_phrases(const std::vector<int32_t> &ids, std::vector<Hit> &hits) const {
  hits.clear();
  std::vector<int32_t> between;
  size_t begin = 0;
  bool open = false;  // ids[begin] may begin a phrase
  for (size_t i = 0; i < ids.size(); i++) {
    const uint8_t flags = parts_[ids[i] + 1].flags;
    if (flags & connector) {
      if (open) between.push_back(ids[i]);
      continue;
    }
    if (open && flags & last && parts_[ids[begin] + 1].ends & end_bit(ids[i])) {
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
  return open ? begin : ids.size();
}

}  // namespace vectorsuite
