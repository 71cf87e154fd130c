#include "core/tasks/numbers/number_puzzles.h"

namespace aha {

std::vector<PuzzleEntry> numberPuzzles() { return { { "multiplication", makeMultiplication } }; }

} // namespace aha
