// From a chunk of the corpus to steps: which tokens stay, their windows, the centre words of each
// step with their noise, and the inputs and outputs of the pair step.
//
// A step takes up to `shared` neighbouring centre words, all words in their windows as inputs, and
// the centres and one set of noise words as outputs. With shared = 1 it is pWord2Vec's window (Ji et
// al., 2016); more is the context combining of pSGNScc (Rengasamy et al., 2017): every pair still
// meets `negative` noise words, but neighbours meet the same ones, so that fewer rows are fetched.
#pragma once
#include <climits>

#include "levels/compose.hpp"
#include "levels/pair_step.hpp"
#include "levels/private_rows.hpp"
#include "random.hpp"
#include "training_job.hpp"

namespace vectorsuite {
namespace {

constexpr int max_redraws = 16;
constexpr int nodes_in_cache = 11;  // of a path, from the root: on so many paths that they stay there

// The number of a token's draws.
inline uint64_t draw_number(const TrainingJob &job, int64_t sentence, int64_t position) {
  return uint64_t(job.own_draws ? position - job.offsets[sentence] : position);
}

inline bool is_kept(const TrainingJob &job, int64_t position, uint64_t bits) {
  uint32_t keep = job.keep[job.ids[position]];
  return (keep == 0xffffffffu) | (uint32_t(bits >> 32) < keep);  // a branch would be a coin toss
}

// The last sentence that starts at or before the token.
inline int64_t sentence_of(const TrainingJob &job, int64_t token) {
  int64_t low = 0, high = job.n_sentences - 1;
  while (low < high) {
    int64_t middle = low + (high - low + 1) / 2;
    if (job.offsets[middle] <= token) low = middle;
    else high = middle - 1;
  }
  return low;
}

// For each gathered token the last place within a step's reach where the same word stands, or -1.
inline void find_previous(const TrainingJob &job, int n, Scratch &s) {
  constexpr int slots = 1024;
  int32_t last[slots];  // the last place of any word of that slot
  for (int k = 0; k < slots; k++) last[k] = -1;
  int reach = 2 * job.window + max_shared;
  for (int i = 0; i < n; i++) {
    int slot = s.word[i] & (slots - 1), at = last[slot], first = i < reach ? 0 : i - reach;
    last[slot] = i;
    if (at < first) at = -1;  // nor does any other place in reach hold a word of this slot
    while (at >= first && s.word[at] != s.word[i]) at--;
    s.previous[i] = at < first ? -1 : at;
  }
}

struct KeptTokens {
  int first, end;  // the chunk's own among all ...
  int n;           // ... that were gathered
};

// Sub-sample tokens [from, to) of a sentence, the first of which has place `sentence_first`, until
// `most` are gathered: gives each its word and its reach. Returns the number gathered.
//
// No branch on whether a token stays, which a processor could not foresee: every token is written
// down, and the next one over it where it does not stay.
inline int keep_tokens(const TrainingJob &job, Scratch &s, int64_t sentence, int64_t from, int64_t to,
                       int sentence_first, int n, int most) {
  for (int64_t at = from; at < to && n < most; at++) {
    uint64_t number = draw_number(job, sentence, at), bits = draw(job.token_key, number);
    int reach = job.window;
    if (job.shrink) reach = 1 + int((uint64_t(uint32_t(bits)) * uint32_t(job.window)) >> 32);
    s.word[n] = job.ids[at];
    if (job.path_offsets) __builtin_prefetch(job.path_offsets + job.ids[at]);
    s.position[n] = int64_t(number);
    if (job.tags) s.sentence[n] = sentence;
    s.left[n] = n - reach < sentence_first ? sentence_first : n - reach;
    s.right[n] = n + reach;
    n += is_kept(job, at, bits);
  }
  return n;
}

// Sub-sample the chunk's tokens and, so that no window is cut at the chunk's edge, `window` kept
// tokens of the same sentence on either side; give each its window.
inline KeptTokens gather(const TrainingJob &job, int64_t begin, int64_t end, Scratch &s) {
  int64_t sentence = sentence_of(job, begin), back = begin;
  for (int found = 0; back > job.offsets[sentence] && found < job.window; back--)
    found += is_kept(job, back - 1, draw(job.token_key, draw_number(job, sentence, back - 1)));
  KeptTokens kept{};
  int n = 0;
  for (int64_t at = back; at < end; at = job.offsets[++sentence]) {
    int64_t stop = job.offsets[sentence + 1], own_stop = stop < end ? stop : end;
    int sentence_first = n;
    if (at < begin) kept.first = n = keep_tokens(job, s, sentence, at, begin, n, n, INT_MAX);
    n = keep_tokens(job, s, sentence, at < begin ? begin : at, own_stop, sentence_first, n, INT_MAX);
    kept.end = n;
    n = keep_tokens(job, s, sentence, own_stop, stop, sentence_first, n, n + job.window);
    for (int i = n - 1; i >= sentence_first && i >= n - job.window; i--)  // no reach is longer
      if (s.right[i] >= n) s.right[i] = n - 1;
  }
  kept.n = n;
  find_previous(job, n, s);
  return kept;
}

// A centre's path: its nodes and their coefficients, padded to whole registers; see levels/paths.hpp.
struct Path {
  float *const *rows;
  const float *signs;
  int n;
  int at;  // where its scores start among those of the step, a whole register
};
inline int path_end(const Path &path) { return path.at + int(tiles(path.n, lanes)) * lanes; }

// Centre words [centre, centre + n_centres) with their noise words.
struct Step {
  int centre, n_centres;
  int low, high;    // the places their windows cover, both ends included
  int n_noise;      // distinct noise words
  int32_t *noise;   // (negative)
  float *draws;     // (negative) how often each was drawn
  float **path_rows, *path_signs;  // (path_room) for what the paths of the centres point to
  Path paths[max_shared];
};

// With the `which`-th half of the room for two steps.
inline Step empty_step(const TrainingJob &job, const Scratch &s, int which) {
  Step step{};
  step.noise = s.noise + which * job.negative;
  step.draws = s.draws + which * job.negative;
  step.path_rows = s.path_rows + which * s.path_room;
  step.path_signs = s.path_signs + which * s.path_room;
  return step;
}

inline int32_t draw_noise(const TrainingJob &job, uint64_t bits) {
  uint32_t cell = below(bits, job.n_words);
  int32_t itself = -int32_t(uint32_t(bits) < job.noise[cell].threshold);  // a branch would be a coin toss
  return (int32_t(cell) & itself) | (job.noise[cell].alias & ~itself);
}

inline uint64_t noise_bits(const TrainingJob &job, const Scratch &s, int centre, int k) {
  return draw(job.noise_key, uint64_t(s.position[centre]) * job.negative + k);
}

// Noise word k of the step: never one of its centre words. Redrawn a few times, then (only where
// the vocabulary is next to nothing but the centres) the next word that is none of them.
inline int32_t noise_word(const TrainingJob &job, const Scratch &s, const Step &step, int k) {
  uint64_t bits = noise_bits(job, s, step.centre, k);
  int32_t word = draw_noise(job, bits);
  for (int attempt = 0;; attempt++) {
    bool is_centre = false;
    for (int c = 0; c < step.n_centres; c++) is_centre |= word == s.word[step.centre + c];
    if (!is_centre) return word;
    bits = mix(bits + golden);
    word = attempt < max_redraws ? draw_noise(job, bits) : (word + 1) % job.n_words;
  }
}

// The step that starts at a place: centres of one sentence, all different, and their noise.
inline void plan(const TrainingJob &job, const Scratch &s, int centre, int end, Step &step) {
  step.centre = centre;
  step.n_centres = 1;
  step.low = s.left[centre];
  step.high = s.right[centre];
  for (int next = centre + 1; step.n_centres < job.shared && next < end; next++) {
    bool same_sentence = s.right[next - 1] >= next;  // every window reaches one word at least
    if (!same_sentence || s.previous[next] >= centre) break;
    if (s.left[next] < step.low) step.low = s.left[next];
    if (s.right[next] > step.high) step.high = s.right[next];
    step.n_centres++;
  }
  int ahead = centre + 2 * max_shared;  // its noise cells will be read two steps from now
  for (int k = 0; k < job.negative && ahead < end; k++)
    __builtin_prefetch(job.noise + below(noise_bits(job, s, ahead, k), job.n_words));
  for (int c = ahead; c < ahead + max_shared && c < end && job.path_offsets; c++) {  // two lines at most
    __builtin_prefetch(job.path_branches + job.path_offsets[s.word[c]]);
    __builtin_prefetch(job.path_branches + job.path_offsets[s.word[c] + 1]);
  }
  step.n_noise = 0;
  for (int k = 0; k < job.negative; k++) {
    int32_t word = noise_word(job, s, step, k);
    int j = 0;
    while (j < step.n_noise && step.noise[j] != word) j++;
    if (j == step.n_noise) {
      step.noise[j] = word;
      step.draws[j] = 0;
      step.n_noise++;
    }
    step.draws[j] += 1;
  }
}

// Fetch the outputs of a step to come. The job's width and stride are those of the output tables.
__attribute__((always_inline)) inline void prefetch_outputs(const TrainingJob &job, const Scratch &s,
                                                            const Step &step) {
  for (int j = 0; j < step.n_noise; j++)
    prefetch_row(job.out + step.noise[j] * job.stride, job.width);
  for (int c = 0; c < step.n_centres && job.negative; c++)
    prefetch_row(job.out + s.word[step.centre + c] * job.stride, job.width);
  for (int c = 0; c < step.n_centres && job.path_offsets && !job.frozen; c++)
    for (int j = nodes_in_cache; j < step.paths[c].n; j++)
      prefetch_row(step.paths[c].rows[j], job.width);
}

// Fetch what the next step will touch and this one does not hold.
__attribute__((always_inline)) inline void prefetch(const TrainingJob &job, const Scratch &s,
                                                    const Step &step, int held) {
  prefetch_outputs(job, s, step);
  if (job.part_offsets || !job.words_predict) return;
  for (int x = held > step.low ? held : step.low; x <= step.high; x++)
    prefetch_row(job.in + s.word[x] * job.stride, job.width);
}

// The first inputs of a step: the tags of its sentence, observed with every centre.
inline int tag_inputs(const TrainingJob &job, Scratch &s, const Step &step) {
  int64_t sentence = s.sentence[step.centre], first = job.tag_offsets[sentence];
  int n = int(job.tag_offsets[sentence + 1] - first);
  for (int x = 0; x < n; x++) {
    int32_t tag = job.tag_rows[first + x];
    s.in_words[x] = -1 - tag;
    s.in_rows[x] = row_of(job, s.tags, job.tags, tag);
    for (int c = 0; c < max_shared; c++) {
      s.observed[x * 4 + c] = c < step.n_centres;
      s.times[x * 4 + c] = float(step.n_centres);
    }
  }
  return n;
}

// The inputs of a step: the tags of its sentence and the distinct words of its windows; of each,
// how often it is observed with each of the (up to four) centres and how often with any. Returns
// their number; `in_windows` counts the inputs of each centre. Composed: a word at two places is two
// inputs, hidden rows both, and CBOW counts the rows that a word is made of.
template <bool Composed>
inline int inputs(const TrainingJob &job, Scratch &s, const Step &step, i4 &in_windows) {
  static_assert(max_shared == 4, "one centre a lane");
  i4 left, right, centre;
  for (int c = 0; c < max_shared; c++) {
    bool there = c < step.n_centres;
    centre[c] = step.centre + c;
    left[c] = there ? s.left[step.centre + c] : step.high + 1;
    right[c] = there ? s.right[step.centre + c] : -1;
  }
  int n = job.tags ? tag_inputs(job, s, step) : 0;
  in_windows = (right >= 0) & n;
  for (int x = step.low; x <= step.high && job.words_predict; x++) {
    i4 place = x - i4{};
    i4 in_window = (left <= place) & (place <= right) & (place != centre) & 1;
    bool counts_parts = job.cbow && job.part_offsets;
    in_windows += counts_parts ? in_window * n_parts(job, s.word[x]) : in_window;
    f4 with = __builtin_convertvector(in_window, f4);
    f4 times = with + f4{with[1], with[0], with[3], with[2]};
    times += f4{times[2], times[3], times[0], times[1]};
    int at = !Composed && s.previous[x] >= step.low ? s.index[s.previous[x] - step.low] : -1;
    s.index[x - step.low] = at;
    if (at >= 0) {  // the word stands in the windows twice
      *reinterpret_cast<f4 *>(s.observed + at * 4) += with;
      *reinterpret_cast<f4 *>(s.times + at * 4) += times;
      continue;
    }
    if (times[0] == 0) continue;  // the centre of a step of one
    s.in_words[n] = s.word[x];
    s.in_rows[n] = Composed            ? composed_row(job, s, x)
                   : job.part_offsets ? private_row(job, s.in, s.word[x])
                                      : row_of(job, s.in, job.in, s.word[x]);
    *reinterpret_cast<f4 *>(s.observed + n * 4) = with;
    *reinterpret_cast<f4 *>(s.times + n * 4) = times;
    s.index[x - step.low] = n++;
  }
  for (int x = n; x % tile_inputs; x++) {  // the last tile's other inputs
    *reinterpret_cast<f4 *>(s.observed + x * 4) = f4{};
    *reinterpret_cast<f4 *>(s.times + x * 4) = f4{};
  }
  return n;
}

// Weight of output j in the layout of tiles: once for each of a tile's inputs.
inline void set_weight(Scratch &s, int j, float weight) {
  for (int t = 0; t < tile_inputs; t++) s.weights[j / 4 * lanes + t * 4 + j % 4] = weight;
}

// Coefficients of hidden rows, each of which is observed with its centre alone and counts factor[c]
// times.
struct OwnCentres {
  alignas(64) float own[16] = {}, times[16] = {};
  OwnCentres(const float *factor, int n) {
    for (int c = 0; c < n; c++) {
      own[c * 4 + c] = factor[c];
      for (int j = 0; j < 4; j++) times[c * 4 + j] = factor[c];
    }
  }
};

// Outputs of negative sampling: the centres, observed, then the noise. Returns their number.
inline int noise_outputs(const TrainingJob &job, Scratch &s, const Step &step) {
  int n_out = 0;
  for (int c = 0; c < step.n_centres; c++, n_out++) {
    s.out_rows[n_out] = row_of(job, s.out, job.out, s.word[step.centre + c]);
    set_weight(s, n_out, 0);
  }
  for (int k = 0; k < step.n_noise; k++, n_out++) {
    s.out_rows[n_out] = row_of(job, s.out, job.out, step.noise[k]);
    set_weight(s, n_out, -step.draws[k]);
  }
  for (int j = n_out; j % 4; j++) {  // the last tile's other outputs
    s.out_rows[j] = s.out_rows[0];
    set_weight(s, j, 0);
  }
  return n_out;
}

}  // namespace
}  // namespace vectorsuite
