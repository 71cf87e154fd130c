// Policy losses against their formulas, where there is no golden case: chosen tokens of Clip-Cov and KL-Cov,
// GSPO-token, straight-through KL, value loss, refusals.

#include "core/algo/kl_estimators.h"
#include "core/algo/ppo_loss.h"
#include "tests/support/policy_batch.h"

#include <ATen/TensorOperators.h>
#include <QtTest>

#include <numeric>
#include <set>
#include <stdexcept>

using namespace aha;

namespace {

bool near(double a, double b, double tolerance = 1e-5)
{
    return std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b));
}

PolicyLossConfig typed(const char* lossType)
{
    PolicyLossConfig c;
    c.lossType = lossType;
    return c;
}

/// All tokens in one row with weight 1, an advantage each.
struct Tokens {
    std::vector<float> logp, old, advantage;
    PolicyLossInput input(const at::Tensor& leaf) const
    {
        PolicyLossInput in { leaf, at::tensor(old), {}, at::tensor(std::vector<int64_t>(logp.size(), 0)), {},
            at::tensor(std::vector<float> { 1.f }) };
        in.advantage_N = at::tensor(advantage);
        return in;
    }
};

Tokens someTokens(size_t n)
{
    Rng rng(21, Purpose::Shuffle);
    Tokens tokens;
    for (size_t i = 0; i < n; ++i) {
        tokens.old.push_back(float(-2.5 * rng.uniform()));
        tokens.logp.push_back(tokens.old.back() + float(0.3 * rng.normal()));
        tokens.advantage.push_back(float(rng.normal()));
    }
    return tokens;
}

/// cov_t of covariance.h, in two passes.
std::vector<double> covariance(const Tokens& t)
{
    const double n = double(t.logp.size());
    const double a = std::accumulate(t.advantage.begin(), t.advantage.end(), 0.0) / n,
                 l = std::accumulate(t.logp.begin(), t.logp.end(), 0.0) / n;
    std::vector<double> all;
    for (size_t i = 0; i < t.logp.size(); ++i)
        all.push_back((t.advantage[i] - a) * (t.logp[i] - l));
    return all;
}

at::Tensor chosenTensor(const std::vector<bool>& chosen)
{
    std::vector<int64_t> values(chosen.begin(), chosen.end());
    return at::tensor(values).to(at::kBool);
}

double ppoTerm(const Tokens& t, size_t i)
{
    const double w = std::exp(double(t.logp[i]) - t.old[i]), a = t.advantage[i];
    return std::max(-a * w, -a * std::clamp(w, 0.8, 1.2));
}

} // namespace

