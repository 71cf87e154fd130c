// What a step samples, and what ReMax compares it with.

#include "core/engine/step_sampler.h"
#include "tests/support/scripted_sampling.h"

#include <QtTest>

using namespace aha;
using support::ScriptedSampling;

class TestStepSampler : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_config = RunConfig();
        m_config.rollout.promptsPerStep = 2;
        m_config.rollout.numGenerations = 2;
        m_config.rollout.maxCompletionLength = 400;
    }

    void theGreedyCompletionHasEveryPartThatOneCanHaveAlone()
    {
        RewardConfig& r = m_config.rewards;
        r.format = 0;
        r.overlong = 1; // 0 here
        r.length = 100; // of a group: the greedy completion has none
        r.expression = 2;
        r.expressionText = "length / 10";
        r.program = 3;
        r.programCommand = "while read -r line; do echo '{\"score\": 7}'; done";
        r.programSeconds = 60;
        ScriptedSampling s(m_config, [](const PromptRequest&, const Rng&, const SamplingParams& p) {
            return std::string(p.temperature == 0 ? 20 : 10, 'x');
        });
        const SampledStep sampled = s.sampler->sample(1, m_config, SamplingParams(), [](double) {});
        SamplingParams params;
        const std::vector<double> greedy = s.sampler->greedyRewards(sampled, m_config, rewardWeights(r), params);
        const double tokens = 21; // with the end token
        QCOMPARE(greedy, std::vector<double>(2, 2 * tokens / 10 + 3 * 7));
    }

    void withoutAPartThatTheGroupHasThereIsNoBaseline()
    {
        RewardConfig& r = m_config.rewards;
        r.format = 0;
        r.program = 3;
        r.programSeconds = 60;
        r.programCommand = "while read -r line; do case \"$line\" in *greedy*) echo '{\"score\": null}';; *) echo "
                           "'{\"score\": 7}';; esac; done";
        ScriptedSampling s(m_config, [](const PromptRequest&, const Rng&, const SamplingParams& p) {
            return std::string(p.temperature == 0 ? "greedy" : "sampled");
        });
        const SampledStep sampled = s.sampler->sample(1, m_config, SamplingParams(), [](double) {});
        for (const double reward : s.sampler->greedyRewards(sampled, m_config, rewardWeights(r), SamplingParams()))
            QVERIFY(std::isnan(reward));
    }

private:
    RunConfig m_config;
};

QTEST_GUILESS_MAIN(TestStepSampler)
#include "tst_step_sampler.moc"
