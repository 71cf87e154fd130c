#pragma once
// The puzzles of this folder; each has its file.

#include "core/tasks/puzzle.h"

namespace aha {

std::unique_ptr<Puzzle> makeMultiplication(const TaskConfig& config);
std::unique_ptr<Puzzle> makeGame24(const TaskConfig& config); ///< reads task.face_cards
std::unique_ptr<Puzzle> makeLinearEquations(const TaskConfig& config);
std::unique_ptr<Puzzle> makeFractions(const TaskConfig& config);
std::unique_ptr<Puzzle> makeGeometry(const TaskConfig& config);
std::unique_ptr<Puzzle> makeBaseConversion(const TaskConfig& config);
std::unique_ptr<Puzzle> makeCalendar(const TaskConfig& config);
std::unique_ptr<Puzzle> makePrimeFactors(const TaskConfig& config);
std::unique_ptr<Puzzle> makeNumberSequence(const TaskConfig& config);

} // namespace aha