class PolicyLosses : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void clipCovLeavesOutSomeTokensBetweenItsBounds()
    {
        const Tokens t = someTokens(200);
        const std::vector<double> cov = covariance(t);
        ClipCovConfig config { 0.05, 0.1, 0.6 };
        std::set<size_t> seen;
        for (uint64_t seed = 0; seed < 40; ++seed) {
            Rng rng(seed, Purpose::Shuffle);
            const std::vector<bool> chosen = chooseClipCov({ t.logp, t.old, t.advantage }, config, rng);
            QCOMPARE(int(std::count(chosen.begin(), chosen.end(), true)), 10); // 5 % of 200
            for (size_t i = 0; i < chosen.size(); ++i) {
                if (!chosen[i])
                    continue;
                seen.insert(i);
                const double w = std::exp(double(t.logp[i]) - t.old[i]);
                QVERIFY(cov[i] > 0.1 && cov[i] < 0.6);
                QVERIFY(near(ppoTerm(t, i), -t.advantage[i] * w)); // not cut by PPO's own clip
            }
        }
        QVERIFY(seen.size() > 15); // drawn at random
        Rng rng(1, Purpose::Shuffle);
        config.low = 1e6;
        config.high = 2e6;
        const std::vector<bool> none = chooseClipCov({ t.logp, t.old, t.advantage }, config, rng);
        QCOMPARE(int(std::count(none.begin(), none.end(), true)), 0);
    }

    void clipCovLoss()
    {
        const Tokens t = someTokens(60);
        Rng rng(3, Purpose::Shuffle);
        const std::vector<bool> chosen = chooseClipCov({ t.logp, t.old, t.advantage }, { 0.1, 0.0, 5 }, rng);
        const at::Tensor leaf = at::tensor(t.logp).requires_grad_();
        PolicyLossInput in = t.input(leaf);
        in.selected_N = chosenTensor(chosen);
        const PolicyLossOutput out = policyLoss(in, typed("clip_cov"));
        out.loss.backward();
        double wanted = 0;
        for (size_t i = 0; i < chosen.size(); ++i) {
            wanted += chosen[i] ? 0 : ppoTerm(t, i);
            if (chosen[i])
                QCOMPARE(leaf.grad()[int64_t(i)].item<float>(), 0.f);
        }
        QVERIFY(near(out.loss.item<double>(), wanted));
        QVERIFY(near(out.diagnostics.averages.at("clip_cov/share").value(), 0.1));
        QVERIFY(!near(wanted, policyLoss(t.input(leaf.detach()), typed("ppo")).loss.item<double>(), 1e-3));
    }

    void klCovPenalisesTheLargestCovariances()
    {
        const Tokens t = someTokens(60);
        const std::vector<double> cov = covariance(t);
        const std::vector<bool> chosen = chooseKlCov({ t.logp, t.old, t.advantage }, 0.05);
        QCOMPARE(int(std::count(chosen.begin(), chosen.end(), true)), 3);
        double least = 1e9, most = -1e9;
        for (size_t i = 0; i < chosen.size(); ++i)
            chosen[i] ? void(least = std::min(least, cov[i])) : void(most = std::max(most, cov[i]));
        QVERIFY(least >= most);
        const std::vector<bool> one = chooseKlCov({ t.logp, t.old, t.advantage }, 1e-9);
        QCOMPARE(int(std::count(one.begin(), one.end(), true)), 1); // at least one

        const at::Tensor leaf = at::tensor(t.logp).requires_grad_();
        PolicyLossInput in = t.input(leaf);
        in.selected_N = chosenTensor(chosen);
        PolicyLossConfig config = typed("kl_cov");
        config.klCovCoef = 0.7;
        const PolicyLossOutput out = policyLoss(in, config);
        out.loss.backward();
        double wanted = 0;
        for (size_t i = 0; i < chosen.size(); ++i) {
            const double d = double(t.logp[i]) - t.old[i], w = std::exp(d), a = t.advantage[i];
            wanted += -a * w + (chosen[i] ? 0.7 * std::abs(d) : 0);
            QVERIFY(near(leaf.grad()[int64_t(i)].item<double>(), -a * w + (chosen[i] ? (d > 0 ? 0.7 : -0.7) : 0)));
        }
        QVERIFY(near(out.loss.item<double>(), wanted));
    }

    void chosenTokensAreAskedFor()
    {
        const Tokens t = someTokens(4);
        for (const char* type : { "clip_cov", "kl_cov" })
            QVERIFY_EXCEPTION_THROWN(policyLoss(t.input(at::tensor(t.logp)), typed(type)), std::invalid_argument);
    }

    /// GSPO-token: the value of the sequence's ratio, the gradient of the token's own; with one advantage a row it is
    /// GSPO's.
    void sequenceTokenLevel()
    {
        const std::vector<policy::Row> rows = policy::someRows(4, 6, 31);
        const std::vector<double> weights = reductionWeights({ "grpo", policy::lengthsOf(rows) });
        PolicyLossConfig sequence = typed("grpo"), token = sequence;
        sequence.level = "sequence";
        token.level = "sequence_token";
        const policy::Trained a = policy::train(rows, sequence, { weights, {}, {} }),
                              b = policy::train(rows, token, { weights, {}, {} });
        QVERIFY(near(a.loss, b.loss));
        for (size_t i = 0; i < a.gradient.size(); ++i)
            QVERIFY(near(a.gradient[i], b.gradient[i]));
        QVERIFY(a.diagnostics.count == 4 && b.diagnostics.count == double(policy::tokensOf(rows)));
        token.level = "word";
        QVERIFY_EXCEPTION_THROWN(policy::train(rows, token, { weights, {}, {} }), std::invalid_argument);
    }

    /// "k3+": the value of k3, the gradient of k2.
    void straightThroughKl()
    {
        for (const std::string& name : klEstimators()) {
            const at::Tensor leaf = at::tensor(std::vector<double> { -1.0, -2.0, -0.5 }).requires_grad_();
            const at::Tensor reference = at::tensor(std::vector<double> { -1.4, -1.1, -0.5 });
            const at::Tensor value = klEstimate(name + "+", leaf, reference);
            value.sum().backward();
            for (int64_t i = 0; i < 3; ++i) {
                const double logp = leaf[i].item<double>(), ref = reference[i].item<double>();
                QVERIFY(near(value[i].item<double>(), klEstimate(name, logp, ref)));
                QVERIFY(near(leaf.grad()[i].item<double>(), logp - ref));
            }
        }
        QVERIFY_EXCEPTION_THROWN(klEstimate("k4", 0.0, 0.0), std::invalid_argument);
    }

    void klInTheLossUsesTheNamedEstimator()
    {
        const std::vector<policy::Row> rows = policy::someRows(3, 5, 41);
        PolicyLossConfig config = typed("reinforce");
        config.beta = 0.3;
        config.useBiasCorrectionKl = false;
        const std::vector<double> weights(rows.size(), 1.0);
        for (const std::string& name : klEstimators()) {
            config.klEstimator = name;
            double wanted = 0;
            for (const policy::Row& row : rows)
                for (size_t t = 0; t < row.logp.size(); ++t)
                    wanted += -row.advantage * row.logp[t] + 0.3 * klEstimate(name, row.logp[t], row.reference[t]);
            QVERIFY2(near(policy::train(rows, config, { weights, {}, {} }).loss, wanted), name.c_str());
        }
    }

    void reinforceIsTheFirstStepOfGrpo()
    {
        std::vector<policy::Row> rows = policy::someRows(4, 6, 51);
        for (policy::Row& row : rows)
            row.old = row.logp;
        const std::vector<double> weights = reductionWeights({ "grpo", policy::lengthsOf(rows) });
        const policy::Trained a = policy::train(rows, typed("reinforce"), { weights, {}, {} }),
                              b = policy::train(rows, typed("grpo"), { weights, {}, {} });
        for (size_t i = 0; i < a.gradient.size(); ++i)
            QVERIFY(near(a.gradient[i], b.gradient[i]));
    }

    /// Sampler correction of a sequence counts once in vespo's weight, that of tokens once a token.
    void vespoFoldsTheCorrectionIn()
    {
        policy::Row row { { -1, -1 }, { -1, -1 }, {}, { -1, -1 }, { 1, 1 }, { 1.5f, 1.5f }, 1 };
        row.reference = row.logp;
        PolicyLossConfig config = typed("vespo");
        const auto phi = [&] {
            return policy::train({ row }, config, { { 1.0 }, {}, {} }, 0, true)
                .diagnostics.averages.at("vespo/phi_seq_mean")
                .value();
        };
        const auto kernel = [](double w) { return std::exp(3 + 2 * std::log(w) - 3 * w); };
        QVERIFY(near(phi(), kernel(2.25)));
        config.correctionPerSequence = true;
        QVERIFY(near(phi(), kernel(1.5)));
        row.correction = { 0.f, 0.f };
        QVERIFY(near(phi(), kernel(1e-8)));
    }

    void valueLossWithoutClip()
    {
        const at::Tensor value = at::tensor(std::vector<float> { 0.5f, -1, 2 }).requires_grad_();
        const at::Tensor returns = at::tensor(std::vector<float> { 1, -1, 0 });
        const ValueLossOutput out = valueLoss({ value, value.detach() - 5, returns, 1.0 / 3 }, std::nullopt);
        QVERIFY(near(out.loss.item<double>(), 0.5 * (0.25 + 4) / 3) && near(out.squaredError, 4.25));
        QVERIFY(out.clipped == 0 && out.count == 3);
        QVERIFY(near(explainedVariance(returns, returns), 1));
        QVERIFY(near(explainedVariance(returns * 0, returns), 0));
        QVERIFY(std::isnan(explainedVariance(returns, returns * 0)));
    }

    void unknownNamesAreRefused()
    {
        const std::vector<policy::Row> rows = policy::someRows(2, 3, 61);
        QVERIFY_EXCEPTION_THROWN(policy::train(rows, typed("gripo"), { { 1, 1 }, {}, {} }), std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(reductionWeights({ "gripo", { 1 } }), std::invalid_argument);
        ReductionInput named { "grpo", { 1 } };
        named.reduction = "mean";
        QVERIFY_EXCEPTION_THROWN(reductionWeights(named), std::invalid_argument);
        for (const std::string& type : policyLossTypes()) // each has its reduction
            QVERIFY(!reductionOf(type).empty());
    }
};

QTEST_GUILESS_MAIN(PolicyLosses)
#include "tst_policy_losses.moc"
