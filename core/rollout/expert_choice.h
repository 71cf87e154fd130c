#pragma once
// Which experts a token goes to, and with what weights (DeepSeek-V3, arXiv 2412.19437, equations 12–16): the decoder's
// form of route() in core/nn, one token at a time.

#include "core/config/expert_config.h"

#include <cstdint>
#include <vector>

namespace aha {

struct ExpertChoice {
    int32_t expert = 0;
    float weight = 0;
};

/// From the router's `logits` [E] and the balancing `bias` [E]; by biased score, the best first (the lower number among
/// equals). A group's score is the sum of its two best; experts of other groups are out.
std::vector<ExpertChoice> chooseExperts(const ExpertConfig& config, const float* logits, const float* bias);

} // namespace aha
