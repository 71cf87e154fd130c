#include "widgets/shell/mainwindow.h"

#include "core/base/files.h"
#include "core/protocol/run_folder.h"
#include "core/run/runlauncher.h"
#include "core/store/run_reader.h"
#include "core/store/workspace.h"
#include "widgets/models/recentmodels.h"
#include "widgets/panels/batchpage.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/comparepanel.h"
#include "widgets/panels/configurepanel.h"
#include "widgets/panels/datapanel.h"
#include "widgets/panels/modelspanel.h"
#include "widgets/panels/playgroundpanel.h"
#include "widgets/panels/runspanel.h"
#include "widgets/panels/tokenizerpanel.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/plots/seriescolors.h"
#include "widgets/shell/runheader.h"

#include <QAction>
#include <QActionGroup>
#include <QCloseEvent>
#include <QDateTime>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QLineEdit>
#include <QMenuBar>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStatusBar>
#include <QTabWidget>
#include <QTimer>
#include <QVBoxLayout>

namespace aha {

namespace {

constexpr const char *kGeometry = "window.geometry", *kDocks = "window.docks", *kPage = "window.page",
                     *kOpen = "window.open_runs", *kSmoothing = "charts.smoothing";
constexpr int kDockVersion = 1;
constexpr const char* kPageHelp[]
    = { "Settings of a new run", "Curves of the open runs", "What the model wrote, step by step",
          "Open runs side by side", "Models and their cards", "Talk with a model or a checkpoint",
          "How a text is cut into tokens", "Rows of a data set", "What happened in the open runs" };

bool isLive(const RunFeed& feed)
{
    return feed.attached()
        && (feed.state() == RunState::Running || feed.state() == RunState::Paused
            || feed.state() == RunState::Starting);
}

} // namespace

MainWindow::MainWindow(Workspace* workspace, QWidget* parent)
    : QMainWindow(parent)
    , m_workspace(workspace)
    , m_pages(new QTabWidget(this))
    , m_header(new RunHeader(this))
    , m_runsPanel(new RunsPanel(workspace, this))
    , m_configure(new ConfigurePanel({}, this))
    , m_train(new TrainPanel(this))
    , m_traces(new TracesPanel(this))
    , m_compare(new ComparePanel(this))
    , m_recentModels(new RecentModels(workspace, this))
    , m_models(new ModelsPanel(m_recentModels, {}, this))
    , m_playground(new PlaygroundPanel(m_recentModels, {}, this))
    , m_tokenizer(new TokenizerPanel(m_recentModels, this))
    , m_data(new DataPanel(m_recentModels, {}, this))
    , m_log(new QPlainTextEdit(this))
{
    setWindowTitle(QStringLiteral("AhaScope"));
    resize(1280, 800);
    m_pages->setObjectName(QStringLiteral("pages"));
    m_pages->setAccessibleName(QStringLiteral("Pages"));
    m_pages->setDocumentMode(true);
    m_log->setObjectName(QStringLiteral("log"));
    m_log->setAccessibleName(QStringLiteral("Log"));
    m_log->setReadOnly(true);
    m_log->setPlaceholderText(
        QStringLiteral("What happens in the open runs appears here: starts, evaluations, checkpoints, messages."));
    m_log->setMaximumBlockCount(5000);
    QWidget* const pages[]
        = { m_configure, m_train, m_traces, m_compare, m_models, m_playground, m_tokenizer, m_data, m_log };
    static_assert(std::size(pages) == std::size(kPages));
    for (size_t i = 0; i < std::size(kPages); ++i) {
        const int tab = m_pages->addTab(pages[i], QString::fromLatin1(kPages[i]));
        m_pages->setTabToolTip(tab, QStringLiteral("%1 (Ctrl+%2)").arg(QLatin1String(kPageHelp[i])).arg(i + 1));
    }
    auto* centre = new QWidget(this);
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_header);
    layout->addWidget(m_pages, 1);
    setCentralWidget(centre);
    auto* dock = new QDockWidget(QStringLiteral("Runs"), this);
    dock->setObjectName(QStringLiteral("runsDock"));
    dock->setWidget(m_runsPanel);
    dock->setMinimumWidth(260);
    addDockWidget(Qt::LeftDockWidgetArea, dock);
    resizeDocks({ dock }, { 284 }, Qt::Horizontal); // leaves the tables of Traces their columns at 1280
    buildMenus();

