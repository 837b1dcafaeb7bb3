// Splits blocks, counts words, writes provisional ids. See corpus_worker.hpp.
#include "corpus_worker.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "split_words.hpp"
#include "utf8.hpp"

namespace vectorsuite {

namespace {

constexpr size_t stretch = 4096;  // bytes whose words are looked up together; a multiple of 64

void append_newline(std::vector<int32_t> &ids, size_t &n) {
  if (!n || ids[n - 1] != sentence_end) ids[n++] = sentence_end;
}

}  // namespace

void write_all(int fd, const void *data, size_t n, int64_t offset) {
  const char *from = static_cast<const char *>(data);
  while (n) {
    const ssize_t done = ::pwrite(fd, from, n, offset);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) throw Failure{Failure::writing, 0, 0, 0, done < 0 ? errno : ENOSPC};
    from += done;
    offset += done;
    n -= done;
  }
}

void read_all(int fd, void *data, size_t n, int64_t offset) {
  char *to = static_cast<char *>(data);
  while (n) {
    const ssize_t done = ::pread(fd, to, n, offset);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) throw Failure{Failure::writing, 0, 0, 0, done < 0 ? errno : EIO};
    to += done;
    offset += done;
    n -= done;
  }
}

void forget(int fd, int64_t offset, int64_t n) {
#ifdef FALLOC_FL_PUNCH_HOLE
  // only saves space, so a file system that cannot do it is no error
  (void)!::fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, n);
#else
  (void)fd, (void)offset, (void)n;
#endif
}

void CorpusWorker::add_block(const Block &block) {
  const char *text = block.text();
  edges_.resize(stretch + 66);
  newlines_.resize(stretch + 64);
  size_t n_edges = 0;         // 1 between stretches: a word has begun and not ended
  uint64_t after_space = 1;
  // one byte of the padding is looked at too, so that the last word ends
  for (size_t from = 0; from < block.n + 1; from += stretch) {
    const size_t to = std::min(from + stretch, block.n + 1);
    uint32_t *edge = edges_.data() + n_edges, *newline = newlines_.data();
    for (size_t i = from; i < to; i += 64) {
      const SpaceBits bits(text + i);
      edge = append_bits(bits.spaces ^ (bits.spaces << 1 | after_space), i, edge);
      newline = append_bits(bits.newlines, i, newline);
      after_space = bits.spaces >> 63;
    }
    n_edges = edge - edges_.data();
    add_words(block, edges_.data(), n_edges / 2, newlines_.data(), newline - newlines_.data());
    if (n_edges % 2) edges_[0] = edges_[n_edges - 1];
    n_edges %= 2;
  }
  if (block.ends_file) end_sentence();
  flush(block.place);
}

// edges: begin and end of every word, (2 * n_words); newlines: (n_newlines). Positions in the block, rising.
void CorpusWorker::add_words(const Block &block, const uint32_t *edges, size_t n_words,
                             const uint32_t *newlines, size_t n_newlines) {
  const char *text = block.text();
  if (ids_.size() < n_ids_ + n_words + n_newlines + 1)
    ids_.resize(2 * ids_.size() + n_words + n_newlines + 1);
  const uint32_t *newline = newlines, *last_newline = newlines + n_newlines;
  WordKey keys[words_at_once];
  const char *starts[words_at_once];
  for (size_t from = 0; from < n_words; from += words_at_once) {
    const size_t n = std::min(words_at_once, n_words - from);
    const uint32_t *edge = edges + 2 * from;
    for (size_t k = 0; k < n; k++) {
      starts[k] = text + edge[2 * k];
      keys[k] = word_key(starts[k], edge[2 * k + 1] - edge[2 * k]);
      table.prefetch(keys[k]);
    }
    int32_t found[words_at_once];
    const auto place = [&](size_t k) -> Failure {
      return {Failure::none, block.place + edge[2 * k], block.file, block.offset + edge[2 * k], 0};
    };
    number(keys, starts, n, found, place);
    for (size_t k = 0; k < n; k++) {
      for (; newline < last_newline && *newline < edge[2 * k]; newline++) append_newline(ids_, n_ids_);
      ids_[n_ids_++] = found[k];
      note(found[k], block.place + edge[2 * k]);
    }
  }
  for (; newline < last_newline; newline++) append_newline(ids_, n_ids_);
  words += n_words;
}

