#include "core/tasks/numbers/number_puzzles.h"

namespace aha {

std::vector<PuzzleEntry> numberPuzzles()
{
    return {
        { "multiplication", makeMultiplication },
        { "game24", makeGame24 },
        { "linear_equations", makeLinearEquations },
        { "fractions", makeFractions },
        { "geometry", makeGeometry },
        { "base_conversion", makeBaseConversion },
        { "calendar", makeCalendar },
        { "prime_factors", makePrimeFactors },
        { "number_sequence", makeNumberSequence },
    };
}

} // namespace aha
