// Which tokens a loss keeps from training, against the loss itself: at every bound of every loss type the derivative
// stops where the rule says so, and nowhere else.

#include "core/algo/policy_loss.h"
#include "core/algo/policy_trainer.h"
#include "core/algo/token_gates.h"
#include "core/config/run_config.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <QtTest>

#include <cmath>

using namespace aha;

namespace {

constexpr double kNudge = 1e-3;

/// Log-probs of three tokens whose ratios to old ones are these.
struct Tokens {
    std::vector<float> logp, old { -1.f, -2.f, -0.5f };
    explicit Tokens(const std::vector<double>& ratios)
    {
        for (size_t t = 0; t < ratios.size(); ++t)
            logp.push_back(old[t] + float(std::log(ratios[t])));
    }
};

PolicyLossConfig typed(const std::string& lossType, const std::string& level = "token")
{
    PolicyLossConfig c;
    c.lossType = lossType;
    c.level = level;
    c.epsilon = 0.2;
    c.epsilonHigh = lossType == "cispo" ? 2 : 0.28; // DAPO's clip-higher
    c.delta = 3;
    c.dualClip = 4;
    return c;
}

/// The surrogate's derivative by each token's log-prob, in the words of policyLoss() alone.
std::vector<double> derivative(const PolicyLossConfig& config, const Tokens& t, double advantage)
{
    PolicyLossInput in { at::tensor(t.logp).set_requires_grad(true), at::tensor(t.old), {},
        at::zeros({ 3 }, at::kLong), at::tensor(std::vector<float> { float(advantage) }), at::ones({ 1 }) };
    in.selected_N = at::zeros({ 3 }, at::kBool);
    policyLoss(in, config).loss.backward();
    std::vector<double> out;
    for (int i = 0; i < 3; ++i)
        out.push_back(in.logp_N.grad()[i].item<double>());
    return out;
}

bool closed(TokenGate gate) { return gate != TokenGate::Open && gate != TokenGate::Capped; }

/// Ratios of three tokens, so that what the rule bounds is `wanted`.
std::vector<double> ratiosFor(ClipRule::Of of, double wanted)
{
    if (of == ClipRule::Sequence) // the geometric mean
        return { wanted * 1.5, wanted / 1.5, wanted };
    if (of == ClipRule::Product)
        return { 1.5, wanted, 1 / 1.5 };
    return { wanted, 1.0, 1.0 };
}

} // namespace

