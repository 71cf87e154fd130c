// The page Words: the list of reflection words is edited, kept, taken back; traces and Analyse follow at once.

#include "trace_fixture.h"

#include "core/store/workspace.h"
#include "widgets/models/wordlist.h"
#include "widgets/panels/tracelegend.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/traceview.h"
#include "widgets/panels/wordspage.h"
#include "widgets/shell/commandpalette.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QTableView>
#include <QtTest>

#include <algorithm>

using namespace aha;

class TestWordsPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.filePath("settings"));
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        qputenv("AHASCOPE_RUNS", m_folder.filePath("runs").toUtf8());
        qputenv("AHASCOPE_ENGINE", "/bin/false");
    }

    void init() { m_workspace = orThrow(Workspace::open(m_folder.filePath(QString("%1.db").arg(++m_made)).toStdString())); }

    void wordsComeAndGo()
    {
        WordList words(shippedLexicon(), m_workspace.get());
        QAbstractItemModelTester tester(&words, QAbstractItemModelTester::FailureReportingMode::QtTest);
        WordsPage page(&words);
        page.show();
        QVERIFY(text(page, "wordsState").contains("built-in list: 20 words"));
        QVERIFY(text(page, "wordsAbout").contains("built-in words"));
        QVERIFY(!page.findChild<QPushButton*>("wordsUndo")->isEnabled());
        type(page, "hmm", "en", ReflectionKind::Hesitation);
        QCOMPARE(words.rowCount(), 21);
        QCOMPARE(words.lexicon()->find("hmm, wait").size(), size_t(2));
        QVERIFY(text(page, "wordsState").contains("own list: 21 words"));
        QCOMPARE(words.data(words.index(20, WordList::Kind)).toString(), QString("hesitation"));
        type(page, "HMM", "", ReflectionKind::Conclusion); // changes the word that is there
        QCOMPARE(words.rowCount(), 21);
        QCOMPARE(words.entry(20).kind, ReflectionKind::Conclusion);
        // Another window, or this one after a restart.
        QCOMPARE(WordList(shippedLexicon(), m_workspace.get()).lexicon()->entries(), words.lexicon()->entries());

        auto* table = page.findChild<QTableView*>("wordsTable");
        table->setCurrentIndex(words.index(0, 0));
        QCOMPARE(page.findChild<QLineEdit*>("wordsWord")->text(), QString("wait"));
        QApplication::setActiveWindow(page.window());
        table->setFocus();
        QTest::keyClick(table, Qt::Key_Delete);
        QCOMPARE(words.lexicon()->find("wait").size(), size_t(0));
        QTest::keyClick(table, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(words.lexicon()->find("wait").size(), size_t(1));
        QTest::keyClick(table, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(words.lexicon()->find("wait").size(), size_t(0));
        page.findChild<QPushButton*>("wordsReset")->click();
        QVERIFY(words.isBuiltIn());
        QCOMPARE(orThrow(m_workspace->setting(WordList::kSetting)), std::string());
        page.findChild<QPushButton*>("wordsUndo")->click();
        QVERIFY(!words.isBuiltIn());
    }

    void whatIsWrongIsExplained()
    {
        WordList words(shippedLexicon(), nullptr);
        WordsPage page(&words);
        page.show();
        type(page, "two words", "en", ReflectionKind::Check);
        QVERIFY2(text(page, "wordsMessage").contains("not one word"), qPrintable(text(page, "wordsMessage")));
        QCOMPARE(words.rowCount(), 20);
        QFile file(m_folder.filePath("list.txt"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("hmm\ten\thesitation\nbad line here\naha\ten\teureka\nhmm\ten\n");
        file.close();
        page.readFrom(file.fileName());
        QCOMPARE(words.rowCount(), 1);
        const QString said = text(page, "wordsMessage");
        QVERIFY2(said.contains("Line 2") && said.contains("Line 3") && said.contains("eureka")
                && said.contains("in the list already"),
            qPrintable(said));
        page.findChild<QPushButton*>("wordsUndo")->click();
        QVERIFY(words.isBuiltIn());
        page.readFrom(m_folder.filePath("none.txt"));
        QVERIFY(!text(page, "wordsMessage").isEmpty());
        QVERIFY(words.isBuiltIn());
    }

    void anEmptyListStaysEmpty()
    {
        WordList words(Result<Lexicon>(orThrow(Lexicon::parse("wait\n"))), m_workspace.get());
        words.remove(0);
        QCOMPARE(words.rowCount(), 0);
        QCOMPARE(WordList(Result<Lexicon>(orThrow(Lexicon::parse("wait\n"))), m_workspace.get()).rowCount(), 0);
        WordList none(Result<Lexicon>(Error { "lexicon_missing", "There is no lexicon.", "" }), nullptr);
        QVERIFY(none.problem().contains("There is no lexicon."));
    }

    /// From the legend and from Ctrl+K; what is changed shows in the trace.
    void theWindowFollows()
    {
        const QString run = m_folder.filePath("run");
        fixture::makeRun(run);
        MainWindow window(m_workspace.get());
        window.openRuns({ run });
        window.show();
        window.showPage("Traces");
        auto* traces = window.findChild<TracesPanel*>();
        traces->showStep(run, 1);
        const auto marked = [&] { return traces->pane()->view()->trace().count(TraceSpan::Hesitation); };
        const int before = marked();
        QVERIFY(before > 0);
        traces->pane()->legend()->findChild<QAction*>("editWords")->trigger();
        QCOMPARE(window.pages()->currentPage(), QString("Words"));
        auto* page = window.findChild<WordsPage*>();
        QTRY_VERIFY(page->findChild<QLineEdit*>("wordsWord")->hasFocus());
        type(*page, "yes", "en", ReflectionKind::Hesitation);
        QCOMPARE(marked(), before + 1);
        page->findChild<QPushButton*>("wordsUndo")->click();
        QCOMPARE(marked(), before);
        const std::vector<PaletteEntry> entries = window.paletteEntries();
        QVERIFY(std::any_of(entries.begin(), entries.end(), [](const PaletteEntry& e) { return e.title == "Words"; }));
        type(*page, "yes", "en", ReflectionKind::Hesitation);
        MainWindow again(m_workspace.get()); // starts with the list that was kept
        again.openRuns({ run });
        auto* reopened = again.findChild<TracesPanel*>();
        reopened->showStep(run, 1);
        QCOMPARE(reopened->pane()->view()->trace().count(TraceSpan::Hesitation), before + 1);
    }

private:
    static QString text(const QWidget& page, const char* label) { return page.findChild<QLabel*>(label)->text(); }
    static void type(WordsPage& page, const QString& word, const QString& language, ReflectionKind kind)
    {
        auto* field = page.findChild<QLineEdit*>("wordsWord");
        page.findChild<QLineEdit*>("wordsLanguage")->setText(language);
        page.findChild<QComboBox*>("wordsKind")->setCurrentIndex(int(kind));
        field->setText(word);
        QTest::keyClick(field, Qt::Key_Return);
    }

    QTemporaryDir m_folder;
    std::unique_ptr<Workspace> m_workspace;
    int m_made = 0;
};

QTEST_MAIN(TestWordsPage)
#include "tst_words_page.moc"
