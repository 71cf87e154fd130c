#pragma once
// A tokenizer from plain lists, as GGUF files carry it under tokenizer.ggml.*. Whoever reads the file fills the struct.

#include "core/text/tokenizer.h"

#include <optional>

namespace aha {

struct GgufVocabulary {
    std::string model; ///< tokenizer.ggml.model: "gpt2" (byte-level BPE) or "llama" (sentencepiece BPE)
    std::string pre; ///< tokenizer.ggml.pre: names the splitting rule of gpt2; "" = "default"
    std::vector<std::string> tokens; ///< the id is the place
    std::vector<std::string> merges; ///< "a b"; gpt2
    std::vector<float> scores; ///< llama
    /// 1 normal, 2 unknown, 3 control, 4 user defined, 5 unused, 6 byte. Empty: all normal.
    std::vector<int32_t> tokenTypes;
    int32_t bosId = -1, eosId = -1, unkId = -1, padId = -1; ///< -1 = the file names none
    std::optional<bool> addBos, addEos; ///< nothing = as the model kind does it (llama: BOS)
    bool addSpacePrefix = true; ///< llama
};

/// The tokenizer of Hugging Face's own files for the same model: qwen2 normalises to NFC (llama.cpp does not),
/// llama-bpe takes whole words from the vocabulary. Errors: tokenizer_invalid; tokenizer_unsupported (an unknown model
/// or pre, by name).
Result<std::shared_ptr<const Tokenizer>> makeTokenizer(const GgufVocabulary& vocabulary);

} // namespace aha
