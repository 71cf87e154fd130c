#include "core/engine/evaluation.h"

#include "core/base/statistics.h"
#include "core/text/stop_strings.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace aha {

SamplingParams samplingParams(const RunConfig& config, const ModelConfig& model)
{
    const RolloutConfig& r = config.rollout;
    return { r.temperature, int(r.topK), r.topP, r.minP, r.repetitionPenalty, int(r.maxCompletionLength),
        { model.eosTokenIds.begin(), model.eosTokenIds.end() }, false };
}

std::function<StopWatch()> stopWatchFor(std::vector<std::string> texts, const Tokenizer& tokenizer)
{
    std::erase(texts, "");
    if (texts.empty())
        return {};
    return [fresh = StopStrings(std::move(texts)), &tokenizer] {
        return [watch = fresh, &tokenizer](int32_t token) mutable { return watch.push(tokenizer.tokenBytes(token)); };
    };
}

EvaluationRow evaluate(RolloutBackend& engine, const CompletionScorer& scorer, const PromptBuilder& builder,
    const RunConfig& config, const EvaluationRequest& request, const std::function<void(double)>& progress)
{
    std::vector<TaskItem> items = scorer.task().heldOut(request.problems);
    std::vector<PromptRequest> prompts;
    for (size_t i = 0; i < items.size(); ++i) {
        PromptBuilder::Prompt built = builder.build(items[i]);
        items[i].prompt = std::move(built.text);
        PromptRequest prompt { std::move(built.ids), {} };
        for (int j = 0; j < request.samples; ++j)
            prompt.streams.emplace_back(request.seed, Purpose::Evaluation, i, uint64_t(j));
        prompts.push_back(std::move(prompt));
    }
    const auto completions = engine.generate(prompts, request.sampling,
        { .progress = progress, .stopWatch = stopWatchFor({ config.rollout.stop }, scorer.tokenizer()) });

    EvaluationRow row;
    row.step = request.step;
    row.stageId = request.stageId;
    row.task = scorer.task().name();
    row.problems = int(items.size());
    row.samples = request.samples;
    std::vector<double> rates;
    std::vector<int> judged; // completions of each problem in `row.rows`
    int64_t right = 0, unjudged = 0;
    double majorities = 0, tokens = 0, reflections = 0, mixed = 0, truncated = 0;
    std::vector<TaskStatistic> totals;
    for (size_t i = 0; i < items.size(); ++i) {
        EvaluationProblemRow problem;
        problem.prompt = { 0, items[i].prompt, row.task, items[i].itemJson };
        std::vector<std::optional<std::string>> answers;
        std::vector<bool> isRight;
        int64_t unknown = 0;
        for (int j = 0; j < request.samples; ++j) {
            const CompletionScorer::Scored scored = scorer.score(items[i], completions[i][size_t(j)], config);
            if (j == 0)
                problem.example = scored.row.text;
            problem.correct += scored.row.correct;
            tokens += scored.row.tokens;
            reflections += scored.row.reflections;
            mixed += scored.row.mixesLanguage;
            truncated += scored.row.finishReason == "length";
            const std::string& answer = scored.judgement.extracted; // whole: answers of one begin are no vote
            answers.push_back(answer.empty() ? std::nullopt : std::optional(answer));
            isRight.push_back(scored.row.correct);
            unknown += !scored.judged();
            problem.samples.push_back(scored.row);
            problem.samples.back().position = j;
            problem.samples.back().tokenIds.clear(); // not stored: the text says them
            if (totals.empty())
                totals = scored.statistics;
            else
                for (size_t s = 0; s < totals.size(); ++s) {
                    totals[s].numerator += scored.statistics[s].numerator;
                    totals[s].denominator += scored.statistics[s].denominator;
                }
        }
        unjudged += unknown;
        const int known = request.samples - int(unknown);
        if (known == 0)
            continue; // nothing of it was judged: neither right nor wrong
        const std::optional<size_t> winner = majorityVote(answers);
        problem.majority = winner && isRight[*winner];
        majorities += problem.majority;
        right += problem.correct;
        rates.push_back(double(problem.correct) / known);
        judged.push_back(known);
        row.rows.push_back(std::move(problem));
    }
    const double all = double(items.size()) * request.samples;
    const double n = double(row.rows.size());
    row.problems = int(row.rows.size());
    if (row.rows.empty())
        return row;
    row.pass1 = std::accumulate(rates.begin(), rates.end(), 0.0) / n;
    const auto [low, high] = request.samples == 1 ? wilsonInterval(right, int64_t(n)) : clusteredInterval(rates);
    row.pass1Low = low;
    row.pass1High = high;
    if (request.samples > 1)
        row.cons = majorities / n;
    for (int k = 1; k <= request.samples; k *= 2) {
        double sum = 0;
        for (size_t i = 0; i < row.rows.size(); ++i)
            sum += passAtK(judged[i], row.rows[i].correct, std::min(k, judged[i]));
        row.passK[k] = sum / n;
    }
    row.metrics = { { "completions/mean_length", tokens / all }, { "completions/clipped_ratio", truncated / all },
        { "reflection/per_response", reflections / all }, { "language/mixed_share", mixed / all } };
    if (unjudged > 0)
        row.metrics.emplace_back("completions/unjudged_share", double(unjudged) / all);
    for (const TaskStatistic& statistic : totals)
        row.metrics.emplace_back(
            statistic.name, statistic.denominator > 0 ? statistic.numerator / statistic.denominator : 0);
    return row;
}

} // namespace aha
