#pragma once
// How a completion is judged by the answer that a row of a data set has.

#include "core/config/run_config.h"
#include "core/tasks/task.h"

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace aha {

enum class RowVerifier {
    Auto, ///< by the gold answer: numbers and target, names and statements or solution, else exact
    Exact, ///< exact_answer.h
    Math, ///< math/math_answer.h
    Choice, ///< choice_answer.h
    Gsm8k, ///< gsm8k_answer.h
    Code, ///< run in a sandbox, which is the caller's: judgeRow() takes such rows as Auto
    None, ///< nothing: accuracy is not a number, so that no reward counts it
};

struct RowRules {
    RowVerifier verifier = RowVerifier::Auto;
    bool open = false; ///< mathematical answers may stand anywhere (data.extraction)
};

/// Error: verifier_unknown.
Result<RowRules> rowRules(const DataConfig& config);

/// `item`: {"gold": …} and, where the row has them, "options". A row without gold answer has no accuracy (NaN):
/// unjudged, reason no_gold. Otherwise reasons and verdicts of the verifier; bad_item and bad_gold are InfraError.
/// Pure.
Judgement judgeRow(const RowRules& rules, const nlohmann::ordered_json& item, std::string_view completion);

} // namespace aha
