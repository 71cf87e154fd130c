// A solution cut into steps: the same from text and from tokens, and the row that a process reward model reads.

#include "core/engine/solution_steps.h"
#include "tests/unit/sft/byte_tokenizer.h"

#include <QtTest>

using namespace aha;
using Texts = std::vector<std::string>;
using Numbers = std::vector<int64_t>;

class TestSolutionSteps : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void fromText()
    {
        QCOMPARE(solutionSteps("a b\nc\n", "\n"), Texts({ "a b", "c" }));
        QCOMPARE(solutionSteps("\n\na\n \nb", "\n"), Texts({ "a", "b" }));
        QCOMPARE(solutionSteps("one", "\n"), Texts({ "one" }));
        QCOMPARE(solutionSteps("a##b#c##", "##"), Texts({ "a", "b#c" }));
        QVERIFY(solutionSteps(" \n\n", "\n").empty());
    }

    void fromTokensTheSame()
    {
        const ByteTokenizer tokenizer;
        for (const char* text : { "a b\nc\n", "\n\na\n \nb", "one", "", " \n\n", "x\ny\nz" })
            QCOMPARE(sampledSteps(tokenizer, tokenizer.encode(text), "\n").texts, solutionSteps(text, "\n"));
        // A step ends with the last token of its separator, a last one without with the completion.
        const SampledSteps steps = sampledSteps(tokenizer, tokenizer.encode("ab##c##de"), "##");
        QCOMPARE(steps.texts, Texts({ "ab", "c", "de" }));
        QCOMPARE(steps.ends, Numbers({ 3, 6, 8 }));
    }

    void aRowHasALabelOnEachSeparator()
    {
        const ByteTokenizer tokenizer;
        const auto row = [&](bool last, int64_t most) {
            return stepRow(tokenizer, { 2, 9 }, { "ab", "c" }, { true, false }, { "##", last, most });
        };
        std::vector<int32_t> ids { 2, 9 };
        for (const int32_t id : tokenizer.encode("ab##c##"))
            ids.push_back(id);
        QCOMPARE(row(false, 0).ids, ids);
        const int32_t no = kNoLabel;
        QCOMPARE(row(false, 0).labels, (std::vector<int32_t> { no, no, no, no, no, 1, no, no, 0 }));
        QCOMPARE(row(true, 0).labels, (std::vector<int32_t> { no, no, no, no, no, no, no, no, 0 }));
        QCOMPARE(row(false, 6).labels, (std::vector<int32_t> { no, no, no, no, no, 1 }));
    }
};

QTEST_GUILESS_MAIN(TestSolutionSteps)
#include "tst_solution_steps.moc"
