// Models that reward: where the head is read, that they learn what the rows say, that cutting a batch changes nothing;
// and PRIME's, which begins at no reward.

#include "core/algo/head_scores.h"
#include "core/algo/prime_model.h"
#include "core/algo/reward_model_trainer.h"
#include "core/base/rng.h"
#include "tests/support/model_shape.h"

#include <QtTest>

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/ones.h>

using namespace aha;

namespace {

Transformer language() { return Transformer::create(modelShape(50, 32, 64, 2, 2, 2, 16), 3); }

std::vector<int32_t> words(Rng& rng, int length)
{
    std::vector<int32_t> ids;
    for (int t = 0; t < length; ++t)
        ids.push_back(int32_t(4 + rng.below(46)));
    return ids;
}

/// A good sequence has the token 2 in it, a bad one 3.
std::vector<int32_t> marked(Rng& rng, bool good)
{
    std::vector<int32_t> ids = words(rng, 5 + int(rng.below(5)));
    ids[1 + rng.below(3)] = good ? 2 : 3;
    return ids;
}

std::vector<RewardRow> rowsFor(RewardObjective objective, int count)
{
    Rng rng(1, Purpose::Initialize);
    std::vector<RewardRow> rows;
    for (int i = 0; i < count; ++i) {
        RewardRow& row = rows.emplace_back();
        row.good = i % 2 == 0;
        row.ids = marked(rng, row.good || objective == RewardObjective::Pairwise);
        if (objective == RewardObjective::Pairwise) {
            row.rejected = marked(rng, false);
            row.margin = 0.5 * (i % 3);
        }
        if (objective == RewardObjective::Process) { // a second step of the other verdict
            row.labels.assign(row.ids.size(), kNoLabel);
            row.labels.back() = row.good;
            const std::vector<int32_t> more = marked(rng, !row.good);
            row.ids.insert(row.ids.end(), more.begin(), more.end());
            row.labels.resize(row.ids.size(), kNoLabel);
            row.labels.back() = !row.good;
        }
    }
    return rows;
}

Policy modelFor(RewardObjective objective)
{
    Transformer model = language().withHead(labelsOf(objective), objective == RewardObjective::Process);
    return Policy(std::move(model));
}

RunConfig config()
{
    RunConfig c = defaultConfig("reward_model");
    c.optimizer.learningRate = 3e-3;
    c.optimizer.schedule = "constant";
    c.rewardModel.margin = true;
    return c;
}

std::vector<TrainingSample> samplesOf(int count)
{
    Rng rng(2, Purpose::Initialize);
    std::vector<TrainingSample> samples;
    for (int i = 0; i < count; ++i) {
        TrainingSample& sample = samples.emplace_back();
        sample.ids = marked(rng, i % 2 == 0);
        sample.ids.insert(sample.ids.begin(), { 7, 8 });
        sample.promptLength = 2;
    }
    return samples;
}

std::vector<double> verdicts(int count)
{
    std::vector<double> all;
    for (int i = 0; i < count; ++i)
        all.push_back(i % 2 == 0);
    return all;
}

constexpr RewardObjective kAll[] = { RewardObjective::Pairwise, RewardObjective::Outcome, RewardObjective::Process };

} // namespace

class TestRewardModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// As transformers' Qwen2ForTokenClassification: a bias a label, and a name of its own.
    void aClassifierOfTokens()
    {
        Transformer model = language().withHead(2, true);
        QCOMPARE(model.config().parameterCount(), model.flat().numel());
        TransformerWeights w = model.views(model.flat());
        w.headBias_V.copy_(at::arange(2) + 0.5);
        w.head_VD.fill_(0.25);
        QTemporaryDir folder;
        const std::filesystem::path path = folder.path().toStdString();
        for (const auto& [name, text] : { std::pair { "config.json", modelConfigJson(model.config()) },
                 { "model.safetensors", model.toSafetensors() } }) {
            QFile file(QString::fromStdString((path / name).string()));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(text.data(), qint64(text.size()));
        }
        QVERIFY(modelConfigJson(model.config()).find("LlamaForTokenClassification") != std::string::npos);
        const Transformer again = orThrow(Transformer::load(path));
        QVERIFY(again.config().classifiesTokens && again.config().labels == 2);
        QVERIFY(again.flat().equal(model.flat()));
        const at::Tensor hidden_MD = at::ones({ 3, 32 });
        const at::Tensor scores = headScores(again.views(again.flat()), hidden_MD);
        QCOMPARE(scores.select(1, 0)[0].item<float>(), 8.5f);
        QCOMPARE(scores.select(1, 1)[2].item<float>(), 9.5f);
    }

    void learnWhatTheRowsSay()
    {
        for (const RewardObjective objective : kAll) {
            Workers workers(2);
            Policy model = modelFor(objective);
            RewardModelTrainer trainer(model, workers, objective);
            const std::vector<RewardRow> rows = rowsFor(objective, 24);
            const RewardModelScores before = trainer.evaluate(rows, config());
            if (objective != RewardObjective::Pairwise) // a head of zeros knows nothing
                QVERIFY(std::abs(before.loss - std::log(2.0)) < 1e-6);
            for (int i = 0; i < 60; ++i)
                orThrow(trainer.update(rows, config(), 60));
            const RewardModelScores after = trainer.evaluate(rows, config());
            QVERIFY2(after.loss < 0.2 * before.loss, qPrintable(QString::number(after.loss)));
            QCOMPARE(after.diagnostics.right, after.diagnostics.comparisons);
            QCOMPARE(after.diagnostics.comparisons, objective == RewardObjective::Process ? 48.0 : 24.0);
            // The same values for whoever only asks.
            std::vector<HeadQuestion> questions;
            for (const RewardRow& row : rows)
                questions.push_back({ row.ids, { int64_t(row.ids.size()) - 1 } });
            const std::vector<at::Tensor> answers = askHead(model.base(), questions, workers, {});
            for (size_t i = 0; i < rows.size() && objective != RewardObjective::Pairwise; ++i) {
                const double last = objective == RewardObjective::Process
                    ? stepRewards(answers[i])[0].item<double>() - 0.5
                    : answers[i].item<double>();
                QCOMPARE(last > 0, objective == RewardObjective::Process ? !rows[i].good : rows[i].good);
            }
        }
    }

    void cutIntoPassesTheSame()
    {
        for (const RewardObjective objective : kAll) {
            const auto gradient = [&](int threads, int64_t tokensPerPass) {
                Workers workers(threads);
                Policy model = modelFor(objective);
                const at::Tensor head = model.base().views(model.trained()).head_VD;
                head.copy_(at::linspace(-1, 1, head.numel()).view_as(head));
                RewardModelTrainer trainer(model, workers, objective);
                RunConfig c = config();
                c.optimizer.maxGradNorm = 1e9;
                c.rewardModel.centering = 0.01;
                c.training.tokensPerPass = tokensPerPass;
                orThrow(trainer.update(rowsFor(objective, 9), c, 1));
                return trainer.gradient().clone();
            };
            const at::Tensor whole = gradient(1, 10000);
            QVERIFY(whole.abs().max().item<double>() > 0);
            for (const at::Tensor& cut : { gradient(1, 1), gradient(3, 20) })
                QVERIFY((cut - whole).abs().max().item<double>() < 1e-5 * whole.abs().max().item<double>());
        }
    }

    void labelsThatWereCutTeachNothing()
    {
        Workers workers(1);
        Policy model = modelFor(RewardObjective::Process);
        const at::Tensor before = model.trained().clone();
        RewardModelTrainer trainer(model, workers, RewardObjective::Process);
        std::vector<RewardRow> rows = rowsFor(RewardObjective::Process, 2);
        for (RewardRow& row : rows)
            row.labels.assign(row.ids.size(), kNoLabel);
        QCOMPARE(orThrow(trainer.update(rows, config(), 1)).scores.diagnostics.comparisons, 0.0);
        QVERIFY(model.trained().equal(before));
    }

    void primeBeginsAtNoRewardAndLearnsOutcomes()
    {
        Workers workers(2);
        PrimeModel prime(Policy(language()), language(), workers);
        RunConfig c = defaultConfig("prime");
        const std::vector<TrainingSample> samples = samplesOf(16);
        c.prime.learningRate = 0;
        PrimeReport report = orThrow(prime.learn(samples, verdicts(16), c));
        QVERIFY(std::abs(report.loss - std::log(2.0)) < 1e-5);
        for (size_t i = 0; i < samples.size(); ++i) {
            QCOMPARE(int64_t(report.tokenRewards[i].size()), samples[i].completionLength());
            for (const float reward : report.tokenRewards[i])
                QVERIFY(std::abs(reward) < 1e-6f);
        }
        c.prime.learningRate = 3e-3;
        // The rewards are those of the model that has just learned from the same completions.
        report = orThrow(prime.learn(samples, verdicts(16), c));
        QVERIFY(std::abs(report.loss - std::log(2.0)) < 1e-5);
        QVERIFY(std::abs(report.reward) > 1e-6);
        for (int i = 0; i < 60; ++i)
            report = orThrow(prime.learn(samples, verdicts(16), c));
        QCOMPARE(report.judged, 16.0);
        QVERIFY2(report.right >= 15, qPrintable(QString::number(report.right)));
        for (size_t i = 0; i < samples.size(); ++i) {
            double sum = 0;
            for (const float reward : report.tokenRewards[i])
                sum += double(reward);
            QCOMPARE(sum > 0, i % 2 == 0);
        }
    }

    void primeLearnsNothingWithoutVerdicts()
    {
        Workers workers(1);
        PrimeModel prime(Policy(language()), language(), workers);
        RunConfig c = defaultConfig("prime");
        c.prime.learningRate = 1e-2;
        const at::Tensor before = prime.model().trained().clone();
        const PrimeReport none = orThrow(prime.learn(samplesOf(4), std::vector<double>(4, std::nan("")), c));
        QCOMPARE(none.judged, 0.0);
        QVERIFY(prime.model().trained().equal(before));
        // One without: the others' update is as if it were not there.
        PrimeModel other(Policy(language()), language(), workers);
        std::vector<TrainingSample> samples = samplesOf(4);
        std::vector<double> some = verdicts(4);
        some[3] = std::nan("");
        const double loss = orThrow(prime.learn(samples, some, c)).loss;
        samples.pop_back();
        some.pop_back();
        QVERIFY(std::abs(orThrow(other.learn(samples, some, c)).loss - loss) < 1e-6);
        QVERIFY((other.model().trained() - prime.model().trained()).abs().max().item<double>() < 1e-6);
    }
};

QTEST_GUILESS_MAIN(TestRewardModels)
#include "tst_reward_models.moc"
