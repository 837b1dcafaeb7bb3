// One CPU level: everything below is compiled with that level's instruction set.
#include "levels/level.hpp"

#include "levels/merge.hpp"
#include "levels/score.hpp"
#include "levels/select.hpp"
#include "levels/train.hpp"

#define VS_STRING_(x) #x
#define VS_STRING(x) VS_STRING_(x)
#define VS_JOIN_(a, b) a##b
#define VS_JOIN(a, b) VS_JOIN_(a, b)

namespace vectorsuite {

extern const Loops VS_JOIN(loops_, VECTORSUITE_LEVEL);
const Loops VS_JOIN(loops_, VECTORSUITE_LEVEL) = {
    VS_STRING(VECTORSUITE_LEVEL), lanes,
    select_above, add_two_subtract_one,
    train_chunk,
    score_sentence,
    merge_rows,
};

}  // namespace vectorsuite
