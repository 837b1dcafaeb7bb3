// Log probabilities of sentences under hierarchical softmax; nothing is changed.
#pragma once
#include "levels/pair_step.hpp"
#include "scoring_job.hpp"

namespace vectorsuite {
namespace {

// Sum over inputs x and the nodes of one word's path of log sigmoid(sign_j in_x . out_j).
// scores: room for a row of tiles per tile_inputs inputs.
inline float path_log_chances(float *const *in, int n_in, float *const *out, const float *signs,
                              int n_out, int stride, float *scores) {
  vf loss = {};
  for (int j = 0; j < n_out; j += 4) {
    const int nj = n_out - j < 4 ? n_out - j : 4;
    all_scores(in, n_in, out + j, nj, stride, scores);
    vf weight = {};  // of a tile: its signs, 0 beyond the path
    for (int k = 0; k < lanes; k++) weight[k] = k % 4 < nj ? signs[j + k % 4] : 0.f;
    for (int x = 0; x < n_in; x += tile_inputs) {
      vf m = weight;
      for (int k = 4 * (n_in - x); k < lanes; k++) m[k] = 0.f;
      const vf y = -m * load(scores + x * 4), a = absolute(y);
      loss += absolute(m) * ((y + a) * 0.5f + exp_log1p(a).log1p);  // NaN must reach the sum
    }
  }
  return -sum(loss);
}

// Mikolov et al. (2013, NIPS), eq. 3, over all words of a sentence: skip-gram sums over the pairs of a
// word and a context within the window, CBOW has one input, the contexts' sum or mean.
// ids: (n,) rows. Returns nats.
double score_sentence(const ScoringJob &job, const int32_t *ids, int64_t n, const ScoringRoom &room) {
  double total = 0;
  const int stride = static_cast<int>(job.stride);
  for (int64_t centre = 0; centre < n; centre++) {
    const int64_t begin = centre > job.window ? centre - job.window : 0;
    const int64_t end = centre + job.window < n - 1 ? centre + job.window + 1 : n;
    int n_in = 0;
    for (int64_t i = begin; i < end; i++)
      if (i != centre) room.in[n_in++] = job.in_rows + ids[i] * job.stride;
    if (!n_in) continue;
    if (job.cbow) {
      const vf share = splat(job.cbow_mean ? 1.f / n_in : 1.f);
      for (int d = 0; d < stride; d += lanes) {
        vf x = {};
        for (int i = 0; i < n_in; i++) x += load(room.in[i] + d);
        store(room.hidden + d, x * share);
      }
      room.in[0] = room.hidden;
      n_in = 1;
    }
    const int64_t path = job.path_offsets[ids[centre]];
    const int n_out = static_cast<int>(job.path_offsets[ids[centre] + 1] - path);
    for (int j = 0; j < n_out; j++)
      room.out[j] = job.tree_rows + job.path_nodes[path + j] * job.stride;
    total += path_log_chances(room.in, n_in, room.out, job.path_signs + path, n_out, stride, room.scores);
  }
  return total;
}

}  // namespace
}  // namespace vectorsuite
