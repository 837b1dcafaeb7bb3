// Means of rows of a table, such as the vectors of words from the rows of their n-grams.
#include <algorithm>
#include <stdexcept>

#include "binding.hpp"
#include "threads.hpp"

namespace vectorsuite {
namespace {

// out[i] = mean of the rows listed in rows[offsets[i]:offsets[i + 1]]; zeros if there are none.
// table: (R, stride), of which the first D floats of each row are used. rows: (M,); -1 stands for a
// row of zeros, which counts. offsets: (n + 1,). out: (n, D).
void row_means(Array2<const float> table, Array1<const int32_t> rows,
               Array1<const int64_t> offsets, Array2<float> out, int threads) {
  const size_t n = out.shape(0), width = out.shape(1), stride = table.shape(1);
  const auto n_rows = static_cast<int64_t>(table.shape(0));
  if (offsets.size() != n + 1 || stride < width)
    throw std::invalid_argument("row_means: shapes of table, offsets and means do not agree");
  for (size_t i = 0; i < n; i++)
    if (offsets(i) < 0 || offsets(i) > offsets(i + 1))
      throw std::invalid_argument("row_means: offsets do not rise from 0");
  if (n && offsets(n) > static_cast<int64_t>(rows.size()))
    throw std::invalid_argument("row_means: offsets reach beyond the rows");
  for (size_t i = 0; i < rows.size(); i++)
    if (rows(i) < -1 || rows(i) >= n_rows)
      throw std::invalid_argument("row_means: a row is not in the table");
  nb::gil_scoped_release released;
  in_threads(n, 256, threads, [&](size_t first, size_t last) {
    for (size_t i = first; i < last; i++) {
      float *mean = out.data() + i * width;
      std::fill(mean, mean + width, 0.0f);
      const int64_t begin = offsets(i), end = offsets(i + 1);
      for (int64_t k = begin; k < end; k++) {
        if (rows(k) < 0) continue;
        const float *row = table.data() + static_cast<size_t>(rows(k)) * stride;
        for (size_t d = 0; d < width; d++) mean[d] += row[d];
      }
      const auto scale = static_cast<float>(1.0 / double(std::max<int64_t>(end - begin, 1)));
      for (size_t d = 0; d < width; d++) mean[d] *= scale;
    }
  });
}

}  // namespace

void bind_row_means(nb::module_ &m) {
  m.def("row_means", &row_means, nb::arg("table"), nb::arg("rows"), nb::arg("offsets"),
        nb::arg("out"), nb::arg("threads") = 0,
        "Write the mean of each list of rows; row -1 counts as zeros.");
}

}  // namespace vectorsuite
