#include "widgets/shell/mainwindow.h"

#include "core/base/files.h"
#include "core/protocol/run_folder.h"
#include "core/run/runlauncher.h"
#include "core/run/runlist.h"
#include "widgets/language/translation.h"
#include "widgets/models/glossary.h"
#include "widgets/models/notemodel.h"
#include "widgets/models/recentmodels.h"
#include "widgets/models/runlog.h"
#include "widgets/models/visibletext.h"
#include "widgets/models/wordlist.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/labpanel.h"
#include "widgets/panels/logpanel.h"
#include "widgets/panels/notebookpanel.h"
#include "widgets/panels/runspanel.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/plots/seriescolors.h"
#include "widgets/shell/actiontable.h"
#include "widgets/shell/askbar.h"
#include "widgets/shell/commandpalette.h"
#include "widgets/shell/explainer.h"
#include "widgets/shell/itemkind.h"
#include "widgets/shell/pagedeck.h"
#include "widgets/shell/pagesides.h"
#include "widgets/shell/readingorder.h"
#include "widgets/shell/runboxes.h"
#include "widgets/shell/runheader.h"
#include "widgets/shell/session.h"
#include "widgets/shell/tour.h"

#include <QApplication>
#include <QComboBox>
#include <QDateTime>
#include <QDockWidget>
#include <QFileInfo>
#include <QKeyEvent>
#include <QStatusBar>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace aha {

MainWindow::MainWindow(Workspace* workspace, QWidget* parent)
    : QMainWindow(parent)
    , m_workspace(workspace)
    , m_glossary(new Glossary(this))
    , m_notes(new NoteModel(workspace, this))
    , m_actions(new ActionTable(this))
    , m_pages(new PageDeck(this))
    , m_sides(new PageSides(m_pages, this))
    , m_ask(new AskBar(this))
    , m_header(new RunHeader(this))
    , m_runsPanel(new RunsPanel(workspace, this))
    , m_recentModels(new RecentModels(workspace, this))
    , m_words(new WordList(shippedLexicon(), workspace, this))
    , m_log(new RunLog(this))
    , m_panels(addPages(*m_pages, { workspace, m_recentModels, m_notes, m_glossary, m_actions, m_words, m_log }))
    , m_palette(new CommandPalette(this))
    , m_explainer(new Explainer(m_glossary, this))
    , m_tour(new Tour(this))
{
    setWindowTitle(QStringLiteral("AhaScope"));
    resize(1280, 800);
    auto* centre = new QWidget(this);
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_header);
    layout->addWidget(m_ask);
    layout->addWidget(m_sides, 1);
    setCentralWidget(centre);
    setAcceptDrops(true);
    buildDocks();
    buildMenus();
    connectRuns();
    connectModels();
    connectWords();
    for (const Page& page : m_pages->pages())
        connectNavigation(page.widget);
    connectNavigation(m_panels.train->charts());
    statusBar(); // its line is there from the beginning: a sentence that comes or goes moves no page
    connectNotes();
    connect(m_pages, &PageDeck::besideAsked, this,
        [this](const QString& page) { page.isEmpty() ? showAmongTabs() : showBeside(page); });
    connect(m_sides, &PageSides::gaveWay, this, &MainWindow::say);
    restoreState();
    m_runsPanel->refresh();
    m_autosave.setInterval(kAutosaveMs);
    connect(&m_autosave, &QTimer::timeout, this, &MainWindow::autosave);
    if (m_workspace)
        m_autosave.start();
}

MainWindow::~MainWindow() = default;

void MainWindow::buildDocks()
{
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea); // the table of runs keeps its height beside a log
    const auto add = [this](const char* name, const char* title, QWidget* widget, Qt::DockWidgetArea area) {
        auto* dock = new QDockWidget(translated(title), this);
        dock->setObjectName(QString::fromLatin1(name));
        dock->setWidget(widget);
        addDockWidget(area, dock);
        return dock;
    };
    auto* runs = add("runsDock", "Runs", m_runsPanel, Qt::LeftDockWidgetArea);
    runs->setMinimumWidth(260);
    m_notesDock = new NotebookPanel(m_notes, this, Qt::Vertical);
    auto* notes = add("notesDock", "Notes", m_notesDock, Qt::LeftDockWidgetArea);
    notes->setMinimumWidth(260);
    tabifyDockWidget(runs, notes);
    m_logDock = new LogPanel(m_log, QStringLiteral("Copy"), this);
    add("logDock", "Log", m_logDock, Qt::BottomDockWidgetArea)->hide();
    notes->hide();
    resizeDocks({ runs }, { 284 }, Qt::Horizontal); // leaves the tables of Traces their columns at 1280
}

