#include "core/engine/search_traces.h"

#include "core/tasks/countdown.h"
#include "core/text/tokenizer_training.h"

#include <array>

namespace aha {

namespace {

struct Phrases {
    const char *hit, *miss;
    std::array<const char*, 3> retry; ///< wait, check, retry: three of R1's reflection words
};
constexpr Phrases kEnglish { "yes", "no", { "wait", "check", "retry" } };
constexpr Phrases kChinese { "对", "不对", { "等等", "检查", "再试" } };

size_t pick(const std::vector<double>& weights, Rng& rng)
{
    double total = 0;
    for (const double weight : weights)
        total += weight;
    double u = rng.uniform() * total;
    for (size_t i = 0; i < weights.size(); ++i)
        if ((u -= weights[i]) < 0)
            return i;
    return weights.size() - 1;
}

} // namespace

std::vector<std::string> miniatureWords(const TaskConfig& task)
{
    std::vector<std::string> words { "<think>", "</think>", "<answer>", "</answer>", "use", "to", "make", ":", "=", ",",
        "(", ")", "+", "-", "*" };
    if (task.operators.find('/') != std::string::npos)
        words.push_back("/");
    for (const Phrases& language : { kEnglish, kChinese }) {
        words.insert(words.end(), { language.hit, language.miss });
        words.insert(words.end(), language.retry.begin(), language.retry.end());
    }
    for (int64_t value = task.valueMin; value <= task.valueMax; ++value)
        words.push_back(std::to_string(value));
    return words;
}

TrainingText searchTrace(
    const Task& task, const TaskConfig& taskConfig, const TraceConfig& config, uint64_t seed, uint64_t index)
{
    Rng rng(seed, Purpose::Corpus, index);
    const TaskItem item = task.trainItem(seed ^ 0x7072657472616E69ull, index);
    const CountdownItem problem = orThrow(countdownItemFromJson(item.itemJson));
    std::vector<TwoStep> solutions, misses;
    for (const TwoStep& step :
        twoSteps(problem.numbers, taskConfig.operators, taskConfig.valueMin, taskConfig.valueMax))
        (step.value == problem.target ? solutions : misses).push_back(step);
    if (solutions.empty() && misses.empty())
        throw Failure({ "task_impossible", "No two whole steps over a problem's numbers stay within the task's bounds.",
            "Widen task.value_min and task.value_max." });
    for (size_t i = misses.size(); i > 1; --i)
        std::swap(misses[i - 1], misses[size_t(rng.below(i))]);

    const int64_t attempts = config.attempts[pick(config.attemptWeights, rng)];
    bool chinese = rng.uniform() < config.chineseShare;
    std::string text = "<think>";
    const TwoStep* last = nullptr;
    for (int64_t i = 0; i < attempts; ++i) {
        // With division a problem may have no solution in whole steps: such a trace ends on a miss.
        const bool hit = !solutions.empty() && (misses.empty() || rng.uniform() < config.solutionShare);
        last = hit ? &solutions[size_t(rng.below(solutions.size()))] : &misses[size_t(i) % misses.size()];
        text += " " + last->working();
        const Phrases& language = chinese ? kChinese : kEnglish;
        text += std::string(" ") + (hit ? language.hit : language.miss);
        if (hit)
            break;
        if (i + 1 < attempts) {
            if (rng.uniform() < config.switchShare)
                chinese = !chinese;
            text += std::string(" ") + (chinese ? kChinese : kEnglish).retry[size_t(rng.below(3))];
        }
    }
    return { item.prompt, text + " </think> <answer> " + last->answer() + " </answer>" };
}

namespace {

class SearchCorpus : public PretrainCorpus {
public:
    SearchCorpus(const TaskConfig& config, const TraceConfig& traces, uint64_t seed, std::unique_ptr<Task> task)
        : m_config(config)
        , m_traces(traces)
        , m_seed(seed)
        , m_task(std::move(task))
    {
    }
    TrainingText text(uint64_t index) const override { return searchTrace(*m_task, m_config, m_traces, m_seed, index); }
    Result<void> makeTokenizer(const std::filesystem::path& file) const override
    {
        return trainWordTokenizer(miniatureWords(m_config), file);
    }
    std::vector<TaskConfig> tasks() const override { return { m_config }; }
    std::string about() const override
    {
        return "It has read synthetic search traces for countdown (three numbers, + - *) and has never seen a reward. "
               "It\n"
               "calculates, recognises a hit, and gives up too early: what is left to learn is persistence.";
    }

private:
    TaskConfig m_config;
    TraceConfig m_traces;
    uint64_t m_seed;
    std::unique_ptr<Task> m_task;
};

} // namespace

Result<std::unique_ptr<PretrainCorpus>> searchCorpus(const TaskConfig& task, const TraceConfig& traces, uint64_t seed)
{
    Result<std::unique_ptr<Task>> made = makeTask(task);
    if (!made)
        return made.error();
    return std::unique_ptr<PretrainCorpus>(std::make_unique<SearchCorpus>(task, traces, seed, std::move(*made)));
}

} // namespace aha
