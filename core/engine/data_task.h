#pragma once
// Rows of a data set as problems: their prompts are sampled, their gold answers judge.

#include "core/engine/training_data.h"
#include "core/tasks/row_verifier.h"

#include <memory>

namespace aha {

class SandboxPool;

/// How rows whose answers are programs are judged.
struct ProgramRows {
    std::shared_ptr<SandboxPool> pool {}; ///< null: no row is such
    int64_t maxTests = 0; ///< of a row
    bool all = false; ///< every row must be such (data.verifier code)
};

/// Problem number i is the i-th row, epoch after epoch, each epoch in the order of TrainingData. judgeRow() judges, but
/// for tests of programs (program_tests.h), which are run in a sandbox. With data.verifier choice, a question that does
/// not show its options gets them as lines "A. …". Thread-safe. Reading a row that cannot be read throws Failure.
class DataTask : public Task {
public:
    DataTask(TrainingData data, RowRules rules, ProgramRows programs);

    std::string name() const override { return "dataset"; }
    /// `seed` is the data's own: the order is fixed when the data is opened.
    TaskItem trainItem(uint64_t seed, uint64_t index) const override;
    std::vector<TaskItem> heldOut(int count) const override;
    Judgement judge(const std::string& itemJson, const std::string& completion) const override;
    std::vector<TaskStatistic> statistics(const std::string& itemJson, const std::string& completion) const override;

    /// What its row says of how often it is solved.
    std::optional<double> passRate(uint64_t index) const;

    const TrainingData& data() const { return m_data; }

private:
    TrainingData m_data;
    RowRules m_rules;
    ProgramRows m_programs;
};

/// The task of `config`: generated problems (makeTask) or rows of its data set. Errors: those of makeTask(), rowRules()
/// and TrainingData::open(); sandbox_unavailable for rows whose answers are programs (data.verifier code, or auto where
/// the first rows have tests).
Result<std::unique_ptr<Task>> makeRunTask(const RunConfig& config);

} // namespace aha