    connect(m_runsPanel, &RunsPanel::openRequested, this, [this](const QStringList& folders) {
        openRuns(folders);
        showPage(QStringLiteral("Train"));
    });
    connect(m_runsPanel, &RunsPanel::compareRequested, this, [this](const QStringList& folders) {
        openRuns(folders);
        showPage(QStringLiteral("Compare"));
    });
    connect(m_runsPanel, &RunsPanel::deleted, this, [this](const QStringList& folders) {
        QStringList left = openFolders();
        for (const QString& folder : folders)
            left.removeAll(folder);
        if (left != openFolders())
            openRuns(left);
    });
    connect(m_runsPanel, &RunsPanel::rowsChanged, this, [this] {
        m_configure->setEarlierRuns(m_runsPanel->model()->rows());
        for (const OpenRun& run : m_runs)
            if (const QString name = nameOf(*run.feed);
                run.label != name && !run.label.startsWith(name + QStringLiteral(" (")))
                return openRuns(openFolders()); // renamed
    });
    connect(m_runsPanel, &RunsPanel::troubled, this, &MainWindow::say);
    connect(m_runsPanel, &RunsPanel::resumeRequested, this, &MainWindow::resumeRun);
    connect(m_runsPanel, &RunsPanel::cloneRequested, this, [this](const QString& folder) {
        if (m_configure->loadFile(folder + QLatin1Char('/') + QLatin1String(run_folder::kConfig)))
            showPage(QStringLiteral("Configure"));
    });
    connect(m_header, &RunHeader::resumeRequested, this, &MainWindow::resumeRun);
    connect(m_header, &RunHeader::sampled, this, [this](const QString& text) {
        m_train->showSample(text);
        showPage(QStringLiteral("Train"));
    });
    connect(m_header, &RunHeader::refused, this, &MainWindow::say);
    connect(m_header, &RunHeader::killRequested, this, [this](const QString& folder) {
        if (QMessageBox::question(this, QStringLiteral("End engine"),
                QStringLiteral("End the engine of this run at once? The step in flight is lost; what was committed "
                               "stays, and the run can be resumed."))
            != QMessageBox::Yes)
            return;
        if (const Result<void> ended = killEngine(folder); !ended)
            say(QString::fromStdString(ended.error().sentence()));
    });
    connect(m_configure, &ConfigurePanel::startRequested, this, &MainWindow::startRun);
    connect(m_train->charts(), &ChartsPanel::stepPicked, this, [this](const QString& folder, qint64 step) {
        m_traces->showStep(folder, step);
        showPage(QStringLiteral("Traces"));
    });
    connect(m_train->charts(), &ChartsPanel::evaluationPicked, this, [this](const QString& folder, qint64 step) {
        m_traces->showEvaluation(folder, step);
        showPage(QStringLiteral("Traces"));
    });
    connect(m_traces, &TracesPanel::stepHovered, this, [this](const QString& folder, qint64 step) {
        if (m_pages->currentWidget()
            == m_traces) // a person looks at it; while pages load, the charts keep their newest values
            m_train->charts()->markStep(folder, step);
    });
    connectModels();
    askOnClose = [this] {
        QMessageBox box(QMessageBox::Question, QStringLiteral("Close AhaScope"),
            QStringLiteral("A run is still training. It can go on without this window; opening the window again shows "
                           "it from where it is."),
            QMessageBox::NoButton, this);
        QPushButton* keep = box.addButton(QStringLiteral("Keep training"), QMessageBox::AcceptRole);
        QPushButton* stop = box.addButton(QStringLiteral("Stop with a checkpoint"), QMessageBox::DestructiveRole);
        box.addButton(QMessageBox::Cancel);
        box.setDefaultButton(keep);
        box.exec();
        return box.clickedButton() == static_cast<QAbstractButton*>(keep) ? CloseAnswer::Keep
            : box.clickedButton() == static_cast<QAbstractButton*>(stop)  ? CloseAnswer::Stop
                                                                          : CloseAnswer::Cancel;
    };
    restoreState();
    m_runsPanel->refresh();
}

