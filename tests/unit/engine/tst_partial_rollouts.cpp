// Completions that grow over several steps: under one policy they are those of whole rollouts, to the bit; every group
// trains once; and what waits survives a checkpoint.

#include "core/engine/partial_rollouts.h"

#include "core/engine/engine_context.h"
#include "core/engine/evaluation.h"
#include "core/engine/model_source.h"
#include "core/engine/problem_order.h"
#include "core/rollout/rollout_engine.h"

#include <QtTest>

#include <map>

using namespace aha;

namespace {

const std::string kModel = AHASCOPE_TEST_SOURCE_DIR "/resources/models/miniature";

/// The shipped model, its tokenizer and a task.
struct Miniature {
    explicit Miniature(const RunConfig& config)
        : model(orThrow(loadModel(kModel)))
        , tokenizer(orThrow(loadModelTokenizer(kModel)))
        , task(orThrow(makeTask(config.task)))
        , prompts(orThrow(PromptBuilder::open(config.prompt, kModel, tokenizer)))
        , scorer(
              tokenizer, *task, orThrow(Lexicon::load(AHASCOPE_TEST_SOURCE_DIR "/resources/lexicons/reflection.txt")))
        , rewards(config.rewards, {})
        , rollout(model.config(), workers)
        , rewardModel(config.rewards, tokenizer, workers, [](Transformer judging) { return judging; })
        , sampler({ *task, prompts, scorer, rewards, rollout, workers, rewardModel })
        , params(samplingParams(config, model.config()))
    {
        rollout.setWeights(decoderWeights(model));
    }
    Transformer model;
    std::shared_ptr<const Tokenizer> tokenizer;
    std::unique_ptr<Task> task;
    PromptBuilder prompts;
    CompletionScorer scorer;
    StepRewards rewards;
    Workers workers { 2 };
    RolloutEngine rollout;
    RewardModelPart rewardModel;
    StepSampler sampler;
    SamplingParams params;
};

RunConfig smallConfig()
{
    RunConfig config;
    config.rollout.promptsPerStep = 3;
    config.rollout.numGenerations = 4;
    config.rollout.maxCompletionLength = 70;
    config.rollout.partialTokens = 16;
    return config;
}

bool same(const SampledCompletion& a, const SampledCompletion& b)
{
    return a.ids == b.ids && a.logprob == b.logprob && a.entropy == b.entropy && a.finish == b.finish;
}

/// Every token, and how it stands: text that two runs of steps can be compared by.
std::string print(const SampledStep& step)
{
    std::string text = std::to_string(step.rounds) + " " + std::to_string(step.generatedTokens);
    for (size_t i = 0; i < step.completions.size(); ++i) {
        text += "\n" + std::to_string(step.earlierTokens[i]);
        for (size_t t = 0; t < step.completions[i].ids.size(); ++t)
            text += " " + std::to_string(step.completions[i].ids[t]) + ":"
                + std::to_string(step.completions[i].logprob[t]);
    }
    return text;
}

} // namespace

