#include "widgets/panels/signalspanel.h"

#include "core/store/workspace.h"
#include "widgets/language/translation.h"
#include "widgets/models/signalexamplemodel.h"
#include "widgets/models/signallistmodel.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/chartlines.h"
#include "widgets/panels/figureform.h"
#include "widgets/panels/sessionpart.h"
#include "widgets/panels/tracedelegates.h"
#include "widgets/plots/lineplot.h"
#include "widgets/plots/seriescolors.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QHash>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSet>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace aha {

namespace {

constexpr int kSignalsMs = 3000, kListWidth = 452, kOddCharacters = 18;
constexpr int kNarrowDetail = 340, kLeastText = 60; ///< narrower, what stands beside a text goes below it
constexpr qint64 kRecheckSteps = 20; // the newest of a long stretch

std::string settingKey(const SignalInfo& info) { return std::string("signals.threshold.") + info.key; }

QLabel* makeText(const char* name, const char* role, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(QString::fromLatin1(name));
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    if (*role)
        label->setProperty("role", QString::fromLatin1(role));
    return label;
}

/// Asks for a few rows and takes what is left: the page scrolls when even these have no room.
class FewRows : public QTableView {
public:
    using QTableView::QTableView;
    QSize sizeHint() const override { return { QTableView::sizeHint().width(), 5 * fontMetrics().height() }; }
};

void dress(QTableView* table)
{
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setShowGrid(false);
    table->setAlternatingRowColors(true);
    table->setTabKeyNavigation(false);
    table->setWordWrap(false);
    table->verticalHeader()->hide();
    table->horizontalHeader()->setHighlightSections(false);
}

} // namespace

SignalsPanel::SignalsPanel(Workspace* workspace, QWidget* parent)
    : SignalsPanel(workspace, QString(), parent)
{
}

