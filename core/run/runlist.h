#pragma once
// What the run table shows: one row per run directory.

#include "core/config/run_config.h"
#include "core/protocol/messages.h"
#include "core/run/estimate.h"

#include <QString>

#include <optional>
#include <vector>

namespace aha {

struct RunListRow {
    QString folder, name, kind, lossType, task, model;
    QString key; ///< of labels in workspace.db: the same after a move of the folder
    QString shape; ///< shapeOf() its configuration: equal for runs whose steps cost the same
    RunState state = RunState::Interrupted;
    StartPart part = StartPart::None; ///< what a run that starts is at
    qint64 step = 0, maxSteps = 0, seed = 0;
    std::optional<double> reward; ///< of the newest step
    std::optional<double> pass1, pass1Low, pass1High; ///< newest evaluation with its 95 % interval
    int evalProblems = 0, evalSamples = 0; ///< n of that evaluation
    qint64 evalStep = -1; ///< the step it was made at
    double createdAt = 0; ///< seconds since the epoch
    double stepSeconds = 0; ///< measured median of a whole step; 0 = not measured
    QString problem; ///< why the run cannot be read; empty when it can
};

/// What decides how long a step takes, as a text to compare. Paths and threads are what the engine makes of them, so
/// that a form with "resources/models/x" is of the shape of the run that was started from it.
QString shapeOf(const RunConfig& config);
/// Of the earlier runs of this shape. The device "auto" stands for the GPU where runs of the shape used one, as it
/// would take it, and for the CPU elsewhere: a run stores what it came to.
MeasuredSteps measuredSteps(const RunConfig& config, const std::vector<RunListRow>& earlier);
/// A run has a database or, when it has just begun, a configuration and nothing else. A model has weights beside its.
bool isRunFolder(const QString& folder);
/// Reads one run directory.
RunListRow readRunRow(const QString& folder);
/// All run directories in `runsFolder`, newest first. Reads every database once: call it off the GUI thread.
std::vector<RunListRow> scanRuns(const QString& runsFolder);

} // namespace aha
