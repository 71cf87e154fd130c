#pragma once
// Many runs: the queue that works them off, and sweeps that fill it.

#include "core/config/run_config.h"
#include "widgets/panels/openrun.h"

#include <QWidget>

class QTabWidget;

namespace aha {

class QueuePage;
class SweepPage;
class Workspace;

class QueuePanel : public QWidget {
    Q_OBJECT
public:
    explicit QueuePanel(QWidget* parent = nullptr);
    /// For tests: other folders and another engine than the program's.
    QueuePanel(const QString& runsFolder, const QString& engine, QWidget* parent);
    ~QueuePanel() override;

    /// Where a sweep's choices are kept; it must outlive the panel.
    void setWorkspace(Workspace* workspace);
    /// Their configurations are bases of a sweep.
    void setRuns(const OpenRuns& runs);
    /// Queues one run behind the others and shows the queue.
    void enqueue(const RunConfig& config);
    /// Offers to start it on another machine.
    void startElsewhere(const RunConfig& config);
    /// Makes it the base of the next sweep and shows that page.
    void sweepFrom(const RunConfig& config);
    QueuePage* queuePage() const { return m_queue; }
    SweepPage* sweepPage() const { return m_sweep; }

Q_SIGNALS:
    /// A row's run is wanted.
    void openRequested(const QString& folder);
    void said(const QString& sentence);

private:
    QTabWidget* m_tabs;
    QueuePage* m_queue;
    SweepPage* m_sweep;
};

} // namespace aha
