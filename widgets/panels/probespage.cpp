#include "widgets/panels/probespage.h"

#include "widgets/language/translation.h"
#include "widgets/models/heldoutsample.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/evaluationtimeline.h"
#include "widgets/panels/outcomedelegate.h"
#include "widgets/panels/probeanswer.h"
#include "widgets/panels/samplebar.h"
#include "widgets/panels/tracepane.h"
#include "widgets/plots/emptyhint.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace aha {

namespace {

constexpr int kRefreshMs = 2000, kOutcomeWidth = 70, kListWidth = 260, kNarrow = 860;
enum Against { Nothing, Previous, First, FirstRun };

} // namespace

ProbesPage::ProbesPage(const std::shared_ptr<const Lexicon>& lexicon, QWidget* parent)
    : QWidget(parent)
    , m_model(new ProbeModel(this))
    , m_run(new QComboBox(this))
    , m_against(new QComboBox(this))
    , m_filter(new QLineEdit(this))
    , m_list(new QTableView(this))
    , m_timeline(new EvaluationTimeline(this))
    , m_samples(new SampleBar(QStringLiteral("probeSamples"), this))
    , m_play(new QPushButton(this))
    , m_open(new QPushButton(tr("Open on Traces"), this))
    , m_where(new QLabel(this))
    , m_empty(new QLabel(this))
    , m_trouble(new QLabel(this))
    , m_side(new QWidget(this))
    , m_reading(new QWidget(this))
    , m_split(new QSplitter(this))
    , m_pane(new TracePane(lexicon, this))
    , m_wanted(kAnySample)
{
    m_run->setObjectName(QStringLiteral("probeRun"));
    m_run->setAccessibleName(tr("Run"));
    m_against->setObjectName(QStringLiteral("probeAgainst"));
    m_against->setAccessibleName(tr("Compare the answer with"));
    m_against->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_against->setMinimumContentsLength(20);
    m_filter->setObjectName(QStringLiteral("probeFilter"));
    m_filter->setAccessibleName(tr("Filter problems"));
    m_filter->setPlaceholderText(tr("Filter problems"));
    m_filter->setClearButtonEnabled(true);
    m_list->setObjectName(QStringLiteral("probes"));
    m_list->setAccessibleName(tr("Your prompts and held-out problems; pinned ones first"));
    m_list->setModel(m_model);
    m_list->setItemDelegateForColumn(ProbeModel::Outcome, new OutcomeDelegate(m_list));
    m_list->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_list->setSelectionMode(QAbstractItemView::SingleSelection);
    m_list->setShowGrid(false);
    m_list->setWordWrap(false);
    m_list->setTabKeyNavigation(false);
    m_list->verticalHeader()->hide();
    m_list->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_list->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 10);
    m_list->horizontalHeader()->setSectionResizeMode(ProbeModel::Problem, QHeaderView::Stretch);
    m_list->horizontalHeader()->setSectionResizeMode(ProbeModel::Outcome, QHeaderView::Fixed);
    m_list->horizontalHeader()->resizeSection(ProbeModel::Outcome, kOutcomeWidth);
    m_list->horizontalHeader()->setHighlightSections(false);
    m_list->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    new EmptyHint(m_list, "probesNone", tr("No problem has these words."));
    m_timeline->setObjectName(QStringLiteral("probeTimeline"));
    m_timeline->setAccessibleName(tr("Evaluations"));
    m_timeline->setToolTip(tr("Left and right: evaluation by evaluation; Home: step 0; Space: play"));
    m_play->setObjectName(QStringLiteral("probePlay"));
    m_open->setObjectName(QStringLiteral("probeOpen"));
    for (QLabel* label : { m_where, m_empty, m_trouble })
        label->setTextFormat(Qt::PlainText);
    m_where->setObjectName(QStringLiteral("probeWhere"));
    m_empty->setObjectName(QStringLiteral("probesEmpty"));
    m_empty->setWordWrap(true);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setProperty("role", QStringLiteral("hint"));
    m_trouble->setObjectName(QStringLiteral("probesProblem"));
    m_trouble->setProperty("role", QStringLiteral("error"));
    m_trouble->setWordWrap(true);
    m_trouble->hide();

    auto* side = new QVBoxLayout(m_side);
    side->setContentsMargins(0, 0, 0, 0);
    side->setSpacing(6);
    side->addWidget(m_run);
    side->addWidget(m_filter);
    side->addWidget(m_list, 1);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(8);
    bar->addWidget(m_play);
    bar->addWidget(m_where, 1);
    bar->addWidget(new QLabel(tr("Against"), m_reading));
    bar->addWidget(m_against);
    bar->addWidget(m_open);
    auto* reading = new QVBoxLayout(m_reading);
    reading->setContentsMargins(0, 0, 0, 0);
    reading->setSpacing(8);
    reading->addWidget(m_timeline);
    reading->addLayout(bar);
    reading->addWidget(m_samples);
    reading->addWidget(m_pane, 1);
    m_split->setObjectName(QStringLiteral("probeSplit"));
    m_split->setChildrenCollapsible(false);
    m_split->setHandleWidth(12);
    m_split->addWidget(m_side);
    m_split->addWidget(m_reading);
    m_split->setStretchFactor(1, 1);
    m_split->setSizes({ kListWidth, 680 });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->addWidget(m_empty, 1);
    layout->addWidget(m_trouble);
    layout->addWidget(m_split, 1);

    m_coalesce.setSingleShot(true);
    m_coalesce.setInterval(kRefreshMs);
    connect(&m_coalesce, &QTimer::timeout, this, [this] {
        m_stale = true;
        if (isVisible())
            read(/*refreshing=*/true);
    });
    m_player.setInterval(kPlayMs);
    connect(&m_player, &QTimer::timeout, this, [this] {
        if (m_timeline->value() >= m_timeline->maximum())
            return play(false);
        m_timeline->setValue(m_timeline->value() + 1);
    });
    connect(m_run, &QComboBox::activated, this, [this] {
        m_sought.reset();
        fillAgainst();
        read();
    });
    connect(m_against, &QComboBox::activated, this, &ProbesPage::showAnswer);
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_model->setText(text);
        selectProblem();
    });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& index) {
        if (!index.isValid() || m_model->isHeading(index.row()))
            return;
        const std::string& problem = m_model->row(index.row()).problem;
        const bool own = m_model->isOwn(index.row());
        if (problem != m_problem || own != m_own)
            m_wanted = kAnySample;
        m_problem = problem;
        m_own = own;
        showProblem();
    });
    connect(m_samples, &SampleBar::chosen, this, [this](int sample) {
        m_wanted = sample; // the same random numbers drew it at every evaluation
        showAnswer();
    });
    // Ticking arranges the rows anew: the selection goes with its problem.
    connect(m_model, &QAbstractItemModel::modelReset, this, &ProbesPage::selectProblem, Qt::QueuedConnection);
    connect(m_timeline, &QAbstractSlider::valueChanged, this, [this](int evaluation) {
        m_model->setEvaluation(evaluation);
        showAnswer();
    });
    connect(m_timeline, &EvaluationTimeline::playToggled, this, [this] { play(!m_player.isActive()); });
    connect(m_play, &QPushButton::clicked, this, [this] { play(!m_player.isActive()); });
    connect(m_open, &QPushButton::clicked, this, [this] {
        const OutcomeRow* row = current();
        const size_t at = size_t(m_timeline->value());
        if (row && at < row->cells.size() && row->cells[at].right >= 0) // the button is off for others
            Q_EMIT problemPicked(
                folder(), m_table.sources[at].evaluationId, row->cells[at].position, m_samples->current());
    });
    connect(m_pane->compareMenu(), &QMenu::aboutToShow, this, [this] {
        m_pane->compareMenu()->clear();
        m_pane->compareMenu()->addAction(tr("All evaluations side by side"), this, [this] {
            TextPlaces places;
            const OutcomeRow* row = current();
            for (size_t i = 0; row && i < row->cells.size(); ++i)
                if (const auto asked = placeOf(int(i)))
                    places.push_back({ folder(), 0, asked->evaluationId, row->cells[i].position,
                        asked->own ? 0 : std::min(m_samples->current(), m_table.sources[i].samples - 1) });
            if (!places.empty())
                Q_EMIT textsPicked(places);
        });
        if (m_samples->count() > 1)
            m_pane->compareMenu()->addAction(tr("All samples of this evaluation side by side"), this, [this] {
                TextPlaces places;
                const OutcomeRow* row = current();
                const size_t at = size_t(m_timeline->value());
                for (int i = 0; row && at < row->cells.size() && i < m_samples->count(); ++i)
                    places.push_back({ folder(), 0, m_table.sources[at].evaluationId, row->cells[at].position, i });
                if (!places.empty())
                    Q_EMIT textsPicked(places);
            });
        m_pane->compareMenu()->addSeparator();
        for (int i = 0; i < m_against->count(); ++i)
            m_pane->compareMenu()->addAction(m_against->itemText(i), this, [this, i] {
                m_against->setCurrentIndex(i);
                showAnswer();
            });
    });
    play(false);
    setTable(ProbeTable());
}

