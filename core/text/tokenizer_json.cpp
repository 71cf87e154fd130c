#include "core/text/tokenizer_json.h"

#include "core/base/json_depth.h"
#include "core/text/bpe_model.h"
#include "core/text/unigram_model.h"

#include <set>

namespace aha {

namespace {

constexpr size_t kMaxFileBytes = 128u << 20;
constexpr size_t kMaxValues = 8'000'000;

Vocabulary readVocabulary(const JsonField& field)
{
    std::vector<std::pair<std::string, int64_t>> pieces;
    pieces.reserve(field.object().size());
    for (const auto& [piece, id] : field.json().items()) {
        if (!id.is_number_integer() || (id.is_number_unsigned() && id.get<uint64_t>() > uint64_t(INT64_MAX)))
            field.invalid("gives \"" + piece.substr(0, 40) + "\" the id " + id.dump().substr(0, 40)
                + ", which is not a whole number");
        pieces.emplace_back(piece, id.get<int64_t>());
    }
    return orThrow(Vocabulary::make(std::move(pieces)));
}

BpeModel::Merges readMerges(const JsonField& field)
{
    BpeModel::Merges merges;
    merges.reserve(field.array().size());
    size_t index = 0;
    for (const auto& merge : field.json()) {
        const auto fail
            = [&] { field.invalid("[" + std::to_string(index) + "] must be two tokens, [\"a\",\"b\"] or \"a b\""); };
        if (merge.is_array()) {
            if (merge.size() != 2 || !merge[0].is_string() || !merge[1].is_string())
                fail();
            merges.emplace_back(merge[0].get<std::string>(), merge[1].get<std::string>());
        } else if (merge.is_string()) {
            const std::string& line = merge.get_ref<const std::string&>();
            if (line.rfind("#version", 0) == 0 && index == 0)
                continue;
            const size_t space = line.find(' ');
            if (space == std::string::npos || line.find(' ', space + 1) != std::string::npos)
                fail();
            merges.emplace_back(line.substr(0, space), line.substr(space + 1));
        } else {
            fail();
        }
        ++index;
    }
    return merges;
}

std::shared_ptr<const TokenModel> readBpe(const JsonField& field, bool byteLevel)
{
    if (field.has("dropout") && field.at("dropout").number() != 0)
        field.unsupported("dropout");
    for (const char* key : { "continuing_subword_prefix", "end_of_word_suffix" })
        if (!field.textOr(key, "").empty())
            field.unsupported(key);
    BpeOptions options;
    options.byteLevel = byteLevel;
    options.byteFallback = field.flagOr("byte_fallback", false);
    options.fuseUnk = field.flagOr("fuse_unk", false);
    options.ignoreMerges = field.flagOr("ignore_merges", false);
    options.unkToken = field.textOr("unk_token", "");
    if (byteLevel && options.byteFallback)
        field.unsupported("byte_fallback together with ByteLevel");
    return orThrow(
        BpeModel::make(readVocabulary(field.at("vocab")), readMerges(field.at("merges")), std::move(options)));
}

std::shared_ptr<const TokenModel> readUnigram(const JsonField& field, bool byteLevel)
{
    if (byteLevel)
        field.unsupported("Unigram together with ByteLevel");
    std::vector<std::pair<std::string, int64_t>> pieces;
    std::vector<double> scores;
    field.at("vocab").forEach([&](const JsonField& entry) {
        if (entry.array().size() != 2)
            entry.invalid("must be a token and its score");
        pieces.emplace_back(JsonField(entry.json()[0], entry.place() + "[0]").text(), int64_t(pieces.size()));
        scores.push_back(JsonField(entry.json()[1], entry.place() + "[1]").number());
    });
    const int64_t unk = field.integerOr("unk_id", -1);
    if (unk < -1 || unk >= int64_t(pieces.size()))
        field.at("unk_id").invalid(
            "is " + std::to_string(unk) + "; the vocabulary has " + std::to_string(pieces.size()) + " tokens");
    return orThrow(UnigramModel::make(orThrow(Vocabulary::make(std::move(pieces))), std::move(scores), int32_t(unk),
        field.flagOr("byte_fallback", false)));
}

} // namespace

Result<nlohmann::json> parseTokenizerFile(std::string_view text)
{
    if (text.size() > kMaxFileBytes)
        return Error { "tokenizer_invalid",
            "The file has " + std::to_string(text.size()) + " bytes; " + std::to_string(kMaxFileBytes)
                + " are allowed.",
            "" };
    if (!jsonDepthWithin(text))
        return Error { "tokenizer_invalid", "The file nests deeper than " + std::to_string(kMaxJsonDepth) + " levels.",
            "" };
    if (!jsonValuesWithin(text, kMaxValues))
        return Error { "tokenizer_invalid", "The file has more than " + std::to_string(kMaxValues) + " values.", "" };
    try {
        nlohmann::json json = nlohmann::json::parse(text);
        if (!json.is_object())
            return Error { "tokenizer_invalid", "The file is not a JSON object.", "" };
        return json;
    } catch (const nlohmann::json::exception& e) {
        const std::string what = e.what(); // "[json.exception.parse_error.101] parse error at line 1, …"
        const size_t end = what.find("] ");
        return Error { "tokenizer_invalid",
            "The file is not JSON: " + what.substr(end == std::string::npos ? 0 : end + 2, 160) + ".", "" };
    }
}

std::shared_ptr<const TokenModel> readTokenModel(const JsonField& field, bool byteLevel)
{
    field.object();
    const std::string type = field.has("type") ? field.at("type").text()
        : field.has("merges")                  ? "BPE" // files of the first years name no type
        : field.has("unk_id")                  ? "Unigram"
                                               : "";
    if (type == "BPE")
        return readBpe(field, byteLevel);
    if (type == "Unigram")
        return readUnigram(field, byteLevel);
    if (type.empty())
        field.invalid("has no \"type\"");
    field.unsupported("the model type " + type);
}

AddedToken readAddedToken(const JsonField& field, int64_t id)
{
    if (id < 0 || id >= Vocabulary::kMaxIds)
        field.invalid(
            "has the id " + std::to_string(id) + "; ids go from 0 to " + std::to_string(Vocabulary::kMaxIds - 1));
    AddedToken token;
    token.id = int32_t(id);
    token.content = field.at("content").text();
    token.special = field.flagOr("special", false);
    token.singleWord = field.flagOr("single_word", false);
    token.leftStrip = field.flagOr("lstrip", false);
    token.rightStrip = field.flagOr("rstrip", false);
    token.normalized = field.flagOr("normalized", !token.special);
    return token;
}

Result<TokenizerParts> readTokenizerJson(std::string_view text)
{
    try {
        const nlohmann::json json = orThrow(parseTokenizerFile(text));
        const JsonField file(json, "");
        const nlohmann::json null;
        const auto optional = [&](const char* key) { return file.has(key) ? file.at(key) : JsonField(null, key); };
        TokenizerParts parts;
        if (!file.has("model"))
            throw Failure({ "tokenizer_invalid", "The file has no \"model\".", "" });
        parts.normalizer = readNormalizer(optional("normalizer"));
        PreTokenizerPart pre = readPreTokenizer(optional("pre_tokenizer"));
        parts.preTokenizer = std::move(pre.steps);
        parts.byteLevel = pre.byteLevel;
        parts.model = readTokenModel(file.at("model"), pre.byteLevel);
        parts.decoder = readDecoder(optional("decoder"));
        parts.post = readPostProcessor(optional("post_processor"));
        std::set<std::pair<int32_t, std::string>> seen;
        if (file.has("added_tokens"))
            file.at("added_tokens").forEach([&](const JsonField& field) {
                AddedToken token = readAddedToken(field, field.at("id").integer());
                if (parts.added.size() >= 65536)
                    field.invalid("is one added token too many; 65536 are allowed");
                if (seen.emplace(token.id, token.content).second) // the same one again says nothing new
                    parts.added.push_back(std::move(token));
            });
        return parts;
    } catch (const Failure& failure) {
        return failure.error();
    }
}

} // namespace aha
