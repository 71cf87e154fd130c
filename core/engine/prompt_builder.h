#pragma once
// How a problem becomes what the model reads: bare, or as a user's message in the model's chat template.

#include "core/config/run_config.h"
#include "core/tasks/task.h"
#include "core/template/chat_template.h"
#include "core/text/tokenizer.h"

#include <filesystem>
#include <optional>

namespace aha {

/// Token ids of a bare text, after what the tokenizer puts before any text (BOS).
std::vector<int32_t> promptIds(const Tokenizer& tokenizer, const std::string& text);

/// Immutable and thread-safe.
class PromptBuilder {
public:
    /// `model`: folder, GGUF file or adapter, whose template is used unless the style is text. Errors: template_missing
    /// when the style is chat, or when a system message or an example needs a template; those of loadChatTemplate().
    static Result<PromptBuilder> open(
        const PromptConfig& config, const std::filesystem::path& model, std::shared_ptr<const Tokenizer> tokenizer);

    struct Prompt {
        std::string text; ///< as the model reads it
        std::vector<int32_t> ids;
    };
    /// A conversation keeps its turns; the configured system message stands before them unless it has its own. Without
    /// a template its texts follow each other. Throws Failure when the template refuses the conversation.
    Prompt build(const TaskItem& item) const;

private:
    PromptBuilder(
        const PromptConfig& config, std::optional<ChatTemplate> chat, std::shared_ptr<const Tokenizer> tokenizer);
    PromptConfig m_config;
    std::optional<ChatTemplate> m_chat; ///< empty: bare text
    std::shared_ptr<const Tokenizer> m_tokenizer;
};

} // namespace aha
