#pragma once
// Is what a program wrote what it should have written? All of it is compared, line for line.

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace aha {

/// White space at the ends of lines and empty lines at the end of the text do not count; everything else does, and both
/// have as many lines. `tolerance` > 0, which a row must ask for: numbers may differ by so much, absolutely or relative
/// to the expected one. Linear.
bool sameOutput(std::string_view expected, std::string_view output, double tolerance);

/// The same for values of functions: whole numbers exactly (beyond 2^53 no rounded one is equal), texts and lists
/// exactly, other numbers as above. `expected` may be a list of one around the value, as APPS writes it.
bool sameValue(const nlohmann::ordered_json& expected, const nlohmann::ordered_json& value, double tolerance);

} // namespace aha
