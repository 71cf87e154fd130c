#pragma once
// Outcome matrix: held-out problems x evaluations of a run, or x open runs; classes with counts, paired tests.

#include "widgets/models/outcomemodel.h"
#include "widgets/models/worker.h"
#include "widgets/panels/openrun.h"

#include <QTimer>
#include <QWidget>

#include <array>

class QCheckBox;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace aha {

class PairedCard;

class OutcomesPage : public QWidget {
    Q_OBJECT
public:
    explicit OutcomesPage(QWidget* parent = nullptr);
    ~OutcomesPage() override;

    void setRuns(const OpenRuns& runs);
    OutcomeModel* model() const { return m_model; }

Q_SIGNALS:
    /// A cell was opened: its problem in its evaluation.
    void problemPicked(const QString& folder, qint64 evaluationId, int position, int sample);
    /// The problem is to be followed over the evaluations of this run.
    void probeRequested(const QString& folder, const QString& problem);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void fillChoices();
    void read(bool refreshing = false); ///< refreshing: only when there is a new evaluation
    void setTable(const OutcomeTable& table);
    void reselect();
    void describe();
    void openCell(const QModelIndex& index);
    /// Puts a text that a worker makes of the table on the clipboard.
    void take(QString (*make)(const OutcomeTable& table));
    QStringList evaluateCommands() const; ///< that measure the open runs now
    void fitColumns();
    void placeLegend();

    OpenRuns m_runs;
    OutcomeModel* m_model;
    QComboBox *m_what, *m_order;
    QLineEdit* m_filter;
    std::array<QCheckBox*, kOutcomeClasses> m_classes {};
    QLabel *m_empty, *m_scope, *m_legend, *m_current, *m_sampled;
    QHBoxLayout *m_chips = nullptr, *m_key = nullptr; ///< classes; classes and legend
    QTableView* m_table;
    QPushButton *m_open, *m_follow, *m_copy, *m_take;
    PairedCard* m_paired;
    std::string m_problem; ///< selected; kept over filters
    int m_column = 0;
    bool m_stale = true, m_chosen = false; ///< chosen: somebody said what the columns are
    qint64 m_stamp = 0; ///< evaluations that were read
    quint64 m_asked = 0;
    QTimer m_coalesce;
    Worker m_worker;
};

} // namespace aha
