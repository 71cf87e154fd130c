#include "widgets/panels/tracespanel.h"

#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/heldoutsample.h"
#include "widgets/models/rewardweights.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/models/untrainedreason.h"
#include "widgets/models/visibletext.h"
#include "widgets/models/wordlist.h"
#include "widgets/panels/traceevaluationpage.h"
#include "widgets/panels/tracelegend.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/tracesearchpage.h"
#include "widgets/panels/tracesteppage.h"
#include "widgets/panels/traceview.h"
#include "widgets/plots/placeaction.h"

#include <QComboBox>
#include <QMenu>
#include <QShowEvent>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace aha {

TracesPanel::TracesPanel(QWidget* parent)
    : TracesPanel(shippedLexicon(), parent)
{
}

TracesPanel::TracesPanel(const Result<Lexicon>& lexicon, QWidget* parent)
    : TracesPanel(lexicon, QString(), parent)
{
}

TracesPanel::TracesPanel(const Result<Lexicon>& lexicon, const QString& engine, QWidget* parent)
    : QWidget(parent)
    , m_run(new QComboBox(this))
    , m_tabs(new QTabWidget(this))
    , m_tables(new QStackedWidget(this))
    , m_step(new TraceStepPage(this))
    , m_search(new TraceSearchPage(this))
    , m_evaluation(new TraceEvaluationPage(this))
    , m_pane(new TracePane(std::make_shared<Lexicon>(lexicon ? *lexicon : Lexicon()), this))
    , m_recheck(engine)
{
    if (!lexicon) // a trace is readable without its marks, but must not look as if it had none
        m_pane->setProblem(tr("No reflection word is marked: %1").arg(translated(lexicon.error().sentence())));
    m_run->setObjectName(QStringLiteral("traceRun"));
    m_run->setAccessibleName(tr("Run"));
    m_tabs->setObjectName(QStringLiteral("traceTabs"));
    m_tabs->setAccessibleName(tr("Ways to find a trace"));
    m_tabs->setDocumentMode(true);
    const std::pair<QWidget*, const char*> pages[]
        = { { m_step, "By step" }, { m_search, "Search" }, { m_evaluation, "Evaluation" } };
    for (const auto& [page, title] : pages)
        m_tabs->addTab(page, translated(title));
    for (QWidget* table : { static_cast<QWidget*>(m_step->groupView()), m_search->right(), m_evaluation->right() })
        m_tables->addWidget(table);
    connect(m_tabs, &QTabWidget::currentChanged, m_tables, &QStackedWidget::setCurrentIndex);
    auto* side = new QWidget(this);
    auto* sideLayout = new QVBoxLayout(side);
    sideLayout->setContentsMargins(8, 8, 0, 8); // the splitter between them has a margin of its own
    sideLayout->setSpacing(6);
    sideLayout->addWidget(m_run);
    sideLayout->addWidget(m_tabs, 1);
    auto* reading = new QSplitter(Qt::Vertical, this);
    reading->setObjectName(QStringLiteral("readingSplit"));
    reading->setChildrenCollapsible(false);
    reading->addWidget(m_tables);
    reading->addWidget(m_pane);
    reading->setStretchFactor(0, 1);
    reading->setStretchFactor(1, 1);
    reading->setSizes({ 302, 391 }); // a group of eight and its header are seen whole in a window of 800 pixels
    auto* readingBox = new QWidget(this);
    auto* readingLayout = new QVBoxLayout(readingBox);
    readingLayout->setContentsMargins(0, 8, 8, 8);
    readingLayout->addWidget(reading);
    auto* split = new QSplitter(this);
    split->setObjectName(QStringLiteral("traceSplit"));
    split->setChildrenCollapsible(false);
    split->addWidget(side);
    split->addWidget(readingBox);
    split->setStretchFactor(0, 0);
    split->setStretchFactor(1, 1);
    split->setSizes({ 318, 642 });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(split);

    connect(m_run, &QComboBox::activated, this, [this](int index) {
        if (index >= 0 && index < int(m_runs.size()))
            openNewest(m_runs[size_t(index)].feed->folder());
    });
    connect(m_step, &TraceStepPage::stepChanged, this, [this](qint64 step) {
        const qint64 newest = newestStep();
        Q_EMIT stepHovered(m_folder, newest >= 0 && newest <= step ? -1 : step);
    });
    connect(m_step->groupView(), &GroupView::completionChosen, this, [this](const TraceHit& hit) { showHit(hit, {}); });
    connect(m_step->groupView(), &GroupView::branchChosen, this, [this](const TraceHit& hit, qint64 begin, qint64 end) {
        showHit(hit, { size_t(begin), size_t(end) });
    });
    connect(m_step, &TraceStepPage::evaluationRequested, this, [this](qint64 step) { showEvaluation(m_folder, step); });
    connect(m_search, &TraceSearchPage::hitChosen, this, [this](const TraceHit& hit) { showHit(hit, {}); });
    connect(m_search, &TraceSearchPage::hitActivated, this, [this](const TraceHit& hit) {
        m_tabs->setCurrentIndex(ByStep);
        m_step->showCompletion(hit.completion.step, hit.groupPosition, hit.completion.position);
    });
    connect(m_evaluation, &TraceEvaluationPage::problemChosen, this, &TracesPanel::showProblem);
    connect(
        m_evaluation, &TraceEvaluationPage::examplesRequested, this, [this](qint64 step) { showStep(m_folder, step); });
    followTeacher();
    connect(&m_recheck, &StoredRecheck::answered, this, [this](const RecheckAnswer& answer) {
        for (const Recheck& one : answer.changed)
            if (answer.folder == m_folder && one.completion == m_shownHit.completion.id)
                m_pane->setRecheck(
                    translated(recheckText(one)) + QStringLiteral(" · ") + translated(visibleLine(one.explanation)));
    });
    connect(m_pane->compareMenu(), &QMenu::aboutToShow, this, &TracesPanel::fillCompareMenu);
    connect(m_pane, &TracePane::textMenuOpening, this, &TracesPanel::textMenuOpening);
    const auto add = [this](const char* id, const QString& text, QKeyCombination keys, auto&& work, auto&& can) {
        new PlaceAction(this, id, text, keyList({ keys }), work, can);
    };
    const auto any = [this] { return m_reader != nullptr; };
    const auto ofStep = [this] { return m_reader && m_tabs->currentIndex() == ByStep; };
    add(
        "traces.nextCompletion", tr("Next completion"), Qt::ALT | Qt::Key_Down, [this] { move(1); }, any);
    add(
        "traces.previousCompletion", tr("Previous completion"), Qt::ALT | Qt::Key_Up, [this] { move(-1); }, any);
    add(
        "traces.nextGroup", tr("Next group"), Qt::ALT | Qt::Key_Right, [this] { m_step->moveGroup(1); }, ofStep);
    add(
        "traces.previousGroup", tr("Previous group"), Qt::ALT | Qt::Key_Left, [this] { m_step->moveGroup(-1); },
        ofStep);
    const auto ofProblem = [this] { return m_tabs->currentIndex() == Evaluation && m_evaluation->sampleCount() > 1; };
    add(
        "traces.nextSample", tr("Next sample of the problem"), Qt::ALT | Qt::Key_PageDown,
        [this] { m_evaluation->moveSample(1); }, ofProblem);
    add(
        "traces.previousSample", tr("Previous sample of the problem"), Qt::ALT | Qt::Key_PageUp,
        [this] { m_evaluation->moveSample(-1); }, ofProblem);
    add(
        "traces.tree", tr("Where the completions part, or their rows"), Qt::ALT | Qt::Key_T,
        [this] { m_step->groupView()->toggleTree(); }, ofStep);
    new PlaceAction(
        this, "traces.search", tr("Search in all traces"), {},
        [this] {
            m_tabs->setCurrentIndex(Search);
            m_search->findChild<QWidget*>(QStringLiteral("searchText"))->setFocus();
        },
        any);
    setRuns({});
}

