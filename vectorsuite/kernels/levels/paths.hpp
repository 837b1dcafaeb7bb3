// Hierarchical softmax: the paths of words through the Huffman tree as outputs of steps.
#pragma once
#include "levels/pair_step.hpp"
#include "levels/windows.hpp"

namespace vectorsuite {
namespace {

// Outputs of hierarchical softmax (Morin and Bengio, 2005): the inner nodes from the root to a word,
// and s.signs, their coefficients, both from place `at` on and padded to whole registers. Returns the
// number of nodes.
inline int path_rows(const TrainingJob &job, Scratch &s, int32_t word, int at = 0) {
  float **rows = s.out_rows + at, *signs = s.signs + at;
  int64_t first = job.path_offsets[word];
  const int32_t *branches = job.path_branches + first;
  int n_out = int(job.path_offsets[word + 1] - first), j = 0;
  for (; j < n_out && node_of(branches[j]) >= job.first_hot; j++)  // nodes fall on the way down
    rows[j] = s.hot + (node_of(branches[j]) - job.first_hot) * job.stride;
  for (; s.tree && j < n_out; j++) rows[j] = row_of(job, s.tree, job.tree, node_of(branches[j]));
  for (; j < n_out; j++) rows[j] = job.tree + node_of(branches[j]) * job.stride;
  for (j = 0; j < n_out; j++) signs[j] = sign_of(branches[j]);
  for (; j % lanes; j++) {
    rows[j] = rows[0];
    signs[j] = 0;
  }
  return n_out;
}

// The same with the coefficients as weights of a pair step.
inline int path_outputs(const TrainingJob &job, Scratch &s, int32_t word) {
  int n_out = path_rows(job, s, word);
  for (int j = 0; j < int(tiles(n_out, 4)) * 4; j++) set_weight(s, j, s.signs[j]);
  return n_out;
}

// Hidden rows against the paths of their centres. The scores of all come before the first update, so
// that the processor works on one path while it waits for the end of another.
inline vf path_steps(const TrainingJob &job, Scratch &s, const Step &step, float learn_rate,
                     ChunkResult &result) {
  int first[max_shared + 1] = {}, n_out[max_shared];
  for (int c = 0; c < step.n_centres; c++) {
    n_out[c] = path_rows(job, s, s.word[step.centre + c], first[c]);
    first[c + 1] = first[c] + int(tiles(n_out[c], lanes)) * lanes;
    result.products += n_out[c];
    single_scores(s.hidden_rows[c], s.out_rows + first[c], n_out[c], job.width, s.scores + first[c]);
  }
  vf loss = {};
  for (int j = 0; j < first[step.n_centres]; j += lanes)
    loss += gradient(load(s.signs + j), learn_rate, s.scores + j);
  for (int c = 0; c < step.n_centres; c++)
    single_update(s.hidden_rows[c], s.out_rows + first[c], n_out[c], job.width, s.scores + first[c]);
  return loss;
}

}  // namespace
}  // namespace vectorsuite
