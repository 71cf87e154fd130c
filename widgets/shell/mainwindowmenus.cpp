// Every action of the window, in its menu.

#include "core/run/runlauncher.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/runspanel.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/shell/actiontable.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"
#include "widgets/shell/runheader.h"

#include <QDockWidget>
#include <QFileDialog>
#include <QLineEdit>
#include <QMenuBar>
#include <QMessageBox>

namespace aha {

void MainWindow::buildMenus()
{
    const auto keys = [](const char* text) { return QKeySequence(QString::fromLatin1(text)); };
    const auto add = [this](QMenu* menu, const char* id, const char* text, const QKeySequence& keys, auto&& work) {
        return m_actions->add(menu, QString::fromLatin1(id), QString::fromUtf8(text), keys, work);
    };
    const auto command = [this](Command::Kind kind) { return [this, kind] { m_header->send(kind); }; };
    QMenu* run = menuBar()->addMenu(QStringLiteral("&Run"));
    add(run, "run.new", "&New run…", QKeySequence::New, [this] { showPage(QStringLiteral("Settings")); });
    add(run, "run.open", "&Open run folder…", QKeySequence::Open, [this] {
        const QString folder = QFileDialog::getExistingDirectory(this, QStringLiteral("Open run folder"), runsFolder());
        if (!folder.isEmpty())
            openRuns({ folder });
    });
    run->addSeparator();
    add(run, "run.pause", "&Pause or continue", keys("Ctrl+P"), [this] { m_header->togglePause(); });
    add(run, "run.checkpoint", "&Checkpoint now", keys("Ctrl+S"), command(Command::Kind::CheckpointNow));
    add(run, "run.sample", "Sample &now", keys("Ctrl+T"), command(Command::Kind::SampleNow));
    add(run, "run.stop", "&Stop", keys("Ctrl+."), command(Command::Kind::Stop));
    run->addSeparator();
    add(run, "run.refresh", "&Refresh the table of runs", QKeySequence::Refresh, [this] { m_runsPanel->refresh(); });
    add(run, "run.quit", "&Quit", QKeySequence::Quit, [this] { close(); });

    QMenu* go = menuBar()->addMenu(QStringLiteral("&Go"));
    const QStringList tabs = m_pages->tabs();
    for (int i = 0; i < tabs.size(); ++i)
        m_actions->add(go, QStringLiteral("go.") + tabs[i], tabs[i],
            i < 9 ? QKeySequence(QStringLiteral("Ctrl+%1").arg(i + 1)) : QKeySequence(),
            [this, tab = tabs[i]] { showPage(tab); });
    for (const QString& tab : tabs) {
        QMenu* within = nullptr;
        for (const Page& page : m_pages->pages())
            if (page.parent == tab) {
                if (!within) {
                    if (go->actions().size() == tabs.size())
                        go->addSeparator();
                    within = go->addMenu(tab);
                }
                m_actions->add(within, QStringLiteral("go.") + tab + QLatin1Char('.') + page.name, page.name, {},
                    [this, name = page.name] { showPage(name); });
            }
    }

    QMenu* view = menuBar()->addMenu(QStringLiteral("&View"));
    m_actions->adopt(
        view, QStringLiteral("view.runs"), findChild<QDockWidget*>(QStringLiteral("runsDock"))->toggleViewAction(), {});
    add(view, "view.filter", "&Filter runs", keys("Ctrl+L"),
        [this] { m_runsPanel->findChild<QLineEdit*>(QStringLiteral("runsFilter"))->setFocus(); });
    add(view, "view.follow", "Follow new &steps", keys("Ctrl+0"), [this] { m_panels.train->charts()->followAll(); });
    QMenu* theme = view->addMenu(QStringLiteral("&Theme"));
    for (const char* name : { "system", "light", "dark" })
        m_actions->add(
            theme, QStringLiteral("theme.") + QLatin1String(name), QString::fromLatin1(name), {}, [this, name] {
                Q_EMIT themeRequested(QString::fromLatin1(name));
                keep(kThemeSetting, name);
            });
    QMenu* help = menuBar()->addMenu(QStringLiteral("&Help"));
    add(help, "help.keys", "&Keyboard", QKeySequence::HelpContents, [this] { showKeys(); });
}

void MainWindow::showKeys()
{
    QString text;
    for (const QAction* action : findChildren<QAction*>())
        if (!action->shortcut().isEmpty())
            text += action->shortcut().toString(QKeySequence::NativeText) + QLatin1Char('\t')
                + QString(action->text()).remove(QLatin1Char('&')) + QLatin1Char('\n');
    text += QStringLiteral("\nIn a chart: arrows move the cursor, + and - zoom, Home shows everything, Enter opens the "
                           "traces of the step.\n"
                           "In the table of runs: Enter opens, F2 renames, Del deletes.");
    QMessageBox box(QMessageBox::NoIcon, QStringLiteral("Keyboard"), text, QMessageBox::Ok, this);
    box.setTextFormat(Qt::PlainText);
    box.exec();
}

} // namespace aha
