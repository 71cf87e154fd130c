// A chart for a paper: so many millimetres wide, with letters of so many points, drawn anew from the data in view.

#include "widgets/plots/lineplotprivate.h" // first: it makes room for the keywords of qcustomplot.h

#include "core/base/files.h"
#include "widgets/plots/figurestyle.h"
#include "widgets/plots/papershapes.h"
#include "widgets/plots/seriescolors.h"

#include <QBuffer>
#include <QFontInfo>
#include <QFontMetricsF>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>

#include <set>

namespace aha {

namespace {

constexpr int kDpi = 1200, kPngDpi = 300; ///< unit of the drawing; fine enough that any size in points is whole
constexpr double kPoint = kDpi / 72.0;
constexpr double kLinePt = 1.1, kPalePt = 0.6, kThinPt = 0.5, kDotPt = 1.7; ///< widths and a radius
constexpr int kEventsInWords = 3; ///< in the legend; of more, their kinds
constexpr int kWrap = Qt::AlignLeft | Qt::TextWordWrap;
const QColor kInk(0x1a, 0x1a, 0x1a), kAxis(0x80, 0x80, 0x80), kGrid(0xe4, 0xe4, 0xe4);

QColor pale(const QColor& color) { return mixedColor(color, Qt::white, 0.6); }

struct Ticks {
    QVector<double> places;
    QVector<QString> labels;

    /// Of an axis on the screen, about `count` of them.
    static Ticks of(const QCPAxis* axis, int count, const QLocale& locale)
    {
        Ticks made;
        const QSharedPointer<QCPAxisTicker> ticker = axis->ticker();
        const int was = ticker->tickCount();
        ticker->setTickCount(std::max(count, 2));
        ticker->generate(axis->range(), locale, QLatin1Char('g'), 6, made.places, nullptr, &made.labels);
        ticker->setTickCount(was);
        for (qsizetype i = made.places.size() - 1; i >= 0; --i)
            if (i >= made.labels.size() || !axis->range().contains(made.places[i])) {
                made.places.remove(i);
                if (i < made.labels.size())
                    made.labels.remove(i);
            }
        for (QString& label : made.labels)
            label = paperNumber(label);
        return made;
    }
    double widest(const QFontMetricsF& metrics) const
    {
        double width = 0;
        for (const QString& label : labels)
            width = std::max(width, metrics.horizontalAdvance(label));
        return width;
    }
};

/// An axis of the screen on a stretch of the paper.
struct Scale {
    const QCPAxis* axis;
    double from, to;

    double at(double value) const
    {
        const QCPRange range = axis->range();
        const double share = axis->scaleType() == QCPAxis::stLogarithmic
            ? (value > 0 ? std::log(value / range.lower) / std::log(range.upper / range.lower) : NAN)
            : (value - range.lower) / range.size();
        return from + share * (to - from);
    }
};

/// One thing that the legend explains.
struct Key {
    enum Sign { LineSign, BandSign, TickSign, UprightSign, NoSign } sign;
    QString text;
    QPen pen;
    QColor dot; ///< invalid: none
    int marker = 0; ///< its shape
};

} // namespace

/// Draws one figure; a unit is 1/1200 inch.
class LinePlot::Private::Figure {
public:
    Figure(const Private& chart, const FigureStyle& style, QPainter& painter)
        : m_chart(chart)
        , m_style(style)
        , m_painter(painter)
        , m_size(style.sizeMm() / 25.4 * kDpi)
        , m_font(fontOf(style, chart.q->font()))
        , m_metrics(m_font)
        , m_em(style.fontPt * kPoint)
    {
    }

    void draw()
    {
        m_painter.setRenderHint(QPainter::Antialiasing);
        m_painter.setFont(m_font);
        m_painter.fillRect(QRectF(QPointF(), m_size), Qt::white);
        layout();
        drawHeat();
        drawGrid();
        for (const Entry* entry : m_entries)
            drawBand(*entry);
        if (m_style.markers)
            drawMarkers();
        for (const Entry* entry : m_entries)
            if (m_style.rawLine && m_chart.smooth(*entry) && entry->raw)
                drawCurve(*entry, PlotSeries::Raw, pen(pale(paperColor(entry->line.color)), kPalePt));
        for (const Entry* entry : m_entries)
            drawLine(*entry);
        drawAxes();
    }

private:
    static QFont fontOf(const FigureStyle& style, const QFont& program)
    {
        // The name of a face that is there, not "Sans Serif", which every reader's machine takes for another one.
        QFont font(QFontInfo(style.family.isEmpty() ? program : QFont(style.family)).family());
        font.setPixelSize(std::max(1, int(std::lround(style.fontPt * kPoint))));
        font.setHintingPreference(QFont::PreferNoHinting);
        return font;
    }

