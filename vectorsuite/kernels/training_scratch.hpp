// Memory for the work space of one chunk at a time.
#pragma once
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#include "training_job.hpp"

namespace vectorsuite {

// Owns the arrays of one thread's Scratch, each starting at a cache line.
class TrainingScratch : public Scratch {
 public:
  // own_rows: give the chunk copies of all rows it touches. most_tags: rows of tags, at most.
  TrainingScratch(const TrainingJob &job, bool own_rows, size_t most_tags = 0) : Scratch{} {
    size_t tokens = chunk_tokens + 2 * size_t(job.window) + 2;
    size_t n_in = 2 * size_t(job.window) + max_shared + size_t(job.most_tags);
    size_t n_out = max_shared + size_t(job.negative);
    size_t n_hidden = std::max(n_in, size_t(2 * max_shared));
    size_t pad = 16;  // lanes of the widest register
    path_room = int64_t(max_shared * (size_t(job.longest_path) / pad * pad + pad) + pad);
    if (job.path_offsets) n_out = max_shared + size_t(job.negative) + pad + size_t(path_room);
    take(word, tokens), take(left, tokens), take(right, tokens), take(previous, tokens);
    take(position, tokens), take(index, n_in), take(in_words, n_in + 1);
    take(sentence, job.tags ? tokens : 0);
    take(in_rows, n_in + 4), take(out_rows, n_out + pad), take(old_rows, n_in);
    take(ahead_rows, n_out), take(slots, n_in), take(hidden_rows, n_hidden), take(zeros, n_in * 4 + pad);
    take(observed, n_in * 4 + pad), take(times, n_in * 4 + pad);
    take(noise, 2 * size_t(job.negative)), take(draws, 2 * size_t(job.negative));
    take(path_rows, 2 * size_t(path_room)), take(path_signs, 2 * size_t(path_room));
    size_t n_planned = job.frozen && job.path_offsets ? size_t(std::min(chunk_tokens, job.n_tokens)) : 0;
    size_t planned = n_planned * (size_t(job.longest_path) + pad) + pad;
    take(planned_rows, planned), take(planned_signs, planned), take(planned_first, n_planned);
    take(signs, n_out + pad);
    take(hot, size_t(job.n_hot * job.stride)), take(hot_before, size_t(job.n_hot * job.stride));
    take(weights, (n_out + 4) * 4), take(scores, (n_in + 4) * (n_out + 4));
    size_t n_old = job.concat ? size_t(max_shared) : n_in;
    if (job.concat) n_hidden = 2 * max_shared;
    rows(old_rows, n_old, job.hidden_width);
    int behind = job.concat ? int(pad) : 0;  // zeros that follow the last of the rows end to end
    rows(hidden_rows, job.locks || job.tag_locks || job.cbow ? n_hidden : 0, job.hidden_width + behind);
    size_t ring = 1;
    while (ring < 2 * size_t(job.window) + max_shared + 1) ring *= 2;
    composed_mask = int(ring - 1);
    take(composed, job.part_offsets || job.frozen ? 2 * ring * size_t(job.width) : 0);
    composed_before = composed + ring * size_t(job.width);
    if (!own_rows) return;
    size_t centres = deterministic_chunk_tokens, n_words = size_t(job.n_words);
    in = own(job, private_in, n_words, centres + 2 * size_t(job.window) + 2);
    if (job.part_offsets)
      take(in->before, (centres + 2 * size_t(job.window) + 2) * size_t(job.stride));
    if (job.negative) out = own(job, private_out, n_words, centres * (1 + size_t(job.negative)));
    if (job.path_offsets)
      tree = own(job, private_tree, n_words, centres * size_t(job.longest_path));
    if (job.tags) tags = own(job, private_tags, size_t(job.n_tags), most_tags);
  }

 private:
  template <class T> void take(T *&array, size_t n) {
    size_t bytes = (n * sizeof(T) + 63) / 64 * 64;
    void *memory = std::aligned_alloc(64, bytes ? bytes : 64);
    if (!memory) throw std::bad_alloc();
    std::fill_n(static_cast<char *>(memory), bytes, 0);
    blocks.emplace_back(memory, std::free);
    array = static_cast<T *>(memory);
  }
  // n: rows of the table. most: rows of it that a chunk touches.
  PrivateRows *own(const TrainingJob &job, PrivateRows &table, size_t n, size_t most) {
    size_t capacity = std::min(most, n);
    int bits = 4;
    while (size_t(1) << bits < 2 * capacity) bits++;
    table.bucket_shift = 32 - bits;
    table.bucket_mask = (uint32_t(1) << bits) - 1;
    take(table.buckets, size_t(1) << bits), take(table.bucket, capacity);
    take(table.index, capacity), take(table.uses, capacity);
    take(table.rows, capacity * size_t(job.stride));
    std::fill_n(table.buckets, size_t(1) << bits, -1);
    table.n = 0;
    return &table;
  }
  void rows(float **pointers, size_t n, int width) {
    float *memory;
    take(memory, n * size_t(width));
    for (size_t x = 0; x < n; x++) pointers[x] = memory + x * width;
  }
  PrivateRows private_in{}, private_out{}, private_tree{}, private_tags{};
  std::vector<std::unique_ptr<void, decltype(&std::free)>> blocks;
};

}  // namespace vectorsuite
