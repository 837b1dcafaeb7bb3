// The best columns of each query's scores, kept while matrix products come tile by tile.
//
// scores_Q_r: a tile, Q queries times r columns. Each block of threads reads a stretch of one
// query's row, once. A score that beats the worst of the `keep` best so far goes to the block's own
// memory; when that is full it is sorted, and cut to the best. After the first tiles hardly any score
// gets that far, so that the kernel takes the time of reading the scores.
//
// All of it is written for any number of threads ("lanes") that meet in block.sync(), so that the
// tests build it as C++ and run it on the CPU.
#ifdef __CUDACC_RTC__  // compiled at run time, where there are no headers
typedef int int32_t;
typedef long long int64_t;
typedef unsigned int uint32_t;
typedef unsigned long long uint64_t;
#else
#include <cstdint>
#include <cstring>
#endif

#ifdef __CUDACC__
#define VS_TOP_K __device__ __forceinline__
#else
#define VS_TOP_K inline
#endif

namespace vectorsuite {
namespace {

VS_TOP_K uint32_t bits_of(float x) {
#ifdef __CUDACC__
  return __float_as_uint(x);
#else
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
#endif
}

VS_TOP_K float nan() {
#ifdef __CUDACC__
  return __uint_as_float(0x7fc00000u);
#else
  return __builtin_nanf("");
#endif
}

// Score and column as one number: larger is better, which is a higher score or, of equal ones, the
// lower column. A float's bits compare as it does if those of negative ones are turned around.
VS_TOP_K uint64_t key_of(float score, uint32_t column) {
  const uint32_t bits = bits_of(score);
  const uint32_t order = bits & 0x80000000u ? ~bits : bits | 0x80000000u;
  return uint64_t(order) << 32 | uint32_t(~column);
}

struct TopK {
  const float *scores_Q_r;
  const float *scale_r;  // factor on each column; NaN: never kept
  uint64_t *best;        // (Q, parts, keep) keys, best first; 0: none yet
  const int32_t *excluded;  // columns never to keep, those of each query end to end ...
  const int64_t *excluded_offsets;  // ... and where they begin, (Q + 1); nullptr: none
  int64_t columns;  // r
  int64_t first;    // the tile's first column in the whole table
  int64_t keep;
  int64_t capacity;  // keys that a block's own memory holds: a power of 2, more than keep
  int64_t parts;     // blocks that share a query's row
};

VS_TOP_K bool is_excluded(const TopK &job, int64_t query, int64_t column) {
  if (!job.excluded_offsets) return false;
  for (int64_t i = job.excluded_offsets[query]; i < job.excluded_offsets[query + 1]; i++)
    if (job.excluded[i] == column) return true;
  return false;
}

constexpr float lowest = -3.402823466e38f;  // of all finite numbers

VS_TOP_K bool is_aligned(const float *four) { return reinterpret_cast<uint64_t>(four) % 16 == 0; }

// Four floats from a column on, as far as there are any before the end; NaN for the others.
VS_TOP_K void load(const float *row, int64_t column, int64_t end, bool whole, float (&four)[4]) {
#ifdef __CUDACC__
  if (whole) {
    const float4 quad = *reinterpret_cast<const float4 *>(row + column);
    four[0] = quad.x, four[1] = quad.y, four[2] = quad.z, four[3] = quad.w;
    return;
  }
#else
  if (whole) {
    std::memcpy(four, row + column, sizeof four);
    return;
  }
#endif
#pragma unroll
  for (int i = 0; i < 4; i++) four[i] = column + i < end ? row[column + i] : nan();
}

// Sort 2^n keys, best first: a bitonic network (Batcher, 1968, AFIPS).
template <class Block> VS_TOP_K void sort_keys(uint64_t *keys, int64_t size, Block block) {
  for (int64_t run = 2; run <= size; run *= 2)
    for (int64_t step = run / 2; step > 0; step /= 2) {
      for (int64_t i = block.lane; i < size / 2; i += block.lanes) {
        const int64_t low = 2 * step * (i / step) + i % step, high = low + step;
        const uint64_t a = keys[low], b = keys[high];
        if ((a < b) == ((low & run) == 0)) keys[low] = b, keys[high] = a;
      }
      block.sync();
    }
}

// Sort what a block has collected and cut it to the best; returns the worst of these.
// *count is that of keys, and may have run past the capacity.
template <class Block>
VS_TOP_K uint64_t cut(const TopK &job, uint64_t *keys, int32_t *count, Block block) {
  int64_t filled = *count, size = 2;
  if (filled > job.capacity) filled = job.capacity;
  while (size < filled) size *= 2;
  for (int64_t i = filled + block.lane; i < size; i += block.lanes) keys[i] = 0;
  block.sync();
  if (block.lane == 0) *count = int32_t(job.keep);
  sort_keys(keys, size, block);
  return keys[job.keep - 1];
}

// What block number `number` of Q * parts does. own: capacity keys and one more.
template <class Block>
VS_TOP_K void feed_block(const TopK &job, int64_t number, uint64_t *own, Block block) {
  const int64_t query = number / job.parts, part = number % job.parts;
  const float *scores_r = job.scores_Q_r + query * job.columns;
  uint64_t *best = job.best + number * job.keep;
  int32_t *count = reinterpret_cast<int32_t *>(own + job.capacity);
  for (int64_t i = block.lane; i < job.keep; i += block.lanes) own[i] = best[i];
  if (block.lane == 0) *count = int32_t(job.keep);
  block.sync();
  uint64_t worst = own[job.keep - 1];

  const int64_t stretch = ((job.columns + job.parts - 1) / job.parts + 3) / 4 * 4;
  const bool whole_quads = job.columns % 4 == 0 && is_aligned(scores_r) && is_aligned(job.scale_r);
  int64_t column = part * stretch + 4 * block.lane;
  int64_t end = (part + 1) * stretch;
  if (end > job.columns) end = job.columns;
  bool was_cut = false;
  int next = 0;  // of four columns, the first one to look at: the others were before a cut
  for (;;) {
    bool blocked = false;
    for (; column < end && !blocked; column += 4 * block.lanes) {
      float score[4], scale[4];
      load(scores_r, column, end, whole_quads, score);
      load(job.scale_r, column, end, whole_quads, scale);
#pragma unroll
      for (int i = 0; i < 4; i++) {
        const float scaled = score[i] * scale[i] + 0.f;  // makes -0 into 0
        const int64_t here = job.first + column + i;
        const uint64_t key = key_of(scaled, uint32_t(here));
        // no NaN, no minus infinity
        if (blocked || i < next || !(scaled >= lowest) || key <= worst) continue;
        if (is_excluded(job, query, here)) continue;
        const int32_t place = block.take(count);
        if (place < job.capacity)
          own[place] = key;
        else
          blocked = true, next = i;
      }
      if (!blocked) next = 0;
    }
    if (blocked) column -= 4 * block.lanes;  // these again, when there is room
    if (!block.any(blocked)) break;
    worst = cut(job, own, count, block);
    was_cut = true;
  }
  const bool any_left = *count > job.keep;
  if (!any_left && !was_cut) return;  // nothing was better
  block.sync();
  if (any_left) cut(job, own, count, block);
  for (int64_t i = block.lane; i < job.keep; i += block.lanes) best[i] = own[i];
}

#ifdef __CUDACC__
struct CudaBlock {
  int lane, lanes;
  __device__ void sync() const { __syncthreads(); }
  // Whether it holds for any lane; all of them come here.
  __device__ bool any(bool holds) const { return __syncthreads_or(holds); }
  // The number at a place in the block's own memory, which it raises by one.
  __device__ int32_t take(int32_t *count) const { return atomicAdd(count, 1); }
};
#endif

}  // namespace
}  // namespace vectorsuite

#ifdef __CUDACC__
extern "C" __global__ void feed(const float *scores, const float *scale, uint64_t *best,
                                const int32_t *excluded, const int64_t *excluded_offsets,
                                int64_t columns, int64_t first, int64_t keep, int64_t capacity,
                                int64_t parts) {
  extern __shared__ uint64_t own[];
  const vectorsuite::TopK job{scores,  scale, best, excluded, excluded_offsets,
                              columns, first, keep, capacity, parts};
  vectorsuite::feed_block(job, blockIdx.x, own,
                          vectorsuite::CudaBlock{int(threadIdx.x), int(blockDim.x)});
}
#endif