SignalsPanel::SignalsPanel(Workspace* workspace, const QString& engine, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_thresholds(defaultThresholds())
    , m_model(new SignalListModel(this))
    , m_examples(new SignalExampleModel(this))
    , m_run(new QComboBox(this))
    , m_summary(new QLabel(this))
    , m_hint(makeText("signalsHint", "hint", this))
    , m_table(new QTableView(this))
    , m_exampleTable(new FewRows(this))
    , m_body(new QWidget(this))
    , m_chart(new LinePlot(tr("Value and threshold"), QString(), this))
    , m_threshold(new QDoubleSpinBox(this))
    , m_default(new QPushButton(tr("Default"), this))
    , m_openStep(new QPushButton(this))
    , m_rescore(new QPushButton(tr("Re-score this run ›"), this))
    , m_recheck(engine)
{
    m_run->setObjectName(QStringLiteral("signalsRun"));
    m_run->setAccessibleName(tr("Run"));
    m_run->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_run->setMinimumContentsLength(24);
    m_summary->setObjectName(QStringLiteral("signalsSummary"));
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setWordWrap(true);
    m_summary->setProperty("role", QStringLiteral("hint"));
    m_hint->setAlignment(Qt::AlignCenter);
    m_table->setObjectName(QStringLiteral("signals"));
    m_table->setAccessibleName(tr("Health signals"));
    m_table->setModel(m_model);
    m_table->setItemDelegateForColumn(
        SignalListModel::State, new BadgeDelegate(SignalListModel::BadgeKindRole, m_table));
    dress(m_table);
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 14);
    m_table->horizontalHeader()->setSectionResizeMode(SignalListModel::Name, QHeaderView::Stretch);
    m_table->setColumnWidth(SignalListModel::State, 150);
    m_table->setColumnWidth(SignalListModel::Value, 104);
    m_table->setFixedWidth(kListWidth);
    m_detail = makeDetail();
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_run);
    bar->addSpacing(8);
    bar->addWidget(m_summary, 1);
    auto* body = new QHBoxLayout(m_body);
    body->setContentsMargins(0, 0, 0, 0);
    body->setSpacing(14);
    body->addWidget(m_table);
    auto* scroll = new QScrollArea(m_body); // else a low window lays the chart over the words below it
    scroll->setObjectName(QStringLiteral("signalScroll"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(m_detail);
    body->addWidget(scroll, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 10, 12, 12);
    layout->setSpacing(8);
    layout->addLayout(bar);
    layout->addWidget(m_hint, 1);
    layout->addWidget(m_body, 1);

    m_coalesce.setSingleShot(true);
    m_coalesce.setInterval(kSignalsMs);
    connect(&m_coalesce, &QTimer::timeout, this, &SignalsPanel::refresh);
    connect(m_run, &QComboBox::currentIndexChanged, this, [this] { showStates(); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        m_chart->follow();
        showDetail();
    });
    readThresholds();
    m_library.setThresholds(m_thresholds);
    connect(&m_library, &LibraryWatch::told, this,
        [this](const QString& folder, const QString& sentence) { Q_EMIT raised(sentence, folder); });
    m_table->setCurrentIndex(m_model->index(0, 0));
    setRuns({});
}

SignalsPanel::~SignalsPanel() = default;

QWidget* SignalsPanel::makeDetail()
{
    auto* detail = new QWidget(this);
    m_title = makeText("signalTitle", "title", detail);
    m_numbers = makeText("signalNumbers", "", detail);
    m_cause = makeText("signalCause", "", detail);
    m_look = makeText("signalLook", "", detail);
    m_thresholdLabel = makeText("signalThresholdLabel", "", detail);
    m_thresholdLabel->setBuddy(m_threshold);
    m_chart->setMinimumHeight(190);
    m_threshold->setObjectName(QStringLiteral("signalThreshold"));
    setKeptElsewhere(m_threshold); // the workspace
    m_threshold->setKeyboardTracking(false);
    m_default->setObjectName(QStringLiteral("signalDefault"));
    m_default->setAccessibleName(tr("Back to the default threshold"));
    m_openStep->setObjectName(QStringLiteral("signalStep"));
    m_exampleTable->setObjectName(QStringLiteral("signalExamples"));
    m_exampleTable->setAccessibleName(tr("Completions that show the signal; Enter opens the trace"));
    m_exampleTable->setModel(m_examples);
    m_exampleTable->setMinimumHeight(m_exampleTable->sizeHint().height());
    m_exampleTable->setTextElideMode(Qt::ElideRight);
    dress(m_exampleTable);
    m_exampleTable->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    m_exampleTable->horizontalHeader()->setStretchLastSection(true);
    m_exampleTable->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // how it begins takes what is left
    m_exampleTable->setItemDelegate(new LineDelegate(m_exampleTable));
    m_recheckNote = makeText("signalRecheck", "hint", detail);
    m_rescore->setObjectName(QStringLiteral("signalRescore"));
    m_rescore->setToolTip(
        plainToolTip(tr("Every stored completion judged again under the run's own rewards, in the reward "
                        "lab: which recorded verdicts hold today, and which do not.")));
    auto* evidence = new QHBoxLayout;
    evidence->addWidget(m_recheckNote, 1);
    evidence->addWidget(m_rescore);
    auto* field = new QHBoxLayout;
    field->addWidget(m_threshold);
    field->addWidget(m_default);
    auto* threshold = new QHBoxLayout;
    threshold->addWidget(m_thresholdLabel, 1);
    threshold->addLayout(field);
    auto* head = new QHBoxLayout;
    head->addWidget(m_title, 1);
    head->addWidget(m_openStep);
    m_beside = { head, threshold, evidence };
    detail->installEventFilter(this);
    m_exampleTable->viewport()->installEventFilter(this);
    auto* layout = new QVBoxLayout(detail);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(head);
    layout->addWidget(m_numbers);
    layout->addWidget(m_chart, 3);
    layout->addLayout(threshold);
    layout->addWidget(m_cause);
    layout->addWidget(m_look);
    layout->addLayout(evidence);
    layout->addWidget(m_exampleTable, 2);
    connect(m_chart, &LinePlot::picked, this, &SignalsPanel::stepPicked);
    connect(m_chart, &LinePlot::longestPicked, this, &SignalsPanel::longestPicked);
    connect(m_chart, &LinePlot::changePicked, this, &SignalsPanel::changePicked);
    connect(m_chart, &LinePlot::cursorMoved, m_chart, &LinePlot::setCursor);
    connect(m_chart, &LinePlot::figureAsked, this, [this, layout] {
        auto* form = findChild<FigureForm*>();
        if (!form) {
            form = new FigureForm(this);
            layout->insertWidget(layout->indexOf(m_chart), form);
        }
        form->begin(m_chart);
    });
    connect(m_threshold, &QDoubleSpinBox::valueChanged, this,
        [this](double value) { setThreshold(signalInfos()[size_t(row())].percent ? value / 100 : value); });
    connect(m_default, &QPushButton::clicked, this, [this] {
        setThreshold(signalInfos()[size_t(row())].threshold);
        m_detailOf = {};
        showDetail();
    });
    connect(m_openStep, &QPushButton::clicked, this, [this] {
        if (const SignalState* state = m_model->state(row()); state && state->worst >= 0 && watch())
            Q_EMIT stepPicked(watch()->folder(), state->worst);
    });
    connect(m_rescore, &QPushButton::clicked, this, [this] {
        if (watch())
            Q_EMIT rescoreRequested(watch()->folder());
    });
    connect(&m_recheck, &StoredRecheck::answered, this, &SignalsPanel::takeRecheck);
    const auto open = [this](const QModelIndex& index) {
        if (index.isValid() && watch())
            Q_EMIT completionPicked(watch()->folder(), m_examples->example(index.row()).id);
    };
    connect(m_exampleTable, &QTableView::clicked, this, open);
    connect(m_exampleTable, &QTableView::activated, this, open);
    return detail;
}

void SignalsPanel::setRuns(const OpenRuns& runs)
{
    for (const OpenRun& run : m_runs)
        run.feed->disconnect(this);
    m_runs = runs;
    std::vector<std::unique_ptr<SignalWatch>> kept;
    const QString shown = m_run->currentData().toString();
    const QSignalBlocker block(m_run);
    m_run->clear();
    for (const OpenRun& run : runs) {
        const QString folder = run.feed->folder(), label = run.label;
        m_run->addItem(label, folder);
        const auto known = std::find_if(
            m_watches.begin(), m_watches.end(), [&](const auto& watch) { return watch && watch->folder() == folder; });
        std::unique_ptr<SignalWatch> watch
            = known != m_watches.end() ? std::move(*known) : std::make_unique<SignalWatch>(folder);
        watch->disconnect(this);
        watch->setThresholds(m_thresholds);
        connect(watch.get(), &SignalWatch::changed, this, &SignalsPanel::showStates);
        connect(watch.get(), &SignalWatch::raised, this, [this, label, watch = watch.get()](int signal) {
            Q_EMIT raised(watch->sentence(label, signal), watch->folder());
        });
        connect(
            watch.get(), &SignalWatch::examplesFound, this, [this, watch = watch.get()](const SignalExamples& found) {
                if (watch == this->watch() && int(found.signal) == row())
                    showExamples(found);
            });
        connect(run.feed.get(), &RunFeed::stepsCommitted, this, [this] {
            if (!m_coalesce.isActive())
                m_coalesce.start();
        });
        watch->refresh();
        kept.push_back(std::move(watch));
    }
    m_watches = std::move(kept);
    m_run->setCurrentIndex(std::max(0, m_run->findData(shown)));
    m_run->setEnabled(runs.size() > 1);
    showStates();
}

void SignalsPanel::setLibrary(const std::vector<RunListRow>& rows)
{
    QStringList open;
    for (const OpenRun& run : m_runs)
        open << run.feed->folder();
    m_library.setRows(rows, open);
}

void SignalsPanel::showRun(const QString& folder)
{
    if (const int index = m_run->findData(folder); index >= 0)
        m_run->setCurrentIndex(index);
}

SignalWatch* SignalsPanel::watch() const
{
    for (const auto& watch : m_watches)
        if (watch->folder() == m_run->currentData().toString())
            return watch.get();
    return nullptr;
}

int SignalsPanel::row() const { return std::max(0, m_table->currentIndex().row()); }

bool SignalsPanel::reading() const
{
    return m_library.reading()
        || std::any_of(m_watches.begin(), m_watches.end(), [](const auto& watch) { return watch->reading(); });
}

void SignalsPanel::refresh()
{
    for (const auto& watch : m_watches)
        watch->refresh();
}

void SignalsPanel::showStates()
{
    SignalWatch* shown = watch();
    m_model->setStates(shown ? shown->states() : std::make_shared<std::vector<SignalState>>());
    int raised = 0, missing = 0, waiting = 0, others = 0;
    for (int i = 0; i < m_model->rowCount(); ++i) {
        const SignalState* state = m_model->state(i);
        const bool other = state && state->state == SignalState::NotOfKind;
        raised += state && state->state == SignalState::Raised;
        if (state && state->state == SignalState::Unknown)
            ++(state->wait.needed > 0 ? waiting : missing);
        others += other;
        if (m_table->isRowHidden(i) != other) // what this kind of run can never show
            m_table->setRowHidden(i, other);
    }
    QString counted = waiting > 0 ? tr(", %1 with too little to judge yet").arg(waiting) : QString();
    if (missing > 0)
        counted += tr(", %1 not recorded").arg(missing);
    m_summary->setText(!shown          ? QString()
            : shown->states()->empty() ? tr("reading…")
                                       : tr("%1 of %2 signals raised%3. Signals are reasons to look, not verdicts.")
                                             .arg(raised)
                                             .arg(m_model->rowCount() - others)
                                             .arg(counted));
    m_hint->setText(!shown
            ? tr("No run is open. Open one from the table on the left: its health signals are shown here.")
            : shown->problem());
    if (shown && !shown->states()->empty() && m_landed != shown->folder()) { // what is raised is what one came for
        m_landed = shown->folder();
        for (int i = 0; i < m_model->rowCount(); ++i)
            if (m_model->state(i)->state == SignalState::Raised) {
                m_table->setCurrentIndex(m_model->index(i, 0));
                break;
            }
    }
    for (int i = 0; m_table->isRowHidden(row()) && i < m_model->rowCount(); ++i)
        if (!m_table->isRowHidden(i))
            m_table->setCurrentIndex(m_model->index(i, 0));
    const bool empty = !m_hint->text().isEmpty();
    m_hint->setVisible(empty);
    m_body->setVisible(!empty);
    showDetail();
}

void SignalsPanel::showDetail()
{
    const SignalInfo& info = signalInfos()[size_t(row())];
    const SignalState* state = m_model->state(row());
    const std::pair<QString, int> of { watch() ? watch()->folder() : QString(), row() };
    const bool same = std::exchange(m_detailOf, of) == of; // only newer figures: what a person does here goes on
    m_title->setText(translated(info.name));
    QString numbers = state ? translated(state->numbers) : QString();
    if (const QString changes = state && watch() ? watch()->changesBehind(row()) : QString(); !changes.isEmpty())
        numbers += QLatin1Char('\n') + changes;
    m_numbers->setText(numbers);
    m_cause->setText(tr("Usually: %1").arg(translated(info.cause)));
    m_look->setText(tr("Look at: %1").arg(translated(info.look)));
    m_thresholdLabel->setText(
        tr("Raised where the %1 is at %2").arg(translated(info.measures), info.below ? tr("most") : tr("least")));
    if (!same) {
        const QSignalBlocker block(m_threshold);
        const double scale = info.percent ? 100 : 1;
        m_threshold->setDecimals(info.decimals);
        m_threshold->setRange(scale * info.least, scale * info.most);
        m_threshold->setSingleStep(scale * info.threshold / 10);
        m_threshold->setPrefix(info.rise ? QStringLiteral("+") : QString()); // as the column Now has it
        m_threshold->setSuffix(info.percent ? QStringLiteral(" %")
                : *info.relative            ? QLatin1Char(' ') + translated(info.relative)
                                            : QString());
        m_threshold->setValue(scale * m_thresholds[size_t(row())]);
        m_threshold->setAccessibleName(tr("Threshold: %1").arg(translated(info.measures)));
    }
    m_default->setEnabled(m_thresholds[size_t(row())] != info.threshold);
    const bool ofUpdates // on rows: its strongest step has no traces
        = info.signal == HealthSignal::LossSpike || info.signal == HealthSignal::ChosenFalls;
    m_openStep->setVisible(state && state->state == SignalState::Raised && state->worst >= 0 && !ofUpdates);
    if (state) {
        m_openStep->setText(tr("Traces of the strongest step, %1 ›").arg(state->worst));
        const auto strongest = std::find_if(state->values.begin(), state->values.end(),
            [state](const SeriesPoint& point) { return point.step == state->worst; });
        m_openStep->setToolTip(strongest == state->values.end()
                ? QString()
                : plainToolTip(tr("Of the steps since the signal was raised (%1 – %2) the one furthest beyond the "
                                  "threshold: %3")
                                   .arg(state->since)
                                   .arg(state->until)
                                   .arg(signalValueText(info, strongest->value))));
    }
    m_openStep->setAccessibleName(m_openStep->text());
    showChart();
    if (!same) {
        m_recheck.cancel();
        m_otherwise.clear();
        m_recheckedTo = -1;
        m_recheckNote->clear();
        showExamples({ info.signal, {} });
    }
    const bool known = watch() && state && !state->values.empty();
    m_rescore->setVisible(known
        && (asksForSuspects(info.signal) || info.signal == HealthSignal::FormatOnly
            || info.signal == HealthSignal::InfraErrors));
    m_recheckNote->setVisible(m_rescore->isVisibleTo(this));
    if (known)
        watch()->findExamples(info.signal, m_otherwise);
}

void SignalsPanel::showExamples(const SignalExamples& found)
{
    const bool first = m_examples->rowCount() == 0, marked = !m_exampleTable->isColumnHidden(SignalExampleModel::Marks);
    m_examples->setExamples(found);
    chooseColumns();
    if (!found.rows.empty() && (first || marked != m_examples->hasMarks())) // else a person's widths stay
        fitExamples();
    if (!asksForSuspects(found.signal) || found.rows.empty() || !isVisible())
        return;
    const qint64 last = found.lastStep >= 0 ? found.lastStep : found.rows.front().step;
    if (m_recheckedTo >= 0 && last < m_recheckedTo + kRecheckSteps / 2)
        return; // a live run: not an engine for every step
    m_recheckedTo = last;
    m_recheck.ask(watch()->folder(), std::max({ found.firstStep, last - kRecheckSteps + 1, qint64(0) }), last);
}

bool SignalsPanel::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::Resize && object == m_exampleTable->viewport())
        chooseColumns();
    else if (event->type() == QEvent::Resize && object == m_detail)
        for (QBoxLayout* row : m_beside) { // a text beside them would have one word a line
            const bool narrow = m_detail->width() < kNarrowDetail;
            row->setDirection(narrow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
            row->itemAt(1)->setAlignment(narrow ? Qt::AlignLeft : Qt::Alignment());
        }
    return QWidget::eventFilter(object, event);
}

