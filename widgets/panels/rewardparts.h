#pragma once
// Reward parts as colours: the stacked bar of a table's cell, and the legend above it.

#include <QRect>
#include <QStringList>
#include <QStyledItemDelegate>
#include <QVector>
#include <QWidget>

namespace aha {

/// What each part added, one behind the other: gains to the right of the zero line, losses to the left. A segment wide
/// enough carries the first letter of its part.
class RewardPartsDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    /// Roles: QVariantList of numbers, and the largest sum of either sign. `names`: of the parts, for the letters.
    RewardPartsDelegate(int partsRole, int scaleRole, QObject* parent);
    void setNames(const QStringList& names) { m_names = names; }
    /// Room for losses is kept only where a part can lose.
    void setLosses(bool losses) { m_losses = losses; }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    int m_partsRole, m_scaleRole;
    bool m_losses = false;
    QStringList m_names;
};

/// One swatch and name per part, in as many rows as they need: no colour of the table goes unexplained.
class RewardPartsLegend : public QWidget {
    Q_OBJECT
public:
    explicit RewardPartsLegend(QWidget* parent = nullptr);
    void setNames(const QStringList& names);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    int heightForWidth(int width) const override;
    /// Where each part's swatch and name stand at this width.
    QVector<QRect> places(int width) const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int line() const; ///< height of a row

    QStringList m_names;
};

} // namespace aha
