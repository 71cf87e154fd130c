#pragma once
// Which well-paid completions look as if the reward was fooled: marks that a person can check, never verdicts.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace aha {

struct SuspectText {
    std::string_view text;
    int tokens = 0;
    double reward = 0; ///< NaN: not scored
    std::string otherwise {}; ///< what the verifier says of it today where that is not what was recorded; else ""
};

struct Suspicion {
    size_t index = 0; ///< into what was given
    int weight = 0; ///< of all marks together; 0 without any
    std::vector<std::string> marks; ///< short words, the heaviest first
};

/// All of them, the heaviest first, then the best paid, then as given. Marks, with their weights:
///  16  judged otherwise today: more than all others together
///   4  no thought: </think> is there and hardly anything before it
///   3  not one answer: another number of <answer> than one, where at least half of the others have one
///   2  a template: at least three are the same text but for their numbers and white space
///   1  short: among the shortest tenth and below half of the median
/// A policy that found a hole writes the same short empty thing again and again; each mark alone has innocent causes.
std::vector<Suspicion> rankSuspects(const std::vector<SuspectText>& texts);

} // namespace aha
