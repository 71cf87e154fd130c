#include "widgets/panels/chartspanel.h"

#include "widgets/language/translation.h"
#include "widgets/models/notemodel.h"
#include "widgets/models/worker.h"
#include "widgets/panels/chartchooser.h"
#include "widgets/panels/chartlines.h"
#include "widgets/panels/chartsbar.h"
#include "widgets/panels/chartsections.h"
#include "widgets/panels/charttable.h"
#include "widgets/panels/figureform.h"
#include "widgets/plots/lineplot.h"
#include "widgets/plots/seriescolors.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

/// The chart that stands there while nothing is recorded.
const QString kPlaceholder = QStringLiteral("std:Reward");
constexpr int kFillMs = 25; ///< then the event loop has its turn

} // namespace

ChartsPanel::ChartsPanel(QWidget* parent)
    : QWidget(parent)
    , m_series(new MetricSeries(this))
    , m_heat(new HeatSource(this))
    , m_view(ChartLayout::standard())
    , m_recorded(m_view)
    , m_bar(new ChartsBar(this))
    , m_saveRow(new QWidget(this))
    , m_layoutName(new QLineEdit(m_saveRow))
    , m_note(new QLabel(this))
    , m_heldOut(new QLabel(tr("No held-out pass@1: this fine-tuning measures loss and token accuracy alone. A run with "
                              "data.verifier other than auto and none has it, as the chart Accuracy."),
          this))
    , m_chooser(new ChartChooser(this))
    , m_sections(new ChartSections([this](const QString& id, QWidget* page) { return makePlot(id, page); }, this))
    , m_table(new ChartTable(this))
    , m_empty(new QLabel(tr("Open a run from the table on the left, or start one under Configure."), this))
    , m_files(std::make_unique<Worker>())
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_layoutName->setObjectName(QStringLiteral("layoutName"));
    m_layoutName->setAccessibleName(tr("Name of the layout"));
    m_layoutName->setPlaceholderText(tr("Name of the layout"));
    auto* keep = new QPushButton(tr("Save"), m_saveRow);
    keep->setObjectName(QStringLiteral("saveLayout"));
    keep->setAccessibleName(tr("Save the layout"));
    auto* cancel = new QPushButton(tr("Cancel"), m_saveRow);
    cancel->setAccessibleName(tr("Do not save the layout"));
    auto* row = new QHBoxLayout(m_saveRow);
    row->setContentsMargins(12, 0, 12, 4);
    row->addWidget(m_layoutName, 1);
    row->addWidget(keep);
    row->addWidget(cancel);
    m_saveRow->hide();
    m_note->setObjectName(QStringLiteral("chartsNote"));
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    m_note->setContentsMargins(12, 0, 12, 4);
    m_note->hide();
    m_heldOut->setObjectName(QStringLiteral("chartsHeldOut"));
    m_heldOut->setTextFormat(Qt::PlainText);
    m_heldOut->setWordWrap(true);
    m_heldOut->setContentsMargins(12, 0, 12, 4);
    m_heldOut->setProperty("role", QStringLiteral("hint"));
    m_heldOut->hide();
    m_chooser->hide();
    m_table->hide();
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setProperty("role", QStringLiteral("hint"));
    for (QWidget* part : std::initializer_list<QWidget*> { m_bar, m_saveRow, m_note, m_chooser, m_heldOut })
        layout->addWidget(part);
    layout->addWidget(m_empty, 1);
    layout->addWidget(m_sections, 1);
    layout->addWidget(m_table);
    m_sections->hide();

    for (QTimer* timer : { &m_reload, &m_fill, &m_record, &m_values, &m_drawNext })
        timer->setSingleShot(true);
    connect(&m_reload, &QTimer::timeout, this, &ChartsPanel::reload);
    connect(&m_fill, &QTimer::timeout, this, &ChartsPanel::fillSome);
    connect(&m_record, &QTimer::timeout, this, &ChartsPanel::record);
    connect(&m_values, &QTimer::timeout, this, &ChartsPanel::showValues);
    connect(&m_drawNext, &QTimer::timeout, this, &ChartsPanel::drawNext);
    connect(m_series, &MetricSeries::changed, this, [this] {
        if (!m_series->busy())
            m_reload.start(0);
        else if (!m_reload.isActive())
            m_reload.start(200); // many runs: not a redraw for each
    });
    connect(m_heat, &HeatSource::ready, this, [this](const QString&, const QString& quantity) {
        m_dirty.insert(QStringLiteral("heat:") + quantity);
        m_fill.start(0);
        m_drawNext.start(0);
    });
    connect(m_sections, &ChartSections::viewMoved, this, [this] {
        if (!m_fill.isActive())
            m_fill.start(0);
    });
    connect(m_sections, &ChartSections::sectionToggled, this, [this](const QString& name, bool open) {
        m_view.open.removeAll(name);
        if (open)
            m_view.open << name;
        changed();
        QTimer::singleShot(0, this, &ChartsPanel::arrange); // the head that was clicked goes with its section
    });
    connect(m_bar, &ChartsBar::smoothingChanged, this, [this](int hundredths) {
        m_view.smoothing = hundredths;
        markAll();
        changed();
    });
    connect(m_bar, &ChartsBar::xAxisChanged, this, [this](const QString& xAxis) {
        m_view.xAxis = xAxis;
        m_view.from = m_view.to = NAN; // of another axis
        m_heat->forget();
        setCursor(NAN);
        setPin(NAN);
        setBrush(NAN, NAN, nullptr);
        followX();
        reload(); // asks for the places, too
        changed();
    });
    connect(m_bar, &ChartsBar::followClicked, this, [this](bool on) {
        if (on)
            return followAll();
        for (LinePlot* plot : m_sections->plots())
            plot->stopFollowing();
    });
    connect(m_bar, &ChartsBar::tableClicked, this, [this](bool on) {
        m_view.table = on;
        m_table->setVisible(on);
        m_values.start(0);
        changed();
    });
    connect(m_table, &ChartTable::closed, this, [this] {
        m_view.table = false;
        m_bar->setTableShown(false);
        m_table->hide();
        changed();
    });
    connect(m_bar, &ChartsBar::addClicked, m_chooser, &ChartChooser::begin);
    connect(m_chooser, &ChartChooser::closed, m_chooser, &QWidget::hide);
    connect(m_chooser, &ChartChooser::chosen, this, &ChartsPanel::addChart);
    connect(m_bar->viewMenu(), &QMenu::aboutToShow, this, &ChartsPanel::fillViewMenu);
    connect(m_bar->exportMenu(), &QMenu::aboutToShow, this, &ChartsPanel::fillExportMenu);
    connect(keep, &QPushButton::clicked, this, &ChartsPanel::saveLayout);
    connect(m_layoutName, &QLineEdit::returnPressed, this, &ChartsPanel::saveLayout);
    connect(cancel, &QPushButton::clicked, m_saveRow, &QWidget::hide);
    makeActions();
    m_view.smoothing = m_recorded.smoothing = m_bar->smoothing();
}

