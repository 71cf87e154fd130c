#pragma once
// Held-out evaluations of a run (left) and the problems of one of them (a table for the right side).

#include "core/store/rows.h"
#include "widgets/models/evaluationmodel.h"

#include <QWidget>

class QLabel;
class QSortFilterProxyModel;
class QTableWidget;

namespace aha {

class RunReader;
class TraceTable;

class TraceEvaluationPage : public QWidget {
    Q_OBJECT
public:
    explicit TraceEvaluationPage(QWidget* parent = nullptr);

    /// `reader` may be null. Nothing is read before the page is looked at.
    void setReader(RunReader* reader);
    /// Reads the list of evaluations again: a live run has new ones.
    void refresh();
    /// The evaluation at this step, or the nearest before it.
    void showEvaluation(qint64 step);
    EvaluationModel* problems() const { return m_problems; }
    const EvaluationRow* current() const;
    QWidget* right() const { return m_right; }
    void moveProblem(int by);
    /// Position of the selected problem within its evaluation; -1 for none.
    int currentPosition() const;
    /// The earliest evaluation, for comparing.
    const EvaluationRow* first() const { return m_evaluations.empty() ? nullptr : &m_evaluations.front(); }

Q_SIGNALS:
    void problemChosen(qint64 evaluationId, int position);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void showProblems();

    RunReader* m_reader = nullptr;
    bool m_loaded = false;
    std::vector<EvaluationRow> m_evaluations;
    EvaluationModel* m_problems;
    QSortFilterProxyModel* m_order;
    QTableWidget* m_list;
    TraceTable* m_table;
    QLabel *m_title, *m_empty;
    QWidget* m_right;
};

} // namespace aha
