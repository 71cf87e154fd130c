// qcustomplot.h is written with the keywords signals, slots and foreach.
#undef QT_NO_KEYWORDS
#undef QT_NO_FOREACH

// From a point of a chart to the token where the completions of a group parted and the reward part that paid for it:
// four clicks through the real window. With AHASCOPE_SCREENSHOTS=FOLDER each click leaves a picture there, of the run
// AHASCOPE_SCREENSHOT_RUN (its step AHASCOPE_SCREENSHOT_STEP) where that is set, in AHASCOPE_SCREENSHOT_THEME.

#include "group_fixture.h"

#include "widgets/panels/chartspanel.h"
#include "widgets/panels/groupview.h"
#include "widgets/panels/prefixtreeview.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/tracesteppage.h"
#include "widgets/panels/tracetable.h"
#include "widgets/panels/traceview.h"
#include "widgets/plots/lineplot.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/theme.h"

#include <qcustomplot.h>

#include <QLabel>
#include <QPainter>
#include <QSettings>
#include <QStandardPaths>
#include <QToolButton>
#include <QtTest>

using namespace aha;

class TestFourClicks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void fromTheChartToTheToken()
    {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.filePath("settings"));
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        QString run = qEnvironmentVariable("AHASCOPE_SCREENSHOT_RUN");
        const bool real = !run.isEmpty();
        if (!real) {
            run = m_folder.filePath("runs/groups");
            fixture::makeGroupRun(run, true);
        }
        qputenv("AHASCOPE_RUNS", QFileInfo(run).path().toUtf8());
        const qint64 step = real ? qEnvironmentVariableIntValue("AHASCOPE_SCREENSHOT_STEP") : 4;
        applyTheme(*qApp, themeFromName(qEnvironmentVariable("AHASCOPE_SCREENSHOT_THEME", "light")));
        MainWindow window;
        window.resize(1280, 800);
        window.openRuns({ run });
        window.showPage("Train");
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        auto* charts = window.findChild<ChartsPanel*>();
        auto* traces = window.findChild<TracesPanel*>();
        QVERIFY(charts && traces && !traces->isVisible());

        // 1: a point of a chart.
        LinePlot* reward = charts->chart("Reward");
        QVERIFY(reward);
        auto* plot = reward->findChild<QCustomPlot*>();
        QTRY_VERIFY(!reward->isEmpty() && plot->isVisible() && plot->axisRect()->width() > 50);
        reward->redraw();
        click(window, plot, QPoint(int(plot->xAxis->coordToPixel(double(step))), plot->axisRect()->center().y()));
        QTRY_VERIFY(traces->isVisible());
        QCOMPARE(traces->stepPage()->step(), step);

        // 2: a group in which some earned more than others.
        auto* groups = traces->findChild<TraceTable*>("groups");
        int row = -1;
        for (int i = 0; i < groups->model()->rowCount() && row < 0; ++i)
            if (groups->model()->index(i, 0).data(GroupListModel::OutcomeRole).toInt() & Mixed)
                row = i;
        QVERIFY(row >= 0);
        click(window, groups->viewport(),
            groups->visualRect(groups->model()->index(row, GroupListModel::Prompt)).center());
        QVERIFY(outcomesOf(*traces->stepPage()->currentGroup()) & Mixed);

        // 3: where they part ways.
        auto* button = traces->findChild<QToolButton*>("groupTree");
        QVERIFY(button->isVisible());
        click(window, button, button->rect().center());
        PrefixTreeView* tree = traces->stepPage()->groupView()->tree();
        QTRY_VERIFY(tree->isVisible() && tree->tree().branches.size() > 1);

        // 4: the branch that earned most.
        int branch = tree->tree().branches[0].branch.children[0];
        for (const int child : tree->tree().branches[0].branch.children)
            if (tree->tree().branches[size_t(child)].branch.meanReward
                > tree->tree().branches[size_t(branch)].branch.meanReward)
                branch = child;
        const GroupBranch& chosen = tree->tree().branches[size_t(branch)];
        const QRect seen = tree->viewport()->rect() & tree->boxOf(branch);
        QVERIFY(!seen.isEmpty());
        click(window, tree->viewport(), seen.center());
        QCOMPARE(m_clicks, 4);

        // There: the token is marked and in view, and the part that paid is named.
        TraceView* view = traces->pane()->view();
        const auto [begin, end] = view->marked();
        QVERIFY(end > begin);
        QCOMPARE(view->trace().text.mid(begin, end - begin), chosen.text.left(chosen.firstLength));
        QVERIFY(view->isVisible() && view->isInView(begin));
        const QString facts = traces->findChild<QLabel*>("traceFacts")->text();
        QVERIFY2(real || facts.contains("accuracy paid 0.63 more than the group's mean"), qPrintable(facts));
        if (!m_pictures.isEmpty()) { // the last shows what the fourth click led to
            QTest::qWait(50);
            QVERIFY(window.grab().save(m_pictures + "/four-clicks-5.png"));
        }
    }

private:
    /// A click of the mouse; with a picture of the window just before, and a ring where the click goes.
    void click(QWidget& window, QWidget* target, const QPoint& at)
    {
        ++m_clicks;
        if (!m_pictures.isEmpty()) {
            QTest::qWait(50);
            QPixmap picture = window.grab();
            QPainter painter(&picture);
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setPen(QPen(QColor("#c62828"), 3));
            painter.drawEllipse(target->mapTo(&window, at), 16, 16);
            painter.end();
            QVERIFY(picture.save(m_pictures + QString("/four-clicks-%1.png").arg(m_clicks)));
        }
        QTest::mouseClick(target, Qt::LeftButton, {}, at);
    }

    QTemporaryDir m_folder;
    QString m_pictures = qEnvironmentVariable("AHASCOPE_SCREENSHOTS");
    int m_clicks = 0;
};

QTEST_MAIN(TestFourClicks)
#include "tst_four_clicks.moc"