class TestPartialRollouts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void areThoseOfWholeRollouts_data()
    {
        QTest::addColumn<int>("tokens");
        QTest::addColumn<QString>("stop");
        QTest::addColumn<double>("penalty");
        QTest::newRow("pieces") << 16 << "" << 1.0;
        QTest::newRow("one token at a time") << 1 << "" << 1.0;
        QTest::newRow("no cut") << 70 << "" << 1.0;
        QTest::newRow("stop text") << 1 << " = " << 1.0; // lies across pieces
        QTest::newRow("stop text, pieces") << 3 << "= " << 1.0;
        QTest::newRow("repetition penalty") << 7 << "" << 1.3;
    }
    void areThoseOfWholeRollouts()
    {
        QFETCH(int, tokens);
        QFETCH(QString, stop);
        QFETCH(double, penalty);
        RunConfig config = smallConfig();
        config.rollout.partialTokens = tokens;
        if (tokens == 1) // else it takes 70 passes
            config.rollout.maxCompletionLength = 24;
        config.rollout.stop = stop.toStdString();
        config.rollout.repetitionPenalty = penalty;
        Miniature m(config);
        PartialRollouts partial(m.sampler, m.rollout, *m.tokenizer, nullptr);
        // What is opened in the first pass of the first step has the streams of a whole rollout's first step.
        const SampledStep whole = m.sampler.sample(1, config, m.params, [](double) {});
        std::map<std::string, std::vector<SampledCompletion>> groups;
        for (size_t g = 0; g < 3; ++g)
            groups[whole.items[g].prompt]
                = { whole.completions.begin() + long(4 * g), whole.completions.begin() + long(4 * g + 4) };
        QCOMPARE(groups.size(), size_t(3));
        size_t found = 0, cut = 0, ended = 0;
        for (int64_t step = 1; found < 3 && step < 40; ++step) {
            const SampledStep sampled = partial.sample(step, config, m.params, [](double) {});
            QCOMPARE(sampled.items.size(), size_t(3));
            for (size_t g = 0; g < 3; ++g) {
                const auto expected = groups.find(sampled.items[g].prompt);
                if (expected == groups.end())
                    continue;
                ++found;
                for (size_t j = 0; j < 4; ++j) {
                    QVERIFY(same(sampled.completions[4 * g + j], expected->second[j]));
                    cut += expected->second[j].finish == FinishReason::Length;
                    ended += expected->second[j].finish == FinishReason::Stop;
                }
            }
        }
        QCOMPARE(found, size_t(3));
        QCOMPARE(cut + ended, size_t(12));
        QVERIFY(tokens == 1 && stop.isEmpty() ? cut > 0 : ended > 0);
    }

    void everyGroupTrainsOnce()
    {
        const RunConfig config = smallConfig();
        Miniature m(config);
        PartialRollouts partial(m.sampler, m.rollout, *m.tokenizer, nullptr);
        std::map<std::string, int> trained;
        int64_t drawn = 0, used = 0, opened = 0, waited = 0;
        for (int64_t step = 1; step <= 12; ++step) {
            const SampledStep sampled = partial.sample(step, config, m.params, [](double) {});
            QCOMPARE(sampled.completions.size(), size_t(12));
            QCOMPARE(sampled.scored.size(), size_t(12));
            for (const TaskItem& item : sampled.items)
                ++trained[item.prompt + item.itemJson];
            for (size_t i = 0; i < 12; ++i) {
                used += int64_t(sampled.completions[i].ids.size());
                waited += sampled.earlierTokens[i] > 0;
            }
            drawn += sampled.generatedTokens;
            opened += sampled.generatedGroups;
            QCOMPARE(opened, 3 * step + partial.unfinished() + partial.waiting());
            QVERIFY(partial.unfinished() <= 3 * 5); // the longest takes 5 passes
        }
        QVERIFY(trained.size() > 30); // the task may repeat a problem
        QVERIFY(drawn >= used && waited > 0);
    }

    void goesOnFromItsState_data()
    {
        QTest::addColumn<bool>("prioritized");
        QTest::newRow("one after the other") << false;
        QTest::newRow("by success rate") << true;
    }
    void goesOnFromItsState()
    {
        QFETCH(bool, prioritized);
        RunConfig config = smallConfig();
        Miniature m(config);
        config.selection.order = "prioritized";
        ProblemOrder order(config, std::vector<std::optional<double>>(40));
        ProblemOrder* const used = prioritized ? &order : nullptr;
        m.sampler.setOrder(used);
        PartialRollouts one(m.sampler, m.rollout, *m.tokenizer, used);
        for (int64_t step = 1; step <= 3; ++step)
            one.sample(step, config, m.params, [](double) {});
        QVERIFY(one.unfinished() + one.waiting() > 0);
        const std::string state = one.state(), rates = order.state();
        std::vector<std::string> rest, again;
        for (int64_t step = 4; step <= 7; ++step)
            rest.push_back(print(one.sample(step, config, m.params, [](double) {})));
        QVERIFY(order.restore(rates).ok());
        PartialRollouts two(m.sampler, m.rollout, *m.tokenizer, used);
        QVERIFY(two.restore(state, config).ok());
        QCOMPARE(two.state(), state);
        for (int64_t step = 4; step <= 7; ++step)
            again.push_back(print(two.sample(step, config, m.params, [](double) {})));
        QCOMPARE(again, rest);
        for (const char* bad : { "", "{}", R"({"next":0,"groups":[{"problem":1}]})",
                 R"({"next":0,"groups":[{"problem":1,"step":1,"number":0,"completions":[]}]})" })
            QCOMPARE(two.restore(bad, config).error().code, std::string("checkpoint_invalid"));
    }
};

QTEST_GUILESS_MAIN(TestPartialRollouts)
#include "tst_partial_rollouts.moc"
