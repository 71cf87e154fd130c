// Ranges of values, hidden lines, the run of a map and notes on the page of charts: taken back, saved and there again.

#include "chart_runs.h"

#include "core/store/workspace.h"
#include "widgets/models/layoutshelf.h"
#include "widgets/models/notemodel.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/plots/legendchips.h"
#include "widgets/plots/lineplot.h"

#include <QMenu>
#include <QToolButton>
#include <QUndoStack>
#include <QtTest>

using namespace aha;

class TestChartViews : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        fixture::makeChartRun(path("a"), 0);
        fixture::makeChartRun(path("b"), 1);
    }

    void init()
    {
        m_workspace = orThrow(Workspace::open(m_folder.filePath("workspace.db").toStdString()));
        m_notes = std::make_unique<NoteModel>(nullptr);
        m_panel = made();
        open(*m_panel, { "a" });
        QTRY_VERIFY(!reward()->isEmpty());
        reward()->setFocus();
    }
    void cleanup()
    {
        m_panel.reset();
        QFile::remove(m_folder.filePath("workspace.db"));
    }

    void aZoomOfValuesIsTakenBack()
    {
        const auto all = reward()->valueRange();
        QTest::keyClick(reward(), Qt::Key_Plus, Qt::AltModifier);
        const auto zoomed = reward()->valueRange();
        QVERIFY(zoomed != all);
        QTRY_COMPARE(m_panel->undoStack()->count(), 1); // a step of its own
        LinePlot* length = m_panel->chart("Response length");
        QTRY_VERIFY(!length->isEmpty());
        length->userZoom(3, 7); // linked, and the values are those that were given
        QCOMPARE(reward()->range(), qMakePair(3.0, 7.0));
        QCOMPARE(reward()->valueRange(), zoomed);
        m_panel->record();
        m_panel->undoStack()->undo();
        QVERIFY(reward()->following());
        QCOMPARE(reward()->valueRange(), zoomed);
        m_panel->undoStack()->undo();
        QCOMPARE(reward()->valueRange(), all);
        QVERIFY(!m_panel->view().options.value("std:Reward").left);
        m_panel->undoStack()->redo();
        QCOMPARE(reward()->valueRange(), zoomed);
        length->userZoom(3, 7);
        length->follow(); // the x axis of all, and its own values
        QVERIFY(reward()->following());
        QCOMPARE(reward()->valueRange(), zoomed);
        m_panel->followAll(); // everything, of every chart
        QCOMPARE(reward()->valueRange(), all);
        QVERIFY(!m_panel->view().options.value("std:Reward").left);
        m_panel->record();
        QCOMPARE(m_panel->undoStack()->count(), 2);
    }

    void aHiddenLineIsTakenBack()
    {
        LegendChip* total = chip("total");
        QVERIFY(total && total->isChecked());
        total->click();
        QCOMPARE(m_panel->view().options.value("std:Reward").lines, (QHash<QString, bool> { { "reward", false } }));
        m_panel->record();
        QCOMPARE(m_panel->undoStack()->count(), 1);
        m_panel->undoStack()->undo();
        QTRY_VERIFY(chip("total")->isChecked());
        m_panel->undoStack()->redo();
        QTRY_VERIFY(!chip("total")->isChecked());
    }

    void bothAreSavedAndThereAgain()
    {
        QTest::keyClick(reward(), Qt::Key_Plus, Qt::AltModifier);
        chip("total")->click();
        m_panel->record();
        const auto zoomed = reward()->valueRange();
        const ChartOptions options = m_panel->view().options.value("std:Reward");
        LayoutShelf shelf(m_workspace.get());
        QVERIFY(shelf.save("mine", m_panel->view()));
        QCOMPARE(shelf.layout("mine")->options.value("std:Reward"), options);
        m_panel = made(); // the next start
        open(*m_panel, { "a" });
        QTRY_VERIFY(!reward()->isEmpty());
        QCOMPARE(reward()->valueRange(), zoomed);
        QVERIFY(!chip("total")->isChecked());
        QVERIFY(reward()->following()); // the x axis belongs to a run
        m_panel->setView(ChartLayout::standard());
        QVERIFY(chip("total")->isChecked() && reward()->valueRange() != zoomed);
        m_panel->setView(*shelf.layout("mine"));
        QVERIFY(!chip("total")->isChecked());
        QCOMPARE(reward()->valueRange(), zoomed);
    }

    void ofSeveralRunsALineIsThatOfItsRun()
    {
        open(*m_panel, { "a", "b" });
        QTRY_VERIFY(chip("b total") && chip("a total"));
        chip("b total")->click();
        const QString name = "reward\n" + path("b");
        QCOMPARE(m_panel->view().options.value("std:Reward").lines, (QHash<QString, bool> { { name, false } }));
        QVERIFY(chip("a total")->isChecked());
        QVERIFY(ChartLayout::fromJson(m_panel->view().toJson()) == m_panel->view());
    }

    void aMapIsOfTheRunThatIsChosen()
    {
        ChartLayout layout = ChartLayout::standard();
        layout.charts = QStringList { "heat:tokens" };
        m_panel->setView(layout);
        LinePlot* lengths = m_panel->chart("Lengths");
        QTRY_VERIFY(!lengths->isEmpty());
        auto* source = lengths->findChild<QToolButton*>("source.Lengths");
        QVERIFY(source->isHidden()); // there is but one
        open(*m_panel, { "a", "b" });
        QTRY_VERIFY(!source->isHidden());
        QCOMPARE(source->text(), QString("a"));
        const auto runs = [source] {
            Q_EMIT source->menu()->aboutToShow();
            return source->menu()->actions();
        };
        QTRY_VERIFY(runs().size() == 2 && runs()[1]->isEnabled()); // read, and it has completions
        QVERIFY(runs()[0]->isChecked());
        runs()[1]->trigger();
        QTRY_COMPARE(source->text(), QString("b"));
        QTRY_COMPARE(lengths->folders(), QStringList { path("b") });
        QTRY_VERIFY(!lengths->isEmpty());
        QMenu menu; // without a mouse
        lengths->fillMenu(&menu);
        const QList<QAction*> actions = menu.actions();
        QVERIFY(std::any_of(actions.begin(), actions.end(),
            [](const QAction* action) { return action->menu() && action->text() == "Run of the map"; }));
        m_panel->record();
        m_panel->undoStack()->undo();
        QTRY_COMPARE(source->text(), QString("a"));
    }

    void notesAreMarkersOfTheirSteps()
    {
        Note note;
        note.kind = "step";
        note.folder = path("a").toStdString();
        note.step = 5;
        note.text = "here it turned, and not a step before, as everybody had thought";
        const qint64 id = m_notes->add(note);
        note.folder = path("b").toStdString(); // not open
        note.step = 6;
        m_notes->add(note);
        QSignalSpy wanted(m_panel.get(), &ChartsPanel::notePicked);
        const auto at = [this](double step) {
            reward()->setCursor(step);
            return reward()->reading();
        };
        QTRY_VERIFY(at(5).contains(QString::fromUtf8("note “here it turned, and not a step")));
        QVERIFY(at(5).contains(QString::fromUtf8("…”")));
        QVERIFY(!at(6).contains("note"));
        reward()->setCursor(5);
        QTest::keyClick(reward(), Qt::Key_N);
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted[0][0].toLongLong(), id);
        // What runs are called is told with every step of one that trains: no chart is drawn anew for that.
        QTest::qWait(200); // what is still to be drawn
        const QList<QWidget*> parts = reward()->findChildren<QWidget*>();
        const auto canvas = std::find_if(
            parts.begin(), parts.end(), [](const QWidget* part) { return part->inherits("QCustomPlot"); });
        QVERIFY(canvas != parts.end());
        QSignalSpy drawn(*canvas, SIGNAL(afterReplot()));
        m_notes->renamed();
        QTest::qWait(200);
        QCOMPARE(drawn.count(), 0);
        m_notes->setText(id, "it did not turn");
        QTRY_VERIFY(at(5).contains("it did not turn"));
        m_notes->remove(id);
        QTRY_VERIFY(!at(5).contains("note"));
    }

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    LinePlot* reward() { return m_panel->chart("Reward"); }
    LegendChip* chip(const QString& label)
    {
        const LegendChips* legend = reward()->legend();
        for (int i = 0; i < legend->count(); ++i)
            if (legend->chip(i)->look().label == label)
                return legend->chip(i);
        return nullptr;
    }
    std::unique_ptr<ChartsPanel> made()
    {
        auto panel = std::make_unique<ChartsPanel>();
        panel->setNotes(m_notes.get());
        panel->setWorkspace(m_workspace.get());
        panel->resize(970, 690);
        panel->show();
        return panel;
    }
    void open(ChartsPanel& panel, const QStringList& names)
    {
        OpenRuns runs;
        const QColor colors[] { Qt::blue, Qt::red };
        for (const QString& name : names)
            runs.push_back({ std::make_shared<RunFeed>(path(name)), colors[runs.size()], name });
        panel.setRuns(runs);
    }

    QTemporaryDir m_folder;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<NoteModel> m_notes;
    std::unique_ptr<ChartsPanel> m_panel;
};

QTEST_MAIN(TestChartViews)
#include "tst_chart_views.moc"
