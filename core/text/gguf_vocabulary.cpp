#include "core/text/gguf_vocabulary.h"

#include "core/text/bpe_model.h"
#include "core/text/pattern_translation.h"
#include "core/text/pipeline_tokenizer.h"
#include "core/text/score_bpe_model.h"
#include "core/text/space_mark.h"
#include "core/text/tokenizer_json.h"

#include <algorithm>

namespace aha {

namespace {

enum TokenType { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };

// The splitting rules by name, in the models' own words (their tokenizer.json); names: llama.cpp, src/llama-vocab.cpp.
constexpr const char* kQwen2
    = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char* kQwen35
    = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char* kLlama3
    = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char* kGpt4o
    = R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char* kTekken
    = R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char* kDeepseek3
    = R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char* kDeepseekLetters
    = "\\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-"
      "ὅὈ-"
      "Ὅὐ-ὗὙὛὝὟ-\u1F7D"
      "ᾀ-ᾴᾶ-ᾼ\u1FBEῂ-ῄῆ-ῌῐ-\u1FD3ῖ-\u1FDBῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤ\u2126ℨ\u212A-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-"
      "ꞇꞋ-"
      "ꞎꭰ-ꮿ"
      "ﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃]+";

struct PreRule {
    std::vector<const char*> names;
    std::vector<const char*> patterns;
    bool nfc = false, ignoreMerges = false;
};

const std::vector<PreRule>& preRules()
{
    static const std::vector<PreRule> rules {
        { { "gpt-2", "gpt2", "mpt", "olmo", "phi-2", "jina-es", "jina-de", "jina-v2-es", "jina-v2-de", "modern-bert",
              "gigachat", "mellum", "a.x-4.0", "trillion", "granite-docling" },
            { kGpt2Pattern } },
        { { "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b" },
            { R"(\p{N})", kGpt2Pattern } },
        { { "qwen2", "stablelm2", "deepseek-r1-qwen", "hunyuan", "megrez", "grok-2" }, { kQwen2 }, true },
        { { "qwen35" }, { kQwen35 }, true },
        { { "llama-bpe", "llama3", "llama-v3", "falcon3", "pixtral" }, { kLlama3 }, false, true },
        { { "dbrx", "smaug-bpe", "glm4", "chatglm-bpe" }, { kLlama3 } },
        { { "gpt-4o", "llama4" }, { kGpt4o } },
        { { "tekken" }, { kTekken }, false, true },
        { { "deepseek-llm" },
            { R"([\r\n])", kDeepseekLetters, R"(\s?[!-/:-~！-／：-～‘-‟　-。]+)", R"(\s+$)", "[一-龥ࠀ-一가-\uD7FF]+",
                R"(\p{N})" } },
        { { "deepseek-coder" }, { R"([\r\n])", R"(\s?\p{L}+)", R"(\s?\p{P}+)", "[一-龥ࠀ-一가-\uD7FF]+", R"(\p{N})" } },
        { { "deepseek-v3", "hunyuan-dense" }, { R"(\p{N}{1,3})", "[一-龥぀-ゟ゠-ヿ]+", kDeepseek3 } },
        { { "falcon" }, { R"([\p{P}\$\+<=>\^~\|`]+)", kGpt2Pattern, "[0-9][0-9][0-9]" } },
        { { "default" }, { R"([\p{P}\$\+<=>\^~\|]+)", kGpt2Pattern, R"(\p{N}+)", "[0-9][0-9][0-9]" } },
    };
    return rules;
}

Error invalid(const std::string& what) { return { "tokenizer_invalid", what, "Use an intact GGUF file." }; }

int32_t typeOf(const GgufVocabulary& v, size_t id) { return v.tokenTypes.empty() ? int32_t(Normal) : v.tokenTypes[id]; }

/// Control and user-defined tokens stand outside the vocabulary's rules.
std::vector<AddedToken> addedTokens(const GgufVocabulary& v, bool normalizesUserTokens)
{
    std::vector<AddedToken> added;
    for (size_t id = 0; id < v.tokens.size(); ++id) {
        const int32_t type = typeOf(v, id);
        if (type != Control && type != UserDefined && type != Unknown)
            continue;
        AddedToken token;
        token.id = int32_t(id);
        token.content = v.tokens[id];
        token.special = type != UserDefined;
        token.normalized = type == UserDefined && normalizesUserTokens;
        added.push_back(std::move(token));
    }
    return added;
}

void makeByteLevel(const GgufVocabulary& v, TokenizerParts& parts)
{
    const std::string name = v.pre.empty() ? "default" : v.pre;
    const auto rule = std::find_if(preRules().begin(), preRules().end(),
        [&](const PreRule& r) { return std::find(r.names.begin(), r.names.end(), name) != r.names.end(); });
    if (rule == preRules().end())
        throw Failure({ "tokenizer_unsupported",
            "The GGUF file splits words by the rule \"" + name.substr(0, 60)
                + "\" (tokenizer.ggml.pre), which is not supported.",
            "" });
    std::vector<PreTokenizerStep> steps;
    for (const char* pattern : rule->patterns)
        steps.push_back({ PreTokenizerStep::Split {
            orThrow(TextRegex::compile(orThrow(translatePattern(pattern)))), SplitBehavior::Isolated, false } });
    parts.preTokenizer = PreTokenizer(std::move(steps));
    if (rule->nfc)
        parts.normalizer = Normalizer({ { NormalForm::Nfc } });
    parts.added = addedTokens(v, false);
    std::vector<std::pair<std::string, int64_t>> pieces;
    for (size_t id = 0; id < v.tokens.size(); ++id)
        if (const int32_t type = typeOf(v, id); type != Control && type != UserDefined && type != Unknown)
            pieces.emplace_back(v.tokens[id], int64_t(id));
    BpeModel::Merges merges;
    for (size_t i = 0; i < v.merges.size(); ++i) {
        const std::string& line = v.merges[i];
        // The left token may begin with a space in old files, so the separator is the first space after it.
        const size_t space = line.find(' ', 1);
        if (space == std::string::npos || space + 1 == line.size())
            throw Failure(invalid("Merge " + std::to_string(i + 1) + " of the GGUF file is not two tokens."));
        merges.emplace_back(line.substr(0, space), line.substr(space + 1));
    }
    BpeOptions options;
    options.byteLevel = true;
    options.ignoreMerges = rule->ignoreMerges;
    parts.model = orThrow(BpeModel::make(orThrow(Vocabulary::make(std::move(pieces))), merges, std::move(options)));
    parts.decoder.byteLevel = parts.byteLevel = true;
}

void makeSentencePiece(const GgufVocabulary& v, TokenizerParts& parts)
{
    if (v.scores.size() != v.tokens.size())
        throw Failure(invalid("The GGUF file has " + std::to_string(v.tokens.size()) + " tokens but "
            + std::to_string(v.scores.size()) + " scores."));
    std::vector<NormalizerStep> steps;
    if (v.addSpacePrefix)
        steps.push_back({ NormalizerStep::Prepend { std::string(kSpaceMark) } });
    steps.push_back({ NormalizerStep::Replace { " ", std::nullopt, std::string(kSpaceMark) } });
    parts.normalizer = Normalizer(std::move(steps));
    parts.added = addedTokens(v, /*normalizesUserTokens=*/!v.addSpacePrefix); // "▁▁" is looked for among the marks
    std::vector<std::pair<std::string, int64_t>> pieces;
    std::vector<ScoreBpeModel::Kind> kinds;
    using Kind = ScoreBpeModel::Kind;
    int32_t unk = v.unkId;
    for (size_t id = 0; id < v.tokens.size(); ++id) {
        pieces.emplace_back(v.tokens[id], int64_t(id));
        const int32_t type = typeOf(v, id);
        kinds.push_back(type == Unused                  ? Kind::Unused
                : type == Normal || type == UserDefined ? Kind::Normal
                                                        : Kind::Apart);
        if (type == Unknown && unk < 0)
            unk = int32_t(id);
    }
    parts.model
        = orThrow(ScoreBpeModel::make(orThrow(Vocabulary::make(std::move(pieces))), v.scores, std::move(kinds), unk));
    parts.decoder.replacements = { { std::string(kSpaceMark), " " } };
    parts.decoder.byteFallback = true;
    parts.decoder.leadingSpaces = v.addSpacePrefix ? LeadingSpaces::DropOne : LeadingSpaces::Keep;
}

} // namespace

Result<std::shared_ptr<const Tokenizer>> makeTokenizer(const GgufVocabulary& v)
{
    try {
        if (v.tokens.empty())
            return invalid("The GGUF file has no tokens (tokenizer.ggml.tokens).");
        if (!v.tokenTypes.empty() && v.tokenTypes.size() != v.tokens.size())
            return invalid("The GGUF file has " + std::to_string(v.tokens.size()) + " tokens but "
                + std::to_string(v.tokenTypes.size()) + " token types.");
        for (size_t id = 0; id < v.tokenTypes.size(); ++id)
            if (v.tokenTypes[id] < Normal || v.tokenTypes[id] > Byte)
                return invalid("Token " + std::to_string(id) + " of the GGUF file has the type "
                    + std::to_string(v.tokenTypes[id]) + "; types go from 1 to 6.");
        for (size_t id = 0; id < v.tokens.size(); ++id)
            if (validUtf8(v.tokens[id]) != v.tokens[id])
                return invalid("Token " + std::to_string(id) + " of the GGUF file is not UTF-8.");
        TokenizerParts parts;
        if (v.model == "gpt2")
            makeByteLevel(v, parts);
        else if (v.model == "llama")
            makeSentencePiece(v, parts);
        else
            return Error { "tokenizer_unsupported",
                "The GGUF file has a tokenizer of the kind \"" + v.model.substr(0, 60)
                    + "\" (tokenizer.ggml.model); gpt2 and llama are supported.",
                "" };
        parts.special = { v.bosId, v.eosId, v.unkId, v.padId };
        if (v.addBos.value_or(v.model == "llama") && v.bosId >= 0)
            parts.post.prefixIds = { v.bosId };
        if (v.addEos.value_or(false) && v.eosId >= 0)
            parts.post.suffixIds = { v.eosId };
        return makePipelineTokenizer(std::move(parts));
    } catch (const Failure& failure) {
        return failure.error();
    }
}

} // namespace aha
