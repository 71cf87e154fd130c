// The decoder of latent attention: both modes against each other, cached against uncached, and what rollouts promise.
// Against training: tests/unit/nn/tst_latent_attention, against transformers: tests/golden/models.

#include "core/rollout/cpu_rollout.h"
#include "core/rollout/latent_rollout.h"
#include "tests/support/latent_model.h"

#include <QtTest>
#include <hwy/highway.h>

#include <cmath>

using namespace aha;

namespace {

std::vector<std::vector<int32_t>> sequences(const ModelConfig& c)
{
    std::vector<std::vector<int32_t>> all;
    Rng rng(5, Purpose::Problem);
    for (const int length : { 1, 2, 15, 16, 17, 40 }) {
        all.emplace_back();
        for (int i = 0; i < length; ++i)
            all.back().push_back(int32_t(rng.below(uint64_t(c.vocabSize))));
    }
    return all;
}

std::vector<PromptRequest> requests(const ModelConfig& c, int samples)
{
    std::vector<PromptRequest> all;
    for (const std::vector<int32_t>& ids : sequences(c)) {
        PromptRequest request { ids, {} };
        for (int j = 0; j < samples; ++j)
            request.streams.emplace_back(3, Purpose::Sampling, uint64_t(all.size()), uint64_t(j));
        all.push_back(request);
    }
    return all;
}

SamplingParams params(int longest)
{
    SamplingParams p;
    p.maxNewTokens = longest;
    p.eosIds = { 1 };
    return p;
}

double largestDifference(const std::vector<ScoredSequence>& a, const std::vector<ScoredSequence>& b)
{
    double largest = 0;
    for (size_t s = 0; s < a.size(); ++s)
        for (size_t i = 0; i < a[s].logits.size(); ++i)
            largest = std::max(largest, std::abs(double(a[s].logits[i]) - double(b[s].logits[i])));
    return largest;
}

/// Restricts the dispatch to one instruction set while it lives.
struct OnlyTarget {
    explicit OnlyTarget(int64_t target) { set(target); }
    ~OnlyTarget() { set(0); }
    static void set(int64_t target)
    {
        hwy::SetSupportedTargetsForTest(target);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    }
};

} // namespace

