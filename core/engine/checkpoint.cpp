#include "core/engine/checkpoint.h"

#include "core/base/fault.h"
#include "core/base/files.h"
#include "core/base/json_depth.h"
#include "core/protocol/run_folder.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>

namespace aha {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

constexpr const char* kManifest = "manifest.json";

Error invalid(const fs::path& folder, const std::string& why)
{
    return { "checkpoint_invalid", "The checkpoint " + folder.string() + " cannot be used: " + why,
        "Use an earlier checkpoint." };
}

Result<Json> readManifest(const fs::path& folder)
{
    const Result<std::string> text = readFile(folder / kManifest, 1 << 20);
    if (!text)
        return invalid(folder, "it has no manifest (the save was interrupted).");
    Json json = jsonDepthWithin(*text) ? Json::parse(*text, nullptr, /*allow_exceptions=*/false) : Json();
    if (!json.is_object() || !json.contains("step") || !json["step"].is_number_integer() || !json.contains("files")
        || !json["files"].is_object())
        return invalid(folder, "its manifest is damaged.");
    return json;
}

Result<void> verify(const fs::path& folder, const Json& manifest)
{
    for (const auto& [name, entry] : manifest["files"].items()) {
        if (name.find('/') != std::string::npos || !entry.is_object() || !entry.contains("sha256")
            || !entry["sha256"].is_string())
            return invalid(folder, "its manifest is damaged.");
        const Result<std::string> bytes = readFile(folder / name, uint64_t(1) << 40);
        if (!bytes)
            return invalid(folder, bytes.error().message);
        if (sha256Hex(*bytes) != entry["sha256"].get<std::string>())
            return invalid(folder, name + " does not match its checksum.");
    }
    return {};
}

} // namespace

TensorFile optimizerFile(const AdamWState& state)
{
    return { { { "exp_avg", state.first_P }, { "exp_avg_sq", state.second_P } },
        { { "updates", std::to_string(state.updates) } } };
}

Result<AdamWState> optimizerState(const TensorFile& file, int64_t parameters)
{
    AdamWState state;
    for (const auto& [name, target] :
        { std::pair<const char*, at::Tensor*> { "exp_avg", &state.first_P }, { "exp_avg_sq", &state.second_P } }) {
        const at::Tensor* tensor = file.find(name);
        if (!tensor || tensor->numel() != parameters)
            return Error { "checkpoint_invalid",
                std::string("the optimizer's file has no ") + name + " of " + std::to_string(parameters) + " numbers.",
                "Use an earlier checkpoint." };
        *target = *tensor;
    }
    const auto updates = file.texts.find("updates");
    if (updates == file.texts.end())
        return Error { "checkpoint_invalid", "the optimizer's file does not say how many updates were made.",
            "Use an earlier checkpoint." };
    state.updates = std::strtoll(updates->second.c_str(), nullptr, 10);
    return state;
}

fs::path checkpointFolder(const fs::path& run, int64_t step)
{
    char name[32];
    std::snprintf(name, sizeof name, "step_%06lld", static_cast<long long>(step));
    return run / run_folder::kCheckpoints / name;
}

Result<CheckpointRow> saveCheckpoint(const fs::path& run, int64_t step, const Policy& policy,
    const AdamWState& optimizer, const StageFiles& stage, const CompanionFiles& companions,
    const std::string& configHash)
{
    const fs::path folder = checkpointFolder(run, step), parent = folder.parent_path();
    const std::string name = folder.filename().string();
    const fs::path temporary = parent / (name + ".tmp");
    std::error_code ignored;
    fs::remove_all(temporary, ignored);
    if (Result<void> made = makeFolders(temporary); !made)
        return made.error();
    CheckpointRow row;
    row.step = step;
    row.path = std::string(run_folder::kCheckpoints) + "/" + name;
    Json manifest { { "step", step }, { "config_sha256", configHash }, { "files", Json::object() } };
    const auto write = [&](const std::string& file, const std::string& bytes) -> Result<void> {
        manifest["files"][file] = { { "bytes", bytes.size() }, { "sha256", sha256Hex(bytes) } };
        row.bytes += int64_t(bytes.size());
        return writeFileAtomically(temporary / file, bytes);
    };
    // Each file's bytes exist only while it is written: of a model that is trained whole they are as large as it is.
    std::vector<std::pair<std::string, std::function<std::string()>>> files;
    for (const auto& [file, bytes] : companions)
        files.emplace_back(file, [&bytes = bytes] { return bytes; });
    files.emplace_back("optimizer.safetensors", [&] { return optimizerFile(optimizer).bytes(); });
    files.insert(files.end(), stage.begin(), stage.end());
    if (const LoraAdapter* adapter = policy.adapter()) {
        files.emplace_back("adapter_config.json", [adapter] { return adapter->configJson(); });
        files.emplace_back("adapter_model.safetensors", [adapter] { return adapter->toSafetensors(); });
    } else {
        files.emplace_back("config.json", [&] { return modelConfigJson(policy.config()); });
        files.emplace_back("model.safetensors", [&] { return policy.base().toSafetensors(); });
    }
    const auto fail = [&](const Error& error) {
        fs::remove_all(temporary, ignored);
        return error;
    };
    for (const auto& [file, bytes] : files)
        if (Result<void> written = write(file, bytes()); !written)
            return fail(written.error());
    const std::string text = manifest.dump(2) + "\n";
    row.sha256 = sha256Hex(text);
    if (Result<void> written = writeFileAtomically(temporary / kManifest, text); !written)
        return fail(written.error());
    fs::remove_all(folder, ignored); // only ever one that could not be used: the caller keeps valid ones
    std::error_code error;
    faultKill("file");
    fs::rename(temporary, folder, error);
    if (error)
        return fail(fileError("Renaming", temporary, error.value()));
    if (Result<void> synced = syncPath(parent); !synced)
        return synced.error();
    return row;
}

