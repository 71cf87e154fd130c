#include "core/text/sentencepiece_tokenizer.h"

#include "core/base/utf8.h"
#include "core/text/model_guard.h"

#include <sentencepiece_processor.h>

#include <algorithm>
#include <charconv>

namespace aha {

namespace {

constexpr const char* kSpaceMark = "\xE2\x96\x81";

Error invalid(const std::filesystem::path& path, const std::string& why)
{
    return { "tokenizer_invalid", path.string() + " is not a usable sentencepiece model: " + why,
        "Use an intact tokenizer.model." };
}

class SentencePieceTokenizer : public Tokenizer {
public:
    Result<void> open(std::string_view bytes, const std::filesystem::path& path)
    {
        const ModelGuard guard = inspectModel(bytes);
        if (!guard.problem.empty())
            return invalid(path, guard.problem);
        m_leadingSpaces = guard.leadingSpaces;
        if (const auto status = m_processor.LoadFromSerializedProto(bytes); !status.ok())
            return invalid(path, status.ToString() + ".");
        for (int id = 0; id < m_processor.GetPieceSize(); ++id)
            if (m_processor.IsControl(id))
                m_special.emplace_back(m_processor.IdToPiece(id), id);
        // Longest first, so that no special token hides a longer one.
        std::stable_sort(m_special.begin(), m_special.end(),
            [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
        return {};
    }

    std::vector<int32_t> encode(std::string_view text, bool parseSpecial) const override
    {
        return encodeWithOffsets(text, parseSpecial).ids;
    }

    Encoding encodeWithOffsets(std::string_view text, bool parseSpecial) const override
    {
        Encoding result;
        const std::string clean = validUtf8(text);
        size_t from = 0;
        int32_t codePoints = 0;
        const auto plain = [&](std::string_view part) {
            if (part.empty())
                return;
            const sentencepiece::ImmutableSentencePieceText encoded = m_processor.EncodeAsImmutableProto(part);
            size_t byte = 0;
            int32_t point = codePoints;
            const auto pointAt = [&](size_t target) {
                for (; byte < target; byte += decodeUtf8(part, byte).bytes)
                    ++point;
                return point;
            };
            for (const auto& piece : encoded.pieces()) {
                result.ids.push_back(int32_t(piece.id()));
                result.pieces.push_back(piece.piece());
                const int32_t begin = pointAt(piece.begin());
                result.offsets.emplace_back(begin, pointAt(piece.end()));
            }
            codePoints = pointAt(part.size());
        };
        if (parseSpecial)
            for (size_t at = 0; at < clean.size();) {
                const auto match = std::find_if(m_special.begin(), m_special.end(), [&](const auto& special) {
                    return std::string_view(clean).substr(at).substr(0, special.first.size()) == special.first;
                });
                if (match == m_special.end()) {
                    ++at;
                    continue;
                }
                plain(std::string_view(clean).substr(from, at - from));
                result.ids.push_back(match->second);
                result.pieces.push_back(match->first);
                int32_t length = 0;
                for (size_t b = 0; b < match->first.size(); b += decodeUtf8(match->first, b).bytes)
                    ++length;
                result.offsets.emplace_back(codePoints, codePoints + length);
                codePoints += length;
                at += match->first.size();
                from = at;
            }
        plain(std::string_view(clean).substr(from));
        return result;
    }

    std::string decode(const std::vector<int32_t>& ids) const override
    {
        std::vector<int32_t> ends;
        return decode(ids, ends);
    }

    std::string decode(const std::vector<int32_t>& ids, std::vector<int32_t>& ends) const override
    {
        std::string text;
        ends.clear();
        bool drops = m_leadingSpaces != LeadingSpaces::Keep;
        for (const int32_t id : ids) {
            std::string part = textOf(id);
            if (drops && text.empty() && !part.empty() && part[0] == ' ') {
                part.erase(0, 1);
                drops = m_leadingSpaces == LeadingSpaces::DropAll;
            }
            text += part;
            ends.push_back(int32_t(text.size()));
        }
        return text;
    }

    std::string piece(int32_t id) const override { return inRange(id) ? m_processor.IdToPiece(id) : "\xEF\xBF\xBD"; }
    int32_t vocabSize() const override { return m_processor.GetPieceSize(); }
    /// As transformers feeds such models: a begin token where there is one.
    std::vector<int32_t> prefixIds() const override
    {
        return bosId() >= 0 ? std::vector<int32_t> { bosId() } : std::vector<int32_t>();
    }
    int32_t bosId() const override { return m_processor.bos_id(); }
    int32_t eosId() const override { return m_processor.eos_id(); }
    int32_t unkId() const override { return m_processor.unk_id(); }
    int32_t padId() const override { return m_processor.pad_id(); }
    bool isSpecial(int32_t id) const override { return inRange(id) && m_processor.IsControl(id); }
    std::string tokenBytes(int32_t id) const override { return textOf(id); }
    LeadingSpaces leadingSpaces() const override { return m_leadingSpaces; }

private:
    bool inRange(int32_t id) const { return id >= 0 && id < m_processor.GetPieceSize(); }

    std::string textOf(int32_t id) const
    {
        if (!inRange(id))
            return "\xEF\xBF\xBD";
        if (m_processor.IsUnknown(id))
            return " \xE2\x81\x87 ";
        std::string part = m_processor.IdToPiece(id);
        if (m_processor.IsControl(id))
            return part;
        if (m_processor.IsByte(id)) { // "<0xE4>"
            unsigned value = 0;
            std::from_chars(part.data() + std::min<size_t>(3, part.size()), part.data() + part.size(), value, 16);
            return std::string(1, char(value));
        }
        for (size_t at = part.find(kSpaceMark); at != std::string::npos; at = part.find(kSpaceMark, at + 1))
            part.replace(at, 3, " ");
        return part;
    }

    sentencepiece::SentencePieceProcessor m_processor;
    std::vector<std::pair<std::string, int32_t>> m_special;
    LeadingSpaces m_leadingSpaces = LeadingSpaces::DropOne;
};

} // namespace

Result<std::shared_ptr<const Tokenizer>> makeSentencePieceTokenizer(
    std::string_view bytes, const std::filesystem::path& path)
{
    auto tokenizer = std::make_shared<SentencePieceTokenizer>();
    if (Result<void> opened = tokenizer->open(bytes, path); !opened)
        return opened.error();
    return std::shared_ptr<const Tokenizer>(std::move(tokenizer));
}

} // namespace aha
