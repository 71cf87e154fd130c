#pragma once
// The pieces of a model and their ids.

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace aha {

/// Immutable after building. Ids may have holes.
class Vocabulary {
public:
    static constexpr int64_t kMaxIds = 4'000'000;
    static constexpr size_t kMaxPieceBytes = 64 << 10;

    /// Errors: tokenizer_invalid (an id out of range, twice, an overlong piece).
    static Result<Vocabulary> make(std::vector<std::pair<std::string, int64_t>> pieces);

    Vocabulary() = default;
    Vocabulary(Vocabulary&&) = default;
    Vocabulary& operator=(Vocabulary&&) = default;
    Vocabulary(const Vocabulary&) = delete; // the map points into the pieces
    Vocabulary& operator=(const Vocabulary&) = delete;

    /// -1 when there is none.
    int32_t find(std::string_view piece) const
    {
        const auto found = m_ids.find(piece);
        return found == m_ids.end() ? -1 : found->second;
    }
    bool has(int32_t id) const { return id >= 0 && size_t(id) < m_pieces.size() && m_used[size_t(id)]; }
    const std::string& piece(int32_t id) const { return m_pieces[size_t(id)]; }
    int32_t endId() const { return int32_t(m_pieces.size()); } ///< one past the largest id

private:
    std::vector<std::string> m_pieces;
    std::vector<bool> m_used;
    std::unordered_map<std::string_view, int32_t> m_ids;
};

} // namespace aha
