#pragma once
// What the traces of one training step show in numbers: reflection words and where they stand, languages; right, wrong
// and unjudged traces apart.

#include "core/base/cluster_rates.h"
#include "core/trace/behaviour.h"
#include "core/trace/language.h"
#include "core/trace/reflection.h"
#include "core/trace/writing_system.h"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace aha {

/// How a trace was judged, as a place among what is kept of each.
enum TraceVerdict : size_t { kWrongTrace, kRightTrace, kUnjudgedTrace };
inline constexpr size_t kTraceVerdicts = 3;
inline TraceVerdict traceVerdict(std::optional<bool> correct)
{
    return !correct ? kUnjudgedTrace : *correct ? kRightTrace : kWrongTrace;
}

/// Views live as long as the caller's strings.
struct TalliedTrace {
    int64_t id = 0, groupId = 0;
    std::optional<bool> correct = false; ///< nullopt: nobody judges it
    int tokens = 0;
    std::string_view text;
    const BehaviourProblem* problem = nullptr; ///< null: nothing is known of it
};

inline constexpr int kPositionBins = 20; ///< of equal width over the bytes of a trace

/// BehaviourCounts summed, and traces that show a behaviour at least once.
struct BehaviourSums {
    int64_t calculations = 0, wrongCalculations = 0;
    int64_t attempts = 0, repeatedAttempts = 0, hits = 0;
    int64_t verifications = 0, wrongVerifications = 0;
    int64_t backtracks = 0, subGoals = 0, enumerations = 0;
    int64_t reflections = 0, reflectionsNew = 0, reflectionsRepeat = 0, reflectionsNothing = 0, reflectionsChecking = 0;
    std::array<int64_t, 4> tracesWith {}; ///< by Behaviour

    void add(const BehaviourCounts& counts);
    void add(const BehaviourSums& other);
};

/// Sums over the right, the wrong or the unjudged traces of a step.
struct TraceSums {
    int64_t traces = 0, tokens = 0;
    int64_t reflections = 0, reflecting = 0; ///< words; traces with at least one
    std::vector<int64_t> words, tracesWithWord; ///< by index of the lexicon
    std::array<int64_t, kReflectionKinds> wordsOfKind {}, tracesWithKind {}; ///< by ReflectionKind
    std::array<int64_t, kPositionBins> positions {}; ///< of reflection words
    int64_t mixed = 0, mixedTokens = 0; ///< traces with words of at least two scripts; their tokens
    int64_t switches = 0; ///< words of another Script than the word before them
    std::array<int64_t, kPositionBins> switchPositions {};
    /// By WritingSystem; a word of several scripts is one of each.
    std::array<int64_t, kWritingSystems> scriptWords {}, tracesWithScript {};
    BehaviourSums behaviour;

    void add(const TraceSums& other);
};
using SumsByVerdict = std::array<TraceSums, kTraceVerdicts>; ///< by TraceVerdict
inline int64_t judgedOf(const SumsByVerdict& sums) { return sums[kWrongTrace].traces + sums[kRightTrace].traces; }
/// The verdicts together.
TraceSums allOf(const SumsByVerdict& sums);

/// Kinds of examples below 0; from 0 on, the reflection word of that index.
inline constexpr int kMixedExample = -1;
inline constexpr int kFalseVerdictExample = -2; ///< a verification whose verdict arithmetic refutes
inline constexpr int kNewAfterReflectionExample = -3, kRepeatAfterReflectionExample = -4,
                     kNothingAfterReflectionExample = -5, kCheckingReflectionExample = -6;
inline constexpr int kRepeatedAttemptExample = -7, kWrongCalculationExample = -8;
/// Verification, backtracking, sub-goal, enumeration.
inline constexpr int behaviourExample(Behaviour kind) { return -10 - int(kind); }

/// A place in a trace that shows something.
struct TraceExample {
    int kind = 0;
    int64_t id = 0, step = 0; ///< of the completion
    std::optional<bool> correct = false; ///< nullopt: nobody judged it
    std::string excerpt; ///< whole code points around the place
};

/// Of one step, or of several that follow each other.
struct StepTally {
    int64_t first = 0, step = 0; ///< the steps that are counted; both ends included
    int steps = 1; ///< with completions among them
    int64_t failed = 0; ///< traces whose judging failed: in no other number here
    SumsByVerdict of;
    std::vector<ClusterCounts> mixing; ///< of each group: the mixed traces against the others
    std::vector<ClusterCounts> reflecting; ///< of each group: traces that reflect against the others
    std::vector<TraceExample> examples; ///< at most one of each kind and verdict

    int64_t judged() const { return judgedOf(of); }
    int64_t traces() const { return judged() + of[kUnjudgedTrace].traces; }
    bool isEmpty() const { return traces() + failed == 0; }
    /// `next` comes after this one. Groups with equal counts become one entry.
    void append(const StepTally& next);
};

/// The tallies of a run of any length in bounded memory: of each step as long as these are few, then of 2, 4, 8, …
/// steps together, so that no more than kMost are kept.
class StepTallies {
public:
    static constexpr size_t kMost = 2048;
    using Kept = std::vector<std::shared_ptr<const StepTally>>;

    /// Of the next step.
    void append(StepTally tally);
    /// Ascending. The last may hold fewer steps than the others.
    const Kept& all() const { return m_kept; }
    int stepsEach() const { return m_each; }
    int64_t counted() const { return m_counted; } ///< steps in all

private:
    Kept m_kept; ///< readers on other threads may share an entry: it is replaced, not changed
    int m_each = 1;
    int64_t m_counted = 0;
};

/// Adds up the traces of one step, one after another. Linear in the text.
class StepTallier {
public:
    /// The lexicon must live as long as the tallier.
    StepTallier(const Lexicon& lexicon, int64_t step);
    void add(const TalliedTrace& trace);
    /// A trace without a verdict, as its judging failed: counted apart.
    void addFailed() { ++m_tally.failed; }
    StepTally finish(); ///< groups in the order of their ids

private:
    void example(const TalliedTrace& trace, int kind, size_t begin, size_t end);
    void addBehaviour(const TalliedTrace& trace, const std::vector<WordHit>& hits, BehaviourSums& sums);

    const Lexicon& m_lexicon;
    StepTally m_tally;
    std::map<int64_t, std::pair<ClusterCounts, ClusterCounts>> m_groups;
    std::map<std::pair<int, TraceVerdict>, bool> m_shown; ///< kinds that have their example
};

/// At most kMost examples, evenly spread over all that were offered, whatever their number.
class ExampleShelf {
public:
    static constexpr size_t kMost = 64;
    void offer(const TraceExample& example);
    const std::vector<TraceExample>& examples() const { return m_kept; }

private:
    std::vector<TraceExample> m_kept;
    int64_t m_offered = 0, m_stride = 1;
};

/// Bytes [begin, end) of `text` with up to `before` and `after` bytes around them, cut at code points.
std::string excerptOf(std::string_view text, size_t begin, size_t end, size_t before, size_t after);

} // namespace aha
