#pragma once
// A run as large as a long experiment leaves it: steps with metrics, groups, completions with texts in two languages,
// token details for some, evaluations. Deterministic.

#include "core/config/run_config.h"
#include "core/store/run_writer.h"

#include <cmath>
#include <filesystem>
#include <fstream>

namespace aha::support {

struct BigRun {
    std::string name = "big";
    int64_t steps = 391;
    int groups = 16, samples = 16; ///< of a step; 391 x 16 x 16 are 100,096 completions
    int words = 30; ///< of a completion: some 23 bytes each
    int evaluations = 0, problems = 200;
    int detailEvery = 0; ///< every n-th group has token details; 0: none
    int seed = 1;
};

class BigRunMaker {
public:
    explicit BigRunMaker(const BigRun& shape)
        : m_shape(shape)
        , m_state(uint32_t(shape.seed))
    {
    }

    static constexpr const char* kMetrics[] = { "reward", "rewards/accuracy/mean", "rewards/format/mean", "accuracy",
        "completions/mean_length", "completions/min_length", "completions/max_length", "completions/clipped_ratio",
        "reflection/per_response", "language/mixed_share", "entropy", "kl", "clip_ratio/region_mean",
        "frac_reward_zero_std", "grad_norm", "loss", "learning_rate", "num_tokens", "reward_std", "perf/step_seconds" };

    StepRow step(int64_t step)
    {
        StepRow row;
        row.step = step;
        for (const char* name : kMetrics)
            row.metrics.emplace_back(
                name, std::sin(double(step) / 50 + m_shape.seed) + 1.5 + 0.001 * double(random(100)));
        for (int g = 0; g < m_shape.groups; ++g) {
            GroupRow group { 0, step, g,
                { 0,
                    "use " + std::to_string(random(9) + 1) + " " + std::to_string(random(9) + 1) + " "
                        + std::to_string(random(9) + 1) + " to make " + std::to_string(random(40)) + " :",
                    "countdown", "{\"numbers\":[5,9,6],\"target\":39}" },
                0.5, 0.5, g % 4 == 0, {} };
            for (int j = 0; j < m_shape.samples; ++j)
                group.completions.push_back(completion(j, m_shape.detailEvery > 0 && g % m_shape.detailEvery == 0));
            row.groups.push_back(std::move(group));
        }
        return row;
    }

    EvaluationRow evaluation(int64_t step)
    {
        EvaluationRow row;
        row.step = step;
        row.task = "countdown";
        row.problems = m_shape.problems;
        row.samples = 4;
        for (int p = 0; p < m_shape.problems; ++p) {
            const int right = int(random(5));
            row.pass1 += right / 4.0 / m_shape.problems;
            row.rows.push_back({ { 0, "use 5 9 6 " + std::to_string(p) + " to make 39 :", "countdown",
                                     "{\"numbers\":[5,9,6],\"target\":39}" },
                right, right > 2, text(m_shape.words) });
        }
        row.pass1Low = row.pass1 - 0.05;
        row.pass1High = row.pass1 + 0.05;
        row.cons = row.pass1;
        row.passK = { { 1, row.pass1 }, { 2, row.pass1 }, { 4, 1 } };
        row.metrics = { { "completions/mean_length", 20.5 } };
        return row;
    }

    RunConfig config() const
    {
        RunConfig config;
        config.general.name = m_shape.name;
        config.general.maxSteps = int(m_shape.steps);
        config.general.seed = m_shape.seed;
        return config;
    }

    /// The folder with config.json and the database; nothing of a step yet.
    std::unique_ptr<RunWriter> begin(const std::filesystem::path& folder) const
    {
        std::filesystem::create_directories(folder);
        const std::string json = toJsonText(config());
        std::ofstream(folder / "config.json") << json;
        return orThrow(RunWriter::create(folder, m_shape.name, m_shape.name, "grpo", json));
    }

private:
    uint32_t random(uint32_t n)
    {
        m_state = m_state * 1664525u + 1013904223u;
        return (m_state >> 8) % n;
    }

    std::string text(int words)
    {
        std::string made = "<think> ";
        for (int k = 0; k < words; ++k)
            made += k % 7 == 3 ? "不对 等等 15 + 6 = 22 , " : "5 * 9 = 45 , no wait ";
        return made + "mark" + std::to_string(random(5000)) + "x 记号" + std::to_string(random(5000)) + " </think>";
    }

    CompletionRow completion(int position, bool detailed)
    {
        CompletionRow c;
        c.position = position;
        c.finishReason = random(5) == 0 ? "length" : "stop";
        c.correct = random(2);
        c.reward = c.correct ? 1.1 : 0;
        c.advantage = c.correct ? 1 : -1;
        c.formatOk = true;
        c.verdict = c.correct ? "correct" : "wrong";
        c.reason = c.correct ? "ok" : "wrong_value";
        c.parts = { { "accuracy", double(c.correct) }, { "format", 1.0 } };
        c.reflections = int(random(12));
        c.mixesLanguage = true;
        c.languageShare = 0.8;
        c.text = text(m_shape.words);
        if (detailed) {
            TokenDetail detail;
            for (size_t at = 4; at < c.text.size(); at += 4) {
                detail.tokenEnds.push_back(int32_t(at));
                detail.logprob.push_back(-float(random(90)) / 20);
                detail.entropy.push_back(float(random(90)) / 40);
            }
            detail.tokenEnds.back() = int32_t(c.text.size());
            c.tokens = int(detail.tokenEnds.size());
            c.detail = std::move(detail);
        } else {
            c.tokens = int(random(200)) + 1;
        }
        c.tokenIds.resize(size_t(c.tokens), 7);
        return c;
    }

    BigRun m_shape;
    uint32_t m_state;
};

/// The whole run, finished.
inline void makeBigRun(const std::filesystem::path& folder, const BigRun& shape)
{
    BigRunMaker maker(shape);
    const auto writer = maker.begin(folder);
    for (int64_t step = 1; step <= shape.steps; ++step) {
        orThrow(writer->commitStep(maker.step(step)));
        if (shape.evaluations > 0 && step % std::max<int64_t>(shape.steps / shape.evaluations, 1) == 0)
            orThrow(writer->commitEvaluation(maker.evaluation(step)));
    }
    orThrow(writer->addMarker({ 0, shape.steps, "finished", "Finished", "{}", 0 }));
}

} // namespace aha::support
