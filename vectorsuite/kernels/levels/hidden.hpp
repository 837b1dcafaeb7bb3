// Hidden rows: copies and means of rows of the table, and giving their change back to it.
#pragma once
#include "levels/simd.hpp"
#include "training_job.hpp"

namespace vectorsuite {
namespace {

inline void copy_rows(float *const *from, int n, int width, float *const *to) {
  for (int x = 0; x < n; x++)
    for (int d = 0; d < width; d += lanes) store(to[x] + d, load(from[x] + d));
}

// Whether rows of the table take a part of their updates only.
inline bool has_locks(const TrainingJob &job) { return job.locks || job.tag_locks; }

// The factor on the updates of input x, of which s.in_words names the word, or -1 minus the tag.
inline float lock_of(const TrainingJob &job, const Scratch &s, int x) {
  int32_t word = s.in_words[x];
  if (word < 0) return job.tag_locks ? job.tag_locks[-1 - word] : 1.f;
  return job.locks ? job.locks[word] : 1.f;
}

// in_x += lock_x * (hidden_x - in_x)
inline void add_locked(const TrainingJob &job, const Scratch &s, int n_in) {
  for (int x = 0; x < n_in; x++) {
    vf lock = splat(lock_of(job, s, x));
    for (int d = 0; d < job.width; d += lanes) {
      vf row = load(s.in_rows[x] + d);
      store(s.in_rows[x] + d, row + lock * (load(s.hidden_rows[x] + d) - row));
    }
  }
}

// Registers of columns that are worked on at once, of 32 or 16 that there are: a factor is then fetched
// once for all of them.
#if VS_LANES == 16 || defined(__aarch64__)
constexpr int columns_at_once = 4;
#else
constexpr int columns_at_once = 3;
#endif

// call(B) for the B registers of columns from float d on, and so on for all columns.
#define VS_BY_COLUMNS(width, call)                                      \
  int d = 0;                                                            \
  for (; d + columns_at_once * lanes <= width; d += columns_at_once * lanes) call(columns_at_once); \
  switch ((width - d) / lanes) {                                        \
    case 3: call(3); break;                                             \
    case 2: call(2); break;                                             \
    case 1: call(1);                                                    \
  }

// hidden_c = scale[c] * sum_x observed[x, c] in_x for N centres and B registers of columns; a second
// copy of each, which the pair step does not touch, goes to hidden_rows[max_shared + c].
template <int N, int B>
inline void gather_columns(Scratch &s, int n_in, int d, const float *scale) {
  vf h[N][B];
#pragma GCC unroll 4
  for (int c = 0; c < N; c++)
#pragma GCC unroll 4
    for (int b = 0; b < B; b++) h[c][b] = vf{};
  for (int x = 0; x < n_in; x++) {
    const float *row = s.in_rows[x] + d;
    vf in[B];
#pragma GCC unroll 4
    for (int b = 0; b < B; b++) in[b] = load(row + b * lanes);
#pragma GCC unroll 4
    for (int c = 0; c < N; c++) {
      vf factor = splat(s.observed[x * 4 + c]);
#pragma GCC unroll 4
      for (int b = 0; b < B; b++) h[c][b] += factor * in[b];
    }
  }
#pragma GCC unroll 4
  for (int c = 0; c < N; c++)
#pragma GCC unroll 4
    for (int b = 0; b < B; b++) {
      vf mean = h[c][b] * scale[c];
      store(s.hidden_rows[c] + d + b * lanes, mean);
      store(s.hidden_rows[max_shared + c] + d + b * lanes, mean);
    }
}

template <int N> inline void gather_means_n(Scratch &s, int n_in, int width, const float *scale) {
#define VS_CALL(B) gather_columns<N, B>(s, n_in, d, scale)
  VS_BY_COLUMNS(width, VS_CALL)
#undef VS_CALL
}

// in_x += sum_c share[x, c] * (hidden_c - its copy), B registers of columns
template <int N, int B>
inline void scatter_columns(Scratch &s, int n_in, int d, const float *share) {
  vf change[N][B];
#pragma GCC unroll 4
  for (int c = 0; c < N; c++)
#pragma GCC unroll 4
    for (int b = 0; b < B; b++)
      change[c][b] = load(s.hidden_rows[c] + d + b * lanes) -
                     load(s.hidden_rows[max_shared + c] + d + b * lanes);
  for (int x = 0; x < n_in; x++) {
    float *row = s.in_rows[x] + d;
    vf in[B];
#pragma GCC unroll 4
    for (int b = 0; b < B; b++) in[b] = load(row + b * lanes);
#pragma GCC unroll 4
    for (int c = 0; c < N; c++) {
      vf factor = splat(share[x * 4 + c]);
#pragma GCC unroll 4
      for (int b = 0; b < B; b++) in[b] += factor * change[c][b];
    }
#pragma GCC unroll 4
    for (int b = 0; b < B; b++) store(row + b * lanes, in[b]);
  }
}

template <int N>
inline void scatter_changes_n(Scratch &s, int n_in, int width, const float *share) {
#define VS_CALL(B) scatter_columns<N, B>(s, n_in, d, share)
  VS_BY_COLUMNS(width, VS_CALL)
#undef VS_CALL
}

#define VS_BY_CENTRES(n, call) \
  switch (n) {                 \
    case 1: call(1); break;    \
    case 2: call(2); break;    \
    case 3: call(3); break;    \
    default: call(4);          \
  }

inline void gather_means(Scratch &s, int n_centres, int n_in, int width, const float *scale) {
#define VS_CALL(N) gather_means_n<N>(s, n_in, width, scale)
  VS_BY_CENTRES(n_centres, VS_CALL)
#undef VS_CALL
}

inline void scatter_changes(Scratch &s, int n_centres, int n_in, int width, const float *share) {
#define VS_CALL(N) scatter_changes_n<N>(s, n_in, width, share)
  VS_BY_CENTRES(n_centres, VS_CALL)
#undef VS_CALL
}
#undef VS_BY_CENTRES
#undef VS_BY_COLUMNS

}  // namespace
}  // namespace vectorsuite
