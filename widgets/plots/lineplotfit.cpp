// Which part of the data a chart shows: ends of the axes, logarithms, outliers, and the map behind the lines.

#include "widgets/plots/lineplotprivate.h"

#include "widgets/plots/seriescolors.h"

namespace aha {

namespace {

constexpr qsizetype kQuartileSample = 20'000; ///< values that the quartiles are taken from, evenly spaced
/// The library sets a power of ten by itself, and knows its exponent by the hyphen.
QString withTrueMinus(QString label)
{
    if (label.startsWith(QLatin1Char('-')))
        label[0] = QChar(0x2212);
    return label;
}
/// 200 k instead of 200000, 1.5 M instead of a power of ten.
template <class Ticker> class CompactTicker : public Ticker {
protected:
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override
    {
        const double size = std::abs(tick);
        if (size >= 1e12 || size < 1e4)
            return withTrueMinus(Ticker::getTickLabel(tick, locale, format, precision));
        return size >= 1e9 ? shortNumber(tick / 1e9, 4) + QStringLiteral(" G")
            : size >= 1e6  ? shortNumber(tick / 1e6, 4) + QStringLiteral(" M")
                           : shortNumber(tick / 1e3, 4) + QStringLiteral(" k");
    }
};

/// There is no step 1.5.
class StepTicker : public CompactTicker<QCPAxisTicker> {
protected:
    double getTickStep(const QCPRange& range) override
    {
        return std::max(1.0, std::floor(QCPAxisTicker::getTickStep(range)));
    }
};

/// In a file of vectors the library paints the map at three times the size, and packing that takes 150 ms.
class FileColorMap : public QCPColorMap {
public:
    using QCPColorMap::QCPColorMap;

protected:
    void draw(QCPPainter* painter) override
    {
        if (!painter->modes().testFlag(QCPPainter::pmVectorized))
            return QCPColorMap::draw(painter);
        constexpr double kFiner = 1.5; // finer than the screen; packing takes half of what twice its points would
        const QRect target = clipRect();
        QImage image((QSizeF(target.size()) * kFiner).toSize(), QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::transparent);
        QCPPainter fine(&image);
        fine.scale(kFiner, kFiner);
        fine.translate(-target.topLeft());
        QCPColorMap::draw(&fine);
        fine.end();
        painter->drawImage(target, image);
    }
};

constexpr double kFence = 3; ///< Tukey's outer fence, in interquartile ranges
constexpr double kWidestBand = 3; ///< times the span of the lines: beyond, these would be a flat stripe in their band

} // namespace

Extremes LinePlot::Private::withoutOutliers(Extremes found, double from, double to)
{
    std::vector<std::pair<const double*, const double*>> stretches;
    qsizetype all = 0;
    for (size_t i = 0; i < entries.size(); ++i)
        if (shown(i) && !entries[i].line.right) {
            const auto [begin, end] = entries[i].series->between(from, to);
            const double* values = entries[i].series->curve(PlotSeries::Raw).constData();
            stretches.emplace_back(values + begin, values + end);
            all += end - begin;
        }
    std::vector<double> sample;
    sample.reserve(size_t(std::min(all, kQuartileSample) + 16));
    const qsizetype stride = std::max<qsizetype>(all / kQuartileSample, 1);
    for (const auto& [begin, end] : stretches)
        for (const double* value = begin; value < end; value += stride)
            if (std::isfinite(*value))
                sample.push_back(*value);
    if (sample.size() < 8)
        return found;
    const auto quartile = [&](size_t k) {
        std::nth_element(sample.begin(), sample.begin() + k, sample.end());
        return sample[k];
    };
    const double lower = quartile(sample.size() / 4), upper = quartile(3 * sample.size() / 4);
    if (!(upper > lower))
        return found; // most values are equal: there is no measure of what is far
    const double low = lower - kFence * (upper - lower), high = upper + kFence * (upper - lower);
    Extremes inside { INFINITY, -INFINITY };
    for (const auto& [begin, end] : stretches)
        for (const double* value = begin; value < end; ++value) {
            if (*value >= low && *value <= high) {
                inside.low = std::min(inside.low, *value);
                inside.high = std::max(inside.high, *value);
            } else if (std::isfinite(*value)) {
                ++outside;
            }
        }
    return outside > 0 && inside.low <= inside.high ? inside : found;
}

double LinePlot::Private::smallestPositive(bool right, double from, double to) const
{
    double smallest = INFINITY;
    for (size_t i = 0; i < entries.size(); ++i)
        if (shown(i) && entries[i].line.right == right) {
            const auto [begin, end] = entries[i].series->between(from, to);
            const Numbers& values = entries[i].series->curve(PlotSeries::Raw);
            for (qsizetype k = begin; k < end; ++k)
                if (values[k] > 0 && values[k] < smallest)
                    smallest = values[k];
        }
    return smallest;
}

Extremes LinePlot::Private::wanted(bool right, double from, double to, Extremes& all) const
{
    Extremes lines;
    for (size_t i = 0; i < entries.size(); ++i) {
        const Entry& entry = entries[i];
        if (!shown(i) || entry.line.right != right)
            continue;
        const Extremes found = entry.series->extremes(from, to);
        all.reach(found);
        // The interval of a measurement is a part of it.
        lines.reach(entry.series->hasBand() && !entry.line.points ? entry.series->lineExtremes(from, to) : found);
    }
    if (bandWhole || !lines.any() || !(lines.high > lines.low)
        || all.high - all.low <= kWidestBand * (lines.high - lines.low))
        return all;
    return lines;
}

void LinePlot::Private::fitValues(double from, double to)
{
    outside = 0;
    bandCut = false;
    for (const bool right : { false, true }) {
        if (const auto& own = right ? given.right : given.left; own && !(logY && !right && own->first <= 0)) {
            (right ? plot->yAxis2 : plot->yAxis)->setRange(own->first, own->second);
            continue;
        }
        Extremes whole, found = wanted(right, from, to, whole);
        const bool byLines = whole.any() && (found.low > whole.low || found.high < whole.high);
        QCPAxis* axis = right ? plot->yAxis2 : plot->yAxis;
        const double least = right ? rightLow : leastLow, most = right ? rightHigh : leastHigh;
        if (!right && heat.columns > 0) {
            found.reach(heat.low);
            found.reach(heat.high);
        }
        if (!found.any())
            continue;
        if (!right && leaveOut)
            found = withoutOutliers(found, from, to);
        if (!right && logY) {
            if (!(found.low > 0)) {
                found.low = smallestPositive(right, from, to);
                for (size_t i = 0; i < entries.size(); ++i)
                    if (shown(i) && !entries[i].line.right) {
                        const auto [begin, end] = entries[i].series->between(from, to);
                        const Numbers& values = entries[i].series->curve(PlotSeries::Raw);
                        outside += std::count_if(
                            values.begin() + begin, values.begin() + end, [](double value) { return value <= 0; });
                    }
            }
            const double low = std::isfinite(found.low) ? found.low : 0.1, high = std::max(found.high, low);
            const double margin = high > low ? std::pow(high / low, 0.05) : 1.5;
            axis->setRange(low / margin, high * margin);
            bandCut = bandCut || (byLines && (whole.low < low / margin || whole.high > high * margin));
            continue;
        }
        found.reach(least);
        found.reach(most);
        const double span = found.high - found.low;
        const double margin = span > 0 ? 0.05 * span : std::max(0.05 * std::abs(found.high), 0.05);
        // An axis that begins at its floor begins exactly there.
        axis->setRange(found.low == least ? least - 0.3 * margin : found.low - margin, found.high + margin);
        // What the axis shows for other reasons, its floor or its margin, may hold the band after all.
        bandCut = bandCut || (byLines && (whole.low < axis->range().lower || whole.high > axis->range().upper));
    }
    showOutside();
}

void LinePlot::Private::showOutside()
{
    if (given.left) { // the user says where the axis ends
        outside = 0;
        bandCut = false;
    }
    outsideButton->setVisible(outside > 0 || bandCut);
    if (outside > 0)
        outsideButton->setText(outside == 1 ? tr("1 point outside") : tr("%1 points outside").arg(outside));
    else if (bandCut)
        outsideButton->setText(tr("band cut off"));
    const QString tip = outside > 0
        ? tr("Points far from the others, or not above 0 on a logarithmic axis. Click to show all")
        : tr("The axis follows the lines and cuts the band off. Click to show the whole band");
    if (tip == outsideButton->toolTip())
        return; // nobody is told the same at every step of a live run
    outsideButton->setAccessibleName(tip);
    outsideButton->setToolTip(tip);
}

QPair<double, double> LinePlot::Private::ends(bool ofCells) const
{
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < entries.size(); ++i)
        if (shown(i) && !entries[i].series->isEmpty()) {
            const Numbers& places = entries[i].series->steps();
            const auto first = logX ? std::upper_bound(places.begin(), places.end(), 0.0) : places.begin();
            if (first == places.end())
                continue;
            low = std::min(low, *first);
            high = std::max(high, places.back());
        }
    if (low <= high && !logX && leastX < low)
        low = leastX;
    if (heat.columns > 0 && !logX) {
        const double half = ofCells ? 0 : (heat.xHigh - heat.xLow) / heat.columns / 2;
        low = std::min(low, heat.xLow + half);
        high = std::max(high, heat.xHigh - half);
    }
    return { low, high };
}

