#include "core/engine/checkpoint.h"

#include "core/base/fault.h"
#include "core/base/files.h"
#include "core/base/json_depth.h"
#include "core/protocol/run_folder.h"
#include "core/weights/safetensors.h"

#include <ATen/ops/from_blob.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <functional>

namespace aha {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

constexpr const char* kManifest = "manifest.json";

std::string optimizerBytes(const AdamWState& state)
{
    const at::Tensor first = state.first_P.cpu().contiguous(), second = state.second_P.cpu().contiguous();
    const auto bytes = [](const at::Tensor& t) {
        return std::string_view(static_cast<const char*>(t.const_data_ptr()), size_t(t.numel()) * 4);
    };
    return writeSafetensors({ { "exp_avg", "F32", { first.numel() }, bytes(first) },
                                { "exp_avg_sq", "F32", { second.numel() }, bytes(second) } },
        { { "updates", std::to_string(state.updates) } });
}

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

Result<CheckpointRow> saveCheckpoint(const fs::path& run, int64_t step, const Policy& policy,
    const AdamWState& optimizer, const CompanionFiles& companions, const std::string& configHash)
{
    const fs::path parent = run / run_folder::kCheckpoints;
    char name[32];
    std::snprintf(name, sizeof name, "step_%06lld", static_cast<long long>(step));
    const fs::path folder = parent / name, temporary = parent / (std::string(name) + ".tmp");
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
    files.emplace_back("optimizer.safetensors", [&] { return optimizerBytes(optimizer); });
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
    const Result<SafetensorsHeader> header = parseSafetensors(*bytes);
    if (!header)
        return invalid(folder, header.error().message);
    LoadedCheckpoint loaded { (*manifest)["step"].get<int64_t>(), std::move(*policy), {} };
    loaded.optimizer.first_P = loaded.policy.trained().clone();
    loaded.optimizer.second_P = loaded.policy.trained().clone();
    for (const auto& [name, target] : { std::pair<const char*, at::Tensor*> { "exp_avg", &loaded.optimizer.first_P },
             { "exp_avg_sq", &loaded.optimizer.second_P } }) {
        const auto entry = header->tensors.find(name);
        if (entry == header->tensors.end() || entry->second.dtype != "F32"
            || entry->second.end - entry->second.begin != uint64_t(target->numel()) * 4)
            return invalid(folder, std::string("optimizer.safetensors has no fitting ") + name + ".");
        std::memcpy(
            target->data_ptr(), bytes->data() + header->dataOffset + entry->second.begin, size_t(target->numel()) * 4);
    }
    const auto updates = header->metadata.find("updates");
    if (updates == header->metadata.end())
        return invalid(folder, "optimizer.safetensors does not say how many updates were made.");
    loaded.optimizer.updates = std::strtoll(updates->second.c_str(), nullptr, 10);
    return loaded;
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
        const Result<Json> manifest = readManifest(folder);
        const Result<void> sound = manifest ? verify(folder, *manifest) : Result<void>(manifest.error());
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
