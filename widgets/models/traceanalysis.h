#pragma once
// A run's traces counted step by step on a thread of their own, and kept: a live run costs only what is new. Counted
// are the completions of training steps, or the answers to held-out problems of each evaluation.

#include "core/store/rows.h"
#include "core/trace/trace_tally.h"
#include "widgets/models/heldouttally.h"
#include "widgets/models/worker.h"

#include <QObject>
#include <QStringList>

#include <atomic>
#include <memory>
#include <optional>

namespace aha {

enum class TraceSource { Completions, HeldOutAnswers };
/// By what the traces of a cluster are divided in two.
enum class TraceDivision { Mixing, Reflecting };

/// What is known of a run so far. Passed between threads by pointer to const.
struct RunTally {
    TraceSource of = TraceSource::Completions;
    QString folder, runId;
    QString problem; ///< why the run cannot be read; empty when it can
    bool known = false; ///< the run was looked at: the next two say what it stores
    bool hasCompletions = false, hasAnswers = false;
    bool examplesOnly = false; ///< its completions are some examples that nothing judged
    StepTallies steps; ///< those with traces; a held-out answer is at the step of its evaluation
    std::map<int64_t, std::shared_ptr<const CountedEvaluation>> counted; ///< of held-out answers, by step
    std::map<int, std::array<ExampleShelf, kTraceVerdicts>> examples; ///< by kind, then by TraceVerdict
    std::vector<EvaluationRow> evaluations;
    std::vector<MarkerRow> markers; ///< what was done to the run while it trained
    std::vector<CheckpointRow> checkpoints;
    QStringList words; ///< of the lexicon
    std::vector<ReflectionKind> kinds; ///< of each
    double languageWeight = 0; ///< rewards.language
    int64_t traces = 0;
    int64_t judged = 0; ///< of these
    int64_t failed = 0; ///< whose judging failed: neither right nor wrong, and not among the traces
    int64_t notKept = 0; ///< held-out answers without their text
    size_t heldOutProblems = 0; ///< different ones, over the evaluations that are counted
    int64_t lastStep = -1; ///< of completions: the last that was read

    /// Traces that were looked at, those left out included.
    int64_t read() const { return traces + failed + notKept; }
    /// First and last step of the tallies below; nullopt without any.
    std::optional<std::pair<int64_t, int64_t>> ends(int64_t from, int64_t to) const;
    /// Of the tallies that end at from ≤ step ≤ to.
    int64_t failedIn(int64_t from, int64_t to) const;
    /// Sums over the tallies that end at from ≤ step ≤ to.
    SumsByVerdict sums(int64_t from, int64_t to) const;
    /// The clusters of their traces: groups; or the problems, each over all the evaluations, as these ask the same
    /// ones. Linear in the counts, as a page asks on the window's thread.
    std::vector<ClusterCounts> clusters(TraceDivision by, int64_t from, int64_t to) const;
    /// Accuracy of the one kind minus that of the other among traces of one prompt and one step.
    std::optional<RateComparison> within(TraceDivision by, int64_t from, int64_t to) const;
    /// Different held-out problems that were counted.
    size_t problemsAsked(int64_t from, int64_t to) const;
    /// Where the answer of an example is read; nullopt where it is a completion, known by its id.
    std::optional<AnswerPlace> placeOf(const TraceExample& example) const;
};

class TraceAnalysis : public QObject {
    Q_OBJECT
public:
    TraceAnalysis(const QString& folder, std::shared_ptr<const Lexicon> lexicon,
        TraceSource of = TraceSource::Completions, QObject* parent = nullptr);
    ~TraceAnalysis() override;

    QString folder() const { return m_folder; }
    TraceSource of() const { return m_of; }
    /// Reads what was committed since the last call; while it is reading, it is asked again when it is done.
    void refresh();
    bool reading() const { return m_reading; }
    /// Traces looked at so far, those left out included; ahead of tally() within a long evaluation.
    qint64 tracesRead() const { return m_read; }
    /// Never null.
    std::shared_ptr<const RunTally> tally() const { return m_tally; }

Q_SIGNALS:
    void progressed(qint64 tracesRead, qint64 tracesInAll);
    /// tally() has grown. While a long run is read this comes several times.
    void changed();
    void finished();

private:
    struct Reader; ///< lives on the worker's thread
    void advance(qint64 read, qint64 total);
    void take(std::shared_ptr<const RunTally> tally, qint64 total, bool last);

    QString m_folder;
    TraceSource m_of;
    std::shared_ptr<const RunTally> m_tally;
    std::shared_ptr<Reader> m_reader;
    std::shared_ptr<std::atomic<bool>> m_stop;
    bool m_reading = false, m_again = false;
    qint64 m_read = 0;
    Worker m_worker; ///< last: its thread ends before what it uses
};

} // namespace aha
