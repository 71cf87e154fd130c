#include "core/tasks/words/word_puzzles.h"

namespace aha {

std::vector<PuzzleEntry> wordPuzzles() { return {}; }

} // namespace aha
