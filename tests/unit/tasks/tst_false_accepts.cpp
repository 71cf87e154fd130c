// 10^6 random wrong answers: none may be accepted; and as many right ones: none refused.

#include "core/base/rng.h"
#include "core/tasks/countdown.h"
#include "tests/support/countdown_solver.h"

#include <QtTest>

using namespace aha;

class TestFalseAccepts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void wrongAndRight()
    {
        constexpr int kTrials = 1'000'000;
        Rng rng(1, Purpose::Corpus);
        const auto below = [&](uint64_t n) { return rng.below(n); };
        int wrong = 0, accepted = 0, right = 0, refused = 0;
        while (wrong < kTrials) {
            std::vector<int64_t> numbers(2 + size_t(rng.below(4)));
            for (int64_t& number : numbers)
                number = rng.between(1, 20);
            std::vector<int64_t> leaves = numbers;
            for (size_t i = leaves.size(); i > 1; --i)
                std::swap(leaves[i - 1], leaves[size_t(rng.below(i))]);
            const support::Expression e = support::randomExpression(leaves, below);
            const auto judged = [&](const std::string& answer, const std::vector<int64_t>& given, int64_t target) {
                return judgeCountdown({ given, target }, "</think><answer>" + answer + "</answer>").verdict
                    == Verdict::Correct;
            };
            if (right < kTrials) {
                ++right;
                refused += !judged(e.text, numbers, e.value);
            }
            // Wrong in one way each: the target, a number, one more, one less, a broken text.
            std::string text = e.text;
            std::vector<int64_t> given = numbers;
            int64_t target = e.value;
            switch (rng.below(6)) {
            case 0:
                target += rng.between(1, 50) * (rng.below(2) ? 1 : -1);
                break;
            case 1:
                given[size_t(rng.below(given.size()))] += rng.between(1, 9);
                break;
            case 2:
                given.push_back(rng.between(1, 20));
                break;
            case 3:
                given.pop_back();
                break;
            case 4:
                text += "*2/2";
                break; // the same value with numbers nobody gave
            default:
                text.insert(size_t(rng.below(text.size() + 1)), 1, ".,=^%x"[rng.below(6)]);
                break;
            }
            ++wrong;
            accepted += judged(text, given, target);
        }
        QCOMPARE(accepted, 0);
        QCOMPARE(refused, 0);
    }
};

QTEST_GUILESS_MAIN(TestFalseAccepts)
#include "tst_false_accepts.moc"
