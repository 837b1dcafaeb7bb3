// Words as bags of rows of a table: the rows whose sums come nearest to given vectors.
//
// A bag is what the n-grams of a word hash to: rows[offsets[w]:offsets[w + 1]].
#include <algorithm>
#include <stdexcept>
#include <vector>

#include "binding.hpp"
#include "threads.hpp"

namespace vectorsuite {
namespace {

// n bags over a table of U rows, and the same turned round: the bags that each row is in.
struct Bags {
  const int32_t *rows;
  const int64_t *offsets;  // (n + 1,)
  const float *scales;     // (n,), a factor for every entry of a bag
  size_t n, U;
  std::vector<int32_t> bags_of_row;
  std::vector<int64_t> starts;  // (U + 1,)

  void turn() {
    starts.assign(U + 1, 0);
    const auto M = static_cast<size_t>(offsets[n]);
    for (size_t i = 0; i < M; i++) starts[rows[i] + 1]++;
    for (size_t r = 0; r < U; r++) starts[r + 1] += starts[r];
    std::vector<int64_t> next(starts.begin(), starts.end() - 1);
    bags_of_row.resize(M);
    for (size_t w = 0; w < n; w++)
      for (int64_t i = offsets[w]; i < offsets[w + 1]; i++)
        bags_of_row[next[rows[i]]++] = static_cast<int32_t>(w);
  }
};

void check_offsets(const Array1<const int32_t> &rows, const Array1<const int64_t> &offsets_n1) {
  const size_t n = offsets_n1.size();
  if (n == 0 || offsets_n1.data()[0] != 0 ||
      offsets_n1.data()[n - 1] != static_cast<int64_t>(rows.size()))
    throw std::invalid_argument("offsets must lead from 0 to the number of rows.");
  for (size_t w = 0; w + 1 < n; w++)
    if (offsets_n1.data()[w] > offsets_n1.data()[w + 1])
      throw std::invalid_argument("offsets must not decrease.");
}

// Columns are fitted apart from each other, so many at a time: a cache line of each row.
constexpr size_t C = 16;
struct alignas(64) Line {
  float x[C];
};
using Lines = std::vector<Line>;
struct Sums {
  double x[C] = {};
  void add_product(const Line &a, const Line &b) {
    for (size_t c = 0; c < C; c++) x[c] += static_cast<double>(a.x[c] * b.x[c]);
  }
};

// Preconditioned conjugate gradients for least squares (CGLS; Björck 1996, section 7.4) on C columns.
class Solver {
 public:
  Solver(const Bags &bags, const float *penalties_U, const float *inverse_diagonal_U)
      : bags(bags), penalties(penalties_U), inverse_diagonal(inverse_diagonal_U), B(bags.U),
        P(bags.U), S(bags.U), R(bags.n), Q(bags.n) {}

  // target_nD, table_UD: C columns of theirs, `width` of which count; the table holds the start.
  void run(const float *target_nD, float *table_UD, size_t D, size_t width, int iterations,
           double tolerance) {
    load(target_nD, D, width);
    Sums gamma = gradient();
    const Sums first = gamma;  // at zero, so that a good start needs fewer steps
    if (start_at(table_UD, D, width)) gamma = gradient();
    set_direction(Sums());
    for (int k = 0; k < iterations && !small(gamma, first, tolerance); k++) {
      step(gamma);
      const Sums next = gradient();
      Sums beta;
      for (size_t c = 0; c < C; c++) beta.x[c] = gamma.x[c] > 0 ? next.x[c] / gamma.x[c] : 0;
      set_direction(beta);
      gamma = next;
    }
    for (size_t r = 0; r < bags.U; r++)
      for (size_t c = 0; c < width; c++) table_UD[r * D + c] = B[r].x[c];
  }

 private:
  // B = 0, R = target.
  void load(const float *target_nD, size_t D, size_t width) {
    std::fill(B.begin(), B.end(), Line{});
    std::fill(R.begin(), R.end(), Line{});
    for (size_t w = 0; w < bags.n; w++)
      for (size_t c = 0; c < width; c++) R[w].x[c] = target_nD[w * D + c];
  }

  // B = table, R = target - A B. False if the table is zero, as B is.
  bool start_at(const float *table_UD, size_t D, size_t width) {
    bool any = false;
    for (size_t r = 0; r < bags.U; r++)
      for (size_t c = 0; c < width; c++) any |= (B[r].x[c] = table_UD[r * D + c]) != 0;
    for (size_t w = 0; any && w < bags.n; w++) {
      const Line sum = sum_of(bags.rows, bags.offsets[w], bags.offsets[w + 1], B);
      for (size_t c = 0; c < C; c++) R[w].x[c] -= bags.scales[w] * sum.x[c];
    }
    return any;
  }

  static bool small(const Sums &gamma, const Sums &first, double tolerance) {
    for (size_t c = 0; c < C; c++)
      if (gamma.x[c] > tolerance * tolerance * first.x[c]) return false;
    return true;
  }

  static Line sum_of(const int32_t *index, int64_t begin, int64_t end, const Lines &lines) {
    Line sum{};
    for (int64_t i = begin; i < end; i++) {
      const Line &line = lines[index[i]];
      for (size_t c = 0; c < C; c++) sum.x[c] += line.x[c];
    }
    return sum;
  }

