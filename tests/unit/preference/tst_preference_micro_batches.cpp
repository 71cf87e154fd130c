// Cutting an update into micro-batches changes no gradient, for every preference and reward loss whose definition
// allows it, and does for those that sort or average over the batch.

#include "core/algo/cpo_loss.h"
#include "core/algo/dpo_loss.h"
#include "core/algo/kto_loss.h"
#include "core/algo/orpo_loss.h"
#include "core/algo/packed_rows.h"
#include "core/algo/prime.h"
#include "core/algo/process_reward.h"
#include "core/algo/reward_model_loss.h"
#include "tests/support/micro_batches.h"

#include <ATen/TensorOperators.h>
#include <QtTest>

using namespace aha;
using at::Tensor;

namespace {

/// Six pairs of ragged rows: float, as in training.
const RowBatch kBatch({ 4, 9, 2, 7, 5, 1, 6, 3, 8, 2, 9, 4 });

struct Numbers {
    Tensor logp_N, ref_N, squared_N;
};
Numbers numbers()
{
    TestNumbers random(5);
    const Tensor ref_N = random.uniform({ kBatch.tokens() }, -3, -0.1, at::kFloat);
    const Tensor logp_N = ref_N + random.uniform({ kBatch.tokens() }, -0.5, 0.05, at::kFloat);
    return { logp_N, ref_N, random.uniform({ kBatch.tokens() }, -2, -0.1, at::kFloat) };
}

double largestDifference(const Tensor& a, const Tensor& b) { return (a - b).abs().max().item<double>(); }

using Loss = std::function<Tensor(const Tensor&, const RowPart&)>;

/// Whole batch, uneven pieces (4 + 2), and one item at a time.
double changeOfGradient(const Tensor& values, bool pairs, const Loss& loss)
{
    const PartsGradient whole = gradientOverParts(values, kBatch.parts(kBatch.rows(), pairs), loss);
    double change = 0;
    for (const int64_t size : { int64_t(4), int64_t(1) }) {
        const PartsGradient cut = gradientOverParts(values, kBatch.parts(size, pairs), loss);
        change = std::max({ change, largestDifference(whole.gradient, cut.gradient),
            std::abs(whole.loss - cut.loss) / std::max(1.0, std::abs(whole.loss)) });
    }
    return change;
}

Loss dpo(const Numbers& n, const DpoLossConfig& config)
{
    return [n, config](const Tensor& logp_N, const RowPart& part) {
        const auto pick = [&](const Tensor& all) { return all.index_select(0, part.tokens_N); };
        return dpoLoss({ pick(logp_N), pick(n.ref_N), part.row_N, int64_t(part.rows.size()) / 2, 6,
                           double(kBatch.tokensOf(0, 6)), pick(n.squared_N) },
            config)
            .loss;
    };
}

} // namespace

