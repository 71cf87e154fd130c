// The chunked divergences: their own backward passes against composed operators, chunks, memory, special cases.

#include "core/algo/distillation_divergence.h"
#include "core/algo/topk_teacher.h"
#include "tests/support/counting_allocator.h"
#include "tests/support/micro_batches.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/_unique.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/minimum.h>
#include <QtTest>

using namespace aha;
using at::Tensor;

/// Weak, so that to name it here does not link it: core/nn/vector_math.cpp.
extern "C" __attribute__((weak)) const bool ahaVectorMathChosen;

namespace {

/// A student and a wider teacher, in double.
struct Pair {
    Tensor hidden_MD, head_VD, teacherHidden_ME, teacherHead_VE, upper_M;
    explicit Pair(int64_t rows, int64_t vocab = 11)
    {
        TestNumbers random(uint32_t(rows + vocab));
        hidden_MD = random.uniform({ rows, 3 }, -2, 2, at::kDouble).requires_grad_();
        head_VD = random.uniform({ vocab, 3 }, -2, 2, at::kDouble).requires_grad_();
        teacherHidden_ME = random.uniform({ rows, 5 }, -2, 2, at::kDouble).requires_grad_();
        teacherHead_VE = random.uniform({ vocab, 5 }, -1, 1, at::kDouble);
        upper_M = random.uniform({ rows }, -1, 1, at::kDouble); // d loss / d divergence: any numbers
    }
    Tensor studentLog(const DivergenceConfig& c) const
    {
        return at::log_softmax(hidden_MD.matmul(head_VD.t()) / c.temperature, -1);
    }
    /// As teacher_logits.h says, but the mean is added back: a softmax does not see it.
    Tensor teacherLog(const DivergenceConfig& c) const
    {
        Tensor logits = teacherHidden_ME.detach().matmul(teacherHead_VE.t());
        const Tensor mean = logits.mean(-1, true);
        if (c.logitClip > 0)
            logits = at::minimum(at::maximum(logits, mean - c.logitClip), mean + c.logitClip);
        return at::log_softmax(logits / c.temperature, -1);
    }
    /// Gradients of Σ upper · divergence; forgets them.
    std::pair<Tensor, Tensor> gradients(const Tensor& divergence_M)
    {
        (divergence_M * upper_M).sum().backward();
        const std::pair<Tensor, Tensor> out { hidden_MD.grad().clone(), head_VD.grad().clone() };
        hidden_MD.mutable_grad() = Tensor();
        head_VD.mutable_grad() = Tensor();
        return out;
    }
};

/// As the definition reads, with whole probabilities.
Tensor defined(const Tensor& student, const Tensor& teacher, double beta)
{
    const auto kl = [](const Tensor& p, const Tensor& q) { return (p * (p / q).log()).sum(-1); };
    const Tensor s = student.exp(), t = teacher.exp(), m = (1 - beta) * s + beta * t;
    return beta == 0 ? kl(t, s) : beta == 1 ? kl(s, t) : beta * kl(t, m) + (1 - beta) * kl(s, m);
}

double largest(const Tensor& a, const Tensor& b) { return (a - b).abs().max().item<double>(); }

/// Where `got` is furthest from `want`: what to know of a failure that does not come again.
QByteArray furthest(const Tensor& got, const Tensor& want)
{
    const Tensor apart = (got - want).abs().flatten();
    const int64_t worst = apart.argmax().item<int64_t>();
    return QString("%1 apart at %2 of %3: %4 and not %5; %6 above 1e-13; %7 threads")
        .arg(apart[worst].item<double>())
        .arg(worst)
        .arg(apart.numel())
        .arg(got.flatten()[worst].item<double>(), 0, 'g', 17)
        .arg(want.flatten()[worst].item<double>(), 0, 'g', 17)
        .arg((apart > 1e-13).sum().item<int64_t>())
        .arg(at::get_num_threads())
        .toUtf8();
}

} // namespace

class TestDistillationDivergence : public QObject {
    Q_OBJECT

    CountingAllocator m_memory;

private Q_SLOTS:
    void wholeVocabulary_data()
    {
        QTest::addColumn<double>("beta");
        QTest::addColumn<double>("temperature");
        QTest::addColumn<double>("clip");
        for (const double beta : { 0.0, 0.1, 0.5, 0.9, 1.0 })
            for (const double clip : { 0.0, 1.5 })
                QTest::addRow("beta %g clip %g", beta, clip) << beta << (beta == 0.5 ? 1.0 : 0.7) << clip;
    }

