// The whole way from logits: temperature, log-prob and entropy of every token through the chunked operator, the loss,
// and its gradient with respect to the logits. With the identity as the model's head, hidden states are the logits.

#include "core/nn/ops.h"
#include "policy_case.h"

#include <ATen/ops/eye.h>

using namespace aha;
using golden::Json;

class GoldenLogits : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cases()
    {
        int checked = 0;
        for (const Json& c : golden::cases("algorithms/from_logits")) {
            m_name = c["name"];
            const std::string reference = c["reference"];
            QVERIFY2(reference.find("_compute_loss") != std::string::npos
                    && reference.find("logits / temperature") != std::string::npos,
                ("unknown golden case: " + m_name).c_str());
            check(c["config"], c["inputs"], c["expected"]);
            if (QTest::currentTestFailed())
                return;
            ++checked;
        }
        QVERIFY(checked > 0);
        qInfo("golden algorithms/from_logits: %d cases", checked);
    }

private:
    void compare(const std::string& what, double got, const Json& expected)
    {
        QVERIFY2(golden::close(got, golden::number(expected)),
            (m_name + " " + what + ": " + std::to_string(got) + " instead of " + expected.dump()).c_str());
    }

    void check(const Json& config, const Json& in, const Json& expected)
    {
        Json scored = in; // pack() takes the log-probs along, to compare with
        scored["per_token_logps"] = expected["per_token_logps"];
        scored["entropies"] = expected["entropies"];
        const golden::PackedCase p = golden::pack(scored, 0, in["completion_mask"].size());
        std::vector<float> logits;
        std::vector<int64_t> targets;
        for (const auto& [i, t] : p.where) {
            const std::vector<float> row = in["logits"][i][t];
            logits.insert(logits.end(), row.begin(), row.end());
            targets.push_back(in["completion_ids"][i][t]);
        }
        const int64_t n = int64_t(targets.size()), vocab = int64_t(logits.size()) / n;
        const at::Tensor hidden_NV = at::tensor(logits).view({ n, vocab }).requires_grad_();
        const ops::TokenLogProbs tokens = ops::tokenLogProbs(hidden_NV, at::eye(vocab), at::tensor(targets),
            config["temperature"], nullptr, /*wantTop=*/false, /*entropyGradient=*/true);
        PolicyLossConfig loss = golden::policyConfig(config, false);
        ReductionInput reduction = golden::reductionOf(config, in, loss);
        reduction.lengths = p.lengths;
        std::vector<float> weight;
        for (const double w : reductionWeights(reduction))
            weight.push_back(float(w));
        QVERIFY2(!config["use_adaptive_entropy"], m_name.c_str());
        const EntropyPlan plan = planEntropy(p.entropy, config["top_entropy_quantile"]);
        loss.entropyThreshold = plan.threshold;
        loss.entropyCoef = config["entropy_coef"];
        loss.entropyWeight = plan.weight(reduction.gradientAccumulation);
        PolicyLossInput input { tokens.logprob_M, at::tensor(p.old), at::tensor(p.reference), at::tensor(p.row),
            at::tensor(p.advantage), at::tensor(weight) };
        input.entropy_N = tokens.entropy_M;
        const PolicyLossOutput out = policyLoss(input, loss);
        out.loss.backward();

        for (int64_t k = 0; k < n; ++k) {
            compare("log-prob", tokens.logprob_M[k].item<double>(), p.logp[size_t(k)]);
            compare("entropy", tokens.entropy_M[k].item<double>(), p.entropy[size_t(k)]);
            const auto& [i, t] = p.where[size_t(k)];
            for (int64_t v = 0; v < vocab; ++v)
                compare("gradient", hidden_NV.grad()[k][v].item<double>(), expected["grad_logits"][i][t][size_t(v)]);
        }
        compare("loss", out.loss.item<double>(), expected["loss"]);
        std::map<std::string, double> metrics = golden::policyMetrics(out, policyLossScale(reduction));
        metrics["entropy_coef"] = loss.entropyCoef;
        for (const auto& [key, want] : expected["metrics"].items()) {
            QVERIFY2(metrics.count(key), (m_name + " has no metric " + key).c_str());
            compare(key, metrics[key], want);
        }
    }

    std::string m_name;
};

QTEST_GUILESS_MAIN(GoldenLogits)
#include "tst_golden_logits.moc"
