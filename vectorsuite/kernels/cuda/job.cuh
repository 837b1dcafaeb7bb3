// What the two kernels get, by value. Every field takes 8 bytes: layout.py has the same list.
#pragma once
#include "lanes.cuh"

namespace vectorsuite {
namespace {

constexpr int most_centres = 4;  // of a step: what is counted for each lies in one float4

// Sums over the steps of a unit.
struct Totals {
  double loss;
  int64_t pairs, products, kept;
};

struct Job {
  // A part of the corpus, with the tokens around it that windows may reach.
  const int32_t *ids;  // (n_ids) words; the highest bit marks the first token of a sentence
  int64_t first;       // the corpus' token that ids[0] is
  int64_t n_ids;
  int64_t begin, end;  // tokens of the corpus to train on, whole chunks but the last one
  int64_t chunk_tokens;
  // The model.
  float *in, *out;     // (n_words, stride) word and context vectors
  const float *locks;  // (n_words) factors on the updates of `in`; nullptr: all 1
  const float *in_shares, *out_shares;  // (n_words) of its changes that a row takes; nullptr: all
  int64_t n_words, stride;
  int64_t columns;     // of four floats that are used
  const uint32_t *keep;   // (n_words) of 2^32: a token stays if its draw is below; all ones: always
  const uint32_t *noise;  // (n_words, 2) alias table: threshold of 2^32, alias
  int64_t window, negative;
  int64_t shared;      // centre words of a step, 1 to most_centres
  int64_t shrink, cbow, cbow_mean;
  uint64_t token_key, noise_key;  // random streams of this epoch
  // The work.
  int32_t *plan;        // (n_chunks, plan_size)
  const float *rates;   // (n_chunks) learning rates
  int64_t units;        // of a chunk: what one block takes at a time
  int64_t score_parts;  // lanes that share the product of two rows; divides their number
  float4 *work;         // (blocks, work_size) where the work space does not fit a block's own memory
  int64_t work_size;    // in float4; 0: it fits
  int32_t *next_unit;   // that no block has taken yet
  Totals *totals;       // (n_chunks, units)
};

VS_GPU int64_t n_chunks(const Job &job) {
  return (job.end - job.begin + job.chunk_tokens - 1) / job.chunk_tokens;
}

// Places in a window's reach of a step's centre words, the centres included.
VS_GPU int most_reached(const Job &job) { return int(2 * job.window + job.shared); }

VS_GPU int most_outputs(const Job &job) { return int(job.shared + job.negative); }

}  // namespace
}  // namespace vectorsuite
