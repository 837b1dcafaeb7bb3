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

// hidden_c = scale[c] * sum_x observed[x, c] in_x for N centres; a second copy of each, which the
// pair step does not touch, goes to hidden_rows[max_shared + c].
template <int N> inline void gather_means_n(Scratch &s, int n_in, int width, const float *scale) {
  for (int d = 0; d < width; d += lanes) {
    vf h[N];
#pragma GCC unroll 4
    for (int c = 0; c < N; c++) h[c] = vf{};
    for (int x = 0; x < n_in; x++) {
      vf row = load(s.in_rows[x] + d);
#pragma GCC unroll 4
      for (int c = 0; c < N; c++) h[c] += splat(s.observed[x * 4 + c]) * row;
    }
#pragma GCC unroll 4
    for (int c = 0; c < N; c++) {
      vf mean = h[c] * scale[c];
      store(s.hidden_rows[c] + d, mean);
      store(s.hidden_rows[max_shared + c] + d, mean);
    }
  }
}

// in_x += sum_c share[x, c] * (hidden_c - its copy)
template <int N>
inline void scatter_changes_n(Scratch &s, int n_in, int width, const float *share) {
  for (int d = 0; d < width; d += lanes) {
    vf change[N];
#pragma GCC unroll 4
    for (int c = 0; c < N; c++)
      change[c] = load(s.hidden_rows[c] + d) - load(s.hidden_rows[max_shared + c] + d);
    for (int x = 0; x < n_in; x++) {
      vf row = load(s.in_rows[x] + d);
#pragma GCC unroll 4
      for (int c = 0; c < N; c++) row += splat(share[x * 4 + c]) * change[c];
      store(s.in_rows[x] + d, row);
    }
  }
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

}  // namespace
}  // namespace vectorsuite
