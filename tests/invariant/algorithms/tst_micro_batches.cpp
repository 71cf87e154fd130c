// One batch, cut in different ways: gradients agree to 1e-6, except where the definition of a loss says otherwise (bnpo
// divides by the tokens of its micro-batch).

#include "tests/support/policy_batch.h"

#include <QtTest>

using namespace aha;

namespace {

constexpr double kSame = 1e-6;

/// Of float32 sums in another order.
bool sameLoss(double a, double b) { return std::abs(a - b) < 2e-6 * std::max(1.0, std::abs(b)); }

double difference(const std::vector<float>& a, const std::vector<float>& b)
{
    double most = a.size() == b.size() ? 0 : 1e9;
    for (size_t i = 0; i < std::min(a.size(), b.size()); ++i)
        most = std::max(most, double(std::abs(a[i] - b[i])));
    return most;
}

/// KL, off-policy mask and, per sequence, GSPO's ratio: everything that could depend on the cut.
PolicyLossConfig config(const std::string& lossType, const std::string& level)
{
    PolicyLossConfig c;
    c.lossType = lossType;
    c.level = level;
    c.epsilonHigh = lossType == "cispo" ? 1.1 : 0.25;
    c.beta = 0.05;
    c.offPolicyThreshold = 0.1;
    return c;
}

std::vector<double> weights(
    const std::string& lossType, const std::vector<policy::Row>& rows, double items, double accumulation)
{
    ReductionInput input { lossType, policy::lengthsOf(rows), 20, items, accumulation, accumulation };
    // Where a mean over tokens is not bnpo's own point, it is one over the tokens of the whole optimizer update.
    if (lossType != "bnpo" && reductionOf(lossType) == "token_mean")
        input.reduction = "window_token_mean";
    return reductionWeights(input);
}

/// Tokens for clip_cov and kl_cov: every third one.
std::vector<bool> everyThird(int64_t tokens)
{
    std::vector<bool> chosen;
    for (int64_t t = 0; t < tokens; ++t)
        chosen.push_back(t % 3 == 0);
    return chosen;
}

std::vector<policy::Row> slice(const std::vector<policy::Row>& rows, size_t from, size_t to)
{
    return { rows.begin() + long(from), rows.begin() + long(to) };
}

/// The gradient of the batch as `cuts` micro-batches of equal size, each with its own weights.
std::vector<float> accumulated(
    const std::string& lossType, const std::vector<policy::Row>& rows, size_t cuts, const std::string& level = "token")
{
    const size_t per = rows.size() / cuts;
    const int64_t items = policy::tokensOf(rows);
    const std::vector<bool> chosen = everyThird(items);
    auto next = chosen.begin();
    std::vector<float> gradient;
    for (size_t from = 0; from < rows.size(); from += per) {
        const std::vector<policy::Row> micro = slice(rows, from, from + per);
        policy::Plan plan { weights(lossType, micro, double(items), double(cuts)), {}, {} };
        plan.selected.assign(next, next + policy::tokensOf(micro));
        next += policy::tokensOf(micro);
        const policy::Trained part = policy::train(micro, config(lossType, level), plan);
        gradient.insert(gradient.end(), part.gradient.begin(), part.gradient.end());
    }
    return gradient;
}

bool hasGradient(const std::vector<float>& gradient)
{
    return std::any_of(gradient.begin(), gradient.end(), [](float g) { return std::abs(g) > 1e-3; });
}

void addLossTypes()
{
    QTest::addColumn<QString>("lossType");
    for (const std::string& name : policyLossTypes())
        QTest::newRow(name.c_str()) << QString::fromStdString(name);
}

} // namespace

