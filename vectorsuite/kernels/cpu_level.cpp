// Picks the CPU level at import: the best one this CPU runs, or the one VECTORSUITE_CPU names.
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

#include "levels/level.hpp"

namespace vectorsuite {

#ifdef VECTORSUITE_HAS_avx512
extern const Loops loops_avx512;
#endif
#ifdef VECTORSUITE_HAS_avx2
extern const Loops loops_avx2;
#endif
#ifdef VECTORSUITE_HAS_plain
extern const Loops loops_plain;
#endif
#ifdef VECTORSUITE_HAS_neon
extern const Loops loops_neon;
#endif

namespace {

constexpr int max_levels = 4;

struct Levels {
  const Loops *usable[max_levels + 1] = {};
  const char *names[max_levels + 1] = {};
  const Loops *chosen = nullptr;
  int n = 0;

  void offer(const Loops *level, bool supported) {
    if (!supported) return;
    usable[n] = level;
    names[n++] = level->name;
  }

  Levels() {
#ifdef VECTORSUITE_HAS_avx512
    __builtin_cpu_init();
    offer(&loops_avx512, __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                             __builtin_cpu_supports("avx512bw") &&
                             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("bmi2"));
#endif
#ifdef VECTORSUITE_HAS_avx2
    offer(&loops_avx2, __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                           __builtin_cpu_supports("bmi2"));
#endif
#ifdef VECTORSUITE_HAS_plain
    offer(&loops_plain, true);
#endif
#ifdef VECTORSUITE_HAS_neon
    offer(&loops_neon, true);
#endif
    chosen = usable[0];
    const char *wanted = std::getenv("VECTORSUITE_CPU");
    if (wanted && *wanted) choose(wanted, "VECTORSUITE_CPU is ");
  }

  void choose(const char *name, const char *prefix) {
    for (int i = 0; i < n; i++)
      if (!std::strcmp(names[i], name)) {
        chosen = usable[i];
        return;
      }
    std::string message = std::string(prefix) + "'" + name + "'; this CPU and build offer";
    for (int i = 0; i < n; i++) message += std::string(i ? ", " : " ") + names[i];
    throw std::invalid_argument(message + ".");
  }
};

Levels &levels() {
  static Levels all;
  return all;
}

}  // namespace

const Loops &loops() { return *levels().chosen; }
void set_cpu_level(const char *name) { levels().choose(name, "CPU level "); }
const char *const *cpu_levels() { return levels().names; }

}  // namespace vectorsuite
