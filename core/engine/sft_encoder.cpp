#include "core/engine/sft_encoder.h"

#include "core/data/mapping.h"
#include "core/engine/model_source.h"

#include <algorithm>

namespace aha {

namespace {

using Messages = std::vector<data::Message>;

nlohmann::ordered_json toJson(const Messages& messages)
{
    auto list = nlohmann::ordered_json::array();
    for (const data::Message& message : messages) {
        nlohmann::ordered_json json { { "role", message.role }, { "content", message.content } };
        if (message.extra.is_object())
            json.update(message.extra);
        list.push_back(std::move(json));
    }
    return list;
}

Messages joined(const data::Example& example)
{
    Messages all = example.prompt.messages;
    all.insert(all.end(), example.completion.messages.begin(), example.completion.messages.end());
    return all;
}

/// Tokens any character of which lies in the spans (bytes of `text`).
std::vector<uint8_t> tokensWithin(const std::string& text, const std::vector<std::pair<size_t, size_t>>& spans,
    const std::vector<std::pair<int32_t, int32_t>>& offsets)
{
    std::vector<size_t> starts; // byte of each code point, and the end
    for (size_t i = 0; i < text.size(); ++i)
        if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80)
            starts.push_back(i);
    starts.push_back(text.size());
    std::vector<uint8_t> within;
    for (const auto& [begin, end] : offsets) {
        const size_t from = starts[std::min(size_t(begin), starts.size() - 1)],
                     to = starts[std::min(size_t(end), starts.size() - 1)];
        within.push_back(std::ranges::any_of(spans, [&](const auto& s) { return from < s.second && to > s.first; }));
    }
    return within;
}

} // namespace

Result<SftEncoder> SftEncoder::make(
    std::shared_ptr<const Tokenizer> tokenizer, std::optional<ChatTemplate> chat, const SftConfig& config)
{
    if (config.lossOn == "assistant" && (!chat || !chat->marksGeneration()))
        return Error { "template_no_generation",
            chat ? "The model's chat template does not mark the assistant's words with {% generation %}."
                 : "The model has no chat template that could mark the assistant's words.",
            "Put {% generation %} … {% endgeneration %} around them in its chat_template.jinja, or set sft.loss_on to "
            "completion (rows with a prompt) or all." };
    SftEncoder encoder;
    encoder.m_tokenizer = std::move(tokenizer);
    encoder.m_chat = std::move(chat);
    encoder.m_config = config;
    return encoder;
}

Result<SftEncoder> SftEncoder::open(
    std::shared_ptr<const Tokenizer> tokenizer, const std::filesystem::path& path, const SftConfig& config)
{
    const Result<ChatTemplate> chat = loadChatTemplate(path);
    if (!chat && chat.error().code != "template_missing")
        return chat.error();
    return make(std::move(tokenizer), chat ? std::optional(*chat) : std::nullopt, config);
}

RenderedChat SftEncoder::render(const Messages& messages, const data::Row& tools, bool generate) const
{
    if (!m_chat)
        throw Failure({ "template_missing", "The row is a conversation, and the model has no chat template.",
            "Choose a model with one, or map the row's texts as plain columns in data.mapping." });
    ChatRequest request;
    request.messages = toJson(messages);
    request.tools = tools.is_string() ? nlohmann::ordered_json::parse(tools.get<std::string>(), nullptr, false) : tools;
    if (request.tools.is_discarded() || !request.tools.is_array())
        request.tools = nullptr;
    request.addGenerationPrompt = generate;
    request.dropNullFields = true;
    return orThrow(m_chat->render(request));
}

