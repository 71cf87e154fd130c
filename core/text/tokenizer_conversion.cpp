#include "core/text/tokenizer_conversion.h"

#include "core/base/files.h"
#include "core/base/utf8.h"
#include "core/text/byte_alphabet.h"
#include "core/text/gguf_pre_rules.h"
#include "core/text/model_guard.h"
#include "core/text/protobuf_walk.h"
#include "core/text/space_mark.h"
#include "core/text/tokenizer_json.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <unordered_map>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

enum TokenType { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };

int32_t typeOf(const GgufVocabulary& v, size_t id) { return v.tokenTypes.empty() ? int32_t(Normal) : v.tokenTypes[id]; }

// ---- GGUF to tokenizer.json

/// Ids by text. A tokenizer.json has no other way to name a token, so no two in use may be alike.
std::unordered_map<std::string_view, size_t> idsByText(const GgufVocabulary& v)
{
    std::unordered_map<std::string_view, size_t> ids;
    for (size_t id = 0; id < v.tokens.size(); ++id)
        if (typeOf(v, id) != Unused)
            if (const auto [first, fresh] = ids.emplace(v.tokens[id], id); !fresh)
                throw Failure({ "tokenizer_invalid",
                    "The tokens " + std::to_string(first->second) + " and " + std::to_string(id) + " are both \""
                        + v.tokens[id].substr(0, 40) + "\", and a tokenizer.json tells tokens apart by their text.",
                    "" });
    return ids;
}

Json addedTokens(const GgufVocabulary& v)
{
    Json added = Json::array();
    for (size_t id = 0; id < v.tokens.size(); ++id)
        if (const int32_t type = typeOf(v, id); type == Control || type == UserDefined || type == Unknown)
            added.push_back({ { "id", id }, { "content", v.tokens[id] }, { "single_word", false }, { "lstrip", false },
                { "rstrip", false },
                { "normalized",
                    type == UserDefined && v.model == "llama" && !v.addSpacePrefix }, // "▁▁" is found among the marks
                { "special", type != UserDefined } });
    return added;
}

Json byteLevelPart()
{
    return { { "type", "ByteLevel" }, { "add_prefix_space", false }, { "trim_offsets", true }, { "use_regex", false } };
}

void writeByteLevel(const GgufVocabulary& v, Json& json)
{
    const GgufPreRule* rule = findGgufPreRule(v.pre.empty() ? "default" : v.pre);
    if (!rule)
        throw Failure({ "tokenizer_unsupported",
            "The splitting rule \"" + v.pre.substr(0, 60) + "\" (tokenizer.ggml.pre) is not supported.", "" });
    json["normalizer"] = rule->nfc ? Json { { "type", "NFC" } } : Json();
    Json steps = Json::array();
    for (const char* pattern : rule->patterns)
        steps.push_back({ { "type", "Split" }, { "pattern", { { "Regex", pattern } } }, { "behavior", "Isolated" },
            { "invert", false } });
    steps.push_back(byteLevelPart());
    json["pre_tokenizer"] = { { "type", "Sequence" }, { "pretokenizers", steps } };
    json["decoder"] = byteLevelPart();
    // The tokenizers library numbers added tokens anew unless the vocabulary has them, or they follow it without a gap.
    size_t end = 0;
    const auto plain = [&](size_t id) { return typeOf(v, id) == Normal || typeOf(v, id) == Byte; };
    for (size_t id = 0; id < v.tokens.size(); ++id)
        end = plain(id) ? id + 1 : end;
    Json::object_t vocab; // filled without the search that an assignment makes
    for (size_t id = 0; id < v.tokens.size(); ++id)
        if (plain(id) || (id < end && typeOf(v, id) != Unused))
            vocab.emplace_back(v.tokens[id], id);
    Json merges = Json::array();
    for (const std::string& line : v.merges) {
        const size_t space = line.find(' ', 1); // the left token may begin with a space
        if (space == std::string::npos)
            throw Failure({ "tokenizer_invalid", "The merge \"" + line.substr(0, 60) + "\" is not two tokens.", "" });
        merges.push_back({ line.substr(0, space), line.substr(space + 1) });
    }
    json["model"] = { { "type", "BPE" }, { "dropout", nullptr }, { "unk_token", nullptr },
        { "continuing_subword_prefix", nullptr }, { "end_of_word_suffix", nullptr }, { "fuse_unk", false },
        { "byte_fallback", false }, { "ignore_merges", rule->ignoreMerges }, { "vocab", Json(std::move(vocab)) },
        { "merges", merges } };
}

