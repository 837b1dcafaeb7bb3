// Joins the phrases of a text as text, piece by piece. training/joined_text.py is the only caller.
#include <stdexcept>
#include <string>

#include "binding.hpp"
#include "phrase_matcher.hpp"
#include "split_words.hpp"
#include "threads.hpp"
#include "utf8.hpp"

namespace vectorsuite {

namespace {

constexpr size_t text_padding = 64;  // bytes past a text that may be read

// What one thread does: joins lines one after the other. Its room is used again for the next ones.
class LineJoiner {
 public:
  explicit LineJoiner(const PhraseMatcher &matcher) : matcher_(matcher) {}

  std::string joined;    // grows with every line
  bool in_line = false;  // the line has words already

  // text: lines, of which the last may lack its newline, then padding.
  void add(std::string_view text) {
    joined.reserve(text.size() + text.size() / 8);
    for (size_t line = 0; line < text.size();) {
      const size_t end = std::min(text.find('\n', line), text.size());
      split(text.substr(line, end - line));
      write(words_.size());
      end_line();
      line = end + 1;
    }
  }

  void end_line() {
    if (in_line) joined += '\n';
    in_line = false;
  }

  // Of a line that goes on, with padding. Returns where what may begin a phrase begins, and waits.
  size_t add_beginning(std::string_view text) {
    const size_t n = split(text);
    write(n);
    return n < words_.size() ? words_[n].data() - text.data() : text.size();
  }

 private:
  const PhraseMatcher &matcher_;
  std::vector<uint32_t> edges_;          // begin and end of every word
  std::vector<std::string_view> words_;  // of a line
  bool single_ = true;                   // one space between every two of them
  std::vector<int32_t> ids_;
  std::vector<PhraseMatcher::Hit> hits_;

  // Words and phrases of a line; returns how many words can be written if the line goes on.
  size_t split(std::string_view line) {
    edges_.resize(line.size() + text_padding + 2);
    uint32_t *edge = edges_.data();
    uint64_t after_space = 1;
    for (size_t i = 0; i < line.size(); i += 64) {
      const uint64_t spaces = SpaceBits(line.data() + i).spaces;
      edge = append_bits(spaces ^ (spaces << 1 | after_space), i, edge);
      after_space = spaces >> 63;
    }
    *edge = static_cast<uint32_t>(line.size());  // ends the last word if it is the line's end
    words_.clear();
    single_ = true;
    for (const uint32_t *word = edges_.data(); word < edge && *word < line.size(); word += 2) {
      const uint32_t end = std::min(word[1], *edge);
      words_.emplace_back(line.data() + word[0], end - word[0]);
      single_ &= word == edges_.data() || (word[-1] + 1 == word[0] && line[word[-1]] == ' ');
    }
    matcher_.find_words(words_, ids_);
    return matcher_.find_phrases(ids_, hits_);
  }

  // The first n words of the line, joined.
  void write(size_t n) {
    size_t from = 0;
    const auto append = [&](std::string_view word) {
      if (in_line) joined += ' ';
      in_line = true;
      joined.append(word);
    };
    const auto append_until = [&](size_t to) {
      if (single_ && from < to) {  // as it stands in the text
        const char *start = words_[from].data(), *end = words_[to - 1].data() + words_[to - 1].size();
        append({start, static_cast<size_t>(end - start)});
        from = to;
      }
      for (; from < to; from++) append(words_[from]);
    };
    for (const PhraseMatcher::Hit &hit : hits_) {
      append_until(hit.begin);
      append(matcher_.strings()[hit.phrase]);
      from = hit.end;
    }
    append_until(n);
  }
};

class TextJoiner {
 public:
  // longest_wait: bytes of a line that are kept until its end has come.
  // part_bytes: bytes of text that are worth a thread. threads: 0 for all cores.
  TextJoiner(const PhraseMatcher &matcher, size_t longest_wait, size_t part_bytes, int threads)
      : longest_wait_(longest_wait), part_bytes_(part_bytes),
        parts_(number_of_threads(SIZE_MAX, 1, threads), LineJoiner(matcher)) {}

