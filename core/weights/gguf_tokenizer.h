#pragma once
// The tokenizer inside a GGUF file, as plain vectors.

#include "core/base/result.h"
#include "core/weights/gguf_file.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace aha {

/// tokenizer.ggml.* and tokenizer.chat_template. Texts are bytes as stored: in model "gpt2" pieces are in GPT-2's byte
/// alphabet, in "llama" they have U+2581 for spaces and <0xNN> for bytes.
struct GgufTokenizer {
    std::string model; ///< "gpt2" (byte-level BPE), "llama" (sentencepiece), "t5", "bert", …
    std::string pre; ///< pre-tokenizer: "qwen2", "llama-bpe", "smollm", …; may be empty
    std::vector<std::string> tokens; ///< by id
    std::vector<float> scores; ///< empty, or one per token
    std::vector<int32_t>
        types; ///< empty, or one per token: 1 normal 2 unknown 3 control 4 user-defined 5 unused 6 byte
    std::vector<std::string> merges; ///< "left right", best first
    std::optional<int32_t> bosId, eosId, eotId, eomId, unknownId, padId;
    std::optional<bool> addBos, addEos, addSpacePrefix, removeExtraWhitespaces;
    std::string charsmap; ///< sentencepiece's precompiled normalizer, may be empty
    std::string chatTemplate; ///< Jinja, may be empty
};

/// Errors: gguf_no_tokenizer, gguf_tokenizer (a list of another length or kind, an id outside the tokens).
Result<GgufTokenizer> ggufTokenizer(const GgufFile& file);

/// The metadata that ggufTokenizer() reads back.
std::vector<std::pair<std::string, GgufValue>> ggufTokenizerMetadata(const GgufTokenizer& tokenizer);

} // namespace aha
