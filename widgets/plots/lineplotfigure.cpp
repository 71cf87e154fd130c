// A chart for a paper: so many millimetres wide, with letters of so many points, drawn anew from the data in view.

#include "widgets/plots/lineplotprivate.h" // first: it makes room for the keywords of qcustomplot.h

#include "widgets/plots/figurefile.h"
#include "widgets/plots/figurelegend.h"
#include "widgets/plots/figuresheet.h"
#include "widgets/plots/papershapes.h"
#include "widgets/plots/seriescolors.h"

#include <QFontInfo>
#include <QFontMetricsF>
#include <QPainter>

namespace aha {

namespace {

constexpr double kBetweenMm = 2, kLeastMm = 5; ///< panels, however many there are
constexpr int kWrap = Qt::AlignLeft | Qt::TextWordWrap;

struct Ticks {
    QVector<double> places;
    QVector<QString> labels;

    /// Of an axis on the screen, about `count` of them.
    static Ticks of(const QCPAxis* axis, const QCPRange& range, int count, const QLocale& locale)
    {
        Ticks made;
        const QSharedPointer<QCPAxisTicker> ticker = axis->ticker();
        const int was = ticker->tickCount();
        ticker->setTickCount(std::max(count, 2));
        ticker->generate(range, locale, QLatin1Char('g'), 6, made.places, nullptr, &made.labels);
        ticker->setTickCount(was);
        for (qsizetype i = made.places.size() - 1; i >= 0; --i)
            if (i >= made.labels.size() || !range.contains(made.places[i])) {
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
    QCPRange range;
    double from, to;

    double at(double value) const
    {
        const double share = axis->scaleType() == QCPAxis::stLogarithmic
            ? (value > 0 ? std::log(value / range.lower) / std::log(range.upper / range.lower) : NAN)
            : (value - range.lower) / range.size();
        return from + share * (to - from);
    }
};

} // namespace

/// Draws one figure; a unit is 1/1200 inch.
class LinePlot::Private::Figure {
public:
    /// What lies beside the axes.
    struct Margins {
        double left = 0, top = 0, right = 0;

        void widen(const Margins& other)
        {
            left = std::max(left, other.left);
            top = std::max(top, other.top);
            right = std::max(right, other.right);
        }
    };

    Figure(const Private& chart, const FigureStyle& style, const FigureTexts& texts, const QSet<QString>& without,
        const QString& letter = {})
        : m_chart(chart)
        , m_style(style)
        , m_texts(texts)
        , m_without(without)
        , m_places(chart.plot->xAxis->range())
        , m_size(style.sizeMm() / 25.4 * kPaperDpi)
        , m_font(fontOf(style, chart.q->font()))
        , m_bold(m_font)
        , m_metrics(m_font)
        , m_em(style.fontPt * kPaperPoint)
        , m_letter(letter)
        , m_legend(style.legend ? said(chart.figureKeys(style, without)) : std::vector<FigureKey>(), m_font)
    {
        m_bold.setBold(true);
        m_entries = m_chart.drawnOf(without);
        for (const Entry* entry : m_entries)
            m_isRight = m_isRight || entry->line.right;
        // A single measure must not cover the one that goes on.
        std::stable_sort(m_entries.begin(), m_entries.end(), [](const Entry* a, const Entry* b) {
            const auto rank = [](const LinePlot::Line& line) { return line.points ? 1 + int(line.joined) : 0; };
            return rank(a->line) < rank(b->line);
        });
        const QString unit = m_chart.units(without).join(QStringLiteral("; ")), title = m_chart.title;
        m_title = own(QStringLiteral("title"), m_style.title ? title : QString());
        m_xLabel = own(QStringLiteral("x"), m_chart.xAxis.title);
        m_yLabel = own(QStringLiteral("y"),
            unit.isEmpty()      ? title
                : m_style.title ? unit
                                : title + QStringLiteral(" (%1)").arg(unit));
        m_rightLabel = own(QStringLiteral("right"), m_isRight ? m_chart.plot->yAxis2->label() : QString());
    }

    /// What can be said otherwise.
    QVector<FigureText> texts() const
    {
        QVector<FigureText> all = m_own;
        if (m_style.legend)
            for (const FigureKey& key : m_chart.figureKeys(m_style, m_without))
                all.append({ key.name, key.text });
        return all;
    }

