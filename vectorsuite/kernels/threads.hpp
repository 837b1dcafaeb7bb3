// Runs a loop over a range on several threads.
#pragma once
#include <algorithm>
#include <cstddef>
#include <thread>
#include <vector>

namespace vectorsuite {

// Asking the system takes longer than looking up a few keys.
inline size_t number_of_cores() {
  static const size_t cores = std::max(1u, std::thread::hardware_concurrency());
  return cores;
}

// Threads for n items of which one thread should get at least `grain`. threads: 0 for all cores.
inline size_t number_of_threads(size_t n, size_t grain, int threads) {
  const size_t wanted = threads > 0 ? static_cast<size_t>(threads) : number_of_cores();
  return std::max<size_t>(1, std::min(wanted, n / grain));
}

// work(begin, end) for contiguous parts of [0, n). work must not throw.
template <class Work> void in_threads(size_t n, size_t grain, int threads, Work work) {
  const size_t parts = number_of_threads(n, grain, threads);
  std::vector<std::thread> others;
  others.reserve(parts - 1);
  for (size_t part = 1; part < parts; part++)
    others.emplace_back(work, n * part / parts, n * (part + 1) / parts);
  work(0, n / parts);
  for (std::thread &other : others) other.join();
}

}  // namespace vectorsuite