/// Where there is no room, the least telling goes first: a click on the row shows all of it in the trace.
void SignalsPanel::chooseColumns()
{
    using Model = SignalExampleModel;
    const bool marked = m_examples->hasMarks();
    m_exampleTable->setColumnHidden(marked ? Model::Tokens : Model::Marks, true); // "short" says it
    const QAbstractItemView* table = m_exampleTable;
    const QHeaderView* header = m_exampleTable->horizontalHeader();
    QHash<int, int> needed { { Model::Text, kLeastText } };
    for (const int column : { Model::Step, marked ? Model::Marks : Model::Tokens, Model::Reward, Model::Verdict }) {
        if (m_exampleTable->isColumnHidden(column)) { // measured below, which takes what is hidden for nothing
            m_exampleTable->showColumn(column);
            fitExample(column);
        }
        const int whole = std::max(table->sizeHintForColumn(column), header->sectionSizeHint(column));
        needed[column] = column == Model::Marks ? std::min(whole, mostOdd()) : whole;
    }
    int all = std::accumulate(needed.begin(), needed.end(), 0);
    QSet<int> without;
    for (const int column : { Model::Text, Model::Tokens, Model::Reward })
        if (all > m_exampleTable->viewport()->width() && m_examples->rowCount() > 0 && needed.contains(column)) {
            all -= needed[column];
            without.insert(column);
        }
    for (auto it = needed.begin(); it != needed.end(); ++it)
        m_exampleTable->setColumnHidden(it.key(), without.contains(it.key()));
}

