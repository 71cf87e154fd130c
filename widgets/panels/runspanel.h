#pragma once
// The table of runs: chosen columns, sort, filter, rename, tag, note, open one or several, compare, delete.

#include "widgets/models/runlistmodel.h"

#include <QFileSystemWatcher>
#include <QTimer>
#include <QWidget>

#include <functional>

class QLabel;
class QLineEdit;
class QTableView;
class QPushButton;

namespace aha {

class EmptyHint;
class RunDetails;
class TableMenu;
class RunProxy;
class RunScanner;
class Workspace;

class RunsPanel : public QWidget {
    Q_OBJECT
public:
    /// `workspace` keeps labels, columns and filters; nullptr: nothing is remembered. It must outlive the panel.
    explicit RunsPanel(Workspace* workspace = nullptr, QWidget* parent = nullptr);
    ~RunsPanel() override;

    /// Scans the runs folder on a worker thread; the table changes when it is done.
    void refresh();
    /// The same, now (for tests and off-screen use).
    void setRows(std::vector<RunListRow> rows);
    /// Reads one run again, on the worker thread.
    void updateRow(const QString& folder);
    /// Colours of the open runs, which stay in the table wherever they lie.
    void setColors(const QHash<QString, QColor>& colorByFolder);
    QStringList selectedFolders() const;
    /// What the table calls a run; empty when it is not in it.
    QString nameOf(const QString& folder) const;
    /// As the table shows the run, told apart from others of its name; "" for none of its rows.
    QString titleOf(const QString& folder) const;
    void select(const QStringList& folders);
    /// The run that was just started: the only one selected, as soon as it is in the table.
    void selectStarted(const QString& folder);
    void setFilter(const QString& text);
    QString filterMessage() const;
    QTableView* table() const { return m_table; }
    RunListModel* model() const { return m_model; }
    /// The title as it is seen in so many pixels: whole, without the word before its seed, or cut in its middle.
    static QString fitted(const QString& title, const QString& shortTitle, const QFontMetrics& metrics, int room);
    /// Remembers chosen columns, widths and order.
    void saveState();
    void removeSelected();

    /// How a question is put, before anything is deleted, and a name asked for: a window asks on its own line. Without
    /// them nothing is deleted and no filter is saved.
    std::function<void(const QString& question, const QString& yes, std::function<void()> act)> ask;
    /// `answered` returns what is wrong with the name, or "".
    std::function<void(const QString& question, const QString& text, std::function<QString(const QString&)> answered)>
        askName;

Q_SIGNALS:
    void openRequested(const QStringList& folders);
    void compareRequested(const QStringList& folders);
    /// Their results as those of a sweep: what varies between them against what came out.
    void sweepRequested(const QStringList& folders);
    void cloneRequested(const QString& folder);
    void resumeRequested(const QString& folder);
    void closeRequested(const QStringList& folders);
    void demoRequested();
    void deleted(const QStringList& folders);
    void rowsChanged();
    /// Something could not be remembered or deleted; a sentence.
    void troubled(const QString& sentence);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void buildEmpty();
    void openSelected();
    void showDetails(); ///< of what is selected
    void showMenu(const QPoint& position);
    RunState stateOf(const QString& folder) const;
    void showFilters();
    void showCounts();
    void takeStarted();
    void edit(int column);
    void remove(const QStringList& folders);
    void remember(const Result<void>& done);

    Workspace* m_workspace;
    RunListModel* m_model;
    RunProxy* m_proxy;
    RunScanner* m_scanner;
    RunDetails* m_details;
    QTableView* m_table;
    TableMenu* m_columns;
    QLineEdit* m_filter;
    QPushButton* m_filters;
    QPushButton *m_openSelected, *m_demo;
    QLabel *m_message, *m_counts;
    EmptyHint* m_empty;
    QFileSystemWatcher m_watcher;
    QTimer m_rescan, m_live;
    QTimer m_settle; ///< runs while the second click of a double click may come: until then nothing moves
    QSet<QString> m_open;
    QString m_started; ///< waits for its row, to be selected
};

} // namespace aha
