#include "widgets/panels/chartspanel.h"

#include "core/base/files.h"
#include "core/store/run_reader.h"
#include "widgets/plots/elidedlabel.h"
#include "widgets/plots/lineplot.h"
#include "widgets/plots/seriescolors.h"

#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QScrollArea>
#include <QSlider>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

constexpr int kLongestName = 24;

struct Part {
    const char *metric, *label;
    Qt::PenStyle style = Qt::SolidLine;
    int shade = 0; ///< 0 the run's colour, 1 … its neighbours
    const char *low = nullptr, *high = nullptr;
    bool right = false;
    bool measured = false; ///< now and then, at evaluations: dots
};
struct Chart {
    const char *title, *unit;
    double low, high; ///< values that the axis always shows
    std::vector<Part> parts;
    bool heldOut = false;
    const char* rightUnit = nullptr;
    const char* unless = nullptr; ///< runs that record this metric have a chart of their own for it
};

/// What only a fine-tuning run records.
constexpr const char* kTokenAccuracy = "mean_token_accuracy";
/// The chart that stands there while nothing is recorded.
constexpr const char* kPlaceholder = "Reward";

const std::vector<Chart>& charts()
{
    static const std::vector<Chart> all {
        { "Token loss", "nats per token", 0, NAN,
            { { "loss", "training" }, { "eval_loss", "held-out", Qt::DashLine, 1, nullptr, nullptr, false, true } } },
        { "Token accuracy", "share", 0, 1,
            { { kTokenAccuracy, "training" },
                { "eval_mean_token_accuracy", "held-out", Qt::DashLine, 1, nullptr, nullptr, false, true } } },
        { "Implicit rewards", "of the preference", NAN, NAN,
            { { "rewards/chosen", "chosen" }, { "rewards/rejected", "rejected", Qt::DashLine, 1 },
                { "rewards/margins", "margin", Qt::DotLine, 2 } } },
        { "Preferred", "share of pairs", 0, 1,
            { { "rewards/accuracies", "training" },
                { "eval_rewards/accuracies", "held-out", Qt::DashLine, 1, nullptr, nullptr, false, true } } },
        { "Log-probability", "nats per completion", NAN, NAN,
            { { "logps/chosen", "chosen" }, { "logps/rejected", "rejected", Qt::DashLine, 1 } } },
        { "Divergence from the teacher", "nats per token", 0, NAN, { { "distill/divergence", "divergence" } } },
        { "Agreement with the teacher", "share of tokens", 0, 1, { { "distill/agreement", "same likeliest token" } } },
        { "Reward model", "share right, held-out", 0, 1,
            { { "eval_accuracy", "right, 95 %", Qt::SolidLine, 0, "eval_accuracy/low", "eval_accuracy/high" } } },
        { "Reward margin", "winner less loser", NAN, NAN,
            { { "margin", "training" },
                { "eval_margin", "held-out", Qt::DashLine, 1, nullptr, nullptr, false, true } } },
        { "Reward", "weighted sum", 0, NAN,
            { { "reward", "total" }, { "rewards/accuracy/mean", "accuracy", Qt::SolidLine, 1 },
                { "rewards/format/mean", "format", Qt::DashLine, 2 },
                { "rewards/language/mean", "language", Qt::DotLine, 3 } } },
        { "Accuracy", "share", 0, 1, { { "accuracy", "training" } }, true },
        { "Response length", "tokens", 0, NAN,
            { { "completions/mean_length", "mean, min–max", Qt::SolidLine, 0, "completions/min_length",
                  "completions/max_length" },
                { "completions/clipped_ratio", "truncated share →", Qt::DashLine, 1, nullptr, nullptr, true } },
            false, "truncated share" },
        { "Reflection words", "per response", 0, NAN, { { "reflection/per_response", "reflection words" } } },
        { "Language mixing", "share of traces", 0, NAN, { { "language/mixed_share", "mixed traces" } } },
        { "Entropy", "nats per token", 0, NAN, { { "entropy", "entropy" } } },
        { "KL to the start", "nats per token", 0, NAN, { { "kl", "k3 estimate" } } },
        { "KL in the reward", "nats per completion", 0, NAN, { { "kl/reward", "to the reference" } } },
        { "Value model", "share of the returns' variance", NAN, 1, { { "critic/explained_variance", "explained" } } },
        { "Groups sampled", "per step", 0, NAN,
            { { "selection/generated_groups", "sampled" }, { "selection/used_groups", "trained", Qt::DashLine, 1 } } },
        { "Clipped tokens", "share", 0, NAN,
            { { "clip_ratio/region_mean", "all" }, { "clip_ratio/low_mean", "low", Qt::DashLine, 1 },
                { "clip_ratio/high_mean", "high", Qt::DotLine, 2 } } },
        { "Groups without variance", "share", 0, 1,
            { { "frac_reward_zero_std", "no variance" }, { "groups/all_correct", "all right", Qt::DashLine, 2 },
                { "groups/all_wrong", "all wrong", Qt::DotLine, 1 } } },
        { "Equations and stopping", "share", 0, 1,
            { { "countdown/false_equation_share", "false equations" },
                { "countdown/stop_after_hit", "stop after hit", Qt::DashLine, 2 },
                { "countdown/stop_after_miss", "stop after miss", Qt::DotLine, 1 } } },
        { "Attempts", "per trace", 0, NAN, { { "countdown/attempts_per_trace", "attempts" } } },
        { "Gradient norm", "before clipping", 0, NAN, { { "grad_norm", "norm" } } },
        { "Loss", "", NAN, NAN, { { "loss", "loss" } }, false, nullptr, kTokenAccuracy },
        { "Sampler against trainer", "nats", 0, NAN,
            { { "sampling/sampling_logp_difference/mean", "mean" },
                { "sampling/sampling_logp_difference/max", "largest", Qt::DotLine, 1 } } },
        { "Throughput", "tokens/s", 0, NAN,
            { { "perf/rollout_tokens_per_second", "sampling" },
                { "perf/training_tokens_per_second", "training", Qt::DashLine, 1 } } },
        { "Step time", "s", 0, NAN, { { "perf/step_seconds", "whole step" } } },
    };
    return all;
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
                if (row.kind == "set" || row.kind == "pause" || row.kind == "resume" || row.kind == "interrupted")
                    markers.append({ double(row.step),
                        QString::fromStdString(row.kind == "set" ? "set " + row.text : row.text), color });
        if (const auto rows = reader->checkpoints())
            for (const CheckpointRow& row : *rows)
                if (!row.removed)
                    markers.append({ double(row.step), QStringLiteral("checkpoint %1").arg(row.step),
                        QColor(128, 128, 128), true });
    }
};