ChartsPanel::~ChartsPanel() = default;

LinePlot* ChartsPanel::makePlot(const QString& id, QWidget* parent)
{
    const ChartSpec spec = chartSpec(id);
    auto* plot = new LinePlot(spec.title, spec.unit, parent);
    plot->setValueRange(spec.low, spec.high);
    if (!spec.rightUnit.isEmpty())
        plot->setRightAxis(spec.rightUnit, 0, NAN);
    give(plot, m_view.options.value(id));
    plot->setCursor(m_cursor);
    plot->setPin(m_pin);
    plot->setBrush(m_brushLow, m_brushHigh);
    m_dirty.insert(id);
    connect(plot, &LinePlot::picked, this, &ChartsPanel::stepPicked);
    const bool ofSteps
        = std::any_of(spec.parts.begin(), spec.parts.end(), [](const ChartPart& part) { return part.measured; });
    connect(plot, &LinePlot::pointPicked, this, // dots are evaluations; fine-tuning keeps them with its steps
        ofSteps ? &ChartsPanel::stepPicked : &ChartsPanel::evaluationPicked);
    connect(plot, &LinePlot::cursorMoved, this, &ChartsPanel::setCursor);
    connect(plot, &LinePlot::pinMoved, this, [this](double x) {
        setPin(x);
        if (std::isfinite(x) && !m_view.table) { // two cursors are for their differences
            m_view.table = true;
            m_bar->setTableShown(true);
            m_table->show();
            changed();
        }
    });
    connect(plot, &LinePlot::rangePicked, this, &ChartsPanel::stepsPicked);
    connect(plot, &LinePlot::longestPicked, this, &ChartsPanel::longestPicked);
    connect(plot, &LinePlot::changePicked, this, &ChartsPanel::changePicked);
    connect(plot, &LinePlot::brushed, this, [this, plot](double low, double high) { setBrush(low, high, plot); });
    connect(plot, &LinePlot::rangeChanged, this, [this, plot](double low, double high) { showRange(low, high, plot); });
    connect(plot, &LinePlot::followChanged, this, [this](bool on) {
        if (on && !m_applying)
            followX();
        m_bar->setFollowing(on);
    });
    connect(plot, &LinePlot::optionsChanged, this, [this, plot, id] { keepOptions(id, plot); });
    if (m_notes)
        connect(plot, &LinePlot::notePicked, this, &ChartsPanel::notePicked);
    connect(plot, &LinePlot::sourceMenuOpening, this, [this, id](QMenu* menu) { fillRunMenu(menu, id); });
    connect(plot, &LinePlot::maximizeToggled, this,
        [this, id] { m_sections->setMaximized(m_sections->maximized().isEmpty() ? id : QString()); });
    connect(plot, &LinePlot::moveAsked, this, [this, id](int places) {
        const QVector<ChartSpec> shown = overview(); // past those that are hidden because they have no data
        for (int i = 0; i < shown.size(); ++i)
            if (shown[i].id == id && i + places >= 0 && i + places < shown.size()
                && m_view.moveBefore(id, shown[i + places].id)) {
                changed();
                arrange();
                m_sections->showChart(id);
                return;
            }
    });
    connect(plot, &LinePlot::dropped, this, [this, id](const QPoint& at) {
        const QString there = m_sections->chartAt(at);
        if (!there.isEmpty() && there != id && m_view.moveBefore(id, there)) {
            changed();
            arrange();
        }
    });
    connect(plot, &LinePlot::figureAsked, this, [this, plot, id] { offer(id, plot); });
    connect(plot, &LinePlot::removeAsked, this, [this, id] { removeChart(id); });
    connect(plot, &LinePlot::menuOpening, this, [this, id](QMenu* menu) { fillChartMenu(menu, id); });
    return plot;
}

