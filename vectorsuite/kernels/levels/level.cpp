// One CPU level: everything below is compiled with that level's instruction set.
#include "levels/level.hpp"
#include "levels/select.hpp"

#define VS_STRING_(x) #x
#define VS_STRING(x) VS_STRING_(x)
#define VS_JOIN_(a, b) a##b
#define VS_JOIN(a, b) VS_JOIN_(a, b)

#if defined(__AVX512F__)
#define VS_LANES 16
#elif defined(__AVX2__)
#define VS_LANES 8
#else
#define VS_LANES 4
#endif

namespace vectorsuite {

extern const Loops VS_JOIN(loops_, VECTORSUITE_LEVEL);
const Loops VS_JOIN(loops_, VECTORSUITE_LEVEL) = {
    VS_STRING(VECTORSUITE_LEVEL), VS_LANES,
    select_above, add_two_subtract_one,
};

}  // namespace vectorsuite
