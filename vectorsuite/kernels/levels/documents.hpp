// Documents beyond what pair steps on rows of the table do: windows that are read end to end (PV-DM
// with concatenation), and vectors for new documents while all other tables stay as they are. (Le and
// Mikolov, 2014, ICML.)
//
// Both work on hidden rows: the tags themselves, the means of windows or, with concatenation, rows of
// `hidden_width` floats. Output rows are as wide as the hidden ones.
#pragma once
#include "levels/hidden.hpp"
#include "levels/pair_step.hpp"
#include "levels/paths.hpp"
#include "levels/windows.hpp"

namespace vectorsuite {
namespace {

// in += sum_j g[j] out_j over N registers' worth of columns.
template <int N>
inline void pull(float *in, float *const *out, int n_out, int64_t d, const float *g) {
  vf i[N];
#pragma GCC unroll 8
  for (int c = 0; c < N; c++) i[c] = load(in + d + c * lanes);
  for (int j = 0; j < n_out; j++) {
    vf g_j = splat(g[j]);
#pragma GCC unroll 8
    for (int c = 0; c < N; c++) i[c] += g_j * load(out[j] + d + c * lanes);
  }
#pragma GCC unroll 8
  for (int c = 0; c < N; c++) store(in + d + c * lanes, i[c]);
}

// single_step without the outputs' part of the update.
inline vf frozen_step(float *in, float *const *out, int n_out, int width, const float *m,
                      float learn_rate, float *scores) {
  vf loss = {};
  for (int j = 0; j < n_out; j += lanes) {
#if VS_LANES == 16
    if (n_out - j <= 8) row_scores<8>(in, out + j, width, scores + j);
    else if (n_out - j <= 12) row_scores<12>(in, out + j, width, scores + j);
    else
#endif
    row_scores<lanes>(in, out + j, width, scores + j);
    loss += gradient(load(m + j), learn_rate, scores + j);
  }
  int n = width / lanes, c = 0;
  for (; n - c >= 4; c += 4) pull<4>(in, out, n_out, c * lanes, scores);
  switch (n - c) {
    case 3: pull<3>(in, out, n_out, c * lanes, scores); break;
    case 2: pull<2>(in, out, n_out, c * lanes, scores); break;
    case 1: pull<1>(in, out, n_out, c * lanes, scores); break;
  }
  return loss;
}

// in_x += sum_j g[x, j] out_j for N inputs; g in tiles.
template <int N>
inline void pull_rows(float *const *in, float *const *out, int n_out, int width, const float *g,
                      int64_t row_of_tiles) {
  const float *g_x[N];
#pragma GCC unroll 4
  for (int x = 0; x < N; x++)
    g_x[x] = g + x / tile_inputs * row_of_tiles + x % tile_inputs * 4;
  for (int d = 0; d < width; d += lanes) {
    vf i[N];
#pragma GCC unroll 4
    for (int x = 0; x < N; x++) i[x] = load(in[x] + d);
    for (int j = 0; j < n_out; j++) {
      vf o = load(out[j] + d);
#pragma GCC unroll 4
      for (int x = 0; x < N; x++) i[x] += splat(g_x[x][j / 4 * lanes + j % 4]) * o;
    }
#pragma GCC unroll 4
    for (int x = 0; x < N; x++) store(in[x] + d, i[x]);
  }
}

// pair_step without the outputs' part of the update, for up to four inputs.
inline vf frozen_pair_step(float *const *in, int n_in, float *const *out, int n_out, int width,
                           const Pairs &pairs, float *scores) {
  int n_tiles_out = int(tiles(n_out, 4)), row_of_tiles = n_tiles_out * lanes;
  all_scores(in, n_in, out, n_out, width, scores);
  vf loss = gradients(pairs, n_in, n_tiles_out, scores);
  switch (n_in) {
    case 1: pull_rows<1>(in, out, n_out, width, scores, row_of_tiles); break;
    case 2: pull_rows<2>(in, out, n_out, width, scores, row_of_tiles); break;
    case 3: pull_rows<3>(in, out, n_out, width, scores, row_of_tiles); break;
    default: pull_rows<4>(in, out, n_out, width, scores, row_of_tiles);
  }
  return loss;
}

// Row k of a centre's input with concatenation, and its factor on updates: a tag, or a place of the
// window from the left on.
inline float *slot_row(const TrainingJob &job, const Scratch &s, int centre, int k, float &lock) {
  lock = 1;
  int n_tags = job.most_tags;  // every sentence has as many
  if (k < n_tags) {
    int64_t first = job.tag_offsets[s.sentence[centre]];
    return job.tags + job.tag_rows[first + k] * job.stride;
  }
  int m = k - n_tags, place = centre - job.window + m + (m >= job.window);
  bool there = s.left[centre] <= place && place <= s.right[centre];
  int32_t word = there ? s.word[place] : job.null_row;
  if (job.locks) lock = job.locks[word];
  return job.in + word * job.stride;
}

// hidden_c and its copy hidden_[max_shared + c] = the rows of centre c's slots.
inline void gather_slots(const TrainingJob &job, Scratch &s, const Step &step) {
  int n_slots = job.most_tags + 2 * job.window, width = job.vector_size;
  for (int c = 0; c < step.n_centres; c++) {
    float *hidden = s.hidden_rows[c], *before = s.hidden_rows[max_shared + c], lock;
    for (int k = 0; k < n_slots; k++, hidden += width, before += width) {
      const float *row = slot_row(job, s, step.centre + c, k, lock);
      for (int d = 0; d < width; d++) hidden[d] = before[d] = row[d];
    }
  }
}

// The rows of the first slots += lock * (hidden_c - its copy).
inline void scatter_slots(const TrainingJob &job, Scratch &s, const Step &step, int n_slots) {
  int width = job.vector_size;
  for (int c = 0; c < step.n_centres; c++) {
    const float *hidden = s.hidden_rows[c], *before = s.hidden_rows[max_shared + c];
    for (int k = 0; k < n_slots; k++, hidden += width, before += width) {
      float lock, *row = slot_row(job, s, step.centre + c, k, lock);
      for (int d = 0; d < width; d++) row[d] += lock * (hidden[d] - before[d]);
    }
  }
}

// Outputs of negative sampling for frozen_step: the centres, then the noise with its coefficients in
// s.signs, both padded to whole registers. Returns their number.
inline int frozen_outputs(const TrainingJob &wide, Scratch &s, const Step &step) {
  int n_out = 0;
  for (int c = 0; c < step.n_centres; c++)
    s.out_rows[n_out++] = wide.out + s.word[step.centre + c] * wide.stride;
  for (int k = 0; k < step.n_noise; k++) {
    s.signs[n_out] = -step.draws[k];
    s.out_rows[n_out++] = wide.out + step.noise[k] * wide.stride;
  }
  for (int j = n_out; j % lanes; j++) {
    s.out_rows[j] = s.out_rows[0];
    s.signs[j] = 0;
  }
  return n_out;
}

// A tag alone predicts all centres of the step; nothing but the tag changes.
inline vf frozen_tag_step(const TrainingJob &wide, Scratch &s, const Step &step, float *tag,
                          float learn_rate, ChunkResult &result) {
  vf loss = {};
  int n = step.n_centres;
  if (wide.negative) {
    int n_out = frozen_outputs(wide, s, step);
    for (int j = 0; j < n_out; j++) s.signs[j] = j < n ? 1.f : s.signs[j] * float(n);
    result.products += n_out;
    loss += frozen_step(tag, s.out_rows, n_out, wide.width, s.signs, learn_rate, s.scores);
  }
  for (int c = 0; c < n && wide.path_offsets; c++) {
    int n_out = path_rows(wide, s, s.word[step.centre + c]);
    result.products += n_out;
    loss += frozen_step(tag, s.out_rows, n_out, wide.width, s.signs, learn_rate, s.scores);
  }
  return loss;
}

// One hidden row for each centre predicts it. wide: the job with the width and stride of outputs.
inline vf hidden_step(const TrainingJob &wide, Scratch &s, const Step &step, float learn_rate,
                      ChunkResult &result) {
  vf loss = {};
  int n = step.n_centres;
  if (wide.negative) {
    alignas(64) float own[16] = {}, times[16] = {};  // every hidden row is observed with its centre
    for (int c = 0; c < n; c++) {
      own[c * 4 + c] = 1;
      for (int j = 0; j < 4; j++) times[c * 4 + j] = 1;
    }
    Pairs pairs{own, times, s.weights, learn_rate};
    int n_out = noise_outputs(wide, s, step);
    result.products += int64_t(n) * n_out;
    loss += wide.frozen ? frozen_pair_step(s.hidden_rows, n, s.out_rows, n_out, wide.width, pairs,
                                           s.scores)
                        : pair_step(s.hidden_rows, n, s.out_rows, n_out, wide.width, pairs,
                                    s.scores, s.old_rows);
  }
  if (wide.path_offsets && !wide.frozen) loss += path_steps(wide, s, step, learn_rate, result);
  for (int c = 0; c < n && wide.path_offsets && wide.frozen; c++) {
    int n_out = path_rows(wide, s, s.word[step.centre + c]);
    result.products += n_out;
    loss += frozen_step(s.hidden_rows[c], s.out_rows, n_out, wide.width, s.signs, learn_rate,
                        s.scores);
  }
  return loss;
}

// PV-DM with a frozen model: the mean (or sum) of tags and words, whose change goes to the tags.
inline vf frozen_window_step(const TrainingJob &job, Scratch &s, const Step &step, int n_in,
                             i4 in_windows, float learn_rate, ChunkResult &result) {
  alignas(64) float inverse[max_shared] = {}, one[max_shared] = {1, 1, 1, 1};
  for (int c = 0; c < step.n_centres; c++) inverse[c] = 1.f / float(in_windows[c]);
  gather_means(s, step.n_centres, n_in, job.width, job.cbow_mean ? inverse : one);
  vf loss = hidden_step(job, s, step, learn_rate, result);
  int64_t sentence = s.sentence[step.centre];
  int n_tags = int(job.tag_offsets[sentence + 1] - job.tag_offsets[sentence]);
  for (int x = 0; x < n_tags; x++)  // tags come first, and are observed with every centre once
    for (int c = 0; c < step.n_centres; c++)
      s.observed[x * 4 + c] = job.cbow_mean ? 1.f : inverse[c];
  scatter_changes(s, step.n_centres, n_tags, job.width, s.observed);
  return loss;
}

inline vf document_step(const TrainingJob &job, const TrainingJob &wide, Scratch &s,
                        const Step &step, float learn_rate, ChunkResult &result) {
  if (job.concat) {
    result.pairs += step.n_centres;
    gather_slots(job, s, step);
    vf loss = hidden_step(wide, s, step, learn_rate, result);
    scatter_slots(job, s, step, job.most_tags + (job.frozen ? 0 : 2 * job.window));
    return loss;
  }
  i4 in_windows;
  int n_in = inputs<false>(job, s, step, in_windows);
  if (!n_in) return vf{};
  if (job.cbow) {
    result.pairs += step.n_centres;
    return frozen_window_step(job, s, step, n_in, in_windows, learn_rate, result);
  }
  result.pairs += int64_t(n_in) * step.n_centres;
  vf loss = {};
  for (int x = 0; x < n_in; x++)
    loss += frozen_tag_step(wide, s, step, s.in_rows[x], learn_rate, result);
  return loss;
}

// Train on tokens [begin, end): with concatenation, or document vectors alone.
void train_documents(const TrainingJob &job, int64_t begin, int64_t end, float learn_rate,
                     Scratch &s, ChunkResult &result) {
  TrainingJob wide = job;
  wide.stride = job.out_stride;
  wide.width = job.hidden_width;
  KeptTokens kept = gather(job, begin, end, s);
  Step steps[2] = {{0, 0, 0, 0, 0, s.noise, s.draws},
                   {0, 0, 0, 0, 0, s.noise + job.negative, s.draws + job.negative}};
  result = {0, 0, kept.end - kept.first, 0};
  vf loss = {};
  int now = 0, next = kept.first, n_steps = 0;
  if (next < kept.end) plan(job, s, next, kept.end, steps[now]);
  while (next < kept.end) {
    Step &step = steps[now], &later = steps[1 - now];
    next = step.centre + step.n_centres;
    if (next < kept.end) {
      plan(job, s, next, kept.end, later);
      prefetch_outputs(wide, s, later);
      for (int x = step.high + 1; x <= later.high && job.words_predict; x++)
        prefetch_row(job.in + s.word[x] * job.stride, job.width);
    }
    loss += document_step(job, wide, s, step, learn_rate, result);
    if (++n_steps % 16 == 0) {  // float32 for a few steps only
      result.loss += sum(loss);
      loss = vf{};
    }
    now = 1 - now;
  }
  result.loss += sum(loss);
}

}  // namespace
}  // namespace vectorsuite