ChartsPanel::ChartsPanel(QWidget* parent)
    : QWidget(parent)
    , m_scroll(new QScrollArea(this))
    , m_page(new QWidget(this))
    , m_grid(new QGridLayout(m_page))
    , m_smoothing(new QSlider(Qt::Horizontal, this))
    , m_smoothingValue(new QLabel(this))
    , m_follow(new QPushButton(this))
    , m_empty(new QLabel(QStringLiteral("Open a run from the table on the left, or start one under Configure."), this))
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
    m_follow->setObjectName(QStringLiteral("followAll"));
    m_follow->setText(QStringLiteral("Follow"));
    m_follow->setAccessibleName(QStringLiteral("Follow new steps in all charts"));
    m_follow->setToolTip(QStringLiteral(
        "On: everything is in view and new steps stay in view. Moving or zooming a chart switches it off."));
    m_follow->setCheckable(true);
    m_follow->setChecked(true);
    auto* save = new QPushButton(QStringLiteral("Export"), this);
    save->setObjectName(QStringLiteral("exportCharts"));
    save->setAccessibleName(QStringLiteral("Export all charts"));
    auto* exports = new QMenu(save);
    for (const char* ending : { "png", "svg", "csv" })
        exports->addAction(
            QStringLiteral("All charts as %1…").arg(QString::fromLatin1(ending).toUpper()), this, [this, ending] {
                const QString folder
                    = QFileDialog::getExistingDirectory(this, QStringLiteral("Export into this folder"));
                if (!folder.isEmpty() && !exportCharts(folder, QString::fromLatin1(ending)))
                    QMessageBox::warning(this, QStringLiteral("Export"),
                        QStringLiteral(
                            "Not every chart could be written to %1. Choose a folder that is writable and has room.")
                            .arg(folder));
            });
    save->setMenu(exports);
    auto* hint = new ElidedLabel(
        QStringLiteral("click: traces · drag: zoom · double click: everything · wheel: zoom, over an axis "
                       "that axis · middle button: move"),
        this);
    hint->setProperty("role", QStringLiteral("hint"));
    hint->setToolTip(hint->text());
    hint->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    bar->addWidget(new QLabel(QStringLiteral("Smoothing"), this));
    bar->addWidget(m_smoothing);
    bar->addWidget(m_smoothingValue);
    bar->addWidget(hint, 1);
    bar->addWidget(m_follow);
    bar->addWidget(save);
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
        auto* plot = new LinePlot(QString::fromUtf8(chart.title), QString::fromUtf8(chart.unit), m_page);
        plot->setMinimumHeight(220);
        plot->setValueRange(chart.low, chart.high);
        if (chart.rightUnit)
            plot->setRightAxis(QString::fromUtf8(chart.rightUnit), 0, NAN);
        m_plots.push_back(plot);
        connect(plot, &LinePlot::picked, this, &ChartsPanel::stepPicked);
        const bool ofSteps
            = std::any_of(chart.parts.begin(), chart.parts.end(), [](const Part& part) { return part.measured; });
        connect(plot, &LinePlot::pointPicked, this, // dots are evaluations; fine-tuning keeps them with its steps
            ofSteps ? &ChartsPanel::stepPicked : &ChartsPanel::evaluationPicked);
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
            m_follow->setChecked(
                std::all_of(m_plots.begin(), m_plots.end(), [](LinePlot* one) { return one->following(); }));
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
    connect(m_follow, &QPushButton::clicked, this, [this](bool on) {
        if (on)
            return followAll();
        for (LinePlot* plot : m_plots)
            plot->stopFollowing();
    });
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
        auto known = std::find_if(m_sources.begin(), m_sources.end(),
            [&](const auto& source) { return source && source->folder == run.feed->folder(); });
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
    QVector<LinePlot::Marker> markers;
    for (const auto& source : m_sources)
        markers += source->markers;
    bool changed = false;
    for (size_t c = 0; c < m_plots.size(); ++c) {
        const bool was = m_plots[c]->isEmpty();
        m_plots[c]->setLines(linesOf(c));
        m_plots[c]->setMarkers(markers);
        changed = changed || was != m_plots[c]->isEmpty();
    }
    if (changed)
        m_columns = 0;
    arrange();
}

