#pragma once
// Process reward models: a verdict after every step of a solution (Let's Verify Step by Step, arXiv 2305.20050; labels
// as in Math-Shepherd, arXiv 2312.08935). Numerically TRL's (experimental PRMTrainer, 1.10).
//
//   row     prompt, then for each step its tokens and the separator; the label stands on the separator's last token:
//           1 = good step, 0 = bad, -100 elsewhere
//   loss    -log softmax(head · hidden)[label], mean over labelled tokens                 head: [2, D]
//   reward  p(good) at each label; a solution's is the last, the least, the product or the mean of its steps'
//
// Deviations: the divisor is the labelled tokens of the whole update, so accumulation is exact.

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace aha {

struct ProcessRow {
    std::vector<int32_t> ids;
    std::vector<int32_t> labels; ///< per token; kNoLabel where there is none
};
constexpr int32_t kNoLabel = -100;

struct ProcessSteps {
    std::vector<int32_t> prompt; ///< with its beginning-of-sequence token, if the model has one
    std::vector<std::vector<int32_t>> steps;
    std::vector<bool> good; ///< of each step
};

struct ProcessRowConfig {
    std::vector<int32_t> separator;
    bool lastStepOnly = false; ///< train on the last step's label alone
    std::optional<size_t> maxCompletionLength {}, maxLength {}; ///< tokens; what is beyond is cut off with its label
};

ProcessRow processRow(const ProcessSteps& steps, const ProcessRowConfig& config);

struct ProcessLossOutput {
    at::Tensor loss; ///< scalar, differentiable
    double labels = 0, right = 0; ///< right: the likelier class is the label
};

/// Of M labelled tokens. `updateLabels`: of the whole update.
ProcessLossOutput processRewardLoss(const at::Tensor& scores_M2, const at::Tensor& labels_M, double updateLabels);

/// p(good) of each step.
at::Tensor stepRewards(const at::Tensor& scores_M2);
enum class StepAggregation { Last, Least, Product, Mean };
/// Of a solution's steps; without steps 0.
double solutionReward(const std::vector<double>& steps, StepAggregation aggregation);

} // namespace aha
