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

} // namespace aha
