// What must be true of every run, shown on tiny ones.

#include "tests/support/engine_process.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <set>

using namespace aha;
using support::engine;
using support::Outcome;
using Json = nlohmann::json;

namespace {

/// The numbers in any order, and the target.
std::vector<int64_t> keyOf(const std::string& itemJson)
{
    const Json item = Json::parse(itemJson);
    std::vector<int64_t> key = item["numbers"];
    std::sort(key.begin(), key.end());
    key.push_back(item["target"]);
    return key;
}

} // namespace

class TestRunInvariants : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_reference = m_folder.filePath("reference");
        const Outcome o = engine(support::tinyRun(m_reference, kSteps,
            { "prompts_per_step=4", "num_generations=4", "checkpoint.every_steps=1", "checkpoint.keep=100" }));
        QVERIFY2(o.status == 0, o.error.constData());
        m_fingerprint = support::fingerprint(m_reference);
    }

    void resumedAtEveryStep_data()
    {
        QTest::addColumn<int>("step");
        for (int k = 0; k <= kSteps; ++k)
            QTest::addRow("after step %d", k) << k;
    }
    void resumedAtEveryStep() // killed at the commit of step k + 1: k is the last that stands
    {
        QFETCH(int, step);
        const QString run = m_folder.filePath(QString("cut-%1").arg(step));
        const QStringList arguments = support::tinyRun(run, kSteps,
            { "prompts_per_step=4", "num_generations=4", "checkpoint.every_steps=1", "checkpoint.keep=100" });
        const Outcome first = engine(arguments, {}, { QString("AHASCOPE_FAULT=commit:%1").arg(step + 1) });
        QCOMPARE(first.status, step < kSteps ? -1 : 0);
        QCOMPARE(*orThrow(RunReader::open(run.toStdString()))->lastStep(), step == 0 ? int64_t(-1) : int64_t(step));
        const Outcome second = engine({ "resume", run });
        QVERIFY2(second.status == 0, second.error.constData());
        QCOMPARE(second.lines().size(), size_t(kSteps - step)); // nothing is computed twice
        const QByteArray got = support::fingerprint(run);
        QVERIFY2(got == m_fingerprint, support::firstDifference(got, m_fingerprint).constData());
    }

    void samplesDoNotDependOnThreads() // the update's sums may; what is sampled from equal weights must not
    {
        const QString run = m_folder.filePath("threads");
        QCOMPARE(
            engine(support::tinyRun(run, 1, { "prompts_per_step=4", "num_generations=4", "threads=1" })).status, 0);
        QCOMPARE(tokensOf(run, 1), tokensOf(m_reference, 1));
        const QString three = m_folder.filePath("three");
        QCOMPARE(
            engine(support::tinyRun(three, 1, { "prompts_per_step=4", "num_generations=4", "threads=3" })).status, 0);
        QCOMPARE(tokensOf(three, 1), tokensOf(m_reference, 1));
    }

    void samplesDoNotDependOnTheBatch() // the first prompts and samples of a larger batch are those of a smaller one
    {
        const QString run = m_folder.filePath("batch");
        QCOMPARE(engine(support::tinyRun(run, 1, { "prompts_per_step=2", "num_generations=8" })).status, 0);
        const auto wide = tokensOf(run, 1), square = tokensOf(m_reference, 1);
        for (int group = 0; group < 2; ++group)
            for (int sample = 0; sample < 4; ++sample)
                QCOMPARE(wide.at({ group, sample }), square.at({ group, sample }));
    }

    void advantagesOfAGroupCancel()
    {
        const auto reader = orThrow(RunReader::open(m_reference.toStdString()));
        int mixed = 0;
        for (int64_t step = 1; step <= kSteps; ++step)
            for (const GroupRow& group : orThrow(reader->groups(step))) {
                double sum = 0, largest = 0;
                for (const CompletionRow& c : orThrow(reader->completions(group.id))) {
                    sum += c.advantage;
                    largest = std::max(largest, std::abs(c.advantage));
                }
                QVERIFY2(std::abs(sum) < 1e-9, qPrintable(QString::number(sum)));
                QCOMPARE(group.zeroVariance, largest == 0);
                mixed += !group.zeroVariance;
            }
        QVERIFY2(mixed > 0, "no group with different rewards: the run shows nothing");
    }

    void trainingAndHeldOutNeverMeet()
    {
        const auto reader = orThrow(RunReader::open(m_reference.toStdString()));
        std::set<std::vector<int64_t>> heldOut;
        for (const EvaluationRow& e : orThrow(reader->evaluations()))
            for (const EvaluationProblemRow& row : orThrow(reader->evaluationProblems(e.id)))
                heldOut.insert(keyOf(row.prompt.itemJson));
        QVERIFY(heldOut.size() >= 4);
        for (int64_t step = 1; step <= kSteps; ++step)
            for (const GroupRow& group : orThrow(reader->groups(step)))
                QVERIFY(!heldOut.count(keyOf(group.prompt.itemJson)));
    }

    void metricsAreFiniteOrNull()
    {
        const auto reader = orThrow(RunReader::open(m_reference.toStdString()));
        const std::vector<std::string> names = *reader->metricNames();
        QVERIFY(names.size() > 30);
        for (const std::string& name : names) {
            const std::vector<SeriesPoint> points = *reader->series(name);
            QCOMPARE(points.size(), size_t(kSteps)); // every step has every metric
            for (const SeriesPoint& p : points)
                QVERIFY2(std::isfinite(p.value) || std::isnan(p.value), name.c_str());
        }
    }

    void storedDetailFitsItsText()
    {
        const auto reader = orThrow(RunReader::open(m_reference.toStdString()));
        int checked = 0;
        for (const TraceHit& hit : orThrow(reader->search({}, TraceOrder::Oldest, 1000, 0))) {
            const CompletionRow row = *reader->completionText(hit.completion.id);
            const std::optional<TokenDetail> detail = *reader->tokenDetail(hit.completion.id);
            QVERIFY(detail); // token_detail_share=1
            QCOMPARE(detail->logprob.size(), row.tokenIds.size());
            QCOMPARE(int(row.tokenIds.size()), hit.completion.tokens);
            QCOMPARE(size_t(detail->tokenEnds.back()), row.text.size());
            for (size_t i = 0; i < detail->logprob.size(); ++i) {
                QVERIFY(detail->logprob[i] <= 1e-5f && std::isfinite(detail->logprob[i]) && detail->entropy[i] >= -1e-5f
                    && std::isfinite(detail->entropy[i]));
                QVERIFY(i == 0 || detail->tokenEnds[i] >= detail->tokenEnds[i - 1]);
            }
            ++checked;
        }
        QCOMPARE(checked, kSteps * 16);
    }

private:
    static std::map<std::pair<int, int>, std::vector<int32_t>> tokensOf(const QString& run, int64_t step)
    {
        std::map<std::pair<int, int>, std::vector<int32_t>> tokens;
        const auto reader = orThrow(RunReader::open(run.toStdString()));
        for (const GroupRow& group : orThrow(reader->groups(step)))
            for (const CompletionRow& c : orThrow(reader->completions(group.id)))
                tokens[{ group.position, c.position }] = reader->completionText(c.id)->tokenIds;
        return tokens;
    }

    static constexpr int kSteps = 5;
    QTemporaryDir m_folder;
    QString m_reference;
    QByteArray m_fingerprint;
};

QTEST_GUILESS_MAIN(TestRunInvariants)
#include "tst_run_invariants.moc"
