#pragma once
// What moves over the steps of a run by a rule of its configuration, as lines of a SchedulePlot, with the rule in
// words.

#include "core/config/run_config.h"
#include "widgets/plots/scheduleplot.h"

namespace aha {

struct RunSchedule {
    ScheduleAxis axis;
    QVector<ScheduleLine> lines; ///< empty: nothing moves
};

/// The scheduled weights of rewards over the steps 0 to general.max_steps. "accuracy: 1 until step 50, then linearly to
/// 0.5 at step 150." Empty, too, where the schedule cannot be read.
RunSchedule weightSchedules(const RunConfig& config);

/// The learning rate over the updates of the run, from 1. Empty where it is constant.
RunSchedule learningRateSchedule(const RunConfig& config);

} // namespace aha
