#include "core/data/messages.h"

#include <algorithm>

namespace aha::data {

namespace {

const Row* member(const Row& turn, std::initializer_list<const char*> names)
{
    for (const char* name : names)
        if (const auto at = turn.find(name); at != turn.end())
            return &*at;
    return nullptr;
}

std::string roleName(const std::string& role)
{
    for (const char* name : { "human", "Human", "HUMAN", "User", "USER" })
        if (role == name)
            return "user";
    for (const char* name : { "gpt", "GPT", "chatgpt", "bot", "model", "Assistant", "ASSISTANT", "bing" })
        if (role == name)
            return "assistant";
    if (role == "System" || role == "SYSTEM")
        return "system";
    if (role == "observation" || role == "function_response" || role == "tool_response")
        return "tool";
    return role;
}

[[noreturn]] void fail(size_t turn, const std::string& what)
{
    throw Failure({ "row_part", "message " + std::to_string(turn + 1) + " " + what + ".", "" });
}

/// Text, null, or a list of {"type": "text", "text": …}.
std::string contentText(const Row& content, size_t turn)
{
    if (content.is_null())
        return "";
    if (content.is_string())
        return content.get<std::string>();
    if (!content.is_array())
        fail(turn, "has a content that is neither text nor a list of text parts");
    std::string text;
    for (const Row& part : content) {
        if (part.is_string()) {
            text += part.get<std::string>();
            continue;
        }
        if (!part.is_object() || part.value("type", Row()) != "text" || !part.contains("text")
            || !part["text"].is_string())
            fail(turn, "has a part that is not text (images and the like cannot be trained on here)");
        text += part["text"].get<std::string>();
    }
    return text;
}

} // namespace

bool looksLikeMessages(const Row& value)
{
    return value.is_array() && !value.empty() && std::all_of(value.begin(), value.end(), [](const Row& turn) {
        return turn.is_object() && member(turn, { "role", "from" }) && member(turn, { "content", "value" });
    });
}

std::vector<Message> parseMessages(const Row& value)
{
    std::vector<Message> messages;
    if (!value.is_array())
        throw Failure(
            { "row_part", std::string("a list of messages should stand here, not ") + value.type_name() + ".", "" });
    for (size_t i = 0; i < value.size(); ++i) {
        const Row& turn = value[i];
        if (!turn.is_object())
            fail(i, "is not an object");
        const Row* role = member(turn, { "role", "from" });
        const Row* content = member(turn, { "content", "value" });
        if (!role || !role->is_string() || role->get_ref<const std::string&>().empty())
            fail(i, "has no role");
        Message message { roleName(role->get<std::string>()), "", {} };
        const bool calls = turn.contains("tool_calls") && !turn["tool_calls"].is_null();
        if ((!content || content->is_null()) && !calls)
            fail(i, "has no content");
        if (content)
            message.content = contentText(*content, i);
        for (const auto& [key, extra] : turn.items())
            if (&extra != role && &extra != content && !extra.is_null())
                message.extra[key] = extra;
        messages.push_back(std::move(message));
    }
    return messages;
}

bool carriesChatMarkup(const std::string& text)
{
    for (const char* mark : { "<|im_start|>assistant", "<|start_header_id|>assistant",
             "<\xEF\xBD\x9C"
             "Assistant\xEF\xBD\x9C>",
             "[/INST]", "<start_of_turn>model" })
        if (text.find(mark) != std::string::npos)
            return true;
    const size_t end = text.find_last_not_of(" \n\t");
    if (end == std::string::npos)
        return false;
    const std::string_view trimmed = std::string_view(text).substr(0, end + 1);
    for (const std::string_view tail : { "<think>", "Assistant:", "assistant:", "### Response:" })
        if (trimmed.size() >= tail.size() && trimmed.substr(trimmed.size() - tail.size()) == tail)
            return true;
    return false;
}

} // namespace aha::data
