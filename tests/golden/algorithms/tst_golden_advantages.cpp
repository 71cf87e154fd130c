// From rewards to advantages, and the losses that belong to one advantage alone (RLOO, Kimi k1.5).

#include "core/algo/advantages.h"
#include "core/algo/gae.h"
#include "core/algo/process_supervision.h"
#include "core/algo/reinforce_pp.h"
#include "core/algo/rloo.h"
#include "core/rewards/kimi_length.h"
#include "policy_case.h"
#include "tests/golden/algorithms/golden_family.h"

#include <numeric>

using namespace aha;
using golden::Json;

namespace {

using Rows = std::vector<std::vector<double>>;

Rows rowsOf(const Json& json)
{
    Rows rows;
    for (const Json& row : json) {
        rows.emplace_back();
        for (const Json& value : row)
            rows.back().push_back(golden::number(value));
    }
    return rows;
}

/// Row i of `json` where the mask is 1.
std::vector<double> masked(const Json& json, const Json& mask, size_t i)
{
    std::vector<double> values;
    for (size_t t = 0; t < mask[i].size(); ++t)
        if (mask[i][t] != 0)
            values.push_back(golden::number(json[i][t]));
    return values;
}

std::vector<double> weightsOf(const Json& config, size_t functions)
{
    return config["reward_weights"].is_array() ? config["reward_weights"].get<std::vector<double>>()
                                               : std::vector<double>(functions, 1.0);
}

at::Tensor tensor(const std::vector<float>& values) { return at::tensor(values); }

} // namespace

class GoldenAdvantages : public GoldenFamily {
    Q_OBJECT
private Q_SLOTS:
    void cases()
    {
        everyCase("advantages", [&](const Json& c, const From& from) {
            const Json &config = c["config"], &in = c["inputs"], &expected = c["expected"];
            const std::string reference = c["reference"];
            // What a case is follows from its reference and from which inputs and options it has.
            if (from("GRPOTrainer._generate_and_score_completions"))
                grpo(config, in, expected);
            else if (from("RLOOTrainer._generate_and_score_completions"))
                rloo(config, in, expected);
            else if (from("RLOOTrainer._compute_loss"))
                rlooLoss(config, in, expected);
            else if (reference.rfind("formula", 0) == 0 && in.contains("step_scores"))
                processSupervision(in, expected);
            else if (reference.rfind("formula", 0) == 0 && in.contains("correct"))
                kimiLength(in, expected);
            else if (reference.rfind("formula", 0) == 0 && config.contains("tau"))
                kimiLoss(config, in, expected);
            else if (reference.rfind("formula", 0) == 0 && config.contains("lambda"))
                gae(config, in, expected);
            else if (reference.rfind("formula", 0) == 0 && config.contains("kl_estimator"))
                reinforcePp(config, in, expected);
            else if (reference.rfind("formula: A = ", 0) == 0)
                plain(reference, config, in, expected);
            else
                return false;
            return true;
        });
    }

private:
    void compareAll(const std::string& what, const std::vector<double>& got, const Json& expected)
    {
        QVERIFY2(got.size() == expected.size(), (m_name + " " + what + " has another length").c_str());
        for (size_t i = 0; i < got.size(); ++i)
            compare(what + " " + std::to_string(i), got[i], expected[i]);
    }
    /// Packed rows against padded ones.
    void compareMasked(const std::string& what, const Rows& got, const Json& expected, const Json& mask)
    {
        for (size_t i = 0; i < got.size(); ++i)
            compareAll(what + " row " + std::to_string(i), got[i], Json(masked(expected, mask, i)));
    }
    void compareSummary(const RewardSummary& s, double zeroShare, const Json& metrics)
    {
        QVERIFY2(!metrics.empty(), (m_name + " has no metrics").c_str());
        for (const auto& [key, want] : metrics.items()) {
            const bool ofFunction = key.rfind("rewards/r", 0) == 0;
            const size_t f = ofFunction ? size_t(std::stoi(key.substr(9))) : 0;
            QVERIFY2(f < s.functionMean.size(), (m_name + " " + key).c_str());
            const std::map<std::string, double> known { { "reward", s.mean }, { "reward_std", s.std },
                { "frac_reward_zero_std", zeroShare }, { "rewards/r" + std::to_string(f) + "/mean", s.functionMean[f] },
                { "rewards/r" + std::to_string(f) + "/std", s.functionStd[f] } };
            QVERIFY2(known.count(key), (m_name + " unknown metric " + key).c_str());
            compare(key, known.at(key), want);
        }
    }

