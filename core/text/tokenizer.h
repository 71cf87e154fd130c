#pragma once
// Text to token ids and back.

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace aha {

/// What decoding does with white space before the first word. Encoding put one there (DropOne), squeezed it all
/// (DropAll), or marked the first token with it (DropFromFirst: all that the first token has).
enum class LeadingSpaces { Keep, DropOne, DropAll, DropFromFirst };

/// Immutable after loading; every method is const and thread-safe.
/// Encoding throws Failure (tokenizer_regex_limit) where a tokenizer's own regular expression gives up on a text; the
/// expressions of known models do not.
class Tokenizer {
public:
    virtual ~Tokenizer() = default;
    /// Ids of `text`, without BOS/EOS. `parseSpecial` true: the text of special tokens becomes their ids. Added tokens
    /// that are not special, such as <think>, are found in either case.
    virtual std::vector<int32_t> encode(std::string_view text, bool parseSpecial = true) const = 0;
    /// Text of `ids`, special tokens included. Ids outside the vocabulary become U+FFFD.
    virtual std::string decode(const std::vector<int32_t>& ids) const = 0;
    /// As decode(ids), and for each id the end (exclusive, in bytes) of its text. ends.back() == text size.
    virtual std::string decode(const std::vector<int32_t>& ids, std::vector<int32_t>& ends) const = 0;
    virtual std::string piece(int32_t id) const = 0;
    virtual int32_t vocabSize() const = 0; ///< one past the largest id
    virtual int32_t bosId() const = 0; ///< -1 when there is none
    virtual int32_t eosId() const = 0;
    virtual int32_t unkId() const = 0;
    virtual int32_t padId() const { return -1; }
    /// Control tokens: what decoding for people leaves out.
    virtual bool isSpecial(int32_t id) const = 0;
    /// What the tokenizer's own template puts before and after a text (BOS, EOS); encode adds neither.
    virtual std::vector<int32_t> prefixIds() const { return {}; }
    virtual std::vector<int32_t> suffixIds() const { return {}; }
    /// The bytes that `id` stands for, whatever is beside it; they need not be whole characters. Concatenated, and with
    /// leadingSpaces() taken off, they are the decoded text where that is valid UTF-8.
    virtual std::string tokenBytes(int32_t id) const = 0;
    virtual LeadingSpaces leadingSpaces() const { return LeadingSpaces::Keep; }
    /// Start of each token of `encode(text)` in the text: (begin, end) in Unicode code points.
    struct Encoding {
        std::vector<int32_t> ids;
        std::vector<std::string> pieces;
        std::vector<std::pair<int32_t, int32_t>> offsets;
    };
    virtual Encoding encodeWithOffsets(std::string_view text, bool parseSpecial = true) const = 0;

    /// `ids` without the special ones.
    std::vector<int32_t> withoutSpecial(const std::vector<int32_t>& ids) const
    {
        std::vector<int32_t> kept;
        for (const int32_t id : ids)
            if (!isSpecial(id))
                kept.push_back(id);
        return kept;
    }
};

/// Loads a model folder's tokenizer: tokenizer.json, else tokenizer.model, else the one other *.model file there. Or a
/// file itself: a .json as Hugging Face's fast tokenizers write it, anything else as a sentencepiece model. Ids of
/// BOS, EOS and padding come from the files beside it. Files are treated as hostile: bounded in size and nesting.
/// Errors: tokenizer_missing, tokenizer_invalid, tokenizer_unsupported (with the construct).
Result<std::shared_ptr<const Tokenizer>> loadTokenizer(const std::filesystem::path& folderOrFile);

} // namespace aha
