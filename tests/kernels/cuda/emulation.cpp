// The code of the CUDA kernels, compiled as C++ and run on the CPU.
//
// One block at a time with any number of lanes, each a thread, for the numbers and for sanitizers;
// or many blocks of one lane each, which take turns at every sync(): all of them then read the
// tables before any of them adds to them, the stalest view that blocks of a GPU can have.
#include <pthread.h>
#include <ucontext.h>

#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <thread>
#include <vector>

#include "cuda/train.cuh"

using namespace vectorsuite;

static thread_local std::function<void()> *at_sync = nullptr;

void emulated_sync() {
  if (at_sync) (*at_sync)();
}

namespace {

// A block's memory starts with values nobody may use.
std::unique_ptr<float4[]> own_memory(int64_t quads) {
  std::unique_ptr<float4[]> memory(new float4[quads]);
  float nan = std::numeric_limits<float>::quiet_NaN();
  for (int64_t i = 0; i < quads; i++) memory[i] = {nan, nan, nan, nan};
  return memory;
}

template <class Body> void run_block(int n_lanes, Body body) {
  if (n_lanes == 1) return body(Lanes{0, 1});
  pthread_barrier_t barrier;
  pthread_barrier_init(&barrier, nullptr, unsigned(n_lanes));
  std::vector<std::thread> threads;
  for (int lane = 0; lane < n_lanes; lane++)
    threads.emplace_back([&, lane] {
      std::function<void()> wait = [&] { pthread_barrier_wait(&barrier); };
      at_sync = &wait;
      body(Lanes{lane, n_lanes});
    });
  for (std::thread &thread : threads) thread.join();
  pthread_barrier_destroy(&barrier);
}

// Functions that take turns: each runs until it calls turns.next().
class Turns {
 public:
  void add(std::function<void()> body) { waiting.push_back(std::make_unique<Fiber>(std::move(body))); }
  void run() {
    std::function<void()> pass_on = [this] { swapcontext(&now->context, &home); };
    at_sync = &pass_on;
    for (auto &fiber : waiting) start(*fiber);
    for (bool any = true; any;) {
      any = false;
      for (auto &fiber : waiting) {
        if (fiber->done) continue;
        any = true;
        now = fiber.get();
        swapcontext(&home, &now->context);
      }
    }
    at_sync = nullptr;
  }

 private:
  struct Fiber {
    explicit Fiber(std::function<void()> body) : body(std::move(body)), stack(1 << 16) {}
    std::function<void()> body;
    std::vector<char> stack;
    ucontext_t context;
    bool done = false;
  };
  static void enter(unsigned high, unsigned low) {
    auto *fiber = reinterpret_cast<Fiber *>(uintptr_t(high) << 32 | low);
    fiber->body();
    fiber->done = true;
  }
  void start(Fiber &fiber) {
    getcontext(&fiber.context);
    fiber.context.uc_stack.ss_sp = fiber.stack.data();
    fiber.context.uc_stack.ss_size = fiber.stack.size();
    fiber.context.uc_link = &home;
    uintptr_t address = reinterpret_cast<uintptr_t>(&fiber);
    makecontext(&fiber.context, reinterpret_cast<void (*)()>(enter), 2, unsigned(address >> 32),
                unsigned(address));
  }
  std::vector<std::unique_ptr<Fiber>> waiting;
  Fiber *now = nullptr;
  ucontext_t home;
};

float4 *memory_of(const Job &job, int block, std::vector<std::unique_ptr<float4[]>> &owned, int lanes) {
  if (job.work_size) return job.work + block * job.work_size;
  int64_t size;
  float4 start;
  work_in(&start, job, Lanes{0, lanes}, size);
  owned.push_back(own_memory(size));
  return owned.back().get();
}

}  // namespace

extern "C" {

int64_t job_bytes() { return sizeof(Job); }

int64_t totals_bytes() { return sizeof(Totals); }

int64_t plan_ints(const Job *job) { return plan_size(*job); }

int64_t work_quads(const Job *job, int lanes) {
  int64_t size;
  float4 start;
  work_in(&start, *job, Lanes{0, lanes}, size);
  return size;
}

int64_t slice_bytes() { return sizeof(Slice); }

void plan(const Job *job, int blocks, int lanes) {
  for (int block = 0; block < blocks; block++) {
    std::unique_ptr<Slice[]> slices(new Slice[lanes]);
    run_block(lanes, [&](Lanes l) { plan_chunk(*job, block, l, slices.get()); });
  }
}

void train(const Job *job, int blocks, int lanes) {
  std::vector<std::unique_ptr<float4[]>> owned;
  if (lanes > 1 || blocks == 1) {
    for (int block = 0; block < blocks; block++) {
      float4 *memory = memory_of(*job, block, owned, lanes);
      run_block(lanes, [&](Lanes l) { train_units(*job, memory, l); });
    }
    return;
  }
  Turns turns;
  for (int block = 0; block < blocks; block++) {
    float4 *memory = memory_of(*job, block, owned, 1);
    turns.add([=] { train_units(*job, memory, Lanes{0, 1}); });
  }
  turns.run();
}
}
