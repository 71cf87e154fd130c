#pragma once
// A sequence of tokens and which of them are trained.

#include <cstdint>
#include <vector>

namespace aha {

struct SftSequence {
    std::vector<int32_t> ids;
    std::vector<uint8_t> trained; ///< per token; the first one has nothing that predicts it and never trains
    int64_t trainedTokens() const;
};

} // namespace aha
