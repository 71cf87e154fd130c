#include "widgets/shell/mainwindow.h"

#include "core/base/files.h"
#include "core/protocol/run_folder.h"
#include "core/run/runlauncher.h"
#include "core/store/run_reader.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/comparepanel.h"
#include "widgets/panels/configurepanel.h"
#include "widgets/panels/runspanel.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/shell/runheader.h"

#include <QAction>
#include <QActionGroup>
#include <QCloseEvent>
#include <QDateTime>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenuBar>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QTabWidget>
#include <QTimer>
#include <QVBoxLayout>

namespace aha {

namespace {

/// Okabe and Ito's colours that read on light and dark: told apart without red-green vision.
constexpr QRgb kRunColors[] = { 0xff2b6cb0, 0xffd55e00, 0xff009e73, 0xffcc79a7, 0xffb58900, 0xff56b4e9 };

} // namespace

MainWindow::MainWindow(QWidget* parent) : QMainWindow(parent), m_pages(new QTabWidget(this)), m_header(new RunHeader(this)), m_runsPanel(new RunsPanel(this)),
    m_configure(new ConfigurePanel(this)), m_train(new TrainPanel(this)), m_traces(new TracesPanel(this)), m_compare(new ComparePanel(this)), m_log(new QPlainTextEdit(this))
{
    setWindowTitle(QStringLiteral("AhaScope"));
    resize(1280, 800);
    m_pages->setObjectName(QStringLiteral("pages"));
    m_pages->setAccessibleName(QStringLiteral("Pages"));
    m_pages->setDocumentMode(true);
    m_log->setObjectName(QStringLiteral("log"));
    m_log->setAccessibleName(QStringLiteral("Log"));
    m_log->setReadOnly(true);
    m_log->setMaximumBlockCount(5000);
    QWidget* const pages[] = { m_configure, m_train, m_traces, m_compare, m_log };
    for (size_t i = 0; i < std::size(kPages); ++i)
        m_pages->addTab(pages[i], QString::fromLatin1(kPages[i]));
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
    resizeDocks({ dock }, { 320 }, Qt::Horizontal);
    buildMenus();

    connect(m_runsPanel, &RunsPanel::openRequested, this, [this](const QStringList& folders) {
        openRuns(folders);
        showPage(QStringLiteral("Train"));
    });
    connect(m_runsPanel, &RunsPanel::resumeRequested, this, &MainWindow::resumeRun);
    connect(m_runsPanel, &RunsPanel::cloneRequested, this, [this](const QString& folder) {
        if (m_configure->loadFile(folder + QLatin1Char('/') + QLatin1String(run_folder::kConfig)))
            showPage(QStringLiteral("Configure"));
    });
    connect(m_header, &RunHeader::resumeRequested, this, &MainWindow::resumeRun);
    connect(m_configure, &ConfigurePanel::startRequested, this, &MainWindow::startRun);
    connect(m_train->charts(), &ChartsPanel::stepPicked, this, [this](const QString& folder, qint64 step) {
        m_traces->showStep(folder, step);
        showPage(QStringLiteral("Traces"));
    });
    connect(m_traces, &TracesPanel::stepHovered, m_train->charts(), &ChartsPanel::markStep);
    askOnClose = [this] {
        QMessageBox box(QMessageBox::Question, QStringLiteral("Close AhaScope"), QStringLiteral("A run is still training. It can go on without this window."), QMessageBox::NoButton, this);
        QPushButton* keep = box.addButton(QStringLiteral("Keep training"), QMessageBox::AcceptRole);
        QPushButton* stop = box.addButton(QStringLiteral("Stop with a checkpoint"), QMessageBox::DestructiveRole);
        box.addButton(QMessageBox::Cancel);
        box.setDefaultButton(keep);
        box.exec();
        return box.clickedButton() == static_cast<QAbstractButton*>(keep) ? CloseAnswer::Keep : box.clickedButton() == static_cast<QAbstractButton*>(stop) ? CloseAnswer::Stop : CloseAnswer::Cancel;
    };
    restoreState();
    m_runsPanel->refresh();
}

MainWindow::~MainWindow() = default;

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
    add(file, QStringLiteral("&Pause or continue"), QKeySequence(QStringLiteral("Ctrl+P")), [this] { m_header->togglePause(); });
    add(file, QStringLiteral("&Checkpoint now"), QKeySequence(QStringLiteral("Ctrl+S")), [this] { m_header->send(Command::Kind::CheckpointNow); });
    add(file, QStringLiteral("&Stop"), QKeySequence(QStringLiteral("Ctrl+.")), [this] { m_header->send(Command::Kind::Stop); });
    file->addSeparator();
    add(file, QStringLiteral("&Refresh the table of runs"), QKeySequence::Refresh, [this] { m_runsPanel->refresh(); });
    add(file, QStringLiteral("&Quit"), QKeySequence::Quit, [this] { close(); });
    QMenu* view = menuBar()->addMenu(QStringLiteral("&View"));
    for (size_t i = 0; i < std::size(kPages); ++i)
        add(view, QString::fromLatin1(kPages[i]), QKeySequence(QStringLiteral("Ctrl+%1").arg(i + 1)), [this, i] { m_pages->setCurrentIndex(int(i)); });
    view->addSeparator();
    for (const char* name : { "system", "light", "dark" })
        add(view, QStringLiteral("Theme: ") + QString::fromLatin1(name), {}, [this, name] { Q_EMIT themeRequested(QString::fromLatin1(name)); });
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
    OpenRuns runs;
    for (const QString& given : folders) {
        const QString folder = QFileInfo(given).absoluteFilePath();
        std::shared_ptr<RunFeed> feed;
        for (const OpenRun& open : m_runs) // an open run keeps its connection
            if (open.feed->folder() == folder)
                feed = open.feed;
        if (!feed) {
            feed = std::make_shared<RunFeed>(folder);
            RunFeed* raw = feed.get();
            connect(raw, &RunFeed::stepsCommitted, this, [this, raw] { m_runsPanel->updateRow(raw->folder()); });
            connect(raw, &RunFeed::stateChanged, this, [this, raw] {
                m_runsPanel->updateRow(raw->folder());
                appendLog(raw->name() + QStringLiteral(": ") + QString::fromStdString(stateName(raw->state())) + (raw->stateReason().isEmpty() ? QString() : QStringLiteral(" – ") + raw->stateReason()));
            });
            connect(raw, &RunFeed::logged, this, [this, raw](const QString& level, const QString& message) { appendLog(raw->name() + QStringLiteral(" [") + level + QStringLiteral("] ") + message); });
        }
        QString label = feed->name();
        for (const OpenRun& other : runs)
            if (other.label == label)
                label += QStringLiteral(" (") + QFileInfo(folder).fileName() + QLatin1Char(')');
        runs.push_back({ feed, QColor::fromRgb(kRunColors[runs.size() % std::size(kRunColors)]), label });
    }
    m_runs = std::move(runs);
    spread();
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
    for (const OpenRun& run : m_runs)
        if (const auto reader = RunReader::open(run.feed->folder().toStdString()))
            if (const auto rows = (*reader)->log(0, 500))
                for (const LogRow& row : *rows)
                    m_log->appendPlainText(QDateTime::fromSecsSinceEpoch(qint64(row.createdAt)).toString(Qt::ISODate) + QLatin1Char(' ') + run.label + QStringLiteral(" [")
                        + QString::fromStdString(row.level) + QStringLiteral("] ") + QString::fromStdString(row.message));
}

