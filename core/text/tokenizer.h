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

/// Immutable after loading; every method is const and thread-safe.
class Tokenizer {
public:
    virtual ~Tokenizer() = default;
    /// Ids of `text`, without BOS/EOS. `parseSpecial` true: the text of special tokens becomes their ids.
    virtual std::vector<int32_t> encode(std::string_view text, bool parseSpecial = true) const = 0;
    /// Text of `ids`, special tokens included. Ids outside the vocabulary become U+FFFD.
    virtual std::string decode(const std::vector<int32_t>& ids) const = 0;
    /// As decode(ids), and for each id the end (exclusive, in bytes) of its text. ends.back() == text size.
    virtual std::string decode(const std::vector<int32_t>& ids, std::vector<int32_t>& ends) const = 0;
    virtual std::string piece(int32_t id) const = 0;
    virtual int32_t vocabSize() const = 0;
    virtual int32_t bosId() const = 0; ///< -1 when there is none
    virtual int32_t eosId() const = 0;
    virtual int32_t unkId() const = 0;
    /// Start of each token of `encode(text)` in the text: (begin, end) in Unicode code points.
    struct Encoding {
        std::vector<int32_t> ids;
        std::vector<std::string> pieces;
        std::vector<std::pair<int32_t, int32_t>> offsets;
    };
    virtual Encoding encodeWithOffsets(std::string_view text, bool parseSpecial = true) const = 0;
};

/// Loads a model folder's tokenizer, or a .model file itself (sentencepiece). The file is treated as hostile: size and
/// piece length are bounded before the library sees it. Errors: tokenizer_missing, tokenizer_invalid.
Result<std::shared_ptr<const Tokenizer>> loadTokenizer(const std::filesystem::path& folderOrFile);

} // namespace aha
