#pragma once
// Traces by step: the groups of a step (left) and one group (right: groupview).

#include "widgets/models/grouplistmodel.h"
#include "widgets/panels/groupview.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace aha {

class EmptyHint;
class TraceTable;
class RunReader;

class TraceStepPage : public QWidget {
    Q_OBJECT
public:
    explicit TraceStepPage(QWidget* parent = nullptr);

    /// `reader` may be null (no run). Lives as long as it is set.
    void setReader(RunReader* reader, const QString& folder);
    void setLastStep(qint64 step);
    /// Loads a step and lands on the completion most worth reading.
    void showStep(qint64 step);
    /// Loads a step and lands on one completion.
    void showCompletion(qint64 step, int groupPosition, int sample);
    void moveGroup(int by);
    void moveCompletion(int by);
    qint64 step() const;
    const GroupRow* currentGroup() const;
    TraceListModel* completions() const { return m_group->completions(); }
    GroupListModel* groups() const { return m_groups; }
    /// The right side. It has no parent until it is placed.
    GroupView* groupView() const { return m_group; }

Q_SIGNALS:
    void stepChanged(qint64 step);
    /// The reader wants the held-out problems of the evaluation at this step.
    void evaluationRequested(qint64 step);

private:
    void load(qint64 step);
    void showGroup();
    void fillOutcomes();
    void showEmpty();

    RunReader* m_reader = nullptr;
    GroupListModel* m_groups;
    GroupFilter* m_order;
    TraceTable* m_groupTable;
    EmptyHint* m_empty;
    GroupView* m_group;
    QSpinBox* m_step;
    QLabel* m_stepSummary;
    QComboBox* m_outcome;
    QPushButton* m_evaluation; ///< shown at steps with an evaluation
    int m_wantedSample = -1; ///< where showGroup() lands; -1: the most interesting
};

} // namespace aha
