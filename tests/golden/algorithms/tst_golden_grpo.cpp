// Advantages and the clipped surrogate against TRL, values, metrics and gradients. tests/gpu builds this file a second
// time for tensors on a GPU.

#include "core/algo/advantages.h"
#include "core/algo/grpo_loss.h"
#include "core/algo/sampler_correction.h"
#ifdef AHASCOPE_GOLDEN_ON_CUDA
#include "core/cuda/plugin_loader.h"
#endif
#include "tests/support/golden.h"

#include <ATen/ops/tensor.h>
#include <QtTest>

#include <cmath>
#include <set>

using namespace aha;
using golden::Json;

namespace {

#ifdef AHASCOPE_GOLDEN_ON_CUDA
const at::Device kDevice(at::kCUDA, 0);
#else
const at::Device kDevice(at::kCPU);
#endif

template <class T> at::Tensor tensor(const std::vector<T>& values) { return at::tensor(values).to(kDevice); }

/// Options of later work: listed, not checked.
bool isLater(const std::string& reference, const Json& config, const Json& inputs)
{
    if (reference.find("_compute_loss") == std::string::npos || reference.find("GMPO") != std::string::npos
        || reference.find("gmpo") != std::string::npos)
        return true;
    static const std::set<std::string> losses { "grpo", "bnpo", "dr_grpo", "dapo" };
    return !config.contains("loss_type") || !losses.count(config["loss_type"]) || config.value("entropy_coef", 0.0) != 0
        || config.value("use_adaptive_entropy", false) || config.value("top_entropy_quantile", 1.0) < 1.0
        || !config["off_policy_mask_threshold"].is_null() || inputs["advantages"][0].is_array();
}

double orElse(const Json& json, double otherwise) { return json.is_number() ? json.get<double>() : otherwise; }

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

    void advantages()
    {
        int checked = 0, later = 0;
        for (const Json& c : golden::cases("algorithms/advantages")) {
            const std::string name = c["name"];
            if (!c["config"].contains("multi_objective_aggregation")) {
                // Other algorithms' advantages. A case that is neither of those that the folder's README lists is a
                // mistake.
                const std::string reference = c["reference"];
                QVERIFY2(reference.find("RLOOTrainer") != std::string::npos || reference.rfind("formula", 0) == 0,
                    ("unknown golden case: " + name).c_str());
                ++later;
                continue;
            }
            AdvantageConfig config;
            config.groupSize = c["config"]["num_generations"];
            config.scaleRewards = c["config"]["scale_rewards"];
            config.aggregation = c["config"]["multi_objective_aggregation"];
            if (c["config"]["reward_weights"].is_array())
                config.weights = c["config"]["reward_weights"].get<std::vector<double>>();
            else
                config.weights.assign(c["inputs"]["rewards_per_func"][0].size(), 1.0);
            std::vector<std::vector<double>> rewards;
            for (const Json& row : c["inputs"]["rewards_per_func"]) {
                rewards.emplace_back();
                for (const Json& value : row)
                    rewards.back().push_back(golden::number(value));
            }
            const Advantages a = computeAdvantages(rewards, config);
            for (size_t i = 0; i < rewards.size(); ++i)
                QVERIFY2(golden::close(a.advantage[i], c["expected"]["advantages"][i].get<double>()),
                    (name + " row " + std::to_string(i) + ": " + std::to_string(a.advantage[i])).c_str());
            const Json& m = c["expected"]["metrics"];
            const std::pair<const char*, double> totals[] = { { "reward", a.rewardMean }, { "reward_std", a.rewardStd },
                { "frac_reward_zero_std", a.zeroVarianceShare } };
            for (const auto& [key, value] : totals)
                if (m.contains(key))
                    QVERIFY2(golden::close(value, golden::number(m[key])),
                        (name + " " + key + ": " + std::to_string(value)).c_str());
            for (size_t f = 0; f < config.weights.size(); ++f) {
                const std::string key = "rewards/r" + std::to_string(f) + "/";
                if (m.contains(key + "mean"))
                    QVERIFY2(golden::close(a.functionMean[f], golden::number(m[key + "mean"])),
                        (name + " " + key + "mean").c_str());
                if (m.contains(key + "std"))
                    QVERIFY2(golden::close(a.functionStd[f], golden::number(m[key + "std"])),
                        (name + " " + key + "std").c_str());
            }
            ++checked;
        }
        QVERIFY(checked > 0);
        qInfo("golden algorithms/advantages: %d cases (of algorithms that this version does not have: %d)", checked,
            later);
    }

