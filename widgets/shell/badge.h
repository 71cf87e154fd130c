#pragma once
// A word on a coloured ground: what a run is doing.

#include "widgets/shell/theme.h"

#include <QLabel>
#include <QPainter>

namespace aha {

class Badge : public QLabel {
public:
    explicit Badge(QWidget* parent = nullptr)
        : QLabel(parent)
    {
        setContentsMargins(10, 2, 10, 2);
        QFont bold = font();
        bold.setWeight(QFont::DemiBold);
        setFont(bold);
    }
    void setTone(BadgeTone tone)
    {
        m_tone = tone;
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const BadgeColors colors = badgeColors(m_tone, palette().color(QPalette::Base).lightness() < 128);
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colors.background);
        const double radius = std::min(9.0, height() / 2.0);
        painter.drawRoundedRect(QRectF(rect()), radius, radius);
        painter.setPen(colors.text);
        painter.drawText(rect(), Qt::AlignCenter, text());
    }

private:
    BadgeTone m_tone = BadgeTone::Quiet;
};

} // namespace aha
