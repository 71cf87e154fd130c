#pragma once
// Chain arithmetic: "What is 7 + 5 * 3?", whole numbers, the usual precedence. The answer is one whole number.

#include "core/tasks/task.h"

namespace aha {

struct ArithmeticItem {
    std::string expression; ///< "7 + 5 * 3"
    int64_t value = 0;
};
std::string toJson(const ArithmeticItem& item);
/// {"expression", "value"}. Error: task_item_invalid.
Result<ArithmeticItem> arithmeticItemFromJson(const std::string& json);

/// Reasons: those of readAnswerTags(), not_a_number, wrong_value, ok. "19", "+19" and "-3" are numbers; "19.0", "1 9"
/// and "x = 19" are not.
Judgement judgeArithmetic(const ArithmeticItem& item, std::string_view completion);

/// Uses task.numbers, number_min, number_max, operators, value_min, value_max and held_out_percent. Error:
/// task_impossible (no expression within these bounds, or none on one side of the split).
Result<std::unique_ptr<Task>> makeArithmetic(const TaskConfig& config);

} // namespace aha