namespace {

Result<Policy> loadPolicy(const fs::path& folder, const Json& manifest, const fs::path& base)
{
    if (!manifest["files"].contains("adapter_model.safetensors")) {
        Result<Transformer> model = Transformer::load(folder);
        return model ? Result<Policy>(Policy(std::move(*model))) : Result<Policy>(model.error());
    }
    Result<Transformer> model = Transformer::load(base);
    if (!model)
        return model.error();
    Result<LoraAdapter> adapter = LoraAdapter::load(folder, model->config());
    if (!adapter)
        return invalid(folder, adapter.error().message);
    return Policy(std::move(*model), std::move(*adapter));
}

} // namespace

Result<LoadedCheckpoint> loadCheckpoint(const fs::path& folder, const fs::path& base)
{
    const Result<Json> manifest = readManifest(folder);
    if (!manifest)
        return manifest.error();
    if (Result<void> sound = verify(folder, *manifest); !sound)
        return sound.error();
    Result<Policy> policy = loadPolicy(folder, *manifest, base);
    if (!policy)
        return policy.error();
    const Result<std::string> bytes = readFile(folder / "optimizer.safetensors", uint64_t(1) << 40);
    if (!bytes)
        return invalid(folder, bytes.error().message);
    const Result<TensorFile> file = parseTensorFile(*bytes);
    if (!file)
        return invalid(folder, file.error().message);
    Result<AdamWState> optimizer = optimizerState(*file, policy->trained().numel());
    if (!optimizer)
        return invalid(folder, optimizer.error().message);
    return LoadedCheckpoint { (*manifest)["step"].get<int64_t>(), std::move(*policy), std::move(*optimizer) };
}

Result<void> checkCheckpoint(const fs::path& folder)
{
    const Result<Json> manifest = readManifest(folder);
    return manifest ? verify(folder, *manifest) : Result<void>(manifest.error());
}

Result<fs::path> newestCheckpoint(const fs::path& run, std::vector<std::string>& notes)
{
    std::vector<fs::path> folders;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(run / run_folder::kCheckpoints, ignored))
        if (const std::string name = entry.path().filename().string();
            name.rfind("step_", 0) == 0 && name.find(".tmp") == std::string::npos)
            folders.push_back(entry.path());
    std::sort(folders.rbegin(), folders.rend());
    for (const fs::path& folder : folders) {
        const Result<void> sound = checkCheckpoint(folder);
        if (sound)
            return folder;
        notes.push_back(sound.error().message);
    }
    return Error { "checkpoint_missing", "The run " + run.string() + " has no usable checkpoint.",
        "It can only be started again from the beginning, as a new run." };
}

Result<CheckpointRow> describeCheckpoint(const fs::path& run, const fs::path& folder)
{
    const Result<std::string> text = readFile(folder / kManifest, 1 << 20);
    const Result<Json> manifest = readManifest(folder);
    if (!text || !manifest)
        return manifest ? invalid(folder, "it has no manifest.") : manifest.error();
    CheckpointRow row;
    row.step = (*manifest)["step"].get<int64_t>();
    row.path = folder.lexically_relative(run).string();
    row.sha256 = sha256Hex(*text);
    for (const auto& [name, entry] : (*manifest)["files"].items())
        row.bytes += entry.is_object() && entry.contains("bytes") && entry["bytes"].is_number_integer()
            ? entry["bytes"].get<int64_t>()
            : 0;
    return row;
}

void removeCheckpoint(const fs::path& folder)
{
    std::error_code ignored;
    const fs::path condemned
        = folder.string() + ".tmp"; // a removal that is cut short leaves what sweepCheckpoints takes away
    fs::rename(folder, condemned, ignored);
    fs::remove_all(condemned, ignored);
}

void sweepCheckpoints(const fs::path& run)
{
    std::error_code ignored;
    std::vector<fs::path> stale;
    for (const fs::directory_entry& entry : fs::directory_iterator(run / run_folder::kCheckpoints, ignored))
        if (entry.path().extension() == ".tmp")
            stale.push_back(entry.path());
    for (const fs::path& folder : stale)
        fs::remove_all(folder, ignored);
}

} // namespace aha
