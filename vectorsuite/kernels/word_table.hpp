// Words and their counts: open addressing over 16-byte slots, the words' bytes end to end in one arena.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace vectorsuite {

// A word as the table looks it up. Up to 8 bytes the key is the word itself, so most look-ups
// never touch the arena; above, it is a hash of all bytes.
struct WordKey {
  uint64_t key;
  uint64_t hash;
  uint32_t length;
};

namespace word_hash {

inline uint64_t load8(const char *p) {
  uint64_t x;
  std::memcpy(&x, p, 8);
  return x;
}

inline uint64_t load4(const char *p) {
  uint32_t x;
  std::memcpy(&x, p, 4);
  return x;
}

inline uint64_t byte(const char *p) { return static_cast<unsigned char>(*p); }

// Both halves of the 128-bit product, the mixing step of wyhash (Wang Yi, public domain).
inline uint64_t fold(uint64_t a, uint64_t b) {
  __extension__ typedef unsigned __int128 wide;
  const wide product = static_cast<wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

inline uint64_t slot_hash(uint64_t key, uint32_t length) {
  return fold(key ^ 0xa0761d6478bd642fu, 0xe7037ed1a0b428dbu ^ length);
}

}  // namespace word_hash

// word: length > 0 bytes, and at least 8 bytes that may be read. Whether a word is long is a toss: no branch.
inline WordKey word_key(const char *word, uint32_t length) {
  using namespace word_hash;
  const uint64_t begin = load8(word), end = load8(word + std::max(length, 8u) - 8);
  uint64_t all = begin;
  for (uint32_t i = 8; i + 8 < length; i += 8) all = fold(all ^ 0x8ebc6af09c88c6e3u, load8(word + i) ^ i);
  all = fold(all ^ 0x589965cc75374cc3u, end ^ length);
  const uint64_t itself = begin & ~uint64_t{0} >> (-8 * length & 63);
  const uint64_t key = itself ^ ((itself ^ all) & -uint64_t{length > 8});
  return {key, slot_hash(key, length), length};
}

// The same where no byte past the word may be read. word: not empty, at most 2^32 - 1 bytes.
inline WordKey word_key(std::string_view word) {
  using namespace word_hash;
  const char *p = word.data();
  const auto n = static_cast<uint32_t>(word.size());
  // 8 bytes that begin at a multiple of 8 lie in one page, so they may be read if the first one may
#ifdef __SANITIZE_ADDRESS__  // which knows where the word ends, not where its page does
  const bool may_read = false;
#else
  const bool may_read = reinterpret_cast<uintptr_t>(p) % 8 == 0;
#endif
  if (may_read || n >= 8) return word_key(p, n);
  uint64_t key;
  if (n >= 4)  // two loads that overlap agree where they do
    key = load4(p) | load4(p + n - 4) << 8 * (n - 4);
  else
    key = byte(p) | byte(p + n / 2) << 8 * (n / 2) | byte(p + n - 1) << 8 * (n - 1);
  return {key, slot_hash(key, n), n};
}

constexpr size_t words_at_once = 64;  // whose slots are fetched ahead

class WordTable {
 public:
  struct Entry {
    int64_t count = 0;
    uint64_t first = ~uint64_t{0};  // smallest place in the text at which the word was met
  };

  std::vector<Entry> entries;

  WordTable() { rehash(12); }

  size_t size() const { return entries.size(); }
  const char *word(size_t id) const { return arena_.data() + starts_[id]; }
  uint32_t length(size_t id) const { return static_cast<uint32_t>(starts_[id + 1] - starts_[id]); }

  // A word of the arena can be keyed in place: the arena ends with 8 spare bytes.
  WordKey key_of(size_t id) const { return word_key(word(id), length(id)); }

  void prefetch(const WordKey &key) const { __builtin_prefetch(&slots_[key.hash >> shift_]); }

  void prefetch_entry(int32_t id) const { __builtin_prefetch(&entries[id], 1); }

  // Number of the word, or -1.
  int32_t find(const WordKey &key, const char *word) const {
    for (size_t i = key.hash >> shift_;; i = (i + 1) & mask_) {
      const Slot &slot = slots_[i];
      const bool same = (slot.key == key.key) & (slot.length == key.length);
      if (same | !slot.length) {  // one branch, nearly always taken: whether the word is there is a toss
        if (slot.length <= 8 || is(slot, word)) return slot.id;
      }
    }
  }

  // The same for n words, whose slots should be prefetched. Whether a word is long, or there, is a toss:
  // no branches but for slots that another word has taken.
  void find(const WordKey *keys, const char *const *words, size_t n, int32_t *ids) const {
    uint32_t long_words[words_at_once];
    size_t n_long = 0;
    for (size_t k = 0; k < n; k++) {
      size_t i = keys[k].hash >> shift_;
      while ((slots_[i].length != 0) & ((slots_[i].key != keys[k].key) | (slots_[i].length != keys[k].length)))
        i = (i + 1) & mask_;
      ids[k] = slots_[i].id;
      long_words[n_long] = static_cast<uint32_t>(k);
      n_long += (slots_[i].length > 8);
    }
    for (size_t l = 0; l < n_long; l++) {  // so far they were known by their hashes
      const uint32_t k = long_words[l];
      if (std::memcmp(word(ids[k]), words[k], keys[k].length)) ids[k] = find(keys[k], words[k]);
    }
  }

  // Number given to a word that is not in the table yet.
  int32_t add(const WordKey &key, const char *word) {
    // half full at most; a table that the cache holds has more room, for then most words lie where they should
    const size_t room = slots_.size() < small ? 8 : 2;
    if (room * (entries.size() + 1) > slots_.size()) rehash(64 - shift_ + 1);
    const size_t start = starts_.back();
    const size_t needed = start + key.length + 8;
    if (needed > arena_.size()) arena_.resize(std::max(needed, arena_.size() + arena_.size() / 2));
    std::memcpy(arena_.data() + start, word, key.length);
    const auto id = static_cast<int32_t>(entries.size());
    starts_.push_back(start + key.length);
    entries.emplace_back();
    place(key.hash, {key.key, key.length, id});
    return id;
  }

 private:
  struct Slot {
    uint64_t key = 0;
    uint32_t length = 0;  // 0: free; no word is empty
    int32_t id = -1;
  };

  static constexpr size_t small = size_t{1} << 15;  // slots

  std::vector<Slot> slots_;
  std::vector<char> arena_ = std::vector<char>(1 << 16);
  std::vector<uint64_t> starts_ = {0};
  int shift_ = 64;
  size_t mask_ = 0;

  bool is(const Slot &slot, const char *word) const {
    return !std::memcmp(arena_.data() + starts_[slot.id], word, slot.length);
  }

  void place(uint64_t hash, const Slot &slot) {
    size_t i = hash >> shift_;
    while (slots_[i].length) i = (i + 1) & mask_;
    slots_[i] = slot;
  }

  void rehash(int bits) {
    std::vector<Slot> old(size_t{1} << bits);
    old.swap(slots_);
    shift_ = 64 - bits;
    mask_ = slots_.size() - 1;
    for (const Slot &slot : old)
      if (slot.length) place(word_hash::slot_hash(slot.key, slot.length), slot);
  }
};

}  // namespace vectorsuite