    void grpo(const Json& config, const Json& in, const Json& expected)
    {
        const Rows rewards = rowsOf(in["rewards_per_func"]);
        const Advantages a = computeAdvantages(rewards,
            { config["num_generations"], config["scale_rewards"], config["multi_objective_aggregation"],
                weightsOf(config, rewards[0].size()) });
        compareAll("advantage", a.advantage, expected["advantages"]);
        compareSummary(
            { a.functionMean, a.functionStd, a.rewardMean, a.rewardStd }, a.zeroVarianceShare, expected["metrics"]);
    }

    /// Dr. GRPO, and other epsilons and deviations: "formula: A = r - mean(group)", "... / (unbiased std + 1e-6)".
    void plain(const std::string& reference, const Json& config, const Json& in, const Json& expected)
    {
        std::vector<std::vector<double>> rewards;
        for (const auto& row : rowsOf(in["rewards"]))
            for (const double r : row)
                rewards.push_back({ r });
        AdvantageConfig c { config["num_generations"], "none", "sum_then_normalize", { 1.0 } };
        if (config.contains("epsilon")) {
            c.scaleRewards = "group";
            c.epsilon = config["epsilon"];
            c.populationStd = reference.find("population std") != std::string::npos;
            QVERIFY2(c.populationStd || reference.find("unbiased std") != std::string::npos,
                ("unknown golden case: " + m_name).c_str());
        } else {
            QVERIFY2(reference == "formula: A = r - mean(group)", ("unknown golden case: " + m_name).c_str());
        }
        std::vector<double> wanted;
        for (const Json& row : expected["advantages"])
            for (const Json& value : row)
                wanted.push_back(value);
        compareAll("advantage", computeAdvantages(rewards, c).advantage, Json(wanted));
    }

    void rloo(const Json& config, const Json& in, const Json& expected)
    {
        const Rows rewards = rowsOf(in["rewards_per_func"]);
        RlooConfig c;
        c.groupSize = config["num_generations"];
        c.beta = config["beta"];
        c.weights.assign(rewards[0].size(), 1.0);
        if (config.contains("reward_weights"))
            c.weights = weightsOf(config, rewards[0].size());
        c.normalize = config.value("normalize_advantages", false);
        if (config.contains("reward_clip_range") && config["reward_clip_range"].is_array())
            c.rewardClip = std::pair<double, double>(config["reward_clip_range"][0], config["reward_clip_range"][1]);
        std::vector<double> kl, old;
        double tokens = 0;
        if (c.beta != 0)
            for (size_t i = 0; i < rewards.size(); ++i) {
                kl.push_back(0);
                old.push_back(0);
                for (size_t t = 0; t < in["lengths"][i].get<size_t>(); ++t, ++tokens) {
                    old.back() += in["old_per_token_logps"][i][t].get<double>();
                    kl.back() += in["old_per_token_logps"][i][t].get<double>()
                        - in["ref_per_token_logps"][i][t].get<double>();
                }
            }
        const RlooAdvantages a = rlooAdvantages(rewards, kl, c);
        compareAll("advantage", a.advantage, expected["advantages"]);
        if (expected.contains("metrics"))
            compareSummary(a.summary, a.zeroVarianceShare, expected["metrics"]);
        if (expected.contains("kl"))
            compare("kl", std::accumulate(kl.begin(), kl.end(), 0.0) / tokens, expected["kl"]);
        if (expected.contains("old_logps"))
            compareAll("old log-prob", old, expected["old_logps"]);
    }

    void rlooLoss(const Json& config, const Json& in, const Json& expected)
    {
        golden::PackedCase p = golden::pack(in, 0, in["advantages"].size());
        for (const int64_t i : p.row) // only the sum over a row counts
            p.old.push_back(in["old_logps"][size_t(i)].get<float>() / float(p.lengths[size_t(i)]));
        PolicyLossConfig c;
        c.lossType = "rloo";
        c.epsilon = config["epsilon"];
        c.epsilonHigh = golden::orElse(config["epsilon_high"], c.epsilon);
        compareLoss(p, c, expected, "grad_per_token_logps");
    }

    void kimiLoss(const Json& config, const Json& in, const Json& expected)
    {
        golden::PackedCase p;
        const std::vector<double> rewards = in["rewards"];
        const double centre = std::accumulate(rewards.begin(), rewards.end(), 0.0) / double(rewards.size());
        for (size_t i = 0; i < rewards.size(); ++i) {
            p.logp.push_back(in["log_probs"][i]);
            p.old.push_back(in["old_log_probs"][i]);
            p.advantage.push_back(float(rewards[i] - centre));
            p.row.push_back(int64_t(i));
            p.lengths.push_back(1);
            p.where.emplace_back(0, i);
        }
        PolicyLossConfig c;
        c.lossType = "kimi";
        c.mirrorDescentTau = config["tau"];
        Json wanted = expected;
        wanted["gradient"] = Json::array({ expected["grad_log_probs"] });
        compareLoss(p, c, wanted, "gradient");
    }

