// Vectors for new documents: tags learn while all other tables stay as they are. (Le and Mikolov,
// 2014, ICML.)
//
// All gradients of a step come from the rows as they were before it, and since nothing but tags
// changes, they are all summed up at once: change = sum_j g[j] out_j over all outputs of the step, and
// only over the columns that belong to tags. No loss is computed: nobody asks for it.
#pragma once
#include "levels/pair_step.hpp"
#include "levels/paths.hpp"
#include "levels/windows.hpp"

namespace vectorsuite {
namespace {

// to += sum_j g[j] out_j over N registers' worth of columns.
template <int N>
inline void pull(float *to, float *const *out, int n_out, int64_t d, const float *g) {
  vf t[N];
#pragma GCC unroll 8
  for (int c = 0; c < N; c++) t[c] = load(to + d + c * lanes);
  for (int j = 0; j < n_out; j++) {
    vf g_j = splat(g[j]);
#pragma GCC unroll 8
    for (int c = 0; c < N; c++) t[c] += g_j * load(out[j] + d + c * lanes);
  }
#pragma GCC unroll 8
  for (int c = 0; c < N; c++) store(to + d + c * lanes, t[c]);
}

// to += sum_j g[j] out_j over the first `width` columns.
inline void pull_all(float *to, float *const *out, int n_out, int width, const float *g) {
  int n = width / lanes, c = 0;
  for (; n - c >= 8; c += 8) pull<8>(to, out, n_out, c * lanes, g);
#define VS_CASE(N) \
  case N: pull<N>(to, out, n_out, c * lanes, g); break;
  switch (n - c) {
    VS_CASE(1) VS_CASE(2) VS_CASE(3) VS_CASE(4) VS_CASE(5) VS_CASE(6) VS_CASE(7)
  }
#undef VS_CASE
}

// scores[j] = rate * gradient of outputs [0, n), of which signs are the coefficients.
inline void slopes(const float *signs, int n, float rate, float *scores) {
  for (int j = 0; j < n; j += lanes) gradient(load(signs + j), rate, scores + j);
}

// Outputs of a tag that predicts all centres of a step, one after the other: the centres and their
// noise, then the paths. Returns their number; whole registers are filled.
//
// Paths have all lengths, and a loop over each of them would end where no processor expects it.
inline int tag_outputs(const TrainingJob &wide, Scratch &s, const Step &step) {
  int n_out = 0;
  for (int c = 0; c < step.n_centres && wide.negative; c++, n_out++) {
    s.signs[n_out] = 1;
    s.out_rows[n_out] = wide.out + s.word[step.centre + c] * wide.stride;
  }
  for (int k = 0; k < step.n_noise; k++, n_out++) {
    s.signs[n_out] = -step.draws[k] * float(step.n_centres);
    s.out_rows[n_out] = wide.out + step.noise[k] * wide.stride;
  }
  for (int c = 0; c < step.n_centres && wide.path_offsets; n_out += step.paths[c].n, c++)
    for (int first = 0; first < step.paths[c].n; first += lanes)
      for (int k = first; k < first + lanes; k++) {
        s.signs[n_out + k] = step.paths[c].signs[k];
        s.out_rows[n_out + k] = step.paths[c].rows[k];
      }
  for (int j = n_out; j < n_out + lanes; j++) {
    s.out_rows[j] = s.out_rows[0];
    s.signs[j] = 0;
  }
  return n_out;
}

// A tag alone predicts all centres of the step.
inline void frozen_tag_step(const TrainingJob &wide, Scratch &s, const Step &step, float *tag,
                            float learn_rate, ChunkResult &result) {
  int n_out = tag_outputs(wide, s, step);
  single_scores(tag, s.out_rows, n_out, wide.width, s.scores);
  slopes(s.signs, n_out, learn_rate, s.scores);
  pull_all(tag, s.out_rows, n_out, wide.width, s.scores);
  result.products += n_out;
}

// change += the parts of the step's noise and centres, in the first `columns` columns: hidden row c
// predicts centre c, and its gradients count factor[c] times.
inline void pull_noise(const TrainingJob &wide, Scratch &s, const Step &step, const float *factor,
                       float learn_rate, float *change, int columns, ChunkResult &result) {
  int n = step.n_centres, n_out = noise_outputs(wide, s, step), n_tiles = int(tiles(n_out, 4));
  OwnCentres centres(factor, n);
  all_scores(s.hidden_rows, n, s.out_rows, n_out, wide.width, s.scores);
  gradients({centres.own, centres.times, s.weights, learn_rate}, n, n_tiles, s.scores);
  result.products += int64_t(n) * n_out;
  for (int j = 0; j < n_tiles; j++) {  // all hidden rows' gradients of four outputs
    f4 sum = {};
    for (int x = 0; x < n; x += tile_inputs)
      for (int t = 0; t < tile_inputs; t++)
        sum += *reinterpret_cast<const f4 *>(s.scores + (x / tile_inputs * n_tiles + j) * lanes + t * 4);
    *reinterpret_cast<f4 *>(s.signs + j * 4) = sum;
  }
  pull_all(change, s.out_rows, n_out, columns, s.signs);
}

// The same for the paths of the centres.
inline void pull_paths(const TrainingJob &wide, Scratch &s, const Step &step, const float *factor,
                       float learn_rate, float *change, int columns, ChunkResult &result) {
  path_scores(s, step, wide.width, result);
  for (int c = 0; c < step.n_centres; c++)
    slopes(step.paths[c].signs, step.paths[c].n, learn_rate * factor[c], s.scores + step.paths[c].at);
  for (const Path *path = step.paths; path < step.paths + step.n_centres; path++)
    pull_all(change, path->rows, path->n, columns, s.scores + path->at);
}

// s.hidden_rows[max_shared] = the change of the first `columns` columns of the step's hidden rows,
// all of them together.
inline float *frozen_change(const TrainingJob &wide, Scratch &s, const Step &step,
                            const float *factor, float learn_rate, int columns,
                            ChunkResult &result) {
  float *change = s.hidden_rows[max_shared];
  for (int d = 0; d < columns; d += lanes) store(change + d, vf{});
  if (wide.negative) pull_noise(wide, s, step, factor, learn_rate, change, columns, result);
  if (wide.path_offsets) pull_paths(wide, s, step, factor, learn_rate, change, columns, result);
  return change;
}

// Sums of the rows of all places before one, from which those of a window are two rows' difference;
// a ring of as many as a step's windows reach.
struct WindowSums {
  int n;  // row n is the last one there is

