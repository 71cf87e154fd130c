#pragma once
// The table of values at the cursor below the charts.

#include "widgets/models/valuetablemodel.h"

#include <QWidget>

class QLabel;
class QTableView;

namespace aha {

class ChartTable : public QWidget {
    Q_OBJECT
public:
    explicit ChartTable(QWidget* parent);
    ValueTableModel* model() const { return m_model; }
    /// Where the cursor is, in words, and the values there.
    void setValues(const QString& place, const QVector<ValueTableModel::Row>& rows);

Q_SIGNALS:
    void closed();

protected:
    bool eventFilter(QObject* object, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void share(); ///< the width among the columns
    ValueTableModel* m_model;
    QLabel* m_place;
    QTableView* m_view;
};

} // namespace aha
