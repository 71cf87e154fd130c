#pragma once
// One completion as an update sees it.

#include <cstdint>
#include <vector>

namespace aha {

struct TrainingSample {
    std::vector<int32_t> ids; ///< prompt and completion
    int64_t promptLength = 0;
    std::vector<float> oldLogp; ///< per completion token, of the policy before the first update
    std::vector<float> refLogp; ///< of the reference model; empty when there is none
    double advantage = 0;
    bool masked = false; ///< truncated and masked: trains nothing, keeps its place in denominators
    bool stale = false; ///< (partly) drawn by an earlier policy: its log-probs say nothing about the sampler
    std::vector<float> correction {}; ///< per completion token (sampler_correction.h); empty = 1
    std::vector<float> samplingLogp {}; ///< of the sampler, where that is not oldLogp
    std::vector<float> tokenAdvantage {}; ///< per completion token, instead of `advantage`
    std::vector<float> oldValue {}, returns {}; ///< per completion token, with a critic
    int64_t completionLength() const { return int64_t(ids.size()) - promptLength; }
};

} // namespace aha
