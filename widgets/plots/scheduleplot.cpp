#include "widgets/plots/scheduleplot.h"

#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/plots/linelook.h"
#include "widgets/plots/seriescolors.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

constexpr qint64 kSamples = 400; // of a line: more than the widget has pixels across
constexpr int kCurveHeight = 110, kSwatch = 26, kGap = 8;
constexpr double kKnot = 3.6;

QString valueText(double value) { return shortNumber(value, 4); }

} // namespace

SchedulePlot::SchedulePlot(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("schedulePlot"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    describe();
}

void SchedulePlot::setSchedules(const ScheduleAxis& axis, const QVector<ScheduleLine>& lines)
{
    const qsizetype before = m_lines.size();
    m_axis = axis;
    m_axis.last = std::max(axis.first + 1, axis.last);
    m_lines = lines;
    m_samples.clear();
    m_low = 0; // a weight is read against nothing
    m_high = 0;
    const qint64 span = m_axis.last - m_axis.first, count = std::min(span, kSamples);
    for (const ScheduleLine& line : lines) {
        QVector<qint64> places;
        for (qint64 i = 0; i <= count; ++i)
            places << m_axis.first + qint64(std::llround(double(i) * double(span) / double(count)));
        for (const qint64 knot : line.knots)
            if (onAxis(knot))
                places << knot;
        std::sort(places.begin(), places.end());
        places.erase(std::unique(places.begin(), places.end()), places.end());
        QVector<std::pair<qint64, double>> samples;
        for (const qint64 place : places) {
            const double value = line.at(place);
            samples << std::pair(place, value);
            m_low = std::min(m_low, value);
            m_high = std::max(m_high, value);
        }
        m_samples << samples;
    }
    if (m_low == m_high)
        m_high = 1;
    if (lines.isEmpty() || !onAxis(m_cursor))
        m_cursor = -1;
    describe();
    if (before != lines.size())
        updateGeometry();
    update();
}

void SchedulePlot::setCursor(qint64 place)
{
    place = place < 0 || m_lines.isEmpty() ? -1 : std::clamp(place, m_axis.first, m_axis.last);
    if (place == m_cursor)
        return;
    m_cursor = place;
    describe();
    update();
}

QString SchedulePlot::reading(int line) const
{
    const auto& at = m_lines[line].at;
    return m_cursor >= 0 ? valueText(at(m_cursor))
                         : QStringLiteral("%1 → %2").arg(valueText(at(m_axis.first)), valueText(at(m_axis.last)));
}

void SchedulePlot::describe()
{
    QStringList names, said;
    if (m_cursor >= 0)
        said << m_axis.place(m_cursor) + tr(":");
    for (int i = 0; i < m_lines.size(); ++i) {
        names << m_lines[i].name;
        if (m_cursor >= 0)
            said << tr("%1.").arg(m_lines[i].name + QLatin1Char(' ') + reading(i));
    }
    QStringList rules;
    for (const ScheduleLine& line : m_lines)
        rules << line.words;
    setAccessibleName(tr("Over the run: %1").arg(names.join(tr(", "))));
    setAccessibleDescription((said + rules).join(QLatin1Char(' ')));
    setToolTip(rules.join(QLatin1Char('\n')));
}

QVector<qint64> SchedulePlot::knots() const
{
    QVector<qint64> places;
    for (const ScheduleLine& line : m_lines)
        for (const qint64 knot : line.knots)
            if (onAxis(knot))
                places << knot;
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    return places;
}

QSize SchedulePlot::sizeHint() const
{
    const int line = fontMetrics().lineSpacing();
    return { 300, kCurveHeight + line + 6 + int(m_lines.size() + 1) * line + 6 };
}

QRectF SchedulePlot::area() const
{
    const QFontMetrics metrics = fontMetrics();
    const double left
        = std::max(metrics.horizontalAdvance(valueText(m_low)), metrics.horizontalAdvance(valueText(m_high)));
    return { std::min(left + 8, width() / 3.0), metrics.height() / 2.0 + 2,
        std::max(20.0, width() - std::min(left + 8, width() / 3.0) - 10),
        double(kCurveHeight - metrics.height() / 2 - 2) };
}

double SchedulePlot::xOf(qint64 place) const
{
    const QRectF plot = area();
    return plot.left() + plot.width() * double(place - m_axis.first) / double(m_axis.last - m_axis.first);
}

double SchedulePlot::yOf(double value) const
{
    const QRectF plot = area();
    return plot.bottom() - plot.height() * (value - m_low) / (m_high - m_low);
}

QPointF SchedulePlot::positionOf(int line, qint64 place) const { return { xOf(place), yOf(m_lines[line].at(place)) }; }

void SchedulePlot::paintEvent(QPaintEvent*)
{
    if (m_lines.isEmpty())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QFontMetrics metrics = fontMetrics();
    const QRectF plot = area();
    const QColor text = palette().color(QPalette::Text), words = palette().color(QPalette::PlaceholderText);
    const bool dark = palette().color(QPalette::Base).lightness() < 128;
    QColor grid = palette().color(QPalette::Mid);
    grid.setAlpha(110);
    const auto onLeft = [&](double value) {
        painter.setPen(QPen(grid, 1));
        painter.drawLine(QPointF(plot.left(), yOf(value)), QPointF(plot.right(), yOf(value)));
        painter.setPen(words);
        painter.drawText(QRectF(0, yOf(value) - metrics.height() / 2.0, plot.left() - 5, metrics.height()),
            int(Qt::AlignRight) | int(Qt::AlignVCenter), valueText(value));
    };
    onLeft(m_high);
    onLeft(m_low);
    if (m_low < 0 && m_high > 0 && yOf(0) - yOf(m_high) > metrics.height() && yOf(m_low) - yOf(0) > metrics.height())
        onLeft(0);

    // Below: both ends, then as many knots as there is room for.
    const double below = plot.bottom() + metrics.ascent() + 4;
    QVector<QRectF> taken;
    const auto free = [&](const QRectF& box) {
        return std::none_of(taken.begin(), taken.end(), [&](const QRectF& other) { return other.intersects(box); });
    };
    const auto under = [&](qint64 place, const QString& word) {
        const double wide = metrics.horizontalAdvance(word),
                     left = std::clamp(xOf(place) - wide / 2, 0.0, std::max(0.0, width() - wide - 1));
        const QRectF box(left - 4, below - metrics.ascent(), wide + 8, metrics.height());
        if (!free(box))
            return;
        taken << box;
        painter.setPen(words);
        painter.drawText(QPointF(left, below), word);
    };
    under(m_axis.first, QString::number(m_axis.first));
    under(m_axis.last, QStringLiteral("%1 %2").arg(m_axis.last).arg(m_axis.unit));
    for (const qint64 knot : knots())
        under(knot, QString::number(knot));

    for (int i = 0; i < m_lines.size(); ++i) {
        const QColor color = seriesColor(i, dark);
        QPainterPath path;
        for (const auto& [place, value] : m_samples[i]) {
            const QPointF at(xOf(place), yOf(value));
            path.elementCount() == 0 ? path.moveTo(at) : path.lineTo(at);
        }
        painter.setBrush(Qt::NoBrush);
        painter.setPen(linePen(color, 1.8, Qt::SolidLine, i));
        painter.drawPath(path);
        for (const qint64 knot : m_lines[i].knots) {
            if (!onAxis(knot))
                continue;
            const QPointF at = positionOf(i, knot);
            drawMarker(painter, i % kMarkerShapes + 1, at, kKnot, color);
            const QString word = valueText(m_lines[i].at(knot));
            const double wide = metrics.horizontalAdvance(word),
                         left = std::clamp(at.x() - wide / 2, plot.left(), std::max(plot.left(), plot.right() - wide));
            const double under = at.y() + kKnot + 1, over = at.y() - kKnot - 1 - metrics.height();
            const QRectF box(left - 2, over >= plot.top() - 2 ? over : under, wide + 4, metrics.height());
            if (box.bottom() > plot.bottom() || !free(box))
                continue;
            taken << box;
            painter.setPen(text);
            painter.drawText(box, Qt::AlignCenter, word);
        }
    }
    if (m_cursor >= 0) {
        painter.setPen(QPen(text, 1));
        painter.drawLine(QPointF(xOf(m_cursor), plot.top()), QPointF(xOf(m_cursor), plot.bottom()));
        for (int i = 0; i < m_lines.size(); ++i) {
            painter.setPen(QPen(seriesColor(i, dark), 1.5));
            painter.setBrush(palette().color(QPalette::Base));
            painter.drawEllipse(positionOf(i, m_cursor), 4, 4);
        }
    }
    // The legend: dash and marker, name, and the ends or what it is at the cursor.
    const int line = metrics.lineSpacing();
    double top = plot.bottom() + metrics.height() + 8;
    painter.setPen(words);
    painter.drawText(QRectF(0, top, width() - 2, line), int(Qt::AlignRight) | int(Qt::AlignVCenter),
        m_cursor >= 0 ? m_axis.place(m_cursor) : tr("first → last"));
    for (int i = 0; i < m_lines.size(); ++i) {
        top += line;
        const QColor color = seriesColor(i, dark);
        const double middle = top + line / 2.0;
        painter.setPen(linePen(color, 1.8, Qt::SolidLine, i));
        painter.drawLine(QPointF(2, middle), QPointF(kSwatch, middle));
        drawMarker(painter, i % kMarkerShapes + 1, QPointF(kSwatch / 2.0 + 1, middle), kKnot, color);
        painter.setPen(text);
        const QString value = reading(i);
        const int wide = metrics.horizontalAdvance(value);
        painter.drawText(QRectF(0, top, width() - 2, line), int(Qt::AlignRight) | int(Qt::AlignVCenter), value);
        painter.drawText(QRectF(kSwatch + kGap, top, std::max(0, width() - kSwatch - wide - 2 * kGap), line),
            int(Qt::AlignLeft) | int(Qt::AlignVCenter),
            metrics.elidedText(m_lines[i].name, Qt::ElideRight, std::max(0, width() - kSwatch - wide - 2 * kGap - 2)));
    }
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void SchedulePlot::mouseMoveEvent(QMouseEvent* event)
{
    const QRectF plot = area();
    const double share = std::clamp((event->position().x() - plot.left()) / plot.width(), 0.0, 1.0);
    setCursor(m_axis.first + qint64(std::llround(share * double(m_axis.last - m_axis.first))));
}

void SchedulePlot::leaveEvent(QEvent* event)
{
    QWidget::leaveEvent(event);
    if (!hasFocus())
        setCursor(-1);
}

void SchedulePlot::keyPressEvent(QKeyEvent* event)
{
    if (m_lines.isEmpty())
        return QWidget::keyPressEvent(event);
    const qint64 span = m_axis.last - m_axis.first,
                 by = event->modifiers() & Qt::ShiftModifier ? std::max<qint64>(1, span / 20) : 1;
    const QVector<qint64> places = knots();
    switch (event->key()) {
    case Qt::Key_Left:
        setCursor(m_cursor < 0 ? m_axis.last : std::max(m_axis.first, m_cursor - by));
        break;
    case Qt::Key_Right:
        setCursor(m_cursor < 0 ? m_axis.first : m_cursor + by);
        break;
    case Qt::Key_Up: {
        const auto next = std::upper_bound(places.begin(), places.end(), m_cursor);
        setCursor(next == places.end() ? m_axis.last : *next);
        break;
    }
    case Qt::Key_Down: {
        const auto next = std::lower_bound(places.begin(), places.end(), m_cursor < 0 ? m_axis.last : m_cursor);
        setCursor(next == places.begin() ? m_axis.first : *std::prev(next));
        break;
    }
    case Qt::Key_Home:
        setCursor(m_axis.first);
        break;
    case Qt::Key_End:
        setCursor(m_axis.last);
        break;
    case Qt::Key_Escape:
        if (m_cursor < 0)
            return QWidget::keyPressEvent(event);
        setCursor(-1);
        break;
    default:
        return QWidget::keyPressEvent(event);
    }
}

void SchedulePlot::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void SchedulePlot::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    setCursor(-1);
    update();
}

} // namespace aha
