// The k best columns of every row of scores, fed tile by tile, so that the scores never exist whole.
//
// Per query a short list of candidates is kept. A candidate enters only above the query's threshold;
// when the list is full, the k best stay and the worst of them becomes the threshold. Columns come in
// ascending order and must be strictly above it, so that of equal scores the lower column wins.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "binding.hpp"
#include "cosine.hpp"
#include "levels/level.hpp"
#include "threads.hpp"

namespace vectorsuite {
namespace {

struct Candidate {
  float score;
  int32_t column;
};

bool better(const Candidate &a, const Candidate &b) {
  return a.score > b.score || (a.score == b.score && a.column < b.column);
}

class TopK {
 public:
  TopK(int64_t queries, int64_t k)
      : queries_(queries), k_(k), room_(2 * k + 32), lists_(new Candidate[queries * room_]),
        sizes_(queries, 0), thresholds_(queries, -std::numeric_limits<float>::infinity()) {}

  int64_t queries() const { return queries_; }
  int64_t k() const { return k_; }

  // Takes scores[i] * scale[i] of n columns, the first of which is column `first`.
  // left_out: columns that must not win for this query; few.
  void feed(int64_t query, const float *scores, const float *scale, int64_t n, int64_t first,
            const int32_t *left_out, int64_t n_left_out) {
    constexpr int64_t batch = 64;
    float values[batch];
    int32_t indexes[batch];
    for (int64_t i = 0; i < n;) {
      int64_t found = 0;
      i = loops().select_above(scores, scale, i, n, thresholds_[query], values, indexes, batch,
                               &found);
      for (int64_t j = 0; j < found; j++) {
        const int32_t column = static_cast<int32_t>(indexes[j] + first);
        if (!(values[j] > thresholds_[query])) continue;  // it has risen since
        if (std::find(left_out, left_out + n_left_out, column) == left_out + n_left_out)
          push(query, {values[j], column});
      }
    }
  }

  // The k best, best first. Fewer were found: column -1, score -inf in the rest.
  void finish(int64_t query, int32_t *columns_k, float *scores_k) {
    Candidate *list = lists_.get() + query * room_;
    const int64_t n = std::min(sizes_[query], k_);
    std::partial_sort(list, list + n, list + sizes_[query], better);
    for (int64_t i = 0; i < k_; i++) {
      columns_k[i] = i < n ? list[i].column : -1;
      scores_k[i] = i < n ? list[i].score : -std::numeric_limits<float>::infinity();
    }
  }

 private:
  void push(int64_t query, Candidate candidate) {
    Candidate *list = lists_.get() + query * room_;
    list[sizes_[query]++] = candidate;
    // The first k set a threshold at once; later ones only when the room is used up.
    if (sizes_[query] != room_ && sizes_[query] != k_) return;
    if (sizes_[query] == k_) {
      thresholds_[query] = std::max_element(list, list + k_, better)->score;
      return;
    }
    std::nth_element(list, list + k_ - 1, list + room_, better);
    sizes_[query] = k_;
    thresholds_[query] = list[k_ - 1].score;
  }