TracesPanel::~TracesPanel() = default;

TraceListModel* TracesPanel::completions() const { return m_step->completions(); }
TraceListModel* TracesPanel::results() const { return m_search->results(); }

void TracesPanel::setRuns(const OpenRuns& runs)
{
    for (const OpenRun& run : m_runs)
        run.feed->disconnect(this);
    m_runs = runs;
    m_run->clear();
    m_run->setVisible(runs.size() > 1); // one run: its name stands above the pages already
    for (const OpenRun& run : runs) {
        QPixmap swatch(10, 10);
        swatch.fill(run.color);
        m_run->addItem(QIcon(swatch), run.label);
        connect(run.feed.get(), &RunFeed::stepsCommitted, this, [this, folder = run.feed->folder()](qint64 step) {
            if (folder != m_folder)
                return;
            if (!m_reader) // opened before its engine had made a database
                return openNewest(folder);
            const bool waiting = m_step->completions()->rowCount() == 0 && step > 0;
            m_step->setLastStep(step);
            if (m_evaluation->isVisible())
                m_evaluation->refresh();
            if (waiting)
                showNewest();
        });
        connect(run.feed.get(), &RunFeed::stateChanged, this, [this, folder = run.feed->folder()] {
            if (folder == m_folder && !m_reader)
                setFolder(folder);
        });
    }
    const bool kept
        = std::any_of(runs.begin(), runs.end(), [this](const OpenRun& run) { return run.feed->folder() == m_folder; });
    if (kept && m_reader)
        return m_run->setCurrentIndex(int(std::find_if(runs.begin(), runs.end(), [this](const OpenRun& run) {
            return run.feed->folder() == m_folder;
        }) - runs.begin()));
    setFolder({});
    if (const OpenRun* current = currentRun(runs))
        openNewest(current->feed->folder());
}

