#include "core/engine/checkpoint_shelf.h"

#include "core/base/files.h"
#include "core/engine/checkpoint.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_reader.h"

#include <iterator>

namespace aha {

namespace fs = std::filesystem;

void CheckpointShelf::takeOver(int64_t step)
{
    std::set<std::string> present;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(m_run / run_folder::kCheckpoints, ignored)) {
        const Result<CheckpointRow> row = describeCheckpoint(m_run, entry.path());
        if (!row || row->step > step) // newer than the newest usable one: it is written again when its step comes
            continue;
        m_saved.insert(row->step);
        present.insert(row->path);
    }
    std::set<std::string> listed;
    for (const CheckpointRow& row : orThrow(orThrow(RunReader::open(m_run))->checkpoints())) {
        if (!row.removed && row.step <= step && !present.count(row.path))
            orThrow(m_writer.markCheckpointRemoved(row.path));
        if (!row.removed)
            listed.insert(row.path);
    }
    for (const std::string& path : present)
        if (!listed.count(path))
            orThrow(m_writer.addCheckpoint(orThrow(describeCheckpoint(m_run, m_run / path))));
}

void CheckpointShelf::save(int64_t step, const Policy& policy, const AdamWState& optimizer, const StageFiles& stage,
    const CompanionFiles& companions, const RunConfig& config)
{
    if (m_saved.count(step))
        return;
    const CheckpointRow row
        = orThrow(saveCheckpoint(m_run, step, policy, optimizer, stage, companions, sha256Hex(toJsonText(config))));
    orThrow(m_writer.addCheckpoint(row));
    m_saved.insert(step);
    while (int64_t(m_saved.size()) > config.checkpoint.keep + 1) {
        const int64_t old = *std::next(m_saved.begin(), *m_saved.begin() == 0 ? 1 : 0);
        char name[40];
        std::snprintf(name, sizeof name, "checkpoints/step_%06lld", static_cast<long long>(old));
        orThrow(m_writer.markCheckpointRemoved(name));
        removeCheckpoint(m_run / name);
        m_saved.erase(old);
    }
}

} // namespace aha
