// top_k.cu built as C++: blocks one after the other, each of any number of lanes, which are threads.
#include <pthread.h>

#include <memory>
#include <thread>
#include <vector>

#include "cuda/top_k.cu"

using namespace vectorsuite;

struct CpuBlock {
  int lane, lanes;
  pthread_barrier_t *barrier;
  int *raised;
  void sync() const {
    if (lanes > 1) pthread_barrier_wait(barrier);
  }
  bool any(bool holds) const {
    if (holds) __atomic_store_n(raised, 1, __ATOMIC_SEQ_CST);
    sync();
    const bool result = __atomic_load_n(raised, __ATOMIC_SEQ_CST);
    sync();
    if (lane == 0) __atomic_store_n(raised, 0, __ATOMIC_SEQ_CST);
    sync();
    return result;
  }
  int32_t take(int32_t *count) const { return __atomic_fetch_add(count, 1, __ATOMIC_SEQ_CST); }
};

extern "C" {

uint64_t key(float score, uint32_t column) { return key_of(score, column); }

void feed(int64_t blocks, int lanes, const float *scores, const float *scale, uint64_t *best,
          const int32_t *excluded, const int64_t *excluded_offsets, int64_t columns, int64_t first,
          int64_t keep, int64_t capacity, int64_t parts) {
  const TopK job{scores,  scale, best, excluded, excluded_offsets,
                 columns, first, keep, capacity, parts};
  for (int64_t number = 0; number < blocks; number++) {
    std::unique_ptr<uint64_t[]> own(new uint64_t[capacity + 1]);  // nothing to rely on in it
    int raised = 0;
    if (lanes == 1) {
      feed_block(job, number, own.get(), CpuBlock{0, 1, nullptr, &raised});
      continue;
    }
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, nullptr, unsigned(lanes));
    std::vector<std::thread> threads;
    for (int lane = 0; lane < lanes; lane++)
      threads.emplace_back(
          [&, lane] { feed_block(job, number, own.get(), CpuBlock{lane, lanes, &barrier, &raised}); });
    for (std::thread &thread : threads) thread.join();
    pthread_barrier_destroy(&barrier);
  }
}
}
