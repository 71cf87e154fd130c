#pragma once
// What stages share that learn from rows which they judge: the evaluation at the start, and how a step is recorded.

#include "core/base/result.h"
#include "core/engine/training_session.h"

namespace aha {

class RowSession : public TrainingSession {
public:
    using TrainingSession::TrainingSession;

protected:
    virtual void evaluateInto(StepRow& row) = 0;

    void evaluateNow() override
    {
        StepRow row { 0, 1, {}, {} };
        if (m_step == 0) // a later step's evaluation is part of the step
            evaluateInto(row);
        if (!row.metrics.empty() || !row.groups.empty())
            commit(row, 0);
    }

    void commit(const StepRow& row, double stepSeconds)
    {
        orThrow(m_writer->commitStep(row));
        m_control.committed(row.step, stepSeconds, m_config);
        if (m_observer.step)
            m_observer.step(row);
    }
};

} // namespace aha
