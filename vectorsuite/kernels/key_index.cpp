#include "key_index.hpp"

#include <nanobind/stl/tuple.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <tuple>

#include "binding.hpp"
#include "threads.hpp"

namespace vectorsuite {

KeyIndex::KeyIndex(const Slot *slots, size_t capacity, const uint64_t *keys, const int32_t *rows,
                   size_t n)
    : slots_(slots), keys_(keys), rows_(rows), capacity_(capacity), n_entries_(n), n_keys_(n),
      borrowed_(true) {}

// Keys are hashes mostly, but reserved symbols are 1, 2, 3, …: mix, then scale to the capacity.
size_t KeyIndex::home(uint64_t key) const {
  key = (key ^ (key >> 32)) * 0x9e3779b97f4a7c15ull;
  key ^= key >> 29;
  key *= 0xbf58476d1ce4e5b9ull;
  return static_cast<size_t>((static_cast<unsigned __int128>(key) * capacity_) >> 64);
}

size_t KeyIndex::slot_of(uint64_t key) const {
  if (!capacity_) return capacity_;
  size_t at = home(key);
  // bounded, because a damaged file may have no empty slot
  for (size_t steps = 0; steps < capacity_; steps++) {
    const Slot &slot = slots_[at];
    if (!slot.row_plus_1) return capacity_;
    if (slot.key == key) return at;
    if (++at == capacity_) at = 0;
  }
  return capacity_;
}

int32_t KeyIndex::find(uint64_t key) const {
  const size_t at = slot_of(key);
  return at == capacity_ ? -1 : static_cast<int32_t>(slots_[at].row_plus_1 - 1);
}

// Each look-up is one cache miss; sixteen of them are under way at a time.
void KeyIndex::find(const uint64_t *keys_n, int32_t *rows_n, size_t n) const {
  constexpr size_t ahead = 16;
  if (!n_keys_) {
    std::fill_n(rows_n, n, -1);
    return;
  }
  for (size_t i = 0; i < std::min(ahead, n); i++) __builtin_prefetch(slots_ + home(keys_n[i]));
  for (size_t i = 0; i < n; i++) {
    if (i + ahead < n) __builtin_prefetch(slots_ + home(keys_n[i + ahead]));
    rows_n[i] = find(keys_n[i]);
  }
}

void KeyIndex::refresh() {
  slots_ = own_slots_.data();
  capacity_ = own_slots_.size();
  keys_ = own_keys_.data();
  rows_ = own_rows_.data();
  n_entries_ = own_keys_.size();
}

void KeyIndex::own() {
  if (!borrowed_) return;
  own_keys_.assign(keys_, keys_ + n_entries_);
  own_rows_.assign(rows_, rows_ + n_entries_);
  borrowed_ = false;
  rebuild(n_entries_);  // from the entries: slots of a damaged file are never written through
}

// New slots with room for n keys at six tenths full, from the entries that are left.
void KeyIndex::rebuild(size_t n) {
  if (n >= INT32_MAX) throw std::length_error("A key index holds at most 2^31 - 2 keys.");
  std::vector<uint64_t> keys = std::move(own_keys_);
  std::vector<int32_t> rows = std::move(own_rows_);
  own_keys_.clear();
  own_rows_.clear();
  own_slots_.assign(std::max<size_t>(16, n + n * 2 / 3), Slot{0, 0, 0});
  own_keys_.reserve(n);
  own_rows_.reserve(n);
  n_keys_ = 0;
  refresh();
  for (size_t i = 0; i < keys.size(); i++) {
    if (i + 16 < keys.size()) __builtin_prefetch(slots_ + home(keys[i + 16]), 1);
    if (rows[i] >= 0) insert(keys[i], rows[i]);
  }
  refresh();
}

// Room is there. A known key keeps its place in the order and gets the new row.
void KeyIndex::insert(uint64_t key, int32_t row) {
  size_t at = home(key);
  for (;; at = at + 1 == capacity_ ? 0 : at + 1) {
    Slot &slot = own_slots_[at];
    if (!slot.row_plus_1) {
      slot = {key, static_cast<uint32_t>(row) + 1, static_cast<uint32_t>(own_keys_.size())};
      own_keys_.push_back(key);
      own_rows_.push_back(row);
      n_keys_++;
      return;
    }
    if (slot.key == key) {
      slot.row_plus_1 = static_cast<uint32_t>(row) + 1;
      own_rows_[slot.entry] = row;
      return;
    }
  }
}

void KeyIndex::set(uint64_t key, int32_t row) {
  own();
  if (n_keys_ + 1 > capacity_ - capacity_ / 4) rebuild(std::max<size_t>(16, n_keys_ * 2));
  insert(key, row);
  refresh();
}

void KeyIndex::set(const uint64_t *keys_n, const int32_t *rows_n, size_t n) {
  own();
  if (n_keys_ + n > capacity_ - capacity_ / 4) rebuild(n_keys_ + n);
  for (size_t i = 0; i < n; i++) {
    if (i + 16 < n) __builtin_prefetch(slots_ + home(keys_n[i + 16]), 1);
    insert(keys_n[i], rows_n[i]);
  }
  refresh();
}

int32_t KeyIndex::pop(uint64_t key) {
  size_t at = slot_of(key);
  if (at == capacity_) return -1;
  if (borrowed_) {
    own();
    at = slot_of(key);
  }
  const int32_t row = static_cast<int32_t>(own_slots_[at].row_plus_1 - 1);
  own_rows_[own_slots_[at].entry] = -1;
  n_keys_--;
  // Move later keys of the run into the gap, unless that puts one before its home (Knuth 6.4 R).
  size_t gap = at;
  for (size_t next = gap;;) {
    if (++next == capacity_) next = 0;
    if (!own_slots_[next].row_plus_1) break;
    const size_t start = home(own_slots_[next].key);
    const bool stays = gap <= next ? (gap < start && start <= next) : (gap < start || start <= next);
    if (stays) continue;
    own_slots_[gap] = own_slots_[next];
    gap = next;
  }
  own_slots_[gap] = {0, 0, 0};
  if (own_keys_.size() > 2 * n_keys_ + 16) rebuild(n_keys_);
  return row;
}

void KeyIndex::clear() {
  borrowed_ = false;
  own_slots_.clear();
  own_keys_.clear();
  own_rows_.clear();
  n_keys_ = 0;
  refresh();
}

void KeyIndex::compact() {
  if (n_entries_ != n_keys_) rebuild(n_keys_);
}

namespace {

using Lock = std::unique_lock<std::shared_mutex>;

void check_pairs(const Array1<const uint64_t> &keys_n, const Array1<const int32_t> &rows_n) {
  if (keys_n.size() != rows_n.size())
    throw std::invalid_argument("keys and rows must have one length.");
  for (size_t i = 0; i < rows_n.size(); i++)
    if (rows_n.data()[i] < 0) throw std::invalid_argument("rows must not be negative.");
}

// Changes hold the interpreter's lock and the index's own. Batches of look-ups run without the
// first, so they take the second.
auto find_batch(const KeyIndex &index, Array1<const uint64_t> keys_n, int threads) {
  const size_t n = keys_n.size();
  auto *rows_n = new int32_t[n];
  {
    nb::gil_scoped_release release;
    std::shared_lock<std::shared_mutex> lock(index.lock());
    in_threads(n, 1 << 13, threads, [&](size_t begin, size_t end) {
      index.find(keys_n.data() + begin, rows_n + begin, end - begin);
    });
  }
  return owned(rows_n, n);
}

void set_batch(KeyIndex &index, Array1<const uint64_t> keys_n, Array1<const int32_t> rows_n) {
  check_pairs(keys_n, rows_n);
  Lock lock(index.lock());
  index.set(keys_n.data(), rows_n.data(), keys_n.size());
}

void set_one(KeyIndex &index, uint64_t key, int32_t row) {
  if (row < 0) throw std::invalid_argument("A row must not be negative.");
  Lock lock(index.lock());
  index.set(key, row);
}

int32_t pop_one(KeyIndex &index, uint64_t key) {
  Lock lock(index.lock());
  return index.pop(key);
}

// Copies of the keys and rows that are there, in the order of insertion.
auto entries(const KeyIndex &index) {
  auto *keys = new uint64_t[index.size()];
  auto *rows = new int32_t[index.size()];
  size_t n = 0;
  for (size_t i = 0; i < index.n_entries() && n < index.size(); i++) {
    if (index.rows()[i] < 0) continue;
    keys[n] = index.keys()[i];
    rows[n++] = index.rows()[i];
  }
  return std::make_tuple(owned(keys, n), owned(rows, n));
}

// What a file needs beside the entries: a copy of the slots, (capacity, 2) uint64.
auto slots(KeyIndex &index) {
  Lock lock(index.lock());
  index.compact();
  const size_t n = index.capacity();
  auto *words = new uint64_t[2 * n];
  if (n) std::memcpy(words, index.slots(), n * sizeof(Slot));
  nb::capsule owner(words, [](void *p) noexcept { delete[] static_cast<uint64_t *>(p); });
  return nb::ndarray<nb::numpy, uint64_t, nb::ndim<2>>(words, {n, 2}, owner);
}

void borrow(KeyIndex *self, Array2<const uint64_t> slots, Array1<const uint64_t> keys_n,
            Array1<const int32_t> rows_n) {
  if (slots.shape(1) != 2 || keys_n.size() != rows_n.size() || slots.shape(0) < keys_n.size())
    throw std::invalid_argument("slots must be (capacity, 2), keys and rows (n,), n <= capacity.");
  new (self) KeyIndex(reinterpret_cast<const Slot *>(slots.data()), slots.shape(0), keys_n.data(),
                      rows_n.data(), keys_n.size());
}

}  // namespace

void bind_key_index(nb::module_ &m) {
  nb::class_<KeyIndex>(m, "KeyIndex", "uint64 keys to int32 rows; see vectors/key_index.py.")
      .def(nb::init<>())
      .def("__init__", &borrow, nb::arg("slots"), nb::arg("keys"), nb::arg("rows"),
           nb::keep_alive<1, 2>(), nb::keep_alive<1, 3>(), nb::keep_alive<1, 4>(),
           "Over arrays that stay where they are; the first change copies them.")
      .def("__len__", &KeyIndex::size)
      .def_prop_ro("borrowed", &KeyIndex::borrowed, "Whether the arrays are still the borrowed ones.")
      .def("get", nb::overload_cast<uint64_t>(&KeyIndex::find, nb::const_), nb::arg("key"),
           "Row of a key, -1 if there is none.")
      .def("find", &find_batch, nb::arg("keys"), nb::arg("threads") = 0,
           "Rows of keys (n,) uint64, (n,) int32, -1 where there is none. threads 0: all cores.")
      .def("set", &set_one, nb::arg("key"), nb::arg("row"))
      .def("set_many", &set_batch, nb::arg("keys"), nb::arg("rows"),
           "Set (n,) uint64 keys to (n,) int32 rows, in this order.")
      .def("pop", &pop_one, nb::arg("key"), "Take a key out; its row, -1 if there was none.")
      .def("clear", [](KeyIndex &index) { Lock lock(index.lock()); index.clear(); })
      .def("entries", &entries, "Copies of keys (n,) uint64 and rows (n,) int32, oldest first.")
      .def("slots", &slots, "Copy of the hash table, (capacity, 2) uint64, for a file.");
}

}  // namespace vectorsuite
