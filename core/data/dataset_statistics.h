#pragma once
// What the preview of a data set says about all of its rows: unreadable ones, duplicates, overlap with evaluation sets,
// lengths in tokens, what would be cut.

#include "core/data/layout.h"
#include "core/data/row_selection.h"
#include "core/data/text_overlap.h"

#include <functional>

namespace aha::data {

/// Tokens of an example as it would be trained: the caller renders and tokenizes (core/text is no part of this room).
struct TokenCount {
    uint32_t prompt = 0, completion = 0; ///< of a preference pair: the longer answer
};
/// Called from the thread that computes the statistics.
using CountTokens = std::function<TokenCount(const Example&)>;

struct StatisticsOptions {
    const GramSet* evaluation = nullptr; ///< compared with the prompts (with the text where there is none)
    CountTokens countTokens; ///< none: no lengths
    uint32_t maxPromptTokens = 0, maxTokens = 0; ///< 0: no limit
    size_t listed = 100; ///< so many of each kind are named; all are counted
};

struct DuplicateRows {
    uint64_t groups = 0; ///< of equal texts
    uint64_t extraRows = 0; ///< rows that repeat an earlier one
    std::vector<std::vector<uint64_t>> listed; ///< row numbers of a group, the first groups
};

struct LengthHistogram {
    uint32_t binWidth = 1; ///< bin i counts lengths in [i·width, (i+1)·width)
    std::vector<uint64_t> bins;
};

/// Rows where a column says nothing: null, "" or white space, [], {}.
struct EmptyFields {
    std::string column;
    uint64_t empty = 0, missing = 0; ///< missing: the row has no such field at all
    std::vector<uint64_t> firstEmpty, firstMissing; ///< row numbers, at most kListedEmpty
};
inline constexpr size_t kListedEmpty = 5;

struct DatasetStatistics {
    uint64_t rows = 0;
    uint64_t unreadable = 0; ///< the mapping does not fit them
    std::vector<std::pair<uint64_t, std::string>> listedUnreadable;
    std::vector<EmptyFields> emptyFields; ///< of columns that have some, in the order of the columns
    DuplicateRows duplicates; ///< prompt and answers equal up to case and white space
    DuplicateRows duplicatePrompts;
    uint64_t overlapping = 0;
    std::vector<std::pair<uint64_t, std::string>> listedOverlaps; ///< row, shared words
    std::vector<uint32_t> promptTokens, totalTokens; ///< per readable row, ascending
    uint64_t promptsCut = 0, rowsCut = 0; ///< longer than maxPromptTokens, than maxTokens
};

/// Runs on the calling thread; memory: about 60 bytes a row. Errors: cancelled, store_damaged.
Result<DatasetStatistics> computeStatistics(const Dataset& data, const RowSelection& rows, const Mapping& mapping,
    const StatisticsOptions& options, std::stop_token stop = std::stop_token(),
    const std::function<void(uint64_t done)>& onProgress = {});

/// At most `maxBins` bins of a round width (1, 2, 5 · 10^k). `ascending` may be empty.
LengthHistogram histogramOf(const std::vector<uint32_t>& ascending, size_t maxBins = 60);
/// The value below which `share` of the lengths lie (nearest rank); 0 for none.
uint32_t quantileOf(const std::vector<uint32_t>& ascending, double share);

} // namespace aha::data
