#include "core/tasks/words/word_puzzles.h"

namespace aha {

std::vector<PuzzleEntry> wordPuzzles()
{
    return {
        { "letter_counting", makeLetterCounting },
        { "string_manipulation", makeStringManipulation },
        { "word_sorting", makeWordSorting },
        { "caesar_cipher", makeCaesarCipher },
        { "code_output", makeCodeOutput },
    };
}

} // namespace aha