MainWindow::~MainWindow() = default;

void MainWindow::connectModels()
{
    m_data->batch()->form = [this] { return m_configure->config(); };
    connect(m_models, &ModelsPanel::talkRequested, this, [this](const QString& path) {
        m_playground->openModel(path);
        showPage(QStringLiteral("Playground"));
    });
    connect(m_models, &ModelsPanel::compareRequested, this, [this](const QString& path) {
        m_playground->openModel(path, 1);
        showPage(QStringLiteral("Playground"));
    });
    connect(m_models, &ModelsPanel::tokenizerRequested, this, [this](const QString& path) {
        m_tokenizer->openModel(path);
        showPage(QStringLiteral("Tokenizer"));
    });
    connect(m_models, &ModelsPanel::trainRequested, this, [this](const QString& path) {
        RunConfig config = m_configure->config();
        config.model.path = path.toStdString();
        m_configure->setConfig(config);
        showPage(QStringLiteral("Configure"));
    });
}

void MainWindow::openModel(const QString& path)
{
    m_models->openModel(path);
    m_tokenizer->openModel(path);
    m_data->openModel(path);
    showPage(QStringLiteral("Models"));
}

void MainWindow::openData(const QString& path)
{
    m_data->openPath(path);
    showPage(QStringLiteral("Data"));
}

