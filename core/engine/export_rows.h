#pragma once
// A run's completions as rows of a data set: the right ones to imitate (rejection sampling), right beside wrong as
// preferences, each with its verdict, or each step with it. JSON Lines in TRL's column names, and a column "provenance"
// that trainers pass over: run, run_id, step, completion, verdict (pairs: also rejected, rejected_verdict).

#include "core/base/result.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace aha {

enum class RowKind {
    Answers, ///< {"prompt","completion"} of right ones
    Pairs, ///< {"prompt","chosen","rejected"}
    Grades, ///< {"prompt","completion","label"}
    Steps, ///< {"prompt","completions","labels"}: cut at the separator, every step with the completion's verdict
};
struct RowsExport {
    std::filesystem::path run, out;
    RowKind kind = RowKind::Answers;
    int64_t perGroup = 4; ///< most rows of one group
    std::string separator = "\n"; ///< steps: ends one
    /// The verifier's verdicts that make a winner (or an answer to imitate), and a loser. What it failed at is neither.
    std::vector<std::string> chosen { "correct" }, rejected { "wrong", "malformed" };
    /// Pairs: among these verdicts, which may then be the same, the run's reward says what wins: the best completion of
    /// the group beside the worst, the second beside the second to last, as far as the winner's reward is higher.
    bool byReward = false;
};
struct RowsExported {
    int64_t groups = 0, rows = 0; ///< looked at, written
};
/// Pairs: the i-th winner with the i-th loser of a group, in sampling order unless byReward; groups without both give
/// none. Grades and steps: the group's first completions that could be judged. A text that was written before is
/// written once. Errors: export_empty (nothing to write), and those of reader and file.
Result<RowsExported> exportRows(const RowsExport& request);

} // namespace aha
