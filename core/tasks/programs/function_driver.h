#pragma once
// A Python program around a solution whose function is called: arguments come as JSON on standard input, its value goes
// out as JSON. It knows no right answer, so there is nothing in it to steal or to bend.

#include <string>
#include <string_view>

namespace aha {

/// `function`: of the solution, or a method of its class Solution. What the solution prints itself goes to the error
/// stream.
std::string functionDriver(std::string_view solution, std::string_view function);

} // namespace aha