/// Sentencepiece's BPE knows scores, not merges: every way to make a piece of two others is a merge, the best piece
/// first, as transformers converts it.
Json mergesOf(const GgufVocabulary& v)
{
    std::unordered_map<std::string_view, size_t> ids;
    for (size_t id = 0; id < v.tokens.size(); ++id)
        if (const int32_t type = typeOf(v, id); type == Normal || type == UserDefined)
            ids.emplace(v.tokens[id], id);
    struct Merge {
        float score;
        size_t left, right;
    };
    std::vector<Merge> merges;
    for (size_t id = 0; id < v.tokens.size(); ++id) {
        const std::string_view piece = v.tokens[id];
        if (typeOf(v, id) != Normal)
            continue;
        const size_t first = merges.size();
        for (size_t at = 1; at < piece.size(); ++at) {
            const auto left = ids.find(piece.substr(0, at)), right = ids.find(piece.substr(at));
            if (left != ids.end() && right != ids.end())
                merges.push_back({ v.scores[id], left->second, right->second });
        }
        std::sort(merges.begin() + long(first), merges.end(),
            [](const Merge& a, const Merge& b) { return std::pair(a.left, a.right) < std::pair(b.left, b.right); });
    }
    std::stable_sort(merges.begin(), merges.end(), [](const Merge& a, const Merge& b) { return a.score > b.score; });
    Json list = Json::array();
    for (const Merge& merge : merges)
        list.push_back({ v.tokens[merge.left], v.tokens[merge.right] });
    return list;
}

void writeSentencePiece(const GgufVocabulary& v, std::unordered_map<std::string_view, size_t> ids, Json& json)
{
    if (v.scores.size() != v.tokens.size())
        throw Failure({ "tokenizer_invalid", "The tokenizer has tokens without scores.", "" });
    Json normalizers = Json::array();
    if (v.addSpacePrefix)
        normalizers.push_back({ { "type", "Prepend" }, { "prepend", kSpaceMark } });
    normalizers.push_back({ { "type", "Replace" }, { "pattern", { { "String", " " } } }, { "content", kSpaceMark } });
    json["normalizer"] = { { "type", "Sequence" }, { "normalizers", normalizers } };
    json["pre_tokenizer"] = nullptr;
    Json decoders
        = Json::array({ { { "type", "Replace" }, { "pattern", { { "String", kSpaceMark } } }, { "content", " " } },
            { { "type", "ByteFallback" } }, { { "type", "Fuse" } } });
    if (v.addSpacePrefix)
        decoders.push_back({ { "type", "Strip" }, { "content", " " }, { "start", 1 }, { "stop", 0 } });
    json["decoder"] = { { "type", "Sequence" }, { "decoders", decoders } };
    Json unk;
    Json::object_t vocab; // filled without the search that an assignment makes
    if (v.unkId >= 0 && size_t(v.unkId) < v.tokens.size())
        unk = v.tokens[size_t(v.unkId)];
    for (size_t id = 0; id < v.tokens.size(); ++id) {
        if (ids.emplace(v.tokens[id], id).first->second == id) // an unused one may be like another
            vocab.emplace_back(v.tokens[id], id);
        if (unk.is_null() && typeOf(v, id) == Unknown)
            unk = v.tokens[id];
    }
    json["model"]
        = { { "type", "BPE" }, { "dropout", nullptr }, { "unk_token", unk }, { "continuing_subword_prefix", nullptr },
              { "end_of_word_suffix", nullptr }, { "fuse_unk", true }, { "byte_fallback", true },
              { "ignore_merges", false }, { "vocab", Json(std::move(vocab)) }, { "merges", mergesOf(v) } };
}

// ---- to GGUF

