#include "core/engine/model_source.h"

#include "core/card/model_parts.h"
#include "core/engine/checkpoint.h"
#include "core/engine/engine_context.h"
#include "core/protocol/run_folder.h"

namespace aha {

namespace fs = std::filesystem;

namespace {

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

Result<fs::path> resolveModel(const std::string& given)
{
    const fs::path path = resolvePath(given);
    std::error_code ignored;
    if (!fs::exists(path / run_folder::kDatabase, ignored))
        return path;
    std::vector<std::string> notes;
    return newestCheckpoint(path, notes);
}

Result<std::shared_ptr<const Tokenizer>> loadModelTokenizer(const fs::path& path)
{
    return tokenizerOfModel(path, resourceRoot());
}

Result<ChatTemplate> loadChatTemplate(const fs::path& path) { return templateOfModel(path, resourceRoot()); }

Result<Transformer> loadModel(const fs::path& folder, const std::optional<fs::path>& adapter)
{
    const Result<fs::path> base = baseOfModel(folder, resourceRoot());
    if (!base)
        return base.error();
    if (adapter)
        return merged(*base, *adapter);
    return isAdapterFolder(folder) ? merged(*base, folder) : Transformer::load(folder);
}

} // namespace aha
