// Search that rules out nearly every row by 8-bit arithmetic, four times as fast as floats, and
// scores what is left exactly.
//
// A unit row v is held as codes c and a step s, v ≈ s c, with its error e = |v − s c|; so is a unit
// query. By Cauchy and Schwarz the cosine of a query and a row differs from that of their codes by
// no more than e_row + e_query |s c_row|. A row whose upper bound is below the n-th highest lower
// bound seen is not among the n nearest, whatever its exact cosine.
//
// Runs on CPUs with AVX-512 VNNI (dot products of bytes); others search by matrix products.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "binding.hpp"
#include "cosine.hpp"
#include "levels/level.hpp"
#include "threads.hpp"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define VS_SCREEN __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
#endif

namespace vectorsuite {
namespace {

constexpr int lanes = 16;           // rows in one register of 32-bit sums
constexpr int registers = 4;        // of rows that are scored together
constexpr int group = lanes * registers;
constexpr int queries_at_once = 6;  // 6 x 4 sums, 4 registers of rows and a spare: all 32
constexpr float rounding = 2e-6f;   // more than float32 arithmetic adds to a bound
constexpr float infinity = std::numeric_limits<float>::infinity();

bool can_screen() {
#ifdef VS_SCREEN
  return !std::strcmp(loops().name, "avx512") && __builtin_cpu_supports("avx512vnni");
#else
  return false;
#endif
}

// Writes codes in [-127, 127] of x scaled by `factor`; returns the step, and the error in *error.
float quantise(const float *x, int64_t D, float factor, int8_t *codes, float *error) {
  float largest = 0;
  for (int64_t d = 0; d < D; d++) largest = std::max(largest, std::fabs(x[d]));
  const float step = largest * factor / 127;
  const float to_code = largest > 0 ? 127 / largest : 0;
  float square = 0;
  for (int64_t d = 0; d < D; d++) {
    const float scaled = x[d] * to_code;
    const int code = static_cast<int>(scaled + (scaled < 0 ? -0.5f : 0.5f));
    const float difference = x[d] * factor - step * code;
    square += difference * difference;
    codes[d] = static_cast<int8_t>(code);
  }
  *error = std::sqrt(square) * 1.0001f;
  return step;
}

// Codes of a table's unit rows, 64 rows together: of each four dimensions, four bytes per row.
class RowCodes {
 public:
  // table_RD: rows; factors_R: 1 / length, NaN for rows that may not win.
  RowCodes(const float *table_RD, const float *factors_R, int64_t R, int64_t D, int threads)
      : R(R), D(D), quads((D + 3) / 4), groups((R + group - 1) / group),
        codes_(new uint8_t[groups * quads * 4 * group]), steps_(groups * group, 0.0f),
        errors_(groups * group, -infinity) {
    std::memset(codes_.get(), 128, groups * quads * 4 * group);  // 128 stands for 0
    in_threads(groups, 4, threads, [&](size_t begin, size_t end) {
      std::vector<int8_t> row(D);
      for (int64_t r = begin * group; r < std::min<int64_t>(end * group, R); r++) {
        if (!(factors_R[r] < infinity)) continue;
        steps_[r] = quantise(table_RD + r * D, D, factors_R[r], row.data(), &errors_[r]);
        uint8_t *to = codes_.get() + r / lanes * quads * 4 * lanes + r % lanes * 4;
        for (int64_t d = 0; d < D; d++)
          to[d / 4 * 4 * lanes + d % 4] = static_cast<uint8_t>(row[d] + 128);
      }
    });
    for (float error : errors_) worst_error = std::max(worst_error, error);
  }

  const uint8_t *codes(int64_t g) const { return codes_.get() + g * quads * 4 * group; }
  const float *steps(int64_t g) const { return steps_.data() + g * group; }
  const float *errors(int64_t g) const { return errors_.data() + g * group; }

  const int64_t R, D, quads, groups;
  float worst_error = 0;

