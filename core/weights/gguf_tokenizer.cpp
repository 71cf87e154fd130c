#include "core/weights/gguf_tokenizer.h"

#include <algorithm>

namespace aha {

namespace {

constexpr std::pair<const char*, std::optional<int32_t> GgufTokenizer::*> kIds[] = {
    { "tokenizer.ggml.bos_token_id", &GgufTokenizer::bosId }, { "tokenizer.ggml.eos_token_id", &GgufTokenizer::eosId },
    { "tokenizer.ggml.eot_token_id", &GgufTokenizer::eotId }, { "tokenizer.ggml.eom_token_id", &GgufTokenizer::eomId },
    { "tokenizer.ggml.unknown_token_id", &GgufTokenizer::unknownId },
    { "tokenizer.ggml.padding_token_id", &GgufTokenizer::padId }
};
constexpr std::pair<const char*, std::optional<bool> GgufTokenizer::*> kFlags[]
    = { { "tokenizer.ggml.add_bos_token", &GgufTokenizer::addBos },
          { "tokenizer.ggml.add_eos_token", &GgufTokenizer::addEos },
          { "tokenizer.ggml.add_space_prefix", &GgufTokenizer::addSpacePrefix },
          { "tokenizer.ggml.remove_extra_whitespaces", &GgufTokenizer::removeExtraWhitespaces } };

Error bad(const std::string& message)
{
    return { "gguf_tokenizer", "The tokenizer in the GGUF file is not valid: " + message,
        "Download or convert the file again." };
}

/// A list with one number per token.
template <class T> Result<std::vector<T>> numbers(const GgufFile& file, const char* key, size_t count)
{
    std::vector<T> out;
    const GgufValue* value = file.find(key);
    if (!value)
        return out;
    const auto copy = [&](const auto* list) {
        if (list)
            for (const auto item : *list)
                out.push_back(T(item));
        return list != nullptr;
    };
    const bool isList = copy(std::get_if<std::vector<double>>(&value->value))
        || copy(std::get_if<std::vector<int64_t>>(&value->value))
        || copy(std::get_if<std::vector<uint64_t>>(&value->value));
    if (!isList || out.size() != count)
        return bad(std::string(key) + " is not a list of " + std::to_string(count) + " numbers.");
    return out;
}

} // namespace

Result<GgufTokenizer> ggufTokenizer(const GgufFile& file)
{
    GgufTokenizer out;
    const GgufValue *model = file.find("tokenizer.ggml.model"), *tokens = file.find("tokenizer.ggml.tokens");
    if (!model || !tokens)
        return Error { "gguf_no_tokenizer", "The GGUF file has no tokenizer in it.",
            "Give a tokenizer with the model." };
    if (!tokens->strings() || tokens->strings()->empty())
        return bad("tokenizer.ggml.tokens is not a list of texts.");
    out.tokens = *tokens->strings();
    for (const auto& [key, target] : { std::pair("tokenizer.ggml.model", &out.model),
             std::pair("tokenizer.ggml.pre", &out.pre), std::pair("tokenizer.chat_template", &out.chatTemplate) })
        if (const GgufValue* value = file.find(key)) {
            if (!value->string())
                return bad(std::string(key) + " is not text.");
            *target = *value->string();
        }
    Result<std::vector<float>> scores = numbers<float>(file, "tokenizer.ggml.scores", out.tokens.size());
    if (!scores)
        return scores.error();
    Result<std::vector<int32_t>> types = numbers<int32_t>(file, "tokenizer.ggml.token_type", out.tokens.size());
    if (!types)
        return types.error();
    out.scores = std::move(scores).value();
    out.types = std::move(types).value();
    if (const GgufValue* merges = file.find("tokenizer.ggml.merges")) {
        if (!merges->strings())
            return bad("tokenizer.ggml.merges is not a list of texts.");
        out.merges = *merges->strings();
    }
    if (const GgufValue* map = file.find("tokenizer.ggml.precompiled_charsmap")) {
        const auto* bytes = std::get_if<std::vector<uint64_t>>(&map->value);
        const auto* signedBytes = std::get_if<std::vector<int64_t>>(&map->value); // older converters wrote INT8
        if ((!bytes && !signedBytes) || (map->elementType != GgufType::U8 && map->elementType != GgufType::I8))
            return bad("tokenizer.ggml.precompiled_charsmap is not a list of bytes.");
        const auto append = [&](const auto& list) {
            std::transform(list.begin(), list.end(), std::back_inserter(out.charsmap), [](auto b) { return char(b); });
        };
        bytes ? append(*bytes) : append(*signedBytes);
    }
    for (const auto& [key, member] : kIds)
        if (const GgufValue* value = file.find(key)) {
            const std::optional<int64_t> id = value->integer();
            if (id && (*id == -1 || *id == int64_t(UINT32_MAX)))
                continue; // some converters say "none" so
            if (!id || *id < 0 || uint64_t(*id) >= out.tokens.size())
                return bad(std::string(key) + " is outside the " + std::to_string(out.tokens.size()) + " tokens.");
            out.*member = int32_t(*id);
        }
    for (const auto& [key, member] : kFlags)
        if (const GgufValue* value = file.find(key)) {
            if (!value->truth())
                return bad(std::string(key) + " is not true or false.");
            out.*member = *value->truth();
        }
    return out;
}

std::vector<std::pair<std::string, GgufValue>> ggufTokenizerMetadata(const GgufTokenizer& t)
{
    std::vector<std::pair<std::string, GgufValue>> out;
    out.emplace_back("tokenizer.ggml.model", GgufValue::text(t.model));
    if (!t.pre.empty())
        out.emplace_back("tokenizer.ggml.pre", GgufValue::text(t.pre));
    out.emplace_back("tokenizer.ggml.tokens", GgufValue::texts(t.tokens));
    if (!t.scores.empty())
        out.emplace_back("tokenizer.ggml.scores", GgufValue::f32s({ t.scores.begin(), t.scores.end() }));
    if (!t.types.empty())
        out.emplace_back("tokenizer.ggml.token_type", GgufValue::i32s({ t.types.begin(), t.types.end() }));
    if (!t.merges.empty())
        out.emplace_back("tokenizer.ggml.merges", GgufValue::texts(t.merges));
    if (!t.charsmap.empty()) {
        std::vector<uint64_t> bytes;
        for (const char c : t.charsmap)
            bytes.push_back(static_cast<unsigned char>(c));
        out.emplace_back(
            "tokenizer.ggml.precompiled_charsmap", GgufValue { GgufType::Array, GgufType::U8, std::move(bytes) });
    }
    for (const auto& [key, member] : kIds)
        if (t.*member)
            out.emplace_back(key, GgufValue::u32(uint32_t(*(t.*member))));
    for (const auto& [key, member] : kFlags)
        if (t.*member)
            out.emplace_back(key, GgufValue::boolean(*(t.*member)));
    if (!t.chatTemplate.empty())
        out.emplace_back("tokenizer.chat_template", GgufValue::text(t.chatTemplate));
    return out;
}

} // namespace aha
