#include "widgets/panels/chartspanel.h"

#include "core/store/run_reader.h"
#include "widgets/plots/lineplot.h"

#include <QDir>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSlider>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

struct Part {
    const char *metric, *label;
    Qt::PenStyle style = Qt::SolidLine;
    int shade = 0;                      ///< 0 the run's colour, 1 and 2 its neighbours
    const char *low = nullptr, *high = nullptr;
};
struct Chart {
    const char *title, *unit;
    std::vector<Part> parts;
    bool heldOut = false;
};

const std::vector<Chart>& charts()
{
    static const std::vector<Chart> all {
        { "Reward", "", { { "reward", "total" }, { "rewards/accuracy/mean", "accuracy", Qt::SolidLine, 1 }, { "rewards/format/mean", "format", Qt::DashLine, 2 }, { "rewards/language/mean", "language", Qt::DotLine, 3 } } },
        { "Accuracy", "share", { { "accuracy", "training" } }, true },
        { "Response length", "tokens", { { "completions/mean_length", "mean, with min to max", Qt::SolidLine, 0, "completions/min_length", "completions/max_length" } } },
        { "Reflection words", "per response", { { "reflection/per_response", "reflection words" } } },
        { "Language mixing", "share of traces", { { "language/mixed_share", "mixed traces" } } },
        { "Truncated", "share", { { "completions/clipped_ratio", "truncated" } } },
        { "Entropy", "nats per token", { { "entropy", "entropy" } } },
        { "KL to the start", "nats per token", { { "kl", "kl" } } },
        { "Clipped tokens", "share", { { "clip_ratio/region_mean", "all" }, { "clip_ratio/low_mean", "low", Qt::DashLine, 1 }, { "clip_ratio/high_mean", "high", Qt::DotLine, 2 } } },
        { "Groups without variance", "share", { { "frac_reward_zero_std", "no variance" }, { "groups/all_correct", "all right", Qt::DashLine, 1 }, { "groups/all_wrong", "all wrong", Qt::DotLine, 2 } } },
        { "Equations and stopping", "share", { { "countdown/false_equation_share", "false equations" }, { "countdown/stop_after_hit", "stop after hit", Qt::DashLine, 1 }, { "countdown/stop_after_miss", "stop after miss", Qt::DotLine, 2 } } },
        { "Attempts", "per trace", { { "countdown/attempts_per_trace", "attempts" } } },
        { "Gradient norm", "", { { "grad_norm", "gradient norm" } } },
        { "Loss", "", { { "loss", "loss" } } },
        { "Sampler against trainer", "nats", { { "sampling/sampling_logp_difference/mean", "mean" }, { "sampling/sampling_logp_difference/max", "max", Qt::DotLine, 1 } } },
        { "Throughput", "tokens/s", { { "perf/rollout_tokens_per_second", "sampling" }, { "perf/training_tokens_per_second", "training", Qt::DashLine, 1 } } },
        { "Step time", "s", { { "perf/step_seconds", "step" } } },
    };
    return all;
}

QColor shaded(const QColor& color, int shade)
{
    static const QRgb partners[] = { 0, 0xffd55e00, 0xff009e73, 0xffcc79a7 };
    return shade == 0 ? color : QColor::fromRgb(partners[shade]);
}

} // namespace

/// Series of one run, extended as steps are committed.
struct ChartsPanel::Source {
    QString folder;
    std::unique_ptr<RunReader> reader;
    QHash<QString, std::pair<QVector<double>, QVector<double>>> series;
    std::vector<EvaluationRow> evaluations;
    QVector<LinePlot::Marker> markers;

    void fetch(const QColor& color)
    {
        if (!reader) {
            if (auto opened = RunReader::open(folder.toStdString()))
                reader = std::move(*opened);
            else
                return;
        }
        for (const Chart& chart : charts())
            for (const Part& part : chart.parts)
                for (const char* name : { part.metric, part.low, part.high })
                    if (name) {
                        auto& [steps, values] = series[QString::fromLatin1(name)];
                        if (const auto points = reader->series(name, steps.isEmpty() ? -1 : qint64(steps.back())))
                            for (const SeriesPoint& point : *points) {
                                steps.append(double(point.step));
                                values.append(point.value);
                            }
                    }
        if (auto rows = reader->evaluations())
            evaluations = std::move(*rows);
        markers.clear();
        if (const auto rows = reader->markers())
            for (const MarkerRow& row : *rows)
                if (row.kind == "set" || row.kind == "pause" || row.kind == "checkpoint" || row.kind == "resume")
                    markers.append({ double(row.step), QString::fromStdString(row.kind == "set" ? "set " + row.text : row.text), color });
        if (const auto rows = reader->checkpoints())
            for (const CheckpointRow& row : *rows)
                if (!row.removed)
                    markers.append({ double(row.step), QStringLiteral("checkpoint"), QColor(128, 128, 128) });
    }
};