ProbesPage::~ProbesPage() = default;

QString ProbesPage::folder() const
{
    const int run = m_run->currentIndex();
    return run >= 0 && run < int(m_runs.size()) ? m_runs[size_t(run)].feed->folder() : QString();
}

void ProbesPage::setRuns(const OpenRuns& runs)
{
    for (const OpenRun& run : m_runs)
        run.feed->disconnect(this);
    const QString kept = folder();
    m_runs = runs;
    m_run->clear();
    for (const OpenRun& run : runs) {
        QPixmap swatch(10, 10);
        swatch.fill(run.color);
        m_run->addItem(QIcon(swatch), run.label);
        if (run.feed->folder() == kept)
            m_run->setCurrentIndex(m_run->count() - 1);
        const auto later = [this] {
            if (!m_coalesce.isActive())
                m_coalesce.start();
        };
        connect(run.feed.get(), &RunFeed::stepsCommitted, this, later);
        connect(run.feed.get(), &RunFeed::stateChanged, this, later); // the last evaluation comes after the last step
    }
    m_run->setVisible(runs.size() > 1); // one run: its name stands above the pages already
    fillAgainst();
    m_stale = true;
    if (isVisible())
        read(); // otherwise when the page is looked at
}

void ProbesPage::fillAgainst()
{
    const QString kept = m_against->currentText();
    m_against->clear();
    m_against->addItem(tr("nothing"));
    m_against->addItem(tr("the evaluation before"));
    m_against->addItem(tr("the first evaluation"));
    for (const OpenRun& run : m_runs)
        if (run.feed->folder() != folder())
            m_against->addItem(tr("%1, newest").arg(run.label), run.feed->folder());
    const int found = m_against->findText(kept);
    m_against->setCurrentIndex(found >= 0 ? found : Previous);
}