 private:
  std::unique_ptr<uint8_t[]> codes_;
  std::vector<float> steps_, errors_;
};

struct Hit {
  int32_t row;
  float upper;  // bound of its cosine, but for the query's own error
};

// One query, and the rows that may be among its n nearest so far.
struct Query {
  std::vector<int8_t> codes;
  int32_t start;      // −128 times the sum of the codes: takes out the 128 in the codes of rows
  float step, error;  // error: what the query's own codes can change in any cosine
  float threshold = -std::numeric_limits<float>::max();  // for a row's cosine plus its error
  std::vector<float> lowest;                             // the n highest lower bounds, a heap
  std::vector<Hit> hits;
  bool overflow = false;  // more rows than are worth scoring exactly

  void prepare(const float *unit_D, const RowCodes &rows) {
    codes.assign(rows.quads * 4, 0);
    step = quantise(unit_D, rows.D, 1.0f, codes.data(), &error);
    error = error * (1 + rows.worst_error) + rounding;
    start = 0;
    for (int8_t code : codes) start -= 128 * code;
  }

  void add(int32_t row, float cosine, float row_error, size_t n, size_t most) {
    if (overflow) return;
    hits.push_back({row, cosine + row_error});
    lowest.push_back(cosine - row_error);
    std::push_heap(lowest.begin(), lowest.end(), std::greater<float>());
    if (lowest.size() > n) {
      std::pop_heap(lowest.begin(), lowest.end(), std::greater<float>());
      lowest.pop_back();
    }
    if (lowest.size() == n) threshold = lowest.front() - 2 * error;
    if (hits.size() < most) return;
    drop_losers();
    if (hits.size() > most / 2) {
      overflow = true;
      threshold = infinity;
    }
  }

  // Takes over what another thread found for this query in other rows.
  void merge(const Query &other) {
    hits.insert(hits.end(), other.hits.begin(), other.hits.end());
    threshold = std::max(threshold, other.threshold);
    overflow |= other.overflow;
  }

  void drop_losers() {
    hits.erase(std::remove_if(hits.begin(), hits.end(),
                              [this](const Hit &hit) { return hit.upper <= threshold; }),
               hits.end());
  }
};

struct Search {
  const RowCodes &rows;
  const uint8_t *allowed;  // (R,), or null for all
  const int32_t *left_out;
  const int64_t *left_out_offsets;
  size_t n, most;

