#pragma once
// Where tokens become text and text becomes numbers: verdict, reward parts, reflection words, languages.

#include "core/engine/reward_parts.h"
#include "core/rollout/types.h"
#include "core/store/rows.h"
#include "core/tasks/task.h"
#include "core/text/tokenizer.h"
#include "core/trace/reflection.h"

#include <memory>

namespace aha {

/// Thread-safe: every method is const over immutable members.
class CompletionScorer {
public:
    CompletionScorer(std::shared_ptr<const Tokenizer> tokenizer, const Task& task, Lexicon lexicon);

    struct Scored {
        CompletionRow row; ///< everything but reward and advantage
        RewardValues values {}; ///< NaN: not scored, or StepRewards is to fill it in
        std::vector<double> parts; ///< those of rewardParts(), unweighted, in their order
        std::vector<double> tokenRewards {}; ///< repetitionOnTokens(): one a token, unweighted
        std::vector<TaskStatistic> statistics;
        Judgement judgement;

        double& operator[](RewardPart part) { return values[size_t(part)]; }
        double operator[](RewardPart part) const { return values[size_t(part)]; }
        std::vector<double> weightedTokenRewards(double weight) const;
        /// Did the verifier come to a verdict?
        bool judged() const { return isJudged(judgement.verdict); }
        /// `parts` and those of the row, from `values`; all NaN where the verifier failed or ran out of time.
        void takeParts(const RewardConfig& rewards);
    };
    /// Judges the completion's text without its end token. An infrastructure failure leaves the accuracy part NaN.
    Scored score(const TaskItem& item, const SampledCompletion& completion, const RunConfig& config) const;
    /// The same from text, for the reward verb: what is measured in tokens has no value.
    Scored scoreText(const std::string& itemJson, const std::string& text, const RewardConfig& rewards) const;
    /// The same with `ids`, the text's tokens without an end token, which completions that ended (not: were cut) had.
    Scored scoreText(const std::string& itemJson, const std::string& text, const std::vector<int32_t>& ids, bool ended,
        const RunConfig& config) const;

    const Tokenizer& tokenizer() const { return *m_tokenizer; }
    const Task& task() const { return m_task; }

private:
    std::shared_ptr<const Tokenizer> m_tokenizer;
    const Task& m_task;
    Lexicon m_lexicon;
};

} // namespace aha
