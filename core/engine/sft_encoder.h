#pragma once
// A row of a data set as the tokens that fine-tuning trains on, by TRL's rules (SFTTrainer._prepare_dataset):
//
//   conversation         the chat template's rendering, without BOS or EOS of the tokenizer's own
//   prompt, completion   conversations: both rendered together; the prompt is what renders with a generation prompt.
//                        plain texts: one after the other, with the end token behind
//   text                 the text with the end token behind
//
// Trained are all tokens, those after the prompt, or those that the template's {% generation %} blocks mark (a token
// counts when any of its characters does).

#include "core/algo/sft_trainer.h"
#include "core/data/example.h"
#include "core/template/chat_template.h"
#include "core/text/tokenizer.h"

#include <filesystem>

namespace aha {

/// Immutable; every method is const and thread-safe.
class SftEncoder {
public:
    /// `chat`: the model's template; none is an error only for rows that need it. Errors: template_no_generation
    /// (assistant tokens are asked for and the template does not mark them).
    static Result<SftEncoder> make(
        std::shared_ptr<const Tokenizer> tokenizer, std::optional<ChatTemplate> chat, const SftConfig& config);

    /// With the template of the model at `path`, where it has one.
    static Result<SftEncoder> open(
        std::shared_ptr<const Tokenizer> tokenizer, const std::filesystem::path& path, const SftConfig& config);

    struct Encoded {
        SftSequence sequence; ///< whole: cutting is the batches' business
        bool boundaryMoved = false; ///< the prompt alone has other tokens than at the head of the whole
    };
    /// Errors: sft_kind, sft_not_chat, sft_no_prompt, template_*.
    Result<Encoded> encode(const data::Example& example) const;

    /// The tokens that a model continues to answer the row, and the answer the row has; nothing for a plain text.
    struct Question {
        std::vector<int32_t> ids;
        std::string answer;
    };
    Result<std::optional<Question>> question(const data::Example& example) const;

    const Tokenizer& tokenizer() const { return *m_tokenizer; }

private:
    SftEncoder() = default;
    RenderedChat render(const std::vector<data::Message>& messages, const data::Row& tools, bool generate) const;
    Encoded encodeChat(const data::Example& example) const;
    Encoded encodePlain(const data::Example& example) const;

    std::shared_ptr<const Tokenizer> m_tokenizer;
    std::optional<ChatTemplate> m_chat;
    SftConfig m_config;
};

} // namespace aha