  // S = A^T R - penalties B, and <S, S / diagonal> of each column. Q holds the scaled R meanwhile.
  Sums gradient() {
    for (size_t w = 0; w < bags.n; w++)
      for (size_t c = 0; c < C; c++) Q[w].x[c] = R[w].x[c] * bags.scales[w];
    Sums gamma;
    for (size_t r = 0; r < bags.U; r++) {
      Line s = sum_of(bags.bags_of_row.data(), bags.starts[r], bags.starts[r + 1], Q), z;
      for (size_t c = 0; c < C; c++) {
        s.x[c] -= penalties[r] * B[r].x[c];
        z.x[c] = s.x[c] * inverse_diagonal[r];
      }
      gamma.add_product(s, z);
      S[r] = s;
    }
    return gamma;
  }

  // P = S / diagonal + beta P.
  void set_direction(const Sums &beta) {
    Line b;
    for (size_t c = 0; c < C; c++) b.x[c] = static_cast<float>(beta.x[c]);
    for (size_t r = 0; r < bags.U; r++)
      for (size_t c = 0; c < C; c++)
        P[r].x[c] = S[r].x[c] * inverse_diagonal[r] + b.x[c] * P[r].x[c];
  }

  // Along P to the least sum of squares: B += alpha P, R -= alpha A P.
  void step(const Sums &gamma) {
    Sums curvature;
    for (size_t w = 0; w < bags.n; w++) {
      Q[w] = sum_of(bags.rows, bags.offsets[w], bags.offsets[w + 1], P);
      for (size_t c = 0; c < C; c++) Q[w].x[c] *= bags.scales[w];
      curvature.add_product(Q[w], Q[w]);
    }
    for (size_t r = 0; r < bags.U; r++) {
      Line penalised;
      for (size_t c = 0; c < C; c++) penalised.x[c] = penalties[r] * P[r].x[c];
      curvature.add_product(P[r], penalised);
    }
    Line alpha;
    for (size_t c = 0; c < C; c++)
      alpha.x[c] = curvature.x[c] > 0 ? static_cast<float>(gamma.x[c] / curvature.x[c]) : 0.0f;
    for (size_t r = 0; r < bags.U; r++)
      for (size_t c = 0; c < C; c++) B[r].x[c] += alpha.x[c] * P[r].x[c];
    for (size_t w = 0; w < bags.n; w++)
      for (size_t c = 0; c < C; c++) R[w].x[c] -= alpha.x[c] * Q[w].x[c];
  }

  const Bags &bags;
  const float *penalties, *inverse_diagonal;
  Lines B, P, S, R, Q;
};

// Changes table (U, D) towards the least  sum_w |scales_w sum of rows of w - target_w|^2
// + sum_r penalties_r |row_r|^2. rows (M,), offsets (n + 1,), scales (n,), target (n, D),
// penalties (U,). Stops when the gradient is `tolerance` times what it is for a table of zeros.
void fit_bags(Array1<const int32_t> rows, Array1<const int64_t> offsets_n1,
              Array1<const float> scales, Array2<const float> target_nD,
              Array1<const float> penalties, Array2<float> table_UD, int iterations,
              double tolerance, int threads) {
  const size_t n = target_nD.shape(0), U = table_UD.shape(0), D = table_UD.shape(1);
  if (offsets_n1.size() != n + 1 || scales.size() != n || penalties.size() != U ||
      target_nD.shape(1) != D)
    throw std::invalid_argument("Shapes of bags, target and table do not agree.");
  check_offsets(rows, offsets_n1);
  for (size_t i = 0; i < rows.size(); i++)
    if (rows.data()[i] < 0 || rows.data()[i] >= static_cast<int64_t>(U))
      throw std::invalid_argument("A bag holds a row that is not in the table.");
  nb::gil_scoped_release released;
  Bags bags{rows.data(), offsets_n1.data(), scales.data(), n, U, {}, {}};
  bags.turn();
  std::vector<float> inverse_diagonal(U);
  for (size_t r = 0; r < U; r++) {
    double sum = penalties.data()[r];
    for (int64_t i = bags.starts[r]; i < bags.starts[r + 1]; i++) {
      const double scale = bags.scales[bags.bags_of_row[i]];
      sum += scale * scale;
    }
    inverse_diagonal[r] = sum > 0 ? static_cast<float>(1 / sum) : 0.0f;
  }
  in_threads((D + C - 1) / C, 1, threads, [&](size_t begin, size_t end) {
    Solver solver(bags, penalties.data(), inverse_diagonal.data());
    for (size_t block = begin; block < end; block++)
      solver.run(target_nD.data() + block * C, table_UD.data() + block * C, D,
                 std::min(C, D - block * C), iterations, tolerance);
  });
}

}  // namespace

void bind_row_bags(nb::module_ &m) {
  m.def("fit_bags", &fit_bags, nb::arg("rows"), nb::arg("offsets"), nb::arg("scales"),
        nb::arg("target"), nb::arg("penalties"), nb::arg("table"), nb::arg("iterations"),
        nb::arg("tolerance"), nb::arg("threads") = 1,
        "Fit the rows (U, D) of a table so that the scaled sums of bags come near a target (n, D).");
}

}  // namespace vectorsuite