ChartsPanel::ChartsPanel(QWidget* parent) : QWidget(parent), m_scroll(new QScrollArea(this)), m_page(new QWidget(this)), m_grid(new QGridLayout(m_page)), m_smoothing(new QSlider(Qt::Horizontal, this)), m_smoothingValue(new QLabel(this)), m_empty(new QLabel(QStringLiteral("Open a run from the table on the left, or start one under Configure."), this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(12, 4, 12, 4);
    bar->setSpacing(8);
    m_smoothing->setObjectName(QStringLiteral("smoothing"));
    m_smoothing->setAccessibleName(QStringLiteral("Smoothing"));
    m_smoothing->setRange(0, 99);
    m_smoothing->setFixedWidth(140);
    auto* all = new QPushButton(QStringLiteral("Everything in view"), this);
    all->setObjectName(QStringLiteral("followAll"));
    all->setAccessibleName(all->text());
    auto* hint = new QLabel(QStringLiteral("drag: zoom · wheel: zoom · middle button: move · double click: everything · click: traces"), this);
    hint->setProperty("role", QStringLiteral("hint"));
    bar->addWidget(new QLabel(QStringLiteral("Smoothing"), this));
    bar->addWidget(m_smoothing);
    bar->addWidget(m_smoothingValue);
    bar->addWidget(hint, 1);
    bar->addWidget(all);
    layout->addLayout(bar);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setProperty("role", QStringLiteral("hint"));
    layout->addWidget(m_empty, 1);
    m_scroll->setObjectName(QStringLiteral("chartsScroll"));
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_grid->setContentsMargins(12, 4, 12, 12);
    m_grid->setSpacing(12);
    m_scroll->setWidget(m_page);
    layout->addWidget(m_scroll, 1);
    for (const Chart& chart : charts()) {
        auto* plot = new LinePlot(QString::fromLatin1(chart.title), QString::fromLatin1(chart.unit), m_page);
        plot->setMinimumHeight(230);
        m_plots.push_back(plot);
        connect(plot, &LinePlot::picked, this, &ChartsPanel::stepPicked);
        connect(plot, &LinePlot::cursorMoved, this, [this](double step) {
            for (LinePlot* other : m_plots)
                other->setCursor(step);
        });
        connect(plot, &LinePlot::rangeChanged, this, [this, plot](double low, double high) {
            for (LinePlot* other : m_plots)
                if (other != plot)
                    other->setRange(low, high);
        });
        connect(plot, &LinePlot::followChanged, this, [this, plot](bool on) {
            for (LinePlot* other : m_plots)
                if (on && other != plot && !other->following())
                    other->follow();
        });
        connect(plot, &LinePlot::maximizeToggled, this, [this, plot] {
            m_maximized = m_maximized ? nullptr : plot;
            m_columns = 0;
            arrange();
        });
    }
    m_coalesce.setSingleShot(true);
    m_coalesce.setInterval(50);
    connect(&m_coalesce, &QTimer::timeout, this, &ChartsPanel::load);
    connect(all, &QPushButton::clicked, this, [this] { m_plots.front()->follow(); for (LinePlot* plot : m_plots) plot->follow(); });
    connect(m_smoothing, &QSlider::valueChanged, this, [this](int value) {
        m_smoothingValue->setText(QString::number(value / 100.0, 'f', 2));
        for (LinePlot* plot : m_plots)
            plot->setSmoothing(value / 100.0);
    });
    m_smoothing->setValue(60);
    show();
}

ChartsPanel::~ChartsPanel() = default;

void ChartsPanel::setRuns(const OpenRuns& runs)
{
    for (const OpenRun& run : m_runs)
        run.feed->disconnect(this);
    std::vector<std::unique_ptr<Source>> kept;
    for (const OpenRun& run : runs) {
        auto known = std::find_if(m_sources.begin(), m_sources.end(), [&](const auto& source) { return source && source->folder == run.feed->folder(); });
        if (known != m_sources.end()) {
            kept.push_back(std::move(*known));
        } else {
            kept.push_back(std::make_unique<Source>());
            kept.back()->folder = run.feed->folder();
        }
        connect(run.feed.get(), &RunFeed::stepsCommitted, this, [this] {
            if (!m_coalesce.isActive())
                m_coalesce.start();
        });
    }
    m_runs = runs;
    m_sources = std::move(kept);
    load();
}

void ChartsPanel::load()
{
    for (size_t i = 0; i < m_sources.size(); ++i)
        m_sources[i]->fetch(m_runs[i].color);
    show();
}

void ChartsPanel::show()
{
    const bool several = m_runs.size() > 1;
    QVector<LinePlot::Marker> markers;
    for (const auto& source : m_sources)
        markers += source->markers;
    for (size_t c = 0; c < m_plots.size(); ++c) {
        const Chart& chart = charts()[c];
        QVector<LinePlot::Line> lines;
        for (size_t i = 0; i < m_sources.size(); ++i) {
            const Source& source = *m_sources[i];
            for (const Part& part : chart.parts) {
                const auto found = source.series.constFind(QString::fromLatin1(part.metric));
                if (found == source.series.cend() || found->first.isEmpty())
                    continue;
                if (std::all_of(found->second.begin(), found->second.end(), [](double v) { return v == 0; }) && chart.parts.size() > 1 && part.shade > 0)
                    continue; // a part that is switched off would only crowd the legend
                LinePlot::Line line;
                line.label = several ? m_runs[i].label + (chart.parts.size() > 1 || chart.heldOut ? QStringLiteral(" ") + QString::fromLatin1(part.label) : QString()) : QString::fromLatin1(part.label);
                line.color = several ? m_runs[i].color : shaded(m_runs[i].color, part.shade);
                line.style = part.style;
                line.steps = found->first;
                line.values = found->second;
                line.folder = source.folder;
                if (part.low) {
                    line.low = source.series.value(QString::fromLatin1(part.low)).second;
                    line.high = source.series.value(QString::fromLatin1(part.high)).second;
                }
                lines.append(line);
            }
            if (chart.heldOut && !source.evaluations.empty()) {
                LinePlot::Line held, cons;
                for (const EvaluationRow& e : source.evaluations) {
                    held.steps.append(double(e.step));
                    held.values.append(e.pass1);
                    held.low.append(e.pass1Low);
                    held.high.append(e.pass1High);
                    if (e.cons) {
                        cons.steps.append(double(e.step));
                        cons.values.append(*e.cons);
                    }
                }
                held.label = (several ? m_runs[i].label + QLatin1Char(' ') : QString()) + QStringLiteral("held-out pass@1, 95 %");
                cons.label = (several ? m_runs[i].label + QLatin1Char(' ') : QString()) + QStringLiteral("cons@n");
                held.color = several ? m_runs[i].color.darker(130) : shaded(m_runs[i].color, 1);
                cons.color = several ? m_runs[i].color.lighter(130) : shaded(m_runs[i].color, 2);
                held.points = cons.points = true;
                cons.style = Qt::DotLine;
                held.folder = cons.folder = source.folder;
                lines.append(held);
                if (!cons.steps.isEmpty())
                    lines.append(cons);
            }
        }
        m_plots[c]->setLines(lines);
        m_plots[c]->setMarkers(markers);
    }
    m_columns = 0;
    arrange();
}

void ChartsPanel::arrange()
{
    const int columns = m_maximized ? 1 : std::clamp(width() / 430, 1, 4);
    m_empty->setVisible(m_runs.empty());
    m_scroll->setVisible(!m_runs.empty());
    if (columns == m_columns)
        return;
    m_columns = columns;
    while (m_grid->count())
        delete m_grid->takeAt(0);
    int at = 0;
    for (LinePlot* plot : m_plots) {
        const bool shown = m_maximized ? plot == m_maximized : !plot->isEmpty() || plot == m_plots.front();
        plot->setVisible(shown);
        if (shown) {
            m_grid->addWidget(plot, at / columns, at % columns);
            ++at;
        }
    }
    for (int c = 0; c < 4; ++c)
        m_grid->setColumnStretch(c, c < columns ? 1 : 0);
}

void ChartsPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void ChartsPanel::markStep(const QString&, qint64 step)
{
    for (LinePlot* plot : m_plots)
        plot->setCursor(step < 0 ? NAN : double(step));
}

LinePlot* ChartsPanel::chart(const QString& title) const
{
    for (LinePlot* plot : m_plots)
        if (plot->title() == title)
            return plot;
    return nullptr;
}

void ChartsPanel::renderReport(const QString& outDir, QStringList& writtenFiles)
{
    load();
    for (LinePlot* plot : m_plots) {
        if (plot->isEmpty())
            continue;
        const QString file = QStringLiteral("%1/chart-%2.png").arg(outDir, plot->title().toLower().replace(QLatin1Char(' '), QLatin1Char('-')));
        plot->setParent(nullptr); // out of the scroll area, so that it has the size we give it
        if (plot->savePng(file, QSize(900, 420)))
            writtenFiles << file;
        plot->setParent(m_page);
    }
    m_columns = 0;
    arrange();
}

} // namespace aha
