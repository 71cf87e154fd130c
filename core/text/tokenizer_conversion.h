#pragma once
// Between the two worlds' files: tokenizer.json (transformers, vLLM) and the lists of a GGUF file (llama.cpp).

#include "core/text/gguf_vocabulary.h"

#include <filesystem>

namespace aha {

/// The text of a tokenizer.json that gives the same ids. Errors: tokenizer_invalid, tokenizer_unsupported (an unknown
/// model or pre, by name).
Result<std::string> tokenizerJsonOf(const GgufVocabulary& vocabulary);

/// The lists for the tokenizer of a model folder (tokenizer.json, else tokenizer.model), filled up with unused tokens
/// to `vocabSize`, which is the model's. Special ids stay unset. Errors: those of loadTokenizer(); tokenizer_no_gguf
/// (GGUF has no name for its splitting rule, or no kind for it: names what), tokenizer_invalid (more tokens than the
/// model).
Result<GgufVocabulary> ggufVocabularyOf(const std::filesystem::path& folder, int64_t vocabSize);

} // namespace aha
