#pragma once
// How the table of runs shows a name.

#include <QStyledItemDelegate>

namespace aha {

/// A name with the shape of its state behind it; where both do not fit, the word "seed" goes before the name is cut.
/// The colour of an open run keeps its own ground: the selection neither tints nor hides it.
class RunNameDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& given, const QModelIndex& index) const override;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;
};

} // namespace aha
