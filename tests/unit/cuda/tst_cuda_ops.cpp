// The training kernels, emulated, through the same autograd nodes as on a GPU: values and gradients against the CPU's
// loops and the composed operators, a whole model's gradient, two GRPO updates.

#include "core/algo/policy_trainer.h"
#include "core/base/rng.h"
#include "core/cuda/cuda_ops.h"
#include "core/nn/device_ops.h"
#include "core/nn/ops.h"
#include "core/nn/transformer.h"
#include "tests/support/model_shape.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/randn_like.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>
#include <QtTest>

using namespace aha;
using at::Tensor;

namespace {

const DeviceOps* gpu() { return cuda::cudaOps(); }

double difference(const Tensor& a, const Tensor& b) { return (a - b).abs().max().item<double>(); }

/// Values and gradients of the emulated kernels against the CPU's loops (float) and the composed operators (double).
template <class Fused, class Plain>
void compare(const std::vector<Tensor>& inputs, Fused&& fused, Plain&& plain, double tolerance)
{
    const auto leaves = [&](at::ScalarType type) {
        std::vector<Tensor> all;
        for (const Tensor& input : inputs)
            all.push_back(input.to(type).clone().requires_grad_());
        return all;
    };
    const std::vector<Tensor> emulated = leaves(at::kFloat), cpu = leaves(at::kFloat), exact = leaves(at::kDouble);
    const Tensor got = fused(emulated, gpu()), loops = fused(cpu, nullptr), truth = plain(exact);
    QVERIFY2(difference(got, truth) < tolerance,
        qPrintable(QString("values differ from the operators' by %1").arg(difference(got, truth))));
    QVERIFY2(difference(got, loops) < tolerance,
        qPrintable(QString("values differ from the CPU's by %1").arg(difference(got, loops))));
    const Tensor weight = at::randn_like(got);
    (got * weight).sum().backward();
    (loops * weight).sum().backward();
    (truth * weight).sum().backward();
    for (size_t i = 0; i < inputs.size(); ++i) {
        const double far
            = std::max(difference(emulated[i].grad(), exact[i].grad()), difference(emulated[i].grad(), cpu[i].grad()));
        QVERIFY2(far < tolerance, qPrintable(QString("gradient %1 differs by %2").arg(i).arg(far)));
    }
}

PackedBatch packed(const std::vector<int>& sizes)
{
    std::vector<std::vector<int32_t>> sequences;
    std::vector<const std::vector<int32_t>*> pointers;
    for (const int size : sizes)
        sequences.emplace_back(size_t(size), 1);
    for (const auto& one : sequences)
        pointers.push_back(&one);
    return packSequences(pointers, at::kCPU);
}

ModelConfig tinyModel() { return modelShape(40, 24, 20, 2, 4, 2, 6); }

std::vector<TrainingSample> trainingSamples()
{
    std::vector<TrainingSample> samples;
    Rng rng(4, Purpose::Problem);
    for (int i = 0; i < 8; ++i) {
        TrainingSample sample;
        sample.promptLength = 3;
        const int64_t length = 8 + int64_t(rng.below(40));
        for (int64_t t = 0; t < length; ++t)
            sample.ids.push_back(int32_t(rng.below(40)));
        for (int64_t t = sample.promptLength; t < length; ++t) {
            sample.oldLogp.push_back(float(-3.7 + 0.1 * rng.normal()));
            sample.refLogp.push_back(float(-3.7 + 0.1 * rng.normal()));
        }
        sample.advantage = rng.normal();
        samples.push_back(std::move(sample));
    }
    return samples;
}

} // namespace

