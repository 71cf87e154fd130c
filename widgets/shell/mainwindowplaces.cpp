// Notes and explanations: what a page is about, and how a name leads to its place.

#include "core/store/run_reader.h"
#include "widgets/language/translation.h"
#include "widgets/models/glossary.h"
#include "widgets/models/notemodel.h"
#include "widgets/models/probetable.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/comparepanel.h"
#include "widgets/panels/configurepanel.h"
#include "widgets/panels/glossarypanel.h"
#include "widgets/panels/groupview.h"
#include "widgets/panels/labpanel.h"
#include "widgets/panels/notebookpanel.h"
#include "widgets/panels/probespage.h"
#include "widgets/panels/runspanel.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/tracesteppage.h"
#include "widgets/panels/traceview.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/plots/lineplot.h"
#include "widgets/shell/actiontable.h"
#include "widgets/shell/explainer.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"

#include <QApplication>
#include <QDockWidget>
#include <QFileInfo>
#include <QLineEdit>
#include <QMenu>
#include <QScrollArea>

#include <algorithm>
#include <utility>

namespace aha {

namespace {

/// What a page is about, where the focus is on nothing that has a name of its own.
constexpr const char* kSubjects[][2]
    = { { "Traces", "completion" }, { "Charts", "smoothing" }, { "Live model", "live setting" },
          { "Compare", "held-out" }, { "Analyse", "reflection word" }, { "Lab", "reward part" }, { "Log", "marker" },
          { "Playground", "checkpoint" }, { "Data", "prompt" }, { "Models", "checkpoint" } };

/// Pinned to the words, or to the completion or problem as a whole. Without a kind where its run does not have it.
Note noteOn(const TextReading& reading)
{
    Note note;
    const TextPlace& place = reading.place;
    const auto reader
        = place.isValid() ? RunReader::open(place.folder.toStdString()) : Result<std::unique_ptr<RunReader>>(Error {});
    if (!reader)
        return note;
    const bool words = !reading.words.isEmpty();
    if (place.completionId > 0) {
        const Result<CompletionRow> row = (*reader)->completion(place.completionId);
        const Result<GroupRow> group = row ? (*reader)->group(row->groupId) : Result<GroupRow>(row.error());
        if (!group)
            return note;
        note.kind = words ? "span" : "completion";
        note.step = row->step;
        note.target = place.completionId;
        note.quote = group->prompt.text;
    } else {
        const Result<EvaluationRow> evaluation = (*reader)->evaluation(place.evaluationId);
        const Result<EvaluationProblemRow> problem = (*reader)->evaluationProblem(place.evaluationId, place.position);
        if (!evaluation || !problem)
            return note;
        const bool own = evaluation->task == kProbesTask;
        note.kind = own ? (words ? "reply" : "prompt") : (words ? "answer" : "problem");
        note.step = evaluation->step;
        note.target = place.evaluationId;
        note.position = place.position;
        note.sample = words ? place.sample : 0;
        note.quote = own ? writtenPrompt(problem->prompt) : problem->prompt.text;
    }
    note.folder = place.folder.toStdString();
    if (words) {
        note.quote = reading.words.toStdString();
        note.quoteBegin = reading.begin;
    }
    return note;
}

void bringIntoView(QWidget* widget)
{
    for (QWidget* at = widget->parentWidget(); at; at = at->parentWidget())
        if (auto* scroll = qobject_cast<QScrollArea*>(at))
            scroll->ensureWidgetVisible(widget, 0, 40);
    widget->setFocus();
}

} // namespace

void MainWindow::connectNotes()
{
    for (NotebookPanel* notebook : { m_panels.notebook, m_notesDock }) {
        notebook->findRun = [this](const QString& runId) { return folderOf(runId); };
        connect(notebook, &NotebookPanel::runWanted, this, &MainWindow::makeCurrent);
        connect(notebook, &NotebookPanel::runPicked, this, &MainWindow::showRun);
        connect(notebook, &NotebookPanel::wordsPicked, this, &MainWindow::showWords);
        connect(notebook, &NotebookPanel::reportWanted, m_actions->action(QStringLiteral("report.html")),
            &QAction::trigger);
    }
    m_notes->nameOf = [this](const QString& folder) { return m_runsPanel->titleOf(folder); };
    connect(m_runsPanel, &RunsPanel::rowsChanged, m_notes, &NoteModel::renamed);
    connectNavigation(m_notesDock);
    connect(m_notes, &NoteModel::troubled, this, &MainWindow::say);
    for (const TracePane* pane : { m_panels.traces->pane(), m_panels.compare->probes()->pane() })
        connect(pane, &TracePane::wordsMissed, this,
            [this] { say(tr("The words of the note are not in this text any more.")); });
    QAction* here = m_actions->action(QStringLiteral("notes.here"));
    here->setShortcutVisibleInContextMenu(true); // some desktops leave them out there
    const auto offer = [here](QMenu* menu) { menu->addAction(here); };
    connect(m_panels.traces, &TracesPanel::textMenuOpening, this, offer);
    connect(m_panels.compare, &ComparePanel::textMenuOpening, this, offer);
    GroupView* group = m_panels.traces->stepPage()->groupView();
    group->setNotes(m_notes);
    const auto show = [this](qint64 id) {
        leadTo(QStringLiteral("Notebook"));
        m_panels.notebook->showNote(id);
    };
    connect(group, &GroupView::noteChosen, this, show);
    connect(m_panels.train->charts(), &ChartsPanel::notePicked, this, show);
}

Note MainWindow::pinHere() const
{
    Note note;
    if (m_runs.empty())
        return note;
    const QString page = m_pages->currentPage();
    if (page == QLatin1String("Traces"))
        note = noteOn(m_panels.traces->pane()->reading());
    else if (page == QLatin1String("Compare"))
        note = noteOn(m_panels.compare->reading());
    if (note.kind.empty()) {
        const RunFeed& feed = *currentRun(m_runs)->feed;
        note.kind = "run";
        note.folder = feed.folder().toStdString();
        if (page == QLatin1String("Charts") && feed.lastStep() > 0) {
            const auto [folder, step] = m_panels.train->charts()->cursorStep();
            note.kind = "step";
            note.step = folder.isEmpty() ? feed.lastStep() : step;
            if (!folder.isEmpty())
                note.folder = folder.toStdString();
        }
    }
    note.runId = runIdOf(note.folder);
    return note;
}

std::string MainWindow::runIdOf(const std::string& folder) const
{
    const auto reader = RunReader::open(folder);
    const Result<std::string> id = reader ? (*reader)->info("run_id") : Result<std::string>(reader.error());
    return id ? *id : std::string();
}

QString MainWindow::folderOf(const QString& runId) const
{
    const auto is = [&](const QString& folder) {
        const auto reader = RunReader::open(folder.toStdString());
        const Result<std::string> id = reader ? (*reader)->info("run_id") : Result<std::string>(reader.error());
        return id && QString::fromStdString(*id) == runId;
    };
    for (const OpenRun& run : m_runs)
        if (is(run.feed->folder()))
            return run.feed->folder();
    for (const RunListRow& row : m_runsPanel->model()->rows())
        if (row.key.startsWith(runId + QLatin1Char('@')) && is(row.folder))
            return row.folder;
    return {};
}

void MainWindow::tryInLab()
{
    const TextPlace& place = m_panels.traces->pane()->document().place;
    if (!m_pages->isShown(QStringLiteral("Traces")) || place.completionId == 0)
        return say(tr("Choose a completion on Traces first: it is what the Lab would judge."));
    const QString folder = place.folder;
    const qint64 completion = place.completionId;
    leadTo(QStringLiteral("Lab"));
    m_panels.lab->editCompletion(folder, completion);
}

void MainWindow::addNoteHere() { writeNote(pinHere()); }

void MainWindow::addGroupNote()
{
    const GroupRow& group = m_panels.traces->stepPage()->groupView()->group();
    if (!m_pages->isShown(QStringLiteral("Traces")) || group.completions.empty())
        return say(tr("Choose a group on Traces first: the note is pinned to it."));
    Note note;
    note.kind = "group";
    note.folder = m_panels.traces->folder().toStdString();
    note.runId = runIdOf(note.folder);
    note.step = group.step;
    note.target = group.id;
    note.position = group.position;
    note.quote = group.prompt.text;
    writeNote(note);
}

void MainWindow::writeNote(const Note& note)
{
    const auto* dock = findChild<QDockWidget*>(QStringLiteral("notesDock"));
    NotebookPanel* notebook = dock->isVisible() && m_notesDock->isVisible() ? m_notesDock : m_panels.notebook;
    if (notebook == m_panels.notebook)
        leadTo(QStringLiteral("Notebook"));
    notebook->addNote(note);
}

void MainWindow::makeCurrent(const QString& folder)
{
    const QString path = QFileInfo(folder).absoluteFilePath();
    QStringList folders = openFolders();
    if (path == currentFolder())
        return;
    if (!folders.contains(path))
        folders << path;
    openRuns(folders, path);
}

void MainWindow::showRun(const QString& folder)
{
    makeCurrent(folder);
    showPage(QStringLiteral("Charts"));
}

void MainWindow::showWords(const TextReading& reading)
{
    if (m_panels.compare->probes()->showWords(reading))
        return;
    TracePane* pane = m_panels.traces->pane();
    if (pane->document().place == reading.place) // else why it is not there was said
        pane->showWords(reading.words, reading.begin);
}

void MainWindow::showSetting(const QString& path)
{
    leadTo(QStringLiteral("Settings"));
    QWidget* editor = m_panels.configure->editor(path);
    if (!editor)
        return;
    if (!editor->isVisible()) // folded away
        if (auto* search = m_panels.configure->findChild<QLineEdit*>(QStringLiteral("configSearch")))
            search->setText(path);
    if (!editor->isVisible())
        return say(tr("%1 does not apply to the kind of run that is chosen in Settings.").arg(path));
    m_panels.configure->reveal(path);
}

void MainWindow::showMetric(const QString& name)
{
    const bool recorded = std::any_of(m_runs.begin(), m_runs.end(), [&](const OpenRun& run) {
        const auto reader = RunReader::open(run.feed->folder().toStdString());
        const auto names = reader ? (*reader)->metricNames() : Result<std::vector<std::string>>(reader.error());
        return names && std::find(names->begin(), names->end(), name.toStdString()) != names->end();
    });
    if (recorded) {
        showPage(QStringLiteral("Charts"));
        for (const QString& title : Explainer::titlesOf(name))
            if (LinePlot* plot = m_panels.train->charts()->chart(title))
                return bringIntoView(plot);
    }
    leadTo(QStringLiteral("Glossary"));
    m_panels.glossary->showTerm(name);
    say(tr("No chart of the open runs has %1 as its subject; here is what it means.").arg(name));
}

void MainWindow::explain()
{
    const QString from = m_pages->currentPage();
    if (from == QLatin1String("Glossary")) {
        if (m_explained.isEmpty())
            return;
        showPage(std::exchange(m_explained, QString()));
        if (m_explainedFocus && m_explainedFocus->isVisible())
            m_explainedFocus->setFocus();
        return;
    }
    QString term = m_explainer->termOfPointer();
    if (term.isEmpty())
        term = m_explainer->termOfFocus();
    for (const auto& [page, subject] : kSubjects)
        if (term.isEmpty() && from == QLatin1String(page))
            term = QString::fromLatin1(subject);
    m_explained = from;
    m_explainedFocus = QApplication::focusWidget();
    for (const Page& page : m_pages->pages())
        if (page.name == from)
            say(tr("%1: %2. F1 leads back there.").arg(from, page.help));
    leadTo(QStringLiteral("Glossary"));
    if (!term.isEmpty())
        m_panels.glossary->showTerm(term);
    m_panels.glossary->setFocus();
}

} // namespace aha
