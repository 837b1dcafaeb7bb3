// Log probabilities of sentences, on threads. kernels/compiled.py is the only caller.
#include <stdexcept>
#include <vector>

#include "binding.hpp"
#include "levels/level.hpp"
#include "scoring_job.hpp"
#include "threads.hpp"

namespace vectorsuite {

namespace {

constexpr size_t line_floats = 16;
constexpr size_t grain = 8;  // sentences

using Rows = nb::ndarray<float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

// Memory for ScoringRoom.
class Room {
 public:
  Room(const ScoringJob &job, size_t longest_path)
      : in_(2 * job.window + 1), out_(longest_path),
        floats_(line_floats * (2 * job.window + 1) + job.stride + line_floats) {
    auto start = reinterpret_cast<uintptr_t>(floats_.data());
    float *aligned = floats_.data() + (-start / sizeof(float)) % line_floats;
    room_ = {in_.data(), out_.data(), aligned, aligned + line_floats * (2 * job.window + 1)};
  }
  const ScoringRoom &room() const { return room_; }

 private:
  std::vector<float *> in_, out_;
  std::vector<float> floats_;
  ScoringRoom room_;
};

void check_table(const Rows &rows, size_t stride) {
  if (rows.shape(1) != stride || stride % line_floats || reinterpret_cast<uintptr_t>(rows.data()) % 64)
    throw std::invalid_argument("A table is not padded as padded_rows does it.");
}

template <class Table>
size_t check_lists(const Array1<const int64_t> &offsets_n1, const Table &entries, size_t below, const char *what) {
  int64_t last = 0;
  size_t longest = 0;
  for (size_t i = 0; i < offsets_n1.size(); i++) {
    if (offsets_n1.data()[i] < last) throw std::invalid_argument(what);
    longest = std::max(longest, static_cast<size_t>(offsets_n1.data()[i] - last));
    last = offsets_n1.data()[i];
  }
  if (offsets_n1.size() == 0 || last > static_cast<int64_t>(entries.size())) throw std::invalid_argument(what);
  for (size_t i = 0; i < static_cast<size_t>(last); i++)
    if (static_cast<uint32_t>(entries.data()[i]) >= below) throw std::invalid_argument(what);
  return longest;
}

}  // namespace

void bind_scoring(nb::module_ &m) {
  m.def(
      "score_sentences",
      [](Rows in_rows, Rows tree_rows, Array1<const int64_t> path_offsets, Array1<const int32_t> path_nodes,
         Array1<const float> path_signs, Array1<const int32_t> ids, Array1<const int64_t> offsets,
         int64_t window, bool cbow, bool cbow_mean, int threads) {
        check_table(in_rows, in_rows.shape(1));
        check_table(tree_rows, in_rows.shape(1));
        if (path_offsets.size() != in_rows.shape(0) + 1 || path_signs.size() != path_nodes.size() || window < 1 ||
            window > 1 << 20)
          throw std::invalid_argument("Paths, rows and window do not belong together.");
        const size_t longest = check_lists(path_offsets, path_nodes, tree_rows.shape(0), "A path is out of range.");
        check_lists(offsets, ids, in_rows.shape(0), "A sentence is out of range.");
        const ScoringJob job = {in_rows.data(), tree_rows.data(), static_cast<int64_t>(in_rows.shape(1)),
                                path_offsets.data(), path_nodes.data(), path_signs.data(), window, cbow,
                                cbow_mean};
        const size_t n = offsets.size() - 1;
        auto *scores = new double[n];
        auto result = owned(scores, n);
        nb::gil_scoped_release free;
        const size_t parts = number_of_threads(n, grain, threads);
        std::vector<Room> rooms;
        for (size_t part = 0; part < parts; part++) rooms.emplace_back(job, longest);
        in_threads(parts, 1, static_cast<int>(parts), [&](size_t first, size_t last) {
          for (size_t part = first; part < last; part++)
            for (size_t s = n * part / parts; s < n * (part + 1) / parts; s++)
              scores[s] = loops().score_sentence(job, ids.data() + offsets.data()[s],
                                                 offsets.data()[s + 1] - offsets.data()[s], rooms[part].room());
        });
        return result;
      },
      nb::arg("in_rows"), nb::arg("tree_rows"), nb::arg("path_offsets"), nb::arg("path_nodes"), nb::arg("path_signs"),
      nb::arg("ids"), nb::arg("offsets"), nb::arg("window"), nb::arg("cbow"), nb::arg("cbow_mean"), nb::arg("threads"),
      "Log probability of each sentence, (S,) float64.");
}

}  // namespace vectorsuite
