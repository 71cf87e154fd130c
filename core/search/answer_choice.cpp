#include "core/search/answer_choice.h"

namespace aha {

std::optional<size_t> chooseAnswer(const std::vector<AnsweredSolution>& solutions, AnswerChoice choice)
{
    std::optional<size_t> chosen;
    double most = 0;
    for (size_t i = 0; i < solutions.size(); ++i) {
        double support = solutions[i].score;
        if (choice != AnswerChoice::Best) {
            if (!solutions[i].answer)
                continue;
            support = 0;
            for (const AnsweredSolution& other : solutions)
                if (other.answer == solutions[i].answer)
                    support += choice == AnswerChoice::Weighted ? other.score : 1;
        }
        if (!chosen || support > most) {
            chosen = i;
            most = support;
        }
    }
    return chosen;
}

} // namespace aha