    void compareLoss(const golden::PackedCase& p, const PolicyLossConfig& c, const Json& expected, const char* gradient)
    {
        ReductionInput reduction;
        reduction.lossType = c.lossType;
        reduction.lengths = p.lengths;
        std::vector<float> weight;
        for (const double w : reductionWeights(reduction))
            weight.push_back(float(w));
        const at::Tensor logp_N = tensor(p.logp).requires_grad_();
        PolicyLossInput input { logp_N, tensor(p.old), {}, at::tensor(p.row), tensor(p.advantage), tensor(weight) };
        if (!p.entropy.empty())
            input.entropy_N = tensor(p.entropy);
        const PolicyLossOutput out = policyLoss(input, c);
        out.loss.backward();
        compare("loss", out.loss.item<double>(), expected["loss"]);
        for (size_t n = 0; n < p.where.size(); ++n)
            compare("gradient " + std::to_string(n), logp_N.grad()[int64_t(n)].item<double>(),
                expected[gradient][p.where[n].first][p.where[n].second]);
        std::map<std::string, double> metrics = golden::policyMetrics(out, 1);
        if (expected.contains("metrics"))
            for (const auto& [key, want] : expected["metrics"].items()) {
                QVERIFY2(metrics.count(key), (m_name + " has no metric " + key).c_str());
                compare(key, metrics[key], want);
            }
    }

    void reinforcePp(const Json& config, const Json& in, const Json& expected)
    {
        ReinforcePpConfig c;
        // The baseline form is the one without KL in the reward.
        c.groupBaseline = config["kl_coef"] == 0;
        c.groupSize = config["num_generations"];
        c.gamma = config["gamma"];
        c.klCoef = config["kl_coef"];
        c.klEstimator = config["kl_estimator"];
        std::vector<ReinforcePpRow> rows;
        for (size_t i = 0; i < in["scores"].size(); ++i)
            rows.push_back({ masked(in["log_probs"], in["mask"], i), masked(in["ref_log_probs"], in["mask"], i),
                in["scores"][i].get<double>() });
        const ReinforcePpTargets unbiased = reinforcePpTargets(rows, c);
        c.whitening = Whitening::Population;
        const ReinforcePpTargets population = reinforcePpTargets(rows, c);
        compareMasked("return", unbiased.returns, expected["returns"], in["mask"]);
        compareMasked("advantage", unbiased.advantage, expected["advantages_unbiased_var"], in["mask"]);
        compareMasked("advantage", population.advantage, expected["advantages_population_var"], in["mask"]);
    }

    void gae(const Json& config, const Json& in, const Json& expected)
    {
        Rows advantage, returns;
        for (size_t i = 0; i < in["mask"].size(); ++i) {
            const Gae g = generalizedAdvantages(masked(in["rewards"], in["mask"], i),
                masked(in["values"], in["mask"], i), config["gamma"], config["lambda"]);
            advantage.push_back(g.advantage);
            returns.push_back(g.returns);
        }
        compareMasked("advantage", advantage, expected["advantages"], in["mask"]);
        compareMasked("return", returns, expected["returns"], in["mask"]);
        whiten(advantage, Whitening::Unbiased, false);
        compareMasked("whitened", advantage, expected["whitened"], in["mask"]);
    }

    void processSupervision(const Json& in, const Json& expected)
    {
        std::vector<SteppedCompletion> group;
        for (size_t i = 0; i < in["lengths"].size(); ++i)
            group.push_back({ in["lengths"][i], in["step_end_index"][i], in["step_scores"][i] });
        QVERIFY2(!expected.empty(), m_name.c_str());
        for (const auto& [variant, wanted] : expected.items()) {
            const bool population = variant == "population_eps0";
            QVERIFY2(population || variant == "unbiased_eps1e-4", (m_name + ": unknown variant " + variant).c_str());
            const Rows got = processAdvantages(group, { population, population ? 0.0 : 1e-4 });
            for (size_t i = 0; i < got.size(); ++i)
                compareAll(variant + " row " + std::to_string(i), got[i], wanted[i]);
        }
    }

    void kimiLength(const Json& in, const Json& expected)
    {
        compareAll("reward", kimiLengthRewards(in["lengths"], in["correct"]), expected["rewards"]);
    }
};

QTEST_GUILESS_MAIN(GoldenAdvantages)
#include "tst_golden_advantages.moc"