void MainWindow::appendLog(const QString& text) { m_log->appendPlainText(QDateTime::currentDateTime().toString(Qt::ISODate) + QLatin1Char(' ') + text); }

bool MainWindow::startRun(const RunConfig& config)
{
    const QString folder = newRunFolder(QString::fromStdString(config.general.name));
    Result<void> ready = makeFolders(folder.toStdString());
    const QString file = folder + QStringLiteral("/start.json");
    if (ready)
        ready = writeFileAtomically(file.toStdString(), toJsonText(config));
    const Result<qint64> started = ready ? startDetached(trainCommand(file, folder), folder) : Result<qint64>(ready.error());
    if (!started) {
        QMessageBox::warning(this, QStringLiteral("Start training"), QString::fromStdString(started.error().sentence()));
        return false;
    }
    m_started.insert(folder);
    QStringList folders { folder };
    openRuns(folders);
    showPage(QStringLiteral("Train"));
    m_runsPanel->updateRow(folder);
    return true;
}

void MainWindow::resumeRun(const QString& folder)
{
    if (const Result<qint64> started = startDetached(resumeCommand(folder), folder); !started) {
        QMessageBox::warning(this, QStringLiteral("Resume"), QString::fromStdString(started.error().sentence()));
        return;
    }
    m_started.insert(folder);
    openRuns({ folder });
    showPage(QStringLiteral("Train"));
}

void MainWindow::restoreState()
{
    QSettings settings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("AhaScope"), QStringLiteral("workbench"));
    restoreGeometry(settings.value(QStringLiteral("geometry")).toByteArray());
    QMainWindow::restoreState(settings.value(QStringLiteral("docks")).toByteArray());
    QStringList folders;
    for (const QString& folder : settings.value(QStringLiteral("openRuns")).toStringList())
        if (QFileInfo::exists(folder))
            folders << folder;
    openRuns(folders);
    if (!folders.isEmpty())
        showPage(QStringLiteral("Train"));
}

void MainWindow::saveState()
{
    QSettings settings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("AhaScope"), QStringLiteral("workbench"));
    settings.setValue(QStringLiteral("geometry"), saveGeometry());
    settings.setValue(QStringLiteral("docks"), QMainWindow::saveState());
    settings.setValue(QStringLiteral("openRuns"), openFolders());
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    std::vector<std::shared_ptr<RunFeed>> training;
    for (const OpenRun& run : m_runs)
        if (m_started.contains(run.feed->folder()) && run.feed->attached() && (run.feed->state() == RunState::Running || run.feed->state() == RunState::Paused))
            training.push_back(run.feed);
    if (!training.empty()) {
        const CloseAnswer answer = askOnClose();
        if (answer == CloseAnswer::Cancel)
            return event->ignore();
        if (answer == CloseAnswer::Stop)
            m_header->send(Command::Kind::Stop);
    }
    saveState();
    event->accept();
}

} // namespace aha