    static QPen pen(const QColor& color, double points, Qt::PenStyle dashes = Qt::SolidLine)
    {
        QPen made(color, points * kPoint, dashes, Qt::FlatCap, Qt::RoundJoin);
        return made;
    }

    void layout()
    {
        bool right = false;
        for (size_t i = 0; i < m_chart.entries.size(); ++i)
            if (m_chart.shown(i)) {
                m_entries.push_back(&m_chart.entries[i]);
                right = right || m_chart.entries[i].line.right;
            }
        const double line = m_metrics.lineSpacing(), gap = 0.4 * m_em, edge = 0.3 * m_em;
        const QString unit = m_chart.units().join(QStringLiteral("; ")), title = m_chart.title;
        m_yLabel = unit.isEmpty() ? title : m_style.title ? unit : title + QStringLiteral(" (%1)").arg(unit);
        double top = edge;
        if (m_style.title) {
            QFont bold = m_font;
            bold.setBold(true);
            m_painter.setFont(bold);
            m_painter.setPen(kInk);
            const QRectF room(edge, top, m_size.width() - 2 * edge, m_size.height());
            const QRectF taken = QFontMetricsF(bold).boundingRect(room, kWrap, title);
            m_painter.drawText(room, kWrap, title);
            m_painter.setFont(m_font);
            top += taken.height() + gap;
        }
        const int rows = int(m_size.height() / (3 * line)), columns = int(m_size.width() / (6 * m_em));
        m_yTicks = Ticks::of(m_chart.plot->yAxis, rows, m_chart.plot->locale());
        if (right)
            m_rightTicks = Ticks::of(m_chart.plot->yAxis2, rows, m_chart.plot->locale());
        const auto whole = [this] { // there is no step 2.5
            return std::all_of(m_xTicks.places.begin(), m_xTicks.places.end(),
                [](double place) { return std::abs(place - std::round(place)) < 1e-6; });
        };
        for (int count = columns; count > 0; count /= 2) {
            m_xTicks = Ticks::of(m_chart.plot->xAxis, count, m_chart.plot->locale());
            if (!m_chart.xAxis.whole || count <= 2 || whole())
                break;
        }
        const double bottom = m_size.height() - edge - (m_chart.xAxis.title.isEmpty() ? 0 : line) - line - gap;
        const QString rightLabel = right ? m_chart.plot->yAxis2->label() : QString();
        m_labelWidth = labelWidth(m_yLabel, bottom - top);
        m_rightWidth = labelWidth(rightLabel, bottom - top);
        const double left = edge + m_labelWidth + gap + m_yTicks.widest(m_metrics) + gap;
        const double beside
            = right ? m_rightTicks.widest(m_metrics) + gap + m_rightWidth + gap : m_xTicks.widest(m_metrics) / 2;
        if (m_style.legend)
            top += drawLegend(QRectF(left, top, m_size.width() - left - edge, m_size.height())) + gap;
        m_box = QRectF(QPointF(left, top + m_metrics.ascent() / 3),
            QPointF(m_size.width() - edge - beside, std::max(bottom, top + 2 * line)));
        m_x = { m_chart.plot->xAxis, m_box.left(), m_box.right() };
        m_left = { m_chart.plot->yAxis, m_box.bottom(), m_box.top() };
        m_right = { m_chart.plot->yAxis2, m_box.bottom(), m_box.top() };
        m_rightLabel = rightLabel;
    }

    /// Of a label that runs upwards along `length`.
    double labelWidth(const QString& label, double length) const
    {
        return label.isEmpty() ? 0 : m_metrics.boundingRect(QRectF(0, 0, length, 1e6), kWrap, label).height();
    }