class TestTokenGates : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theRuleIsTheLosss_data()
    {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("level");
        for (const std::string& type : policyLossTypes())
            for (const char* level : { "token", "sequence" })
                QTest::addRow("%s %s", type.c_str(), level) << QString::fromStdString(type) << QString(level);
    }

    /// A little inside and a little outside of every bound, for both signs.
    void theRuleIsTheLosss()
    {
        QFETCH(QString, type);
        QFETCH(QString, level);
        const PolicyLossConfig config = typed(type.toStdString(), level.toStdString());
        const ClipRule rule = clipRule(config);
        std::vector<double> places { 0.05, 0.97, 1.0, 1.03, 5.0 };
        for (const auto& edge : { rule.low, rule.high, rule.bound, rule.cap })
            if (edge)
                places.insert(places.end(), { *edge - kNudge, *edge + kNudge });
        for (const double place : places)
            for (const double advantage : { 0.7, -0.7 }) {
                const Tokens tokens(ratiosFor(rule.of, place));
                const TokenGates gates = tokenGates(config, tokens.logp, tokens.old, advantage);
                const std::vector<double> slope = derivative(config, tokens, advantage);
                const bool cut = advantage > 0 ? rule.high && place > *rule.high
                                               : (rule.low && place < *rule.low) || (rule.bound && place > *rule.bound);
                const QByteArray where = QByteArray::number(place) + " A " + QByteArray::number(advantage);
                QCOMPARE(gates.gate.size(), size_t(3));
                QVERIFY2(closed(gates.gate[0]) == cut, where);
                for (size_t t = 0; t < 3 && rule.of != ClipRule::Nothing; ++t)
                    QVERIFY2(closed(gates.gate[t]) == (slope[t] == 0), where);
                QVERIFY2(cut == (slope[0] == 0), where);
                if (cut)
                    QVERIFY2(gates.gate[0]
                            == (place < 1 ? TokenGate::Low : advantage > 0 ? TokenGate::High : TokenGate::Bound),
                        where);
                if (rule.cap) { // the weight stops growing, the gradient does not stop
                    QCOMPARE(gates.gate[0] == TokenGate::Capped, place > *rule.cap);
                    QVERIFY(std::abs(std::abs(slope[0]) - 0.7 * std::min(place, *rule.cap)) < 1e-4);
                }
                if (rule.of != ClipRule::Nothing)
                    QVERIFY(std::abs(double(gates.ratio[0]) - place) < 1e-4 * place);
            }
    }

    void aSequenceIsCutAsAWhole()
    {
        const Tokens tokens({ 3.0, 1.2, 1.1 }); // geometric mean 1.58
        const TokenGates gspo = tokenGates(typed("grpo", "sequence"), tokens.logp, tokens.old, 1.0);
        QCOMPARE(gspo.gate, std::vector<TokenGate>(3, TokenGate::High));
        const TokenGates grpo = tokenGates(typed("grpo"), tokens.logp, tokens.old, 1.0);
        QCOMPARE(grpo.gate, (std::vector<TokenGate> { TokenGate::High, TokenGate::Open, TokenGate::Open }));
    }

    void anUnknownAdvantageIsBothSigns()
    {
        const Tokens tokens({ 0.5, 1.5, 6.0 });
        QCOMPARE(tokenGates(typed("ppo"), tokens.logp, tokens.old, {}).gate,
            (std::vector<TokenGate> { TokenGate::Low, TokenGate::High, TokenGate::Either }));
        QCOMPARE(tokenGates(typed("ppo"), tokens.logp, tokens.old, 0.0).gate,
            std::vector<TokenGate>(3, TokenGate::Open)); // nothing pulls, so nothing is cut
    }

    void aDriftedCompletionIsLeftOut()
    {
        PolicyLossConfig config = typed("dapo");
        config.offPolicyThreshold = 0.1;
        const Tokens far({ 0.85, 0.85, 0.85 }); // 0.16 nats a token away, within the clip
        QCOMPARE(tokenGates(config, far.logp, far.old, -1.0).gate, std::vector<TokenGate>(3, TokenGate::Drifted));
        QCOMPARE(tokenGates(config, far.logp, far.old, 1.0).gate, std::vector<TokenGate>(3, TokenGate::Open));
    }

    /// What a run's configuration comes to.
    void kindsHaveTheirRule()
    {
        const auto of = [](const char* kind, auto&& change) {
            RunConfig config = defaultConfig(kind);
            change(config.algorithm);
            return clipRule(policyLossConfig(config));
        };
        const auto plain = [](AlgorithmConfig&) {};
        QCOMPARE(of("grpo", [](AlgorithmConfig& a) { a.importanceLevel = "sequence"; }).of, ClipRule::Sequence);
        QCOMPARE(*of("grpo", [](AlgorithmConfig& a) { a.epsilonHigh = 0.28; }).high, 1.28);
        QVERIFY(!of("grpo", plain).bound);
        QCOMPARE(*of("grpo", [](AlgorithmConfig& a) { a.dualClip = 3; }).bound, 3.0);
        QCOMPARE(of("rloo", plain).of, ClipRule::Product);
        QCOMPARE(of("reinforce", plain).of, ClipRule::Nothing);
        QVERIFY(!of("reinforce", plain).ratio);
        QCOMPARE(of("mirror_descent", plain).of, ClipRule::Nothing);
        QCOMPARE(of("reinforce_pp", plain).of, ClipRule::Token);
        QVERIFY(of("grpo", [](AlgorithmConfig& a) { a.lossType = "sapo"; }).soft);
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument, clipRule(typed("no")));
    }
};

QTEST_GUILESS_MAIN(TestTokenGates)
#include "tst_token_gates.moc"
