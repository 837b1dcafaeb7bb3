// Rows of the words of documents, by a Python dict.
#include <algorithm>
#include <vector>

#include "binding.hpp"
#include "python_words.hpp"

namespace vectorsuite {
namespace {

// Appends the rows of the words that the dict has, in order. Looking up may run code of the words', which
// may change the list: so its length is read anew, and each word is held.
void append_rows(const nb::dict &rows_of, PyObject *words, std::vector<int32_t> &rows) {
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(words); i++) {
    if (i + words_ahead < PyList_GET_SIZE(words)) prefetch_word(PyList_GET_ITEM(words, i + words_ahead));
    nb::object word = nb::borrow(PyList_GET_ITEM(words, i));
    PyObject *row = PyDict_GetItemWithError(rows_of.ptr(), word.ptr());
    if (row) rows.push_back(nb::cast<int32_t>(nb::handle(row)));
    else if (PyErr_Occurred()) throw nb::python_error();
  }
}

nb::tuple word_rows(const nb::dict &rows_of, const nb::list &documents) {
  std::vector<int32_t> rows;
  std::vector<int64_t> offsets{0};
  for (nb::handle document : documents) {
    if (!PyList_Check(document.ptr())) throw nb::type_error("word_rows: a document is no list");
    append_rows(rows_of, document.ptr(), rows);
    offsets.push_back(int64_t(rows.size()));
  }
  int32_t *all = new int32_t[rows.size()];
  std::copy(rows.begin(), rows.end(), all);
  auto ids = owned(all, rows.size());
  int64_t *starts = new int64_t[offsets.size()];
  std::copy(offsets.begin(), offsets.end(), starts);
  return nb::make_tuple(ids, owned(starts, offsets.size()));
}

}  // namespace

void bind_word_rows(nb::module_ &m) {
  m.def("word_rows", word_rows, nb::arg("rows_of"), nb::arg("documents"),
        "Rows (T,) int32 of the words of all documents that the dict has, end to end, and where each "
        "document starts, (N + 1,) int64.");
}

}  // namespace vectorsuite
