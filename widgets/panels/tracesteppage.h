#pragma once
// Traces by step: the groups of a step (left) and the completions of one group (a table for the right side).

#include "widgets/models/grouplistmodel.h"
#include "widgets/models/tracelistmodel.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QSortFilterProxyModel;
class QSpinBox;

namespace aha {

class TraceTable;
class RunReader;

class TraceStepPage : public QWidget {
    Q_OBJECT
public:
    explicit TraceStepPage(QWidget* parent = nullptr);

    /// `reader` may be null (no run). Lives as long as it is set.
    void setReader(RunReader* reader);
    void setLastStep(qint64 step);
    /// Loads a step and lands on the completion most worth reading.
    void showStep(qint64 step);
    /// Loads a step and lands on one completion.
    void showCompletion(qint64 step, int groupPosition, int sample);
    void moveGroup(int by);
    void moveCompletion(int by);
    qint64 step() const;
    const GroupRow* currentGroup() const;
    TraceListModel* completions() const { return m_completions; }
    GroupListModel* groups() const { return m_groups; }
    /// The right side: title and completions.
    QWidget* right() const { return m_right; }

Q_SIGNALS:
    void stepChanged(qint64 step);
    /// The reader wants the held-out problems of the evaluation at this step.
    void evaluationRequested(qint64 step);
    void completionChosen(const aha::TraceHit& hit, const std::string& itemJson);

private:
    void load(qint64 step);
    void showGroup();
    void fillSamePrompt(const GroupRow& group);

    RunReader* m_reader = nullptr;
    GroupListModel* m_groups;
    TraceListModel* m_completions;
    QSortFilterProxyModel *m_groupOrder, *m_completionOrder;
    TraceTable *m_groupTable, *m_completionTable;
    QSpinBox* m_step;
    QLabel *m_stepSummary, *m_title;
    QPushButton* m_evaluation; ///< shown at steps with an evaluation
    QComboBox* m_samePrompt;
    QWidget* m_right;
    int m_wantedSample = -1; ///< where showGroup() lands; -1: the most interesting
};

} // namespace aha
