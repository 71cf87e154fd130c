// What the window looked like, in workspace.db, and what stood in its fields, in the session.

#include "core/config/run_config.h"
#include "core/store/workspace.h"
#include "widgets/language/translation.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/configurepanel.h"
#include "widgets/panels/notebookpanel.h"
#include "widgets/panels/runspanel.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/shell/actiontable.h"
#include "widgets/shell/askbar.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"
#include "widgets/shell/pagesides.h"
#include "widgets/shell/session.h"

#include <QCloseEvent>
#include <QFileInfo>
#include <QGuiApplication>

namespace aha {

namespace {

constexpr const char *kGeometry = "window.geometry", *kDocks = "window.docks", *kPage = "window.page",
                     *kOpen = "window.open_runs", *kCurrent = "window.current_run", *kSmoothing = "charts.smoothing",
                     *kKeys = "window.keys", *kDraft = "configure.draft", *kLeft = "window.left",
                     *kBeside = "window.beside", *kShare = "window.share";
constexpr int kDockVersion = 1;
constexpr const char *kInMidst = "in the midst", *kClosed = ""; ///< of kLeft: how the window was left

bool isLive(const RunFeed& feed)
{
    return feed.attached()
        && (feed.state() == RunState::Running || feed.state() == RunState::Paused
            || feed.state() == RunState::Starting);
}

} // namespace

QByteArray MainWindow::kept(const char* key) const
{
    const Result<std::string> found = m_workspace ? m_workspace->setting(key) : Result<std::string>(std::string());
    return found ? QByteArray::fromStdString(*found) : QByteArray();
}

bool MainWindow::keep(const char* key, const QByteArray& value)
{
    if (!m_workspace)
        return false;
    const Result<void> done = m_workspace->setSetting(key, value.toStdString());
    if (!done)
        say(translated(done.error().sentence()));
    return done.ok();
}

void MainWindow::restoreState()
{
    if (!m_workspace)
        return;
    restoreGeometry(kept(kGeometry));
    QMainWindow::restoreState(kept(kDocks), kDockVersion);
    restoreLayouts();
    m_actions->setChangedKeys(kept(kKeys));
    connect(m_actions, &ActionTable::keysChanged, this, [this] { keep(kKeys, m_actions->changedKeys()); });
    if (const QByteArray draft = kept(kDraft); !draft.isEmpty())
        m_panels.configure->restoreDraft(draft);
    QStringList folders;
    for (const QByteArray& folder : kept(kOpen).split('\n'))
        if (!folder.isEmpty() && QFileInfo::exists(QString::fromUtf8(folder)))
            folders << QString::fromUtf8(folder);
    openRuns(folders, QString::fromUtf8(kept(kCurrent)));
    restoreFields();
    // Who closed the window without a run begins a new one; who was interrupted goes on where that was.
    const bool interrupted = kept(kLeft) == kInMidst;
    keep(kLeft, kClosed);
    const QByteArray share = kept(kShare);
    m_sides->want(QString::fromUtf8(kept(kBeside)), share.isEmpty() ? 0.5 : share.toDouble());
    showPage(folders.isEmpty() && !interrupted ? QStringLiteral("Configure") : QString::fromUtf8(kept(kPage)));
    visitPages();
    if (const QByteArray smoothing = kept(kSmoothing); !smoothing.isEmpty())
        m_panels.train->charts()->setSmoothing(smoothing.toDouble());
}

void MainWindow::restoreFields()
{
    const QString beside = QFileInfo(QString::fromStdString(m_workspace->file().string())).absolutePath();
    m_session = new Session(beside + QStringLiteral("/session.json"), translated("Configure"), this);
    connect(m_session, &Session::failed, this, &MainWindow::tell);
    if (!m_session->problem().isEmpty())
        tell(m_session->problem());
    m_session->add(QStringLiteral("Runs"), m_runsPanel);
    for (const Page& page : m_pages->pages())
        m_session->add(page.name, page.widget);
    connect(m_pages, &PageDeck::pageChanged, m_session, [this] { visitPages(); });
    m_session->visit(QStringLiteral("Runs"));
}

void MainWindow::visitPages()
{
    for (const QString& page : { m_pages->beside(), m_pages->tabPage(), m_pages->currentPage() })
        m_session->visit(page);
}

void MainWindow::autosave()
{
    const std::pair<const char*, QByteArray> settings[] = { { kGeometry, saveGeometry() },
        { kDocks, QMainWindow::saveState(kDockVersion) }, { kPage, m_pages->tabPage().toUtf8() },
        { kBeside, m_sides->wanted().toUtf8() }, { kShare, QByteArray::number(m_sides->share()) },
        { kOpen, openFolders().join(QLatin1Char('\n')).toUtf8() }, { kCurrent, currentFolder().toUtf8() },
        { kSmoothing, QByteArray::number(m_panels.train->charts()->smoothing()) },
        { kDraft, m_panels.configure->draft() }, { kLeft, kInMidst } };
    for (const auto& [key, bytes] : settings) {
        const auto saved = m_saved.find(key);
        if (saved != m_saved.end() && saved->second == bytes)
            continue;
        m_saved[key] = bytes; // also when it fails: said once, not twice a second
        if (!keep(key, bytes))
            break;
    }
    m_session->keep();
}

void MainWindow::saveState()
{
    for (NotebookPanel* notebook : { m_panels.notebook, m_notesDock })
        notebook->keepText();
    if (!m_workspace)
        return;
    m_runsPanel->saveState();
    m_saved.clear();
    autosave();
    m_session->flush();
    if (!m_restarting)
        keep(kLeft, kClosed);
}

bool MainWindow::mayClose()
{
    std::vector<std::shared_ptr<RunFeed>> training;
    for (const OpenRun& run : m_runs)
        if (isLive(*run.feed))
            training.push_back(run.feed);
    // Closing changes nothing for a run. Who closes a second time, or logs out, does not wait for the answer.
    if (training.empty() || m_closing || m_askedToClose || qApp->isSavingSession())
        return true;
    m_ask->choose(tr("A run is still training. It can go on without this window; opening the window again "
                     "shows it from where it is."),
        { tr("Keep training"), tr("Stop with a checkpoint") }, [this, training](int choice) {
            m_askedToClose = false;
            if (choice < 0)
                return;
            if (choice == 1)
                for (const auto& feed : training) {
                    Command stop;
                    stop.kind = Command::Kind::Stop;
                    feed->send(stop);
                }
            m_closing = true;
            close();
        });
    m_askedToClose = true;
    return false;
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!mayClose())
        return event->ignore();
    saveState();
    m_ask->leave();
    m_closing = false; // shown again, it asks again
    event->accept();
}

void MainWindow::restart()
{
    m_closing = m_restarting = true;
    close();
    Q_EMIT restartRequested();
}

void MainWindow::offerRestart(const QString& sentence)
{
    m_ask->choose(sentence, { tr("Restart now") }, [this](int choice) {
        if (choice == 0)
            restart();
    });
}

} // namespace aha