    std::vector<Key> keys() const
    {
        std::vector<Key> keys;
        std::vector<std::pair<QString, const LinePlot::Line*>> bands;
        bool smoothed = false, raw = false;
        for (const Entry* entry : m_entries) {
            const LinePlot::Line& line = entry->line;
            const QColor color = paperColor(line.color);
            const bool joined = !line.points || line.joined;
            keys.push_back({ joined ? Key::LineSign : Key::NoSign, line.full.isEmpty() ? line.label : line.full,
                line.points ? pen(pale(color), kPalePt) : lookOf(line),
                line.points || line.marker > 0 ? color : QColor(), line.marker });
            if (!line.low.isEmpty() && !line.band.isEmpty())
                bands.emplace_back(line.band, &line);
            smoothed = smoothed || m_chart.smooth(*entry);
            raw = raw || (m_chart.smooth(*entry) && entry->raw);
        }
        if (m_style.bandCaption) {
            std::set<QString> texts;
            for (const auto& [text, line] : bands)
                texts.insert(text);
            std::set<QString> said;
            for (const auto& [text, line] : bands) {
                const bool only = bands.size() == 1;
                QString caption = text;
                if (texts.size() > 1)
                    caption = (line->full.isEmpty() ? line->label : line->full) + QStringLiteral(": ") + text;
                if (said.insert(caption).second)
                    keys.push_back({ Key::BandSign, caption,
                        QPen(only || texts.size() > 1 ? paperColor(line->color) : kAxis), QColor() });
            }
        }
        if (smoothed) {
            const QString how = tr("smoothing %1").arg(m_chart.smoothing);
            if (raw && m_style.rawLine)
                keys.push_back({ Key::LineSign, tr("unsmoothed (%1)").arg(how),
                    pen(m_entries.size() == 1 ? pale(paperColor(m_entries.front()->line.color)) : pale(kAxis), kPalePt),
                    QColor() });
            else
                keys.push_back({ Key::NoSign, how, {}, QColor() });
        }
        if (m_style.markers)
            for (const bool slight : { true, false }) {
                QStringList kinds, whole;
                for (const LinePlot::Marker& marker : m_chart.markers)
                    if (const QString kind = marker.text.section(QLatin1Char(' '), 0, 0); marker.slight == slight
                        && !kind.isEmpty() && m_chart.plot->xAxis->range().contains(marker.step)) {
                        kinds << kind;
                        whole << marker.text;
                    }
                kinds.removeDuplicates();
                whole.removeDuplicates();
                if (!kinds.isEmpty()) // each event in words, as long as they are few
                    keys.push_back({ slight ? Key::TickSign : Key::UprightSign,
                        (whole.size() <= kEventsInWords ? whole : kinds).join(QStringLiteral(", ")),
                        pen(kAxis, kThinPt, slight ? Qt::SolidLine : Qt::DashLine), QColor() });
            }
        if (m_chart.heat.columns > 0)
            keys.push_back({ Key::BandSign, tr("the darker, the larger the share of a step"),
                QPen(seriesColor(5, false)), QColor() });
        if (m_chart.outside > 0)
            keys.push_back({ Key::NoSign, tr("%1 points outside").arg(m_chart.outside), {}, QColor() });
        return keys;
    }

    /// Rows of keys; a name that is wider than the figure is broken, never cut. Returns the height.
    double drawLegend(const QRectF& room)
    {
        const double sign = 2.2 * m_em, gap = 0.5 * m_em, between = 1.2 * m_em, line = m_metrics.lineSpacing();
        double x = room.left(), y = room.top();
        for (const Key& key : keys()) {
            const bool signless = key.sign == Key::NoSign && !key.dot.isValid();
            const double before = signless ? 0 : sign + gap;
            const double wanted = before + m_metrics.horizontalAdvance(key.text);
            if (x > room.left() && x + wanted > room.right()) {
                x = room.left();
                y += line;
            }
            const double middle = y + m_metrics.ascent() - m_metrics.xHeight() / 2;
            m_painter.setPen(key.pen);
            m_painter.setBrush(Qt::NoBrush);
            if (key.sign == Key::LineSign)
                m_painter.drawLine(QPointF(x, middle), QPointF(x + sign, middle));
            if (key.sign == Key::TickSign || key.sign == Key::UprightSign)
                m_painter.drawLine(QPointF(x + sign / 2, middle - (key.sign == Key::TickSign ? 0.2 : 0.45) * m_em),
                    QPointF(x + sign / 2, middle + (key.sign == Key::TickSign ? 0.2 : 0.45) * m_em));
            if (key.sign == Key::BandSign)
                m_painter.fillRect(
                    QRectF(x, middle - 0.35 * m_em, sign, 0.7 * m_em), mixedColor(key.pen.color(), Qt::white, 0.78));
            if (key.dot.isValid())
                drawDot(QPointF(x + sign / 2, middle), key.dot, key.marker);
            m_painter.setPen(kInk);
            const QRectF text(x + before, y, room.right() - x - before, 1e6);
            const int flags = kWrap | (wanted > room.width() ? Qt::TextWrapAnywhere : 0);
            const double taken = m_metrics.boundingRect(text, flags, key.text).height();
            m_painter.drawText(QRectF(text.topLeft(), QSizeF(text.width(), taken + line)), flags, key.text);
            x += wanted + between;
            if (taken > 1.5 * line) {
                x = room.left();
                y += taken;
            }
        }
        return (x > room.left() ? y + line : y) - room.top();
    }