void ChartsPanel::setRuns(const OpenRuns& runs)
{
    for (const OpenRun& run : m_runs)
        run.feed->disconnect(this);
    QStringList before, folders;
    for (const OpenRun& run : std::as_const(m_runs))
        before << run.feed->folder();
    m_runs = runs;
    for (const OpenRun& run : runs) {
        const QString folder = run.feed->folder();
        folders << folder;
        connect(run.feed.get(), &RunFeed::stepsCommitted, this, [this, folder] { m_series->refresh(folder); });
    }
    m_series->setRuns(folders);
    setBrush(NAN, NAN, nullptr);
    if (folders != before) { // a step of other runs says nothing of these, and their first chart is what one looks for
        setCursor(NAN);
        setPin(NAN);
        m_toTop = true;
    }
    m_empty->setVisible(runs.empty());
    m_sections->setVisible(!runs.empty());
    m_table->setVisible(m_view.table && !runs.empty());
    reload();
}

ChartLines ChartsPanel::lines() const
{
    return { m_series->runs(), m_runs, m_view.xAxis, m_view.seeds, palette().color(QPalette::Base).lightness() < 128,
        m_view.markers };
}

void ChartsPanel::reload()
{
    if (const QString metric = ChartLines::placesMetric(m_view.xAxis); !metric.isEmpty())
        m_series->want({ metric });
    arrange();
    markAll();
    m_drawNext.start(0);
}

