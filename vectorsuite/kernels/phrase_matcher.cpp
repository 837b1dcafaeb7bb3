// See phrase_matcher.hpp.
#include "phrase_matcher.hpp"

#include <algorithm>
#include <stdexcept>

namespace vectorsuite {

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
  const WordPair pair = word_pair(begin, end, runs_.add(between));
  if (phrases_.count(pair)) throw std::invalid_argument("A phrase is given twice.");
  if (!parts_[begin + 1].connector && !parts_[end + 1].connector) {  // else it is never met
    Part &last = parts_[end + 1];
    last.end = static_cast<uint32_t>(end) * 0x9e3779b1u >> 26;
    last.last = true;
    parts_[begin + 1].ends |= uint64_t{1} << last.end;
  }
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
  WordKey keys[words_at_once];
  const char *letters[words_at_once];
  for (size_t from = 0; from < words.size(); from += words_at_once) {
    const size_t n = std::min(words_at_once, words.size() - from);
    for (size_t k = 0; k < n; k++) {
      const std::string_view word = words[from + k];
      keys[k] = word.empty() ? WordKey{} : word_key(word.data(), static_cast<uint32_t>(word.size()));
      letters[k] = word.data();
      words_.prefetch(keys[k]);
    }
    words_.find(keys, letters, n, &ids[from]);
    for (size_t k = 0; k < n; k++) __builtin_prefetch(&parts_[ids[from + k] + 1]);
  }
}

// Number of the phrase with these ends and the connector words between them, or -1.
int64_t PhraseMatcher::find_phrase(const int32_t *first, const int32_t *last) const {
  const int64_t run = runs_.find(first + 1, last);
  return run < 0 ? -1 : phrases_.count(word_pair(*first, *last, static_cast<uint32_t>(run))) - 1;
}

size_t PhraseMatcher::find_phrases(const std::vector<int32_t> &ids, std::vector<Hit> &hits) const {
  // Nearly all is a toss, so the many words that may end a phrase are found without branches.
  const size_t n = ids.size();
  hits.resize(n);
  size_t n_hits = 0;
  size_t begin = 0;   // the last word that is no connector
  uint64_t ends = 0;  // of the phrases that it begins
  for (size_t i = 0; i < n; i++) {
    const Part &part = parts_[ids[i] + 1];
    hits[n_hits] = {begin, i + 1, 0};
    n_hits += ends >> part.end & part.last;
    const uint64_t other = -uint64_t{!part.connector};
    ends ^= (ends ^ part.ends) & other;
    begin ^= (begin ^ i) & other;
  }
  for (size_t h = 0; h < n_hits; h++) {
    hits[h].phrase = word_pair(ids[hits[h].begin], ids[hits[h].end - 1]).hash();
    phrases_.prefetch(hits[h].phrase);
  }
  size_t kept = 0, from = 0;
  for (size_t h = 0; h < n_hits; h++) {
    Hit &hit = hits[h];
    if (hit.begin < from) continue;
    hit.phrase = find_phrase(&ids[hit.begin], &ids[hit.end - 1]);
    if (hit.phrase < 0) continue;
    from = hit.end;
    hits[kept++] = hit;
  }
  hits.resize(kept);
  return ends && begin >= from ? begin : n;
}

}  // namespace vectorsuite
