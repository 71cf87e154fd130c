#pragma once
// Steps of solutions from a language model, scored by another: core/search's methods over real models.

#include "core/engine/path_scorer.h"
#include "core/rollout/rollout_backend.h"
#include "core/search/step_model.h"

namespace aha {

class ModelSteps final : public StepModel {
public:
    /// Borrowed: backend and tokenizer. `scorer` may be null: every score is 0.
    struct Parts {
        RolloutBackend& backend;
        const Tokenizer& tokenizer;
        PathScorer* scorer = nullptr;
    };
    struct Settings {
        SamplingParams sampling; ///< maxNewTokens: of a whole solution
        std::string separator; ///< ends a step
        std::string stop; ///< ends a solution; empty: only the end token does
        uint64_t seed = 0;
    };
    ModelSteps(const Parts& parts, Settings settings, std::vector<std::vector<int32_t>> prompts);

    std::vector<SolutionStep> extend(
        const std::vector<SolutionTree>& trees, const std::vector<SolutionPlace>& places, bool toEnd) override;
    std::vector<SolutionStep> likeliest(
        const std::vector<SolutionTree>& trees, const std::vector<SolutionPlace>& places) override;
    std::vector<double> score(
        const std::vector<SolutionTree>& trees, const std::vector<SolutionPlace>& places) override;

    SolutionPath path(const std::vector<SolutionTree>& trees, SolutionPlace place) const;
    /// Draws begin anew, so that methods see the same random numbers. The first n whole solutions of a problem are
    /// those that an evaluation with this seed samples.
    void restart() { m_draws.assign(m_prompts.size(), 0); }

private:
    enum class Draw { Step, ToEnd, Likeliest };
    std::vector<SolutionStep> steps(
        const std::vector<SolutionTree>& trees, const std::vector<SolutionPlace>& places, Draw draw);

    Parts m_parts;
    Settings m_settings;
    std::vector<std::vector<int32_t>> m_prompts;
    std::vector<uint64_t> m_draws; ///< a problem
};

} // namespace aha
