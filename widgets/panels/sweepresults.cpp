#include "widgets/panels/sweepresults.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/sessionpart.h"
#include "widgets/panels/tablemenu.h"
#include "widgets/plots/emptyhint.h"
#include "widgets/plots/parallelcoordinates.h"
#include "widgets/plots/scatterplot.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSignalBlocker>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <functional>

namespace aha {

namespace {

enum View { Parallel, Scatter, Best };

/// Rows of which the charts' brushes let through.
class BrushProxy : public QSortFilterProxyModel {
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    std::function<bool(int)> accepts;
    void again() { invalidateFilter(); }

protected:
    bool filterAcceptsRow(int row, const QModelIndex&) const override { return !accepts || accepts(row); }
};

/// A column as numbers: its own, or places in the list of its words. NaN where a run has none, or does not read it.
struct Column {
    QVector<double> values;
    QStringList categories;
    bool logarithmic = false;
};

Column columnOf(const SweepData& data, const QString& name)
{
    Column column;
    const qsizetype field = data.fields.indexOf(name);
    bool words = false;
    double low = INFINITY, high = 0;
    for (const SweepRun& run : data.runs) {
        const auto value = sweepNumber(data, run, name);
        words = words || (field >= 0 && !value && run.reads.value(field));
        column.values << value.value_or(std::nan(""));
        low = std::min(low, value.value_or(low));
        high = std::max(high, value.value_or(high));
    }
    if (words) {
        for (const SweepRun& run : data.runs)
            if (const QString word = sweepWord(run, field); run.reads.value(field) && !column.categories.contains(word))
                column.categories << word;
        column.categories.sort();
        column.values.clear();
        for (const SweepRun& run : data.runs)
            column.values << (run.reads.value(field) ? double(column.categories.indexOf(sweepWord(run, field)))
                                                     : std::nan(""));
    }
    // Settings that were varied by factors are read by factors.
    column.logarithmic = field >= 0 && !words && low > 0 && high / low >= 20;
    return column;
}

} // namespace

SweepResults::SweepResults(QWidget* parent)
    : QWidget(parent)
    , m_model(new SweepModel(this))
    , m_proxy(new BrushProxy(this))
    , m_view(new QComboBox(this))
    , m_metric(new QComboBox(this))
    , m_x(new QComboBox(this))
    , m_reading(new QComboBox(this))
    , m_lower(new QCheckBox(tr("Lower is better"), this))
    , m_summary(new QLabel(this))
    , m_xLabel(new QLabel(tr("Over"), this))
    , m_charts(new QStackedWidget(this))
    , m_parallel(new ParallelCoordinates(this))
    , m_scatter(new ScatterPlot(this))
    , m_table(new QTableView(this))
{
    m_view->setObjectName(QStringLiteral("sweepView"));
    m_view->setAccessibleName(tr("Chart of the sweep"));
    m_view->addItems({ tr("Parallel coordinates"), tr("Scatter"), tr("Best so far") });
    m_metric->setObjectName(QStringLiteral("sweepMetric"));
    m_metric->setAccessibleName(tr("Figure of interest"));
    m_x->setObjectName(QStringLiteral("sweepX"));
    m_x->setAccessibleName(tr("Horizontal axis of the scatter plot"));
    m_reading->setObjectName(QStringLiteral("sweepReading"));
    m_reading->setAccessibleName(tr("Which of a run's figures counts"));
    m_reading->setToolTip(plainToolTip(
        tr("One step of a run is mostly noise, and the best of many runs by it is the luckiest. The best evaluation "
           "looks better than it is, too: it was chosen among several.")));
    m_reading->addItems(
        { tr("Last step"), tr("Mean of the last %1 steps").arg(kReadSteps), tr("Best held-out evaluation") });
    m_reading->setCurrentIndex(int(m_data.reading));
    for (QComboBox* box : { m_metric, m_x, m_reading })
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon), box->setMinimumContentsLength(18);
    m_lower->setObjectName(QStringLiteral("sweepLower"));
    m_lower->setAccessibleName(tr("Lower values of this figure are better"));
    m_lower->setToolTip(
        tr("Which end is the best: of the table's order, the shade of the lines and the line of the best "
           "so far. Kept for this figure."));
    m_summary->setObjectName(QStringLiteral("sweepResultSummary"));
    m_summary->setProperty("role", QStringLiteral("hint"));
    m_summary->setTextFormat(Qt::PlainText);
    m_charts->addWidget(m_parallel);
    m_charts->addWidget(m_scatter);
    static_cast<BrushProxy*>(m_proxy)->accepts
        = [this](int row) { return m_view->currentIndex() != Parallel || m_parallel->inside(row); };
    m_proxy->setSourceModel(m_model);
    m_proxy->setSortRole(SweepModel::SortRole);
    m_table->setObjectName(QStringLiteral("sweepTable"));
    m_table->setAccessibleName(tr("Runs of the sweep"));
    m_table->setModel(m_proxy);
    m_table->setSortingEnabled(true);
    new TableMenu(m_table);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setAlternatingRowColors(true);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 10);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setToolTip(tr("Enter or double click: open the run"));
    m_empty = new EmptyHint(m_table, "sweepEmpty", QString());
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_view);
    bar->addWidget(m_metric);
    bar->addWidget(m_reading);
    bar->addWidget(m_lower);
    bar->addWidget(m_xLabel);
    bar->addWidget(m_x);
    bar->addStretch(1);
    auto* parts = new QSplitter(Qt::Vertical, this);
    parts->addWidget(m_charts);
    parts->addWidget(m_table);
    parts->setStretchFactor(0, 3);
    parts->setStretchFactor(1, 2);
    parts->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(bar);
    layout->addWidget(m_summary);
    layout->addWidget(parts, 1);

    for (QComboBox* box : { m_view, m_metric, m_x })
        connect(box, &QComboBox::currentIndexChanged, this, [this] {
            if (!m_filling)
                fill();
        });
    connect(m_metric, &QComboBox::currentIndexChanged, this, [this] {
        if (!m_filling)
            bestFirst();
    });
    connect(m_reading, &QComboBox::currentIndexChanged, this, [this](int reading) {
        m_data.reading = SweepReading(reading);
        fill();
        bestFirst();
    });
    setKeptElsewhere(m_lower); // with its figure, which may not be the one that is chosen after a restart
    connect(m_lower, &QCheckBox::toggled, this, [this](bool lower) {
        m_directions.choose(m_metric->currentText(), lower);
        fill();
        bestFirst();
    });
    connect(m_parallel, &ParallelCoordinates::brushed, this, &SweepResults::filter);
    connect(m_parallel, &ParallelCoordinates::rowPicked, this, &SweepResults::pick);
    connect(m_parallel, &ParallelCoordinates::rowOpened, this, &SweepResults::open);
    connect(m_scatter, &ScatterPlot::pointPicked, this, &SweepResults::pick);
    connect(m_scatter, &ScatterPlot::pointOpened, this, &SweepResults::open);
    const auto openRow = [this] {
        if (const QModelIndex index = m_proxy->mapToSource(m_table->currentIndex()); index.isValid())
            open(index.row());
    };
    connect(m_table, &QTableView::activated, this, openRow);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& now) {
        const QModelIndex index = m_proxy->mapToSource(now);
        m_parallel->setPicked(index.isValid() ? index.row() : -1);
        m_scatter->setPicked(index.isValid() ? index.row() : -1);
    });
}

