#pragma once
// A run's completions as rows of a data set: the right ones to imitate (rejection sampling), or right beside wrong as
// preferences. JSON Lines in TRL's column names.

#include "core/base/result.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace aha {

struct RowsExport {
    std::filesystem::path run, out;
    bool pairs = false; ///< {"prompt","chosen","rejected"}; else {"prompt","completion"} of right ones
    int64_t perGroup = 4; ///< most rows of one group
    /// The verifier's verdicts that make a winner (or an answer to imitate), and a loser. What it failed at is neither.
    std::vector<std::string> chosen { "correct" }, rejected { "wrong", "malformed" };
};
struct RowsExported {
    int64_t groups = 0, rows = 0; ///< looked at, written
};
/// Pairs: the i-th winner with the i-th loser of a group; groups without both give none. A text that was written before
/// is written once. Errors: export_empty (nothing to write), and those of reader and file.
Result<RowsExported> exportRows(const RowsExport& request);

} // namespace aha