void LinePlot::Private::showAll()
{
    const auto [low, high] = ends();
    if (!(low <= high))
        return;
    internal = true;
    if (logX) {
        const double end = std::max(high, 2 * low), margin = std::pow(end / low, kEndMargin);
        plot->xAxis->setRange(low / margin, end * margin);
    } else {
        const double end = xAxis.whole || high == low ? std::max(high, low + 1) : high,
                     margin = kEndMargin * (end - low);
        plot->xAxis->setRange(low - margin, end + margin);
    }
    fitValues(low, high);
    internal = false;
}

bool LinePlot::bandCut() const { return d->bandCut; }

void LinePlot::setBandWhole(bool on)
{
    if (on == d->bandWhole)
        return;
    d->bandWhole = on;
    d->given.left.reset(); // asks for another fit
    d->showFollow();
    if (!d->following)
        setRange(d->plot->xAxis->range().lower, d->plot->xAxis->range().upper);
    d->refresh();
}

void LinePlot::Private::setScales()
{
    for (const auto& [axis, logarithmic] :
        { std::pair(plot->xAxis, logX), std::pair(plot->yAxis, logY), std::pair(plot->yAxis2, false) }) {
        internal = true;
        if (logarithmic) {
            axis->setScaleType(QCPAxis::stLogarithmic);
            axis->setTicker(QSharedPointer<CompactTicker<QCPAxisTickerLog>>::create());
        } else {
            axis->setScaleType(QCPAxis::stLinear);
            if (axis == plot->xAxis && xAxis.whole)
                axis->setTicker(QSharedPointer<StepTicker>::create());
            else
                axis->setTicker(QSharedPointer<CompactTicker<QCPAxisTicker>>::create());
            axis->ticker()->setTickCount(axis == plot->xAxis ? 5 : 4);
        }
        internal = false;
    }
}