void ProbesPage::read(bool refreshing)
{
    m_stale = false;
    const quint64 asked = ++m_asked;
    if (!refreshing)
        m_stamp = 0; // a look in between must not be taken for the answer to this question
    if (folder().isEmpty())
        return setTable(ProbeTable());
    m_empty->setText(tr("Reading the evaluations …"));
    m_worker.post(
        [this, asked, run = RunName { folder(), m_run->currentText(), QColor() }, known = refreshing ? m_stamp : 0] {
            const qint64 stamp = evaluationStamp({ run });
            if (stamp == known)
                return;
            ProbeTable table = readProbes(run);
            QMetaObject::invokeMethod(
                this,
                [this, asked, stamp, table = std::move(table)] {
                    if (asked != m_asked)
                        return;
                    m_stamp = stamp;
                    setTable(table);
                },
                Qt::QueuedConnection);
        });
}

void ProbesPage::setTable(const ProbeTable& table)
{
    const bool atEnd = m_timeline->value() == m_timeline->maximum();
    const bool grown = table.sources.size() != m_table.sources.size() || table.answers != m_table.answers
        || table.problem != m_table.problem || table.skipped != m_table.skipped
        || (!table.sources.empty() && table.sources[0].run.folder != m_table.sources[0].run.folder);
    if (!grown && !table.sources.empty())
        return reach(); // a live run without a new evaluation
    const int now = m_timeline->value();
    const qint64 kept = now < int(m_table.sources.size()) ? m_table.sources[size_t(now)].evaluationId : -1;
    const bool sameRun = !m_table.sources.empty() && !table.sources.empty()
        && table.sources[0].run.folder == m_table.sources[0].run.folder;
    m_table = table;
    const bool any = !table.sources.empty();
    m_empty->setText(m_runs.empty() ? tr("No run is open. Select one in the table on the left: what it "
                                         "answered to the same held-out problems appears here, evaluation "
                                         "by evaluation.")
                                    : table.problem
                + (table.problem.isEmpty()
                        ? QString()
                        : QLatin1Char('\n') + tr("“Evaluate a checkpoint…” above lets one answer them now.")));
    m_empty->setVisible(!any && !m_empty->text().isEmpty());
    // What else there is can be read all the same.
    m_trouble->setText(!any ? QString() : table.problem.isEmpty() ? table.skippedText() : table.problem);
    m_trouble->setVisible(!m_trouble->text().isEmpty());
    m_side->setVisible(any || m_runs.size() > 1); // another run may have some
    m_reading->setVisible(any);
    m_filter->setVisible(any);
    m_list->setVisible(any);
    m_model->setTable(table);
    std::vector<EvaluationTimeline::Mark> marks;
    for (const OutcomeSource& source : table.sources)
        marks.push_back({ source.step, -1, source.samples });
    m_timeline->setMarks(marks);
    if (atEnd && !m_player.isActive())
        m_timeline->setValue(m_timeline->maximum());
    else if (sameRun) // a later evaluation of a checkpoint stands before others
        for (size_t i = 0; i < table.sources.size(); ++i)
            if (table.sources[i].evaluationId == kept)
                m_timeline->setValue(int(i));
    m_model->setEvaluation(m_timeline->value());
    selectProblem();
    reach();
}

