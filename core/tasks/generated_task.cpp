#include "core/tasks/generated_task.h"

#include "core/base/json_depth.h"
#include "core/tasks/held_out.h"
#include "core/tasks/strict_verdict.h"
#include "core/tasks/tagged_answer.h"

#include <nlohmann/json.hpp>

#include <set>

namespace aha {

namespace {

constexpr int kMaxDraws = 500'000;

class GeneratedTask : public Task {
public:
    GeneratedTask(std::string name, const TaskConfig& config, std::unique_ptr<Puzzle> puzzle)
        : m_name(std::move(name))
        , m_config(config)
        , m_puzzle(std::move(puzzle))
    {
    }

    std::string name() const override { return m_name; }
    int levels() const override { return m_puzzle->levels(); }

    TaskItem trainItem(uint64_t seed, uint64_t index) const override
    {
        return trainItemAt(int(m_config.level), seed, index);
    }

    TaskItem trainItemAt(int level, uint64_t seed, uint64_t index) const override
    {
        Rng rng(seed, Purpose::Problem, index, uint64_t(level));
        for (int draws = 0; draws < kMaxDraws; ++draws)
            if (std::optional<Puzzle::Drawn> drawn = m_puzzle->draw(level, rng); drawn && !isHeldOut(keyOf(*drawn)))
                return itemOf(std::move(*drawn));
        throw Failure(Error { "task_impossible",
            m_name + " found no problem of level " + std::to_string(level) + " that may train.",
            "Lower task.held_out_percent, or take another level." });
    }

    std::vector<TaskItem> heldOut(int count) const override
    {
        const int level = int(m_config.evalLevel > 0 ? m_config.evalLevel : m_config.level);
        std::vector<TaskItem> items;
        std::set<std::string> seen;
        Rng rng(0, Purpose::HeldOut, uint64_t(level));
        // Some levels hold few problems: stop when nothing new has come for long.
        for (int idle = 0; int(items.size()) < count && idle < 20'000; ++idle) {
            std::optional<Puzzle::Drawn> drawn = m_puzzle->drawHeldOut(level, rng);
            if (drawn && isHeldOut(keyOf(*drawn)) && seen.insert(keyOf(*drawn)).second) {
                items.push_back(itemOf(std::move(*drawn)));
                idle = 0;
            }
        }
        return items;
    }

    Judgement judge(const std::string& itemJson, const std::string& completion) const override
    {
        using Json = nlohmann::ordered_json;
        const Json item = jsonDepthWithin(itemJson) ? Json::parse(itemJson, nullptr, false) : Json();
        const auto check = [&](std::string_view answer) -> Result<AnswerCheck> {
            if (!item.is_object())
                return Error { "task_item_invalid", "A problem of " + m_name + " is a JSON object.", "" };
            return m_puzzle->check(item, answer);
        };
        return strictVerdict(judgeTaggedAnswer(completion, m_puzzle->maxAnswer(), check), completion);
    }

    std::vector<TaskStatistic> statistics(const std::string&, const std::string&) const override { return {}; }

private:
    static const std::string& keyOf(const Puzzle::Drawn& drawn)
    {
        return drawn.key.empty() ? drawn.question : drawn.key;
    }
    bool isHeldOut(const std::string& key) const { return aha::isHeldOut(key, m_config.heldOutPercent); }
    static TaskItem itemOf(Puzzle::Drawn drawn) { return { std::move(drawn.question), std::move(drawn.itemJson), "" }; }

    std::string m_name;
    TaskConfig m_config;
    std::unique_ptr<Puzzle> m_puzzle;
};

} // namespace

Result<std::unique_ptr<Task>> makeGeneratedTask(
    std::string name, const TaskConfig& config, std::unique_ptr<Puzzle> puzzle)
{
    const int levels = puzzle->levels();
    for (const int64_t level : { config.level, config.evalLevel })
        if (level > levels)
            return Error { "task_level",
                name + " has no level " + std::to_string(level) + ": its levels are 1 to " + std::to_string(levels)
                    + ".",
                "Set task.level (and task.eval_level) to one of them; ./ahascope tasks " + name + " shows them." };
    auto task = std::make_unique<GeneratedTask>(name, config, std::move(puzzle));
    try {
        task->trainItem(0, 0);
    } catch (const Failure& failure) {
        return failure.error();
    }
    if (task->heldOut(1).empty())
        return Error { "task_impossible", name + " found no problem of this level to hold out.",
            "Raise task.held_out_percent, or take another level." };
    return std::unique_ptr<Task>(std::move(task));
}

} // namespace aha
