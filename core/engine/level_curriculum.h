#pragma once
// A task's levels as a curriculum (reasoning-gym): after so many steps on a level, the share of right completions over
// the last of them decides whether the next step is on the next level, the one before, or the same.

#include "core/base/result.h"
#include "core/config/run_config.h"

#include <deque>
#include <string>

namespace aha {

/// One thread at a time. Depends on what was recorded alone, so a resumed run takes the same steps.
class LevelCurriculum {
public:
    /// `levels`: how many the task has.
    LevelCurriculum(const TaskConfig& config, int levels);

    int level() const { return m_level; }
    /// Verdicts of the running step; completions that could not be judged are in neither number.
    void record(int64_t right, int64_t judged);
    /// Closes the step; the next may be on another level. A step in which nothing was judged does not count.
    void endStep();
    /// Share of right completions over the steps that decide; NaN before there are any.
    double successRate() const;

    std::string state() const; ///< JSON
    /// Error: checkpoint_invalid.
    Result<void> restore(const std::string& json);

private:
    double m_promoteAt, m_demoteAt;
    size_t m_window;
    int m_levels, m_level;
    int64_t m_right = 0, m_judged = 0; ///< of the running step
    std::deque<double> m_shares; ///< of the last steps on this level
};

} // namespace aha
