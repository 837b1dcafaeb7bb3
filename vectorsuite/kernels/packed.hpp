// Packed strings as they come from Python, perhaps from a damaged file.
#pragma once
#include <stdexcept>
#include <string_view>

#include "binding.hpp"

namespace vectorsuite {

// Throws unless offsets fit data, so that loops need not check.
// data: all strings end to end, UTF-8. offsets_n1: string i is data[offsets[i]:offsets[i + 1]].
inline void check_packed(const Array1<const uint8_t> &data,
                         const Array1<const int64_t> &offsets_n1) {
  if (offsets_n1.size() == 0 || offsets_n1.data()[0] < 0)
    throw std::invalid_argument("offsets must hold n + 1 positions, from 0 on.");
  int64_t last = 0;
  for (size_t i = 0; i < offsets_n1.size(); i++) {
    if (offsets_n1.data()[i] < last)
      throw std::invalid_argument("offsets must not decrease.");
    last = offsets_n1.data()[i];
  }
  if (last > static_cast<int64_t>(data.size()))
    throw std::invalid_argument("offsets point past the end of data.");
}

inline std::string_view packed_string(const Array1<const uint8_t> &data,
                                      const Array1<const int64_t> &offsets_n1, size_t i) {
  const int64_t start = offsets_n1.data()[i];
  return {reinterpret_cast<const char *>(data.data()) + start,
          static_cast<size_t>(offsets_n1.data()[i + 1] - start)};
}

}  // namespace vectorsuite
