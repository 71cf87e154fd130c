#pragma once
// How many of a step's traces a search finds, step by step: what the list of hits cannot show.

#include "core/base/result.h"
#include "core/store/run_reader.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace aha {

struct StepHits {
    int64_t step = 0, hits = 0, traces = 0;
};

/// One read-only connection of its own; errors as of RunReader, and those of a pattern. Give each thread its own.
class HitCounter {
public:
    static Result<std::unique_ptr<HitCounter>> open(const std::filesystem::path& folder);
    ~HitCounter();

    /// Every step that has traces, in order. Reads every text where the filter has one. `wanted` as of searchTexts().
    Result<std::vector<StepHits>> perStep(const TraceFilter& filter, const std::function<bool()>& wanted = {}) const;
    /// Ends a perStep() that has begun on another thread with the error `cancelled`. Thread-safe.
    void interrupt() const;

private:
    struct State;
    explicit HitCounter(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace aha
