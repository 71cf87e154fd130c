#pragma once
// The queue of runs as a table: each item's state in a word that is never mistaken for another, how far it is, why it
// ended.

#include "core/protocol/messages.h"
#include "core/protocol/run_queue.h"

#include <QAbstractTableModel>
#include <QHash>

namespace aha {

/// What a run's engine says of itself at the moment.
struct LiveRun {
    RunState state = RunState::Starting;
    Phase phase = Phase::Idle;
    double fraction = 0; ///< of the phase
    qint64 step = -1, maxSteps = 0;
    double etaSeconds = -1; ///< -1 unknown
    bool responding = true;
    QString reason; ///< sentence, where the engine gave one
    StartPart part = StartPart::None; ///< what it is at while it starts
};

/// What an item is doing.
enum class QueueStatus {
    Queued,
    Starting,
    Running,
    Paused,
    Finishing,
    Completed,
    Stopped,
    Failed,
    Crashed,
    NotResponding
};
QueueStatus queueStatus(const QueueItem& item, const LiveRun* live);
QString queueStatusName(QueueStatus status);
/// "3 h 05 min", "4 min", "20 s"; "" for a negative number.
QString durationText(double seconds);

class QueueModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Place, Name, State, Progress, Note, ColumnCount };
    static constexpr int IdRole = Qt::UserRole;
    static constexpr int FolderRole = Qt::UserRole + 1;

    using QAbstractTableModel::QAbstractTableModel;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setContents(const QueueContents& contents);
    const QueueContents& contents() const { return m_contents; }
    void setLive(qint64 id, const LiveRun& live);
    QueueStatus status(int row) const;
    const QueueItem& item(int row) const { return m_contents.items[size_t(row)]; }
    int rowOf(qint64 id) const; ///< -1 when it is not there
    int nextRow() const; ///< of the first that waits; -1 when none does
    /// "1 running, 2 waiting, 3 ended".
    QString summary() const;

private:
    const LiveRun* live(const QueueItem& item) const;
    QString progress(int row) const;

    QueueContents m_contents;
    QHash<qint64, LiveRun> m_live;
};

} // namespace aha
