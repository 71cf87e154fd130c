#include "core/engine/data_task.h"

#include "core/tasks/countdown.h"
#include "core/tasks/exact_answer.h"
#include "core/tasks/programs/code_judge.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

TaskItem itemOf(const data::Example& example)
{
    TaskItem item;
    item.prompt = example.prompt.joined();
    if (example.prompt.conversational) {
        Json messages = Json::array();
        for (const data::Message& message : example.prompt.messages) {
            Json turn = message.extra.is_object() ? message.extra : Json::object();
            turn["role"] = message.role;
            turn["content"] = message.content;
            messages.push_back(std::move(turn));
        }
        item.messagesJson = messages.dump();
    }
    item.itemJson = Json { { "gold", example.gold } }.dump();
    return item;
}

Json goldOf(const std::string& itemJson)
{
    const Json json = Json::parse(itemJson, nullptr, /*allow_exceptions=*/false);
    return json.is_object() && json.contains("gold") ? json["gold"] : Json();
}

/// Are answers programs? In doubt the first rows say it.
bool wantsSandbox(const std::string& verifier, const TrainingData& data)
{
    if (verifier != "auto")
        return verifier == "code";
    for (uint64_t i = 0; i < std::min<uint64_t>(data.epochSize(), 32); ++i)
        if (const Result<data::Example> row = data.row(data.at(0, i)); row && areProgramTests(row->gold))
            return true;
    return false;
}

bool isCountdown(const Json& gold) { return gold.is_object() && gold.contains("numbers") && gold.contains("target"); }

} // namespace

DataTask::DataTask(TrainingData data)
    : m_data(std::move(data))
{
}

DataTask::DataTask(TrainingData data, ProgramRows programs)
    : m_data(std::move(data))
    , m_programs(std::move(programs))
{
}

TaskItem DataTask::trainItem(uint64_t, uint64_t index) const
{
    const uint64_t size = m_data.epochSize();
    return itemOf(orThrow(m_data.row(m_data.at(index / size, index % size))));
}

std::optional<double> DataTask::passRate(uint64_t index) const
{
    const uint64_t size = m_data.epochSize();
    return orThrow(m_data.row(m_data.at(index / size, index % size))).passRate;
}

std::vector<TaskItem> DataTask::heldOut(int count) const
{
    std::vector<TaskItem> items;
    for (uint64_t i = 0; i < std::min<uint64_t>(uint64_t(std::max(count, 0)), m_data.heldOutRows()); ++i)
        items.push_back(itemOf(orThrow(m_data.heldOut(i))));
    return items;
}

Judgement DataTask::judge(const std::string& itemJson, const std::string& completion) const
{
    const Json gold = goldOf(itemJson);
    if (m_programs.pool && (m_programs.all || areProgramTests(gold)))
        return judgeCode(gold, completion, *m_programs.pool, m_programs.maxTests);
    if (isCountdown(gold)) {
        const Result<CountdownItem> item = countdownItemFromJson(gold.dump());
        if (!item)
            return { Verdict::InfraError, 0, 0, "bad_item", item.error().message, "" };
        return judgeCountdown(*item, completion);
    }
    Judgement judgement = judgeExact(gold.is_string() ? gold.get<std::string>() : gold.dump(), completion);
    if (gold.is_null()) {
        judgement.verdict = Verdict::Malformed;
        judgement.accuracy = 0;
        judgement.reason = "no_gold";
        judgement.explanation = "The row has no answer to compare with.";
    }
    return judgement;
}

std::vector<TaskStatistic> DataTask::statistics(const std::string&, const std::string&) const { return {}; }

Result<std::unique_ptr<Task>> makeRunTask(const RunConfig& config)
{
    if (config.task.name != "dataset")
        return makeTask(config.task, config.sandbox);
    Result<TrainingData> data = TrainingData::open(
        config.data, uint64_t(config.general.seed), { data::Kind::PromptOnly, data::Kind::PromptCompletion });
    if (!data)
        return data.error();
    if (!wantsSandbox(config.data.verifier, *data))
        return std::unique_ptr<Task>(std::make_unique<DataTask>(std::move(*data)));
    Result<std::shared_ptr<SandboxPool>> pool = openSandboxPool(config.sandbox);
    if (!pool)
        return pool.error();
    return std::unique_ptr<Task>(std::make_unique<DataTask>(
        std::move(*data), ProgramRows { std::move(*pool), config.sandbox.maxTests, config.data.verifier == "code" }));
}

} // namespace aha
