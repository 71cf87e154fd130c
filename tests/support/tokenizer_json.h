#pragma once
// Small tokenizer.json texts for tests that change one thing in them.

#include "core/text/byte_alphabet.h"
#include "core/text/pipeline_tokenizer.h"
#include "core/text/tokenizer_json.h"

#include <nlohmann/json.hpp>

namespace aha::support {

using Json = nlohmann::json;

/// Byte-level BPE: 256 bytes, "he", "hel", "llo", "Ġhe"; <|end|> is special, <think> is not.
inline Json byteLevelTokenizer()
{
    Json vocab = Json::object();
    for (int byte = 0; byte < 256; ++byte)
        vocab[pieceOfBytes(std::string(1, char(byte)))] = byte;
    int id = 256;
    for (const char* piece : { "he", "hel", "lo", "llo", "Ġhe", "hello" })
        vocab[piece] = id++;
    return Json { { "version", "1.0" }, { "truncation", nullptr }, { "padding", nullptr },
        { "added_tokens",
            { { { "id", 262 }, { "content", "<|end|>" }, { "single_word", false }, { "lstrip", false }, { "rstrip", false },
                  { "normalized", false }, { "special", true } },
                { { "id", 263 }, { "content", "<think>" }, { "single_word", false }, { "lstrip", false },
                    { "rstrip", false }, { "normalized", false }, { "special", false } } } },
        { "normalizer", nullptr },
        { "pre_tokenizer",
            { { "type", "ByteLevel" }, { "add_prefix_space", false }, { "trim_offsets", false }, { "use_regex", true } } },
        { "post_processor", nullptr },
        { "decoder",
            { { "type", "ByteLevel" }, { "add_prefix_space", true }, { "trim_offsets", true }, { "use_regex", true } } },
        { "model",
            { { "type", "BPE" }, { "dropout", nullptr }, { "unk_token", nullptr }, { "continuing_subword_prefix", nullptr },
                { "end_of_word_suffix", nullptr }, { "fuse_unk", false }, { "byte_fallback", false },
                { "ignore_merges", false }, { "vocab", vocab },
                { "merges", { "h e", "he l", "l o", "l lo", "Ġ he" } } } } };
}

/// Unigram with a Metaspace, as converted sentencepiece models are written.
inline Json unigramTokenizer()
{
    Json vocab = Json::array();
    vocab.push_back({ "<unk>", 0.0 });
    const std::pair<const char*, double> pieces[] = { { "▁", -2 }, { "▁the", -1 }, { "▁cat", -1.5 }, { "t", -3 },
        { "h", -3 }, { "e", -3 }, { "c", -4 }, { "a", -4 }, { "ca", -3.5 }, { "at", -3.2 } };
    for (const auto& [piece, score] : pieces)
        vocab.push_back({ piece, score });
    Json json = byteLevelTokenizer();
    json["added_tokens"] = Json::array();
    const Json meta { { "type", "Metaspace" }, { "replacement", "▁" }, { "prepend_scheme", "always" }, { "split", true } };
    json["pre_tokenizer"] = json["decoder"] = meta;
    json["model"] = { { "type", "Unigram" }, { "unk_id", 0 }, { "vocab", vocab }, { "byte_fallback", false } };
    return json;
}

inline Result<std::shared_ptr<const Tokenizer>> tokenizerFrom(std::string_view text)
{
    Result<TokenizerParts> parts = readTokenizerJson(text);
    if (!parts)
        return parts.error();
    return makePipelineTokenizer(std::move(*parts));
}
inline Result<std::shared_ptr<const Tokenizer>> tokenizerFrom(const Json& json)
{
    return tokenizerFrom(std::string_view(json.dump()));
}

} // namespace aha::support
