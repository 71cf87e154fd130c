// Fused CPU blocks against the composed ones, gradients against finite differences, weight files, trainer against
// sampler.

#include "core/algo/adamw.h"
#include "core/engine/engine_context.h"
#include "core/nn/ops.h"
#include "core/nn/transformer.h"
#include "core/rollout/rollout_engine.h"
#include "core/rollout/scoring.h"
#include "core/weights/safetensors.h"
#include "tests/support/model_shape.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/randn_like.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>
#include <QtTest>

using namespace aha;
using at::Tensor;

namespace {

PackedBatch lengths(const std::vector<int>& sizes)
{
    static std::vector<std::vector<int32_t>> storage;
    storage.clear();
    std::vector<const std::vector<int32_t>*> pointers;
    for (const int size : sizes)
        storage.emplace_back(size_t(size), 1);
    for (const auto& one : storage)
        pointers.push_back(&one);
    return packSequences(pointers, at::kCPU);
}

/// Largest difference, in units of the larger of 1 and b's largest value: rounding grows with the values, and which
/// random values a seed gives differs from processor to processor.
double difference(const Tensor& a, const Tensor& b)
{
    return (a - b).abs().max().item<double>() / std::max(1.0, b.abs().max().item<double>());
}

/// Values and gradients of two functions of the same inputs.
template <class Fused, class Plain>
void compare(std::vector<Tensor> inputs, Fused&& fused, Plain&& plain, double tolerance)
{
    std::vector<Tensor> a, b;
    for (const Tensor& input : inputs) {
        a.push_back(input.clone().requires_grad_());
        b.push_back(input.clone().requires_grad_());
    }
    const Tensor left = fused(a), right = plain(b);
    QVERIFY2(
        difference(left, right) < tolerance, qPrintable(QString("values differ by %1").arg(difference(left, right))));
    const Tensor weight = at::randn_like(left);
    (left * weight).sum().backward();
    (right * weight).sum().backward();
    for (size_t i = 0; i < a.size(); ++i)
        QVERIFY2(difference(a[i].grad(), b[i].grad()) < tolerance,
            qPrintable(QString("gradient %1 differs by %2").arg(i).arg(difference(a[i].grad(), b[i].grad()))));
}

ModelConfig tinyModel() { return modelShape(40, 24, 20, 2, 4, 2, 6); }

} // namespace

