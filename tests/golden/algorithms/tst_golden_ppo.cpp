// PPO: rewards with a KL penalty, GAE, the clipped policy and value losses (TRL 1.10), dual clip and KL estimators.

#include "core/algo/kl_estimators.h"
#include "core/algo/ppo_loss.h"
#include "core/algo/ppo_targets.h"
#include "policy_case.h"
#include "tests/golden/algorithms/golden_family.h"

#include <ATen/TensorOperators.h>

using namespace aha;
using golden::Json;

class GoldenPpo : public GoldenFamily {
    Q_OBJECT
private Q_SLOTS:
    void cases()
    {
        everyCase("ppo", [&](const Json& c, const From& from) {
            if (from("PPOTrainer.train (reward and GAE section"))
                targets(c["config"], c["inputs"], c["expected"]);
            else if (from("PPOTrainer.train (loss section"))
                loss(c["config"], c["inputs"], c["expected"]);
            else if (from("formula") && from("dual clip"))
                dualClip(c["config"], c["inputs"], c["expected"]);
            else if (from("formula") && from("k3 = exp(-d) + d - 1"))
                klEstimators(c["inputs"], c["expected"]);
            else
                return false;
            return true;
        });
    }

private:
    /// Row `got` against the padded row, which must be 0 from there on.
    void compareRow(const std::string& what, const std::vector<double>& got, const Json& expected)
    {
        for (size_t t = 0; t < expected.size(); ++t)
            compare(what + " " + std::to_string(t), t < got.size() ? got[t] : 0.0, expected[t]);
    }

    void targets(const Json& config, const Json& in, const Json& expected)
    {
        const size_t rows = in["scores"].size(), width = in["log_probs"][0].size();
        std::vector<PpoRow> batch;
        for (size_t i = 0; i < rows; ++i) {
            const size_t length = in["lengths"][i], positions = std::min(length + 1, width);
            const auto first = [&](const char* key, size_t count) {
                const std::vector<double> all = in[key][i];
                return std::vector<double>(all.begin(), all.begin() + long(count));
            };
            batch.push_back({ first("log_probs", length), first("ref_log_probs", length), first("values", positions),
                in["scores"][i].get<double>(), in["has_eos"][i].get<bool>() });
        }
        PpoTargetConfig c;
        c.gamma = config["gamma"];
        c.lambda = config["lam"];
        c.klCoef = config["kl_coef"];
        c.klEstimator = config["kl_estimator"];
        c.whitenRewards = config["whiten_rewards"];
        c.missingEosPenalty = golden::optional(config["missing_eos_penalty"]);
        const std::vector<PpoTargets> got = ppoTargets(batch, c);
        for (size_t i = 0; i < rows; ++i) {
            const std::string row = " row " + std::to_string(i);
            compareRow("reward" + row, got[i].reward, expected["rewards"][i]);
            compareRow("penalty" + row, got[i].nonScoreReward, expected["non_score_reward"][i]);
            compareRow("return" + row, got[i].returns, expected["returns"][i]);
            compareRow("advantage" + row, got[i].advantage, expected["advantages"][i]);
        }
    }

    void loss(const Json& config, const Json& in, const Json& expected)
    {
        std::vector<float> logp, old, advantage, value, oldValue, returns;
        std::vector<int64_t> row;
        std::vector<std::pair<size_t, size_t>> tokens, positions;
        std::vector<int64_t> lengths(in["padding_mask"].size(), 0);
        double padded = 0;
        for (size_t i = 0; i < in["padding_mask"].size(); ++i)
            for (size_t t = 0; t < in["padding_mask"][i].size(); ++t, ++padded) {
                if (in["padding_mask"][i][t] == 0) {
                    logp.push_back(in["new_log_probs"][i][t]);
                    old.push_back(in["old_log_probs"][i][t]);
                    advantage.push_back(in["advantages"][i][t]);
                    row.push_back(int64_t(i));
                    tokens.emplace_back(i, t);
                    ++lengths[i];
                }
                if (in["padding_mask_p1"][i][t] == 0) {
                    value.push_back(in["new_values"][i][t]);
                    oldValue.push_back(in["old_values"][i][t]);
                    returns.push_back(in["returns"][i][t]);
                    positions.emplace_back(i, t);
                }
            }
        PolicyLossConfig c;
        c.lossType = "ppo";
        c.epsilon = c.epsilonHigh = config["cliprange"];
        const at::Tensor logp_N = at::tensor(logp).requires_grad_(), value_M = at::tensor(value).requires_grad_();
        PolicyLossInput input { logp_N, at::tensor(old), {}, at::tensor(row), {}, weights("ppo", "", lengths, 1) };
        input.advantage_N = at::tensor(advantage);
        const PolicyLossOutput policy = policyLoss(input, c);
        const ValueLossOutput values
            = valueLoss({ value_M, at::tensor(oldValue), at::tensor(returns), 1.0 / double(value.size()) },
                config["cliprange_value"].get<double>());
        const at::Tensor whole = policy.loss + config["vf_coef"].get<double>() * values.loss;
        whole.backward();
        compare("policy loss", policy.loss.item<double>(), expected["pg_loss"]);
        compare("value loss", values.loss.item<double>(), expected["vf_loss"]);
        compare("loss", whole.item<double>(), expected["loss"]);
        compare("clipped share", policy.diagnostics.averages.at("policy/clipfrac").value(), expected["pg_clipfrac"]);
        compare("clipped values", values.clipped / values.count, expected["vf_clipfrac"]);
        for (size_t n = 0; n < tokens.size(); ++n)
            compare("policy gradient", logp_N.grad()[int64_t(n)].item<double>(),
                expected["grad_new_log_probs"][tokens[n].first][tokens[n].second]);
        for (size_t m = 0; m < positions.size(); ++m)
            compare("value gradient", value_M.grad()[int64_t(m)].item<double>(),
                expected["grad_new_values"][positions[m].first][positions[m].second]);
        // TRL averages these two over padding, where the log-ratio is 0.
        double ratios = padded - double(logp.size());
        for (size_t n = 0; n < logp.size(); ++n)
            ratios += std::exp(double(logp[n]) - old[n]);
        compare("approxkl", policy.diagnostics.averages.at("policy/approxkl").sum / padded,
            expected["approxkl_all_positions"]);
        compare("ratio", ratios / padded, expected["ratio_mean_all_positions"]);
    }

