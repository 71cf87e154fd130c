// Which way a metric is better: every name of the table is a metric, and names that are not in it are read.

#include "core/engine/metric_names.h" // names alone
#include "core/store/metric_direction.h"

#include <QTest>

#include <algorithm>
#include <set>

using namespace aha;

class TestMetricDirection : public QObject {
    Q_OBJECT

    static QString word(const char* metric)
    {
        const auto direction = metricDirection(metric);
        return !direction ? "neither" : *direction == MetricDirection::Lower ? "lower" : "higher";
    }

private Q_SLOTS:
    void theTableNamesMetrics()
    {
        std::set<std::string_view> recorded(std::begin(kMetricNames), std::end(kMetricNames)), seen;
        for (const std::string_view name : directedMetrics()) {
            QVERIFY2(
                recorded.count(name), qPrintable("no metric: " + QString::fromUtf8(name.data(), int(name.size()))));
            QVERIFY2(
                seen.insert(name).second, qPrintable("twice: " + QString::fromUtf8(name.data(), int(name.size()))));
        }
    }

    void directions_data()
    {
        QTest::addColumn<QString>("wanted");
        for (const char* name : { "loss", "eval_loss", "kl", "eval_kl", "perf/step_seconds", "perf/resident_mb",
                 "completions/clipped_ratio", "rewards/accuracy/unscored", "critic/value_loss", "val/ppl",
                 "train/policy_loss", "actor/ppo_kl", "timing_seconds/gen" })
            QTest::newRow(name) << "lower";
        for (const char* name : { "reward", "accuracy", "rewards/format/mean", "rewards/mine/mean", "distill/agreement",
                 "perf/rollout_tokens_per_second", "held-out pass@1", "val-core/gsm8k/acc/mean@1", "perf/Throughput",
                 "critic/score/mean" })
            QTest::newRow(name) << "higher";
        for (const char* name : { "entropy", "completions/mean_length", "reward_std", "rewards/format/std",
                 "rewards/format/weight", "num_tokens", "epoch", "learning_rate", "grad_norm", "kl/coef",
                 "reflection/per_response", "eval_accuracy/low", "a_statistic_nobody_knows", "" })
            QTest::newRow(name) << "neither";
    }
    void directions()
    {
        QFETCH(QString, wanted);
        QCOMPARE(word(QTest::currentDataTag()), wanted);
    }
};

QTEST_GUILESS_MAIN(TestMetricDirection)
#include "tst_metric_direction.moc"
