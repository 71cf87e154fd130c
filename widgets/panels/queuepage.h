#pragma once
// The queue: what waits in which order, what runs and how far, what ended and why.

#include "core/config/run_config.h"
#include "widgets/models/queuemodel.h"
#include "widgets/models/worker.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include <functional>
#include <map>
#include <memory>

class QLabel;
class QPushButton;
class QSpinBox;
class QTableView;

namespace aha {

class QueueDetail;
class RemoteForm;
class RunFeed;
struct SweepPlan;

/// Reads and changes the queue of `runsFolder` on a thread of its own, and starts the worker (`engine` queue work,
/// detached) whenever there is something to do and nobody does it: so after a reboot the queue goes on when the window
/// opens.
class QueuePage : public QWidget {
    Q_OBJECT
public:
    QueuePage(const QString& runsFolder, const QString& engine, QWidget* parent = nullptr);
    ~QueuePage() override;

    /// Behind all others. Nothing is queued unless every one is valid.
    void enqueue(const std::vector<RunConfig>& configs, const QString& sweep);
    /// The same of all points of a plan, which is not copied.
    void enqueuePlan(const std::shared_ptr<const SweepPlan>& plan, const QString& sweep);
    void enqueueFile(const QString& file);
    /// Another configuration for the run that waits for this folder; says so when it waits no more.
    void replace(const QString& folder, const RunConfig& config);
    QueueModel* model() const { return m_model; }
    QTableView* table() const { return m_table; }
    RemoteForm* remoteForm() const { return m_remote; }
    /// Shows that form, filled with this configuration.
    void startElsewhere(const RunConfig& config);
    /// Reads the queue again.
    void refresh();

Q_SIGNALS:
    void openRequested(const QString& folder);
    void said(const QString& sentence);
    /// The settings of a waiting run, for the form.
    void editRequested(const aha::RunConfig& config, const QString& folder);
    /// Run folders of those that wait and were never started.
    void waitingChanged(const QStringList& folders);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void build();
    /// On the worker thread, then reads again; an error is shown.
    void change(std::function<Result<void>(RunQueue&)> change);
    void showContents(const QueueContents& contents);
    void follow(); ///< a feed for each item that runs
    void updateRow(qint64 id);
    void showActions();
    void tell(const QString& sentence, bool error);
    void startWorker();
    void command(Command::Kind kind);
    void moveRow(QueueMove where);
    void openRow();
    void editRow();
    void showDetail(); ///< the settings of the selected run
    /// Reads the configuration of the selected run on the worker thread.
    void readSelected(std::function<void(const QueueItem&, const Result<RunConfig>&)> then);
    qint64 selectedId() const;

    QString m_runs, m_engine;
    QueueModel* m_model;
    QTableView* m_table;
    RemoteForm* m_remote;
    QueueDetail* m_detail;
    QLabel *m_summary, *m_message, *m_note;
    QPushButton *m_hold, *m_add, *m_clear, *m_attach;
    QSpinBox* m_jobs;
    QPushButton *m_up, *m_down, *m_pause, *m_resume, *m_stop, *m_retry, *m_remove, *m_open;
    QTimer m_poll;
    QString m_select; ///< folder of the run that is selected when the queue was read again
    QString m_stamp; ///< of the file that was read last
    QElapsedTimer m_started; ///< since the last worker was started
    std::map<qint64, std::unique_ptr<RunFeed>> m_feeds;
    bool m_filling = false, m_swapKeepsFocus = false;
    Worker m_worker; // last: its thread ends before what its answers touch
};

} // namespace aha
