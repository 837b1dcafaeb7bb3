// Cosine of two vectors, summed in double precision and in one order: equal rows get equal bits,
// which a matrix product does not promise.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>

namespace vectorsuite {

// query_D, row_D: D floats. In [-1, 1]; 0 if either is zero.
inline float cosine(const float *query_D, const float *row_D, int64_t D) {
  // Four sums of each kind: the additions of one do not wait for each other.
  double dot[4] = {}, query[4] = {}, row[4] = {};
  int64_t d = 0;
  for (; d + 4 <= D; d += 4)
    for (int lane = 0; lane < 4; lane++) {
      const double a = query_D[d + lane], b = row_D[d + lane];
      dot[lane] += a * b;
      query[lane] += a * a;
      row[lane] += b * b;
    }
  for (; d < D; d++) {
    const double a = query_D[d], b = row_D[d];
    dot[0] += a * b;
    query[0] += a * a;
    row[0] += b * b;
  }
  const double lengths = std::sqrt(query[0] + query[1] + query[2] + query[3]) *
                         std::sqrt(row[0] + row[1] + row[2] + row[3]);
  if (!(lengths > 0)) return 0;
  const double exact = (dot[0] + dot[1] + dot[2] + dot[3]) / lengths;
  return static_cast<float>(std::min(1.0, std::max(-1.0, exact)));
}

}  // namespace vectorsuite
