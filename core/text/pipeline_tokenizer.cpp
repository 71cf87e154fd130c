#include "core/text/pipeline_tokenizer.h"

#include "core/text/byte_alphabet.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <unordered_set>

namespace aha {

namespace {

constexpr const char* kReplacement = "\xEF\xBF\xBD";

bool isValidUtf8(std::string_view text)
{
    for (size_t at = 0; at < text.size();) {
        if (uint8_t(text[at]) < 0x80) {
            ++at;
            continue;
        }
        const CodePoint point = decodeUtf8(text, at);
        if (!point.valid)
            return false;
        at += point.bytes;
    }
    return true;
}

/// One span of code points for each byte.
std::vector<TextSpan> originOf(std::string_view text)
{
    std::vector<TextSpan> origin;
    origin.reserve(text.size());
    int32_t index = 0;
    for (size_t at = 0; at < text.size(); ++index) {
        const uint32_t bytes = decodeUtf8(text, at).bytes;
        origin.insert(origin.end(), bytes, { index, index + 1 });
        at += bytes;
    }
    return origin;
}

bool isTrimmed(char32_t c) { return c == byteAlphabet()[' '] || u_isUWhiteSpace(UChar32(c)); }

/// process_offsets of Hugging Face's ByteLevel.
void trimOffsets(Tokenizer::Encoding& e, bool addPrefixSpace)
{
    for (size_t i = 0; i < e.ids.size(); ++i) {
        std::u32string piece;
        for (size_t at = 0; at < e.pieces[i].size();) {
            const CodePoint point = decodeUtf8(e.pieces[i], at);
            piece += point.value;
            at += point.bytes;
        }
        auto& [begin, end] = e.offsets[i];
        int32_t leading = int32_t(std::find_if_not(piece.begin(), piece.end(), isTrimmed) - piece.begin());
        const int32_t trailing = int32_t(std::find_if_not(piece.rbegin(), piece.rend(), isTrimmed) - piece.rbegin());
        if (leading > 0) {
            if ((i == 0 || begin == 0) && addPrefixSpace)
                --leading; // the space that was put there has no offset to take off
            begin = std::min(begin + leading, end);
        }
        if (trailing > 0 && end >= trailing)
            end = std::max(end - trailing, begin);
    }
}

class PipelineTokenizer final : public Tokenizer {
public:
    Result<void> build(TokenizerParts parts)
    {
        m_parts = std::move(parts);
        const Vocabulary& v = m_parts.model->vocabulary();
        m_end = v.endId();
        std::vector<AddedTokenFinder::Entry> raw, normalized;
        std::unordered_map<std::string_view, int32_t> contents;
        for (const AddedToken& token : m_parts.added) {
            const std::string name = "The added token \"" + token.content.substr(0, 40) + "\"";
            if (token.content.empty())
                return Error { "tokenizer_invalid",
                    "The added token with the id " + std::to_string(token.id) + " is empty.", "" };
            if (token.id < 0 || token.id >= Vocabulary::kMaxIds || token.content.size() > kMaxAddedBytes)
                return Error { "tokenizer_invalid",
                    name + " has the id " + std::to_string(token.id) + " and " + std::to_string(token.content.size())
                        + " bytes; ids below " + std::to_string(Vocabulary::kMaxIds) + " and "
                        + std::to_string(kMaxAddedBytes) + " bytes are allowed.",
                    "" };
            const int32_t known = v.find(token.content);
            if (known >= 0 ? known != token.id : v.has(token.id))
                return Error { "tokenizer_invalid",
                    name + " has the id " + std::to_string(token.id)
                        + (known >= 0 ? ", but the vocabulary gives it " + std::to_string(known) + "."
                                      : ", which belongs to \"" + v.piece(token.id).substr(0, 40) + "\"."),
                    "" };
            if (!m_added.emplace(token.id, &token).second || !contents.emplace(token.content, token.id).second)
                return Error { "tokenizer_invalid",
                    name + " or its id " + std::to_string(token.id) + " is there twice.", "" };
            std::string pattern = token.content;
            if (token.normalized)
                pattern = m_parts.normalizer.apply(token.content);
            m_patterns[token.id] = pattern;
            (token.normalized ? normalized : raw).push_back({ pattern, token });
            m_end = std::max(m_end, token.id + 1);
        }
        if (m_end > v.endId() + int32_t(m_parts.added.size()) * 64 + 4096)
            return Error { "tokenizer_invalid",
                "An added token has the id " + std::to_string(m_end - 1) + ", far beyond the vocabulary's "
                    + std::to_string(v.endId()) + ".",
                "" };
        m_raw = AddedTokenFinder(std::move(raw));
        m_normalized = AddedTokenFinder(std::move(normalized));
        if (m_parts.special.unk < 0)
            m_parts.special.unk = m_parts.model->unkId();
        const SpecialIds& s = m_parts.special;
        for (const auto& [what, id] : { std::pair("bos", s.bos), { "eos", s.eos }, { "unk", s.unk }, { "pad", s.pad } })
            if (id >= 0 && !has(id))
                return Error { "tokenizer_invalid",
                    std::string("The ") + what + " token has the id " + std::to_string(id)
                        + ", which the tokenizer does not have.",
                    "" };
        for (const auto* ids : { &m_parts.post.prefixIds, &m_parts.post.suffixIds })
            for (const int32_t id : *ids)
                if (!has(id))
                    return Error { "tokenizer_invalid",
                        "The post-processor adds the token " + std::to_string(id)
                            + ", which the tokenizer does not have.",
                        "" };
        return {};
    }

