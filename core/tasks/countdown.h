#pragma once
// Countdown: reach a target with the given numbers, each used exactly once. Exact rational arithmetic, linear parser.

#include "core/tasks/task.h"

#include <optional>
#include <span>

namespace aha {

struct CountdownItem {
    std::vector<int64_t> numbers;
    int64_t target = 0;
};
std::string toJson(const CountdownItem& item);
Result<CountdownItem> countdownItemFromJson(const std::string& json);
/// "use 5 9 6 to make 39 :"
std::string countdownPrompt(const CountdownItem& item);

/// Checks a completion. Order of checks and reasons: no_think_end, no_answer, empty_answer, too_long, then those of
/// checkExpression() (number_expression.h). Linear time, total.
Judgement judgeCountdown(const CountdownItem& item, std::string_view completion);

/// One way to combine three numbers in two steps: ((x op1 y) op2 z), or (z op2 (x op1 y)) when `reversed`.
struct TwoStep {
    int64_t x, y, z;
    char op1, op2;
    bool reversed;
    int64_t first, value; ///< x op1 y, and the result
    std::string answer() const; ///< "( 5 * 9 ) - 6" or "6 - ( 5 * 9 )"
    std::string working() const; ///< "5 * 9 = 45 , 45 - 6 = 39"
};
/// Every two-step expression over three numbers whose values are whole and within [valueMin, valueMax].
std::vector<TwoStep> twoSteps(
    std::span<const int64_t> numbers, const std::string& operators, int64_t valueMin, int64_t valueMax);

/// An equation "a op b = c" written in a trace.
struct Equation {
    size_t begin, end; ///< bytes of the text
    bool right; ///< exact arithmetic says so
    bool endsAttempt; ///< its value closes an attempt (the chain used as many numbers as the problem gives)
    bool hitsTarget; ///< endsAttempt, right, and equal to the target
};
/// Equations of integers with one operator, left to right. A chain "a * b = c , c + d = e" is one attempt.
std::vector<Equation> findEquations(std::string_view text, const CountdownItem& item);

/// Errors: task_impossible (no solvable problem in these ranges).
Result<std::unique_ptr<Task>> makeCountdown(const TaskConfig& config);

} // namespace aha
