#pragma once
// Splits normalised text into words, inside which the model then works.

#include "core/text/normalizer.h"
#include "core/text/text_split.h"

#include <variant>

namespace aha {

/// One step of a pre-tokenizer; each cuts the pieces of the step before. Semantics: Hugging Face tokenizers 0.23.
struct PreTokenizerStep {
    struct Split {
        TextRegex regex;
        SplitBehavior behavior = SplitBehavior::Isolated;
        bool invert = false;
    };
    /// A space in front of every piece that has none (ByteLevel's add_prefix_space).
    struct PrefixSpace { };
    struct Metaspace {
        enum class Prepend { Never, First, Always };
        std::string replacement; ///< one character
        Prepend prepend = Prepend::Always;
        std::optional<TextRegex> split; ///< matches the replacement; nothing = does not split
    };
    std::variant<Split, PrefixSpace, Metaspace> what;
};

/// Immutable and thread-safe.
class PreTokenizer {
public:
    PreTokenizer() = default;
    explicit PreTokenizer(std::vector<PreTokenizerStep> steps)
        : m_steps(std::move(steps))
    {
    }

    /// Matching state of one call of encode.
    class Run {
    public:
        Run(const PreTokenizer& tokenizer, TextBuffers& buffers);
        /// Calls `word` for each piece of `text`. `atStart`: the text begins where the whole text begins.
        /// Throws Failure where an expression gives up.
        void split(TextSlice text, bool atStart, const std::function<void(TextSlice)>& word);

    private:
        void step(size_t index, TextSlice text, bool atStart, const std::function<void(TextSlice)>& word);

        const PreTokenizer& m_tokenizer;
        TextBuffers& m_buffers;
        std::vector<std::optional<TextRegex::Matcher>> m_matchers;
    };

private:
    std::vector<PreTokenizerStep> m_steps;
};

} // namespace aha
