#include "widgets/panels/tracedelegates.h"

#include "widgets/panels/tracecolors.h"

#include <QApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

constexpr int kCell = 5, kTall = 10, kGap = 1, kSignedBar = 30, kUnderline = 3;

/// Background, selection and focus of the cell, without its text.
void paintPanel(QPainter* painter, const QStyleOptionViewItem& option)
{
    const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);
}

QColor textColor(const QStyleOptionViewItem& option)
{
    const bool selected = option.state & QStyle::State_Selected;
    return option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
}

} // namespace

StripDelegate::StripDelegate(int role, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_role(role)
{
}

QSize StripDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    return { int(std::min<qsizetype>(index.data(m_role).toList().size(), 32)) * (kCell + kGap) + 10,
        option.fontMetrics.height() + 8 };
}

void StripDelegate::paint(QPainter* painter, const QStyleOptionViewItem& given, const QModelIndex& index) const
{
    QStyleOptionViewItem option = given;
    initStyleOption(&option, index);
    paintPanel(painter, option);
    const QVariantList states = index.data(m_role).toList();
    if (states.isEmpty())
        return;
    painter->save();
    const double step = std::min<double>(kCell + kGap, (option.rect.width() - 8.0) / double(states.size())),
                 size = std::max(1.0, step - kGap);
    const double y = option.rect.center().y() - kTall / 2.0 + 0.5;
    if (option.state & QStyle::State_Selected) // the colours keep their ground
        painter->fillRect(QRectF(option.rect.x() + 1, y - 3, double(states.size()) * step + 5, kTall + 6),
            option.palette.color(QPalette::Base));
    static const char* const kinds[] = { "bad", "good", "warn", "mute" };
    for (qsizetype i = 0; i < states.size(); ++i) {
        const int state = std::clamp(states[i].toInt(), 0, 3);
        const QColor color = kindColor(QString::fromLatin1(kinds[state]), option.palette);
        const QRectF cell(option.rect.x() + 4 + double(i) * step, y, size, kTall);
        if (state == 1) {
            painter->fillRect(cell, color);
        } else if (state == 2) {
            painter->fillRect(QRectF(cell.x(), cell.center().y() - 1, cell.width(), 2), color);
        } else {
            QColor pale = color;
            pale.setAlpha(40);
            painter->fillRect(cell, pale);
            painter->setPen(QPen(color, 1, state == 3 ? Qt::DotLine : Qt::SolidLine));
            painter->drawRect(cell.adjusted(0.5, 0.5, -0.5, -0.5));
        }
    }
    painter->restore();
}

BarDelegate::BarDelegate(int role, bool isSigned, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_role(role)
    , m_signed(isSigned)
{
}

QSize BarDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QSize size = QStyledItemDelegate::sizeHint(option, index);
    return { m_signed ? size.width() + kSignedBar + 8 : std::max(size.width() + 8, 64), size.height() };
}

void BarDelegate::paint(QPainter* painter, const QStyleOptionViewItem& given, const QModelIndex& index) const
{
    QStyleOptionViewItem option = given;
    initStyleOption(&option, index);
    paintPanel(painter, option);
    painter->save();
    const double share = std::clamp(index.data(m_role).toDouble(), -1.0, 1.0);
    const bool selected = option.state & QStyle::State_Selected;
    const QRectF cell = QRectF(option.rect).adjusted(4, 4, -4, -4);
    QColor color = selected
        ? textColor(option)
        : kindColor(m_signed ? (share >= 0 ? QStringLiteral("info") : QStringLiteral("warn")) : QStringLiteral("info"),
            option.palette);
    color.setAlpha(selected ? 90 : 80);
    QRectF text = cell.adjusted(2, -4, -4, 4);
    if (m_signed) { // the number keeps clear of the bar
        const double half = kSignedBar / 2.0, middle = cell.right() - half;
        text.setRight(cell.right() - kSignedBar - 4);
        if (share != 0) { // without a bar its zero line would be a stripe that says nothing
            painter->fillRect(
                QRectF(middle + std::min(0.0, share * half), cell.y(), std::abs(share) * half, cell.height()), color);
            color.setAlpha(160);
            painter->fillRect(QRectF(middle - 0.5, cell.y(), 1, cell.height()), color);
        }
    } else { // under the number, whose digits would cross its end, on a track that shows the whole
        const QRectF track(cell.x(), option.rect.bottom() - kUnderline, cell.width(), kUnderline);
        color.setAlpha(45);
        painter->fillRect(track, color);
        color.setAlpha(220);
        painter->fillRect(QRectF(track.topLeft(), QSizeF(std::max(0.0, share) * track.width(), kUnderline)), color);
        text.setBottom(track.top());
        text.setTop(option.rect.top());
    }
    painter->setPen(textColor(option));
    painter->drawText(text, Qt::AlignRight | Qt::AlignVCenter, option.text);
    painter->restore();
}

void LineDelegate::paint(QPainter* painter, const QStyleOptionViewItem& given, const QModelIndex& index) const
{
    QStyleOptionViewItem option = given;
    initStyleOption(&option, index);
    paintPanel(painter, option);
    const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
    const int margin = style->pixelMetric(QStyle::PM_FocusFrameHMargin, &option, option.widget) + 1;
    const QRect cell = option.rect.adjusted(margin, 0, -margin, 0);
    const QFontMetrics& metrics = option.fontMetrics;
    const QString text = metrics.elidedText(option.text, option.textElideMode, cell.width());
    const int x = option.displayAlignment & Qt::AlignRight
        ? std::max(cell.left(), cell.right() + 1 - metrics.horizontalAdvance(text))
        : cell.left();
    painter->save();
    painter->setClipRect(option.rect, Qt::IntersectClip);
    painter->setFont(option.font);
    painter->setPen(textColor(option));
    painter->drawText(QPoint(x, cell.top() + (cell.height() - metrics.height()) / 2 + metrics.ascent()), text);
    painter->restore();
}

BadgeDelegate::BadgeDelegate(int kindRole, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_kindRole(kindRole)
{
}

QSize BadgeDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QString text = index.data(Qt::DisplayRole).toString();
    return { text.isEmpty()
            ? 16
            : option.fontMetrics.horizontalAdvance(text) + (index.data(m_kindRole).toString().isEmpty() ? 10 : 14),
        option.fontMetrics.height() + 8 };
}

void BadgeDelegate::paint(QPainter* painter, const QStyleOptionViewItem& given, const QModelIndex& index) const
{
    const QString kind = index.data(m_kindRole).toString();
    if (kind.isEmpty())
        return QStyledItemDelegate::paint(painter, given, index);
    QStyleOptionViewItem option = given;
    initStyleOption(&option, index);
    paintPanel(painter, option);
    if (option.text.isEmpty())
        return;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const bool selected = option.state & QStyle::State_Selected;
    const QColor color = selected ? textColor(option) : kindColor(kind, option.palette);
    QRectF box = QRectF(option.rect).adjusted(3, 3, -3, -3);
    const double width = std::min(box.width(), option.fontMetrics.horizontalAdvance(option.text) + 8.0);
    if (option.displayAlignment & Qt::AlignRight)
        box.setLeft(box.right() - width);
    else
        box.setWidth(width);
    QColor pale = color;
    pale.setAlpha(30);
    painter->setBrush(pale);
    painter->setPen(QPen(color, 1));
    painter->drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    painter->drawText(
        box, Qt::AlignCenter, option.fontMetrics.elidedText(option.text, Qt::ElideRight, int(box.width()) - 2));
    painter->restore();
}

} // namespace aha
