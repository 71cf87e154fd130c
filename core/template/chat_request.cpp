#include "core/template/chat_request.h"

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

Error bad(std::string message) { return { "bad_line", std::move(message), "" }; }

bool isToken(const std::string& key)
{
    return key == "bos_token" || key == "eos_token" || key == "pad_token" || key == "unk_token" || key == "sep_token"
        || key == "cls_token" || key == "mask_token";
}

/// Takes one key; an error when its value is of the wrong kind.
std::optional<Error> take(ChatRequest& request, const std::string& key, const Json& value)
{
    if (key == "tools" || key == "documents") {
        if (!value.is_null() && !value.is_array())
            return bad("\"" + key + "\" must be a list or null.");
        (key == "tools" ? request.tools : request.documents) = value;
    } else if (key == "add_generation_prompt") {
        if (!value.is_boolean())
            return bad("\"add_generation_prompt\" must be true or false, not " + value.dump() + ".");
        request.addGenerationPrompt = value.get<bool>();
    } else if (key == "continue_final_message") {
        if (value.is_boolean())
            request.continueField = value.get<bool>() ? "content" : "";
        else if (value.is_string())
            request.continueField = value.get<std::string>();
        else
            return bad(
                "\"continue_final_message\" must be true, false or the name of a field, not " + value.dump() + ".");
    } else if (key == "now") {
        if (!value.is_string())
            return bad("\"now\" must be a time such as \"2025-01-15T12:34:56\".");
        request.now = value.get<std::string>();
    } else if (isToken(key) && (value.is_string() || value.is_null())) {
        if (value.is_string())
            request.tokens[key] = value.get<std::string>();
    } else {
        request.kwargs[key] = value;
    }
    return std::nullopt;
}

} // namespace

Result<ChatRequest> chatRequestFromJson(const Json& json)
{
    ChatRequest request;
    if (!json.is_object() || !json.contains("messages") || !json["messages"].is_array())
        return bad("The line needs \"messages\": a list of messages.");
    request.messages = json["messages"];
    for (const char* key : { "tools", "documents", "add_generation_prompt", "continue_final_message" })
        if (json.contains(key))
            if (auto error = take(request, key, json[key]))
                return *error;
    if (json.contains("kwargs")) {
        if (!json["kwargs"].is_object())
            return bad("\"kwargs\" must be an object: the template's variables by name.");
        for (const auto& [key, value] : json["kwargs"].items()) {
            if (key == "messages")
                return bad("\"kwargs\" cannot hold \"messages\"; they stand beside it.");
            if (auto error = take(request, key, value))
                return *error;
        }
    }
    return request;
}

} // namespace aha
