// Latent attention in training: gradients against finite differences, packed sequences apart, the decoder's two modes
// against it, adapters beside and merged.

#include "core/engine/engine_context.h"
#include "core/nn/multi_token_prediction.h"
#include "core/rollout/latent_rollout.h"
#include "tests/support/latent_model.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/randn_like.h>
#include <QtTest>

using namespace aha;

namespace {

/// Weights as large as a trained model's: every detail moves the result.
Transformer model(const ModelConfig& config, uint64_t seed = 1)
{
    Transformer made = Transformer::create(config, seed);
    at::Tensor matrices = made.flat().narrow(0, 0, made.matrixElements());
    matrices.mul_(10);
    Rng rng(seed, Purpose::Initialize, 7);
    for (at::Tensor part :
        { made.flat().narrow(0, made.matrixElements(), made.flat().numel() - made.matrixElements()), made.buffers() })
        for (int64_t i = 0; i < part.numel(); ++i)
            part.data_ptr<float>()[i] += float(0.1 * rng.normal());
    return made;
}

std::vector<int32_t> tokens(int64_t count, uint64_t seed)
{
    Rng rng(seed, Purpose::Problem);
    std::vector<int32_t> ids;
    for (int64_t i = 0; i < count; ++i)
        ids.push_back(int32_t(rng.below(61)));
    return ids;
}

double largest(const at::Tensor& a) { return a.abs().max().item<double>(); }

} // namespace

class TestLatentAttention : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_workers = makeWorkers(1); }

    /// In doubles, along random directions of all parameters; the prediction layer included.
    void gradients_data() { shapes(); }
    void gradients()
    {
        QFETCH(int, queryRank);
        QFETCH(bool, neighbours);
        ModelConfig c = latentShape(2, queryRank, neighbours);
        c.predictLayers = 1;
        const Transformer m = model(c);
        const std::vector<int32_t> a = tokens(7, 2), b = tokens(4, 3);
        const PackedBatch batch = packSequences({ &a, &b }, at::kCPU);
        at::Tensor weighing;
        const auto value = [&](const at::Tensor& flat_P) {
            const TransformerWeights w = m.views(flat_P);
            const at::Tensor states = hiddenStates(c, w, batch);
            const at::Tensor all = at::cat({ states, predictedStates(c, w, states, batch) }, 1);
            if (!weighing.defined())
                weighing = at::randn_like(all);
            return (all * weighing).sum();
        };
        at::Tensor flat_P = m.flat().to(at::kDouble);
        flat_P.set_requires_grad(true);
        value(flat_P).backward();
        constexpr double kStep = 1e-6;
        for (int trial = 0; trial < 4; ++trial) {
            const at::Tensor direction = at::randn_like(flat_P.detach());
            const double expected = (flat_P.grad() * direction).sum().item<double>();
            const double measured
                = ((value(flat_P.detach() + kStep * direction) - value(flat_P.detach() - kStep * direction))
                    / (2 * kStep))
                      .item<double>();
            QVERIFY2(std::abs(measured - expected) < 1e-5 * std::max(1.0, std::abs(expected)),
                qPrintable(QString("%1 for %2").arg(measured).arg(expected)));
        }
    }

    void packedSequencesAreApart()
    {
        const Transformer m = model(latentShape());
        const TransformerWeights w = m.views(m.flat());
        const std::vector<int32_t> a = tokens(9, 2), b = tokens(14, 3);
        const at::Tensor together = hiddenStates(m.config(), w, packSequences({ &a, &b }, at::kCPU));
        const at::Tensor apart = at::cat({ hiddenStates(m.config(), w, packSequences({ &a }, at::kCPU)),
                                             hiddenStates(m.config(), w, packSequences({ &b }, at::kCPU)) },
            0);
        QVERIFY(largest(together - apart) < 1e-5);
    }

    /// The decoder's two modes and the training forward: the same logits.
    void decoderModes_data() { shapes(); }
    void decoderModes()
    {
        QFETCH(int, queryRank);
        QFETCH(bool, neighbours);
        const Transformer m = model(latentShape(3, queryRank, neighbours));
        const std::vector<int32_t> ids = tokens(45, 5);
        const TransformerWeights w = m.views(m.flat());
        const at::Tensor logits
            = at::matmul(hiddenStates(m.config(), w, packSequences({ &ids }, at::kCPU)), w.head_VD.t()).contiguous();
        for (const LatentMode mode : { LatentMode::Absorbed, LatentMode::Naive }) {
            const auto scored = scoreLatentSequences(decoderWeights(m), { ids }, 1.0, *m_workers, true, mode);
            QCOMPARE(int64_t(scored[0].logits.size()), logits.numel());
            double off = 0;
            for (int64_t i = 0; i < logits.numel(); ++i)
                off = std::max(off, std::abs(double(scored[0].logits[size_t(i)]) - logits.const_data_ptr<float>()[i]));
            QVERIFY2(off < 1e-4, qPrintable(QString::number(off)));
        }
        QVERIFY(largest(logits) > 0.5); // not a comparison of zeros
    }

    void adapterBesideAndMerged_data() { shapes(); }
    void adapterBesideAndMerged()
    {
        QFETCH(int, queryRank);
        const Transformer base = model(latentShape(2, queryRank));
        LoraConfig lora { .rank = 2, .alpha = 4 };
        lora.targets.clear();
        for (const LoraTarget& target : loraTargets(base.config()))
            lora.targets.push_back(target.name);
        LoraAdapter adapter = LoraAdapter::create(lora, base.config(), 3);
        QCOMPARE(adapter.flat().numel(), parameterCount(lora, base.config()));
        const std::vector<int32_t> ids = tokens(11, 5);
        const PackedBatch batch = packSequences({ &ids }, at::kCPU);
        TransformerWeights w = base.views(base.flat());
        const at::Tensor plain = hiddenStates(base.config(), w, batch);
        w.lora = adapter.views(adapter.flat());
        QVERIFY(largest(hiddenStates(base.config(), w, batch) - plain) == 0); // B is zero
        adapter.flat().add_(at::randn_like(adapter.flat()) * 0.1);
        const at::Tensor beside = hiddenStates(base.config(), w, batch);
        QVERIFY(largest(beside - plain) > 0.01);
        Transformer merged = base.clone();
        adapter.mergeInto(merged, base);
        QVERIFY(largest(hiddenStates(base.config(), merged.views(merged.flat()), batch) - beside) < 1e-4);
        QCOMPARE(adapter.named(adapter.flat())[0].first,
            "base_model.model.model.layers.0.self_attn." + std::string(queryRank ? "q_a_proj" : "q_proj")
                + ".lora_A.weight");
        // Every adapted matrix has its part in the result.
        for (const auto& [name, view] : adapter.named(adapter.flat()))
            if (name.find("lora_B") != std::string::npos) {
                const at::Tensor kept = view.clone();
                at::Tensor changed = view;
                changed.zero_();
                QVERIFY2(largest(hiddenStates(base.config(), w, batch) - beside) > 1e-4, name.c_str());
                changed.copy_(kept);
            }
    }

    void expertsCannotBeAdapted()
    {
        LoraConfig lora;
        lora.targets = { "down_proj" };
        try {
            LoraAdapter::create(lora, latentShape(), 1);
        } catch (const Failure& failure) {
            QCOMPARE(failure.error().code, std::string("lora_unsupported"));
            return;
        }
        QFAIL("an adapter on the experts was made");
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
    std::unique_ptr<Workers> m_workers;
};

QTEST_GUILESS_MAIN(TestLatentAttention)
#include "tst_latent_attention.moc"
