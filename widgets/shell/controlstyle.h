#pragma once
// Fusion with frames that can be seen: what can be ticked, chosen or typed into has an edge of edgeColor() in both
// themes, and a tick is a tick, not a colour alone.

#include <QProxyStyle>

namespace aha {

class ControlStyle : public QProxyStyle {
    Q_OBJECT
public:
    ControlStyle();

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
        const QWidget* widget = nullptr) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
        const QWidget* widget = nullptr) const override;
};

} // namespace aha
