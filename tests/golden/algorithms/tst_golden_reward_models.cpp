// Reward models against TRL and the published formulas: pairs, step labels, PRIME.

#include "core/algo/packed_rows.h"
#include "core/algo/prime.h"
#include "core/algo/process_reward.h"
#include "core/algo/reward_model_loss.h"
#include "tests/support/golden_packed.h"

#include "tests/golden/algorithms/golden_family.h"
#include <ATen/TensorOperators.h>

#include <QtTest>

#include <map>
#include <sstream>

using namespace aha;
using golden::Json;
using golden::Packed;

namespace {

void expectSame(const Json& c, const char* what, const std::string& difference)
{
    QVERIFY2(difference.empty(), (c["name"].get<std::string>() + " " + what + " " + difference).c_str());
}

void checkPairs(const Json& c)
{
    const Json &in = c["inputs"], &expected = c["expected"], &centring = c["config"]["center_rewards_coefficient"];
    const at::Tensor chosen_P = golden::list(in["chosen"]).requires_grad_(),
                     rejected_P = golden::list(in["rejected"]).requires_grad_();
    const RewardLossOutput out
        = pairwiseRewardLoss({ chosen_P, rejected_P, in["margin"].is_null() ? at::Tensor() : golden::list(in["margin"]),
            centring.is_null() ? 0 : centring.get<double>(), double(chosen_P.size(0)) });
    out.loss.backward();
    expectSame(c, "loss", golden::difference(out.loss.item<double>(), expected["loss"]));
    expectSame(c, "winners' gradient", golden::difference(chosen_P.grad(), expected["grad_chosen"]));
    expectSame(c, "losers' gradient", golden::difference(rejected_P.grad(), expected["grad_rejected"]));
    const RewardDiagnostics& d = out.diagnostics;
    std::map<std::string, double> metrics { { "min_reward", d.minReward }, { "max_reward", d.maxReward },
        { "mean_reward", d.rewardSum / d.rewards }, { "accuracy", d.right / d.comparisons },
        { "margin", d.marginSum / d.comparisons } };
    for (const auto& [name, want] : expected["metrics"].items()) {
        QVERIFY2(metrics.contains(name), (c["name"].get<std::string>() + ": no metric " + name).c_str());
        expectSame(c, name.c_str(), golden::difference(metrics[name], want));
    }
}

/// Word wN has id N.
std::vector<int32_t> idsOf(const std::string& text)
{
    std::vector<int32_t> ids;
    std::istringstream words(text);
    for (std::string word; words >> word;)
        ids.push_back(std::stoi(word.substr(1)));
    return ids;
}

void checkSteps(const Json& c)
{
    const Json &in = c["inputs"], &config = c["config"], &expected = c["expected"];
    ProcessSteps steps { idsOf(in["prompt"]), {}, in["labels"].get<std::vector<bool>>() };
    for (const Json& step : in["completions"])
        steps.steps.push_back(idsOf(step));
    ProcessRowConfig rowConfig;
    rowConfig.separator = idsOf(config["step_separator"]);
    rowConfig.lastStepOnly = config["train_on_last_step_only"];
    const ProcessRow row = processRow(steps, rowConfig);
    QVERIFY2(row.ids == expected["input_ids"].get<std::vector<int32_t>>(), c["name"].get<std::string>().c_str());
    QVERIFY2(row.labels == expected["labels"].get<std::vector<int32_t>>(), c["name"].get<std::string>().c_str());
    Json mask = Json::array({ Json::array() });
    for (const int32_t label : row.labels)
        mask[0].push_back(label == kNoLabel ? 0 : 1);
    const Packed packed(mask);
    const at::Tensor scores_M2 = packed.vectors(in["logits"]).requires_grad_();
    const ProcessLossOutput out
        = processRewardLoss(scores_M2, packed.values(Json::array({ row.labels }), at::kLong), double(packed.tokens()));
    out.loss.backward();
    expectSame(c, "loss", golden::difference(out.loss.item<double>(), expected["loss"]));
    expectSame(c, "gradient", packed.difference(scores_M2.grad(), expected["grad_logits"]));
}

void checkPrime(const Json& c)
{
    const Json &in = c["inputs"], &config = c["config"], &expected = c["expected"];
    const PrimeConfig prime { config["beta"], config["process_coef"], config["outcome_coef"] };
    const Packed packed(in["mask"]);
    const at::Tensor logp_N = packed.values(in["prm_log_probs"], at::kDouble).requires_grad_(),
                     correct_R = golden::list(in["correct"], at::kDouble), row_N = packed.row();
    const PrimeModelOutput model = primeModelLoss(
        { logp_N, packed.values(in["ref_log_probs"], at::kDouble), row_N, correct_R, double(packed.rows()) }, prime);
    model.loss.backward();
    expectSame(c, "loss", golden::difference(model.loss.item<double>(), expected["bce_loss"]));
    expectSame(c, "gradient", packed.difference(logp_N.grad(), expected["grad_prm_log_probs"]));
    expectSame(c, "rewards", packed.difference(model.tokenReward_N, expected["token_rewards"]));
    expectSame(c, "completion rewards", golden::difference(model.sequenceReward_R, expected["sequence_reward"]));
    const PrimeAdvantages a = primeAdvantages(model.tokenReward_N, row_N, correct_R, config["num_generations"], prime);
    expectSame(c, "process", packed.difference(a.process_N, expected["process_rloo"]));
    expectSame(c, "outcome", golden::difference(a.outcome_R, expected["outcome_rloo"]));
    expectSame(c, "returns", packed.difference(a.returns_N, expected["returns"]));
    expectSame(c, "advantages", packed.difference(a.advantage_N, expected["advantages"]));
}

} // namespace

class GoldenRewardModels : public GoldenFamily {
    Q_OBJECT
private Q_SLOTS:
    void rewardModels()
    {
        everyCase("reward_models", [&](const Json& c, const From& from) {
            if (from("RewardTrainer"))
                checkPairs(c);
            else if (from("PRMTrainer"))
                checkSteps(c);
            else if (from("PRIME"))
                checkPrime(c);
            else
                return false;
            return true;
        });
    }
};

QTEST_GUILESS_MAIN(GoldenRewardModels)
#include "tst_golden_reward_models.moc"
