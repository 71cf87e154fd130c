#pragma once
// Keeps an eye on one run's health signals: reads what is new on a thread of its own, and says what was raised.

#include "core/store/health_signals.h"
#include "widgets/models/signallistmodel.h"
#include "widgets/models/worker.h"

#include <QHash>
#include <QObject>
#include <QString>

#include <atomic>
#include <memory>

namespace aha {

/// Completions that show a signal, or the way to them.
struct SignalExamples {
    HealthSignal signal = HealthSignal::Truncation;
    struct Row {
        qint64 id = 0, step = 0;
        int tokens = 0;
        double reward = 0; ///< NaN when not scored
        std::string verdict, finishReason, text; ///< text: its beginning
        QString marks {}; ///< what is odd about it (core/trace/suspicion.h)
        std::string reason {}; ///< of the verdict, its code
        bool correct = false;
    };
    std::vector<Row> rows;
    qint64 firstStep = -1, lastStep = -1; ///< where they were looked for; -1: no bound
};

/// Is the signal about a reward that may be fooled? Its examples are then the best paid, the oddest first.
bool asksForSuspects(HealthSignal signal);

class SignalWatch : public QObject {
    Q_OBJECT
public:
    explicit SignalWatch(const QString& folder, QObject* parent = nullptr);
    ~SignalWatch() override;

    /// The states of a run's signals, read here and now; empty when it cannot be read. For files, not for a window.
    static std::vector<SignalState> read(const QString& folder, const std::vector<double>& thresholds);

    QString folder() const { return m_folder; }
    /// Evaluates anew. From these on raised() says nothing of what they alone changed.
    void setThresholds(const std::vector<double>& thresholds);
    /// Reads what was committed since the last call; while it is reading, it is asked again when it is done.
    void refresh();
    bool reading() const { return m_reading; }
    /// In the order of signalInfos(); empty before the first reading, never null.
    const SignalStates& states() const { return m_states; }
    QString problem() const { return m_problem; } ///< why the run cannot be read
    const std::vector<MarkerRow>& markers() const { return m_markers; }
    const std::vector<CheckpointRow>& checkpoints() const { return m_checkpoints; }
    /// A sentence with the settings that were changed in the steps that raised the signal; empty for none.
    QString changesBehind(int signal) const;
    /// What a notification says of a signal that is raised, of a run that is called `run`.
    QString sentence(const QString& run, int signal) const;
    /// Answered by examplesFound(); a newer question replaces one that waits. `otherwise`: verdicts that are not what
    /// was recorded, by completion: such completions are looked at, too, and stand first among suspects.
    void findExamples(HealthSignal signal, const QHash<qint64, QString>& otherwise);

Q_SIGNALS:
    void changed();
    /// A signal that the reading before did not have. Never after the first reading of a run: what stands there then is
    /// history.
    void raised(int signal);
    void examplesFound(const aha::SignalExamples& examples);

private:
    struct Reader; ///< lives on the worker's thread
    struct Answer {
        SignalStates states;
        QString problem;
        std::vector<MarkerRow> markers;
        std::vector<CheckpointRow> checkpoints;
        bool evaluatedAnew = false;
    };
    void take(Answer answer);

    QString m_folder, m_problem;
    std::vector<double> m_thresholds;
    SignalStates m_states = std::make_shared<std::vector<SignalState>>();
    std::vector<MarkerRow> m_markers;
    std::vector<CheckpointRow> m_checkpoints;
    std::shared_ptr<Reader> m_reader;
    std::shared_ptr<std::atomic<bool>> m_stop;
    std::shared_ptr<std::atomic<int>> m_question; ///< number of the newest question for examples
    bool m_reading = false, m_again = false, m_moved = false;
    Worker m_worker; ///< last: its thread ends before what it uses
};

} // namespace aha
