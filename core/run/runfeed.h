#pragma once
// A run as the window sees it: its folder, its live state, and the news that something was committed.

#include "core/protocol/messages.h"

#include <QObject>
#include <QString>

#include <memory>
#include <optional>

namespace aha {

/// Follows one run directory, live or finished, through one code path: the control socket says that there is something
/// new, the data is in run.db (open a RunReader on folder()). Without a live engine it is a finished run; when an
/// engine appears (lease file), it attaches by itself within 3 s. Lives on the GUI thread; never blocks it.
class RunFeed : public QObject {
    Q_OBJECT
public:
    explicit RunFeed(const QString& folder, QObject* parent = nullptr);
    ~RunFeed() override;

    QString folder() const;
    QString name() const; ///< from config.json
    RunState state() const;
    Phase phase() const;
    StartPart startPart() const; ///< what a run that starts is at; None where its engine does not tell
    double phaseFraction() const;
    double etaSeconds() const; ///< -1 unknown
    qint64 lastStep() const; ///< -1 before the first commit
    qint64 maxSteps() const;
    bool attached() const; ///< connected to a live engine
    QString stateReason() const; ///< sentence for failed, interrupted, not responding, unreadable; empty otherwise
    bool responding() const; ///< false when heartbeats stopped for 10 s while attached

    /// Stop or Pause, sent from here and not yet answered: an engine hears it only after its step.
    std::optional<Command::Kind> asked() const;

    /// Sends to the engine; the answer arrives as replied(id, …). Returns the id, or -1 when not attached.
    qint64 send(Command command);

    /// An engine was just started here as process `pid`: until it holds the lease the run is starting, and when it ends
    /// before that, it has failed for the reason its log gives.
    void expectEngine(qint64 pid);

Q_SIGNALS:
    void stepsCommitted(qint64 lastStep);
    void stateChanged();
    void progressChanged();
    void logged(const QString& level, const QString& message);
    void replied(qint64 id, bool ok, const QString& message);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace aha
