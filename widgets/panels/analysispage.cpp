#include "widgets/panels/analysispage.h"

#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/figuresmodel.h"
#include "widgets/panels/chartlines.h"
#include "widgets/plots/seriescolors.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QTabWidget>
#include <QTableView>

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

constexpr int kLeastSideWidth = 250, kSideWidth = 392, kSideFirst = 1000, kWidestFigure = 150, kViewPauseMs = 60;
constexpr int kHeldOutColor = 1; ///< as ChartLines has it
constexpr int kOtherMarker = 2; ///< squares: a second run is told apart without dashes and colours, too

} // namespace

QTableView* makeFigureTable(const QString& name, const QString& accessible, FiguresModel* model, QWidget* parent)
{
    auto* table = new QTableView(parent);
    table->setObjectName(name);
    table->setAccessibleName(accessible);
    table->setModel(model);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setShowGrid(false);
    table->setAlternatingRowColors(true);
    table->setTabKeyNavigation(false);
    table->setWordWrap(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 8);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setMaximumSectionSize(kWidestFigure);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    // The name takes what is left. The model has its columns later than the table.
    QObject::connect(model, &QAbstractItemModel::modelReset, table, [table, model] {
        if (model->columnCount() > 0)
            table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    });
    return table;
}

QLabel* makeNote(const QString& name, QWidget* parent)
{
    auto* note = new QLabel(parent);
    note->setObjectName(name);
    note->setTextFormat(Qt::PlainText);
    note->setWordWrap(true);
    note->setProperty("role", QStringLiteral("hint"));
    return note;
}

QString percentText(double share)
{
    return std::isfinite(share) ? QStringLiteral("%1 %").arg(100 * share, 0, 'f', 1) : QStringLiteral("–");
}

QString intervalText(double low, double high)
{
    return std::isfinite(low) && std::isfinite(high)
        ? QStringLiteral("%1 – %2").arg(fixedNumber(100 * low, 1), fixedNumber(100 * high, 1))
        : QStringLiteral("–");
}

QString pointsText(double difference, double low, double high)
{
    return tr("%1%2 points (%3)")
        .arg(difference > 0 ? QStringLiteral("+") : QString(), fixedNumber(100 * difference, 1),
            intervalText(low, high));
}

