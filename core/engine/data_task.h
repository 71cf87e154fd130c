#pragma once
// Rows of a data set as problems: their prompts are sampled, their gold answers judge.

#include "core/engine/training_data.h"
#include "core/tasks/row_verifier.h"

namespace aha {

/// Problem number i is the i-th row, epoch after epoch, each epoch in the order of TrainingData. judgeRow() judges.
/// With data.verifier choice, a question that does not show its options gets them as lines "A. …". Thread-safe. Reading
/// a row that cannot be read throws Failure.
class DataTask : public Task {
public:
    DataTask(TrainingData data, RowRules rules);

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
};

/// The task of `config`: generated problems (makeTask) or rows of its data set. Errors: those of makeTask(), rowRules()
/// and TrainingData::open().
Result<std::unique_ptr<Task>> makeRunTask(const RunConfig& config);

} // namespace aha