    void draw(QPainter& painter)
    {
        m_painter = &painter;
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setFont(m_font);
        drawWords();
        drawHeat();
        drawGrid();
        for (const Entry* entry : m_entries)
            drawBand(*entry);
        if (m_style.markers)
            drawMarkers();
        for (const Entry* entry : m_entries)
            if (m_style.rawLine && m_chart.smooth(*entry) && entry->raw)
                drawCurve(*entry, PlotSeries::Raw, paperPen(paleColor(paperColor(entry->line.color)), kPalePt));
        for (const Entry* entry : m_entries)
            drawLine(*entry);
        drawAxes();
    }

    /// Panels above each other have equal steps above each other, as far as each shows all that it has.
    void shareAxis(Figure& below)
    {
        const QCPAxis *a = m_chart.plot->xAxis, *b = below.m_chart.plot->xAxis;
        if (!m_chart.following || !below.m_chart.following || m_chart.xAxis.title != below.m_chart.xAxis.title
            || a->scaleType() != b->scaleType())
            return;
        m_places.expand(below.m_places);
        below.m_places = m_places;
    }

    /// Finds its place for everything, with at least these margins: those of panels that stand in line.
    Margins layout(const Margins& least)
    {
        const double line = m_metrics.lineSpacing(), gap = 0.4 * m_em, edge = 0.3 * m_em;
        const double letter = m_letter.isEmpty() ? 0 : QFontMetricsF(m_bold).horizontalAdvance(m_letter) + gap;
        const double belowLetter = m_letter.isEmpty() ? 0 : edge + line;
        double top = edge;
        m_titleRoom = QRectF(edge + letter, edge, m_size.width() - 2 * edge - letter, m_size.height());
        if (!m_title.isEmpty())
            top += QFontMetricsF(m_bold).boundingRect(m_titleRoom, kWrap, m_title).height() + gap;
        const int rows = int(m_size.height() / (3 * line)), columns = int(m_size.width() / (6 * m_em));
        m_yTicks = Ticks::of(m_chart.plot->yAxis, m_chart.plot->yAxis->range(), rows, m_chart.plot->locale());
        if (m_isRight)
            m_rightTicks = Ticks::of(m_chart.plot->yAxis2, m_chart.plot->yAxis2->range(), rows, m_chart.plot->locale());
        const auto whole = [this] { // there is no step 2.5
            return std::all_of(m_xTicks.places.begin(), m_xTicks.places.end(),
                [](double place) { return std::abs(place - std::round(place)) < 1e-6; });
        };
        for (int count = columns; count > 0; count /= 2) {
            m_xTicks = Ticks::of(m_chart.plot->xAxis, m_places, count, m_chart.plot->locale());
            if (!m_chart.xAxis.whole || count <= 2 || whole())
                break;
        }
        const double bottom = m_size.height() - edge - (m_xLabel.isEmpty() ? 0 : line) - line - gap;
        m_labelTop = std::max(belowLetter, m_title.isEmpty() ? 0 : top);
        m_labelLength = bottom - m_labelTop;
        m_labelWidth = labelWidth(m_yLabel);
        m_rightWidth = labelWidth(m_rightLabel);
        const double left = std::max(least.left, edge + m_labelWidth + gap + m_yTicks.widest(m_metrics) + gap);
        const double beside
            = m_isRight ? m_rightTicks.widest(m_metrics) + gap + m_rightWidth + gap : m_xTicks.widest(m_metrics) / 2;
        const double right = std::max(least.right, edge + beside);
        if (!m_legend.keys().empty()) {
            // Above the axes; where that saves a row, from the figure's edge.
            const double from = edge + (m_title.isEmpty() ? letter : 0), above = std::max(left, from);
            const double lowest = m_legend.arrange(m_size.width() - edge - from),
                         height = m_legend.arrange(m_size.width() - edge - above);
            const bool wide = lowest < height - line / 2;
            m_legendAt = QPointF(wide ? from : above, top);
            top += (wide ? m_legend.arrange(m_size.width() - edge - from) : height) + gap;
        }
        top = std::max({ top + m_metrics.ascent() / 3, least.top, belowLetter + line / 2 });
        m_box = QRectF(QPointF(left, top), QPointF(m_size.width() - right, std::max(bottom, top + 2 * line)));
        m_x = { m_chart.plot->xAxis, m_places, m_box.left(), m_box.right() };
        m_left = { m_chart.plot->yAxis, m_chart.plot->yAxis->range(), m_box.bottom(), m_box.top() };
        m_right = { m_chart.plot->yAxis2, m_chart.plot->yAxis2->range(), m_box.bottom(), m_box.top() };
        return { left, top, right };
    }

private:
    static QFont fontOf(const FigureStyle& style, const QFont& program)
    {
        // The name of a face that is there, not "Sans Serif", which every reader's machine takes for another one.
        QFont font(QFontInfo(style.family.isEmpty() ? program : QFont(style.family)).family());
        font.setPixelSize(std::max(1, int(std::lround(style.fontPt * kPaperPoint))));
        font.setHintingPreference(QFont::PreferNoHinting);
        return font;
    }

