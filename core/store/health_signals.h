#pragma once
// What a run's series say about its health: signals with a cause to think of, never verdicts. Each has a threshold that
// a person can move. The rules are in health_rules.cpp; METRICS.md explains the metrics that they read.

#include "core/base/paired_tests.h"
#include "core/store/rows.h"
#include "core/store/signal_series.h"

#include <string>

namespace aha {

enum class HealthSignal {
    Truncation,
    ZeroVariance,
    EntropyCollapse,
    EntropyRise,
    KlSpike,
    AccuracyFall,
    RewardWithoutHeldOut,
    DominantPart,
    LengthDrift,
    Repetition,
    FormatOnly,
    SamplerGap,
    InfraErrors,
    HeldOutLossRise,
    LossSpike,
    ChosenFalls,
};

/// What a person reads about a signal, and its threshold.
struct SignalInfo {
    HealthSignal signal;
    const char* key; ///< stable, of settings
    const char* name;
    const char* measures; ///< the value that is held against the threshold
    const char* cause; ///< what usually stands behind it
    const char* look; ///< what to look at next
    double threshold, least, most; ///< default and range
    int decimals; ///< of the value and the threshold, after scaling
    bool percent; ///< a share of completions, groups or rewards, shown times 100
    bool below; ///< raised at or below the threshold instead of at or above
    const char* relative = ""; ///< unit: of which earlier value it is a multiple ("× start"), or "nats"
    bool rise = false; ///< a difference from an earlier value, shown with its sign
};
/// In the order of the enum.
const std::vector<SignalInfo>& signalInfos();

/// What the completions of one step earned that were cut off at the limit, and those that ended by themselves.
struct CutOff {
    int64_t step = 0;
    int cut = 0, ended = 0; ///< completions with a reward
    double cutReward = 0, endedReward = 0; ///< sums
};

/// Can runs of this kind record what the signal is about? Of an unknown kind ("") every one may.
bool signalApplies(HealthSignal signal, const std::string& kind);

/// Steps that a sentence about cut off completions looks back over, at most.
inline constexpr size_t kCutOffSteps = 64;

/// A run as the rules see it, by value.
struct SignalData {
    std::string kind; ///< general.kind; "": unknown
    std::map<std::string, SignalSeries> series; ///< by metric
    std::vector<EvaluationRow> evaluations; ///< in order of step
    /// Of two evaluations (their ids) that asked the same problems; others are compared unpaired.
    std::map<std::pair<int64_t, int64_t>, PairedComparison> paired;
    /// Of every reward part that ever had one: the newest weight. A part whose weight moved has it step by step in the
    /// series rewards/<part>/weight: a step is judged by the weights that it trained with.
    std::vector<std::pair<std::string, double>> weights;
    std::vector<CutOff> cutOff; ///< step by step, of the stored completions; of the newest kCutOffSteps is enough
    double completionsPerStep = 0; ///< n of a step
    int64_t examplesPerUpdate = 0; ///< rows, pairs or completions that an update learns from; 0: unknown
    double repetitionPerStep = 0; ///< completions per step that kRepetitionSeries rests on
    bool lowPrecisionRollouts = false;
};

/// Share of repeated 4-grams, mean over a sample of the step's completions: not a metric of the engine, counted from
/// the texts by whoever fills SignalData.
inline constexpr const char* kRepetitionSeries = "text/repetition";
/// Every metric that a rule reads; reward parts (rewards/<part>/mean and /std) come on top.
const std::vector<std::string>& signalMetrics();

/// How much of what a signal needs is recorded so far.
struct SignalWait {
    int64_t recorded = 0, needed = 0; ///< needed 0: it waits for nothing, as the run does not record what it needs
    bool evaluations = false; ///< held-out evaluations instead of steps
};

struct SignalState {
    /// Unknown: what it needs is not recorded, or there are too few steps. NotOfKind: no run of this kind records it.
    enum State { Unknown, Quiet, Raised, NotOfKind };
    State state = Unknown;
    int64_t since = -1; ///< raised: first step of the stretch that lasts until now; quiet: of the newest one, or −1
    int64_t until = -1; ///< last step of that stretch
    int64_t worst = -1; ///< step with the most extreme value of that stretch, else the newest step
    double value = 0; ///< newest; NaN when unknown
    double threshold = 0;
    SignalWait wait {}; ///< unknown: for what
    std::string numbers; ///< the sentence with the figures and their n
    std::vector<SeriesPoint> values; ///< what is held against the threshold, over the steps; thinned() to kMostValues
};
/// A line of so many points has every extreme that a chart two thousand pixels wide can show.
inline constexpr size_t kMostValues = 4096;

/// Steps whose mean is held against thresholds: one step of a small batch says little.
inline constexpr int kSignalWindow = 5;

/// The earlier evaluations that the one at `index` is held against: the first, and the one halfway, as a rise may stop
/// in the middle.
std::vector<size_t> heldAgainst(size_t index);

/// The pairs of evaluations, by index, whose paired difference decides at this threshold whether the reward rose
/// without held-out accuracy, and those of the newest evaluation, which are told. Where the reward did not rise, or the
/// intervals of the two lie apart, it decides nothing: a bootstrap of many evaluations takes seconds.
std::vector<std::pair<size_t, size_t>> pairsAsked(const SignalData& data, double threshold);

/// Steps, up to the one that raises it, that decide on a signal: what was changed in them may be its cause.
int signalReach(HealthSignal signal);

/// States in the order of signalInfos(). `thresholds` has as many entries.
std::vector<SignalState> evaluateSignals(const SignalData& data, const std::vector<double>& thresholds);
std::vector<double> defaultThresholds();

} // namespace aha
