// The fingerprint of a step: what it must notice and what it must not (METRICS.md, "Time and memory").

#include "core/store/digest.h"
#include "tests/support/run_rows.h"

#include <QtTest>

#include <functional>

using namespace aha;

class TestDigest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void noticed_data()
    {
        QTest::addColumn<int>("change");
        for (size_t i = 0; i < std::size(kChanges); ++i)
            QTest::newRow(kChanges[i].first) << int(i);
    }
    void noticed()
    {
        QFETCH(int, change);
        StepRow row = support::stepRow(3);
        kChanges[size_t(change)].second(row);
        QVERIFY(digestOf(row) != digestOf(support::stepRow(3)));
    }

    void ignored()
    {
        const std::string want = digestOf(support::stepRow(3));
        QCOMPARE(want.size(), size_t(64));
        StepRow row = support::stepRow(3);
        row.metrics[2].second = 7; // perf/…
        row.metrics.emplace_back("perf/resident_mb", 1.0);
        row.groups[0].completions[0].detail.reset(); // a matter of storage
        row.groups[0].id = row.groups[0].completions[0].id = 9; // given by the database
        row.metrics[1].second = -std::nan("1"); // another NaN
        QCOMPARE(digestOf(row), want);
    }

    void evaluation()
    {
        const std::string want = digestOf(support::evaluationRow(2));
        EvaluationRow row = support::evaluationRow(2);
        row.createdAt = 5;
        QCOMPARE(digestOf(row), want);
        row.rows[0].example += "x";
        QVERIFY(digestOf(row) != want);
        row = support::evaluationRow(2);
        row.pass1 += 1e-16;
        row.rows[1].correct = 1;
        QVERIFY(digestOf(row) != want);
    }

private:
    using Change = std::pair<const char*, void (*)(StepRow&)>;
    static constexpr Change kChanges[] = {
        { "the step", [](StepRow& r) { r.step = 4; } },
        { "a metric's last bit", [](StepRow& r) { r.metrics[0].second = std::nextafter(r.metrics[0].second, 9); } },
        { "minus zero", [](StepRow& r) { r.metrics[0].second = -0.0; } },
        { "a metric's name", [](StepRow& r) { r.metrics[0].first += "x"; } },
        { "a value where NaN was", [](StepRow& r) { r.metrics[1].second = 0; } },
        { "a metric less", [](StepRow& r) { r.metrics.erase(r.metrics.begin()); } },
        { "a token", [](StepRow& r) { r.groups[1].completions[2].tokenIds[1] ^= 1; } },
        { "a token less", [](StepRow& r) { r.groups[1].completions[2].tokenIds.pop_back(); } },
        { "a reward", [](StepRow& r) { r.groups[0].completions[0].reward = 0.1; } },
        { "a reward lost", [](StepRow& r) { r.groups[0].completions[0].reward.reset(); } },
        { "an advantage", [](StepRow& r) { r.groups[0].completions[1].advantage += 1e-12; } },
        { "a finish reason", [](StepRow& r) { r.groups[0].completions[1].finishReason = "length"; } },
        { "a verifier's reason", [](StepRow& r) { r.groups[0].completions[1].reason = "syntax"; } },
        { "a prompt", [](StepRow& r) { r.groups[0].prompt.text += "x"; } },
        { "a problem", [](StepRow& r) { r.groups[0].prompt.itemJson = "{}"; } },
        { "a completion less", [](StepRow& r) { r.groups[1].completions.pop_back(); } },
        { "groups exchanged", [](StepRow& r) { std::swap(r.groups[0], r.groups[1]); } },
    };
};

QTEST_GUILESS_MAIN(TestDigest)
#include "tst_digest.moc"
