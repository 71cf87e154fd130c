#pragma once
// Which checkpoints of a run can be evaluated now: those that are there and whose step lacks an evaluation
// or a part of it.

#include "widgets/models/outcometable.h"

namespace aha {

struct EvaluationOffer {
    RunName run;
    /// 0: before training, of the model that the run starts from where no checkpoint is left; not while its engine
    /// evaluates that itself.
    std::vector<qint64> steps;
    QString problem; ///< why there are none; empty when there are
};

/// Reads run.db and looks for the folders; call from a worker.
EvaluationOffer readEvaluationOffer(const RunName& run);

} // namespace aha
