#pragma once
// A line of plain text with "…" where it does not fit: at its end, or in the middle where both ends count.

#include <QLabel>
#include <QPainter>

namespace aha {

class ElidedLabel : public QLabel {
public:
    using QLabel::QLabel;
    void setElide(Qt::TextElideMode elide) { m_elide = elide; }
    QSize minimumSizeHint() const override { return { 0, QLabel::minimumSizeHint().height() }; }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setPen(palette().color(foregroundRole()));
        // A width in whole pixels is up to half a pixel short of the text, which alone cuts nothing.
        const bool whole = fontMetrics().horizontalAdvance(text()) <= width();
        painter.drawText(rect(), int(alignment()), whole ? text() : fontMetrics().elidedText(text(), m_elide, width()));
    }

private:
    Qt::TextElideMode m_elide = Qt::ElideRight;
};

} // namespace aha
