#pragma once
// What a trace does, beyond the words it uses: calculations and whether they are right, attempts and whether they are
// new, and what follows a reflection word. Rules on the text alone; no model judges.
//
// The kinds are those of Gandhi et al. 2025, "Cognitive Behaviors that Enable Self-Improving Reasoners"
// (arXiv:2503.01307), as far as rules can see them; enumeration stands in the place of backward chaining.

#include "core/trace/calculations.h"
#include "core/trace/reflection.h"

#include <cstdint>
#include <optional>

namespace aha {

/// What the rules may know of the problem; empty: unknown, and then nothing is said about targets.
struct BehaviourProblem {
    std::vector<int64_t> numbers; ///< each to be used once; empty where the problem names none
    std::optional<int64_t> target;
};
/// From a problem's own fields: {"numbers","target"} (countdown, 24), {"expression","value"} (arithmetic); of any other
/// JSON, nothing. Total.
BehaviourProblem behaviourProblem(std::string_view itemJson);

enum class Behaviour {
    Verification, ///< a result is compared with what was asked ("no", "yes", "check:"), or calculated again
    Backtracking, ///< an attempt is given up and another begins
    SubGoal, ///< a result that the next calculation builds on, or a named step
    Enumeration, ///< three or more different attempts, or listed cases, one after the other
};

struct BehaviourPlace {
    Behaviour kind;
    size_t begin, end; ///< bytes of the text
    bool holds; ///< verification: its verdict agrees with exact arithmetic; else true
    bool refuses = false; ///< verification: its verdict is "no"
};

/// Calculations that build on each other.
struct Attempt {
    size_t begin, end; ///< bytes of the text
    int first, last; ///< into TraceBehaviour::calculations, inclusive
    bool right; ///< every calculation is
    bool complete; ///< uses as many numbers as the problem gives; true where that is unknown
    bool hits; ///< complete, right, and the last result is the target
    int repeats; ///< the earliest attempt with the same calculations; -1 when this one is new
};

/// One reflection word, or several with no calculation between them, and the text up to the next.
struct ReflectionEffect {
    enum After { Nothing, Repeats, New };
    size_t begin, end; ///< bytes of the word or words
    size_t reach; ///< end of the text that follows, up to the next reflection
    After after; ///< Nothing: less than three words; Repeats: only what stood there before
    bool calculates; ///< a calculation follows; `after` is then about attempts, else about the wording
    bool right; ///< calculates, and every calculation is right
    bool checks; ///< states a verdict that agrees with arithmetic, or calculates an earlier attempt again
};

struct BehaviourCounts {
    int calculations = 0, wrongCalculations = 0;
    int attempts = 0, repeatedAttempts = 0, hits = 0;
    int verifications = 0, wrongVerifications = 0;
    int backtracks = 0, subGoals = 0, enumerations = 0;
    int reflections = 0, reflectionsNew = 0, reflectionsRepeat = 0, reflectionsNothing = 0;
    int reflectionsChecking = 0; ///< of all, those that check
    int reflectionWords = 0; ///< that the reflections are of
    int wordsAfterThinking = 0; ///< reflection words behind </think>, where no reflection is counted
};

struct TraceBehaviour {
    std::vector<Calculation> calculations;
    std::vector<Attempt> attempts;
    std::vector<BehaviourPlace> places; ///< in order of begin
    std::vector<ReflectionEffect> reflections;
    BehaviourCounts counts;
};

/// Looks at the reasoning: up to the first </think>. `words`: what Lexicon::find() says of the same text. Linear in the
/// text; thread-safe; total.
TraceBehaviour analyseBehaviour(
    std::string_view text, const BehaviourProblem& problem, const std::vector<WordHit>& words);

} // namespace aha
