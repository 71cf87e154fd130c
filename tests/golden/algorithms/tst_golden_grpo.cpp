// Policy losses of the GRPO family against TRL: values, metrics and gradients. tests/gpu builds this file a second time
// for tensors on a GPU.

#include "core/algo/advantages.h"
#include "core/algo/sampler_correction.h"
#ifdef AHASCOPE_GOLDEN_ON_CUDA
#include "core/cuda/plugin_loader.h"
#endif
#include "policy_case.h"

using namespace aha;
using golden::Json;

namespace {

#ifdef AHASCOPE_GOLDEN_ON_CUDA
const at::Device kDevice(at::kCUDA, 0);
#else
const at::Device kDevice(at::kCPU);
#endif

/// Undefined for an empty list: "not given".
template <class T> at::Tensor tensor(const std::vector<T>& values)
{
    return values.empty() ? at::Tensor() : at::tensor(values).to(kDevice);
}

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

} // namespace

class GoldenGrpo : public QObject {
    Q_OBJECT
private Q_SLOTS:
#ifdef AHASCOPE_GOLDEN_ON_CUDA
    void initTestCase()
    {
        if (const Result<CudaPlugin> plugin = CudaPlugin::open(CudaPlugin::For::Training); !plugin)
            QSKIP(plugin.error().message.c_str());
    }
#endif

    void loss()
    {
        int checked = 0;
        for (const Json& c : golden::cases("algorithms/grpo_loss")) {
            const std::string reference = c["reference"], name = c["name"];
            const bool gmpo = has(reference, "GMPOTrainer._compute_loss");
            QVERIFY2(gmpo || has(reference, "GRPOTrainer._compute_loss"), ("unknown golden case: " + name).c_str());
            checkCase(name, c["config"], c["inputs"], c["expected"], gmpo);
            if (QTest::currentTestFailed())
                return;
            ++checked;
        }
        QVERIFY(checked > 0);
        qInfo("golden algorithms/grpo_loss: %d cases", checked);
    }

    void maskTruncated() // from token ids to loss: which rows train, what they divide by
    {
        int checked = 0;
        for (const Json& c : golden::cases("algorithms/mask_truncated")) {
            const std::string name = c["name"];
            const Json &config = c["config"], &in = c["inputs"], &expected = c["expected"];
            QVERIFY2(has(c["reference"], "_generate_and_score_completions"), ("unknown golden case: " + name).c_str());
            const std::vector<int> ends = in["eos_token_ids"];
            const size_t rows = in["completion_ids"].size();
            std::vector<std::vector<double>> rewards;
            std::vector<std::vector<int>> mask(rows);
            int64_t items = 0;
            for (size_t i = 0; i < rows; ++i) {
                const std::vector<int> ids = in["completion_ids"][i];
                const bool truncated = std::find(ends.begin(), ends.end(), ids.back()) == ends.end();
                const bool trains = !(truncated && config["mask_truncated_completions"].get<bool>());
                mask[i].assign(in["per_token_logps"][i].size(), 0);
                std::fill_n(mask[i].begin(), trains ? ids.size() : 0, 1);
                items += trains ? int64_t(ids.size()) : 0;
                rewards.push_back({ golden::number(in["rewards_per_func"][i][0]) });
            }
            QVERIFY2(Json(mask) == expected["completion_mask"], name.c_str());
            QVERIFY2(golden::close(double(items), expected["num_items_in_batch"].get<double>()), name.c_str());
            const Advantages a = computeAdvantages(
                rewards, { config["num_generations"], config["scale_rewards"], "sum_then_normalize", { 1.0 } });
            for (size_t i = 0; i < rows; ++i)
                QVERIFY2(golden::close(a.advantage[i], expected["advantages"][i].get<double>()), name.c_str());
            Json inputs = in, wanted = expected;
            inputs["completion_mask"] = mask;
            inputs["num_items_in_batch"] = items;
            inputs["advantages"] = a.advantage;
            wanted["micro_losses"] = Json::array({ expected["loss"] });
            checkCase(name, config, inputs, wanted, false);
            if (QTest::currentTestFailed())
                return;
            ++checked;
        }
        QVERIFY(checked > 0);
        qInfo("golden algorithms/mask_truncated: %d cases", checked);
    }

