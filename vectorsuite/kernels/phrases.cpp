// PhraseCounts and PhraseMatcher in Python. models/phrases/counts.py and models/phrases/matching.py are
// their callers.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "binding.hpp"
#include "packed.hpp"
#include "phrase_counts.hpp"
#include "phrase_matcher.hpp"
#include "python_words.hpp"

namespace vectorsuite {

namespace {

using Offsets = Array1<const int64_t>;

template <class T, class From, class Value> auto column(const From &from, Value value) {
  auto *out = new T[from.size()];
  size_t i = 0;
  for (const auto &item : from) out[i++] = value(item);
  return owned(out, from.size());
}

void check_sentences(const PhraseCounts &counts, const Array1<const int32_t> &ids, const Offsets &offsets_s1) {
  int64_t last = 0;
  if (offsets_s1.size() == 0) throw std::invalid_argument("offsets must hold S + 1 positions.");
  for (size_t s = 0; s < offsets_s1.size(); s++) {
    if (offsets_s1.data()[s] < last) throw std::invalid_argument("offsets must rise from 0 on.");
    last = offsets_s1.data()[s];
  }
  if (last > static_cast<int64_t>(ids.size())) throw std::invalid_argument("offsets point past the end of ids.");
  uint32_t largest = 0;  // as unsigned, a negative id is the largest
  for (int64_t i = offsets_s1.data()[0]; i < last; i++)
    largest = std::max(largest, static_cast<uint32_t>(ids.data()[i]));
  if (last > offsets_s1.data()[0] && largest >= counts.words().size())
    throw std::invalid_argument("ids name words that were not added.");
}

// Every candidate: first, last and run (n,) int32, count (n,) int64.
nb::tuple candidates(PhraseCounts &counts, int64_t least) {
  std::vector<PhraseCounts::Candidate> found;
  {
    nb::gil_scoped_release free;
    found = counts.candidates(least);
  }
  using Candidate = PhraseCounts::Candidate;
  return nb::make_tuple(column<int32_t>(found, [](const Candidate &c) { return c.first; }),
                        column<int32_t>(found, [](const Candidate &c) { return c.last; }),
                        column<int32_t>(found, [](const Candidate &c) { return static_cast<int32_t>(c.run); }),
                        column<int64_t>(found, [](const Candidate &c) { return c.count; }));
}

// Every pair as it was counted, in the same columns.
nb::tuple pairs(const PhraseCounts &counts) {
  const auto n = static_cast<size_t>(counts.n_pairs());
  auto *first = new int32_t[n], *last = new int32_t[n], *run = new int32_t[n];
  auto *count = new int64_t[n];
  size_t i = 0;
  counts.for_each_pair([&](const WordPair &pair, int64_t times) {
    first[i] = pair.first();
    last[i] = pair.last();
    run[i] = static_cast<int32_t>(pair.run);
    count[i++] = times;
  });
  return nb::make_tuple(owned(first, n), owned(last, n), owned(run, n), owned(count, n));
}

void add_words(PhraseCounts &counts, const Array1<const uint8_t> &data, const Offsets &offsets_n1) {
  check_packed(data, offsets_n1);
  for (size_t i = 0; i + 1 < offsets_n1.size(); i++) {
    const std::string_view word = packed_string(data, offsets_n1, i);
    if (counts.add_word(word.data(), word.size()) != static_cast<int64_t>(i))
      throw std::invalid_argument("A word is given twice.");
  }
}

void add_pairs(PhraseCounts &counts, const Array1<const int32_t> &first, const Array1<const int32_t> &last,
               const Array1<const int32_t> &run, const Array1<const int64_t> &count) {
  const auto n_words = static_cast<uint32_t>(counts.words().size());
  const size_t n = first.size();
  if (last.size() != n || run.size() != n || count.size() != n)
    throw std::invalid_argument("The columns of the pairs differ in length.");
  for (size_t i = 0; i < n; i++) {
    const int32_t a = first.data()[i], b = last.data()[i], r = run.data()[i];
    const int64_t times = count.data()[i];
    if (static_cast<uint32_t>(a) >= n_words || static_cast<uint32_t>(b) >= n_words || r < 0 ||
        static_cast<size_t>(r) >= counts.runs.size() || times < 1 || times >> pair_count_bits)
      throw std::invalid_argument("A pair is out of range.");
    counts.add_pair(a, b, r, times);
  }
}

nb::tuple words(const PhraseCounts &counts) {
  const size_t n = counts.words().size();
  auto *offsets = new int64_t[n + 1];
  offsets[0] = 0;
  for (size_t i = 0; i < n; i++) offsets[i + 1] = offsets[i] + counts.words().length(i);
  auto *data = new uint8_t[offsets[n]];
  for (size_t i = 0; i < n; i++)
    std::memcpy(data + offsets[i], counts.words().word(i), counts.words().length(i));
  return nb::make_tuple(owned(data, offsets[n]), owned(offsets, n + 1));
}

// ---- sentences of Python's ----

// Room for one sentence, used again for the next.
struct Sentence {
  std::vector<std::string_view> words;
  std::vector<int32_t> ids;
  std::vector<PhraseMatcher::Hit> hits;
};

// The sentence as a list or tuple, which must live as long as the words are used.
nb::object read_words(nb::handle sentence, Sentence &to) {
  nb::object tokens = nb::steal(PySequence_Fast(sentence.ptr(), "A sentence is a list of words."));
  if (!tokens.is_valid()) throw nb::python_error();
  const Py_ssize_t n = PySequence_Fast_GET_SIZE(tokens.ptr());
  PyObject **items = PySequence_Fast_ITEMS(tokens.ptr());
  to.words.resize(n);
  for (Py_ssize_t i = 0; i < n; i++) {
    if (i + words_ahead < n) prefetch_word(items[i + words_ahead]);
    if (utf8_of(items[i], to.words[i])) continue;
    if (!PyUnicode_Check(items[i])) {
      PyErr_Format(PyExc_TypeError, "Word %zd of the sentence is %.60R, of type %s; words are str.", i, items[i],
                   Py_TYPE(items[i])->tp_name);
      throw nb::python_error();
    }
    to.words[i] = {};  // half of a surrogate pair is in no phrase
  }
  return tokens;
}

nb::object find(const PhraseMatcher &matcher, nb::handle sentence, Sentence &room) {
  nb::object tokens = read_words(sentence, room);
  matcher.find_words(room.words, room.ids);
  matcher.find_phrases(room.ids, room.hits);
  return tokens;
}

PyObject *new_reference(PyObject *object) {
  Py_INCREF(object);
  return object;
}

// Lists of words are in no cycle: making many is no reason to look for cycles among all that were made.
nb::object new_list(Py_ssize_t n) {
  const bool collecting = PyGC_Disable();
  nb::object list = nb::steal(PyList_New(n));
  if (collecting) PyGC_Enable();
  return list;
}

// strings: the phrases of the matcher, each as one object.
nb::object join(const PhraseMatcher &matcher, const nb::tuple &strings, nb::handle sentence, Sentence &room) {
  const nb::object tokens = find(matcher, sentence, room);
  const Py_ssize_t n = PySequence_Fast_GET_SIZE(tokens.ptr());
  PyObject **items = PySequence_Fast_ITEMS(tokens.ptr());
  Py_ssize_t n_joined = n;
  for (const auto &hit : room.hits) {
    n_joined -= hit.end - hit.begin - 1;
    __builtin_prefetch(PyTuple_GET_ITEM(strings.ptr(), hit.phrase), 1);
  }
  nb::object joined = new_list(n_joined);
  if (!joined.is_valid()) throw nb::python_error();
  Py_ssize_t from = 0, to = 0;
  const auto copy_until = [&](Py_ssize_t end) {
    for (; from < end; from++) PyList_SET_ITEM(joined.ptr(), to++, new_reference(items[from]));
  };
  for (const auto &hit : room.hits) {
    copy_until(hit.begin);
    PyList_SET_ITEM(joined.ptr(), to++, new_reference(PyTuple_GET_ITEM(strings.ptr(), hit.phrase)));
    from = hit.end;
  }
  copy_until(n);
  return joined;
}

void check_strings(const PhraseMatcher &matcher, const nb::tuple &strings) {
  if (strings.size() != matcher.size()) throw std::invalid_argument("strings are not those of the matcher.");
}

// The sentences of an iterator, joined one by one.
class JoinedSentences {
 public:
  JoinedSentences(nb::object matcher, nb::tuple strings, nb::object sentences)
      : owner_(std::move(matcher)), matcher_(*nb::inst_ptr<PhraseMatcher>(owner_)),
        strings_(std::move(strings)), sentences_(nb::iter(sentences)) {}

