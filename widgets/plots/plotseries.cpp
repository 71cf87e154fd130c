#include "widgets/plots/plotseries.h"

#include <algorithm>

namespace aha {

void PlotSeries::set(const Numbers& steps, const Numbers& values, const Numbers& low, const Numbers& high)
{
    const bool more = steps.continues(m_steps) && values.continues(m_data[Raw]) && low.continues(m_data[Low])
        && high.continues(m_data[High]);
    m_version += !more || steps.size() != m_steps.size();
    m_steps = steps;
    m_data[Raw] = values;
    m_data[Low] = low;
    m_data[High] = high;
    if (!more) {
        m_data[Smooth].clear();
        m_average = DebiasedAverage(m_weight);
        for (MinMaxPyramid& pyramid : m_pyramids)
            pyramid.clear();
    }
}

void PlotSeries::setSmoothing(double weight)
{
    if (weight == m_weight)
        return;
    m_weight = weight;
    ++m_version;
    m_average = DebiasedAverage(weight);
    m_data[Smooth].clear();
    m_pyramids[Smooth].clear();
}

PlotSeries::Curve PlotSeries::made(Curve curve) const
{
    if (curve != Smooth)
        return curve;
    if (m_weight <= 0)
        return Raw;
    const Numbers& values = m_data[Raw];
    Numbers& smooth = m_data[Smooth];
    std::vector<double> more;
    more.reserve(size_t(values.size() - smooth.size()));
    for (qsizetype i = smooth.size(); i < values.size(); ++i)
        more.push_back(m_average.next(values[i]));
    smooth.append(more);
    return Smooth;
}

const Numbers& PlotSeries::curve(Curve curve) const { return m_data[made(curve)]; }

const MinMaxPyramid& PlotSeries::pyramid(Curve curve) const
{
    const Numbers& values = this->curve(curve);
    MinMaxPyramid& pyramid = m_pyramids[made(curve)];
    pyramid.extend(values.constData(), values.size());
    return pyramid;
}

qsizetype PlotSeries::countBelow(double step, bool with) const
{
    const auto below = [&](qsizetype i) { return with ? m_steps[i] <= step : m_steps[i] < step; };
    const qsizetype count = m_steps.size();
    if (count == 0 || !below(0))
        return 0;
    if (below(count - 1))
        return count;
    // Mostly evenly spaced: the answer is where it would be then, or is searched for.
    const double share = (step - m_steps.front()) / (m_steps.back() - m_steps.front());
    const qsizetype near = std::clamp<qsizetype>(qsizetype(share * double(count - 1)), 0, count - 2);
    for (qsizetype i = std::max<qsizetype>(near, 1); i <= near + 1; ++i)
        if (below(i - 1) && !below(i))
            return i;
    return (with ? std::upper_bound(m_steps.begin(), m_steps.end(), step)
                 : std::lower_bound(m_steps.begin(), m_steps.end(), step))
        - m_steps.begin();
}

std::pair<qsizetype, qsizetype> PlotSeries::between(double fromStep, double toStep) const
{
    const qsizetype begin = countBelow(fromStep, false);
    return { begin, std::max(begin, countBelow(toStep, true)) };
}

Extremes PlotSeries::extremes(double fromStep, double toStep) const
{
    const auto [begin, end] = between(fromStep, toStep);
    Extremes found;
    for (const Curve curve : { Raw, Low, High })
        found.reach(pyramid(curve).of(m_data[curve].constData(), begin, end, &m_reads));
    return found;
}

Extremes PlotSeries::lineExtremes(double fromStep, double toStep) const
{
    const auto [begin, end] = between(fromStep, toStep);
    return pyramid(Raw).of(m_data[Raw].constData(), begin, end, &m_reads);
}

qsizetype PlotSeries::indexNear(double step) const
{
    if (m_steps.isEmpty())
        return -1;
    auto found = std::lower_bound(m_steps.begin(), m_steps.end(), step);
    if (found == m_steps.end() || (found != m_steps.begin() && step - *(found - 1) < *found - step))
        --found;
    return found - m_steps.begin();
}

double PlotSeries::valueNear(double step, Curve which, double* at) const
{
    const qsizetype found = indexNear(step);
    if (found < 0)
        return NAN;
    if (at)
        *at = m_steps[found];
    return curve(which)[found];
}

template <class Border, class Put>
void PlotSeries::eachColumn(qsizetype begin, qsizetype end, qint64 columns, const MinMaxPyramid& pyramid,
    const double* values, Border&& borderOf, Put&& put) const
{
    const double* steps = m_steps.constData();
    qsizetype from = begin, guess = 1;
    for (qint64 column = 0; column < columns && from < end; ++column) {
        qsizetype to = end;
        if (column + 1 < columns) { // steps are mostly evenly spaced: a column is about as long as the one before
            const double border = borderOf(column);
            constexpr int kNear = 2;
            to = std::min(from + guess, end);
            for (int k = 0; k < kNear && to < end && steps[to] <= border; ++k)
                ++to;
            for (int k = 0; k < kNear && to > from && steps[to - 1] > border; ++k)
                --to;
            if ((to < end && steps[to] <= border) || (to > from && steps[to - 1] > border)) {
                qsizetype low = from, high = std::min(from + guess + 2, end);
                while (high < end && steps[high - 1] <= border) {
                    low = high;
                    high = std::min(high + 2 * (high - from), end);
                }
                to = std::upper_bound(steps + low, steps + high, border) - steps;
            }
            if (to == from)
                continue;
            guess = to - from;
        }
        put(column, from, to, pyramid.of(values, from, to, &m_reads));
        from = to;
    }
}

bool PlotSeries::columns(Curve which, double fromStep, double toStep, double width, Columns& out) const
{
    const Curve curve = made(which);
    const auto nothing = [&out] {
        out.filled.clear();
        out.last = out.first - 1;
        out.before = out.after = {};
        return false;
    };
    constexpr double kMost = 1e15; // beyond, columns cannot be counted
    if (m_steps.isEmpty() || !(width > 0) || !(fromStep < toStep) || !(std::abs(fromStep) < kMost * width)
        || !(std::abs(toStep) < kMost * width))
        return nothing();
    const auto [inView, afterView] = between(fromStep, toStep);
    if (double(afterView - inView) <= 2 * (toStep - fromStep) / width)
        return nothing();
    const qint64 first = qint64(std::ceil(fromStep / width)) - 1, last = qint64(std::ceil(toStep / width)) - 1;
    if (out.width != width || out.version != m_version || out.curve != curve || out.last < first || out.first > last) {
        out.filled.clear();
        out.first = first;
        out.last = first - 1;
    }
    out.width = width;
    out.version = m_version;
    out.curve = curve;
    std::erase_if(out.filled, [&](const Column& column) { return column.index < first || column.index > last; });
    const double* values = m_data[curve].constData();
    const MinMaxPyramid& pyramid = this->pyramid(curve);
    const auto goesOnAt = [&](qsizetype i) {
        return i > 0 && i < m_steps.size() && std::isfinite(values[i - 1]) && std::isfinite(values[i]);
    };
    const auto look = [&](qint64 from, qint64 to, std::vector<Column>& found) {
        if (from > to)
            return;
        eachColumn(
            countBelow(double(from) * width, true), countBelow(double(to + 1) * width, true), to - from + 1, pyramid,
            values, [&](qint64 column) { return double(from + column + 1) * width; },
            [&](qint64 column, qsizetype begin, qsizetype end, const Extremes& extremes) {
                if (extremes.any()) // what lies between two filled columns are NaN, or no steps at all
                    found.push_back({ from + column, extremes.low, extremes.high, values[begin], values[end - 1],
                        goesOnAt(begin) });
            });
    };
    look(std::max(out.last + 1, first), last, out.filled);
    if (first < out.first) {
        std::vector<Column> left;
        look(first, out.first - 1, left);
        out.filled.insert(out.filled.begin(), left.begin(), left.end());
    }
    out.first = first;
    out.last = last;
    const auto place = [&](qsizetype i) { return Place { m_steps[i], values[i] }; };
    const qsizetype begin = countBelow(double(first) * width, true), end = countBelow(double(last + 1) * width, true);
    out.before = goesOnAt(begin) ? place(begin - 1) : Place();
    out.after = goesOnAt(end) ? place(end) : Place();
    return true;
}

PlotSeries::Thinned PlotSeries::thin(Curve which, double fromStep, double toStep, int columns) const
{
    Thinned out;
    const Numbers& values = curve(which);
    if (values.isEmpty() || columns < 1 || !(fromStep < toStep))
        return out;
    const auto [begin, end] = between(fromStep, toStep);
    if (end - begin <= 4 * qsizetype(columns)) {
        const qsizetype first = std::max<qsizetype>(begin - 1, 0), last = std::min(end + 1, m_steps.size());
        out.keys = QVector<double>(m_steps.begin() + first, m_steps.begin() + last);
        out.values = QVector<double>(values.begin() + first, values.begin() + last);
        m_reads += last - first;
        return out;
    }
    const MinMaxPyramid& pyramid = this->pyramid(which);
    const bool edge = which == Low || which == High;
    out.keys.reserve(4 * columns + 2);
    out.values.reserve(4 * columns + 2);
    const auto put = [&](double key, double value) {
        out.keys.append(key);
        out.values.append(value);
    };
    if (begin > 0)
        put(m_steps[begin - 1], values[begin - 1]);
    const double width = (toStep - fromStep) / columns;
    eachColumn(
        begin, end, columns, pyramid, values.constData(),
        [&](qint64 column) { return fromStep + width * double(column + 1); },
        [&](qint64, qsizetype from, qsizetype to, const Extremes& extremes) {
            const double first = m_steps[from], last = m_steps[to - 1];
            if (edge) {
                put(0.5 * (first + last), which == Low ? extremes.low : extremes.high);
            } else if (!extremes.any()) {
                put(first, NAN);
            } else {
                put(first, values[from]);
                put(first, extremes.low);
                put(last, extremes.high);
                put(last, values[to - 1]);
            }
        });
    if (end < m_steps.size())
        put(m_steps[end], values[end]);
    return out;
}

PlotSeries::Thinned PlotSeries::thinLogarithmic(Curve which, double fromStep, double toStep, int columns) const
{
    Thinned out;
    const auto firstAbove = std::upper_bound(m_steps.begin(), m_steps.end(), 0.0);
    if (firstAbove == m_steps.end() || !(toStep > 0))
        return out;
    double from = std::max(fromStep, *firstAbove * 0.5);
    if (!(from < toStep))
        return out;
    // Narrow pieces, in which a linear column is nearly one of equal ratio.
    const int pieces = std::clamp(columns / 16, 1, 64);
    const double ratio = std::pow(toStep / from, 1.0 / pieces);
    for (int piece = 0; piece < pieces; ++piece) {
        const double to = piece + 1 == pieces ? toStep : from * ratio;
        const Thinned part = thin(which, from, to, std::max(columns / pieces, 1));
        for (qsizetype i = 0; i < part.keys.size(); ++i) // the neighbours outside a piece come twice
            if (part.keys[i] > 0 && (out.keys.isEmpty() || part.keys[i] >= out.keys.back())) {
                out.keys.append(part.keys[i]);
                out.values.append(part.values[i]);
            }
        from = to;
    }
    return out;
}

} // namespace aha
