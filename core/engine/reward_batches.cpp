#include "core/engine/reward_batches.h"

#include "core/engine/answer_encoder.h"
#include "core/engine/solution_steps.h"

#include <cmath>

namespace aha {

namespace {

constexpr const char* kLimit = "reward_model.max_length";

Error unsuitable(const data::Example& example, const char* needs)
{
    return { "reward_kind",
        std::string("A row of the kind ") + data::nameOf(example.kind) + " does not teach this reward model.",
        std::string(needs) + ": see data.mapping." };
}

double marginOf(const data::Example& example)
{
    const auto value = example.metadata.find("margin");
    if (value == example.metadata.end() || !value->is_number() || !std::isfinite(value->get<double>()))
        throw Failure({ "reward_margin", "reward_model.margin is on, and the row's column \"margin\" is no number.",
            "Give every row the margin by which its winner shall lead, or switch reward_model.margin off." });
    return value->get<double>();
}

std::vector<RewardRow> pairOf(
    const data::Example& example, const SftEncoder& encoder, const RewardModelConfig& config, bool& cut)
{
    if (example.kind != data::Kind::Preference)
        throw Failure(unsuitable(example, "Pairs have a chosen and a rejected answer"));
    RewardRow row;
    row.ids = orThrow(encodeAnswer(encoder, example, example.chosen, config.maxLength, kLimit, cut)).ids;
    row.rejected = orThrow(encodeAnswer(encoder, example, example.rejected, config.maxLength, kLimit, cut)).ids;
    if (config.margin)
        row.margin = marginOf(example);
    return { row };
}

std::vector<RewardRow> gradesOf(
    const data::Example& example, const SftEncoder& encoder, const RewardModelConfig& config, bool& cut)
{
    std::vector<std::pair<const data::Turns*, bool>> answers;
    if (example.kind == data::Kind::Preference)
        answers = { { &example.chosen, true }, { &example.rejected, false } };
    else if (example.kind == data::Kind::UnpairedPreference)
        answers = { { &example.completion, example.label.value_or(false) } };
    else
        throw Failure(unsuitable(example, "Grades are completions with a label, or chosen and rejected answers"));
    std::vector<RewardRow> rows;
    for (const auto& [answer, good] : answers) {
        RewardRow& row = rows.emplace_back();
        row.ids = orThrow(encodeAnswer(encoder, example, *answer, config.maxLength, kLimit, cut)).ids;
        row.good = good;
    }
    return rows;
}

std::vector<RewardRow> stepsOf(
    const data::Example& example, const SftEncoder& encoder, const RewardModelConfig& config, bool heldOut, bool& cut)
{
    if (example.kind != data::Kind::Stepwise || example.steps.empty())
        throw Failure(unsuitable(example, "Step rows have a prompt, completions and labels"));
    data::Example question = example; // whose answer is to come
    question.kind = data::Kind::PromptCompletion;
    if (example.prompt.conversational)
        question.completion = { true, "", { { "assistant", "", data::Row() } } };
    const auto prompt = orThrow(encoder.question(question));
    if (!prompt)
        throw Failure({ "reward_kind", "The row's prompt cannot be put as a question.", "See data.mapping." });
    std::vector<std::string> texts;
    std::vector<bool> good;
    for (const data::SolutionStep& step : example.steps) {
        texts.push_back(step.text);
        good.push_back(step.good);
    }
    const StepRowConfig whole { config.separator, config.lastStepOnly && !heldOut, 0 };
    ProcessRow tokens = stepRow(encoder.tokenizer(), prompt->ids, texts, good, whole);
    cut = int64_t(tokens.ids.size()) > config.maxLength;
    tokens.ids.resize(std::min(tokens.ids.size(), size_t(config.maxLength)));
    tokens.labels.resize(tokens.ids.size());
    RewardRow row;
    row.ids = std::move(tokens.ids);
    row.labels = std::move(tokens.labels);
    return { row };
}

Result<std::vector<RewardRow>> rowsOf(
    const data::Example& example, const SftEncoder& encoder, const RunConfig& config, bool heldOut, bool& cut)
{
    try {
        switch (rewardObjective(config)) {
        case RewardObjective::Pairwise:
            return pairOf(example, encoder, config.rewardModel, cut);
        case RewardObjective::Outcome:
            return gradesOf(example, encoder, config.rewardModel, cut);
        case RewardObjective::Process:
            break;
        }
        return stepsOf(example, encoder, config.rewardModel, heldOut, cut);
    } catch (const Failure& failure) {
        return failure.error();
    }
}

} // namespace

std::vector<data::Kind> rewardRowKinds(RewardObjective objective)
{
    switch (objective) {
    case RewardObjective::Pairwise:
        return { data::Kind::Preference };
    case RewardObjective::Outcome:
        return { data::Kind::UnpairedPreference, data::Kind::Preference };
    case RewardObjective::Process:
        break;
    }
    return { data::Kind::Stepwise };
}

RewardBatches::RewardBatches(const TrainingData& data, const SftEncoder& encoder, const RunConfig& config,
    Workers& workers, const std::function<void(double)>& progress)
    : m_rows(
        data, uint64_t(config.eval.problems), config.rewardModel.batchSize, config.data.badRows == "skip", workers,
        [&](const data::Example& example, bool heldOut, bool& cut) {
            return rowsOf(example, encoder, config, heldOut, cut);
        },
        progress)
{
    if (m_rows.rows() == 0)
        throw Failure({ "reward_nothing_trained", "No row of the data set can be trained on.",
            "Look at data.mapping and reward_model.max_length." });
    for (const Rows& rows : m_rows.heldOut())
        m_heldOut.insert(m_heldOut.end(), rows.begin(), rows.end());
}

RewardBatches::Batch RewardBatches::at(int64_t step) const
{
    Batch batch;
    for (const Rows* rows : m_rows.at(step))
        batch.rows.insert(batch.rows.end(), rows->begin(), rows->end());
    batch.epoch = m_rows.epochs(step);
    return batch;
}

} // namespace aha
