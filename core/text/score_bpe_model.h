#pragma once
// sentencepiece's byte-pair encoding: neighbours merge when their text is a piece, the best score first; what is left
// unknown becomes byte pieces. Source: google/sentencepiece, src/bpe_model.cc. Used for GGUF files of the kind "llama".

#include "core/text/token_model.h"

#include <array>
#include <memory>

namespace aha {

class ScoreBpeModel final : public TokenModel {
public:
    enum class Kind : uint8_t {
        Normal, ///< merges
        Unused, ///< merges, and is taken apart again at the end
        Apart, ///< never made by merging: control, unknown, byte
    };
    /// `scores` and `kinds` by id. Errors: tokenizer_invalid.
    static Result<std::shared_ptr<const ScoreBpeModel>> make(
        Vocabulary vocabulary, std::vector<float> scores, std::vector<Kind> kinds, int32_t unkId);

    void tokenize(std::string_view word, std::vector<WordToken>& out) const override;
    const Vocabulary& vocabulary() const override { return m_vocabulary; }
    int32_t unkId() const override { return m_unkId; }

private:
    int32_t mergeable(std::string_view piece) const;
    void merge(std::string_view word, uint32_t shift, std::vector<WordToken>& out) const;

    Vocabulary m_vocabulary;
    std::vector<float> m_scores;
    std::vector<Kind> m_kinds;
    int32_t m_unkId = -1;
    bool m_cutsAtMark = false; ///< no piece leads across the beginning of a "▁…"
    size_t m_longest = 0; ///< bytes of the longest piece
    std::array<int32_t, 256> m_byteIds {};
};

} // namespace aha
