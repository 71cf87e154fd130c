#pragma once
// PRIME's implicit process reward model (prime.h): a whole copy of the first policy that learns online, and the first
// policy itself as its reference.
//
// Order as in verl's recipe (reward_model.model.update = before): one update on the step's completions and their
// verdicts, then the rewards of the moved model give the advantages. Deviation: all completions of the step are one
// update, and its gradient is clipped at the run's max_grad_norm (verl: mini-batches, 10). The rate is constant.

#include "core/algo/prime.h"
#include "core/algo/training_sample.h"
#include "core/algo/update_step.h"

#include <functional>

namespace aha {

struct PrimeReport {
    double loss = 0, gradNorm = 0;
    double right = 0, judged = 0; ///< completions whose reward has the verdict's sign, before the update; of how many
    double reward = 0; ///< mean r(y) after the update
    std::vector<std::vector<float>> tokenRewards; ///< of every completion, after the update
};

class PrimeModel {
public:
    /// `model` learns, `reference` stays; both where they compute. Workers are borrowed.
    PrimeModel(Policy model, Transformer reference, Workers& workers);

    /// `correct`: 1, 0, or NaN where there is no verdict; such completions teach nothing. Errors: not_finite.
    Result<PrimeReport> learn(const std::vector<TrainingSample>& samples, const std::vector<double>& correct,
        const RunConfig& config, const std::function<void(double)>& progress = nullptr);

    Policy& model() { return m_model; }
    AdamW& optimizer() { return m_step.optimizer(); }

private:
    /// log p of every completion token under weights that do not learn now.
    std::vector<std::vector<float>> logProbs(
        const std::vector<TrainingSample>& samples, const Transformer& of, const RunConfig& config);
    at::Tensor logpOf(const TransformerWeights& weights, const std::vector<const TrainingSample*>& samples,
        const RunConfig& config) const;

    Policy m_model;
    Transformer m_reference;
    UpdateStep m_step;
};

} // namespace aha
