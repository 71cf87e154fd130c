#pragma once
// The table of runs: sort, filter, open one or several, delete.

#include "widgets/models/runlistmodel.h"

#include <QWidget>

class QLineEdit;
class QSortFilterProxyModel;
class QTableView;

namespace aha {

class RunsPanel : public QWidget {
    Q_OBJECT
public:
    explicit RunsPanel(QWidget* parent = nullptr);

    /// Scans the runs folder on a worker thread; the table changes when it is done.
    void refresh();
    /// The same, now (for tests and off-screen use).
    void setRows(std::vector<RunListRow> rows);
    void updateRow(const QString& folder);
    void setColors(const QHash<QString, QColor>& colorByFolder) { m_model->setColors(colorByFolder); }
    QStringList selectedFolders() const;
    QTableView* table() const { return m_table; }

Q_SIGNALS:
    void openRequested(const QStringList& folders);
    void cloneRequested(const QString& folder);
    void resumeRequested(const QString& folder);

private:
    void showMenu(const QPoint& position);
    void removeSelected();
    void applyFilter(const QString& text);

    RunListModel* m_model;
    QSortFilterProxyModel* m_proxy;
    QTableView* m_table;
    QLineEdit* m_filter;
    int m_scan = 0;   ///< number of the newest scan: a late result of an older one is dropped
};

} // namespace aha
