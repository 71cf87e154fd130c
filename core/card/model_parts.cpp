#include "core/card/model_parts.h"

#include "core/base/files.h"
#include "core/config/lora_config.h"
#include "core/weights/gguf_source.h"

namespace aha {

namespace fs = std::filesystem;

namespace {
bool isGguf(const fs::path& path)
{
    std::error_code ignored;
    const fs::path file = ggufFileOf(path);
    return !file.empty() && fs::exists(file, ignored);
}
} // namespace

bool isAdapterFolder(const fs::path& folder)
{
    std::error_code ignored;
    return fs::exists(folder / "adapter_config.json", ignored);
}

Result<fs::path> baseOfModel(const fs::path& folder, const fs::path& root)
{
    if (!isAdapterFolder(folder))
        return folder;
    const Result<std::string> text = readFile(folder / "adapter_config.json", 1 << 20);
    if (!text)
        return text.error();
    const Result<LoraConfig> config = parseLoraConfig(*text);
    if (!config)
        return config.error();
    std::error_code ignored;
    for (const fs::path& base : { fs::path(config->baseModel), folder / config->baseModel, root / config->baseModel })
        if (!config->baseModel.empty() && (fs::exists(base / "config.json", ignored) || isGguf(base)))
            return base;
    return Error { "adapter_base_missing",
        "The adapter " + folder.string() + " names the base model \"" + config->baseModel
            + "\", and there is no model folder of that name.",
        "Write the base model's folder into adapter_config.json as base_model_name_or_path." };
}

fs::path ggufFileOf(const fs::path& path)
{
    std::error_code ignored;
    if (!fs::is_directory(path, ignored))
        return path.extension() == ".gguf" ? path : fs::path();
    fs::path found;
    if (!fs::exists(path / "config.json", ignored))
        for (const fs::directory_entry& entry : fs::directory_iterator(path, ignored))
            if (entry.path().extension() == ".gguf")
                found = entry.path(); // of several, opening the weights complains
    return found;
}

Result<std::optional<GgufTokenizer>> ggufTokenizerOf(const fs::path& path)
{
    const fs::path file = ggufFileOf(path);
    if (file.empty())
        return std::optional<GgufTokenizer>();
    const Result<std::unique_ptr<GgufSource>> source = GgufSource::open(file, GgufNames::AsStored);
    if (!source)
        return source.error();
    Result<GgufTokenizer> tokenizer = ggufTokenizer((*source)->file());
    return tokenizer ? Result<std::optional<GgufTokenizer>>(std::move(*tokenizer)) : tokenizer.error();
}

GgufVocabulary vocabularyOf(GgufTokenizer t)
{
    GgufVocabulary v;
    v.model = t.model;
    v.pre = t.pre;
    v.tokens = std::move(t.tokens);
    v.merges = std::move(t.merges);
    v.scores = std::move(t.scores);
    v.tokenTypes = std::move(t.types);
    v.bosId = t.bosId.value_or(-1);
    v.eosId = t.eosId.value_or(-1);
    v.unkId = t.unknownId.value_or(-1);
    v.padId = t.padId.value_or(-1);
    v.addBos = t.addBos;
    v.addEos = t.addEos;
    v.addSpacePrefix = t.addSpacePrefix.value_or(true);
    return v;
}

Result<std::shared_ptr<const Tokenizer>> tokenizerOfModel(const fs::path& path, const fs::path& root)
{
    std::error_code ignored;
    if (!fs::is_directory(path, ignored) && path.extension() != ".gguf")
        return loadTokenizer(path);
    Result<std::optional<GgufTokenizer>> inside = ggufTokenizerOf(path);
    if (!inside)
        return inside.error();
    if (*inside)
        return makeTokenizer(vocabularyOf(std::move(**inside)));
    Result<std::shared_ptr<const Tokenizer>> own = loadTokenizer(path);
    if (own || own.error().code != "tokenizer_missing" || !isAdapterFolder(path))
        return own;
    const Result<fs::path> base = baseOfModel(path, root);
    return base ? tokenizerOfModel(*base, root) : Result<std::shared_ptr<const Tokenizer>>(base.error());
}

Result<ChatTemplate> templateOfModel(const fs::path& path, const fs::path& root)
{
    const Result<std::optional<GgufTokenizer>> inside = ggufTokenizerOf(path);
    if (!inside)
        return inside.error();
    if (const std::optional<GgufTokenizer>& t = *inside) {
        if (t->chatTemplate.empty())
            return Error { "template_missing", path.string() + " carries no chat template.",
                "Give the prompt as text, or a template file." };
        SpecialTokens tokens;
        for (const auto& [name, id] : { std::pair<const char*, std::optional<int32_t>> { "bos_token", t->bosId },
                 { "eos_token", t->eosId }, { "pad_token", t->padId }, { "unk_token", t->unknownId } })
            if (id)
                tokens[name] = t->tokens[size_t(*id)];
        return ChatTemplate::fromText(t->chatTemplate, tokens);
    }
    const Result<fs::path> base = baseOfModel(path, root);
    return base ? ChatTemplate::fromModelFolder(*base) : Result<ChatTemplate>(base.error());
}

} // namespace aha
