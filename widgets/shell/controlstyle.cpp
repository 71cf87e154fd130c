#include "widgets/shell/controlstyle.h"

#include "widgets/shell/theme.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyleFactory>
#include <QStyleOption>

#include <algorithm>

namespace aha {

namespace {

bool isDark(const QPalette& palette) { return palette.color(QPalette::Window).lightness() < 128; }

QColor mixed(const QColor& a, const QColor& b, double share)
{
    const auto part = [&](int x, int y) { return int(x + share * (y - x)); };
    return QColor(part(a.red(), b.red()), part(a.green(), b.green()), part(a.blue(), b.blue()));
}

/// Of an enabled control the edge of the theme, or the colour of the focus; of a disabled one half of it.
QColor edgeOf(const QStyleOption& option)
{
    const QColor edge = edgeColor(isDark(option.palette));
    if (!(option.state & QStyle::State_Enabled))
        return mixed(edge, option.palette.color(QPalette::Window), 0.45);
    return option.state & QStyle::State_HasFocus ? option.palette.color(QPalette::Highlight) : edge;
}

void drawIndicator(const QStyleOption& option, QPainter& painter, bool round)
{
    const bool enabled = option.state & QStyle::State_Enabled, on = option.state & QStyle::State_On,
               half = option.state & QStyle::State_NoChange;
    const int side = std::min(option.rect.width(), option.rect.height());
    QRectF box(0, 0, side - 1, side - 1);
    box.moveCenter(QRectF(option.rect).center());
    QColor fill = option.palette.color(on || half ? QPalette::Highlight : QPalette::Base);
    if (!enabled)
        fill = mixed(fill, option.palette.color(QPalette::Window), 0.55);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(edgeOf(option), 1));
    painter.setBrush(option.state & QStyle::State_Sunken ? mixed(fill, edgeOf(option), 0.3) : fill);
    const double radius = round ? box.width() / 2 : 2.5;
    painter.drawRoundedRect(box, radius, radius);
    const QColor mark = mixed(
        option.palette.color(QPalette::HighlightedText), option.palette.color(QPalette::Window), enabled ? 0 : 0.35);
    const auto at = [&](double x, double y) { return box.topLeft() + QPointF(x * box.width(), y * box.height()); };
    if (half) {
        painter.fillRect(QRectF(at(0.25, 0.42), at(0.75, 0.58)), mark);
    } else if (on && round) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(mark);
        painter.drawEllipse(box.center(), 0.22 * box.width(), 0.22 * box.width());
    } else if (on) {
        QPainterPath tick(at(0.22, 0.52));
        tick.lineTo(at(0.43, 0.73));
        tick.lineTo(at(0.79, 0.28));
        painter.setPen(QPen(mark, 1.7, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.setBrush(Qt::NoBrush);
        painter.drawPath(tick);
    }
    painter.restore();
}

void drawEdge(const QStyleOption& option, QPainter& painter)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(edgeOf(option), 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), 2.5, 2.5);
    painter.restore();
}

/// A switch that is on: in a dark window the style's own shade for it cannot be told from the rest.
void drawPressed(const QStyleOption& option, QPainter& painter)
{
    QColor edge = option.palette.color(QPalette::Highlight);
    if (!(option.state & QStyle::State_Enabled))
        edge = mixed(edge, option.palette.color(QPalette::Window), 0.45);
    QColor fill = edge;
    fill.setAlpha(isDark(option.palette) ? 90 : 48);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(edge, 1.6));
    painter.setBrush(fill);
    painter.drawRoundedRect(QRectF(option.rect).adjusted(0.8, 0.8, -0.8, -0.8), 2.5, 2.5);
    painter.restore();
}

} // namespace

ControlStyle::ControlStyle()
    : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion")))
{
}

void ControlStyle::drawPrimitive(
    PrimitiveElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const
{
    switch (element) {
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
        return drawIndicator(*option, *painter, /*round=*/false);
    case PE_IndicatorRadioButton:
        return drawIndicator(*option, *painter, /*round=*/true);
    case PE_PanelButtonCommand:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
        if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
            !button || !(button->features & QStyleOptionButton::Flat))
            option->state& State_On ? drawPressed(*option, *painter) : drawEdge(*option, *painter);
        return;
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void ControlStyle::drawComplexControl(
    ComplexControl control, const QStyleOptionComplex* option, QPainter* painter, const QWidget* widget) const
{
    QProxyStyle::drawComplexControl(control, option, painter, widget);
    const auto* combo = qstyleoption_cast<const QStyleOptionComboBox*>(option);
    const auto* spin = qstyleoption_cast<const QStyleOptionSpinBox*>(option);
    if ((control == CC_ComboBox && combo && combo->frame) || (control == CC_SpinBox && spin && spin->frame))
        drawEdge(*option, *painter);
}

} // namespace aha
