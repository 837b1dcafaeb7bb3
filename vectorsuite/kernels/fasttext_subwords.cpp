// fastText's vectors of words: the mean of a word's own row and the rows of its n-grams.
//
// Bojanowski et al. (2017, TACL), section 3.2, with the hashing of fastText 0.9: FNV-1a over signed
// bytes, n-grams of UTF-8 characters of "<word>", modulo the number of buckets.
#include <nanobind/stl/pair.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include "binding.hpp"
#include "packed.hpp"
#include "threads.hpp"

namespace vectorsuite {
namespace {

bool inside_character(char c) { return (c & 0xC0) == 0x80; }

// Rows of buckets that a word's n-grams fall into, in fastText's order.
struct Subwords {
  int minn, maxn;
  int64_t n_buckets;
  const std::unordered_map<int32_t, int32_t> *pruned;  // bucket to row, or null: all are kept

  void rows(const std::string &word, std::vector<int64_t> &out) const {
    for (size_t i = 0; i < word.size(); i++) {
      if (inside_character(word[i])) continue;
      uint32_t hash = 2166136261u;
      size_t j = i;
      for (int n = 1; j < word.size() && n <= maxn; n++) {
        do {
          hash = (hash ^ static_cast<uint32_t>(static_cast<int8_t>(word[j]))) * 16777619u;
          j++;
        } while (j < word.size() && inside_character(word[j]));
        const bool lone_boundary = n == 1 && (i == 0 || j == word.size());
        if (n >= minn && !lone_boundary) add(hash, out);
      }
    }
  }

  void add(uint32_t hash, std::vector<int64_t> &out) const {
    const auto bucket = static_cast<int64_t>(hash % static_cast<uint64_t>(n_buckets));
    if (!pruned) return out.push_back(bucket);
    const auto kept = pruned->find(static_cast<int32_t>(bucket));
    if (kept != pruned->end()) out.push_back(kept->second);
  }
};

// words: (B,) bytes with offsets (V + 1,). input (V + n_bucket_rows, D): own rows, then buckets.
// own_rows (V,): row of input that is a word's own, -1 for a word that has none.
// pruned: (P, 2) bucket and its row after V, used if has_pruned. out (V, D).
void fasttext_vectors(Array1<const uint8_t> words, Array1<const int64_t> offsets,
                      Array1<const int64_t> own_rows, Array2<const float> input,
                      int64_t first_bucket, int64_t n_buckets, int minn, int maxn,
                      Array2<const int32_t> pruned, bool has_pruned, Array2<float> out,
                      int threads) {
  const size_t n = out.shape(0), width = out.shape(1);
  if (input.shape(1) != width || offsets.size() != n + 1 || own_rows.size() != n)
    throw std::invalid_argument("Shapes of words, rows and matrices do not agree.");
  check_packed(words, offsets);
  nb::gil_scoped_release released;
  std::unordered_map<int32_t, int32_t> kept;
  for (size_t i = 0; has_pruned && i < pruned.shape(0); i++) kept[pruned(i, 0)] = pruned(i, 1);
  const Subwords subwords{minn, n_buckets > 0 ? maxn : 0, n_buckets, has_pruned ? &kept : nullptr};
  const auto n_rows = static_cast<int64_t>(input.shape(0));

  const auto work = [&](size_t first, size_t last) {
    std::vector<int64_t> rows;
    for (size_t w = first; w < last; w++) {
      const std::string word(reinterpret_cast<const char *>(words.data()) + offsets(w),
                             static_cast<size_t>(offsets(w + 1) - offsets(w)));
      rows.clear();
      if (word != "</s>") subwords.rows("<" + word + ">", rows);
      for (auto &row : rows) row += first_bucket;
      if (own_rows(w) >= 0) rows.insert(rows.begin(), own_rows(w));
      float *vector = out.data() + w * width;
      std::fill(vector, vector + width, 0.0f);
      size_t used = 0;
      for (int64_t row : rows) {
        if (row < 0 || row >= n_rows) continue;
        const float *source = input.data() + static_cast<size_t>(row) * width;
        for (size_t d = 0; d < width; d++) vector[d] += source[d];
        used++;
      }
      const auto scale = static_cast<float>(1.0 / static_cast<double>(std::max<size_t>(used, 1)));
      for (size_t d = 0; d < width; d++) vector[d] *= scale;
    }
  };
  in_threads(n, 256, threads, work);
}

// Buckets of the n-grams of all words end to end, and where each word's begin, (n + 1,).
// words: (B,) bytes with offsets (n + 1,).
auto fasttext_rows(Array1<const uint8_t> words, Array1<const int64_t> offsets, int64_t n_buckets,
                   int minn, int maxn) {
  if (n_buckets < 1 || n_buckets > INT32_MAX)
    throw std::invalid_argument("There must be 1 to 2^31 - 1 buckets.");
  check_packed(words, offsets);
  const size_t n = offsets.size() - 1;
  std::vector<int64_t> all, ends{0};
  {
    nb::gil_scoped_release released;
    const Subwords subwords{minn, maxn, n_buckets, nullptr};
    for (size_t w = 0; w < n; w++) {
      const std::string word(reinterpret_cast<const char *>(words.data()) + offsets(w),
                             static_cast<size_t>(offsets(w + 1) - offsets(w)));
      if (word != "</s>") subwords.rows("<" + word + ">", all);
      ends.push_back(static_cast<int64_t>(all.size()));
    }
  }
  auto *rows = new int32_t[all.size()];
  std::copy(all.begin(), all.end(), rows);
  auto *starts = new int64_t[n + 1];
  std::copy(ends.begin(), ends.end(), starts);
  return std::make_pair(owned(rows, all.size()), owned(starts, n + 1));
}

}  // namespace

void bind_fasttext_subwords(nb::module_ &m) {
  m.def("fasttext_vectors", &fasttext_vectors, nb::arg("words"), nb::arg("offsets"),
        nb::arg("own_rows"), nb::arg("input"), nb::arg("first_bucket"), nb::arg("n_buckets"),
        nb::arg("minn"), nb::arg("maxn"), nb::arg("pruned"), nb::arg("has_pruned"), nb::arg("out"),
        nb::arg("threads") = 1,
        "Mean of each word's own row and the rows of its n-grams, as fastText has it.");
  m.def("fasttext_rows", &fasttext_rows, nb::arg("words"), nb::arg("offsets"), nb::arg("n_buckets"),
        nb::arg("minn"), nb::arg("maxn"),
        "Buckets of the n-grams of packed words: all (M,) int32, and where each word's begin.");
}

}  // namespace vectorsuite
