#include "core/engine/model_source.h"

#include "core/base/files.h"
#include "core/engine/engine_context.h"

namespace aha {

namespace fs = std::filesystem;

namespace {

bool isAdapter(const fs::path& folder)
{
    std::error_code ignored;
    return fs::exists(folder / "adapter_config.json", ignored);
}

Result<Transformer> merged(const fs::path& base, const fs::path& adapterFolder)
{
    Result<Transformer> model = Transformer::load(base);
    if (!model)
        return model;
    const Result<LoraAdapter> adapter = LoraAdapter::load(adapterFolder, model->config());
    if (!adapter)
        return adapter.error();
    adapter->mergeInto(*model, *model); // in place: nobody else needs the base
    return model;
}

} // namespace

Result<fs::path> baseFolder(const fs::path& folder)
{
    if (!isAdapter(folder))
        return folder;
    const Result<std::string> text = readFile(folder / "adapter_config.json", 1 << 20);
    if (!text)
        return text.error();
    const Result<LoraConfig> config = parseLoraConfig(*text);
    if (!config)
        return config.error();
    const fs::path base = resolvePath(config->baseModel, folder);
    std::error_code ignored;
    if (config->baseModel.empty() || !fs::exists(base / "config.json", ignored))
        return Error { "adapter_base_missing",
            "The adapter " + folder.string() + " names the base model \"" + config->baseModel
                + "\", and there is no model folder of that name.",
            "Write the base model's folder into adapter_config.json as base_model_name_or_path." };
    return base;
}

Result<Transformer> loadModel(const fs::path& folder, const std::optional<fs::path>& adapter)
{
    const Result<fs::path> base = baseFolder(folder);
    if (!base)
        return base.error();
    if (adapter)
        return merged(*base, *adapter);
    return isAdapter(folder) ? merged(*base, folder) : Transformer::load(folder);
}

} // namespace aha