  // A null object: there are no more.
  nb::object next() {
    const nb::object sentence = nb::steal(PyIter_Next(sentences_.ptr()));
    if (sentence.is_valid()) return join(matcher_, strings_, sentence, room_);
    if (PyErr_Occurred()) throw nb::python_error();
    return {};
  }

 private:
  nb::object owner_;
  const PhraseMatcher &matcher_;
  nb::tuple strings_;
  nb::object sentences_;
  Sentence room_;
};

// `next` where Python looks for it: a method of nanobind's would be looked up by name, sentence after sentence.
PyObject *next_joined(PyObject *self) {
  try {
    return nb::inst_ptr<JoinedSentences>(self)->next().release().ptr();
  } catch (nb::python_error &error) {
    error.restore();
  } catch (const std::exception &error) {
    PyErr_SetString(PyExc_RuntimeError, error.what());
  }
  return nullptr;
}

PyType_Slot joined_sentences_slots[] = {{Py_tp_iter, reinterpret_cast<void *>(PyObject_SelfIter)},
                                        {Py_tp_iternext, reinterpret_cast<void *>(next_joined)},
                                        {0, nullptr}};

// Numbers of the phrases in some sentences, each once, in the order of their first appearance.
std::vector<int64_t> found_in(const PhraseMatcher &matcher, nb::iterable sentences) {
  std::vector<bool> seen(matcher.size());
  std::vector<int64_t> found;
  Sentence room;
  for (nb::handle sentence : sentences) {
    find(matcher, sentence, room);
    for (const auto &hit : room.hits)
      if (!seen[hit.phrase]) {
        seen[hit.phrase] = true;
        found.push_back(hit.phrase);
      }
  }
  return found;
}

void add_matcher_phrases(PhraseMatcher &matcher, const Array1<const uint8_t> &data, const Offsets &offsets_n1,
                         const Array1<const int64_t> &phrases_p1) {
  check_packed(data, offsets_n1);
  const int64_t n_words = static_cast<int64_t>(offsets_n1.size()) - 1;
  for (size_t p = 0; p + 1 < phrases_p1.size(); p++) {
    const int64_t begin = phrases_p1.data()[p], end = phrases_p1.data()[p + 1];
    if (begin < 0 || end < begin + 2 || end > n_words)
      throw std::invalid_argument("A phrase has fewer than two words.");
    std::vector<int32_t> ids;
    for (int64_t i = begin; i < end; i++) ids.push_back(matcher.add_word(packed_string(data, offsets_n1, i)));
    matcher.add_phrase(ids.front(), {ids.begin() + 1, ids.end() - 1}, ids.back());
  }
}

}  // namespace

void bind_phrases(nb::module_ &m) {
  using Free = nb::call_guard<nb::gil_scoped_release>;
  nb::class_<PhraseCounts>(m, "PhraseCounts", "Counts of words and of pairs of words.")
      .def("__init__", [](PhraseCounts *self, const std::string &delimiter, size_t n_tables) {
        if (delimiter.empty() || !n_tables) throw std::invalid_argument("No delimiter, or no table.");
        new (self) PhraseCounts(delimiter, n_tables);
      }, nb::arg("delimiter"), nb::arg("n_tables"))
      .def("add_words", &add_words)
      .def("set_connectors", [](PhraseCounts &c, const std::vector<std::string> &words) {
        for (const std::string &word : words)
          if (!word.empty()) c.set_connector(c.add_word(word.data(), word.size()));
      })
      .def("add_word_counts", [](PhraseCounts &c, Array1<const int64_t> counts) {
        if (counts.size() > c.words().size()) throw std::invalid_argument("More counts than words.");
        for (size_t i = 0; i < counts.size(); i++)
          if (!c.is_connector(static_cast<int32_t>(i))) c.add_word_count(static_cast<int32_t>(i), counts.data()[i]);
      }, "Counts of the first words that were added; those of connector words are left out.")
      .def("count", [](PhraseCounts &c, Array1<const int32_t> ids, Offsets offsets, int64_t most_entries) {
        nb::gil_scoped_release free;
        check_sentences(c, ids, offsets);
        return c.count(ids.data(), offsets.data(), offsets.size() - 1, most_entries);
      }, "False: there are more entries than that.")
      .def("count_bounded", [](PhraseCounts &c, Array1<const int32_t> ids, Offsets offsets, int64_t most_entries) {
        nb::gil_scoped_release free;
        check_sentences(c, ids, offsets);
        c.count_bounded(ids.data(), offsets.data(), offsets.size() - 1, most_entries);
      })
      .def("prune", &PhraseCounts::prune)
      .def("merge", &PhraseCounts::merge, Free())
      .def("add_run", [](PhraseCounts &c, const std::vector<int32_t> &words) {
        for (const int32_t word : words)
          if (static_cast<uint32_t>(word) >= c.words().size()) throw std::invalid_argument("A run is out of range.");
        return c.runs.add(words);
      })
      .def("add_pairs", &add_pairs)
      .def("candidates", &candidates)
      .def("pairs", &pairs)
      .def("words", &words)
      .def("word_counts", [](const PhraseCounts &c) {
        return column<int64_t>(c.words().entries, [](const WordTable::Entry &entry) { return entry.count; });
      }, "As they were counted.")
      .def("string_counts", [](PhraseCounts &c) {
        return column<int64_t>(c.word_counts(), [](int64_t n) { return n; });
      }, "With those of candidates that give the same string.")
      .def("runs", [](const PhraseCounts &c) {
        std::vector<std::vector<int32_t>> runs;
        for (size_t r = 0; r < c.runs.size(); r++) runs.push_back(c.runs.words(r));
        return runs;
      })
      .def("count_of", [](PhraseCounts &c, const std::string &string) { return c.count_of(string); })
      .def("__len__", &PhraseCounts::size)
      .def_prop_ro("n_pairs", &PhraseCounts::n_pairs)
      .def_rw("min_reduce", &PhraseCounts::min_reduce);

  nb::class_<PhraseMatcher>(m, "PhraseMatcher", "Finds known phrases in sentences.")
      .def("__init__", [](PhraseMatcher *self, const std::string &delimiter) {
        new (self) PhraseMatcher(delimiter);
      }, nb::arg("delimiter"))
      .def("add_phrases", &add_matcher_phrases,
           "Phrases as words: phrase p has words[phrases[p]:phrases[p + 1]] of the packed strings.")
      .def("set_connectors", [](PhraseMatcher &matcher, const std::vector<std::string> &words) {
        for (const std::string &word : words)
          if (!word.empty()) matcher.set_connector(matcher.add_word(word));
      })
      .def("strings", [](const PhraseMatcher &matcher) {
        nb::list made;
        for (const std::string &string : matcher.strings()) made.append(nb::str(string.data(), string.size()));
        return nb::tuple(made);
      }, "Phrases by number.")
      .def("join", [](const PhraseMatcher &matcher, const nb::tuple &strings, nb::handle sentence) {
        check_strings(matcher, strings);
        thread_local Sentence room;
        return join(matcher, strings, sentence, room);
      }, "The sentence as a new list; strings: as of strings().")
      .def("found_in", &found_in)
      .def("__len__", &PhraseMatcher::size);

  nb::class_<JoinedSentences>(m, "JoinedSentences", nb::type_slots(joined_sentences_slots),
                              "Sentences with their phrases joined, once.")
      .def("__init__", [](JoinedSentences *self, nb::object matcher, nb::tuple strings, nb::object sentences) {
        check_strings(nb::cast<const PhraseMatcher &>(matcher), strings);
        new (self) JoinedSentences(std::move(matcher), std::move(strings), std::move(sentences));
      });
}

}  // namespace vectorsuite