void LinePlot::Private::makeHeat()
{
    if (heat.columns < 1) {
        if (heatMap)
            plot->removePlottable(heatMap);
        heatMap = nullptr;
        return;
    }
    if (!heatMap) {
        heatMap = new FileColorMap(plot->xAxis, plot->yAxis);
        heatMap->setLayer(QStringLiteral("background"));
        heatMap->setInterpolate(false);
        heatMap->setTightBoundary(true);
    }
    // QCustomPlot's ranges are those of the cells' middles.
    const double width = (heat.xHigh - heat.xLow) / heat.columns, height = (heat.high - heat.low) / heat.rows;
    QCPColorMapData* data = heatMap->data();
    data->setSize(heat.columns, heat.rows);
    data->setRange(QCPRange(heat.xLow + width / 2, heat.xHigh - width / 2),
        QCPRange(heat.low + height / 2, heat.high - height / 2));
    double most = 0;
    for (int column = 0; column < heat.columns; ++column)
        for (int row = 0; row < heat.rows; ++row) {
            const double share = heat.shares[qsizetype(column) * heat.rows + row];
            data->setCell(column, row, std::isfinite(share) ? std::sqrt(share) : 0); // so that rare values are seen
            most = std::max(most, std::isfinite(share) ? std::sqrt(share) : 0.0);
        }
    heatMap->setDataRange(QCPRange(0, most > 0 ? most : 1));
}

void LinePlot::Private::styleHeat()
{
    if (!heatMap)
        return;
    const bool dark = q->palette().color(QPalette::Base).lightness() < 128;
    QCPColorGradient gradient;
    gradient.clearColorStops();
    gradient.setColorInterpolation(QCPColorGradient::ciRGB);
    gradient.setColorStopAt(0, q->palette().color(QPalette::Base));
    gradient.setColorStopAt(0.5, seriesColor(5, dark));
    gradient.setColorStopAt(1, dark ? QColor(0xe9, 0xf5, 0xff) : QColor(0x12, 0x2f, 0x52));
    heatMap->setGradient(gradient);
}

} // namespace aha
