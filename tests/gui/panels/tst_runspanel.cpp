// The table of runs: filter, labels that stay, columns that stay, deletion that asks.

#include "core/protocol/run_folder.h"
#include "core/store/workspace.h"
#include "widgets/panels/runspanel.h"
#include "widgets/plots/placeaction.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QDir>
#include <QHeaderView>
#include <QLabel>
#include <QLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>

using namespace aha;

class TestRunsPanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("AHASCOPE_RUNS", m_folder->filePath("runs").toUtf8());
        m_workspace = orThrow(Workspace::open(m_folder->filePath("workspace.db").toStdString()));
        open();
    }
    void cleanup() { m_panel.reset(); }

    void saysWhatToDoWhenEmpty()
    {
        m_panel->setRows({});
        const auto labels = m_panel->table()->findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(),
            [](const QLabel* label) { return !label->isHidden() && label->text().contains("No runs yet"); }));
        m_panel->setRows({ row("a") });
        QVERIFY(std::all_of(labels.begin(), labels.end(),
            [](const QLabel* label) { return label->isHidden() || !label->text().contains("No runs yet"); }));
    }

    void nothingIsCutInANarrowDock()
    {
        m_panel->resize(290, 500);
        m_panel->show();
        m_panel->setRows({ row("a"), row("b") });
        QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
        QCOMPARE(m_panel->table()->horizontalHeader()->length(), m_panel->table()->viewport()->width());
        const int name = m_panel->table()->columnWidth(RunListModel::Name);
        QVERIFY(name >= 100);
        RunListRow later = row("c", 0.465); // trained on since its evaluation: the figure leans, its tip has the step
        later.evalStep = 20;
        later.step = 40;
        m_panel->setRows({ later });
        const QModelIndex figure = m_panel->table()->model()->index(0, RunListModel::Pass1);
        QCOMPARE(figure.data().toString(), QString("46.5 %"));
        QVERIFY(figure.data(Qt::FontRole).value<QFont>().italic());
        QVERIFY(figure.data(Qt::ToolTipRole).toString().contains("at step 20"));
        QCOMPARE(m_panel->table()->columnWidth(RunListModel::Name), name);
        m_panel->setRows({ row("a", 0.5) });
        QVERIFY(!m_panel->table()->model()->index(0, RunListModel::Pass1).data(Qt::FontRole).isValid());
    }

    /// In the dock of the window a name of usual length is read whole, with its seed; the state is a shape behind it.
    void namesAreReadInANarrowDock()
    {
        m_panel->resize(284, 500);
        m_panel->show();
        RunListRow one = row("r1-zero-miniature"), other = row("r1-zero-miniature");
        other.folder += "-2";
        other.key += "2";
        other.seed = 3;
        other.state = RunState::Failed;
        m_panel->setRows({ one, other });
        QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
        QVERIFY(m_panel->table()->isColumnHidden(RunListModel::State)); // the header's menu has it
        const QModelIndex name = m_panel->model()->index(1, RunListModel::Name);
        QCOMPARE(name.data().toString(), QString::fromUtf8("r1-zero-miniature · seed 3"));
        QCOMPARE(name.data(RunListModel::ShortRole).toString(), QString::fromUtf8("r1-zero-miniature · 3"));
        QCOMPARE(name.data(RunListModel::ShapeRole).toString(), QString::fromUtf8("✗"));
        QVERIFY(name.data(Qt::AccessibleTextRole).toString().endsWith(", failed"));
        QVERIFY(name.data(Qt::ToolTipRole).toString().contains("failed"));
        const QFontMetrics metrics = m_panel->table()->fontMetrics();
        const int room = m_panel->table()->columnWidth(RunListModel::Name) - 18 - 12 - 12; // shape, colour, margins
        QVERIFY2(metrics.horizontalAdvance(name.data(RunListModel::ShortRole).toString()) <= room,
            qPrintable(QString::number(room)));
        const QString title = QString::fromUtf8("a · seed 3"), brief = QString::fromUtf8("a · 3");
        QCOMPARE(RunsPanel::fitted(title, brief, metrics, metrics.horizontalAdvance(title)), title);
        QCOMPARE(RunsPanel::fitted(title, brief, metrics, metrics.horizontalAdvance(title) - 1), brief);
    }

    void filtersAndSaysWhatIsWrong()
    {
        m_panel->setRows({ row("a", 0.7), row("b", 0.2) });
        auto* edit = m_panel->findChild<QLineEdit*>("runsFilter");
        QTest::keyClicks(edit, "pass1>0.5");
        QCOMPARE(m_panel->table()->model()->rowCount(), 1);
        QVERIFY(m_panel->filterMessage().isEmpty());
        edit->clear();
        QTest::keyClicks(edit, "speed>9");
        QVERIFY(m_panel->filterMessage().contains("speed"));
        edit->clear();
        QVERIFY(m_panel->filterMessage().isEmpty());
        QCOMPARE(m_panel->table()->model()->rowCount(), 2);
    }

    void severalRunsAreComparedAsASweep()
    {
        m_panel->setRows({ row("a"), row("b"), row("c") });
        QSignalSpy asked(m_panel.get(), &RunsPanel::sweepRequested);
        m_panel->show();
        m_panel->select({ path("a") });
        auto* action = m_panel->findChild<PlaceAction*>("runs.sweep");
        QVERIFY(action && !action->makesSense()); // one run varies nothing
        m_panel->select({ path("a"), path("c") });
        QVERIFY(action->makesSense());
        action->trigger();
        QCOMPARE(asked.count(), 1);
        QStringList folders = asked[0][0].toStringList();
        folders.sort();
        QCOMPARE(folders, QStringList({ path("a"), path("c") }));
    }

    void labelsAndColumnsStay()
    {
        m_panel->setRows({ row("a"), row("b") });
        m_panel->select({ path("b") });
        auto* name = m_panel->findChild<QLineEdit*>("detailName");
        name->setText("champion");
        QTest::keyClick(name, Qt::Key_Return);
        m_panel->findChild<QLineEdit*>("detailTags")->setText("good, warm");
        m_panel->findChild<QPlainTextEdit*>("detailNote")->setPlainText("learns at step 30");
        m_panel->select({ path("a") }); // leaving the run keeps what was typed, and does not carry it over
        QCOMPARE(name->text(), QString("a"));
        QCOMPARE(m_panel->nameOf(path("a")), QString("a"));
        m_panel->table()->setColumnHidden(RunListModel::Seed, false);
        m_panel->table()->setColumnHidden(RunListModel::State, true);
        m_panel->saveState();
        open(); // the next window
        m_panel->setRows({ row("a"), row("b") });
        QCOMPARE(m_panel->nameOf(path("b")), QString("champion"));
        QVERIFY(!m_panel->table()->isColumnHidden(RunListModel::Seed)
            && m_panel->table()->isColumnHidden(RunListModel::State));
        m_panel->setFilter("tag:good note");
        QCOMPARE(m_panel->table()->model()->rowCount(), 0);
        m_panel->setFilter("tag:good step");
        QCOMPARE(m_panel->table()->model()->rowCount(), 1);
    }

    void worksWithoutAWorkspace()
    {
        m_panel = std::make_unique<RunsPanel>(nullptr);
        m_panel->setRows({ row("a") });
        m_panel->model()->setData(m_panel->model()->index(0, RunListModel::Name), "x", Qt::EditRole);
        QCOMPARE(m_panel->nameOf(path("a")), QString("x"));
        m_panel->saveState();
    }

    void opensWithTheKeyboardAndKeepsTheSelection()
    {
        m_panel->show();
        m_panel->setRows({ row("a"), row("b"), row("c") });
        QSignalSpy opened(m_panel.get(), &RunsPanel::openRequested);
        m_panel->select({ path("a"), path("c") });
        m_panel->table()->setCurrentIndex(m_panel->table()->model()->index(0, 0));
        m_panel->select({ path("a"), path("c") });
        QTest::keyClick(m_panel->table(), Qt::Key_Return);
        QCOMPARE(opened.count(), 1);
        QStringList folders = opened[0][0].toStringList();
        folders.sort();
        QCOMPARE(folders, QStringList({ path("a"), path("c") }));
        m_panel->setRows({ row("b"), row("c"), row("a"), row("d") }); // scanned again
        QCOMPARE(m_panel->selectedFolders().size(), 2);
    }

    /// The details take their room from the table only when no second click can come any more.
    void aDoubleClickOnALowRowOpensIt()
    {
        std::vector<RunListRow> rows;
        for (int i = 0; i < 40; ++i)
            rows.push_back(row(QStringLiteral("run %1").arg(i, 2, 10, QLatin1Char('0'))));
        m_panel->resize(290, 500);
        m_panel->show();
        m_panel->setRows(rows);
        QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
        QSignalSpy opened(m_panel.get(), &RunsPanel::openRequested);
        QTableView* table = m_panel->table();
        const int height = table->height();
        const QPoint low(20, table->viewport()->height() - 20);
        const QString name = table->indexAt(low).data(RunListModel::FolderRole).toString();
        const QPoint there = table->viewport()->mapTo(m_panel.get(), low);
        const auto under = [&] { return m_panel->childAt(there); };
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, low);
        QCOMPARE(m_panel->selectedFolders(), QStringList { name });
        m_panel->layout()->activate();
        QCOMPARE(table->height(), height);
        QCOMPARE(under(), table->viewport());
        QTest::mouseDClick(table->viewport(), Qt::LeftButton, {}, low);
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened[0][0].toStringList(), QStringList { name });
        auto* edit = m_panel->findChild<QLineEdit*>("detailName");
        QTRY_VERIFY(edit->isVisible()); // then they come, and the row stays in sight
        QCOMPARE(edit->text(), name.section('/', -1));
        QVERIFY(table->height() < height);
        QTRY_VERIFY(table->viewport()->rect().intersects(table->visualRect(table->currentIndex())));
        // What is selected is not what is open: a button says so.
        auto* open = m_panel->findChild<QPushButton*>("openSelected");
        QVERIFY(open->isEnabled());
        QTest::mouseClick(open, Qt::LeftButton);
        QCOMPARE(opened.count(), 2);
        m_panel->setColors({ { name, Qt::blue } });
        QVERIFY(!open->isEnabled());
    }

    void runsOfOneNameAreToldApart()
    {
        std::vector<RunListRow> rows { row("x-1"), row("x-2"), row("y"), row("z") };
        for (RunListRow& one : rows)
            one.name = one.name.left(1);
        rows[1].seed = 7;
        RunListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRows(rows);
        const auto titles = [&] {
            QStringList texts;
            for (int i = 0; i < model.rowCount(); ++i)
                texts << model.index(i, RunListModel::Name).data().toString();
            return texts;
        };
        QCOMPARE(titles(), QStringList({ "x · seed 0", "x · seed 7", "y", "z" }));
        QCOMPARE(model.index(0, RunListModel::Name).data(Qt::EditRole).toString(), QString("x"));
        rows[1].seed = 0;
        model.updateRow(rows[1]);
        QCOMPARE(titles(), QStringList({ "x · x-1", "x · x-2", "y", "z" }));
        model.setData(model.index(1, RunListModel::Name), "other", Qt::EditRole);
        QCOMPARE(titles(), QStringList({ "x", "other", "y", "z" }));
        RunListRow more = row("y-2");
        more.name = "y";
        more.seed = 3;
        model.updateRow(more);
        QCOMPARE(titles(), QStringList({ "y · seed 3", "x", "other", "y · seed 0", "z" }));
        model.removeFolder(more.folder);
        QCOMPARE(titles(), QStringList({ "x", "other", "y", "z" }));
        QCOMPARE(m_panel->table()->textElideMode(), Qt::ElideMiddle);
    }

    void deletionAsksAndSparesTheBusy()
    {
        for (const char* name : { "a", "b" }) {
            QDir().mkpath(path(name));
            QFile file(path(name) + "/config.json");
            QVERIFY(file.open(QIODevice::WriteOnly));
        }
        m_panel->setRows({ row("a"), row("b") });
        int asked = 0;
        bool answer = false;
        QString told;
        m_panel->ask = [&](const QString& question, const QString& yes, std::function<void()> act) {
            ++asked;
            [&] { QVERIFY(question.contains("a") && !yes.isEmpty()); }();
            if (answer)
                act();
        };
        connect(m_panel.get(), &RunsPanel::troubled, this, [&](const QString& sentence) { told = sentence; });
        QSignalSpy deleted(m_panel.get(), &RunsPanel::deleted);
        m_panel->select({ path("a") });
        m_panel->removeSelected();
        QCOMPARE(asked, 1);
        QVERIFY(QDir(path("a")).exists()); // no was said
        {
            const auto lease = orThrow(Lease::acquire(path("a").toStdString()));
            m_panel->removeSelected();
            QCOMPARE(asked, 1);
            QVERIFY(told.contains("being trained"));
            QVERIFY(QDir(path("a")).exists());
        }
        answer = true;
        m_panel->removeSelected();
        QVERIFY(!QDir(path("a")).exists() && QDir(path("b")).exists());
        QCOMPARE(deleted.count(), 1);
        QCOMPARE(m_panel->model()->rowCount(), 1);
    }

    void findsRunsByItself()
    {
        QDir().mkpath(path("later"));
        QFile file(path("later") + "/config.json");
        QVERIFY(file.open(QIODevice::WriteOnly));
        m_panel->refresh();
        QTRY_COMPARE(m_panel->model()->rowCount(), 1);
        QCOMPARE(m_panel->model()->row(0).folder, path("later"));
    }

private:
    void open()
    {
        m_panel.reset();
        m_panel = std::make_unique<RunsPanel>(m_workspace.get());
        m_panel->resize(600, 600);
    }
    QString path(const QString& name) const { return m_folder->filePath("runs/" + name); }
    RunListRow row(const QString& name, double pass1 = 0.5) const
    {
        RunListRow made;
        made.folder = path(name);
        made.key = name + "@1";
        made.name = name;
        made.state = RunState::Finished;
        made.pass1 = made.pass1Low = made.pass1High = pass1;
        made.step = made.maxSteps = 150;
        return made;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<RunsPanel> m_panel;
};

QTEST_MAIN(TestRunsPanel)
#include "tst_runspanel.moc"