const OutcomeRow* ProbesPage::current() const
{
    const QModelIndex at = m_list->currentIndex();
    return at.isValid() && at.row() < m_model->rowCount() && !m_model->isHeading(at.row()) ? &m_model->row(at.row())
                                                                                           : nullptr;
}

std::string ProbesPage::written() const
{
    return current() ? std::string(m_model->text(m_list->currentIndex().row())) : std::string();
}

bool ProbesPage::isOwn() const { return current() && m_model->isOwn(m_list->currentIndex().row()); }

void ProbesPage::selectProblem()
{
    const int row = m_model->shownRow(m_problem, m_own);
    if (const int shown = row >= 0 ? row : m_model->firstRow(); shown >= 0)
        m_list->setCurrentIndex(m_model->index(shown, ProbeModel::Problem));
    showProblem();
}

void ProbesPage::chooseRun(const QString& folder)
{
    for (size_t i = 0; i < m_runs.size(); ++i)
        if (m_runs[i].feed->folder() == folder && int(i) != m_run->currentIndex()) {
            m_run->setCurrentIndex(int(i));
            fillAgainst();
            m_stale = true;
        }
}

void ProbesPage::follow(const QString& folder, const QString& problem)
{
    chooseRun(folder);
    m_sought.reset();
    m_problem = problem.toStdString();
    m_own = false;
    m_wanted = kAnySample;
    m_filter->clear();
    m_model->pin(m_problem, true);
    if (m_stale && isVisible())
        read();
    else
        selectProblem();
}

void ProbesPage::showOwn()
{
    m_sought.reset();
    m_problem.clear(); // the list begins with one's own prompts
    m_own = false;
    m_filter->clear();
    if (m_stale && isVisible())
        read();
    else
        selectProblem();
}

void ProbesPage::followPrompt(const TextPlace& place, const std::string& prompt)
{
    play(false);
    chooseRun(place.folder);
    m_sought = Sought { prompt, { place, {}, -1 } };
    m_filter->clear();
    if (m_stale && isVisible())
        read();
    else
        reach();
}

bool ProbesPage::showWords(const TextReading& reading)
{
    if (!m_sought || m_sought->reading.place != reading.place)
        return false;
    m_sought->reading = reading;
    return true;
}

void ProbesPage::reach()
{
    if (!m_sought || m_sought->reached)
        return;
    const TextPlace& place = m_sought->reading.place;
    for (size_t i = 0; i < m_table.answers.size(); ++i)
        if (m_table.answers[i] == place.evaluationId && m_table.sources[i].run.folder == place.folder) {
            m_problem = m_sought->prompt;
            m_own = true;
            m_wanted = kAnySample;
            m_sought->reached = true;
            m_timeline->setValue(int(i));
            return selectProblem();
        }
}

void ProbesPage::showProblem()
{
    const OutcomeRow* row = current();
    std::vector<EvaluationTimeline::Mark> marks;
    for (size_t i = 0; i < m_table.sources.size(); ++i)
        marks.push_back({ m_table.sources[i].step, row ? row->cells[i].right : -1, m_table.sources[i].samples });
    m_timeline->setMarks(marks);
    showAnswer();
}

