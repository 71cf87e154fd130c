#include "widgets/models/evaluationoffer.h"

#include "core/base/files.h"
#include "core/protocol/remote_run.h"
#include "core/protocol/run_folder.h"
#include "core/store/evaluated_steps.h"
#include "widgets/language/translation.h"

#include <set>

namespace aha {

EvaluationOffer readEvaluationOffer(const RunName& run)
{
    EvaluationOffer offer { run, {}, {} };
    const auto none = [&offer](const QString& why) {
        offer.problem = why;
        return offer;
    };
    const std::filesystem::path folder = run.folder.toStdString();
    if (isReplica(folder))
        return none(tr("%1 is the copy of a run on another machine: its checkpoints are there.").arg(run.label));
    const auto reader = RunReader::open(folder);
    if (!reader)
        return none(translated(reader.error().sentence()));
    if (const auto from = (*reader)->info("imported_from"); from && !from->empty())
        return none(tr("%1 was imported: its checkpoints are not in its folder.").arg(run.label));
    const Result<std::string> text = readFile(folder / run_folder::kConfig, 1 << 20);
    const Result<RunConfig> config = text ? runConfigFromJson(*text) : Result<RunConfig>(text.error());
    if (!config)
        return none(translated(config.error().sentence()));
    const Result<EvaluatedSteps> stored = evaluatedSteps(**reader, *config);
    if (!stored)
        return none(translated(stored.error().sentence()));
    if (!stored->solves && !stored->asks)
        return none(
            tr("%1 answers no held-out problems (%2, data.verifier %3); what it measures on held-out rows is in "
               "the charts eval_….")
                .arg(run.label, QString::fromStdString(config->general.kind),
                    QString::fromStdString(config->data.verifier)));
    const auto checkpoints = (*reader)->checkpoints();
    if (!checkpoints)
        return none(translated(checkpoints.error().sentence()));
    std::error_code ignored;
    std::set<qint64> steps;
    for (const CheckpointRow& row : *checkpoints)
        if (!row.removed && std::filesystem::exists(folder / row.path / "manifest.json", ignored))
            steps.insert(row.step);
    const bool any = !steps.empty();
    const Result<int64_t> last = (*reader)->lastStep();
    // Before its first step the engine that trains evaluates step 0 itself, and refuses another.
    const bool begins = !steps.contains(0) && liveEngine(folder) && last && *last < 1 && stored->miss(0);
    if (!begins && std::filesystem::exists(config->model.path, ignored))
        steps.insert(0);
    std::erase_if(steps, [&](qint64 step) { return !stored->miss(step); });
    offer.steps.assign(steps.begin(), steps.end());
    if (steps.empty())
        return none(
            (begins       ? tr("%1 has just begun and evaluates step 0 itself; its checkpoint of step 0 follows that.")
                    : any ? tr("Every checkpoint of %1 is evaluated.")
                          : tr("%1 has no checkpoint yet."))
                .arg(run.label));
    return offer;
}

} // namespace aha
