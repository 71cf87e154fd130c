#include "core/engine/worked_traces.h"

#include "core/base/rng.h"
#include "core/tasks/puzzle.h"
#include "core/text/tokenizer_training.h"

#include <nlohmann/json.hpp>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

constexpr uint64_t kCorpusSeed = 0x7072657472616E69ull; ///< problems that no run's seed draws in this order
constexpr uint64_t kElsewhere = uint64_t(1) << 40; ///< numbers of problems whose answers are the wrong guesses
constexpr uint64_t kTokenizerTexts = 20'000;

class WorkedCorpus : public PretrainCorpus {
public:
    struct Source {
        TaskConfig config;
        std::unique_ptr<Task> task;
        std::unique_ptr<Puzzle> puzzle;
        double upTo = 0; ///< cumulated share
    };
    WorkedCorpus(WorkedTraceConfig config, uint64_t seed, std::vector<Source> sources)
        : m_config(std::move(config))
        , m_seed(seed)
        , m_sources(std::move(sources))
    {
    }

    TrainingText text(uint64_t index) const override
    {
        Rng rng(m_seed, Purpose::Corpus, index);
        const double which = rng.uniform() * m_sources.back().upTo;
        size_t s = 0;
        while (s + 1 < m_sources.size() && which >= m_sources[s].upTo)
            ++s;
        const Source& source = m_sources[s];
        const TaskItem item = source.task->trainItem(m_seed ^ kCorpusSeed, index);
        const Json fields = Json::parse(item.itemJson);
        if (rng.uniform() < m_config.workedShare)
            return { item.prompt,
                "<think> " + source.puzzle->working(fields, rng) + " </think> <answer> "
                    + orThrow(source.puzzle->solve(fields)) + " </answer>" };
        const bool lucky = rng.uniform() < m_config.luckyShare;
        const Json guessed
            = lucky ? fields : Json::parse(source.task->trainItem(m_seed ^ kCorpusSeed, kElsewhere + index).itemJson);
        return { item.prompt, "<think> </think> <answer> " + orThrow(source.puzzle->solve(guessed)) + " </answer>" };
    }

    Result<void> makeTokenizer(const std::filesystem::path& file) const override
    {
        std::vector<std::string> texts;
        for (uint64_t i = 0; i < kTokenizerTexts; ++i) {
            TrainingText one = text(i);
            texts.push_back(std::move(one.prompt));
            texts.push_back(std::move(one.completion));
        }
        return trainPieceTokenizer(texts, { "<think>", "</think>", "<answer>", "</answer>" }, m_config.pieces, file);
    }

    std::vector<TaskConfig> tasks() const override
    {
        std::vector<TaskConfig> all;
        for (const Source& source : m_sources)
            all.push_back(source.config);
        return all;
    }

    std::string about() const override
    {
        return "It has read problems of several tasks, some worked out step by step and right, most guessed at once "
               "and "
               "mostly wrong, and has never seen a reward: what is left to learn is to work them out.";
    }

private:
    WorkedTraceConfig m_config;
    uint64_t m_seed;
    std::vector<Source> m_sources;
};

} // namespace

Result<std::unique_ptr<PretrainCorpus>> workedCorpus(const WorkedTraceConfig& config, uint64_t seed)
{
    const auto invalid = [](const std::string& why) {
        return Error { "recipe_invalid", "The recipe's worked traces: " + why, "See experiments/three-tasks." };
    };
    const auto isShare = [](double value) { return value >= 0 && value <= 1; };
    if (config.tasks.empty() || !isShare(config.workedShare) || !isShare(config.luckyShare))
        return invalid("there is at least one task, and shares lie between 0 and 1.");
    std::vector<WorkedCorpus::Source> sources;
    double total = 0;
    for (const WorkedTraceConfig::Share& share : config.tasks) {
        WorkedCorpus::Source source { share.task, nullptr, nullptr, total += share.weight };
        Result<std::unique_ptr<Task>> task = makeTask(share.task);
        if (!task)
            return task.error();
        source.task = std::move(*task);
        for (const PuzzleEntry& entry : allPuzzles())
            if (share.task.name == entry.name)
                source.puzzle = entry.make(share.task);
        Rng rng(0, Purpose::Corpus);
        if (!(share.weight > 0) || !source.puzzle
            || source.puzzle->working(Json::parse(source.task->trainItem(0, 0).itemJson), rng).empty())
            return invalid("\"" + share.task.name + "\" has no weight, or no way to be worked out.");
        sources.push_back(std::move(source));
    }
    return std::unique_ptr<PretrainCorpus>(std::make_unique<WorkedCorpus>(config, seed, std::move(sources)));
}

} // namespace aha