std::optional<ProbePlace> ProbesPage::placeOf(int evaluation) const
{
    const OutcomeRow* row = current();
    if (!row || evaluation < 0 || evaluation >= int(row->cells.size()) || row->cells[size_t(evaluation)].position < 0)
        return std::nullopt;
    const size_t at = size_t(evaluation);
    return ProbePlace { folder(), m_run->currentText(),
        isOwn() ? m_table.answers[at] : m_table.sources[at].evaluationId, row->problem, isOwn(), written() };
}

std::optional<ProbePlace> ProbesPage::against() const
{
    const int choice = m_against->currentIndex(), now = m_timeline->value();
    if (choice >= FirstRun) {
        const OutcomeRow* row = current();
        return row ? std::optional(ProbePlace { m_against->currentData().toString(),
                   m_against->currentText().section(tr(", newest"), 0, 0), -1, row->problem, isOwn(), written() })
                   : std::nullopt;
    }
    if (choice == Previous)
        for (int i = now - 1; i >= 0; --i)
            if (const auto place = placeOf(i))
                return place;
    if (choice == First)
        for (int i = 0; i < now; ++i)
            if (const auto place = placeOf(i))
                return place;
    return std::nullopt;
}

void ProbesPage::showAnswer()
{
    describe();
    const quint64 asked = ++m_answerAsked;
    const std::optional<ProbePlace> place = placeOf(m_timeline->value()), other = against();
    if (!place) {
        m_samples->setSamples({}, 0, 0);
        return m_pane->clear(isOwn() ? tr("This evaluation did not ask the prompt.")
                : current()          ? tr("This evaluation did not ask the problem.")
                                     : tr("Select a problem."));
    }
    const int wanted = isOwn() ? 0 : m_wanted == kAnySample ? wantedSample(current()->outcome) : m_wanted;
    m_worker.post([this, asked, place = *place, other, wanted] {
        const Result<ProbeAnswer> now = readProbeAnswer(place, wanted);
        std::optional<Result<ProbeAnswer>> before;
        if (other)
            before = readProbeAnswer(*other, now ? now->sample : wanted);
        QMetaObject::invokeMethod(
            this,
            [this, asked, now, before] {
                if (asked != m_answerAsked)
                    return; // scrubbed on
                if (!now)
                    return m_pane->clear(translated(now.error().sentence()));
                m_samples->setSamples(now->samples, now->drawn, now->sample);
                if (!now->problem.isEmpty())
                    return m_pane->clear(now->problem);
                m_pane->setDocument(now->document);
                const QString without = !before ? QString()
                    : *before                   ? (*before)->problem
                                                : translated(before->error().sentence());
                m_pane->setProblem(without);
                if (before && without.isEmpty())
                    m_pane->setPinned((*before)->document);
                else
                    m_pane->unpin();
                if (!m_sought || !m_sought->reached)
                    return;
                const TextReading sought = std::exchange(m_sought, {})->reading;
                if (sought.place == now->document.place && !sought.words.isEmpty())
                    m_pane->showWords(sought.words, sought.begin);
            },
            Qt::QueuedConnection);
    });
}

void ProbesPage::play(bool on)
{
    if (on && m_timeline->value() >= m_timeline->maximum())
        m_timeline->setValue(0);
    if (on)
        m_player.start();
    else
        m_player.stop();
    m_play->setText(on ? tr("Pause") : tr("Play"));
    m_play->setAccessibleName(on ? tr("Stop playing") : tr("Play the evaluations one after another"));
}

void ProbesPage::describe()
{
    const int at = m_timeline->value();
    m_where->setText(at < int(m_table.sources.size()) ? tr("step %1 · evaluation %2 of %3")
                                                            .arg(m_table.sources[size_t(at)].step)
                                                            .arg(at + 1)
                                                            .arg(m_table.sources.size())
                                                      : QString());
    m_open->setEnabled(placeOf(at).has_value() && !isOwn()); // Traces lists the problems that figures are made of
}

void ProbesPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    arrange();
    if (m_stale)
        read();
}

void ProbesPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void ProbesPage::arrange()
{
    const Qt::Orientation fits = width() < kNarrow ? Qt::Vertical : Qt::Horizontal;
    if (m_split->orientation() == fits)
        return;
    m_split->setOrientation(fits);
    fits == Qt::Vertical ? m_split->setSizes({ height() / 3, height() - height() / 3 })
                         : m_split->setSizes({ kListWidth, width() - kListWidth });
}

void ProbesPage::hideEvent(QHideEvent* event)
{
    play(false);
    QWidget::hideEvent(event);
}

} // namespace aha
