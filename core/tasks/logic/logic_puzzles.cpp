#include "core/tasks/logic/logic_puzzles.h"

namespace aha {

std::vector<PuzzleEntry> logicPuzzles()
{
    return { { "knights_knaves", makeKnightsKnaves }, { "propositional_logic", makePropositionalLogic },
        { "syllogisms", makeSyllogisms }, { "zebra", makeZebra }, { "sudoku", makeSudoku },
        { "graph_path", makeGraphPath } };
}

} // namespace aha
