#pragma once
// A copy of a run that lives elsewhere, row for row; written by the replicator alone, read like any run.

#include "core/store/run_stream.h"

namespace aha {

/// Owns the copy's run.db, as RunWriter owns that of a run: the caller holds the folder's lease. A batch is there as a
/// whole or not at all. There is no high_water.json: what is lost here is sent again.
/// Errors of every method: disk_full, database_*, and stream_malformed, stream_damaged (a digest that does not fit),
/// stream_diverged (a row is there already, with something else to say).
class RunReplica {
public:
    /// A new copy of the run that `hello` names, or the one that `folder` has of it. Errors also: replica_other_run.
    static Result<std::unique_ptr<RunReplica>> open(const std::filesystem::path& folder, const StreamHello& hello);
    /// How far the copy in `folder` is; the beginning when there is none.
    static Result<StreamCursor> cursorOf(const std::filesystem::path& folder);
    ~RunReplica();

    /// One line of RunStream::read(). True when it brought a step or an evaluation.
    Result<bool> apply(const std::string& line);
    int64_t lastStep() const;

private:
    struct State;
    explicit RunReplica(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace aha
