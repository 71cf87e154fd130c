#pragma once
// Runs whose traces reflect more and mix less with the steps, in known numbers.

#include "core/config/run_config.h"
#include "core/store/run_writer.h"

#include <QDir>
#include <QFile>

namespace fixture {

inline constexpr int kGroups = 3, kSamples = 4;

/// Sample 0 of each group is right and says "wait" once a step from step 4 on; sample 1 mixes languages in odd groups
/// unless the run has the consistency reward.
inline aha::StepRow analysedStep(int64_t step, double language)
{
    aha::StepRow row;
    row.step = step;
    row.metrics = { { "reward", 0.1 }, { "accuracy", 0.25 } };
    for (int g = 0; g < kGroups; ++g) {
        aha::GroupRow group { 0, step, g,
            { 0, "use 5 9 6 to make " + std::to_string(30 + g) + " :", "countdown",
                "{\"numbers\":[5,9,6],\"target\":" + std::to_string(30 + g) + "}" },
            0.5, 0.5, false, {} };
        for (int j = 0; j < kSamples; ++j) {
            aha::CompletionRow c;
            c.position = j;
            c.tokens = 10 + j;
            c.correct = j == 0;
            c.finishReason = "stop";
            c.reward = c.correct;
            c.verdict = c.correct ? "correct" : "wrong";
            c.reason = "ok";
            c.parts = { { "accuracy", c.correct ? 1.0 : 0.0 } };
            c.text = "<think> 5 + 9 = 14 , 14 - 6 = 8 no";
            if (j == 0 && step >= 4)
                c.text += " wait 5 * 9 = 45 , 45 - 6 = 39 yes";
            if (j == 1)
                c.text += language == 0 && g % 2 ? " 等等 \x01\xE2\x80\xAE" : " but";
            c.tokenIds = { 1, 2 };
            group.completions.push_back(c);
        }
        row.groups.push_back(group);
    }
    return row;
}

/// The same traces as the answers to three held-out problems, four samples each.
inline aha::EvaluationRow answeredEvaluation(int64_t step, double language = 0)
{
    aha::EvaluationRow e;
    e.step = step;
    e.task = "countdown";
    e.problems = kGroups;
    e.samples = kSamples;
    e.pass1 = 0.25;
    e.pass1Low = 0.1;
    e.pass1High = 0.5;
    for (const aha::GroupRow& group : analysedStep(step, language).groups) {
        aha::EvaluationProblemRow& problem = e.rows.emplace_back();
        problem.prompt = group.prompt;
        problem.correct = 1;
        problem.example = group.completions.front().text;
        problem.samples = group.completions;
    }
    return e;
}

inline std::unique_ptr<aha::RunWriter> makeEmptyRun(const QString& folder, const char* kind, double language)
{
    QDir().mkpath(folder);
    aha::RunConfig config;
    config.general.name = "analysed";
    config.general.kind = kind;
    config.rewards.language = language;
    QFile file(folder + "/config.json");
    if (!file.open(QIODevice::WriteOnly))
        qFatal("config.json cannot be written");
    file.write(toJsonText(config).c_str());
    return orThrow(
        aha::RunWriter::create(folder.toStdString(), folder.toStdString(), "analysed", kind, toJsonText(config)));
}

/// Fine-tuning: no completion of a step, answers at evaluations.
inline std::unique_ptr<aha::RunWriter> makeFineTunedRun(const QString& folder, const std::vector<int64_t>& evaluations)
{
    auto writer = makeEmptyRun(folder, "sft", 0);
    aha::StepRow row;
    for (row.step = 1; row.step <= (evaluations.empty() ? 1 : evaluations.back()); ++row.step) {
        row.metrics = { { "loss", 1.0 } };
        orThrow(writer->commitStep(row));
    }
    for (const int64_t step : evaluations)
        orThrow(writer->commitEvaluation(answeredEvaluation(step)));
    return writer;
}

/// The writer stays open for further steps when it is kept.
inline std::unique_ptr<aha::RunWriter> makeAnalysedRun(const QString& folder, double language, int64_t steps)
{
    auto writer = makeEmptyRun(folder, "grpo", language);
    for (int64_t step = 1; step <= steps; ++step)
        orThrow(writer->commitStep(analysedStep(step, language)));
    aha::EvaluationRow e;
    e.step = 0;
    e.task = "countdown";
    e.problems = 10;
    e.samples = 1;
    e.pass1 = 0.2;
    e.pass1Low = 0.06;
    e.pass1High = 0.5;
    orThrow(writer->commitEvaluation(e));
    return writer;
}

} // namespace fixture
