#pragma once
// A table of figures made elsewhere: cells with a text, and what it is sorted and painted by.

#include <QAbstractTableModel>
#include <QStringList>

#include <limits>
#include <vector>

namespace aha {

struct FigureCell {
    QString text;
    double sort = std::numeric_limits<double>::quiet_NaN(); ///< NaN: sorted by its text
    QString tip {};
    QString kind {}; ///< of a badge: good, bad, warn, info, mute; none
    double bar = 0; ///< -1 … 1
};

struct FigureRow {
    std::vector<FigureCell> cells;
    qint64 id = -1; ///< what the row is about, for whoever made it
};

/// A NaN figure as "–".
QString figureText(double value, int digits = 3);
/// With its sign, also where it is positive.
QString signedText(double value, int digits = 3);

class FigureTable : public QAbstractTableModel {
    Q_OBJECT
public:
    static constexpr int SortRole = Qt::UserRole; ///< double or text
    static constexpr int KindRole = Qt::UserRole + 1; ///< BadgeDelegate's
    static constexpr int BarRole = Qt::UserRole + 2; ///< BarDelegate's
    static constexpr int IdRole = Qt::UserRole + 3; ///< qint64

    struct Column {
        QString title, help {};
        bool number = false; ///< stands on the right
    };

    explicit FigureTable(std::vector<Column> columns, QObject* parent = nullptr);
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    void setRows(std::vector<FigureRow> rows);
    void append(std::vector<FigureRow> rows);
    /// What a column is called from now on.
    void setColumn(int index, const Column& column);
    const FigureRow& row(int index) const { return m_rows[size_t(index)]; }

private:
    std::vector<Column> m_columns;
    std::vector<FigureRow> m_rows;
};

} // namespace aha