  static float *row(const TrainingJob &job, const Scratch &s, int place) {
    return s.composed + int64_t(place & s.composed_mask) * job.width;
  }
  void start(const TrainingJob &job, const Scratch &s) {
    n = 0;
    for (int d = 0; d < job.width; d += lanes) store(row(job, s, 0) + d, vf{});
  }
  void reach(const TrainingJob &job, const Scratch &s, int end) {
    for (; n < end; n++) {
      const float *word = job.in + s.word[n] * job.stride, *from = row(job, s, n);
      float *to = row(job, s, n + 1);
      for (int d = 0; d < job.width; d += lanes) store(to + d, load(from + d) + load(word + d));
    }
  }
};

// PV-DM: the mean (or sum) of tags and words, whose change goes to the tags: of a mean all of it, of a
// sum an equal part for each input.
inline void frozen_window_step(const TrainingJob &job, Scratch &s, const Step &step,
                               WindowSums &sums, float learn_rate, ChunkResult &result) {
  int64_t sentence = s.sentence[step.centre], first = job.tag_offsets[sentence];
  int n_tags = int(job.tag_offsets[sentence + 1] - first);
  sums.reach(job, s, step.high + 1);
  if (!n_tags && step.high == step.low) return;  // without any input there is nothing to predict from
  result.pairs += step.n_centres;
  alignas(16) float factor[max_shared];
  for (int c = 0; c < step.n_centres; c++) {
    int centre = step.centre + c, left = s.left[centre], right = s.right[centre];
    float inverse = 1.f / float(n_tags + right - left), scale = job.cbow_mean ? inverse : 1.f;
    factor[c] = job.cbow_mean ? 1.f : inverse;
    const float *to = WindowSums::row(job, s, right + 1), *from = WindowSums::row(job, s, left);
    const float *own = job.in + s.word[centre] * job.stride;
    for (int d = 0; d < job.width; d += lanes) {
      vf sum = load(to + d) - load(from + d) - load(own + d);
      for (int k = 0; k < n_tags; k++) sum += load(job.tags + job.tag_rows[first + k] * job.stride + d);
      store(s.hidden_rows[c] + d, sum * scale);
    }
  }
  const float *change = frozen_change(job, s, step, factor, learn_rate, job.width, result);
  for (int k = 0; k < n_tags; k++) {
    float *tag = job.tags + job.tag_rows[first + k] * job.stride;
    for (int d = 0; d < job.width; d += lanes) store(tag + d, load(tag + d) + load(change + d));
  }
}

// PV-DBOW: each tag predicts the centres.
inline void frozen_tags_step(const TrainingJob &job, Scratch &s, const Step &step, float learn_rate,
                             ChunkResult &result) {
  int64_t sentence = s.sentence[step.centre], first = job.tag_offsets[sentence];
  int n_tags = int(job.tag_offsets[sentence + 1] - first);
  result.pairs += int64_t(n_tags) * step.n_centres;
  for (int k = 0; k < n_tags; k++)
    frozen_tag_step(job, s, step, job.tags + job.tag_rows[first + k] * job.stride, learn_rate, result);
}

}  // namespace
}  // namespace vectorsuite
