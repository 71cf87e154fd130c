#pragma once
// A generated programming problem: what is asked, inputs at random, what the right output is, and one solution.

#include "core/base/rng.h"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace aha {

struct ProgramProblem {
    std::string statement; ///< what to read, what to print
    /// Standard input of a test; `size` from 0 (tiny, for the examples) to 9.
    std::function<std::string(Rng& rng, int size)> input;
    /// The reference: what has to be printed for that input. Made here, in C++; never in a sandbox.
    std::function<std::string(const std::string& input)> output;
    std::string python; ///< a solution, written on its own: tests hold the two against each other
};

struct ProgramFamily {
    const char* name;
    int level; ///< 1 to 6
    ProgramProblem (*draw)(Rng& rng); ///< with parameters at random, so that a family is many problems
};

inline constexpr int kProgramLevels = 6;

/// Each in its file, in order of level.
std::vector<ProgramFamily> numberPrograms();
std::vector<ProgramFamily> listPrograms();
std::vector<ProgramFamily> textPrograms();
std::vector<ProgramFamily> searchPrograms();
std::vector<ProgramFamily> programFamilies();

/// `text` with every "$K" replaced by its value.
std::string filled(std::string text, std::initializer_list<std::pair<const char*, std::string>> values);

using Numbers = std::vector<int64_t>;
/// "3 1 4"
std::string spaced(const Numbers& numbers);
Numbers randomNumbers(Rng& rng, int64_t count, int64_t low, int64_t high);
/// "3\n1 4 1\n": a list with its length before it.
std::string listInput(const Numbers& numbers);
/// The list of listInput(), read from a stream.
Numbers readList(std::istream& input);
/// `length` letters, of the first `letters` of the alphabet.
std::string randomWord(Rng& rng, int64_t length, int letters);
/// How many elements a test of this size has: from 3 to some fifty.
int64_t lengthOf(Rng& rng, int size);

} // namespace aha
