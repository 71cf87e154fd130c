#pragma once
// Trains the miniature's tokenizer with the sentencepiece trainer.

#include "core/base/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace aha {

/// A word model over a whitespace-separated language: the pieces are <unk>, <s>, </s> and "▁word" for every word, in
/// the order given. Tags such as <think> are ordinary words, so that text round-trips exactly. Deterministic.
/// Errors: tokenizer_training_failed, file errors.
Result<void> trainWordTokenizer(const std::vector<std::string>& words, const std::filesystem::path& modelFile);

/// Byte-pair pieces of these texts, each digit a piece of its own, white space kept as it is, `symbols` never cut.
/// `pieces`: at most so many; fewer where the texts have no more. Text that holds no other characters than these
/// round-trips exactly. Deterministic. Errors: as above.
Result<void> trainPieceTokenizer(const std::vector<std::string>& texts, const std::vector<std::string>& symbols,
    int64_t pieces, const std::filesystem::path& modelFile);

} // namespace aha
