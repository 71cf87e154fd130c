#pragma once
// Words that may follow a number without changing it: units, currencies, things counted.

#include <string>
#include <string_view>

namespace aha::math {

/// "cm", "dollars", "km/h": a word that an answer may carry. Without regard to case and plural.
bool isUnit(std::string_view word);

/// One name for a unit of measurement: "cm" for "centimetres". Empty for a word that measures nothing ("apples").
std::string measureOf(std::string_view unit);

/// 1000000 for "million"; 0 for a word that is no such number.
unsigned long scaleOf(std::string_view word);

} // namespace aha::math
