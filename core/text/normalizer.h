#pragma once
// What a tokenizer does to the text before it looks for words: Unicode normal forms, replacements, a mark in front.

#include "core/text/normal_form.h"
#include "core/text/text_regex.h"

#include <optional>
#include <variant>

namespace aha {

/// One step of a normalizer. Semantics: Hugging Face tokenizers 0.23, src/normalizers.
struct NormalizerStep {
    struct Prepend {
        std::string text; ///< before a text that is not empty
    };
    struct Replace {
        std::string literal; ///< what is replaced, when there is no expression
        std::optional<TextRegex> regex;
        std::string with;
    };
    struct Strip {
        bool left = true, right = true;
    };
    struct Lowercase { };
    struct StripAccents { };
    std::variant<NormalForm, Prepend, Replace, Strip, Lowercase, StripAccents> what;
};

/// Immutable and thread-safe.
class Normalizer {
public:
    Normalizer() = default;
    explicit Normalizer(std::vector<NormalizerStep> steps)
        : m_steps(std::move(steps))
    {
    }
    bool empty() const { return m_steps.empty(); }
    /// The slice itself where nothing changes. Throws Failure where an expression gives up.
    TextSlice apply(TextSlice text, TextBuffers& buffers) const;
    std::string apply(std::string_view text) const;

private:
    std::vector<NormalizerStep> m_steps;
};

/// `text` with `literal` replaced by `with`; the new text takes the span of the last byte it replaces.
TextSlice replaceLiteral(TextSlice text, std::string_view literal, std::string_view with, TextBuffers& buffers);
/// `text` after `prefix`, which takes the span of the first character.
TextSlice prependText(TextSlice text, std::string_view prefix, TextBuffers& buffers);

} // namespace aha
