#pragma once
// Common English words of three to nine letters, all lower case, each once: what word puzzles are about.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aha {

class Rng;

std::span<const std::string_view> commonWords();
/// One of them with `shortest` to `longest` letters. There are such words for every length from 3 to 9.
std::string randomWord(size_t shortest, size_t longest, Rng& rng);
/// Texts that users wrote: at least one lower-case letter, nothing else but single spaces between words.
bool isLowerText(std::string_view text);

} // namespace aha
