// A msgpack map of unsigned integers to rows, which is how spaCy saves its keys.
// Specification: https://github.com/msgpack/msgpack/blob/master/spec.md
#include <nanobind/stl/tuple.h>

#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>

#include "binding.hpp"

namespace vectorsuite {
namespace {

class Reader {
 public:
  Reader(const uint8_t *bytes, size_t n) : bytes(bytes), n(n) {}

  // Number of items that the map announces; never more than the bytes can hold.
  size_t map_header() {
    const size_t start = at;
    const uint8_t type = byte();
    size_t items;
    if ((type & 0xf0) == 0x80) items = type & 0x0f;
    else if (type == 0xde) items = big_endian(2);
    else if (type == 0xdf) items = big_endian(4);
    else throw fault("a map was expected", start);
    if (items > (n - at) / 2) throw fault("the map announces more items than follow", start);
    return items;
  }

  uint64_t integer() {
    const size_t start = at;
    const uint8_t type = byte();
    if (type < 0x80) return type;
    if (type >= 0xcc && type <= 0xcf) return big_endian(size_t{1} << (type - 0xcc));
    if (type >= 0xd0 && type <= 0xd3) {  // signed: only a negative one has its highest bit set
      const size_t width = size_t{1} << (type - 0xd0);
      const uint64_t value = big_endian(width);
      if (!(value >> (8 * width - 1))) return value;
    }
    throw fault("an integer that is not negative was expected", start);
  }

  int32_t row() {
    const size_t start = at;
    const uint64_t value = integer();
    if (value >= std::numeric_limits<int32_t>::max()) throw fault("the row is too large", start);
    return static_cast<int32_t>(value);
  }

  void end() const {
    if (at != n) throw fault("there are bytes after the map", at);
  }

 private:
  std::invalid_argument fault(const std::string &what, size_t where) const {
    return std::invalid_argument(what + ", at byte " + std::to_string(where));
  }
  void need(size_t count) const {
    if (n - at < count) throw fault("it is cut off", n);
  }
  uint8_t byte() {
    need(1);
    return bytes[at++];
  }
  uint64_t big_endian(size_t width) {
    need(width);
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++) value = value << 8 | bytes[at++];
    return value;
  }

  const uint8_t *bytes;
  size_t n, at = 0;
};

auto read_key_map(Array1<const uint8_t> data) {
  Reader reader(data.data(), data.size());
  const size_t n = reader.map_header();
  std::unique_ptr<uint64_t[]> keys_n(new uint64_t[n]);
  std::unique_ptr<int32_t[]> rows_n(new int32_t[n]);
  for (size_t i = 0; i < n; i++) {
    keys_n[i] = reader.integer();
    rows_n[i] = reader.row();
  }
  reader.end();
  return std::make_tuple(owned(keys_n.release(), n), owned(rows_n.release(), n));
}

uint8_t *put_big_endian(uint8_t *to, uint64_t value, size_t width) {
  for (size_t i = width; i-- > 0;) *to++ = static_cast<uint8_t>(value >> (8 * i));
  return to;
}

// The shortest form, as every writer of msgpack chooses it.
uint8_t *put_integer(uint8_t *to, uint64_t value) {
  if (value < 0x80) {
    *to++ = static_cast<uint8_t>(value);
    return to;
  }
  const int power = value < 1u << 8 ? 0 : value < 1u << 16 ? 1 : value < uint64_t{1} << 32 ? 2 : 3;
  *to++ = static_cast<uint8_t>(0xcc + power);
  return put_big_endian(to, value, size_t{1} << power);
}

auto write_key_map(Array1<const uint64_t> keys_n, Array1<const int32_t> rows_n) {
  const size_t n = keys_n.size();
  if (n != rows_n.size() || n > std::numeric_limits<uint32_t>::max())
    throw std::invalid_argument("keys and rows must have one length, below 2^32.");
  std::unique_ptr<uint8_t[]> bytes(new uint8_t[5 + n * 14]);
  uint8_t *to = bytes.get();
  if (n < 16) {
    *to++ = static_cast<uint8_t>(0x80 | n);
  } else {
    const size_t width = n < 1 << 16 ? 2 : 4;
    *to++ = width == 2 ? 0xde : 0xdf;
    to = put_big_endian(to, n, width);
  }
  for (size_t i = 0; i < n; i++) {
    to = put_integer(to, keys_n.data()[i]);
    to = put_integer(to, static_cast<uint32_t>(rows_n.data()[i]));
  }
  return nb::bytes(bytes.get(), to - bytes.get());
}

}  // namespace

void bind_msgpack_map(nb::module_ &m) {
  m.def("read_key_map", &read_key_map, nb::arg("data"),
        "Keys (n,) uint64 and rows (n,) int32 of a msgpack map; ValueError names the byte.");
  m.def("write_key_map", &write_key_map, nb::arg("keys"), nb::arg("rows"),
        "The msgpack map of keys (n,) uint64 and rows (n,) int32, as bytes.");
}

}  // namespace vectorsuite
