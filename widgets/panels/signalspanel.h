#pragma once
// Health signals of the open runs: what was raised, by which figures, what usually causes it, what to look at.

#include "widgets/models/signalwatch.h"
#include "widgets/panels/openrun.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QTableView;

namespace aha {

class LinePlot;
class SignalExampleModel;
class SignalListModel;
class Workspace;

class SignalsPanel : public QWidget {
    Q_OBJECT
public:
    /// Thresholds are kept in `workspace`, which may be null and must live as long as the panel.
    explicit SignalsPanel(Workspace* workspace = nullptr, QWidget* parent = nullptr);
    ~SignalsPanel() override;

    /// All open runs are watched, whether the page is looked at or not.
    void setRuns(const OpenRuns& runs);
    SignalListModel* model() const { return m_model; }
    SignalExampleModel* examples() const { return m_examples; }
    LinePlot* chart() const { return m_chart; }
    bool reading() const;

Q_SIGNALS:
    void stepPicked(const QString& folder, qint64 step);
    void completionPicked(const QString& folder, qint64 completionId);
    /// Once per signal of an open run that was not raised when the run was looked at before. For a notification.
    void raised(const QString& sentence);
    void said(const QString& sentence);

protected:
    void changeEvent(QEvent* event) override;

private:
    SignalWatch* watch() const; ///< of the run that is shown; null for none
    QWidget* makeDetail();
    int row() const;
    void refresh();
    void showStates();
    void showDetail();
    void showChart();
    void readThresholds();
    void setThreshold(double value);

    Workspace* m_workspace;
    OpenRuns m_runs;
    std::vector<double> m_thresholds;
    std::vector<std::unique_ptr<SignalWatch>> m_watches;
    SignalListModel* m_model;
    SignalExampleModel* m_examples;
    QComboBox* m_run;
    QLabel *m_summary, *m_hint, *m_title, *m_numbers, *m_cause, *m_look, *m_thresholdLabel;
    QTableView *m_table, *m_exampleTable;
    QWidget *m_body, *m_detail = nullptr;
    LinePlot* m_chart;
    QDoubleSpinBox* m_threshold;
    QPushButton *m_default, *m_openStep;
    std::pair<QString, int> m_detailOf; ///< run and row that the details show
    QString m_landed; ///< folder of the run whose first raised signal was chosen
    QTimer m_coalesce; ///< live runs: looked at now and then
};

} // namespace aha
