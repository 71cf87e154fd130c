#pragma once
// What a step's training did with a completion, as rows of run.db (resources/sql/002_run.sql).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace aha {

/// Over the updates of the step that the completion was part of.
struct UpdateRow {
    int64_t tokens = 0; ///< each update counted; 0: left out of every update, because it had no gradient
    std::optional<double> ratio; ///< mean importance ratio over tokens, at the level of the loss
    std::optional<double> clipped; ///< share of tokens whose clip cut the gradient; none where the loss has no clip
};

/// What a model beside the policy paid for each token.
struct TokenRewards {
    std::string kind; ///< prime: β times a log-ratio, nats | process: p(good) of the token's step
    std::vector<float> values; ///< NaN: not judged
};

struct LearningRow {
    std::optional<UpdateRow> update;
    std::optional<TokenRewards> rewards;
};

} // namespace aha