QVector<LinePlot::Line> ChartsPanel::linesOf(size_t index) const
{
    const Chart& chart = charts()[index];
    const bool several = m_runs.size() > 1, dark = palette().color(QPalette::Base).lightness() < 128;
    QVector<LinePlot::Line> lines;
    for (size_t i = 0; i < m_sources.size(); ++i) {
        const Source& source = *m_sources[i];
        const bool fineTuning = !source.series.value(QString::fromLatin1(kTokenAccuracy)).first.isEmpty();
        if (fineTuning ? chart.unless != nullptr
                       : index == 0) // the loss of tokens and that of GRPO say different things
            continue;
        const auto dress = [&](LinePlot::Line& line, const QString& label, int shade) {
            QString run = m_runs[i].label;
            if (run.size() > kLongestName) // both ends tell runs apart
                run = run.left(kLongestName / 2) + QStringLiteral("…") + run.right(kLongestName / 2);
            const bool only = chart.parts.size() == 1 && !chart.heldOut;
            line.label = !several ? label : only ? run : run + QLatin1Char(' ') + label;
            line.color = several || shade == 0 ? m_runs[i].color : seriesColor(shade, dark);
            line.folder = source.folder;
        };
        for (const Part& part : chart.parts) {
            const auto found = source.series.constFind(QString::fromLatin1(part.metric));
            if (found == source.series.cend()
                || std::none_of(found->second.begin(), found->second.end(), [](double v) { return std::isfinite(v); }))
                continue; // not recorded: the KL without a reference model
            if (std::all_of(found->second.begin(), found->second.end(), [](double v) { return v == 0; })
                && chart.parts.size() > 1 && part.shade > 0 && !part.right)
                continue; // a part that is switched off would only crowd the legend
            LinePlot::Line line;
            dress(line, QString::fromUtf8(part.label), part.shade);
            line.style = part.style;
            line.right = part.right;
            line.points = part.measured;
            line.shown
                = !several || &part == &chart.parts.front(); // several runs: what matters most; the legend has the rest
            line.hint = line.label + QStringLiteral(" (") + QString::fromLatin1(part.metric) + QLatin1Char(')');
            line.steps = found->first;
            line.values = found->second;
            if (part.low && !several) { // bands on top of each other show nothing
                line.low = source.series.value(QString::fromLatin1(part.low)).second;
                line.high = source.series.value(QString::fromLatin1(part.high)).second;
                if (line.low.size() != line.values.size() || line.high.size() != line.values.size()) {
                    line.low.clear();
                    line.high.clear();
                }
            }
            lines.append(line);
        }
        if (!chart.heldOut || source.evaluations.empty())
            continue;
        LinePlot::Line held, cons;
        int samples = 0;
        for (const EvaluationRow& e : source.evaluations) {
            held.steps.append(double(e.step));
            held.values.append(e.pass1);
            held.low.append(e.pass1Low);
            held.high.append(e.pass1High);
            if (e.cons) {
                cons.steps.append(double(e.step));
                cons.values.append(*e.cons);
                samples = e.samples;
            }
        }
        held.points = cons.points = true;
        dress(held, QStringLiteral("held-out pass@1"), 1);
        held.hint = held.label + QStringLiteral(" with its 95 % interval");
        lines.append(held);
        if (cons.steps.isEmpty())
            continue;
        dress(cons, QStringLiteral("cons@%1").arg(samples), 2);
        cons.shown = !several;
        cons.joined = false; // two measurements at the ends are no curve
        cons.hint = cons.label + QStringLiteral(": held-out share solved by the most frequent answer");
        lines.append(cons);
    }
    std::stable_partition(lines.begin(), lines.end(), [](const LinePlot::Line& line) { return line.shown; });
    return lines;
}

