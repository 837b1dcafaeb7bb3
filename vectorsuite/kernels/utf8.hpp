// UTF-8 as the Unicode standard defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once
#include <cstdint>
#include <cstring>
#include <string>

namespace vectorsuite {

// Part of a text that is not UTF-8: the longest start of a valid sequence, or a single byte
// ("maximal subpart", Unicode 15, section 3.9). One U+FFFD stands for one of these, as in Python.
struct InvalidUtf8 {
  size_t start;   // equals the text's length if all of it is valid
  size_t length;
};

// First invalid part of text[from:n].
inline InvalidUtf8 find_invalid_utf8(const char *text, size_t n, size_t from = 0) {
  const auto *bytes = reinterpret_cast<const unsigned char *>(text);
  size_t i = from;
  while (i < n) {
    if (i + 8 <= n) {
      uint64_t eight;
      std::memcpy(&eight, text + i, 8);
      if (!(eight & 0x8080808080808080u)) {
        i += 8;
        continue;
      }
    }
    const unsigned lead = bytes[i];
    if (lead < 0x80) {
      i++;
      continue;
    }
    const size_t followers = lead < 0xC2 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF5 ? 3 : 0;
    if (!followers) return {i, 1};
    // the second byte has a narrower range after some leads
    unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    for (size_t k = 1; k <= followers; k++) {
      if (i + k >= n || bytes[i + k] < low || bytes[i + k] > high) return {i, k};
      low = 0x80;
      high = 0xBF;
    }
    i += followers + 1;
  }
  return {n, 0};
}

inline bool is_utf8(const char *text, const char *end) {
  const auto n = static_cast<size_t>(end - text);
  return find_invalid_utf8(text, n).start == n;
}

// The text with U+FFFD for every invalid part.
inline std::string replace_invalid_utf8(const char *text, size_t n) {
  std::string out;
  for (size_t from = 0; from < n;) {
    const InvalidUtf8 bad = find_invalid_utf8(text, n, from);
    out.append(text + from, bad.start - from);
    if (bad.start < n) out += "\xEF\xBF\xBD";
    from = bad.start + bad.length;
  }
  return out;
}

}  // namespace vectorsuite
