#pragma once
// sentencepiece's own models (unigram, BPE, word, char), through its library.

#include "core/text/tokenizer.h"

namespace aha {

/// `bytes` of a .model file; `path` is for messages. Looked at by inspectModel() before the library sees it.
/// Errors: tokenizer_invalid.
Result<std::shared_ptr<const Tokenizer>> makeSentencePieceTokenizer(
    std::string_view bytes, const std::filesystem::path& path);

} // namespace aha