    at::Tensor weights(
        const char* type, const std::string& reduction, const std::vector<int64_t>& lengths, double horizon)
    {
        ReductionInput input { type, lengths, horizon };
        input.reduction = reduction;
        std::vector<float> values;
        for (const double w : reductionWeights(input))
            values.push_back(float(w));
        return at::tensor(values);
    }

    void dualClip(const Json& config, const Json& in, const Json& expected)
    {
        static const std::map<std::string, std::string> reductions { { "token-mean", "token_mean" },
            { "seq-mean-token-sum", "sequence_sum" }, { "seq-mean-token-mean", "sequence_mean" },
            { "seq-mean-token-sum-norm", "horizon_sum" } };
        PolicyLossConfig c;
        c.lossType = "ppo";
        c.epsilon = config["clip_ratio_low"];
        c.epsilonHigh = config["clip_ratio_high"];
        c.dualClip = config["clip_ratio_c"].get<double>();
        c.logRatioLimit = 20;
        Json renamed = in;
        renamed["per_token_logps"] = in["log_probs"];
        renamed["old_per_token_logps"] = in["old_log_probs"];
        renamed["completion_mask"] = in["mask"];
        const golden::PackedCase p = golden::pack(renamed, 0, in["mask"].size());
        const double width = double(in["mask"][0].size());
        QVERIFY2(!expected["loss"].empty(), m_name.c_str());
        for (const auto& [name, wanted] : expected["loss"].items()) {
            QVERIFY2(reductions.count(name), (m_name + ": unknown aggregation " + name).c_str());
            const at::Tensor logp_N = at::tensor(p.logp).requires_grad_();
            PolicyLossInput input { logp_N, at::tensor(p.old), {}, at::tensor(p.row), {},
                weights("ppo", reductions.at(name), p.lengths, width) };
            input.advantage_N = at::tensor(p.tokenAdvantage);
            const PolicyLossOutput out = policyLoss(input, c);
            out.loss.backward();
            compare(name, out.loss.item<double>(), wanted);
            for (size_t n = 0; n < p.where.size(); ++n)
                compare(name + " gradient", logp_N.grad()[int64_t(n)].item<double>(),
                    expected["grad_log_probs"][name][p.where[n].first][p.where[n].second]);
            const auto& averages = out.diagnostics.averages;
            compare("pg_clipfrac", averages.at("policy/clipfrac").value(), expected["pg_clipfrac"]);
            compare("pg_clipfrac_lower", averages.at("policy/clipfrac_lower").value(), expected["pg_clipfrac_lower"]);
            compare("ppo_kl", averages.at("policy/ppo_kl").value(), expected["ppo_kl"]);
        }
    }

    void klEstimators(const Json& in, const Json& expected)
    {
        for (const auto& [name, wanted] : expected["value"].items()) {
            const std::vector<std::string>& known = aha::klEstimators();
            QVERIFY2(std::find(known.begin(), known.end(), name) != known.end(),
                (m_name + ": unknown estimator " + name).c_str());
            for (size_t i = 0; i < wanted.size(); ++i)
                for (size_t t = 0; t < wanted[i].size(); ++t) {
                    const double logp = in["log_probs"][i][t], reference = in["ref_log_probs"][i][t];
                    compare(name, klEstimate(name, logp, reference), wanted[i][t]);
                    const at::Tensor leaf = at::tensor(std::vector<double> { logp }).requires_grad_();
                    const at::Tensor value = klEstimate(name, leaf, at::tensor(std::vector<double> { reference }));
                    value.sum().backward();
                    compare(name + " of tensors", value.item<double>(), wanted[i][t]);
                    compare(name + " gradient", leaf.grad().item<double>(), expected["grad"][name][i][t]);
                }
        }
    }
};

QTEST_GUILESS_MAIN(GoldenPpo)
#include "tst_golden_ppo.moc"
