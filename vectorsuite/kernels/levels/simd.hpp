// Vectors of floats as wide as the level's registers, by the compiler's vector extensions.
#pragma once
#include <cstdint>

#if defined(__AVX512F__)
#define VS_LANES 16
#elif defined(__AVX2__)
#define VS_LANES 8
#else
#define VS_LANES 4
#endif

// Two-source shuffle: GCC before 12 spells it otherwise than clang and later GCC.
#if defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
#define VS_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#endif
#endif
#ifndef VS_SHUFFLE
#define VS_SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (vi){__VA_ARGS__})
#endif

namespace vectorsuite {
namespace {

constexpr int lanes = VS_LANES;
constexpr int line_floats = 16;  // floats in a cache line; rows of the tables are padded to it

typedef float vf __attribute__((vector_size(VS_LANES * 4), aligned(VS_LANES * 4), may_alias));
typedef int32_t vi __attribute__((vector_size(VS_LANES * 4), aligned(VS_LANES * 4), may_alias));
// Four, for what is kept per centre word of a step.
typedef float f4 __attribute__((vector_size(16), aligned(16), may_alias));
typedef int32_t i4 __attribute__((vector_size(16), aligned(16), may_alias));

inline vf splat(float x) { return x - vf{}; }  // x - 0 is x, also for -0: one broadcast
inline vf load(const float *p) { return *reinterpret_cast<const vf *>(p); }
inline void store(float *p, vf x) { *reinterpret_cast<vf *>(p) = x; }
// The same at any address.
typedef float vf_anywhere __attribute__((vector_size(VS_LANES * 4), aligned(4), may_alias));
inline vf load_anywhere(const float *p) { return *reinterpret_cast<const vf_anywhere *>(p); }
inline void store_anywhere(float *p, vf x) { *reinterpret_cast<vf_anywhere *>(p) = x; }
inline vf select(vi mask, vf yes, vf no) { return (vf)((mask & (vi)yes) | (~mask & (vi)no)); }
inline vi lane_numbers() {
  vi k;
  for (int i = 0; i < lanes; i++) k[i] = i;
  return k;
}
inline vf absolute(vf x) { return (vf)((vi)x & 0x7fffffff); }

// One step of adding up: in blocks of 2h lanes, the lower h lanes become the halves' sum of a's
// block and the upper h lanes that of b's.
template <int h> inline vf fold(vf a, vf b);

#if VS_LANES == 16
template <> inline vf fold<8>(vf a, vf b) {
  return VS_SHUFFLE(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
         VS_SHUFFLE(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
}
template <> inline vf fold<4>(vf a, vf b) {
  return VS_SHUFFLE(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27) +
         VS_SHUFFLE(a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
}
template <> inline vf fold<2>(vf a, vf b) {
  return VS_SHUFFLE(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29) +
         VS_SHUFFLE(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
}
template <> inline vf fold<1>(vf a, vf b) {
  return VS_SHUFFLE(a, b, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30) +
         VS_SHUFFLE(a, b, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
}
#elif VS_LANES == 8
template <> inline vf fold<4>(vf a, vf b) {
  return VS_SHUFFLE(a, b, 0, 1, 2, 3, 8, 9, 10, 11) + VS_SHUFFLE(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
}
template <> inline vf fold<2>(vf a, vf b) {
  return VS_SHUFFLE(a, b, 0, 1, 8, 9, 4, 5, 12, 13) + VS_SHUFFLE(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
}
template <> inline vf fold<1>(vf a, vf b) {
  return VS_SHUFFLE(a, b, 0, 8, 2, 10, 4, 12, 6, 14) + VS_SHUFFLE(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
}
#else
template <> inline vf fold<2>(vf a, vf b) {
  return VS_SHUFFLE(a, b, 0, 1, 4, 5) + VS_SHUFFLE(a, b, 2, 3, 6, 7);
}
template <> inline vf fold<1>(vf a, vf b) {
  return VS_SHUFFLE(a, b, 0, 4, 2, 6) + VS_SHUFFLE(a, b, 1, 5, 3, 7);
}
#endif

// Lane k of the result is the sum of a[k]'s lanes: a transposition and the sums in one.
inline vf sums(vf *a) {
#pragma GCC unroll 8
  for (int k = 0; k < lanes / 2; k++) a[k] = fold<lanes / 2>(a[k], a[k + lanes / 2]);
#if VS_LANES >= 8
#pragma GCC unroll 8
  for (int k = 0; k < lanes / 4; k++) a[k] = fold<lanes / 4>(a[k], a[k + lanes / 4]);
#endif
#if VS_LANES >= 16
  a[0] = fold<2>(a[0], a[2]);
  a[1] = fold<2>(a[1], a[3]);
#endif
  return fold<1>(a[0], a[1]);
}

inline float sum(vf x) {
  float total = 0;
  for (int k = 0; k < lanes; k++) total += x[k];
  return total;
}

// For a >= 0: p = exp(-a), log(1 + p) and 1 / (1 + p); relative errors below 3e-7.
struct Softplus {
  vf p, log1p, inverse;
};
inline Softplus exp_log1p(vf a) {
  // exp: 2^t, t split into an integer and a rest in [-1/2, 1/2]; Taylor coefficients of 2^f, tuned
  vf t = a * -1.44269504f;
  t = select(t < -125.f, splat(-125.f), t);  // NaN stays NaN
  const vf magic = splat(12582912.f);        // 1.5 * 2^23: adding it rounds to an integer
  vf rounded = t + magic;
  vi exponent = (vi)rounded - (vi)magic;
  vf f = t - (rounded - magic);
  vf e = f * 1.5403530e-4f + 1.3333558e-3f;
  e = e * f + 9.6181291e-3f;
  e = e * f + 5.5504109e-2f;
  e = e * f + 2.4022651e-1f;
  e = e * f + 6.9314718e-1f;
  e = e * f + 1.f;
  vf p = (vf)((vi)e + (exponent << 23));
  // log1p(p) = 2 atanh(s), s = p / (2 + p) in [0, 1/3]; divisions are slow, and one serves both
  vf p1 = p + 1.f, p2 = p + 2.f, both = 1.f / (p1 * p2);
  vf s = p * p1 * both, s2 = s * s;
  vf l = s2 * 0.153846154f + 0.181818182f;
  l = l * s2 + 0.222222222f;
  l = l * s2 + 0.285714286f;
  l = l * s2 + 0.4f;
  l = l * s2 + 0.666666667f;
  l = l * s2 + 2.f;
  return {p, l * s, p2 * both};
}

constexpr int wide_floats = 512;  // some of these fill the first level of the cache

// always_inline: GCC takes a function that only prefetches for one without effect and drops the call
__attribute__((always_inline)) inline void prefetch_row(const float *row, int floats) {
  if (floats <= wide_floats)
    for (int d = 0; d < floats; d += line_floats) __builtin_prefetch(row + d);
  else  // into the second level: they would drive out the rows that are worked on
    for (int d = 0; d < floats; d += line_floats) __builtin_prefetch(row + d, 0, 2);
}

}  // namespace
}  // namespace vectorsuite