[[noreturn]] void noGguf(const std::string& what)
{
    throw Failure({ "tokenizer_no_gguf", "A GGUF file cannot carry this tokenizer: " + what + ".",
        "Export it as a Hugging Face folder (--to hf) instead." });
}

void put(GgufVocabulary& v, const std::string& token, int64_t id, int32_t type)
{
    if (id < 0 || id >= Vocabulary::kMaxIds)
        throw Failure({ "tokenizer_invalid",
            "Token \"" + token.substr(0, 40) + "\" has the id " + std::to_string(id) + ".", "" });
    if (size_t(id) >= v.tokens.size()) {
        v.tokens.resize(size_t(id) + 1);
        v.tokenTypes.resize(size_t(id) + 1, Unused);
    }
    v.tokens[size_t(id)] = token;
    v.tokenTypes[size_t(id)] = type;
}

/// The patterns that a pre-tokenizer splits by, in order.
void collectPatterns(const JsonField& field, std::vector<std::string>& patterns)
{
    const std::string type = field.at("type").text();
    if (type == "Sequence") {
        field.at("pretokenizers").forEach([&](const JsonField& inner) { collectPatterns(inner, patterns); });
    } else if (type == "ByteLevel") {
        if (field.flagOr("add_prefix_space", true))
            noGguf("it puts a space before every text");
        if (field.flagOr("use_regex", true))
            patterns.push_back(kGpt2Pattern);
    } else if (type == "Digits" && field.flagOr("individual_digits", false)) {
        patterns.push_back(R"(\p{N})");
    } else if (type == "Split" && field.at("pattern").has("Regex") && field.textOr("behavior", "") == "Isolated"
        && !field.flagOr("invert", false)) {
        patterns.push_back(field.at("pattern").at("Regex").text());
    } else {
        noGguf("it splits words by " + type);
    }
}

/// Some files write line breaks as themselves, some as escapes.
std::string escaped(const std::string& pattern)
{
    std::string out;
    for (const char c : pattern)
        out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : std::string(1, c);
    return out;
}

/// Which rule splits the same way. Normal forms and whole words from the vocabulary belong to the rule.
const GgufPreRule& ruleFor(const std::vector<std::string>& patterns, bool nfc, bool ignoreMerges)
{
    const GgufPreRule* nearest = nullptr;
    for (const GgufPreRule& rule : ggufPreRules())
        if (std::equal(rule.patterns.begin(), rule.patterns.end(), patterns.begin(), patterns.end(),
                [](const char* a, const std::string& b) { return escaped(b) == a; })) {
            if (rule.nfc == nfc && rule.ignoreMerges == ignoreMerges)
                return rule;
            nearest = &rule;
        }
    if (!nearest)
        noGguf("its splitting rule has no name there ("
            + (patterns.empty() ? std::string("none") : patterns.back().substr(0, 80)) + ")");
    noGguf(std::string("it splits words as \"") + nearest->names[0] + "\", but "
        + (nearest->nfc != nfc ? "differs in the normal form" : "differs in taking whole words from the vocabulary"));
}

bool normalizesToNfc(const JsonField& file)
{
    if (!file.has("normalizer"))
        return false;
    const JsonField normalizer = file.at("normalizer");
    const std::string type = normalizer.at("type").text();
    if (type == "Sequence" && normalizer.at("normalizers").array().empty())
        return false;
    if (type != "NFC")
        noGguf("it normalises text by " + type);
    return true;
}

void readMerges(const JsonField& model, GgufVocabulary& v)
{
    model.at("merges").forEach([&](const JsonField& merge) {
        if (merge.json().is_string())
            v.merges.push_back(merge.text());
        else if (merge.array().size() == 2)
            v.merges.push_back(JsonField(merge.json()[0], merge.place()).text() + " "
                + JsonField(merge.json()[1], merge.place()).text());
        else
            merge.invalid("must be two tokens");
    });
}

