// Huffman codes of a vocabulary, for hierarchical softmax.
#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "binding.hpp"

namespace vectorsuite {
namespace {

struct Node {
  int64_t parent;
  bool right;  // code 1
};

// Joins the two rarest nodes until one is left (Huffman, 1952); with words in order of their count
// the joined nodes come out in order too, so two queues do (van Leeuwen, 1976). Nodes: n words, then
// n - 1 inner ones, the root last. Ties as in word2vec.c and fastText, whose files this must fit: an
// inner node before a word, the later word first.
std::vector<Node> build_tree(const int64_t *counts, int64_t n) {
  std::vector<int64_t> order(n), weight(2 * n - 1);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int64_t a, int64_t b) { return counts[a] > counts[b]; });
  std::copy(counts, counts + n, weight.begin());
  std::vector<Node> nodes(2 * n - 1, {-1, false});
  int64_t word = n - 1, inner = n;
  for (int64_t made = n; made < 2 * n - 1; made++) {
    auto rarest = [&]() {
      if (word >= 0 && (inner == made || weight[order[word]] < weight[inner])) return order[word--];
      return inner++;
    };
    int64_t left = rarest(), right = rarest();
    weight[made] = weight[left] + weight[right];
    nodes[left] = {made, false};
    nodes[right] = {made, true};
  }
  return nodes;
}

}  // namespace

void bind_huffman(nb::module_ &m) {
  m.def(
      "huffman_paths",
      [](Array1<const int64_t> counts) {
        int64_t n = int64_t(counts.shape(0));
        if (n < 2) throw std::invalid_argument("huffman_paths: a tree needs at least two words");
        std::vector<Node> tree = build_tree(counts.data(), n);
        auto *offsets = new int64_t[n + 1];
        offsets[0] = 0;
        for (int64_t w = 0; w < n; w++) {
          int64_t length = 0;
          for (int64_t at = w; tree[at].parent >= 0; at = tree[at].parent) length++;
          offsets[w + 1] = offsets[w] + length;
        }
        auto *path = new int32_t[offsets[n]];
        auto *signs = new float[offsets[n]];
        for (int64_t w = 0; w < n; w++) {
          int64_t k = offsets[w + 1];
          for (int64_t at = w; tree[at].parent >= 0; at = tree[at].parent) {
            path[--k] = int32_t(tree[at].parent - n);
            signs[k] = tree[at].right ? -1.f : 1.f;
          }
        }
        return nb::make_tuple(owned(offsets, n + 1), owned(path, offsets[n]),
                              owned(signs, offsets[n]));
      },
      nb::arg("counts"));
}

}  // namespace vectorsuite
