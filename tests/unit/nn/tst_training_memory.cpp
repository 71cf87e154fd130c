// What a training pass keeps between forward and backward: layers computed again give the same bits for far less, and
// the count that the planner uses is what the allocator sees.

#include "core/config/training_memory.h"
#include "core/nn/ops.h"
#include "core/nn/policy.h"
#include "tests/support/counting_allocator.h"
#include "tests/support/model_shape.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros_like.h>
#include <QtTest>

using namespace aha;
using at::Tensor;

namespace {

constexpr int64_t kTokens = 64;

/// One pass over two sequences; the trained parameters' gradient.
Tensor gradientOf(const Policy& policy, bool checkpointed)
{
    std::vector<int32_t> a, b;
    for (int t = 0; t < int(kTokens / 2); ++t) {
        a.push_back(t % 40);
        b.push_back((7 * t + 3) % 40);
    }
    const PackedBatch batch = packSequences({ &a, &b }, at::kCPU);
    Tensor gradient = at::zeros_like(policy.trained());
    const TransformerWeights leaves = policy.leaves(gradient);
    const Tensor hidden_ND = hiddenStates(policy.config(), leaves, batch, {}, checkpointed);
    (hidden_ND * hidden_ND).sum().backward();
    return gradient;
}

/// A policy whose norms and adapter are nothing special.
Policy somePolicy(const ModelConfig& config, bool adapter)
{
    Transformer model = Transformer::create(config, 5);
    model.flat().add_(at::randn(model.flat().sizes()) * 0.1);
    if (!adapter)
        return Policy(std::move(model));
    LoraConfig withDropout;
    withDropout.dropout = 0.1;
    LoraAdapter lora = LoraAdapter::create(withDropout, config, 3);
    lora.flat().add_(at::randn(lora.flat().sizes()) * 0.1);
    return Policy(std::move(model), std::move(lora));
}

} // namespace

class TestTrainingMemory : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void layersComputedAgainGiveTheSameBits_data()
    {
        QTest::addColumn<bool>("adapter");
        QTest::newRow("whole model") << false;
        QTest::newRow("adapter") << true;
    }
    void layersComputedAgainGiveTheSameBits()
    {
        QFETCH(bool, adapter);
        const Policy policy = somePolicy(modelShape(40, 32, 48, 3, 4, 2, 8), adapter);
        const Tensor kept = gradientOf(policy, false), again = gradientOf(policy, true);
        QVERIFY(kept.abs().max().item<double>() > 0);
        QVERIFY(again.equal(kept));
    }

    void keptBytesAreAsPlanned_data()
    {
        QTest::addColumn<bool>("checkpointed");
        QTest::addColumn<bool>("headNorms");
        QTest::newRow("kept") << false << false;
        QTest::newRow("kept, normed heads") << false << true;
        QTest::newRow("checkpointed") << true << false;
    }
    /// Of what lives after the forward pass.
    void keptBytesAreAsPlanned()
    {
        QFETCH(bool, checkpointed);
        QFETCH(bool, headNorms);
        ModelConfig config = modelShape(40, 64, 160, 6, 4, 2, 16);
        if (headNorms)
            config.architecture = Architecture::Qwen3;
        const Policy policy = somePolicy(config, false);
        std::vector<int32_t> ids(size_t(kTokens), 7);
        const PackedBatch batch = packSequences({ &ids }, at::kCPU);
        Tensor gradient = at::zeros_like(policy.trained());
        const TransformerWeights leaves = policy.leaves(gradient);
        const int64_t before = m_allocator.live();
        const Tensor hidden_ND = hiddenStates(config, leaves, batch, {}, checkpointed);
        const double kept = double(m_allocator.live() - before) / kTokens;
        // Computing a layer again holds one layer more, in the backward pass alone.
        ModelConfig none = config;
        none.numHiddenLayers = 0;
        const double oneLayer = double(activationBytesPerToken(config, false) - activationBytesPerToken(none, false))
            / double(config.numHiddenLayers);
        const double planned = double(activationBytesPerToken(config, checkpointed)) - (checkpointed ? oneLayer : 0);
        QVERIFY2(
            std::abs(kept - planned) < 0.1 * planned, qPrintable(QString("%1, planned %2").arg(kept).arg(planned)));
    }

    void backwardPeaksLowerWhenCheckpointed()
    {
        const Policy policy = somePolicy(modelShape(40, 64, 160, 12, 4, 2, 16), true);
        const auto peak = [&](bool checkpointed) {
            const int64_t before = m_allocator.live();
            m_allocator.takePeak();
            gradientOf(policy, checkpointed);
            return double(m_allocator.takePeak() - before);
        };
        const double kept = peak(false), again = peak(true);
        QVERIFY2(again < 0.35 * kept, qPrintable(QString("%1 of %2 bytes").arg(again).arg(kept)));
    }

    /// At a vocabulary of 12,000; the bench of label bench does it at 150,000.
    void logitsAreNeverWhole()
    {
        constexpr int64_t rows = 3072, width = 8, vocab = 12000;
        const auto measure = [&](auto&& function, Tensor& dHidden_MD) {
            at::Tensor hidden_MD = m_hidden_MD.clone().requires_grad_(), head_VD = m_head_VD.clone().requires_grad_();
            const int64_t before = m_allocator.live();
            m_allocator.takePeak();
            function(hidden_MD, head_VD).logprob_M.mean().backward();
            dHidden_MD = hidden_MD.grad();
            return double(m_allocator.takePeak() - before);
        };
        m_hidden_MD = at::randn({ rows, width });
        m_head_VD = at::randn({ vocab, width });
        const Tensor targets_M = at::randint(vocab, { rows }, at::kLong);
        Tensor ours_MD, whole_MD;
        const double chunked
            = measure([&](auto& x, auto& w) { return ops::tokenLogProbs(x, w, targets_M, 0.9); }, ours_MD);
        const double whole
            = measure([&](auto& x, auto& w) { return ops::reference::tokenLogProbs(x, w, targets_M, 0.9); }, whole_MD);
        QVERIFY2(chunked < 0.25 * whole, qPrintable(QString("%1 of %2 bytes").arg(chunked).arg(whole)));
        QVERIFY((ours_MD - whole_MD).abs().max().item<double>() < 1e-5 * whole_MD.abs().max().item<double>() + 1e-9);
    }

    void autoDecidesByThePass()
    {
        const ModelConfig small = modelShape(40, 64, 160, 6, 4, 2, 16), large = modelShape(40, 576, 1536, 30, 9, 3, 64);
        QVERIFY(!checkpointsLayers({}, small, false));
        QVERIFY(checkpointsLayers({}, large, false));
        QVERIFY(!checkpointsLayers({ "auto", 64 }, large, false));
        QVERIFY(checkpointsLayers({ "on", 64 }, small, false));
        QVERIFY(!checkpointsLayers({ "off", 0 }, large, true));
        QCOMPARE(tokensPerPass({}, true), kTokensPerDevicePass);
        QCOMPARE(tokensPerPass({ "auto", 99 }, true), int64_t(99));
    }

private:
    CountingAllocator m_allocator;
    Tensor m_hidden_MD, m_head_VD;
};

QTEST_GUILESS_MAIN(TestTrainingMemory)
#include "tst_training_memory.moc"
