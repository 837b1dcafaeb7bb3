// Lines "word value value …" to arrays and back, in threads.
//
// A block is whole lines: the caller cuts files at line ends, so that memory does not grow with the
// file. Lines of a block are counted first, so that every thread parses straight into its rows.
#include <algorithm>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "binding.hpp"
#include "float_text.hpp"
#include "threads.hpp"
#include "utf8.hpp"

namespace vectorsuite {
namespace {

struct Words {
  std::vector<char> data;
  std::vector<int64_t> lengths;
};

struct BadLine : std::exception {
  int64_t line;
  std::string message;
  BadLine(int64_t line, std::string message) : line(line), message(std::move(message)) {}
};

std::string quoted(const char *begin, const char *end) {
  const bool cut = end - begin > 40;
  return "'" + std::string(begin, cut ? begin + 40 : end) + (cut ? "…'" : "'");
}

// What one thread parses: lines of [begin, end) into rows, which it alone writes.
struct Piece {
  const char *begin, *end;
  int64_t first_line, width;
  float *rows;
  bool with_words, finite_only;

  int64_t n_rows = 0;
  Words words;
  std::vector<int64_t> bad_rows, bad_lines;  // words that are not UTF-8
  std::exception_ptr error;

  void run() noexcept {
    try {
      int64_t line = first_line;
      for (const char *p = begin; p < end; line++) {
        const void *newline = std::memchr(p, '\n', static_cast<size_t>(end - p));
        const char *stop = newline ? static_cast<const char *>(newline) : end;
        parse_line(p, stop, line);
        p = stop + 1;
      }
    } catch (...) {
      error = std::current_exception();
    }
  }

  void parse_line(const char *p, const char *stop, int64_t line) {
    while (stop > p && (is_separator(stop[-1]) || stop[-1] == '\r')) stop--;
    if (stop == p) return;
    // also keeps short lines from writing past the rows there is room for, see TextBlock::parse
    if (stop - p < 2 * width - !with_words) throw too_few(p, stop, line);
    float *row = rows + n_rows * width;
    const char *word_end = with_words ? from_left(p, stop, row) : nullptr;
    if (!word_end) word_end = from_right(p, stop, row, line);
    if (finite_only) check_finite(row, line);
    if (with_words) add_word(p, word_end, line);
    n_rows++;
  }

  // The usual line: a word without separators. Returns where the word ends, nullptr for other lines.
  const char *from_left(const char *p, const char *stop, float *row) const {
    const char *word_end = p;
    while (word_end < stop && !is_separator(*word_end)) word_end++;
    const char *q = word_end + 1;
    if (q >= stop || is_separator(*q)) return nullptr;
    for (int64_t d = 0; d < width; d++) {
      while (q < stop && is_separator(*q)) q++;
      q = parse_float(q, stop, end, row + d);
      if (!q || (q < stop && !is_separator(*q))) return nullptr;
    }
    return q == stop ? word_end : nullptr;
  }

  // Values from the right, as rsplit does; what is left of them is the word, spaces and all.
  const char *from_right(const char *p, const char *stop, float *row, int64_t line) const {
    const char *q = stop, *token = stop;
    for (int64_t d = width - 1; d >= 0; d--) {
      while (q > p && is_separator(q[-1])) q--;
      token = q;
      while (token > p && !is_separator(token[-1])) token--;
      const bool no_word_left = with_words && token == p;
      if (token == q || no_word_left) throw too_few(p, stop, line);
      if (parse_float(token, q, end, row + d) != q)
        throw BadLine(line, "value " + std::to_string(d + 1) + " of " + std::to_string(width) +
                                " is " + quoted(token, q) + ", not a number");
      q = token;
    }
    if (!with_words) {
      if (token != p) throw too_many(line);
      return p;
    }
    const char *word_end = token - 1;
    if (ends_like_a_value(p, word_end, token, stop)) throw too_many(line);
    return word_end;
  }

  // Whether a word with spaces ends in a number written like the first value beside it: more likely
  // a line with too many values than a word. "catch 22" before 0.12 is a word, "a 0.5" is not.
  static bool ends_like_a_value(const char *p, const char *word_end, const char *value,
                                const char *stop) {
    const char *last = word_end;
    while (last > p && !is_separator(last[-1])) last--;
    if (last == p || last == word_end) return false;
    float unused;
    if (parse_float(last, word_end, word_end, &unused) != word_end) return false;
    const char *value_end = value;
    while (value_end < stop && !is_separator(*value_end)) value_end++;
    const auto whole = [](const char *a, const char *b) {
      return std::all_of(a, b, [](char c) { return is_digit(c) || c == '-'; });
    };
    return !whole(last, word_end) || whole(value, value_end);
  }

