#pragma once
// What the run table shows: one row per run directory.

#include "core/config/run_config.h"
#include "core/protocol/messages.h"

#include <QString>

#include <optional>
#include <vector>

namespace aha {

struct RunListRow {
    QString folder, name, kind, lossType, task, model;
    QString key; ///< of labels in workspace.db: the same after a move of the folder
    QString shape; ///< equal for runs whose steps cost the same: model, device, threads, batch
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

/// What decides how long a step takes, as a text to compare.
QString shapeOf(const RunConfig& config);
/// A run has a database or, when it has just begun, a configuration and nothing else. A model has weights beside its.
bool isRunFolder(const QString& folder);
/// Reads one run directory.
RunListRow readRunRow(const QString& folder);
/// All run directories in `runsFolder`, newest first. Reads every database once: call it off the GUI thread.
std::vector<RunListRow> scanRuns(const QString& runsFolder);

} // namespace aha