ChartSpec ChartsPanel::specOf(const QString& id) const { return ChartLines::complete(chartSpec(id), m_series->runs()); }

QVector<ChartSpec> ChartsPanel::overview() const
{
    QVector<ChartSpec> specs;
    for (const QString& id : m_view.charts) {
        ChartSpec spec = chartSpec(id);
        if (ChartLines::has(spec, m_series->runs()))
            specs.append(std::move(spec));
    }
    return specs;
}

void ChartsPanel::arrange()
{
    ChartSections::Section first;
    for (const ChartSpec& spec : overview())
        first.charts << spec.id;
    // Charts without data have no place; who misses this one learns what gives it. Taken out of the view, so is this.
    const ChartSpec accuracy = chartSpec(QStringLiteral("std:Accuracy"));
    const auto& all = m_series->runs();
    m_heldOut->setVisible(m_view.charts.contains(accuracy.id) && !ChartLines::has(accuracy, all)
        && std::any_of(all.begin(), all.end(), [](const MetricSeries::Run& run) {
               return run.recorded.contains(QStringLiteral("mean_token_accuracy")); // fine-tuning alone
           }));
    QStringList metrics;
    bool read = true;
    for (const MetricSeries::Run& run : m_series->runs()) {
        read = read && run.read;
        for (const QString& metric : run.recorded)
            if (!metrics.contains(metric))
                metrics << metric;
    }
    if (first.charts.isEmpty() && !m_runs.empty())
        first.charts << kPlaceholder;
    QMap<QString, QStringList> byPrefix;
    for (const QString& metric : std::as_const(metrics))
        if (const QString id = QStringLiteral("metric:") + metric; !m_view.charts.contains(id))
            byPrefix[metricSection(metric)] << id;
    QVector<ChartSections::Section> sections { first };
    for (auto it = byPrefix.begin(); it != byPrefix.end(); ++it)
        sections.append({ it.key(), *it, m_view.open.contains(it.key()) });
    m_sections->setSections(sections);
    m_bar->setMetrics(metrics);
    QVector<QPair<QString, QString>> choices;
    for (const ChartSpec& spec : standardCharts())
        if (!m_view.charts.contains(spec.id))
            choices.append(
                { spec.id, (spec.quantity.isEmpty() ? tr("Chart: ") : tr("Map: ")) + translated(spec.title) });
    for (const QString& metric : std::as_const(metrics))
        if (!m_view.charts.contains(QStringLiteral("metric:") + metric))
            choices.append({ QStringLiteral("metric:") + metric, metric });
    m_chooser->setChoices(choices);
}

void ChartsPanel::markAll()
{
    for (auto it = m_sections->plots().begin(); it != m_sections->plots().end(); ++it)
        m_dirty.insert(it.key());
    m_fill.start(0);
}

void ChartsPanel::focusFirst()
{
    m_focusFirst = true;
    m_focusedBefore = QApplication::focusWidget();
    m_fill.start(0);
}

void ChartsPanel::fillSome()
{
    if (const QVector<ChartSpec> charts = m_focusFirst ? overview() : QVector<ChartSpec>();
        !charts.isEmpty() && isVisible()) {
        m_focusFirst = false;
        if (QWidget* focus = QApplication::focusWidget(); !focus || focus == m_focusedBefore)
            m_sections->showChart(charts.front().id);
    }
    if (m_toTop && isVisible()) {
        m_toTop = m_series->busy(); // charts come and go until all is read
        m_sections->verticalScrollBar()->setValue(0);
    }
    QStringList ids = isVisible() ? m_sections->inView() : QStringList();
    ids += m_watched.values();
    QStringList wanted;
    for (const QString& id : std::as_const(ids))
        if (m_dirty.contains(id))
            wanted += specOf(id).metrics();
    m_series->want(wanted);
    QElapsedTimer timer;
    timer.start();
    const ChartLines lines = this->lines();
    for (const QString& id : std::as_const(ids)) {
        if (!m_dirty.contains(id))
            continue;
        if (timer.elapsed() > kFillMs)
            return m_fill.start(0);
        fill(id, lines);
    }
    m_values.start(0);
}