    /// The text that its author gave it, else its own, which can be edited then.
    QString own(const QString& place, const QString& text)
    {
        if (text.isEmpty())
            return {};
        m_own.append({ place + QLatin1Char('.') + text, text });
        const QString given = m_texts.value(m_own.back().key);
        return given.trimmed().isEmpty() ? text : given;
    }

    std::vector<FigureKey> said(std::vector<FigureKey> keys) const
    {
        for (FigureKey& key : keys)
            if (const QString given = m_texts.value(key.name); !given.trimmed().isEmpty())
                key.text = given;
        return keys;
    }

    /// Title, letter of the panel, legend.
    void drawWords()
    {
        m_painter->setPen(kPaperInk);
        m_painter->setFont(m_bold);
        if (!m_title.isEmpty())
            m_painter->drawText(m_titleRoom, kWrap, m_title);
        if (!m_letter.isEmpty())
            m_painter->drawText(QRectF(QPointF(0.3 * m_em, 0.3 * m_em), m_size), int(Qt::AlignLeft), m_letter);
        m_painter->setFont(m_font);
        m_legend.draw(*m_painter, m_legendAt);
    }

    /// Of a label that runs upwards beside the axes.
    double labelWidth(const QString& label) const
    {
        return label.isEmpty() ? 0 : m_metrics.boundingRect(QRectF(0, 0, m_labelLength, 1e6), kWrap, label).height();
    }

    void drawMarks(const Entry& entry)
    {
        const Scale& y = entry.line.right ? m_right : m_left;
        const auto index = size_t(&entry - m_chart.entries.data());
        for (const QPointF& mark : m_chart.marksOf(index, m_box.width() / kPaperPoint * 1.5))
            if (const QPointF at(m_x.at(mark.x()), y.at(mark.y())); m_box.adjusted(-1, -1, 1, 1).contains(at))
                drawPaperDot(*m_painter, at, paperColor(entry.line.color), entry.line.marker);
    }

    void drawGrid()
    {
        m_painter->setPen(paperPen(kPaperGrid, kThinPt));
        for (const double place : m_xTicks.places)
            m_painter->drawLine(QPointF(m_x.at(place), m_box.top()), QPointF(m_x.at(place), m_box.bottom()));
        for (const double place : m_yTicks.places)
            m_painter->drawLine(QPointF(m_box.left(), m_left.at(place)), QPointF(m_box.right(), m_left.at(place)));
    }

    void drawAxes()
    {
        const double tick = 0.3 * m_em, gap = 0.4 * m_em, line = m_metrics.lineSpacing();
        m_painter->setPen(paperPen(kPaperAxis, kThinPt));
        m_painter->drawLine(m_box.bottomLeft(), m_box.bottomRight());
        m_painter->drawLine(m_box.topLeft(), m_box.bottomLeft());
        for (const double place : m_xTicks.places)
            m_painter->drawLine(QPointF(m_x.at(place), m_box.bottom()), QPointF(m_x.at(place), m_box.bottom() - tick));
        m_painter->setPen(kPaperInk);
        for (qsizetype i = 0; i < m_xTicks.places.size(); ++i) {
            const double width = m_metrics.horizontalAdvance(m_xTicks.labels[i]) + m_em;
            m_painter->drawText(QRectF(m_x.at(m_xTicks.places[i]) - width / 2, m_box.bottom() + gap / 2, width, line),
                Qt::AlignHCenter | Qt::AlignTop, m_xTicks.labels[i]);
        }
        m_painter->drawText(QRectF(m_box.left(), m_box.bottom() + gap / 2 + line, m_box.width(), line),
            Qt::AlignHCenter | Qt::AlignTop, m_xLabel);
        for (const bool right : { false, true }) {
            const Ticks& ticks = right ? m_rightTicks : m_yTicks;
            for (qsizetype i = 0; i < ticks.places.size(); ++i) {
                const double y = (right ? m_right : m_left).at(ticks.places[i]);
                const QRectF text(
                    right ? m_box.right() + gap : 0, y - line / 2, right ? m_size.width() : m_box.left() - gap, line);
                m_painter->drawText(text, Qt::AlignVCenter | (right ? Qt::AlignLeft : Qt::AlignRight), ticks.labels[i]);
            }
        }
        if (!m_rightTicks.places.isEmpty()) {
            m_painter->setPen(paperPen(kPaperAxis, kThinPt));
            m_painter->drawLine(m_box.topRight(), m_box.bottomRight());
            m_painter->setPen(kPaperInk);
        }
        drawUpright(m_yLabel, 0.3 * m_em, m_labelWidth);
        drawUpright(m_rightLabel, m_size.width() - 0.3 * m_em - m_rightWidth, m_rightWidth);
    }

