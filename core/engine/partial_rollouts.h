#pragma once
// Partial rollouts (Kimi k1.5, arXiv 2501.12599 §2.6.2): a completion grows by at most rollout.partial_tokens at once.
// What is then unfinished waits, and goes on in the next step from its tokens, under the policy of that step.
//   A step makes passes until prompts_per_step groups are complete: a pass opens as many new groups as a step trains,
//   and lets every unfinished completion grow once, the waiting ones too. The groups that were opened first train
//   first; what is complete beyond them trains in the next step, which needs no pass while there are enough. So a long
//   completion holds up nothing but its own group, and no more groups wait than the longest completion takes passes.
// Every token keeps the log-prob of the policy that drew it. A completion keeps its random stream: under one policy its
// tokens are those of a whole rollout, to the bit on the CPU. Kimi's detection of repetition is left out.

#include "core/engine/step_sampler.h"

#include <deque>

namespace aha {

/// One thread at a time.
class PartialRollouts {
public:
    /// All borrowed; `order` may be null.
    PartialRollouts(
        const StepSampler& sampler, RolloutBackend& rollout, const Tokenizer& tokenizer, ProblemOrder* order);

    /// As StepSampler::sample(), where a `round` is a pass. Depends on what earlier steps left, too.
    SampledStep sample(int64_t step, const RunConfig& config, const SamplingParams& params,
        const std::function<void(double)>& progress);

    int64_t unfinished() const; ///< groups that wait for a completion
    int64_t waiting() const; ///< groups that are complete and have not trained

    std::string state() const; ///< JSON
    /// Error: checkpoint_invalid.
    Result<void> restore(const std::string& json, const RunConfig& config);

private:
    struct Group {
        uint64_t problem = 0; ///< its number
        int64_t step = 0, number = 0; ///< in which it was opened, and as which of that step: the streams' key
        StepSampler::Problem asked;
        std::vector<SampledCompletion> completions;
        std::vector<bool> done;
        std::vector<int64_t> earlier; ///< a completion's tokens that this step has not drawn
        bool complete() const;
    };
    void open(int64_t step, int64_t pass, const RunConfig& config, std::set<uint64_t>& used);
    /// One pass; returns how many tokens it drew.
    int64_t grow(const RunConfig& config, const SamplingParams& params);

    const StepSampler& m_sampler;
    RolloutBackend& m_rollout;
    const Tokenizer& m_tokenizer;
    ProblemOrder* m_order;
    std::deque<Group> m_groups; ///< in the order of their opening
    uint64_t m_next = 0; ///< number of the next new problem, without an order
};

} // namespace aha