    void drawDot(const QPointF& at, const QColor& color, int marker)
    {
        const double radius = (marker > 1 ? 1.3 : 1.1) * kDotPt * kPoint;
        drawMarker(m_painter, std::max(marker, 1), at, radius, color);
    }

    static QPen lookOf(const LinePlot::Line& line)
    {
        QPen made = linePen(paperColor(line.color), kLinePt * kPoint, line.style, line.variant);
        made.setCapStyle(Qt::FlatCap);
        made.setJoinStyle(Qt::RoundJoin);
        return made;
    }

    void drawMarks(const Entry& entry)
    {
        const Scale& y = entry.line.right ? m_right : m_left;
        const auto index = size_t(&entry - m_chart.entries.data());
        for (const QPointF& mark : m_chart.marksOf(index, m_box.width() / kPoint * 1.5))
            if (const QPointF at(m_x.at(mark.x()), y.at(mark.y())); m_box.adjusted(-1, -1, 1, 1).contains(at))
                drawDot(at, paperColor(entry.line.color), entry.line.marker);
    }

    void drawGrid()
    {
        m_painter.setPen(pen(kGrid, kThinPt));
        for (const double place : m_xTicks.places)
            m_painter.drawLine(QPointF(m_x.at(place), m_box.top()), QPointF(m_x.at(place), m_box.bottom()));
        for (const double place : m_yTicks.places)
            m_painter.drawLine(QPointF(m_box.left(), m_left.at(place)), QPointF(m_box.right(), m_left.at(place)));
    }

    void drawAxes()
    {
        const double tick = 0.3 * m_em, gap = 0.4 * m_em, line = m_metrics.lineSpacing();
        m_painter.setPen(pen(kAxis, kThinPt));
        m_painter.drawLine(m_box.bottomLeft(), m_box.bottomRight());
        m_painter.drawLine(m_box.topLeft(), m_box.bottomLeft());
        for (const double place : m_xTicks.places)
            m_painter.drawLine(QPointF(m_x.at(place), m_box.bottom()), QPointF(m_x.at(place), m_box.bottom() - tick));
        m_painter.setPen(kInk);
        for (qsizetype i = 0; i < m_xTicks.places.size(); ++i) {
            const double width = m_metrics.horizontalAdvance(m_xTicks.labels[i]) + m_em;
            m_painter.drawText(QRectF(m_x.at(m_xTicks.places[i]) - width / 2, m_box.bottom() + gap / 2, width, line),
                Qt::AlignHCenter | Qt::AlignTop, m_xTicks.labels[i]);
        }
        m_painter.drawText(QRectF(m_box.left(), m_box.bottom() + gap / 2 + line, m_box.width(), line),
            Qt::AlignHCenter | Qt::AlignTop, m_chart.xAxis.title);
        for (const bool right : { false, true }) {
            const Ticks& ticks = right ? m_rightTicks : m_yTicks;
            for (qsizetype i = 0; i < ticks.places.size(); ++i) {
                const double y = (right ? m_right : m_left).at(ticks.places[i]);
                const QRectF text(
                    right ? m_box.right() + gap : 0, y - line / 2, right ? m_size.width() : m_box.left() - gap, line);
                m_painter.drawText(text, Qt::AlignVCenter | (right ? Qt::AlignLeft : Qt::AlignRight), ticks.labels[i]);
            }
        }
        if (!m_rightTicks.places.isEmpty()) {
            m_painter.setPen(pen(kAxis, kThinPt));
            m_painter.drawLine(m_box.topRight(), m_box.bottomRight());
            m_painter.setPen(kInk);
        }
        drawUpright(m_yLabel, 0.3 * m_em, m_labelWidth);
        drawUpright(m_rightLabel, m_size.width() - 0.3 * m_em - m_rightWidth, m_rightWidth);
    }

