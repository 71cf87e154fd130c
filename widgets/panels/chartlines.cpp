#include "widgets/panels/chartlines.h"

#include "core/base/seed_band.h"
#include "widgets/language/translation.h"
#include "widgets/models/markertext.h"
#include "widgets/models/seedgroups.h"
#include "widgets/models/shortlabels.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/models/visibletext.h"
#include "widgets/plots/linelook.h"
#include "widgets/plots/seriescolors.h"

#include <algorithm>
#include <numeric>

namespace aha {

namespace {

constexpr int kLongestName = 24, kFirstWords = 40;

bool belongs(const ChartSpec& spec, const MetricSeries::Run& run)
{
    return (spec.unless.isEmpty() || !run.recorded.contains(spec.unless))
        && (spec.onlyWith.isEmpty() || run.recorded.contains(spec.onlyWith));
}

/// rewards/language/mean, where the run's configuration gives that part no weight: it is measured, but pays nothing.
bool paysNothing(const QString& metric, const MetricSeries::Run& run)
{
    return metric.startsWith(QLatin1String("rewards/")) && metric.endsWith(QLatin1String("/mean"))
        && run.unpaid.contains(metric.section(QLatin1Char('/'), 1, 1));
}

std::vector<double> toStd(const Numbers& values) { return { values.begin(), values.end() }; }

} // namespace

ChartLines::ChartLines(const std::vector<MetricSeries::Run>& runs, const OpenRuns& open, const QString& xAxis,
    const QString& seeds, bool dark, bool markers)
    : m_runs(runs)
    , m_open(open)
    , m_xAxis(xAxis)
    , m_seeds(seeds)
    , m_dark(dark)
    , m_markers(markers)
{
    QStringList names;
    for (const OpenRun& run : open)
        names << run.label;
    m_names = shortLabels(names, kLongestName);
    QVector<QVector<int>> groups;
    if (seeds.isEmpty()) {
        for (int i = 0; i < int(runs.size()); ++i)
            groups.append(QVector<int> { i });
    } else {
        QStringList configs;
        for (const MetricSeries::Run& run : runs)
            configs << run.configJson;
        groups = seedGroups(configs);
    }
    for (const QVector<int>& group : groups) {
        Subject subject;
        subject.runs.assign(group.begin(), group.end());
        if (const QString metric = placesMetric(xAxis); !metric.isEmpty())
            subject.places = together(subject, [&](size_t run) {
                const Series* found = m_runs[run].find(metric);
                return found ? *found : Series();
            }).line;
        m_subjects.push_back(std::move(subject));
    }
}

bool ChartLines::has(const ChartSpec& spec, const std::vector<MetricSeries::Run>& runs)
{
    const QStringList metrics = spec.metrics();
    return std::any_of(runs.begin(), runs.end(), [&](const MetricSeries::Run& run) {
        if (!belongs(spec, run))
            return false;
        if (!spec.quantity.isEmpty())
            return run.completions > 0;
        if (!spec.expression.isEmpty())
            return !metrics.isEmpty() && std::all_of(metrics.begin(), metrics.end(), [&](const QString& metric) {
                return run.recorded.contains(metric);
            });
        return (spec.heldOut && !run.evaluations.empty())
            || std::any_of(spec.parts.begin(), spec.parts.end(),
                [&](const ChartPart& part) { return run.recorded.contains(part.metric); });
    });
}

ChartSpec ChartLines::complete(ChartSpec spec, const std::vector<MetricSeries::Run>& runs)
{
    if (spec.family.isEmpty())
        return spec;
    const QString begin = spec.family.section(QStringLiteral("%1"), 0, 0),
                  end = spec.family.section(QStringLiteral("%1"), 1);
    QStringList known = spec.metrics();
    for (const MetricSeries::Run& run : runs)
        for (const QString& metric : run.recorded) {
            const QString name = metric.mid(begin.size(), metric.size() - begin.size() - end.size());
            if (known.contains(metric) || name.isEmpty() || name.contains(QLatin1Char('/')) || paysNothing(metric, run)
                || metric != spec.family.arg(name))
                continue;
            known << metric;
            const int at = int(spec.parts.size());
            constexpr Qt::PenStyle kStyles[] { Qt::SolidLine, Qt::DashLine, Qt::DotLine };
            // Only names of parts that AhaScope has are words of its own.
            spec.parts.append(
                { metric, rewardPartName(name), kStyles[size_t(at - 1) % std::size(kStyles)], at, {}, {} });
        }
    return spec;
}

QString ChartLines::placesMetric(const QString& xAxis)
{
    return xAxis == QLatin1String("step") ? QString()
        : xAxis == QLatin1String("hours") ? MetricSeries::hoursName()
                                          : xAxis;
}

LinePlot::XAxis ChartLines::axis(const QString& xAxis)
{
    if (xAxis == QLatin1String("step"))
        return { tr("step "), {}, true, QStringLiteral("step") };
    if (xAxis == QLatin1String("hours"))
        return { {}, QStringLiteral(" h"), false, tr("wall time (h)") };
    if (xAxis == QLatin1String("num_tokens"))
        return { {}, tr(" tokens"), false, QStringLiteral("tokens") };
    return { xAxis + QStringLiteral(" = "), {}, false, xAxis };
}

MetricExpression::Series ChartLines::places(size_t run) const
{
    const QString metric = placesMetric(m_xAxis);
    const Series* found = metric.isEmpty() ? nullptr : m_runs[run].find(metric);
    return found ? *found : Series();
}

template <class Of> ChartLines::Banded ChartLines::together(const Subject& subject, Of&& of) const
{
    Banded made;
    if (subject.runs.size() == 1) {
        made.line = of(subject.runs.front());
        return made;
    }
    std::vector<std::vector<double>> steps, values;
    for (const size_t run : subject.runs) {
        const Series series = of(run);
        if (series.steps.isEmpty())
            continue;
        steps.push_back(toStd(series.steps));
        values.push_back(toStd(series.values));
    }
    const SeedBand band
        = seedBand(steps, values, m_seeds == QLatin1String("range") ? BandKind::Range : BandKind::StandardError);
    made.line = { band.steps, band.mean };
    made.low = band.low;
    made.high = band.high;
    made.runs = made.fewest = 0;
    for (const int n : band.runs)
        if (n > 0) {
            made.fewest = made.fewest > 0 ? std::min(made.fewest, n) : n;
            made.runs = std::max(made.runs, n);
        }
    return made;
}

void ChartLines::dress(
    LinePlot::Line& line, const Subject& subject, const Banded& data, const QString& label, int shade, bool only) const
{
    const OpenRun& first = m_open[subject.runs.front()];
    const bool several = m_subjects.size() > 1;
    const QString& run = m_names[qsizetype(subject.runs.front())];
    const auto named = [&](const QString& name) {
        return !several ? label : only ? name : name + QLatin1Char(' ') + label;
    };
    line.label = named(run);
    line.full = named(first.label);
    line.hint = line.label;
    if (subject.runs.size() > 1) {
        const QString band = m_seeds == QLatin1String("range") ? tr("lowest to highest run") : tr("± standard error");
        const QString n = data.fewest == data.runs
            ? QString::number(data.runs)
            : QStringLiteral("%1–%2").arg(data.fewest).arg(data.runs); // not every run came as far
        line.label += QStringLiteral(" (n = %1)").arg(n);
        line.band = tr("mean of n = %1 runs, %2").arg(n, band);
        line.smooth = false; // the band is around the mean itself
        line.hint += tr(": mean of %1 runs that differ only in seed and name, not smoothed; band: %2").arg(n, band);
    }
    line.color = several || shade == 0 ? first.color : seriesColor(shade, m_dark);
    line.folder = first.feed->folder();
    if (several) // a layout means this run's line; of a run alone it means this line of any
        line.name += QLatin1Char('\n') + line.folder;
}

void ChartLines::tellApart(LinePlot::Line& line, const Subject& subject, qsizetype place) const
{
    if (m_subjects.size() < 2) { // the parts of one run have colours of their own
        line.marker = m_markers ? 1 + int(place) % kMarkerShapes : 0;
        return;
    }
    const size_t run = subject.runs.front();
    line.variant = int(std::count_if(m_open.begin(), m_open.begin() + qsizetype(run),
        [&](const OpenRun& earlier) { return earlier.color == m_open[run].color; }));
    // Never the same for two runs of one colour, as long as there are shapes.
    line.marker = m_markers ? 1 + (int(run) + line.variant) % kMarkerShapes
        : line.variant > 0  ? 1 + (line.variant - 1) % kMarkerShapes
                            : 0;
}

bool ChartLines::place(LinePlot::Line& line, const Subject& subject) const
{
    if (placesMetric(m_xAxis).isEmpty())
        return !line.steps.isEmpty();
    const Series& places = subject.places;
    if (places.steps.isEmpty())
        return false;
    const bool held = line.points;
    const bool fromZero = m_xAxis == QLatin1String("hours") || m_xAxis == QLatin1String("num_tokens");
    struct Point {
        double x, step, value, low, high;
    };
    std::vector<Point> points;
    points.reserve(size_t(line.steps.size()));
    qsizetype at = 0;
    for (qsizetype i = 0; i < line.steps.size(); ++i) {
        while (at < places.steps.size() && places.steps[at] < line.steps[i])
            ++at;
        double x = at < places.steps.size() && places.steps[at] == line.steps[i] ? places.values[at] : NAN;
        if (at == 0 && !std::isfinite(x) && fromZero)
            x = 0; // before the first step nothing had been sampled
        if (std::isfinite(x))
            points.push_back({ x, line.steps[i], line.values[i], line.low.isEmpty() ? NAN : line.low[i],
                line.high.isEmpty() ? NAN : line.high[i] });
    }
    const auto before = [](const Point& a, const Point& b) { return a.x < b.x; };
    if (!std::is_sorted(points.begin(), points.end(), before)) {
        std::stable_sort(points.begin(), points.end(), before); // back and forth: one dot a step, in no order
        line.points = true;
        line.joined = false;
        line.stepwise = !held;
        line.low.clear();
        line.high.clear();
    }
    const auto column = [&](double Point::*field) {
        std::vector<double> values;
        values.reserve(points.size());
        for (const Point& point : points)
            values.push_back(point.*field);
        return Numbers(values);
    };
    line.x = column(&Point::x);
    line.steps = column(&Point::step);
    line.values = column(&Point::value);
    if (!line.low.isEmpty()) {
        line.low = column(&Point::low);
        line.high = column(&Point::high);
    }
    return !points.empty();
}

QVector<LinePlot::Line> ChartLines::lines(const ChartSpec& spec) const
{
    const bool several = m_subjects.size() > 1;
    const bool only = spec.parts.size() <= 1 && !spec.heldOut;
    QVector<LinePlot::Line> lines;
    const auto finish = [&](LinePlot::Line line, const Subject& subject, const Banded& data) {
        line.steps = data.line.steps;
        line.values = data.line.values;
        if (!data.low.isEmpty()) {
            line.low = data.low;
            line.high = data.high;
        }
        tellApart(line, subject, lines.size());
        if (place(line, subject))
            lines.append(line);
    };
    for (const Subject& subject : m_subjects) {
        const MetricSeries::Run& first = m_runs[subject.runs.front()];
        if (!belongs(spec, first))
            continue;
        if (!spec.expression.isEmpty()) {
            const auto parsed = MetricExpression::parse(spec.expression);
            if (!parsed)
                continue;
            LinePlot::Line line;
            line.name = spec.expression;
            const Banded data = together(subject, [&](size_t run) {
                return parsed->evaluate([&](const QString& metric) { return m_runs[run].find(metric); });
            });
            dress(line, subject, data, spec.expression, 0, true);
            finish(line, subject, data);
        }
        for (const ChartPart& part : spec.parts) {
            const Banded data = together(subject, [&](size_t run) {
                const Series* found = m_runs[run].find(part.metric);
                return found ? *found : Series();
            });
            const Numbers& values = data.line.values;
            if (std::none_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); }))
                continue; // not recorded: the KL without a reference model
            if (spec.parts.size() > 1 && part.shade > 0 && !part.right
                && std::all_of(values.begin(), values.end(), [](double v) { return v == 0; }))
                continue; // a part that is switched off would only crowd the legend
            if (spec.parts.size() > 1 && paysNothing(part.metric, first))
                continue;
            LinePlot::Line line;
            line.name = part.metric;
            const Series *low = first.find(part.low), *high = first.find(part.high);
            const bool band = !several && subject.runs.size() == 1 && low
                && high // on top of each other they show nothing
                && low->values.size() == values.size() && high->values.size() == values.size();
            // "mean, min–max" says the band behind its comma.
            dress(line, subject, data, translated(band ? part.label : part.label.section(QStringLiteral(", "), 0, 0)),
                part.shade, only);
            line.style = part.style;
            line.right = part.right;
            line.points = part.measured;
            if (!spec.partsUnit.isEmpty())
                line.unit = &part == &spec.parts.front() ? spec.unit : spec.partsUnit;
            line.shown = !several || &part == &spec.parts.front(); // what matters most; the legend has the rest
            line.hint += QStringLiteral(" (") + part.metric + QLatin1Char(')');
            if (band) {
                line.full = part.label.section(QStringLiteral(", "), 0, 0);
                line.band = part.label.section(QStringLiteral(", "), 1);
                line.low = low->values;
                line.high = high->values;
            }
            finish(line, subject, data);
        }
        if (spec.heldOut)
            addHeldOut(subject, lines);
    }
    std::stable_partition(lines.begin(), lines.end(), [](const LinePlot::Line& line) { return line.shown; });
    return lines;
}

