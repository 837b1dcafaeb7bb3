// Training over one chunk of the corpus: skip-gram and CBOW (Mikolov et al., 2013, ICLR), negative
// sampling and hierarchical softmax, all of them pair steps between input and output rows.
//
// The inputs of skip-gram are rows of the table, updated where they lie. CBOW's are means of such
// rows, and rows with lock factors must not take the whole update: those are worked on as hidden
// rows, copies whose change is given back to the table afterwards.
#pragma once
#include "levels/documents.hpp"
#include "levels/hidden.hpp"
#include "levels/pair_step.hpp"
#include "levels/paths.hpp"
#include "levels/windows.hpp"

namespace vectorsuite {
namespace {

// Skip-gram: every word in the windows against the step's outputs.
inline vf skip_gram_step(const TrainingJob &job, Scratch &s, const Step &step, int n_in,
                         float learn_rate, ChunkResult &result) {
  float *const *rows = s.in_rows;
  bool locked = has_locks(job) && !job.part_offsets;  // hidden rows heed locks when they are given back
  if (locked) {
    copy_rows(s.in_rows, n_in, job.width, s.hidden_rows);
    rows = s.hidden_rows;
  }
  vf loss = {};
  if (job.negative) {
    Pairs pairs{s.observed, s.times, s.weights, learn_rate};
    int n_out = noise_outputs(job, s, step);
    result.products += int64_t(n_in) * n_out;
    loss += pair_step(rows, n_in, s.out_rows, n_out, job.width, pairs, s.scores, s.old_rows);
  }
  if (job.path_offsets) loss += path_pair_step(job, s, step, rows, n_in, learn_rate, result);
  if (locked) add_locked(job, s, n_in);
  return loss;
}

// CBOW: each centre's hidden row, the mean or sum of its window, against the step's outputs. As in
// word2vec.c, a mean gives its whole change to each of its words and a sum an equal part of it.
inline vf cbow_step(const TrainingJob &job, Scratch &s, const Step &step, int n_in, i4 in_windows,
                    float learn_rate, ChunkResult &result) {
  int n = step.n_centres;
  result.pairs += n;
  alignas(64) float inverse[max_shared] = {}, one[max_shared] = {1, 1, 1, 1};
  for (int c = 0; c < n; c++)
    inverse[c] = 1.f / float(in_windows[c]);  // a step with inputs has some for each centre
  gather_means(s, n, n_in, job.width, job.cbow_mean ? inverse : one);
  vf loss = hidden_step(job, s, step, learn_rate, result);
  bool locked = has_locks(job) && !job.part_offsets;
  if (locked || !job.cbow_mean)
    for (int x = 0; x < n_in; x++)
      for (int c = 0; c < n; c++) {
        float part = job.cbow_mean ? 1.f : inverse[c];
        s.observed[x * 4 + c] *= locked ? part * lock_of(job, s, x) : part;
      }
  scatter_changes(s, n, n_in, job.width, s.observed);
  return loss;
}

// Nodes near the root are on every path, and workers that wrote to them all the time would mostly wait
// for each other's caches. So each works on a copy of those, adds its change to the shared rows every
// now and then and starts from them anew.
inline void take_hot_nodes(const TrainingJob &job, Scratch &s) {
  if (!job.n_hot) return;
  const float *shared = job.tree + job.first_hot * job.stride;
  for (int64_t d = 0; d < job.n_hot * job.stride; d += lanes) {
    vf row = load(shared + d);
    store(s.hot + d, row);
    store(s.hot_before + d, row);
  }
}

inline void give_hot_nodes(const TrainingJob &job, Scratch &s) {
  if (!job.n_hot) return;
  float *shared = job.tree + job.first_hot * job.stride;
  for (int64_t d = 0; d < job.n_hot * job.stride; d += lanes)
    store(shared + d, load(shared + d) + (load(s.hot + d) - load(s.hot_before + d)));
}

constexpr int steps_between_exchanges = 256;

template <bool Composes>
inline void train_tokens(const TrainingJob &job, int64_t begin, int64_t end, float learn_rate,
                         Scratch &s, ChunkResult &result) {
  KeptTokens kept = gather(job, begin, end, s);
  Step steps[2] = {empty_step(job, s, 0), empty_step(job, s, 1)};
  result = {0, 0, kept.end - kept.first, 0};
  vf loss = {};
  int now = 0, next = kept.first, n_steps = 0;
  Composed composed{};
  take_hot_nodes(job, s);
  if (next < kept.end) plan_outputs(job, s, next, kept.end, steps[now]);
  while (next < kept.end) {
    Step &step = steps[now];
    next = step.centre + step.n_centres;
    if (Composes) composed.move(job, s, step.centre, next - 1, kept.n);
    if (next < kept.end) {
      plan_outputs(job, s, next, kept.end, steps[1 - now]);
      prefetch(job, s, steps[1 - now], step.high + 1);
      if (Composes) composed.prefetch(job, s, next + steps[1 - now].n_centres - 1, kept.n);
    }
    i4 in_windows;
    int n_in = inputs<Composes>(job, s, step, in_windows);
    if (n_in && job.cbow) {
      loss += cbow_step(job, s, step, n_in, in_windows, learn_rate, result);
    } else if (n_in) {
      result.pairs += in_windows[0] + in_windows[1] + in_windows[2] + in_windows[3];
      loss += skip_gram_step(job, s, step, n_in, learn_rate, result);
    }
    if (++n_steps % 16 == 0) {  // float32 for a few steps only
      result.loss += sum(loss);
      loss = vf{};
    }
    if (n_steps % steps_between_exchanges == 0) {
      give_hot_nodes(job, s);
      take_hot_nodes(job, s);
    }
    now = 1 - now;
  }
  give_hot_nodes(job, s);
  if (Composes) composed.finish(job, s);
  result.loss += sum(loss);
}

// Train on tokens [begin, end) of the corpus.
void train_chunk(const TrainingJob &job, int64_t begin, int64_t end, float learn_rate, Scratch &s,
                 ChunkResult &result) {
  auto train = job.part_offsets && !s.in ? train_tokens<true> : train_tokens<false>;
  if (job.concat || job.frozen) train = train_documents;
  train(job, begin, end, learn_rate, s, result);
}

}  // namespace
}  // namespace vectorsuite
