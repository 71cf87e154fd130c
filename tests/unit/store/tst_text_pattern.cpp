// Regular expressions over every trace: what matches, what is refused, what runs away; and hits step by step.

#include "core/store/hit_counts.h"
#include "core/store/run_reader.h"
#include "core/store/run_writer.h"
#include "core/store/text_pattern.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace aha;

namespace {

const std::string kHostile = std::string(60, 'a') + "!"; // (a|aa)+$ tries some 10^12 ways

TextPattern::Answer ask(const std::string& pattern, const std::string& text)
{
    return orThrow(TextPattern::compile(pattern)).in(text.data(), text.size());
}

} // namespace

class TestTextPattern : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        auto writer = orThrow(RunWriter::create(m_folder.path().toStdString(), "p", "p", "grpo", "{}"));
        for (int64_t step = 1; step <= 4; ++step) {
            StepRow row;
            row.step = step;
            GroupRow group { 0, step, 0, { 0, "p", "countdown", "{}" }, 0, 0, false, {} };
            for (int i = 0; i < 5; ++i) {
                CompletionRow c;
                c.position = i;
                c.tokens = 10 + i;
                c.finishReason = "stop";
                c.verdict = i == 0 ? "correct" : "wrong";
                c.correct = i == 0;
                // In step s the first s completions wait; the last one of step 4 is hostile.
                c.text = step == 4 && i == 4 ? kHostile : i < step ? "so 5 * 9 = 45 wait" : "line one\nline two 等等";
                group.completions.push_back(c);
            }
            row.groups.push_back(group);
            orThrow(writer->commitStep(row));
        }
    }

    void matches_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("wanted");
        const auto row = [](const char* pattern, const char* text, bool wanted) {
            QTest::newRow(pattern) << QString::fromUtf8(text) << wanted;
        };
        row("\\d+ \\* \\d+ = \\d+", "so 5 * 9 = 45", true);
        row("^two$", "one\ntwo\nthree", true); // ends of a line
        row("one.two", "one\ntwo", false); // "." stays in its line
        row("wait", "Wait", false);
        row("(?i)wait", "Wait", true);
        row("^不.$", "不对", true); // a character, not a byte
        row("等{2}", "等等", true);
        row("\\bw", "über", false); // ü is a letter
        row("(\\w+) \\1", "no no", true);
    }
    void matches()
    {
        QFETCH(QString, text);
        QFETCH(bool, wanted);
        QCOMPARE(ask(QByteArray(QTest::currentDataTag()).toStdString(), text.toStdString()),
            wanted ? TextPattern::Answer::Yes : TextPattern::Answer::No);
    }

    void bytesThatAreNoText()
    {
        QCOMPARE(ask("abc", "\xff\xfe abc"), TextPattern::Answer::Yes);
        QCOMPARE(ask("b\\x00c", std::string("ab\0c", 4)), TextPattern::Answer::Yes); // behind a NUL
        QCOMPARE(ask(".", "\xff"), TextPattern::Answer::No);
    }

    void whatIsRefused()
    {
        const auto broken = TextPattern::compile("不(对");
        QVERIFY(!broken);
        QCOMPARE(broken.error().code, std::string("pattern_invalid"));
        QVERIFY2(broken.error().message.find("character 4") != std::string::npos, broken.error().message.c_str());
        QVERIFY(!TextPattern::compile("\\C")); // would cut characters
        QCOMPARE(ask("(a|aa)+$", kHostile), TextPattern::Answer::TooCostly);
        QCOMPARE(ask("(a|aa)+!", kHostile), TextPattern::Answer::Yes); // costly elsewhere, not here
        std::string lost; // 40 kB of one line: what PCRE2's own limits let run for minutes
        while (lost.size() < 40'000)
            lost += "wait ";
        QCOMPARE(ask("(\\b\\w+\\b).*\\b\\1\\b.*[!]{2}", lost + "!"), TextPattern::Answer::TooCostly);
        QCOMPARE(ask("wait $", lost), TextPattern::Answer::Yes);
        QCOMPARE(ask("no wait", lost), TextPattern::Answer::No);
    }

    void searchesOfARun()
    {
        const auto reader = orThrow(RunReader::open(m_folder.path().toStdString()));
        TraceFilter filter;
        filter.isPattern = true;
        filter.text = "\\d = \\d+ w";
        QCOMPARE(orThrow(reader->countHits(filter)), int64_t(1 + 2 + 3 + 4));
        QCOMPARE(orThrow(reader->search(filter, TraceOrder::Longest, 100)).size(), size_t(10));
        filter.stepMin = 3;
        QCOMPARE(orThrow(reader->countHits(filter)), int64_t(7));
        filter = { .text = "\\d = \\d+ w" }; // the same as plain text is nowhere
        QCOMPARE(orThrow(reader->countHits(filter)), int64_t(0));
        filter.isPattern = true;
        filter.text = "(a|aa)+$";
        const auto costly = reader->countHits(filter);
        QVERIFY(!costly);
        QCOMPARE(costly.error().code, std::string("pattern_costly"));
        QVERIFY2(costly.error().sentence().starts_with("The pattern runs away"), costly.error().sentence().c_str());
        filter.text = "(";
        const auto invalid = reader->search(filter, TraceOrder::Newest, 10);
        QVERIFY(!invalid);
        QCOMPARE(invalid.error().code, std::string("pattern_invalid"));
    }

    void hitsStepByStep()
    {
        const auto counter = orThrow(HitCounter::open(m_folder.path().toStdString()));
        TraceFilter filter;
        filter.text = "WAIT";
        auto steps = orThrow(counter->perStep(filter));
        QCOMPARE(steps.size(), size_t(4));
        for (size_t i = 0; i < 4; ++i) {
            QCOMPARE(steps[i].step, int64_t(i + 1));
            QCOMPARE(steps[i].hits, int64_t(i + 1));
            QCOMPARE(steps[i].traces, int64_t(5));
        }
        filter.correct = true;
        filter.text = "等等";
        steps = orThrow(counter->perStep(filter));
        QCOMPARE(steps.size(), size_t(4)); // steps without a hit are there, too
        QCOMPARE(steps[3].hits, int64_t(0));
        filter = {};
        filter.verdict = "wrong";
        QCOMPARE(orThrow(counter->perStep(filter))[2].hits, int64_t(4));
        QCOMPARE(HitCounter::open(m_folder.filePath("nowhere").toStdString()).error().code.empty(), false);
    }

private:
    QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(TestTextPattern)
#include "tst_text_pattern.moc"
