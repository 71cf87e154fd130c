#include "core/template/chat_template.h"

#include "core/base/utf8.h"
#include "core/template/jinja_ast.h"
#include "core/template/jinja_evaluator.h"
#include "core/template/jinja_strings.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

// Names under which messages carry their reasoning; the first is the one that templates read.
constexpr const char* kReasoningFields[] = { "reasoning_content", "thinking", "reasoning" };
// Written behind the final message and looked for in the output, as transformers does. The space is part of it.
constexpr std::string_view kContinueTag = "CONTINUE_FINAL_MESSAGE_TAG ";

Error toError(const jinja::Problem& problem)
{
    std::string where;
    if (problem.position.line > 0)
        where = " at line " + std::to_string(problem.position.line) + ", column "
            + std::to_string(problem.position.column);
    Error error { problem.code, "The chat template fails" + where + ": " + problem.message + ".", "" };
    if (problem.code == jinja::kSyntax)
        error.hint = "Mend the template there; transformers does not read it either.";
    else if (problem.code == jinja::kUnsupported) {
        error.message = "The chat template uses what is not supported here" + where + ": " + problem.message + ".";
        error.hint = "Rewrite that line, or name another template file.";
    } else if (problem.code == jinja::kUndefined)
        error.hint = "Give the variable, or check the fields of the messages.";
    else if (problem.code == jinja::kRaised) {
        error.message = "The chat template refuses these messages" + where + ": " + problem.message;
        error.hint = "Change the messages, or name another template file.";
    } else if (problem.code == jinja::kLimit)
        error.hint = "The template is broken or hostile; look at that line.";
    return error;
}

Error badRequest(std::string message) { return { "template_request", std::move(message), "" }; }

/// A message with its reasoning under the names that templates look for.
Json withReasoningAliases(const Json& message)
{
    const Json* reasoning = nullptr;
    for (const char* field : kReasoningFields)
        if (const auto found = message.find(field); !reasoning && found != message.end() && !found->is_null())
            reasoning = &*found;
    if (!reasoning)
        return message;
    Json out = Json::object();
    out["thinking"] = *reasoning;
    for (const auto& [key, value] : message.items())
        out[key] = value;
    out["reasoning_content"] = *reasoning;
    return out;
}

std::optional<jinja::Now> parseNow(const std::string& text)
{
    jinja::Now now;
    std::tm& t = now.time;
    int read = 0;
    char separator = 0;
    const int fields = std::sscanf(text.c_str(), "%4d-%2d-%2d%n%c%2d:%2d:%2d%n", &t.tm_year, &t.tm_mon, &t.tm_mday,
        &read, &separator, &t.tm_hour, &t.tm_min, &t.tm_sec, &read);
    if (fields != 3 && !(fields == 7 && (separator == 'T' || separator == ' ')))
        return std::nullopt;
    if (size_t(read) < text.size()) {
        int digits = 0;
        char fraction[7] = "000000";
        if (std::sscanf(text.c_str() + read, ".%6[0-9]%n", fraction, &digits) != 1
            || size_t(read + digits) != text.size())
            return std::nullopt;
        std::string six(fraction);
        six.resize(6, '0');
        now.microseconds = std::stoi(six);
    }
    if (t.tm_year < 1 || t.tm_mon < 1 || t.tm_mon > 12 || t.tm_mday < 1 || t.tm_mday > 31 || t.tm_hour < 0
        || t.tm_hour > 23 || t.tm_min < 0 || t.tm_min > 59 || t.tm_sec < 0 || t.tm_sec > 59)
        return std::nullopt;
    t.tm_year -= 1900;
    t.tm_mon -= 1;
    const int day = t.tm_mday;
    std::tm whole = t; // timegm finds the day of the week and of the year
    timegm(&whole);
    if (whole.tm_mday != day)
        return std::nullopt;
    t.tm_wday = whole.tm_wday;
    t.tm_yday = whole.tm_yday;
    return now;
}

jinja::Now clockNow()
{
    const auto point = std::chrono::system_clock::now();
    const std::time_t seconds = std::chrono::system_clock::to_time_t(point);
    jinja::Now now;
    localtime_r(&seconds, &now.time);
    const auto micros
        = std::chrono::duration_cast<std::chrono::microseconds>(point.time_since_epoch()).count() % 1'000'000;
    now.microseconds = int(micros);
    return now;
}

/// Writes the tag behind what is continued. Returns the text that is continued.
Result<std::string> tagFinalMessage(Json& messages, const std::string& field, const std::string& source)
{
    if (messages.empty())
        return badRequest("The final message is to be continued, but there are no messages.");
    Json& message = messages.back();
    if (!message.contains(field) || message[field].is_null())
        return badRequest("The final message is to be continued, but it has no \"" + field + "\".");
    std::vector<std::string> fields { field };
    if (std::find(std::begin(kReasoningFields), std::end(kReasoningFields), field) != std::end(kReasoningFields)) {
        fields.clear();
        for (const char* name : kReasoningFields)
            if (message.contains(name) && message[name] == message[field])
                fields.emplace_back(name);
    }
    const bool accepted = std::any_of(fields.begin(), fields.end(),
        [&source](const std::string& name) { return source.find(name) != std::string::npos; });
    if (!accepted)
        return badRequest(
            "The final message's \"" + field + "\" is to be continued, but the template does not read it.");
    if (message[field].is_array()) {
        Json& blocks = message[field];
        for (size_t i = blocks.size(); i-- > 0;)
            if (blocks[i].is_object() && blocks[i].contains("text") && blocks[i]["text"].is_string()) {
                const std::string text = blocks[i]["text"].get<std::string>();
                blocks[i]["text"] = text + std::string(kContinueTag);
                return text;
            }
        return badRequest("The final message is to be continued, but none of its parts is a text.");
    }
    if (!message[field].is_string())
        return badRequest("The final message is to be continued, but its \"" + field + "\" is no text.");
    const std::string text = message[field].get<std::string>();
    for (const std::string& name : fields)
        message[name] = text + std::string(kContinueTag);
    return text;
}