void MainWindow::say(const QString& sentence)
{
    statusBar()->showMessage(sentence, 15'000);
    appendLog(sentence);
}

void MainWindow::tell(const QString& sentence)
{
    appendLog(sentence);
    m_ask->tell(sentence);
}

/// In a box Alt+Down opens its list, as anywhere on the desktop, whatever a page does by it.
bool MainWindow::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride && qobject_cast<QComboBox*>(QApplication::focusWidget()))
        if (const auto* key = static_cast<QKeyEvent*>(event);
            key->key() == Qt::Key_Down && (key->modifiers() & ~Qt::KeypadModifier) == Qt::AltModifier) {
            event->accept();
            return true;
        }
    return QMainWindow::event(event);
}

void MainWindow::changeEvent(QEvent* event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::ActivationChange && isActiveWindow()) // it may have gone while nobody looked
        keepFocusInPlace();
    // Later: the application tells all its widgets of the change now, and new colours make some of them anew.
    if (event->type() == QEvent::PaletteChange && m_dark != (palette().color(QPalette::Base).lightness() < 128))
        QTimer::singleShot(0, this, &MainWindow::recolor);
}

void MainWindow::recolor()
{
    const bool dark = palette().color(QPalette::Base).lightness() < 128;
    if (dark == m_dark) // there and back
        return;
    m_dark = dark;
    for (size_t i = 0; i < m_runs.size(); ++i)
        m_runs[i].color = seriesColor(int(i), m_dark);
    spread();
}

void MainWindow::showPage(const QString& name) { m_pages->showPage(name); }

void MainWindow::leadTo(const QString& page)
{
    showPage(page);
    if (!m_session)
        return;
    const QString name = m_pages->currentPage();
    m_session->settle(name);
    QTimer::singleShot(0, m_session, [this, name] { m_session->settle(name); }); // of the tab it leads to, too
}

QStringList MainWindow::openFolders() const
{
    QStringList folders;
    for (const OpenRun& run : m_runs)
        folders << run.feed->folder();
    return folders;
}

/// Tab goes as the window reads. Qt also asks when what has the focus is hidden or disabled: nobody pressed Tab then.
bool MainWindow::focusNextPrevChild(bool next)
{
    if (keepFocusInPlace())
        return true;
    const std::vector<QWidget*> order = readingOrder(this);
    const auto at = std::find(order.begin(), order.end(), focusWidget());
    if (at == order.end()) // it was clicked, Tab does not lead to it; or what was in it is gone
        return QMainWindow::focusNextPrevChild(next);
    const auto size = order.end() - order.begin(), place = at - order.begin();
    order[size_t((place + (next ? 1 : size - 1)) % size)]->setFocus(next ? Qt::TabFocusReason : Qt::BacktabFocusReason);
    return true;
}

/// The next control may be a field, where the next letter would change something that nobody looks at: so what held
/// the control takes its focus. A control that has another in its place gives the focus to that one itself.
bool MainWindow::keepFocusInPlace()
{
    QWidget* place = focusWidget();
    if (!place || (place->isVisible() && place->isEnabled()))
        return false;
    while (place != this && !(place->isVisible() && place->isEnabled()))
        place = place->parentWidget();
    place->setFocus();
    return true;
}

QString MainWindow::currentFolder() const
{
    const OpenRun* run = currentRun(m_runs);
    return run ? run->feed->folder() : QString();
}

void MainWindow::openRuns(const QStringList& folders, const QString& current)
{
    m_dark = palette().color(QPalette::Base).lightness() < 128;
    OpenRuns runs;
    const QStringList there = openFolders();
    for (const QString& given : folders) {
        const QString folder = QFileInfo(given).absoluteFilePath();
        // Nothing is ever written into a folder that is no run. One that is being started has only its settings.
        if (!there.contains(folder) && !isRunFolder(folder)
            && !QFileInfo::exists(folder + QLatin1Char('/') + QLatin1String(run_folder::kStart))) {
            say(itemKind(folder) == ItemKind::Unknown ? unknownItemSentence(folder)
                                                      : tr("%1 is no run: it has no run.db.").arg(folder));
            continue;
        }
        std::shared_ptr<RunFeed> feed;
        for (const OpenRun& open : m_runs) // an open run keeps its connection
            if (open.feed->folder() == folder)
                feed = open.feed;
        if (!feed) {
            feed = std::make_shared<RunFeed>(folder);
            remember(kRecentRuns, folder);
            showHistory(*feed);
            RunFeed* raw = feed.get();
            connect(raw, &RunFeed::stepsCommitted, this, [this, raw] {
                m_runsPanel->updateRow(raw->folder());
                showHistory(*raw);
            });
            connect(raw, &RunFeed::stateChanged, this, [this, raw] {
                shareStates();
                m_runsPanel->updateRow(raw->folder());
                showHistory(*raw);
                if (!raw->stateReason().isEmpty()) // what no engine can write: it was killed, it does not answer
                    m_log->add(raw->folder(), nameOf(*raw), QDateTime::currentDateTime(),
                        translated(stateName(raw->state())) + tr(": ") + translated(raw->stateReason()));
            });
            connect(raw, &RunFeed::logged, this, [this, raw] { showHistory(*raw); });
        }
        runs.push_back({ feed, seriesColor(int(runs.size()), m_dark), {} });
    }
    if (runs.empty() && !folders.isEmpty())
        return; // what was open stays
    if (!runs.empty()) {
        const auto find = [&](const QString& folder) {
            return std::find_if(
                runs.begin(), runs.end(), [&](const OpenRun& run) { return run.feed->folder() == folder; });
        };
        auto at = current.isEmpty() ? runs.begin() : find(QFileInfo(current).absoluteFilePath());
        if (at == runs.end())
            at = find(currentFolder());
        (at == runs.end() ? runs.begin() : at)->current = true;
    }
    const bool another = opensAnother(m_runs, runs);
    m_runs = std::move(runs);
    giveLabels(m_runs);
    spread();
    if (another) {
        if (m_session)
            m_session->forget(runBoxes()); // pages that were not looked at since would go back to what they showed
        showOnPages(*this, m_runs);
        QMetaObject::invokeMethod( // an event of its own: it reads the run
            m_panels.lab, [lab = m_panels.lab, folder = currentFolder()] { lab->follow(folder); },
            Qt::QueuedConnection);
    }
    oweTour();
}

