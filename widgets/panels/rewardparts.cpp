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
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void RewardPartsLegend::setNames(const QStringList& names)
{
    m_names = names;
    setAccessibleDescription(names.join(tr(", ")));
    setToolTip(plainToolTip(tr("What paid: ") + names.join(tr(", "))));
    updateGeometry();
    update();
}

int RewardPartsLegend::line() const { return fontMetrics().height() + 4; }

QSize RewardPartsLegend::sizeHint() const
{
    int width = 0;
    for (const QString& name : m_names)
        width += kSwatch + 4 + fontMetrics().horizontalAdvance(name) + kGap;
    return { width, line() };
}

QSize RewardPartsLegend::minimumSizeHint() const { return { 0, line() }; }

int RewardPartsLegend::heightForWidth(int width) const
{
    const QVector<QRect> all = places(width);
    return all.isEmpty() ? line() : all.last().bottom() + 1;
}

QVector<QRect> RewardPartsLegend::places(int width) const
{
    QVector<QRect> all;
    int x = 0, y = 0;
    for (const QString& name : m_names) {
        const int wide = kSwatch + 4 + fontMetrics().horizontalAdvance(name);
        if (x > 0 && x + wide > width) {
            x = 0;
            y += line();
        }
        all.append({ x, y, std::min(wide, std::max(width, kSwatch)), line() });
        x += wide + kGap;
    }
    return all;
}

void RewardPartsLegend::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QVector<QRect> all = places(width());
    const int above = all.isEmpty() ? 0 : std::max(0, (height() - all.last().bottom() - 1) / 2);
    for (qsizetype i = 0; i < all.size(); ++i) {
        const QRect place = all[i].translated(0, above);
        painter.fillRect(QRect(place.x(), place.y() + (place.height() - kSwatch) / 2, kSwatch, kSwatch),
            seriesColor(int(i), isDark(palette())));
        const QRect text = place.adjusted(kSwatch + 4, 0, 0, 0);
        painter.setPen(palette().color(QPalette::WindowText));
        // A width in whole pixels is up to half a pixel short of the name, which alone cuts nothing.
        const bool whole = fontMetrics().horizontalAdvance(m_names[i]) <= text.width();
        painter.drawText(text, Qt::AlignVCenter | Qt::AlignLeft | (whole ? int(Qt::TextDontClip) : 0),
            whole ? m_names[i] : fontMetrics().elidedText(m_names[i], Qt::ElideRight, text.width()));
    }
}

} // namespace aha
