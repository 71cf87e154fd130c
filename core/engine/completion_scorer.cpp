#include "core/engine/completion_scorer.h"

#include "core/base/utf8.h"
#include "core/engine/item_rewards.h"
#include "core/rewards/cosine.h"
#include "core/rewards/gated.h"
#include "core/rewards/overlong.h"
#include "core/rewards/reasoning_steps.h"
#include "core/rewards/reflection_count.h"
#include "core/rewards/repetition.h"
#include "core/tasks/answer_tags.h"
#include "core/trace/language.h"

#include <cmath>
#include <numeric>

namespace aha {

CompletionScorer::CompletionScorer(std::shared_ptr<const Tokenizer> tokenizer, const Task& task, Lexicon lexicon)
    : m_tokenizer(std::move(tokenizer))
    , m_task(task)
    , m_lexicon(std::move(lexicon))
{
}

std::vector<double> CompletionScorer::Scored::weightedTokenRewards(double weight) const
{
    std::vector<double> weighted = tokenRewards;
    for (double& value : weighted)
        value *= weight;
    return weighted;
}

void CompletionScorer::Scored::takeParts(const RewardConfig& rewards)
{
    parts.clear();
    row.parts.clear();
    // What could not be judged would else be compared, by its form alone, with answers that could.
    const bool failed = !judged() && judgement.verdict != Verdict::Unjudged;
    for (const RewardPart part : rewardParts(rewards)) {
        parts.push_back(failed ? std::nan("") : (*this)[part]);
        row.parts.emplace_back(rewardPartName(part), parts.back());
    }
}

CompletionScorer::Scored CompletionScorer::scoreText(
    const std::string& itemJson, const std::string& text, const RewardConfig& rewards) const
{
    Scored scored;
    scored.judgement = m_task.judge(itemJson, text);
    scored.judgement.explanation = boundedField(scored.judgement.explanation); // may quote the answer
    const Judgement& j = scored.judgement;
    const double accuracy = rewards.strict ? gated(j.accuracy, j.format) : j.accuracy;
    const LanguageCount languages = countLanguages(text);
    scored.values.fill(std::nan(""));
    scored[RewardPart::Accuracy] = isJudged(j.verdict) ? accuracy : std::nan("");
    scored[RewardPart::Format] = j.format;
    scored[RewardPart::Code] = j.share;
    scored[RewardPart::Language] = languages.share(rewards.targetLanguage);
    scored[RewardPart::Tags] = tagShare(text);
    scored[RewardPart::ReasoningSteps] = reasoningSteps(text);
    scored[RewardPart::Reflection] = reflectionCount(m_lexicon, text);
    scoreByItem(scored.values, rewards, itemJson, text);
    CompletionRow& row = scored.row;
    row.correct = j.accuracy > 0;
    row.formatOk = j.format > 0;
    row.verdict = verdictName(j.verdict);
    row.reason = boundedField(j.reason);
    row.extracted = boundedField(j.extracted);
    row.reflections = int(m_lexicon.find(text).size());
    row.mixesLanguage = languages.mixes();
    row.languageShare = languages.share(rewards.targetLanguage);
    row.text = text;
    scored.statistics = m_task.statistics(itemJson, text);
    scored.takeParts(rewards);
    return scored;
}

CompletionScorer::Scored CompletionScorer::scoreText(const std::string& itemJson, const std::string& text,
    const std::vector<int32_t>& ids, bool ended, const RunConfig& config) const
{
    Scored scored = scoreText(itemJson, text, config.rewards);
    const size_t tokens = ids.size() + (ended ? 1 : 0);
    scored.row.tokens = int(tokens);
    scored.row.finishReason = ended ? "stop" : "length";
    const RewardConfig& r = config.rewards;
    const int64_t length = scored.row.tokens, most = config.rollout.maxCompletionLength;
    const CosineEnds ends { r.cosineRightShort, r.cosineRightLong, r.cosineWrongShort, r.cosineWrongLong };
    if (!std::isnan(scored[RewardPart::Accuracy]))
        scored[RewardPart::Cosine] = r.cosineOwnCut
            ? demystifyCosine(double(length), double(most), scored.row.correct, ends, r.cosineCut)
            : cosineClipped(double(length), double(most), scored.row.correct, ends);
    if (repetitionOnTokens(r)) {
        scored.tokenRewards = denseRepetition(ids, r.repetitionNgram, r.repetitionPenalty, /*onlyStart=*/false);
        scored.tokenRewards.resize(tokens, 0.0); // the end token repeats nothing
        scored[RewardPart::Repetition] = std::accumulate(scored.tokenRewards.begin(), scored.tokenRewards.end(), 0.0);
    } else {
        scored[RewardPart::Repetition] = repetitionOfTokens(ids, r.repetitionNgram, r.repetitionPenalty);
    }
    scored[RewardPart::Overlong] = softOverlong(length, most, r.overlongCache);
    scored.takeParts(r);
    return scored;
}

CompletionScorer::Scored CompletionScorer::score(
    const TaskItem& item, const SampledCompletion& completion, const RunConfig& config) const
{
    const bool ended = completion.finish == FinishReason::Stop;
    std::vector<int32_t> ids = completion.ids;
    const bool hasEnd = ended && !ids.empty();
    if (hasEnd)
        ids.pop_back(); // the end token is not text
    Scored scored = scoreText(item.itemJson, validUtf8(m_tokenizer->decode(ids)), ids, hasEnd, config);
    scored.row.finishReason = ended ? "stop" : "length";
    scored.row.tokenIds = completion.ids;
    return scored;
}

} // namespace aha
