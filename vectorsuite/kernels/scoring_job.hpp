// What scoring sentences needs, shared by scoring.cpp and the loops of each CPU level. Plain data only.
#pragma once
#include <cstdint>

namespace vectorsuite {

struct ScoringJob {
  float *in_rows, *tree_rows;  // (V, stride), aligned to cache lines, zeros after the width
  int64_t stride;              // floats
  const int64_t *path_offsets; // (V + 1)
  const int32_t *path_nodes;   // (P,) rows of the tree
  const float *path_signs;     // (P,) 1 for left, -1 for right
  int64_t window;
  bool cbow, cbow_mean;
};

// Room for one sentence.
struct ScoringRoom {
  float **in, **out;  // (2 * window + 1), (longest path)
  float *scores;      // (16 * (2 * window + 1)), aligned
  float *hidden;      // (stride), aligned
};

}  // namespace vectorsuite
