#include "widgets/plots/parallelcoordinates.h"

#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

constexpr double kNear = 12, kLineNear = 6, kKeyStep = 0.05;
constexpr double kMargin = 56; // room for words beside the outer axes

double scaled(const ParallelAxis& axis, double value) { return axis.logarithmic ? std::log10(value) : value; }

QColor blend(const QColor& a, const QColor& b, double share)
{
    const auto mix = [share](int x, int y) { return int(x + share * (y - x)); };
    return { mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue()) };
}

} // namespace

ParallelCoordinates::ParallelCoordinates(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("parallelCoordinates"));
    setFocusPolicy(Qt::StrongFocus);
    setMinimumHeight(160);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    describe();
}

void ParallelCoordinates::setData(
    const QVector<ParallelAxis>& axes, const QVector<QVector<double>>& rows, const QStringList& names)
{
    bool same = axes.size() == m_axes.size(); // brushes stay while a sweep's runs go on
    for (int a = 0; same && a < axes.size(); ++a)
        same = axes[a].name == m_axes[a].name && axes[a].categories == m_axes[a].categories;
    m_axes = axes;
    m_rows = rows;
    m_names = names;
    m_picked = m_picked < rows.size() ? m_picked : -1;
    m_ranges.clear();
    for (int a = 0; a < axes.size(); ++a) {
        double low = INFINITY, high = -INFINITY;
        for (const QVector<double>& row : rows)
            if (const double value = scaled(axes[a], row.value(a, std::nan(""))); std::isfinite(value)) {
                low = std::min(low, value);
                high = std::max(high, value);
            }
        if (!axes[a].categories.isEmpty()) {
            low = 0;
            high = std::max<double>(1, double(axes[a].categories.size() - 1));
        }
        if (!(low <= high))
            low = 0, high = 1;
        if (low == high) {
            const double around = low == 0 ? 1 : std::abs(low) * 0.1;
            low -= around;
            high += around;
        }
        m_ranges.append({ low, high });
    }
    if (!same) {
        m_brushes = QVector<std::optional<std::pair<double, double>>>(axes.size());
        m_axis = 0;
    }
    describe();
    update();
}

void ParallelCoordinates::describe()
{
    int in = 0;
    for (int row = 0; row < m_rows.size(); ++row)
        in += inside(row);
    const auto without = std::count_if(m_rows.begin(), m_rows.end(),
        [&](const QVector<double>& row) { return !std::isfinite(row.value(m_axes.size() - 1, 0)); });
    setAccessibleName(tr("Parallel coordinates of %1 runs over %2 axes").arg(m_rows.size()).arg(m_axes.size())
        + (without > 0 ? tr("; %1 end before the last axis, having no value there").arg(without) : QString()));
    setAccessibleDescription(
        (in == 1 ? tr("%1 run within the brushes. Axis %2.%3") : tr("%1 runs within the brushes. Axis %2.%3"))
            .arg(in)
            .arg(m_axes.value(m_axis).name)
            .arg(m_picked >= 0 ? tr(" Picked: ") + m_names.value(m_picked) : QString()));
}

QRectF ParallelCoordinates::area() const
{
    const double line = fontMetrics().lineSpacing();
    return QRectF(rect()).adjusted(kMargin, 2 * line + 10, -kMargin, -line - 8);
}

double ParallelCoordinates::axisX(int axis) const
{
    const QRectF plot = area();
    return m_axes.size() < 2 ? plot.center().x() : plot.left() + plot.width() * axis / double(m_axes.size() - 1);
}

double ParallelCoordinates::share(int axis, double value) const
{
    const auto [low, high] = m_ranges[axis];
    return (scaled(m_axes[axis], value) - low) / (high - low);
}

QPointF ParallelCoordinates::pointOf(int row, int axis) const
{
    const QRectF plot = area();
    return { axisX(axis), plot.bottom() - plot.height() * share(axis, m_rows[row].value(axis, std::nan(""))) };
}

QString ParallelCoordinates::valueText(int axis, double share) const
{
    const auto [low, high] = m_ranges[axis];
    const ParallelAxis& a = m_axes[axis];
    const double value = low + share * (high - low);
    if (!a.categories.isEmpty())
        return a.categories.value(int(std::lround(value)));
    const double shown = a.logarithmic ? std::pow(10, value) : value;
    return a.percent ? QStringLiteral("%1 %").arg(100 * shown, 0, 'f', 1) : shortNumber(shown, 3);
}

