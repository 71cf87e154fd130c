#pragma once
// Mixture of experts as in DeepSeek-V3 (arXiv 2412.19437, section 2.1.2): sigmoid scores, a bias that only chooses,
// groups of experts of which a token sees a few, shared experts beside the routed ones.

#include <cstdint>

namespace aha {

/// All 0 in models without experts. Names in comments are those of config.json.
struct ExpertConfig {
    int64_t routed = 0; ///< E: n_routed_experts
    int64_t shared = 0; ///< n_shared_experts: one SwiGLU of so many times `width`; 0 = none
    int64_t chosen = 0; ///< K: num_experts_per_tok
    int64_t width = 0; ///< moe_intermediate_size
    int64_t firstLayer = 0; ///< first_k_dense_replace: layers before it have an ordinary SwiGLU
    int64_t groups = 1; ///< n_group
    int64_t chosenGroups = 1; ///< topk_group
    double scaling = 1; ///< routed_scaling_factor
    bool normalise = true; ///< norm_topk_prob: the weights of a token's experts sum to 1 before the scaling

    int64_t sharedWidth() const { return shared * width; }
    int64_t groupSize() const { return routed / groups; }

    bool operator==(const ExpertConfig&) const = default;
};

} // namespace aha
