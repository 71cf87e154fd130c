#include "core/engine/companion_files.h"

#include "core/base/files.h"
#include "core/card/model_parts.h"
#include "core/engine/engine_context.h"
#include "core/engine/model_source.h"
#include "core/text/tokenizer_conversion.h"

#include <nlohmann/json.hpp>

namespace aha {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

constexpr const char* kNames[]
    = { "tokenizer.model", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
          "vocab.json", "merges.txt", "chat_template.jinja", "chat_template.json", "generation_config.json" };
constexpr uint64_t kMaxBytes = uint64_t(1) << 28;

/// Under the names that transformers looks for.
CompanionFiles ofGguf(const GgufTokenizer& t)
{
    const GgufVocabulary v = vocabularyOf(t);
    Json config { { "tokenizer_class", "PreTrainedTokenizerFast" }, { "clean_up_tokenization_spaces", false } };
    Json generation = Json::object();
    const auto say = [&](const char* token, const char* id, const std::optional<int32_t>& value) {
        if (!value)
            return;
        config[token] = t.tokens[size_t(*value)];
        generation[id] = *value;
    };
    say("bos_token", "bos_token_id", t.bosId);
    say("eos_token", "eos_token_id", t.eosId);
    say("pad_token", "pad_token_id", t.padId);
    if (t.unknownId)
        config["unk_token"] = t.tokens[size_t(*t.unknownId)];
    if (t.addBos)
        config["add_bos_token"] = *t.addBos;
    if (!t.chatTemplate.empty())
        config["chat_template"] = t.chatTemplate;
    return { { "tokenizer.json", orThrow(tokenizerJsonOf(v)) }, { "tokenizer_config.json", config.dump(2) + "\n" },
        { "generation_config.json", generation.dump(2) + "\n" } };
}

} // namespace

Result<CompanionFiles> companionFiles(const fs::path& model)
{
    try {
        const fs::path folder = orThrow(baseOfModel(model, resourceRoot()));
        if (const std::optional<GgufTokenizer> inside = orThrow(ggufTokenizerOf(folder)))
            return ofGguf(*inside);
        CompanionFiles files;
        for (const char* name : kNames)
            if (Result<std::string> text = readFile(folder / name, kMaxBytes))
                files[name] = std::move(*text);
        return files;
    } catch (const Failure& failure) {
        return failure.error();
    }
}

} // namespace aha
