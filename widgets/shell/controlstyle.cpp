#include "widgets/shell/controlstyle.h"

#include "widgets/shell/theme.h"
#include "widgets/shell/titleicon.h"

#include <QAbstractScrollArea>
#include <QDockWidget>
#include <QEvent>
#include <QGroupBox>
#include <QLabel>
#include <QPainter>
#include <QPainterPath>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStyleFactory>
#include <QStyleOption>
#include <QTabBar>

#include <algorithm>

namespace aha {

namespace {

constexpr int kFieldSide = 6, kFieldTop = 2, kFieldText = 18; ///< room around and for the text of a field
constexpr int kButtonSide = 12, kButtonTop = 3;
constexpr int kTabSide = 14, kTabTop = 6, kSecondTabSide = 12, kSecondTabTop = 3, kTabLine = 2;
constexpr int kHeaderSide = 4, kHeaderTop = 4;
constexpr int kGroupTop = 18, kGroupSide = 4; ///< a group's title stands above its frame
constexpr int kTipSide = 4;
constexpr int kSplitter = 8; ///< two of them dots, so that these touch no text
constexpr int kArrowRoom = 16; ///< of a button that opens a menu
constexpr int kTitlePixels = 15;

QString roleOf(const QWidget* widget) { return widget ? widget->property("role").toString() : QString(); }

QFont strong(QFont font)
{
    font.setWeight(QFont::DemiBold);
    return font;
}

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

/// A list, a table or a drawing: quieter than a field, and seen in both themes.
void drawViewFrame(const QStyleOption& option, QPainter& painter)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(mixed(edgeColor(isDark(option.palette)), option.palette.color(QPalette::Window), 0.55), 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), 2.5, 2.5);
    painter.restore();
}

/// Words and a menu: the arrow has a place of its own. Qt puts it into the corner, on the words.
bool opensMenu(const QStyleOptionToolButton& tool)
{
    return (tool.features & QStyleOptionToolButton::HasMenu)
        && !(tool.features & QStyleOptionToolButton::MenuButtonPopup) && !tool.text.isEmpty()
        && tool.toolButtonStyle == Qt::ToolButtonTextOnly;
}

/// What its role makes of a label; the colour comes from the palette of the moment.
void wear(QLabel& label)
{
    const QString role = roleOf(&label);
    const QPalette::ColorRole color = role == QLatin1String("error") ? QPalette::BrightText
        : role == QLatin1String("hint")                              ? QPalette::PlaceholderText
                                                                     : QPalette::NoRole;
    if (color != QPalette::NoRole || label.foregroundRole() == QPalette::BrightText
        || label.foregroundRole() == QPalette::PlaceholderText)
        label.setForegroundRole(color);
    if (role != QLatin1String("heading") && role != QLatin1String("title"))
        return;
    QFont font = strong(label.font());
    if (role == QLatin1String("title"))
        font.setPixelSize(kTitlePixels);
    label.setFont(font);
}

/// The frame around a field or a text.
void drawField(const QStyleOption& option, QPainter& painter)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(edgeOf(option), 1));
    painter.setBrush(option.palette.brush(QPalette::Base));
    painter.drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), 2.5, 2.5);
    painter.restore();
}

void drawTab(const QStyleOptionTab& tab, QPainter& painter)
{
    const bool on = tab.state & QStyle::State_Selected;
    if (on && tab.state & QStyle::State_HasFocus)
        painter.fillRect(tab.rect, tab.palette.brush(QPalette::Midlight));
    if (on || (tab.state & QStyle::State_MouseOver && tab.state & QStyle::State_Enabled))
        painter.fillRect(QRect(tab.rect.left(), tab.rect.bottom() - kTabLine + 1, tab.rect.width(), kTabLine),
            tab.palette.brush(on ? QPalette::Highlight : QPalette::Mid));
}

