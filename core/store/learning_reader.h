#pragma once
// What training did with a run's completions: ratios, clipping, rewards of tokens.

#include "core/base/result.h"
#include "core/store/learning_rows.h"

#include <filesystem>
#include <memory>
#include <unordered_map>

namespace aha {

/// One read-only connection, for one thread; never blocks the writer. Errors: as RunReader. A run of an older version
/// has nothing of it.
class LearningReader {
public:
    static Result<std::unique_ptr<LearningReader>> open(const std::filesystem::path& folder);
    ~LearningReader();

    /// By completion; those without a stored update are absent.
    Result<std::unordered_map<int64_t, UpdateRow>> updates(const std::vector<int64_t>& completions) const;
    /// nullopt when none were stored.
    Result<std::optional<TokenRewards>> tokenRewards(int64_t completionId) const;

private:
    struct State;
    explicit LearningReader(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace aha
