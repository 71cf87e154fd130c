#pragma once
// Result of teacher-forced scoring.

#include <vector>

namespace aha {

struct ScoredSequence {
    std::vector<float> logprob; ///< [i] = log p(ids[i + 1] | ids[.. i]); one shorter than ids
    std::vector<float> entropy; ///< nats, of the same distributions
    std::vector<float> logits; ///< [ids.size()][V] when asked for
};

} // namespace aha
