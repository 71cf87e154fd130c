#include "widgets/panels/runnamedelegate.h"

#include "widgets/models/runlistmodel.h"
#include "widgets/panels/runspanel.h"

#include <QApplication>
#include <QPainter>

namespace aha {

namespace {

constexpr int kChip = 12, kRing = 2;
constexpr int kShape = 18; // the state, behind the name

} // namespace

void RunNameDelegate::paint(QPainter* painter, const QStyleOptionViewItem& given, const QModelIndex& index) const
{
    QStyleOptionViewItem option(given);
    initStyleOption(&option, index);
    const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
    const int margin = style->pixelMetric(QStyle::PM_FocusFrameHMargin, &option, option.widget) + 1;
    const int room
        = style->subElementRect(QStyle::SE_ItemViewItemText, &option, option.widget).width() - 2 * margin - kShape;
    option.text
        = RunsPanel::fitted(option.text, index.data(RunListModel::ShortRole).toString(), option.fontMetrics, room);
    style->drawControl(QStyle::CE_ItemViewItem, &option, painter, option.widget);
    const bool ill = index.data(RunListModel::ShapeRole).toString() == QStringLiteral("✗");
    painter->save();
    painter->setFont(option.font);
    painter->setPen(option.palette.color(option.state & QStyle::State_Selected ? QPalette::HighlightedText
            : ill                                                              ? QPalette::BrightText
                                                                               : QPalette::PlaceholderText));
    painter->drawText(QRect(option.rect.right() - kShape, option.rect.top(), kShape, option.rect.height()),
        Qt::AlignCenter, index.data(RunListModel::ShapeRole).toString());
    painter->restore();
}

void RunNameDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    const auto color = index.data(Qt::DecorationRole).value<QColor>();
    if (!color.isValid())
        return;
    const double scale = option->widget ? option->widget->devicePixelRatioF() : 1;
    QPixmap chip(QSize(kChip, kChip) * scale);
    chip.setDevicePixelRatio(scale);
    chip.fill(Qt::transparent);
    QPainter painter(&chip);
    if (option->state & QStyle::State_Selected)
        painter.fillRect(0, 0, kChip, kChip, option->palette.color(QPalette::Base));
    painter.fillRect(kRing, kRing, kChip - 2 * kRing, kChip - 2 * kRing, color);
    painter.end();
    QIcon icon(chip);
    icon.addPixmap(chip, QIcon::Selected); // else the style tints it
    option->icon = icon;
    option->decorationSize = { kChip, kChip };
}

} // namespace aha
