// Distillation against TRL and the published formula: values, gradients with respect to the student's logits, metrics.

#include "core/algo/classic_distillation.h"
#include "core/algo/minillm.h"
#include "core/algo/on_policy_distillation.h"
#include "core/algo/packed_rows.h"
#include "core/algo/topk_teacher.h"
#include "core/nn/ops.h"
#include "tests/support/golden_packed.h"

#include "tests/golden/algorithms/golden_family.h"
#include <ATen/TensorOperators.h>
#include <ATen/ops/eye.h>

#include <QtTest>

#include <map>

using namespace aha;
using golden::Json;
using golden::Packed;

namespace {

void expectSame(const Json& c, const char* what, const std::string& difference)
{
    QVERIFY2(difference.empty(), (c["name"].get<std::string>() + " " + what + " " + difference).c_str());
}

/// The tokens under the mask. With the identity as head, hidden states are logits.
struct Models {
    explicit Models(const Json& c)
        : packed(c["inputs"]["mask"])
        , student_NV(packed.vectors(c["inputs"]["student_logits"]).requires_grad_())
        , head_VV(at::eye(student_NV.size(1)))
        , tokens(double(packed.tokens()))
    {
        const Json& in = c["inputs"];
        if (in.contains("teacher_logits"))
            teacher_NV = packed.vectors(in["teacher_logits"]);
        for (const char* key : { "completion_ids", "labels" })
            if (in.contains(key))
                ids_N = packed.values(in[key], at::kLong);
    }
    at::Tensor logp(const at::Tensor& logits_NV, double temperature) const
    {
        return ops::tokenLogProbs(logits_NV, head_VV, ids_N, temperature).logprob_M;
    }

