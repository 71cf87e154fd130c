// Completions that look as if a reward was fooled: which marks they get, and in which order they stand.

#include "core/trace/suspicion.h"

#include <QtTest>

#include <cmath>

using namespace aha;

namespace {

std::vector<std::string> honest(int n)
{
    std::vector<std::string> texts;
    for (int i = 0; i < n; ++i)
        texts.push_back("<think> 5 + 9 = 14 , " + std::string(size_t(i), 'x')
            + " yes </think> <answer> 5 + 9 </answer>"); // no two are alike
    return texts;
}

QString marks(const Suspicion& one)
{
    QStringList words;
    for (const std::string& mark : one.marks)
        words << QString::fromStdString(mark);
    return words.join(", ");
}

} // namespace

class TestSuspicion : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theHackStandsFirst()
    {
        std::vector<std::string> texts = honest(20);
        texts.push_back("<think> </think> <answer> 1 + 2 </answer> <answer> 1 + 2 </answer>");
        texts.push_back("<think>\n</think> <answer> 31 + 2 </answer><answer> 1 + 25 </answer>");
        texts.push_back("<think> </think> <answer> 4 + 7 </answer> <answer> 4 + 7 </answer>");
        texts.push_back("<think> a thought of its own </think> <answer> 9 </answer>");
        std::vector<SuspectText> pool;
        for (size_t i = 0; i < texts.size(); ++i)
            pool.push_back({ texts[i], i < 20 ? 60 + int(i) : i == 23 ? 70 : 21, 1.1 });
        pool[22].reward = 1.2;
        pool[23].otherwise = "wrong"; // what the verifier says outweighs every odd form
        const std::vector<Suspicion> ranked = rankSuspects(pool);
        QCOMPARE(ranked.size(), pool.size());
        QCOMPARE(ranked[0].index, size_t(23));
        QCOMPARE(marks(ranked[0]), QString("judged now: wrong"));
        QCOMPARE(ranked[1].index, size_t(22)); // the better paid of equals
        QCOMPARE(marks(ranked[1]), QString("no thought, 2 answers, template of 3, short"));
        QCOMPARE(ranked[2].index, size_t(20));
        QCOMPARE(ranked[3].index, size_t(21)); // white space and numbers do not hide a template
        QCOMPARE(ranked[4].weight, 0);
        QCOMPARE(ranked[4].index, size_t(0)); // the rest as given
    }

    void honestFormsHaveNoMarks()
    {
        // Without tags nothing is missing; nobody is short where all are; NaN stands last among equals.
        const std::vector<std::string> texts { "a plain answer", "another one", "the third of them" };
        const std::vector<Suspicion> ranked
            = rankSuspects({ { texts[0], 10, std::nan("") }, { texts[1], 10, 1 }, { texts[2], 10, 1 } });
        for (const Suspicion& one : ranked)
            QVERIFY2(one.marks.empty(), qPrintable(marks(one)));
        QCOMPARE(ranked.back().index, size_t(0));
        QVERIFY(rankSuspects({}).empty());
    }

    void aCutThoughtIsNone()
    {
        // Cut off before </think>: it has no answer, which where others have one is a mark, but it did think.
        const std::vector<std::string> texts { honest(3)[0], honest(3)[1], honest(3)[2], "<think> " };
        std::vector<SuspectText> pool;
        for (const std::string& text : texts)
            pool.push_back({ text, 10, 1 });
        QCOMPARE(marks(rankSuspects(pool)[0]), QString("no answer tag"));
    }
};

QTEST_APPLESS_MAIN(TestSuspicion)
#include "tst_suspicion.moc"