    /// 5,000 rows are two chunks.
    void wholeVocabulary()
    {
        QFETCH(const double, beta);
        QFETCH(const double, temperature);
        QFETCH(const double, clip);
        const DivergenceConfig config { beta, temperature, clip };
        Pair p(5000);
        const TokenDivergence fused
            = distillationDivergence(p.hidden_MD, p.head_VD, p.teacherHidden_ME, p.teacherHead_VE, config);
        const Tensor student = p.studentLog(config), want_M = defined(student, p.teacherLog(config), beta);
        QVERIFY2(largest(fused.divergence_M, want_M) < 1e-12, furthest(fused.divergence_M, want_M));
        const Tensor entropy_M = -(student.exp() * student).sum(-1);
        QVERIFY2(largest(fused.entropy_M, entropy_M) < 1e-12, furthest(fused.entropy_M, entropy_M));
        QVERIFY(!fused.entropy_M.requires_grad());
        const auto [hidden, head] = p.gradients(fused.divergence_M);
        const auto [wantHidden, wantHead] = p.gradients(want_M);
        QVERIFY2(largest(hidden, wantHidden) < 1e-11, furthest(hidden, wantHidden));
        QVERIFY2(largest(head, wantHead) < 1e-9, furthest(head, wantHead));
        QVERIFY(!p.teacherHidden_ME.grad().defined());
    }

    /// Else two threads may make it at once, and the first divergence above fails in some 1 of 100 starts on busy
    /// cores.
    void firstCallOfVectorMath() { QVERIFY(&ahaVectorMathChosen && ahaVectorMathChosen); }

    void frozenHead()
    {
        Pair p(7);
        const Tensor loss
            = distillationDivergence(p.hidden_MD, p.head_VD.detach(), p.teacherHidden_ME, p.teacherHead_VE, {})
                  .divergence_M.sum();
        loss.backward();
        QVERIFY(p.hidden_MD.grad().defined());
        QVERIFY(!p.head_VD.grad().defined());
    }

    /// Conformance rule 11.
    void smallBeta()
    {
        Pair p(50);
        const auto jsd = [&](double beta) {
            return distillationDivergence(p.hidden_MD, p.head_VD, p.teacherHidden_ME, p.teacherHead_VE, { beta, 1, 0 })
                .divergence_M.detach();
        };
        QVERIFY(jsd(1e-6).max().item<double>() < 1e-4);
        QVERIFY(jsd(0).max().item<double>() > 0.1);
        QVERIFY(largest(jsd(1e-9) / 1e-9, jsd(0)) < 1e-2 * jsd(0).max().item<double>());
        QVERIFY(jsd(0.5).min().item<double>() >= 0);
    }

    /// What exists at once does not grow with the tokens: logits of a chunk, whatever the batch.
    void memory()
    {
        const auto peakOf = [&](int64_t rows, bool support) {
            Pair p(rows, 4096);
            m_memory.takePeak();
            const int64_t before = m_memory.live();
            const Tensor divergence_M = support
                ? supportDivergence(p.hidden_MD, p.head_VD,
                    sharedSupport(p.hidden_MD, p.head_VD, p.teacherHidden_ME, p.teacherHead_VE, 4, {}), {})
                : distillationDivergence(p.hidden_MD, p.head_VD, p.teacherHidden_ME, p.teacherHead_VE, {}).divergence_M;
            divergence_M.sum().backward();
            return m_memory.takePeak() - before;
        };
        for (const bool support : { false, true }) {
            const int64_t rows = support ? 2500 : 1000, more = 2 * rows; // above one chunk
            const int64_t growth = peakOf(more, support) - peakOf(rows, support), logits = rows * 4096 * 8;
            QVERIFY2(growth < logits / 5, qPrintable(QString("%1 of %2 bytes").arg(growth).arg(logits)));
        }
    }

    void otherVocabulary()
    {
        Pair p(3);
        const Tensor fewer = p.teacherHead_VE.narrow(0, 0, 9);
        bool refused = false;
        try {
            distillationDivergence(p.hidden_MD, p.head_VD, p.teacherHidden_ME, fewer, {});
        } catch (const Failure& failure) {
            refused = failure.error().code == "other_vocabulary"
                && failure.error().message.find("9 tokens") != std::string::npos;
        }
        QVERIFY(refused);
        QVERIFY(checkSameVocabulary(5, 5));
    }