void MainWindow::buildMenus()
{
    QMenu* file = menuBar()->addMenu(QStringLiteral("&Run"));
    const auto add = [this](QMenu* menu, const QString& text, const QKeySequence& keys, auto&& work) {
        QAction* action = menu->addAction(text);
        action->setShortcut(keys);
        connect(action, &QAction::triggered, this, std::forward<decltype(work)>(work));
        return action;
    };
    add(file, QStringLiteral("&New run…"), QKeySequence::New, [this] { showPage(QStringLiteral("Configure")); });
    add(file, QStringLiteral("&Open run folder…"), QKeySequence::Open, [this] {
        const QString folder = QFileDialog::getExistingDirectory(this, QStringLiteral("Open run folder"), runsFolder());
        if (!folder.isEmpty())
            openRuns({ folder });
    });
    add(file, QStringLiteral("&Pause or continue"), QKeySequence(QStringLiteral("Ctrl+P")),
        [this] { m_header->togglePause(); });
    add(file, QStringLiteral("&Checkpoint now"), QKeySequence(QStringLiteral("Ctrl+S")),
        [this] { m_header->send(Command::Kind::CheckpointNow); });
    add(file, QStringLiteral("Sample &now"), QKeySequence(QStringLiteral("Ctrl+T")),
        [this] { m_header->send(Command::Kind::SampleNow); });
    add(file, QStringLiteral("&Stop"), QKeySequence(QStringLiteral("Ctrl+.")),
        [this] { m_header->send(Command::Kind::Stop); });
    file->addSeparator();
    add(file, QStringLiteral("&Refresh the table of runs"), QKeySequence::Refresh, [this] { m_runsPanel->refresh(); });
    add(file, QStringLiteral("&Quit"), QKeySequence::Quit, [this] { close(); });
    QMenu* view = menuBar()->addMenu(QStringLiteral("&View"));
    for (size_t i = 0; i < std::size(kPages); ++i)
        add(view, QString::fromLatin1(kPages[i]), QKeySequence(QStringLiteral("Ctrl+%1").arg(i + 1)),
            [this, i] { m_pages->setCurrentIndex(int(i)); });
    view->addSeparator();
    view->addAction(findChild<QDockWidget*>(QStringLiteral("runsDock"))->toggleViewAction());
    add(view, QStringLiteral("&Filter runs"), QKeySequence(QStringLiteral("Ctrl+L")),
        [this] { m_runsPanel->findChild<QLineEdit*>(QStringLiteral("runsFilter"))->setFocus(); });
    add(view, QStringLiteral("Follow new &steps"), QKeySequence(QStringLiteral("Ctrl+0")),
        [this] { m_train->charts()->followAll(); });
    QMenu* theme = view->addMenu(QStringLiteral("&Theme"));
    for (const char* name : { "system", "light", "dark" })
        add(theme, QString::fromLatin1(name), {}, [this, name] {
            Q_EMIT themeRequested(QString::fromLatin1(name));
            if (m_workspace)
                if (const Result<void> kept = m_workspace->setSetting(kThemeSetting, name); !kept)
                    say(QString::fromStdString(kept.error().sentence()));
        });
    add(menuBar()->addMenu(QStringLiteral("&Help")), QStringLiteral("&Keyboard"), QKeySequence::HelpContents,
        [this] { showKeys(); });
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

void MainWindow::say(const QString& sentence)
{
    statusBar()->showMessage(sentence, 15'000);
    appendLog(sentence);
}

void MainWindow::changeEvent(QEvent* event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_dark != (palette().color(QPalette::Base).lightness() < 128))
        recolor();
}

void MainWindow::recolor()
{
    m_dark = palette().color(QPalette::Base).lightness() < 128;
    for (size_t i = 0; i < m_runs.size(); ++i)
        m_runs[i].color = seriesColor(int(i), m_dark);
    spread();
}

void MainWindow::showPage(const QString& name)
{
    for (size_t i = 0; i < std::size(kPages); ++i)
        if (name == QLatin1String(kPages[i]))
            m_pages->setCurrentIndex(int(i));
}

QStringList MainWindow::openFolders() const
{
    QStringList folders;
    for (const OpenRun& run : m_runs)
        folders << run.feed->folder();
    return folders;
}

void MainWindow::openRuns(const QStringList& folders)
{
    m_dark = palette().color(QPalette::Base).lightness() < 128;
    OpenRuns runs;
    for (const QString& given : folders) {
        const QString folder = QFileInfo(given).absoluteFilePath();
        std::shared_ptr<RunFeed> feed;
        for (const OpenRun& open : m_runs) // an open run keeps its connection
            if (open.feed->folder() == folder)
                feed = open.feed;
        if (!feed) {
            feed = std::make_shared<RunFeed>(folder);
            showHistory(*feed);
            RunFeed* raw = feed.get();
            connect(raw, &RunFeed::stepsCommitted, this, [this, raw] {
                m_runsPanel->updateRow(raw->folder());
                showHistory(*raw);
            });
            connect(raw, &RunFeed::stateChanged, this, [this, raw] {
                m_runsPanel->updateRow(raw->folder());
                showHistory(*raw);
                if (!raw->stateReason().isEmpty()) // what no engine can write: it was killed, it does not answer
                    appendLog(nameOf(*raw) + QStringLiteral(": ") + QString::fromStdString(stateName(raw->state()))
                        + QStringLiteral(" – ") + raw->stateReason());
            });
            connect(raw, &RunFeed::logged, this, [this, raw] { showHistory(*raw); });
        }
        QString label = nameOf(*feed);
        for (const OpenRun& other : runs)
            if (other.label == label)
                label += QStringLiteral(" (") + QFileInfo(folder).fileName() + QLatin1Char(')');
        runs.push_back({ feed, seriesColor(int(runs.size()), m_dark), label });
    }
    m_runs = std::move(runs);
    spread();
}

void MainWindow::showHistory(const RunFeed& feed)
{
    auto& history = m_histories.try_emplace(feed.folder(), feed.folder()).first->second;
    for (const RunHistory::Line& line : history.fetch())
        m_log->appendPlainText(
            line.at.toString(Qt::ISODate) + QLatin1Char(' ') + nameOf(feed) + QStringLiteral(": ") + line.text);
}

QString MainWindow::nameOf(const RunFeed& feed) const
{
    const QString given = m_runsPanel->nameOf(feed.folder()); // what a person calls it
    return given.isEmpty() ? feed.name() : given;
}

void MainWindow::spread()
{
    QHash<QString, QColor> colors;
    for (const OpenRun& run : m_runs)
        colors[run.feed->folder()] = run.color;
    m_runsPanel->setColors(colors);
    m_header->setRun(m_runs.empty() ? nullptr : &m_runs.front());
    m_train->setRuns(m_runs);
    m_traces->setRuns(m_runs);
    m_compare->setRuns(m_runs);
    m_models->setRuns(m_runs);
    m_playground->setRuns(m_runs);
    m_tokenizer->setRuns(m_runs);
    m_data->setRuns(m_runs);
}

void MainWindow::appendLog(const QString& text)
{
    m_log->appendPlainText(QDateTime::currentDateTime().toString(Qt::ISODate) + QLatin1Char(' ') + text);
}

bool MainWindow::startRun(const RunConfig& config)
{
    const QString folder = newRunFolder(QString::fromStdString(config.general.name));
    Result<void> ready = makeFolders(folder.toStdString());
    const QString file = folder + QStringLiteral("/start.json");
    if (ready)
        ready = writeFileAtomically(file.toStdString(), toJsonText(config));
    const Result<qint64> started
        = ready ? startDetached(trainCommand(file, folder), folder) : Result<qint64>(ready.error());
    if (!started) {
        QMessageBox::warning(
            this, QStringLiteral("Start training"), QString::fromStdString(started.error().sentence()));
        return false;
    }
    openRuns({ folder });
    m_runs.front().feed->expectEngine(*started);
    showPage(QStringLiteral("Train"));
    m_runsPanel->updateRow(folder);
    return true;
}

void MainWindow::resumeRun(const QString& folder)
{
    const Result<qint64> started = startDetached(resumeCommand(folder), folder);
    if (!started) {
        QMessageBox::warning(this, QStringLiteral("Resume"), QString::fromStdString(started.error().sentence()));
        return;
    }
    openRuns({ folder });
    m_runs.front().feed->expectEngine(*started);
    showPage(QStringLiteral("Train"));
}

void MainWindow::restoreState()
{
    if (!m_workspace)
        return;
    const auto value = [this](const char* key) {
        const Result<std::string> found = m_workspace->setting(key);
        return found ? QByteArray::fromStdString(*found) : QByteArray();
    };
    restoreGeometry(value(kGeometry));
    QMainWindow::restoreState(value(kDocks), kDockVersion);
    QStringList folders;
    for (const QByteArray& folder : value(kOpen).split('\n'))
        if (!folder.isEmpty() && QFileInfo::exists(QString::fromUtf8(folder)))
            folders << QString::fromUtf8(folder);
    openRuns(folders);
    showPage(folders.isEmpty() ? QStringLiteral("Configure") : QString::fromUtf8(value(kPage)));
    if (const QByteArray smoothing = value(kSmoothing); !smoothing.isEmpty())
        m_train->charts()->setSmoothing(smoothing.toDouble());
}

void MainWindow::saveState()
{
    if (!m_workspace)
        return;
    m_runsPanel->saveState();
    const std::pair<const char*, QByteArray> settings[]
        = { { kGeometry, saveGeometry() }, { kDocks, QMainWindow::saveState(kDockVersion) },
              { kPage, kPages[m_pages->currentIndex()] }, { kOpen, openFolders().join(QLatin1Char('\n')).toUtf8() },
              { kSmoothing, QByteArray::number(m_train->charts()->smoothing()) } };
    for (const auto& [key, bytes] : settings)
        if (const Result<void> kept = m_workspace->setSetting(key, bytes.toStdString()); !kept)
            return say(QString::fromStdString(kept.error().sentence()));
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    std::vector<std::shared_ptr<RunFeed>> training;
    for (const OpenRun& run : m_runs)
        if (isLive(*run.feed))
            training.push_back(run.feed);
    if (!training.empty()) {
        const CloseAnswer answer = askOnClose();
        if (answer == CloseAnswer::Cancel)
            return event->ignore();
        if (answer == CloseAnswer::Stop)
            for (const auto& feed : training) {
                Command stop;
                stop.kind = Command::Kind::Stop;
                feed->send(stop);
            }
    }
    saveState();
    event->accept();
}

} // namespace aha
