#pragma once
// Reads tokenizer.json, the format of Hugging Face's tokenizers library (0.23).

#include "core/text/json_field.h"
#include "core/text/pipeline_tokenizer.h"

namespace aha {

/// The parts that the file describes; `special` stays empty. The text is hostile: size, nesting and number of values
/// are bounded. truncation and padding are left to the caller of the tokenizer. Errors: tokenizer_invalid with the
/// place in the file; tokenizer_unsupported with the construct.
Result<TokenizerParts> readTokenizerJson(std::string_view text);

/// Bounded parsing for this and the files beside it. Errors: tokenizer_invalid.
Result<nlohmann::json> parseTokenizerFile(std::string_view text);

// One component each; throw Failure.
Normalizer readNormalizer(const JsonField& field);
struct PreTokenizerPart {
    PreTokenizer steps;
    bool byteLevel = false;
};
PreTokenizerPart readPreTokenizer(const JsonField& field);
TokenDecoder readDecoder(const JsonField& field);
PostProcessing readPostProcessor(const JsonField& field);
std::shared_ptr<const TokenModel> readTokenModel(const JsonField& field, bool byteLevel);
AddedToken readAddedToken(const JsonField& field, int64_t id);
/// {"String": …} or {"Regex": …}.
TextRegex readPattern(const JsonField& field);

/// GPT-2's splitting rule, which ByteLevel has built in.
inline constexpr const char* kGpt2Pattern
    = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

} // namespace aha
