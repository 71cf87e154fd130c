#pragma once
// A small table of figures in words: rows with a name, cells, and what a row is about.

#include <QAbstractTableModel>
#include <QStringList>

namespace aha {

class FiguresModel : public QAbstractTableModel {
    Q_OBJECT
public:
    static constexpr int KeyRole = Qt::UserRole; ///< the row's key
    static constexpr int SortRole = Qt::UserRole + 1; ///< number behind the cell, else its text

    struct Row {
        int key = 0;
        QStringList cells; ///< the first is the name
        QVector<double> numbers; ///< behind the cells; empty when there are none
        QString help; ///< plain text
    };

    using QAbstractTableModel::QAbstractTableModel;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// Rows with the same keys in the same order are changed in place, so that a selection stays.
    void setRows(const QStringList& titles, const QVector<Row>& rows);

private:
    QStringList m_titles;
    QVector<Row> m_rows;
};

} // namespace aha
