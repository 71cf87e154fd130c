// Every action of the window, in its menu.

#include "core/run/runlauncher.h"
#include "widgets/language/translation.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/configurepanel.h"
#include "widgets/panels/queuepage.h"
#include "widgets/panels/runspanel.h"
#include "widgets/panels/sweeppage.h"
#include "widgets/panels/tablemenu.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/shell/actiontable.h"
#include "widgets/shell/keyboardpage.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"
#include "widgets/shell/runheader.h"

#include <QActionGroup>
#include <QDockWidget>
#include <QFileDialog>
#include <QLineEdit>
#include <QMenuBar>

namespace aha {

namespace {

QKeySequence keys(const char* text) { return QKeySequence(QString::fromLatin1(text)); }

} // namespace

void MainWindow::buildMenus()
{
    const auto add = [this](QMenu* menu, const char* id, const char* text, const QKeySequence& keys, auto&& work) {
        return m_actions->add(menu, QString::fromLatin1(id), translated(text), keys, work);
    };
    const auto command = [this](Command::Kind kind) { return [this, kind] { m_header->send(kind); }; };
    QMenu* run = menuBar()->addMenu(tr("&Run"));
    add(run, "run.new", "&New run…", QKeySequence::New, [this] { showPage(QStringLiteral("Settings")); });
    add(run, "run.open", "&Open run folder…", QKeySequence::Open, [this] {
        const QString folder = QFileDialog::getExistingDirectory(this, tr("Open run folder"), runsFolder());
        if (!folder.isEmpty())
            openRuns({ folder });
    });
    QMenu* recent = run->addMenu(tr("Open re&cent"));
    connect(recent, &QMenu::aboutToShow, this, [this, recent] { fillRecent(recent); });
    add(run, "run.queue", "Queue the &form's configuration", keys("Ctrl+Shift+Return"),
        [this] { m_panels.configure->queueForm(); });
    add(run, "run.sweep", "S&weep from the form's configuration", {}, [this] {
        leadTo(QStringLiteral("Sweep"));
        m_panels.sweep->useForm();
    });
    add(run, "run.elsewhere", "Start the form's configuration on &another machine…", {},
        [this] { startElsewhere(m_panels.configure->config()); });
    run->addSeparator();
    const QList<QAction*> ofEngine {
        add(run, "run.pause", "&Pause or continue", keys("Ctrl+P"), [this] { m_header->togglePause(); }),
        add(run, "run.checkpoint", "&Checkpoint now", keys("Ctrl+S"), command(Command::Kind::CheckpointNow)),
        add(run, "run.sample", "Sample &now", keys("Ctrl+T"), command(Command::Kind::SampleNow)),
        add(run, "run.stop", "&Stop", keys("Ctrl+."), command(Command::Kind::Stop)),
    };
    const auto enable = [ofEngine](bool on) {
        for (QAction* action : ofEngine)
            action->setEnabled(on);
    };
    connect(m_header, &RunHeader::obeyChanged, this, enable);
    enable(m_header->obeys());
    run->addSeparator();
    QMenu* report = run->addMenu(tr("&Export report"));
    add(report, "report.html", "One &HTML file…", {}, [this] {
        const QString file = QFileDialog::getSaveFileName(this, tr("Report as one HTML file"),
            QDir::home().filePath(QStringLiteral("report.html")), QStringLiteral("HTML (*.html)"));
        if (!file.isEmpty())
            exportReport(file, true);
    });
    add(report, "report.folder", "&Folder of Markdown, SVG and CSV…", {}, [this] {
        const QString folder
            = QFileDialog::getExistingDirectory(this, tr("Folder for report.md, metrics.csv and charts"));
        if (!folder.isEmpty())
            exportReport(folder, false);
    });
    add(run, "run.refresh", "&Refresh the table of runs", QKeySequence::Refresh, [this] { m_runsPanel->refresh(); });
    add(run, "run.quit", "&Quit", QKeySequence::Quit, [this] { close(); });

    QMenu* go = menuBar()->addMenu(tr("&Go"));
    const QStringList tabs = m_pages->tabs();
    for (int i = 0; i < tabs.size(); ++i)
        m_actions->add(go, QStringLiteral("go.") + tabs[i], translated(tabs[i]),
            i < 9 ? QKeySequence(QStringLiteral("Ctrl+%1").arg(i + 1)) : QKeySequence(),
            [this, tab = tabs[i]] { showPage(tab); });
    for (const QString& tab : tabs) {
        QMenu* within = nullptr;
        for (const Page& page : m_pages->pages())
            if (page.parent == tab) {
                if (!within) {
                    if (go->actions().size() == tabs.size())
                        go->addSeparator();
                    within = go->addMenu(tr("Pages of %1").arg(translated(tab)));
                }
                m_actions->add(within, QStringLiteral("go.") + tab + QLatin1Char('.') + page.name,
                    translated(page.name), {}, [this, name = page.name] { showPage(name); });
            }
    }

    go->addSeparator();
    add(go, "go.try", "&Try this completion in the Lab", keys("Ctrl+E"), [this] { tryInLab(); });

    buildPageMenu();
    buildViewMenu();
    QMenu* notes = menuBar()->addMenu(tr("&Notes"));
    add(notes, "notes.here", "&Add note here", keys("Ctrl+M"), [this] { addNoteHere(); });
    add(notes, "notes.group", "Add note to the &group", keys("Ctrl+Shift+M"), [this] { addGroupNote(); });
    notes->addMenu(report); // notes stand in it

    QMenu* help = menuBar()->addMenu(tr("&Help"));
    add(help, "help.palette", "&Find anything…", keys("Ctrl+K"), [this] { openPalette(); });
    add(help, "help.explain", "&Explain what has the focus", QKeySequence::HelpContents, [this] { explain(); });
    add(help, "help.keys", "&Keyboard", keys("Ctrl+/"), [this] { showPage(QStringLiteral("Keyboard")); });
    add(help, "help.tour", "&Tour", {}, [this] { startTour(); });
    add(help, "help.demo", "Run the &demo", {}, [this] { startDemo(); });
    m_panels.keyboard->refresh();
}

void MainWindow::buildPageMenu()
{
    const QString runs = QStringLiteral("Runs");
    m_actions->pageOf = [this, runs](const QWidget* widget) {
        const Page* page = m_pages->pageOf(widget);
        return page ? page->name : m_runsPanel->isAncestorOf(widget) ? runs : QString();
    };
    for (const Page& page : m_pages->pages())
        m_actions->meet(page.name, page.widget);
    m_actions->meet(runs, m_runsPanel);
    m_actions->expect(QStringLiteral("chart."), QStringLiteral("Charts")); // a chart is made when it is looked at
    QMenu* menu = menuBar()->addMenu(tr("&Page"));
    menu->setObjectName(QStringLiteral("pageMenu"));
    const auto fill = [this, menu, runs] { m_actions->fillMenu(menu, { m_pages->currentPage(), runs }); };
    connect(menu, &QMenu::aboutToShow, this, fill);
    connect(m_pages, &PageDeck::pageChanged, menu, fill);
    fill();
}

void MainWindow::buildViewMenu()
{
    const auto add = [this](QMenu* menu, const char* id, const char* text, const QKeySequence& keys, auto&& work) {
        return m_actions->add(menu, QString::fromLatin1(id), translated(text), keys, work);
    };
    QMenu* view = menuBar()->addMenu(tr("&View"));
    for (const char* dock : { "runsDock", "notesDock", "logDock" }) {
        auto* widget = findChild<QDockWidget*>(QString::fromLatin1(dock));
        QAction* toggle = widget->toggleViewAction();
        toggle->setText(tr("Dock: ") + widget->windowTitle());
        m_actions->adopt(view, QStringLiteral("view.") + QLatin1String(dock), toggle, {});
    }
    QMenu* layouts = view->addMenu(tr("&Layouts"));
    for (const LayoutList::Shipped& layout : LayoutList::kShipped)
        m_actions->add(layouts, QStringLiteral("layout.") + QLatin1String(layout.name), translated(layout.name), {},
            [this, layout] { applyLayout(QString::fromLatin1(layout.name)); });
    layouts->addSeparator();
    add(layouts, "layout.save", "&Save layout as…", {}, [this] { saveLayoutAs(); });
    add(layouts, "layout.rename", "&Rename this layout…", {}, [this] { renameLayout(); });
    add(layouts, "layout.delete", "&Delete this layout", {}, [this] { deleteLayout(); });
    connect(layouts, &QMenu::aboutToShow, this, [this, layouts] { fillLayouts(layouts); });
    add(view, "view.beside", "Show this page &beside", keys("Ctrl+B"), [this] { showBeside(m_pages->currentPage()); });
    add(view, "view.among", "Back to the t&abs", keys("Ctrl+Shift+B"), [this] { showAmongTabs(); });
    add(view, "view.pane", "To the next &pane", keys("F6"), [this] { focusNextPane(); });
    view->addSeparator();
    add(view, "view.filter", "&Filter runs", keys("Ctrl+L"), [this] {
        findChild<QDockWidget*>(QStringLiteral("runsDock"))->show();
        m_runsPanel->findChild<QLineEdit*>(QStringLiteral("runsFilter"))->setFocus();
    });
    add(view, "view.columns", "Col&umns and order of the table", keys("Ctrl+Shift+L"), [this] {
        if (TableMenu* columns = TableMenu::within(m_pages->currentPageWidget()))
            return columns->open();
        say(tr("This page has no table whose columns can be chosen."));
    });
    add(view, "view.follow", "Follow new &steps", keys("Ctrl+0"), [this] { m_panels.train->charts()->followAll(); });
    buildLookMenus(view);
}

void MainWindow::buildLookMenus(QMenu* view)
{
    /// One of several: what is in use is ticked.
    const auto choice = [this](QMenu* menu, QActionGroup* group, const QString& id, const QString& text, bool now,
                            std::function<void()> work) {
        QAction* action = m_actions->add(menu, id, text, {}, std::move(work));
        action->setCheckable(true);
        action->setActionGroup(group);
        action->setChecked(now);
    };
    QMenu* theme = view->addMenu(tr("&Theme"));
    auto* themes = new QActionGroup(theme);
    const QByteArray usedTheme = kept(kThemeSetting);
    for (const auto& [name, shown] : { std::pair<const char*, QString> { "system", tr("Follow the system") },
             { "light", tr("Light") }, { "dark", tr("Dark") } })
        choice(theme, themes, QStringLiteral("theme.") + QLatin1String(name), shown,
            name == (usedTheme.isEmpty() ? QByteArray("system") : usedTheme), [this, name = name] {
                Q_EMIT themeRequested(QString::fromLatin1(name));
                keep(kThemeSetting, name);
            });
    QMenu* scale = view->addMenu(tr("S&cale"));
    auto* scales = new QActionGroup(scale);
    const int usedScale = kept(kScaleSetting).isEmpty() ? 100 : kept(kScaleSetting).toInt();
    for (const int percent : { 80, 90, 100, 110, 125, 150, 175, 200 })
        choice(scale, scales, QStringLiteral("scale.%1").arg(percent), QStringLiteral("%1 %").arg(percent),
            percent == usedScale, [this, percent] {
                if (keep(kScaleSetting, QByteArray::number(percent)))
                    offerRestart(tr("The window is drawn at %1 % when it starts again. Runs go on, and "
                                    "everything comes back where it was.")
                                     .arg(percent));
            });
    QMenu* language = view->addMenu(tr("Lan&guage"));
    auto* languages = new QActionGroup(language);
    const QByteArray usedLanguage = kept(kLanguageSetting);
    QList<std::pair<QString, QString>> offered { { QStringLiteral("system"), tr("Follow the system") },
        { QStringLiteral("en"), QString::fromLatin1("English") } };
    offered << Dictionary::languages();
    for (const auto& [code, name] : offered)
        choice(language, languages, QStringLiteral("language.") + code, name,
            code == (usedLanguage.isEmpty() ? QStringLiteral("system") : QString::fromUtf8(usedLanguage)),
            [this, code = code, name = name] {
                if (keep(kLanguageSetting, code.toUtf8()))
                    offerRestart(tr("The language is “%1” when the window starts again. Runs go on, and "
                                    "everything comes back where it was.")
                                     .arg(name));
            });
}

} // namespace aha
