#pragma once
// A shell script as words: quotes, line continuations, comments, and the variables that it sets itself. Nothing is run.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace aha {

struct ShellWord {
    std::string text;
    int64_t line = 0;
    bool startsCommand = false; ///< first of its command
    bool quoted = false; ///< some of it stood in quotes
};

/// Variables are replaced where the script gives them a value (NAME=value, ${NAME:-value}, $((NAME * 2))); others stay
/// as they are written. Throws Failure recipe_syntax with the line.
std::vector<ShellWord> shellWords(std::string_view text);

} // namespace aha