    void drawUpright(const QString& label, double x, double width)
    {
        if (label.isEmpty())
            return;
        m_painter.save();
        const double length
            = std::max(m_box.height(), m_metrics.horizontalAdvance(label) * (width < 1.5 * m_metrics.lineSpacing()));
        const double middle = std::clamp(m_box.center().y(), length / 2, m_size.height() - length / 2);
        m_painter.translate(x, middle + length / 2);
        m_painter.rotate(-90);
        m_painter.drawText(QRectF(0, 0, length, width), Qt::AlignHCenter | Qt::TextWordWrap, label);
        m_painter.restore();
    }

    QVector<QPointF> points(const Entry& entry, PlotSeries::Curve curve) const
    {
        const QCPRange range = m_chart.plot->xAxis->range();
        const int columns = int(m_box.width() / kPoint * 4); // a quarter of a point is finer than any print
        const PlotSeries::Thinned data = m_chart.logX
            ? entry.series->thinLogarithmic(curve, range.lower, range.upper, columns)
            : entry.series->thin(curve, range.lower, range.upper, columns);
        const Scale& y = entry.line.right ? m_right : m_left;
        QVector<QPointF> made;
        made.reserve(data.keys.size());
        for (qsizetype i = 0; i < data.keys.size(); ++i)
            made << QPointF(m_x.at(data.keys[i]), y.at(data.values[i]));
        return made;
    }

    void drawCurve(const Entry& entry, PlotSeries::Curve curve, const QPen& with)
    {
        m_painter.setPen(with);
        m_painter.setBrush(Qt::NoBrush);
        drawInside(m_painter, m_box, points(entry, curve));
    }

    void drawLine(const Entry& entry)
    {
        const LinePlot::Line& line = entry.line;
        const QColor color = paperColor(line.color);
        if (!line.points) {
            drawCurve(entry, PlotSeries::Smooth, lookOf(line));
            if (line.marker > 0)
                drawMarks(entry);
            return;
        }
        if (line.joined)
            drawCurve(entry, PlotSeries::Raw, pen(pale(color), kPalePt));
        const QRectF near = m_box.adjusted(-1, -1, 1, 1);
        for (const QPointF& point : points(entry, PlotSeries::Raw))
            if (near.contains(point))
                drawDot(point, color, line.marker);
    }

    void drawBand(const Entry& entry)
    {
        if (!entry.low || !entry.high)
            return;
        const QVector<QPointF> low = points(entry, PlotSeries::Low), high = points(entry, PlotSeries::High);
        QColor color = paperColor(entry.line.color);
        color.setAlpha(56);
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(color);
        QPolygonF upper, lower;
        const auto flush = [&] {
            std::reverse(lower.begin(), lower.end());
            if (upper.size() > 1)
                m_painter.drawPolygon(upper + lower);
            upper.clear();
            lower.clear();
        };
        const auto inside = [&](QPointF point) {
            return QPointF(
                std::clamp(point.x(), m_box.left(), m_box.right()), std::clamp(point.y(), m_box.top(), m_box.bottom()));
        };
        for (qsizetype i = 0; i < std::min(low.size(), high.size()); ++i) {
            const double sum = low[i].x() + low[i].y() + high[i].x() + high[i].y();
            if (!std::isfinite(sum)) {
                flush();
                continue;
            }
            // At the edges of the view the neighbours outside give the slope.
            const auto edged = [&](const QVector<QPointF>& points) {
                QPointF a = points[i];
                if (a.x() >= m_box.left() && a.x() <= m_box.right())
                    return a;
                const qsizetype other = a.x() < m_box.left() ? i + 1 : i - 1;
                if (other < 0 || other >= points.size() || points[other].x() == a.x())
                    return a;
                const double x = a.x() < m_box.left() ? m_box.left() : m_box.right();
                const double share = (x - a.x()) / (points[other].x() - a.x());
                return QPointF(x, a.y() + share * (points[other].y() - a.y()));
            };
            upper << inside(edged(high));
            lower << inside(edged(low));
        }
        flush();
        m_painter.setBrush(Qt::NoBrush);
    }

