#pragma once
// A table of the trace pages: rows selected by keyboard, columns fitted to their contents, chosen by a menu
// and remembered.

#include <QHash>
#include <QTableView>

#include <functional>

namespace aha {

class TableMenu;

class TraceTable : public QTableView {
    Q_OBJECT
public:
    /// `key` names the settings; `columnKey` names a column of the source model so that it can be remembered.
    TraceTable(const QString& objectName, const QString& accessibleName, QAbstractItemModel* model,
        const std::function<QString(int)>& columnKey, const QStringList& hiddenAtFirst, QWidget* parent = nullptr);

    /// Widths from contents; the stretch column takes what is left. Called after the model was reset.
    void fitColumns();
    /// From the first rows on, widths change by hand alone: a list that is sorted by clicks on its headings must not
    /// move them.
    void setWidthsKept() { m_kept = true; }
    /// The next rows are fitted anew: they are of something else.
    void forgetWidths();
    /// This column gives way and grows with the table; -1 for none.
    void setStretchColumn(int column, int narrowest = 60) { m_stretch = column, m_narrowest = narrowest; }
    /// What this column's contents ask for at most.
    void setWidest(int column, int width) { m_widest[column] = width; }
    /// Reward parts stand behind `column`, wherever the model puts them.
    void setPartsBehind(int column, int firstPart, bool hiddenAtFirst)
    {
        m_partsBehind = column, m_firstPart = firstPart, m_partsHidden = hiddenAtFirst;
    }
    void setColumnShown(int column, bool shown);
    /// This list has nothing for these columns: they are neither shown nor offered.
    void leaveOut(const QList<int>& columns);
    TableMenu* menu() const { return m_menu; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void applyShown();
    void distribute();
    void takeWidth(int column, int width); ///< of a person

    TableMenu* m_menu;
    QString m_key;
    std::function<QString(int)> m_columnKey;
    QHash<QString, bool> m_shown; ///< by column key; absent: shown
    QHash<int, int> m_widest; ///< of a column that has a limit of its own
    QHash<int, int> m_wanted; ///< widths that fit the contents
    QList<int> m_leftOut;
    bool m_partsHidden = false, m_kept = false, m_distributing = false;
    bool m_fitted = false, m_stretchTaken = false; ///< to rows; the stretch column by a person
    int m_stretch = -1, m_narrowest = 60, m_partsBehind = -1, m_firstPart = -1;
};

} // namespace aha
