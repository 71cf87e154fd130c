#pragma once
// A small run with everything the trace pages show: three steps, two groups of four, two evaluations.

#include "core/config/run_config.h"
#include "core/store/run_writer.h"

#include <QDir>
#include <QFile>

#include <cmath>

namespace fixture {

/// Misses, reflects, hits on the third attempt: an aha at the last reflection word. Chinese among English.
inline const std::string kAhaTrace = "<think> 5 * 9 = 45 , 45 + 6 = 51 no wait 5 + 9 = 15 , 15 + 6 = 21 不对 等等 5 * "
                                     "9 = 45 , 45 - 6 = 39 yes </think> <answer> ( 5 * 9 ) - 6 </answer>";
inline const std::string kItem = "{\"numbers\":[5,9,6],\"target\":39}";

inline aha::CompletionRow completion(int64_t step, int group, int sample)
{
    aha::CompletionRow c;
    c.position = sample;
    c.tokens = 40 + sample;
    c.correct = sample == 0 || (group == 1 && sample == 2);
    c.finishReason = sample == 3 ? "length" : "stop";
    if (sample != 3 || group == 0)
        c.reward = c.correct ? 1.1 : 0.1 * sample;
    c.advantage = c.correct ? 1.5 : -0.5;
    c.formatOk = sample != 3;
    c.verdict = c.correct ? "correct" : sample == 3 ? "malformed" : "wrong";
    c.reason = c.correct ? "ok" : sample == 3 ? "no_answer" : "wrong_value";
    c.parts = { { "accuracy", c.correct ? 1.0 : 0.0 }, { "format", c.formatOk ? 1.0 : 0.0 } };
    c.reflections = c.correct ? 2 + group : sample;
    c.mixesLanguage = sample == 1;
    c.languageShare = sample == 2 ? 0.5 : 1;
    c.extracted = c.correct ? "( 5 * 9 ) - 6" : "";
    c.text = c.correct ? kAhaTrace
        : sample == 1  ? "<think> <b>bold</b> & wait </think>"
                       : "<think> step " + std::to_string(step) + " group " + std::to_string(group) + " sample "
            + std::to_string(sample);
    c.tokenIds = { 1, 2, 3 };
    if (group == 1 && sample == 2)
        c.detail
            = aha::TokenDetail { { 7, 9, int32_t(kAhaTrace.size()) }, { -0.1f, -2.0f, -0.5f }, { 0.2f, 1.5f, 0.3f } };
    return c;
}

inline aha::EvaluationRow evaluation(int64_t step, int shift)
{
    aha::EvaluationRow e;
    e.step = step;
    e.task = "countdown";
    e.problems = 6;
    e.samples = 4;
    e.passK = { { 1, 0.5 }, { 4, 0.9 } };
    for (int i = 0; i < 6; ++i) {
        const int correct = std::min(4, (i + shift) % 5);
        e.rows.push_back({ { 0, "use 1 2 " + std::to_string(i + 3) + " to make 9 :", "countdown",
                               "{\"numbers\":[1,2," + std::to_string(i + 3) + "],\"target\":9}" },
            correct, correct > 2, "example " + std::to_string(i) + " at step " + std::to_string(step) });
        e.pass1 += correct / 24.0;
    }
    e.pass1Low = e.pass1 - 0.1;
    e.pass1High = e.pass1 + 0.1;
    return e;
}

inline void makeRun(const QString& folder, int seed = 0)
{
    QDir().mkpath(folder);
    aha::RunConfig config;
    config.general.name = "fixture";
    config.general.seed = seed;
    QFile file(folder + "/config.json");
    if (!file.open(QIODevice::WriteOnly))
        qFatal("config.json cannot be written");
    file.write(toJsonText(config).c_str());
    auto writer
        = orThrow(aha::RunWriter::create(folder.toStdString(), "fixture", "fixture", "grpo", toJsonText(config)));
    for (int64_t step = 1; step <= 3; ++step) {
        aha::StepRow row;
        row.step = step;
        row.metrics = { { "reward", 0.1 * double(step) + 0.01 * seed }, { "accuracy", 0.2 * double(step) },
            { "completions/mean_length", 30.0 } };
        for (int g = 0; g < 2; ++g) {
            aha::GroupRow group { 0, step, g,
                { 0, g ? "use 5 9 6 to make 39 :" : "use 1 1 " + std::to_string(step) + " to make 3 :", "countdown",
                    kItem },
                0.55, 0.5, g == 0, {} };
            for (int j = 0; j < 4; ++j)
                group.completions.push_back(completion(step, g, j));
            row.groups.push_back(group);
        }
        orThrow(writer->commitStep(row));
    }
    orThrow(writer->commitEvaluation(evaluation(0, 0)));
    orThrow(writer->commitEvaluation(evaluation(3, 2 + seed)));
    orThrow(writer->addMarker({ 0, 3, "finished", "Finished at step 3", "{}", 0 }));
}

} // namespace fixture