SweepResults::~SweepResults() = default;

void SweepResults::setSweep(const SweepData& data)
{
    const QString metric = m_metric->currentText(), x = m_x->currentText();
    const bool other = data.name != m_data.name;
    m_data = data;
    m_data.reading = SweepReading(m_reading->currentIndex());
    m_filling = true;
    m_metric->clear();
    m_x->clear();
    const bool evaluated
        = std::any_of(data.runs.begin(), data.runs.end(), [](const SweepRun& run) { return run.newest.has_value(); });
    if (evaluated)
        m_metric->addItem(QLatin1String(kPass1));
    m_metric->addItems(data.metrics);
    m_x->addItems(data.fields);
    m_x->addItem(QLatin1String(kPass1));
    m_x->addItems(data.metrics);
    m_metric->setCurrentIndex(std::max(0, m_metric->findText(metric)));
    m_x->setCurrentIndex(other ? 0 : std::max(0, m_x->findText(x)));
    m_filling = false;
    fill();
    if (other)
        bestFirst();
}

void SweepResults::setWorkspace(Workspace* workspace)
{
    m_directions = DirectionChoice(workspace);
    if (!m_data.runs.empty())
        fill();
}

void SweepResults::bestFirst()
{
    m_table->sortByColumn(m_model->metricColumn(), m_lower->isChecked() ? Qt::AscendingOrder : Qt::DescendingOrder);
}