    std::vector<int32_t> encode(std::string_view text, bool parseSpecial) const override
    {
        std::vector<int32_t> ids;
        ids.reserve(text.size() / 4);
        run(text, parseSpecial, /*offsets=*/false, [&](int32_t id, const TextSlice&, bool) { ids.push_back(id); });
        return ids;
    }

    Encoding encodeWithOffsets(std::string_view text, bool parseSpecial) const override
    {
        Encoding e;
        run(text, parseSpecial, /*offsets=*/true, [&](int32_t id, const TextSlice& from, bool isAdded) {
            e.ids.push_back(id);
            const bool showsText = isAdded || (id == m_parts.model->unkId() && m_parts.model->showsUnknownText());
            e.pieces.push_back(showsText ? std::string(from.text) : piece(id));
            e.offsets.push_back(from.text.empty()
                    ? TextSpan()
                    : TextSpan(from.origin[0].first, from.origin[from.text.size() - 1].second));
        });
        for (const PostProcessing::Trim& trim : m_parts.post.trims)
            trimOffsets(e, trim.addPrefixSpace);
        return e;
    }

    std::string decode(const std::vector<int32_t>& ids) const override
    {
        std::vector<int32_t> ends;
        return decode(ids, ends);
    }

    std::string decode(const std::vector<int32_t>& ids, std::vector<int32_t>& ends) const override
    {
        std::vector<std::string_view> pieces;
        pieces.reserve(ids.size());
        for (const int32_t id : ids)
            pieces.push_back(decodedPiece(id));
        return m_parts.decoder.decode(pieces, ends);
    }

    std::string tokenBytes(int32_t id) const override { return m_parts.decoder.bytesOf(decodedPiece(id)); }
    LeadingSpaces leadingSpaces() const override { return m_parts.decoder.leadingSpaces; }

    std::string piece(int32_t id) const override
    {
        if (const auto added = m_added.find(id); added != m_added.end())
            return added->second->content;
        return m_parts.model->vocabulary().has(id) ? m_parts.model->vocabulary().piece(id) : kReplacement;
    }
    int32_t vocabSize() const override { return m_end; }
    int32_t bosId() const override { return m_parts.special.bos; }
    int32_t eosId() const override { return m_parts.special.eos; }
    int32_t unkId() const override { return m_parts.special.unk; }
    int32_t padId() const override { return m_parts.special.pad; }
    bool isSpecial(int32_t id) const override
    {
        const auto added = m_added.find(id);
        return added != m_added.end() && added->second->special;
    }
    std::vector<int32_t> prefixIds() const override { return m_parts.post.prefixIds; }
    std::vector<int32_t> suffixIds() const override { return m_parts.post.suffixIds; }

private:
    static constexpr size_t kMaxAddedBytes = 4096;

    bool has(int32_t id) const { return m_added.count(id) || m_parts.model->vocabulary().has(id); }

    /// What the decoder sees: added tokens in the form in which the text is searched for them.
    std::string_view decodedPiece(int32_t id) const
    {
        if (const auto pattern = m_patterns.find(id); pattern != m_patterns.end())
            return pattern->second;
        return m_parts.model->vocabulary().has(id) ? std::string_view(m_parts.model->vocabulary().piece(id))
                                                   : kReplacement;
    }

    /// Calls token(id, what it stands for, whether it was found as an added token) in order.
    template <class Token> void run(std::string_view given, bool parseSpecial, bool offsets, Token&& token) const
    {
        const std::string repaired = isValidUtf8(given) ? std::string() : validUtf8(given);
        const std::string_view text = repaired.empty() ? given : repaired;
        const std::vector<TextSpan> origin = offsets ? originOf(text) : std::vector<TextSpan>();
        TextBuffers buffers;
        PreTokenizer::Run words(m_parts.preTokenizer, buffers);
        std::vector<WordToken> tokens;
        const std::function<void(TextSlice)> word = [&](TextSlice slice) {
            tokens.clear();
            m_parts.model->tokenize(slice.text, tokens);
            for (const WordToken& t : tokens)
                token(t.id, slice.part(t.begin, t.end), false);
        };
        const TextSlice whole { text, offsets ? origin.data() : nullptr };
        for (const AddedTokenFinder::Part& part : m_raw.split(text, parseSpecial)) {
            const TextSlice slice = whole.part(part.begin, part.end);
            if (part.token) {
                token(part.token->id, slice, true);
                continue;
            }
            const TextSlice normal = m_parts.normalizer.apply(slice, buffers);
            for (const AddedTokenFinder::Part& inner : m_normalized.split(normal.text, parseSpecial)) {
                const TextSlice piece = normal.part(inner.begin, inner.end);
                if (inner.token)
                    token(inner.token->id, piece, true);
                else
                    words.split(piece, part.begin == 0 && inner.begin == 0, word);
            }
        }
    }

    TokenizerParts m_parts;
    std::unordered_map<int32_t, const AddedToken*> m_added;
    std::unordered_map<int32_t, std::string> m_patterns;
    AddedTokenFinder m_raw, m_normalized;
    int32_t m_end = 0;
};

} // namespace

Result<std::shared_ptr<const Tokenizer>> makePipelineTokenizer(TokenizerParts parts)
{
    auto tokenizer = std::make_shared<PipelineTokenizer>();
    if (Result<void> built = tokenizer->build(std::move(parts)); !built)
        return built.error();
    return std::shared_ptr<const Tokenizer>(std::move(tokenizer));
}

} // namespace aha
