#include "core/algo/process_reward.h"

#include "core/algo/packed_rows.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/softmax.h>

#include <algorithm>
#include <functional>
#include <numeric>

namespace aha {

using at::Tensor;

ProcessRow processRow(const ProcessSteps& s, const ProcessRowConfig& config)
{
    ProcessRow row;
    for (size_t i = 0; i < s.steps.size(); ++i) {
        row.ids.insert(row.ids.end(), s.steps[i].begin(), s.steps[i].end());
        row.ids.insert(row.ids.end(), config.separator.begin(), config.separator.end());
        row.labels.resize(row.ids.size(), kNoLabel);
        if (!row.labels.empty() && (!config.lastStepOnly || i + 1 == s.steps.size()))
            row.labels.back() = s.good[i] ? 1 : 0;
    }
    const auto cut = [&row](std::optional<size_t> length) {
        row.ids.resize(std::min(row.ids.size(), length.value_or(row.ids.size())));
        row.labels.resize(row.ids.size());
    };
    cut(config.maxCompletionLength);
    row.ids.insert(row.ids.begin(), s.prompt.begin(), s.prompt.end());
    row.labels.insert(row.labels.begin(), s.prompt.size(), kNoLabel);
    cut(config.maxLength);
    return row;
}

ProcessLossOutput processRewardLoss(const Tensor& scores_M2, const Tensor& labels_M, double updateLabels)
{
    const Tensor logp_M2 = at::log_softmax(scores_M2, -1);
    ProcessLossOutput out;
    out.loss = -logp_M2.gather(1, labels_M.unsqueeze(1)).sum() / updateLabels;
    out.labels = double(labels_M.size(0));
    out.right = total(scores_M2.detach().argmax(-1).eq(labels_M));
    return out;
}

Tensor stepRewards(const Tensor& scores_M2) { return at::softmax(scores_M2.detach(), -1).select(1, 1); }

double solutionReward(const std::vector<double>& steps, StepAggregation aggregation)
{
    if (steps.empty())
        return 0;
    switch (aggregation) {
    case StepAggregation::Last:
        return steps.back();
    case StepAggregation::Least:
        return *std::min_element(steps.begin(), steps.end());
    case StepAggregation::Product:
        return std::accumulate(steps.begin(), steps.end(), 1.0, std::multiplies<>());
    case StepAggregation::Mean:
        break;
    }
    return std::accumulate(steps.begin(), steps.end(), 0.0) / double(steps.size());
}

} // namespace aha