class TestPreferenceMicroBatches : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void directPreference_data()
    {
        QTest::addColumn<QString>("type");
        QTest::addColumn<bool>("invariant");
        for (const char* type : { "sigmoid", "hinge", "ipo", "robust", "exo_pair", "nca_pair", "bco_pair", "sppo_hard",
                 "apo_zero", "apo_down", "discopop", "sft", "sigmoid_norm" })
            QTest::newRow(type) << QString(type) << true;
        for (const char* type : { "aot", "aot_unpaired" })
            QTest::newRow(type) << QString(type) << false;
    }

    void directPreference()
    {
        QFETCH(const QString, type);
        QFETCH(const bool, invariant);
        Numbers n = numbers();
        if (!invariant) // far enough from the reference that pairs come in another order
            n.logp_N = TestNumbers(11).uniform({ kBatch.tokens() }, -3, -0.1, at::kFloat);
        for (const bool special : { false, true }) { // the options that look at more than a row
            DpoLossConfig config;
            config.lossType = { type.toStdString() };
            config.labelSmoothing = 0.1;
            config.beta = 0.5;
            if (special) {
                config.ldAlpha = 0.3;
                config.useWeighting = invariant && type != "sft";
                config.fDivergence = "js_divergence";
            }
            QVERIFY(checkDpoLoss(config));
            QCOMPARE(needsWholeBatch(config), !invariant);
            const double change = changeOfGradient(n.logp_N, true, dpo(n, config));
            QVERIFY2(invariant ? change <= 1e-6 : change > 1e-4, std::to_string(change).c_str());
        }
    }

    void severalTypesTogether()
    {
        DpoLossConfig config;
        config.lossType = { "sigmoid", "bco_pair", "sft" };
        config.lossWeights = { 0.8, 0.2, 1 };
        const Numbers n = numbers();
        QVERIFY(changeOfGradient(n.logp_N, true, dpo(n, config)) <= 1e-6);
        config.useWeighting = true; // two means multiplied
        QVERIFY(needsWholeBatch(config));
        QVERIFY(changeOfGradient(n.logp_N, true, dpo(n, config)) > 1e-3);
    }

    void withoutReference()
    {
        const Numbers n = numbers();
        for (const char* type : { "sigmoid", "hinge", "ipo", "simpo" }) {
            CpoLossConfig config;
            config.lossType = type;
            config.alpha = config.lossType == "simpo" ? 0.25 : 0;
            const double change = changeOfGradient(n.logp_N, true, [&](const Tensor& logp_N, const RowPart& part) {
                return cpoLoss({ logp_N.index_select(0, part.tokens_N), part.row_N, int64_t(part.rows.size()) / 2, 6,
                                   double(kBatch.tokensOf(0, 6)) },
                    config)
                    .loss;
            });
            QVERIFY2(change <= 1e-6, type);
        }
        QVERIFY(changeOfGradient(n.logp_N, true, [&](const Tensor& logp_N, const RowPart& part) {
            return orpoLoss({ logp_N.index_select(0, part.tokens_N), part.row_N, int64_t(part.rows.size()) / 2, 6,
                                double(kBatch.tokensOf(0, 6)) },
                { 0.3 })
                .loss;
        }) <= 1e-6);
    }

    /// With the reference point of the whole update; of each micro-batch, as TRL has it, it is another loss.
    void unpaired()
    {
        const Numbers n = numbers();
        const Tensor desirable_R
            = at::tensor(std::vector<int64_t> { 1, 0, 0, 1, 1, 1, 0, 1, 0, 0, 1, 0 }).to(at::kBool);
        TestNumbers random(9);
        const Tensor mismatch_R = random.uniform({ kBatch.rows() }, -1, 4, at::kFloat);
        const auto kto = [&](const char* type, bool ownReference) {
            return [&, type, ownReference](const Tensor& logp_N, const RowPart& part) {
                const double z = ktoReferencePoint(ownReference ? mismatch_R.index_select(0, part.rows_R) : mismatch_R);
                return ktoLoss({ logp_N.index_select(0, part.tokens_N), n.ref_N.index_select(0, part.tokens_N),
                                   part.row_N, desirable_R.index_select(0, part.rows_R), z, double(kBatch.rows()) },
                    { type, 0.5, 1.3, 0.7 })
                    .loss;
            };
        };
        QVERIFY(changeOfGradient(n.logp_N, false, kto("kto", false)) <= 1e-6);
        QVERIFY(changeOfGradient(n.logp_N, false, kto("apo_zero_unpaired", true)) <= 1e-6);
        QVERIFY(changeOfGradient(n.logp_N, false, kto("kto", true)) > 1e-3);
    }

    void rewardModels()
    {
        TestNumbers random(3);
        const Tensor reward_R = random.uniform({ kBatch.rows() }, -2, 2, at::kFloat),
                     margin_P = random.uniform({ 6 }, 0, 1, at::kFloat),
                     grade_R = random.uniform({ kBatch.rows() }, 0, 1, at::kFloat);
        QVERIFY(changeOfGradient(reward_R, true, [&](const Tensor& all_R, const RowPart& part) {
            const int64_t pairs = int64_t(part.rows.size()) / 2;
            const Tensor mine_R = all_R.index_select(0, part.rows_R);
            return pairwiseRewardLoss({ mine_R.narrow(0, 0, pairs), mine_R.narrow(0, pairs, pairs),
                                          margin_P.index_select(0, part.rows_R.narrow(0, 0, pairs)), 0.01, 6 })
                .loss;
        }) <= 1e-6);
        QVERIFY(changeOfGradient(reward_R, false, [&](const Tensor& all_R, const RowPart& part) {
            return pointwiseRewardLoss(
                all_R.index_select(0, part.rows_R), grade_R.index_select(0, part.rows_R), double(kBatch.rows()))
                .loss;
        }) <= 1e-6);
        const Tensor scores_N2 = random.uniform({ kBatch.tokens(), 2 }, -2, 2, at::kFloat),
                     labels_N = random.uniform({ kBatch.tokens() }, 0, 2, at::kFloat).to(at::kLong);
        QVERIFY(changeOfGradient(scores_N2, false, [&](const Tensor& all_N2, const RowPart& part) {
            return processRewardLoss(
                all_N2.index_select(0, part.tokens_N), labels_N.index_select(0, part.tokens_N), double(kBatch.tokens()))
                .loss;
        }) <= 1e-6);
        const Numbers n = numbers();
        QVERIFY(changeOfGradient(n.logp_N, false, [&](const Tensor& logp_N, const RowPart& part) {
            return primeModelLoss({ logp_N.index_select(0, part.tokens_N), n.ref_N.index_select(0, part.tokens_N),
                                      part.row_N, grade_R.index_select(0, part.rows_R).round(), double(kBatch.rows()) },
                {})
                .loss;
        }) <= 1e-6);
    }

    /// Rows of a padded batch, wherever their padding is, are the packed rows: what stands there does not matter.
    void padding()
    {
        const Numbers n = numbers();
        const Tensor packed_N = gradientOverParts(n.logp_N, kBatch.parts(6, true), dpo(n, {})).gradient;
        const int64_t width = 9;
        std::vector<int64_t> cells; // of the padded batch, in packed order
        for (int64_t row = 0; row < kBatch.rows(); ++row)
            for (int64_t t = 0; t < kBatch.tokensOf(row, row + 1); ++t) // even rows are padded on the left
                cells.push_back(row * width + (row % 2 == 0 ? width - kBatch.tokensOf(row, row + 1) + t : t));
        const Tensor cells_N = at::tensor(cells, at::kLong);
        TestNumbers random(8);
        for (const double padding : { -1.0, -500.0 }) {
            const Tensor padded
                = random.uniform({ kBatch.rows() * width }, padding, 0, at::kFloat).index_copy(0, cells_N, n.logp_N);
            const PartsGradient out
                = gradientOverParts(padded, kBatch.parts(6, true), [&](const Tensor& leaf, const RowPart& part) {
                      return dpo(n, {})(leaf.index_select(0, cells_N), part);
                  });
            QVERIFY(largestDifference(out.gradient.index_select(0, cells_N), packed_N) <= 1e-6);
            QVERIFY(std::abs(total(out.gradient) - total(packed_N)) <= 1e-6);
        }
    }
};

QTEST_GUILESS_MAIN(TestPreferenceMicroBatches)
#include "tst_preference_micro_batches.moc"
