#pragma once
// Byte-pair encoding by merge rules, over bytes (GPT-2 and most since) or over characters with byte fallback (Llama 2).
// Semantics: Hugging Face tokenizers 0.23, src/models/bpe.

#include "core/text/token_model.h"
#include "core/text/word_cache.h"

#include <array>
#include <memory>

namespace aha {

struct BpeOptions {
    bool byteLevel = false; ///< the vocabulary is written in GPT-2's byte alphabet; words come as plain bytes
    bool byteFallback = false; ///< a character that is no piece becomes its "<0xNN>" pieces
    bool fuseUnk = false; ///< neighbouring unknown characters become one unknown token
    bool ignoreMerges = false; ///< a word that is a piece is that piece, whether or not the rules lead there
    std::string unkToken; ///< "" = unknown characters are dropped
};

class BpeModel final : public TokenModel {
public:
    using Merges = std::vector<std::pair<std::string, std::string>>;
    /// Errors: tokenizer_invalid (a merge or the unknown token that names no piece).
    static Result<std::shared_ptr<const BpeModel>> make(
        Vocabulary vocabulary, const Merges& merges, BpeOptions options);

    void tokenize(std::string_view word, std::vector<WordToken>& out) const override;
    const Vocabulary& vocabulary() const override { return m_vocabulary; }
    int32_t unkId() const override { return m_unkId; }

private:
    struct Merge {
        uint64_t pair = UINT64_MAX;
        uint32_t rank = 0;
        int32_t id = -1;
    };
    static uint64_t pairOf(int32_t left, int32_t right) { return uint64_t(uint32_t(left)) << 32 | uint32_t(right); }
    const Merge* find(uint64_t pair) const;
    void compute(std::string_view word, std::vector<WordToken>& out) const;
    void cached(std::string_view word, std::vector<WordToken>& out) const;

    Vocabulary m_vocabulary;
    BpeOptions m_options;
    int32_t m_unkId = -1;
    std::vector<Merge> m_merges; ///< open addressing, a power of two
    std::array<int32_t, 256> m_byteIds {}; ///< byte-level: the byte's piece; else the ASCII character's
    std::array<int32_t, 256> m_fallbackIds {};
    std::unordered_map<std::string, int32_t> m_wholeWords; ///< byte-level with ignoreMerges: pieces as bytes
    bool m_cutsAtMark = false; ///< no merge leads across the beginning of a "▁…"
    mutable WordCache m_cache;
};

} // namespace aha
