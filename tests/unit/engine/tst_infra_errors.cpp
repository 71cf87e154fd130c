// Completions that could not be judged are counted, and said when they are more than one in twenty.

#include "core/engine/infra_errors.h"

#include <QTest>

using namespace aha;

namespace {

std::vector<CompletionScorer::Scored> scored(int failed, int all)
{
    std::vector<CompletionScorer::Scored> step(static_cast<size_t>(all));
    for (int i = 0; i < failed; ++i) {
        Judgement& judgement = step[size_t(2 * i + 1)].judgement;
        judgement.verdict = Verdict::InfraError;
        judgement.reason = i == 0 ? "sandbox_failed" : "bad_item";
        judgement.explanation = i == 0 ? "No process could be started." : "";
    }
    return step;
}

} // namespace

class TestInfraErrors : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void quietUpToAShare()
    {
        QCOMPARE(infraErrorShare(scored(0, 40)), 0.0);
        QVERIFY(!infraErrorWarning(scored(0, 40), 1));
        QCOMPARE(infraErrorShare(scored(2, 40)), 0.05);
        QVERIFY(!infraErrorWarning(scored(2, 40), 1));
        QVERIFY(!infraErrorWarning({}, 1));
    }

    void namesShareAndFirstReason()
    {
        const std::optional<std::string> warning = infraErrorWarning(scored(3, 40), 17);
        QVERIFY(warning.has_value());
        const QString words = QString::fromStdString(*warning);
        for (const char* each : { "Step 17", "7.5 %", "sandbox_failed", "No process could be started." })
            QVERIFY2(words.contains(each), qPrintable(words));
        QVERIFY(!words.contains("bad_item"));
    }

    /// A wrong answer, or one that ran out of time, is no failure of ours.
    void othersDoNotCount()
    {
        std::vector<CompletionScorer::Scored> step(4);
        step[0].judgement.verdict = Verdict::Wrong;
        step[1].judgement.verdict = Verdict::Malformed;
        step[2].judgement.verdict = Verdict::Correct;
        QCOMPARE(infraErrorShare(step), 0.0);
    }
};

QTEST_GUILESS_MAIN(TestInfraErrors)
#include "tst_infra_errors.moc"
