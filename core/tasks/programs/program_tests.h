#pragma once
// The tests of a programming problem, from the layouts in which data sets have them.

#include "core/base/result.h"
#include "core/sandbox/sandbox_run.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace aha {

struct ProgramTest {
    std::string input; ///< standard input; of a function: its arguments as a JSON list
    std::string expected; ///< standard output; of a function: its value as JSON
};

struct ProgramTests {
    std::vector<ProgramTest> tests; ///< never empty
    std::string function; ///< called with each input; empty: programs read standard input
    std::optional<Language> language; ///< that the row names
    double tolerance = 0; ///< for numbers, where the row has one; 0: exact
};

/// Does a row's gold answer look like tests? Cheap; said before programTestsFrom().
bool areProgramTests(const nlohmann::ordered_json& gold);

/// Text is read as JSON first. Layouts:
///   APPS, TACO     {"inputs": […], "outputs": […], "fn_name"?}, or that as "input_output"
///   LiveCodeBench  {"public_test_cases", "private_test_cases", "metadata"?}: lists of {"input", "output", "testtype"},
///                  as text too, the private ones also packed
///   open-r1        {"language", "test_cases": [{"input", "output", "type"?, "fn_name"?}]}
///   CodeContests   {"public_tests", "private_tests", "generated_tests"}: each {"input": […], "output": […]}
/// and bare lists of {"input", "output"}. "tolerance" beside them asks for numbers to be compared so. Of more than
/// `maxTests` those with the longest inputs are kept, in the row's order. Error: task_item_invalid.
Result<ProgramTests> programTestsFrom(const nlohmann::ordered_json& gold, int64_t maxTests);

} // namespace aha
