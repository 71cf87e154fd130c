#pragma once
// Small steps for store tests: every kind of value, deterministic.

#include "core/store/learning_rows.h"
#include "core/store/rows.h"

#include <cmath>

namespace aha::support {

inline StepRow stepRow(int64_t step, int groups = 2, int perGroup = 3)
{
    StepRow row;
    row.step = step;
    row.metrics = { { "reward", 0.25 * double(step) }, { "kl", std::nan("") }, { "perf/step_seconds", 1.5 } };
    for (int g = 0; g < groups; ++g) {
        GroupRow group { 0, step, g,
            { 0, "use " + std::to_string(g) + " :", "countdown", "{\"target\":" + std::to_string(g) + "}" }, 0.5, 0.1,
            g == 1, {} };
        for (int i = 0; i < perGroup; ++i) {
            CompletionRow c;
            c.position = i;
            c.tokens = 3;
            c.finishReason = i == 0 ? "length" : "stop";
            if (i != 1)
                c.reward = 0.5 * i; // the second one is not scorable
            c.advantage = double(i) - 1;
            c.correct = i == 2;
            c.formatOk = i != 0;
            c.verdict = i == 2 ? "correct" : "malformed";
            c.reason = i == 2 ? "ok" : "no_answer";
            c.extracted = i == 2 ? "3+4" : "";
            c.parts = { { "accuracy", i == 1 ? std::nan("") : double(i == 2) }, { "format", 1.0 } };
            c.reflections = i;
            c.mixesLanguage = i == 1;
            c.languageShare = 0.5;
            c.text = std::string("wait \0 等 \xFF % _", 17) + std::to_string(step * 100 + g * 10 + i);
            c.tokenIds = { 5, 1 << 30, int32_t(step) };
            if (g == 0)
                c.detail = TokenDetail { { 1, 2, 3 }, { -0.5f, -1.25f, -0.0f }, { 0.1f, 0.2f, 0.3f } };
            group.completions.push_back(std::move(c));
        }
        row.groups.push_back(std::move(group));
    }
    return row;
}

/// What training did with them: left out, without a clip, with one; rewards of tokens where there is token detail.
inline std::vector<LearningRow> learningRows(const StepRow& step)
{
    std::vector<LearningRow> rows;
    for (const GroupRow& group : step.groups)
        for (const CompletionRow& completion : group.completions) {
            LearningRow& row = rows.emplace_back();
            if (completion.position == 0)
                row.update = UpdateRow {};
            else if (completion.position == 1)
                row.update = UpdateRow { 3, 1.25, {} };
            else
                row.update = UpdateRow { 6, 0.875, 0.5 };
            if (completion.detail)
                row.rewards = TokenRewards { "prime", { -0.5f, 0.25f, std::nanf("") } };
        }
    return rows;
}

inline EvaluationRow evaluationRow(int64_t step)
{
    EvaluationRow row;
    row.step = step;
    row.task = "countdown";
    row.problems = 2;
    row.samples = 4;
    row.pass1 = 0.375;
    row.pass1Low = 0.1;
    row.pass1High = 0.7;
    row.cons = 0.5;
    row.passK = { { 1, 0.375 }, { 2, 0.5 }, { 4, 0.75 } };
    row.metrics = { { "completions/mean_length", 20.5 } };
    row.rows = { { { 0, "use 1 :", "countdown", "{}" }, 3, true, "trace" },
        { { 0, "use 7 :", "countdown", "{}" }, 0, false, "" } };
    for (EvaluationProblemRow& problem : row.rows)
        for (int i = 0; i < row.samples; ++i) { // the first is wrong, the others right where any is
            CompletionRow sample;
            sample.position = i;
            sample.tokens = 10 + i;
            sample.correct = problem.correct > 0 && i > 0;
            sample.formatOk = i != 2;
            sample.finishReason = i == 3 ? "length" : "stop";
            sample.verdict = sample.correct ? "correct" : "wrong";
            sample.reason = sample.correct ? "ok" : "wrong_value";
            sample.extracted = sample.correct ? "3+4" : "";
            sample.text = i == 0 ? problem.example : std::string("等 \0 \xFF", 7) + std::to_string(step * 10 + i);
            problem.samples.push_back(std::move(sample));
        }
    return row;
}

} // namespace aha::support
