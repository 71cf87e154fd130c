// Named layouts: docks and pages together; and where one stands, beside the tabs or among them.

#include "widgets/language/translation.h"
#include "widgets/shell/actiontable.h"
#include "widgets/shell/askbar.h"
#include "widgets/shell/besidepane.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"
#include "widgets/shell/pagesides.h"
#include "widgets/shell/readingorder.h"

#include <QDockWidget>
#include <QMenu>

namespace aha {

namespace {
constexpr const char* kLayouts = "window.layouts";
constexpr int kLayoutVersion = 1;
}

void MainWindow::applyLayout(const QString& name)
{
    for (const LayoutList::Shipped& shipped : LayoutList::kShipped)
        if (name == QLatin1String(shipped.name)) {
            const std::tuple<const char*, bool, Qt::DockWidgetArea> docks[]
                = { { "runsDock", shipped.runs, Qt::LeftDockWidgetArea },
                      { "notesDock", shipped.notes, Qt::LeftDockWidgetArea },
                      { "logDock", shipped.log, Qt::BottomDockWidgetArea } };
            for (const auto& [dockName, shown, area] : docks) {
                auto* dock = findChild<QDockWidget*>(QString::fromLatin1(dockName));
                dock->setFloating(false);
                addDockWidget(area, dock);
                dock->setVisible(shown);
                if (shown && area == Qt::LeftDockWidgetArea)
                    resizeDocks({ dock }, { 284 }, Qt::Horizontal);
            }
            showPage(QString::fromLatin1(shipped.page));
            m_sides->want(QString::fromLatin1(shipped.beside), 0.5);
            m_layout = name;
            return;
        }
    if (const WindowLayout* own = m_layouts.find(name)) {
        QMainWindow::restoreState(own->docks, kLayoutVersion);
        showPage(own->page);
        m_sides->want(own->beside, own->share);
        m_layout = name;
    }
}

void MainWindow::fillLayouts(QMenu* menu)
{
    // The first actions are for good (ActionTable); what follows them is made anew.
    for (QAction* action : menu->actions())
        if (action->property("aha.own").toBool())
            delete action;
    const auto add = [&](const QString& text, auto&& work) {
        QAction* action = menu->addAction(QString(text).replace(QLatin1Char('&'), QLatin1String("&&")));
        action->setProperty("aha.own", true);
        connect(action, &QAction::triggered, this, work);
    };
    const QStringList names = m_layouts.names();
    if (!names.isEmpty())
        menu->addSeparator()->setProperty("aha.own", true);
    for (const QString& name : names)
        add(name, [this, name] { applyLayout(name); });
}

void MainWindow::saveLayoutAs()
{
    m_ask->ask(tr("Name of this layout"), m_layouts.find(m_layout) ? m_layout : QString(), [this](const QString& name) {
        const QString problem = m_layouts.refusal(name);
        if (problem.isEmpty()) {
            m_layouts.keep(name,
                { QMainWindow::saveState(kLayoutVersion), m_pages->tabPage(), m_sides->wanted(), m_sides->share() });
            m_layout = name;
            keep(kLayouts, m_layouts.toJson());
        }
        return problem;
    });
}

void MainWindow::renameLayout()
{
    if (!m_layouts.find(m_layout))
        return say(tr("Choose one of your own layouts first; those that come with the program keep their "
                      "names."));
    m_ask->ask(tr("New name of the layout “%1”").arg(m_layout), m_layout, [this](const QString& name) {
        const QString problem = m_layouts.refusal(name, m_layout);
        if (problem.isEmpty()) {
            m_layouts.rename(m_layout, name);
            m_layout = name;
            keep(kLayouts, m_layouts.toJson());
        }
        return problem;
    });
}

void MainWindow::deleteLayout()
{
    if (!m_layouts.find(m_layout))
        return say(tr("Choose one of your own layouts first; those that come with the program stay."));
    say(tr("The layout “%1” is deleted.").arg(m_layout));
    m_layouts.remove(m_layout);
    m_layout.clear();
    keep(kLayouts, m_layouts.toJson());
}

void MainWindow::showBeside(const QString& page)
{
    if (const QString problem = m_sides->put(page); !problem.isEmpty())
        say(problem);
}

void MainWindow::showAmongTabs()
{
    if (!m_sides->takeBack())
        say(tr("No page stands beside the tabs."));
}

/// As the window reads: the docks at the left, the tabs, what stands beside them, the log.
void MainWindow::focusNextPane()
{
    std::vector<std::pair<QWidget*, QWidget*>> panes; // and where the focus goes in it
    const auto addDock = [&](const char* name) {
        auto* dock = findChild<QDockWidget*>(QString::fromLatin1(name));
        if (!dock->isFloating() && !dock->visibleRegion().isEmpty()) // one behind another's tab is as good as hidden
            panes.emplace_back(dock, dock->widget());
    };
    addDock("runsDock");
    addDock("notesDock");
    size_t next = panes.size(); // from nowhere to the page
    panes.emplace_back(m_pages, m_pages->tabPageWidget());
    if (!m_pages->beside().isEmpty())
        panes.emplace_back(m_pages->pane(), m_pages->pane()->page());
    addDock("logDock");
    for (size_t i = 0; i < panes.size(); ++i)
        if (panes[i].first->isAncestorOf(focusWidget()))
            next = (i + 1) % panes.size();
    focusWithin(panes[next].second);
}

void MainWindow::restoreLayouts() { m_layouts = LayoutList::fromJson(kept(kLayouts)); }

} // namespace aha
