#include "core/text/unigram_model.h"

#include "core/base/utf8.h"
#include "core/text/byte_alphabet.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

constexpr double kUnknownPenalty = 10;
constexpr size_t kMaxTrieNodes = 8'000'000;

} // namespace

Result<std::shared_ptr<const UnigramModel>> UnigramModel::make(
    Vocabulary vocabulary, std::vector<double> scores, int32_t unkId, bool byteFallback)
{
    auto model = std::make_shared<UnigramModel>();
    model->m_vocabulary = std::move(vocabulary);
    const Vocabulary& v = model->m_vocabulary;
    if (scores.size() != size_t(v.endId()) || scores.empty())
        return Error { "tokenizer_invalid", "The unigram vocabulary is empty, or a token has no score.", "" };
    if (!std::all_of(scores.begin(), scores.end(), [](double s) { return std::isfinite(s); }))
        return Error { "tokenizer_invalid", "A score of the unigram vocabulary is not a finite number.", "" };
    if (!v.has(unkId))
        return Error { "tokenizer_unsupported",
            "The unigram model has no unknown token (unk_id), so that some texts could not be written.", "" };
    model->m_unkId = unkId;
    model->m_unkScore = *std::min_element(scores.begin(), scores.end()) - kUnknownPenalty;
    model->m_scores = std::move(scores);
    model->m_byteFallback = byteFallback;
    for (int byte = 0; byte < 256; ++byte)
        model->m_byteIds[size_t(byte)] = byteFallback ? v.find(fallbackPieceOfByte(uint8_t(byte))) : -1;
    model->m_pieceOf = { -1 };
    for (int32_t id = 0; id < v.endId(); ++id) {
        uint32_t node = 0;
        for (const char c : v.piece(id)) {
            uint32_t& edge = model->m_edges[uint64_t(node) << 8 | uint8_t(c)];
            if (edge == 0) {
                if (model->m_pieceOf.size() >= kMaxTrieNodes)
                    return Error { "tokenizer_invalid", "The pieces of the unigram vocabulary are too long.", "" };
                edge = uint32_t(model->m_pieceOf.size());
                model->m_pieceOf.push_back(-1);
            }
            node = edge;
        }
        if (node != 0)
            model->m_pieceOf[node] = v.find(v.piece(id));
    }
    return std::shared_ptr<const UnigramModel>(std::move(model));
}

void UnigramModel::tokenize(std::string_view word, std::vector<WordToken>& out) const
{
    struct Best {
        double score = 0;
        uint32_t begin = UINT32_MAX; ///< where the token that ends here begins
        int32_t id = -1;
    };
    std::vector<Best> best(word.size() + 1);
    const auto offer = [&](size_t begin, size_t end, int32_t id, double score) {
        const double total = best[begin].score + score;
        if (best[end].begin == UINT32_MAX || total > best[end].score)
            best[end] = { total, uint32_t(begin), id };
    };
    for (size_t at = 0; at < word.size();) {
        const size_t character = decodeUtf8(word, at).bytes;
        bool single = false;
        uint32_t node = 0;
        for (size_t i = at; i < word.size(); ++i) {
            const auto edge = m_edges.find(uint64_t(node) << 8 | uint8_t(word[i]));
            if (edge == m_edges.end())
                break;
            node = edge->second;
            if (const int32_t id = m_pieceOf[node]; id >= 0) {
                offer(at, i + 1, id, m_scores[size_t(id)]);
                single |= i + 1 - at == character;
            }
        }
        if (!single)
            offer(at, at + character, m_unkId, m_unkScore);
        at += character;
    }
    std::vector<WordToken> reversed;
    for (size_t end = word.size(); end > 0; end = best[end].begin) {
        const Best& b = best[end];
        if (b.id == m_unkId && !reversed.empty() && reversed.back().id == m_unkId && reversed.back().begin == end)
            reversed.back().begin = b.begin; // unknown neighbours are one token
        else
            reversed.push_back({ b.id, b.begin, uint32_t(end) });
    }
    for (size_t i = reversed.size(); i-- > 0;) {
        WordToken token = reversed[i];
        const std::string_view text = word.substr(token.begin, token.end - token.begin);
        if (token.id == m_unkId) {
            if (const int32_t known = m_vocabulary.find(text); known >= 0)
                token.id = known;
            else if (m_byteFallback
                && std::all_of(text.begin(), text.end(), [&](char c) { return m_byteIds[uint8_t(c)] >= 0; })) {
                for (const char c : text)
                    out.push_back({ m_byteIds[uint8_t(c)], token.begin, token.end });
                continue;
            }
        }
        out.push_back(token);
    }
}

} // namespace aha
