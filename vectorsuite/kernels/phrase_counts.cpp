// See phrase_counts.hpp.
#include "phrase_counts.hpp"

#include <exception>
#include <stdexcept>
#include <thread>
#include <unordered_map>

namespace vectorsuite {

namespace {

constexpr size_t batch = 64;  // pairs whose slots are fetched ahead

std::string_view bytes_of(const int32_t *begin, const int32_t *end) {
  return {reinterpret_cast<const char *>(begin), (end - begin) * sizeof(int32_t)};
}

int32_t find_or_add(WordTable &table, std::string_view word) {
  const WordKey key = word_key(word);
  const int32_t id = table.find(key, word.data());
  return id < 0 ? table.add(key, word.data()) : id;
}

// Pairs of one sentence: visit(first, last, connector words between them).
template <class Visit>
void for_pairs(const int32_t *ids, const int32_t *end, const uint8_t *connectors,
               std::vector<int32_t> &between, Visit visit) {
  int32_t first = -1;
  for (; ids != end; ids++) {
    if (connectors[*ids]) {
      if (first >= 0) between.push_back(*ids);
      continue;
    }
    if (first >= 0) visit(first, *ids, between);
    first = *ids;
    between.clear();
  }
  between.clear();
}

}  // namespace

uint32_t ConnectorRuns::add(const std::vector<int32_t> &words) {
  const int64_t known = find(words);
  if (known >= 0) return static_cast<uint32_t>(known);
  if (runs_.size() >= most_runs)
    throw std::length_error(
        "The text has more than 16,777,215 different runs of connector words; give fewer connector words.");
  find_or_add(table_, bytes_of(words.data(), words.data() + words.size()));
  runs_.push_back(words);
  return static_cast<uint32_t>(runs_.size() - 1);
}

int64_t ConnectorRuns::find(const int32_t *begin, const int32_t *end) const {
  if (begin == end) return 0;
  const std::string_view bytes = bytes_of(begin, end);
  const int32_t id = table_.find(word_key(bytes), bytes.data());
  return id < 0 ? -1 : id + 1;
}

int32_t PhraseCounts::add_word(const char *word, size_t n) {
  if (n == 0 || n > INT32_MAX) throw std::invalid_argument("A word is empty or over 2 GB.");
  const int32_t id = find_or_add(words_, {word, n});
  if (static_cast<size_t>(id) == connectors_.size()) connectors_.push_back(0);
  joined_ = false;
  return id;
}

int64_t PhraseCounts::n_words() const {
  int64_t n = 0;
  for (const WordTable::Entry &entry : words_.entries) n += entry.count > 0;
  return n;
}

int64_t PhraseCounts::n_pairs() const {
  int64_t n = 0;
  for (const PairTable &table : tables_) n += table.size();
  return n;
}

void PhraseCounts::add_pair(int32_t first, int32_t last, uint32_t run, int64_t n) {
  const WordPair pair = word_pair(first, last, run);
  const uint64_t hash = pair.hash();
  table_of(hash).add(pair, hash, n);
  joined_ = false;
}

bool PhraseCounts::count(const int32_t *ids, const int64_t *offsets_s1, int64_t n_sentences,
                         int64_t most_entries) {
  joined_ = false;
  std::atomic<int64_t> entries{n_entries()};
  std::vector<std::thread> threads;
  std::vector<std::exception_ptr> errors(tables_.size());
  const auto work = [&](size_t part) {
    try {
      count_part(part, ids, offsets_s1, n_sentences, most_entries, entries);
    } catch (...) {
      errors[part] = std::current_exception();
      entries = INT64_MAX / 2;  // the others need not go on
    }
  };
  for (size_t part = 1; part < tables_.size(); part++) threads.emplace_back(work, part);
  work(0);
  for (std::thread &thread : threads) thread.join();
  for (const std::exception_ptr &error : errors)
    if (error) std::rethrow_exception(error);
  return entries <= most_entries;
}

// Every thread reads all the text, which is cheap, and counts the pairs of its own table, which is not:
// nothing is shared, nothing to be merged, and the result does not depend on the number of threads.
void PhraseCounts::count_part(size_t part, const int32_t *ids, const int64_t *offsets_s1,
                              int64_t n_sentences, int64_t most_entries,
                              std::atomic<int64_t> &entries) {
  PairTable &table = tables_[part];
  ConnectorRuns seen;                       // of this thread, so that few look-ups need the lock
  std::vector<uint32_t> numbers = {0};      // in `runs`
  std::vector<int32_t> between;
  struct Pending {
    WordPair pair;
    uint64_t hash;
  } pending[batch];
  size_t n = 0;
  const auto flush = [&] {
    const size_t before = table.size();
    for (size_t i = 0; i < n; i++) table.prefetch(pending[i].hash);
    for (size_t i = 0; i < n; i++) table.add(pending[i].pair, pending[i].hash, 1);
    n = 0;
    if (table.size() > before) entries += table.size() - before;
  };
  for (int64_t s = 0; s < n_sentences; s++) {
    if (entries.load(std::memory_order_relaxed) > most_entries) return;
    const auto visit = [&](int32_t first, int32_t last, const std::vector<int32_t> &run) {
      WordPair pair = word_pair(first, last);
      const uint64_t hash = pair.hash();
      const bool mine = table_number(hash) == part;  // a toss, so no branch
      if (!run.empty() && mine) {
        pair.run = seen.add(run);
        if (pair.run == numbers.size()) {
          std::lock_guard<std::mutex> lock(mutex_);
          numbers.push_back(runs.add(run));
        }
        pair.run = numbers[pair.run];
      }
      pending[n] = {pair, hash};
      n += mine;
      if (n == batch) flush();
    };
    for_pairs(ids + offsets_s1[s], ids + offsets_s1[s + 1], connectors_.data(), between, visit);
  }
  flush();
}

void PhraseCounts::count_bounded(const int32_t *ids, const int64_t *offsets_s1, int64_t n_sentences,
                                 int64_t most_entries) {
  joined_ = false;
  std::vector<int32_t> between;
  int64_t counted = n_words();  // kept up to date: there may be many sentences
  for (int64_t s = 0; s < n_sentences; s++) {
    const int32_t *begin = ids + offsets_s1[s], *end = ids + offsets_s1[s + 1];
    for (const int32_t *id = begin; id != end; id++)
      if (!connectors_[*id]) counted += words_.entries[*id].count++ == 0;
    for_pairs(begin, end, connectors_.data(), between,
              [&](int32_t first, int32_t last, const std::vector<int32_t> &run) {
                add_pair(first, last, runs.add(run), 1);
              });
    if (counted + n_pairs() > most_entries) {
      prune(min_reduce++);
      counted = n_words();
    }
  }
}

void PhraseCounts::prune(int64_t least) {
  for (WordTable::Entry &entry : words_.entries)
    if (entry.count < least) entry.count = 0;
  for (PairTable &table : tables_) table.prune(least);
  joined_ = false;
}

void PhraseCounts::merge(const PhraseCounts &other) {
  std::vector<int32_t> ids(other.words_.size());
  for (size_t i = 0; i < ids.size(); i++) {
    ids[i] = add_word(other.words_.word(i), other.words_.length(i));
    words_.entries[ids[i]].count += other.words_.entries[i].count;
    connectors_[ids[i]] |= other.connectors_[i];
  }
  std::vector<uint32_t> numbers(other.runs.size());
  for (size_t r = 0; r < numbers.size(); r++) {
    std::vector<int32_t> words = other.runs.words(r);
    for (int32_t &word : words) word = ids[word];
    numbers[r] = runs.add(words);
  }
  other.for_each_pair([&](const WordPair &pair, int64_t n) {
    add_pair(ids[pair.first()], ids[pair.last()], numbers[pair.run], n);
  });
}

// ---- entries as strings ----

// No byte of a plain word occurs in the delimiter, so plain words joined can be told apart again:
// only entries with another word in them may share their string with another entry.
bool PhraseCounts::is_plain(std::string_view word) const {
  return word.find_first_of(delimiter_) == std::string_view::npos;
}

std::vector<bool> PhraseCounts::plain_words() const {
  std::vector<bool> plain(words_.size());
  for (size_t i = 0; i < plain.size(); i++) plain[i] = is_plain({words_.word(i), words_.length(i)});
  return plain;
}

int32_t PhraseCounts::find_word(std::string_view word) const {
  if (word.empty() || word.size() > INT32_MAX) return -1;
  return words_.find(word_key(word), word.data());
}

std::string PhraseCounts::string_of(const WordPair &pair) const {
  const auto append = [&](std::string &to, int32_t word) { to.append(words_.word(word), words_.length(word)); };
  std::string joined;
  append(joined, pair.first());
  for (const int32_t word : runs.words(pair.run)) append(joined += delimiter_, word);
  append(joined += delimiter_, pair.last());
  return joined;
}

// The pair that a string stands for if it is cut at every delimiter.
bool PhraseCounts::split(std::string_view string, WordPair &pair, bool add_run) {
  std::vector<int32_t> words;
  for (size_t from = 0;;) {
    const size_t to = std::min(string.find(delimiter_, from), string.size());
    words.push_back(find_word(string.substr(from, to - from)));
    if (words.back() < 0) return false;
    if (to == string.size()) break;
    from = to + delimiter_.size();
  }
  if (words.size() < 2 || connectors_[words.front()] || connectors_[words.back()]) return false;
  pair = word_pair(words.front(), words.back());
  const std::vector<int32_t> between(words.begin() + 1, words.end() - 1);
  for (const int32_t word : between)
    if (!connectors_[word]) return false;
  const int64_t run = add_run ? runs.add(between) : runs.find(between);
  pair.run = static_cast<uint32_t>(run);
  return run >= 0;
}

int64_t PhraseCounts::shared_count(std::string_view string) const {
  const int32_t id = shared_.find(word_key(string), string.data());
  return id < 0 ? -1 : shared_.entries[id].count;
}

// Gathers the strings of all entries that are not plain. A plain pair belongs to such a string if it is
// what the string, cut at the delimiters, stands for.
void PhraseCounts::join() {
  if (joined_) return;
  shared_ = WordTable();
  n_duplicates_ = 0;
  unseen_.clear();
  joined_ = true;
  const std::vector<bool> plain = plain_words();
  const auto add = [&](std::string_view string, int64_t n) {
    const size_t before = shared_.size();
    const int32_t id = find_or_add(shared_, string);
    shared_.entries[id].count += n;
    n_duplicates_ += shared_.size() == before;
  };
  for (size_t i = 0; i < plain.size(); i++)
    if (!plain[i] && words_.entries[i].count > 0)
      add({words_.word(i), words_.length(i)}, words_.entries[i].count);
  const auto pair_is_plain = [&](const WordPair &pair) {
    for (const int32_t word : runs.words(pair.run))
      if (!plain[word]) return false;
    return plain[pair.first()] && plain[pair.last()];
  };
  bool all_plain = true;
  for (const bool is : plain) all_plain &= is;
  if (all_plain) return;
  for_each_pair([&](const WordPair &pair, int64_t n) {
    if (!pair_is_plain(pair)) add(string_of(pair), n);
  });
  for (size_t i = 0; i < shared_.size(); i++) {
    WordPair pair;
    if (!split({shared_.word(i), shared_.length(i)}, pair, true)) continue;
    const int64_t n = pair_count(pair);
    if (n && !pair_is_plain(pair)) continue;  // it is there already
    if (n) {
      shared_.entries[i].count += n;
      n_duplicates_++;
    } else {
      unseen_.push_back({pair.first(), pair.last(), pair.run, shared_.entries[i].count});
    }
  }
  for (Candidate &candidate : unseen_)
    candidate.count = shared_count(string_of(word_pair(candidate.first, candidate.last, candidate.run)));
}

int64_t PhraseCounts::size() {
  join();
  return n_entries() - n_duplicates_;
}

int64_t PhraseCounts::count_of(std::string_view string) {
  join();
  if (string.empty()) return 0;
  const int64_t shared = shared_count(string);
  if (shared >= 0) return shared;
  const int32_t word = find_word(string);
  if (word >= 0) return words_.entries[word].count;
  WordPair pair;
  return split(string, pair, false) ? pair_count(pair) : 0;
}

std::vector<int64_t> PhraseCounts::word_counts() {
  const std::vector<bool> plain = plain_words();
  std::vector<int64_t> counts(plain.size());
  for (size_t i = 0; i < counts.size(); i++)
    counts[i] = plain[i] ? words_.entries[i].count : count_of({words_.word(i), words_.length(i)});
  return counts;
}

std::vector<PhraseCounts::Candidate> PhraseCounts::candidates(int64_t least) {
  join();
  std::vector<Candidate> found;
  const auto add = [&](const WordPair &pair, int64_t n) {
    if (n >= least) found.push_back({pair.first(), pair.last(), pair.run, n});
  };
  if (!shared_.size()) {
    for_each_pair(add);
    return found;
  }
  const std::vector<bool> plain = plain_words();
  // a plain pair can only share the string of an entry that is not plain
  std::unordered_map<uint64_t, bool> split_strings;
  for (size_t i = 0; i < shared_.size(); i++) {
    WordPair pair;
    if (split({shared_.word(i), shared_.length(i)}, pair, false)) split_strings[pair.words] = true;
  }
  for_each_pair([&](const WordPair &pair, int64_t n) {
    const bool alone = plain[pair.first()] && plain[pair.last()] && !pair.run;
    if (alone && !split_strings.count(pair.words)) return add(pair, n);
    const int64_t shared = shared_count(string_of(pair));
    add(pair, shared >= 0 ? shared : n);
  });
  for (const Candidate &candidate : unseen_)
    if (candidate.count >= least) found.push_back(candidate);
  return found;
}

}  // namespace vectorsuite
