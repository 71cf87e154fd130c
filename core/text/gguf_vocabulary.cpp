#include "core/text/gguf_vocabulary.h"

#include "core/text/bpe_model.h"
#include "core/text/gguf_pre_rules.h"
#include "core/text/pattern_translation.h"
#include "core/text/pipeline_tokenizer.h"
#include "core/text/score_bpe_model.h"
#include "core/text/space_mark.h"
#include "core/text/tokenizer_json.h"

#include <algorithm>

namespace aha {

namespace {

enum TokenType { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };

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
    const GgufPreRule* rule = findGgufPreRule(name);
    if (!rule)
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
        if (const int32_t type = typeOf(v, id); type == Normal || type == Byte) // unused ones fill the model's rows
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
