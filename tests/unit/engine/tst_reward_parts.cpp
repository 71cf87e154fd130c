// Which parts a run has, what masks a completion, and what a step fills in.

#include "core/engine/step_rewards.h"

#include <QtTest>

#include <cmath>

using namespace aha;

namespace {

using Rows = std::vector<std::vector<double>>;
const double kNaN = std::nan("");

/// Comparable: NaN as a number that no test has.
Rows shown(Rows rows)
{
    for (std::vector<double>& row : rows)
        for (double& value : row)
            value = std::isnan(value) ? -99 : value;
    return rows;
}

CompletionScorer::Scored completion(int tokens, bool right)
{
    CompletionScorer::Scored one;
    one.values.fill(kNaN);
    one[RewardPart::Accuracy] = right;
    one[RewardPart::Format] = 1;
    one[RewardPart::Tags] = 0.5;
    one.row.tokens = tokens;
    one.row.correct = right;
    one.row.finishReason = tokens > 50 ? "length" : "stop";
    one.row.text = "text of " + std::to_string(tokens);
    return one;
}

} // namespace

class TestRewardParts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void partsAreThoseWithAWeight()
    {
        RewardConfig rewards;
        QCOMPARE(rewardPartNames(rewards), std::vector<std::string>({ "accuracy", "format", "language", "tags" }));
        rewards.overlong = 0.5;
        rewards.expression = -1;
        QCOMPARE(rewardPartNames(rewards),
            std::vector<std::string>({ "accuracy", "format", "language", "tags", "overlong", "expression" }));
        QCOMPARE(rewardWeights(rewards), std::vector<double>({ 1, 0.1, 0, 0, 0.5, -1 }));
    }

    void weightsBelongToTheirNames()
    {
        RewardConfig rewards;
        rewards.reasoningSteps = 1, rewards.length = 2, rewards.cosine = 3, rewards.repetition = 4;
        rewards.overlong = 5, rewards.reflection = 6, rewards.program = 7, rewards.expression = 8;
        rewards.boxed = 9, rewards.codeFormat = 10, rewards.tinyZero = 11, rewards.logicRl = 12, rewards.model = 13;
        rewards.code = 14;
        QCOMPARE(rewardWeights(rewards),
            std::vector<double>({ 1, 0.1, 0, 0, 1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 14, 13, 7, 8 }));
        QCOMPARE(rewardPartName(RewardPart::ReasoningSteps), "reasoning");
        QCOMPARE(rewardPartName(RewardPart::Reflection), "reflection");
        QCOMPARE(rewardPartName(RewardPart::Program), "program");
    }

    void aScheduledPartIsAlwaysThere()
    {
        RewardConfig rewards;
        rewards.weightSchedule = "overlong: 0@1 1@3";
        QCOMPARE(rewardPartNames(rewards),
            std::vector<std::string>({ "accuracy", "format", "language", "tags", "overlong" }));
        QCOMPARE(rewardWeights(rewardsAt(rewards, 1)), std::vector<double>({ 1, 0.1, 0, 0, 0 }));
        QCOMPARE(rewardWeights(rewardsAt(rewards, 2)), std::vector<double>({ 1, 0.1, 0, 0, 0.5 }));
        QCOMPARE(scheduledWeights(rewards, 2),
            (std::vector<std::pair<std::string, double>> { { "rewards/overlong/weight", 0.5 } }));
    }

    void unscoredOnesAreMaskedAndNotZero()
    {
        const std::vector<double> weights { 1, 0.5, 0 };
        // First group: the second part is missing once. Second: it is not applicable. The third has no weight.
        const Rows rows { { 1, 0.2, kNaN }, { 1, kNaN, 0 }, { 0, kNaN, 0 }, { 1, kNaN, kNaN } };
        QCOMPARE(shown(comparableRows(rows, weights, 2)),
            Rows({ { 1, 0.2, -99 }, { -99, -99, -99 }, { 0, -99, 0 }, { 1, -99, -99 } }));
    }

    void lengthIsComparedWithinTheGroup()
    {
        RunConfig config;
        config.rewards.length = 1;
        StepRewards rewards(config.rewards, {});
        std::vector<CompletionScorer::Scored> scored { completion(10, true), completion(20, true),
            completion(30, false), completion(100, true), completion(200, true), completion(300, true) };
        scored[4][RewardPart::Accuracy] = kNaN; // its verdict failed
        rewards.complete({ {}, {} }, 3, scored, config);
        std::vector<double> lengths;
        for (const auto& one : scored)
            lengths.push_back(std::isnan(one.parts.back()) ? -99 : one.parts.back());
        QCOMPARE(lengths, std::vector<double>({ 0.5, 0, -0.5, 0.5, -99, -0.5 }));
        QCOMPARE(scored[0].row.parts.back().first, std::string("length"));
        QCOMPARE(scored[0].row.parts.back().second, 0.5);
    }

    void expressionSeesPartsAndCompletion()
    {
        RunConfig config;
        config.rewards.expression = 1;
        config.rewards.expressionText
            = "accuracy * 10 + tags + length / 1000 + truncated * 100 + length_reward * 1000 + correct / max_length";
        config.rollout.maxCompletionLength = 1000;
        StepRewards rewards(config.rewards, {});
        std::vector<CompletionScorer::Scored> scored { completion(10, true), completion(60, false) };
        rewards.complete({ {} }, 2, scored, config);
        QCOMPARE(scored[0].parts.back(), 10 + 0.5 + 0.01 + 0 + 500 + 0.001);
        QCOMPARE(scored[1].parts.back(), 0 + 0.5 + 0.06 + 100 - 500 + 0.0);
    }

    void programGetsWhatItNeeds()
    {
        RunConfig config;
        config.rewards.program = 1;
        config.rewards.expression = 1;
        config.rewards.expressionText = "program * 2";
        config.rewards.programSeconds = 60;
        // Scores the length of the line's prompt and says what it saw; no score for the second.
        config.rewards.programCommand
            = "read -r a; case \"$a\" in *'\"prompt\":\"P\"'*'text of 10'*'\"item\":{\"target\":5}'*"
              "'\"accuracy\":1.0'*'\"cosine\":null'*'\"length\":10,\"truncated\":false'*) echo '{\"score\": 3}';; *) "
              "echo \"$a\";; esac; read -r b; echo '{\"score\": null, \"reason\": \"it is "
              "Tuesday\"}'; cat > /dev/null";
        std::vector<std::string> log;
        StepRewards rewards(config.rewards,
            [&](const std::string& level, const std::string& text) { log.push_back(level + ": " + text); });
        QCOMPARE(log.size(), size_t(1)); // how it is confined
        std::vector<CompletionScorer::Scored> scored { completion(10, true), completion(60, false) };
        TaskItem item;
        item.prompt = "P";
        item.itemJson = "{\"target\":5}";
        rewards.complete({ item }, 2, scored, config);
        QVERIFY2(scored[0][RewardPart::Program] == 3, log.back().c_str());
        QCOMPARE(scored[0][RewardPart::Expression], 6.0);
        QVERIFY(std::isnan(scored[1][RewardPart::Program]) && std::isnan(scored[1][RewardPart::Expression]));
        QCOMPARE(log.size(), size_t(2));
        QCOMPARE(log[1], std::string("warning: The reward program did not score 1 of 2 completions. it is Tuesday"));
    }

    void badOnesAreRefused()
    {
        RewardConfig rewards;
        QVERIFY(checkRewards(rewards).ok());
        rewards.expressionText = "accuracy +";
        const Result<void> bad = checkRewards(rewards);
        QVERIFY(!bad.ok());
        QVERIFY2(bad.error().message.find("rewards.expression_text") == 0
                && bad.error().message.find("column 11") != std::string::npos,
            bad.error().message.c_str());
        rewards.expressionText = "program * 2";
        QCOMPARE(checkRewards(rewards).error().code, std::string("program_missing"));
        rewards.programCommand = "cat";
        QVERIFY(checkRewards(rewards).ok());
        rewards.expressionText = "expression + 1"; // not itself
        QVERIFY(!checkRewards(rewards).ok());
    }
};

QTEST_GUILESS_MAIN(TestRewardParts)
#include "tst_reward_parts.moc"
