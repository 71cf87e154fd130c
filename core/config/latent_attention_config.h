#pragma once
// Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434, section 2.1): keys and values of a token come from one
// narrow latent, the rotation from a second, shared key.

#include <cstdint>

namespace aha {

/// All 0 in models without it. Names in comments are those of config.json.
struct LatentAttentionConfig {
    int64_t queryRank = 0; ///< q_lora_rank; 0 = queries straight from the hidden state
    int64_t latentWidth = 0; ///< kv_lora_rank
    int64_t plainWidth = 0; ///< qk_nope_head_dim: the part of a head that is not rotated
    int64_t rotaryWidth = 0; ///< qk_rope_head_dim
    int64_t valueWidth = 0; ///< v_head_dim
    bool neighbourPairs = true; ///< rope_interleave: pairs (x0, x1), (x2, x3), …; else half-split

    /// Width of a query or key head.
    int64_t queryKeyWidth() const { return plainWidth + rotaryWidth; }
    /// Numbers cached for a token in a layer.
    int64_t cachedWidth() const { return latentWidth + rotaryWidth; }
    /// Outputs of kv_b_proj for one head: its key's plain part, then its value.
    int64_t expandedWidth() const { return plainWidth + valueWidth; }

    bool operator==(const LatentAttentionConfig&) const = default;
};

} // namespace aha
