#include "core/engine/completion_scorer.h"

#include "core/base/utf8.h"
#include "core/tasks/answer_tags.h"
#include "core/trace/language.h"

#include <cmath>

namespace aha {

CompletionScorer::CompletionScorer(std::shared_ptr<const Tokenizer> tokenizer, const Task& task, Lexicon lexicon)
    : m_tokenizer(std::move(tokenizer))
    , m_task(task)
    , m_lexicon(std::move(lexicon))
{
}

const std::vector<std::string>& CompletionScorer::partNames()
{
    static const std::vector<std::string> names { "accuracy", "format", "language", "tags" };
    return names;
}

std::vector<double> CompletionScorer::weights(const RewardConfig& r)
{
    return { r.accuracy, r.format, r.language, r.tags };
}

CompletionScorer::Scored CompletionScorer::scoreText(
    const std::string& itemJson, const std::string& text, const RewardConfig& rewards) const
{
    Scored scored;
    scored.judgement = m_task.judge(itemJson, text);
    const Judgement& j = scored.judgement;
    const bool usable = j.verdict != Verdict::InfraError && j.verdict != Verdict::Timeout;
    const double accuracy = rewards.strict && j.format == 0 ? 0 : j.accuracy;
    const LanguageCount languages = countLanguages(text);
    scored.parts
        = { usable ? accuracy : std::nan(""), j.format, languages.share(rewards.targetLanguage), tagShare(text) };
    CompletionRow& row = scored.row;
    row.correct = j.verdict == Verdict::Correct;
    row.formatOk = j.format > 0;
    row.verdict = verdictName(j.verdict);
    row.reason = j.reason;
    row.extracted = j.extracted;
    for (size_t i = 0; i < scored.parts.size(); ++i)
        row.parts.emplace_back(partNames()[i], scored.parts[i]);
    row.reflections = int(m_lexicon.find(text).size());
    row.mixesLanguage = languages.mixes();
    row.languageShare = languages.share(rewards.targetLanguage);
    row.text = text;
    scored.statistics = m_task.statistics(itemJson, text);
    return scored;
}

CompletionScorer::Scored CompletionScorer::score(
    const TaskItem& item, const SampledCompletion& completion, const RewardConfig& rewards) const
{
    std::vector<int32_t> ids = completion.ids;
    if (completion.finish == FinishReason::Stop && !ids.empty())
        ids.pop_back(); // the end token is not text
    Scored scored = scoreText(item.itemJson, validUtf8(m_tokenizer->decode(ids)), rewards);
    scored.row.tokens = int(completion.ids.size());
    scored.row.finishReason = completion.finish == FinishReason::Stop ? "stop" : "length";
    scored.row.tokenIds = completion.ids;
    return scored;
}

} // namespace aha