/// The handle is what stands out, in a light window, too; the groove is the window itself.
void drawScroll(const QStyleOptionSlider& bar, const QRect& groove, const QRect& handle, QPainter& painter)
{
    const bool held = bar.activeSubControls & QStyle::SC_ScrollBarSlider
        && bar.state & (QStyle::State_Sunken | QStyle::State_MouseOver);
    painter.fillRect(groove, bar.palette.brush(QPalette::Window));
    if (!(bar.state & QStyle::State_Enabled) || bar.minimum == bar.maximum)
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    QColor color = bar.palette.color(QPalette::WindowText);
    color.setAlphaF(held ? 0.55F : 0.32F);
    painter.setBrush(color);
    const QRectF inner = bar.orientation == Qt::Horizontal ? QRectF(handle).adjusted(1, 4, -1, -4)
                                                           : QRectF(handle).adjusted(4, 1, -4, -1);
    const double radius = std::min(inner.width(), inner.height()) / 2;
    painter.drawRoundedRect(inner, radius, radius);
    painter.restore();
}

void drawGroup(const QRect& frame, const QStyleOption& option, QPainter& painter)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(option.palette.color(QPalette::Mid), 1));
    painter.setBrush(option.palette.brush(QPalette::Base));
    painter.drawRoundedRect(QRectF(frame).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
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

void ControlStyle::polish(QWidget* widget)
{
    QProxyStyle::polish(widget);
    if (auto* label = qobject_cast<QLabel*>(widget))
        wear(*label);
    else if (qobject_cast<QPlainTextEdit*>(widget))
        widget->installEventFilter(this); // its frame says who has the focus
    else if (qobject_cast<QTabBar*>(widget))
        widget->setAttribute(Qt::WA_Hover);
}

bool ControlStyle::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        if (auto* widget = qobject_cast<QWidget*>(object))
            widget->update();
    return QProxyStyle::eventFilter(object, event);
}

void ControlStyle::drawPrimitive(
    PrimitiveElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const
{
    switch (element) {
    case PE_IndicatorHeaderArrow: // Qt's arrow points at the larger value; elsewhere it points the way the values go
        if (const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option)) {
            QStyleOptionHeader turned(*header);
            if (turned.sortIndicator != QStyleOptionHeader::None)
                turned.sortIndicator = turned.sortIndicator == QStyleOptionHeader::SortUp ? QStyleOptionHeader::SortDown
                                                                                          : QStyleOptionHeader::SortUp;
            return QProxyStyle::drawPrimitive(element, &turned, painter, widget);
        }
        break;
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
        return drawIndicator(*option, *painter, /*round=*/false);
    case PE_IndicatorRadioButton:
        return drawIndicator(*option, *painter, /*round=*/true);
    case PE_PanelLineEdit:
        if (const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option); frame && frame->lineWidth > 0)
            return drawField(*option, *painter);
        break;
    case PE_Frame:
        if (qobject_cast<const QPlainTextEdit*>(widget))
            return drawField(*option, *painter);
        if (qobject_cast<const QAbstractScrollArea*>(widget))
            return drawViewFrame(*option, *painter);
        break;
    case PE_FrameFocusRect:
        if (qobject_cast<const QTabBar*>(widget)) // its ground says so
            return;
        break;
    case PE_PanelTipLabel:
        painter->fillRect(option->rect, option->palette.brush(QPalette::ToolTipBase));
        painter->setPen(option->palette.color(QPalette::Mid));
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        return;
    case PE_PanelMenu: // the popup of a combo box, too
    case PE_FrameMenu: // Fusion's edge is darker than the window, which a dark one does not show
        QProxyStyle::drawPrimitive(element, option, painter, widget);
        painter->save();
        painter->setPen(edgeColor(isDark(option->palette)));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        painter->restore();
        return;
    case PE_PanelButtonCommand:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
        if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
            !button || !(button->features & QStyleOptionButton::Flat))
            option->state& State_On ? drawPressed(*option, *painter) : drawEdge(*option, *painter);
        return;
    default:
        break;
    }
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

