#include "widgets/models/valuetablemodel.h"

#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"

#include <algorithm>

namespace aha {

namespace {

QString numberText(double value, bool sign = false)
{
    if (!std::isfinite(value))
        return QStringLiteral("–");
    return (sign && value > 0 ? QStringLiteral("+") : QString()) + shortNumber(value, 5);
}

} // namespace

int ValueTableModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_rows.size()); }
int ValueTableModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant ValueTableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= m_rows.size())
        return {};
    const Row& row = m_rows[index.row()];
    const double difference = row.value - row.pinned;
    if (role == Qt::DisplayRole)
        switch (index.column()) {
        case Chart:
            return index.row() > 0 && m_rows[index.row() - 1].chart == row.chart ? QString() : row.chart;
        case Line:
            return row.line;
        case Step:
            return row.step < 0 ? QStringLiteral("–") : QString::number(row.step);
        case Value:
            return numberText(row.value);
        case Smoothed:
            return numberText(row.smoothed);
        case Pinned:
            return numberText(row.pinned);
        case Difference:
            return numberText(difference, true);
        case Percent:
            return row.pinned != 0 && std::isfinite(difference)
                ? numberText(std::round(1000 * difference / std::abs(row.pinned)) / 10, true) + QStringLiteral(" %")
                : QStringLiteral("–");
        }
    if (role == Qt::DecorationRole && index.column() == Line)
        return row.color;
    if (role == Qt::TextAlignmentRole && index.column() >= Step)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::AccessibleTextRole && index.column() == Line)
        return row.chart + QStringLiteral(", ") + row.line;
    return {};
}

QVariant ValueTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    static const char* const names[] = { "Chart", "Line", "Step", "Value", "Smoothed", "At the pin", "Δ", "Δ %" };
    if (orientation == Qt::Horizontal && role == Qt::DisplayRole && section < ColumnCount)
        return translated(names[section]);
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
        return int((section >= Step ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return {};
}

void ValueTableModel::setRows(const QVector<Row>& rows)
{
    const bool same = std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.end(),
        [](const Row& a, const Row& b) { return a.chart == b.chart && a.line == b.line && a.color == b.color; });
    if (same) {
        m_rows = rows;
        if (!m_rows.isEmpty())
            Q_EMIT dataChanged(index(0, Step), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_rows = rows;
    endResetModel();
}

QString ValueTableModel::text() const
{
    QStringList lines;
    QStringList cells;
    for (int c = 0; c < ColumnCount; ++c)
        cells << headerData(c, Qt::Horizontal, Qt::DisplayRole).toString();
    lines << cells.join(QLatin1Char('\t'));
    for (int r = 0; r < rowCount(); ++r) {
        cells = { m_rows[r].chart };
        for (int c = Line; c < ColumnCount; ++c)
            cells << data(index(r, c), Qt::DisplayRole).toString();
        for (qsizetype c = Step; c < cells.size(); ++c)
            cells[c].replace(QChar(0x2212), QLatin1Char('-')); // numbers for another program
        lines << cells.join(QLatin1Char('\t'));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace aha