  BadLine too_few(const char *p, const char *stop, int64_t line) const {
    int64_t n = 0;
    for (const char *q = p; q < stop; q++)
      n += !is_separator(*q) && (q + 1 == stop || is_separator(q[1]));
    n -= with_words;
    return BadLine(line, "has " + std::to_string(n) + " values where " + std::to_string(width) +
                             " were expected");
  }

  BadLine too_many(int64_t line) const {
    return BadLine(line, "has more than the " + std::to_string(width) + " values expected");
  }

  void check_finite(const float *row, int64_t line) const {
    // 0 * x is nan for infinities and nan: one sum instead of a test per value
    float sum = 0;
    for (int64_t d = 0; d < width; d++) sum += 0 * row[d];
    if (sum == 0) return;
    for (int64_t d = 0; d < width; d++)
      if (!std::isfinite(row[d]))
        throw BadLine(line, "value " + std::to_string(d + 1) + " is not finite (nan, inf or beyond "
                            "float32)");
  }

  void add_word(const char *begin, const char *end, int64_t line) {
    words.data.insert(words.data.end(), begin, end);
    words.lengths.push_back(end - begin);
    if (is_utf8(begin, end)) return;
    bad_rows.push_back(n_rows);
    bad_lines.push_back(line);
  }
};

int64_t count_newlines(const char *begin, const char *end) {
  int64_t n = 0;
  for (const char *p = begin; p < end; p++) n += *p == '\n';
  return n;
}

// work(i) for i from 0 to n - 1, each in a thread of its own.
template <class Work> void each_in_thread(size_t n, Work work) {
  in_threads(n, 1, static_cast<int>(n), [&](size_t first, size_t last) {
    for (size_t i = first; i < last; i++) work(i);
  });
}

std::vector<const char *> cut_at_lines(const char *begin, const char *end, size_t n) {
  std::vector<const char *> cuts{begin};
  const auto size = static_cast<size_t>(end - begin);
  for (size_t i = 1; i < n; i++) {
    const char *p = std::max(begin + size / n * i, cuts.back());
    const void *newline = p < end ? std::memchr(p, '\n', static_cast<size_t>(end - p)) : nullptr;
    cuts.push_back(newline ? static_cast<const char *>(newline) + 1 : end);
  }
  cuts.push_back(end);
  return cuts;
}

template <class T> auto to_array(const std::vector<T> &values) {
  T *copy = new T[values.size()];
  std::copy(values.begin(), values.end(), copy);
  return owned(copy, values.size());
}

void raise_first_error(const std::vector<Piece> &pieces) {
  for (const Piece &piece : pieces) {  // pieces are in the order of lines
    if (!piece.error) continue;
    try {
      std::rethrow_exception(piece.error);
    } catch (const BadLine &bad) {
      throw std::invalid_argument("line " + std::to_string(bad.line) + " " + bad.message);
    }
  }
}

// Rows of all pieces end to end (blank lines leave gaps), words in one buffer.
nb::tuple gather(std::vector<Piece> &pieces, float *rows, int64_t width) {
  int64_t n_rows = 0, n_bytes = 0;
  std::vector<int64_t> bad_rows, bad_lines;
  for (Piece &piece : pieces) {
    float *target = rows + n_rows * width;
    if (target != piece.rows && piece.n_rows)
      std::memmove(target, piece.rows, sizeof(float) * static_cast<size_t>(piece.n_rows * width));
    for (size_t i = 0; i < piece.bad_rows.size(); i++) {
      bad_rows.push_back(n_rows + piece.bad_rows[i]);
      bad_lines.push_back(piece.bad_lines[i]);
    }
    n_rows += piece.n_rows;
    n_bytes += static_cast<int64_t>(piece.words.data.size());
  }
  auto *data = new uint8_t[static_cast<size_t>(n_bytes)];
  std::vector<int64_t> offsets{0};
  uint8_t *p = data;
  for (Piece &piece : pieces) {
    p = std::copy(piece.words.data.begin(), piece.words.data.end(), p);
    for (int64_t length : piece.words.lengths) offsets.push_back(offsets.back() + length);
  }
  return nb::make_tuple(n_rows, owned(data, static_cast<size_t>(n_bytes)), to_array(offsets),
                        to_array(bad_rows), to_array(bad_lines));
}

// Whole lines, cut into one piece per thread; lines are counted when it is made.
class TextBlock {
 public:
  TextBlock(Array1<const uint8_t> block, int threads)
      : block_(block), n_(static_cast<size_t>(std::max(1, threads))), n_lines_(n_) {
    nb::gil_scoped_release released;
    const auto *begin = reinterpret_cast<const char *>(block.data());
    cuts_ = cut_at_lines(begin, begin + block.size(), n_);
    each_in_thread(n_, [&](size_t i) { n_lines_[i] = count_newlines(cuts_[i], cuts_[i + 1]); });
    if (block.size() && begin[block.size() - 1] != '\n') n_lines_.back()++;
  }

