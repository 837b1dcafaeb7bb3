// Records "word, space, D floats, perhaps a newline" of word2vec's binary format, in bulk; the first
// occurrence of every word; fastText's n-gram rows.
//
// The format has no length of a word: a word with a space can only be told by what follows it. The
// first space ends the word unless the bytes after it make no sense as floats and a next word, and
// those after a later space do.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "binding.hpp"
#include "utf8.hpp"

namespace vectorsuite {
namespace {

constexpr size_t max_word = 4096;   // bytes; longer means that this is not the format
constexpr int max_spaces = 32;      // spaces of one word that are tried

struct Records {
  const char *begin, *end;
  size_t width;
  bool whole_file;  // no more bytes will come after end

  size_t vector_bytes() const { return width * sizeof(float); }

  const char *space_after(const char *p) const {
    const size_t n = std::min(max_word, static_cast<size_t>(end - p));
    return n ? static_cast<const char *>(std::memchr(p, ' ', n)) : nullptr;
  }

  bool complete(const char *space) const {
    return static_cast<size_t>(end - space - 1) >= vector_bytes();
  }

  // Trained values are zero or of ordinary size. Text read as floats is not, nor are most floats
  // read from a wrong offset.
  bool ordinary_floats(const char *p) const {
    size_t strange = 0;
    float first = 0;
    for (size_t d = 0; d < width; d++) {
      float x;
      std::memcpy(&x, p + d * sizeof x, sizeof x);
      if (!d) first = x;
      const float size = std::fabs(x);
      strange += !(size == 0 || (size > 1e-15f && size < 1e10f));
    }
    const float size = std::fabs(first);
    return strange * 8 <= width && (size == 0 || (size > 1e-15f && size < 1e10f));
  }

  bool ordinary_word(const char *p) const {
    const char *space = space_after(p);
    if (!space || space == p) return false;
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; };
    return std::none_of(p, space, control) && is_utf8(p, space);
  }

  // Whether a word that ends at this space is followed by floats and the start of another record.
  bool fits(const char *space, int newline) const {
    if (!complete(space) || !ordinary_floats(space + 1)) return false;
    const char *next = space + 1 + vector_bytes();
    if (next == end) return true;
    if (newline == 1 && *next != '\n') return false;
    if (*next == '\n') next++;
    return next == end || ordinary_word(next);
  }