  void hit(Query &query, int64_t q, int64_t row, float cosine, float row_error) const {
    if (allowed && !allowed[row]) return;
    for (int64_t i = left_out_offsets[q]; i < left_out_offsets[q + 1]; i++)
      if (left_out[i] == row) return;
    query.add(static_cast<int32_t>(row), cosine, row_error, n, most);
  }
};

#ifdef VS_SCREEN
// sums[i][r]: dot product of the codes of query i and of row r of a group, without the 128. Every
// loop over registers is unrolled: an array that is indexed at run time would not stay in them.
template <int NQ>
VS_SCREEN void dot_products(const uint8_t *codes, int64_t quads, const Query *queries,
                            int32_t (*sums)[group]) {
  const int8_t *of_query[NQ];
  __m512i sum[NQ][registers];
#pragma GCC unroll 6
  for (int i = 0; i < NQ; i++) {
    of_query[i] = queries[i].codes.data();
#pragma GCC unroll 4
    for (int r = 0; r < registers; r++) sum[i][r] = _mm512_set1_epi32(queries[i].start);
  }
  for (int64_t k = 0; k < quads; k++) {
    __m512i rows[registers];
#pragma GCC unroll 4
    for (int r = 0; r < registers; r++)
      rows[r] = _mm512_loadu_si512(codes + (r * quads + k) * 4 * lanes);
#pragma GCC unroll 6
    for (int i = 0; i < NQ; i++) {
      int32_t four;
      std::memcpy(&four, of_query[i] + 4 * k, 4);
      const __m512i query = _mm512_set1_epi32(four);
#pragma GCC unroll 4
      for (int r = 0; r < registers; r++)
        sum[i][r] = _mm512_dpbusd_epi32(sum[i][r], rows[r], query);
    }
  }
#pragma GCC unroll 6
  for (int i = 0; i < NQ; i++) {
#pragma GCC unroll 4
    for (int r = 0; r < registers; r++) _mm512_storeu_si512(sums[i] + r * lanes, sum[i][r]);
  }
}

// Scores 64 rows for NQ queries, the first of which is number q; tells the search of possible hits.
template <int NQ> VS_SCREEN void screen(const Search &search, Query *queries, int64_t q, int64_t g) {
  alignas(64) int32_t sums[NQ][group];
  dot_products<NQ>(search.rows.codes(g), search.rows.quads, queries, sums);
  const float *row_steps = search.rows.steps(g), *row_errors = search.rows.errors(g);
  for (int i = 0; i < NQ; i++) {
    for (int first = 0; first < group; first += lanes) {
      const __m512 steps = _mm512_mul_ps(_mm512_loadu_ps(row_steps + first),
                                         _mm512_set1_ps(queries[i].step));
      const __m512 cosines =
          _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_load_si512(sums[i] + first)), steps);
      unsigned above =
          _mm512_cmp_ps_mask(_mm512_add_ps(cosines, _mm512_loadu_ps(row_errors + first)),
                             _mm512_set1_ps(queries[i].threshold), _CMP_GT_OQ);
      if (!above) continue;
      alignas(64) float all[lanes];
      _mm512_store_ps(all, cosines);
      for (; above; above &= above - 1) {
        const int lane = __builtin_ctz(above);
        search.hit(queries[i], q + i, g * group + first + lane, all[lane],
                   row_errors[first + lane]);
      }
    }
  }
}

// Screens groups [g_begin, g_end) for queries [begin, end), the first of which is queries[0].
void screen_all(const Search &search, Query *queries, int64_t begin, int64_t end, int64_t g_begin,
                int64_t g_end) {
  for (int64_t g = g_begin; g < g_end; g++) {
    int64_t q = begin;
    for (; q + queries_at_once <= end; q += queries_at_once)
      screen<queries_at_once>(search, queries + (q - begin), q, g);
    for (; q < end; q++) screen<1>(search, queries + (q - begin), q, g);
  }
}
#else
void screen_all(const Search &, Query *, int64_t, int64_t, int64_t, int64_t) {}
#endif

void check(bool right, const char *message) {
  if (!right) throw std::invalid_argument(message);
}

// Exact cosines of a query's hits; the n best, of equal ones the lower row, and -1 for the rest.
void finish(Query &query, const float *unit_D, const float *table_RD, int64_t D, size_t n,
            int32_t *rows_n, float *cosines_n) {
  query.drop_losers();
  std::vector<std::pair<float, int32_t>> scored;
  for (const Hit &hit : query.hits)
    scored.emplace_back(-cosine(unit_D, table_RD + int64_t(hit.row) * D, D), hit.row);
  const size_t found = std::min(n, scored.size());
  std::partial_sort(scored.begin(), scored.begin() + found, scored.end());
  for (size_t i = 0; i < n; i++) {
    rows_n[i] = i < found ? scored[i].second : -1;
    cosines_n[i] = i < found ? -scored[i].first : -infinity;
  }
}

RowCodes *new_row_codes(Array2<const float> table_RD, Array1<const float> factors_R, int threads) {
  check(can_screen(), "This CPU has no fast dot products of bytes.");
  check(table_RD.shape(0) == factors_R.shape(0), "One factor per row is needed.");
  check(table_RD.shape(1) <= 1 << 16, "Rows are too wide for 32-bit sums.");
  nb::gil_scoped_release release;
  return new RowCodes(table_RD.data(), factors_R.data(), table_RD.shape(0), table_RD.shape(1),
                      threads);
}

