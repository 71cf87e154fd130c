// 16 rows of a model of the golden DeepSeek-V3's size, 200 tokens each, one thread: bar 3,000 tokens/s absorbed;
// baseline, the naive mode on the same weights, which gives the same tokens.

#include "core/rollout/latent_rollout.h"
#include "tests/bench/window/figure.h"
#include "tests/support/latent_model.h"

#include <QtTest>

using namespace aha;

class BenchLatentDecode : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void decode()
    {
        ModelConfig c = modelShape(880, 48, 96, 3, 4, 4, 8, false);
        c.architecture = Architecture::DeepSeekV3;
        c.maxPositionEmbeddings = 256;
        c.latent = { 24, 16, 8, 8, 12, true };
        c.experts = { 8, 2, 3, 16, 1, 4, 2, 2.5, true };
        const LatentModel model(c);
        SamplingParams params;
        params.maxNewTokens = 200;
        params.ignoreEos = true;
        PromptRequest request { { 3, 1, 4, 1, 5 }, {} };
        for (uint64_t j = 0; j < 16; ++j)
            request.streams.emplace_back(0, Purpose::Sampling, 0, j);
        double rate[2] = {};
        std::vector<int32_t> first[2];
        for (const LatentMode mode : { LatentMode::Absorbed, LatentMode::Naive }) {
            Workers workers(1);
            LatentRollout rollout(c, workers, mode);
            rollout.setWeights(model.weights);
            first[int(mode)] = rollout.generate({ request }, params)[0][0].ids;
            rate[int(mode)] = double(16 * 200) / rollout.lastStats().seconds;
        }
        first[0].resize(20); // rounding may part them later
        first[1].resize(20);
        QCOMPARE(first[0], first[1]);
        const int64_t plain
            = 4 * c.numHiddenLayers * c.numAttentionHeads * (c.latent.queryKeyWidth() + c.latent.valueWidth);
        QVERIFY(bench::report({ "latent_decode_16_rows", rate[0], "tokens/s", rate[1], 3000, true }));
        QVERIFY(bench::report({ "latent_cache", double(LatentCache::bytesPerToken(c)), "bytes/token", double(plain),
            double(plain) / 4 }));
    }
};

QTEST_GUILESS_MAIN(BenchLatentDecode)
#include "bench_latent_decode.moc"
