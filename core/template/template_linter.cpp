#include "core/template/template_linter.h"

#include <algorithm>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

// Words that no template writes of its own accord.
constexpr const char* kQuestion = "zqquestion";
constexpr const char* kReason = "zqreason";
constexpr const char* kAnswer = "zqanswer";

Json user() { return { { "role", "user" }, { "content", kQuestion } }; }
Json assistant(const std::string& content) { return { { "role", "assistant" }, { "content", content } }; }
Json thinking() { return assistant("<think>\n" + std::string(kReason) + "\n</think>\n\n" + kAnswer); }

bool has(const std::string& text, const char* what) { return text.find(what) != std::string::npos; }

class Linter {
public:
    explicit Linter(const ChatTemplate& chatTemplate)
        : m_template(chatTemplate)
    {
    }

    std::vector<LintFinding> run()
    {
        pastTurns();
        finalTurn();
        plainTurn();
        prompt("", Json::object());
        prompt(" with enable_thinking = true", { { "enable_thinking", true } });
        prompt(" with enable_thinking = false", { { "enable_thinking", false } });
        return std::move(m_findings);
    }

private:
    std::optional<std::string> render(Json messages, bool generationPrompt, const Json& kwargs)
    {
        ChatRequest request;
        request.messages = std::move(messages);
        request.addGenerationPrompt = generationPrompt;
        request.kwargs = kwargs;
        request.now = "2025-01-15T12:34:56";
        for (const char* token : { "bos_token", "eos_token", "pad_token" })
            if (!m_template.tokens().count(token))
                request.tokens[token] = "";
        Result<RenderedChat> chat = m_template.render(request);
        if (chat)
            return chat->text;
        if (!m_failed)
            add("not_checked", "A small conversation could not be rendered (" + chat.error().message + ").",
                "Render a conversation of your own and look at what becomes of <think>.");
        m_failed = true;
        return std::nullopt;
    }
    void add(const char* code, std::string message, std::string advice)
    {
        for (const LintFinding& known : m_findings)
            if (known.code == code)
                return;
        m_findings.push_back({ code, std::move(message), std::move(advice) });
    }

    void pastTurns()
    {
        const auto text = render({ user(), thinking(), user(), assistant(kAnswer) }, false, Json::object());
        if (text && has(*text, kAnswer) && !has(*text, kReason))
            add("strips_past_think", "The template drops what stands before </think> in earlier assistant turns.",
                "In multi-turn training the prompt then lacks the reasoning that was sampled: train on single turns, "
                "or use a "
                "template that keeps the content as it is.");
    }
    void finalTurn()
    {
        const auto text = render({ user(), thinking() }, false, Json::object());
        if (text && has(*text, kAnswer) && !has(*text, kReason))
            add("strips_final_think", "The template drops what stands before </think> in the last assistant turn too.",
                "SFT on such messages teaches answers without reasoning, and a format reward never sees <think>: use a "
                "template "
                "that keeps the content, or give the completion as plain text behind the prompt.");
    }
    void plainTurn()
    {
        const auto text = render({ user(), assistant(kAnswer) }, false, Json::object());
        // Behind the question: a system text may explain the tag.
        if (text && text->find("<think>", std::min(text->find(kQuestion), text->size())) != std::string::npos)
            add("adds_think", "The template writes a <think> block into an assistant turn that has none.",
                "SFT then trains on a block that is not in the data: put the reasoning into the messages, or use a "
                "template "
                "without it.");
    }
    void prompt(const char* when, const Json& kwargs)
    {
        const auto with = render({ user() }, true, kwargs), without = render({ user() }, false, kwargs);
        if (!with || !without)
            return;
        size_t same = 0;
        while (same < with->size() && same < without->size() && (*with)[same] == (*without)[same])
            ++same;
        // The tag may begin in what both have in common.
        const size_t open = with->find("<think>", std::min(with->find(kQuestion), with->size()));
        if (open == std::string::npos || open + 7 <= same)
            return;
        if (with->find("</think>", open) == std::string::npos)
            add("prefills_think",
                std::string("The generation prompt") + when
                    + " ends inside <think>: the completion has no opening tag.",
                "A reward for <think>…</think> must count the prompt's tag in (set the reward's prefix to "
                "\"<think>\"), or the "
                "template must lose it.");
        else
            add("prefills_empty_think",
                std::string("The generation prompt") + when
                    + " holds a finished <think></think>: the model is told not to think.",
                "Leave that argument alone where reasoning is to be trained; a reward for <think>…</think> fails "
                "there.");
    }

    const ChatTemplate& m_template;
    std::vector<LintFinding> m_findings;
    bool m_failed = false;
};

} // namespace

std::vector<LintFinding> lintTemplate(const ChatTemplate& chatTemplate) { return Linter(chatTemplate).run(); }

} // namespace aha
