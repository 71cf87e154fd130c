#pragma once
// The page of sweeps: a new one, or the results of one that was begun.

#include "widgets/models/sweepmodel.h"
#include "widgets/models/worker.h"
#include "widgets/panels/openrun.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QStackedWidget;

namespace aha {

class SweepForm;
class SweepResults;

class SweepPage : public QWidget {
    Q_OBJECT
public:
    explicit SweepPage(const QString& runsFolder, QWidget* parent = nullptr);
    ~SweepPage() override;

    void setRuns(const OpenRuns& runs);
    /// Base of the next sweep; shows the form.
    void setBase(const RunConfig& config);
    /// Looks for sweeps among the runs, and reads the chosen one again.
    void refresh();
    /// Shows a sweep's results as soon as it is found.
    void choose(const QString& sweep);
    SweepForm* form() const { return m_form; }
    SweepResults* results() const { return m_results; }

Q_SIGNALS:
    void queueRequested(const std::vector<aha::RunConfig>& configs, const QString& sweep);
    void openRequested(const QString& folder);
    void said(const QString& sentence);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void list(const std::vector<SweepName>& sweeps);
    void read();

    QString m_runsFolder, m_chosen; ///< "" = a new one
    QComboBox* m_sweeps;
    QStackedWidget* m_pages;
    SweepForm* m_form;
    SweepResults* m_results;
    QTimer m_live;
    bool m_reading = false;
    Worker m_worker; // last: its thread ends before what its answers touch
};

} // namespace aha
