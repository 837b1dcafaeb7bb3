// Ids as a text again. training/corpus_text.py is the only caller.
#include <cstring>

#include "binding.hpp"
#include "packed.hpp"

namespace vectorsuite {

namespace {

// Sentences, one a line, their words with a space between them.
// ids: (T,). offsets_s1: sentence s is ids[offsets[s]:offsets[s + 1]]. data, words_v1: packed words.
nb::bytes text_of(const Array1<const int32_t> &ids, const Array1<const int64_t> &offsets_s1,
                  const Array1<const uint8_t> &data, const Array1<const int64_t> &words_v1) {
  check_packed(data, words_v1);
  const size_t n_words = words_v1.size() - 1, n_sentences = offsets_s1.size() - (offsets_s1.size() > 0);
  const int64_t *word_starts = words_v1.data();
  size_t n_bytes = 0;
  for (size_t s = 0; s < n_sentences; s++) {
    const int64_t begin = offsets_s1.data()[s], end = offsets_s1.data()[s + 1];
    if (begin < 0 || end <= begin || end > static_cast<int64_t>(ids.size()))
      throw std::invalid_argument("A sentence is empty or not among the ids.");
    for (int64_t i = begin; i < end; i++) {
      const auto id = static_cast<uint32_t>(ids.data()[i]);
      if (id >= n_words) throw std::invalid_argument("ids name words that are not there.");
      n_bytes += word_starts[id + 1] - word_starts[id] + 1;
    }
  }
  nb::bytes text = nb::steal<nb::bytes>(PyBytes_FromStringAndSize(nullptr, n_bytes));
  if (!text.is_valid()) throw nb::python_error();
  char *to = PyBytes_AS_STRING(text.ptr());
  for (size_t s = 0; s < n_sentences; s++) {
    for (int64_t i = offsets_s1.data()[s]; i < offsets_s1.data()[s + 1]; i++) {
      const std::string_view word = packed_string(data, words_v1, ids.data()[i]);
      std::memcpy(to, word.data(), word.size());
      to += word.size();
      *to++ = ' ';
    }
    to[-1] = '\n';
  }
  return text;
}

}  // namespace

void bind_corpus_text(nb::module_ &m) {
  m.def("text_of", &text_of, nb::arg("ids"), nb::arg("offsets"), nb::arg("data"), nb::arg("words"),
        "Sentences of ids as lines of words.");
}

}  // namespace vectorsuite
