// The fused decoder on every instruction set that this machine has and the build contains: what one CPU tests on
// AVX-512 is what another one runs on AVX2, or on neither.

#include "core/base/rng.h"
#include "core/rollout/packed_decoder.h"
#include "core/rollout/scoring.h"
#include "tests/support/model_shape.h"

#include <QtTest>
#include <hwy/highway.h>

#include <cmath>

using namespace aha;

namespace {

/// Random weights of a shape in which nothing is a multiple of a vector.
struct OddModel {
    ModelConfig config = modelShape(83, 40, 50, 2, 4, 2, 10, false);
    std::vector<std::vector<float>> storage;
    DecoderWeights weights;

    OddModel()
    {
        Rng rng(7, Purpose::Initialize);
        const auto random = [&](int64_t count, double centre, double scale) {
            storage.emplace_back();
            for (int64_t i = 0; i < count; ++i)
                storage.back().push_back(float(centre + scale * rng.normal()));
            return storage.back().data();
        };
        const int64_t D = config.hiddenSize, F = config.intermediateSize, C = config.numAttentionHeads * config.headDim,
                      K = config.numKeyValueHeads * config.headDim;
        weights.config = config;
        weights.embedding = random(config.vocabSize * D, 0, 0.7);
        weights.finalNorm = random(D, 1, 0.1);
        weights.head = random(config.vocabSize * D, 0, 0.7);
        for (int64_t l = 0; l < config.numHiddenLayers; ++l) {
            DecoderWeights::Layer layer;
            layer.attentionNorm = random(D, 1, 0.1);
            layer.query = random(C * D, 0, 0.1);
            layer.key = random(K * D, 0, 0.1);
            layer.value = random(K * D, 0, 0.1);
            layer.output = random(D * C, 0, 0.1);
            layer.mlpNorm = random(D, 1, 0.1);
            layer.gate = random(F * D, 0, 0.1);
            layer.up = random(F * D, 0, 0.1);
            layer.down = random(D * F, 0, 0.1);
            weights.layers.push_back(layer);
        }
    }
};

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

class TestInstructionSets : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void agree_data()
    {
        QTest::addColumn<int>("format");
        QTest::addColumn<float>("tolerance");
        QTest::newRow("float32") << int(WeightFormat::Float32) << 1e-4f;
        QTest::newRow("bfloat16") << int(WeightFormat::BFloat16) << 1e-4f;
        // Inputs between two of their 255 steps may go either way.
        QTest::newRow("int8") << int(WeightFormat::Int8) << 0.05f;
    }
    void agree()
    {
        QFETCH(int, format);
        QFETCH(float, tolerance);
        const OddModel model;
        Workers workers(1);
        std::vector<std::vector<int32_t>> sequences;
        Rng rng(3, Purpose::Prompt);
        for (const int length : { 1, 2, 17, 45 }) {
            sequences.emplace_back();
            for (int i = 0; i < length; ++i)
                sequences.back().push_back(int32_t(rng.below(uint64_t(model.config.vocabSize))));
        }
        std::vector<std::vector<ScoredSequence>> results;
        QStringList names;
        for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
            const OnlyTarget only(target);
            names << QString::fromLatin1(decoderInstructionSet());
            QCOMPARE(names.last(), QString::fromLatin1(hwy::TargetName(target)));
            results.push_back(scoreSequences(model.weights, sequences, 0.8, workers, true, WeightFormat(format)));
        }
        QVERIFY2(names.size() >= 2, "only one instruction set: nothing to compare");
        qInfo("instruction sets: %s", qPrintable(names.join(", ")));
        for (size_t r = 1; r < results.size(); ++r)
            for (size_t s = 0; s < sequences.size(); ++s) {
                for (size_t i = 0; i < results[0][s].logits.size(); ++i)
                    QVERIFY2(std::abs(results[r][s].logits[i] - results[0][s].logits[i]) <= tolerance,
                        qPrintable(names[int(r)]));
                for (size_t i = 0; i < results[0][s].logprob.size(); ++i) {
                    QVERIFY2(std::abs(results[r][s].logprob[i] - results[0][s].logprob[i]) <= tolerance,
                        qPrintable(names[int(r)]));
                    QVERIFY2(std::abs(results[r][s].entropy[i] - results[0][s].entropy[i]) <= tolerance,
                        qPrintable(names[int(r)]));
                }
            }
    }
};

QTEST_GUILESS_MAIN(TestInstructionSets)
#include "tst_instruction_sets.moc"