void ChartsPanel::arrange()
{
    const int columns = m_maximized ? 1 : std::clamp(width() / 420, 1, 4);
    m_empty->setVisible(m_runs.empty());
    m_scroll->setVisible(!m_runs.empty());
    if (columns == m_columns)
        return;
    m_columns = columns;
    while (m_grid->count())
        delete m_grid->takeAt(0);
    int at = 0;
    const bool nothing = std::all_of(m_plots.begin(), m_plots.end(), [](LinePlot* plot) { return plot->isEmpty(); });
    for (LinePlot* plot : m_plots) {
        const bool shown = m_maximized ? plot == m_maximized
                                       : !plot->isEmpty() || (nothing && plot->title() == QLatin1String(kPlaceholder));
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

double ChartsPanel::smoothing() const { return m_smoothing->value() / 100.0; }
void ChartsPanel::setSmoothing(double weight) { m_smoothing->setValue(qRound(100 * weight)); }

void ChartsPanel::followAll()
{
    for (LinePlot* plot : m_plots)
        plot->follow();
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
        const QString file = QStringLiteral("%1/chart-%2.png")
                                 .arg(outDir, plot->title().toLower().replace(QLatin1Char(' '), QLatin1Char('-')));
        if (plot->savePng(file, QSize(900, 420)))
            writtenFiles << file;
    }
}

bool ChartsPanel::exportCharts(const QString& folder, const QString& ending)
{
    bool all = true;
    for (LinePlot* plot : m_plots) {
        if (plot->isEmpty())
            continue;
        const QString file
            = QStringLiteral("%1/%2.%3")
                  .arg(folder, plot->title().toLower().replace(QLatin1Char(' '), QLatin1Char('-')), ending);
        if (ending == QLatin1String("csv"))
            all = writeFileAtomically(file.toStdString(), plot->visibleCsv().toStdString()).ok() && all;
        else
            all = (ending == QLatin1String("svg") ? plot->saveSvg(file, QSize(900, 420))
                                                  : plot->savePng(file, QSize(1200, 700)))
                && all;
    }
    return all;
}

} // namespace aha
