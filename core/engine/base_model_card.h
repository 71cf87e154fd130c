#pragma once
// The README.md of a miniature base model: what it has read, what it can do, how it was made.

#include "core/store/rows.h"

#include <string>
#include <vector>

namespace aha {

struct BaseModelCard {
    std::string about; ///< PretrainCorpus::about()
    std::string recipe; ///< the recipe's text
    int64_t parameters = 0;
    uint64_t seed = 0;
    int64_t steps = 0, batchTokens = 0;
    double loss = 0; ///< nats per token
    std::vector<EvaluationRow> rows; ///< one a task
};
/// Markdown. What a row has no metric for has no line.
std::string baseModelCard(const BaseModelCard& card);

} // namespace aha
