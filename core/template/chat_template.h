#pragma once
// Chat templates: a model's messages as the text it was trained on, byte for byte as transformers 5 renders it
// (chat_template_utils.py with jinja2 3.1.6: immutable sandbox, trim_blocks, lstrip_blocks, loop controls, generation).
// A template is code of unknown origin: it runs within RenderLimits, reaches nothing, and what is not understood is an
// error that names it and its line, never a wrong prompt.

#include "core/template/chat_request.h"
#include "core/template/jinja_value.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace aha {

namespace jinja {
struct Template;
}

struct RenderedChat {
    std::string text;
    /// [begin, end) in bytes of `text`: what stood in {% generation %} blocks, the assistant's own words.
    std::vector<std::pair<size_t, size_t>> assistantSpans;
};

/// Immutable; every method is const and thread-safe.
/// Errors: template_missing, template_unreadable, and those of jinja_problem.h with line and column.
class ChatTemplate {
public:
    static Result<ChatTemplate> fromText(std::string_view text, SpecialTokens tokens = {});
    static Result<ChatTemplate> fromFile(const std::filesystem::path& file);
    /// chat_template.jinja (and additional_chat_templates/*.jinja), else tokenizer_config.json's chat_template: a text,
    /// or a list of named ones. Special tokens come from tokenizer_config.json and special_tokens_map.json.
    static Result<ChatTemplate> fromModelFolder(const std::filesystem::path& folder);

    /// Also: template_request (the request does not fit), template_continue (the template rewrites the final message).
    Result<RenderedChat> render(const ChatRequest& request, const jinja::RenderLimits& limits = {}) const;

    /// Whether the template that renders without tools marks the assistant's words.
    bool marksGeneration() const;
    /// Of the template that renders without tools.
    const std::string& source() const;
    const SpecialTokens& tokens() const { return m_tokens; }
    std::vector<std::string> names() const;

private:
    struct Named {
        std::shared_ptr<const jinja::Template> tree;
        std::optional<Error> error; ///< of parsing; told when this one is asked for
    };
    ChatTemplate() = default;
    static Result<ChatTemplate> fromTexts(const std::map<std::string, std::string>& texts, SpecialTokens tokens);
    const Named* choose(bool withTools) const;

    std::map<std::string, Named> m_named;
    SpecialTokens m_tokens;
};

} // namespace aha