    Packed packed;
    at::Tensor student_NV, teacher_NV, head_VV, ids_N;
    double tokens;
};

void checkLoss(const Json& c, const Models& m, const at::Tensor& loss, const char* lossKey)
{
    loss.backward();
    expectSame(c, "loss", golden::difference(loss.item<double>(), c["expected"][lossKey]));
    expectSame(c, "gradient", m.packed.difference(m.student_NV.grad(), c["expected"]["grad_student_logits"]));
}

void checkDivergence(const Json& c)
{
    const Json &config = c["config"], &expected = c["expected"];
    const DivergenceConfig divergence { config["beta"], config["temperature"], 0 };
    const Models m(c);
    const TokenDivergence out = distillationDivergence(m.student_NV, m.head_VV, m.teacher_NV, m.head_VV, divergence);
    checkLoss(c, m, out.divergence_M.sum() / m.tokens, "loss");
    if (expected.contains("loss_num_items_in_batch_20"))
        expectSame(c, "loss over 20 tokens",
            golden::difference(total(out.divergence_M) / 20, expected["loss_num_items_in_batch_20"]));
    if (expected.contains("entropy_sum"))
        expectSame(c, "entropy", golden::difference(total(out.entropy_M), expected["entropy_sum"]));
    if (expected.contains("valid"))
        expectSame(c, "tokens", golden::difference(m.tokens, expected["valid"]));
    if (expected.contains("per_token")) { // given for positions outside the mask too
        Json all = c["inputs"]["mask"];
        for (Json& row : all)
            for (Json& value : row)
                value = 1;
        const Packed everywhere(all);
        const TokenDivergence whole = distillationDivergence(everywhere.vectors(c["inputs"]["student_logits"]),
            m.head_VV, everywhere.vectors(c["inputs"]["teacher_logits"]), m.head_VV, divergence);
        expectSame(c, "tokens' divergence", everywhere.difference(whole.divergence_M, expected["per_token"]));
    }
}

void checkSupport(const Json& c)
{
    const Json& config = c["config"];
    const SupportDivergenceConfig support { config["beta"], config["temperature"], config["loss_add_tail"] };
    const Models m(c);
    const TeacherSupport teacher
        = sharedSupport(m.student_NV, m.head_VV, m.teacher_NV, m.head_VV, config["loss_top_k"], support);
    checkLoss(c, m, supportDivergence(m.student_NV, m.head_VV, teacher, support).sum() / m.tokens, "loss");
}

void checkOnPolicy(
    const Json& c, const Models& m, const OnPolicyDistillationInput& input, const OnPolicyDistillationConfig& config)
{
    const Json& expected = c["expected"];
    const OnPolicyDistillationOutput out = onPolicyDistillation(input, config);
    checkLoss(c, m, out.loss, "loss");
    if (expected.contains("per_token_loss"))
        expectSame(c, "sum of tokens' losses",
            golden::difference(total(out.tokenLoss_N), total(m.packed.values(expected["per_token_loss"]))));
    if (expected.contains("per_token_reverse_kl_sample"))
        expectSame(c, "reverse KL",
            golden::difference(out.reverseKl, total(m.packed.values(expected["per_token_reverse_kl_sample"]))));
    std::map<std::string, double> metrics { { "iw_opd/mean_advantage", out.advantage / out.tokens },
        { "iw_opd/mean_abs_advantage", out.absoluteAdvantage / out.tokens },
        { "iw_opd/mean_weight", out.weight / out.tokens }, { "iw_opd/min_weight", out.minWeight },
        { "iw_opd/max_weight", out.maxWeight } };
    const Json listed = expected.value("metrics", Json::object());
    for (const auto& [name, want] : listed.items()) {
        QVERIFY2(metrics.contains(name), (c["name"].get<std::string>() + ": no metric " + name).c_str());
        expectSame(c, name.c_str(), golden::difference(metrics[name], want));
    }
}

void checkImportanceWeighted(const Json& c)
{
    const Json &in = c["inputs"], &config = c["config"];
    const Models m(c);
    const at::Tensor rollout_N
        = in["rollout_log_probs"].is_null() ? at::Tensor() : m.packed.values(in["rollout_log_probs"]);
    checkOnPolicy(c, m,
        { m.logp(m.student_NV, config["temperature"]), m.packed.values(in["teacher_log_probs"]), rollout_N,
            m.packed.row(), m.packed.rows(), m.tokens },
        { config["iw_opd_gamma"], config["iw_opd_epsilon"] });
}

void checkSampledReverseKl(const Json& c)
{
    const Models m(c);
    checkOnPolicy(c, m,
        { m.logp(m.student_NV, 1), m.logp(m.teacher_NV, 1), {}, m.packed.row(), m.packed.rows(), m.tokens },
        { 0, 1e-8 });
}

void checkMinillm(const Json& c)
{
    const Models m(c);
    checkLoss(
        c, m, minillmSingleStep(m.student_NV, m.head_VV, m.teacher_NV, m.head_VV, 1, m.tokens), "single_step_loss");
    const MinillmConfig config { c["config"]["gamma"], c["config"]["length_normalization"],
        int64_t(c["inputs"]["mask"][0].size()) };
    const at::Tensor advantage_N
        = minillmAdvantages(m.logp(m.student_NV, 1), m.logp(m.teacher_NV, 1), m.packed.row(), m.packed.rows(), config);
    expectSame(c, "advantages", m.packed.difference(advantage_N, c["expected"]["advantages"]));
}

void checkClassic(const Json& c)
{
    const Json &config = c["config"], &expected = c["expected"];
    const Models m(c);
    const ClassicDistillationOutput out = classicDistillation(m.student_NV, m.head_VV, m.ids_N, m.teacher_NV, m.head_VV,
        m.tokens, { config["alpha"], config["temperature"] });
    checkLoss(c, m, out.loss, "loss");
    expectSame(c, "cross-entropy", golden::difference(out.crossEntropy / m.tokens, expected["ce"]));
    expectSame(c, "divergence", golden::difference(out.divergence / m.tokens, expected["kd"]));
}

} // namespace

class GoldenDistillation : public GoldenFamily {
    Q_OBJECT
private Q_SLOTS:
    void distillation()
    {
        everyCase("distillation", [&](const Json& c, const From& from) {
            if (from("IWOPDTrainer.generalized_jsd_loss"))
                checkSupport(c);
            else if (from("GKDTrainer.generalized_jsd_loss") || from("_chunked_divergence_loss"))
                checkDivergence(c);
            else if (from("_compute_iw_opd_loss"))
                checkImportanceWeighted(c);
            else if (from("compute_sampled_token_self_distillation_loss"))
                checkSampledReverseKl(c);
            else if (from("MiniLLMTrainer"))
                checkMinillm(c);
            else if (from("alpha * CE + (1 - alpha)"))
                checkClassic(c);
            else
                return false;
            return true;
        });
    }
};

QTEST_GUILESS_MAIN(GoldenDistillation)
#include "tst_golden_distillation.moc"