bool ParallelCoordinates::inside(int row) const
{
    for (int a = 0; a < m_axes.size(); ++a)
        if (const auto& brush = m_brushes.value(a)) {
            const double at = share(a, m_rows[row].value(a, std::nan("")));
            if (!(at >= brush->first - 1e-9 && at <= brush->second + 1e-9)) // NaN is outside
                return false;
        }
    return true;
}

void ParallelCoordinates::setBrush(int axis, std::optional<std::pair<double, double>> brush)
{
    if (axis < 0 || axis >= m_brushes.size() || m_brushes[axis] == brush)
        return;
    m_brushes[axis] = brush;
    describe();
    update();
    Q_EMIT brushed();
}

void ParallelCoordinates::setPicked(int row)
{
    if (row == m_picked || row >= m_rows.size())
        return;
    m_picked = row;
    describe();
    update();
}

double ParallelCoordinates::boldness(int row) const
{
    const int last = int(m_axes.size()) - 1;
    const double at = share(last, m_rows[row].value(last, std::nan("")));
    return !std::isfinite(at) ? 0 : m_axes[last].lower ? 1 - at : at;
}

void ParallelCoordinates::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_axes.isEmpty() || m_rows.isEmpty())
        return;
    const QRectF plot = area();
    const QColor text = palette().color(QPalette::Text), quiet = palette().color(QPalette::Mid),
                 strong = palette().color(QPalette::Highlight), base = palette().color(QPalette::Window);
    const int last = int(m_axes.size()) - 1;
    const auto drawRow = [&](int row, const QPen& pen) {
        painter.setPen(pen);
        QPainterPath path;
        bool started = false;
        for (int a = 0; a < m_axes.size(); ++a) {
            const QPointF at = pointOf(row, a);
            if (!std::isfinite(at.y())) {
                started = false;
                continue;
            }
            if (started)
                path.lineTo(at);
            else
                path.moveTo(at);
            started = true;
        }
        painter.drawPath(path);
    };
    painter.setBrush(Qt::NoBrush);
    QColor faded = blend(base, quiet, 0.55);
    for (int row = 0; row < m_rows.size(); ++row)
        if (!inside(row))
            drawRow(row, QPen(faded, 1));
    for (int row = 0; row < m_rows.size(); ++row)
        if (inside(row) && row != m_picked) {
            const double weight = boldness(row); // better is bolder, not only more coloured
            drawRow(row, QPen(blend(blend(base, text, 0.35), strong, weight), 1 + 1.4 * weight));
        }
    if (m_picked >= 0 && m_picked < m_rows.size())
        drawRow(m_picked, QPen(text, 3));
    const double height = fontMetrics().height();
    for (int a = 0; a < m_axes.size(); ++a) {
        const double x = axisX(a);
        const bool current = hasFocus() && a == m_axis;
        painter.setPen(QPen(current ? strong : quiet, current ? 2 : 1));
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
        if (const auto& brush = m_brushes[a]) {
            const QRectF box(x - 7, plot.bottom() - plot.height() * brush->second, 14,
                std::max(2.0, plot.height() * (brush->second - brush->first)));
            QColor fill = strong;
            fill.setAlpha(70);
            painter.fillRect(box, fill);
            painter.setPen(QPen(strong, 1));
            painter.drawRect(box);
        }
        const double room = m_axes.size() < 2 ? width() : std::max(40.0, plot.width() / double(last) - 8);
        painter.setPen(text);
        const auto words = [&](double y, const QString& word, double least = 0) {
            const double most = std::max(least, a == 0 || a == last ? 2 * kMargin - 6 : std::min(room, 150.0));
            const QString shown = fontMetrics().elidedText(word, Qt::ElideMiddle, int(most));
            const double w = fontMetrics().horizontalAdvance(shown);
            painter.drawText(QPointF(std::clamp(x - w / 2, 2.0, std::max(2.0, width() - w - 2)), y), shown);
        };
        // The figure's name says what was read of it: it has half of the way to the axis before.
        words(fontMetrics().ascent() + 2, m_axes[a].name, a == last ? std::min(kMargin + room / 2, 360.0) : 0);
        painter.setPen(palette().color(QPalette::PlaceholderText));
        words(plot.top() - 5, valueText(a, 1));
        words(plot.bottom() + height, valueText(a, 0));
        const auto& categories = m_axes[a].categories;
        for (int c = 1; c + 1 < categories.size(); ++c) {
            const double y = plot.bottom() - plot.height() * c / double(categories.size() - 1);
            const QString word = fontMetrics().elidedText(categories[c], Qt::ElideRight, int(room / 2));
            QColor ground = base; // the lines run through here
            ground.setAlpha(200);
            painter.fillRect(QRectF(x + 4, y - height / 2, fontMetrics().horizontalAdvance(word) + 4, height), ground);
            painter.drawText(QPointF(x + 6, y + fontMetrics().ascent() / 2.0 - 1), word);
        }
    }
}

