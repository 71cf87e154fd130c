#pragma once
// How cells of the trace tables are painted: a strip of completions, bars, badges, lines.

#include <QStyledItemDelegate>

namespace aha {

/// One small cell per completion: filled right, hollow wrong, barred malformed. Shape and colour both tell.
class StripDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    StripDelegate(int role, QObject* parent);
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    int m_role;
};

/// Number with a bar: beside it from the middle (signed, -1 … 1), or under it from the left on a track (0 … 1).
class BarDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    BarDelegate(int role, bool isSigned, QObject* parent);
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    int m_role;
    bool m_signed;
};

/// One line of text whose baseline is the same in every row: fonts that stand in for a script move it elsewhere.
class LineDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// Text in a rounded frame of the colour of its kind (a role); plain text when the kind is empty.
class BadgeDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    BadgeDelegate(int kindRole, QObject* parent);
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    int m_kindRole;
};

} // namespace aha
