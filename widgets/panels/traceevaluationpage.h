#pragma once
// Held-out evaluations of a run (left) and the problems of one of them (a table for the right side). A run of
// fine-tuning has no problems: it has loss and token accuracy on its held-out rows.

#include "core/store/rows.h"
#include "widgets/models/evaluationmodel.h"
#include "widgets/models/worker.h"

#include <QWidget>

#include <memory>

class QLabel;
class QPushButton;
class QSortFilterProxyModel;
class QTableWidget;

namespace aha {

class RunReader;
class SampleBar;
class TraceTable;

class TraceEvaluationPage : public QWidget {
    Q_OBJECT
public:
    explicit TraceEvaluationPage(QWidget* parent = nullptr);

    /// `reader` of the run in `folder`; may be null. Nothing is read before the page is looked at.
    void setReader(RunReader* reader, const QString& folder);
    /// Reads the list of evaluations again: a live run has new ones.
    void refresh();
    /// The evaluation at this step, or the nearest before it.
    void showEvaluation(qint64 step);
    /// With the wanted one of its samples (WantedSample). False where there is no such evaluation or problem; the
    /// nearest is shown then.
    bool showProblem(qint64 evaluationId, int position, int wanted);
    EvaluationModel* problems() const { return m_problems; }
    const EvaluationRow* current() const;
    QWidget* right() const { return m_right; }
    void moveProblem(int by);
    /// Of the selected problem: which is read, and how many the run stored.
    int currentSample() const;
    int sampleCount() const;
    void moveSample(int by);
    /// Position of the selected problem within its evaluation; -1 for none.
    int currentPosition() const;
    /// The earliest evaluation, for comparing.
    const EvaluationRow* first() const { return m_evaluations.empty() ? nullptr : &m_evaluations.front(); }

Q_SIGNALS:
    /// The problem, or another sample of it.
    void problemChosen(qint64 evaluationId, int position);
    /// Fine-tuning: the completions that were sampled at this step's evaluation.
    void examplesRequested(qint64 step);

protected:
    void showEvent(QShowEvent* event) override;

private:
    /// One evaluation of fine-tuning: means over the tokens that have a loss.
    struct HeldOut {
        qint64 step = 0;
        double loss = 0, accuracy = 0, rows = 0, tokens = 0;
    };
    void showProblems();
    void showSamples(int position);
    struct Course; ///< what the worker has read so far
    void askSinceFirst(size_t last);
    std::vector<HeldOut> readHeldOut() const;
    void fillHeldOut();
    void showHeldOut();
    void fillList(const QStringList& titles, const std::vector<QStringList>& rows, const QStringList& tips);

    RunReader* m_reader = nullptr;
    bool m_loaded = false;
    std::vector<EvaluationRow> m_evaluations;
    std::vector<HeldOut> m_heldOut; ///< where there are no evaluations of problems
    EvaluationModel* m_problems;
    QSortFilterProxyModel* m_order;
    QTableWidget* m_list;
    QLabel* m_size; ///< n of all evaluations, where they have one
    TraceTable* m_table;
    SampleBar* m_samples;
    QLabel *m_title, *m_empty;
    QPushButton* m_examples;
    QWidget* m_right;
    std::shared_ptr<Course> m_course;
    int m_asked = 0; ///< an answer to an earlier question is no longer wanted
    Worker m_worker; ///< last: its thread ends before what it uses
};

} // namespace aha
