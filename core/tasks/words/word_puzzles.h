#pragma once
// The puzzles of this folder; each has its file.

#include "core/tasks/puzzle.h"

namespace aha {

std::unique_ptr<Puzzle> makeLetterCounting(const TaskConfig& config);
std::unique_ptr<Puzzle> makeStringManipulation(const TaskConfig& config);
std::unique_ptr<Puzzle> makeWordSorting(const TaskConfig& config);
std::unique_ptr<Puzzle> makeCaesarCipher(const TaskConfig& config);
std::unique_ptr<Puzzle> makeCodeOutput(const TaskConfig& config);

} // namespace aha
