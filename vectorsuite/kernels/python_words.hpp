// Words of Python's, read where they lie in their str objects.
#pragma once
#include <Python.h>

#include <string_view>

namespace vectorsuite {

// The bytes of a word, which live as long as it does. False: it is no str, or holds half of a surrogate
// pair; no Python error stays set.
inline bool utf8_of(PyObject *word, std::string_view &utf8) {
  if (!PyUnicode_Check(word)) return false;
  if (PyUnicode_IS_COMPACT_ASCII(word)) {  // nearly always, and then there is nothing to call
    utf8 = {static_cast<const char *>(PyUnicode_DATA(word)),
            static_cast<size_t>(PyUnicode_GET_LENGTH(word))};
    return true;
  }
  Py_ssize_t length;
  const char *bytes = PyUnicode_AsUTF8AndSize(word, &length);
  if (!bytes) {
    PyErr_Clear();
    return false;
  }
  utf8 = {bytes, static_cast<size_t>(length)};
  return true;
}

// Fetches a word that is looked at soon: its header and, in the next line, its letters.
inline void prefetch_word(PyObject *word) {
  __builtin_prefetch(word);
  __builtin_prefetch(reinterpret_cast<const char *>(word) + 64);
}

constexpr Py_ssize_t words_ahead = 16;

}  // namespace vectorsuite