class TestCudaOps : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void rmsNorm()
    {
        for (const auto& [rows, width] : { std::pair<int64_t, int64_t> { 9, 21 }, { 1, 128 }, { 70, 33 } })
            compare(
                { at::randn({ rows, width }), at::randn({ width }) },
                [](auto& x, const DeviceOps* o) { return ops::rmsNorm(x[0], x[1], 1e-6, o); },
                [](auto& x) { return ops::reference::rmsNorm(x[0], x[1], 1e-6); }, 3e-5);
    }
    void swiGlu()
    {
        for (const auto& [rows, width] : { std::pair<int64_t, int64_t> { 9, 34 }, { 3, 2 }, { 40, 200 } })
            compare(
                { at::randn({ rows, width }) }, [](auto& x, const DeviceOps* o) { return ops::swiGlu(x[0], o); },
                [](auto& x) { return ops::reference::swiGlu(x[0]); }, 1e-5);
    }
    void attention_data()
    {
        QTest::addColumn<QList<int>>("shape"); // heads, key/value heads, head width
        QTest::addColumn<QList<int>>("lengths");
        QTest::newRow("grouped") << QList<int> { 4, 2, 8 } << QList<int> { 5, 1, 40 };
        QTest::newRow("odd head") << QList<int> { 3, 1, 6 } << QList<int> { 1, 1, 2, 33 };
        QTest::newRow("wide head") << QList<int> { 2, 2, 80 } << QList<int> { 31, 32, 7 };
        QTest::newRow("widest") << QList<int> { 1, 1, 256 } << QList<int> { 6 };
        QTest::newRow("demo") << QList<int> { 4, 2, 32 } << QList<int> { 65, 64, 3 };
    }
    void attention()
    {
        QFETCH(QList<int>, shape);
        QFETCH(QList<int>, lengths);
        ModelConfig c;
        c.headDim = shape[2];
        ops::AttentionShape s { shape[0], shape[1], shape[2], rotaryTables(c, 70, at::kCPU) };
        const PackedBatch batch = packed({ lengths.begin(), lengths.end() });
        for (const int64_t window : { 0, 1, 7, 40 }) {
            s.window = window;
            compare(
                { at::randn({ batch.tokens(), (s.heads + 2 * s.keyValueHeads) * s.headDim }) },
                [&](auto& x, const DeviceOps* o) { return ops::causalAttention(x[0], batch, s, o); },
                [&](auto& x) { return ops::reference::causalAttention(x[0], batch, s); }, 2e-4);
        }
    }
    void widerHeadsAreRefused()
    {
        ModelConfig c;
        c.headDim = 258;
        const ops::AttentionShape s { 1, 1, 258, rotaryTables(c, 2, at::kCPU) };
        QVERIFY_EXCEPTION_THROWN(ops::causalAttention(at::randn({ 2, 3 * 258 }), packed({ 2 }), s, gpu()), Failure);
    }
    void tokenLogProbs()
    {
        for (const int64_t vocab : { 7, 158, 700 }) {
            const Tensor targets = at::tensor(std::vector<int64_t> { 0, 3, 6, 2, 5 });
            const std::vector<Tensor> inputs { at::randn({ 5, 16 }), at::randn({ vocab, 16 }) };
            compare(
                inputs,
                [&](auto& x, const DeviceOps* o) { return ops::tokenLogProbs(x[0], x[1], targets, 0.7, o).logprob_M; },
                [&](auto& x) { return ops::reference::tokenLogProbs(x[0], x[1], targets, 0.7).logprob_M; }, 3e-5);
            compare(
                inputs,
                [&](auto& x, const DeviceOps* o) {
                    return ops::tokenLogProbs(x[0], x[1], targets, 0.7, o, false, true).entropy_M;
                },
                [&](auto& x) { return ops::reference::tokenLogProbs(x[0], x[1], targets, 0.7, true).entropy_M; }, 3e-5);
            const Tensor entropy = ops::tokenLogProbs(inputs[0], inputs[1], targets, 0.7, gpu()).entropy_M;
            QVERIFY(
                difference(entropy,
                    ops::reference::tokenLogProbs(inputs[0].to(at::kDouble), inputs[1].to(at::kDouble), targets, 0.7)
                        .entropy_M)
                < 1e-5);
        }
    }

    /// One backward pass through a whole model. The emulated kernels must be what ran.
    void modelGradient()
    {
        Transformer model = Transformer::create(tinyModel(), 5), placed = model.to(at::kCPU, gpu());
        model.flat().mul_(8); // weights of 0.02 would hide mistakes in tiny activations
        placed.flat().copy_(model.flat());
        const std::vector<int32_t> a { 3, 8, 2, 30, 11, 5 }, b { 7, 7, 1 };
        const PackedBatch batch = packSequences({ &a, &b }, at::kCPU);
        const Tensor targets = at::tensor(std::vector<int64_t> { 8, 2, 30, 11, 5, 1, 7, 1, 0 });
        const auto gradient = [&](const Transformer& m) {
            Tensor sum = at::zeros_like(m.flat());
            const TransformerWeights w = m.leaves(sum);
            ops::tokenLogProbs(hiddenStates(m.config(), w, batch), w.head_VD, targets, 1.0, w.device)
                .logprob_M.sum()
                .backward();
            return sum;
        };
        QVERIFY(placed.views(placed.flat()).device == gpu()
            && placed.leaves(at::zeros_like(placed.flat())).device == gpu());
        const Tensor expected = gradient(model), got = gradient(placed);
        const double size = expected.abs().max().item<double>();
        QVERIFY(size > 0.1);
        QVERIFY2(difference(expected, got) < 1e-5 * size,
            qPrintable(QString("%1 of %2").arg(difference(expected, got)).arg(size)));
        QVERIFY(!expected.equal(got)); // other sums in another order: equal bits would mean the CPU's loops ran twice
    }

    void grpoUpdates()
    {
        RunConfig config;
        config.algorithm.stepsPerGeneration = 2;
        config.algorithm.beta = 0.05;
        Transformer start = Transformer::create(tinyModel(), 5), placed = start.to(at::kCPU, gpu());
        placed.flat() = start.flat().clone();
        Policy cpu(std::move(start)), emulated(std::move(placed));
        Workers workers(1);
        PolicyTrainer first(cpu, workers), second(emulated, workers);
        const std::vector<TrainingSample> samples = trainingSamples();
        std::vector<size_t> order(samples.size());
        for (size_t i = 0; i < order.size(); ++i)
            order[i] = i;
        for (int step = 0; step < 2; ++step) {
            const UpdateReport a = orThrow(first.update(samples, order, config, 4)),
                               b = orThrow(second.update(samples, order, config, 4));
            QVERIFY(std::abs(a.loss - b.loss) < 1e-5);
            QVERIFY(std::abs(a.gradNorm - b.gradNorm) < 1e-4 * a.gradNorm);
            QVERIFY(std::abs(a.diagnostics.kl - b.diagnostics.kl) < 1e-3);
            QVERIFY(a.trainedTokens == b.trainedTokens && a.updates == 2);
        }
        QVERIFY(difference(cpu.trained(), Transformer::create(tinyModel(), 5).flat()) > 1e-4); // it moved
        QVERIFY(difference(cpu.trained(), emulated.trained()) < 2e-5);
    }
};

QTEST_GUILESS_MAIN(TestCudaOps)
#include "tst_cuda_ops.moc"
