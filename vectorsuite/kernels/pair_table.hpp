// How often pairs of words stand together: open addressing over 16-byte slots.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

#include "word_table.hpp"

namespace vectorsuite {

// A candidate phrase: two words, and the run of connector words between them (0: none).
struct WordPair {
  uint64_t words;  // first word << 32 | last word
  uint32_t run;

  int32_t first() const { return static_cast<int32_t>(words >> 32); }
  int32_t last() const { return static_cast<int32_t>(words); }
  // Without the run: pairs of the same words stay together, in one table and one stretch of it.
  uint64_t hash() const { return word_hash::fold(words ^ 0xa0761d6478bd642fu, 0xe7037ed1a0b428dbu); }
};

inline WordPair word_pair(int32_t first, int32_t last, uint32_t run = 0) {
  return {static_cast<uint64_t>(static_cast<uint32_t>(first)) << 32 | static_cast<uint32_t>(last), run};
}

constexpr int pair_count_bits = 40;  // of a slot; the other 24 number the run
constexpr uint32_t most_runs = 1 << (64 - pair_count_bits);

class PairTable {
 public:
  PairTable() { allocate(10); }

  size_t size() const { return size_; }

  void prefetch(uint64_t hash) const { __builtin_prefetch(&slots_[hash >> shift_], 1); }

  void add(const WordPair &pair, uint64_t hash, int64_t n) {
    Slot &slot = find_slot(pair, hash);
    if (slot.run_count) {
      slot.run_count += n;
      return;
    }
    slot = {pair.words, static_cast<uint64_t>(pair.run) << pair_count_bits | n};
    if (10 * ++size_ > 7 * mask_) grow();
  }

  // 0 if the pair is not in the table.
  int64_t count(const WordPair &pair) const {
    return find_slot(pair, pair.hash()).count();
  }

  // visit(pair, count) for every pair, in the order of the slots.
  template <class Visit> void for_each(Visit visit) const {
    for (size_t i = 0; i <= mask_; i++)
      if (slots_[i].run_count) visit(WordPair{slots_[i].words, slots_[i].run()}, slots_[i].count());
  }

  // Drops every pair that was counted fewer than `least` times.
  void prune(int64_t least) {
    PairTable kept;
    for_each([&](const WordPair &pair, int64_t n) {
      if (n >= least) kept.add(pair, pair.hash(), n);
    });
    *this = std::move(kept);
  }

 private:
  struct Slot {
    uint64_t words;
    uint64_t run_count;  // 0: free

    uint32_t run() const { return static_cast<uint32_t>(run_count >> pair_count_bits); }
    int64_t count() const { return run_count & ((uint64_t{1} << pair_count_bits) - 1); }
  };
  struct Free {
    void operator()(Slot *slots) const { std::free(slots); }
  };

  static constexpr size_t small = size_t{1} << 20;  // slots; below, room is made more generously

  std::unique_ptr<Slot[], Free> slots_;
  size_t size_ = 0, mask_ = 0;
  int shift_ = 64;

  // calloc: the pages of a large table come zeroed, and only when they are touched.
  void allocate(int bits) {
    slots_.reset(static_cast<Slot *>(std::calloc(size_t{1} << bits, sizeof(Slot))));
    if (!slots_) throw std::bad_alloc();
    mask_ = (size_t{1} << bits) - 1;
    shift_ = 64 - bits;
  }

  // The pair's slot, or the free one that is to be it.
  Slot &find_slot(const WordPair &pair, uint64_t hash) const {
    for (size_t i = hash >> shift_;; i = (i + 1) & mask_) {
      Slot &slot = slots_[i];
      if ((!slot.run_count) | ((slot.words == pair.words) & (slot.run() == pair.run))) return slot;
    }
  }

  void place(uint64_t hash, const Slot &slot) {
    size_t i = hash >> shift_;
    while (slots_[i].run_count) i = (i + 1) & mask_;
    slots_[i] = slot;
  }

  void grow() {
    const auto old = std::move(slots_);
    const size_t n = mask_ + 1;
    allocate(64 - shift_ + (n < small ? 2 : 1));
    for (size_t i = 0; i < n; i++)
      if (old[i].run_count) place(WordPair{old[i].words, 0}.hash(), old[i]);
  }
};

}  // namespace vectorsuite
