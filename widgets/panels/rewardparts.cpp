#include "widgets/panels/rewardparts.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/tracecolors.h"
#include "widgets/plots/seriescolors.h"

#include <QApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

constexpr int kBarWidth = 116, kSwatch = 9, kGap = 12, kLetterRoom = 11;

} // namespace

RewardPartsDelegate::RewardPartsDelegate(int partsRole, int scaleRole, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_partsRole(partsRole)
    , m_scaleRole(scaleRole)
{
}

QSize RewardPartsDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const
{
    return { kBarWidth, option.fontMetrics.height() + 8 };
}

void RewardPartsDelegate::paint(QPainter* painter, const QStyleOptionViewItem& given, const QModelIndex& index) const
{
    QStyleOptionViewItem option = given;
    initStyleOption(&option, index);
    const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);
    const QVariantList parts = index.data(m_partsRole).toList();
    const double scale = std::max(1e-9, index.data(m_scaleRole).toDouble());
    const bool dark = isDark(option.palette);
    painter->save();
    const QRectF cell = QRectF(option.rect).adjusted(4, 5, -4, -5);
    const double zero = m_losses ? cell.center().x() : cell.x(), room = m_losses ? cell.width() / 2 : cell.width();
    double up = zero, down = zero;
    QFont letter = option.font;
    letter.setPixelSize(std::max(8, int(cell.height()) - 3));
    letter.setBold(true);
    painter->setFont(letter);
    for (qsizetype i = 0; i < parts.size(); ++i) {
        const double value = parts[i].toDouble(), width = std::abs(value) / scale * room;
        if (!std::isfinite(width) || width < 0.5)
            continue;
        const QRectF box(value > 0 ? up : down - width, cell.y(), width, cell.height());
        (value > 0 ? up : down) += value > 0 ? width : -width;
        const QColor color = seriesColor(int(i), dark);
        painter->fillRect(box.adjusted(0, 0, width > 2 ? -1 : 0, 0), color);
        if (option.state & QStyle::State_Selected) { // a part may have the colour of the selection
            painter->setPen(option.palette.color(QPalette::HighlightedText));
            painter->drawRect(box.adjusted(0.5, 0.5, width > 2 ? -1.5 : -0.5, -0.5));
        }
        if (width >= kLetterRoom && i < m_names.size()) {
            painter->setPen(contrast(color, Qt::white) > contrast(color, Qt::black) ? Qt::white : Qt::black);
            painter->drawText(box, Qt::AlignCenter, m_names[i].left(1));
        }
    }
    painter->fillRect(QRectF(zero - 0.5, cell.y() - 2, 1, cell.height() + 4), option.palette.color(QPalette::Mid));
    painter->restore();
}

RewardPartsLegend::RewardPartsLegend(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("rewardPartsLegend"));
    setAccessibleName(tr("Colours of the reward parts"));
}

void RewardPartsLegend::setNames(const QStringList& names)
{
    m_names = names;
    setAccessibleDescription(names.join(QStringLiteral(", ")));
    setToolTip(plainToolTip(tr("What paid: ") + names.join(QStringLiteral(", "))));
    updateGeometry();
    update();
}

QSize RewardPartsLegend::sizeHint() const
{
    int width = 0;
    for (const QString& name : m_names)
        width += kSwatch + 4 + fontMetrics().horizontalAdvance(name) + kGap;
    return { width, fontMetrics().height() + 4 };
}

QSize RewardPartsLegend::minimumSizeHint() const { return { 0, fontMetrics().height() + 4 }; }

void RewardPartsLegend::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    int x = 0;
    for (qsizetype i = 0; i < m_names.size() && x < width(); ++i) {
        painter.fillRect(QRect(x, (height() - kSwatch) / 2, kSwatch, kSwatch), seriesColor(int(i), isDark(palette())));
        x += kSwatch + 4;
        const QString name = fontMetrics().elidedText(m_names[i], Qt::ElideRight, std::max(0, width() - x));
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(QRect(x, 0, width() - x, height()), Qt::AlignVCenter | Qt::AlignLeft, name);
        x += fontMetrics().horizontalAdvance(name) + kGap;
    }
}

} // namespace aha
