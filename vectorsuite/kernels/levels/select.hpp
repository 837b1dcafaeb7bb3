// Finding the few scores above a threshold in a long row of them; compiled once per CPU level.
#pragma once

namespace vectorsuite {
namespace {

constexpr int64_t select_block = 64;

// Appends every i in [begin, n) whose scores[i] * scale[i] is above the threshold, with that value.
// scores, scale: n floats. A NaN in either is above nothing: that is how rows are left out.
// values, indexes: room for `room` entries; *found counts them.
// Returns where to go on: n, or the first index not looked at because the room was full.
int64_t select_above(const float *scores, const float *scale, int64_t begin, int64_t n,
                     float threshold, float *values, int32_t *indexes, int64_t room,
                     int64_t *found) {
  int64_t i = begin, count = 0;
  while (i < n) {
    const int64_t end = i + select_block < n ? i + select_block : n;
    // Nearly every block holds no winner, so one branch-free pass decides about all of it.
    int any = 0;
    for (int64_t j = i; j < end; j++) any |= scores[j] * scale[j] > threshold;
    if (any) {
      for (; i < end; i++) {
        const float value = scores[i] * scale[i];
        if (!(value > threshold)) continue;
        if (count == room) {
          *found = count;
          return i;
        }
        values[count] = value;
        indexes[count++] = static_cast<int32_t>(i);
      }
    }
    i = end;
  }
  *found = count;
  return n;
}

// out[i] = plus[i] + also[i] - minus[i], n floats each: the score of an analogy from three words'.
void add_two_subtract_one(const float *plus, const float *also, const float *minus, int64_t n,
                          float *out) {
  for (int64_t i = 0; i < n; i++) out[i] = plus[i] + also[i] - minus[i];
}

}  // namespace
}  // namespace vectorsuite