void ChartsPanel::fill(const QString& id, const ChartLines& lines)
{
    m_dirty.remove(id);
    LinePlot* plot = m_sections->plot(id);
    const ChartSpec spec = specOf(id);
    plot->setEmptyText(m_series->busy() ? tr("Reading …") : tr("No steps yet"));
    plot->setXAxis(ChartLines::axis(m_view.xAxis));
    plot->setSmoothing(m_view.smoothing / 100.0);
    if (spec.quantity.isEmpty()) {
        plot->setLines(lines.lines(spec));
    } else if (!m_runs.empty()) {
        const size_t at = mapRun(id);
        const QString folder = m_runs[at].feed->folder();
        const HeatSource::Map* map = m_heat->map(folder, spec.quantity);
        fillHeat(plot, spec, at, map ? *map : HeatSource::Map());
        const MetricSeries::Run& run = m_series->runs()[at];
        const MetricExpression::Series places = lines.places(at);
        const QString version = folder + QLatin1Char('\n') + m_view.xAxis;
        const bool known = ChartLines::placesMetric(m_view.xAxis).isEmpty() || !places.steps.isEmpty();
        // Counted again for what is new; of a run that trains, every fiftieth part more.
        const double counted = plot->property("counted").toDouble(),
                     enough = m_runs[at].feed->attached() ? 1.02 * counted : counted + 1;
        if (known && (plot->property("version").toString() != version || double(run.completions) >= enough)) {
            plot->setProperty("version", version);
            plot->setProperty("counted", double(run.completions));
            m_heat->request(folder, spec.quantity, places);
        }
    }
    static const std::vector<Note> none;
    plot->setMarkers(lines.markers(m_notes ? m_notes->notes() : none));
    if (std::isfinite(m_view.from) && std::isfinite(m_view.to) && plot->following())
        plot->setRange(m_view.from, m_view.to);
}

size_t ChartsPanel::mapRun(const QString& id) const
{
    const QString chosen = m_view.options.value(id).run;
    for (size_t i = 0; i < m_runs.size() && !chosen.isEmpty(); ++i)
        if (m_runs[i].feed->folder() == chosen)
            return i;
    for (size_t i = 0; i < m_runs.size(); ++i)
        if (const MetricSeries::Run& run = m_series->runs()[i]; !run.read || run.completions > 0)
            return i;
    return 0;
}

void ChartsPanel::fillHeat(LinePlot* plot, const ChartSpec& spec, size_t run, const HeatSource::Map& map)
{
    const OpenRun& of = m_runs[run];
    plot->setSource(m_runs.size() > 1 ? of.label : QString());
    const StepHistogram& grid = map.histogram;
    plot->setHeat({ grid.xLow, grid.xHigh, grid.low, grid.high, grid.columns, grid.rows,
        QVector<double>(grid.shares.begin(), grid.shares.end()) });
    LinePlot::Line mean;
    mean.steps = mean.x = map.mean.steps;
    mean.values = map.mean.values;
    mean.label = m_runs.size() > 1 ? tr("mean, %1").arg(of.label) : QStringLiteral("mean");
    mean.name = QStringLiteral("mean");
    mean.hint = tr("%1 of %2 completions; the darker or brighter, the larger the share of a step")
                    .arg(spec.title)
                    .arg(map.completions);
    mean.color = palette().color(QPalette::Text); // no run's colour: in other charts that would name another run
    mean.folder = of.feed->folder();
    plot->setLines({ mean });
}

void ChartsPanel::setCursor(double x)
{
    m_cursor = x;
    for (LinePlot* plot : m_sections->plots())
        plot->setCursor(x);
    if (!m_values.isActive())
        m_values.start(0);
}

void ChartsPanel::setPin(double x)
{
    m_pin = x;
    for (LinePlot* plot : m_sections->plots())
        plot->setPin(x);
    m_values.start(0);
}

