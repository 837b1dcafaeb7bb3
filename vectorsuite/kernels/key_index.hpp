// Open addressing from uint64 keys to int32 rows, with the keys in the order they came.
#pragma once
#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <vector>

namespace vectorsuite {

// One place of the hash table. Sixteen bytes, so that a look-up touches one cache line.
struct Slot {
  uint64_t key;
  uint32_t row_plus_1;  // 0: nothing here
  uint32_t entry;       // where the key stands in the order of insertion
};
static_assert(sizeof(Slot) == 16, "the file holds slots as pairs of uint64");

// Slots are probed linearly from `home`. The arrays may be borrowed from a mapped file; the first
// change copies them. Readers on other threads are safe; changes wait for batches being read.
class KeyIndex {
 public:
  KeyIndex() = default;
  // Borrow: slots (capacity), keys and rows (n) must outlive this object.
  KeyIndex(const Slot *slots, size_t capacity, const uint64_t *keys, const int32_t *rows, size_t n);

  size_t size() const { return n_keys_; }
  bool borrowed() const { return borrowed_; }
  // Row of a key, −1 if there is none.
  int32_t find(uint64_t key) const;
  void find(const uint64_t *keys_n, int32_t *rows_n, size_t n) const;
  void set(uint64_t key, int32_t row);
  void set(const uint64_t *keys_n, const int32_t *rows_n, size_t n);
  // Take a key out; its row, or −1 if there was none.
  int32_t pop(uint64_t key);
  void clear();
  // Close the gaps that pop left, so that slots, keys and rows can be written to a file.
  void compact();

  const Slot *slots() const { return slots_; }
  size_t capacity() const { return capacity_; }
  const uint64_t *keys() const { return keys_; }
  const int32_t *rows() const { return rows_; }  // −1: the key was taken out
  size_t n_entries() const { return n_entries_; }
  std::shared_mutex &lock() const { return lock_; }

 private:
  size_t home(uint64_t key) const;
  size_t slot_of(uint64_t key) const;  // capacity_ if there is none
  void own();
  void rebuild(size_t n_keys);
  void insert(uint64_t key, int32_t row);
  void refresh();

  const Slot *slots_ = nullptr;
  const uint64_t *keys_ = nullptr;
  const int32_t *rows_ = nullptr;
  size_t capacity_ = 0, n_entries_ = 0, n_keys_ = 0;
  bool borrowed_ = false;
  std::vector<Slot> own_slots_;
  std::vector<uint64_t> own_keys_;
  std::vector<int32_t> own_rows_;
  mutable std::shared_mutex lock_;
};

}  // namespace vectorsuite
