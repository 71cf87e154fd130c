#include "widgets/panels/outcomedelegate.h"

#include "core/base/outcomes.h"
#include "widgets/models/outcomemodel.h"
#include "widgets/plots/seriescolors.h"

#include <QPainter>

#include <algorithm>

namespace aha {

namespace {

QColor mixed(const QColor& from, const QColor& to, double share)
{
    return QColor::fromRgbF(float(from.redF() + (to.redF() - from.redF()) * share),
        float(from.greenF() + (to.greenF() - from.greenF()) * share),
        float(from.blueF() + (to.blueF() - from.blueF()) * share));
}

} // namespace

void OutcomeDelegate::paintOutcome(
    QPainter* painter, const QRect& rect, const QPalette& palette, int right, int samples, bool current)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QColor base = palette.color(QPalette::Base), quiet = palette.color(QPalette::PlaceholderText);
    const QRectF cell = QRectF(rect).adjusted(1, 1, -1, -1);
    const double size = std::min(cell.width(), cell.height()) * 0.36;
    if (right == kUnjudged) {
        painter->fillRect(QRectF(cell.center().x() - size, cell.center().y() - 1, 2 * size, 2), quiet);
    } else if (right < 0) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(palette.color(QPalette::Mid));
        painter->drawEllipse(cell.center(), 1.2, 1.2);
    } else {
        const double share = double(right) / std::max(1, samples);
        const QColor ground
            = right == 0 ? base : mixed(base, seriesColor(0, base.lightness() < 128), 0.18 + 0.82 * share);
        painter->setPen(Qt::NoPen);
        painter->setBrush(ground);
        painter->drawRoundedRect(cell, 2, 2);
        QColor ink = palette.color(QPalette::Text);
        for (const QColor& other : { QColor(Qt::white), QColor(Qt::black) })
            if (contrast(other, ground) > contrast(ink, ground))
                ink = other;
        if (right == 0) {
            painter->setPen(QPen(quiet, 1));
            painter->setBrush(Qt::NoBrush);
            painter->drawEllipse(cell.center(), size, size);
        } else if (right == samples) {
            painter->setBrush(ink);
            painter->drawEllipse(cell.center(), size, size);
        } else {
            painter->setPen(ink);
            painter->drawText(cell, Qt::AlignCenter, QString::number(right));
        }
    }
    if (current) {
        painter->setPen(QPen(palette.color(QPalette::Text), 2));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(cell, 2, 2);
    }
    painter->restore();
}

void OutcomeDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QVariant right = index.data(OutcomeModel::RightRole);
    if (!right.isValid()) // a heading
        return;
    paintOutcome(painter, option.rect, option.palette, right.toInt(), index.data(OutcomeModel::SamplesRole).toInt(),
        option.state & QStyle::State_Selected);
}

QSize OutcomeDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const
{
    return { option.fontMetrics.height() + 10, option.fontMetrics.height() + 8 };
}

} // namespace aha
