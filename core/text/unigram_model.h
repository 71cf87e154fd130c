#pragma once
// Unigram language model segmentation: the best-scored sequence of pieces (Kudo 2018), by Viterbi.
// Semantics: Hugging Face tokenizers 0.23, src/models/unigram.

#include "core/text/token_model.h"

#include <array>
#include <memory>

namespace aha {

class UnigramModel final : public TokenModel {
public:
    /// `scores` by id. Errors: tokenizer_invalid.
    static Result<std::shared_ptr<const UnigramModel>> make(
        Vocabulary vocabulary, std::vector<double> scores, int32_t unkId, bool byteFallback);

    void tokenize(std::string_view word, std::vector<WordToken>& out) const override;
    const Vocabulary& vocabulary() const override { return m_vocabulary; }
    int32_t unkId() const override { return m_unkId; }
    bool showsUnknownText() const override { return true; }

private:
    Vocabulary m_vocabulary;
    std::vector<double> m_scores;
    int32_t m_unkId = -1;
    double m_unkScore = 0;
    bool m_byteFallback = false;
    std::array<int32_t, 256> m_byteIds {};
    std::vector<int32_t> m_pieceOf; ///< by trie node; -1 = no piece ends here
    std::unordered_map<uint64_t, uint32_t> m_edges; ///< (node << 8 | byte) -> node; the root is 0
};

} // namespace aha
