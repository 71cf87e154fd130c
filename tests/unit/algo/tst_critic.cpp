// The value model: where values stand, that they learn the returns, that cutting the batch changes nothing.

#include "core/algo/critic.h"
#include "core/base/rng.h"
#include "tests/support/model_shape.h"

#include <QtTest>

#include <numeric>

using namespace aha;

namespace {

Transformer model() { return Transformer::create(modelShape(50, 32, 64, 2, 2, 2, 16), 3); }

std::vector<TrainingSample> batch(int count)
{
    std::vector<TrainingSample> samples;
    Rng rng(1, Purpose::Initialize);
    for (int i = 0; i < count; ++i) {
        TrainingSample sample;
        const int length = 2 + int(rng.below(6));
        for (int t = 0; t < 3 + length; ++t)
            sample.ids.push_back(int32_t(2 + rng.below(48)));
        sample.promptLength = 3;
        sample.oldValue.assign(size_t(length), 0.0f);
        sample.returns.assign(size_t(length), sample.ids[1] % 2 ? 0.6f : -0.2f); // the prompt tells
        samples.push_back(sample);
    }
    return samples;
}

RunConfig config()
{
    RunConfig c = defaultConfig("ppo");
    c.algorithm.stepsPerGeneration = 2;
    c.critic.learningRate = 3e-3;
    c.critic.valueClip = 0;
    return c;
}

std::vector<size_t> inOrder(size_t n)
{
    std::vector<size_t> order(n);
    std::iota(order.begin(), order.end(), size_t(0));
    return order;
}

} // namespace

class TestCritic : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aHeadOfItsOwn()
    {
        const Transformer language = model(), value = language.withHead(1);
        QCOMPARE(value.config().labels, int64_t(1));
        QCOMPARE(value.config().parameterCount(), value.flat().numel());
        const TransformerWeights weights = value.views(value.flat());
        QCOMPARE(weights.head_VD.sizes().vec(), (std::vector<int64_t> { 1, 32 }));
        QVERIFY(!weights.head_VD.any().item<bool>());
        QVERIFY(weights.layers[1].down_DF.equal(language.views(language.flat()).layers[1].down_DF));
        // A file of transformers' sequence classifier, and back.
        QTemporaryDir folder;
        const std::filesystem::path path = folder.path().toStdString();
        for (const auto& [name, text] : { std::pair { "config.json", modelConfigJson(value.config()) },
                 { "model.safetensors", value.toSafetensors() } }) {
            QFile file(QString::fromStdString((path / name).string()));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(text.data(), qint64(text.size()));
        }
        QVERIFY(modelConfigJson(value.config()).find("LlamaForSequenceClassification") != std::string::npos);
        const Transformer again = orThrow(Transformer::load(path));
        QCOMPARE(again.config().labels, int64_t(1));
        QVERIFY(again.flat().equal(value.flat()));
    }

    void firstValuesAreZeroAndThenTheReturns()
    {
        const auto workers = std::make_unique<Workers>(2);
        Critic critic(Policy(model().withHead(1)), *workers);
        std::vector<TrainingSample> samples = batch(16);
        for (const auto& row : critic.values(samples, config()))
            for (const float value : row)
                QCOMPARE(value, 0.0f);
        CriticReport report;
        for (int round = 0; round < 40; ++round) {
            const auto values = critic.values(samples, config());
            for (size_t i = 0; i < samples.size(); ++i) {
                QCOMPARE(int64_t(values[i].size()), samples[i].completionLength());
                samples[i].oldValue = values[i];
            }
            report = orThrow(critic.update(samples, inOrder(samples.size()), config()));
            if (round == 0) {
                QVERIFY(std::abs(report.explainedVariance) < 1e-6); // constant values explain nothing
                QVERIFY(std::abs(report.loss - 0.5 * 0.2) < 0.1);
            }
        }
        QVERIFY2(report.explainedVariance > 0.9, qPrintable(QString::number(report.explainedVariance)));
        QVERIFY(report.loss < 0.01);
    }

    void cutIntoPassesTheSame()
    {
        const auto gradientNorm = [&](int threads, int64_t tokensPerPass) {
            const auto workers = std::make_unique<Workers>(threads);
            Critic critic(Policy(model().withHead(1)), *workers);
            RunConfig c = config();
            c.algorithm.stepsPerGeneration = 1;
            c.training.tokensPerPass = tokensPerPass;
            return orThrow(critic.update(batch(12), inOrder(12), c)).gradNorm;
        };
        const double whole = gradientNorm(1, 10000);
        QVERIFY(whole > 0);
        QVERIFY(std::abs(gradientNorm(1, 1) - whole) < 1e-6 * whole);
        QVERIFY(std::abs(gradientNorm(3, 8) - whole) < 1e-6 * whole);
    }

    /// The frozen model with an adapter of its own and a head.
    void besideAnAdapter()
    {
        const auto workers = std::make_unique<Workers>(2);
        const Transformer base = model();
        LoraConfig lora;
        lora.rank = 4;
        Critic critic(Policy(model(), LoraAdapter::create(lora, base.config(), 1)), *workers);
        QVERIFY(critic.head());
        std::vector<TrainingSample> samples = batch(16);
        CriticReport report;
        for (int round = 0; round < 60; ++round) {
            const auto values = critic.values(samples, config());
            for (size_t i = 0; i < samples.size(); ++i) {
                if (round == 0)
                    QVERIFY(std::all_of(values[i].begin(), values[i].end(), [](float v) { return v == 0; }));
                samples[i].oldValue = values[i];
            }
            report = orThrow(critic.update(samples, inOrder(samples.size()), config()));
        }
        QVERIFY2(report.explainedVariance > 0.7, qPrintable(QString::number(report.explainedVariance)));
        QVERIFY(critic.model().base().flat().equal(base.flat()));
        QVERIFY(critic.head()->weight().any().item<bool>());
    }

    void maskedRowsTeachItNothing()
    {
        const auto workers = std::make_unique<Workers>(1);
        std::vector<TrainingSample> samples = batch(4);
        for (TrainingSample& sample : samples)
            sample.masked = true;
        Critic critic(Policy(model().withHead(1)), *workers);
        const at::Tensor before = critic.model().trained().clone();
        QCOMPARE(orThrow(critic.update(samples, inOrder(4), config())).loss, 0.0);
        QVERIFY(critic.model().trained().equal(before));
    }
};

QTEST_GUILESS_MAIN(TestCritic)
#include "tst_critic.moc"
