#include "core/text/score_bpe_model.h"

#include "core/base/utf8.h"
#include "core/text/byte_alphabet.h"
#include "core/text/space_mark.h"
#include "core/text/symbol_merging.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

namespace aha {

Result<std::shared_ptr<const ScoreBpeModel>> ScoreBpeModel::make(
    Vocabulary vocabulary, std::vector<float> scores, std::vector<Kind> kinds, int32_t unkId)
{
    auto model = std::make_shared<ScoreBpeModel>();
    model->m_vocabulary = std::move(vocabulary);
    const Vocabulary& v = model->m_vocabulary;
    if (scores.size() != size_t(v.endId()) || kinds.size() != scores.size())
        return Error { "tokenizer_invalid",
            "The vocabulary has " + std::to_string(v.endId()) + " tokens but " + std::to_string(scores.size())
                + " scores and " + std::to_string(kinds.size()) + " kinds.",
            "" };
    if (std::any_of(scores.begin(), scores.end(), [](float s) { return std::isnan(s); }))
        return Error { "tokenizer_invalid", "A score of the vocabulary is not a number.", "" };
    model->m_scores = std::move(scores);
    model->m_kinds = std::move(kinds);
    model->m_unkId = v.has(unkId) ? unkId : -1;
    for (int byte = 0; byte < 256; ++byte)
        model->m_byteIds[size_t(byte)] = v.find(fallbackPieceOfByte(uint8_t(byte)));
    model->m_cutsAtMark = true;
    for (int32_t id = 0; id < v.endId(); ++id) {
        model->m_longest = std::max(model->m_longest, v.piece(id).size());
        model->m_cutsAtMark &= model->m_kinds[size_t(id)] == Kind::Apart || marksOnlyBegin(v.piece(id));
    }
    return std::shared_ptr<const ScoreBpeModel>(std::move(model));
}

int32_t ScoreBpeModel::mergeable(std::string_view piece) const
{
    const int32_t id = piece.size() > m_longest ? -1 : m_vocabulary.find(piece);
    return id >= 0 && m_kinds[size_t(id)] != Kind::Apart ? id : -1;
}

void ScoreBpeModel::tokenize(std::string_view word, std::vector<WordToken>& out) const
{
    if (!m_cutsAtMark)
        return merge(word, 0, out);
    forEachMarkedPart(
        word, [&](size_t begin, size_t end) { merge(word.substr(begin, end - begin), uint32_t(begin), out); });
}

void ScoreBpeModel::merge(std::string_view word, uint32_t shift, std::vector<WordToken>& out) const
{
    std::vector<MergeSymbol> symbols;
    for (size_t at = 0; at < word.size();) {
        const size_t length = decodeUtf8(word, at).bytes;
        symbols.push_back({ mergeable(word.substr(at, length)), uint32_t(at), uint32_t(at + length) });
        at += length;
    }
    std::map<std::string_view, std::pair<std::string_view, std::string_view>> takenApart;
    mergeSymbols<float>(
        symbols, [&](const MergeSymbol& left, const MergeSymbol& right, MergeCandidate<float>& candidate) {
            const std::string_view both = word.substr(left.begin, right.end - left.begin);
            const int32_t id = mergeable(both);
            if (id < 0)
                return false;
            if (m_kinds[size_t(id)] == Kind::Unused)
                takenApart[both] = { both.substr(0, left.end - left.begin), both.substr(left.end - left.begin) };
            candidate = { -m_scores[size_t(id)], id };
            return true;
        });
    // Unused pieces go back to what they were made of, until none is left. Depth: each step is strictly shorter.
    const std::function<void(uint32_t, uint32_t)> emit = [&](uint32_t begin, uint32_t end) {
        const std::string_view text = word.substr(begin, end - begin);
        const int32_t id = mergeable(text);
        if (id >= 0 && m_kinds[size_t(id)] == Kind::Unused) {
            if (const auto parts = takenApart.find(text); parts != takenApart.end()) {
                const uint32_t middle = begin + uint32_t(parts->second.first.size());
                emit(begin, middle);
                emit(middle, end);
                return;
            }
        }
        if (id >= 0) {
            out.push_back({ id, begin + shift, end + shift });
            return;
        }
        const bool hasBytes = std::all_of(text.begin(), text.end(), [&](char c) { return m_byteIds[uint8_t(c)] >= 0; });
        if (hasBytes)
            for (uint32_t i = begin; i < end; ++i)
                out.push_back({ m_byteIds[uint8_t(word[i])], i + shift, i + shift + 1 });
        else if (m_unkId >= 0 && !out.empty() && out.back().id == m_unkId && out.back().end == begin + shift)
            out.back().end = end + shift; // unknown neighbours are one token
        else if (m_unkId >= 0)
            out.push_back({ m_unkId, begin + shift, end + shift });
    };
    for (const MergeSymbol& symbol : symbols)
        emit(symbol.begin, symbol.end);
}

} // namespace aha