    void drawUpright(const QString& label, double x, double width)
    {
        if (label.isEmpty())
            return;
        m_painter->save();
        const bool broken = width > 1.5 * m_metrics.lineSpacing();
        const double length
            = broken ? m_labelLength : std::max(m_box.height(), m_metrics.horizontalAdvance(label) + 0.1 * m_em);
        const double middle
            = std::min(std::max(m_box.center().y(), m_labelTop + length / 2), m_size.height() - length / 2);
        m_painter->translate(x, middle + length / 2);
        m_painter->rotate(-90);
        m_painter->drawText(QRectF(0, 0, length, width), Qt::AlignHCenter | Qt::TextWordWrap, label);
        m_painter->restore();
    }

    QVector<QPointF> points(const Entry& entry, PlotSeries::Curve curve) const
    {
        const QCPRange& range = m_places;
        const int columns = int(m_box.width() / kPaperPoint * 4); // a quarter of a point is finer than any print
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
        m_painter->setPen(with);
        m_painter->setBrush(Qt::NoBrush);
        drawInside(*m_painter, m_box, points(entry, curve));
    }

    void drawLine(const Entry& entry)
    {
        const LinePlot::Line& line = entry.line;
        const QColor color = paperColor(line.color);
        if (!line.points) {
            drawCurve(entry, PlotSeries::Smooth, paperLook(line));
            if (line.marker > 0)
                drawMarks(entry);
            return;
        }
        if (line.joined)
            drawCurve(entry, PlotSeries::Raw, paperPen(paleColor(color), kPalePt));
        const QRectF near = m_box.adjusted(-1, -1, 1, 1);
        for (const QPointF& point : points(entry, PlotSeries::Raw))
            if (near.contains(point))
                drawPaperDot(*m_painter, point, color, line.marker);
    }

