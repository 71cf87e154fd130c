#pragma once
// A rounded ground in colours of the palette, for what belongs together.

#include <QFrame>
#include <QPainter>

namespace aha {

class Card : public QFrame {
public:
    /// `edge` NoRole: none.
    Card(QPalette::ColorRole ground, QPalette::ColorRole edge, double radius, QWidget* parent)
        : QFrame(parent)
        , m_ground(ground)
        , m_edge(edge)
        , m_radius(radius)
    {
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(m_edge == QPalette::NoRole ? QPen(Qt::NoPen) : QPen(palette().color(m_edge), 1));
        painter.setBrush(palette().brush(m_ground));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), m_radius, m_radius);
    }

private:
    const QPalette::ColorRole m_ground, m_edge;
    const double m_radius;
};

} // namespace aha
