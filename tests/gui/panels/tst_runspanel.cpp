// The table of runs: filter, labels that stay, columns that stay, deletion that asks.

#include "core/protocol/run_folder.h"
#include "core/store/workspace.h"
#include "widgets/panels/runspanel.h"

#include <QDir>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
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
        QVERIFY(m_panel->table()->columnWidth(RunListModel::Name) >= 80);
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