/// A verdict is never cut; how the texts begin takes what the others leave, and little is odd about most of them.
void SignalsPanel::fitExamples()
{
    for (int column = 0; column < SignalExampleModel::Text; ++column)
        if (!m_exampleTable->isColumnHidden(column))
            fitExample(column);
}

void SignalsPanel::fitExample(int column)
{
    m_exampleTable->resizeColumnToContents(column);
    if (column == SignalExampleModel::Marks && m_exampleTable->columnWidth(column) > mostOdd())
        m_exampleTable->setColumnWidth(column, mostOdd());
}

int SignalsPanel::mostOdd() const { return kOddCharacters * fontMetrics().averageCharWidth(); }

/// Verdicts that do not hold today bring their completions to the front.
void SignalsPanel::takeRecheck(const RecheckAnswer& answer)
{
    if (!watch() || watch()->folder() != answer.folder || answer.completions == 0)
        return;
    const QString steps
        = tr("steps %1 – %2 (n = %L3 completions)").arg(answer.firstStep).arg(answer.lastStep).arg(answer.completions);
    m_recheckNote->setText(answer.changed.empty()
            ? tr("Judged again, every recorded verdict of %1 holds.").arg(steps)
            : tr("Judged again, %L1 recorded verdicts of %2 are others today: they stand first.")
                  .arg(answer.changed.size())
                  .arg(steps));
    m_otherwise.clear();
    for (const Recheck& one : answer.changed)
        m_otherwise.insert(
            one.completion, QString::fromStdString(one.verdictNow).replace(QLatin1Char('_'), QLatin1Char(' ')));
    watch()->findExamples(signalInfos()[size_t(row())].signal, m_otherwise);
}