class TestLatentRollout : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void absorbedEqualsNaive_data() { shapes(); }
    void absorbedEqualsNaive()
    {
        QFETCH(int, queryRank);
        QFETCH(bool, neighbours);
        const LatentModel model(latentShape(3, queryRank, neighbours));
        Workers workers(2);
        const auto texts = sequences(model.config);
        const auto absorbed = scoreLatentSequences(model.weights, texts, 0.8, workers, true, LatentMode::Absorbed),
                   naive = scoreLatentSequences(model.weights, texts, 0.8, workers, true, LatentMode::Naive);
        QCOMPARE(absorbed[5].logits.size(), size_t(40 * model.config.vocabSize));
        QVERIFY2(
            largestDifference(absorbed, naive) < 1e-4, qPrintable(QString::number(largestDifference(absorbed, naive))));
    }

    /// What is cached: R + A numbers a layer, not the H (P + A + S) of keys and values.
    void cacheHoldsLatentsAlone()
    {
        const ModelConfig c = latentShape();
        QCOMPARE(LatentCache::bytesPerToken(c), int64_t(4 * 3 * (9 + 6)));
        LatentCache cache;
        cache.reserve(c, 32);
        QCOMPARE(int64_t(cache.values.size() * sizeof(float)), 32 * LatentCache::bytesPerToken(c));
        const int64_t expanded
            = 4 * c.numHiddenLayers * c.numAttentionHeads * (c.latent.queryKeyWidth() + c.latent.valueWidth);
        qInfo("cache: %lld bytes a token; keys and values would take %lld",
            static_cast<long long>(LatentCache::bytesPerToken(c)), static_cast<long long>(expanded));
    }

    /// Sampled one by one from caches, the log-probs are those of the whole sequence scored at once.
    void samplingAgreesWithScoring()
    {
        const LatentModel model(latentShape());
        Workers workers(2);
        for (const LatentMode mode : { LatentMode::Absorbed, LatentMode::Naive }) {
            LatentRollout rollout(model.config, workers, mode);
            rollout.setWeights(model.weights);
            const auto asked = requests(model.config, 5);
            const auto got = rollout.generate(asked, params(30));
            int64_t tokens = 0;
            for (size_t i = 0; i < asked.size(); ++i)
                for (const SampledCompletion& completion : got[i]) {
                    std::vector<int32_t> ids = asked[i].promptIds;
                    ids.insert(ids.end(), completion.ids.begin(), completion.ids.end());
                    const ScoredSequence scored = rollout.score(model.weights, { ids }, 1.0)[0];
                    for (size_t t = 0; t < completion.ids.size(); ++t)
                        QVERIFY(
                            std::abs(completion.logprob[t] - scored.logprob[asked[i].promptIds.size() - 1 + t]) < 1e-4);
                    tokens += int64_t(completion.ids.size());
                    QVERIFY(completion.finish == FinishReason::Stop ? completion.ids.back() == 1
                                                                    : completion.ids.size() == 30);
                }
            QCOMPARE(rollout.lastStats().decodedTokens + int64_t(asked.size() * 5), tokens);
        }
    }

    /// Bits depend on prompt and stream alone: not on threads, not on who else is in the batch.
    void neighboursDoNotMatter()
    {
        const LatentModel model(latentShape());
        Workers one(1), three(3);
        const auto asked = requests(model.config, 9);
        const auto run = [&](Workers& workers, const std::vector<PromptRequest>& prompts) {
            LatentRollout rollout(model.config, workers);
            rollout.setWeights(model.weights);
            return rollout.generate(prompts, params(25));
        };
        const auto together = run(one, asked), threaded = run(three, asked);
        for (size_t i = 0; i < asked.size(); ++i) {
            PromptRequest alone { asked[i].promptIds, { asked[i].streams[4] } };
            const auto single = run(three, { alone });
            QCOMPARE(single[0][0].ids, together[i][4].ids);
            QVERIFY(single[0][0].logprob == together[i][4].logprob); // to the bit
            for (size_t j = 0; j < 9; ++j) {
                QCOMPARE(threaded[i][j].ids, together[i][j].ids);
                QVERIFY(threaded[i][j].logprob == together[i][j].logprob);
            }
        }
    }

    void instructionSetsAgree()
    {
        const LatentModel model(latentShape());
        Workers workers(1);
        std::vector<std::vector<ScoredSequence>> results;
        for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
            const OnlyTarget only(target);
            results.push_back(scoreLatentSequences(model.weights, sequences(model.config), 1.0, workers, true));
        }
        QVERIFY2(results.size() >= 2, "only one instruction set: nothing to compare");
        for (const auto& result : results)
            QVERIFY(largestDifference(result, results[0]) < 1e-4);
    }

    void weightsAreTakenAnew()
    {
        const LatentModel first(latentShape(), 1), second(latentShape(), 2);
        Workers workers(1);
        LatentRollout rollout(first.config, workers);
        const auto asked = requests(first.config, 2);
        rollout.setWeights(first.weights);
        const auto before = rollout.generate(asked, params(20));
        rollout.setWeights(second.weights);
        QVERIFY(rollout.generate(asked, params(20))[5][0].ids != before[5][0].ids);
        rollout.setWeights(first.weights);
        QCOMPARE(rollout.generate(asked, params(20))[5][0].ids, before[5][0].ids);
    }

    void hooksHearAndStop()
    {
        const LatentModel model(latentShape());
        Workers workers(2);
        LatentRollout rollout(model.config, workers);
        rollout.setWeights(model.weights);
        SamplingParams sampling = params(20);
        sampling.ignoreEos = true;
        const auto whole = rollout.generate(requests(model.config, 3), sampling);
        std::vector<std::vector<std::vector<int32_t>>> heard(whole.size());
        for (size_t i = 0; i < whole.size(); ++i)
            heard[i].resize(whole[i].size());
        sampling.alternatives = 2;
        const GenerateHooks hooks { .onToken =
                                        [&](const TokenReport& report) {
                                            QCOMPARE(report.alternatives.size(), size_t(2));
                                            heard[report.prompt][report.completion].push_back(report.id);
                                        },
            .stopWatch = [] { return [seen = 0](int32_t) mutable { return ++seen == 7 ? 3 : -1; }; } };
        const auto got = rollout.generate(requests(model.config, 3), sampling, hooks);
        for (size_t i = 0; i < got.size(); ++i)
            for (size_t j = 0; j < got[i].size(); ++j) {
                QCOMPARE(got[i][j].ids.size(), size_t(7));
                QCOMPARE(got[i][j].stopText, 3);
                QCOMPARE(got[i][j].ids, heard[i][j]);
                QVERIFY(std::equal(got[i][j].ids.begin(), got[i][j].ids.end(), whole[i][j].ids.begin()));
            }
    }

    void limits()
    {
        const LatentModel model(latentShape());
        Workers workers(2);
        LatentRollout rollout(model.config, workers);
        rollout.setWeights(model.weights);
        const auto code = [&](const std::vector<int32_t>& ids, int longest) {
            try {
                rollout.generate({ { ids, { Rng(0, Purpose::Sampling) } } }, params(longest));
            } catch (const Failure& failure) {
                return failure.error().code;
            }
            return std::string();
        };
        QCOMPARE(code({ 1, 61 }, 5), std::string("token_out_of_range"));
        QCOMPARE(code({ 1, 2 }, 127), std::string("prompt_too_long")); // 128 positions
        QCOMPARE(code({ 1, 2 }, 126), std::string());
        std::atomic<bool> cancel { true };
        const auto cancelled = rollout.generate(requests(model.config, 2), params(20), { .cancel = &cancel });
        QVERIFY(cancelled.size() == 6 && cancelled[0].size() == 2 && cancelled[0][0].ids.empty());
        QCOMPARE(rollout.lastStats().prefillTokens, int64_t(0)); // prompts are not read to their end either
    }

    void chosenByArchitecture()
    {
        Workers workers(1);
        QVERIFY(dynamic_cast<LatentRollout*>(makeCpuRollout(latentShape(), workers).get()));
        QVERIFY(!dynamic_cast<LatentRollout*>(makeCpuRollout(modelShape(50, 16, 20, 1, 2, 1, 8), workers).get()));
    }

private:
    static void shapes()
    {
        QTest::addColumn<int>("queryRank");
        QTest::addColumn<bool>("neighbours");
        QTest::newRow("narrow queries") << 10 << true;
        QTest::newRow("straight queries") << 0 << true;
        QTest::newRow("half-split pairs") << 10 << false;
    }
};

QTEST_GUILESS_MAIN(TestLatentRollout)
#include "tst_latent_rollout.moc"
