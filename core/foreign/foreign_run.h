#pragma once
// A run of another program as a run directory of ours, that grows with it.

#include "core/foreign/foreign_completions.h"
#include "core/foreign/tensorboard_events.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_writer.h"
#include "core/trace/reflection.h"

#include <map>
#include <memory>
#include <set>

namespace aha::foreign {

struct ImportReport {
    std::vector<std::string> files; ///< that were read
    int64_t steps = 0, completions = 0, scalars = 0; ///< committed
    std::vector<std::string> notes; ///< what was assumed, renamed, or left out
};

/// Reads what is new at every poll() and commits steps that are over. Holds the run's lease meanwhile: it is the only
/// writer. Not thread-safe.
class ForeignRun {
public:
    /// `source`: a file, or a folder that is searched with those in it. `run`: made, or gone on with: steps that it has
    /// are not written again. Errors: source_missing; foreign_nothing when there is no file of a known kind and
    /// `follow` is false; those of the lease and of RunWriter.
    static Result<std::unique_ptr<ForeignRun>> open(
        const std::filesystem::path& source, const std::filesystem::path& run, Lexicon lexicon, bool follow);

    /// Reads what has come. A step is committed once every kind of file has one of a later step, and at `last` in any
    /// case; a file that cannot be read whole yet waits (at `last` it is an error). Returns how many were committed.
    Result<int64_t> poll(bool last);
    /// Says what was read in the run's log, and how it stands: ended, or to be gone on with.
    Result<void> finish(bool ended);
    const ImportReport& report() const { return m_report; }

private:
    struct Events { ///< one event file
        uint64_t offset = 0;
        bool damaged = false;
    };
    struct PendingStep {
        std::map<std::string, std::pair<double, double>> metrics; ///< value and wall time: the later one counts
        std::vector<ForeignCompletion> completions;
    };

    ForeignRun(std::filesystem::path source, Lexicon lexicon);
    Result<void> create(const std::filesystem::path& run);
    std::vector<std::filesystem::path> sourceFiles() const;
    Result<void> readEvents(const std::filesystem::path& file);
    Result<void> readCompletions(const std::filesystem::path& file, bool last);
    StepRow stepRow(int64_t step, PendingStep& pending);
    void note(const std::string& text);

    std::filesystem::path m_source;
    Lexicon m_lexicon;
    std::unique_ptr<Lease> m_lease;
    std::unique_ptr<RunWriter> m_writer;
    std::map<std::string, Events> m_events;
    std::set<std::string> m_read; ///< completion files that were read whole
    std::map<std::string, uint64_t> m_sizes; ///< of others, at the poll before
    std::map<int64_t, PendingStep> m_pending;
    std::map<std::string, int64_t> m_newest; ///< by kind of file: its last step
    int64_t m_before = -1; ///< last step that an earlier import committed
    std::set<std::string> m_names; ///< of scalars that were renamed or kept
    ImportReport m_report;
};

} // namespace aha::foreign
