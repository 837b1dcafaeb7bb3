// Tables and start values for training: alias tables, seeded rows, and rows moved together.
#include <cstring>
#include <stdexcept>
#include <vector>

#include "binding.hpp"
#include "random.hpp"
#include "threads.hpp"
#include "training_job.hpp"

namespace vectorsuite {
namespace {

// Vose (1991), "A linear algorithm for generating random numbers with a given distribution".
// weights: (n) >= 0 with a positive sum. cells: (n).
void fill_alias_table(const double *weights, int64_t n, AliasCell *cells) {
  double total = 0;
  for (int64_t i = 0; i < n; i++) total += weights[i];
  std::vector<double> share(n);  // of the cell that is still to be filled, in cells
  std::vector<int64_t> small, large;
  for (int64_t i = 0; i < n; i++) {
    share[i] = weights[i] * double(n) / total;
    (share[i] < 1 ? small : large).push_back(i);
  }
  auto set = [&](int64_t i, double own, int64_t alias) {
    double scaled = own * 4294967296.0;
    cells[i] = {scaled >= 4294967295.0 ? 0xffffffffu : uint32_t(scaled), int32_t(alias)};
  };
  while (!small.empty() && !large.empty()) {
    int64_t i = small.back(), j = large.back();
    small.pop_back();
    set(i, share[i], j);
    share[j] -= 1 - share[i];
    if (share[j] < 1) large.pop_back(), small.push_back(j);
  }
  for (int64_t i : large) set(i, 1, i);
  for (int64_t i : small) set(i, 1, i);  // rounding left them a hair below a full cell
}

// Uniform in [-1, 1) / width, from a stream of the word's own. CBOW gains from starting twice as far
// out as word2vec.c does; skip-gram does not mind.
void fill_start_rows(const uint64_t *keys, int64_t n, uint64_t seed, int64_t width, int64_t stride,
                     float *rows) {
  uint64_t start = stream(seed, 0, purpose_start);
  for (int64_t i = 0; i < n; i++) {
    uint64_t word = draw(start, keys[i]);
    float *row = rows + i * stride;
    for (int64_t d = 0; d < width; d++)
      row[d] = (float(draw(word, d) >> 40) * 0x1p-23f - 1) / float(width);
    for (int64_t d = width; d < stride; d++) row[d] = 0;
  }
}

}  // namespace

void bind_sampling(nb::module_ &m) {
  m.def("alias_table", [](Array1<const double> weights) {
    int64_t n = weights.shape(0);
    auto *cells = new uint32_t[2 * n];
    {
      nb::gil_scoped_release release;
      fill_alias_table(weights.data(), n, reinterpret_cast<AliasCell *>(cells));
    }
    return owned(cells, 2 * n);
  });
  m.def("start_rows", [](Array1<const uint64_t> keys, uint64_t seed, int64_t width,
                         Array2<float> rows) {
    if (rows.shape(0) != keys.shape(0) || int64_t(rows.shape(1)) < width)
      throw std::invalid_argument("start_rows: rows do not fit the keys and the width");
    nb::gil_scoped_release release;
    const size_t stride = rows.shape(1);
    in_threads(keys.shape(0), 1024, 0, [&](size_t first, size_t last) {
      fill_start_rows(keys.data() + first, int64_t(last - first), seed, width, int64_t(stride),
                      rows.data() + first * stride);
    });
  });
  // Rows of `stride` floats become rows of `width` at the start of the same memory.
  m.def("pack_rows", [](Array2<float> rows, int64_t width) {
    int64_t n = rows.shape(0), stride = rows.shape(1);
    if (width > stride) throw std::invalid_argument("pack_rows: rows are narrower than the width");
    nb::gil_scoped_release release;
    for (int64_t i = 1; i < n; i++)
      std::memmove(rows.data() + i * width, rows.data() + i * stride, width * sizeof(float));
  });
}

}  // namespace vectorsuite