AnalysisPage::AnalysisPage(const QString& name, QWidget* parent)
    : QWidget(parent)
    , m_charts(new ChartStack(this))
    , m_left(new QVBoxLayout)
    , m_scope(makeNote(name + QStringLiteral("Scope"), this))
    , m_figures(new QTabWidget(this))
    , m_examples(new ExampleListModel(this))
    , m_exampleTable(new QTableView(this))
    , m_exampleTitle(new QLabel(this))
    , m_verdict(new QComboBox(this))
{
    m_figures->setObjectName(name + QStringLiteral("Figures"));
    m_figures->setAccessibleName(tr("Figures of the steps in view"));
    m_figures->setDocumentMode(true);
    m_exampleTable->setObjectName(name + QStringLiteral("Examples"));
    m_exampleTable->setAccessibleName(tr("Examples; Enter opens the trace"));
    m_exampleTable->setModel(m_examples);
    m_exampleTable->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_exampleTable->setSelectionMode(QAbstractItemView::SingleSelection);
    m_exampleTable->setShowGrid(false);
    m_exampleTable->setWordWrap(false);
    m_exampleTable->setTabKeyNavigation(false);
    m_exampleTable->setAlternatingRowColors(true);
    m_exampleTable->setTextElideMode(Qt::ElideRight);
    m_exampleTable->verticalHeader()->hide();
    m_exampleTable->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    m_exampleTable->horizontalHeader()->setStretchLastSection(true);
    m_exampleTable->horizontalHeader()->setHighlightSections(false);
    m_exampleTable->setColumnWidth(ExampleListModel::Step, 54);
    m_exampleTable->setColumnWidth(ExampleListModel::Verdict, 62);
    m_exampleTitle->setObjectName(name + QStringLiteral("ExamplesTitle"));
    m_exampleTitle->setTextFormat(Qt::PlainText);
    m_exampleTitle->setBuddy(m_exampleTable);
    m_verdict->setObjectName(name + QStringLiteral("ExamplesVerdict"));
    m_verdict->setAccessibleName(tr("Verdict of the examples"));
    m_verdict->addItems({ tr("any verdict"), tr("right"), tr("wrong"), tr("not judged") });

    auto* head = new QHBoxLayout;
    head->addWidget(m_exampleTitle, 1);
    head->addWidget(m_verdict);
    auto* side = new QWidget(this);
    side->setMinimumWidth(kLeastSideWidth);
    side->setMaximumWidth(kSideWidth);
    auto* right = new QVBoxLayout(side);
    right->setContentsMargins(0, 0, 0, 0);
    right->setSpacing(6);
    right->addWidget(m_scope);
    right->addWidget(m_figures, 3);
    right->addLayout(head);
    right->addWidget(m_exampleTable, 2);
    m_left->setSpacing(6);
    m_left->addWidget(m_charts, 1);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 10, 12, 12);
    layout->setSpacing(14);
    layout->addLayout(m_left, 1);
    layout->addWidget(side, kSideFirst);

    connect(m_charts, &ChartStack::stepPicked, this, &AnalysisPage::stepPicked);
    connect(m_charts, &ChartStack::longestPicked, this, &AnalysisPage::longestPicked);
    connect(m_charts, &ChartStack::evaluationPicked, this, &AnalysisPage::evaluationPicked);
    connect(m_charts, &ChartStack::changePicked, this, &AnalysisPage::changePicked);
    m_coalesce.setSingleShot(true);
    m_coalesce.setInterval(kViewPauseMs);
    connect(&m_coalesce, &QTimer::timeout, this, [this] {
        if (m_run.tally)
            fillFigures();
    });
    connect(m_charts, &ChartStack::viewChanged, this, [this](double low, double high) {
        m_from = std::isfinite(low) ? int64_t(std::ceil(low)) : 0;
        m_to = std::isfinite(high) ? int64_t(std::floor(high)) : INT64_MAX;
        m_coalesce.start();
    });
    connect(m_verdict, &QComboBox::currentIndexChanged, this, [this] { showExamples(m_exampleKind, m_exampleText); });
    const auto open = [this](const QModelIndex& index) {
        if (!index.isValid() || !m_run.tally)
            return;
        const TraceExample& example = m_examples->example(index.row());
        if (!ofAnswers())
            Q_EMIT completionPicked(m_run.tally->folder, example.id);
        else if (const auto place = m_run.tally->placeOf(example))
            Q_EMIT problemPicked(m_run.tally->folder, place->evaluationId, place->position, place->sample);
    };
    connect(m_exampleTable, &QTableView::clicked, this, open);
    connect(m_exampleTable, &QTableView::activated, this, open);
}

void AnalysisPage::setRuns(const Shown& run, const Shown& other)
{
    const auto& before = m_run.tally;
    const bool same = before && run.tally && before->folder == run.tally->folder && before->of == run.tally->of;
    m_run = run;
    m_other = other;
    if (!same) {
        m_from = 0;
        m_to = INT64_MAX;
        for (int i = 0; i < m_charts->count(); ++i)
            m_charts->chart(i)->follow();
    }
    fill();
}

void AnalysisPage::fill()
{
    if (!m_run.tally || !isVisible())
        return;
    showEvents();
    fillCharts();
    fillFigures();
}

void AnalysisPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    fill();
}

void AnalysisPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        fill();
}

bool AnalysisPage::ofAnswers() const { return m_run.tally && m_run.tally->of == TraceSource::HeldOutAnswers; }
bool AnalysisPage::dark() const { return palette().color(QPalette::Base).lightness() < 128; }

std::vector<TraceVerdict> AnalysisPage::verdictsIn(const SumsByVerdict& sums)
{
    const bool unjudged = sums[kUnjudgedTrace].traces > 0;
    std::vector<TraceVerdict> found;
    if (judgedOf(sums) > 0 || !unjudged)
        found = { kRightTrace, kWrongTrace };
    if (unjudged)
        found.push_back(kUnjudgedTrace);
    return found;
}

