#include "widgets/shell/titleicon.h"

#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>

namespace aha {

namespace {

constexpr double kFrom = 0.25, kTo = 0.75; ///< of the icon's side: what the sign takes
constexpr double kLine = 0.085;

class TitleEngine : public QIconEngine {
public:
    explicit TitleEngine(TitleSign sign)
        : m_sign(sign)
    {
    }

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        const QPalette palette = QGuiApplication::palette();
        const QRectF box(rect);
        const auto at = [&](double x, double y) { return box.topLeft() + QPointF(x * box.width(), y * box.height()); };
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(
            QPen(palette.color(mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active, QPalette::WindowText),
                kLine * box.width(), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter->setBrush(Qt::NoBrush);
        if (m_sign == TitleSign::Close) {
            painter->drawLine(at(kFrom, kFrom), at(kTo, kTo));
            painter->drawLine(at(kFrom, kTo), at(kTo, kFrom));
        } else { // a window in front of another
            const double step = 0.14;
            painter->drawRect(QRectF(at(kFrom, kFrom + step), at(kTo - step, kTo)));
            painter->drawPolyline(QPolygonF { { at(kFrom + step, kFrom + step), at(kFrom + step, kFrom), at(kTo, kFrom),
                at(kTo, kTo - step), at(kTo - step, kTo - step) } });
        }
        painter->restore();
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap made(size); // in pixels of the device: Qt asks for each ratio
        made.fill(Qt::transparent);
        QPainter painter(&made);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return made;
    }
    QIconEngine* clone() const override { return new TitleEngine(*this); }

private:
    TitleSign m_sign;
};

} // namespace

QIcon titleIcon(TitleSign sign) { return QIcon(new TitleEngine(sign)); }

} // namespace aha
