// Hierarchical softmax: the paths of words through the Huffman tree as outputs of steps.
#pragma once
#include "levels/pair_step.hpp"
#include "levels/windows.hpp"

namespace vectorsuite {
namespace {

// Where the rows of inner nodes are: those near the root, from first_hot on, lie elsewhere.
struct NodeTables {
  uintptr_t cold, from_cold_to_hot;
  int64_t row_bytes, first_hot;
};

// Rows and coefficients of a block of branches, of which n are the path's and the others padding: the
// root with coefficient 0. Masks, not conditions: a processor could foresee neither.
inline void path_block(const int32_t *branches, int n, int32_t root, const NodeTables &tables,
                       float **__restrict rows, float *__restrict signs) {
  for (int i = 0; i < branches_past_paths; i++) {
    int32_t of_path = -int32_t(i < n), branch = (branches[i] & of_path) | (root & ~of_path);
    int64_t node = node_of(branch), is_hot = -int64_t(node >= tables.first_hot);
    rows[i] = reinterpret_cast<float *>(tables.cold + (tables.from_cold_to_hot & uintptr_t(is_hot)) +
                                        uintptr_t(node * tables.row_bytes));
    signs[i] = sign_of(branch) * float(-of_path);
  }
}

// Outputs of hierarchical softmax (Morin and Bengio, 2005): the inner nodes from the root to a word and
// their coefficients, both padded to whole registers. Returns the number of nodes.
//
// A whole block at a time, past the end of the path as well: paths are of all lengths, and a loop over
// the nodes would end where no processor expects it.
inline int path_rows(const TrainingJob &job, Scratch &s, int32_t word, float **rows, float *signs) {
  const int32_t *branches = job.path_branches + job.path_offsets[word];
  const int n_out = int(job.path_offsets[word + 1] - job.path_offsets[word]);
  const float *hot = job.tree + job.first_hot * job.stride;
  const NodeTables tables{uintptr_t(job.tree), uintptr_t(s.hot) - uintptr_t(hot),
                          job.stride * int64_t(sizeof(float)), job.first_hot};
  for (int k = 0; k < n_out; k += branches_past_paths)
    path_block(branches + k, n_out - k, branches[0], tables, rows + k, signs + k);
  return n_out;
}

// In their place the chunk's own copies.
inline void own_path_rows(const TrainingJob &job, Scratch &s, int32_t word, float **rows) {
  const int32_t *branches = job.path_branches + job.path_offsets[word];
  for (int j = 0; j < job.path_offsets[word + 1] - job.path_offsets[word]; j++)
    rows[j] = row_of(job, s.tree, job.tree, node_of(branches[j]));
}

// Whether anything predicts the step's centres. If not, rows of their paths have no part in it.
inline bool has_inputs(const TrainingJob &job, const Scratch &s, const Step &step) {
  if (job.words_predict && step.low < step.high) return true;
  int64_t sentence = job.tags ? s.sentence[step.centre] : 0;
  return job.tags && job.tag_offsets[sentence] < job.tag_offsets[sentence + 1];
}

// The paths of all tokens of a frozen job's chunk. Their rows stay where they are, so that one plan
// serves all epochs of a document.
inline void plan_chunk(const TrainingJob &job, Scratch &s, int64_t begin, int64_t end) {
  if (s.planned_begin == begin && s.planned_end == end) return;
  s.planned_begin = begin;
  s.planned_end = end;
  int64_t at = 0;
  for (int64_t token = begin; token < end; token++) {
    int n = path_rows(job, s, job.ids[token], s.planned_rows + at, s.planned_signs + at);
    for (int j = 0; j < n; j++) prefetch_row(s.planned_rows[at + j], job.width);
    s.planned_first[token - begin] = at;
    at += tiles(n, lanes) * lanes;
  }
}

// The path of a centre as plan_chunk has found it.
inline Path planned_path(const TrainingJob &job, const Scratch &s, int centre) {
  int64_t token = s.position[centre] + (job.own_draws ? job.offsets[s.sentence[centre]] : 0);
  int64_t first = s.planned_first[token - s.planned_begin], word = s.word[centre];
  int n = int(job.path_offsets[word + 1] - job.path_offsets[word]);
  return {s.planned_rows + first, s.planned_signs + first, n, 0};
}

// The paths of a step's centres.
inline void plan_paths(const TrainingJob &job, Scratch &s, Step &step) {
  for (int c = 0, at = 0; c < step.n_centres; at = path_end(step.paths[c]), c++) {
    int centre = step.centre + c;
    if (job.frozen) {
      step.paths[c] = planned_path(job, s, centre);
    } else {
      float **rows = step.path_rows + at, *signs = step.path_signs + at;
      step.paths[c] = {rows, signs, path_rows(job, s, s.word[centre], rows, signs), 0};
      if (s.tree && has_inputs(job, s, step)) own_path_rows(job, s, s.word[centre], rows);
    }
    step.paths[c].at = at;
  }
}

// plan() with the paths, if any. The job's width and stride are those of the output tables.
inline void plan_outputs(const TrainingJob &job, Scratch &s, int centre, int end, Step &step) {
  plan(job, s, centre, end, step);
  if (job.path_offsets) plan_paths(job, s, step);
}

// Inputs of a step with one centre against its path, each as often as it is observed.
inline vf path_pair_step(const TrainingJob &job, Scratch &s, const Step &step, float *const *in,
                         int n_in, float learn_rate, ChunkResult &result) {
  const Path &path = step.paths[0];
  result.products += int64_t(n_in) * path.n;
  if (n_in == 1 && s.times[0] == 1)  // a document and one of its words
    return single_step(in[0], path.rows, path.n, job.width, path.signs, learn_rate, s.scores);
  for (int j = 0; j < int(tiles(path.n, 4)) * 4; j++) set_weight(s, j, path.signs[j]);
  Pairs pairs{s.zeros, s.times, s.weights, learn_rate};
  return pair_step(in, n_in, path.rows, path.n, job.width, pairs, s.scores, s.old_rows);
}

// The scores of hidden rows against the paths of their centres.
inline void path_scores(const Scratch &s, const Step &step, int width, ChunkResult &result) {
  for (int c = 0; c < step.n_centres; c++) {
    const Path &path = step.paths[c];
    single_scores(s.hidden_rows[c], path.rows, path.n, width, s.scores + path.at);
    result.products += path.n;
  }
}

// Hidden rows against the paths of their centres. The scores of all come before the first update, so
// that the processor works on one path while it waits for the end of another.
inline vf path_steps(const TrainingJob &job, Scratch &s, const Step &step, float learn_rate,
                     ChunkResult &result) {
  path_scores(s, step, job.width, result);
  vf loss = {};
  for (int j = 0; j < path_end(step.paths[step.n_centres - 1]); j += lanes)
    loss += gradient(load(step.path_signs + j), learn_rate, s.scores + j);
  for (int c = 0; c < step.n_centres; c++) {
    const Path &path = step.paths[c];
    single_update(s.hidden_rows[c], path.rows, path.n, job.width, s.scores + path.at);
  }
  return loss;
}

}  // namespace
}  // namespace vectorsuite
