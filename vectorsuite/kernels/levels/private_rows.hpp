// Copies of the rows that a chunk touches, for deterministic training: chunks that are trained at the
// same time see nothing of each other.
#pragma once
#include "levels/simd.hpp"
#include "training_job.hpp"

namespace vectorsuite {
namespace {

// The bucket that holds a row's copy, or where it belongs. Few buckets are taken, and all of them fit
// a near cache, as an entry for each row of the table would not.
inline uint32_t bucket_of(const PrivateRows *own, int64_t index) {
  uint32_t at = (uint32_t(index) * 0x9E3779B1u) >> own->bucket_shift;
  for (int32_t slot; (slot = own->buckets[at]) >= 0 && own->index[slot] != index;)
    at = (at + 1) & own->bucket_mask;
  return at;
}

// The chunk's copy of a row, or nullptr if there is none yet.
inline float *find_copy(const TrainingJob &job, PrivateRows *own, uint32_t bucket) {
  int32_t slot = own->buckets[bucket];
  if (slot < 0) return nullptr;
  own->uses[slot]++;
  return own->rows + slot * job.stride;
}

// Makes room for one; returns its slot.
inline int32_t new_copy(PrivateRows *own, int64_t index, uint32_t bucket) {
  int32_t slot = own->n++;
  own->uses[slot] = 1;
  own->buckets[bucket] = slot;
  own->bucket[slot] = int32_t(bucket);
  own->index[slot] = int32_t(index);
  return slot;
}

// Row `index` of a table, or this chunk's own copy of it, made when it is first asked for.
inline float *row_of(const TrainingJob &job, PrivateRows *own, float *table, int64_t index) {
  float *shared = table + index * job.stride;
  if (!own) return shared;
  uint32_t bucket = bucket_of(own, index);
  if (float *row = find_copy(job, own, bucket)) return row;
  float *copy = own->rows + new_copy(own, index, bucket) * job.stride;
  for (int64_t d = 0; d < job.stride; d += lanes) store(copy + d, load(shared + d));
  return copy;
}

}  // namespace
}  // namespace vectorsuite
