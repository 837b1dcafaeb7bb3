// What one run of skip-gram needs, shared by the threads (skip_gram.cpp) and the loops of each CPU
// level (levels/skip_gram.hpp). Plain data only.
#pragma once
#include <cstdint>

namespace vectorsuite {

// One cell of an alias table (Walker, 1974; Vose, 1991): draw the cell, then itself or its alias.
struct AliasCell {
  uint32_t threshold;  // of 2^32: below it the cell itself
  int32_t alias;
};

struct SkipGram {
  const int32_t *ids;      // (n_tokens) words of the corpus, rows of both tables
  const int64_t *offsets;  // (n_sentences + 1) where each sentence starts
  int64_t n_tokens, n_sentences;
  float *in, *out;         // (n_words, stride) word and context table, rows of whole cache lines
  int64_t stride;          // floats from row to row
  int width;               // floats of a row that are used, rounded up to the level's lanes
  int32_t n_words;
  const uint32_t *keep;    // (n_words) of 2^32: a token stays if its draw is below; all ones: always
  const AliasCell *noise;  // (n_words)
  int window, negative;
  int shared;              // centre words that share their noise words, 1 to max_shared
  uint64_t token_key, noise_key;  // random streams of this epoch
};

constexpr int max_shared = 4;
constexpr int64_t chunk_tokens = 4096;  // tokens between two looks at the learning rate and Ctrl-C

// Work space of one thread. Sizes: see SkipGramScratch in skip_gram.cpp.
struct Scratch {
  int32_t *word;      // kept tokens of the chunk and `window` kept ones around it
  int32_t *left, *right;   // each one's window, both ends included
  int32_t *previous;  // the last place within reach where the same word stands, or -1
  int64_t *position;  // its place in the corpus
  int32_t *index;     // the input that a place of the step has become, or -1
  float **in_rows, **out_rows, **old_rows;
  float *observed, *times;  // of each input: see inputs()
  int32_t *noise;           // two steps' noise words
  float *draws, *weights;   // how often each was drawn; the same in the layout of tiles
  float *scores;
};

struct ChunkResult {
  double loss;    // sum over pairs, each with its noise words
  int64_t pairs;  // (centre, context) pairs
  int64_t kept;   // centre words after sub-sampling
};

}  // namespace vectorsuite
