#pragma once
// The checkpoints of one run: which are there, which stay, and the table in run.db that lists them.

#include "core/algo/adamw.h"
#include "core/config/run_config.h"
#include "core/engine/checkpoint.h"
#include "core/nn/policy.h"
#include "core/store/run_writer.h"

#include <set>

namespace aha {

/// Folders and table change together; where a kill came between, takeOver() lets the table follow the folders. Throws
/// Failure. The writer must outlive it.
class CheckpointShelf {
public:
    CheckpointShelf(std::filesystem::path run, RunWriter& writer)
        : m_run(std::move(run))
        , m_writer(writer)
    {
    }

    /// What an earlier session left, up to `step`, the newest usable checkpoint.
    void takeOver(int64_t step);
    /// Writes one, unless this step has one, and removes what is too old: the newest few stay, and the first.
    void save(int64_t step, const Policy& policy, const AdamWState& optimizer, const StageFiles& stage,
        const CompanionFiles& companions, const RunConfig& config);

private:
    std::filesystem::path m_run;
    RunWriter& m_writer;
    std::set<int64_t> m_saved;
};

} // namespace aha
