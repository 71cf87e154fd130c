#pragma once
// A field of a form whose text may be longer than the field, such as a path: its middle gives way while nobody types,
// for both ends say what it is, and the whole stands in the tool tip.

#include "widgets/models/visibletext.h"

#include <QHelpEvent>
#include <QLineEdit>
#include <QPainter>
#include <QStyleOptionFrame>
#include <QToolTip>

namespace aha {

class ElidedEdit : public QLineEdit {
public:
    using QLineEdit::QLineEdit;

    /// What is seen of the text: all of it while the field has the focus.
    QString seen() const
    {
        return hasFocus() ? text() : fontMetrics().elidedText(text(), Qt::ElideMiddle, room().width());
    }

protected:
    void paintEvent(QPaintEvent* event) override
    {
        const QString shown = seen();
        if (shown == text())
            return QLineEdit::paintEvent(event);
        QStyleOptionFrame option;
        initStyleOption(&option);
        QPainter painter(this);
        style()->drawPrimitive(QStyle::PE_PanelLineEdit, &option, &painter, this);
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(room(), Qt::AlignLeft | Qt::AlignVCenter, shown);
    }
    bool event(QEvent* event) override
    {
        if (event->type() != QEvent::ToolTip || seen() == text())
            return QLineEdit::event(event);
        QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), plainToolTip(text()) + toolTip(), this);
        return true;
    }

private:
    QRect room() const
    {
        QStyleOptionFrame option;
        initStyleOption(&option);
        constexpr int kSide = 2; // as QLineEdit keeps
        return style()
            ->subElementRect(QStyle::SE_LineEditContents, &option, this)
            .marginsRemoved(textMargins())
            .adjusted(kSide, 0, -kSide, 0);
    }
};

} // namespace aha
