#pragma once
// Which of several solutions is the answer. Two solutions with equal answers support each other.
//
//   best       the solution of highest score                                   (Cobbe et al., arXiv 2110.14168)
//   weighted   the answer of highest total score over its solutions            (Li et al., arXiv 2206.02336)
//   majority   the answer that most solutions have, cons@N                     (Wang et al., arXiv 2203.11171)
//
// Scores lie in 0 … 1. A solution without an answer has no say in `weighted` and `majority`; in `best` it can win, and
// is then wrong. Among equals the first one wins. Deviation from search-and-learn: its `weighted` counts the missing
// answer as an answer.

#include <optional>
#include <string>
#include <vector>

namespace aha {

struct AnsweredSolution {
    std::optional<std::string> answer;
    double score = 0;
};

enum class AnswerChoice { Best, Weighted, Majority };

/// Index of a solution that has the chosen answer; nullopt when there is none.
std::optional<size_t> chooseAnswer(const std::vector<AnsweredSolution>& solutions, AnswerChoice choice);

} // namespace aha
