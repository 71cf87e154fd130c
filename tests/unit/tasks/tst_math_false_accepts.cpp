// Random wrong mathematical answers, near misses among them: none may be accepted; and as many right ones: none
// refused.

#include "core/base/rng.h"
#include "core/tasks/math/math_answer.h"
#include "tests/support/math_answers.h"

#include <QtTest>

using namespace aha;

class TestMathFalseAccepts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void wrongAndRight_data()
    {
        QTest::addColumn<int>("seed"); // ten parts: QtTest bounds the time of each
        for (int seed = 1; seed <= 10; ++seed)
            QTest::addRow("seed %d", seed) << seed;
    }
    void wrongAndRight()
    {
        QFETCH(int, seed);
        Rng rng(uint64_t(seed), Purpose::Corpus);
        support::MathCases cases(rng);
        int accepted = 0, refused = 0, unread = 0;
        for (int i = 0; i < AHASCOPE_TRIALS / 10; ++i) {
            const support::MathCase one = cases.draw();
            const auto text = [&](const std::string& answer) {
                return rng.below(2) ? "So it is \\boxed{" + answer + "}." : "The answer is $" + answer + "$.";
            };
            const std::string wrong = text(one.wrong), right = text(one.right);
            const Judgement no = judgeMath("$" + one.gold + "$", wrong, Extraction::Open);
            if (no.accuracy != 0 && ++accepted < 10)
                qWarning("%s accepted for %s", wrong.c_str(), one.gold.c_str());
            if (no.verdict != Verdict::Wrong && no.accuracy == 0 && ++unread < 10)
                qWarning("%s not read: %s", wrong.c_str(), no.explanation.c_str());
            const Judgement yes = judgeMath("$" + one.gold + "$", right, Extraction::Open);
            if (yes.accuracy != 1 && ++refused < 10)
                qWarning("%s refused for %s: %s", right.c_str(), one.gold.c_str(), yes.explanation.c_str());
        }
        QCOMPARE(accepted, 0);
        QCOMPARE(refused, 0);
        QCOMPARE(unread, 0);
    }
};

QTEST_GUILESS_MAIN(TestMathFalseAccepts)
#include "tst_math_false_accepts.moc"