void ControlStyle::drawControl(
    ControlElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const
{
    switch (element) {
    case CE_HeaderSection:
    case CE_HeaderEmptyArea:
        painter->fillRect(option->rect, option->palette.brush(QPalette::Window));
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1),
            option->palette.brush(QPalette::Mid));
        return;
    case CE_HeaderLabel:
        painter->save();
        painter->setFont(strong(painter->font()));
        QProxyStyle::drawControl(element, option, painter, widget);
        painter->restore();
        return;
    case CE_TabBarTabShape:
        if (const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(option);
            tab && tab->shape == QTabBar::RoundedNorth)
            return drawTab(*tab, *painter);
        break;
    default:
        break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void ControlStyle::drawComplexControl(
    ComplexControl control, const QStyleOptionComplex* option, QPainter* painter, const QWidget* widget) const
{
    if (const auto* group = qstyleoption_cast<const QStyleOptionGroupBox*>(option); group && control == CC_GroupBox) {
        if (group->subControls & SC_GroupBoxFrame)
            drawGroup(subControlRect(control, option, SC_GroupBoxFrame, widget), *option, *painter);
        if (group->subControls & SC_GroupBoxLabel) {
            painter->save();
            painter->setFont(strong(painter->font()));
            drawItemText(painter, subControlRect(control, option, SC_GroupBoxLabel, widget),
                Qt::AlignLeft | Qt::AlignVCenter | Qt::TextShowMnemonic, group->palette, group->state & State_Enabled,
                group->text, QPalette::WindowText);
            painter->restore();
        }
        return;
    }
    if (const auto* tool = qstyleoption_cast<const QStyleOptionToolButton*>(option);
        tool && control == CC_ToolButton && roleOf(widget) == QLatin1String("dots")) {
        QStyleOptionToolButton plain(*tool);
        plain.features &= ~QStyleOptionToolButton::HasMenu;
        return QProxyStyle::drawComplexControl(control, &plain, painter, widget);
    }
    if (const auto* tool = qstyleoption_cast<const QStyleOptionToolButton*>(option);
        tool && control == CC_ToolButton && opensMenu(*tool)) {
        QStyleOptionToolButton panel(*tool);
        panel.features &= ~QStyleOptionToolButton::HasMenu;
        panel.text.clear();
        QProxyStyle::drawComplexControl(control, &panel, painter, widget);
        QStyleOptionToolButton words(*tool);
        words.features &= ~QStyleOptionToolButton::HasMenu;
        words.rect.setRight(words.rect.right() - kArrowRoom + 4);
        drawControl(CE_ToolButtonLabel, &words, painter, widget);
        QStyleOption arrow(*tool);
        arrow.rect = QRect(tool->rect.right() - kArrowRoom, tool->rect.top() + 1, kArrowRoom - 4, tool->rect.height());
        return drawPrimitive(PE_IndicatorArrowDown, &arrow, painter, widget);
    }
    if (const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option); bar && control == CC_ScrollBar) {
        QStyleOptionSlider plain(*bar);
        plain.subControls &= ~(SC_ScrollBarSlider | SC_ScrollBarGroove);
        QProxyStyle::drawComplexControl(control, &plain, painter, widget);
        drawScroll(*bar, subControlRect(control, option, SC_ScrollBarGroove, widget),
            subControlRect(control, option, SC_ScrollBarSlider, widget), *painter);
        return;
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
    const auto* combo = qstyleoption_cast<const QStyleOptionComboBox*>(option);
    const auto* spin = qstyleoption_cast<const QStyleOptionSpinBox*>(option);
    if ((control == CC_ComboBox && combo && combo->frame) || (control == CC_SpinBox && spin && spin->frame))
        drawEdge(*option, *painter);
}

QRect ControlStyle::subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const
{
    const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
    if (element == SE_LineEditContents && frame && frame->lineWidth > 0)
        return option->rect.adjusted(kFieldSide + 1, kFieldTop + 1, -kFieldSide - 1, -kFieldTop - 1);
    return QProxyStyle::subElementRect(element, option, widget);
}

QRect ControlStyle::subControlRect(
    ComplexControl control, const QStyleOptionComplex* option, SubControl part, const QWidget* widget) const
{
    if (control == CC_GroupBox) {
        const QRect frame = option->rect.adjusted(0, kGroupTop, 0, 0);
        if (part == SC_GroupBoxFrame)
            return frame;
        if (part == SC_GroupBoxContents)
            return frame.adjusted(kGroupSide + 1, 2, -kGroupSide - 1, -2);
        if (part == SC_GroupBoxLabel)
            return QRect(12, 0, option->rect.width() - 16, kGroupTop);
    }
    return QProxyStyle::subControlRect(control, option, part, widget);
}

QSize ControlStyle::sizeFromContents(
    ContentsType type, const QStyleOption* option, const QSize& contents, const QWidget* widget) const
{
    QSize size = QProxyStyle::sizeFromContents(type, option, contents, widget);
    constexpr int kField = kFieldText + 2 * kFieldTop + 2;
    switch (type) {
    case CT_LineEdit:
        if (const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option); frame && frame->lineWidth > 0)
            size = QSize(contents.width() + 2 * kFieldSide + 2, std::max(kFieldText, contents.height()) + 6);
        break;
    case CT_ComboBox:
        size = QSize(size.width() + 2, std::max(size.height(), kField));
        break;
    case CT_SpinBox:
        size = QSize(size.width() + 2 * kFieldSide, std::max(size.height(), kField));
        break;
    case CT_PushButton:
        size = QSize(
            contents.width() + 2 * kButtonSide + 2, std::max(kFieldText, contents.height()) + 2 * kButtonTop + 2);
        break;
    case CT_ToolButton:
        if (const auto* tool = qstyleoption_cast<const QStyleOptionToolButton*>(option);
            tool && opensMenu(*tool) && roleOf(widget) != QLatin1String("dots")) {
            size.rwidth() += kArrowRoom - 4;
            if (!(tool->state & State_AutoRaise))
                size = QSize(size.width() + kButtonTop, std::max(kFieldText, contents.height()) + 2 * kButtonTop + 2);
        }
        break;
    case CT_HeaderSection:
        size = QSize(size.width() + 2, option->fontMetrics.height() + 2 * kHeaderTop + 5);
        break;
    default:
        break;
    }
    return size;
}

int ControlStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const
{
    const bool second = roleOf(widget) == QLatin1String("second");
    switch (metric) {
    case PM_TabBarTabHSpace:
        return 2 * (second ? kSecondTabSide : kTabSide);
    case PM_TabBarTabVSpace:
        return 2 * (second ? kSecondTabTop : kTabTop) + kTabLine;
    case PM_TabBarTabOverlap:
    case PM_TabBarTabShiftHorizontal:
    case PM_TabBarTabShiftVertical:
        return 0;
    case PM_SplitterWidth:
        return kSplitter;
    case PM_HeaderMargin:
        return kHeaderSide;
    case PM_MenuPanelWidth:
        return std::max(1, QProxyStyle::pixelMetric(metric, option, widget)); // no item covers the edge
    case PM_ToolTipLabelFrameWidth:
        return kTipSide + 1;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int ControlStyle::styleHint(
    StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* more) const
{
    if (hint == SH_Table_GridLineColor && option)
        return int(option->palette.color(QPalette::Midlight).rgba());
    return QProxyStyle::styleHint(hint, option, widget, more);
}

QIcon ControlStyle::standardIcon(StandardPixmap icon, const QStyleOption* option, const QWidget* widget) const
{
    if (qobject_cast<const QDockWidget*>(widget)) {
        if (icon == SP_TitleBarNormalButton)
            return titleIcon(TitleSign::Float);
        if (icon == SP_TitleBarCloseButton || icon == SP_DockWidgetCloseButton)
            return titleIcon(TitleSign::Close);
    }
    return QProxyStyle::standardIcon(icon, option, widget);
}

} // namespace aha
