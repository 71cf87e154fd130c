#include "core/engine/train_run.h"

#include "core/base/files.h"
#include "core/config/data_sources.h"
#include "core/config/lora_config.h"
#include "core/engine/compute_device.h"
#include "core/engine/engine_context.h"
#include "core/engine/run_attachment.h"
#include "core/engine/step_rewards.h"
#include "core/engine/train_loop.h"
#include "core/nn/transformer.h"

namespace aha {

namespace fs = std::filesystem;

namespace {

/// The folder's name; "runs/x/" is x as well.
std::string runIdOf(const fs::path& run)
{
    const fs::path normal = fs::absolute(run).lexically_normal();
    return (normal.has_filename() ? normal : normal.parent_path()).filename().string();
}

/// Each of the paths as an absolute one; missing files are found when they are opened.
std::string resolvedPaths(const std::string& paths, const fs::path& configFolder)
{
    DataConfig data;
    data.path = paths;
    std::string resolved;
    for (const DataSource& source : orThrow(dataSources(data)))
        resolved += (resolved.empty() ? "" : "; ")
            + fs::absolute(resolvePath(source.path, configFolder)).lexically_normal().string();
    return resolved;
}

} // namespace

Result<RunConfig> readRunConfig(const fs::path& run)
{
    const Result<std::string> text = readFile(run / run_folder::kConfig, 1 << 20);
    if (!text)
        return Error { "run_missing", "There is no run in " + run.string() + " (no config.json).", "Check the path." };
    return runConfigFromJson(*text);
}

Result<RunConfig> resolvedConfig(RunConfig config, const fs::path& configFolder)
{
    config.model.path = fs::absolute(resolvePath(config.model.path, configFolder)).lexically_normal().string();
    if (Result<void> valid = validate(config); !valid)
        return valid.error();
    if (Result<void> valid = checkRewards(config.rewards); !valid)
        return valid.error();
    for (std::string* paths : { &config.data.path, &config.data.evalPath })
        *paths = resolvedPaths(*paths, configFolder);
    return config;
}

Result<RunState> startRun(
    RunConfig config, const fs::path& run, const fs::path& configFolder, const RunObserver& observer)
{
    Result<RunConfig> resolved = resolvedConfig(std::move(config), configFolder);
    if (!resolved)
        return resolved.error();
    config = std::move(*resolved);
    // Refused before anything is written. What "auto" comes to is stored: a resume does not choose again.
    const Result<ComputeDevice> device = ComputeDevice::open(config.general.device, CudaPlugin::For::Training);
    if (!device)
        return device.error();
    const bool automatic = config.general.device == "auto";
    config.general.device = device->name();
    const Result<ModelConfig> model = Transformer::configOf(config.model.path);
    if (!model)
        return model.error();
    if (Result<void> able = device->computes(*model); !able) {
        if (!automatic)
            return able.error();
        config.general.device = "cpu";
    }
    if (config.adapter.rank > 0)
        if (Result<void> fits = checkTargets(loraConfig(config, *model), *model); !fits)
            return fits.error();
    if (Result<void> made = makeFolders(run); !made)
        return made.error();
    std::error_code ignored;
    if (fs::exists(run / run_folder::kDatabase, ignored))
        return Error { "run_exists", "There is already a run in " + run.string() + ".",
            "Choose another folder, or continue it with: ahascope resume " + run.string() };
    Result<std::unique_ptr<Lease>> lease = Lease::acquire(run);
    if (!lease)
        return lease.error();
    const std::string text = toJsonText(config);
    if (Result<void> written = writeFileAtomically(run / run_folder::kConfig, text); !written)
        return written.error();
    Result<std::unique_ptr<RunWriter>> writer
        = RunWriter::create(run, runIdOf(run), config.general.name, config.general.kind, text);
    if (!writer)
        return writer.error();
    return runTrainLoop(std::move(config), run, std::move(*lease), std::move(*writer), false, observer);
}

Result<RunState> resumeRun(const fs::path& run, const RunObserver& observer)
{
    if (isReplica(run))
        return Error { "run_replica", run.string() + " is the copy of a run that lives elsewhere.",
            "Resume it there; to follow it again: ahascope attach " + run.string() };
    Result<RunConfig> config = readRunConfig(run);
    if (!config)
        return config.error();
    Result<std::unique_ptr<Lease>> lease = Lease::acquire(run);
    if (!lease)
        return lease.error();
    Result<std::unique_ptr<RunWriter>> writer = RunWriter::open(run);
    if (!writer && writer.error().code == "database_missing") // killed before the database was made
        writer = RunWriter::create(run, runIdOf(run), config->general.name, config->general.kind, toJsonText(*config));
    if (!writer)
        return writer.error();
    const Result<std::vector<MarkerRow>> finished = (*writer)->markers("finished");
    if (!finished)
        return finished.error();
    if (!finished->empty()) {
        if (observer.note)
            observer.note("The run is already finished.");
        return RunState::Finished;
    }
    return runTrainLoop(std::move(*config), run, std::move(*lease), std::move(*writer), true, observer);
}

} // namespace aha
