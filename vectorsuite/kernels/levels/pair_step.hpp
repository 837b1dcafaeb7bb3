// The one update of all models: a few input rows against a few output rows.
//
// Skip-gram, CBOW, sub-words, documents, negative sampling and hierarchical softmax differ only in
// which rows stand on either side and in the coefficients: for input x and output j the score is
// z = in_x . out_j, and with coefficient m
//     m > 0   observed:  loss  m * -log sigmoid(z)
//     m < 0   noise:     loss -m * -log sigmoid(-z)
//     m = 0   no pair
// (Mikolov et al., 2013, NIPS, eq. 4; windows as small matrix products after Ji et al., 2016,
// "Parallelizing Word2Vec in Shared and Distributed Memory".) All scores and all gradients are
// computed from the rows as they were before the step.
//
// The coefficients of a step are not a full matrix:
//     m[x, j] = observed[x, j] (first four outputs only) + times[x] * weight[j]
// Negative sampling: the first outputs are the centre words, weight is 0 for them and minus the
// number of draws for a noise word. Hierarchical softmax: observed is 0, weight is +-1 by code.
//
// Scores and gradients lie in tiles of tile_inputs x 4, one tile a register, a row of tiles for
// each tile_inputs inputs.
#pragma once
#include "levels/simd.hpp"

