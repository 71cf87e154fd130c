#include "core/text/vocabulary.h"

#include <algorithm>

namespace aha {

Result<Vocabulary> Vocabulary::make(std::vector<std::pair<std::string, int64_t>> pieces)
{
    int64_t end = 0;
    for (const auto& [piece, id] : pieces) {
        if (id < 0 || id >= kMaxIds)
            return Error { "tokenizer_invalid",
                "The vocabulary gives the token \"" + piece.substr(0, 40) + "\" the id " + std::to_string(id)
                    + "; ids go from 0 to " + std::to_string(kMaxIds - 1) + ".",
                "" };
        if (piece.size() > kMaxPieceBytes)
            return Error { "tokenizer_invalid",
                "The token with the id " + std::to_string(id) + " has " + std::to_string(piece.size()) + " bytes; "
                    + std::to_string(kMaxPieceBytes) + " are allowed.",
                "" };
        end = std::max(end, id + 1);
    }
    if (end > int64_t(pieces.size()) * 16 + 4096)
        return Error { "tokenizer_invalid",
            "The vocabulary has " + std::to_string(pieces.size()) + " tokens but an id of " + std::to_string(end - 1)
                + ".",
            "" };
    Vocabulary v;
    v.m_pieces.resize(size_t(end));
    v.m_used.resize(size_t(end));
    v.m_ids.reserve(pieces.size());
    for (auto& [piece, id] : pieces) {
        if (v.m_used[size_t(id)])
            return Error { "tokenizer_invalid",
                "The vocabulary gives the id " + std::to_string(id) + " to two tokens, \""
                    + v.m_pieces[size_t(id)].substr(0, 40) + "\" and \"" + piece.substr(0, 40) + "\".",
                "" };
        v.m_used[size_t(id)] = true;
        v.m_pieces[size_t(id)] = std::move(piece);
        v.m_ids.emplace(v.m_pieces[size_t(id)], int32_t(id)); // the first of two equal pieces keeps the name
    }
    return v;
}

} // namespace aha
