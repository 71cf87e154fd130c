#pragma once
// Runs with evaluations whose outcomes the test chooses.

#include "core/config/run_config.h"
#include "core/store/run_writer.h"

#include <QDir>
#include <QFile>

namespace fixture {

inline std::string problemText(size_t problem) { return "use 1 2 " + std::to_string(problem + 3) + " to make 9 :"; }

struct Course {
    struct Evaluation {
        int64_t step;
        int samples;
        std::vector<int> right; ///< of each problem
    };
    std::string name = "course";
    std::vector<Evaluation> evaluations;
    std::vector<double> stepSeconds; ///< of steps 1, 2, …
    int64_t seed = 0;
    double learningRate = 1e-4; ///< what a configuration differs in
    bool keepsSamples = false; ///< else one answer per problem is stored, as by older versions
};

/// Answers to two prompts of a person's own, which the model read with what its chat template puts before them.
inline aha::EvaluationRow ownRow(int64_t step, const std::string& before = "user: ")
{
    aha::EvaluationRow row;
    row.step = step;
    row.task = aha::kProbesTask;
    row.samples = 1;
    for (const char* written : { "Which is larger, 9.11 or 9.9?", "Why is the sky blue?" }) {
        aha::CompletionRow sample;
        sample.tokens = 7;
        sample.finishReason = "length";
        sample.verdict = "unjudged";
        sample.reason = "not_judged";
        sample.text = "own answer at step " + std::to_string(step) + " to: " + written;
        row.rows.push_back({ { 0, before + written, aha::kProbesTask, std::string("{\"prompt\":\"") + written + "\"}" },
            0, false, sample.text, { sample } });
    }
    return row;
}

/// The wrong samples come first.
inline aha::EvaluationRow evaluationRow(const Course::Evaluation& evaluation, bool keepsSamples = false)
{
    aha::EvaluationRow row;
    row.step = evaluation.step;
    row.task = "countdown";
    row.problems = int(evaluation.right.size());
    row.samples = evaluation.samples;
    for (size_t i = 0; i < evaluation.right.size(); ++i) {
        row.rows.push_back({ { 0, problemText(i), "countdown", "{\"numbers\":[1,2,3],\"target\":9}" },
            evaluation.right[i], 2 * evaluation.right[i] > evaluation.samples,
            "<think> attempt at step " + std::to_string(evaluation.step) + " of problem " + std::to_string(i)
                + " </think>" });
        for (int j = 0; keepsSamples && j < evaluation.samples; ++j) {
            aha::CompletionRow sample;
            sample.position = j;
            sample.tokens = 20 + j;
            sample.correct = j >= evaluation.samples - evaluation.right[i];
            sample.finishReason = "stop";
            sample.verdict = sample.correct ? "correct" : "wrong";
            sample.reason = sample.correct ? "ok" : "wrong_value";
            sample.extracted = "1 + 2 + " + std::to_string(j);
            sample.text = row.rows.back().example + (j > 0 ? " sample " + std::to_string(j + 1) : "");
            row.rows.back().samples.push_back(sample);
        }
        row.pass1 += double(evaluation.right[i]) / double(row.problems * row.samples);
    }
    row.pass1Low = std::max(0.0, row.pass1 - 0.1);
    row.pass1High = std::min(1.0, row.pass1 + 0.1);
    return row;
}

inline void makeCourse(const QString& folder, const Course& course)
{
    QDir().mkpath(folder);
    aha::RunConfig config;
    config.general.name = course.name;
    config.general.seed = course.seed;
    config.optimizer.learningRate = course.learningRate;
    QFile file(folder + "/config.json");
    if (!file.open(QIODevice::WriteOnly))
        qFatal("config.json cannot be written");
    file.write(toJsonText(config).c_str());
    auto writer
        = orThrow(aha::RunWriter::create(folder.toStdString(), course.name, course.name, "grpo", toJsonText(config)));
    for (size_t i = 0; i < course.stepSeconds.size(); ++i) {
        aha::StepRow row;
        row.step = int64_t(i) + 1;
        row.metrics = { { "perf/step_seconds", course.stepSeconds[i] } };
        orThrow(writer->commitStep(row));
    }
    for (const Course::Evaluation& evaluation : course.evaluations)
        orThrow(writer->commitEvaluation(evaluationRow(evaluation, course.keepsSamples)));
}

} // namespace fixture