/// Cuts `text` where the tag stands; false when the template changed the message.
bool cutAtTag(std::string& text, const std::string& finalMessage)
{
    const std::string_view bare = kContinueTag.substr(0, kContinueTag.size() - 1);
    const size_t at = text.rfind(bare);
    if (at == std::string::npos
        || jinja::findText(text, jinja::strip(finalMessage, nullptr, true, true)) == std::string::npos)
        return false;
    const bool whole = text.compare(at, kContinueTag.size(), kContinueTag) == 0;
    text.resize(at);
    if (!whole) // the template trims: the message's own trailing space went with the tag's
        text.resize(jinja::strip(text, nullptr, false, true).size());
    return true;
}

} // namespace

Result<ChatTemplate> ChatTemplate::fromTexts(const std::map<std::string, std::string>& texts, SpecialTokens tokens)
{
    ChatTemplate loaded;
    loaded.m_tokens = std::move(tokens);
    for (const auto& [name, text] : texts) {
        Named& named = loaded.m_named[name];
        try {
            named.tree = jinja::parseTemplate(text);
        } catch (const jinja::Problem& problem) {
            named.error = toError(problem);
        }
    }
    // A broken template for tools does not keep anyone from the other.
    const Named* usual = loaded.choose(false);
    if (!usual)
        return Error { "template_missing", "None of the model's chat templates is named \"default\".",
            "Name a template file." };
    if (usual->error)
        return *usual->error;
    return loaded;
}

Result<ChatTemplate> ChatTemplate::fromText(std::string_view text, SpecialTokens tokens)
{
    return fromTexts({ { "default", std::string(text) } }, std::move(tokens));
}

const ChatTemplate::Named* ChatTemplate::choose(bool withTools) const
{
    if (const auto tool = m_named.find("tool_use"); withTools && tool != m_named.end())
        return &tool->second;
    const auto usual = m_named.find("default");
    return usual == m_named.end() ? nullptr : &usual->second;
}

bool ChatTemplate::marksGeneration() const { return choose(false)->tree->marksGeneration; }
const std::string& ChatTemplate::source() const { return choose(false)->tree->source; }

std::vector<std::string> ChatTemplate::names() const
{
    std::vector<std::string> all;
    for (const auto& [name, unused] : m_named)
        all.push_back(name);
    return all;
}

Result<RenderedChat> ChatTemplate::render(const ChatRequest& request, const jinja::RenderLimits& limits) const
{
    const Named& chosen = *choose(!request.tools.is_null());
    if (chosen.error)
        return *chosen.error;
    const bool continues = !request.continueField.empty();
    if (continues && request.addGenerationPrompt)
        return badRequest("A generation prompt and the continuation of the final message exclude each other.");
    std::optional<jinja::Now> now = request.now ? parseNow(*request.now) : clockNow();
    if (!now)
        return badRequest("\"now\" is \"" + *request.now + "\", not a time such as 2025-01-15T12:34:56.");

    Json messages = Json::array();
    for (const Json& given : request.messages) {
        if (!given.is_object())
            return badRequest("A message is "
                + given.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 100)
                + ", not an object with role and content.");
        Json message = given;
        for (auto it = message.begin(); request.dropNullFields && it != message.end();)
            it = it->is_null() ? message.erase(it) : std::next(it);
        messages.push_back(withReasoningAliases(message));
    }
    std::string finalMessage;
    if (continues) {
        Result<std::string> tagged = tagFinalMessage(messages, request.continueField, chosen.tree->source);
        if (!tagged)
            return tagged.error();
        finalMessage = *tagged;
    }

    try {
        jinja::Variables variables;
        SpecialTokens tokens = request.tokens;
        tokens.insert(m_tokens.begin(), m_tokens.end());
        for (const auto& [name, text] : tokens)
            variables.emplace_back(name, jinja::Value::constant(validUtf8(text)));
        for (const auto& [name, value] : request.kwargs.items())
            variables.emplace_back(name, jinja::fromJson(value));
        variables.emplace_back("messages", jinja::fromJson(messages));
        variables.emplace_back("tools", jinja::fromJson(request.tools));
        variables.emplace_back("documents", jinja::fromJson(request.documents));
        variables.emplace_back("add_generation_prompt", jinja::Value(request.addGenerationPrompt));
        jinja::Rendering rendering = jinja::render(*chosen.tree, variables, *now, limits);

        RenderedChat chat;
        chat.text = std::move(rendering.text);
        if (continues && !cutAtTag(chat.text, finalMessage))
            return Error { "template_continue",
                "The final message cannot be continued: the chat template changes it, so its end is not in the prompt.",
                "Continue a message that the template leaves as it is, or use a generation prompt." };
        for (const jinja::Span& span : rendering.generated) {
            const size_t begin = jinja::byteOffset(chat.text, span.begin);
            const size_t size = jinja::byteOffset(std::string_view(chat.text).substr(begin), span.end - span.begin);
            chat.assistantSpans.emplace_back(begin, begin + size);
        }
        return chat;
    } catch (const jinja::Problem& problem) {
        return toError(problem);
    }
}

} // namespace aha
