// The tour: seen once, in nobody's way, and what it tells of a run is owed to who had none.

#include "core/store/workspace.h"
#include "tests/gui/traces/trace_fixture.h"
#include "tests/support/window_place.h"
#include "widgets/shell/actiontable.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"
#include "widgets/shell/tour.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScopeGuard>
#include <QTabBar>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

using namespace aha;

class TestTour : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::placeWindowIn(m_folder);
        m_run = m_folder.filePath("runs/one");
        fixture::makeRun(m_run);
    }

    /// What it tells of a run it owes to who had none.
    void theTourWaitsForARun()
    {
        QTemporaryDir empty;
        const auto workspace = orThrow(Workspace::open(empty.filePath("tour.db").toStdString()));
        const QByteArray runs = qgetenv("AHASCOPE_RUNS");
        const auto back = qScopeGuard([&] { qputenv("AHASCOPE_RUNS", runs); });
        qputenv("AHASCOPE_RUNS", empty.filePath("runs").toUtf8());
        MainWindow window(workspace.get());
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        window.startTour(true);
        auto* tour = window.findChild<Tour*>();
        QStringList titles;
        for (int i = 0; i < 20 && tour->isVisible(); ++i) {
            titles << tour->findChild<QLabel*>("tourTitle")->text();
            QTest::keyClick(tour->findChild<QPushButton*>("tourNext"), Qt::Key_Space);
        }
        QVERIFY(titles.size() == 4 && !titles.contains("Charts"));
        window.startTour(true);
        QVERIFY(!tour->isVisible());
        window.openRuns({ m_run });
        auto* aside = window.findChild<QToolButton*>("tourAside");
        QVERIFY(!tour->isVisible() && aside->isVisible()); // it waits, and is in nobody's way
        QVERIFY2(aside->text().contains("3 of 7"), qPrintable(aside->text()));
        aside->click();
        QCOMPARE(tour->findChild<QLabel*>("tourTitle")->text(), QString("The run itself"));
        QTest::keyClick(tour, Qt::Key_Escape);
        QVERIFY(!aside->isVisible());
        window.openRuns({});
        window.openRuns({ m_run });
        QVERIFY(!aside->isVisible()); // seen
    }

    void tourIsSeenOnce()
    {
        const auto workspace = orThrow(Workspace::open(m_folder.filePath("tour.db").toStdString()));
        MainWindow window(workspace.get());
        window.openRuns({ m_run });
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        const QString before = window.pages()->currentPage();
        window.startTour(true);
        auto* tour = window.findChild<Tour*>();
        QVERIFY(tour->isVisible());
        QStringList titles;
        for (int i = 0; i < 20 && tour->isVisible(); ++i) {
            titles << tour->findChild<QLabel*>("tourTitle")->text();
            QVERIFY2(window.rect().contains(tour->geometry()), qPrintable(titles.last()));
            const auto* frame = window.findChild<QWidget*>("tourFrame"); // around what is spoken of
            QVERIFY2(frame->isVisible() && window.rect().contains(frame->geometry()), qPrintable(titles.last()));
            if (titles.last() == "A new run" || titles.last() == "Traces") { // controls, which it does not cover
                QVERIFY2(!frame->geometry().intersects(tour->geometry()), qPrintable(titles.last()));
                const auto* of = window.findChild<QWidget*>(titles.last() == "Traces" ? "traceStep" : "openRecipes");
                QVERIFY(frame->geometry().contains(QRect(of->mapTo(&window, QPoint()), of->size())));
            }
            for (const char* name : { "startTraining", "openSelected", "resumeRun", "stopRun", "runState" })
                if (const auto* button = window.findChild<QWidget*>(name); button->parentWidget()->isVisible())
                    QVERIFY2(!tour->geometry().intersects(QRect(button->mapTo(&window, QPoint()), button->size())),
                        qPrintable(titles.last() + " covers " + name));
            for (const QTabBar* tabs : window.pages()->findChildren<QTabBar*>())
                if (tabs->isVisible())
                    QVERIFY2(!tour->geometry().intersects(QRect(tabs->mapTo(&window, QPoint()), tabs->size())),
                        qPrintable(titles.last() + " covers " + tabs->accessibleName()));
            window.findChild<QDockWidget*>("runsDock")->isVisible(); // nothing is blocked
            QTest::keyClick(tour->findChild<QPushButton*>("tourNext"), Qt::Key_Space);
        }
        QCOMPARE(titles.size(), 7);
        QVERIFY(titles.contains("Charts") && titles.contains("Traces"));
        auto* frame = window.findChild<QWidget*>("tourFrame");
        QVERIFY(!tour->isVisible() && !frame->isVisible());
        // Of a tab that is not in front it frames what is: not a place where nothing of it stands.
        auto* traceTabs = window.findChild<QTabWidget*>("traceTabs");
        traceTabs->setCurrentIndex(1);
        window.startTour(false);
        for (int i = 0; i < 4; ++i)
            QTest::keyClick(tour->findChild<QPushButton*>("tourNext"), Qt::Key_Space);
        QCOMPARE(tour->findChild<QLabel*>("tourTitle")->text(), QString("Traces"));
        const QWidget* inFront = traceTabs->currentWidget();
        QVERIFY(frame->geometry().contains(QRect(inFront->mapTo(&window, QPoint()), inFront->size())));
        tour->hide(); // as a window does that is minimized
        QVERIFY(!frame->isVisible());
        tour->show();
        QVERIFY(frame->isVisible());
        QTest::keyClick(tour, Qt::Key_Escape);
        traceTabs->setCurrentIndex(0);
        window.showPage(before);
        QCOMPARE(window.pages()->currentPage(), before); // where one was
        window.startTour(true);
        QVERIFY(!tour->isVisible()); // remembered
        window.actionTable()->action("help.tour")->trigger();
        QVERIFY(tour->isVisible());
        QCOMPARE(tour->findChild<QLabel*>("tourTitle")->text(), QString("Runs"));
        auto* aside = window.findChild<QToolButton*>("tourAside");
        auto* next = tour->findChild<QPushButton*>("tourNext");
        for (const char* page : { "Log", "Traces", "Charts" }) { // nor does it go on by itself to a page it speaks of
            window.showPage(page);
            QVERIFY2(!tour->isVisible() && aside->isVisible() && aside->text().contains("1 of 7"), page);
        }
        aside->click();
        QCOMPARE(tour->findChild<QLabel*>("tourTitle")->text(), QString("Runs"));
        // Who goes elsewhere is not followed about: the tour waits at its stop.
        QTest::keyClick(next, Qt::Key_Space);
        QCOMPARE(window.pages()->currentPage(), QString("Settings"));
        window.showPage("Tokenizer");
        QVERIFY(!tour->isVisible() && aside->isVisible());
        QVERIFY2(aside->text().contains("2 of 7"), qPrintable(aside->text()));
        aside->click();
        QVERIFY(tour->isVisible() && !aside->isVisible());
        QCOMPARE(window.pages()->currentPage(), QString("Settings"));
        window.showPage("Lab");
        QVERIFY(!tour->isVisible());
        window.showPage("Settings"); // back by oneself
        QVERIFY(tour->isVisible() && !aside->isVisible());
        QCOMPARE(tour->findChild<QLabel*>("tourTitle")->text(), QString("A new run"));
        QTest::keyClick(tour, Qt::Key_Escape);
        QVERIFY(!tour->isVisible());
        window.showPage("Lab");
        QVERIFY(!tour->isVisible() && !aside->isVisible());
    }

private:
    QTemporaryDir m_folder;
    QString m_run;
};

QTEST_MAIN(TestTour)
#include "tst_tour.moc"