void SignalsPanel::showChart()
{
    const SignalInfo& info = signalInfos()[size_t(row())];
    const SignalState* state = m_model->state(row());
    const bool dark = palette().color(QPalette::Base).lightness() < 128;
    LinePlot::Line values, threshold;
    const double scale = info.percent ? 100 : 1; // the unit of the table and of the threshold's field
    values.label = info.percent ? tr("%1 (%)").arg(translated(info.measures)) : translated(info.measures);
    values.color = seriesColor(0, dark);
    threshold.label = tr("threshold");
    threshold.color = seriesColor(1, dark);
    threshold.style = Qt::DashLine;
    if (state && !state->values.empty()) {
        values.folder = watch()->folder();
        for (const SeriesPoint& point : state->values) {
            values.steps.append(double(point.step));
            values.values.append(scale * point.value);
        }
        threshold.steps = { values.steps.front(), values.steps.back() };
        threshold.values = { scale * state->threshold, scale * state->threshold };
        if (values.steps.size() == 1)
            threshold.steps = { values.steps.front() - 1, values.steps.front() };
    }
    const auto run = std::find_if(m_runs.begin(), m_runs.end(),
        [&](const OpenRun& one) { return watch() && one.feed->folder() == watch()->folder(); });
    m_chart->setMarkers(run == m_runs.end()
            ? QVector<LinePlot::Marker>()
            : ChartLines::markersOf(watch()->markers(), watch()->checkpoints(), run->color, watch()->folder()));
    m_chart->setValueRange(0, NAN);
    m_chart->setVisible(!values.steps.isEmpty());
    m_chart->setLines({ values, threshold });
}

void SignalsPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_detail)
        showChart();
}

void SignalsPanel::readThresholds()
{
    if (!m_workspace)
        return;
    for (size_t i = 0; i < m_thresholds.size(); ++i) {
        const SignalInfo& info = signalInfos()[i];
        const Result<std::string> text = m_workspace->setting(settingKey(info));
        bool ok = false;
        const double value = text ? QString::fromStdString(*text).toDouble(&ok) : 0;
        if (ok && value >= info.least && value <= info.most)
            m_thresholds[i] = value;
    }
}

void SignalsPanel::setThreshold(double value)
{
    const SignalInfo& info = signalInfos()[size_t(row())];
    m_thresholds[size_t(row())] = value;
    m_default->setEnabled(value != info.threshold);
    if (m_workspace)
        if (const Result<void> kept = m_workspace->setSetting(settingKey(info),
                value == info.threshold ? std::string() : QString::number(value, 'g', 12).toStdString());
            !kept)
            Q_EMIT said(translated(kept.error().sentence()));
    for (const auto& watch : m_watches)
        watch->setThresholds(m_thresholds);
    m_library.setThresholds(m_thresholds);
}

} // namespace aha