QString AnalysisPage::verdictWord(TraceVerdict verdict)
{
    return verdict == kRightTrace ? tr("right") : verdict == kWrongTrace ? tr("wrong") : tr("not judged");
}

QString AnalysisPage::verdictTitle(TraceVerdict verdict)
{
    return verdict == kRightTrace ? tr("Right") : verdict == kWrongTrace ? tr("Wrong") : tr("Not judged");
}

QColor AnalysisPage::verdictColor(TraceVerdict verdict) const
{
    return seriesColor(verdict == kRightTrace ? 2 : verdict == kWrongTrace ? 1 : 0, dark());
}

std::vector<PositionFigure::Part> AnalysisPage::positionParts(
    const SumsByVerdict& sums, std::array<int64_t, kPositionBins> TraceSums::*places) const
{
    std::vector<PositionFigure::Part> parts;
    for (const TraceVerdict verdict : verdictsIn(sums))
        if (parts.size() < 2) // where some were judged, these alone
            parts.push_back({ verdictWord(verdict), verdictColor(verdict), sums[verdict].*places });
    return parts;
}

void AnalysisPage::showExamples(int kind, const QString& title)
{
    m_exampleKind = kind;
    m_exampleText = title;
    if (!m_run.tally)
        return;
    std::vector<TraceExample> found;
    if (const auto kept = m_run.tally->examples.find(kind); kept != m_run.tally->examples.end())
        for (const TraceVerdict verdict : { kWrongTrace, kRightTrace, kUnjudgedTrace })
            if (m_verdict->currentIndex() == 0 || m_verdict->currentText() == verdictWord(verdict))
                for (const TraceExample& example : kept->second[verdict].examples())
                    if (example.step >= m_from && example.step <= m_to)
                        found.push_back(example);
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.step > b.step; });
    m_exampleTitle->setText(tr("Examples: %1").arg(title));
    m_examples->setExamples(std::move(found));
}

LinePlot::Line AnalysisPage::line(
    const Shown& shown, const QString& label, const QColor& color, Qt::PenStyle style) const
{
    LinePlot::Line line;
    line.label = label;
    line.color = color;
    line.style = style;
    line.folder = shown.tally->folder;
    line.points = shown.tally->of == TraceSource::HeldOutAnswers;
    if (&shown == &m_other) {
        line.label = QStringLiteral("%1, %2").arg(label, shown.label);
        line.style = style == Qt::SolidLine ? Qt::DashLine : Qt::DashDotLine;
        line.marker = kOtherMarker;
    }
    return line;
}

void AnalysisPage::add(
    Lines& lines, const QString& label, const QColor& color, Qt::PenStyle style, const Value& value, bool both) const
{
    for (const Shown* shown : { &m_run, &m_other }) {
        if (!shown->tally || shown->tally->steps.all().empty())
            continue; // no such traces
        LinePlot::Line line = this->line(*shown, label, color, style);
        line.shown = both || shown == &m_run;
        for (const auto& step : shown->tally->steps.all()) {
            line.steps.append(double(step->step));
            line.values.append(value(*step));
        }
        lines.append(line);
    }
}

void AnalysisPage::dropEmpty(Lines& lines)
{
    lines.removeIf([](const LinePlot::Line& line) {
        return std::none_of(line.values.begin(), line.values.end(), [](double value) { return std::isfinite(value); });
    });
}

AnalysisPage::Lines AnalysisPage::byVerdict(
    const QString& name, const std::function<double(const TraceSums&)>& value) const
{
    static constexpr std::pair<TraceVerdict, Qt::PenStyle> kinds[]
        = { { kRightTrace, Qt::SolidLine }, { kWrongTrace, Qt::DashLine }, { kUnjudgedTrace, Qt::DotLine } };
    Lines lines;
    for (const auto& [verdict, style] : kinds)
        add(lines, name + verdictWord(verdict), verdictColor(verdict), style,
            [&, verdict = verdict](const StepTally& step) { return value(step.of[verdict]); });
    dropEmpty(lines);
    return lines;
}

