#pragma once
// Which pieces of which documents make one training row, as TRL packs them (trl/data_utils.py pack_dataset, 1.16).
//
//   none       every document is a row, cut at the limit; what follows is dropped
//   bfd        best-fit decreasing (Ding et al. 2024, arXiv 2404.10830): documents cut at the limit, longest first,
//   each
//              into the fullest row that has room
//   bfd_split  the same, but what follows the limit goes on as a further piece
//   wrapped    documents end to end, cut every limit tokens, without boundaries
//
// In AhaScope a batch is never padded and pieces never see each other (packed_batch.h), so packing costs or saves no
// time: it sets how many documents one update sees. A wrapped row is one sequence that crosses documents, as in TRL.

#include <cstdint>
#include <string>
#include <vector>

namespace aha {

struct DocumentPiece {
    size_t document = 0;
    int64_t from = 0, to = 0; ///< tokens [from, to)
    bool operator==(const DocumentPiece&) const = default;
};
/// Pieces in order. One sequence each, or with `wrapped` one in all.
using PackedRow = std::vector<DocumentPiece>;

/// `lengths`: tokens of each document; empty ones are left out. `limit` >= 1. `strategy`: none | bfd | bfd_split |
/// wrapped. Pure.
std::vector<PackedRow> packDocuments(const std::vector<int64_t>& lengths, int64_t limit, const std::string& strategy);

} // namespace aha
