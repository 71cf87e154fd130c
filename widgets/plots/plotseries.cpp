#include "widgets/plots/plotseries.h"

#include <algorithm>
#include <cstring>

namespace aha {

namespace {

/// Is `before` the beginning of `after`? Bit by bit, so that NaN equals itself; shared data are seen at once.
bool continues(const QVector<double>& before, const QVector<double>& after)
{
    if (before.constData() == after.constData())
        return before.size() <= after.size();
    return before.size() <= after.size()
        && (before.isEmpty()
            || !std::memcmp(before.constData(), after.constData(), size_t(before.size()) * sizeof(double)));
}

} // namespace

void PlotSeries::set(const QVector<double>& steps, const QVector<double>& values, const QVector<double>& low,
    const QVector<double>& high)
{
    const bool more = continues(m_steps, steps) && continues(m_data[Raw], values) && continues(m_data[Low], low)
        && continues(m_data[High], high);
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
    for (const Curve curve : { Raw, Low, High })
        m_pyramids[curve].extend(m_data[curve].constData(), m_data[curve].size());
    smoothMore();
}

void PlotSeries::setSmoothing(double weight)
{
    if (weight == m_weight)
        return;
    m_weight = weight;
    m_average = DebiasedAverage(weight);
    m_data[Smooth].clear();
    m_pyramids[Smooth].clear();
    smoothMore();
}

void PlotSeries::smoothMore()
{
    if (m_weight <= 0)
        return; // curve() gives the values themselves
    const QVector<double>& values = m_data[Raw];
    m_data[Smooth].reserve(values.size());
    for (qsizetype i = m_data[Smooth].size(); i < values.size(); ++i)
        m_data[Smooth].append(m_average.next(values[i]));
    m_pyramids[Smooth].extend(m_data[Smooth].constData(), m_data[Smooth].size());
}

const QVector<double>& PlotSeries::curve(Curve curve) const
{
    return m_data[curve == Smooth && m_weight <= 0 ? Raw : curve];
}

std::pair<qsizetype, qsizetype> PlotSeries::between(double fromStep, double toStep) const
{
    const auto begin = std::lower_bound(m_steps.begin(), m_steps.end(), fromStep);
    const auto end = std::upper_bound(begin, m_steps.end(), toStep);
    return { begin - m_steps.begin(), end - m_steps.begin() };
}

Extremes PlotSeries::extremes(double fromStep, double toStep) const
{
    const auto [begin, end] = between(fromStep, toStep);
    Extremes found;
    for (const Curve curve : { Raw, Low, High })
        found.reach(m_pyramids[curve].of(m_data[curve].constData(), begin, end, &m_reads));
    return found;
}

double PlotSeries::valueNear(double step, Curve which, double* at) const
{
    if (m_steps.isEmpty())
        return NAN;
    auto found = std::lower_bound(m_steps.begin(), m_steps.end(), step);
    if (found == m_steps.end() || (found != m_steps.begin() && step - *(found - 1) < *found - step))
        --found;
    if (at)
        *at = *found;
    return curve(which)[found - m_steps.begin()];
}

PlotSeries::Thinned PlotSeries::thin(Curve which, double fromStep, double toStep, int columns) const
{
    Thinned out;
    const QVector<double>& values = curve(which);
    if (values.isEmpty() || columns < 1 || !(fromStep < toStep))
        return out;
    const auto [begin, end] = between(fromStep, toStep);
    if (end - begin <= 4 * qsizetype(columns)) {
        const qsizetype first = std::max<qsizetype>(begin - 1, 0), last = std::min(end + 1, m_steps.size());
        out.keys = m_steps.mid(first, last - first);
        out.values = values.mid(first, last - first);
        m_reads += last - first;
        return out;
    }
    const MinMaxPyramid& pyramid = m_pyramids[which == Smooth && m_weight <= 0 ? Raw : which];
    const bool edge = which == Low || which == High;
    out.keys.reserve(4 * columns + 2);
    out.values.reserve(4 * columns + 2);
    const auto put = [&](double key, double value) {
        out.keys.append(key);
        out.values.append(value);
    };
    const double width = (toStep - fromStep) / columns;
    if (begin > 0)
        put(m_steps[begin - 1], values[begin - 1]);
    qsizetype from = begin;
    for (int column = 0; column < columns && from < end; ++column) {
        const double border = column + 1 == columns ? toStep : fromStep + width * (column + 1);
        const qsizetype to = column + 1 == columns
            ? end
            : std::upper_bound(m_steps.begin() + from, m_steps.begin() + end, border) - m_steps.begin();
        if (to == from)
            continue;
        const Extremes extremes = pyramid.of(values.constData(), from, to, &m_reads);
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
        from = to;
    }
    if (end < m_steps.size())
        put(m_steps[end], values[end]);
    return out;
}

} // namespace aha
