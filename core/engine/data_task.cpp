#include "core/engine/data_task.h"

#include "core/base/json_depth.h"
#include "core/tasks/choice_answer.h"
#include "core/tasks/programs/code_judge.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

/// The options of a multiple choice, which data sets call either.
data::Row optionsOf(const data::Example& example)
{
    for (const char* name : { "options", "choices" })
        if (const auto found = example.metadata.find(name); found != example.metadata.end() && found->is_structured())
            return *found;
    return nullptr;
}

/// "A. Paris" on each line, behind a question that does not show its options itself.
std::string optionLines(const std::string& question, const data::Row& options)
{
    std::string lines;
    bool shown = true;
    char letter = 'A';
    for (const std::string& text : choiceOptions(options)) {
        shown = shown && question.find(text) != std::string::npos;
        lines += std::string("\n") + letter++ + ". " + text;
    }
    return shown ? std::string() : lines;
}

TaskItem itemOf(const data::Example& example, const RowRules& rules)
{
    TaskItem item;
    item.prompt = example.prompt.joined();
    Json fields { { "gold", example.gold } };
    std::string lines;
    if (rules.verifier == RowVerifier::Choice)
        if (const data::Row options = optionsOf(example); !options.is_null()) {
            fields["options"] = options;
            lines = optionLines(item.prompt, options);
            item.prompt += lines;
        }
    if (example.prompt.conversational) {
        Json messages = Json::array();
        for (const data::Message& message : example.prompt.messages) {
            Json turn = message.extra.is_object() ? message.extra : Json::object();
            turn["role"] = message.role;
            turn["content"] = message.content;
            messages.push_back(std::move(turn));
        }
        if (!lines.empty())
            messages.back()["content"] = example.prompt.messages.back().content + lines;
        item.messagesJson = messages.dump();
    }
    item.itemJson = fields.dump();
    return item;
}

/// Are answers programs? In doubt the first rows say it.
bool wantsSandbox(RowVerifier verifier, const TrainingData& data)
{
    if (verifier != RowVerifier::Auto)
        return verifier == RowVerifier::Code;
    for (uint64_t i = 0; i < std::min<uint64_t>(data.epochSize(), 32); ++i)
        if (const Result<data::Example> row = data.row(data.at(0, i)); row && areProgramTests(row->gold))
            return true;
    return false;
}

} // namespace

DataTask::DataTask(TrainingData data, RowRules rules, ProgramRows programs)
    : m_data(std::move(data))
    , m_rules(rules)
    , m_programs(std::move(programs))
{
}

TaskItem DataTask::trainItem(uint64_t, uint64_t index) const
{
    const uint64_t size = m_data.epochSize();
    return itemOf(orThrow(m_data.row(m_data.at(index / size, index % size))), m_rules);
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
        items.push_back(itemOf(orThrow(m_data.heldOut(i)), m_rules));
    return items;
}

Judgement DataTask::judge(const std::string& itemJson, const std::string& completion) const
{
    const Json item = jsonDepthWithin(itemJson) ? Json::parse(itemJson, nullptr, /*allow_exceptions=*/false) : Json();
    if (m_programs.pool && item.is_object())
        if (const auto gold = item.find("gold"); gold != item.end() && (m_programs.all || areProgramTests(*gold)))
            return judgeCode(*gold, completion, *m_programs.pool, m_programs.maxTests);
    return judgeRow(m_rules, item, completion);
}

std::vector<TaskStatistic> DataTask::statistics(const std::string&, const std::string&) const { return {}; }

Result<std::unique_ptr<Task>> makeRunTask(const RunConfig& config)
{
    if (config.task.name != "dataset")
        return makeTask(config.task, config.sandbox);
    const Result<RowRules> rules = rowRules(config.data);
    if (!rules)
        return rules.error();
    Result<TrainingData> data = TrainingData::open(
        config.data, uint64_t(config.general.seed), { data::Kind::PromptOnly, data::Kind::PromptCompletion });
    if (!data)
        return data.error();
    ProgramRows programs;
    if (wantsSandbox(rules->verifier, *data)) {
        Result<std::shared_ptr<SandboxPool>> pool = openSandboxPool(config.sandbox);
        if (!pool)
            return pool.error();
        programs = { std::move(*pool), config.sandbox.maxTests, rules->verifier == RowVerifier::Code };
    }
    return std::unique_ptr<Task>(std::make_unique<DataTask>(std::move(*data), *rules, std::move(programs)));
}

} // namespace aha
