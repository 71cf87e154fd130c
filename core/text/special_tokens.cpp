#include "core/text/special_tokens.h"

#include "core/base/files.h"
#include "core/text/tokenizer_json.h"

#include <algorithm>
#include <charconv>

namespace aha {

namespace {

constexpr uint64_t kMaxFileBytes = 16ull << 20;

int32_t idOf(const TokenizerParts& parts, const std::string& content)
{
    for (const AddedToken& token : parts.added)
        if (token.content == content)
            return token.id;
    return parts.model->vocabulary().find(content);
}

bool hasId(const TokenizerParts& parts, int64_t id)
{
    return id >= 0 && id < Vocabulary::kMaxIds
        && (parts.model->vocabulary().has(int32_t(id))
            || std::any_of(parts.added.begin(), parts.added.end(), [&](const AddedToken& t) { return t.id == id; }));
}

/// "<s>" or {"content": "<s>", …}; "" = the file says nothing.
std::string contentOf(const JsonField& file, const char* key)
{
    if (!file.has(key))
        return {};
    const JsonField field = file.at(key);
    return field.json().is_object() ? field.at("content").text() : field.text();
}

/// Tokens that the configuration adds to those of tokenizer.json.
void addDecoderTokens(const JsonField& file, TokenizerParts& parts)
{
    if (!file.has("added_tokens_decoder"))
        return;
    const JsonField field = file.at("added_tokens_decoder");
    for (const auto& [key, value] : field.object().items()) {
        int64_t id = -1;
        if (std::from_chars(key.data(), key.data() + key.size(), id).ptr != key.data() + key.size())
            field.invalid("has the key \"" + key.substr(0, 40) + "\", which is no id");
        AddedToken token = readAddedToken({ value, field.place() + "." + key.substr(0, 20) }, id);
        if (std::none_of(parts.added.begin(), parts.added.end(),
                [&](const AddedToken& t) { return t.id == token.id || t.content == token.content; }))
            parts.added.push_back(std::move(token));
    }
}

void readNames(const JsonField& file, TokenizerParts& parts)
{
    struct Name {
        const char* key;
        int32_t& id;
        bool required;
    };
    for (const Name& name :
        { Name { "bos_token", parts.special.bos, true }, Name { "eos_token", parts.special.eos, true },
            Name { "unk_token", parts.special.unk, false }, Name { "pad_token", parts.special.pad, false } }) {
        const std::string content = contentOf(file, name.key);
        if (name.id >= 0 || content.empty())
            continue;
        name.id = idOf(parts, content);
        if (name.id < 0 && name.required)
            file.at(name.key).invalid("is \"" + content.substr(0, 60) + "\", which is no token of tokenizer.json");
    }
}

/// Numbers in a model's configuration; where there are several ends, the first.
void readIds(const JsonField& file, TokenizerParts& parts)
{
    for (const auto& [key, id] : { std::pair<const char*, int32_t*> { "bos_token_id", &parts.special.bos },
             { "eos_token_id", &parts.special.eos }, { "pad_token_id", &parts.special.pad } }) {
        if (*id >= 0 || !file.has(key))
            continue;
        const JsonField field = file.at(key);
        const auto& value = field.json().is_array() && !field.json().empty() ? field.json()[0] : field.json();
        if (value.is_number_integer() && hasId(parts, value.get<int64_t>()))
            *id = value.get<int32_t>();
    }
}

} // namespace

Result<void> readSpecialTokens(const std::filesystem::path& folder, TokenizerParts& parts)
{
    const auto read = [&](const char* name, const auto& use) -> Result<void> {
        std::error_code ignored;
        const std::filesystem::path path = folder / name;
        if (!std::filesystem::exists(path, ignored))
            return {};
        const Result<std::string> text = readFile(path, kMaxFileBytes);
        if (!text)
            return Error { "tokenizer_invalid", text.error().message, text.error().hint };
        try {
            const nlohmann::json json = orThrow(parseTokenizerFile(*text));
            use(JsonField(json, ""));
            return {};
        } catch (const Failure& failure) {
            return Error { failure.error().code, path.string() + ": " + failure.error().message, failure.error().hint };
        }
    };
    const auto names = [&](const JsonField& file) { readNames(file, parts); };
    const auto ids = [&](const JsonField& file) { readIds(file, parts); };
    Result<void> done = read("tokenizer_config.json", [&](const JsonField& file) {
        addDecoderTokens(file, parts);
        readNames(file, parts);
    });
    if (done)
        done = read("special_tokens_map.json", names);
    if (done)
        done = read("config.json", ids);
    if (done)
        done = read("generation_config.json", ids);
    return done;
}

} // namespace aha