int ParallelCoordinates::axisAt(double x) const
{
    for (int a = 0; a < m_axes.size(); ++a)
        if (std::abs(axisX(a) - x) <= kNear)
            return a;
    return -1;
}

int ParallelCoordinates::rowAt(const QPointF& at) const
{
    int best = -1;
    double nearest = kLineNear;
    for (int row = 0; row < m_rows.size(); ++row)
        for (int a = 0; inside(row) && a + 1 < m_axes.size(); ++a) {
            const QPointF from = pointOf(row, a), to = pointOf(row, a + 1);
            if (!(at.x() >= from.x() && at.x() <= to.x()) || to.x() <= from.x())
                continue;
            const double y = from.y() + (to.y() - from.y()) * (at.x() - from.x()) / (to.x() - from.x());
            if (std::abs(y - at.y()) < nearest) {
                nearest = std::abs(y - at.y());
                best = row;
            }
        }
    return best;
}

void ParallelCoordinates::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || m_axes.isEmpty())
        return;
    const QRectF plot = area();
    m_dragged = axisAt(event->position().x());
    if (m_dragged >= 0) {
        m_axis = m_dragged;
        m_from = std::clamp((plot.bottom() - event->position().y()) / plot.height(), 0.0, 1.0);
        setBrush(m_dragged, std::nullopt);
    } else if (const int row = rowAt(event->position()); row >= 0) {
        setPicked(row);
        Q_EMIT rowPicked(row);
    }
    update();
}

void ParallelCoordinates::mouseMoveEvent(QMouseEvent* event)
{
    if (m_dragged < 0)
        return;
    const QRectF plot = area();
    const double to = std::clamp((plot.bottom() - event->position().y()) / plot.height(), 0.0, 1.0);
    if (std::abs(to - m_from) * plot.height() > 3)
        setBrush(m_dragged, std::pair(std::min(m_from, to), std::max(m_from, to)));
}

void ParallelCoordinates::mouseReleaseEvent(QMouseEvent*) { m_dragged = -1; }

void ParallelCoordinates::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (axisAt(event->position().x()) < 0)
        if (const int row = rowAt(event->position()); row >= 0)
            Q_EMIT rowOpened(row);
}

void ParallelCoordinates::keyPressEvent(QKeyEvent* event)
{
    const auto moveBrush = [this, event](double by) {
        auto [low, high] = m_brushes.value(m_axis).value_or(std::pair(0.5, 1.0));
        if (!m_brushes.value(m_axis)) {
            by = 0;
        } else if (event->modifiers() & Qt::ShiftModifier) {
            high = std::clamp(high + by, low, 1.0);
            by = 0;
        }
        by = std::clamp(by, -low, 1 - high);
        setBrush(m_axis, std::pair(low + by, high + by));
    };
    const auto walk = [this](int by) {
        for (int i = 1, row = m_picked; i <= m_rows.size(); ++i) {
            row = ((row < 0 && by < 0 ? 0 : row) + by + int(m_rows.size())) % int(m_rows.size());
            if (inside(row)) {
                setPicked(row);
                Q_EMIT rowPicked(row);
                return;
            }
        }
    };
    if (m_axes.isEmpty())
        return QWidget::keyPressEvent(event);
    switch (event->key()) {
    case Qt::Key_Left:
        m_axis = std::max(0, m_axis - 1);
        break;
    case Qt::Key_Right:
        m_axis = std::min(int(m_axes.size()) - 1, m_axis + 1);
        break;
    case Qt::Key_Up:
        moveBrush(kKeyStep);
        break;
    case Qt::Key_Down:
        moveBrush(-kKeyStep);
        break;
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        setBrush(m_axis, std::nullopt);
        break;
    case Qt::Key_Escape:
        for (int a = 0; a < m_axes.size(); ++a)
            setBrush(a, std::nullopt);
        break;
    case Qt::Key_PageUp:
        walk(-1);
        break;
    case Qt::Key_PageDown:
        walk(1);
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_picked >= 0)
            Q_EMIT rowOpened(m_picked);
        break;
    default:
        return QWidget::keyPressEvent(event);
    }
    describe();
    update();
}

} // namespace aha