    void logProbsOfChosenTokens()
    {
        Pair p(9000); // two chunks
        TestNumbers random(1);
        const Tensor ids_MS = random.uniform({ 9000, 4 }, 0, 11, at::kDouble).to(at::kLong),
                     upper_MS = random.uniform({ 9000, 4 }, -1, 1, at::kDouble);
        const Tensor got = logProbsAt(p.hidden_MD, p.head_VD, ids_MS, 0.8),
                     want = p.studentLog({ 0, 0.8, 0 }).gather(1, ids_MS);
        QVERIFY(largest(got, want) < 1e-12);
        const auto [hidden, head] = p.gradients((got * upper_MS).sum(-1));
        const auto [wantHidden, wantHead] = p.gradients((want * upper_MS).sum(-1));
        QVERIFY(largest(hidden, wantHidden) < 1e-11);
        QVERIFY(largest(head, wantHead) < 1e-9);
    }

    /// A cache with all tokens is the whole vocabulary; with few it keeps less, with the tail the mass.
    void cachedTeacher()
    {
        Pair p(40);
        for (const double beta : { 0.0, 0.5, 1.0 }) {
            const Tensor whole_M
                = distillationDivergence(p.hidden_MD, p.head_VD, p.teacherHidden_ME, p.teacherHead_VE, { beta, 0.9, 0 })
                      .divergence_M;
            const auto cached = [&](int64_t k, bool tail) {
                return supportDivergence(p.hidden_MD, p.head_VD,
                    teacherTopK(p.teacherHidden_ME, p.teacherHead_VE, k, 0.9), { beta, 0.9, tail });
            };
            QVERIFY(largest(cached(11, true), whole_M) < 1e-12);
            QVERIFY(largest(cached(50, true), whole_M) < 1e-12);
            const auto [hidden, head] = p.gradients(cached(11, true));
            const auto [wantHidden, wantHead] = p.gradients(whole_M);
            QVERIFY(largest(hidden, wantHidden) < 1e-11);
            // Merging tokens into a bucket can only lose divergence.
            QVERIFY(((cached(4, true) - whole_M).max().item<double>()) < 1e-12);
            QVERIFY(cached(4, true).max().item<double>() > 0.1);
            QVERIFY(cached(1, true).max().item<double>() > 0.05);
            QVERIFY(cached(1, false).abs().max().item<double>() < 1e-12);
        }
        const TeacherSupport teacher = teacherTopK(p.teacherHidden_ME, p.teacherHead_VE, 3, 1);
        QVERIFY(!teacher.logp_MS.requires_grad());
        const Tensor log_MV = p.teacherLog({});
        QVERIFY(largest(teacher.logp_MS, std::get<0>(log_MV.topk(3))) < 1e-12);
    }

    /// The likeliest tokens stay who they are, and lose what they have above the others.
    void clippedTeacher()
    {
        Pair p(60);
        const DivergenceConfig config { 0, 0.8, 1.5 };
        const Tensor log_MV = p.teacherLog(config), plain_MV = p.teacherLog({ 0, 0.8, 0 });
        const TeacherSupport clipped = teacherTopK(p.teacherHidden_ME, p.teacherHead_VE, 4, 0.8, 1.5);
        QVERIFY(clipped.ids_MS.equal(std::get<1>(plain_MV.topk(4))));
        QVERIFY(largest(clipped.logp_MS, log_MV.gather(1, clipped.ids_MS)) < 1e-12);
        QVERIFY(largest(log_MV, plain_MV) > 0.1);
        QVERIFY((std::get<0>(log_MV.max(1)) - std::get<0>(log_MV.min(1))).max().item<double>() <= 2 * 1.5 / 0.8 + 1e-9);
        // Above every distance it is no clip.
        QVERIFY(largest(teacherTopK(p.teacherHidden_ME, p.teacherHead_VE, 4, 0.8, 100).logp_MS,
                    plain_MV.gather(1, clipped.ids_MS))
            < 1e-12);
    }

    /// A token in both supports counts once: the probabilities add up.
    void sharedTokens()
    {
        Pair p(200);
        const TeacherSupport both
            = sharedSupport(p.hidden_MD, p.head_VD, p.teacherHidden_ME, p.teacherHead_VE, 6, { 0.5, 1, true });
        QVERIFY(both.valid_MS.logical_not().any().item<bool>());
        for (int64_t m = 0; m < 200; ++m) {
            const Tensor used = both.ids_MS[m].masked_select(both.valid_MS[m]);
            QCOMPARE(std::get<0>(at::_unique(used)).numel(), used.numel());
        }
        const Tensor mass_M = (both.logp_MS.exp() * both.valid_MS).sum(-1);
        QVERIFY(mass_M.max().item<double>() <= 1 + 1e-12);
    }
};

QTEST_GUILESS_MAIN(TestDistillationDivergence)
#include "tst_distillation_divergence.moc"
