#pragma once
// sentencepiece's sign for a space, "▁", and where a text can be cut before merging because no piece crosses the cut.

#include <string_view>

namespace aha {

inline constexpr std::string_view kSpaceMark = "\xE2\x96\x81";

/// Does `piece` have marks only at its beginning?
inline bool marksOnlyBegin(std::string_view piece)
{
    while (piece.substr(0, kSpaceMark.size()) == kSpaceMark)
        piece.remove_prefix(kSpaceMark.size());
    return piece.find(kSpaceMark) == std::string_view::npos;
}

/// Calls part(begin, end) for the parts of `text` that begin at a mark after another character. Where every piece that
/// merging can make has its marks at the beginning, the parts merge as the whole does.
template <class Part> void forEachMarkedPart(std::string_view text, Part&& part)
{
    for (size_t begin = 0; begin < text.size();) {
        size_t end = begin;
        while (text.substr(end, kSpaceMark.size()) == kSpaceMark)
            end += kSpaceMark.size();
        end = text.find(kSpaceMark, end);
        end = end == std::string_view::npos ? text.size() : end;
        part(begin, end);
        begin = end;
    }
}

} // namespace aha
