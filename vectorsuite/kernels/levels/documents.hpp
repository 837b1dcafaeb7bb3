// Documents beyond what pair steps on rows of the table do: windows that are read end to end (PV-DM
// with concatenation), and vectors for new documents while all other tables stay as they are. (Le and
// Mikolov, 2014, ICML.)
//
// Both work on hidden rows: the tags themselves, the means of windows or, with concatenation, rows of
// `hidden_width` floats. Output rows are as wide as the hidden ones.
#pragma once
#include "levels/frozen.hpp"
#include "levels/hidden.hpp"
#include "levels/pair_step.hpp"
#include "levels/paths.hpp"
#include "levels/windows.hpp"

namespace vectorsuite {
namespace {

// Row k of a centre's input with concatenation, and its factor on updates: a tag, or a place of the
// window from the left on.
inline float *slot_row(const TrainingJob &job, const Scratch &s, int centre, int k, float &lock) {
  lock = 1;
  int n_tags = job.most_tags;  // every sentence has as many
  if (k < n_tags) {
    int32_t tag = job.tag_rows[job.tag_offsets[s.sentence[centre]] + k];
    if (job.tag_locks) lock = job.tag_locks[tag];
    return job.tags + tag * job.stride;
  }
  int m = k - n_tags, place = centre - job.window + m + (m >= job.window);
  bool there = s.left[centre] <= place && place <= s.right[centre];
  int32_t word = there ? s.word[place] : job.null_row;
  if (job.locks) lock = job.locks[word];
  return job.in + word * job.stride;
}

// hidden_c = the rows of centre c's slots. Whole registers are written, so that the zeros behind a row
// lie where the next one follows, and behind the last: hidden rows have room for them.
inline void gather_slots(const TrainingJob &job, Scratch &s, const Step &step) {
  int n_slots = job.most_tags + 2 * job.window, width = job.vector_size;
  for (int c = 0; c < step.n_centres; c++) {
    float *hidden = s.hidden_rows[c], lock;
    for (int k = 0; k < n_slots; k++, hidden += width) {
      const float *row = slot_row(job, s, step.centre + c, k, lock);
      for (int d = 0; d < job.width; d += lanes) store_anywhere(hidden + d, load(row + d));
    }
  }
}

// row += lock * change, for one slot's floats of a change: others follow, which the row must not get.
inline void add_slot(const TrainingJob &job, float *row, const float *change, float lock) {
  int d = 0, width = job.vector_size;
  for (; d + lanes <= width; d += lanes)
    store(row + d, load(row + d) + lock * load_anywhere(change + d));
  for (; d < width; d++) row[d] += lock * change[d];
}

// The rows of centre c's slots += lock * hidden_[max_shared + c], their change.
inline void scatter_slots(const TrainingJob &job, Scratch &s, const Step &step) {
  int n_slots = job.most_tags + 2 * job.window, width = job.vector_size;
  for (int c = 0; c < step.n_centres; c++) {
    const float *change = s.hidden_rows[max_shared + c];
    for (int k = 0; k < n_slots; k++, change += width) {
      float lock, *row = slot_row(job, s, step.centre + c, k, lock);
      add_slot(job, row, change, lock);
    }
  }
}

// Coefficients of hidden rows, each of which is observed with its centre alone.
struct OwnCentres {
  alignas(64) float own[16] = {}, times[16] = {};
  explicit OwnCentres(int n) {
    for (int c = 0; c < n; c++) {
      own[c * 4 + c] = 1;
      for (int j = 0; j < 4; j++) times[c * 4 + j] = 1;
    }
  }
};

// One hidden row for each centre predicts it. wide: the job with the width and stride of outputs.
inline vf hidden_step(const TrainingJob &wide, Scratch &s, const Step &step, float learn_rate,
                      ChunkResult &result) {
  vf loss = {};
  int n = step.n_centres;
  if (wide.negative) {
    OwnCentres centres(n);
    Pairs pairs{centres.own, centres.times, s.weights, learn_rate};
    int n_out = noise_outputs(wide, s, step);
    result.products += int64_t(n) * n_out;
    loss += pair_step(s.hidden_rows, n, s.out_rows, n_out, wide.width, pairs, s.scores, s.old_rows);
  }
  if (wide.path_offsets) loss += path_steps(wide, s, step, learn_rate, result);
  return loss;
}

// The same for wide rows: hidden rows stay, and their changes go to hidden_[max_shared + c].
inline vf wide_step(const TrainingJob &wide, Scratch &s, const Step &step, float learn_rate,
                    ChunkResult &result) {
  int n = step.n_centres;
  float **changes = s.hidden_rows + max_shared;
  if (wide.path_offsets) {
    copy_rows(s.hidden_rows, n, wide.width, changes);
    vf loss = hidden_step(wide, s, step, learn_rate, result);
    for (int c = 0; c < n; c++)
      for (int d = 0; d < wide.width; d += lanes)
        store(changes[c] + d, load(s.hidden_rows[c] + d) - load(changes[c] + d));
    return loss;
  }
  OwnCentres centres(n);
  int n_out = noise_outputs(wide, s, step), n_tiles = int(tiles(n_out, 4));
  result.products += int64_t(n) * n_out;
  all_scores(s.hidden_rows, n, s.out_rows, n_out, wide.width, s.scores);
  vf loss = gradients({centres.own, centres.times, s.weights, learn_rate}, n, n_tiles, s.scores);
  for (int c = 0; c < n; c++)  // what is added up from 0 is the change
    for (int d = 0; d < wide.width; d += lanes) store(changes[c] + d, vf{});
  update_blocks(changes, s.hidden_rows, n, s.out_rows, n_out, wide.width, s.scores, n_tiles * lanes);
  return loss;
}

// PV-DM with concatenation.
inline vf concat_step(const TrainingJob &job, const TrainingJob &wide, Scratch &s, const Step &step,
                      float learn_rate, ChunkResult &result) {
  result.pairs += step.n_centres;
  gather_slots(job, s, step);
  vf loss = wide_step(wide, s, step, learn_rate, result);
  scatter_slots(job, s, step);
  return loss;
}

// The same with a frozen model: of the change, the slots of the tags are wanted alone.
inline void frozen_concat_step(const TrainingJob &job, const TrainingJob &wide, Scratch &s,
                               const Step &step, float learn_rate, ChunkResult &result) {
  result.pairs += step.n_centres;
  gather_slots(job, s, step);
  const float one[max_shared] = {1, 1, 1, 1};
  int width = job.vector_size, columns = int(tiles(job.most_tags * width, lanes)) * lanes;
  const float *change = frozen_change(wide, s, step, one, learn_rate, columns, result);
  for (int k = 0; k < job.most_tags; k++, change += width) {
    float lock, *tag = slot_row(job, s, step.centre, k, lock);
    add_slot(job, tag, change, 1);
  }
}

inline vf document_step(const TrainingJob &job, const TrainingJob &wide, Scratch &s,
                        const Step &step, WindowSums &sums, float learn_rate, ChunkResult &result) {
  if (job.concat && !job.frozen) return concat_step(job, wide, s, step, learn_rate, result);
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
      prefetch_outputs(wide, s, later);
      for (int x = step.high + 1; x <= later.high && job.words_predict; x++)
        prefetch_row(job.in + s.word[x] * job.stride, job.width);
    }
    loss += document_step(job, wide, s, step, sums, learn_rate, result);
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
