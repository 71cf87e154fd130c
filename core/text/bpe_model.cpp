#include "core/text/bpe_model.h"

#include "core/base/utf8.h"
#include "core/text/byte_alphabet.h"
#include "core/text/space_mark.h"
#include "core/text/symbol_merging.h"

namespace aha {

namespace {

Error unknownPiece(const std::string& what, std::string_view piece)
{
    return { "tokenizer_invalid",
        what + " names the token \"" + std::string(piece.substr(0, 60)) + "\", which the vocabulary does not have.",
        "" };
}

uint64_t scramble(uint64_t pair)
{
    pair *= 0x9E3779B97F4A7C15ull;
    return pair ^ pair >> 29;
}

} // namespace

Result<std::shared_ptr<const BpeModel>> BpeModel::make(Vocabulary vocabulary, const Merges& merges, BpeOptions options)
{
    auto model = std::make_shared<BpeModel>();
    model->m_vocabulary = std::move(vocabulary);
    model->m_options = std::move(options);
    const Vocabulary& v = model->m_vocabulary;
    if (!model->m_options.unkToken.empty()) {
        model->m_unkId = v.find(model->m_options.unkToken);
        if (model->m_unkId < 0)
            return unknownPiece("unk_token", model->m_options.unkToken);
    }
    size_t capacity = 16;
    while (capacity < merges.size() * 2)
        capacity *= 2;
    model->m_merges.resize(capacity);
    std::string both;
    bool marksBegin = true;
    for (size_t rank = 0; rank < merges.size(); ++rank) {
        const auto& [left, right] = merges[rank];
        const int32_t a = v.find(left), b = v.find(right);
        const std::string where = "Merge " + std::to_string(rank + 1);
        if (a < 0 || b < 0)
            return unknownPiece(where, a < 0 ? left : right);
        both.assign(left).append(right);
        const int32_t id = v.find(both);
        if (id < 0)
            return unknownPiece(where, both);
        marksBegin &= marksOnlyBegin(both);
        const uint64_t pair = pairOf(a, b);
        size_t slot = scramble(pair) & (capacity - 1);
        while (model->m_merges[slot].pair != UINT64_MAX && model->m_merges[slot].pair != pair)
            slot = (slot + 1) & (capacity - 1);
        model->m_merges[slot] = { pair, uint32_t(rank), id }; // of two equal rules the later counts
    }
    model->m_cutsAtMark
        = marksBegin && v.find(kSpaceMark) >= 0 && !model->m_options.byteLevel && !model->m_options.ignoreMerges;
    for (int byte = 0; byte < 256; ++byte) {
        std::string piece;
        if (model->m_options.byteLevel)
            appendUtf8(piece, byteAlphabet()[size_t(byte)]);
        else if (byte < 0x80)
            piece = std::string(1, char(byte));
        model->m_byteIds[size_t(byte)] = piece.empty() ? -1 : v.find(piece);
        model->m_fallbackIds[size_t(byte)]
            = model->m_options.byteFallback ? v.find(fallbackPieceOfByte(uint8_t(byte))) : -1;
    }
    if (model->m_options.byteLevel && model->m_options.ignoreMerges)
        for (int32_t id = 0; id < v.endId(); ++id)
            if (v.has(id))
                if (auto bytes = bytesOfPiece(v.piece(id)))
                    model->m_wholeWords.emplace(std::move(*bytes), id);
    return std::shared_ptr<const BpeModel>(std::move(model));
}

const BpeModel::Merge* BpeModel::find(uint64_t pair) const
{
    const size_t mask = m_merges.size() - 1;
    for (size_t slot = scramble(pair) & mask; m_merges[slot].pair != UINT64_MAX; slot = (slot + 1) & mask)
        if (m_merges[slot].pair == pair)
            return &m_merges[slot];
    return nullptr;
}

void BpeModel::tokenize(std::string_view word, std::vector<WordToken>& out) const
{
    if (!m_cutsAtMark)
        return cached(word, out);
    forEachMarkedPart(word, [&](size_t begin, size_t end) {
        const size_t before = out.size();
        cached(word.substr(begin, end - begin), out);
        for (size_t i = before; i < out.size(); ++i) {
            out[i].begin += uint32_t(begin);
            out[i].end += uint32_t(begin);
        }
    });
}

void BpeModel::cached(std::string_view word, std::vector<WordToken>& out) const
{
    if (m_cache.find(word, out))
        return;
    const size_t before = out.size();
    compute(word, out);
    m_cache.store(word, out.data() + before, out.size() - before);
}

void BpeModel::compute(std::string_view word, std::vector<WordToken>& out) const
{
    if (m_options.ignoreMerges) {
        int32_t whole = -1;
        if (!m_options.byteLevel)
            whole = m_vocabulary.find(word);
        else if (const auto found = m_wholeWords.find(std::string(word)); found != m_wholeWords.end())
            whole = found->second;
        if (whole >= 0) {
            out.push_back({ whole, 0, uint32_t(word.size()) });
            return;
        }
    }
    std::vector<MergeSymbol> symbols;
    symbols.reserve(word.size());
    bool unknown = false; // one that is not in `symbols` yet: the next may join it
    MergeSymbol pending {};
    for (size_t at = 0; at < word.size();) {
        size_t length = 1;
        int32_t id = m_byteIds[uint8_t(word[at])];
        if (!m_options.byteLevel && uint8_t(word[at]) >= 0x80) {
            length = decodeUtf8(word, at).bytes;
            id = m_vocabulary.find(word.substr(at, length));
        }
        const MergeSymbol symbol { id, uint32_t(at), uint32_t(at + length) };
        at += length;
        if (id >= 0) {
            if (std::exchange(unknown, false))
                symbols.push_back(pending);
            symbols.push_back(symbol);
            continue;
        }
        bool falls = m_options.byteFallback;
        for (size_t i = symbol.begin; falls && i < symbol.end; ++i)
            falls = m_fallbackIds[uint8_t(word[i])] >= 0;
        if (falls) {
            for (uint32_t i = symbol.begin; i < symbol.end; ++i)
                symbols.push_back({ m_fallbackIds[uint8_t(word[i])], i, i + 1 });
        } else if (m_unkId >= 0) {
            if (unknown && m_options.fuseUnk) {
                pending.end = symbol.end;
                continue;
            }
            if (std::exchange(unknown, true))
                symbols.push_back(pending);
            pending = { m_unkId, symbol.begin, symbol.end };
        }
    }
    if (unknown)
        symbols.push_back(pending);
    mergeSymbols<uint32_t>(
        symbols, [&](const MergeSymbol& left, const MergeSymbol& right, MergeCandidate<uint32_t>& candidate) {
            const Merge* merge = find(pairOf(left.id, right.id));
            if (merge)
                candidate = { merge->rank, merge->id };
            return merge != nullptr;
        });
    for (const MergeSymbol& symbol : symbols)
        out.push_back({ symbol.id, symbol.begin, symbol.end });
}

} // namespace aha
