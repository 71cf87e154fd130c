// Where a click in one panel leads in another.

#include "core/base/files.h"
#include "core/protocol/remote_run.h"
#include "core/protocol/run_folder.h"
#include "core/run/runlauncher.h"
#include "core/run/runlist.h"
#include "core/store/run_reader.h"
#include "widgets/language/translation.h"
#include "widgets/models/changesides.h"
#include "widgets/models/wordlist.h"
#include "widgets/panels/analysepanel.h"
#include "widgets/panels/batchpage.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/comparepanel.h"
#include "widgets/panels/configurepanel.h"
#include "widgets/panels/datapanel.h"
#include "widgets/panels/labpanel.h"
#include "widgets/panels/logpanel.h"
#include "widgets/panels/modelspanel.h"
#include "widgets/panels/playgroundpanel.h"
#include "widgets/panels/pokepanel.h"
#include "widgets/panels/probespage.h"
#include "widgets/panels/queuepage.h"
#include "widgets/panels/runspanel.h"
#include "widgets/panels/signalspanel.h"
#include "widgets/panels/sweepform.h"
#include "widgets/panels/sweeppage.h"
#include "widgets/panels/tokenizerpanel.h"
#include "widgets/panels/traceevaluationpage.h"
#include "widgets/panels/tracelegend.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/tracesteppage.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/panels/wordspage.h"
#include "widgets/shell/askbar.h"
#include "widgets/shell/desktopnotice.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"
#include "widgets/shell/runheader.h"
#include "widgets/shell/session.h"

#include <QApplication>
#include <QFileInfo>

#include <algorithm>

