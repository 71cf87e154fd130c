// Named layouts: docks and page together.

#include "widgets/language/translation.h"
#include "widgets/shell/actiontable.h"
#include "widgets/shell/askbar.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"

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
            m_layout = name;
            return;
        }
    if (const WindowLayout* own = m_layouts.find(name)) {
        QMainWindow::restoreState(own->docks, kLayoutVersion);
        showPage(own->page);
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
            m_layouts.keep(name, { QMainWindow::saveState(kLayoutVersion), m_pages->currentPage() });
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

void MainWindow::restoreLayouts() { m_layouts = LayoutList::fromJson(kept(kLayouts)); }

} // namespace aha
