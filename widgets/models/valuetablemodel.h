#pragma once
// The values of every line at the cursor, and how far they are from those at the pinned cursor.

#include <QAbstractTableModel>
#include <QColor>
#include <QVector>

#include <cmath>

namespace aha {

class ValueTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    struct Row {
        QString chart, line;
        QColor color;
        qint64 step = -1; ///< -1: the line has no value at the cursor
        double value = NAN, smoothed = NAN, pinned = NAN;
    };
    enum Column { Chart, Line, Step, Value, Smoothed, Pinned, Difference, Percent, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// The same lines as before only change their values: selection and scroll position stay.
    void setRows(const QVector<Row>& rows);
    /// Tab-separated, with a head.
    QString text() const;

private:
    QVector<Row> m_rows;
};

} // namespace aha