void ChartsPanel::setBrush(double low, double high, const LinePlot* from)
{
    m_brushLow = low;
    m_brushHigh = high;
    for (LinePlot* plot : m_sections->plots())
        if (plot != from)
            plot->setBrush(low, high);
}

std::pair<QString, qint64> ChartsPanel::cursorStep() const
{
    const double x = std::isfinite(m_cursor) ? m_cursor : m_pin;
    std::pair<QString, qint64> found { QString(), -1 };
    for (const QString& id : m_sections->inView())
        if (const LinePlot* plot = m_sections->plot(id); plot && std::isfinite(x) && found.first.isEmpty())
            found = plot->stepAt(x);
    return found;
}

void ChartsPanel::showValues()
{
    if (m_table->isHidden() || m_sections->plots().isEmpty())
        return;
    QVector<ValueTableModel::Row> rows;
    for (const QString& id : m_sections->inView()) {
        const LinePlot* plot = m_sections->plot(id);
        for (const LinePlot::Reading& reading : plot->readings())
            rows.append({ plot->title(), reading.line, reading.color, reading.step, reading.value, reading.smoothed,
                reading.pinned });
    }
    const LinePlot* any = *m_sections->plots().begin();
    QString place = std::isfinite(m_cursor) ? tr("At ") + any->placeText(m_cursor)
                                            : tr("Newest values; point at a chart or use its arrow keys");
    place += std::isfinite(m_pin) ? tr(" · pinned at ") + any->placeText(m_pin)
                                  : tr(" · P or Shift and click pins a second cursor");
    m_table->setValues(place, rows);
}

void ChartsPanel::showRange(double low, double high, const LinePlot* from)
{
    m_view.from = low;
    m_view.to = high;
    for (LinePlot* other : m_sections->plots())
        if (other != from)
            other->setRange(low, high);
    changed();
}

void ChartsPanel::followAll()
{
    for (ChartOptions& options : m_view.options)
        options.left = options.right = std::nullopt;
    for (LinePlot* plot : m_sections->plots())
        plot->setValues({});
    followX();
}

void ChartsPanel::followX()
{
    const bool was = std::exchange(m_applying, true); // the charts tell of it one by one
    m_view.from = m_view.to = NAN;
    for (LinePlot* plot : m_sections->plots())
        plot->followX();
    m_applying = was;
    m_bar->setFollowing(true);
    changed();
}

void ChartsPanel::markStep(const QString& folder, qint64 step)
{
    double x = step < 0 ? NAN : double(step);
    if (!ChartLines::placesMetric(m_view.xAxis).isEmpty() && step >= 0) {
        x = NAN;
        for (size_t i = 0; i < m_runs.size(); ++i)
            if (m_runs[i].feed->folder() == folder) {
                const MetricExpression::Series places = lines().places(i);
                const double* at = std::lower_bound(places.steps.begin(), places.steps.end(), double(step));
                if (at != places.steps.end() && *at == double(step))
                    x = places.values[at - places.steps.begin()];
            }
    }
    setCursor(x);
}

double ChartsPanel::smoothing() const { return m_bar->smoothing() / 100.0; }

void ChartsPanel::setSmoothing(double weight)
{
    const bool was = std::exchange(m_applying, true); // not the user's doing: nothing to take back
    m_bar->setSmoothing(qRound(100 * weight));
    m_recorded.smoothing = m_view.smoothing;
    m_applying = was;
}

LinePlot* ChartsPanel::chart(const QString& title)
{
    QStringList ids = m_view.charts;
    for (const ChartSpec& spec : standardCharts())
        ids << spec.id;
    ids << QStringLiteral("metric:") + title;
    for (const QString& id : std::as_const(ids)) {
        const ChartSpec spec = specOf(id);
        if (spec.title != title)
            continue;
        m_watched.insert(id);
        LinePlot* plot = m_sections->made(id);
        if (m_dirty.contains(id)) {
            m_series->want(spec.metrics());
            fill(id, lines());
        }
        return plot;
    }
    return nullptr;
}

void ChartsPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_fill.start(0);
}

void ChartsPanel::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        markAll(); // lines have other colours
    QWidget::changeEvent(event);
}

} // namespace aha
