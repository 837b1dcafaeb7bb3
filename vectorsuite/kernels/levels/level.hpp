// What one CPU level offers: the arithmetic loops, compiled for one instruction set.
//
// level.cpp is compiled once per level. It must not use templates or inline functions of the C++
// library: the linker keeps one copy of those for all levels, and it could keep the AVX-512 one.
#pragma once
#include <cstdint>

namespace vectorsuite {

struct TrainingJob;
struct Scratch;
struct ChunkResult;
struct ScoringJob;
struct ScoringRoom;
struct MergedRow;
struct Change;

struct Loops {
  const char *name;  // "avx512", "avx2", "plain" or "neon"
  int lanes;         // floats in one vector register; equal lanes give equal bits
  int64_t (*select_above)(const float *scores, const float *scale, int64_t begin, int64_t n,
                          float threshold, float *values, int32_t *indexes, int64_t room,
                          int64_t *found);
  void (*add_two_subtract_one)(const float *plus, const float *also, const float *minus, int64_t n,
                               float *out);
  void (*train_chunk)(const TrainingJob &job, int64_t begin, int64_t end, float learn_rate,
                      Scratch &scratch, ChunkResult &result);
  double (*score_sentence)(const ScoringJob &job, const int32_t *ids, int64_t n,
                           const ScoringRoom &room);
  void (*merge_rows)(float *table, int64_t stride, const MergedRow *rows, int64_t n,
                     const Change *changes);
};

// The level in use, chosen at import from VECTORSUITE_CPU or, without it, from the CPU.
const Loops &loops();
// Choose by name; throws std::invalid_argument that lists the levels this CPU has.
void set_cpu_level(const char *name);
// Names of the levels this CPU can run, best first; ends with nullptr.
const char *const *cpu_levels();

}  // namespace vectorsuite