// Numbers of n words, whose slots were prefetched: new ones are added. place(k): where word k is.
template <class Place>
void CorpusWorker::number(const WordKey *keys, const char *const *list, size_t n, int32_t *ids, Place place) {
  table.find(keys, list, n, ids);
  for (size_t k = 0; k < n; k++) {
    if (ids[k] < 0) {
      const int32_t id = table.find(keys[k], list[k]);  // it may have come in twice
      ids[k] = id >= 0 ? id : new_word(keys[k], list[k], place(k));
    }
    table.prefetch_entry(ids[k]);
  }
}

// Only here are bytes checked: a word that is in the table was valid when it came in.
int32_t CorpusWorker::new_word(const WordKey &key, const char *word, const Failure &where) {
  Failure failure = where;
  const InvalidUtf8 bad = find_invalid_utf8(word, key.length);
  if (bad.start < key.length) {
    if (!replace_) {
      failure.kind = Failure::invalid_utf8;
      failure.offset += bad.start;
      throw failure;
    }
    std::string replaced = replace_invalid_utf8(word, key.length);
    const auto length = static_cast<uint32_t>(replaced.size());
    replaced.append(8, ' ');
    const WordKey replaced_key = word_key(replaced.data(), length);
    const int32_t id = table.find(replaced_key, replaced.data());
    return id < 0 ? new_word(replaced_key, replaced.data(), where) : id;
  }
  failure.kind = key.length > longest_word     ? Failure::long_word
                 : table.size() >= max_words_ ? Failure::too_many_words
                                              : Failure::none;
  if (failure.kind) throw failure;
  return table.add(key, word);
}

void CorpusWorker::note(int32_t id, uint64_t place) {
  WordTable::Entry &entry = table.entries[id];
  entry.count++;
  // streams interleave, so a later block may hold an earlier place
  if (place < entry.first) entry.first = place;
}

void CorpusWorker::add_words(const std::string_view *list, size_t n) {
  if (ids_.size() < n_ids_ + n + 1) ids_.resize(2 * ids_.size() + n + 1);
  WordKey keys[words_at_once];
  const char *starts[words_at_once];
  const auto first = static_cast<uint64_t>(words);
  const auto place = [&](size_t k) -> Failure { return {Failure::none, first + k, 0, first + k, 0}; };
  for (size_t k = 0; k < n; k++) {
    if (list[k].size() > longest_word) throw Failure{Failure::long_word, first + k, 0, first + k, 0};
    starts[k] = list[k].data();
    keys[k] = word_key(list[k]);
    table.prefetch(keys[k]);
  }
  int32_t *found = ids_.data() + n_ids_;
  number(keys, starts, n, found, place);
  for (size_t k = 0; k < n; k++) note(found[k], first + k);
  n_ids_ += n;
  words += n;
}

int32_t CorpusWorker::word_number(std::string_view word) {
  const WordKey key = word_key(word);
  const int32_t id = table.find(key, word.data());
  return id >= 0 ? id : new_word(key, word.data(), {});
}

void CorpusWorker::restart(int fd) {
  for (WordTable::Entry &entry : table.entries) entry = {};
  pieces.clear();
  fd_ = fd;
  n_ids_ = 0;
  written_ = words = 0;
}

void CorpusWorker::append(int32_t id) {
  if (ids_.size() < n_ids_ + 1) ids_.resize(2 * ids_.size() + 1);
  if (id == sentence_end && !keep_empty_)
    append_newline(ids_, n_ids_);
  else
    ids_[n_ids_++] = id;
}

void CorpusWorker::flush(uint64_t place) {
  if (!n_ids_) return;
  write_all(fd_, ids_.data(), n_ids_ * sizeof(int32_t), written_ * sizeof(int32_t));
  pieces.push_back({place, number_, written_, static_cast<int64_t>(n_ids_)});
  written_ += n_ids_;
  n_ids_ = 0;
}

}  // namespace vectorsuite