void ChartLines::addHeldOut(const Subject& subject, QVector<LinePlot::Line>& lines) const
{
    const std::vector<EvaluationRow>& evaluations = m_runs[subject.runs.front()].evaluations;
    if (evaluations.empty())
        return;
    const auto passes = together(subject, [&](size_t run) {
        Series series;
        for (const EvaluationRow& e : m_runs[run].evaluations) {
            series.steps << double(e.step);
            series.values << e.pass1;
        }
        return series;
    });
    LinePlot::Line held, cons;
    held.name = QStringLiteral("pass@1");
    cons.name = QStringLiteral("cons@n");
    held.steps = passes.line.steps;
    held.values = passes.line.values;
    held.low = passes.low;
    held.high = passes.high;
    int samples = 0;
    for (const EvaluationRow& e : evaluations) {
        if (subject.runs.size() == 1) {
            held.low.append(e.pass1Low);
            held.high.append(e.pass1High);
        }
        if (e.cons) {
            cons.steps.append(double(e.step));
            cons.values.append(*e.cons);
            samples = e.samples;
        }
    }
    held.points = cons.points = true;
    dress(held, subject, passes, tr("held-out pass@1"), 1, false);
    if (subject.runs.size() == 1) {
        held.band = tr("95 % interval, n = %1 problems").arg(evaluations.back().problems);
        held.hint = held.label + tr(" with its ") + held.band
            + tr(", sampled with the run's settings at that step (temperature and the rest)");
    }
    tellApart(held, subject, lines.size());
    if (place(held, subject))
        lines.append(held);
    if (cons.steps.isEmpty() || subject.runs.size() > 1)
        return;
    dress(cons, subject, Banded(), QStringLiteral("cons@%1").arg(samples), 2, false);
    cons.shown = m_subjects.size() < 2;
    cons.joined = false; // two measurements at the ends are no curve
    cons.hint = cons.label
        + tr(": held-out share solved by the most frequent answer of those that gave one; of equally frequent ones the "
             "first counts");
    tellApart(cons, subject, lines.size());
    if (place(cons, subject))
        lines.append(cons);
}

