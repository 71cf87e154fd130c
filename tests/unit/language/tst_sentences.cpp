// Templates of sentences: what they take and give, that they are whole, and that no text makes them run away.

#include "tests/unit/policy/source_tree.h"
#include "widgets/language/sentences.h"
#include "widgets/language/translation.h"

#include <QRegularExpression>
#include <QtTest>

using namespace aha;

namespace {

QString word(const QString& text) { return text == QLatin1String("wrong") ? QStringLiteral("错") : QString(); }

QSet<int> placeholders(const QString& text)
{
    static const QRegularExpression slot(QStringLiteral("\\{[nkt]?([0-9])\\}"));
    QSet<int> numbers;
    for (auto it = slot.globalMatch(text); it.hasNext();)
        numbers << it.next().captured(1).toInt();
    return numbers;
}

} // namespace

class TestSentences : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void slotsTakeWhatTheyAreFor_data()
    {
        QTest::addColumn<QString>("english");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("parts"); // none: another form
        const auto row = [](const char* english, const char* text, const QStringList& parts) {
            QTest::newRow(text) << QString::fromUtf8(english) << QString::fromUtf8(text) << parts;
        };
        row("A step has {n1} prompts, and the pool only {n2} problems.",
            "A step has 16 prompts, and the pool only 1,024 problems.", { "16", "1,024" });
        row("A step has {n1} prompts.", "A step has many prompts.", {});
        row("A step has {n1} prompts.", "A step has 3 prompts. And more.", {});
        row("{n1} of {n2}", "5 of 6 of 7", {});
        row("{1} of {n2}", "5 of 6 of 7", { "5 of 6", "7" }); // the first place does not fit
        row("{1} is {2}.", "this is that is.", { "this", "that is" });
        row("{k1} is {2}.", "task.level is 7.", { "task.level", "7" });
        row("{k1} is {2}.", "The sky is blue.", {});
        row("{n1} % cut", "97.5 % % cut", { "97.5 %" });
        row("Row {1}", "Row ", {}); // nothing is no part
        row("It must look like {\"general\": {…}, …}.", "It must look like {\"general\": {…}, …}.", {});
        row("about {n1} s", "about 1.2e-05 s", { "1.2e-05" });
        row("{t1}: {2}", "a: b: c", { "a", "b: c" });
    }
    void slotsTakeWhatTheyAreFor()
    {
        QFETCH(QString, english);
        QFETCH(QString, text);
        QFETCH(QStringList, parts);
        QCOMPARE(SentenceTemplate(english, english).taken(text), parts);
    }

    void sentencesAreFoundPieceByPiece()
    {
        const Sentences all(
            { { "A step has {n1} prompts.", "一步有 {1} 个提示。" }, { "Raise it.", "请调高。" },
                { "judged now: {t1}", "现在判定：{1}" }, { "It said: {1}", "它说：{1}" },
                { "{1} has {n2} parts.", "{1} 有 {2} 项。" }, { "{1} has {n2} parts. Really.", "{1} 真有 {2} 项。" } },
            word);
        QCOMPARE(all.translated("A step has 5 prompts. Raise it."), QString("一步有 5 个提示。请调高。"));
        QCOMPARE(all.translated("A step has 5 prompts. What now?"), QString("一步有 5 个提示。What now?"));
        QCOMPARE(all.translated("What now? Raise it."), QString("What now? 请调高。"));
        QCOMPARE(all.translated("Raise it.\n  Raise it.\n"), QString("请调高。\n  请调高。\n"));
        QCOMPARE(all.translated("judged now: wrong"), QString("现在判定：错"));
        QCOMPARE(all.translated("It said: wrong"), QString("它说：wrong")); // another's words stay
        QCOMPARE(all.translated("“a. b” has 3 parts."), QString("“a. b” 有 3 项。"));
        QCOMPARE(all.translated("x has 3 parts. Really."), QString("x 有 3 项。Really."));
        QCOMPARE(all.translated("It said: 1\n2\n3"), QString("它说：1\n2\n3"));
        QVERIFY(all.translated("Nothing of this.").isNull());
        QVERIFY(all.translated("").isNull());
        QCOMPARE(all.translated("Raise it."), QString("请调高。")); // remembered
    }

    void longestLiteralsWin()
    {
        const Sentences all(
            { { "{1} is {2}.", "{1}：{2}" }, { "{1} is {n2}; it must be even.", "{1} 须为偶数，现为 {2}。" },
                { "{1} is 7; it must be even.", "{1} 是 7。" } },
            word);
        QCOMPARE(all.translated("x is 9; it must be even."), QString("x 须为偶数，现为 9。"));
        QCOMPARE(all.translated("x is 7; it must be even."), QString("x 是 7。"));
        QCOMPARE(all.matches("x is 7; it must be even.").size(), qsizetype(3));
    }

    void everyTemplateIsWhole_data() { languages(); }
    void everyTemplateIsWhole()
    {
        QFETCH(QString, language);
        const Dictionary dictionary(language);
        const Sentences* sentences = Sentences::of(dictionary);
        QVERIFY(sentences);
        QStringList wrong;
        QSet<QString> forms;
        for (const SentenceTemplate& one : sentences->templates()) {
            if (one.translation.isEmpty() || placeholders(one.english) != placeholders(one.translation)
                || placeholders(one.english).size() != one.number.size())
                wrong << one.english + ": " + one.translation;
            if (one.words().isEmpty() && one.literalLength() < 2)
                wrong << one.english + ": takes anything";
            for (qsizetype i = 1; i + 1 < one.literals.size(); ++i)
                if (one.literals[i].isEmpty())
                    wrong << one.english + ": two slots touch";
            // The same form twice, whatever its slots are called.
            const QString form = QString(one.english).replace(QRegularExpression("\\{[nkt]?[0-9]\\}"), "{}");
            if (forms.contains(form))
                wrong << one.english + ": stands there twice";
            forms << form;
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join("\n")));
    }

    void noTemplateIsOfNothing_data() { languages(); }
    void noTemplateIsOfNothing()
    {
        QFETCH(QString, language);
        static const QRegularExpression join(QStringLiteral("\"\\s*\"|\\\\n")), cut(QStringLiteral("[,;:.(\"] ?"));
        QString sources;
        for (const QString& path : policy::filesBelow({ "core", "widgets", "app" }, { "*.h", "*.cpp" }))
            sources += policy::textOf(path).replace(QLatin1String("\\\""), QLatin1String("\x01")).remove(join);
        const Dictionary dictionary(language);
        const Sentences* sentences = Sentences::of(dictionary);
        QVERIFY(sentences);
        QStringList dead;
        for (const SentenceTemplate& one : sentences->templates()) {
            const QString longest = *std::max_element(one.literals.begin(), one.literals.end(),
                [](const QString& a, const QString& b) { return a.size() < b.size(); });
            // The code may put a sentence together from pieces: two words on either side of a stop are enough.
            bool said = false;
            const QStringList pieces = longest.split(cut);
            const auto twoWords = [](const QString& piece) { return piece.trimmed().contains(QLatin1Char(' ')); };
            const bool longEnough = std::any_of(pieces.begin(), pieces.end(), twoWords);
            for (const QString& piece : pieces) {
                const QStringList words = piece.split(QLatin1Char(' '), Qt::SkipEmptyParts);
                if (longEnough && words.size() < 2)
                    continue; // "it" stands in every file
                said = said
                    || (!words.isEmpty()
                        && (sources.contains(words.mid(0, 2).join(QLatin1Char(' ')))
                            || sources.contains(
                                words.mid(std::max<qsizetype>(0, words.size() - 2)).join(QLatin1Char(' ')))));
            }
            if (!said)
                dead << one.english;
        }
        QVERIFY2(dead.isEmpty(), qPrintable(dead.join("\n")));
    }

    void hostileTextsEndSoon()
    {
        const Dictionary dictionary("zh_CN");
        const Sentences* sentences = Sentences::of(dictionary);
        const auto ask = [&](const QString& text) {
            return dictionary.translate("aha.core", text.toUtf8().constData(), nullptr, -1);
        };
        const auto workOf = [&](const QString& text) {
            const qint64 before = sentences->work();
            ask(text);
            return sentences->work() - before;
        };
        // Work is counted, not seconds: a long text is not looked at.
        for (const QString& text : { QString(1 << 20, 'a'), QString("The answer is ").repeated(80000),
                 QString("1 is 1. ").repeated(2000), QString("The answer is\n").repeated(80000) })
            QCOMPARE(workOf(text), qint64(0));
        for (const QString& text : { QString(" is  of  and  the ").repeated(220),
                 QString("a is b, but c does not use it; ").repeated(60), QString(" has has has has").repeated(240),
                 QString("The answer is The answer is ").repeated(140), QString("1 is 1. ").repeated(60) }) {
            const qint64 work = workOf(text);
            QVERIFY2(work < 200'000, qPrintable(text.left(40) + QString::number(work)));
        }
        // A sentence of the core costs a handful of templates, not all of them, and nothing the second time.
        const QString sentence = "A step has 16 prompts, and the pool only 8 problems.";
        const qint64 work = workOf(sentence);
        QVERIFY2(work > 0 && work < 60, qPrintable(QString::number(work)));
        QCOMPARE(workOf(sentence), qint64(0));
    }

    void onlyTheCoresTextsAreRead()
    {
        const QString sentence = "A step has 16 prompts, and the pool only 8 problems.";
        QCOMPARE(translated(sentence), sentence); // English: nothing is installed
        auto dictionary = std::make_unique<Dictionary>("zh_CN", qApp);
        QCoreApplication::installTranslator(dictionary.get());
        QCOMPARE(translated(sentence), QString("一步有 16 个提示，而题目池只有 8 题。"));
        QCOMPARE(translated(sentence.toStdString()), translated(sentence));
        QCOMPARE(aha::tr("A step has 16 prompts, and the pool only 8 problems."), sentence); // tr() looks words up
        QCOMPARE(english(translated(QString("Cancel"))), QString("Cancel"));
        QCOMPARE(english(translated(sentence)), translated(sentence));
        const QString hostile = QString::fromUtf8("A step has 16 prompts\0, and more", 33);
        QCOMPARE(translated(hostile), hostile); // as it came, NUL and all
        QCOMPARE(translated(QString("unheard of")), QString("unheard of"));
        QCoreApplication::removeTranslator(dictionary.get());
    }

private:
    static void languages()
    {
        QTest::addColumn<QString>("language");
        for (const auto& [code, name] : Dictionary::languages())
            QTest::newRow(qPrintable(code)) << code;
    }
};

QTEST_GUILESS_MAIN(TestSentences)
#include "tst_sentences.moc"
