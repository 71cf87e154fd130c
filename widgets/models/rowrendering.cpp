#include "widgets/models/rowrendering.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <cstring>

namespace aha {

using data::Row;

namespace {

constexpr const char* kPartEnd = "\n\n";

std::string heading(const QString& text) { return "── " + text.toStdString() + " ──\n"; }

std::string jsonText(const Row& value)
{
    return value.is_string() ? value.get<std::string>() : value.dump(2, ' ', false, Row::error_handler_t::replace);
}

std::string turnsText(const QString& name, const data::Turns& turns)
{
    if (turns.empty())
        return {};
    if (!turns.conversational)
        return heading(name) + turns.text + kPartEnd;
    std::string text;
    for (const data::Message& message : turns.messages) {
        text += heading(name + QStringLiteral(" · ") + visibleLine(message.role)) + message.content + kPartEnd;
        if (!message.extra.is_null() && !message.extra.empty())
            text += jsonText(message.extra) + kPartEnd;
    }
    return text;
}

Row messagesOf(const data::Turns& turns, const char* roleOfPlain)
{
    Row messages = Row::array();
    if (!turns.conversational) {
        if (!turns.text.empty())
            messages.push_back({ { "role", roleOfPlain }, { "content", turns.text } });
        return messages;
    }
    for (const data::Message& message : turns.messages) {
        Row json { { "role", message.role }, { "content", message.content } };
        if (message.extra.is_object())
            json.update(message.extra);
        messages.push_back(std::move(json));
    }
    return messages;
}

Result<std::string> rendered(const ChatTemplate& chat, Row messages, const Row& tools, bool generate)
{
    ChatRequest request;
    request.messages = std::move(messages);
    request.tools = tools;
    request.addGenerationPrompt = generate;
    request.dropNullFields = true;
    const Result<RenderedChat> text = chat.render(request);
    return text ? Result<std::string>(text->text) : text.error();
}

} // namespace

std::string exampleText(const data::Example& e)
{
    std::string text = turnsText(tr("prompt"), e.prompt) + turnsText(tr("answer"), e.completion)
        + turnsText(tr("chosen"), e.chosen) + turnsText(tr("rejected"), e.rejected);
    for (size_t i = 0; i < e.steps.size(); ++i)
        text += heading(tr("step %1, %2").arg(i + 1).arg(e.steps[i].good ? tr("right") : tr("wrong"))) + e.steps[i].text
            + kPartEnd;
    if (e.label)
        text += heading(tr("label")) + (*e.label ? tr("good") : tr("bad")).toStdString() + kPartEnd;
    if (!e.gold.is_null())
        text += heading(tr("gold answer")) + jsonText(e.gold) + kPartEnd;
    if (!e.tools.is_null())
        text += heading(tr("tools")) + jsonText(e.tools) + kPartEnd;
    if (e.passRate)
        text += heading(tr("pass rate")) + QString::number(*e.passRate).toStdString() + kPartEnd;
    if (e.metadata.is_object() && !e.metadata.empty())
        text += heading(tr("other columns")) + jsonText(e.metadata) + kPartEnd;
    return text.substr(0, text.empty() ? 0 : text.size() - std::strlen(kPartEnd));
}

RowForModel rowForModel(const data::Example& e, const ChatTemplate* chat)
{
    const data::Turns& answer = e.completion.empty() ? e.chosen : e.completion;
    RowForModel row;
    if (!e.prompt.conversational && !answer.conversational) {
        row.prompt = e.prompt.text;
        row.answer = answer.text;
        return row;
    }
    if (!chat) {
        row.problem
            = QStringLiteral("The row is a conversation. Choose a model with a chat template to see it as one.");
        return row;
    }
    Row messages = messagesOf(e.prompt, "user");
    const Result<std::string> prompt
        = messages.empty() ? Result<std::string>(std::string()) : rendered(*chat, messages, e.tools, !answer.empty());
    for (Row& message : messagesOf(answer, "assistant"))
        messages.push_back(std::move(message));
    const Result<std::string> whole = rendered(*chat, messages, e.tools, false);
    if (!prompt || !whole) {
        row.problem = translated((prompt ? whole : prompt).error().sentence());
        return row;
    }
    // Where the template writes the prompt differently once it is answered, everything counts as prompt up to there.
    size_t same = 0;
    while (same < prompt->size() && same < whole->size() && (*prompt)[same] == (*whole)[same])
        ++same;
    row.prompt = whole->substr(0, same);
    row.answer = whole->substr(same);
    return row;
}

} // namespace aha
