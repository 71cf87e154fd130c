#pragma once
// Search over all traces of a run: the form (left) and the hits (a table for the right side).

#include "widgets/models/hitsteps.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/models/tracesearch.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QToolButton;

namespace aha {

class HitStrip;
class EmptyHint;
class TraceTable;

class TraceSearchPage : public QWidget {
    Q_OBJECT
public:
    explicit TraceSearchPage(QWidget* parent = nullptr);

    /// Empty: no run.
    void setFolder(const QString& folder);
    TraceListModel* results() const { return m_results; }
    TraceFilter filter() const;
    QWidget* right() const { return m_right; }
    bool isRunning() const { return m_search.isRunning(); }
    void moveResult(int by);
    /// Narrows the form to these steps, leaves the rest of it, and searches.
    void searchSteps(qint64 from, qint64 to);
    /// Every trace of these steps, whatever the form said before, in the order of this column.
    void searchAll(qint64 from, qint64 to, int column, Qt::SortOrder order);

public Q_SLOTS:
    void search();

Q_SIGNALS:
    void hitChosen(const aha::TraceHit& hit);
    /// The reader wants to see the hit among its group.
    void hitActivated(const aha::TraceHit& hit);

private:
    void buildForm();
    void sortBy(int column, Qt::SortOrder order);
    void showStatus();
    void showNothing(const QString& sentence); ///< no search: what was found before it is no answer to the form
    void offerReason(const std::string& code); ///< among the verdicts
    void clearForm();
    void setSteps(const QString& from, const QString& to);
    void countSteps(); ///< hits by step, where there is something to look for

    QString m_folder;
    TraceSearch m_search;
    HitSteps m_steps;
    TraceFilter m_counted; ///< what the strip shows, without its steps
    TraceListModel* m_results;
    HitStrip* m_strip;
    TraceTable* m_table;
    EmptyHint* m_empty;
    QWidget* m_right;
    QLabel *m_status, *m_problem;
    QPushButton *m_go, *m_stop;
    QToolButton* m_pattern; ///< the text is a regular expression
    QLineEdit *m_text, *m_rewardMin, *m_rewardMax, *m_tokensMin, *m_tokensMax, *m_stepMin, *m_stepMax;
    QComboBox *m_verdict, *m_finish, *m_reflects, *m_mixes;
    TraceOrder m_order = TraceOrder::Newest;
    qint64 m_total = -1;
    QTimer m_typing; ///< a pause in typing starts the search
};

} // namespace aha
