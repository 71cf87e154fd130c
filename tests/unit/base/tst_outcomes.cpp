// What becomes of a problem over the evaluations, and the matrix that says so.

#include "core/base/outcomes.h"
#include "core/base/paired_tests.h"

#include <QtTest>

using namespace aha;

namespace {

OutcomeClass classOf(const char* marks, int strays)
{
    std::vector<Majority> evaluations;
    for (const char* c = marks; *c; ++c)
        evaluations.push_back(*c == '1' ? Majority::Right : *c == '0' ? Majority::Wrong : Majority::Even);
    return outcomeClass(evaluations, strays);
}

} // namespace

class TestOutcomes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void classes()
    {
        QCOMPARE(classOf("", 0), OutcomeClass::Never);
        QCOMPARE(classOf("0", 0), OutcomeClass::Never);
        QCOMPARE(classOf("1", 0), OutcomeClass::Solved);
        QCOMPARE(classOf("0000", 0), OutcomeClass::Never);
        QCOMPARE(classOf("1111", 0), OutcomeClass::Solved);
        QCOMPARE(classOf("0001", 0), OutcomeClass::Learned);
        QCOMPARE(classOf("0111", 0), OutcomeClass::Learned);
        QCOMPARE(classOf("1000", 0), OutcomeClass::Forgotten);
        QCOMPARE(classOf("1110", 0), OutcomeClass::Forgotten);
        QCOMPARE(classOf("0100", 0), OutcomeClass::Unstable);
        QCOMPARE(classOf("0101", 0), OutcomeClass::Unstable);
    }

    void halfRightIsNeither()
    {
        QCOMPARE(majorityOf(1, 2), Majority::Even);
        QCOMPARE(majorityOf(2, 3), Majority::Right);
        QCOMPARE(majorityOf(1, 3), Majority::Wrong);
        QCOMPARE(majorityOf(0, 1), Majority::Wrong);
        QCOMPARE(classOf("=", 0), OutcomeClass::Unstable);
        QCOMPARE(classOf("==", 0), OutcomeClass::Unstable); // 1 of 2 twice is not "mostly right"
        QCOMPARE(classOf("=1", 0), OutcomeClass::Unstable);
        QCOMPARE(classOf("0=", 0), OutcomeClass::Unstable);
        QCOMPARE(classOf("1=1", 0), OutcomeClass::Unstable);
        QCOMPARE(classOf("0=1", 0), OutcomeClass::Learned); // on the way
        QCOMPARE(classOf("00==11", 0), OutcomeClass::Learned);
        QCOMPARE(classOf("1=0", 0), OutcomeClass::Forgotten);
        QCOMPARE(classOf("=01", 0), OutcomeClass::Unstable);
        QCOMPARE(classOf("01=", 0), OutcomeClass::Unstable);
        QCOMPARE(classOf("1111=", 1), OutcomeClass::Solved); // one in five may contradict, half right, too
        QCOMPARE(classOf("=0000", 1), OutcomeClass::Never);
    }

    void strayEvaluationsAreForgiven()
    {
        QCOMPARE(strayEvaluations(4), 0);
        QCOMPARE(strayEvaluations(5), 1);
        QCOMPARE(strayEvaluations(11), 2);
        QCOMPARE(classOf("00100", 1), OutcomeClass::Never);
        QCOMPARE(classOf("11011", 1), OutcomeClass::Solved);
        QCOMPARE(classOf("001011", 1), OutcomeClass::Learned); // one contradiction; never and solved have three
        QCOMPARE(classOf("110100", 1), OutcomeClass::Forgotten);
        QCOMPARE(classOf("010101", 1), OutcomeClass::Unstable);
        QCOMPARE(classOf("01", 1), OutcomeClass::Learned); // fewest contradictions first: none
    }

    void matrix()
    {
        const std::vector<OutcomeColumn> columns {
            { 4, { { "p", 0 }, { "q", 4 }, { "r", 2 }, { "twin", 0 }, { "twin", 4 } } },
            { 1, { { "q", 1 }, { "p", 1 } } }, // fewer problems, other order, one sample
            { 2, { { "p", 1 }, { "q", 0 }, { "r", 0 }, { "new", 2 }, { "twin", 2 }, { "twin", 2 } } },
        };
        const OutcomeMatrix m = outcomeMatrix(columns, true);
        QCOMPARE(m.samples, (std::vector<int> { 4, 1, 2 }));
        QCOMPARE(m.rows.size(), size_t(6));
        QCOMPARE(m.rows[0].problem, std::string("p"));
        QCOMPARE(m.rows[0].outcome, OutcomeClass::Unstable); // wrong, right, half of two
        QCOMPARE(m.rows[0].first, 0.0);
        QCOMPARE(m.rows[0].last, 0.5);
        QCOMPARE(m.rows[0].cells[1].right, 1);
        QCOMPARE(m.rows[0].cells[1].position, 1);
        QCOMPARE(m.rows[1].outcome, OutcomeClass::Forgotten);
        QCOMPARE(m.rows[2].outcome, OutcomeClass::Unstable); // half, not asked, wrong
        QCOMPARE(m.rows[2].cells[1].right, -1);
        QCOMPARE(m.rows[3].outcome, OutcomeClass::Learned); // equal texts are kept apart
        QCOMPARE(m.rows[4].outcome, OutcomeClass::Solved);
        QCOMPARE(m.rows[5].problem, std::string("new"));
        QCOMPARE(m.counts, (std::array<int, kOutcomeClasses> { 2, 1, 1, 2, 0 }));
    }

    /// Across models, gained and lost are what the paired comparison of the first with the last counts, whatever the
    /// columns between them are; right in all and in none need every column.
    void acrossModelsTheEndsCount()
    {
        std::vector<OutcomeColumn> columns;
        for (const int right : { 1, 1, 0, 1, 1 })
            columns.push_back({ 1, { { "p", right } } });
        QCOMPARE(outcomeMatrix(columns, true).rows[0].outcome, OutcomeClass::Solved); // one stray of five
        QCOMPARE(outcomeMatrix(columns, false).rows[0].outcome, OutcomeClass::Unstable);
        QVERIFY(outcomeMatrix({}, true).rows.empty() && outcomeMatrix({}, false).rows.empty());
        const std::vector<OutcomeColumn> four {
            { 2, { { "a", 0 }, { "b", 2 }, { "c", 2 }, { "d", 0 }, { "e", 1 }, { "f", 2 } } },
            { 2, { { "a", 1 }, { "b", 0 }, { "c", 2 }, { "d", 0 }, { "e", 2 }, { "f", 2 } } },
            { 2, { { "a", 0 }, { "b", 2 }, { "c", 2 }, { "d", 0 }, { "e", 2 }, { "f", 0 } } },
            { 2, { { "a", 2 }, { "b", 0 }, { "c", 2 }, { "d", 0 }, { "e", 2 } } },
        };
        const OutcomeMatrix m = outcomeMatrix(four, false);
        QCOMPARE(m.rows[0].outcome, OutcomeClass::Learned);
        QCOMPARE(m.rows[1].outcome, OutcomeClass::Forgotten);
        QCOMPARE(m.rows[2].outcome, OutcomeClass::Solved);
        QCOMPARE(m.rows[3].outcome, OutcomeClass::Never);
        QCOMPARE(m.rows[4].outcome, OutcomeClass::Unstable); // from half
        QCOMPARE(m.rows[5].outcome, OutcomeClass::Unstable); // the last was not asked
        const auto ends = comparePaired(pairedCounts(m, 0, 3), 2, 2, 100, kPairedSeed);
        QVERIFY(ends.has_value());
        QCOMPARE(ends->gained, m.counts[size_t(OutcomeClass::Learned)]);
        QCOMPARE(ends->lost, m.counts[size_t(OutcomeClass::Forgotten)]);
    }
};

QTEST_APPLESS_MAIN(TestOutcomes)
#include "tst_outcomes.moc"