  // Takes the next piece of the text; then `joined` gives what can be told of it: lines of words with one
  // space between them. A word that may be cut, and what may begin a phrase, wait for the next piece.
  // ends: this piece ends the last line. Returns where the text is not UTF-8, or -1; if so, it is of no
  // more use.
  int64_t add(std::string_view piece, bool ends, bool replace) {
    if (text_.size() + piece.size() > INT32_MAX) throw std::length_error("A word is over 2 GB; is this a text?");
    text_.append(piece);
    size_t known = text_.size();  // up to here words are whole
    while (!ends && known > 0 && !is_space(text_[known - 1])) known--;
    const size_t bad = find_invalid_utf8(text_.data(), known).start;
    if (bad < known) {
      if (!replace) return read_ + static_cast<int64_t>(bad);
      const std::string whole = replace_invalid_utf8(text_.data(), known);
      text_.replace(0, known, whole);
      known = whole.size();
    }
    const size_t n = text_.size();
    text_.append(text_padding, ' ');
    // nothing found: npos + 1 is 0
    const size_t lines = ends ? known : known ? text_.rfind('\n', known - 1) + 1 : 0;
    join_lines(lines);
    size_t done = lines;
    LineJoiner &last = parts_.back();
    if (ends) last.end_line();  // all of it may have been written before
    if (!ends && known > lines + longest_wait_)
      done += last.add_beginning({text_.data() + lines, known - lines});
    read_ += static_cast<int64_t>(done);
    text_.resize(n);
    text_.erase(0, done);
    return -1;
  }

  const std::vector<LineJoiner> &parts() const { return parts_; }

 private:
  size_t longest_wait_, part_bytes_;
  std::string text_;               // read, not yet joined
  int64_t read_ = 0;               // bytes before it, as they came if they were UTF-8
  std::vector<LineJoiner> parts_;  // a line that goes on is in the last one

  // The first n bytes of the text, which are lines, on several threads.
  void join_lines(size_t n) {
    for (LineJoiner &part : parts_) part.joined.clear();
    if (!n) return;
    std::swap(parts_.front().in_line, parts_.back().in_line);
    const size_t n_parts = number_of_threads(n, part_bytes_, static_cast<int>(parts_.size()));
    std::vector<size_t> cuts = {0};
    for (size_t p = 1; p < n_parts; p++)
      cuts.push_back(std::min(n - 1, text_.find('\n', n * p / n_parts)) + 1);
    cuts.push_back(n);
    in_threads(n_parts, 1, static_cast<int>(n_parts), [&](size_t begin, size_t end) {
      for (size_t p = begin; p < end; p++) parts_[p].add({text_.data() + cuts[p], cuts[p + 1] - cuts[p]});
    });
  }
};

}  // namespace

void bind_phrase_text(nb::module_ &m) {
  nb::class_<TextJoiner>(m, "TextJoiner", "Joins the phrases of a text as text, piece by piece.")
      .def(nb::init<const PhraseMatcher &, size_t, size_t, int>(), nb::keep_alive<1, 2>(), nb::arg("matcher"),
           nb::arg("longest_wait"), nb::arg("part_bytes"), nb::arg("threads"))
      .def("add", [](TextJoiner &joiner, const nb::bytes &piece, bool ends, bool replace) {
        int64_t bad;
        const std::string_view text(piece.c_str(), piece.size());
        {
          nb::gil_scoped_release free;
          bad = joiner.add(text, ends, replace);
        }
        nb::list joined;
        if (bad < 0)
          for (const LineJoiner &part : joiner.parts())
            if (!part.joined.empty()) joined.append(nb::bytes(part.joined.data(), part.joined.size()));
        return nb::make_tuple(joined, bad);
      }, nb::arg("piece"), nb::arg("ends"), nb::arg("replace"),
           "(the next parts of the text, where it is not UTF-8 or -1).");
}

}  // namespace vectorsuite
