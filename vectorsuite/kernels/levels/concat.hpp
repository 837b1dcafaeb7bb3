// Windows that are read end to end (PV-DM with concatenation; Le and Mikolov, 2014, ICML): the hidden
// row of a centre is the rows of its slots, the tags and then the places of its window from left to
// right.
//
// Hidden and output rows are as wide as all slots together: those of one step fill the first level of
// the cache, and fetching them takes as long as working on them. So the update fetches those of the next
// step as it goes along; and unlike pair_step the loops leave out what no pair needs, the products of a
// centre with the hidden rows of the others.
#pragma once
#include "levels/pair_step.hpp"
#include "levels/windows.hpp"

namespace vectorsuite {
namespace {

// Tag k of the sentence. (Slots are filled in where they are: copies would be read as whole registers,
// for which a processor waits until all their parts are written.)
inline void tag_slot(const TrainingJob &job, const Scratch &s, const Step &step, int k, Slot &slot) {
  int32_t tag = job.tag_rows[job.tag_offsets[s.sentence[step.centre]] + k];
  slot.row = job.tags + tag * job.stride;
  slot.lock = job.tag_locks ? job.tag_locks[tag] : 1.f;
  slot.n = step.n_centres;
  for (int c = 0; c < slot.n; c++) slot.at[c] = s.hidden_rows[c] + k * job.vector_size;
}

// The word at a place in reach: before and after the sentence the null word.
inline void word_slot(const TrainingJob &job, const Scratch &s, const Step &step, int place, Slot &slot) {
  bool in_sentence = step.low <= place && place <= step.high;
  int32_t word = in_sentence ? s.word[place] : job.null_row;
  slot.row = job.in + word * job.stride;
  slot.lock = job.locks ? job.locks[word] : 1.f;
  int n = 0;
  for (int c = 0; c < step.n_centres; c++) {
    int offset = place - step.centre - c;
    if (offset == 0 || offset < -job.window || offset > job.window) continue;
    int column = job.most_tags + job.window + offset - (offset > 0);
    slot.at[n++] = s.hidden_rows[c] + column * job.vector_size;
  }
  slot.n = n;
}

// to[i] = row for N of them. Whole registers are written: the zeros behind the row lie where the next
// slot follows, and behind the last: hidden rows have room for them.
template <int N> inline void fill_slots_n(const float *row, int width, float *const *to) {
  for (int d = 0; d < width; d += lanes) {
    vf x = load(row + d);
#pragma GCC unroll 4
    for (int i = 0; i < N; i++) store_anywhere(to[i] + d, x);
  }
}

// row += lock * sum_i changes[i] over `width` floats: what follows in the N changes is the next slot's.
template <int N> inline void add_slots_n(float *row, int width, float *const *changes, float lock) {
  for (int d = 0; d < width; d += lanes) {
    vf change = load_anywhere(changes[0] + d);
#pragma GCC unroll 4
    for (int i = 1; i < N; i++) change += load_anywhere(changes[i] + d);
    if (width - d < lanes) change = select(lane_numbers() < width - d, change, vf{});
    store(row + d, load(row + d) + lock * change);
  }
}

// The same for as many as there are; for none, the place of a single centre.
inline void fill_slots(const float *row, int width, float *const *to, int n) {
  switch (n) {
    case 1: return fill_slots_n<1>(row, width, to);
    case 2: return fill_slots_n<2>(row, width, to);
    case 3: return fill_slots_n<3>(row, width, to);
    case 4: return fill_slots_n<4>(row, width, to);
  }
}

inline void add_slots(float *row, int width, float *const *changes, int n, float lock) {
  switch (n) {
    case 1: return add_slots_n<1>(row, width, changes, lock);
    case 2: return add_slots_n<2>(row, width, changes, lock);
    case 3: return add_slots_n<3>(row, width, changes, lock);
    case 4: return add_slots_n<4>(row, width, changes, lock);
  }
}

// Hidden rows of the step's centres. Returns the number of slots: those of tags, then those of words.
inline int gather_slots(const TrainingJob &job, const Scratch &s, const Step &step) {
  int n = 0, end = step.centre + step.n_centres + job.window;
  for (int k = 0; k < job.most_tags; k++) tag_slot(job, s, step, k, s.slots[n++]);
  for (int x = step.centre - job.window; x < end; x++) word_slot(job, s, step, x, s.slots[n++]);
  for (Slot *slot = s.slots; slot < s.slots + n; slot++)
    fill_slots(slot->row, job.width, slot->at, slot->n);
  return n;
}

// The rows of the first n slots += lock * their changes, which have taken the hidden rows' place.
inline void scatter_slots(const TrainingJob &job, const Scratch &s, int n) {
  for (Slot *slot = s.slots; slot < s.slots + n; slot++)
    add_slots(slot->row, job.vector_size, slot->at, slot->n, slot->lock);
}

// ---- each hidden row against its own centre and the noise ----

// Outputs of a step in columns of coefficients, scores and gradients: column 0 is each hidden row's
// own centre, the others are the noise. A column has `max_shared` entries, one for each hidden row.
struct Columns {
  float *hidden[max_shared], *own[max_shared];
  float *const *noise;
  int n;  // with column 0
};

// scores of NJ columns, the first one column 0 if Own.
template <int NJ, bool Own>
inline void column_scores(const Columns &columns, float *const *noise, int width, float *scores) {
  constexpr int n_tiles = (NJ * max_shared + lanes - 1) / lanes;
  vf acc[n_tiles * lanes];
#pragma GCC unroll 32
  for (int k = 0; k < n_tiles * lanes; k++) acc[k] = vf{};
  for (int d = 0; d < width; d += lanes) {
    vf h[max_shared];
#pragma GCC unroll 4
    for (int c = 0; c < max_shared; c++) h[c] = load(columns.hidden[c] + d);
    if (Own)
#pragma GCC unroll 4
      for (int c = 0; c < max_shared; c++) acc[c] += h[c] * load(columns.own[c] + d);
#pragma GCC unroll 6
    for (int j = Own; j < NJ; j++) {
      vf o = load(noise[j - Own] + d);
#pragma GCC unroll 4
      for (int c = 0; c < max_shared; c++) acc[j * max_shared + c] += h[c] * o;
    }
  }
#pragma GCC unroll 8
  for (int t = 0; t < n_tiles; t++) store(scores + t * lanes, sums(acc + t * lanes));
}

#if VS_LANES == 16 || defined(__aarch64__)
constexpr int block_columns = 4, last_columns = 6;  // whose sums fit the 32 registers
#else
constexpr int block_columns = 2, last_columns = 2;  // ... the 16 registers
#endif

template <bool Own>
inline void column_scores_n(int n, const Columns &columns, float *const *noise, int width,
                            float *scores) {
#define VS_CASE(N) \
  case N: return column_scores<N, Own>(columns, noise, width, scores);
  switch (n) {
    VS_CASE(1) VS_CASE(2)
#if VS_LANES == 16 || defined(__aarch64__)
    VS_CASE(3) VS_CASE(4) VS_CASE(5) VS_CASE(6)
#endif
  }
#undef VS_CASE
}

inline void all_column_scores(const Columns &columns, int width, float *scores) {
  int n = columns.n > last_columns ? block_columns : columns.n;
  column_scores_n<true>(n, columns, columns.noise, width, scores);
  for (int j = n; j < columns.n; j += n) {
    n = columns.n - j > last_columns ? block_columns : columns.n - j;
    column_scores_n<false>(n, columns, columns.noise + j - 1, width, scores + j * max_shared);
  }
}

// out_j += sum_c g[j, c] hidden_c, then hidden_c = sum_j g[j, c] out_j, as it was before, its change,
// over N registers' worth of columns.
template <int N>
inline void update_columns(const Columns &columns, int d, const float *g) {
  vf h[max_shared][N], change[max_shared][N];
#pragma GCC unroll 4
  for (int c = 0; c < max_shared; c++) {
    vf g_c = splat(g[c]);
#pragma GCC unroll 4
    for (int u = 0; u < N; u++) {
      float *own = columns.own[c] + d + u * lanes;
      vf o = load(own);
      h[c][u] = load(columns.hidden[c] + d + u * lanes);
      change[c][u] = g_c * o;
      store(own, o + g_c * h[c][u]);
    }
  }
  for (int j = 1; j < columns.n; j++) {
    float *row = columns.noise[j - 1] + d;
    vf o[N], o_new[N];
#pragma GCC unroll 4
    for (int u = 0; u < N; u++) o_new[u] = o[u] = load(row + u * lanes);
#pragma GCC unroll 4
    for (int c = 0; c < max_shared; c++) {
      vf g_c = splat(g[j * max_shared + c]);
#pragma GCC unroll 4
      for (int u = 0; u < N; u++) {
        change[c][u] += g_c * o[u];
        o_new[u] += g_c * h[c][u];
      }
    }
#pragma GCC unroll 4
    for (int u = 0; u < N; u++) store(row + u * lanes, o_new[u]);
  }
#pragma GCC unroll 4
  for (int c = 0; c < max_shared; c++)
#pragma GCC unroll 4
    for (int u = 0; u < N; u++) store(columns.hidden[c] + d + u * lanes, change[c][u]);
}

// Rows to fetch meanwhile: of `n`, the columns that the loop has come to.
struct Ahead {
  float *const *rows;
  int n;
};

// always_inline: see prefetch_row
__attribute__((always_inline)) inline void fetch(const Ahead &ahead, int d, int floats) {
  for (int k = d; k < d + floats; k += line_floats) {
    if (lanes < line_floats && k % line_floats) continue;
    for (int r = 0; r < ahead.n; r++) __builtin_prefetch(ahead.rows[r] + k, 0, 2);
  }
}

// Backwards: the scores were computed forwards, and the ends of the rows are still in the cache.
inline void update_all_columns(const Columns &columns, int width, const float *g, const Ahead &ahead) {
  constexpr int wide = VS_LANES == 16 || VS_LANES == 4 ? 2 : 1;
  int d = width;
  for (; d >= wide * lanes; d -= wide * lanes) {
    update_columns<wide>(columns, d - wide * lanes, g);
    fetch(ahead, d - wide * lanes, wide * lanes);
  }
  if (d) {
    update_columns<1>(columns, d - lanes, g);
    fetch(ahead, d - lanes, lanes);
  }
}

// Coefficients of the columns, up to a whole register: a step may have fewer centres than columns
// have entries.
inline int column_coefficients(const Step &step, float *m) {
  int n = (1 + step.n_noise) * max_shared;
  for (int k = 0; k < n || k % lanes; k++) m[k] = 0;
  for (int c = 0; c < step.n_centres; c++) {
    m[c] = 1;
    for (int j = 0; j < step.n_noise; j++) m[(1 + j) * max_shared + c] = -step.draws[j];
  }
  return n;
}

// Rows of the outputs of a step to come. Returns how many.
inline int output_rows(const TrainingJob &wide, const Scratch &s, const Step &step, float **rows) {
  int n = 0;
  for (int k = 0; k < step.n_noise; k++) rows[n++] = wide.out + step.noise[k] * wide.stride;
  for (int c = 0; c < step.n_centres; c++) rows[n++] = wide.out + s.word[step.centre + c] * wide.stride;
  return n;
}

// Hidden row c predicts centre c: the output rows learn, and what it would learn takes its place.
inline vf column_step(const TrainingJob &wide, Scratch &s, const Step &step, const Step &later,
                      float learn_rate, ChunkResult &result) {
  Columns columns;
  columns.noise = s.out_rows;
  columns.n = 1 + step.n_noise;
  float **own = s.out_rows + output_rows(wide, s, step, s.out_rows) - step.n_centres;
  for (int c = 0; c < max_shared; c++) {
    bool there = c < step.n_centres;  // if not, any rows will do that nobody reads
    columns.hidden[c] = s.hidden_rows[c];
    columns.own[c] = there ? own[c] : s.old_rows[c];
  }
  int n = column_coefficients(step, s.weights);  // long before they are read, as whole registers
  all_column_scores(columns, wide.width, s.scores);
  result.products += step.n_centres * columns.n;
  vf loss = {};
  for (int k = 0; k < n; k += lanes) loss += gradient(load(s.weights + k), learn_rate, s.scores + k);
  Ahead ahead{s.ahead_rows, output_rows(wide, s, later, s.ahead_rows)};
  update_all_columns(columns, wide.width, s.scores, ahead);
  return loss;
}

}  // namespace
}  // namespace vectorsuite
