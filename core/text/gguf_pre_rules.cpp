#include "core/text/gguf_pre_rules.h"

#include "core/text/tokenizer_json.h"

#include <algorithm>

namespace aha {

namespace {

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

} // namespace

const std::vector<GgufPreRule>& ggufPreRules()
{
    static const std::vector<GgufPreRule> rules {
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

const GgufPreRule* findGgufPreRule(const std::string& name)
{
    for (const GgufPreRule& rule : ggufPreRules())
        if (std::find(rule.names.begin(), rule.names.end(), name) != rule.names.end())
            return &rule;
    return nullptr;
}

} // namespace aha
