// Joins the phrases of a text as text, piece by piece. training/joined_text.py is the only caller.
#include <string>

#include "binding.hpp"
#include "phrase_matcher.hpp"
#include "split_words.hpp"
#include "utf8.hpp"

namespace vectorsuite {

namespace {

class TextJoiner {
 public:
  // longest_wait: bytes of a line that are kept until its end has come.
  TextJoiner(const PhraseMatcher &matcher, size_t longest_wait)
      : matcher_(matcher), longest_wait_(longest_wait) {}

  // Appends the next piece of the text, and to `joined` what can be told of it: lines of words with one
  // space between them. A word that may be cut, and what may begin a phrase, wait for the next piece.
  // ends: this piece ends the last line. Returns where the text is not UTF-8, or -1; if so, it is of no
  // more use.
  int64_t add(std::string_view piece, bool ends, bool replace, std::string &joined) {
    text_.append(piece);
    size_t known = text_.size();  // up to here words are whole
    while (!ends && known > 0 && !is_space(text_[known - 1])) known--;
    size_t bad = find_invalid_utf8(text_.data(), known).start;
    if (bad < known) {
      if (!replace) return read_ + static_cast<int64_t>(bad);
      const std::string whole = replace_invalid_utf8(text_.data(), known);
      text_.replace(0, known, whole);
      known = whole.size();
    }
    joined.reserve(joined.size() + known + known / 8);
    size_t line = 0;
    while (line < known) {
      const auto *newline = static_cast<const char *>(std::memchr(text_.data() + line, '\n', known - line));
      if (!newline && !ends) break;
      const size_t end = newline ? newline - text_.data() : known;
      split(line, end);
      matcher_.find_words(words_, ids_);
      matcher_.find_phrases(ids_, hits_);
      write(words_.size(), joined);
      if (in_line_) joined += '\n';
      in_line_ = false;
      line = end + 1;
    }
    if (ends && in_line_) joined += '\n';  // all of the last line was written before
    if (!ends && known > line + longest_wait_) line = write_beginning(line, known, joined);
    line = std::min(line, text_.size());
    read_ += static_cast<int64_t>(line);
    text_.erase(0, line);
    return -1;
  }

 private:
  const PhraseMatcher &matcher_;
  size_t longest_wait_;
  std::string text_;      // read, not yet joined
  int64_t read_ = 0;      // bytes before it, as they came if they were UTF-8
  bool in_line_ = false;  // the line has words already
  std::vector<std::string_view> words_;  // of a line
  bool single_ = true;                   // one space between every two of them
  std::vector<int32_t> ids_;
  std::vector<PhraseMatcher::Hit> hits_;

  void split(size_t begin, size_t end) {
    words_.clear();
    single_ = true;
    const char *text = text_.data();
    for (size_t i = begin; i < end;) {
      const size_t space = i;
      while (i < end && is_space(text[i])) i++;
      const size_t start = i;
      while (i < end && !is_space(text[i])) i++;
      if (i == start) break;
      if (!words_.empty()) single_ &= start == space + 1 && text[space] == ' ';
      words_.emplace_back(text + start, i - start);
    }
  }

  // The first n words of the line, joined.
  void write(size_t n, std::string &joined) {
    size_t from = 0;
    const auto append = [&](std::string_view word) {
      if (in_line_) joined += ' ';
      in_line_ = true;
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

  // Of a line that does not end yet; returns where what waits begins.
  size_t write_beginning(size_t begin, size_t end, std::string &joined) {
    split(begin, end);
    matcher_.find_words(words_, ids_);
    const size_t n = matcher_.find_phrases(ids_, hits_);
    write(n, joined);
    return n < words_.size() ? words_[n].data() - text_.data() : end;
  }
};

}  // namespace

void bind_phrase_text(nb::module_ &m) {
  nb::class_<TextJoiner>(m, "TextJoiner", "Joins the phrases of a text as text, piece by piece.")
      .def(nb::init<const PhraseMatcher &, size_t>(), nb::keep_alive<1, 2>(), nb::arg("matcher"),
           nb::arg("longest_wait"))
      .def("add", [](TextJoiner &joiner, const nb::bytes &piece, bool ends, bool replace) {
        std::string joined;
        int64_t bad;
        const std::string_view text(piece.c_str(), piece.size());
        {
          nb::gil_scoped_release free;
          bad = joiner.add(text, ends, replace, joined);
        }
        return nb::make_tuple(nb::bytes(joined.data(), joined.size()), bad);
      }, nb::arg("piece"), nb::arg("ends"), nb::arg("replace"),
           "(the next part of the text, where it is not UTF-8 or -1).");
}

}  // namespace vectorsuite