void SweepResults::fill()
{
    const QString metric = m_metric->currentText();
    const int view = m_view->currentIndex();
    const QString picked = m_table->currentIndex().data(SweepModel::FolderRole).toString();
    const bool lower = m_directions.lowerIsBetter(metric);
    {
        const QSignalBlocker quiet(m_lower);
        m_lower->setChecked(lower);
    }
    m_lower->setEnabled(!metric.isEmpty());
    m_x->setVisible(view == Scatter);
    m_xLabel->setVisible(view == Scatter);
    m_charts->setCurrentIndex(view == Parallel ? 0 : 1);
    const bool share = metric == QLatin1String(kPass1);
    const Column y = columnOf(m_data, metric);
    QStringList names;
    for (const SweepRun& run : m_data.runs)
        names << run.name;
    QVector<ParallelAxis> axes;
    QVector<QVector<double>> rows(qsizetype(m_data.runs.size()));
    for (const QString& field : m_data.fields) {
        const Column column = columnOf(m_data, field);
        axes.append({ field.section(QLatin1Char('.'), 1), column.categories, column.logarithmic, false, false });
        for (qsizetype row = 0; row < rows.size(); ++row)
            rows[row] << column.values[row];
    }
    axes.append({ sweepTitle(m_data, metric), {}, false, share, lower });
    for (qsizetype row = 0; row < rows.size(); ++row)
        rows[row] << y.values[row];
    m_parallel->setData(axes, rows, names);
    m_model->setData(m_data, metric, lower); // after the brushes, which the table's filter asks
    const Column x = view == Scatter ? columnOf(m_data, m_x->currentText()) : Column {};
    QVector<ScatterPoint> points;
    for (qsizetype i = 0; i < rows.size(); ++i) {
        const SweepRun& run = m_data.runs[size_t(i)];
        const double value = y.values[i];
        const auto& evaluation = sweepEvaluation(m_data, run);
        const bool known = share && evaluation;
        points.append({ view == Scatter ? x.values.value(i) : double(i + 1), value, known ? evaluation->low : value,
            known ? evaluation->high : value, run.name, view == Best && run.state != RunState::Finished });
    }
    ScatterAxis across { sweepTitle(m_data, m_x->currentText()), x.categories, x.logarithmic,
        m_x->currentText() == QLatin1String(kPass1), false };
    if (view == Best)
        across = { tr("order of start (hollow: not finished)"), {}, false, false, true };
    m_scatter->setData(across, { sweepTitle(m_data, metric), {}, false, share, false }, points,
        view != Best ? ScatterPlot::NoLine
            : lower  ? ScatterPlot::Lowest
                     : ScatterPlot::Highest);
    QFont bold = m_table->font();
    bold.setBold(true); // as headings are
    int sum = 0;
    for (int column = 0; column < m_model->columnCount(); ++column) {
        const QString title = m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        const int heading = std::max(70, QFontMetrics(bold).horizontalAdvance(title) + 28);
        int content = heading;
        for (int row = 0; row < std::min(m_model->rowCount(), 50); ++row)
            content = std::max(
                content, fontMetrics().horizontalAdvance(m_model->index(row, column).data().toString()) + 20);
        const int width = std::max(heading, std::min(content, 260)); // a long value is cut, a heading never
        m_table->setColumnWidth(column, width);
        sum += width;
    }
    m_table->horizontalHeader()->setStretchLastSection(sum < m_table->viewport()->width());
    filter();
    for (int row = 0; row < m_model->rowCount(); ++row)
        if (m_data.runs[size_t(row)].folder == picked)
            pick(row);
}

void SweepResults::filter()
{
    static_cast<BrushProxy*>(m_proxy)->again();
    const int all = m_model->rowCount(), shown = m_proxy->rowCount();
    const auto finished = std::count_if(
        m_data.runs.begin(), m_data.runs.end(), [](const SweepRun& run) { return run.state == RunState::Finished; });
    const bool chosen = m_data.reading == SweepReading::BestEvaluation;
    const bool none = std::none_of(
        m_data.runs.begin(), m_data.runs.end(), [](const SweepRun& run) { return run.best.has_value(); });
    const QString many = chosen && none && all > 0 ? tr("; none was evaluated, so none has a best evaluation")
        : (m_view->currentIndex() == Best || chosen) && all > 1 ? tr("; the best of many looks better than it is")
                                                                : QString();
    m_empty->setText(all > 0 ? tr("No run lies within the brushes. Esc on the chart clears them.")
                             : tr("The runs of the sweep stand here once the queue has started them."));
    const QString without = chosen && none ? QString() : withoutFigure(m_data, m_metric->currentText());
    m_summary->setText(
        (shown < all
                ? tr("%1 of %2 runs within the brushes (Esc clears)").arg(shown).arg(all)
                : (all == 1 ? tr("%1 run, %2 finished") : tr("%1 runs, %2 finished")).arg(all).arg(finished) + many)
        + (without.isEmpty() ? QString() : tr("; ") + without));
}

void SweepResults::pick(int run)
{
    const QModelIndex index = m_proxy->mapFromSource(m_model->index(run, 0));
    if (!index.isValid())
        return;
    m_table->setCurrentIndex(index);
    m_table->scrollTo(index);
}

void SweepResults::open(int run)
{
    if (run >= 0 && run < int(m_data.runs.size()))
        Q_EMIT openRequested(m_data.runs[size_t(run)].folder);
}

} // namespace aha
