// Adding to rows of a table what chunks have changed in their copies of them.
#pragma once
#include "levels/simd.hpp"
#include "training_job.hpp"

namespace vectorsuite {
namespace {

constexpr int64_t merged_ahead = 4;  // rows that are fetched while others are added up

void merge_rows(float *table, int64_t stride, const MergedRow *rows, int64_t n, const Change *changes) {
  for (int64_t r = 0; r < n; r++) {
    if (r + merged_ahead < n)
      prefetch_row(table + rows[r + merged_ahead].index * stride, int(stride));
    float *to = table + rows[r].index * stride;
    for (int64_t d = 0; d < stride; d += lanes) {
      vf start = load(to + d), row = start;
      for (int32_t link = rows[r].first; link >= 0; link = changes[link].next) {
        const Change &change = changes[link];
        vf before = change.before ? load(change.before + d) : start;
        row += rows[r].part * (load(change.copy + d) - before);
      }
      store(to + d, row);
    }
  }
}

}  // namespace
}  // namespace vectorsuite
