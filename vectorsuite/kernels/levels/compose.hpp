// Words made of several rows: fastText's n-grams (Bojanowski et al., 2017, TACL), floret's hashes.
//
// A pair step needs one row for each input. So each kept token gets a hidden row, the mean (for CBOW
// the sum) of its word's rows, when the windows reach it; steps change the hidden row; and when no
// window reaches the token any more, each of its rows takes the whole change. The change of every
// row is the one of fastText, which puts it off until the next pair rather than the end of the
// window; and the rows are fetched once for each token, not for each pair.
#pragma once
#include "levels/private_rows.hpp"

namespace vectorsuite {
namespace {

inline int n_parts(const TrainingJob &job, int32_t word) {
  return int(job.part_offsets[word + 1] - job.part_offsets[word]);
}

// The hidden row of a gathered token; a ring of as many as windows reach at a time.
inline float *composed_row(const TrainingJob &job, const Scratch &s, int place) {
  return s.composed + int64_t(place & s.composed_mask) * job.width;
}

constexpr int compose_block = 8;  // registers of a row that are worked on at a time

// hidden = before = scale * sum of rows, for N registers from float d on
template <int N>
inline void compose_n(const TrainingJob &job, const int32_t *parts, int n, int d, float scale,
                      float *hidden, float *before) {
  vf sum[N];
#pragma GCC unroll 8
  for (int k = 0; k < N; k++) sum[k] = vf{};
  for (int p = 0; p < n; p++) {
    const float *row = job.in + parts[p] * job.stride + d;
#pragma GCC unroll 8
    for (int k = 0; k < N; k++) sum[k] += load(row + k * lanes);
  }
#pragma GCC unroll 8
  for (int k = 0; k < N; k++) {
    sum[k] *= scale;
    store(hidden + d + k * lanes, sum[k]);
    store(before + d + k * lanes, sum[k]);
  }
}

// rows += lock * (hidden - before), the same
template <int N>
inline void give_back_n(const TrainingJob &job, const int32_t *parts, int n, int d,
                        const float *hidden, const float *before) {
  vf change[N];
#pragma GCC unroll 8
  for (int k = 0; k < N; k++)
    change[k] = load(hidden + d + k * lanes) - load(before + d + k * lanes);
  for (int p = 0; p < n; p++) {
    float *row = job.in + parts[p] * job.stride + d;
    vf lock = splat(job.locks ? job.locks[parts[p]] : 1.f);
#pragma GCC unroll 8
    for (int k = 0; k < N; k++)
      store(row + k * lanes, load(row + k * lanes) + lock * change[k]);
  }
}

#define VS_BY_BLOCKS(call)                                              \
  for (int d = 0; d < job.width; d += compose_block * lanes) switch ((job.width - d) / lanes) { \
      case 1: call(1); break;                                           \
      case 2: call(2); break;                                           \
      case 3: call(3); break;                                           \
      case 4: call(4); break;                                           \
      case 5: call(5); break;                                           \
      case 6: call(6); break;                                           \
      case 7: call(7); break;                                           \
      default: call(8);                                                 \
    }

inline void compose(const TrainingJob &job, int32_t word, float *hidden, float *before) {
  const int32_t *parts = job.parts + job.part_offsets[word];
  int n = n_parts(job, word);
  float scale = job.cbow ? 1.f : 1.f / float(n);
#define VS_CALL(N) compose_n<N>(job, parts, n, d, scale, hidden, before)
  VS_BY_BLOCKS(VS_CALL)
#undef VS_CALL
}

// The chunk's own row of a word in deterministic training, made when it is first asked for. All of the
// word's rows take its change when the round ends: see merge.hpp.
inline float *private_row(const TrainingJob &job, PrivateRows *own, int32_t word) {
  uint32_t bucket = bucket_of(own, word);
  if (float *row = find_copy(job, own, bucket)) return row;
  int32_t slot = new_copy(own, word, bucket);
  float *row = own->rows + slot * job.stride;
  compose(job, word, row, own->before + slot * job.stride);
  return row;
}

inline void give_back(const TrainingJob &job, Scratch &s, int place) {
  int32_t word = s.word[place];
  const int32_t *parts = job.parts + job.part_offsets[word];
  int n = n_parts(job, word);
  const float *hidden = composed_row(job, s, place);
  const float *before = hidden + (s.composed_before - s.composed);
#define VS_CALL(N) give_back_n<N>(job, parts, n, d, hidden, before)
  VS_BY_BLOCKS(VS_CALL)
#undef VS_CALL
}
#undef VS_BY_BLOCKS

// Which tokens have hidden rows: those that windows of the current step or of later ones may reach,
// and that have been reached.
struct Composed {
  int first, end;

  // Before a step with centres [centre, last]. n: tokens gathered.
  inline void move(const TrainingJob &job, Scratch &s, int centre, int last, int n) {
    for (; first < end && first < centre - job.window; first++) give_back(job, s, first);
    for (; end < n && end <= last + job.window; end++) {
      float *hidden = composed_row(job, s, end);
      compose(job, s.word[end], hidden, hidden + (s.composed_before - s.composed));
    }
  }
  inline void finish(const TrainingJob &job, Scratch &s) {
    for (; first < end; first++) give_back(job, s, first);
  }
  // Fetch the rows of tokens that the step with these centres will be the first to reach.
  __attribute__((always_inline)) inline void prefetch(const TrainingJob &job, const Scratch &s,
                                                      int last, int n) const {
    for (int x = end; x < n && x <= last + job.window; x++) {
      int64_t stop = job.part_offsets[s.word[x] + 1];
      for (int64_t p = job.part_offsets[s.word[x]]; p < stop; p++)
        prefetch_row(job.in + job.parts[p] * job.stride, job.width);
      if (x + 8 < n) __builtin_prefetch(job.parts + job.part_offsets[s.word[x + 8]]);
    }
  }
};

}  // namespace
}  // namespace vectorsuite
