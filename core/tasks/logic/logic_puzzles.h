#pragma once
// The puzzles of this folder; each has its file.

#include "core/tasks/puzzle.h"

namespace aha {

std::unique_ptr<Puzzle> makeKnightsKnaves(const TaskConfig& config);
std::unique_ptr<Puzzle> makePropositionalLogic(const TaskConfig& config);
std::unique_ptr<Puzzle> makeSyllogisms(const TaskConfig& config);
std::unique_ptr<Puzzle> makeZebra(const TaskConfig& config);
std::unique_ptr<Puzzle> makeSudoku(const TaskConfig& config);
std::unique_ptr<Puzzle> makeGraphPath(const TaskConfig& config);

} // namespace aha
