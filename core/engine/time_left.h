#pragma once
// How long a run still takes: the median step as often as steps are left, and the evaluations to come.

#include "core/config/run_config.h"
#include "core/store/rows.h"

#include <deque>
#include <optional>
#include <vector>

namespace aha {

class TimeLeft {
public:
    /// Steps of an earlier session, in order.
    void takeEarlier(const std::vector<double>& stepSeconds);
    /// A step without its evaluation. The first of a session loads and warms up: it counts only while nothing else is
    /// known.
    void addStep(double seconds);
    /// Parts of one step's evaluation are added.
    void addEvaluation(int64_t step, double seconds, const RunConfig& config);
    /// Seconds from the end of `step` to the end of the run; -1: not known.
    double after(int64_t step, const RunConfig& config) const;

private:
    struct Evaluation {
        int64_t step = -1;
        double seconds = 0;
    };

    double medianStep() const;

    std::deque<double> m_steps; ///< the newest: completions grow as a run goes on
    double m_first = -1;
    Evaluation m_full, m_between; ///< the newest of step 0 or the last step, and of those between; step -1: none yet
};

/// What the evaluation before the first step took, of an earlier session, from the begin of the one that made it (a run
/// may have been killed before). nullopt: there is none, or it was made afterwards.
std::optional<double> firstEvaluationSeconds(
    const std::vector<MarkerRow>& markers, const std::vector<EvaluationRow>& evaluations);

} // namespace aha
