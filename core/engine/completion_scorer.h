#pragma once
// Where tokens become text and text becomes numbers: verdict, reward parts, reflection words, languages.

#include "core/config/run_config.h"
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
        std::vector<double> parts; ///< unweighted, NaN = not applicable; in order of partNames()
        std::vector<TaskStatistic> statistics;
        Judgement judgement;
    };
    static const std::vector<std::string>& partNames();
    /// Of the parts, in the same order.
    static std::vector<double> weights(const RewardConfig& rewards);
    /// Judges the completion's text without its end token. An infrastructure failure leaves the accuracy part NaN.
    Scored score(const TaskItem& item, const SampledCompletion& completion, const RewardConfig& rewards) const;
    /// The same from text, for the reward verb.
    Scored scoreText(const std::string& itemJson, const std::string& text, const RewardConfig& rewards) const;

    const Tokenizer& tokenizer() const { return *m_tokenizer; }
    const Task& task() const { return m_task; }

private:
    std::shared_ptr<const Tokenizer> m_tokenizer;
    const Task& m_task;
    Lexicon m_lexicon;
};

} // namespace aha
