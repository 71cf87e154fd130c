#pragma once
// Health signals of the open runs: what was raised, by which figures, what usually causes it, what to look at.

#include "core/run/storedrecheck.h"
#include "widgets/models/librarywatch.h"
#include "widgets/models/signalwatch.h"
#include "widgets/panels/openrun.h"

#include <QTimer>
#include <QWidget>

class QBoxLayout;
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
    /// `engine`: the program that judges examples again; empty: the one beside this program.
    SignalsPanel(Workspace* workspace, const QString& engine, QWidget* parent = nullptr);
    ~SignalsPanel() override;

    /// All open runs are watched, whether the page is looked at or not.
    void setRuns(const OpenRuns& runs);
    /// Of those that train without being open the signals are watched, too, and of all the end.
    void setLibrary(const std::vector<RunListRow>& rows);
    /// What runs are called that are not open, where it is not what their configuration says.
    void setNames(std::function<QString(const QString& folder)> nameOf) { m_library.nameOf = std::move(nameOf); }
    /// One of the open runs.
    void showRun(const QString& folder);
    /// A person ended its engine: nobody is told that it ended.
    void expectEnd(const QString& folder) { m_library.expectEnd(folder); }
    SignalListModel* model() const { return m_model; }
    SignalExampleModel* examples() const { return m_examples; }
    LinePlot* chart() const { return m_chart; }
    bool reading() const;
    const std::vector<double>& thresholds() const { return m_thresholds; }

Q_SIGNALS:
    void stepPicked(const QString& folder, qint64 step);
    void completionPicked(const QString& folder, qint64 completionId);
    void longestPicked(const QString& folder, qint64 step);
    void changePicked(const QString& folder, qint64 step);
    /// Every stored completion of the run is to be judged again, in the reward lab.
    void rescoreRequested(const QString& folder);
    /// Once per signal of a run that was not raised when the run was looked at before, and when a run of the library
    /// has ended. For a notification.
    void raised(const QString& sentence, const QString& folder);
    void said(const QString& sentence);

protected:
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    SignalWatch* watch() const; ///< of the run that is shown; null for none
    QWidget* makeDetail();
    int row() const;
    void refresh();
    void showStates();
    void showDetail();
    void showChart();
    void showExamples(const SignalExamples& found);
    void chooseColumns(); ///< of the examples: those that have room
    void fitExamples();
    void fitExample(int column);
    int mostOdd() const; ///< width of what is odd about an example
    void takeRecheck(const RecheckAnswer& answer);
    void readThresholds();
    void setThreshold(double value);

    Workspace* m_workspace;
    OpenRuns m_runs;
    std::vector<double> m_thresholds;
    std::vector<std::unique_ptr<SignalWatch>> m_watches; ///< of the open runs
    LibraryWatch m_library;
    SignalListModel* m_model;
    SignalExampleModel* m_examples;
    QComboBox* m_run;
    QLabel *m_summary, *m_hint, *m_title, *m_numbers, *m_cause, *m_look, *m_thresholdLabel, *m_recheckNote;
    QTableView *m_table, *m_exampleTable;
    QWidget *m_body, *m_detail = nullptr;
    std::vector<QBoxLayout*> m_beside; ///< a text and what belongs beside it
    LinePlot* m_chart;
    QDoubleSpinBox* m_threshold;
    QPushButton *m_default, *m_openStep, *m_rescore;
    std::pair<QString, int> m_detailOf; ///< run and row that the details show
    QString m_landed; ///< folder of the run whose first raised signal was chosen
    StoredRecheck m_recheck;
    qint64 m_recheckedTo = -1; ///< last step that was asked for
    QHash<qint64, QString> m_otherwise; ///< verdicts of today that are not what was recorded, by completion
    QTimer m_coalesce; ///< live runs: looked at now and then
};

} // namespace aha