void AnalysisPage::addHeldOut(Lines& lines) const
{
    for (const Shown* shown : { &m_run, &m_other }) {
        if (!shown->tally || shown->tally->evaluations.empty())
            continue;
        LinePlot::Line line
            = this->line(*shown, tr("held-out pass@1"), seriesColor(kHeldOutColor, dark()), Qt::SolidLine);
        line.points = true;
        line.hint = tr("pass@1 on the held-out problems, with its 95 % interval");
        for (const EvaluationRow& e : onePerStep(shown->tally->evaluations)) {
            line.steps.append(double(e.step));
            line.values.append(e.pass1);
            line.low.append(e.pass1Low);
            line.high.append(e.pass1High);
        }
        lines.append(line);
    }
}

AnalysisPage::Lines AnalysisPage::accuracyLines() const
{
    Lines lines;
    if (!ofAnswers())
        add(lines, tr("training"), seriesColor(0, dark()), Qt::SolidLine,
            [](const StepTally& step) { return double(step.of[kRightTrace].traces) / double(step.judged()); });
    dropEmpty(lines);
    addHeldOut(lines);
    return lines;
}

AnalysisPage::Lines AnalysisPage::lengthLines() const
{
    return byVerdict(QString(),
        [](const TraceSums& sums) { return sums.traces > 0 ? double(sums.tokens) / double(sums.traces) : NAN; });
}

void AnalysisPage::showEvents()
{
    QVector<LinePlot::Marker> events;
    for (const Shown* shown : { &m_run, &m_other })
        if (shown->tally)
            events += ChartLines::markersOf(
                shown->tally->markers, shown->tally->checkpoints, shown->color, shown->tally->folder);
    for (int i = 0; i < m_charts->count(); ++i)
        m_charts->chart(i)->setMarkers(events);
}

QString AnalysisPage::scopeText() const
{
    const auto ends = m_run.tally->ends(m_from, m_to);
    if (!ends)
        return tr("No traces in the steps in view.");
    const auto sums = m_run.tally->sums(m_from, m_to);
    const int64_t failed = m_run.tally->failedIn(m_from, m_to), unjudged = sums[kUnjudgedTrace].traces;
    const bool none = unjudged > 0 && judgedOf(sums) == 0;
    QString apart = failed == 0 ? QString()
                                : QLatin1Char(' ')
            + tr("%L1 of %L2 could not be judged: they count neither as right nor as wrong.")
                  .arg(failed)
                  .arg(judgedOf(sums) + unjudged + failed);
    if (unjudged > 0 && !none)
        apart += QLatin1Char(' ')
            + tr("Nobody judged %L1 more: rates of right and wrong leave them out, all others count them.")
                  .arg(unjudged);
    if (ofAnswers()) {
        QString text = none
            ? tr("Held-out answers, steps %L1 – %L2: n = %L3 to %L4 problems; no answer was judged. Zoom a chart to "
                 "narrow the figures.")
                  .arg(ends->first)
                  .arg(ends->second)
                  .arg(unjudged)
                  .arg(m_run.tally->problemsAsked(m_from, m_to))
            : tr("Held-out answers, steps %L1 – %L2: n = %L3 right and %L4 wrong, to %L5 problems. Zoom a chart "
                 "to narrow the figures.")
                  .arg(ends->first)
                  .arg(ends->second)
                  .arg(sums[1].traces)
                  .arg(sums[0].traces)
                  .arg(m_run.tally->problemsAsked(m_from, m_to));
        if (const int each = m_run.tally->steps.stepsEach(); each > 1)
            text += QLatin1Char(' ') + tr("There are many: a point stands for %1 evaluations.").arg(each);
        return text + apart;
    }
    QString text = none
        ? tr("Steps %L1 – %L2, n = %L3 traces; no answer was judged. Zoom a chart to narrow the figures.")
              .arg(ends->first)
              .arg(ends->second)
              .arg(unjudged)
        : tr("Steps %L1 – %L2, n = %L3 right and %L4 wrong traces. Zoom a chart to narrow the figures.")
              .arg(ends->first)
              .arg(ends->second)
              .arg(sums[1].traces)
              .arg(sums[0].traces);
    if (const int each = m_run.tally->steps.stepsEach(); each > 1)
        text += QLatin1Char(' ') + tr("The run is long: a point stands for %1 steps.").arg(each);
    return text + apart;
}

} // namespace aha
