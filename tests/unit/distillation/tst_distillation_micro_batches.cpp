// Micro-batches change no gradient of a distillation loss, and rows keep to themselves.

#include "core/algo/classic_distillation.h"
#include "core/algo/minillm.h"
#include "core/algo/on_policy_distillation.h"
#include "core/algo/topk_teacher.h"
#include "core/nn/ops.h"
#include "tests/support/micro_batches.h"

#include <ATen/TensorOperators.h>
#include <QtTest>

using namespace aha;
using at::Tensor;

namespace {

const RowBatch kBatch({ 5, 1, 9, 3, 7 });
constexpr int64_t kVocab = 13, kWidth = 6;

struct Models {
    TestNumbers random { 4 };
    Tensor head_VD = random.uniform({ kVocab, kWidth }, -1, 1, at::kFloat),
           teacherHead_VE = random.uniform({ kVocab, kWidth }, -1, 1, at::kFloat),
           hidden_ND = random.uniform({ kBatch.tokens(), kWidth }, -1, 1, at::kFloat),
           teacher_NE = random.uniform({ kBatch.tokens(), kWidth }, -1, 1, at::kFloat),
           ids_N = random.uniform({ kBatch.tokens() }, 0, kVocab, at::kFloat).to(at::kLong);

    Tensor logp(const Tensor& hidden_MD, const RowPart& part) const
    {
        return ops::tokenLogProbs(hidden_MD, head_VD, ids_N.index_select(0, part.tokens_N), 1).logprob_M;
    }
    Tensor teacherLogp(const RowPart& part) const
    {
        return ops::tokenLogProbs(
            teacher_NE.index_select(0, part.tokens_N), teacherHead_VE, ids_N.index_select(0, part.tokens_N), 1)
            .logprob_M;
    }
};

} // namespace

class TestDistillationMicroBatches : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void gradients_data()
    {
        QTest::addColumn<QString>("method");
        for (const char* method :
            { "forward", "jsd", "reverse", "top3", "cached3", "classic", "on_policy", "iw_opd", "minillm" })
            QTest::newRow(method) << QString(method);
    }

    void gradients()
    {
        QFETCH(const QString, method);
        const Models m;
        const double tokens = double(kBatch.tokens());
        const auto loss = [&](const Tensor& all_ND, const RowPart& part) -> Tensor {
            const Tensor hidden = all_ND.index_select(0, part.tokens_N),
                         teacher = m.teacher_NE.index_select(0, part.tokens_N);
            if (method == "top3" || method == "cached3") {
                const SupportDivergenceConfig config { 0.5, 0.9, true };
                return supportDivergence(hidden, m.head_VD,
                           method == "top3" ? sharedSupport(hidden, m.head_VD, teacher, m.teacherHead_VE, 3, config)
                                            : teacherTopK(teacher, m.teacherHead_VE, 3, 0.9),
                           config)
                           .sum()
                    / tokens;
            }
            if (method == "classic")
                return classicDistillation(
                    hidden, m.head_VD, m.ids_N.index_select(0, part.tokens_N), teacher, m.teacherHead_VE, tokens, {})
                    .loss;
            if (method == "on_policy" || method == "iw_opd")
                return onPolicyDistillation(
                    { m.logp(hidden, part), m.teacherLogp(part), {}, part.row_N, int64_t(part.rows.size()), tokens },
                    { method == "iw_opd" ? 0.5 : 0, 1e-8 })
                    .loss;
            if (method == "minillm") {
                const Tensor logp = m.logp(hidden, part);
                const Tensor advantage = minillmAdvantages(
                    logp, m.teacherLogp(part), part.row_N, int64_t(part.rows.size()), { 0.9, true, 0 });
                return minillmSingleStep(hidden, m.head_VD, teacher, m.teacherHead_VE, 1, tokens)
                    - (advantage * logp).sum() / tokens;
            }
            const double beta = method == "forward" ? 0 : method == "reverse" ? 1 : 0.3;
            return distillationDivergence(hidden, m.head_VD, teacher, m.teacherHead_VE, { beta, 0.9, 0 })
                       .divergence_M.sum()
                / tokens;
        };
        const PartsGradient whole = gradientOverParts(m.hidden_ND, kBatch.parts(kBatch.rows(), false), loss);
        QVERIFY(whole.gradient.abs().max().item<double>() > 1e-3);
        for (const int64_t size : { int64_t(1), int64_t(2) }) {
            const PartsGradient cut = gradientOverParts(m.hidden_ND, kBatch.parts(size, false), loss);
            const double change = (whole.gradient - cut.gradient).abs().max().item<double>();
            QVERIFY2(change <= 1e-6, std::to_string(change).c_str());
            QVERIFY(std::abs(whole.loss - cut.loss) <= 1e-6);
        }
    }

    /// By hand: γ = ½, rewards 1, 2, 4 in one row and 8 in the next.
    void discountedAdvantages()
    {
        const Tensor row_N = at::tensor(std::vector<int64_t> { 0, 0, 0, 1 }, at::kLong),
                     teacher_N = at::tensor(std::vector<double> { 1, 2, 4, 8 }, at::kDouble), student_N = teacher_N * 0;
        const auto same = [](const Tensor& got, std::vector<double> want) {
            return (got - at::tensor(want, at::kDouble)).abs().max().item<double>() < 1e-12;
        };
        QVERIFY(same(minillmAdvantages(student_N, teacher_N, row_N, 2, { 0.5, false, 0 }), { 3, 2, 1, 8 }));
        QVERIFY(
            same(minillmAdvantages(student_N, teacher_N, row_N, 2, { 0.5, true, 0 }), { 3 / 1.75, 2 / 0.75, 4, 8 }));
        QVERIFY(same(minillmAdvantages(student_N, teacher_N, row_N, 2, { 0, true, 0 }), { 1, 2, 4, 8 }));
    }

    /// Weights fall along a row from 1 + γ to above 1, and start anew with the next one.
    void importanceWeights()
    {
        const Tensor row_N = at::tensor(std::vector<int64_t> { 0, 0, 0, 1 }, at::kLong),
                     logp_N = at::tensor(std::vector<double> { -1, -1, -1, -1 }, at::kDouble).requires_grad_(),
                     teacher_N = at::tensor(std::vector<double> { 0, -3, -2, -6 }, at::kDouble);
        const OnPolicyDistillationOutput out
            = onPolicyDistillation({ logp_N, teacher_N, {}, row_N, 2, 1 }, { 0.5, 1e-8 });
        out.loss.backward(); // -w a, a = 1, -2, -1, -5
        const std::vector<double> want { -1.5, 2 * 1.375, 1.125, 5 * 1.5 };
        for (size_t i = 0; i < want.size(); ++i)
            QCOMPARE(logp_N.grad()[int64_t(i)].item<double>(), want[i]);
        QCOMPARE(out.reverseKl, 7.0);
        QCOMPARE(out.minWeight, 1.125);
        QCOMPARE(out.maxWeight, 1.5);
    }
};

QTEST_GUILESS_MAIN(TestDistillationMicroBatches)
#include "tst_distillation_micro_batches.moc"
