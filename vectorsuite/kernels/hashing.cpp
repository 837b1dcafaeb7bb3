// Keys of strings and checksums of files.
#include "hashing.hpp"

#include "binding.hpp"
#include "packed.hpp"
#include "threads.hpp"

namespace vectorsuite {
namespace {

auto hash_strings(Array1<const uint8_t> data, Array1<const int64_t> offsets_n1, int threads) {
  check_packed(data, offsets_n1);
  const size_t n = offsets_n1.size() - 1;
  auto *keys_n = new uint64_t[n];
  {
    nb::gil_scoped_release release;
    const uint8_t *bytes = data.data();
    const int64_t *offsets = offsets_n1.data();
    in_threads(n, 1 << 16, threads, [&](size_t begin, size_t end) {
      for (size_t i = begin; i < end; i++)
        keys_n[i] = string_key(bytes + offsets[i], offsets[i + 1] - offsets[i]);
    });
  }
  return owned(keys_n, n);
}

uint64_t hash_string(nb::str string) {
  Py_ssize_t n;
  const char *bytes = PyUnicode_AsUTF8AndSize(string.ptr(), &n);
  if (!bytes) throw nb::python_error();
  return string_key(reinterpret_cast<const uint8_t *>(bytes), n);
}

uint64_t hash_utf8(nb::bytes string) {
  return string_key(static_cast<const uint8_t *>(string.data()), string.size());
}

uint64_t checksum(Array1<const uint8_t> bytes) {
  nb::gil_scoped_release release;
  return murmur64a(bytes.data(), bytes.size(), 0);
}

}  // namespace

void bind_hashing(nb::module_ &m) {
  m.def("hash_strings", &hash_strings, nb::arg("data"), nb::arg("offsets"), nb::arg("threads") = 0,
        "MurmurHash64A (seed 1) of every packed string, (n,) uint64; 0 for an empty one.");
  m.def("hash_string", &hash_string, nb::arg("string"), "The same for one str.");
  m.def("hash_utf8", &hash_utf8, nb::arg("string"), "The same for one bytes object.");
  m.def("checksum", &checksum, nb::arg("data"), "MurmurHash64A (seed 0) of bytes, (n,) uint8.");
}

}  // namespace vectorsuite
