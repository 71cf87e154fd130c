// Verdicts on the golden rows: bar p99 <= 5 ms; texts of 1 MiB made to cost: bar 50 ms. Baselines: none.

#include "tests/bench/window/figure.h"

#include "core/tasks/math/math_answer.h"
#include "tests/support/golden.h"

#include <QtTest>

using namespace aha;

namespace {

double threadSeconds()
{
    timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return double(now.tv_sec) + 1e-9 * double(now.tv_nsec);
}

std::string repeated(const std::string& text)
{
    std::string all;
    while (all.size() + text.size() <= math::kMaxText)
        all += text;
    return all;
}

} // namespace

class BenchMath : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void goldenRows()
    {
        struct Row {
            std::string gold, prediction;
        };
        std::vector<Row> rows;
        size_t agreed = 0;
        for (const golden::Json& row : golden::rows(QStringLiteral("rewards/math_verify.jsonl"))) {
            rows.push_back({ row["gold"], row["prediction"] });
            const Judgement one = judgeMath(rows.back().gold, rows.back().prediction, Extraction::Open);
            agreed += (one.verdict == Verdict::Correct) == row["verdict"].get<bool>();
        }
        QVERIFY(double(agreed) >= 0.98 * double(rows.size())); // what is fast must be right
        constexpr int kRounds = 20;
        std::vector<double> times;
        const double start = threadSeconds();
        for (int round = 0; round < kRounds; ++round)
            for (const Row& row : rows) {
                const double begin = threadSeconds();
                judgeMath(row.gold, row.prediction, Extraction::Open);
                times.push_back(1e3 * (threadSeconds() - begin));
            }
        const double total = threadSeconds() - start;
        std::sort(times.begin(), times.end());
        const double none = std::nan("");
        bool ok = bench::report({ "math_verdict_p50", times[times.size() / 2], "ms", none, 1 });
        ok = bench::report({ "math_verdict_p99", times[times.size() * 99 / 100], "ms", none, 5 }) && ok;
        ok = bench::report({ "math_verdicts", double(times.size()) / total, "1/s", none, 1000, true }) && ok;
        QVERIFY(ok);
    }

    void hostileTexts()
    {
        double worst = 0;
        for (const char* part : { "$5$, ", "\\(", "\\[\n", "$5\n", "answer ", "final answer is ", "1 ", "1+", "\\", "{",
                 "\\frac{1}{2}", "\\boxed{", "\\boxed{5} ", "x=1 or ", "#### 5\n", "</think>" }) {
            const std::string text = repeated(part);
            const double begin = threadSeconds();
            judgeMath("$x^2+\\sin x$", text, Extraction::Open);
            worst = std::max(worst, 1e3 * (threadSeconds() - begin));
        }
        std::string sines = "\\boxed{";
        while (sines.size() < math::kMaxExpression - 20)
            sines += "\\sin(1)+";
        const double begin = threadSeconds();
        judgeMath("$x^2+\\sin x$", sines + "1}", Extraction::Open);
        worst = std::max(worst, 1e3 * (threadSeconds() - begin));
        QVERIFY(bench::report({ "math_verdict_worst", worst, "ms", std::nan(""), 50 }));
    }
};

QTEST_GUILESS_MAIN(BenchMath)
#include "bench_math.moc"
