// Peak memory of the GRPO loss at a vocabulary of 151,936 (Qwen2.5) and width 896, forward and backward, gradient of
// the head included. 4,096 tokens beside the same loss over whole logits: bar a quarter, equal to 1e-5. 16,384 tokens
// alone: bar 2 GB. Counted by the allocator, so the figures are exact.

#include "core/algo/policy_loss.h"
#include "core/nn/ops.h"
#include "tests/bench/window/figure.h"
#include "tests/support/counting_allocator.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>
#include <QtTest>

using namespace aha;
using at::Tensor;

namespace {

constexpr int64_t kVocab = 151936, kWidth = 896;

struct Measured {
    double loss = 0, peakMb = 0;
    Tensor dHidden_MD, dHead_VD;
};

} // namespace

class BenchLossMemory : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_head_VD = at::randn({ kVocab, kWidth }) * 0.02;
        m_hidden_MD = at::randn({ 16384, kWidth });
        m_targets_M = at::randint(kVocab, { 16384 }, at::kLong);
    }

    void quarterOfWholeLogits()
    {
        const Measured ours = measure(4096, false), whole = measure(4096, true);
        const auto off
            = [](const Tensor& a, const Tensor& b) { return (a - b).norm().item<double>() / b.norm().item<double>(); };
        QVERIFY(std::abs(ours.loss - whole.loss) < 1e-5 * std::abs(whole.loss));
        QVERIFY(off(ours.dHidden_MD, whole.dHidden_MD) < 1e-5);
        QVERIFY(off(ours.dHead_VD, whole.dHead_VD) < 1e-5);
        bench::report({ "grpo-loss-memory/4k", ours.peakMb, "MB", whole.peakMb, 0.25 * whole.peakMb });
        QVERIFY(ours.peakMb <= 0.25 * whole.peakMb); // counted, not timed: no machine is too busy
    }

    void absolutePeak()
    {
        const double peakMb = measure(16384, false).peakMb;
        bench::report({ "grpo-loss-memory/16k", peakMb, "MB", qQNaN(), 2000 });
        QVERIFY(peakMb <= 2000);
    }

private:
    /// Above the weights and the hidden states that come in.
    Measured measure(int64_t tokens, bool wholeLogits)
    {
        const Tensor targets_M = m_targets_M.narrow(0, 0, tokens), row_M = at::zeros({ tokens }, at::kLong);
        Tensor hidden_MD = m_hidden_MD.narrow(0, 0, tokens).clone().requires_grad_(),
               head_VD = m_head_VD.detach().requires_grad_();
        const int64_t before = m_allocator.live();
        m_allocator.takePeak();
        Measured m;
        {
            const ops::TokenLogProbs scored = wholeLogits
                ? ops::reference::tokenLogProbs(hidden_MD, head_VD, targets_M, 0.9)
                : ops::tokenLogProbs(hidden_MD, head_VD, targets_M, 0.9);
            const Tensor loss = policyLoss(
                { scored.logprob_M, {}, {}, row_M, at::full({ 1 }, 0.7), at::full({ 1 }, 1.0 / tokens) }, {})
                                    .loss;
            loss.backward();
            m.loss = loss.item<double>();
        }
        m.peakMb = double(m_allocator.takePeak() - before) / 1e6;
        m.dHidden_MD = hidden_MD.grad();
        m.dHead_VD = head_VD.grad();
        return m;
    }

    CountingAllocator m_allocator;
    Tensor m_head_VD, m_hidden_MD, m_targets_M;
};

QTEST_GUILESS_MAIN(BenchLossMemory)
#include "bench_loss_memory.moc"
