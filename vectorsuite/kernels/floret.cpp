// floret: a word's vector is the mean of the rows that its n-grams hash to.
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "binding.hpp"
#include "hashing.hpp"
#include "packed.hpp"
#include "threads.hpp"

namespace vectorsuite {
namespace {

struct Settings {
  int minn, maxn;          // lengths of n-grams, in characters
  int hash_count;          // rows per n-gram, 1 to 4
  uint32_t hash_seed;
  std::string bow, eow;    // put before and after each word
  bool lone_boundaries;    // count the first and the last character of the padded word as 1-grams
};

// The rows of a word, in spaCy's order: the padded word, then its n-grams, shortest first.
class RowsOfWord {
 public:
  RowsOfWord(const Settings &settings, uint32_t n_rows) : s(settings), n_rows(n_rows) {}

  const std::vector<int32_t> &operator()(const uint8_t *word, size_t n_bytes) {
    rows.clear();
    if (!n_bytes) return rows;
    padded.assign(s.bow).append(reinterpret_cast<const char *>(word), n_bytes).append(s.eow);
    starts.clear();
    for (size_t i = 0; i < padded.size(); i++)
      if ((padded[i] & 0xc0) != 0x80) starts.push_back(i);  // not the middle of a character
    starts.push_back(padded.size());
    const int n_chars = static_cast<int>(starts.size()) - 1;
    add(0, padded.size());
    for (int n = s.minn; n <= s.maxn && n <= n_chars; n++)
      for (int start = 0; start <= n_chars - n; start++) {
        const bool lone = n == 1 && (start == 0 || start == n_chars - 1);
        if (!s.lone_boundaries && (lone || n == 0)) continue;
        add(starts[start], starts[start + n]);
      }
    return rows;
  }

 private:
  void add(size_t begin, size_t end) {
    uint64_t hash[2];
    murmur3_x64_128(reinterpret_cast<const uint8_t *>(padded.data()) + begin, end - begin,
                    s.hash_seed, hash);
    for (int i = 0; i < s.hash_count; i++) {
      const uint32_t part = static_cast<uint32_t>(hash[i / 2] >> (32 * (i % 2)));
      rows.push_back(static_cast<int32_t>(part % n_rows));
    }
  }

  const Settings &s;
  const uint32_t n_rows;
  std::string padded;
  std::vector<size_t> starts;
  std::vector<int32_t> rows;
};

void check(const Settings &s, size_t n_rows) {
  if (s.hash_count < 1 || s.hash_count > 4 || s.minn < 0)
    throw std::invalid_argument("hash_count must be 1 to 4 and minn not negative.");
  if (n_rows < 1 || n_rows > INT32_MAX)
    throw std::invalid_argument("A floret table has 1 to 2^31 - 1 rows.");
}

// Rows of all words end to end, and where each word's begin, (n + 1,).
auto floret_rows(Array1<const uint8_t> data, Array1<const int64_t> offsets_n1, size_t n_rows,
                 Settings &s) {
  check(s, n_rows);
  check_packed(data, offsets_n1);
  const size_t n = offsets_n1.size() - 1;
  auto *ends = new int64_t[n + 1];
  std::vector<int32_t> all;
  {
    nb::gil_scoped_release release;
    RowsOfWord rows_of(s, static_cast<uint32_t>(n_rows));
    const int64_t *offsets = offsets_n1.data();
    ends[0] = 0;
    for (size_t i = 0; i < n; i++) {
      const auto &rows = rows_of(data.data() + offsets[i], offsets[i + 1] - offsets[i]);
      all.insert(all.end(), rows.begin(), rows.end());
      ends[i + 1] = static_cast<int64_t>(all.size());
    }
  }
  auto *rows = new int32_t[all.size()];
  if (!all.empty()) std::memcpy(rows, all.data(), all.size() * sizeof(int32_t));
  return std::make_tuple(owned(rows, all.size()), owned(ends, n + 1));
}

// Mean of n_rows rows of table_RD into mean_D; zeros for none.
void mean_of_rows(const float *table_RD, size_t D, const std::vector<int32_t> &rows,
                  float *mean_D) {
  std::fill_n(mean_D, D, 0.0f);
  if (rows.empty()) return;
  for (int32_t row : rows) __builtin_prefetch(table_RD + row * D);
  for (int32_t row : rows) {
    const float *row_D = table_RD + row * D;
    for (size_t d = 0; d < D; d++) mean_D[d] += row_D[d];
  }
  const float share = 1.0f / static_cast<float>(rows.size());
  for (size_t d = 0; d < D; d++) mean_D[d] *= share;
}

// Vectors of n words, (n, D), from a table (R, D).
auto floret_vectors(Array2<const float> table_RD, Array1<const uint8_t> data,
                    Array1<const int64_t> offsets_n1, Settings &s, int threads) {
  const size_t n_rows = table_RD.shape(0), D = table_RD.shape(1), n = offsets_n1.size() - 1;
  check(s, n_rows);
  check_packed(data, offsets_n1);
  auto *vectors_nD = new float[n * D];
  {
    nb::gil_scoped_release release;
    const int64_t *offsets = offsets_n1.data();
    in_threads(n, 256, threads, [&](size_t begin, size_t end) {
      RowsOfWord rows_of(s, static_cast<uint32_t>(n_rows));
      for (size_t i = begin; i < end; i++)
        mean_of_rows(table_RD.data(), D,
                     rows_of(data.data() + offsets[i], offsets[i + 1] - offsets[i]),
                     vectors_nD + i * D);
    });
  }
  nb::capsule owner(vectors_nD, [](void *p) noexcept { delete[] static_cast<float *>(p); });
  return nb::ndarray<nb::numpy, float, nb::ndim<2>>(vectors_nD, {n, D}, owner);
}

std::vector<uint32_t> ngram_hashes(nb::bytes ngram, uint32_t seed) {
  uint64_t hash[2];
  murmur3_x64_128(static_cast<const uint8_t *>(ngram.data()), ngram.size(), seed, hash);
  return {static_cast<uint32_t>(hash[0]), static_cast<uint32_t>(hash[0] >> 32),
          static_cast<uint32_t>(hash[1]), static_cast<uint32_t>(hash[1] >> 32)};
}

}  // namespace

void bind_floret(nb::module_ &m) {
  nb::class_<Settings>(m, "FloretSettings", "See vectors/floret.py.")
      .def(nb::init<int, int, int, uint32_t, std::string, std::string, bool>(), nb::arg("minn"),
           nb::arg("maxn"), nb::arg("hash_count"), nb::arg("hash_seed"), nb::arg("bow"),
           nb::arg("eow"), nb::arg("lone_boundaries"));
  m.def("floret_rows", &floret_rows, nb::arg("data"), nb::arg("offsets"), nb::arg("n_rows"),
        nb::arg("settings"),
        "Rows of packed words: all (M,) int32, and offsets of each word's, (n + 1,) int64.");
  m.def("floret_vectors", &floret_vectors, nb::arg("table"), nb::arg("data"), nb::arg("offsets"),
        nb::arg("settings"), nb::arg("threads") = 0,
        "Mean of each packed word's rows of the table, (n, D) float32.");
  m.def("ngram_hashes", &ngram_hashes, nb::arg("ngram"), nb::arg("seed"),
        "MurmurHash3_x64_128 as four uint32, lowest first.");
}

}  // namespace vectorsuite
