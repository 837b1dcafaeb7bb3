// Hashes that files depend on, so they never change: Austin Appleby's MurmurHash64A and
// MurmurHash3_x64_128, both in the public domain, for little-endian machines.
#pragma once
#include <cstdint>
#include <cstring>

namespace vectorsuite {

inline uint64_t load_u64(const uint8_t *bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, 8);
  return word;
}

// MurmurHash64A of n bytes. spaCy's key of a string is this hash of its UTF-8 with seed 1.
inline uint64_t murmur64a(const uint8_t *bytes, uint64_t n, uint64_t seed) {
  constexpr uint64_t m = 0xc6a4a7935bd1e995ull;
  uint64_t hash = seed ^ (n * m);
  const uint8_t *end = bytes + (n & ~uint64_t{7});
  for (; bytes != end; bytes += 8) {
    uint64_t k = load_u64(bytes) * m;
    k = (k ^ (k >> 47)) * m;
    hash = (hash ^ k) * m;
  }
  if (uint64_t rest = n & 7) {
    uint64_t k = 0;
    for (uint64_t i = 0; i < rest; i++) k |= uint64_t{end[i]} << (8 * i);
    hash = (hash ^ k) * m;
  }
  hash = (hash ^ (hash >> 47)) * m;
  return hash ^ (hash >> 47);
}

constexpr uint64_t string_seed = 1;

// Key of a string: 0 if it is empty, as spaCy has it. Reserved symbols are the caller's business.
inline uint64_t string_key(const uint8_t *bytes, uint64_t n) {
  return n ? murmur64a(bytes, n, string_seed) : 0;
}

inline uint64_t rotate_left(uint64_t x, int bits) { return (x << bits) | (x >> (64 - bits)); }

inline uint64_t murmur3_mix(uint64_t k) {
  k = (k ^ (k >> 33)) * 0xff51afd7ed558ccdull;
  k = (k ^ (k >> 33)) * 0xc4ceb9fe1a85ec53ull;
  return k ^ (k >> 33);
}

// MurmurHash3_x64_128 of n bytes: floret's n-gram hash. out: low and high half.
inline void murmur3_x64_128(const uint8_t *bytes, uint64_t n, uint32_t seed, uint64_t out[2]) {
  constexpr uint64_t c1 = 0x87c37b91114253d5ull, c2 = 0x4cf5ad432745937full;
  uint64_t h1 = seed, h2 = seed;
  const uint8_t *end = bytes + (n & ~uint64_t{15});
  for (; bytes != end; bytes += 16) {
    h1 ^= rotate_left(load_u64(bytes) * c1, 31) * c2;
    h1 = (rotate_left(h1, 27) + h2) * 5 + 0x52dce729;
    h2 ^= rotate_left(load_u64(bytes + 8) * c2, 33) * c1;
    h2 = (rotate_left(h2, 31) + h1) * 5 + 0x38495ab5;
  }
  uint64_t k1 = 0, k2 = 0, rest = n & 15;
  for (uint64_t i = 8; i < rest; i++) k2 |= uint64_t{end[i]} << (8 * (i - 8));
  for (uint64_t i = 0; i < rest && i < 8; i++) k1 |= uint64_t{end[i]} << (8 * i);
  h2 ^= rotate_left(k2 * c2, 33) * c1;  // a zero k changes nothing
  h1 ^= rotate_left(k1 * c1, 31) * c2;
  h1 ^= n;
  h2 ^= n;
  h1 += h2;
  h2 += h1;
  h1 = murmur3_mix(h1);
  h2 = murmur3_mix(h2);
  h1 += h2;
  out[0] = h1;
  out[1] = h2 + h1;
}

}  // namespace vectorsuite
