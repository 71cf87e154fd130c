// The verifier of mathematical answers against math-verify's verdicts: 98 % of any file, and on the rows that come with
// this project exactly the disagreements that core/tasks/math/README.md gives reasons for.

#include "core/tasks/math/math_answer.h"
#include "tests/support/golden.h"

#include <QtTest>

using namespace aha;
using golden::Json;

namespace {

const QString kFile = QStringLiteral("rewards/math_verify.jsonl");

Judgement judged(const Json& row)
{
    return judgeMath(row["gold"].get<std::string>(), row["prediction"].get<std::string>(), Extraction::Open);
}
bool agrees(const Json& row) { return (judged(row).verdict == Verdict::Correct) == row["verdict"].get<bool>(); }

/// id, what math-verify says; ours is the other.
struct Disagreement {
    int id;
    bool theirs;
};
const Disagreement kKnown[] = {
    { 96, true }, { 163, true }, // "the answer is not 23"
    { 267, true }, { 298, true }, { 791, true }, // 14 km for 14 cm
    { 483, true }, // 25 % for 0.25
    { 138, false }, { 538, false }, // 4√3
    { 185, false }, { 368, false }, { 427, false }, // 3 + 4i
    { 251, false }, // "The answer is 7/5."
    { 771, false }, // "The answer is C"
};

} // namespace

class TestGoldenMath : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void agreement()
    {
        const std::vector<Json> rows = golden::rows(kFile);
        QVERIFY2(rows.size() >= 100, "no rows");
        size_t agreed = 0;
        for (const Json& row : rows)
            agreed += agrees(row);
        QVERIFY2(double(agreed) >= 0.98 * double(rows.size()),
            qPrintable(QStringLiteral("%1 of %2 verdicts agree").arg(agreed).arg(rows.size())));
    }

    void knownDisagreements()
    {
        QFile file(QStringLiteral(AHASCOPE_TEST_FIXTURES "/golden/") + kFile);
        QVERIFY(file.open(QIODevice::ReadOnly));
        std::map<int, bool> found;
        for (const QByteArray& line : file.readAll().split('\n')) {
            if (line.trimmed().isEmpty())
                continue;
            const Json row = Json::parse(line.begin(), line.end());
            if (!agrees(row))
                found[row["id"].get<int>()] = row["verdict"].get<bool>();
        }
        std::map<int, bool> known;
        for (const Disagreement& one : kKnown)
            known[one.id] = one.theirs;
        for (const auto& [id, theirs] : found)
            QVERIFY2(
                known.count(id) && known[id] == theirs, qPrintable(QStringLiteral("row %1 is not listed").arg(id)));
        QCOMPARE(found.size(), known.size());
    }

    /// Every judgement explains itself, and its place is one of the text.
    void judgements()
    {
        for (const Json& row : golden::rows(kFile)) {
            const Judgement one = judged(row);
            QVERIFY(!one.reason.empty() && !one.explanation.empty());
            QVERIFY(one.begin <= one.end && one.end <= row["prediction"].get<std::string>().size());
            QCOMPARE(one.accuracy, one.verdict == Verdict::Correct ? 1.0 : 0.0);
            if (one.verdict == Verdict::Correct || one.verdict == Verdict::Wrong)
                QVERIFY(one.begin < one.end && !one.normalForm.empty());
        }
    }
};

QTEST_GUILESS_MAIN(TestGoldenMath)
#include "tst_golden_math.moc"