/// Of one name, each is called as in the table of runs; those that it does not hold go by their folders, as there.
void MainWindow::giveLabels(OpenRuns& runs) const
{
    QHash<QString, int> named, labelled;
    for (const OpenRun& run : runs)
        ++named[nameOf(*run.feed)];
    for (OpenRun& run : runs) {
        const QString name = nameOf(*run.feed), folder = run.feed->folder(), title = m_runsPanel->titleOf(folder);
        run.label = named[name] == 1 ? name
            : !title.isEmpty()       ? title
                               : name + QStringLiteral(" · ") + visibleLine(QFileInfo(folder).fileName().toStdString());
        if (++labelled[run.label] > 1) // folders of one name at two places
            run.label += QStringLiteral(" (") + visibleLine(folder.toStdString()) + QLatin1Char(')');
    }
}

void MainWindow::showHistory(const RunFeed& feed)
{
    auto& history = m_histories.try_emplace(feed.folder(), feed.folder()).first->second;
    m_log->add(feed.folder(), nameOf(feed), history.fetch());
}

QString MainWindow::nameOf(const RunFeed& feed) const
{
    const QString given = m_runsPanel->nameOf(feed.folder()); // what a person calls it
    return visibleLine((given.isEmpty() ? feed.name() : given).toStdString()); // shown everywhere
}

void MainWindow::spread()
{
    QHash<QString, QColor> colors;
    for (const OpenRun& run : m_runs)
        colors[run.feed->folder()] = run.color;
    m_runsPanel->setColors(colors);
    shareStates();
    m_header->setRun(currentRun(m_runs));
    m_pages->setRuns(m_runs);
    m_logDock->setRuns(m_runs);
}

/// Header and table say the same of an open run.
void MainWindow::shareStates()
{
    QHash<QString, RunState> states;
    QHash<QString, StartPart> parts;
    for (const OpenRun& run : m_runs) {
        states[run.feed->folder()] = run.feed->state();
        parts[run.feed->folder()] = run.feed->startPart();
    }
    m_runsPanel->model()->setStates(states, parts);
}

void MainWindow::appendLog(const QString& text) { m_log->add({}, {}, QDateTime::currentDateTime(), text); }

bool MainWindow::startRun(const RunConfig& config)
{
    const QString folder = newRunFolder(QString::fromStdString(config.general.name));
    Result<void> ready = makeFolders(folder.toStdString());
    const QString file = folder + QLatin1Char('/') + QLatin1String(run_folder::kStart);
    if (ready)
        ready = writeFileAtomically(file.toStdString(), toJsonText(config));
    const Result<qint64> started
        = ready ? startDetached(trainCommand(file, folder), folder) : Result<qint64>(ready.error());
    if (!started) {
        tell(translated(started.error().sentence()));
        return false;
    }
    showStarted(folder, *started);
    return true;
}

/// The run that an engine was just started for: the page is about it, and so is what the table has selected.
void MainWindow::showStarted(const QString& folder, qint64 pid)
{
    openRuns({ folder });
    const OpenRun* run = currentRun(m_runs);
    if (!run || run->feed->folder() != QFileInfo(folder).absoluteFilePath())
        return; // somebody took the folder away in between
    run->feed->expectEngine(pid);
    showPage(QStringLiteral("Charts"));
    m_runsPanel->updateRow(currentFolder());
    m_runsPanel->selectStarted(currentFolder());
}

} // namespace aha
