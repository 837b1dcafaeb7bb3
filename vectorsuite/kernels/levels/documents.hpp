// Documents beyond what pair steps on rows of the table do: windows that are read end to end (PV-DM
// with concatenation), and vectors for new documents while all other tables stay as they are. (Le and
// Mikolov, 2014, ICML.)
//
// Both work on hidden rows: the tags themselves, the means of windows or, with concatenation, rows of
// `hidden_width` floats. Output rows are as wide as the hidden ones.
#pragma once
#include "levels/concat.hpp"
#include "levels/frozen.hpp"
#include "levels/hidden.hpp"
#include "levels/pair_step.hpp"
#include "levels/paths.hpp"
#include "levels/windows.hpp"

namespace vectorsuite {
namespace {

// One hidden row for each centre predicts it. wide: the job with the width and stride of outputs.
inline vf hidden_step(const TrainingJob &wide, Scratch &s, const Step &step, float learn_rate,
                      ChunkResult &result) {
  vf loss = {};
  int n = step.n_centres;
  if (wide.negative) {
    const float one[max_shared] = {1, 1, 1, 1};
    OwnCentres centres(one, n);
    Pairs pairs{centres.own, centres.times, s.weights, learn_rate};
    int n_out = noise_outputs(wide, s, step);
    result.products += int64_t(n) * n_out;
    loss += pair_step(s.hidden_rows, n, s.out_rows, n_out, wide.width, pairs, s.scores, s.old_rows);
  }
  if (wide.path_offsets) loss += path_steps(wide, s, step, learn_rate, result);
  return loss;
}

// PV-DM with concatenation. Paths are worked on by steps that change the hidden rows themselves.
inline vf concat_step(const TrainingJob &job, const TrainingJob &wide, Scratch &s, const Step &step,
                      const Step &later, float learn_rate, ChunkResult &result) {
  int n = step.n_centres, n_slots = gather_slots(job, s, step);
  vf loss;
  if (wide.path_offsets) {
    float *const *before = s.hidden_rows + max_shared;
    prefetch_outputs(wide, s, later);
    copy_rows(s.hidden_rows, n, wide.width, before);
    loss = hidden_step(wide, s, step, learn_rate, result);
    for (int c = 0; c < n; c++)
      for (int d = 0; d < wide.width; d += lanes)
        store(s.hidden_rows[c] + d, load(s.hidden_rows[c] + d) - load(before[c] + d));
  } else {
    loss = column_step(wide, s, step, later, learn_rate, result);
  }
  scatter_slots(job, s, n_slots);
  result.pairs += n;
  return loss;
}

// The same with a frozen model: of the change, the slots of the tags are wanted alone.
inline void frozen_concat_step(const TrainingJob &job, const TrainingJob &wide, Scratch &s,
                               const Step &step, float learn_rate, ChunkResult &result) {
  result.pairs += step.n_centres;
  gather_slots(job, s, step);
  const float one[max_shared] = {1, 1, 1, 1};
  int width = job.vector_size, columns = int(tiles(job.most_tags * width, lanes)) * lanes;
  float *change = frozen_change(wide, s, step, one, learn_rate, columns, result);
  for (int k = 0; k < job.most_tags; k++, change += width)
    add_slots(s.slots[k].row, width, &change, 1, 1);
}

inline vf document_step(const TrainingJob &job, const TrainingJob &wide, Scratch &s,
                        const Step &step, const Step &later, WindowSums &sums, float learn_rate,
                        ChunkResult &result) {
  if (job.concat && !job.frozen) return concat_step(job, wide, s, step, later, learn_rate, result);
  if (job.concat) frozen_concat_step(job, wide, s, step, learn_rate, result);
  else if (job.cbow) frozen_window_step(job, s, step, sums, learn_rate, result);
  else frozen_tags_step(job, s, step, learn_rate, result);
  return vf{};
}

// Train on tokens [begin, end): with concatenation, or document vectors alone.
void train_documents(const TrainingJob &job, int64_t begin, int64_t end, float learn_rate,
                     Scratch &s, ChunkResult &result) {
  TrainingJob wide = job;
  wide.stride = job.out_stride;
  wide.width = job.hidden_width;
  KeptTokens kept = gather(job, begin, end, s);
  Step steps[2] = {empty_step(job, s, 0), empty_step(job, s, 1)};
  result = {0, 0, kept.end - kept.first, 0};
  vf loss = {};
  WindowSums sums;
  if (job.frozen) sums.start(job, s);
  if (job.frozen && job.path_offsets) plan_chunk(wide, s, begin, end);
  int now = 0, next = kept.first, n_steps = 0;
  if (next < kept.end) plan_outputs(wide, s, next, kept.end, steps[now]);
  while (next < kept.end) {
    Step &step = steps[now], &later = steps[1 - now];
    next = step.centre + step.n_centres;
    if (next < kept.end) {
      plan_outputs(wide, s, next, kept.end, later);
      if (job.frozen) prefetch_outputs(wide, s, later);
      for (int x = step.high + 1; x <= later.high && job.words_predict; x++)
        prefetch_row(job.in + s.word[x] * job.stride, job.width);
    } else {
      later.n_noise = later.n_centres = 0;
    }
    loss += document_step(job, wide, s, step, later, sums, learn_rate, result);
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
