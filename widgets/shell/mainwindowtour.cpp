// The stops of the tour.

#include "widgets/language/translation.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/runspanel.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"
#include "widgets/shell/runheader.h"
#include "widgets/shell/tour.h"

#include <QDockWidget>
#include <QMenuBar>
#include <QTabBar>
#include <QTableView>
#include <QToolButton>

namespace aha {

namespace {
constexpr const char *kTourSeen = "tour.seen", *kDemo = "r1-zero-miniature";
constexpr const char* kWithoutRun = "without a run"; ///< seen so: the stops at a run are owed
constexpr int kFirstAtARun = 2;
}

void MainWindow::startTour(bool onlyOnce)
{
    if (onlyOnce && !kept(kTourSeen).isEmpty())
        return oweTour();
    if (m_runs.empty()) { // the demo's run is made for this; any other serves, too
        const std::vector<RunListRow>& rows = m_runsPanel->model()->rows();
        const RunListRow* chosen = nullptr;
        for (const RunListRow& row : rows)
            if (row.problem.isEmpty()
                && (!chosen
                    || (row.name.contains(QLatin1String(kDemo)) && !chosen->name.contains(QLatin1String(kDemo)))))
                chosen = &row;
        if (chosen)
            openRuns({ chosen->folder });
    }
    m_tour->start(tourStops());
}

void MainWindow::oweTour()
{
    if (!m_runs.empty() && m_tour->current() < 0 && kept(kTourSeen) == QLatin1String(kWithoutRun))
        m_tour->wait(tourStops(), kFirstAtARun);
}

std::vector<TourStop> MainWindow::tourStops()
{
    const auto page = [this](const char* name, QWidget* target) {
        return [this, name = QString::fromLatin1(name), target]() -> QWidget* {
            if (!m_pages->showPage(name))
                return nullptr;
            return target;
        };
    };
    const auto withRun
        = [this](auto&& show) { return [this, show]() -> QWidget* { return m_runs.empty() ? nullptr : show(); }; };
    std::vector<TourStop> stops {
        { tr("Runs"),
            tr("Every run on this machine. Enter opens one, Ctrl marks several to compare. Folders can be "
               "dropped onto the window."),
            {},
            [this]() -> QWidget* {
                findChild<QDockWidget*>(QStringLiteral("runsDock"))->show();
                return m_runsPanel->table();
            } },
        { tr("A new run"),
            tr("Start from a recipe, change what you like, press Start. What is wrong is said at its field."),
            QLatin1String("Settings"), page("Settings", findChild<QWidget*>(QStringLiteral("openRecipes"))) },
        { tr("The run itself"),
            tr("State, step and time left stand above every page. Pause, sample and stop are here while a "
               "run trains."),
            QLatin1String("Charts"), withRun(page("Charts", m_header)) },
        { tr("Charts"),
            tr("Drag to zoom, all charts together. A click on a step opens what the model wrote at that "
               "step: from the bump to its cause."),
            QLatin1String("Charts"), withRun(page("Charts", m_panels.train->charts())) },
        { tr("Traces"),
            tr("The groups of a step, their completions with rewards and advantages, and the text with "
               "reflection words, languages and token heat."),
            QLatin1String("Traces"), withRun(page("Traces", findChild<QWidget*>(QStringLiteral("traceStep")))) },
        { tr("Find anything"),
            tr("Ctrl+K finds every action, page, run, setting and metric. Ctrl+M writes a note about what you see."),
            {}, [this]() -> QWidget* { return menuBar(); } },
        { tr("What does it mean?"),
            tr("Hover over the name of a metric, or press F1 there: every metric and term is explained. "
               "This tour is in the menu Help."),
            {}, [this]() -> QWidget* { return menuBar(); } },
    };
    disconnect(m_tour, nullptr, this, nullptr);
    disconnect(m_pages, &PageDeck::pageChanged, m_tour, nullptr);
    connect(m_tour, &Tour::ended, this, [this, before = m_pages->currentPage()](bool toTheEnd) {
        keep(kTourSeen, toTheEnd && m_runs.empty() ? kWithoutRun : "1");
        if (toTheEnd) // who skips it stays where they wanted to be
            m_pages->showPage(before);
    });
    connect(m_tour, &Tour::steppedAside, this, &MainWindow::showTourAside);
    connect(m_pages, &PageDeck::pageChanged, m_tour, &Tour::pageShown);
    std::vector<QWidget*> clear { m_header };
    for (const char* name : { "startTraining", "openSelected", "runDemo", "openRecipes", "configSearch", "showAdvanced",
             "sideRewards", "sideAdvice" })
        clear.push_back(findChild<QWidget*>(QLatin1String(name)));
    for (QTabBar* tabs : m_pages->findChildren<QTabBar*>())
        clear.push_back(tabs);
    m_tour->keepClear(clear);
    return stops;
}

void MainWindow::showTourAside(int stop, int stops)
{
    if (!m_tourAside) {
        m_tourAside = new QToolButton(this);
        m_tourAside->setObjectName(QStringLiteral("tourAside"));
        m_tourAside->setAutoRaise(true);
        m_tourAside->setToolTip(tr("The tour waits here while you look elsewhere"));
        connect(m_tourAside, &QToolButton::clicked, m_tour, &Tour::goOn);
        menuBar()->setCornerWidget(m_tourAside);
    }
    m_tourAside->setText(tr("Go on with the tour (%1 of %2)").arg(stop).arg(stops));
    m_tourAside->setAccessibleName(m_tourAside->text());
    m_tourAside->setVisible(stop > 0);
    menuBar()->adjustSize();
}

} // namespace aha
