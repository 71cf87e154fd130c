// The exact mean: passes, workers and the company a sequence keeps change neither loss nor gradient.

#include "core/algo/sft_trainer.h"
#include "core/base/rng.h"
#include "tests/support/model_shape.h"

#include <ATen/TensorOperators.h>
#include <QtTest>

using namespace aha;

namespace {

std::vector<SftSequence> batch(int count, uint64_t seed)
{
    Rng rng(seed, Purpose::Corpus);
    std::vector<SftSequence> all;
    for (int i = 0; i < count; ++i) {
        SftSequence s;
        const int64_t length = rng.between(2, 17);
        for (int64_t t = 0; t < length; ++t) {
            s.ids.push_back(int32_t(rng.below(40)));
            s.trained.push_back(rng.below(3) > 0);
        }
        all.push_back(std::move(s));
    }
    all[0].trained.assign(all[0].ids.size(), 0); // one that trains nothing
    return all;
}

struct Run {
    at::Tensor gradient;
    SftUpdate update;
};
Run run(const std::vector<SftSequence>& sequences, int workers, int64_t tokensPerPass, bool lora = false)
{
    RunConfig config = defaultConfig("sft");
    config.training.tokensPerPass = tokensPerPass;
    config.optimizer.maxGradNorm = 1e9;
    Transformer model = Transformer::create(modelShape(40, 24, 20, 2, 4, 2, 6), 3);
    LoraConfig adapter;
    adapter.rank = 2;
    adapter.targets = { "q_proj", "down_proj" };
    std::optional<Policy> policy;
    if (lora)
        policy.emplace(std::move(model), LoraAdapter::create(adapter, modelShape(40, 24, 20, 2, 4, 2, 6), 5));
    else
        policy.emplace(std::move(model));
    Workers team(workers);
    SftTrainer trainer(*policy, team);
    const SftUpdate update = orThrow(trainer.update(sequences, config, 10));
    return { trainer.gradient().clone(), update };
}

double relative(const at::Tensor& a, const at::Tensor& b)
{
    return (a - b).norm().item<double>() / b.norm().item<double>();
}

} // namespace

class TestSftTrainer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void accumulationIsExact_data()
    {
        QTest::addColumn<int>("workers");
        QTest::addColumn<int>("tokensPerPass");
        QTest::addColumn<bool>("lora");
        QTest::newRow("one sequence a pass") << 1 << 1 << false;
        QTest::newRow("small passes") << 1 << 40 << false;
        QTest::newRow("three workers") << 3 << 40 << false;
        QTest::newRow("adapter") << 2 << 20 << true;
    }
    void accumulationIsExact()
    {
        QFETCH(int, workers);
        QFETCH(int, tokensPerPass);
        QFETCH(bool, lora);
        const std::vector<SftSequence> sequences = batch(24, 1);
        const Run whole = run(sequences, 1, 100'000, lora), cut = run(sequences, workers, tokensPerPass, lora);
        QVERIFY(whole.update.gradNorm > 0.01);
        const double apart = relative(cut.gradient, whole.gradient);
        QVERIFY2(apart < 1e-6, qPrintable(QString("gradients are %1 apart").arg(apart)));
        QVERIFY(std::abs(cut.update.loss - whole.update.loss) < 1e-6);
        QCOMPARE(cut.update.scores.trainedTokens, whole.update.scores.trainedTokens);
        QCOMPARE(cut.update.scores.tokenAccuracy, whole.update.scores.tokenAccuracy);
    }

    /// The loss of a batch is the mean over its trained tokens, each sequence as if it were alone.
    void sequencesDoNotSeeEachOther()
    {
        const std::vector<SftSequence> sequences = batch(6, 2);
        const Run together = run(sequences, 1, 100'000);
        double sum = 0;
        int64_t tokens = 0;
        at::Tensor gradient;
        for (const SftSequence& one : sequences) {
            if (one.trainedTokens() == 0)
                continue;
            const Run alone = run({ one }, 1, 100'000);
            const double n = double(one.trainedTokens());
            sum += alone.update.loss * n;
            tokens += one.trainedTokens();
            gradient = gradient.defined() ? gradient + alone.gradient * n : alone.gradient * n;
        }
        QCOMPARE(together.update.scores.trainedTokens, tokens);
        QVERIFY(std::abs(together.update.loss - sum / double(tokens)) < 1e-5);
        QVERIFY(relative(together.gradient, gradient / double(tokens)) < 1e-5);
    }

    void evaluationMovesNothing()
    {
        const std::vector<SftSequence> sequences = batch(10, 3);
        RunConfig config = defaultConfig("sft");
        Policy policy(Transformer::create(modelShape(40, 24, 20, 2, 4, 2, 6), 3));
        Workers team(2);
        SftTrainer trainer(policy, team);
        const at::Tensor before = policy.trained().clone();
        const SftScores scores = trainer.evaluate(sequences, config);
        QVERIFY((policy.trained() == before).all().item<bool>());
        QCOMPARE(trainer.gradient().abs().max().item<double>(), 0.0);
        const SftUpdate update = orThrow(trainer.update(sequences, config, 10));
        QVERIFY(std::abs(scores.nll - update.loss) < 1e-6);
        QCOMPARE(scores.tokenAccuracy, update.scores.tokenAccuracy);
        QVERIFY(std::abs(scores.entropy - update.scores.entropy) < 1e-6);
        QVERIFY(!(policy.trained() == before).all().item<bool>());
        QCOMPARE(update.learningRate, 2e-5); // TRL's default, linear from the first update
    }

    /// Dozens of updates on one batch learn it by heart.
    void learns()
    {
        const std::vector<SftSequence> sequences = batch(4, 4);
        RunConfig config = defaultConfig("sft");
        config.optimizer.learningRate = 0.01;
        config.optimizer.schedule = "constant";
        Policy policy(Transformer::create(modelShape(40, 24, 20, 2, 4, 2, 6), 3));
        Workers team(1);
        SftTrainer trainer(policy, team);
        const double first = orThrow(trainer.update(sequences, config, 80)).loss;
        for (int i = 0; i < 79; ++i)
            orThrow(trainer.update(sequences, config, 80));
        const SftScores scores = trainer.evaluate(sequences, config);
        QVERIFY2(first > 3 && scores.nll < 0.2 && scores.tokenAccuracy > 0.95,
            qPrintable(QString("%1 -> %2").arg(first).arg(scores.nll)));
    }
};

QTEST_GUILESS_MAIN(TestSftTrainer)
#include "tst_sft_trainer.moc"
