// Array types of the Python module, and one registration function per subject.
#pragma once
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstdint>

namespace vectorsuite {

namespace nb = nanobind;

template <class T> using Array1 = nb::ndarray<T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
template <class T> using Array2 = nb::ndarray<T, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

// A new NumPy array over memory from new[]; the array frees it.
template <class T> nb::ndarray<nb::numpy, T, nb::ndim<1>> owned(T *data, size_t n) {
  nb::capsule owner(data, [](void *p) noexcept { delete[] static_cast<T *>(p); });
  return nb::ndarray<nb::numpy, T, nb::ndim<1>>(data, {n}, owner);
}

// One per subject, at the end of its file.
void bind_corpus(nb::module_ &m);
void bind_corpus_text(nb::module_ &m);
void bind_top_k(nb::module_ &m);
void bind_screen(nb::module_ &m);
void bind_binary_vectors(nb::module_ &m);
void bind_fasttext_subwords(nb::module_ &m);
void bind_row_means(nb::module_ &m);
void bind_text_vectors(nb::module_ &m);
void bind_sampling(nb::module_ &m);
void bind_hashing(nb::module_ &m);
void bind_floret(nb::module_ &m);
void bind_key_index(nb::module_ &m);
void bind_msgpack_map(nb::module_ &m);
void bind_huffman(nb::module_ &m);
void bind_train(nb::module_ &m);
void bind_infer(nb::module_ &m);
void bind_phrases(nb::module_ &m);
void bind_row_bags(nb::module_ &m);
void bind_scoring(nb::module_ &m);
void bind_phrase_text(nb::module_ &m);
void bind_word_rows(nb::module_ &m);

}  // namespace vectorsuite
