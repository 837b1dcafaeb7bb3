// Copies of the rows that a chunk touches, for deterministic training: chunks that are trained at the
// same time see nothing of each other.
#pragma once
#include "levels/simd.hpp"
#include "training_job.hpp"

namespace vectorsuite {
namespace {

// The chunk's copy of a row, or nullptr if there is none yet.
inline float *find_copy(const TrainingJob &job, PrivateRows *own, int64_t index) {
  int32_t slot = own->slot[index];
  if (slot < 0) return nullptr;
  own->uses[slot]++;
  return own->rows + slot * job.stride;
}

// Makes room for one; returns its slot.
inline int32_t new_copy(PrivateRows *own, int64_t index) {
  int32_t slot = own->n++;
  own->uses[slot] = 1;
  own->slot[index] = slot;
  own->index[slot] = int32_t(index);
  return slot;
}

// Row `index` of a table, or this chunk's own copy of it, made when it is first asked for.
inline float *row_of(const TrainingJob &job, PrivateRows *own, float *table, int64_t index) {
  float *shared = table + index * job.stride;
  if (!own) return shared;
  if (float *row = find_copy(job, own, index)) return row;
  float *copy = own->rows + new_copy(own, index) * job.stride;
  for (int64_t d = 0; d < job.stride; d += lanes) store(copy + d, load(shared + d));
  return copy;
}

// What a chunk changed: its copies become their differences from the table.
inline void to_changes(const TrainingJob &job, PrivateRows *own, const float *table) {
  for (int32_t slot = 0; own && slot < own->n; slot++) {
    const float *shared = own->before ? own->before + slot * job.stride
                                      : table + own->index[slot] * job.stride;
    float *copy = own->rows + slot * job.stride;
    for (int64_t d = 0; d < job.stride; d += lanes) store(copy + d, load(copy + d) - load(shared + d));
  }
}

}  // namespace
}  // namespace vectorsuite