QVector<LinePlot::Marker> ChartLines::markersOf(const std::vector<MarkerRow>& markers,
    const std::vector<CheckpointRow>& checkpoints, const QColor& color, const QString& folder)
{
    QVector<LinePlot::Marker> all;
    for (const MarkerRow& row : markers)
        if (row.kind == "set")
            all.append({ double(row.step), markerText(row), color, false, folder, row.step });
        else if (row.kind == "pause" || row.kind == "continue" || row.kind == "resume" || row.kind == "interrupted"
            || row.kind == "sample")
            all.append({ double(row.step), markerText(row), color, row.kind == "sample" });
    for (const CheckpointRow& row : checkpoints)
        if (!row.removed)
            all.append({ double(row.step), tr("checkpoint %1").arg(row.step), QColor(128, 128, 128), true });
    return all;
}

QVector<LinePlot::Marker> ChartLines::notesOf(const std::vector<Note>& notes, size_t run) const
{
    QVector<LinePlot::Marker> all;
    const std::string folder = m_open[run].feed->folder().toStdString(), id = m_runs[run].runId.toStdString();
    for (const Note& note : notes) {
        // By its id a run is found after its folder has moved, and another in its place is not taken for it.
        if (note.step < 0 || (note.runId.empty() || id.empty() ? note.folder != folder : note.runId != id))
            continue;
        const QString text = visibleLine(note.text).simplified();
        const QString words = text.size() > kFirstWords ? text.left(kFirstWords - 1) + QStringLiteral("…") : text;
        LinePlot::Marker marker { double(note.step), words.isEmpty() ? tr("empty note") : tr("note “%1”").arg(words),
            m_open[run].color, true };
        marker.note = note.id;
        all.append(marker);
    }
    return all;
}

QVector<LinePlot::Marker> ChartLines::markers(const std::vector<Note>& notes) const
{
    QVector<LinePlot::Marker> all;
    for (size_t run = 0; run < m_runs.size(); ++run) {
        const Series places = this->places(run);
        const bool steps = placesMetric(m_xAxis).isEmpty();
        QVector<LinePlot::Marker> own
            = markersOf(m_runs[run].markers, m_runs[run].checkpoints, m_open[run].color, m_open[run].feed->folder());
        own += notesOf(notes, run);
        for (LinePlot::Marker& marker : own) {
            if (!steps) { // the last place at or before the step
                const auto after = std::upper_bound(places.steps.begin(), places.steps.end(), marker.step);
                if (after == places.steps.begin())
                    continue;
                marker.step = places.values[after - places.steps.begin() - 1];
            }
            if (std::isfinite(marker.step))
                all.append(marker);
        }
    }
    return all;
}

} // namespace aha
