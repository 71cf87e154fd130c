#pragma once
// The page of sweeps: a new one, or the results of one that was begun.

#include "widgets/models/sweepmodel.h"
#include "widgets/models/worker.h"
#include "widgets/panels/openrun.h"
#include "widgets/panels/sessionpart.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QStackedWidget;

namespace aha {

class SweepForm;
class SweepResults;

class SweepPage : public QWidget, public SessionPart {
    Q_OBJECT
public:
    explicit SweepPage(const QString& runsFolder, QWidget* parent = nullptr);
    ~SweepPage() override;

    void setRuns(const OpenRuns& runs);
    void setEarlierRuns(const std::vector<RunListRow>& runs); ///< all of the library
    /// A new sweep from what the form on Configure holds.
    void useForm();
    /// Shows the results of these runs as those of a sweep.
    void showRuns(const QStringList& folders);
    /// Looks for sweeps among the runs, and reads the chosen one again.
    void refresh();
    /// Shows a sweep's results as soon as it is found.
    void choose(const QString& sweep);
    QJsonObject sessionState() const override; ///< runs that were marked in the table
    void restoreSession(const QJsonObject& state) override;
    SweepForm* form() const { return m_form; }
    SweepResults* results() const { return m_results; }

Q_SIGNALS:
    void queueRequested(const std::shared_ptr<const aha::SweepPlan>& plan, const QString& sweep);
    void openRequested(const QString& folder);
    void said(const QString& sentence);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void list(const std::vector<SweepName>& sweeps);
    void read();

    QString m_runsFolder, m_chosen; ///< "" = a new one
    QStringList m_marked; ///< folders of runs that a person marked, whatever they are called
    std::vector<SweepName> m_found;
    QStringList m_queued; ///< sweeps of this window, whose runs may be still to begin
    QComboBox* m_sweeps;
    QStackedWidget* m_pages;
    SweepForm* m_form;
    SweepResults* m_results;
    QTimer m_live;
    bool m_reading = false;
    Worker m_worker; // last: its thread ends before what its answers touch
};

} // namespace aha
