// What one training run needs, shared by the threads (train.cpp) and the loops of each CPU level
// (levels/train.hpp). Plain data only.
#pragma once
#include <cstdint>

namespace vectorsuite {

// One cell of an alias table (Walker, 1974; Vose, 1991): draw the cell, then itself or its alias.
struct AliasCell {
  uint32_t threshold;  // of 2^32: below it the cell itself
  int32_t alias;
};

struct TrainingJob {
  const int32_t *ids;      // (n_tokens) words of the corpus, rows of the output tables
  const int64_t *offsets;  // (n_sentences + 1) where each sentence starts
  int64_t n_tokens, n_sentences;
  float *in;               // (n_in, stride) word vectors, rows of whole cache lines
  int64_t n_in;            // n_words, unless words are made of other rows
  float *out;              // (n_words, stride) context vectors, for negative sampling
  float *tree;             // (n_words, stride) inner nodes, for hierarchical softmax
  const float *locks;      // (n_in) factors on the updates of `in`; nullptr: all 1
  const int64_t *part_offsets;  // (n_words + 1); nullptr: the vector of word w is row w of `in`
  const int32_t *parts;         // else the mean of such rows, as of the word and its n-grams
  float *tags;                  // (n_tags, stride) document vectors; nullptr: no documents
  int64_t n_tags;
  const int64_t *tag_offsets;   // (n_sentences + 1)
  const int32_t *tag_rows;      // each sentence's rows of `tags`
  const float *tag_locks;       // (n_tags) factors on the updates of `tags`; nullptr: all 1
  int most_tags;                // of a sentence
  bool concat;             // inputs end to end: the tags, then the whole window; see levels/documents.hpp
  int32_t null_row;        // row of `in` for places of the window outside the sentence
  bool frozen;             // only `tags` change
  int vector_size;         // floats of a row that are used
  int64_t out_stride;      // of `out` and `tree`: `stride`, or with concat that of the hidden rows
  int hidden_width;        // `width`, or with concat that of the hidden rows, rounded up to lanes
  int64_t stride;          // floats from row to row
  int width;               // floats of a row that are used, rounded up to the level's lanes
  int32_t n_words;
  const uint32_t *keep;    // (n_words) of 2^32: a token stays if its draw is below; all ones: always
  const AliasCell *noise;  // (n_words)
  const int64_t *path_offsets;  // (n_words + 1); nullptr: no hierarchical softmax
  const int32_t *path_branches; // each word's, root first: see node_of and sign_of
  int longest_path;
  int64_t first_hot, n_hot;     // inner nodes near the root, of which each worker has a copy
  int window, negative;    // negative may be 0 with hierarchical softmax
  int shared;              // centre words of a step, 1 to max_shared
  bool shrink;             // windows are drawn from 1..window, else all `window`
  bool cbow, cbow_mean;    // predict the centre from its whole window; from the mean or the sum
  bool words_predict;      // whether words of the windows are inputs, not the sentence's tags alone
  bool own_draws;          // number the draws of each sentence from 0: alike wherever it stands
  uint64_t token_key, noise_key;  // random streams of this epoch
};

// A branch of a path is one number, so that paths fill fewer lines of the cache: twice the inner node,
// a row of `tree`, and 1 where the path goes left (code 0).
inline int32_t node_of(int32_t branch) { return branch >> 1; }
inline float sign_of(int32_t branch) { return float((branch & 1) * 2 - 1); }

// Paths are read in blocks of so many branches; path_branches has a block after the last path.
constexpr int branches_past_paths = 16;

constexpr int max_shared = 4;
constexpr int64_t chunk_tokens = 4096;  // tokens between two looks at the learning rate and Ctrl-C
// The same in deterministic training, where chunks that are trained at the same time do not see each
// other's changes: with longer ones less is learned.
constexpr int64_t deterministic_chunk_tokens = 256;

// Copies of the rows of a table that one chunk touches, so that it sees no other chunk's changes.
struct PrivateRows {
  int32_t *buckets;   // (bucket_mask + 1) hash table: where a row's copy is, or -1
  uint32_t bucket_mask;
  int bucket_shift;   // of 32 bit hashes
  int32_t *bucket;    // (capacity) of each copy
  int32_t *index;     // (capacity) whose copy it is
  int32_t *uses;      // (capacity) steps it had part in
  float *rows;        // (capacity, stride)
  float *before;      // of words of several rows: what the copies were; else nullptr
  int32_t n;
};

// What one chunk made of a row: its copy, which was `before` or, where that is nullptr, the row itself.
struct Change {
  const float *copy, *before;
  int32_t next;  // of the same row, or -1
};

// A row of a table, the changes that it gets and the part of each.
struct MergedRow {
  int32_t index, first, last;  // of the table; of its changes
  int32_t copies, uses;        // how many changes, and the steps that made them
  float part;
};

// A vector in the hidden rows of a step that reads windows end to end.
struct Slot {
  float *row, lock;  // of the table, and its factor on updates
  int n;             // how often it stands in hidden rows ...
  float *at[max_shared];  // ... and where
};

// Work space of one thread. Sizes: see TrainingScratch in train.cpp.
struct Scratch {
  int32_t *word;      // kept tokens of the chunk and `window` kept ones around it
  int32_t *left, *right;   // each one's window, both ends included
  int32_t *previous;  // the last place within reach where the same word stands, or -1
  int64_t *position;  // the number of its draws: its place in the corpus
  int64_t *sentence;  // where there are tags
  float *composed, *composed_before;  // see levels/compose.hpp
  int composed_mask;
  int32_t *index;     // the input that a place of the step has become, or -1
  int32_t *in_words;
  float **in_rows, **out_rows, **old_rows, **hidden_rows, **ahead_rows;
  Slot *slots;
  float *observed, *times;  // of each input: see inputs()
  float *zeros;             // as many as `observed`
  int32_t *noise;           // two steps' noise words
  float *draws, *weights;   // how often each was drawn; the same in the layout of tiles
  float *scores;
  float **path_rows, *path_signs;  // of two steps, path_room of each
  int64_t path_room;
  float **planned_rows, *planned_signs;  // of a frozen job: see plan_chunk in levels/paths.hpp
  int64_t *planned_first, planned_begin, planned_end;
  float *signs;             // coefficients of a frozen step's outputs
  PrivateRows *in, *out, *tree, *tags;  // nullptr: work on the tables themselves
  float *hot, *hot_before;  // (n_hot, stride) copies of inner nodes, and what they were
};

struct ChunkResult {
  double loss;    // sum over pairs, each with its noise words or its path
  int64_t pairs;  // (centre, context) pairs; with CBOW, centres that have a context
  int64_t kept;   // centre words after sub-sampling
  int64_t products;  // scores computed: inputs times outputs of every pair step
};

}  // namespace vectorsuite