  int64_t n_lines() const {
    int64_t total = 0;
    for (int64_t n : n_lines_) total += n;
    return total;
  }

  // Rows there must be room for: a row is D separators and D digits at least, so that neither a
  // header nor blank lines can ask for more memory than the block's size accounts for.
  int64_t max_rows(int64_t width) const { return bound(n_, width); }

  // rows (max_rows, D). Returns n_rows, word bytes, word offsets, and the rows and line numbers of
  // words that are not UTF-8.
  nb::tuple parse(Array2<float> rows, int64_t first_line, bool with_words, bool finite_only) const {
    const auto width = static_cast<int64_t>(rows.shape(1));
    if (width < 1 || static_cast<int64_t>(rows.shape(0)) < max_rows(width))
      throw std::invalid_argument("Too few rows for this block.");
    std::vector<Piece> pieces;
    int64_t line = first_line;
    for (size_t i = 0; i < n_; line += n_lines_[i++])
      pieces.push_back({cuts_[i], cuts_[i + 1], line, width, rows.data() + bound(i, width) * width,
                        with_words, finite_only});
    {
      nb::gil_scoped_release released;
      each_in_thread(n_, [&](size_t i) { pieces[i].run(); });
    }
    raise_first_error(pieces);
    return gather(pieces, rows.data(), width);
  }

 private:
  // Most rows that the first n pieces can hold.
  int64_t bound(size_t n, int64_t width) const {
    int64_t lines = 0;
    for (size_t i = 0; i < n; i++) lines += n_lines_[i];
    return std::min(lines, (cuts_[n] - cuts_[0] + 1) / (2 * width));
  }

  Array1<const uint8_t> block_;
  size_t n_;
  std::vector<const char *> cuts_;
  std::vector<int64_t> n_lines_;
};

// Longest shortest form of a float32, "-1.17549435e-38", and the separator before it.
constexpr size_t max_float_text = 16;

// words: (B,) bytes with offsets (R + 1,), or none. rows (R, D). Returns text, one array per thread.
nb::list format_text_vectors(Array1<const uint8_t> words, Array1<const int64_t> offsets,
                             Array2<const float> rows, bool with_words, char separator,
                             int threads) {
  const size_t n_rows = rows.shape(0), width = rows.shape(1);
  const auto n_threads = static_cast<size_t>(std::max(1, threads));
  if (with_words && offsets.size() != n_rows + 1)
    throw std::invalid_argument("There must be one offset more than rows.");
  std::vector<char *> texts(n_threads);
  std::vector<size_t> sizes(n_threads);
  const auto work = [&](size_t t) {
    const size_t first = n_rows * t / n_threads, last = n_rows * (t + 1) / n_threads;
    const size_t word_bytes =
        with_words ? static_cast<size_t>(offsets(last) - offsets(first)) : 0;
    char *p = texts[t] = new char[word_bytes + (last - first) * (width * max_float_text + 2)];
    for (size_t r = first; r < last; r++) {
      if (with_words) p = std::copy(words.data() + offsets(r), words.data() + offsets(r + 1), p);
      for (size_t d = 0; d < width; d++) {
        if (with_words || d) *p++ = separator;
        p = std::to_chars(p, p + max_float_text, rows(r, d)).ptr;
      }
      *p++ = '\n';
    }
    sizes[t] = static_cast<size_t>(p - texts[t]);
  };
  {
    nb::gil_scoped_release released;
    each_in_thread(n_threads, work);
  }
  nb::list result;
  for (size_t t = 0; t < n_threads; t++)
    result.append(owned(reinterpret_cast<uint8_t *>(texts[t]), sizes[t]));
  return result;
}

}  // namespace

void bind_text_vectors(nb::module_ &m) {
  nb::class_<TextBlock>(m, "TextBlock", "Whole lines of text, ready to be parsed in threads.")
      .def(nb::init<Array1<const uint8_t>, int>(), nb::arg("block"), nb::arg("threads") = 1)
      .def_prop_ro("n_lines", &TextBlock::n_lines)
      .def("max_rows", &TextBlock::max_rows, nb::arg("width"), "Rows that parse needs room for.")
      .def("parse", &TextBlock::parse, nb::arg("rows"), nb::arg("first_line"),
           nb::arg("with_words") = true, nb::arg("finite_only") = true,
           "Fill rows; returns (n_rows, words, offsets, bad_rows, bad_lines).");
  m.def("format_text_vectors", &format_text_vectors, nb::arg("words"), nb::arg("offsets"),
        nb::arg("rows"), nb::arg("with_words") = true, nb::arg("separator") = ' ',
        nb::arg("threads") = 1,
        "Lines of shortest text that reads back to the same floats, one array per thread.");
}

}  // namespace vectorsuite
