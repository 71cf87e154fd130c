#include "core/tasks/programs/programming.h"

#include "core/base/json_depth.h"
#include "core/tasks/held_out.h"
#include "core/tasks/programs/code_judge.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kExamples = 2, kHiddenTests = 8, kMaxDraws = 10'000;

class Programming : public Task {
public:
    Programming(const TaskConfig& config, const SandboxConfig& sandbox, std::shared_ptr<SandboxPool> pool)
        : m_config(config)
        , m_maxTests(sandbox.maxTests)
        , m_pool(std::move(pool))
        , m_families(programFamilies())
    {
    }

    std::string name() const override { return "programming"; }
    int levels() const override { return kProgramLevels; }

    TaskItem trainItem(uint64_t seed, uint64_t index) const override
    {
        return trainItemAt(int(m_config.level), seed, index);
    }

    TaskItem trainItemAt(int level, uint64_t seed, uint64_t index) const override
    {
        Rng rng(seed, Purpose::Problem, index, uint64_t(level));
        for (int draws = 0; draws < kMaxDraws; ++draws)
            if (DrawnProgram drawn = draw(level, rng); !isHeldOut(drawn.key, m_config.heldOutPercent))
                return { std::move(drawn.prompt), std::move(drawn.itemJson), "" };
        throw Failure(
            { "task_impossible", "programming found no problem of level " + std::to_string(level) + " that may train.",
                "Lower task.held_out_percent, or take another level." });
    }

    std::vector<TaskItem> heldOut(int count) const override
    {
        const int level = int(m_config.evalLevel > 0 ? m_config.evalLevel : m_config.level);
        std::vector<TaskItem> items;
        std::set<std::string> seen;
        Rng rng(0, Purpose::HeldOut, uint64_t(level));
        for (int idle = 0; int(items.size()) < count && idle < kMaxDraws; ++idle) {
            DrawnProgram drawn = draw(level, rng);
            if (!isHeldOut(drawn.key, m_config.heldOutPercent) || !seen.insert(drawn.key).second)
                continue;
            items.push_back({ std::move(drawn.prompt), std::move(drawn.itemJson), "" });
            idle = 0;
        }
        return items;
    }

    Judgement judge(const std::string& itemJson, const std::string& completion) const override
    {
        const Json item = jsonDepthWithin(itemJson) ? Json::parse(itemJson, nullptr, false) : Json();
        return judgeCode(item, completion, *m_pool, m_maxTests);
    }

    std::vector<TaskStatistic> statistics(const std::string&, const std::string&) const override { return {}; }

private:
    DrawnProgram draw(int level, Rng& rng) const
    {
        std::vector<const ProgramFamily*> families;
        for (const ProgramFamily& family : m_families)
            if (family.level == level)
                families.push_back(&family);
        return drawProgram(*families[size_t(rng.below(families.size()))], rng);
    }

    TaskConfig m_config;
    int64_t m_maxTests;
    std::shared_ptr<SandboxPool> m_pool;
    std::vector<ProgramFamily> m_families;
};

} // namespace

DrawnProgram drawProgram(const ProgramFamily& family, Rng& rng)
{
    for (;;) {
        const ProgramProblem problem = family.draw(rng);
        std::string prompt = problem.statement
            + "\nWrite a complete program in Python 3 or C++17 that reads standard input and writes standard output. "
              "Answer "
              "with one ```python or ```cpp block.";
        std::set<std::string> known;
        for (int i = 0; i < kExamples; ++i) {
            const std::string input = problem.input(rng, i);
            known.insert(input);
            prompt += "\n\nInput:\n" + input + "Output:\n" + problem.output(input);
            prompt.pop_back(); // the last line end
        }
        Json inputs = Json::array(), outputs = Json::array();
        std::set<std::string> different;
        // Small problems have few inputs: each is tried some times, larger and larger.
        for (int i = 0; i < 6 * kHiddenTests && int(inputs.size()) < kHiddenTests; ++i) {
            const std::string input = problem.input(rng, std::min(9, int(inputs.size()) + 2));
            if (!known.insert(input).second)
                continue;
            const std::string output = problem.output(input);
            different.insert(output);
            inputs.push_back(input);
            outputs.push_back(output);
        }
        // Whoever always prints the same must fail.
        if (int(inputs.size()) < kHiddenTests || different.size() < 2)
            continue;
        const Json item { { "problem", family.name }, { "inputs", inputs }, { "outputs", outputs } };
        return { std::move(prompt), item.dump(), problem.statement, problem.python };
    }
}

Result<std::unique_ptr<Task>> makeProgramming(const TaskConfig& config, const SandboxConfig& sandbox)
{
    for (const int64_t level : { config.level, config.evalLevel })
        if (level > kProgramLevels)
            return Error { "task_level",
                "programming has no level " + std::to_string(level) + ": its levels are 1 to "
                    + std::to_string(kProgramLevels) + ".",
                "Set task.level (and task.eval_level) to one of them." };
    Result<std::shared_ptr<SandboxPool>> pool = openSandboxPool(sandbox);
    if (!pool)
        return pool.error();
    return std::unique_ptr<Task>(std::make_unique<Programming>(config, sandbox, std::move(*pool)));
}

} // namespace aha
