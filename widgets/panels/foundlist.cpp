#include "widgets/panels/foundlist.h"

#include "widgets/language/translation.h"
#include "widgets/models/foundmodel.h"

#include <QApplication>
#include <QPainter>
#include <QStyledItemDelegate>

#include <algorithm>

namespace aha {

namespace {

constexpr int kRows = 6, kMargin = 6;

/// The hits stand below each other, and bold.
class FoundDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override
    {
        return { 100, option.fontMetrics.lineSpacing() + 6 };
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        QStyleOptionViewItem item = option;
        initStyleOption(&item, index);
        item.text.clear();
        QApplication::style()->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);
        const bool selected = option.state & QStyle::State_Selected;
        const QPalette& palette = option.palette;
        const QColor strong = palette.color(selected ? QPalette::HighlightedText : QPalette::Text),
                     faint = selected ? strong : palette.color(QPalette::PlaceholderText);
        QFont bold = option.font;
        bold.setBold(true);
        const QFontMetrics plain(option.font), fat(bold);
        const QRect room = option.rect.adjusted(kMargin, 0, -kMargin, 0);
        const QString hit = index.data(FoundModel::HitRole).toString();
        const int beforeWidth = room.width() / 3, hitWidth = std::min(fat.horizontalAdvance(hit), room.width() / 2);
        painter->save();
        painter->setFont(option.font);
        painter->setPen(faint);
        const auto draw = [&](int left, int width, Qt::Alignment side, const QString& text) {
            painter->drawText(QRect(left, room.top(), width, room.height()), int(side | Qt::AlignVCenter), text);
        };
        draw(room.left(), beforeWidth, Qt::AlignRight,
            plain.elidedText(index.data(FoundModel::BeforeRole).toString(), Qt::ElideLeft, beforeWidth));
        const int behind = room.left() + beforeWidth + hitWidth;
        draw(behind, room.right() - behind, Qt::AlignLeft,
            plain.elidedText(
                index.data(FoundModel::AfterRole).toString(), Qt::ElideRight, std::max(0, room.right() - behind)));
        painter->setFont(bold);
        painter->setPen(strong);
        draw(room.left() + beforeWidth, hitWidth, Qt::AlignLeft, fat.elidedText(hit, Qt::ElideRight, hitWidth));
        painter->restore();
    }
};

} // namespace

FoundList::FoundList(QWidget* parent)
    : QListView(parent)
    , m_found(new FoundModel(this))
{
    setObjectName(QStringLiteral("foundList"));
    setAccessibleName(tr("All places found"));
    setModel(m_found);
    setItemDelegate(new FoundDelegate(this));
    setUniformItemSizes(true); // thousands of places cost no more than those in view
    setEditTriggers(NoEditTriggers);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTabKeyNavigation(false);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    connect(selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& current) {
        if (current.isValid() && !m_following)
            Q_EMIT picked(current.row());
    });
    connect(this, &QListView::clicked, this, [this](const QModelIndex& index) { Q_EMIT picked(index.row()); });
}

void FoundList::setFound(const QString& text, const QVector<int>& places, int length)
{
    m_following = true;
    m_found->setFound(text, places, length);
    m_following = false;
    updateGeometry();
}

void FoundList::setCurrent(int row)
{
    m_following = true;
    setCurrentIndex(row >= 0 ? m_found->index(row) : QModelIndex());
    m_following = false;
}

QSize FoundList::sizeHint() const
{
    const int rows = std::clamp(m_found->rowCount(), 1, kRows);
    return { 200, rows * (fontMetrics().lineSpacing() + 6) + 2 * frameWidth() };
}

} // namespace aha