class TestOps : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void rmsNorm()
    {
        compare(
            { at::randn({ 9, 21 }), at::randn({ 21 }) }, [](auto& x) { return ops::rmsNorm(x[0], x[1], 1e-6); },
            [](auto& x) { return ops::reference::rmsNorm(x[0], x[1], 1e-6); }, 2e-5);
    }
    void swiGlu()
    {
        compare(
            { at::randn({ 9, 34 }) }, [](auto& x) { return ops::swiGlu(x[0]); },
            [](auto& x) { return ops::reference::swiGlu(x[0]); }, 1e-5);
    }
    void attention()
    {
        const auto shaped = [](int64_t heads, int64_t keyValueHeads, int64_t headDim, double theta, int64_t window) {
            ModelConfig c;
            c.headDim = headDim;
            c.rotary.theta = theta;
            return ops::AttentionShape { heads, keyValueHeads, headDim, rotaryTables(c, 20, at::kCPU), window };
        };
        for (const ops::AttentionShape& shape :
            { shaped(4, 2, 8, 10000.0, 0), shaped(3, 1, 6, 100.0, 0), shaped(2, 2, 2, 10.0, 0),
                shaped(4, 2, 8, 10000.0, 6), shaped(2, 1, 4, 100.0, 1), shaped(2, 1, 4, 100.0, 64) }) {
            const PackedBatch batch = lengths({ 5, 1, 17 });
            compare(
                { at::randn({ 23, (shape.heads + 2 * shape.keyValueHeads) * shape.headDim }) },
                [&](auto& x) { return ops::causalAttention(x[0], batch, shape); },
                [&](auto& x) { return ops::reference::causalAttention(x[0], batch, shape); }, 2e-5);
        }
    }
    void normedHeads()
    {
        const ops::AttentionShape shape { 3, 1, 4, {} };
        compare(
            { at::randn({ 7, 20 }), at::randn({ 4 }), at::randn({ 4 }) },
            [&](auto& x) { return ops::normHeads(x[0], x[1], x[2], 1e-6, shape); },
            [&](auto& x) {
                const Tensor heads = x[0].view({ 7, 5, 4 });
                const auto norm = [](const Tensor& part, const Tensor& weight) {
                    return ops::reference::rmsNorm(part, weight, 1e-6);
                };
                return at::cat(
                    { norm(heads.narrow(1, 0, 3), x[1]), norm(heads.narrow(1, 3, 1), x[2]), heads.narrow(1, 4, 1) }, 1)
                    .reshape({ 7, 20 });
            },
            2e-5);
    }
    void logProbs()
    {
        const Tensor targets = at::tensor(std::vector<int64_t> { 3, 0, 10, 7, 7 });
        for (const double temperature : { 1.0, 0.7 })
            compare(
                { at::randn({ 5, 12 }), at::randn({ 11, 12 }) },
                [&](auto& x) { return ops::tokenLogProbs(x[0], x[1], targets, temperature).logprob_M; },
                [&](auto& x) { return ops::reference::tokenLogProbs(x[0], x[1], targets, temperature).logprob_M; },
                2e-5);
    }

    /// Both at once, with different weights, and the entropy alone; more rows than one chunk of logits holds.
    void entropyGradient()
    {
        for (const bool both : { true, false })
            for (const int64_t rows : { int64_t(5), int64_t(1100) }) {
                const Tensor targets = at::arange(rows).remainder(11);
                const auto mixed = [&](const ops::TokenLogProbs& t) {
                    return both ? 0.3 * t.logprob_M + 2 * t.entropy_M : 2 * t.entropy_M;
                };
                compare(
                    { at::randn({ rows, 12 }), at::randn({ 11, 12 }) },
                    [&](auto& x) { return mixed(ops::tokenLogProbs(x[0], x[1], targets, 0.7, nullptr, false, true)); },
                    [&](auto& x) { return mixed(ops::reference::tokenLogProbs(x[0], x[1], targets, 0.7, true)); },
                    rows > 100 ? 2e-4 : 2e-5);
            }
        const Tensor hidden = at::randn({ 2, 3 }).requires_grad_();
        const Tensor targets = at::tensor(std::vector<int64_t> { 1, 0 });
        QVERIFY(!ops::tokenLogProbs(hidden, at::randn({ 4, 3 }), targets, 1.0).entropy_M.requires_grad());
    }

    void topTokens()
    {
        const Tensor targets = at::tensor(std::vector<int64_t> { 3, 0, 10, 7, 7 });
        const Tensor hidden = at::randn({ 5, 12 }), head = at::randn({ 11, 12 });
        const Tensor logits = hidden.matmul(head.t());
        const Tensor best = logits.argmax(1);
        QVERIFY(!ops::tokenLogProbs(hidden, head, targets, 1.0).top_M.defined()); // only when asked for
        for (const Tensor& asked : { targets, best }) {
            const Tensor top = ops::tokenLogProbs(hidden, head, asked, 1.0, nullptr, true).top_M;
            QVERIFY((top == (asked == best)).all().item<bool>());
        }
    }

    void gradientsAgreeWithFiniteDifferences()
    {
        Transformer model = Transformer::create(tinyModel(), 5);
        const std::vector<int32_t> ids { 3, 8, 2, 30, 11, 5 };
        const PackedBatch batch = packSequences({ &ids }, at::kCPU);
        const Tensor targets = at::tensor(std::vector<int64_t> { 8, 2, 30, 11, 5, 1 });
        const auto loss = [&](const TransformerWeights& w) {
            return -ops::tokenLogProbs(hiddenStates(model.config(), w, batch), w.head_VD, targets, 1.0).logprob_M.sum();
        };
        Tensor gradient = at::zeros_like(model.flat());
        loss(model.leaves(gradient)).backward();
        Rng rng(1, Purpose::Shuffle);
        for (int trial = 0; trial < 40; ++trial) {
            const int64_t i = int64_t(rng.below(uint64_t(model.flat().numel())));
            const float before = model.flat()[i].item<float>();
            const auto at = [&](double value) {
                model.flat()[i] = value;
                return loss(model.views(model.flat())).item<double>();
            };
            const double h = 5e-3, numeric = (at(before + h) - at(before - h)) / (2 * h);
            model.flat()[i] = before;
            QVERIFY2(std::abs(numeric - gradient[i].item<double>()) < 2e-2 * std::max(1.0, std::abs(numeric)),
                qPrintable(QString("%1: %2 instead of %3").arg(i).arg(gradient[i].item<double>()).arg(numeric)));
        }
    }

    void trainerAgreesWithSampler()
    {
        const Transformer model = Transformer::create(tinyModel(), 7);
        Workers workers(1);
        std::vector<int32_t> ids;
        Rng rng(2, Purpose::Problem);
        for (int t = 0; t < 60; ++t)
            ids.push_back(int32_t(rng.below(40)));
        const ScoredSequence sampler = scoreSequences(decoderWeights(model), { ids }, 1.0, workers)[0];
        const PackedBatch batch = packSequences({ &ids }, at::kCPU);
        std::vector<int64_t> targets(ids.begin() + 1, ids.end());
        const Tensor hidden = hiddenStates(model.config(), model.views(model.flat()), batch).narrow(0, 0, 59);
        const ops::TokenLogProbs trainer
            = ops::tokenLogProbs(hidden, model.views(model.flat()).head_VD, at::tensor(targets), 1.0);
        for (int64_t t = 0; t < 59; ++t) {
            QVERIFY(std::abs(trainer.logprob_M[t].item<double>() - sampler.logprob[size_t(t)]) < 1e-4);
            QVERIFY(std::abs(trainer.entropy_M[t].item<double>() - sampler.entropy[size_t(t)]) < 1e-4);
        }
    }

    void weightFilesRoundTrip()
    {
        const Transformer model = Transformer::create(tinyModel(), 9);
        const std::string bytes = model.toSafetensors();
        const Result<SafetensorsHeader> header = parseSafetensors(bytes);
        QVERIFY(header.ok());
        QCOMPARE(header->tensors.size(), size_t(2 + 9 * 2));
        QTemporaryDir folder;
        QFile file(folder.filePath("model.safetensors")), config(folder.filePath("config.json"));
        QVERIFY(file.open(QIODevice::WriteOnly) && config.open(QIODevice::WriteOnly));
        file.write(bytes.data(), qint64(bytes.size()));
        config.write(modelConfigJson(model.config()).c_str());
        file.close();
        config.close();
        const Result<Transformer> loaded = Transformer::load(folder.path().toStdString());
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().message.c_str());
        QVERIFY(loaded->flat().equal(model.flat()));
        // Cut anywhere, the file is refused with a name, never read in part.
        for (const size_t size : { size_t(0), size_t(7), size_t(40), bytes.size() / 2, bytes.size() - 1 })
            QVERIFY(!parseSafetensors(std::string_view(bytes).substr(0, size)).ok());
    }

    void lyingHeadersAreRefused_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<int>("data");
        QTest::addColumn<QString>("code");
        QTest::newRow("overlap") << QByteArray(
            R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}})")
                                 << 6 << "InvalidOffset";
        QTest::newRow("hole") << QByteArray(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})") << 8
                              << "InvalidOffset";
        QTest::newRow("backwards") << QByteArray(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}})") << 8
                                   << "InvalidOffset";
        QTest::newRow("too small") << QByteArray(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})") << 4
                                   << "TensorInvalidInfo";
        QTest::newRow("wraps") << QByteArray(
            R"({"a":{"dtype":"F32","shape":[4194305,4194305,211106198978564],"data_offsets":[0,16]}})")
                               << 16 << "ValidationOverflow";
        QTest::newRow("negative") << QByteArray(R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})") << 4
                                  << "InvalidHeaderDeserialization";
        QTest::newRow("duplicate") << QByteArray(
            R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})")
                                   << 4 << "InvalidHeaderDeserialization";
        QTest::newRow("trailing data") << QByteArray(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})") << 9
                                       << "MetadataIncompleteBuffer";
        QTest::newRow("unknown dtype") << QByteArray(R"({"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}})") << 4
                                       << "InvalidHeaderDeserialization";
        QTest::newRow("not json") << QByteArray("{oops") << 0 << "InvalidHeaderDeserialization";
        QTest::newRow("an array") << QByteArray("[]") << 0 << "InvalidHeaderDeserialization";
    }
    void lyingHeadersAreRefused()
    {
        QFETCH(QByteArray, header);
        QFETCH(int, data);
        QFETCH(QString, code);
        const uint64_t size = uint64_t(header.size());
        std::string file(reinterpret_cast<const char*>(&size), 8);
        file.append(header.data(), size_t(header.size())).append(size_t(data), '\0');
        const Result<SafetensorsHeader> parsed = parseSafetensors(file);
        QVERIFY(!parsed.ok());
        QCOMPARE(QString::fromStdString(parsed.error().code), code);
    }

    void clippingIsTorchs()
    {
        Tensor gradient = at::tensor(std::vector<float> { 3, 4 });
        QCOMPARE(clipGradient(gradient, 1.0), 5.0);
        QVERIFY(std::abs(gradient[0].item<double>() - 3.0 / (5.0 + 1e-6)) < 1e-7);
        Tensor small = at::tensor(std::vector<float> { 0.3f, 0.4f });
        clipGradient(small, 1.0);
        QCOMPARE(small[1].item<float>(), 0.4f);
    }
};

QTEST_GUILESS_MAIN(TestOps)
#include "tst_ops.moc"