SftEncoder::Encoded SftEncoder::encodeChat(const data::Example& example) const
{
    const RenderedChat whole = render(joined(example), example.tools, false);
    Encoded encoded;
    SftSequence& sequence = encoded.sequence;
    if (m_config.lossOn == "assistant") {
        Tokenizer::Encoding tokens = m_tokenizer->encodeWithOffsets(whole.text);
        sequence.ids = std::move(tokens.ids);
        sequence.trained = tokensWithin(whole.text, whole.assistantSpans, tokens.offsets);
        return encoded;
    }
    sequence.ids = m_tokenizer->encode(whole.text);
    sequence.trained.assign(sequence.ids.size(), 1);
    if (example.kind == data::Kind::PromptCompletion && m_config.lossOn != "all") {
        const std::vector<int32_t> prompt
            = m_tokenizer->encode(render(example.prompt.messages, example.tools, true).text);
        const size_t masked = std::min(prompt.size(), sequence.ids.size());
        std::fill_n(sequence.trained.begin(), masked, uint8_t(0));
        encoded.boundaryMoved = !std::equal(prompt.begin(), prompt.begin() + long(masked), sequence.ids.begin());
    }
    return encoded;
}

SftEncoder::Encoded SftEncoder::encodePlain(const data::Example& example) const
{
    if (m_config.lossOn == "assistant")
        throw Failure({ "sft_not_chat", "sft.loss_on is assistant, and the row is no conversation.",
            "Switch data.as_chat on, or set sft.loss_on to completion or all." });
    Encoded encoded;
    std::vector<int32_t>& ids = encoded.sequence.ids;
    const std::vector<int32_t> prefix = m_tokenizer->prefixIds();
    ids = prefix;
    const std::vector<int32_t> text = m_tokenizer->encode(example.prompt.text + example.completion.text);
    ids.insert(ids.end(), text.begin(), text.end());
    if (m_tokenizer->eosId() >= 0 && (ids.empty() || ids.back() != m_tokenizer->eosId()))
        ids.push_back(m_tokenizer->eosId());
    encoded.sequence.trained.assign(ids.size(), 1);
    if (example.kind == data::Kind::PromptCompletion && m_config.lossOn != "all") {
        const std::vector<int32_t> prompt = m_tokenizer->encode(example.prompt.text);
        const size_t masked = std::min(prefix.size() + prompt.size(), ids.size());
        std::fill_n(encoded.sequence.trained.begin(), masked, uint8_t(0));
        encoded.boundaryMoved = !std::equal(
            prompt.begin(), prompt.begin() + long(masked - prefix.size()), ids.begin() + long(prefix.size()));
    }
    return encoded;
}

Result<SftEncoder::Encoded> SftEncoder::encode(const data::Example& example) const
{
    const bool prompted = example.kind == data::Kind::PromptCompletion;
    if (!prompted && example.kind != data::Kind::LanguageModeling)
        return Error { "sft_kind",
            std::string("A row of the kind ") + data::nameOf(example.kind) + " holds no text to imitate.",
            "Fine-tuning needs prompt and completion, or whole texts or conversations: see data.mapping." };
    if (m_config.lossOn == "completion" && !prompted)
        return Error { "sft_no_prompt", "sft.loss_on is completion, and the row has no prompt of its own.",
            "Set sft.loss_on to assistant or all, or name the columns of prompt and completion in data.mapping." };
    try {
        return example.completion.conversational ? encodeChat(example) : encodePlain(example);
    } catch (const Failure& failure) {
        return failure.error();
    }
}

Result<std::optional<SftEncoder::Question>> SftEncoder::question(const data::Example& example) const
{
    try {
        const bool prompted = example.kind == data::Kind::PromptCompletion;
        if (!example.completion.conversational) {
            if (!prompted)
                return std::optional<Question>();
            Question question { m_tokenizer->prefixIds(), example.completion.text };
            const std::vector<int32_t> own = m_tokenizer->encode(example.prompt.text);
            question.ids.insert(question.ids.end(), own.begin(), own.end());
            return std::optional(std::move(question));
        }
        Messages before = joined(example);
        const auto last
            = std::find_if(before.rbegin(), before.rend(), [](const auto& m) { return m.role == "assistant"; });
        if (last == before.rend() || last + 1 == before.rend())
            return std::optional<Question>();
        const std::string answer = last->content;
        before.erase(last.base() - 1, before.end());
        return std::optional(Question { m_tokenizer->encode(render(before, example.tools, true).text), answer });
    } catch (const Failure& failure) {
        return failure.error();
    }
}

} // namespace aha
