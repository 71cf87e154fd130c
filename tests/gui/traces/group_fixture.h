#pragma once
// A run whose groups part ways late in a long text: eight completions, words as tokens, entropies of every token.

#include "trace_fixture.h"

namespace fixture {

constexpr int kSharedWords = 5 * 200 + 1; ///< "<think>", then an attempt of five words many times over

inline const char* const kEnds[8] = {
    "5 * 9 = 45 , 45 - 6 = 39 yes </think> <answer> ( 5 * 9 ) - 6 </answer>",
    "5 * 9 = 45 , 45 - 6 = 39 yes </think> <answer> ( 5 * 9 ) - 6 </answer> again",
    "5 * 9 = 45 , 45 + 6 = 51 no </think> <answer> ( 5 * 9 ) + 6 </answer>",
    "5 * 6 = 30 , 30 + 9 = 39 yes </think> <answer> ( 5 * 6 ) + 9 </answer>",
    "5 + 9 = 14 , 14 + 6 = 20 no </think> <answer> 5 + 9 + 6 </answer>",
    "5 + 9 = 14 , 14 - 6 = 8 no </think> <answer> 5 + 9 - 6 </answer>",
    "9 - 5 = 4 , 4 * 6 = 24 no </think> <answer> ( 9 - 5 ) * 6 </answer>",
    "9 - 5 = 4 , 4 * 6 = 24 no",
};

inline aha::CompletionRow groupCompletion(int sample, bool detail)
{
    aha::CompletionRow c = completion(1, 0, 1);
    c.position = sample;
    c.text = "<think>";
    for (int i = 0; i < (kSharedWords - 1) / 5; ++i)
        c.text += " 1 + 1 = 2";
    c.text += std::string(" ") + kEnds[sample];
    c.tokenIds.clear();
    aha::TokenDetail values;
    for (size_t at = 0; at < c.text.size();) { // a token: a word and the space before it
        const size_t end = std::min(c.text.find(' ', at + 1), c.text.size());
        uint32_t id = 7;
        for (size_t b = at; b < end; ++b)
            id = id * 31 + static_cast<unsigned char>(c.text[b]);
        c.tokenIds.push_back(int32_t(id & 0xFFFF));
        values.tokenEnds.push_back(int32_t(end));
        values.logprob.push_back(-0.1f);
        values.entropy.push_back(c.tokenIds.size() == size_t(kSharedWords) + 1 ? 1.25f : 0.05f);
        at = end;
    }
    c.tokens = int(c.tokenIds.size());
    c.correct = sample == 0 || sample == 1 || sample == 3;
    c.formatOk = sample != 1 && sample != 7;
    c.reward = (c.correct ? 1.0 : 0.0) + (c.formatOk ? 0.1 : 0.0);
    c.advantage = c.correct ? 1.25 : -0.75;
    c.verdict = c.correct ? "correct" : c.formatOk ? "wrong" : "malformed";
    c.reason = c.correct ? "ok" : c.formatOk ? "wrong_value" : "no_think_end";
    c.extracted = c.correct ? "( 5 * 9 ) - 6" : "";
    c.finishReason = sample == 7 ? "length" : "stop";
    c.parts = { { "accuracy", c.correct ? 1.0 : 0.0 }, { "format", c.formatOk ? 1.0 : 0.0 } };
    c.reflections = 0;
    if (detail)
        c.detail = values;
    return c;
}

/// What the update did: nothing where there was no advantage; else two updates, with a clip at the right ones. PRIME
/// rewards of the tokens.
inline std::vector<aha::LearningRow> learningOf(const aha::StepRow& step)
{
    std::vector<aha::LearningRow> rows;
    for (const aha::GroupRow& group : step.groups)
        for (const aha::CompletionRow& c : group.completions) {
            aha::LearningRow& row = rows.emplace_back();
            row.update = aha::UpdateRow { c.advantage != 0 ? 2 * c.tokens : 0, {}, {} };
            if (c.advantage != 0) {
                row.update->ratio = c.correct ? 1.25 : 0.875;
                row.update->clipped = c.correct ? 0.5 : 0.0;
            }
            row.rewards = aha::TokenRewards { "prime", std::vector<float>(c.tokenIds.size(), 0.001f) };
            row.rewards->values.front() = -0.02f;
            for (size_t t = c.tokenIds.size() / 2; t < c.tokenIds.size(); ++t)
                row.rewards->values[t] = 0.018f;
        }
    return rows;
}

/// Six steps; at each a group without variance (position 0), one that parts ways (1), and one of right answers (2).
inline void makeGroupRun(const QString& folder, bool detail)
{
    QDir().mkpath(folder);
    aha::RunConfig config;
    config.general.name = "groups";
    QFile file(folder + "/config.json");
    if (!file.open(QIODevice::WriteOnly))
        qFatal("config.json cannot be written");
    file.write(toJsonText(config).c_str());
    file.close();
    auto writer = orThrow(aha::RunWriter::create(folder.toStdString(), "groups", "groups", "grpo", toJsonText(config)));
    for (int64_t step = 1; step <= 6; ++step) {
        aha::StepRow row;
        row.step = step;
        row.metrics = { { "reward", 0.1 * double(step) }, { "accuracy", 0.1 * double(step) },
            { "completions/mean_length", 30.0 } };
        for (int g = 0; g < 3; ++g) {
            aha::GroupRow group { 0, step, g,
                { 0, "use 5 9 6 to make " + std::to_string(39 + g) + " :", "countdown", kItem }, g == 1 ? 0.45 : 0.0,
                g == 1 ? 0.5 : 0.0, g != 1, {} };
            for (int j = 0; j < 8; ++j) {
                aha::CompletionRow c = groupCompletion(g == 2 ? 0 : j, detail);
                c.position = j;
                if (g == 0) {
                    c.correct = false;
                    c.reward = 0;
                    c.advantage = 0;
                    c.parts = { { "accuracy", 0.0 }, { "format", 0.0 } };
                    c.finishReason = "stop";
                }
                group.completions.push_back(std::move(c));
            }
            row.groups.push_back(std::move(group));
        }
        orThrow(writer->commitStep(row, detail ? learningOf(row) : std::vector<aha::LearningRow> {}));
    }
    orThrow(writer->addMarker({ 0, 6, "finished", "Finished at step 6", "{}", 0 }));
}

} // namespace fixture
