// Where chat templates lie in a model folder.

#include "core/base/files.h"
#include "core/base/json_depth.h"
#include "core/template/chat_template.h"

#include <algorithm>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr uint64_t kMaxTemplateFile = 4u << 20;
constexpr uint64_t kMaxConfigFile = 64u << 20; // some list every added token

bool isThere(const fs::path& path)
{
    std::error_code ignored;
    return fs::exists(path, ignored);
}

/// The file's JSON object, or null when there is no such file.
Result<Json> readObject(const fs::path& file)
{
    if (!isThere(file))
        return Json();
    Result<std::string> text = readFile(file, kMaxConfigFile);
    if (!text)
        return text.error();
    Json json;
    if (jsonDepthWithin(*text))
        json = Json::parse(*text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object())
        return Error { "template_unreadable", file.string() + " is not a JSON object.",
            "Fetch the model's files again." };
    return json;
}

/// A token is a text, or an object with its text as content.
void takeTokens(const Json& config, SpecialTokens& tokens)
{
    if (!config.is_object())
        return;
    for (const char* name :
        { "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token" }) {
        if (!config.contains(name) || tokens.count(name))
            continue;
        const Json& token = config[name];
        if (token.is_string())
            tokens[name] = token.get<std::string>();
        else if (token.is_object() && token.contains("content") && token["content"].is_string())
            tokens[name] = token["content"].get<std::string>();
    }
}

} // namespace

Result<ChatTemplate> ChatTemplate::fromFile(const fs::path& file)
{
    Result<std::string> text = readFile(file, kMaxTemplateFile);
    if (!text)
        return text.error();
    return fromText(*text);
}

Result<ChatTemplate> ChatTemplate::fromModelFolder(const fs::path& folder)
{
    const Result<Json> config = readObject(folder / "tokenizer_config.json");
    if (!config)
        return config.error();
    const Result<Json> map = readObject(folder / "special_tokens_map.json");
    if (!map)
        return map.error();
    SpecialTokens tokens;
    takeTokens(*config, tokens);
    takeTokens(*map, tokens);

    std::map<std::string, std::string> texts;
    std::vector<std::pair<std::string, fs::path>> files;
    if (isThere(folder / "chat_template.jinja"))
        files.emplace_back("default", folder / "chat_template.jinja");
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder / "additional_chat_templates", ignored))
        if (entry.path().extension() == ".jinja")
            files.emplace_back(entry.path().stem().string(), entry.path());
    for (const auto& [name, file] : files) {
        Result<std::string> text = readFile(file, kMaxTemplateFile);
        if (!text)
            return text.error();
        texts[name] = std::move(*text);
    }
    if (texts.empty() && config->is_object() && config->contains("chat_template")) {
        const Json& stored = (*config)["chat_template"];
        if (stored.is_string())
            texts["default"] = stored.get<std::string>();
        else if (stored.is_array())
            for (const Json& named : stored)
                if (named.is_object() && named.contains("name") && named["name"].is_string()
                    && named.contains("template") && named["template"].is_string())
                    texts[named["name"].get<std::string>()] = named["template"].get<std::string>();
    }
    if (texts.empty())
        return Error { "template_missing",
            "There is no chat template in " + folder.string()
                + ": neither chat_template.jinja nor chat_template in tokenizer_config.json.",
            "A base model has none. Name a template file, or give prompts as plain text." };
    return fromTexts(texts, std::move(tokens));
}

} // namespace aha