    void samplerCorrection()
    {
        int checked = 0;
        for (const Json& c : golden::cases("algorithms/sampler_correction")) {
            const std::string name = c["name"];
            const Json &config = c["config"], &in = c["inputs"], &expected = c["expected"];
            QVERIFY2(config["vllm_importance_sampling_correction"] == true, ("unknown golden case: " + name).c_str());
            const size_t rows = in["per_token_logps"].size(), width = in["per_token_logps"][0].size();
            std::vector<SampledLogps> sequences(rows);
            for (size_t i = 0; i < rows; ++i)
                for (size_t t = 0; t < width && in["completion_mask"][i][t] != 0; ++t) {
                    sequences[i].old.push_back(in["old_per_token_logps"][i][t]);
                    sequences[i].sampling.push_back( // null: the sampler could not score the token
                        float(golden::orElse(in["sampling_per_token_logps"][i][t], std::nan(""))));
                }
            const CorrectedLogps got = correctSampler(sequences,
                { config["vllm_importance_sampling_mode"],
                    golden::optional(config["vllm_importance_sampling_clip_min"]),
                    golden::optional(config["vllm_importance_sampling_clip_max"]) });
            const Json& wanted = expected["importance_sampling_ratio"];
            Json ratio = Json::array();
            for (size_t i = 0; i < rows; ++i) {
                for (size_t t = 0; t < got.ratio[i].size(); ++t)
                    QVERIFY2(golden::close(got.ratio[i][t], wanted[i][wanted[i].size() == 1 ? 0 : t].get<double>()),
                        (name + " ratio " + std::to_string(i) + "," + std::to_string(t)).c_str());
                ratio.push_back(got.ratio[i]);
            }
            const SamplerGap& gap = got.gap;
            const std::pair<const char*, double> metrics[]
                = { { "sampling_logp_difference/mean", gap.differenceSum / gap.tokens },
                      { "sampling_logp_difference/max", gap.differenceMax },
                      { "importance_sampling_ratio/min", gap.ratioMin },
                      { "importance_sampling_ratio/mean", gap.ratioSum / gap.ratios },
                      { "importance_sampling_ratio/max", gap.ratioMax } };
            for (const auto& [key, value] : metrics)
                QVERIFY2(golden::close(value, golden::number(expected["metrics"][std::string("sampling/") + key])),
                    (name + " " + key + ": " + std::to_string(value)).c_str());
            Json inputs = in, whole = expected;
            inputs["advantages"] = expected["advantages"];
            inputs["num_items_in_batch"] = expected["num_items_in_batch"];
            inputs["correction"] = ratio;
            whole["micro_losses"] = Json::array({ expected["loss"] });
            checkCase(name, config, inputs, whole, false);
            if (QTest::currentTestFailed())
                return;
            ++checked;
        }
        QVERIFY(checked > 0);
        qInfo("golden algorithms/sampler_correction: %d cases", checked);
    }

private:
    void checkCase(const std::string& name, const Json& config, const Json& in, const Json& expected, bool gmpo)
    {
        const size_t rows = in["per_token_logps"].size(), perMicro = config.value("rows_per_micro_batch", int(rows));
        PolicyLossConfig loss = golden::policyConfig(config, gmpo);
        const std::string mode = config.value("vllm_importance_sampling_mode", "");
        loss.correctionPerSequence = mode.rfind("sequence_", 0) == 0;
        EntropyCoefficient coefficient { config["entropy_coef"] };
        if (config["use_adaptive_entropy"])
            coefficient.adaptive = EntropyCoefficient::Adaptive { config["entropy_target"], config["entropy_coef_min"],
                config["entropy_coef_max"], config["entropy_coef_delta"] };
        ReductionInput reduction = golden::reductionOf(config, in, loss);
        double total = 0, entropySum = 0, entropyTokens = 0;
        std::map<std::string, std::vector<double>> metrics;
        for (size_t from = 0; from < rows; from += perMicro) {
            const golden::PackedCase p = golden::pack(in, from, std::min(from + perMicro, rows));
            reduction.lengths = p.lengths;
            std::vector<float> weight;
            for (const double w : reductionWeights(reduction))
                weight.push_back(float(w));
            const EntropyPlan plan = planEntropy(p.entropy, config["top_entropy_quantile"]);
            loss.entropyThreshold = plan.threshold;
            loss.entropyCoef = coefficient.applied();
            loss.entropyWeight = plan.weight(reduction.gradientAccumulation);
            entropySum += plan.sum;
            entropyTokens += plan.tokens;

            const at::Tensor logp_N = tensor(p.logp).requires_grad_(), entropy_N = tensor(p.entropy).requires_grad_();
            PolicyLossInput input { logp_N, tensor(p.old), tensor(p.reference), tensor(p.row), tensor(p.advantage),
                tensor(weight), tensor(p.correction), tensor(p.tokenAdvantage), tensor(p.sampling), entropy_N };
            const PolicyLossOutput out = policyLoss(input, loss);
            out.loss.backward();
            const size_t micro = from / perMicro;
            const double value = out.loss.item<double>();
            total += value;
            compare(name + " micro-batch " + std::to_string(micro), value, expected["micro_losses"][micro]);
            compareGradient(name + " gradient", logp_N, p, expected["grad_per_token_logps"]);
            if (expected.contains("grad_entropies"))
                compareGradient(name + " gradient of entropies", entropy_N, p, expected["grad_entropies"]);
            for (const auto& [key, metric] : golden::policyMetrics(out, policyLossScale(reduction)))
                metrics[key].push_back(metric);
            if (QTest::currentTestFailed())
                return;
        }
        compare(name + " loss", total, expected["loss"]);
        if (expected.contains("entropy_coef_after")) {
            coefficient.update(entropySum, entropyTokens);
            compare(name + " coefficient", coefficient.coef, expected["entropy_coef_after"]);
            metrics["entropy_coef"] = { coefficient.coef };
        }
        for (const auto& [key, want] : expected["metrics"].items()) {
            if (key.rfind("reward", 0) == 0 || key.rfind("sampling/", 0) == 0 || key == "frac_reward_zero_std")
                continue; // of the scoring path: checked by the caller, or by the advantages' own cases
            const std::vector<Json> values
                = want.is_array() ? want.get<std::vector<Json>>() : std::vector<Json> { want };
            QVERIFY2(metrics[key].size() == values.size(), (name + " has no metric " + key).c_str());
            for (size_t i = 0; i < values.size(); ++i)
                compare(name + " " + key, metrics[key][i], values[i]);
        }
    }

    void compareGradient(
        const std::string& what, const at::Tensor& leaf_N, const golden::PackedCase& p, const Json& expected)
    {
        for (size_t n = 0; n < p.where.size(); ++n)
            compare(what + " " + std::to_string(p.where[n].first) + "," + std::to_string(p.where[n].second),
                leaf_N.grad().defined() ? leaf_N.grad()[int64_t(n)].item<double>() : 0.0,
                expected[p.where[n].first][p.where[n].second]);
    }

    void compare(const std::string& what, double got, const Json& expected)
    {
        QVERIFY2(golden::close(got, golden::number(expected)),
            (what + ": " + std::to_string(got) + " instead of " + expected.dump()).c_str());
    }
};

QTEST_GUILESS_MAIN(GoldenGrpo)
#include "tst_golden_grpo.moc"
