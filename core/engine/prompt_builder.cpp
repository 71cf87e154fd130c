#include "core/engine/prompt_builder.h"

#include "core/engine/model_source.h"

namespace aha {

std::vector<int32_t> promptIds(const Tokenizer& tokenizer, const std::string& text)
{
    std::vector<int32_t> ids = tokenizer.prefixIds();
    const std::vector<int32_t> own = tokenizer.encode(text);
    ids.insert(ids.end(), own.begin(), own.end());
    return ids;
}

PromptBuilder::PromptBuilder(
    const PromptConfig& config, std::optional<ChatTemplate> chat, std::shared_ptr<const Tokenizer> tokenizer)
    : m_config(config)
    , m_chat(std::move(chat))
    , m_tokenizer(std::move(tokenizer))
{
}

Result<PromptBuilder> PromptBuilder::open(
    const PromptConfig& config, const std::filesystem::path& model, std::shared_ptr<const Tokenizer> tokenizer)
{
    if (config.style == "text")
        return PromptBuilder(config, std::nullopt, std::move(tokenizer));
    Result<ChatTemplate> chat = loadChatTemplate(model);
    const bool needed = config.style == "chat" || !config.system.empty() || !config.exampleQuestion.empty();
    if (!chat && (needed || chat.error().code != "template_missing"))
        return Error { chat.error().code, chat.error().message,
            chat.error().code == "template_missing"
                ? "Set prompt.style to text and empty prompt.system and the example, or use a model with a template."
                : chat.error().hint };
    return PromptBuilder(config, chat ? std::optional(std::move(*chat)) : std::nullopt, std::move(tokenizer));
}

PromptBuilder::Prompt PromptBuilder::build(const TaskItem& item) const
{
    if (!m_chat)
        return { item.prompt, promptIds(*m_tokenizer, item.prompt) };
    ChatRequest request;
    const auto say = [&](const char* role, const std::string& content) {
        request.messages.push_back({ { "role", role }, { "content", content } });
    };
    nlohmann::ordered_json turns = nlohmann::ordered_json::array();
    if (!item.messagesJson.empty())
        turns = nlohmann::ordered_json::parse(item.messagesJson);
    const bool ownSystem = !turns.empty() && turns[0].value("role", "") == "system";
    if (ownSystem)
        request.messages.push_back(turns[0]);
    else if (!m_config.system.empty())
        say("system", m_config.system);
    if (!m_config.exampleQuestion.empty()) {
        say("user", m_config.exampleQuestion);
        say("assistant", m_config.exampleAnswer);
    }
    for (size_t i = ownSystem ? 1 : 0; i < turns.size(); ++i)
        request.messages.push_back(turns[i]);
    if (turns.empty())
        say("user", item.prompt);
    request.addGenerationPrompt = true;
    std::string text = orThrow(m_chat->render(request)).text;
    std::vector<int32_t> ids = m_tokenizer->encode(text); // the template writes its own BOS
    return { std::move(text), std::move(ids) };
}

} // namespace aha