    void loss()
    {
        int checked = 0, later = 0;
        for (const Json& c : golden::cases("algorithms/grpo_loss")) {
            const Json &config = c["config"], &in = c["inputs"], &expected = c["expected"];
            if (isLater(c["reference"], config, in)) {
                ++later;
                continue;
            }
            checkCase(c["name"], config, in, expected);
            if (QTest::currentTestFailed())
                return;
            ++checked;
        }
        QVERIFY(checked > 0);
        qInfo("golden algorithms/grpo_loss: %d cases (of options that this version does not have: %d)", checked, later);
    }

    void maskTruncated() // from token ids to loss: which rows train, what they divide by
    {
        int checked = 0, later = 0;
        for (const Json& c : golden::cases("algorithms/mask_truncated")) {
            const std::string name = c["name"];
            const Json &config = c["config"], &in = c["inputs"], &expected = c["expected"];
            QVERIFY2(c["reference"].get<std::string>().find("_generate_and_score_completions") != std::string::npos,
                ("unknown golden case: " + name).c_str());
            static const std::set<std::string> losses { "grpo", "bnpo", "dr_grpo", "dapo" };
            if (!losses.count(config["loss_type"])) {
                ++later;
                continue;
            }
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
            checkCase(name, config, inputs, wanted);
            if (QTest::currentTestFailed())
                return;
            ++checked;
        }
        QVERIFY(checked > 0);
        qInfo("golden algorithms/mask_truncated: %d cases (of losses that this version does not have: %d)", checked,
            later);
    }