  const char *word_end(const char *p, int newline) const {
    const char *first = space_after(p);
    if (!first || fits(first, newline)) return first;
    const char *space = first;
    for (int i = 0; i < max_spaces; i++) {
      const char *limit = std::min(end, p + max_word);
      const char *q = space + 1;
      if (q >= limit) break;
      space = static_cast<const char *>(std::memchr(q, ' ', static_cast<size_t>(limit - q)));
      if (!space) break;
      if (fits(space, newline) && is_utf8(p, space)) return space;
    }
    return first;
  }
};

// block: bytes from the start of a record. rows (R, D). Reads up to R records; stops early where a
// record may not be whole. newline: 1 where earlier records ended in one, 0 where not, -1 unknown.
// Returns n_rows, bytes used, word bytes, word offsets, rows with bad UTF-8 or control characters,
// newline.
nb::tuple parse_binary_vectors(Array1<const uint8_t> block, Array2<float> rows, bool whole_file,
                               int newline) {
  const auto *begin = reinterpret_cast<const char *>(block.data());
  const Records records{begin, begin + block.size(), rows.shape(1), whole_file};
  const size_t margin = 2 * max_word + 2;
  std::vector<char> words;
  std::vector<int64_t> offsets{0}, bad_rows;
  const char *p = begin;
  size_t n = 0;
  {
    nb::gil_scoped_release released;
    for (; n < rows.shape(0); n++) {
      const auto left = static_cast<size_t>(records.end - p);
      if (!whole_file && left < records.vector_bytes() + margin) break;
      const char *q = p;
      if (q < records.end && *q == '\n' && newline != 1) q++;  // the end of the record before
      const char *space = records.word_end(q, newline);
      if (!space || !records.complete(space)) break;
      std::memcpy(rows.data() + n * records.width, space + 1, records.vector_bytes());
      words.insert(words.end(), q, space);
      offsets.push_back(static_cast<int64_t>(words.size()));
      const auto control = [](char c) { return static_cast<unsigned char>(c) < 32; };
      if (!is_utf8(q, space) || std::any_of(q, space, control))
        bad_rows.push_back(static_cast<int64_t>(n));
      p = space + 1 + records.vector_bytes();
      if (newline < 0 && p < records.end) newline = *p == '\n';
      if (newline == 1 && p < records.end && *p == '\n') p++;
    }
  }
  const auto copy = [](const auto &values) {
    auto *data = new int64_t[values.size()];
    std::copy(values.begin(), values.end(), data);
    return owned(data, values.size());
  };
  auto *data = new uint8_t[words.size()];
  std::copy(words.begin(), words.end(), data);
  return nb::make_tuple(n, static_cast<size_t>(p - begin), owned(data, words.size()),
                        copy(offsets), copy(bad_rows), newline);
}

// words: (B,) bytes with offsets (R + 1,); rows (R, D). Returns the records' bytes.
auto format_binary_vectors(Array1<const uint8_t> words, Array1<const int64_t> offsets,
                           Array2<const float> rows, bool newline) {
  const size_t n_rows = rows.shape(0), vector_bytes = rows.shape(1) * sizeof(float);
  if (offsets.size() != n_rows + 1)
    throw std::invalid_argument("There must be one offset more than rows.");
  const auto n_word_bytes = static_cast<size_t>(offsets(n_rows) - offsets(0));
  const size_t size = n_word_bytes + n_rows * (1 + vector_bytes + newline);
  auto *data = new uint8_t[size];
  {
    nb::gil_scoped_release released;
    uint8_t *p = data;
    for (size_t r = 0; r < n_rows; r++) {
      p = std::copy(words.data() + offsets(r), words.data() + offsets(r + 1), p);
      *p++ = ' ';
      std::memcpy(p, rows.data() + r * rows.shape(1), vector_bytes);
      p += vector_bytes;
      if (newline) *p++ = '\n';
    }
  }
  return owned(data, size);
}

// Indices of words that are not UTF-8, ascending.
auto find_bad_utf8(Array1<const uint8_t> words, Array1<const int64_t> offsets) {
  std::vector<int64_t> bad;
  const auto *text = reinterpret_cast<const char *>(words.data());
  for (size_t i = 0; i + 1 < offsets.size(); i++)
    if (!is_utf8(text + offsets(i), text + offsets(i + 1))) bad.push_back(static_cast<int64_t>(i));
  auto *data = new int64_t[bad.size()];
  std::copy(bad.begin(), bad.end(), data);
  return owned(data, bad.size());
}

uint64_t hash_bytes(const uint8_t *p, size_t n) {  // FNV-1a, mixed once more for the low bits
  uint64_t hash = 14695981039346656037u;
  for (size_t i = 0; i < n; i++) hash = (hash ^ p[i]) * 1099511628211u;
  return hash ^ (hash >> 29);
}

// Indices of the first occurrence of every word, ascending.
auto first_occurrences(Array1<const uint8_t> words, Array1<const int64_t> offsets) {
  const size_t n = offsets.size() - 1;
  std::vector<int64_t> firsts;
  {
    nb::gil_scoped_release released;
    size_t n_slots = 16;
    while (n_slots < 2 * n) n_slots *= 2;
    std::vector<int64_t> slots(n_slots, -1);
    const auto size = [&](size_t i) { return static_cast<size_t>(offsets(i + 1) - offsets(i)); };
    const auto start = [&](size_t i) { return words.data() + offsets(i); };
    for (size_t i = 0; i < n; i++) {
      size_t slot = hash_bytes(start(i), size(i)) & (n_slots - 1);
      for (; slots[slot] >= 0; slot = (slot + 1) & (n_slots - 1)) {
        const auto other = static_cast<size_t>(slots[slot]);
        if (size(other) == size(i) && !std::memcmp(start(other), start(i), size(i))) break;
      }
      if (slots[slot] >= 0) continue;
      slots[slot] = static_cast<int64_t>(i);
      firsts.push_back(static_cast<int64_t>(i));
    }
  }
  auto *data = new int64_t[firsts.size()];
  std::copy(firsts.begin(), firsts.end(), data);
  return owned(data, firsts.size());
}

}  // namespace

void bind_binary_vectors(nb::module_ &m) {
  m.def("parse_binary_vectors", &parse_binary_vectors, nb::arg("block"), nb::arg("rows"),
        nb::arg("whole_file"), nb::arg("newline") = -1,
        "Read records; returns (n_rows, n_bytes, words, offsets, bad_rows, newline).");
  m.def("format_binary_vectors", &format_binary_vectors, nb::arg("words"), nb::arg("offsets"),
        nb::arg("rows"), nb::arg("newline") = false, "Bytes of the records.");
  m.def("find_bad_utf8", &find_bad_utf8, nb::arg("words"), nb::arg("offsets"),
        "Indices of words that are not UTF-8, ascending.");
  m.def("first_occurrences", &first_occurrences, nb::arg("words"), nb::arg("offsets"),
        "Indices of the first occurrence of every word, ascending.");
}

}  // namespace vectorsuite
