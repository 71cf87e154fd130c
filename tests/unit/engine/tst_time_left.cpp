// The time left of a run agrees with the median of its steps, which the window shows, and with its evaluations.

#include "core/engine/time_left.h"

#include <QtTest>

using namespace aha;

class TestTimeLeft : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_config = {};
        m_config.general.maxSteps = 150;
        m_config.eval.everySteps = 0;
    }

    void nothingIsKnownBeforeAStep() { QCOMPARE(TimeLeft().after(0, m_config), -1.0); }

    void theFirstStepStandsOnlyForItself()
    {
        TimeLeft left;
        left.addStep(24);
        QCOMPARE(left.after(1, m_config), 149 * 24.0);
        left.addStep(4);
        QCOMPARE(left.after(2, m_config), 148 * 4.0);
    }

    /// One step after a resume: it took 24 s with all the loading, and said 57 minutes where 10 were left.
    void aResumedRunKnowsItsPace()
    {
        TimeLeft left;
        left.takeEarlier({ 4.3, 4.6, 4.47, 4.2, 30, NAN, 4.9 });
        QCOMPARE(left.after(7, m_config), 143 * 4.6);
        left.addStep(24);
        QCOMPARE(left.after(8, m_config), 142 * 4.6);
        left.addStep(4.5);
        QCOMPARE(left.after(9, m_config), 141 * 4.5);
    }

    void evaluationsToComeCount()
    {
        m_config.eval.everySteps = 20;
        m_config.eval.problems = 64;
        m_config.eval.samples = 1;
        m_config.eval.finalProblems = 256;
        m_config.eval.finalSamples = 2;
        TimeLeft left;
        left.takeEarlier({ 2, 2, 2 });
        left.addEvaluation(0, 80, m_config); // eight times the work of one in between
        QCOMPARE(left.after(1, m_config), 149 * 2 + 7 * 10 + 80.0); // at 20 to 140, and at the end
        left.addEvaluation(20, 5, m_config);
        left.addEvaluation(20, 7, m_config); // its second part
        QCOMPARE(left.after(20, m_config), 130 * 2 + 6 * 12 + 80.0);
        QCOMPARE(left.after(149, m_config), 2 + 80.0);
        QCOMPARE(left.after(150, m_config), 0.0);
        m_config.general.maxSteps = 160; // the last one is not counted twice
        QCOMPARE(left.after(140, m_config), 20 * 2 + 80.0);
    }

    /// A run that was killed in its first evaluation and resumed the day after said a day where a minute was left; one
    /// that is made afterwards says nothing of it.
    void theFirstEvaluationCountsFromItsOwnSession()
    {
        const auto marker = [](int64_t step, const char* kind, double at) {
            MarkerRow row;
            row.step = step;
            row.kind = kind;
            row.createdAt = at;
            return row;
        };
        const auto evaluation = [](int64_t id, int64_t step, double at) {
            EvaluationRow row;
            row.id = id;
            row.step = step;
            row.createdAt = at;
            return row;
        };
        const std::vector<MarkerRow> markers { marker(0, "start", 1000), marker(0, "resume", 90'000),
            marker(20, "resume", 180'000) };
        QCOMPARE(firstEvaluationSeconds(markers, { evaluation(1, 0, 90'060) }), std::optional(60.0));
        QCOMPARE(firstEvaluationSeconds({ markers[0] }, { evaluation(1, 0, 1030), evaluation(2, 20, 5000) }),
            std::optional(30.0));
        QVERIFY(!firstEvaluationSeconds(markers, { evaluation(2, 0, 170'000), evaluation(1, 10, 91'000) }));
        QVERIFY(!firstEvaluationSeconds(markers, { evaluation(1, 0, 200'000) }));
        QVERIFY(!firstEvaluationSeconds(markers, {}) && !firstEvaluationSeconds({}, { evaluation(1, 0, 5) }));
    }

    /// Completions grow: the newest steps say how it goes on.
    void anOldPaceIsForgotten()
    {
        TimeLeft left;
        left.takeEarlier(std::vector<double>(1000, 1.0));
        left.addStep(9);
        for (int i = 0; i < 60; ++i)
            left.addStep(3);
        QCOMPARE(left.after(149, m_config), 3.0);
    }

private:
    RunConfig m_config;
};

QTEST_GUILESS_MAIN(TestTimeLeft)
#include "tst_time_left.moc"