    void samplerCorrection()
    {
        int checked = 0, later = 0;
        for (const Json& c : golden::cases("algorithms/sampler_correction")) {
            const std::string name = c["name"];
            const Json &config = c["config"], &in = c["inputs"], &expected = c["expected"];
            QVERIFY2(config["vllm_importance_sampling_correction"] == true, ("unknown golden case: " + name).c_str());
            const auto limit = [&](const char* key) {
                return config[key].is_number() ? std::optional(config[key].get<double>()) : std::nullopt;
            };
            const size_t rows = in["per_token_logps"].size(), width = in["per_token_logps"][0].size();
            std::vector<SampledLogps> sequences(rows);
            for (size_t i = 0; i < rows; ++i)
                for (size_t t = 0; t < width && in["completion_mask"][i][t] != 0; ++t) {
                    sequences[i].old.push_back(in["old_per_token_logps"][i][t]);
                    sequences[i].sampling.push_back( // null: the sampler could not score the token
                        float(orElse(in["sampling_per_token_logps"][i][t], std::nan(""))));
                }
            const CorrectedLogps got = correctSampler(sequences,
                { config["vllm_importance_sampling_mode"], limit("vllm_importance_sampling_clip_min"),
                    limit("vllm_importance_sampling_clip_max") });
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
            ++checked;
            static const std::set<std::string> losses { "grpo", "bnpo", "dr_grpo", "dapo" };
            if (!losses.count(config["loss_type"])) { // the ratios are checked, the loss is of later work
                ++later;
                continue;
            }
            Json inputs = in, whole = expected;
            inputs["advantages"] = expected["advantages"];
            inputs["num_items_in_batch"] = expected["num_items_in_batch"];
            inputs["correction"] = ratio;
            whole["micro_losses"] = Json::array({ expected["loss"] });
            checkCase(name, config, inputs, whole);
            if (QTest::currentTestFailed())
                return;
        }
        QVERIFY(checked > later && later > 0);
        qInfo("golden algorithms/sampler_correction: %d cases (of losses that this version does not have: %d)", checked,
            later);
    }

private:
    void checkCase(const std::string& name, const Json& config, const Json& in, const Json& expected)
    {
        const size_t rows = in["per_token_logps"].size(), width = in["per_token_logps"][0].size();
        const size_t perMicro = config.value("rows_per_micro_batch", int(rows));
        const bool evaluating = config.value("mode", "train") == "eval";
        GrpoLossConfig loss;
        loss.sequenceLevel = config["importance_sampling_level"] == "sequence";
        loss.epsilon = config["epsilon"];
        loss.epsilonHigh = orElse(config["epsilon_high"], loss.epsilon);
        if (config["delta"].is_number())
            loss.delta = config["delta"].get<double>();
        loss.beta = config["beta"];
        loss.useBiasCorrectionKl = config["use_bias_correction_kl"];
        double total = 0;
        std::map<std::string, std::vector<double>> metrics;
        for (size_t from = 0; from < rows; from += perMicro) {
            std::vector<float> logp, old, reference, correction, advantage, weight;
            std::vector<int64_t> row;
            std::vector<std::pair<size_t, size_t>> where;
            ReductionInput reduction;
            reduction.lossType = config["loss_type"];
            reduction.maxCompletionLength = config["max_completion_length"];
            reduction.itemsInGenerationBatch = in["num_items_in_batch"];
            if (!evaluating) {
                reduction.gradientAccumulation = config["gradient_accumulation_steps"];
                reduction.stepsPerGeneration = config["steps_per_generation"];
            }
            for (size_t i = from; i < from + perMicro; ++i) {
                int64_t length = 0;
                for (size_t t = 0; t < width; ++t) {
                    if (in["completion_mask"][i][t] == 0 || (in.contains("tool_mask") && in["tool_mask"][i][t] == 0))
                        continue;
                    logp.push_back(in["per_token_logps"][i][t]);
                    if (in.contains("old_per_token_logps"))
                        old.push_back(in["old_per_token_logps"][i][t]);
                    if (in.contains("ref_per_token_logps"))
                        reference.push_back(in["ref_per_token_logps"][i][t]);
                    if (in.contains("correction"))
                        correction.push_back(in["correction"][i][size_t(length)]);
                    row.push_back(int64_t(i - from));
                    where.emplace_back(i, t);
                    ++length;
                }
                reduction.lengths.push_back(length);
                advantage.push_back(in["advantages"][i]);
            }
            for (const double w : reductionWeights(reduction))
                weight.push_back(float(w));
            const at::Tensor logp_N = tensor(logp).requires_grad_();
            const GrpoLossOutput out
                = grpoLoss({ logp_N, old.empty() ? at::Tensor() : tensor(old),
                               reference.empty() ? at::Tensor() : tensor(reference), tensor(row), tensor(advantage),
                               tensor(weight), correction.empty() ? at::Tensor() : tensor(correction) },
                    loss);
            out.loss.backward();
            const size_t micro = from / perMicro;
            const double value = out.loss.item<double>();
            total += value;
            QVERIFY2(golden::close(value, expected["micro_losses"][micro].get<double>()),
                (name + " micro-batch " + std::to_string(micro) + ": " + std::to_string(value) + " instead of "
                    + expected["micro_losses"][micro].dump())
                    .c_str());
            for (size_t n = 0; n < where.size(); ++n) {
                const double gradient = logp_N.grad()[int64_t(n)].item<double>();
                const double want = expected["grad_per_token_logps"][where[n].first][where[n].second];
                QVERIFY2(golden::close(gradient, want),
                    (name + " gradient " + std::to_string(where[n].first) + "," + std::to_string(where[n].second) + ": "
                        + std::to_string(gradient) + " instead of " + std::to_string(want))
                        .c_str());
            }
            const GrpoDiagnostics& d = out.diagnostics;
            metrics["clip_ratio/low_mean"].push_back(d.lowClipped / d.count);
            metrics["clip_ratio/high_mean"].push_back(d.highClipped / d.count);
            metrics["clip_ratio/region_mean"].push_back(d.regionClipped / d.count);
            metrics["clip_ratio/low_min"].push_back(d.lowMin);
            metrics["clip_ratio/high_max"].push_back(d.highMax);
            metrics["kl"].push_back(d.kl / d.tokens);
        }
        QVERIFY2(golden::close(total, expected["loss"].get<double>()), name.c_str());
        for (const auto& [key, values] : metrics)
            if (expected["metrics"].contains(key))
                for (size_t i = 0; i < values.size(); ++i) {
                    const Json& want = expected["metrics"][key];
                    QVERIFY2(golden::close(values[i], golden::number(want.is_array() ? want[i] : want)),
                        (name + " " + key + ": " + std::to_string(values[i]) + " instead of " + want.dump()).c_str());
                }
    }
};

QTEST_GUILESS_MAIN(GoldenGrpo)
#include "tst_golden_grpo.moc"