  int64_t queries_, k_, room_;
  std::unique_ptr<Candidate[]> lists_;  // (queries, room)
  std::vector<int64_t> sizes_;
  std::vector<float> thresholds_;
};

void check(bool right, const char *message) {
  if (!right) throw std::invalid_argument(message);
}

// Columns left out per query: query q has columns[offsets[q] ... offsets[q + 1]].
struct LeftOut {
  const int32_t *columns;
  const int64_t *offsets;
  const int32_t *of(int64_t query) const { return columns + offsets[query]; }
  int64_t count(int64_t query) const { return offsets[query + 1] - offsets[query]; }
};

LeftOut left_out_of(const Array1<const int32_t> &columns, const Array1<const int64_t> &offsets,
                    int64_t queries) {
  check(int64_t(offsets.shape(0)) == queries + 1, "left_out_offsets needs one entry per query and one more.");
  for (int64_t q = 0; q < queries; q++)
    check(offsets.data()[q] <= offsets.data()[q + 1], "left_out_offsets must not fall.");
  check(offsets.data()[0] == 0 && offsets.data()[queries] == int64_t(columns.shape(0)),
        "left_out_offsets must run from 0 to the number of left out columns.");
  return {columns.data(), offsets.data()};
}

// scores_QR: scores of Q queries with R columns, rows `stride` floats apart. scale_R: see feed().
void feed_all(TopK &top, nb::ndarray<const float, nb::ndim<2>, nb::device::cpu> scores_QR,
              Array1<const float> scale_R, int64_t first, Array1<const int32_t> left_out,
              Array1<const int64_t> left_out_offsets, int threads) {
  const int64_t n = scale_R.shape(0), stride = scores_QR.stride(0);
  check(int64_t(scores_QR.shape(0)) == top.queries(), "One row of scores per query is needed.");
  check(int64_t(scores_QR.shape(1)) == n && (n <= 1 || scores_QR.stride(1) == 1),
        "One scale per column of scores is needed, and the columns must be contiguous.");
  check(first >= 0 && first + n <= std::numeric_limits<int32_t>::max(), "Too many columns.");
  const LeftOut out = left_out_of(left_out, left_out_offsets, top.queries());
  const float *scores = scores_QR.data(), *scale = scale_R.data();
  nb::gil_scoped_release free_python;
  in_threads(top.queries(), 1, threads, [&](int64_t begin, int64_t end) {
    for (int64_t q = begin; q < end; q++)
      top.feed(q, scores + q * stride, scale, n, first, out.of(q), out.count(q));
  });
}

// Like feed_all, with the score of query (a, b, c) = plus_WR[b] + plus_WR[c] - minus_WR[a]: three
// words' scores, added while they are in cache. abc: (Q, 3) rows of plus_WR and minus_WR.
void feed_analogies(TopK &top, Array2<const int32_t> abc, Array2<const float> plus_WR,
                    Array2<const float> minus_WR, Array1<const float> scale_R, int64_t first,
                    Array1<const int32_t> left_out, Array1<const int64_t> left_out_offsets,
                    int threads) {
  const int64_t words = plus_WR.shape(0), n = plus_WR.shape(1);
  check(int64_t(abc.shape(0)) == top.queries() && abc.shape(1) == 3, "abc must be (queries, 3).");
  check(int64_t(minus_WR.shape(0)) == words && int64_t(minus_WR.shape(1)) == n &&
            int64_t(scale_R.shape(0)) == n,
        "plus, minus and scale must be of the same columns.");
  check(first >= 0 && first + n <= std::numeric_limits<int32_t>::max(), "Too many columns.");
  for (int64_t i = 0; i < 3 * top.queries(); i++)
    check(abc.data()[i] >= 0 && abc.data()[i] < words, "abc holds a word that has no scores.");
  const LeftOut out = left_out_of(left_out, left_out_offsets, top.queries());
  const int32_t *triples = abc.data();
  const float *plus = plus_WR.data(), *minus = minus_WR.data(), *scale = scale_R.data();
  nb::gil_scoped_release free_python;
  in_threads(top.queries(), 1, threads, [&](int64_t begin, int64_t end) {
    std::vector<float> scores(n);
    for (int64_t q = begin; q < end; q++) {
      const int32_t *t = triples + 3 * q;
      loops().add_two_subtract_one(plus + t[1] * n, plus + t[2] * n, minus + t[0] * n, n,
                                   scores.data());
      top.feed(q, scores.data(), scale, n, first, out.of(q), out.count(q));
    }
  });
}

nb::tuple finish_all(TopK &top) {
  const int64_t queries = top.queries(), k = top.k();
  auto *columns = new int32_t[queries * k];
  auto *scores = new float[queries * k];
  for (int64_t q = 0; q < queries; q++) top.finish(q, columns + q * k, scores + q * k);
  return nb::make_tuple(owned(columns, queries * k), owned(scores, queries * k));
}

// cosines_Qk[q][i]: cosine of query q and table row rows_Qk[q][i], see cosine.hpp. Row -1: -inf.
void rescore(Array2<const float> queries_QD, Array2<const float> table_RD,
             Array2<const int32_t> rows_Qk, Array2<float> cosines_Qk, int threads) {
  const int64_t D = table_RD.shape(1), R = table_RD.shape(0), Q = rows_Qk.shape(0);
  const int64_t k = rows_Qk.shape(1);
  check(int64_t(queries_QD.shape(1)) == D && int64_t(queries_QD.shape(0)) == Q,
        "One query of the table's width per row of rows is needed.");
  check(int64_t(cosines_Qk.shape(0)) == Q && int64_t(cosines_Qk.shape(1)) == k,
        "cosines must have the shape of rows.");
  for (int64_t i = 0; i < Q * k; i++)
    check(rows_Qk.data()[i] >= -1 && rows_Qk.data()[i] < R, "rows holds a row the table has not.");
  const float *queries = queries_QD.data(), *table = table_RD.data();
  const int32_t *rows = rows_Qk.data();
  float *cosines = cosines_Qk.data();
  nb::gil_scoped_release free_python;
  in_threads(Q, 1, threads, [&](int64_t begin, int64_t end) {
    for (int64_t q = begin; q < end; q++) {
      for (int64_t i = q * k; i < (q + 1) * k; i++)
        cosines[i] = rows[i] < 0 ? -std::numeric_limits<float>::infinity()
                                 : cosine(queries + q * D, table + int64_t(rows[i]) * D, D);
    }
  });
}

TopK *new_top_k(int64_t queries, int64_t k) {
  check(queries >= 0 && k >= 1, "TopK needs k >= 1 and no negative number of queries.");
  return new TopK(queries, k);
}

}  // namespace

void bind_top_k(nb::module_ &m) {
  nb::class_<TopK>(m, "TopK", "The k best columns per query, fed tile by tile.")
      .def(nb::new_(&new_top_k), nb::arg("queries"), nb::arg("k"))
      .def("feed", &feed_all, nb::arg("scores"), nb::arg("scale"), nb::arg("first"),
           nb::arg("left_out"), nb::arg("left_out_offsets"), nb::arg("threads"))
      .def("feed_analogies", &feed_analogies, nb::arg("abc"), nb::arg("plus"), nb::arg("minus"),
           nb::arg("scale"), nb::arg("first"), nb::arg("left_out"), nb::arg("left_out_offsets"),
           nb::arg("threads"))
      .def("finish", &finish_all, "(columns int32, scores float32), each (queries * k,), best first.");
  m.def("rescore", &rescore, nb::arg("queries"), nb::arg("table"), nb::arg("rows"),
        nb::arg("cosines"), nb::arg("threads"), "Cosines of queries and rows, in double precision.");
}

}  // namespace vectorsuite
