#pragma once
// Process supervision of a run: a process reward model judges each step of each completion (DeepSeekMath, arXiv
// 2402.03300 §4.1.3), and in iterative GRPO (§4.1.4) it learns on from what the policy writes: every refresh_steps,
// from all completions since, with a share of earlier ones, each step labelled with the verifier's verdict on its
// completion.

#include "core/algo/process_supervision.h"
#include "core/algo/reward_model_trainer.h"
#include "core/algo/training_sample.h"
#include "core/base/workers.h"
#include "core/engine/checkpoint.h"
#include "core/text/tokenizer.h"

namespace aha {

/// One thread at a time.
class ProcessRewards {
public:
    /// Reads the model, which is then where `device` says. Workers are borrowed. Throws Failure: those of
    /// openRewardModel().
    ProcessRewards(const RunConfig& config, std::shared_ptr<const Tokenizer> tokenizer, Workers& workers,
        const std::function<Policy(Policy)>& place);

    struct Step {
        std::vector<SteppedCompletion> completions; ///< in the order of the samples
        double steps = 0, mean = 0; ///< how many, and their mean reward
        double agrees = 0, judged = 0; ///< completions whose last step's p(good) is above ½ as the verdict says
    };
    /// `correct`: 1, 0, or NaN where there is no verdict.
    Step judge(const std::vector<TrainingSample>& samples, const std::vector<double>& correct, const RunConfig& config);

    struct Refresh {
        double loss = 0, accuracy = 0; ///< over the labels, each before its update
        int64_t rows = 0, earlier = 0; ///< completions that it learned from; of them earlier ones
    };
    /// After step `step`, where it is due. Errors: not_finite.
    Result<std::optional<Refresh>> refresh(int64_t step, const RunConfig& config);

    /// What a checkpoint keeps: nothing where the model never learns.
    void addTo(StageFiles& files);
    void restore(const std::filesystem::path& checkpoint);

private:
    std::string rowsText() const;

    const std::shared_ptr<const Tokenizer> m_tokenizer;
    Workers& m_workers;
    const bool m_learns;
    Policy m_model;
    std::optional<RewardModelTrainer> m_trainer; ///< where it learns
    std::vector<RewardRow> m_fresh, m_earlier; ///< since the last refresh; of before, the newest
};

} // namespace aha