// The n nearest of the allowed rows to each unit query: (rows, cosines, overflow). Queries that
// overflow had too many rows to score exactly, and have no result.
nb::tuple nearest(const RowCodes &rows, Array2<const float> table_RD,
                  Array2<const float> queries_QD, int64_t n, Array1<const uint8_t> allowed,
                  Array1<const int32_t> left_out, Array1<const int64_t> left_out_offsets,
                  int threads) {
  const int64_t Q = queries_QD.shape(0), D = rows.D;
  check(can_screen() && n >= 1, "n must be at least 1, and the CPU level as it was.");
  check(int64_t(table_RD.shape(0)) == rows.R && int64_t(table_RD.shape(1)) == D &&
            int64_t(queries_QD.shape(1)) == D,
        "Table and queries must have the shape of the codes.");
  check(allowed.shape(0) == 0 || int64_t(allowed.shape(0)) == rows.R,
        "One flag per row is needed, or none.");
  check(int64_t(left_out_offsets.shape(0)) == Q + 1 &&
            left_out_offsets.data()[Q] == int64_t(left_out.shape(0)),
        "One list of left out rows per query is needed.");
  auto *found = new int32_t[Q * n];
  auto *cosines = new float[Q * n];
  auto *overflow = new uint8_t[Q];
  {
    nb::gil_scoped_release release;
    const size_t most = std::max<size_t>(512, 32 * n);
    const Search search{rows, allowed.shape(0) ? allowed.data() : nullptr, left_out.data(),
                        left_out_offsets.data(), size_t(n), most};
    const float *unit = queries_QD.data(), *table = table_RD.data();
    auto prepared = [&](int64_t begin, int64_t end) {
      std::vector<Query> queries(end - begin);
      for (int64_t q = begin; q < end; q++) queries[q - begin].prepare(unit + q * D, rows);
      return queries;
    };
    auto finish_all = [&](std::vector<Query> &queries, int64_t begin) {
      for (size_t i = 0; i < queries.size(); i++) {
        const int64_t q = begin + i;
        overflow[q] = queries[i].overflow;
        if (queries[i].overflow) queries[i].hits.clear();
        finish(queries[i], unit + q * D, table, D, n, found + q * n, cosines + q * n);
      }
    };
    if (Q >= 2 * queries_at_once) {
      in_threads(Q, queries_at_once, threads, [&](int64_t begin, int64_t end) {
        std::vector<Query> queries = prepared(begin, end);
        screen_all(search, queries.data(), begin, end, 0, rows.groups);
        finish_all(queries, begin);
      });
    } else {  // too few to share out: the threads share the rows
      std::vector<Query> all = prepared(0, Q);
      std::mutex merging;
      in_threads(rows.groups, 256, threads, [&](int64_t begin, int64_t end) {
        std::vector<Query> queries = prepared(0, Q);
        screen_all(search, queries.data(), 0, Q, begin, end);
        const std::lock_guard<std::mutex> lock(merging);
        for (int64_t q = 0; q < Q; q++) all[q].merge(queries[q]);
      });
      finish_all(all, 0);
    }
  }
  return nb::make_tuple(owned(found, Q * n), owned(cosines, Q * n), owned(overflow, Q));
}

}  // namespace

void bind_screen(nb::module_ &m) {
  m.def("can_screen", &can_screen, "Whether RowCodes can be used, at the CPU level in use.");
  nb::class_<RowCodes>(m, "RowCodes", "8-bit codes of a table's rows.")
      .def(nb::new_(&new_row_codes), nb::arg("table"), nb::arg("inverse_norms"),
           nb::arg("threads"))
      .def("nearest", &nearest, nb::arg("table"), nb::arg("queries"), nb::arg("n"),
           nb::arg("allowed"), nb::arg("left_out"), nb::arg("left_out_offsets"),
           nb::arg("threads"));
}

}  // namespace vectorsuite