class MicroBatches : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void oneTimesEightIsEightTimesOne_data() { addLossTypes(); }
    void oneTimesEightIsEightTimesOne()
    {
        QFETCH(QString, lossType);
        const std::string type = lossType.toStdString();
        const std::vector<policy::Row> rows = policy::someRows(8, 7, 3);
        for (const char* level : { "token", "sequence", "sequence_token" }) {
            const std::vector<float> whole = accumulated(type, rows, 1, level);
            QVERIFY(hasGradient(whole));
            for (const size_t cuts : { 2, 4, 8 }) {
                const double moved = difference(whole, accumulated(type, rows, cuts, level));
                QVERIFY2(type == "bnpo" ? moved > 1e-3 : moved < kSame,
                    qPrintable(QString("%1 cuts, level %2: %3").arg(cuts).arg(level).arg(moved)));
            }
        }
    }

    void bnpoDependsOnTheCut()
    {
        const std::vector<policy::Row> rows = policy::someRows(8, 7, 3);
        QVERIFY(difference(accumulated("bnpo", rows, 1), accumulated("bnpo", rows, 8)) > 1e-3);
        std::vector<policy::Row> level = rows; // with rows of one length it does not
        for (policy::Row& row : level)
            for (std::vector<float>* values :
                { &row.logp, &row.old, &row.reference, &row.sampling, &row.entropy, &row.correction })
                values->resize(1);
        QVERIFY(difference(accumulated("bnpo", level, 1), accumulated("bnpo", level, 8)) < kSame);
    }

    /// grpo and dr_grpo weigh rows by the rows of their micro-batch: a ragged last one breaks the identity.
    void aRaggedLastMicroBatchCounts()
    {
        const std::vector<policy::Row> rows = policy::someRows(6, 7, 4);
        const double items = double(policy::tokensOf(rows));
        for (const char* type : { "grpo", "dr_grpo", "dapo" }) {
            std::vector<float> ragged;
            for (const auto& [from, to] : { std::pair<size_t, size_t> { 0, 4 }, { 4, 6 } }) {
                const std::vector<policy::Row> micro = slice(rows, from, to);
                const auto part
                    = policy::train(micro, config(type, "token"), { weights(type, micro, items, 2), {}, {} });
                ragged.insert(ragged.end(), part.gradient.begin(), part.gradient.end());
            }
            const double moved = difference(accumulated(type, rows, 1), ragged);
            QVERIFY2(type == std::string("dapo") ? moved < kSame : moved > 1e-3, type);
        }
    }

    /// Parts of one micro-batch, as workers compute them: loss, gradient and metrics add up to the whole, for every
    /// loss, with everything on.
    void partsAddUp_data() { addLossTypes(); }
    void partsAddUp()
    {
        QFETCH(QString, lossType);
        const std::string type = lossType.toStdString();
        const std::vector<policy::Row> rows = policy::someRows(8, 7, 5);
        std::vector<float> entropies;
        for (const policy::Row& row : rows)
            entropies.insert(entropies.end(), row.entropy.begin(), row.entropy.end());
        const int64_t tokens = policy::tokensOf(rows);
        const policy::Plan plan { weights(type, rows, double(tokens), 1), planEntropy(entropies, 0.5),
            everyThird(tokens) };
        const policy::Trained whole = policy::train(rows, config(type, "token"), plan, 0, true);
        policy::Trained sum;
        size_t at = 0;
        for (const auto& [from, to] : { std::pair<size_t, size_t> { 0, 3 }, { 3, 4 }, { 4, 8 } }) {
            const std::vector<policy::Row> part = slice(rows, from, to);
            policy::Plan own = plan;
            const size_t count = size_t(policy::tokensOf(part));
            own.selected.assign(plan.selected.begin() + long(at), plan.selected.begin() + long(at + count));
            at += count;
            const policy::Trained got = policy::train(part, config(type, "token"), own, from, true);
            sum.loss += got.loss;
            sum.gradient.insert(sum.gradient.end(), got.gradient.begin(), got.gradient.end());
            sum.entropyGradient.insert(
                sum.entropyGradient.end(), got.entropyGradient.begin(), got.entropyGradient.end());
            sum.diagnostics.merge(got.diagnostics);
        }
        QVERIFY(hasGradient(whole.gradient) && hasGradient(whole.entropyGradient));
        QVERIFY(sameLoss(sum.loss, whole.loss));
        QVERIFY(difference(sum.gradient, whole.gradient) < kSame);
        QVERIFY(difference(sum.entropyGradient, whole.entropyGradient) < kSame);
        const PolicyLossDiagnostics &a = sum.diagnostics, &b = whole.diagnostics;
        const std::pair<double, double> figures[] = { { a.count, b.count }, { a.lowClipped, b.lowClipped },
            { a.highClipped, b.highClipped }, { a.regionClipped, b.regionClipped }, { a.lowMin, b.lowMin },
            { a.highMax, b.highMax }, { a.tokens, b.tokens }, { a.kl, b.kl }, { a.entropy, b.entropy } };
        for (const auto& [merged, once] : figures)
            QVERIFY2(std::abs(merged - once) < 1e-4, qPrintable(QString("%1 and %2").arg(merged).arg(once)));
        QVERIFY(a.averages.size() == b.averages.size());
        for (const auto& [name, average] : b.averages)
            QVERIFY2(std::abs(a.averages.at(name).value() - average.value()) < 1e-4, name.c_str());
    }

    /// What stands in padding, and how much of it there is, does not matter: packed tokens are picked out of it.
    void packedEqualsPadded_data() { addLossTypes(); }
    void packedEqualsPadded()
    {
        QFETCH(QString, lossType);
        const std::string type = lossType.toStdString();
        const std::vector<policy::Row> rows = policy::someRows(5, 6, 6);
        const int64_t tokens = policy::tokensOf(rows);
        const std::vector<double> weight = weights(type, rows, double(tokens), 1);
        const policy::Trained packed
            = policy::train(rows, config(type, "sequence"), { weight, {}, everyThird(tokens) });
        for (const int64_t width : { 6, 12 }) {
            std::vector<float> logp(rows.size() * size_t(width), -77.f), old, reference, sampling, advantage, weightOf;
            std::vector<int64_t> where, owner, chosen;
            for (size_t i = 0; i < rows.size(); ++i) {
                for (size_t t = 0; t < rows[i].logp.size(); ++t) {
                    where.push_back(int64_t(i) * width + int64_t(t));
                    logp[size_t(where.back())] = rows[i].logp[t];
                    old.push_back(rows[i].old[t]);
                    reference.push_back(rows[i].reference[t]);
                    sampling.push_back(rows[i].sampling[t]);
                    owner.push_back(int64_t(i));
                    chosen.push_back(chosen.size() % 3 == 0);
                }
                advantage.push_back(rows[i].advantage);
                weightOf.push_back(float(weight[i]));
            }
            const at::Tensor padded = at::tensor(logp).requires_grad_(), where_N = at::tensor(where);
            PolicyLossInput input { padded.index_select(0, where_N), at::tensor(old), at::tensor(reference),
                at::tensor(owner), at::tensor(advantage), at::tensor(weightOf) };
            input.samplingLogp_N = at::tensor(sampling);
            input.selected_N = at::tensor(chosen).to(at::kBool);
            const PolicyLossOutput out = policyLoss(input, config(type, "sequence"));
            out.loss.backward();
            QVERIFY(sameLoss(out.loss.item<double>(), packed.loss));
            std::vector<float> gradient;
            for (const int64_t at : where)
                gradient.push_back(padded.grad()[at].item<float>());
            QVERIFY(hasGradient(gradient));
            QVERIFY(difference(gradient, packed.gradient) < kSame);
        }
    }
};

QTEST_GUILESS_MAIN(MicroBatches)
#include "tst_micro_batches.moc"
