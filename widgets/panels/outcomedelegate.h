#pragma once
// How a cell of the outcome matrix is painted: the darker, the more samples are right; a ring, a number or a disc says
// the same without colour.

#include <QAbstractItemDelegate>

namespace aha {

class OutcomeDelegate : public QAbstractItemDelegate {
    Q_OBJECT
public:
    using QAbstractItemDelegate::QAbstractItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

    /// `right` of `samples` into `rect`; `right` -1: not asked.
    static void paintOutcome(
        QPainter* painter, const QRect& rect, const QPalette& palette, int right, int samples, bool current);
};

} // namespace aha
