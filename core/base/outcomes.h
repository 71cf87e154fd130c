#pragma once
// Which problems a model solves at which evaluation: problems x evaluations, and what became of each problem.

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace aha {

/// What most samples of one problem are. Half right is neither.
enum class Majority { Wrong, Even, Right };
inline Majority majorityOf(int right, int samples)
{
    return 2 * right > samples ? Majority::Right : 2 * right < samples ? Majority::Wrong : Majority::Even;
}

/// What became of a problem over the evaluations.
enum class OutcomeClass { Solved, Learned, Forgotten, Unstable, Never };
inline constexpr int kOutcomeClasses = 5;

/// The step function (right throughout, wrong throughout, wrong then right, right then wrong) that the fewest
/// evaluations contradict; a constant wins a tie. An even evaluation contradicts all, but for those on the way, between
/// the wrong and the right ones of a change. `strays`: most contradictions, more make the problem Unstable. An empty
/// list is Never.
OutcomeClass outcomeClass(const std::vector<Majority>& evaluations, int strays);

/// Of columns that are different models, first to last: mostly wrong in the first and mostly right in the last is
/// Learned, the reverse Forgotten, whatever stands between them, so that these two count what comparePaired() counts of
/// the first and the last. Right, or wrong, in every column is Solved, or Never; everything else Unstable.
OutcomeClass changeClass(const std::vector<Majority>& columns);

/// Samples are drawn at random, so that a problem must not lose its class by one unlucky draw among many evaluations:
/// one evaluation in five may contradict.
inline int strayEvaluations(size_t evaluations) { return int(evaluations / 5); }

/// In the place of right samples: what was answered, and nothing judges it.
inline constexpr int kUnjudged = -2;

struct OutcomeCell {
    int right = -1; ///< right samples; -1: this evaluation did not ask the problem; kUnjudged
    int position = -1; ///< of the problem in this evaluation
};

struct OutcomeRow {
    std::string problem;
    std::vector<OutcomeCell> cells; ///< one per evaluation
    OutcomeClass outcome = OutcomeClass::Never;
    double first = 0, last = 0; ///< share of right samples where it was asked first and last
};

/// One evaluation: the problems in order of position, each with its right samples of `samples`.
struct OutcomeColumn {
    int samples = 1;
    std::vector<std::pair<std::string, int>> problems;
};

struct OutcomeMatrix {
    std::vector<int> samples; ///< of each evaluation
    std::vector<OutcomeRow> rows; ///< in order of first appearance
    std::array<int, kOutcomeClasses> counts {}; ///< rows of each class
};

/// Problems are told apart by their text; the n-th of two equal texts in one evaluation is the n-th in another.
/// `course`: the columns are one run's evaluations (outcomeClass()); otherwise they are different models
/// (changeClass(), and a problem that the first or the last was not asked is neither Learned nor Forgotten).
OutcomeMatrix outcomeMatrix(const std::vector<OutcomeColumn>& columns, bool course);

} // namespace aha
