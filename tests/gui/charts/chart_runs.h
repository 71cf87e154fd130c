#pragma once
// Runs with known metrics for the charts' tests, and what was written of them.

#include "core/config/run_config.h"
#include "core/store/run_writer.h"

#include <QDir>
#include <QFile>
#include <QString>

#include <cmath>

namespace fixture {

/// Empty where there is no such file.
inline QString textOf(const QString& file)
{
    QFile opened(file);
    return opened.open(QIODevice::ReadOnly) ? QString::fromUtf8(opened.readAll()) : QString();
}

/// 20 steps: reward = step / 20 + 0.1 seed, num_tokens = 100 step, kl falls and rises again, spike = 1000 at step 10.
/// Two groups of four completions a step, of 10 + step … 13 + step tokens.
inline void makeChartRun(const QString& folder, int seed, const std::string& kind = "grpo", int steps = 20)
{
    QDir().mkpath(folder);
    aha::RunConfig config;
    config.general.name = "run " + std::to_string(seed);
    config.general.seed = seed;
    config.general.kind = kind;
    auto writer = orThrow(aha::RunWriter::create(
        folder.toStdString(), folder.toStdString(), config.general.name, kind, toJsonText(config)));
    for (int64_t step = 1; step <= steps; ++step) {
        aha::StepRow row;
        row.step = step;
        row.metrics = { { "reward", double(step) / 20 + 0.1 * seed }, { "num_tokens", 100.0 * double(step) },
            { "kl", std::abs(double(step) - 10) / 100 }, { "spike", step == 10 ? 1000 : 1 + 0.01 * double(step) },
            { "rewards/format/mean", 0.5 }, { "rewards/accuracy/mean", double(step) / 20 },
            { "completions/mean_length", 11.5 + double(step) }, { "reward_std", 0.5 },
            { "frac_reward_zero_std", 0.0 } };
        for (int g = 0; g < 2; ++g) {
            aha::GroupRow group { 0, step, g, { 0, "problem " + std::to_string(g), "countdown", "{}" }, 0.5, 0.5, false,
                {} };
            for (int j = 0; j < 4; ++j) {
                aha::CompletionRow c;
                c.position = j;
                c.tokens = 10 + j + int(step);
                c.finishReason = "stop";
                c.reward = j % 2;
                c.advantage = j % 2 ? 1 : -1;
                c.verdict = "wrong";
                c.reason = "wrong_value";
                c.text = "text";
                group.completions.push_back(c);
            }
            row.groups.push_back(group);
        }
        orThrow(writer->commitStep(row));
    }
}

} // namespace fixture