namespace aha {

void MainWindow::connectRuns()
{
    connect(m_runsPanel, &RunsPanel::openRequested, this, &MainWindow::openInstead);
    connect(m_runsPanel, &RunsPanel::besideRequested, this, &MainWindow::openBeside);
    connect(m_runsPanel, &RunsPanel::closeRequested, this, [this](const QStringList& folders) {
        QStringList left = openFolders();
        for (const QString& folder : folders)
            left.removeAll(folder);
        openRuns(left, currentFolder());
    });
    connect(m_runsPanel, &RunsPanel::demoRequested, this, &MainWindow::startDemo);
    connect(m_runsPanel, &RunsPanel::compareRequested, this, [this](const QStringList& folders) {
        openRuns(folders);
        showPage(QStringLiteral("Compare"));
    });
    connect(m_runsPanel, &RunsPanel::deleted, this, [this](const QStringList& folders) {
        QStringList left = openFolders();
        for (const QString& folder : folders)
            left.removeAll(folder);
        if (left != openFolders())
            openRuns(left, currentFolder());
    });
    connect(m_runsPanel, &RunsPanel::rowsChanged, this, [this] {
        m_panels.configure->setEarlierRuns(m_runsPanel->model()->rows());
        m_panels.sweep->setEarlierRuns(m_runsPanel->model()->rows());
        showAtWork();
        for (LogPanel* log : { m_panels.log, m_logDock })
            log->setLibrary(m_runsPanel->model()->rows());
        m_panels.signalsPage->setLibrary(m_runsPanel->model()->rows());
        OpenRuns named = m_runs;
        giveLabels(named);
        if (!std::equal(named.begin(), named.end(), m_runs.begin(),
                [](const OpenRun& a, const OpenRun& b) { return a.label == b.label; }))
            openRuns(openFolders(), currentFolder()); // renamed, or another of that name came
    });
    connect(m_runsPanel, &RunsPanel::troubled, this, &MainWindow::tell);
    m_runsPanel->ask = [this](const QString& question, const QString& yes, std::function<void()> act) {
        m_ask->confirm(question, yes, std::move(act));
    };
    m_runsPanel->askName
        = [this](const QString& question, const QString& text, std::function<QString(const QString&)> answered) {
              m_ask->ask(question, text, std::move(answered));
          };
    connect(m_runsPanel, &RunsPanel::resumeRequested, this, &MainWindow::resumeRun);
    connect(m_runsPanel, &RunsPanel::cloneRequested, this, [this](const QString& folder) {
        leadTo(QStringLiteral("Settings")); // where it also says why not
        m_panels.configure->loadFile(folder + QLatin1Char('/') + QLatin1String(run_folder::kConfig));
    });
    connect(m_header, &RunHeader::resumeRequested, this, &MainWindow::resumeRun);
    connect(m_header, &RunHeader::sampled, this, [this](const QString& text) {
        m_panels.train->showSample(text);
        showPage(QStringLiteral("Charts"));
    });
    connect(m_header, &RunHeader::refused, this, &MainWindow::say);
    connect(m_header, &RunHeader::killRequested, this, &MainWindow::endEngine);
    connect(m_panels.configure, &ConfigurePanel::startRequested, this, &MainWindow::startRun);
    connect(m_panels.configure, &ConfigurePanel::remoteRequested, this, &MainWindow::startElsewhere);
    connect(m_panels.configure, &ConfigurePanel::queueRequested, this, [this](const RunConfig& config) {
        leadTo(QStringLiteral("Queue"));
        m_panels.queue->enqueue({ config }, {});
    });
    connect(m_panels.configure, &ConfigurePanel::replaceRequested, this,
        [this](const QString& folder, const RunConfig& config) {
            leadTo(QStringLiteral("Queue")); // where it also says why not
            m_panels.queue->replace(folder, config);
        });
    connect(m_panels.queue, &QueuePage::editRequested, this, [this](const RunConfig& config, const QString& folder) {
        leadTo(QStringLiteral("Settings"));
        m_panels.configure->editQueued(config, folder);
    });
    connect(m_panels.queue, &QueuePage::waitingChanged, m_panels.configure, &ConfigurePanel::setWaiting);
    m_panels.sweep->form()->form
        = [this] { return std::pair(m_panels.configure->config(), m_panels.configure->startedFrom()); };
    connect(m_panels.configure, &ConfigurePanel::draftChanged, m_panels.sweep->form(), &SweepForm::takeForm);
    connect(m_runsPanel, &RunsPanel::sweepRequested, this, [this](const QStringList& folders) {
        leadTo(QStringLiteral("Sweep"));
        m_panels.sweep->showRuns(folders);
    });
    m_panels.configure->setRecentData([this] { return recent(kRecentData); });
    connect(m_panels.configure, &ConfigurePanel::dataChosen, this,
        [this](const QString& path) { remember(kRecentData, QFileInfo(path).absoluteFilePath()); });
    const auto openCharts = [this](const QString& folder) {
        ensureOpen(folder);
        showPage(QStringLiteral("Charts"));
    };
    connect(m_panels.queue, &QueuePage::openRequested, this, openCharts);
    connect(m_panels.sweep, &SweepPage::openRequested, this, openCharts);
    connect(m_panels.sweep, &SweepPage::queueRequested, this,
        [this](const std::shared_ptr<const SweepPlan>& plan, const QString& sweep) {
            m_panels.queue->enqueuePlan(plan, sweep);
            showPage(QStringLiteral("Queue"));
        });
    m_panels.lab->form = [this] { return m_panels.configure->config(); };
    connect(m_panels.signalsPage, &SignalsPanel::raised, this, &MainWindow::alarm);
    m_panels.signalsPage->setNames([this](const QString& folder) { return m_runsPanel->titleOf(folder); });
    connect(m_panels.signalsPage, &SignalsPanel::rescoreRequested, this, [this](const QString& folder) {
        ensureOpen(folder);
        leadTo(QStringLiteral("Lab"));
        m_panels.lab->rescore(folder);
    });
    connect(m_panels.traces, &TracesPanel::textsPicked, this, [this](const TextPlaces& places) {
        leadTo(QStringLiteral("Compare"));
        m_panels.compare->compareTexts(places);
    });
    connect(m_panels.traces, &TracesPanel::stepHovered, this, [this](const QString& folder, qint64 step) {
        // A person looks at it; while pages load, the charts keep their newest values.
        if (m_pages->isShown(QStringLiteral("Traces")))
            m_panels.train->charts()->markStep(folder, step);
    });
}

/// The form offers the queue first while something trains here; a copy of a remote run holds another machine.
void MainWindow::showAtWork()
{
    QStringList names;
    for (const RunListRow& row : m_runsPanel->model()->rows()) {
        const bool works = row.state == RunState::Starting || row.state == RunState::Running
            || row.state == RunState::Paused || row.state == RunState::Stopping;
        if (works && !isReplica(row.folder.toStdString()))
            names << m_runsPanel->nameOf(row.folder);
    }
    m_panels.configure->setAtWork(names);
}

void MainWindow::openInstead(const QStringList& folders)
{
    const OpenRuns before = m_runs;
    openRuns(folders);
    const QStringList open = openFolders();
    QStringList closed, names;
    for (const OpenRun& run : before)
        if (!open.contains(run.feed->folder()))
            closed << run.label;
    for (const OpenRun& run : m_runs)
        names << run.label;
    const auto named = [](const QStringList& labels) {
        return labels.size() == 1 ? labels.first() : tr("%1 runs").arg(labels.size());
    };
    if (!closed.isEmpty())
        say(tr("Open now: %1, in place of %2.").arg(named(names), named(closed)));
    showOpened();
}

void MainWindow::openBeside(const QStringList& folders)
{
    const qsizetype before = openFolders().size();
    QStringList all = openFolders();
    for (const QString& folder : folders)
        if (const QString path = QFileInfo(folder).absoluteFilePath(); !all.contains(path))
            all << path;
    openRuns(all, folders.value(0));
    if (before > 0 && openFolders().size() > before)
        say(tr("%1 is open, too: the pages show it, and the charts all %2 runs.")
                .arg(currentRun(m_runs)->label, QString::number(m_runs.size())));
    showOpened();
}

void MainWindow::showOpened()
{
    if (m_pages->isOfRuns() && m_pages->currentPage() != QLatin1String("Charts"))
        return; // who looks at a page of one run looks at the same of another
    showPage(QStringLiteral("Charts"));
    m_panels.train->charts()->focusFirst();
}

void MainWindow::endEngine(const QString& folder)
{
    m_ask->confirm(tr("End the engine of this run at once? The step in flight is lost; what was committed "
                      "stays, and the run can be resumed."),
        tr("End engine"), [this, folder] {
            if (const Result<void> ended = killEngine(folder); !ended)
                tell(translated(ended.error().sentence()));
            else
                m_panels.signalsPage->expectEnd(folder);
        });
}

void MainWindow::connectNavigation(QObject* panel)
{
    const std::pair<const char*, const char*> joints[] = {
        { SIGNAL(stepPicked(QString, qint64)), SLOT(showStep(QString, qint64)) },
        { SIGNAL(stepsPicked(QString, qint64, qint64)), SLOT(showSteps(QString, qint64, qint64)) },
        { SIGNAL(longestPicked(QString, qint64)), SLOT(showLongest(QString, qint64)) },
        { SIGNAL(changePicked(QString, qint64)), SLOT(showChange(QString, qint64)) },
        { SIGNAL(evaluationPicked(QString, qint64)), SLOT(showEvaluation(QString, qint64)) },
        { SIGNAL(groupPicked(QString, qint64, int)), SLOT(showGroup(QString, qint64, int)) },
        { SIGNAL(completionPicked(QString, qint64)), SLOT(showCompletion(QString, qint64)) },
        { SIGNAL(problemPicked(QString, qint64, int, int)), SLOT(showProblem(QString, qint64, int, int)) },
        { SIGNAL(said(QString)), SLOT(say(QString)) },
    };
    for (const auto& [given, taken] : joints) // by name: a panel has those that it needs
        if (panel->metaObject()->indexOfSignal(QMetaObject::normalizedSignature(given + 1)) >= 0)
            connect(panel, given, this, taken);
}

void MainWindow::alarm(const QString& sentence, const QString& folder)
{
    say(sentence);
    QApplication::alert(this);
    if (!isActiveWindow() && m_notice)
        m_notice->show(QStringLiteral("AhaScope"), sentence, folder);
}

void MainWindow::notifyThrough(const QDBusConnection& bus)
{
    m_notice = new DesktopNotice(bus, this);
    connect(m_notice, &DesktopNotice::opened, this, [this](const QString& folder) {
        ensureOpen(folder);
        leadTo(QStringLiteral("Signals"));
        m_panels.signalsPage->showRun(QFileInfo(folder).absoluteFilePath());
        show();
        raise();
        activateWindow();
    });
}

void MainWindow::ensureOpen(const QString& folder)
{
    const QString path = QFileInfo(folder).absoluteFilePath();
    if (!openFolders().contains(path))
        openRuns(openFolders() << path, currentFolder());
}

void MainWindow::showStep(const QString& folder, qint64 step)
{
    ensureOpen(folder);
    leadTo(QStringLiteral("Traces"));
    m_panels.traces->showStep(folder, step);
}

void MainWindow::showSteps(const QString& folder, qint64 from, qint64 to)
{
    ensureOpen(folder);
    leadTo(QStringLiteral("Traces"));
    m_panels.traces->showSteps(folder, from, to);
}

void MainWindow::showLongest(const QString& folder, qint64 step)
{
    ensureOpen(folder);
    leadTo(QStringLiteral("Traces"));
    m_panels.traces->showLongest(folder, step);
}

void MainWindow::showChange(const QString& folder, qint64 step)
{
    ensureOpen(folder);
    m_panels.traces->showChange(folder, step); // all of them, for who wants more than a pair
    const auto sides = changeSides(folder, step, TracesPanel::kAroundChange);
    if (!sides)
        return leadTo(QStringLiteral("Traces"));
    leadTo(QStringLiteral("Compare"));
    m_panels.compare->compareTexts({ { folder, sides->before }, { folder, sides->after } });
    say((sides->samePrompt ? tr("Before | after: one prompt, asked at step %1 and at step %2.")
                           : tr("Before | after: step %1 and step %2, which asked no prompt twice."))
            .arg(sides->beforeStep)
            .arg(sides->afterStep)
        + tr(" The answer of middle length; all traces around the change are on Traces, Search."));
}

void MainWindow::showEvaluation(const QString& folder, qint64 step)
{
    ensureOpen(folder);
    leadTo(QStringLiteral("Traces"));
    m_panels.traces->showEvaluation(folder, step);
}

void MainWindow::showGroup(const QString& folder, qint64 step, int groupPosition)
{
    ensureOpen(folder);
    leadTo(QStringLiteral("Traces"));
    m_panels.traces->showGroup(folder, step, groupPosition);
}

void MainWindow::showCompletion(const QString& folder, qint64 completionId)
{
    const auto reader = RunReader::open(folder.toStdString());
    const Result<CompletionRow> row
        = reader ? (*reader)->completion(completionId) : Result<CompletionRow>(reader.error());
    if (!row)
        return say(translated(row.error().sentence()));
    ensureOpen(folder);
    leadTo(QStringLiteral("Traces"));
    m_panels.traces->showCompletion(folder, completionId);
}

void MainWindow::showProblem(const QString& folder, qint64 evaluationId, int position, int sample)
{
    const auto reader = RunReader::open(folder.toStdString());
    const auto evaluations = reader ? (*reader)->evaluations() : Result<std::vector<EvaluationRow>>(reader.error());
    if (!evaluations)
        return say(translated(evaluations.error().sentence()));
    if (const Result<EvaluationRow> own = (*reader)->evaluation(evaluationId); own && own->task == kProbesTask) {
        const Result<EvaluationProblemRow> prompt = (*reader)->evaluationProblem(evaluationId, position);
        if (!prompt)
            return say(translated(prompt.error().sentence()));
        ensureOpen(folder);
        leadTo(QStringLiteral("Compare"));
        m_panels.compare->showTab(ComparePanel::Probes);
        return m_panels.compare->probes()->followPrompt(
            { QFileInfo(folder).absoluteFilePath(), 0, evaluationId, position }, prompt->prompt.text);
    }
    for (const EvaluationRow& evaluation : *evaluations)
        if (evaluation.id == evaluationId) {
            showEvaluation(folder, evaluation.step);
            if (!m_panels.traces->evaluationPage()->showProblem(evaluationId, position, sample))
                say(tr("Evaluation %1 has no problem %2.").arg(evaluationId).arg(position + 1));
            return;
        }
    say(tr("This run has no evaluation %1.").arg(evaluationId));
}

void MainWindow::connectModels()
{
    m_panels.data->batch()->form = [this] { return m_panels.configure->config(); };
    connect(m_panels.models, &ModelsPanel::talkRequested, this, [this](const QString& path) {
        leadTo(QStringLiteral("Playground"));
        m_panels.playground->openModel(path);
    });
    connect(m_panels.models, &ModelsPanel::compareRequested, this, [this](const QString& path) {
        leadTo(QStringLiteral("Playground"));
        m_panels.playground->openModel(path, 1);
    });
    connect(m_panels.models, &ModelsPanel::tokenizerRequested, this, [this](const QString& path) {
        leadTo(QStringLiteral("Tokenizer"));
        m_panels.tokenizer->openModel(path);
    });
    connect(m_panels.models, &ModelsPanel::trainRequested, this, [this](const QString& path) {
        leadTo(QStringLiteral("Settings"));
        m_panels.configure->setField(QStringLiteral("model.path"), path);
    });
}

/// Whoever marks or counts reflection words does so with the list of the page Words.
void MainWindow::connectWords()
{
    const auto spread = [this] {
        m_panels.traces->setLexicon(m_words->lexicon());
        m_panels.compare->setLexicon(m_words->lexicon());
        m_panels.analyse->setLexicon(m_words->lexicon());
        m_panels.poke->setLexicon(m_words->lexicon());
    };
    connect(m_words, &WordList::changed, this, spread);
    if (!m_words->isBuiltIn())
        spread();
    for (TraceLegend* legend : m_pages->findChildren<TraceLegend*>())
        connect(legend, &TraceLegend::wordsWanted, this, [this] {
            showPage(QStringLiteral("Words"));
            m_panels.words->focusWord();
        });
}

void MainWindow::openModel(const QString& path)
{
    for (const char* page : { "Tokenizer", "Data" })
        if (m_session)
            m_session->settle(QLatin1String(page));
    leadTo(QStringLiteral("Models"));
    m_panels.models->openModel(path);
    m_panels.tokenizer->openModel(path);
    m_panels.data->openModel(path);
}

void MainWindow::openData(const QString& path)
{
    leadTo(QStringLiteral("Data"));
    m_panels.data->openPath(path);
    remember(kRecentData, QFileInfo(path).absoluteFilePath());
}

void MainWindow::startElsewhere(const RunConfig& config)
{
    leadTo(QStringLiteral("Queue")); // the form gets the focus, so it has to be seen
    m_panels.queue->startElsewhere(config);
}

void MainWindow::resumeRun(const QString& folder)
{
    if (!isRunFolder(folder)) // the engine would leave its log there
        return say(tr("%1 is no run: there is nothing to resume.").arg(folder));
    const Result<qint64> started = startDetached(resumeCommand(folder), folder);
    if (!started)
        return tell(translated(started.error().sentence()));
    showStarted(folder, *started);
}

void MainWindow::startDemo()
{
    const QString file = resourceRootFolder() + QStringLiteral("/experiments/r1-zero-miniature/config.json");
    const Result<std::string> text = readFile(file.toStdString(), 1 << 20);
    const Result<RunConfig> config = text ? runConfigFromJson(*text) : Result<RunConfig>(text.error());
    config ? (void)startRun(*config) : say(translated(config.error().sentence()));
}

} // namespace aha
