// When a team of threads stops sharing passes, and when it tries again.

#include "core/rollout/team.h"

#include <QtTest>

using namespace aha;

namespace {
int aloneFor(TeamPace& pace)
{
    int passes = 0;
    while (pace.alone())
        ++passes;
    return passes;
}
} // namespace

class TestTeam : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aTeamThatKeepsPaceStaysTogether()
    {
        TeamPace pace(2);
        for (int i = 0; i < 100; ++i) {
            pace.passed(0.010, 0.004); // alone it would take 0.012
            QVERIFY(!pace.alone());
        }
    }

    void slowPassesRestItForDoublingStretches()
    {
        TeamPace pace(2);
        for (int i = 0; i < 2; ++i) {
            pace.passed(0.010, 0.006); // alone: 0.008
            QVERIFY2(!pace.alone(), "one or two slow passes may be chance");
        }
        pace.passed(0.010, 0.006);
        const int first = aloneFor(pace);
        QVERIFY(first > 0);
        pace.passed(0.010, 0.006); // still contended: no patience this time
        QCOMPARE(aloneFor(pace), 2 * first);
        int longest = 0;
        for (int i = 0; i < 20; ++i) {
            pace.passed(0.010, 0.006);
            longest = aloneFor(pace);
        }
        QVERIFY2(longest > 2 * first && longest <= 1000, "the stretch is bounded: the cores may be free again");
        pace.passed(0.010, 0.001);
        QCOMPARE(aloneFor(pace), 0);
        for (int i = 0; i < 3; ++i)
            pace.passed(0.010, 0.006);
        QCOMPARE(aloneFor(pace), first);
    }

    void oneSlowPassBetweenGoodOnesChangesNothing()
    {
        TeamPace pace(4);
        for (int i = 0; i < 30; ++i) {
            pace.passed(0.010, i % 3 == 2 ? 0.001 : 0.009);
            QVERIFY(!pace.alone());
        }
    }
};

QTEST_GUILESS_MAIN(TestTeam)
#include "tst_team.moc"