void TracesPanel::openNewest(const QString& folder)
{
    setFolder(folder);
    m_tabs->setCurrentIndex(ByStep);
    showNewest();
}

qint64 TracesPanel::newestStep() const
{
    for (const OpenRun& run : m_runs)
        if (run.feed->folder() == m_folder)
            return run.feed->lastStep();
    return -1;
}

void TracesPanel::showNewest()
{
    m_step->showStep(std::max<qint64>(newestStep(), 0));
    m_landed = m_shownHit.completion.id;
}

void TracesPanel::keepUp()
{
    if (m_landed > 0 && m_landed == m_shownHit.completion.id && m_tabs->currentIndex() == ByStep && !m_pane->isPinned()
        && newestStep() > m_step->step())
        showNewest();
}

void TracesPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (!event->spontaneous())
        keepUp();
}

void TracesPanel::setLexicon(std::shared_ptr<const Lexicon> lexicon)
{
    m_pane->setProblem({});
    m_pane->setLexicon(std::move(lexicon));
}

void TracesPanel::setFolder(const QString& folder)
{
    if (folder == m_folder && m_reader)
        return;
    m_teacherQuestion.cancel(); // answers name no run
    m_folder = folder;
    m_step->setReader(nullptr, {});
    m_evaluation->setReader(nullptr, {});
    m_search->setFolder(folder);
    m_reader.reset();
    m_learning.reset();
    m_shownHit = {};
    m_landed = 0;
    m_shownAnswer = {};
    m_student.reset();
    m_config = folder.isEmpty() ? std::nullopt : configOfRun(folder);
    m_pane->legend()->setHasTeacher(namesTeacher());
    m_pane->clear(folder.isEmpty() ? tr("Open a run to read its traces.") : tr("No completion is stored yet."));
    if (folder.isEmpty())
        return;
    if (Result<std::unique_ptr<RunReader>> opened = RunReader::open(folder.toStdString()))
        m_reader = std::move(*opened);
    else if (std::none_of(m_runs.begin(), m_runs.end(), [&](const OpenRun& run) { // one that begins will have it
                 return run.feed->folder() == folder && run.feed->state() == RunState::Starting;
             }))
        m_pane->clear(translated(opened.error().sentence()));
    if (auto opened = LearningReader::open(folder.toStdString()))
        m_learning = std::move(*opened);
    m_step->setReader(m_reader.get(), folder);
    m_evaluation->setReader(m_reader.get(), folder);
    for (size_t i = 0; i < m_runs.size(); ++i)
        if (m_runs[i].feed->folder() == folder)
            m_run->setCurrentIndex(int(i));
}

