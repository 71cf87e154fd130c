#include "core/tasks/logic/logic_puzzles.h"

namespace aha {

std::vector<PuzzleEntry> logicPuzzles() { return {}; }

} // namespace aha
