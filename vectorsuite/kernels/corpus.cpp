// CorpusCounter in Python. training/corpus.py is its only caller and says what each step means.
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <chrono>

#include "binding.hpp"
#include "corpus_counter.hpp"
#include "packed.hpp"
#include "phrase_matcher.hpp"
#include "python_words.hpp"

namespace vectorsuite {

namespace {

// nanobind's cancellation of a C++ job: Python's own error is set.
[[noreturn]] void raise_set_error() { throw nb::python_error(); }

[[noreturn]] void raise_no_word(PyObject *token, Py_ssize_t i, int64_t sentence) {
  const auto number = static_cast<long long>(sentence);
  if (PyUnicode_Check(token))
    PyErr_Format(PyExc_ValueError,
                 "Word %zd of sentence %lld is %.60A; half of a surrogate pair is not text.", i, number, token);
  else
    PyErr_Format(PyExc_TypeError,
                 "Word %zd of sentence %lld is %.60R, of type %s; words are str: convert with str().", i,
                 number, token, Py_TYPE(token)->tp_name);
  raise_set_error();
}

// One sentence of Python's: a sequence or other iterable of str. Empty strings are no words.
void add_sentence(CorpusWorker &worker, PyObject *sentence, int64_t number) {
  if (PyUnicode_Check(sentence)) {
    PyErr_Format(PyExc_TypeError,
                 "Sentence %lld is one string (%.60R); a sentence is a list of words: use .split().",
                 static_cast<long long>(number), sentence);
    raise_set_error();
  }
  nb::object tokens = nb::steal(PySequence_Fast(sentence, "not a sequence"));
  if (!tokens.is_valid()) {
    if (PyErr_ExceptionMatches(PyExc_TypeError)) {
      PyErr_Clear();
      PyErr_Format(PyExc_TypeError, "Sentence %lld is %.60R; a sentence is a list of words.",
                   static_cast<long long>(number), sentence);
    }
    raise_set_error();
  }
  const Py_ssize_t n = PySequence_Fast_GET_SIZE(tokens.ptr());
  PyObject **items = PySequence_Fast_ITEMS(tokens.ptr());
  std::string_view words[words_at_once];
  size_t n_words = 0;
  for (Py_ssize_t i = 0; i < n; i++) {
    if (i + words_ahead < n) prefetch_word(items[i + words_ahead]);
    if (!utf8_of(items[i], words[n_words])) raise_no_word(items[i], i, number);
    n_words += !words[n_words].empty();
    if (n_words == words_at_once || i + 1 == n) {
      worker.add_words(words, n_words);
      n_words = 0;
    }
  }
  worker.end_sentence();
}

// Counts sentences from an iterator for about so many seconds. Returns how many came, and whether it ended.
std::pair<int64_t, bool> add_sentences(CorpusCounter &counter, nb::handle iterator, int64_t number,
                                       double seconds) {
  constexpr size_t piece_ids = 1 << 18;
  CorpusWorker &worker = counter.worker();
  const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  const int64_t first = number;
  int64_t words_at_look = worker.words;
  for (;;) {
    nb::object sentence = nb::steal(PyIter_Next(iterator.ptr()));
    if (!sentence.is_valid()) {
      if (PyErr_Occurred()) raise_set_error();
      break;
    }
    try {
      if (worker.gathered() >= piece_ids) worker.flush(worker.words);
      add_sentence(worker, sentence.ptr(), number++);
    } catch (const Failure &failure) {
      counter.fail(failure);
      return {number - first, true};
    }
    if (worker.words - words_at_look > 4096 || number % 256 == 0) {
      words_at_look = worker.words;
      if (std::chrono::steady_clock::now() > until) return {number - first, false};
    }
  }
  try {
    worker.flush(worker.words);
  } catch (const Failure &failure) {
    counter.fail(failure);
  }
  return {number - first, true};
}

// (data, offsets) of some words of the merged table. order: (V,).
nb::tuple words(const CorpusCounter &counter, Array1<const int64_t> order) {
  const WordTable &table = counter.merged();
  const size_t n = order.shape(0);
  auto *offsets = new int64_t[n + 1];
  offsets[0] = 0;
  for (size_t i = 0; i < n; i++) offsets[i + 1] = offsets[i] + table.length(order.data()[i]);
  auto *data = new uint8_t[offsets[n]];
  for (size_t i = 0; i < n; i++) {
    const int64_t id = order.data()[i];
    std::memcpy(data + offsets[i], table.word(id), table.length(id));
  }
  return nb::make_tuple(owned(data, offsets[n]), owned(offsets, n + 1));
}

// Numbers of given words in the merged table, -1 for those that the corpus lacks: (V,) int32.
auto find(const CorpusCounter &counter, Array1<const uint8_t> data, Array1<const int64_t> offsets) {
  const size_t n = offsets.shape(0) - 1;
  auto *ids = new int32_t[n];
  for (size_t i = 0; i < n; i++) {
    const std::string_view word = packed_string(data, offsets, i);
    const bool possible = !word.empty() && word.size() <= longest_word;
    ids[i] = possible ? counter.merged().find(word_key(word), word.data()) : -1;
  }
  return owned(ids, n);
}

// Counts and first places of the merged words, (n,) int64 and (n,) uint64.
nb::tuple entries(const CorpusCounter &counter) {
  const auto &all = counter.merged().entries;
  auto *counts = new int64_t[all.size()];
  auto *firsts = new uint64_t[all.size()];
  for (size_t i = 0; i < all.size(); i++) {
    counts[i] = all[i].count;
    firsts[i] = all[i].first;
  }
  return nb::make_tuple(owned(counts, all.size()), owned(firsts, all.size()));
}

nb::object failure(const CorpusCounter &counter) {
  static const char *const names[] = {"",        "invalid_utf8",   "reading",   "changed",
                                      "writing", "too_many_words", "long_word", "memory"};
  const Failure f = counter.failure();
  if (!f.kind) return nb::none();
  return nb::make_tuple(names[f.kind], f.file, f.offset, f.error);
}

}  // namespace

void bind_corpus(nb::module_ &m) {
  using Free = nb::call_guard<nb::gil_scoped_release>;
  nb::class_<CorpusCounter>(m, "CorpusCounter", "Counts words and writes ids on background threads.")
      .def(nb::init<const std::vector<int> &, int64_t, bool, size_t, bool>(), nb::arg("fds"),
           nb::arg("block_bytes"), nb::arg("replace"), nb::arg("max_words"),
           nb::arg("keep_empty") = false,
           "fds: one empty file per thread for its provisional ids.")
      .def("add_plain", [](CorpusCounter &c, uint32_t file, const nb::bytes &path, int64_t size,
                           uint64_t base) { c.input.add_plain(file, path.c_str(), size, base); })
      .def("open_stream", [](CorpusCounter &c, uint32_t file, uint64_t base) {
        c.input.open_stream(file, base);
      })
      .def("push", [](CorpusCounter &c, uint32_t file, const nb::bytes &data) {
        const char *bytes = data.c_str();
        const size_t n = data.size();
        nb::gil_scoped_release free;
        try {
          return c.input.push(file, bytes, n);
        } catch (const Failure &failure) {
          c.fail(failure);
          return false;
        }
      }, "Waits for room; False when nobody reads on.")
      .def("end_stream", [](CorpusCounter &c, uint32_t file) { c.input.end_stream(file); }, Free())
      .def("add_sentences", [](CorpusCounter &c, nb::handle iterator, int64_t number, double seconds) {
        const auto [n, ended] = add_sentences(c, iterator, number, seconds);
        return nb::make_tuple(n, ended);
      })
      .def("start_count", &CorpusCounter::start_count)
      .def("start_merge", &CorpusCounter::start_merge)
      .def("start_join", [](CorpusCounter &c, const PhraseMatcher &matcher, int fd) { c.start_join(matcher, fd); },
           nb::keep_alive<1, 2>(), "fd: an empty file for the new text.")
      .def("start_encode", [](CorpusCounter &c, Array1<const int32_t> ranks, int ids_fd, int offsets_fd) {
        c.start_encode({ranks.data(), ranks.data() + ranks.shape(0)}, ids_fd, offsets_fd);
      })
      .def("wait", &CorpusCounter::wait, Free())
      .def("stop_input", [](CorpusCounter &c) { c.input.stop(); }, "Lets waiting push calls return.")
      .def("cancel", &CorpusCounter::cancel, Free())
      .def("failure", &failure, "None or (kind, file, offset, errno).")
      .def("entries", &entries)
      .def("words", &words)
      .def("find", &find)
      .def("count_sentences", &CorpusCounter::count_sentences, Free())
      .def_prop_ro("done_bytes", [](const CorpusCounter &c) { return c.done_bytes.load(); })
      .def_prop_ro("done_words", [](const CorpusCounter &c) { return c.done_words.load(); })
      .def_prop_ro("read_words", &CorpusCounter::read_words)
      .def_prop_ro("waited_seconds", &CorpusCounter::waited_seconds)
      .def_ro("n_ids", &CorpusCounter::n_ids)
      .def_ro("n_sentences", &CorpusCounter::n_sentences);
}

}  // namespace vectorsuite
