#include "core/engine/path_scorer.h"

#include "core/algo/head_scores.h"
#include "core/engine/solution_steps.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

class RewardModelScorer final : public PathScorer {
public:
    RewardModelScorer(Transformer model, Workers& workers)
        : m_model(std::move(model))
        , m_workers(workers)
    {
    }
    std::vector<double> score(const std::vector<SolutionPath>& paths) override
    {
        std::vector<HeadQuestion> questions;
        for (const SolutionPath& path : paths) {
            HeadQuestion question { path.prompt, {} };
            question.ids.insert(question.ids.end(), path.ids.begin(), path.ids.end());
            question.positions = { int64_t(question.ids.size()) - 1 };
            questions.push_back(std::move(question));
        }
        std::vector<double> scores;
        for (const at::Tensor& reward : askHead(m_model, questions, m_workers, {}))
            scores.push_back(1 / (1 + std::exp(-reward.item<double>())));
        return scores;
    }

private:
    Transformer m_model;
    Workers& m_workers;
};

class ProcessModelScorer final : public PathScorer {
public:
    ProcessModelScorer(Transformer model, Workers& workers, std::shared_ptr<const Tokenizer> tokenizer,
        const StepRule& rule, std::vector<int64_t> endTokens)
        : m_model(std::move(model))
        , m_workers(workers)
        , m_tokenizer(std::move(tokenizer))
        , m_rule(rule)
        , m_endTokens(std::move(endTokens))
    {
    }
    std::vector<double> score(const std::vector<SolutionPath>& paths) override
    {
        std::vector<HeadQuestion> questions;
        for (const SolutionPath& path : paths) { // read as the model's training rows are
            std::vector<int32_t> words = path.ids;
            while (
                !words.empty() && std::find(m_endTokens.begin(), m_endTokens.end(), words.back()) != m_endTokens.end())
                words.pop_back();
            const std::vector<std::string> steps = sampledSteps(*m_tokenizer, words, m_rule.separator).texts;
            ProcessRow row = stepRow(*m_tokenizer, path.prompt, steps, std::vector<bool>(steps.size(), true),
                { m_rule.separator, false, 0 });
            HeadQuestion& question = questions.emplace_back(HeadQuestion { std::move(row.ids), {} });
            for (size_t t = 0; t < row.labels.size(); ++t)
                if (row.labels[t] != kNoLabel)
                    question.positions.push_back(int64_t(t));
        }
        std::vector<double> scores;
        for (const at::Tensor& steps_S2 : askHead(m_model, questions, m_workers, {})) {
            const at::Tensor good_S = stepRewards(steps_S2).to(at::kDouble).contiguous();
            const double* good = good_S.const_data_ptr<double>();
            scores.push_back(solutionReward({ good, good + good_S.numel() }, m_rule.aggregation));
        }
        return scores;
    }

private:
    Transformer m_model;
    Workers& m_workers;
    std::shared_ptr<const Tokenizer> m_tokenizer;
    StepRule m_rule;
    std::vector<int64_t> m_endTokens;
};

class OracleScorer final : public PathScorer {
public:
    OracleScorer(const CompletionScorer& scorer, const std::vector<TaskItem>& items, const RunConfig& config)
        : m_scorer(scorer)
        , m_items(items)
        , m_config(config)
    {
    }
    std::vector<double> score(const std::vector<SolutionPath>& paths) override
    {
        std::vector<double> scores;
        for (const SolutionPath& path : paths)
            scores.push_back(
                path.ended ? double(judgePath(m_scorer, m_items[path.problem], path, m_config).row.correct) : 0.5);
        return scores;
    }

private:
    const CompletionScorer& m_scorer;
    const std::vector<TaskItem>& m_items;
    const RunConfig& m_config;
};

} // namespace

std::unique_ptr<PathScorer> rewardModelScorer(Transformer model, Workers& workers)
{
    return std::make_unique<RewardModelScorer>(std::move(model), workers);
}

std::unique_ptr<PathScorer> processModelScorer(Transformer model, Workers& workers,
    std::shared_ptr<const Tokenizer> tokenizer, const StepRule& rule, std::vector<int64_t> endTokens)
{
    return std::make_unique<ProcessModelScorer>(
        std::move(model), workers, std::move(tokenizer), rule, std::move(endTokens));
}

std::unique_ptr<PathScorer> oracleScorer(
    const CompletionScorer& scorer, const std::vector<TaskItem>& items, const RunConfig& config)
{
    return std::make_unique<OracleScorer>(scorer, items, config);
}

CompletionScorer::Scored judgePath(
    const CompletionScorer& scorer, const TaskItem& item, const SolutionPath& path, const RunConfig& config)
{
    SampledCompletion completion;
    completion.ids = path.ids;
    completion.finish = path.ended && !path.cut ? FinishReason::Stop : FinishReason::Length;
    return scorer.score(item, completion, config);
}

} // namespace aha
