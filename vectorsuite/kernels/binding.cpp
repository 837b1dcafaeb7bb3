// The Python module: each subject registers its own functions, next to its code.
#include "binding.hpp"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "levels/level.hpp"

using namespace vectorsuite;

NB_MODULE(_core, m) {
  nanobind::set_leak_warnings(false);  // what Python still holds at exit is no leak of ours
  m.def("cpu_level", [] { return std::string(loops().name); }, "Name of the CPU level in use.");
  m.def("lanes", [] { return loops().lanes; }, "Floats in one vector register of that level.");
  m.def("cpu_levels", [] {
    std::vector<std::string> names;
    for (const char *const *name = cpu_levels(); *name; name++) names.emplace_back(*name);
    return names;
  }, "Levels this CPU can run, best first.");
  m.def("set_cpu_level", [](const std::string &name) { set_cpu_level(name.c_str()); },
        nanobind::arg("name"), "Use another level; for tests. ValueError lists those there are.");
  bind_corpus(m);
  bind_corpus_text(m);
  bind_top_k(m);
  bind_screen(m);
  bind_binary_vectors(m);
  bind_fasttext_subwords(m);
  bind_row_means(m);
  bind_text_vectors(m);
  bind_sampling(m);
  bind_hashing(m);
  bind_floret(m);
  bind_key_index(m);
  bind_msgpack_map(m);
  bind_huffman(m);
  bind_train(m);
  bind_infer(m);
  bind_phrases(m);
  bind_row_bags(m);
  bind_scoring(m);
  bind_phrase_text(m);
  bind_word_rows(m);
}
