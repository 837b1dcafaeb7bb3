// Counter-based random numbers: every draw is a function of a key and a counter, so that any worker,
// the NumPy reference and the GPU draw the same number for the same token.
//
// SplitMix64 (Steele, Lea and Flood, 2014, OOPSLA), its state addressed directly instead of stepped.
#pragma once
#ifdef __CUDACC_RTC__  // compiled at run time, where there are no headers
typedef int int32_t;
typedef long long int64_t;
typedef unsigned int uint32_t;
typedef unsigned long long uint64_t;
#else
#include <cstdint>
#endif

#ifdef __CUDACC__
#define VS_DEVICE __host__ __device__
#else
#define VS_DEVICE
#endif

namespace vectorsuite {
namespace {  // each CPU level compiles its own copy

constexpr uint64_t golden = 0x9E3779B97F4A7C15ULL;

VS_DEVICE inline uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

// Draw number `counter` of the stream `key`: 64 uniform bits.
VS_DEVICE inline uint64_t draw(uint64_t key, uint64_t counter) {
  return mix(key + (counter + 1) * golden);
}

// A stream of its own for each purpose of each epoch.
enum Purpose : uint64_t { purpose_token = 1, purpose_noise = 2, purpose_start = 3 };

VS_DEVICE inline uint64_t stream(uint64_t seed, uint64_t epoch, Purpose purpose) {
  return draw(draw(mix(seed + golden), epoch), purpose);
}

// Uniform integer in [0, n) from the upper half of a draw.
VS_DEVICE inline uint32_t below(uint64_t bits, uint32_t n) {
  return static_cast<uint32_t>(((bits >> 32) * n) >> 32);
}

}  // namespace
}  // namespace vectorsuite