void TracesPanel::showStep(const QString& folder, qint64 step)
{
    setFolder(folder);
    m_landed = 0;
    m_tabs->setCurrentIndex(ByStep);
    m_step->showStep(step);
}

void TracesPanel::showSteps(const QString& folder, qint64 from, qint64 to)
{
    setFolder(folder);
    m_tabs->setCurrentIndex(Search);
    m_search->searchSteps(from, to);
}

void TracesPanel::showLongest(const QString& folder, qint64 step)
{
    setFolder(folder);
    m_tabs->setCurrentIndex(Search);
    m_search->searchAll(step, step, TraceListModel::Length, Qt::DescendingOrder);
}

void TracesPanel::showChange(const QString& folder, qint64 step)
{
    setFolder(folder);
    m_tabs->setCurrentIndex(Search);
    m_search->searchAll(
        std::max<qint64>(step - kAroundChange + 1, 1), step + kAroundChange, TraceListModel::Step, Qt::AscendingOrder);
}

void TracesPanel::showGroup(const QString& folder, qint64 step, int groupPosition)
{
    setFolder(folder);
    m_landed = 0;
    m_tabs->setCurrentIndex(ByStep);
    m_step->showCompletion(step, groupPosition, -1);
}

void TracesPanel::showEvaluation(const QString& folder, qint64 step)
{
    setFolder(folder);
    m_tabs->setCurrentIndex(Evaluation);
    m_evaluation->showEvaluation(step);
    Q_EMIT stepHovered(folder, step);
}

void TracesPanel::showCompletion(const QString& folder, qint64 completionId)
{
    setFolder(folder);
    m_landed = 0;
    m_tabs->setCurrentIndex(ByStep);
    if (!m_reader)
        return;
    const Result<CompletionRow> row = m_reader->completionText(completionId);
    const Result<GroupRow> group = row ? m_reader->group(row->groupId) : Result<GroupRow>(row.error());
    if (!group)
        return m_pane->clear(translated(group.error().sentence()));
    m_step->showCompletion(group->step, group->position, row->position);
}

Result<TraceDocument> TracesPanel::completionDocument(qint64 completionId, const PromptRow& prompt) const
{
    const Result<CompletionRow> row = m_reader->completionText(completionId);
    if (!row)
        return row.error();
    const Result<std::optional<TokenDetail>> detail = m_reader->tokenDetail(completionId);
    const TraceListModel::Weights weights = m_step->groupView()->weightsAt(row->step);
    TraceListModel parts; // the table and the facts cannot disagree
    parts.setHits({ { *row, 0, {} } }, weights);
    const Result<std::vector<CompletionRow>> group = m_reader->completions(row->groupId);
    const QString decided = group ? decidingPart(*row, *group, weights) : QString();
    TraceDocument document;
    document.text = row->text;
    document.itemJson = prompt.itemJson;
    document.detail = detail ? *detail : std::nullopt;
    document.advantage = row->advantage;
    document.tokenIds = row->tokenIds;
    document.place = { m_folder, completionId };
    std::optional<UpdateRow> update;
    if (m_learning) {
        if (const Result<std::optional<TokenRewards>> rewards = m_learning->tokenRewards(completionId))
            document.rewards = *rewards;
        if (const auto updates = m_learning->updates({ completionId }); updates && !updates->empty())
            update = updates->begin()->second;
    }
    if (m_config)
        document.untrained = untrainedReason(*m_config, *row, update);
    document.heading = visibleLine(prompt.text);
    document.facts
        = tr("step %1, sample %2 · %3: %4 · %5 tokens, %6\nreward %7 = %8 · advantage %9%10")
              .arg(QString::number(row->step), QString::number(row->position + 1), verdictText(*row),
                  verdictReason(*row), QString::number(row->tokens), finishText(row->finishReason),
                  row->reward ? fixedNumber(*row->reward, 2) : QStringLiteral("–"), parts.partsText(*row),
                  fixedNumber(row->advantage, 2),
                  decided.isEmpty() ? QString() : QStringLiteral(" · ") + decided); // at once: a reason may say "%1"
    return document;
}