    void drawBand(const Entry& entry)
    {
        if (!entry.low || !entry.high)
            return;
        const QVector<QPointF> low = points(entry, PlotSeries::Low), high = points(entry, PlotSeries::High);
        QColor color = paperColor(entry.line.color);
        color.setAlpha(56);
        m_painter->setPen(Qt::NoPen);
        m_painter->setBrush(color);
        QPolygonF upper, lower;
        const auto flush = [&] {
            std::reverse(lower.begin(), lower.end());
            if (upper.size() > 1)
                m_painter->drawPolygon(upper + lower);
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
        m_painter->setBrush(Qt::NoBrush);
    }

    void drawMarkers()
    {
        for (const LinePlot::Marker& marker : m_chart.markers) {
            const double x = m_x.at(marker.step);
            if (!(x >= m_box.left() && x <= m_box.right()))
                continue;
            m_painter->setPen(paperPen(kPaperAxis, kThinPt, marker.slight ? Qt::SolidLine : Qt::DashLine));
            m_painter->drawLine(
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
        m_painter->setPen(Qt::NoPen);
        m_painter->setRenderHint(QPainter::Antialiasing, false); // no seams between cells
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
                m_painter->fillRect(cell.intersected(m_box),
                    level < 0.5 ? mixedColor(Qt::white, middle, 2 * level)
                                : mixedColor(middle, QColor(0x12, 0x2f, 0x52), 2 * level - 1));
            }
        m_painter->setRenderHint(QPainter::Antialiasing);
    }

    const Private& m_chart;
    const FigureStyle& m_style;
    const FigureTexts& m_texts;
    const QSet<QString>& m_without;
    QCPRange m_places; ///< of the x axis
    QPainter* m_painter = nullptr;
    QSizeF m_size;
    QFont m_font, m_bold;
    QFontMetricsF m_metrics;
    double m_em, m_labelWidth = 0, m_rightWidth = 0, m_labelTop = 0, m_labelLength = 0;
    bool m_isRight = false;
    std::vector<const Entry*> m_entries;
    QString m_letter, m_title, m_xLabel, m_yLabel, m_rightLabel;
    QVector<FigureText> m_own;
    FigureLegend m_legend;
    QRectF m_titleRoom;
    QPointF m_legendAt;
    Ticks m_xTicks, m_yTicks, m_rightTicks;
    QRectF m_box; ///< between the axes
    Scale m_x {}, m_left {}, m_right {};
};

void FigureSheet::paint(QPainter& painter) const
{
    using Figure = LinePlot::Private::Figure;
    painter.fillRect(QRectF(QPointF(), style.sizeMm() / 25.4 * kPaperDpi), Qt::white);
    if (panels.isEmpty())
        return;
    const int across = std::clamp(columns, 1, int(panels.size())), down = (int(panels.size()) + across - 1) / across;
    FigureStyle one = style;
    one.widthMm = (style.widthMm - kBetweenMm * (across - 1)) / across;
    one.ratio = std::max((style.sizeMm().height() - kBetweenMm * (down - 1)) / down, kLeastMm) / one.widthMm;
    std::vector<std::unique_ptr<Figure>> figures;
    for (const FigurePanel& panel : panels)
        figures.push_back(std::make_unique<Figure>(*panel.chart->d, one, panel.texts, panel.without,
            letters && panels.size() > 1 ? QStringLiteral("(%1)").arg(QChar(ushort('a' + figures.size() % 26)))
                                         : QString()));
    for (const bool back : { false, true }) // down, then up: what the last one shows reaches the first
        for (size_t i = size_t(across); i < figures.size(); ++i) {
            const size_t at = back ? figures.size() - 1 - (i - size_t(across)) : i;
            figures[at - size_t(across)]->shareAxis(*figures[at]);
        }
    // Axes stand in line: those of a column begin and end at one place, those of a row begin at one height.
    std::vector<Figure::Margins> sides, tops;
    sides.resize(size_t(across));
    tops.resize(size_t(down));
    for (size_t i = 0; i < figures.size(); ++i)
        sides[i % size_t(across)].widen(figures[i]->layout(Figure::Margins()));
    for (Figure::Margins& side : sides)
        side.top = 0; // was of a narrower or wider legend
    for (size_t i = 0; i < figures.size(); ++i)
        tops[i / size_t(across)].widen(figures[i]->layout(sides[i % size_t(across)]));
    for (size_t i = 0; i < figures.size(); ++i) {
        Figure::Margins margins = sides[i % size_t(across)];
        margins.top = tops[i / size_t(across)].top;
        figures[i]->layout(margins);
        const QPointF at(double(i % size_t(across)) * (one.widthMm + kBetweenMm),
            double(i / size_t(across)) * (one.sizeMm().height() + kBetweenMm));
        painter.save();
        painter.translate(at / 25.4 * kPaperDpi);
        figures[i]->draw(painter);
        painter.restore();
    }
}

bool FigureSheet::save(const QString& file) const
{
    QStringList titles;
    for (const FigurePanel& panel : panels)
        titles << panel.chart->title();
    return !panels.isEmpty()
        && writePaper(file, style.sizeMm(), titles.join(QStringLiteral(", ")), [this](QPainter& p) { paint(p); });
}

QImage FigureSheet::image(int dpi) const
{
    return paperImage(style.sizeMm(), dpi, [this](QPainter& painter) { paint(painter); });
}

QVector<FigureText> FigureSheet::textsOf(const LinePlot& chart, const FigureStyle& style, const QSet<QString>& without)
{
    const FigureTexts none;
    return LinePlot::Private::Figure(*chart.d, style, none, without).texts();
}

QStringList FigureSheet::linesOf(const LinePlot& chart)
{
    QStringList names;
    for (const auto& line : chart.d->figureLines())
        names << line.first;
    return names;
}

QImage LinePlot::figure(const FigureStyle& style, int dpi) const
{
    return FigureSheet { style, { { this, {} } } }.image(dpi);
}

bool LinePlot::saveFigure(const QString& file, const FigureStyle& style) const
{
    return FigureSheet { style, { { this, {} } } }.save(file);
}

} // namespace aha
