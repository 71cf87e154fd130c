// A template and messages, parted by a line "---": whatever they are, rendering ends within its limits, with text or a
// sentence, and says the same twice.

#include "core/template/chat_template.h"

#include <cstdlib>

using namespace aha;

namespace {

jinja::RenderLimits limits()
{
    jinja::RenderLimits small;
    small.steps = 200'000;
    small.liveBytes = 32u << 20;
    small.outputBytes = 1u << 20;
    small.depth = 400; // frames are large under the sanitizers
    return small;
}

ChatRequest request(std::string_view text)
{
    ChatRequest made;
    const auto json = nlohmann::ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (const auto read = chatRequestFromJson(json))
        made = *read;
    else
        made.messages = { { { "role", "user" }, { "content", "one <b> \xC3\xA9" } },
            { { "role", "assistant" }, { "content", "<think>\nr\n</think>\n\ntwo" } } };
    made.tokens = { { "bos_token", "<s>" }, { "eos_token", "</s>" } };
    made.now = "2025-01-15T12:34:56";
    return made;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const size_t line = all.find("\n---\n");
    const auto chatTemplate = ChatTemplate::fromText(all.substr(0, line));
    if (!chatTemplate) {
        if (chatTemplate.error().code.empty() || chatTemplate.error().message.size() < 10)
            std::abort();
        return 0;
    }
    const ChatRequest asked = request(line == std::string_view::npos ? std::string_view() : all.substr(line + 5));
    const auto first = chatTemplate->render(asked, limits()), second = chatTemplate->render(asked, limits());
    if (first.ok() != second.ok())
        std::abort();
    if (!first)
        return first.error().message == second.error().message ? 0 : (std::abort(), 0);
    if (first->text != second->text || first->text.size() > limits().outputBytes)
        std::abort();
    for (const auto& [begin, end] : first->assistantSpans)
        if (begin > end || end > first->text.size())
            std::abort();
    return 0;
}
