// Where the words of a text begin and end: 64 bytes at a time, without a branch per byte.
#pragma once
#include <cstdint>
#include <cstring>

namespace vectorsuite {

// ASCII white space as bytes.split() has it: tab, newline, vertical tab, form feed, return, space.
inline bool is_space(char c) { return c == ' ' || static_cast<unsigned char>(c - 9) < 5; }

namespace split {

constexpr uint64_t every_byte = 0x0101010101010101u, high_bits = 0x80 * every_byte;

// High bit of every byte of x that equals c; exact, no carry between bytes.
inline uint64_t equal(uint64_t x, uint64_t c) {
  const uint64_t y = x ^ (c * every_byte);
  return ~(((y & ~high_bits) + ~high_bits) | y) & high_bits;
}

// High bit of every byte of x in 9 to 13.
inline uint64_t control_space(uint64_t x) {
  const uint64_t low = x & ~high_bits;
  return (low + (0x80 - 9) * every_byte) & ~(low + (0x80 - 14) * every_byte) & ~x & high_bits;
}

// The eight high bits of x as one byte, first byte of memory lowest.
inline uint64_t gather(uint64_t x) { return ((x >> 7) * 0x0102040810204080u) >> 56; }

}  // namespace split

// Bit i: is text[i] white space, is it a newline. text: 64 bytes.
struct SpaceBits {
  uint64_t spaces = 0, newlines = 0;

  explicit SpaceBits(const char *text) {
    for (int i = 0; i < 64; i += 8) {
      uint64_t x;
      std::memcpy(&x, text + i, 8);
      spaces |= split::gather(split::equal(x, ' ') | split::control_space(x)) << i;
      newlines |= split::gather(split::equal(x, '\n')) << i;
    }
  }
};

// Appends base + i for every set bit i, in order; returns the end of what it wrote.
inline uint32_t *append_bits(uint64_t bits, uint32_t base, uint32_t *out) {
  for (; bits; bits &= bits - 1) *out++ = base + static_cast<uint32_t>(__builtin_ctzll(bits));
  return out;
}

}  // namespace vectorsuite
