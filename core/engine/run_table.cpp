#include "core/engine/run_table.h"

#include "core/engine/checkpoint.h"
#include "core/engine/data_task.h"
#include "core/engine/engine_context.h"
#include "core/engine/evaluation.h"
#include "core/engine/model_source.h"
#include "core/engine/train_run.h"
#include "core/rollout/cpu_rollout.h"
#include "core/store/run_reader.h"

#include <cmath>
#include <cstdio>
#include <set>

namespace aha {

namespace {

/// KL(end || start) from held-out completions of the run's newest checkpoint.
double klFromStart(const std::filesystem::path& run, const RunConfig& config, int64_t completions)
{
    const std::filesystem::path end = orThrow(resolveModel(run.string()));
    const auto workers = makeWorkers(0);
    const Transformer trained = orThrow(loadModel(end)), start = orThrow(loadModel(config.model.path));
    const auto tokenizer = orThrow(loadModelTokenizer(end));
    const PromptBuilder prompts = orThrow(PromptBuilder::open(config.prompt, end, tokenizer));
    const auto task = orThrow(makeRunTask(config));
    const auto rollout = makeCpuRollout(trained.config(), *workers);
    rollout->setWeights(decoderWeights(trained));
    std::vector<PromptRequest> requests;
    for (const TaskItem& item : task->heldOut(int(completions)))
        requests.push_back({ prompts.build(item).ids,
            { Rng(uint64_t(config.general.seed), Purpose::Evaluation, 1u << 29, requests.size()) } });
    const auto groups = rollout->generate(requests, samplingParams(config, trained.config()),
        { .stopWatch = stopWatchFor({ config.rollout.stop }, *tokenizer) });
    std::vector<std::vector<int32_t>> sequences;
    for (size_t i = 0; i < groups.size(); ++i) {
        sequences.push_back(requests[i].promptIds);
        sequences.back().insert(sequences.back().end(), groups[i][0].ids.begin(), groups[i][0].ids.end());
    }
    const auto before = rollout->score(decoderWeights(start), sequences, config.rollout.temperature),
               after = rollout->score(decoderWeights(trained), sequences, config.rollout.temperature);
    double sum = 0;
    for (size_t i = 0; i < sequences.size(); ++i)
        for (size_t t = requests[i].promptIds.size() - 1; t < before[i].logprob.size(); ++t)
            sum += double(after[i].logprob[t]) - double(before[i].logprob[t]);
    return sequences.empty() ? std::nan("") : sum / double(sequences.size());
}

} // namespace

Result<RunTableRow> tableRow(const std::filesystem::path& run, int64_t klCompletions)
{
    try {
        const RunConfig config = orThrow(readRunConfig(run));
        const auto reader = orThrow(RunReader::open(run));
        const std::vector<EvaluationRow> evaluations = orThrow(reader->evaluations());
        if (evaluations.size() < 2)
            return Error { "table_no_evaluation", "The run " + run.string() + " has fewer than two evaluations.",
                "Let it run, or leave it out." };
        RunTableRow row;
        row.name = config.general.name;
        row.kind = config.general.kind;
        row.seed = config.general.seed;
        const EvaluationRow &begin = evaluations.front(), &end = evaluations.back();
        row.steps = end.step;
        row.problems = end.problems;
        row.samples = end.samples;
        row.first = begin.pass1;
        row.pass1 = end.pass1;
        row.low = end.pass1Low;
        row.high = end.pass1High;
        for (const auto& [name, value] : end.metrics)
            if (name == "completions/mean_length")
                row.meanLength = value;
        std::vector<int64_t> sampledBy { 0 }; // a step
        const int64_t groupSize = config.rollout.numGenerations;
        const std::vector<SeriesPoint> generated = orThrow(reader->series("selection/generated_groups"));
        std::set<int64_t> sampling; // steps on rows of a data set sample nothing
        for (const SeriesPoint& point : orThrow(reader->series("completions/mean_length")))
            sampling.insert(point.step);
        for (const SeriesPoint& step : orThrow(reader->series("perf/step_seconds"))) {
            row.trainingSeconds += step.value;
            double groups = sampling.count(step.step) ? double(config.rollout.promptsPerStep) : 0;
            for (const SeriesPoint& point : generated)
                if (point.step == step.step)
                    groups = point.value;
            sampledBy.push_back(sampledBy.back() + int64_t(groups) * groupSize);
        }
        row.sampled = sampledBy.back();
        for (const EvaluationRow& evaluation : evaluations)
            if (end.pass1 > begin.pass1 && !row.stepsTo80
                && evaluation.pass1 >= begin.pass1 + 0.8 * (end.pass1 - begin.pass1)) {
                row.stepsTo80 = evaluation.step;
                row.sampledTo80 = sampledBy[std::min(size_t(evaluation.step), sampledBy.size() - 1)];
            }
        if (klCompletions > 0) {
            row.kl = klFromStart(run, config, klCompletions);
            row.klCompletions = klCompletions;
        }
        return row;
    } catch (const Failure& failure) {
        return failure.error();
    }
}

std::string tableMarkdown(const std::vector<RunTableRow>& rows)
{
    std::string text
        = "| run | seed | steps | pass@1, held out | n | length, tokens | KL from the start, nats | sampled | "
          "steps to 80 % | samples to 80 % | training, s |\n|---|---|---|---|---|---|---|---|---|---|---|\n";
    for (const RunTableRow& r : rows) {
        char line[512], kl[64] = "–";
        if (r.kl)
            std::snprintf(kl, sizeof kl, "%.1f", *r.kl);
        const auto orDash
            = [](const std::optional<int64_t>& value) { return value ? std::to_string(*value) : std::string("–"); };
        std::snprintf(line, sizeof line,
            "| %s | %lld | %lld | %.1f %% (%.1f to %.1f), from %.1f | %d x %d | %.0f | %s | %lld | %s | %s | %.0f |\n",
            r.name.c_str(), static_cast<long long>(r.seed), static_cast<long long>(r.steps), 100 * r.pass1, 100 * r.low,
            100 * r.high, 100 * r.first, r.problems, r.samples, r.meanLength, kl, static_cast<long long>(r.sampled),
            orDash(r.stepsTo80).c_str(), orDash(r.sampledTo80).c_str(), r.trainingSeconds);
        text += line;
    }
    return text;
}

} // namespace aha