GgufVocabulary fromTokenizerJson(const std::string& text)
{
    const nlohmann::json json = orThrow(parseTokenizerFile(text));
    const JsonField file(json, ""), model = file.at("model");
    if (const std::string type = model.textOr("type", "BPE"); type != "BPE")
        noGguf("it is of the kind " + type);
    GgufVocabulary v;
    for (const auto& [piece, id] : model.at("vocab").object().items())
        put(v, piece, JsonField(id, "model.vocab").integer(), Normal);
    const std::string unk = model.textOr("unk_token", "");
    const bool fallback = model.flagOr("byte_fallback", false);
    if (file.has("added_tokens"))
        file.at("added_tokens").forEach([&](const JsonField& token) {
            const std::string content = token.at("content").text();
            put(v, content, token.at("id").integer(),
                fallback && content == unk           ? Unknown
                    : token.flagOr("special", false) ? Control
                                                     : UserDefined);
        });
    if (!fallback) {
        v.model = "gpt2";
        std::vector<std::string> patterns;
        if (!file.has("pre_tokenizer"))
            noGguf("it does not split words");
        collectPatterns(file.at("pre_tokenizer"), patterns);
        v.pre = ruleFor(patterns, normalizesToNfc(file), model.flagOr("ignore_merges", false)).names[0];
        readMerges(model, v);
        return v;
    }
    // Sentencepiece's BPE in tokenizer.json: the order of the merges is all that is left of the scores.
    v.model = "llama";
    v.addSpacePrefix = false;
    if (file.has("normalizer") && file.at("normalizer").has("normalizers"))
        file.at("normalizer").at("normalizers").forEach([&](const JsonField& step) {
            const std::string type = step.at("type").text();
            v.addSpacePrefix = v.addSpacePrefix || type == "Prepend";
            if (type != "Prepend" && type != "Replace")
                noGguf("it normalises text by " + type);
        });
    if (file.has("pre_tokenizer"))
        noGguf("it has both sentencepiece's merges and a pre-tokenizer");
    readMerges(model, v);
    v.scores.assign(v.tokens.size(), -1e6f);
    std::unordered_map<std::string, size_t> ids;
    for (size_t id = 0; id < v.tokens.size(); ++id) {
        ids.emplace(v.tokens[id], id);
        if (v.tokenTypes[id] == Normal && byteOfFallbackPiece(v.tokens[id]) >= 0)
            v.tokenTypes[id] = Byte;
    }
    for (size_t i = v.merges.size(); i-- > 0;) { // the first way to make a piece counts
        std::string piece = v.merges[i];
        piece.erase(piece.find(' '), 1);
        if (const auto found = ids.find(piece); found != ids.end())
            v.scores[found->second] = -float(i);
    }
    v.merges.clear();
    return v;
}

/// sentencepiece_model.proto: ModelProto 1 = pieces, 2 = trainer_spec (3 = model_type), 3 = normalizer_spec (3 =
/// add_dummy_prefix).
GgufVocabulary fromSentencePiece(const std::string& bytes, const fs::path& path)
{
    if (const ModelGuard guard = inspectModel(bytes); !guard.problem.empty())
        throw Failure(
            { "tokenizer_invalid", path.string() + " is not a usable sentencepiece model: " + guard.problem, "" });
    GgufVocabulary v;
    v.model = "llama";
    uint64_t kind = 1;
    walkMessage(bytes, [&](uint64_t field, std::string_view content, uint64_t) {
        if (field == 1) {
            std::string piece;
            float score = 0;
            uint64_t type = Normal;
            walkMessage(content, [&](uint64_t part, std::string_view value, uint64_t number) {
                if (part == 1)
                    piece = value;
                else if (part == 2 && value.size() == 4)
                    std::memcpy(&score, value.data(), 4);
                else if (part == 3)
                    type = number;
                return true;
            });
            v.tokens.push_back(std::move(piece));
            v.scores.push_back(score);
            v.tokenTypes.push_back(int32_t(std::clamp<uint64_t>(type, Normal, Byte)));
        } else if (field == 2 || field == 3) {
            walkMessage(content, [&](uint64_t part, std::string_view, uint64_t number) {
                if (field == 2 && part == 3)
                    kind = number;
                if (field == 3 && part == 3)
                    v.addSpacePrefix = number != 0;
                return true;
            });
        }
        return true;
    });
    if (kind != 2)
        noGguf("sentencepiece's " + std::string(kind == 1 ? "unigram" : kind == 3 ? "word" : "character") + " model");
    return v;
}

} // namespace

