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

// What has yet to be joined, as a binary heap. Its steps are those of Python's heapq, and so of gensim:
// where counts are equal the tree depends on them.
class Heap {
 public:
  Heap(const std::vector<int64_t> &weight, int64_t n) : weight(weight), items(n) {
    for (int64_t node = 0; node < n; node++) items[node] = {weight[node], node};
    for (int64_t place = n / 2 - 1; place >= 0; place--) sink(place);
  }
  int64_t take(int64_t) {
    int64_t first = items[0].node;
    items[0] = items.back();
    items.pop_back();
    if (!items.empty()) sink(0);
    return first;
  }
  void add(int64_t node) {
    items.push_back({weight[node], node});
    rise(0, int64_t(items.size()) - 1);
  }

 private:
  struct Item {
    int64_t weight, node;
  };
  // All the way down along the lesser children, then up to where the node belongs. Which child is the
  // lesser one no processor can foresee: it is added, not branched on.
  void sink(int64_t top) {
    Item item = items[top];
    int64_t place = top, n = int64_t(items.size()), child = 2 * place + 1;
    for (; child + 1 < n; child = 2 * place + 1) {
      child += items[child + 1].weight <= items[child].weight;
      items[place] = items[child];
      place = child;
    }
    if (child < n) {
      items[place] = items[child];
      place = child;
    }
    items[place] = item;
    rise(top, place);
  }
  void rise(int64_t top, int64_t place) {
    Item item = items[place];
    for (; place > top; place = (place - 1) / 2) {
      const Item &above = items[(place - 1) / 2];
      if (item.weight >= above.weight) break;
      items[place] = above;
    }
    items[place] = item;
  }

  const std::vector<int64_t> &weight;
  std::vector<Item> items;
};

// The same as two queues, of words by their counts and of inner nodes, which come out in order (van
// Leeuwen, 1976). Ties as in word2vec.c and fastText: an inner node before a word, the later word first.
class Queues {
 public:
  Queues(const std::vector<int64_t> &weight, int64_t n) : weight(weight), order(n), word(n - 1), inner(n) {
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](int64_t a, int64_t b) { return weight[a] > weight[b]; });
  }
  // made: inner nodes end there.
  int64_t take(int64_t made) {
    if (word >= 0 && (inner == made || weight[order[word]] < weight[inner])) return order[word--];
    return inner++;
  }
  void add(int64_t) {}

 private:
  const std::vector<int64_t> &weight;
  std::vector<int64_t> order;
  int64_t word, inner;
};

// Joins the two rarest nodes until one is left (Huffman, 1952). Nodes: n words, then n - 1 inner ones,
// the root last.
template <class Order> std::vector<Node> build_tree(const int64_t *counts, int64_t n) {
  std::vector<int64_t> weight(2 * n - 1);
  std::copy(counts, counts + n, weight.begin());
  Order order(weight, n);
  std::vector<Node> nodes(2 * n - 1, {-1, false});
  for (int64_t made = n; made < 2 * n - 1; made++) {
    int64_t left = order.take(made), right = order.take(made);
    weight[made] = weight[left] + weight[right];
    nodes[left] = {made, false};
    nodes[right] = {made, true};
    order.add(made);
  }
  return nodes;
}

}  // namespace

void bind_huffman(nb::module_ &m) {
  m.def(
      "huffman_paths",
      [](Array1<const int64_t> counts, bool queues) {
        int64_t n = int64_t(counts.shape(0));
        if (n < 2) throw std::invalid_argument("huffman_paths: a tree needs at least two words");
        auto build = queues ? build_tree<Queues> : build_tree<Heap>;
        std::vector<Node> tree = build(counts.data(), n);
        auto *offsets = new int64_t[n + 1];
        offsets[0] = 0;
        std::vector<int32_t> depth(tree.size());  // a parent is numbered after its children
        for (int64_t at = int64_t(tree.size()) - 2; at >= 0; at--) depth[at] = depth[tree[at].parent] + 1;
        for (int64_t w = 0; w < n; w++) offsets[w + 1] = offsets[w] + depth[w];
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
      nb::arg("counts"), nb::arg("queues"));
}

}  // namespace vectorsuite