Result<TraceDocument> TracesPanel::problemDocument(const EvaluationRow& evaluation, int position, int sample) const
{
    const Result<CompletionRow> row = readSample(*m_reader, evaluation.id, position, sample);
    if (!row)
        return row.error();
    const QString facts = sampleFacts(*row, evaluation.samples);
    const EvaluationProblemRow& problem = m_evaluation->problems()->problem(position);
    TraceDocument document;
    document.text = row->text;
    document.place = { m_folder, 0, evaluation.id, position, row->position };
    document.itemJson = problem.prompt.itemJson;
    document.heading = visibleLine(problem.prompt.text);
    document.facts = tr("held-out, evaluation at step %1, %2 of %3 samples right%4")
                         .arg(QString::number(evaluation.step), QString::number(problem.correct),
                             QString::number(evaluation.samples),
                             !facts.isEmpty()             ? QLatin1Char('\n') + facts
                                 : evaluation.samples > 1 ? tr("; the first is shown")
                                                          : QString()); // at once: a reason may say "%1"
    return document;
}

void TracesPanel::showHit(const TraceHit& hit, std::pair<size_t, size_t> marked)
{
    if (!m_reader)
        return;
    m_shownHit = hit;
    m_shownAnswer = {};
    m_shownStep = hit.completion.step;
    const bool beside = wantsTeacherBeside();
    const Result<GroupRow> group = m_reader->group(hit.completion.groupId);
    Result<TraceDocument> document
        = group ? completionDocument(hit.completion.id, group->prompt) : Result<TraceDocument>(group.error());
    if (document)
        document->marked = marked;
    document ? m_pane->setDocument(*document) : m_pane->clear(translated(document.error().sentence()));
    if (document && isVisible())
        m_recheck.ask(m_folder, hit.completion.step, hit.completion.step);
    if (document && beside)
        askForTeacher(true);
}

void TracesPanel::showProblem(qint64, int position)
{
    const EvaluationRow* evaluation = m_evaluation->current();
    if (!m_reader || !evaluation)
        return;
    m_shownHit = {};
    m_shownAnswer = { evaluation->id, position };
    m_shownSample = m_evaluation->currentSample();
    m_shownStep = evaluation->step + 1; // its checkpoint may have answered
    const bool beside = wantsTeacherBeside();
    const Result<TraceDocument> document = problemDocument(*evaluation, position, m_shownSample);
    document ? m_pane->setDocument(*document) : m_pane->clear(translated(document.error().sentence()));
    if (document && beside)
        askForTeacher(true);
}

/// More than two: on the page Compare.
void TracesPanel::offerSideBySide(QMenu* menu)
{
    TextPlace place { m_folder, m_shownHit.completion.id };
    if (const EvaluationRow* evaluation = m_evaluation->current();
        !place.isValid() && evaluation && m_evaluation->currentPosition() >= 0)
        place = { m_folder, 0, evaluation->id, m_evaluation->currentPosition(), m_evaluation->currentSample() };
    if (!place.isValid())
        return;
    menu->addSeparator();
    menu->addAction(tr("Add to the texts on Compare"), this, [this, place] { Q_EMIT textsPicked({ place }); });
    const int samples = place.completionId > 0 ? 0 : m_evaluation->sampleCount();
    if (place.completionId > 0 || samples > 1)
        menu->addAction(tr("The whole group side by side on Compare"), this, [this, place, samples] {
            TextPlaces places;
            for (int i = 0; i < samples; ++i)
                places.push_back({ m_folder, 0, place.evaluationId, place.position, i });
            if (samples > 0)
                return Q_EMIT textsPicked(places);
            if (const auto rows = m_reader->completions(m_shownHit.completion.groupId))
                for (const CompletionRow& row : *rows)
                    places.push_back({ m_folder, row.id });
            Q_EMIT textsPicked(places);
        });
}

