#include "core/rewards/reflection_count.h"

#include <algorithm>

namespace aha {

double reflectionCount(const Lexicon& lexicon, std::string_view text)
{
    constexpr size_t most = 10;
    return double(std::min(lexicon.find(text).size(), most));
}

} // namespace aha
