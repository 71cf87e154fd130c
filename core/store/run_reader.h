#pragma once
// Read-only queries on a run's database: what the window, `inspect`, `report` and `export` see.

#include "core/base/result.h"
#include "core/store/rows.h"

#include <filesystem>
#include <functional>
#include <memory>

namespace aha {

/// What to look for among the completions of a run. Unset fields do not filter.
struct TraceFilter {
    std::string text; ///< substring of the text, case-insensitive for ASCII
    std::optional<double> rewardMin, rewardMax;
    std::optional<int> tokensMin, tokensMax;
    std::optional<int64_t> stepMin, stepMax;
    std::optional<bool> correct, formatOk, mixesLanguage, reflects;
    std::string finishReason, reason;
    std::string verdict; ///< correct | wrong | malformed | infra_error | timeout
    bool isPattern = false; ///< `text` is a regular expression (text_pattern.h)
    bool operator==(const TraceFilter&) const = default;
};

enum class TraceOrder {
    Newest,
    Oldest,
    RewardHigh,
    RewardLow,
    Longest,
    Shortest,
    MostReflections,
    FewestReflections,
    AdvantageHigh,
    AdvantageLow
};

/// One row of a search result: the completion without its text.
struct TraceHit {
    CompletionRow completion;
    int groupPosition = 0;
    std::string promptText;
};

struct RunSummary {
    std::string runId, name, kind, configJson;
    double createdAt = 0;
    int64_t steps = 0; ///< committed training steps (step 0 not counted)
    int64_t lastStep = -1;
    int64_t groups = 0, completions = 0;
    std::string lastMarker; ///< kind of the newest marker: start, finished, failed, …
};

/// Where a prompt was asked: as a held-out problem, and its place in the run.
struct PromptAnswers {
    PromptRow prompt;
    struct Evaluation {
        int64_t id = 0, step = 0;
        int samples = 1, position = 0, correct = 0;
    };
    std::vector<Evaluation> evaluations; ///< in order of step
};

/// One read-only connection. Every query sees a consistent state; none blocks the writer. Give each thread its own
/// reader. Errors of every method: database_corrupt, database_busy; of a
/// search for a pattern also pattern_invalid, pattern_costly.
class RunReader {
public:
    /// Errors: database_missing, database_newer (names both versions), database_corrupt, database_lost_tail.
    static Result<std::unique_ptr<RunReader>> open(const std::filesystem::path& folder);
    ~RunReader();

    Result<RunSummary> summary() const;
    Result<int64_t> lastStep() const;
    Result<std::vector<std::string>> metricNames() const;
    /// Points with step > afterStep, in order of step.
    Result<std::vector<SeriesPoint>> series(const std::string& metric, int64_t afterStep = -1) const;
    /// Every metric of one step.
    Result<Metrics> metricsAt(int64_t step) const;
    /// Groups of a step without completions.
    Result<std::vector<GroupRow>> groups(int64_t step) const;
    /// Completions of a group without text.
    Result<std::vector<CompletionRow>> completions(int64_t groupId) const;
    Result<GroupRow> group(int64_t groupId) const;
    /// Groups of a step with their completions, without text: two queries, whatever the number of groups.
    Result<std::vector<GroupRow>> groupsWithCompletions(int64_t step) const;
    /// Ids of the step's groups that have token detail.
    Result<std::vector<int64_t>> groupsWithDetail(int64_t step) const;
    /// Every group that answered this prompt, in order of step, without completions.
    Result<std::vector<GroupRow>> groupsOfPrompt(int64_t promptId) const;
    /// One of them, without text: who needs its group or step does not read megabytes. Errors: row_missing.
    Result<CompletionRow> completion(int64_t completionId) const;
    /// Fills text and tokenIds.
    Result<CompletionRow> completionText(int64_t completionId) const;
    /// nullopt when none was stored.
    Result<std::optional<TokenDetail>> tokenDetail(int64_t completionId) const;
    /// Keyset pages: pass the last row already read as `after`.
    Result<std::vector<TraceHit>> search(
        const TraceFilter& filter, TraceOrder order, int limit, const TraceHit* after = nullptr) const;
    /// Reads the completions themselves, in the order of their ids: an index would lead from one to another.
    Result<int64_t> countHits(const TraceFilter& filter) const;
    /// Both, for a filter with a text: what takes the time is to read the texts, and they are read once. `first` gets
    /// the first page (at most `limit`) as soon as it is known; returned is how many there are. Once `wanted`,
    /// which two threads ask now and then, says no, it is `cancelled`: interrupt() misses a search before it begins.
    Result<int64_t> searchTexts(const TraceFilter& filter, TraceOrder order, int limit,
        const std::function<void(std::vector<TraceHit>)>& first, const std::function<bool()>& wanted = {}) const;
    /// On held-out problems: what figures are made of.
    Result<std::vector<EvaluationRow>> evaluations() const;
    /// What the run's own prompts were answered (kProbesTask).
    Result<std::vector<EvaluationRow>> probes() const;
    /// One of either. Errors: row_missing.
    Result<EvaluationRow> evaluation(int64_t evaluationId) const;
    /// In order of position. `withExamples` false leaves `example` empty: lists do not touch text.
    Result<std::vector<EvaluationProblemRow>> evaluationProblems(int64_t evaluationId, bool withExamples = true) const;
    /// One of them, `example` empty. Errors: row_missing.
    Result<EvaluationProblemRow> evaluationProblem(int64_t evaluationId, int64_t position) const;
    Result<std::string> evaluationExample(int64_t evaluationId, int64_t position) const;
    /// Every sample of one problem, without text: what a completion of a step has, `position` being the sample. Empty
    /// where the run stored one answer per problem, as runs of older versions did.
    Result<std::vector<CompletionRow>> evaluationSamples(int64_t evaluationId, int64_t position) const;
    /// One of them with its text. Of a run that stored one answer there is sample 0, with nothing but its text. Errors:
    /// row_missing (also of a text that had no room, run_writer.h).
    Result<CompletionRow> evaluationSample(int64_t evaluationId, int64_t position, int64_t sample) const;
    /// nullopt when the run never saw a prompt of this text.
    Result<std::optional<PromptAnswers>> answersOf(const std::string& promptText) const;
    Result<std::vector<CheckpointRow>> checkpoints() const;
    /// A changed setting has its old value, too, noted or told from the configuration (marker_changes.h).
    Result<std::vector<MarkerRow>> markers() const;
    Result<std::vector<LogRow>> log(int64_t afterId, int limit) const;
    Result<std::string> info(const std::string& key) const; ///< "" when absent
    /// Ends the query that another thread is running on this reader with the error `cancelled`. Thread-safe.
    void interrupt() const;

private:
    struct State;
    explicit RunReader(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace aha
