#pragma once
// Whole series of a run at once: what charts draw. Millions of points a second, because nothing stands between SQLite
// and the vectors.

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace aha {

/// One read-only connection, for one thread; never blocks the writer. Errors: as RunReader.
class SeriesReader {
public:
    struct Series {
        std::vector<double> steps, values; ///< NaN where the stored value is NULL
    };
    struct Wanted {
        std::string metric;
        int64_t afterStep = -1; ///< only points behind this step
    };
    /// What a completion has that a histogram can be made of.
    enum class Quantity { Tokens, Reward, Advantage, Reflections };

    static Result<std::unique_ptr<SeriesReader>> open(const std::filesystem::path& folder);
    ~SeriesReader();

    /// Metrics that have at least one number, in the order in which the run began to record them.
    Result<std::vector<std::string>> recorded() const;
    /// In the order of `wanted`, each in order of step. A metric that is not there is empty.
    Result<std::vector<Series>> series(const std::vector<Wanted>& wanted) const;
    /// Hours between the first committed step and each step behind `afterStep`.
    Result<Series> hours(int64_t afterStep) const;
    /// One value a completion, in order of step; completions without it (not scored) are left out.
    Result<Series> ofCompletions(Quantity quantity) const;

private:
    struct State;
    explicit SeriesReader(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace aha