Result<std::string> tokenizerJsonOf(const GgufVocabulary& v)
{
    try {
        if (!v.tokenTypes.empty() && v.tokenTypes.size() != v.tokens.size())
            return Error { "tokenizer_invalid", "The tokenizer has tokens without types.", "" };
        Json json { { "version", "1.0" }, { "truncation", nullptr }, { "padding", nullptr },
            { "added_tokens", addedTokens(v) }, { "normalizer", nullptr }, { "pre_tokenizer", nullptr },
            { "post_processor", nullptr } };
        std::unordered_map<std::string_view, size_t> ids = idsByText(v);
        if (v.model == "gpt2")
            writeByteLevel(v, json);
        else if (v.model == "llama")
            writeSentencePiece(v, std::move(ids), json);
        else
            return Error { "tokenizer_unsupported",
                "A tokenizer of the kind \"" + v.model.substr(0, 60) + "\" cannot be written as tokenizer.json.", "" };
        if (v.addBos.value_or(v.model == "llama") && v.bosId >= 0) {
            if (size_t(v.bosId) >= v.tokens.size() || typeOf(v, size_t(v.bosId)) == Unused)
                return Error { "tokenizer_invalid",
                    "The tokenizer has no token " + std::to_string(v.bosId) + ", its beginning of a text.", "" };
            const std::string bos = v.tokens[size_t(v.bosId)];
            const Json special { { "SpecialToken", { { "id", bos }, { "type_id", 0 } } } };
            const auto sequence = [](const char* id, int type) {
                return Json { { "Sequence", { { "id", id }, { "type_id", type } } } };
            };
            json["post_processor"] = { { "type", "TemplateProcessing" },
                { "single", Json::array({ special, sequence("A", 0) }) },
                { "pair", Json::array({ special, sequence("A", 0), special, sequence("B", 1) }) },
                { "special_tokens", { { bos, { { "id", bos }, { "ids", { v.bosId } }, { "tokens", { bos } } } } } } };
        } else if (v.model == "gpt2") {
            json["post_processor"] = byteLevelPart();
            json["post_processor"]["trim_offsets"] = false;
        }
        return json.dump(1);
    } catch (const Failure& failure) {
        return failure.error();
    } catch (const nlohmann::json::exception&) {
        return Error { "tokenizer_invalid", "A token of this tokenizer is not UTF-8.", "" };
    }
}

Result<GgufVocabulary> ggufVocabularyOf(const fs::path& folder, int64_t vocabSize)
{
    try {
        std::error_code ignored;
        const bool json = fs::exists(folder / "tokenizer.json", ignored);
        const fs::path path = folder / (json ? "tokenizer.json" : "tokenizer.model");
        orThrow(loadTokenizer(folder)); // what is wrong with it is said as everywhere else
        const std::string bytes = orThrow(readFile(path, 128 << 20));
        GgufVocabulary v = json ? fromTokenizerJson(bytes) : fromSentencePiece(bytes, path);
        if (int64_t(v.tokens.size()) > vocabSize)
            return Error { "tokenizer_invalid",
                "The tokenizer has " + std::to_string(v.tokens.size()) + " tokens, the model a vocabulary of "
                    + std::to_string(vocabSize) + ".",
                "The two do not belong together." };
        for (size_t id = 0; id < v.tokens.size(); ++id)
            if (validUtf8(v.tokens[id]) != v.tokens[id])
                return Error { "tokenizer_invalid", "Token " + std::to_string(id) + " of the tokenizer is not UTF-8.",
                    "A GGUF file and a tokenizer.json hold text only." };
        v.tokens.resize(size_t(vocabSize));
        v.tokenTypes.resize(size_t(vocabSize), Unused);
        if (!v.scores.empty())
            v.scores.resize(size_t(vocabSize), -1e6f);
        for (size_t id = 0; id < v.tokens.size(); ++id)
            if (v.tokenTypes[id] == Unused && v.tokens[id].empty())
                v.tokens[id] = "[PAD" + std::to_string(id) + "]"; // as llama.cpp's converter fills holes
        return v;
    } catch (const Failure& failure) {
        return failure.error();
    }
}

} // namespace aha
