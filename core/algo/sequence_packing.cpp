#include "core/algo/sequence_packing.h"

#include <algorithm>
#include <deque>
#include <map>

namespace aha {

namespace {

std::vector<PackedRow> bestFitDecreasing(const std::vector<DocumentPiece>& pieces, int64_t limit)
{
    std::vector<size_t> byLength(pieces.size());
    for (size_t i = 0; i < byLength.size(); ++i)
        byLength[i] = i;
    std::stable_sort(byLength.begin(), byLength.end(),
        [&](size_t a, size_t b) { return pieces[a].to - pieces[a].from > pieces[b].to - pieces[b].from; });
    std::vector<PackedRow> rows;
    std::map<int64_t, std::deque<size_t>> byRoom; // rows with that much room, the first in first
    for (const size_t i : byLength) {
        const int64_t length = pieces[i].to - pieces[i].from;
        const auto fullest = byRoom.lower_bound(length);
        size_t row = rows.size();
        int64_t room = limit;
        if (fullest == byRoom.end()) {
            rows.emplace_back();
        } else {
            room = fullest->first;
            row = fullest->second.front();
            fullest->second.pop_front();
            if (fullest->second.empty())
                byRoom.erase(fullest);
        }
        rows[row].push_back(pieces[i]);
        if (room > length)
            byRoom[room - length].push_back(row);
    }
    return rows;
}

std::vector<PackedRow> wrap(const std::vector<int64_t>& lengths, int64_t limit)
{
    std::vector<PackedRow> rows;
    int64_t room = 0;
    for (size_t d = 0; d < lengths.size(); ++d)
        for (int64_t from = 0; from < lengths[d];) {
            if (room == 0) {
                rows.emplace_back();
                room = limit;
            }
            const int64_t to = std::min(lengths[d], from + room);
            rows.back().push_back({ d, from, to });
            room -= to - from;
            from = to;
        }
    return rows;
}

} // namespace

std::vector<PackedRow> packDocuments(const std::vector<int64_t>& lengths, int64_t limit, const std::string& strategy)
{
    if (strategy == "wrapped")
        return wrap(lengths, limit);
    std::vector<DocumentPiece> pieces;
    for (size_t d = 0; d < lengths.size(); ++d)
        for (int64_t from = 0; from < lengths[d]; from += limit) {
            pieces.push_back({ d, from, std::min(lengths[d], from + limit) });
            if (strategy != "bfd_split")
                break;
        }
    if (strategy != "none")
        return bestFitDecreasing(pieces, limit);
    std::vector<PackedRow> rows;
    for (const DocumentPiece& piece : pieces)
        rows.push_back({ piece });
    return rows;
}

} // namespace aha
