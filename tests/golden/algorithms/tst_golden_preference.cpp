// Preference losses against TRL: values, gradients, rewards, likelihoods, and KTO's mismatched pairs.

#include "core/algo/cpo_loss.h"
#include "core/algo/dpo_loss.h"
#include "core/algo/kto_loss.h"
#include "core/algo/orpo_loss.h"
#include "core/algo/row_positions.h"
#include "tests/support/golden_packed.h"

#include "tests/golden/algorithms/golden_family.h"
#include <ATen/TensorOperators.h>

#include <QtTest>

#include <map>

using namespace aha;
using golden::Json;
using golden::Packed;

namespace {

/// Fails the test with the case, the part and both values.
void expectSame(const Json& c, const char* what, const std::string& difference)
{
    QVERIFY2(difference.empty(), (c["name"].get<std::string>() + " " + what + " " + difference).c_str());
}

double meanOf(double sum, double count) { return count > 0 ? sum / count : 0; }

/// TRL's metrics that the case lists.
void checkMetrics(const Json& c, const PreferenceDiagnostics& d, std::map<std::string, double> more)
{
    const bool paired = d.chosen == d.rejected;
    more["rewards/chosen"] = meanOf(d.chosenReward, d.chosen);
    more["rewards/rejected"] = meanOf(d.rejectedReward, d.rejected);
    more["rewards/margins"] = more["rewards/chosen"] - more["rewards/rejected"];
    more["logps/chosen"] = meanOf(d.chosenLogp, d.chosen);
    more["logps/rejected"] = meanOf(d.rejectedLogp, d.rejected);
    if (paired)
        more["rewards/accuracies"] = meanOf(d.right, d.chosen);
    const Json metrics = c["expected"].value("metrics", Json::object());
    for (const auto& [name, want] : metrics.items()) {
        QVERIFY2(more.contains(name), (c["name"].get<std::string>() + ": no metric " + name).c_str());
        expectSame(c, name.c_str(), golden::difference(more[name], want));
    }
}

struct Rows {
    Packed packed;
    at::Tensor logp_N, row_N;
    int64_t pairs;
    double chosenTokens;
};

Rows rowsOf(const Json& c)
{
    const Json& in = c["inputs"];
    Packed packed(in["completion_mask"]);
    const int64_t pairs = packed.rows() / 2;
    const at::Tensor logp_N = packed.values(in["per_token_logps"]).requires_grad_();
    return { packed, logp_N, packed.row(), pairs, double(packed.tokens(0, pairs)) };
}

/// Rewards, likelihoods and their order, computed from the case's own sums.
void checkWinnersAndLosers(const Json& c, const Rows& rows, const PreferenceDiagnostics& d,
    const at::Tensor& chosenReward_P, const at::Tensor& rejectedReward_P)
{
    const Json& expected = c["expected"];
    if (expected.contains("chosen_rewards"))
        expectSame(c, "chosen rewards", golden::difference(chosenReward_P, expected["chosen_rewards"]));
    if (expected.contains("rejected_rewards"))
        expectSame(c, "rejected rewards", golden::difference(rejectedReward_P, expected["rejected_rewards"]));
    expectSame(c, "sum of rewards", golden::difference(d.chosenReward, total(chosenReward_P)));
    expectSame(c, "sum of losers' rewards", golden::difference(d.rejectedReward, total(rejectedReward_P)));
    expectSame(c, "accuracy", golden::difference(d.right, total(chosenReward_P.gt(rejectedReward_P))));
    const Json& in = c["inputs"];
    for (const char* key : { "summed_logps", "summed_or_averaged_logps", "averaged_logps" })
        if (in.contains(key) && c["config"].value("ld_alpha", Json()).is_null()) {
            const at::Tensor logp_R = golden::list(in[key]);
            expectSame(c, "likelihood", golden::difference(d.chosenLogp, total(logp_R.narrow(0, 0, rows.pairs))));
            expectSame(c, "losers' likelihood",
                golden::difference(d.rejectedLogp, total(logp_R.narrow(0, rows.pairs, rows.pairs))));
        }
}

void checkDpo(const Json& c)
{
    const Json &in = c["inputs"], &config = c["config"], &expected = c["expected"];
    DpoLossConfig dpo;
    dpo.lossType = config["loss_type"].get<std::vector<std::string>>();
    if (config.value("loss_weights", Json()).is_array())
        dpo.lossWeights = config["loss_weights"].get<std::vector<double>>();
    dpo.beta = config["beta"];
    dpo.labelSmoothing = config.value("label_smoothing", 0.0);
    dpo.fDivergence = config.value("f_divergence_type", "reverse_kl");
    dpo.alphaDivergence = config.value("f_alpha_divergence_coef", 0.5);
    dpo.useWeighting = config.value("use_weighting", false);
    dpo.discopopTau = config.value("discopop_tau", 0.05);
    if (const Json alpha = config.value("ld_alpha", Json()); alpha.is_number())
        dpo.ldAlpha = alpha.get<double>();
    const Result<void> sound = checkDpoLoss(dpo);
    QVERIFY2(bool(sound), sound ? "" : sound.error().sentence().c_str());

    const Rows rows = rowsOf(c);
    DpoLossInput input { rows.logp_N, {}, rows.row_N, rows.pairs, double(rows.pairs), rows.chosenTokens };
    if (in.contains("ref_per_token_logps"))
        input.refLogp_N = rows.packed.values(in["ref_per_token_logps"]);
    if (dpo.useWeighting)
        input.logSquaredSum_N = rows.packed.values(in["log_sum_sq_probs"]);
    const DpoLossOutput out = dpoLoss(input, dpo);
    out.loss.backward();
    expectSame(c, "loss", golden::difference(out.loss.item<double>(), expected["loss"]));
    expectSame(c, "gradient", rows.packed.difference(rows.logp_N.grad(), expected["grad_per_token_logps"]));
    if (expected.contains("per_example_loss")) {
        QVERIFY2(out.pairLoss_P.defined(), c["name"].get<std::string>().c_str());
        expectSame(c, "loss of a pair", golden::difference(out.pairLoss_P, expected["per_example_loss"]));
    }
    if (expected.contains("grad_summed_logps")) // equal along a row
        expectSame(c, "gradient of a row",
            golden::difference(sumPerRow(rows.logp_N.grad(), rows.row_N, 2 * rows.pairs)
                    / rowLengths(rows.row_N, 2 * rows.pairs, rows.logp_N),
                expected["grad_summed_logps"]));
    checkWinnersAndLosers(c, rows, out.diagnostics, out.chosenReward_P, out.rejectedReward_P);
    checkMetrics(c, out.diagnostics, {});
}

void checkKto(const Json& c)
{
    const Json &in = c["inputs"], &config = c["config"], &expected = c["expected"];
    const KtoLossConfig kto { config["loss_type"], config["beta"], config["desirable_weight"],
        config["undesirable_weight"] };
    const Packed mismatch(in["kl_completion_mask"]), packed(in["completion_mask"]);
    const double z = kto.lossType == "kto" ? ktoReferencePoint(sumPerRow(
                         mismatch.values(in["kl_per_token_logps"]) - mismatch.values(in["kl_ref_per_token_logps"]),
                         mismatch.row(), mismatch.rows()))
                                           : 0;
    expectSame(c, "reference point", golden::difference(z, expected["kl"]));
    const at::Tensor logp_N = packed.values(in["per_token_logps"]).requires_grad_(),
                     desirable_R = golden::list(in["label"], at::kBool);
    const KtoLossOutput out = ktoLoss(
        { logp_N, packed.values(in["ref_per_token_logps"]), packed.row(), desirable_R, z, double(packed.rows()) }, kto);
    out.loss.backward();
    expectSame(c, "loss", golden::difference(out.loss.item<double>(), expected["loss"]));
    expectSame(c, "gradient", packed.difference(logp_N.grad(), expected["grad_per_token_logps"]));
    expectSame(c, "loss of a row", golden::difference(out.rowLoss_R, expected["per_example_loss"]));
    expectSame(c, "rewards", golden::difference(out.reward_R, expected["rewards"]));
    const PreferenceDiagnostics& d = out.diagnostics;
    expectSame(c, "desirable rows", golden::difference(d.chosen, total(desirable_R)));
    expectSame(c, "undesirable rows", golden::difference(d.rejected, total(desirable_R.logical_not())));
    expectSame(c, "rewards of the desirable", golden::difference(d.chosenReward, total(out.reward_R * desirable_R)));
    expectSame(c, "all rewards", golden::difference(d.chosenReward + d.rejectedReward, total(out.reward_R)));
    expectSame(c, "likelihood of the desirable",
        golden::difference(d.chosenLogp, total(logp_N * desirable_R.index_select(0, packed.row()))));
    expectSame(c, "all likelihood", golden::difference(d.chosenLogp + d.rejectedLogp, total(logp_N)));
    checkMetrics(c, d, { { "kl", z } });
}

void checkRotation(const Json& c)
{
    const Json& ids = c["inputs"]["completion_ids"];
    Json turned = Json::array();
    for (const size_t from : ktoMismatch(ids.size(), c["config"]["per_device_train_batch_size"]))
        turned.push_back(ids[from]);
    QVERIFY2(turned == c["expected"]["kl_completion_ids"], turned.dump().c_str());
}

void checkCpo(const Json& c)
{
    const Json &config = c["config"], &expected = c["expected"];
    CpoLossConfig cpo;
    cpo.lossType = config["loss_type"];
    cpo.beta = config["beta"];
    cpo.labelSmoothing = config.value("label_smoothing", 0.0);
    cpo.cpoAlpha = config["cpo_alpha"];
    cpo.simpoGamma = config.value("simpo_gamma", 0.5);
    cpo.alpha = config.value("alpha", 0.0);
    const Rows rows = rowsOf(c);
    const CpoLossOutput out
        = cpoLoss({ rows.logp_N, rows.row_N, rows.pairs, double(rows.pairs), rows.chosenTokens }, cpo);
    out.loss.backward();
    expectSame(c, "loss", golden::difference(out.loss.item<double>(), expected["loss"]));
    expectSame(c, "gradient", rows.packed.difference(rows.logp_N.grad(), expected["grad_per_token_logps"]));
    expectSame(c, "loss of a pair", golden::difference(out.pairLoss_P, expected["per_example_loss"]));
    checkWinnersAndLosers(c, rows, out.diagnostics, out.chosenReward_P, out.rejectedReward_P);
    // Without the term, TRL reports no likelihood.
    checkMetrics(c, out.diagnostics, { { "nll_loss", cpo.cpoAlpha == 0 ? 0 : out.chosenNll / rows.chosenTokens } });
}

void checkOrpo(const Json& c)
{
    const Json& expected = c["expected"];
    const OrpoLossConfig orpo { c["config"]["beta"] };
    const Rows rows = rowsOf(c);
    const OrpoLossOutput out
        = orpoLoss({ rows.logp_N, rows.row_N, rows.pairs, double(rows.pairs), rows.chosenTokens }, orpo);
    out.loss.backward();
    expectSame(c, "loss", golden::difference(out.loss.item<double>(), expected["loss"]));
    expectSame(c, "gradient", rows.packed.difference(rows.logp_N.grad(), expected["grad_per_token_logps"]));
    expectSame(
        c, "odds term", golden::difference(orpo.beta * out.logSigmoidOdds_P, expected["beta_times_logsigmoid_odds"]));
    const double ratio = total(out.logSigmoidOdds_P) / double(rows.pairs), odds = out.logOdds / double(rows.pairs);
    expectSame(c, "mean odds term", golden::difference(ratio, expected["log_odds_ratio_mean"]));
    expectSame(c, "mean log odds", golden::difference(odds, expected["log_odds_mean"]));
    checkWinnersAndLosers(c, rows, out.diagnostics, out.chosenReward_P, out.rejectedReward_P);
    checkMetrics(c, out.diagnostics,
        { { "nll_loss", out.chosenNll / rows.chosenTokens }, { "log_odds_ratio", ratio },
            { "log_odds_chosen", odds } });
}

} // namespace

class GoldenPreference : public GoldenFamily {
    Q_OBJECT
private Q_SLOTS:
    void preference()
    {
        everyCase("preference", [&](const Json& c, const From& from) {
            if (from("DPOTrainer"))
                checkDpo(c);
            else if (from("add_kl_completion_ids"))
                checkRotation(c);
            else if (from("KTOTrainer"))
                checkKto(c);
            else if (from("CPOTrainer"))
                checkCpo(c);
            else if (from("ORPOTrainer"))
                checkOrpo(c);
            else
                return false;
            return true;
        });
    }
};

QTEST_GUILESS_MAIN(GoldenPreference)
#include "tst_golden_preference.moc"