namespace vectorsuite {
namespace {

constexpr int tile_inputs = lanes / 4;
#if VS_LANES == 16 || defined(__aarch64__)
constexpr int max_block = 12;  // outputs whose rows and sums fit the 32 registers
#else
constexpr int max_block = 6;   // ... the 16 registers
#endif

inline int64_t tiles(int64_t n, int size) { return (n + size - 1) / size; }

// scores (one tile) = products of NX input rows and NJ output rows of `width` floats, a multiple of
// `lanes`. Entries outside NX x NJ become 0.
template <int NX, int NJ>
inline void tile_scores(float *const *in, float *const *out, int width, float *scores) {
  vf acc[lanes];
#pragma GCC unroll 16
  for (int k = 0; k < lanes; k++) acc[k] = vf{};
  for (int d = 0; d < width; d += lanes) {
    vf o[NJ];
#pragma GCC unroll 4
    for (int j = 0; j < NJ; j++) o[j] = load(out[j] + d);
#pragma GCC unroll 4
    for (int x = 0; x < NX; x++) {
      vf i = load(in[x] + d);
#pragma GCC unroll 4
      for (int j = 0; j < NJ; j++) acc[x * 4 + j] += i * o[j];
    }
  }
  store(scores, sums(acc));
}

template <int NX>
inline void tile_scores_n(int nj, float *const *in, float *const *out, int width, float *scores) {
  switch (nj) {
    case 1: return tile_scores<NX, 1>(in, out, width, scores);
    case 2: return tile_scores<NX, 2>(in, out, width, scores);
    case 3: return tile_scores<NX, 3>(in, out, width, scores);
    default: return tile_scores<NX, 4>(in, out, width, scores);
  }
}

// scores: tiles of all n_in x n_out products.
inline void all_scores(float *const *in, int n_in, float *const *out, int n_out, int width,
                       float *scores) {
  for (int x = 0; x < n_in; x += tile_inputs)
    for (int j = 0; j < n_out; j += 4, scores += lanes) {
      int nj = n_out - j;
#if VS_LANES == 16
      switch (n_in - x) {
        case 1: tile_scores_n<1>(nj, in + x, out + j, width, scores); break;
        case 2: tile_scores_n<2>(nj, in + x, out + j, width, scores); break;
        case 3: tile_scores_n<3>(nj, in + x, out + j, width, scores); break;
        default: tile_scores_n<4>(nj, in + x, out + j, width, scores);
      }
#elif VS_LANES == 8
      if (n_in - x == 1) tile_scores_n<1>(nj, in + x, out + j, width, scores);
      else tile_scores_n<2>(nj, in + x, out + j, width, scores);
#else
      tile_scores_n<1>(nj, in + x, out + j, width, scores);
#endif
    }
}

// What a step learns from. All arrays but learn_rate in the layout of tiles:
struct Pairs {
  const float *observed;  // (n_in, 4)
  const float *times;     // (n_in, 4): times[x] four times
  const float *weight;    // (n_tiles_out, lanes): weight[j] for each of a tile's inputs
  float learn_rate;
};

// scores (one register) <- learn_rate * -d loss / d score under coefficients m; returns the loss,
// lane by lane. Where m = 0 both are 0.
inline vf gradient(vf m, float learn_rate, float *scores) {
  vf z = load(scores);
  // y: the score with its sign turned so that the loss is softplus(y) = max(y, 0) + log1p(exp(-|y|))
  vf y = (vf)((vi)z ^ (~(vi)m & (int32_t)0x80000000));
  vf a = absolute(y);
  Softplus s = exp_log1p(a);
  vf sigmoid = select(y > 0.f, splat(1.f), s.p) * s.inverse;
  store(scores, m * sigmoid * learn_rate);
  return absolute(m) * ((y + a) * 0.5f + s.log1p);  // y + a, not max: NaN must reach the loss
}

// The same for all tiles. Entries of a tile beyond n_in and n_out have m = 0.
inline vf gradients(const Pairs &pairs, int n_in, int n_tiles_out, float *scores) {
  vf loss = {};
  for (int x = 0; x < n_in; x += tile_inputs) {
    vf times = load(pairs.times + x * 4), observed = load(pairs.observed + x * 4);
    for (int j = 0; j < n_tiles_out; j++, scores += lanes, observed = vf{})
      loss += gradient(times * load(pairs.weight + j * lanes) + observed, pairs.learn_rate, scores);
  }
  return loss;
}

// in_x += sum_j g[x, j] out_j, out_j += sum_x g[x, j] in_x for NJ <= max_block outputs.
// g points to the block's first tile. Where `Saved`, the inputs' old values are read from `old`, since
// an earlier block has already changed `in`, or `in` is to get the change alone. Backwards: the scores
// were computed forwards, and of wide rows the ends are still in the cache.
template <int NJ, bool Saved>
inline void update_block(float *const *in, float *const *old, int n_in, float *const *out,
                         int width, const float *g, int64_t row_of_tiles) {
  for (int d = width - lanes; d >= 0; d -= lanes) {
    vf o[NJ], o_new[NJ];
#pragma GCC unroll 12
    for (int j = 0; j < NJ; j++) o_new[j] = o[j] = load(out[j] + d);
    const float *g_x = g;
    for (int x = 0; x < n_in; x++) {
      vf i_new = load(in[x] + d), i = Saved ? load(old[x] + d) : i_new;
#pragma GCC unroll 12
      for (int j = 0; j < NJ; j++) {
        vf g_xj = splat(g_x[j / 4 * lanes + j % 4]);
        i_new += g_xj * o[j];
        o_new[j] += g_xj * i;
      }
      store(in[x] + d, i_new);
      g_x += (x + 1) % tile_inputs ? 4 : row_of_tiles - 4 * (tile_inputs - 1);
    }
#pragma GCC unroll 12
    for (int j = 0; j < NJ; j++) store(out[j] + d, o_new[j]);
  }
}

template <bool Saved>
inline void update_block_n(int nj, float *const *in, float *const *old, int n_in,
                           float *const *out, int width, const float *g, int64_t row_of_tiles) {
#define VS_CASE(N) \
  case N: return update_block<N, Saved>(in, old, n_in, out, width, g, row_of_tiles);
  switch (nj) {
    VS_CASE(1) VS_CASE(2) VS_CASE(3) VS_CASE(4) VS_CASE(5) VS_CASE(6)
#if VS_LANES == 16 || defined(__aarch64__)
    VS_CASE(7) VS_CASE(8) VS_CASE(9) VS_CASE(10) VS_CASE(11) VS_CASE(12)
#endif
  }
#undef VS_CASE
}

// in_x += sum_j g[x, j] out_j, out_j += sum_x g[x, j] old_x for any number of outputs.
inline void update_blocks(float *const *in, float *const *old, int n_in, float *const *out, int n_out,
                          int width, const float *g, int64_t row_of_tiles) {
  constexpr int block = max_block / 4 * 4;  // a block starts at a tile
  for (int j = 0; j < n_out; j += block)
    update_block_n<true>(n_out - j < block ? n_out - j : block, in, old, n_in, out + j, width,
                         g + j / 4 * lanes, row_of_tiles);
}

// One step. in (n_in) and out (n_out): pointers to rows of `width` floats, padded with zeros to a
// multiple of `lanes`; rows must be distinct on each side.
// scores: room for all tiles. old_rows: room for n_in rows, used when n_out needs several blocks.
inline vf pair_step(float *const *in, int n_in, float *const *out, int n_out, int width,
                    const Pairs &pairs, float *scores, float *const *old_rows) {
  int n_tiles_out = int(tiles(n_out, 4)), row_of_tiles = n_tiles_out * lanes;
  all_scores(in, n_in, out, n_out, width, scores);
  vf loss = gradients(pairs, n_in, n_tiles_out, scores);
  if (n_out <= max_block) {
    update_block_n<false>(n_out, in, in, n_in, out, width, scores, row_of_tiles);
    return loss;
  }
  for (int x = 0; x < n_in; x++)
    for (int d = 0; d < width; d += lanes) store(old_rows[x] + d, load(in[x] + d));
  update_blocks(in, old_rows, n_in, out, n_out, width, scores, row_of_tiles);
  return loss;
}

// scores of NJ <= lanes outputs against one input; the register's other entries become 0.
template <int NJ>
inline void row_scores(const float *in, float *const *out, int width, float *scores) {
  vf acc[lanes];
#pragma GCC unroll 16
  for (int j = 0; j < lanes; j++) acc[j] = vf{};
  for (int d = 0; d < width; d += lanes) {
    vf i = load(in + d);
#pragma GCC unroll 16
    for (int j = 0; j < NJ; j++) acc[j] += i * load(out[j] + d);
  }
  store(scores, sums(acc));
}

// in += sum_j g[j] out_j, out_j += g[j] in over N registers' worth of columns.
template <int N>
inline void row_update(float *in, float *const *out, int n_out, int64_t d, const float *g) {
  vf i[N], i_new[N];
#pragma GCC unroll 8
  for (int c = 0; c < N; c++) i_new[c] = i[c] = load(in + d + c * lanes);
  for (int j = 0; j < n_out; j++) {
    vf g_j = splat(g[j]);
    float *row = out[j] + d;
#pragma GCC unroll 8
    for (int c = 0; c < N; c++) {
      vf o = load(row + c * lanes);
      i_new[c] += g_j * o;
      store(row + c * lanes, o + g_j * i[c]);
    }
  }
#pragma GCC unroll 8
  for (int c = 0; c < N; c++) store(in + d + c * lanes, i_new[c]);
}

// Scores of one input row, where a tile would leave most of the register empty: here `lanes` outputs
// fill one. out is padded to a multiple of `lanes` with any rows.
inline void single_scores(const float *in, float *const *out, int n_out, int width, float *scores) {
  for (int j = 0; j < n_out; j += lanes) {
    int left = n_out - j;
#if VS_LANES == 16
    if (left > 12) row_scores<16>(in, out + j, width, scores + j);
    else if (left > 8) row_scores<12>(in, out + j, width, scores + j);
    else
#endif
#if VS_LANES >= 8
    if (left > 4) row_scores<8>(in, out + j, width, scores + j);
    else
#endif
    if (left > 2) row_scores<4>(in, out + j, width, scores + j);
    else row_scores<2>(in, out + j, width, scores + j);
  }
}

// in += sum_j g[j] out_j, then out_j += g[j] * the old in.
inline void single_update(float *in, float *const *out, int n_out, int width, const float *g) {
  constexpr int wide = VS_LANES == 16 ? 8 : 4;  // registers that hold the input and its change
  int n = width / lanes, c = 0;
  for (; n - c >= wide; c += wide) row_update<wide>(in, out, n_out, c * lanes, g);
#if VS_LANES == 16
  switch (n - c) {
    case 7: row_update<7>(in, out, n_out, c * lanes, g); return;
    case 6: row_update<6>(in, out, n_out, c * lanes, g); return;
    case 5: row_update<5>(in, out, n_out, c * lanes, g); return;
    case 4: row_update<4>(in, out, n_out, c * lanes, g); return;
  }
#endif
  switch (n - c) {
    case 3: row_update<3>(in, out, n_out, c * lanes, g); break;
    case 2: row_update<2>(in, out, n_out, c * lanes, g); break;
    case 1: row_update<1>(in, out, n_out, c * lanes, g); break;
  }
}

// The step for one input row. m: (n_out, padded with 0 to a multiple of `lanes`) coefficients.
inline vf single_step(float *in, float *const *out, int n_out, int width, const float *m,
                      float learn_rate, float *scores) {
  vf loss = {};
  single_scores(in, out, n_out, width, scores);
  for (int j = 0; j < n_out; j += lanes) loss += gradient(load(m + j), learn_rate, scores + j);
  single_update(in, out, n_out, width, scores);
  return loss;
}

}  // namespace
}  // namespace vectorsuite
