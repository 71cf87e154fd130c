#pragma once
// The writer of a run's database. Owned by the engine process that holds the run's lease; beside it only by one that
// stores an evaluation made afterwards.

#include "core/base/result.h"
#include "core/store/learning_rows.h"
#include "core/store/rows.h"

#include <filesystem>
#include <memory>

namespace aha {

/// Schema version that this code writes and reads (PRAGMA user_version).
inline constexpr int kSchemaVersion = 3;

/// So much of an evaluation's texts: it travels to a replica in one line, which is bounded, too.
inline constexpr size_t kMostSampleBytes = 64 << 20;

/// Appends to run.db. WAL mode, synchronous=FULL (a committed step survives power loss on storage that honours fsync);
/// readers never checkpoint the WAL. Two processes take turns: each waits up to 10 s for a transaction of the other.
/// After each commit the independent high-water mark (`high_water.json`: last step, number of steps, rows) is fsynced;
/// RunReader and reopening compare against it, because SQLite cannot tell that it lost the tail.
/// Errors of every method: disk_full, database_unwritable, database_corrupt. Not thread-safe.
class RunWriter {
public:
    /// New database in `folder` (must exist, must not hold a run.db). Stage 1 is created from `kind`/`configJson`.
    static Result<std::unique_ptr<RunWriter>> create(const std::filesystem::path& folder, const std::string& runId,
        const std::string& name, const std::string& kind, const std::string& configJson);
    /// Existing database; one of an older version gets the tables that it lacks. Errors also: database_missing,
    /// database_newer (names both versions), database_lost_tail.
    static Result<std::unique_ptr<RunWriter>> open(const std::filesystem::path& folder);
    ~RunWriter();

    /// Commits the step in one transaction. A step that is already there is compared instead: equal digests succeed
    /// without writing, different ones are the error step_mismatch (a recomputed step must equal the stored one).
    Result<void> commitStep(const StepRow& step) { return commitStep(step, {}); }
    /// `learning`: of every completion, group by group; empty: none. No part of the digest.
    Result<void> commitStep(const StepRow& step, const std::vector<LearningRow>& learning);
    /// Likewise for an evaluation (unique by stage, step, task; answers to a run's own prompts are one of kProbesTask).
    /// Its samples are no part of the digest. Of each problem the texts of the first right and the first wrong sample
    /// are kept, and of the others what has room: all problems of an evaluation share kMostSampleBytes, packed.
    Result<void> commitEvaluation(const EvaluationRow& evaluation);
    Result<void> addCheckpoint(const CheckpointRow& checkpoint);
    Result<void> markCheckpointRemoved(const std::string& path);
    Result<int64_t> addMarker(const MarkerRow& marker);
    Result<void> addLog(const std::string& level, const std::string& message);
    Result<void> setInfo(const std::string& key, const std::string& value);
    Result<void> endStage(int64_t stageId);
    /// Provenance of prompts and training rows: returns the id of an equal source or of a new one. `sha256`: of a
    /// file's content.
    Result<int64_t> addSource(const std::string& kind, const std::string& locator, const std::string& licence,
        const std::string& sha256 = "", const std::string& note = "");
    /// -1 when no step is committed.
    int64_t lastStep() const;
    /// Steps committed at or before which `kind` markers exist, oldest first (for replaying knob changes).
    Result<std::vector<MarkerRow>> markers(const std::string& kind) const;

private:
    struct State;
    explicit RunWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace aha
