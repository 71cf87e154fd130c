// Notes from where they were written and back again; reports that stand alone.

#include "core/store/run_reader.h"
#include "core/store/run_writer.h"
#include "core/store/workspace.h"
#include "reflecting_text.h"
#include "tests/gui/traces/trace_fixture.h"
#include "tests/support/run_sql.h"
#include "tests/support/window_place.h"
#include "widgets/models/notemodel.h"
#include "widgets/models/reportwriter.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/groupview.h"
#include "widgets/panels/notebookpanel.h"
#include "widgets/panels/runspanel.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/tracesteppage.h"
#include "widgets/panels/traceview.h"
#include "widgets/plots/lineplot.h"
#include "widgets/shell/actiontable.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"
#include "widgets/shell/report.h"
#include "widgets/shell/theme.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStatusBar>
#include <QTableView>
#include <QToolButton>
#include <QXmlStreamReader>
#include <QtTest>

using namespace aha;

class TestNotebook : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::placeWindowIn(m_folder);
        m_run = m_folder.filePath("runs/one");
        m_other = m_folder.filePath("runs/two");
        fixture::makeRun(m_run);
        fixture::makeRun(m_other, 1);
    }

    void notesAreAModel()
    {
        NoteModel model(nullptr);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        Note pin;
        pin.kind = "step";
        pin.folder = "runs/one";
        pin.step = 4;
        const qint64 id = model.add(pin), other = model.add({});
        QVERIFY(id > 0 && other > id);
        model.setText(id, "a line\nand another");
        QCOMPARE(model.index(model.rowOf(id), NoteModel::Text).data().toString(), QString("a line"));
        QCOMPARE(model.index(model.rowOf(id), NoteModel::Pin).data().toString(), QString("step 4 of one"));
        QVERIFY(model.index(model.rowOf(id), NoteModel::Pin).data(Qt::ToolTipRole).toString().contains("4 of one"));
        model.setText(id, QString::fromUtf8("\xe2\x80\xaehidden"));
        QVERIFY(!model.index(model.rowOf(id), NoteModel::Text).data().toString().contains(QChar(0x202e)));
        model.remove(other);
        QCOMPARE(model.rowCount(), 1);
    }

    void fromTheSpanAndBack()
    {
        const auto workspace = orThrow(Workspace::open(m_folder.filePath("notes.db").toStdString()));
        qint64 target = 0;
        {
            MainWindow window(workspace.get());
            window.show();
            const TracesPanel* traces = fixture::readReflecting(window, { m_run, m_other });
            TraceView* view = traces->pane()->view();
            QVERIFY(view->find("no wait") > 0); // selects it
            QCOMPARE(view->selectedText(), QString("no wait"));
            window.addNoteHere();
            QCOMPARE(window.pages()->currentPage(), QString("Notebook"));
            auto* page = window.pages()->currentWidget();
            auto* text = page->findChild<QPlainTextEdit*>("noteText");
            QVERIFY(page->findChild<QLabel*>("notePin")->text().contains("step 2 of "));
            QVERIFY(page->findChild<QLabel*>("notePin")->toolTip().contains("step 2 of ")); // whole where it is cut
            QVERIFY(page->findChild<QLabel*>("noteQuote")->text().contains("no wait"));
            text->setPlainText("here it turned");
            window.showPage("Charts");
            window.addNoteHere(); // the step that the charts end at
            text->setPlainText("a bump");
            QVERIFY(window.close()); // keeps what was typed a moment ago
            const std::vector<Note> notes = orThrow(workspace->notes());
            QCOMPARE(notes.size(), size_t(2));
            for (const Note& note : notes)
                if (note.kind == "span")
                    target = note.target;
            QVERIFY(target > 0);
            QCOMPARE(orThrow(orThrow(RunReader::open(m_run.toStdString()))->completionText(target)).step, int64_t(2));
        }
        MainWindow window(workspace.get());
        window.show();
        window.openRuns({ m_other }); // the note's run is not open
        window.showPage("Notebook");
        auto* page = window.pages()->currentWidget();
        page->findChild<QLineEdit*>("notesFilter")->setText("turned");
        auto* table = page->findChild<QTableView*>("notesTable");
        QCOMPARE(table->model()->rowCount(), 1);
        table->selectRow(0);
        QCOMPARE(page->findChild<QPlainTextEdit*>("noteText")->toPlainText(), QString("here it turned"));
        QTest::mouseClick(page->findChild<QPushButton*>("noteGo"), Qt::LeftButton);
        QCOMPARE(window.pages()->currentPage(), QString("Traces"));
        QVERIFY(window.openFolders().contains(m_run));
        auto* traces = window.findChild<TracesPanel*>();
        QCOMPARE(traces->stepPage()->step(), 2);
        QCOMPARE(traces->pane()->view()->selectedText(), QString("no wait"));
        window.showPage("Notebook");
        page->findChild<QLineEdit*>("notesFilter")->clear();
        QCOMPARE(table->model()->rowCount(), 2);
        QTest::mouseClick(page->findChild<QPushButton*>("noteRemove"), Qt::LeftButton);
        QCOMPARE(table->model()->rowCount(), 1);
        QCOMPARE(orThrow(workspace->notes()).size(), size_t(1));
    }

    void aSpanChosenByKeys()
    {
        const auto workspace = orThrow(Workspace::open(m_folder.filePath("keys.db").toStdString()));
        MainWindow window(workspace.get());
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        const TracesPanel* traces = fixture::readReflecting(window, { m_run });
        TraceView* view = traces->pane()->view();
        view->setFocus();
        const int word = int(view->trace().text.indexOf("no wait"));
        for (int i = 0; i < 200 && view->caret() < word; ++i)
            QTest::keyClick(view, Qt::Key_Right, Qt::ControlModifier);
        for (int i = 0; i < 7; ++i)
            QTest::keyClick(view, Qt::Key_Right, Qt::ShiftModifier);
        QTest::keyClick(view, Qt::Key_M, Qt::ControlModifier);
        QCOMPARE(window.pages()->currentPage(), QString("Notebook"));
        auto* page = window.pages()->currentWidget();
        QVERIFY(page->findChild<QLabel*>("noteQuote")->text().contains("no wait"));
        QVERIFY(window.close());
        QCOMPARE(orThrow(workspace->notes()).front().kind, std::string("span"));
    }

    /// A search that still stands finds its words in the next text, too; nobody chose them there.
    void anOldSearchIsNoSpan()
    {
        MainWindow window;
        window.show();
        const TracesPanel* traces = fixture::readReflecting(window, { m_run });
        TraceView* view = traces->pane()->view();
        auto* find = traces->pane()->findChild<QLineEdit*>("find");
        find->setText("wait");
        QVERIFY(view->foundCount() > 0);
        QCOMPARE(window.pinHere().kind, std::string("span")); // searched for here
        traces->stepPage()->showCompletion(3, 1, 2);
        QVERIFY(view->foundCount() > 0);
        QCOMPARE(view->currentFound(), 1); // one is there,
        QCOMPARE(view->selectedText(), QString()); // and has nothing selected
        QCOMPARE(window.pinHere().kind, std::string("completion"));
        view->findNext(true);
        QCOMPARE(window.pinHere().kind, std::string("span"));
    }

    /// Of a long text the beginning is there first.
    void wordsFarBelowAreFound()
    {
        std::string text = "no wait";
        while (text.size() < 2 * TracePane::kAtOnceBytes)
            text += " and so on\n";
        const int last = int(text.size());
        text += "no wait";
        TracePane pane(std::make_shared<Lexicon>());
        pane.resize(700, 400);
        pane.show();
        QSignalSpy missed(&pane, &TracePane::wordsMissed);
        pane.setDocument({ text, "", std::nullopt, "a prompt", "" });
        pane.showWords("no wait", last);
        QTRY_COMPARE(pane.view()->selection(), std::pair(last, last + 7));
        QCOMPARE(missed.size(), 0);
        pane.showWords("no way", last);
        QCOMPARE(missed.size(), 1);
    }

    void aDeletedNoteComesBack()
    {
        const auto workspace = orThrow(Workspace::open(m_folder.filePath("deleted.db").toStdString()));
        MainWindow window(workspace.get());
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        window.showPage("Notebook");
        QWidget* page = window.pages()->currentWidget();
        auto* text = page->findChild<QPlainTextEdit*>("noteText");
        auto* remove = page->findChild<QPushButton*>("noteRemove");
        auto* undo = page->findChild<QPushButton*>("noteButton");
        for (const char* words : { "first", "second" }) {
            QTest::mouseClick(page->findChild<QPushButton*>("newNote"), Qt::LeftButton);
            text->setPlainText(words); // and deleted before it was kept
        }
        QTest::mouseClick(remove, Qt::LeftButton);
        QCOMPARE(orThrow(workspace->notes()).size(), size_t(1));
        QVERIFY(!remove->isVisible()); // nothing of the next note stands below the pointer
        QVERIFY(undo->isVisible() && undo->hasFocus());
        QTest::keyClick(undo, Qt::Key_Z, Qt::ControlModifier);
        const std::vector<Note> notes = orThrow(workspace->notes());
        QCOMPARE(notes.size(), size_t(2));
        QVERIFY(std::any_of(notes.begin(), notes.end(), [](const Note& note) { return note.text == "second"; }));
        QVERIFY(!undo->isVisible());
        QCOMPARE(text->toPlainText(), QString("second"));
        QTest::mouseClick(remove, Qt::LeftButton);
        QTest::mouseClick(undo, Qt::LeftButton);
        QCOMPARE(orThrow(workspace->notes()).size(), size_t(2));
        QCOMPARE(text->toPlainText(), QString("second"));
    }

    /// Two panels, one Undo: it is offered only where the note stands that it brings back.
    void undoSpeaksOfTheNoteDeletedLast()
    {
        NoteModel model(nullptr);
        NotebookPanel page(&model), dock(&model, nullptr, Qt::Vertical);
        page.show();
        dock.show();
        Note note;
        for (const char* words : { "first", "second" }) {
            note.text = words;
            model.add(note);
        }
        const auto removeIn = [](NotebookPanel& panel, int row) {
            panel.findChild<QTableView*>()->selectRow(row);
            panel.findChild<QPushButton*>("noteRemove")->click();
            return panel.findChild<QPushButton*>("noteButton");
        };
        const QPushButton* ofPage = removeIn(page, 0);
        QVERIFY(ofPage->isVisible());
        QPushButton* ofDock = removeIn(dock, 0);
        QVERIFY(ofDock->isVisible() && !ofPage->isVisible());
        ofDock->click();
        QCOMPARE(model.rowCount(), 1);
        QVERIFY(!ofDock->isVisible());
    }

    void aPinSaysWhatTheRunIsCalled()
    {
        NoteModel model(nullptr);
        model.nameOf = [](const QString& folder) { return folder == "runs/one" ? QString("tuesday") : QString(); };
        Note pin;
        pin.kind = "span";
        pin.folder = "runs/one";
        pin.step = 25;
        const qint64 id = model.add(pin);
        QCOMPARE(model.index(model.rowOf(id), NoteModel::Pin).data().toString(),
            QString("step 25 of tuesday, a span of a completion"));
    }

    void aGroupHasItsNotes()
    {
        const auto workspace = orThrow(Workspace::open(m_folder.filePath("groups.db").toStdString()));
        MainWindow window(workspace.get());
        window.show();
        window.openRuns({ m_run, m_other });
        QAction* add = window.actionTable()->action("notes.group");
        window.showPage("Charts");
        add->trigger();
        QVERIFY(window.statusBar()->currentMessage().contains("Choose a group on Traces"));
        QVERIFY(orThrow(workspace->notes()).empty());
        auto* traces = window.findChild<TracesPanel*>();
        window.showStep(m_run, 2);
        traces->stepPage()->showCompletion(2, 1, 2);
        auto* shown = traces->findChild<QToolButton*>("groupNotes");
        QVERIFY(!shown->isVisible());
        const qint64 group = traces->stepPage()->groupView()->group().id;
        add->trigger();
        QCOMPARE(window.pages()->currentPage(), QString("Notebook"));
        auto* page = window.pages()->currentWidget();
        QVERIFY(page->findChild<QLabel*>("notePin")->text().endsWith(", group 2"));
        QCOMPARE(page->findChild<QLabel*>("noteQuote")->text(), QString("use 5 9 6 to make 39 :"));
        page->findChild<QPlainTextEdit*>("noteText")
            ->setPlainText(QString::fromUtf8("all & <b>alike\xe2\x80\xae</b>\nmore"));
        QTRY_COMPARE(orThrow(workspace->notes()).front().text, std::string("all & <b>alike\xe2\x80\xae</b>\nmore"));
        QCOMPARE(orThrow(workspace->notes()).front().kind, std::string("group"));
        QCOMPARE(orThrow(workspace->notes()).front().target, int64_t(group));
        // It stands at its group, and at no other: not of this step, not of the other run.
        window.showPage("Traces");
        QVERIFY(shown->isVisible());
        QVERIFY2(
            shown->text().startsWith(QString::fromUtf8("✎ all && <b>alike")) && !shown->text().contains(QChar(0x202e)),
            qPrintable(shown->text()));
        traces->stepPage()->moveGroup(-1);
        QVERIFY(!shown->isVisible());
        traces->showGroup(m_other, 2, 1);
        QVERIFY(!shown->isVisible());
        // From the note to the group, and from the group to its note.
        window.showPage("Notebook");
        QTest::mouseClick(page->findChild<QPushButton*>("noteGo"), Qt::LeftButton);
        QCOMPARE(window.pages()->currentPage(), QString("Traces"));
        QCOMPARE(traces->folder(), m_run);
        QCOMPARE(traces->stepPage()->groupView()->group().id, int64_t(group));
        QVERIFY(shown->isVisible());
        page->findChild<QLineEdit*>("notesFilter")->setText("nothing of it");
        QTest::mouseClick(shown, Qt::LeftButton);
        QCOMPARE(window.pages()->currentPage(), QString("Notebook"));
        QVERIFY(page->findChild<QLabel*>("notePin")->text().endsWith(", group 2"));
        QTest::mouseClick(page->findChild<QPushButton*>("noteRemove"), Qt::LeftButton);
        window.showPage("Traces");
        QVERIFY(!shown->isVisible());
    }

    /// Texts may have megabytes and evaluations thousands of problems: what is pinned is found without them.
    void aPinReadsNoTextAndOneProblem()
    {
        const QString run = m_folder.filePath("runs/heavy");
        fixture::makeRun(run, 5);
        MainWindow window;
        window.show();
        const TracesPanel* traces = fixture::readReflecting(window, { run });
        support::runSql(run, "DELETE FROM completion_text");
        support::damageProblems(run, "position <> 1");
        Note note = window.pinHere();
        QCOMPARE(note.kind, std::string("completion"));
        QVERIFY(note.step == 2 && note.target > 0 && !note.quote.empty());
        const TextPlace completion = traces->pane()->document().place;
        const auto reader = orThrow(RunReader::open(run.toStdString()));
        TraceDocument answer;
        answer.text = "an answer";
        answer.place = { run, 0, orThrow(reader->evaluations()).back().id, 1 };
        traces->pane()->setDocument(answer);
        note = window.pinHere();
        QCOMPARE(note.kind, std::string("problem"));
        QVERIFY(note.step == 3 && note.position == 1 && !note.quote.empty());
        QCOMPARE(reader->completionText(completion.completionId).error().code, std::string("row_missing"));
        QVERIFY(!reader->evaluationProblems(answer.place.evaluationId).ok());
    }

    void aMovedRunIsFound()
    {
        const auto workspace = orThrow(Workspace::open(m_folder.filePath("moved.db").toStdString()));
        const QString before = m_folder.filePath("runs/before"), after = m_folder.filePath("runs/after");
        fixture::makeRun(before, 3);
        MainWindow window(workspace.get());
        window.show();
        window.openRuns({ before });
        window.showStep(before, 2);
        window.showPage("Charts");
        window.addNoteHere();
        auto* page = window.pages()->currentWidget();
        auto* go = page->findChild<QPushButton*>("noteGo");
        window.openRuns({});
        QVERIFY(QDir().rename(before, after));
        auto* runs = window.findChild<RunsPanel*>();
        runs->model()->setRows({}); // nobody has seen the new place yet
        go->click();
        QVERIFY2(window.statusBar()->currentMessage().contains("no longer at"),
            qPrintable(window.statusBar()->currentMessage()));
        runs->model()->setRows(scanRuns(m_folder.filePath("runs")));
        go->click();
        QCOMPARE(window.pages()->currentPage(), QString("Traces"));
        QCOMPARE(window.openFolders(), QStringList { after });
        QCOMPARE(orThrow(workspace->notes()).front().folder, after.toStdString()); // and it is kept
    }

    void aNoteOnChartsIsAboutTheCursor()
    {
        MainWindow window;
        LinePlot* plot = showReward(window);
        QVERIFY(plot);
        const qint64 last = RunFeed(m_run).lastStep();
        QVERIFY(last > 1);
        QCOMPARE(qint64(window.pinHere().step), last);
        Q_EMIT plot->cursorMoved(1.2);
        QCOMPARE(qint64(window.pinHere().step), 1);
        QCOMPARE(window.pinHere().folder, m_run.toStdString());
        Q_EMIT plot->cursorMoved(NAN);
        Q_EMIT plot->pinMoved(1); // the second cursor stays
        QCOMPARE(qint64(window.pinHere().step), 1);
        Q_EMIT plot->pinMoved(NAN);
        QCOMPARE(qint64(window.pinHere().step), last);
    }

    void reportStandsAlone()
    {
        const QString evil = QString::fromUtf8("<script src=\"http://evil.example/x.js\"></script><img src=x "
                                               "onerror=alert(1)> \xe2\x80\xaetxt & \"quoted\" ]]> `");
        Note note;
        note.kind = "run";
        note.folder = m_run.toStdString();
        note.text = evil.toStdString();
        note.quote = evil.toStdString();
        Note elsewhere = note;
        elsewhere.folder = "runs/three";
        elsewhere.text = "of another run";
        Result<ReportData> data
            = readReport({ { m_run, evil, Qt::blue }, { m_other, "two", Qt::red } }, { note, elsewhere });
        QVERIFY(data.ok());
        QCOMPARE(data->notes.size(), size_t(1));
        OpenRuns open { { std::make_shared<RunFeed>(m_run), Qt::blue, "one" },
            { std::make_shared<RunFeed>(m_other), Qt::red, evil.left(30) } };
        applyTheme(*qApp, ThemeChoice::Dark);
        data->charts = drawReportCharts(open);
        applyTheme(*qApp, ThemeChoice::System);
        for (const ReportChart& chart : data->charts) // paper is white, whatever the window is
            QVERIFY(!chart.svg.contains(themePalette(true).color(QPalette::Base).name().toUtf8()));
        QVERIFY(data->charts.size() >= 2);
        data->runs[0].traces[0].text = evil.toStdString();
        data->runs[1].configJson = evil.toStdString();
        const QString html = reportHtml(*data);
        QVERIFY(!html.contains(QChar(0x202e))); // a mark stands for it
        // Parsed: whatever could load something is not there, and the hostile text is text.
        QXmlStreamReader xml(html);
        int drawings = 0, seen = 0;
        QString policy;
        while (!xml.atEnd()) {
            xml.readNext();
            if (xml.isStartElement()) {
                const QString name = xml.name().toString().toLower();
                drawings += name == "svg";
                QVERIFY2(!QStringList({ "script", "link", "iframe", "img", "object", "embed", "base", "form", "use",
                                          "foreignobject" })
                              .contains(name),
                    qPrintable(name));
                for (const QXmlStreamAttribute& attribute : xml.attributes()) {
                    const QString key = attribute.name().toString().toLower(), value = attribute.value().toString();
                    QVERIFY2(!key.startsWith("on"), qPrintable(key));
                    if (key == "src" || key == "href" || key == "srcset" || key == "action" || key == "poster")
                        QVERIFY2(value.startsWith("data:") || value.startsWith('#'), qPrintable(value));
                    QVERIFY2(!value.contains("url(") || value.contains("url(#"), qPrintable(value));
                    if (key == "content" && value.contains("default-src"))
                        policy = value;
                }
            } else if (xml.isCharacters()) {
                seen += xml.text().contains(QLatin1String("<script src=\"http://evil.example/x.js\">"));
                QVERIFY(!xml.text().contains(QLatin1String("@import")));
            }
        }
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString() + QString(" line %1").arg(xml.lineNumber())));
        QCOMPARE(drawings, int(data->charts.size()));
        QVERIFY(policy.startsWith("default-src 'none'"));
        QVERIFY2(seen >= 5, qPrintable(QString::number(seen))); // title, heading, note, trace, configuration
        QVERIFY(html.contains("general.seed") && html.contains("Settings that differ"));
        QVERIFY(!html.contains("of another run"));
        // The same as Markdown: a table cell cannot be left, a fence cannot be closed.
        const QString markdown = reportMarkdown(*data);
        QVERIFY(!markdown.section("## Settings that differ", 1).section("### Example", 0, 0).contains("<script"));
        QVERIFY(markdown.contains("| Setting | &lt;script") || markdown.contains("| Setting | &lt;s"));
        const QString csv = reportCsv(*data);
        QVERIFY(csv.contains(",1,\"reward\",0.1"));
        QCOMPARE(csv.count('\n'), 1 + 2 * 3 * 3); // runs, steps, metrics
    }

    /// A setting that was changed while the run trained is no default, whatever it began with.
    void reportSaysWhatWasChangedWhileTraining()
    {
        const QString run = m_folder.filePath("runs/changed");
        fixture::makeRun(run);
        orThrow(orThrow(RunWriter::open(run.toStdString()))
                    ->addMarker({ 0, 2, "set", "rollout.temperature=1.6", "{}", 0 }));
        const Result<ReportData> data = readReport({ { run, "changed", Qt::blue } }, {});
        QVERIFY(data.ok());
        QStringList values;
        for (const ReportSetting& setting : data->differences)
            if (setting.path == "rollout.temperature")
                values = setting.values;
        QCOMPARE(values, QStringList({ "1", "1 → 1.6 (after step 2)" }));
    }

    void reportOfTheOpenRuns()
    {
        MainWindow window;
        window.exportReport(m_folder.filePath("none.html"), true);
        QVERIFY(window.statusBar()->currentMessage().contains("Open the runs"));
        window.openRuns({ m_run, m_other });
        window.exportReport(m_folder.filePath("both.html"), true);
        QTRY_VERIFY(window.statusBar()->currentMessage().contains("The report is at"));
        QFile html(m_folder.filePath("both.html"));
        QVERIFY(html.open(QIODevice::ReadOnly));
        const QByteArray text = html.readAll();
        QVERIFY(text.contains("<svg") && text.contains("Held-out evaluations") && text.contains("n"));
        window.exportReport(m_folder.filePath("both.html/no folder/report.html"), true); // told, as an error
        const auto* told = window.findChild<QLabel*>("askQuestion");
        QTRY_VERIFY(!told->text().isEmpty());
        QCOMPARE(told->property("role").toString(), QString("error"));
        window.say("next");
        window.exportReport(m_folder.filePath("folder"), false);
        QTRY_VERIFY(window.statusBar()->currentMessage().contains("The report is at"));
        QVERIFY(QFile::exists(m_folder.filePath("folder/report.md"))
            && QFile::exists(m_folder.filePath("folder/metrics.csv")));
        QVERIFY(QDir(m_folder.filePath("folder")).entryList({ "*.svg" }).size() >= 2);
        QFile markdown(m_folder.filePath("folder/report.md"));
        QVERIFY(markdown.open(QIODevice::ReadOnly));
        const QString md = markdown.readAll();
        const QRegularExpression picture("!\\[[^\\]]*\\]\\(([^)]*)\\)");
        for (auto it = picture.globalMatch(md); it.hasNext();)
            QVERIFY(QFile::exists(m_folder.filePath("folder/" + it.next().captured(1))));
    }

    void aReportHasTheChartsOfThePage()
    {
        MainWindow window;
        window.openRuns({ m_run });
        auto* charts = window.findChild<ChartsPanel*>();
        ChartLayout layout = ChartLayout::standard();
        layout.charts = QStringList { "expr:reward * 2", "std:Accuracy" };
        layout.options["std:Accuracy"].lines["pass@1"] = false;
        charts->setView(layout);
        window.exportReport(m_folder.filePath("as they stand"), false);
        QTRY_VERIFY(window.statusBar()->currentMessage().contains("The report is at"));
        const QDir folder(m_folder.filePath("as they stand"));
        const QStringList files = folder.entryList({ "*.svg" }, QDir::Files, QDir::Name);
        QCOMPARE(files.size(), 2);
        QVERIFY2(files[0].startsWith("01-reward---2") && files[1] == "02-accuracy.svg", qPrintable(files.join(' ')));
        QFile accuracy(folder.filePath(files[1]));
        QVERIFY(accuracy.open(QIODevice::ReadOnly));
        const QByteArray drawn = accuracy.readAll();
        QVERIFY(drawn.contains("training") && !drawn.contains("held-out pass@1"));
        QFile text(folder.filePath("report.md"));
        QVERIFY(text.open(QIODevice::ReadOnly));
        QVERIFY(text.readAll().contains("## Signals"));
    }

    void aReportNamesTheSignalsThatAreRaised()
    {
        const QString folder = m_folder.filePath("runs/cut");
        QDir().mkpath(folder);
        auto writer = orThrow(RunWriter::create(folder.toStdString(), "cut", "cut", "grpo", "{}"));
        for (int64_t step = 1; step <= 12; ++step)
            orThrow(writer->commitStep({ step, 1, { { "reward", 0.5 }, { "completions/clipped_ratio", 0.9 } }, {} }));
        const QString name = QString::fromUtf8(signalInfos()[0].name); // completions are cut off
        const auto data = readReport({ { folder, "cut run", Qt::blue } }, {});
        QVERIFY(data.ok() && data->runs[0].watched);
        QCOMPARE(data->runs[0].raised.size(), size_t(1));
        for (const QString& text : { reportMarkdown(*data), reportHtml(*data) }) {
            QVERIFY(text.contains("Signals") && text.contains(name));
            QVERIFY2(text.contains("of the completions were cut off"), qPrintable(text.left(2000)));
        }
        std::vector<double> patient = defaultThresholds();
        patient[0] = 0.95; // as moved on the page Signals
        const auto quiet = readReport({ { folder, "cut run", Qt::blue } }, {}, patient);
        QVERIFY(quiet->runs[0].raised.empty());
        QVERIFY(reportMarkdown(*quiet).contains("No health signal is raised."));
    }

    void aNoteIsOpenedFromAChart()
    {
        MainWindow window;
        LinePlot* plot = showReward(window);
        QVERIFY(plot);
        Q_EMIT plot->cursorMoved(2);
        window.addNoteHere();
        window.pages()->currentWidget()->findChild<QPlainTextEdit*>("noteText")->setPlainText("a bump");
        window.showPage("Charts");
        QTRY_VERIFY2(plot->reading().contains("a bump"), qPrintable(plot->reading()));
        plot->setFocus();
        QTest::keyClick(plot, Qt::Key_N);
        QCOMPARE(window.pages()->currentPage(), QString("Notebook"));
        QCOMPARE(
            window.pages()->currentWidget()->findChild<QPlainTextEdit*>("noteText")->toPlainText(), QString("a bump"));
    }

private:
    /// The chart of the run's reward, drawn; null when nothing comes.
    LinePlot* showReward(MainWindow& window)
    {
        window.show();
        window.openRuns({ m_run });
        window.showPage("Charts");
        LinePlot* plot = window.findChild<ChartsPanel*>()->chart("Reward");
        return QTest::qWaitFor([&] { return !plot->isEmpty(); }) ? plot : nullptr;
    }

    QTemporaryDir m_folder;
    QString m_run, m_other;
};

QTEST_MAIN(TestNotebook)
#include "tst_notebook.moc"
