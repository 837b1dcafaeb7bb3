// Decimal text to float32, exactly rounded.
#pragma once
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace vectorsuite {

inline bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }
inline bool is_separator(char c) { return c == ' ' || c == '\t'; }

// Any decimal number; out of range gives 0 or infinity with its sign, as strtof does.
// begin..end: the number without its sign. n_whole: digits before the point, had the number no exponent.
inline float slow_float(const char *begin, const char *end, int64_t n_whole) {
  float value = 0;
  if (std::from_chars(begin, end, value).ec == std::errc()) return value;
  double wide = 0;
  if (std::from_chars(begin, end, wide).ec == std::errc()) return static_cast<float>(wide);
  for (; begin < end && (*begin == '0' || *begin == '.'); begin++) n_whole -= *begin == '0';
  return n_whole > 0 ? std::numeric_limits<float>::infinity() : 0.0f;
}

// "nan", "inf", "infinity" in any case. Returns where they end, or nullptr.
inline const char *parse_named_float(const char *p, const char *end, float *value) {
  if (p == end || ((*p | 32) != 'n' && (*p | 32) != 'i')) return nullptr;
  const auto [stop, error] = std::from_chars(p, end, *value);
  return error == std::errc() ? stop : nullptr;
}

constexpr uint64_t every_byte(uint64_t byte) { return byte * 0x0101010101010101u; }

// The number that eight digits make; byte 0 holds the first, each a value from 0 to 9.
inline uint64_t eight_digits(uint64_t digits) {
  digits = digits * 10 + (digits >> 8);  // every second byte: two digits
  const uint64_t pairs = 0x000000FF000000FFu;
  const uint64_t low = (digits & pairs) * (100 + (uint64_t{1000000} << 32));
  const uint64_t high = ((digits >> 16) & pairs) * (1 + (uint64_t{10000} << 32));
  return (low + high) >> 32;
}

// Appends the digits at p to number; returns where they end. Eight bytes at a time, without a branch
// on how many are digits: their number varies from value to value, and a wrong guess costs as much as
// the rest of the value. readable: end of the memory that may be read.
inline const char *parse_digits(const char *p, const char *end, const char *readable,
                                uint64_t *number) {
  static constexpr uint64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};
  while (readable - p >= 8) {
    uint64_t bytes;
    std::memcpy(&bytes, p, sizeof bytes);
    bytes ^= every_byte('0');
    // the top bit of each byte beyond 9; a carry out of such a byte only reaches those after it
    const uint64_t others = ((bytes + every_byte(128 - 10)) | bytes) & every_byte(0x80);
    if (!others) {
      *number = *number * 100000000 + eight_digits(bytes);
      p += 8;
      continue;
    }
    const int n = __builtin_ctzll(others) / 8;
    *number = *number * powers[n] + eight_digits(bytes << (56 - 8 * n) << 8);
    return p + n;
  }
  while (p < end && is_digit(*p)) *number = *number * 10 + static_cast<uint64_t>(*p++ - '0');
  return p;
}

// Parses one number at p; returns where it ends, or nullptr where there is none. end: where the text
// ends, at a byte that is no digit if it is before readable, the end of memory that may be read.
//
// Clinger's fast path (1990, "How to read floating point numbers accurately") in double: digits below
// 2^53 times a power of ten up to 10^22 is one exactly rounded operation. The second rounding, to
// float, can err only where the double lies half-way between two floats; those take the slow path.
inline const char *parse_float(const char *p, const char *end, const char *readable, float *value) {
  static constexpr double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                      1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                      1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  if (p == end) return nullptr;
  const bool negative = *p == '-';
  p += negative | (*p == '+');
  const char *begin = p;
  uint64_t digits = 0;
  while (p < end && is_digit(*p)) digits = digits * 10 + static_cast<uint64_t>(*p++ - '0');
  int64_t n_digits = p - begin, exponent = 0, n_whole = n_digits;
  if (p < end && *p == '.') {
    const char *fraction = ++p;
    p = parse_digits(p, end, readable, &digits);
    exponent = fraction - p;
    n_digits -= exponent;
  }
  if (n_digits == 0) {
    const char *stop = p == begin ? parse_named_float(p, end, value) : nullptr;
    if (stop && negative) *value = -*value;
    return stop;
  }
  if (p < end && (*p == 'e' || *p == 'E')) {
    const char *q = p + 1;
    bool down = false;
    if (q < end && (*q == '-' || *q == '+')) down = *q++ == '-';
    if (q < end && is_digit(*q)) {
      int64_t power = 0;
      while (q < end && is_digit(*q)) power = power < 100000 ? power * 10 + (*q - '0') : power, q++;
      exponent += down ? -power : power;
      n_whole += down ? -power : power;
      p = q;
    }
  }
  float result;
  if (n_digits <= 19 && digits <= (uint64_t{1} << 53) && exponent >= -22 && exponent <= 22) {
    double wide = static_cast<double>(digits);
    wide = exponent < 0 ? wide / powers[-exponent] : wide * powers[exponent];
    uint64_t bits;
    std::memcpy(&bits, &wide, sizeof bits);
    const bool half_way = (bits & 0x1FFFFFFF) == 0x10000000;
    const bool normal = wide >= std::numeric_limits<float>::min() && wide < 3.4e38;
    result = (normal && !half_way) || digits == 0 ? static_cast<float>(wide)
                                                  : slow_float(begin, p, n_whole);
  } else {
    result = slow_float(begin, p, n_whole);
  }
  *value = negative ? -result : result;
  return p;
}

}  // namespace vectorsuite
