#include "core/engine/step_rewards.h"

#include "core/base/json_depth.h"
#include "core/engine/reward_model_part.h"
#include "core/rewards/kimi_length.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;
using Scored = CompletionScorer::Scored;

/// What an expression can name: every part but itself, and the completion. "length" is the number of tokens there, so
/// the part of that name has another.
const std::vector<std::string>& expressionNames()
{
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (size_t i = 0; i < size_t(RewardPart::Expression); ++i)
            all.emplace_back(RewardPart(i) == RewardPart::Length ? "length_reward" : rewardPartName(RewardPart(i)));
        all.insert(all.end(), { "length", "max_length", "truncated", "correct" });
        return all;
    }();
    return names;
}

std::vector<double> expressionValues(const Scored& one, int64_t maxLength)
{
    std::vector<double> values(one.values.begin(), one.values.begin() + long(RewardPart::Expression));
    const bool sampled = one.row.tokens > 0; // else it came as text, without a length
    values.insert(values.end(),
        { sampled ? double(one.row.tokens) : std::nan(""), double(maxLength),
            sampled ? double(one.row.finishReason == "length") : std::nan(""), double(one.row.correct) });
    return values;
}

void lengthRewards(Scored* group, size_t size)
{
    std::vector<int64_t> lengths;
    std::vector<bool> right;
    std::vector<size_t> judged;
    for (size_t i = 0; i < size; ++i) {
        if (std::isnan(group[i][RewardPart::Accuracy]) || group[i].row.tokens == 0) // neither right nor wrong, or text
            continue;
        judged.push_back(i);
        lengths.push_back(group[i].row.tokens);
        right.push_back(group[i].row.correct);
    }
    const std::vector<double> rewards = kimiLengthRewards(lengths, right);
    for (size_t k = 0; k < judged.size(); ++k)
        group[judged[k]][RewardPart::Length] = rewards[k];
}

std::string requestLine(const TaskItem& item, const Scored& one)
{
    Json parts = Json::object();
    for (size_t i = 0; i < size_t(RewardPart::Program); ++i)
        parts[rewardPartName(RewardPart(i))] = std::isnan(one.values[i]) ? Json(nullptr) : Json(one.values[i]);
    const Json parsed = jsonDepthWithin(item.itemJson) ? Json::parse(item.itemJson, nullptr, /*allow_exceptions=*/false)
                                                       : Json(nullptr);
    const Json length = one.row.tokens > 0 ? Json(one.row.tokens) : Json(nullptr);
    const Json line { { "prompt", item.prompt }, { "completion", one.row.text },
        { "item", parsed.is_discarded() ? Json(nullptr) : parsed }, { "parts", parts }, { "length", length },
        { "truncated", one.row.finishReason == "length" }, { "correct", one.row.correct } };
    return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool usesProgram(const RewardExpression& expression) { return expression.uses(size_t(RewardPart::Program)); }

bool usesModel(const RewardExpression& expression) { return expression.uses(size_t(RewardPart::Model)); }

} // namespace

bool asksRewardModel(const RewardConfig& rewards)
{
    if (isWeighed(rewards, RewardPart::Model))
        return true;
    if (!isWeighed(rewards, RewardPart::Expression) || rewards.expressionText.empty())
        return false;
    const Result<RewardExpression> expression = RewardExpression::parse(rewards.expressionText, expressionNames());
    return expression && usesModel(*expression);
}

Result<void> checkRewards(const RewardConfig& rewards)
{
    if (rewards.expressionText.empty())
        return {};
    const Result<RewardExpression> expression = RewardExpression::parse(rewards.expressionText, expressionNames());
    if (!expression)
        return Error { expression.error().code, "rewards.expression_text: " + expression.error().message,
            expression.error().hint };
    if (usesProgram(*expression) && rewards.programCommand.empty())
        return Error { "program_missing",
            "rewards.expression_text uses the program's score, and rewards.program_command is empty.",
            "Name a command that reads and writes JSON Lines." };
    if (usesModel(*expression) && rewards.modelPath.empty())
        return Error { "reward_model_missing",
            "rewards.expression_text uses the reward model's value, and rewards.model_path is empty.",
            "Name the folder of a reward model." };
    return {};
}

StepRewards::StepRewards(const RewardConfig& rewards, Log log)
    : m_log(std::move(log))
{
    orThrow(checkRewards(rewards));
    if (!rewards.expressionText.empty())
        m_expression = orThrow(RewardExpression::parse(rewards.expressionText, expressionNames()));
    if (rewards.programCommand.empty())
        return;
    const Confinement confinement = findConfinement();
    m_program.emplace(rewards.programCommand, confinement);
    m_log("info", "The reward program is: " + rewards.programCommand + ". " + confinement.sentence());
}

void StepRewards::complete(
    const std::vector<TaskItem>& items, size_t groupSize, std::vector<Scored>& scored, const RunConfig& config)
{
    const RewardConfig& rewards = config.rewards;
    for (size_t from = 0; from + groupSize <= scored.size(); from += groupSize)
        lengthRewards(scored.data() + from, groupSize);
    const bool expression = m_expression && isWeighed(rewards, RewardPart::Expression);
    if (m_program && (isWeighed(rewards, RewardPart::Program) || (expression && usesProgram(*m_expression))))
        askProgram(items, groupSize, scored, rewards);
    for (Scored& one : scored) {
        if (expression)
            one[RewardPart::Expression]
                = m_expression->value(expressionValues(one, config.rollout.maxCompletionLength));
        one.takeParts(rewards);
    }
}

void StepRewards::askProgram(
    const std::vector<TaskItem>& items, size_t groupSize, std::vector<Scored>& scored, const RewardConfig& rewards)
{
    std::vector<std::string> requests;
    for (size_t i = 0; i < scored.size(); ++i)
        requests.push_back(requestLine(items[i / groupSize], scored[i]));
    const std::vector<RewardProgram::Score> scores = m_program->score(requests, rewards.programSeconds);
    size_t missing = 0;
    const std::string* reason = nullptr;
    for (size_t i = 0; i < scored.size(); ++i) {
        scored[i][RewardPart::Program] = scores[i].value;
        if (!std::isnan(scores[i].value))
            continue;
        ++missing;
        reason = reason ? reason : &scores[i].reason;
    }
    if (missing > 0)
        m_log("warning",
            "The reward program did not score " + std::to_string(missing) + " of " + std::to_string(scored.size())
                + " completions. " + *reason);
}

} // namespace aha