    void drawMarkers()
    {
        for (const LinePlot::Marker& marker : m_chart.markers) {
            const double x = m_x.at(marker.step);
            if (!(x >= m_box.left() && x <= m_box.right()))
                continue;
            m_painter.setPen(pen(kAxis, kThinPt, marker.slight ? Qt::SolidLine : Qt::DashLine));
            m_painter.drawLine(
                QPointF(x, m_box.top()), QPointF(x, marker.slight ? m_box.top() + 0.5 * m_em : m_box.bottom()));
        }
    }

    void drawHeat()
    {
        const LinePlot::Heat& heat = m_chart.heat;
        double most = 0;
        for (const double share : heat.shares)
            most = std::isfinite(share) ? std::max(most, share) : most;
        if (heat.columns < 1 || !(most > 0))
            return;
        m_painter.setPen(Qt::NoPen);
        m_painter.setRenderHint(QPainter::Antialiasing, false); // no seams between cells
        for (int column = 0; column < heat.columns; ++column)
            for (int row = 0; row < heat.rows; ++row) {
                const double share = heat.shares[qsizetype(column) * heat.rows + row];
                if (!(share > 0))
                    continue;
                const auto place
                    = [](double low, double high, int part, int parts) { return low + (high - low) * part / parts; };
                const QRectF cell(QPointF(m_x.at(place(heat.xLow, heat.xHigh, column, heat.columns)),
                                      m_left.at(place(heat.low, heat.high, row + 1, heat.rows))),
                    QPointF(m_x.at(place(heat.xLow, heat.xHigh, column + 1, heat.columns)),
                        m_left.at(place(heat.low, heat.high, row, heat.rows))));
                const double level = std::sqrt(share / most); // so that rare values are seen
                const QColor middle = seriesColor(5, false);
                m_painter.fillRect(cell.intersected(m_box),
                    level < 0.5 ? mixedColor(Qt::white, middle, 2 * level)
                                : mixedColor(middle, QColor(0x12, 0x2f, 0x52), 2 * level - 1));
            }
        m_painter.setRenderHint(QPainter::Antialiasing);
    }

    const Private& m_chart;
    const FigureStyle& m_style;
    QPainter& m_painter;
    QSizeF m_size;
    QFont m_font;
    QFontMetricsF m_metrics;
    double m_em, m_labelWidth = 0, m_rightWidth = 0;
    std::vector<const Entry*> m_entries;
    QString m_yLabel, m_rightLabel;
    Ticks m_xTicks, m_yTicks, m_rightTicks;
    QRectF m_box; ///< between the axes
    Scale m_x {}, m_left {}, m_right {};
};

QImage LinePlot::figure(const FigureStyle& style, int dpi)
{
    QImage image((style.sizeMm() / 25.4 * dpi).toSize().expandedTo(QSize(1, 1)), QImage::Format_RGB32);
    image.fill(Qt::white);
    image.setDotsPerMeterX(qRound(dpi / 0.0254));
    image.setDotsPerMeterY(qRound(dpi / 0.0254));
    QPainter painter(&image);
    painter.scale(double(dpi) / kDpi, double(dpi) / kDpi);
    Private::Figure(*d, style, painter).draw();
    return image;
}

bool LinePlot::saveFigure(const QString& file, const FigureStyle& style)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    const auto paint = [&](QPaintDevice& device) {
        QPainter painter;
        if (!painter.begin(&device))
            return false;
        Private::Figure(*d, style, painter).draw();
        return painter.end();
    };
    bool made = false;
    if (file.endsWith(QLatin1String(".pdf"), Qt::CaseInsensitive)) {
        QPdfWriter writer(&buffer);
        writer.setResolution(kDpi);
        writer.setPageSize(QPageSize(style.sizeMm(), QPageSize::Millimeter, QString(), QPageSize::ExactMatch));
        writer.setPageMargins(QMarginsF());
        writer.setTitle(d->title);
        made = paint(writer);
    } else if (file.endsWith(QLatin1String(".svg"), Qt::CaseInsensitive)) {
        const QSize size = (style.sizeMm() / 25.4 * kDpi).toSize();
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setResolution(kDpi);
        generator.setSize(size);
        generator.setViewBox(QRect(QPoint(), size));
        generator.setTitle(d->title);
        made = paint(generator);
    } else {
        made = figure(style, kPngDpi).save(&buffer, "PNG");
    }
    buffer.close();
    return made && writeFileAtomically(file.toStdString(), bytes.toStdString()).ok();
}

} // namespace aha