void TracesPanel::fillCompareMenu()
{
    QMenu* menu = m_pane->compareMenu();
    menu->clear();
    menu->addAction(tr("Keep this one on the left"), this, [this] { m_pane->setPinned(m_pane->document()); })
        ->setEnabled(!m_pane->document().heading.isEmpty());
    if (m_pane->isPinned())
        menu->addAction(tr("Close the comparison"), m_pane, &TracePane::unpin);
    if (!m_reader)
        return;
    offerSideBySide(menu);
    offerTeacher(menu);
    menu->addSeparator();
    const auto offer = [&](const QString& text, qint64 completionId, const PromptRow& prompt) {
        menu->addAction(text, this, [this, completionId, prompt] {
            if (const Result<TraceDocument> other = completionDocument(completionId, prompt))
                m_pane->setPinned(*other);
        });
    };
    if (const EvaluationRow* now = m_evaluation->current(), *first = m_evaluation->first();
        m_tabs->currentIndex() == Evaluation && now && first && now->id != first->id
        && m_evaluation->currentPosition() >= 0) {
        menu->addAction(tr("The same problem at step %1").arg(first->step), this, [this] {
            if (const Result<TraceDocument> other
                = problemDocument(*m_evaluation->first(), m_evaluation->currentPosition(), m_shownSample))
                m_pane->setPinned(*other);
        });
        return;
    }
    const Result<GroupRow> group
        = m_shownHit.completion.id ? m_reader->group(m_shownHit.completion.groupId) : Result<GroupRow>(Error {});
    if (!group)
        return;
    if (Result<std::vector<CompletionRow>> others = m_reader->completions(group->id); others && others->size() > 1) {
        std::erase_if(*others, [&](const CompletionRow& row) { return row.id == m_shownHit.completion.id; });
        const auto byReward = [](const CompletionRow& a, const CompletionRow& b) { return a.advantage < b.advantage; };
        const auto [worst, best] = std::minmax_element(others->begin(), others->end(), byReward);
        offer(tr("Best other of the group (sample %1)").arg(best->position + 1), best->id, group->prompt);
        offer(tr("Worst other of the group (sample %1)").arg(worst->position + 1), worst->id, group->prompt);
    }
    if (const Result<std::vector<GroupRow>> steps = m_reader->groupsOfPrompt(group->prompt.id))
        for (const GroupRow& other : *steps) {
            if (other.id == group->id)
                continue;
            if (Result<std::vector<CompletionRow>> rows = m_reader->completions(other.id); rows && !rows->empty()) {
                GroupRow withRows = other;
                withRows.completions = std::move(*rows);
                const int sample = GroupListModel::mostInteresting(withRows);
                offer(tr("Same prompt at step %1 (mean %2)").arg(other.step).arg(fixedNumber(other.rewardMean, 2)),
                    withRows.completions[size_t(sample)].id, group->prompt);
            }
        }
}

void TracesPanel::move(int by)
{
    switch (m_tabs->currentIndex()) {
    case ByStep:
        return m_step->moveCompletion(by);
    case Search:
        return m_search->moveResult(by);
    default:
        return m_evaluation->moveProblem(by);
    }
}

void TracesPanel::renderReport(const QString& outDir, QStringList& writtenFiles)
{
    const QString file = outDir + QStringLiteral("/traces.png");
    if (grab().save(file, "PNG"))
        writtenFiles << file;
}

} // namespace aha
