#pragma once
// The window's look as code, from the palette alone: another theme is another palette, and the window is recoloured at
// once. (A style sheet of the application gives every widget a style of its own: with 5,000 of them a change of theme
// took three seconds, and opening the window one second more.)

#include <QProxyStyle>

class QLabel;

namespace aha {

/// Fusion with frames that can be seen: what can be ticked, chosen or typed into has an edge of edgeColor() in both
/// themes, and a tick is a tick, not a colour alone. Tabs, headers and groups are flat. A widget's property "role" says
/// what it is for: of labels "error", "hint", "heading" and "title"; of tab bars "second" (tabs below tabs); of tool
/// buttons "dots" (its text says that it has a menu). After a change of role the widget is polished again.
class ControlStyle : public QProxyStyle {
    Q_OBJECT
public:
    ControlStyle();

    using QProxyStyle::polish;
    void polish(QWidget* widget) override;
    bool eventFilter(QObject* object, QEvent* event) override;

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
        const QWidget* widget = nullptr) const override;
    void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
        const QWidget* widget = nullptr) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
        const QWidget* widget = nullptr) const override;
    QRect subElementRect(
        SubElement element, const QStyleOption* option, const QWidget* widget = nullptr) const override;
    QRect subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl part,
        const QWidget* widget = nullptr) const override;
    QSize sizeFromContents(
        ContentsType type, const QStyleOption* option, const QSize& contents, const QWidget* widget) const override;
    int pixelMetric(
        PixelMetric metric, const QStyleOption* option = nullptr, const QWidget* widget = nullptr) const override;
    int styleHint(StyleHint hint, const QStyleOption* option = nullptr, const QWidget* widget = nullptr,
        QStyleHintReturn* more = nullptr) const override;
    QIcon standardIcon(
        StandardPixmap icon, const QStyleOption* option = nullptr, const QWidget* widget = nullptr) const override;
};

} // namespace aha
