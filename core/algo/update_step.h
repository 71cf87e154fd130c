#pragma once
// What every trainer shares: rows given out to workers, the gradient of one optimizer update, and the update itself.

#include "core/algo/muon.h"
#include "core/base/workers.h"
#include "core/nn/policy.h"

#include <functional>
#include <optional>

namespace aha {

/// Owns the optimizer and one gradient buffer a worker. A loss that is a plain sum over rows comes out the same (up to
/// rounding) however the rows are cut into passes: accumulation is exact. Deterministic for a fixed number of workers:
/// rows go to workers by a fixed rule and gradients are added in order.
class UpdateStep {
public:
    /// Policy and workers are borrowed.
    UpdateStep(Policy& policy, Workers& workers);

    size_t workers() const { return m_gradients.size(); } ///< one on a GPU
    at::Device device() const { return m_policy.trained().device(); }
    const ModelConfig& model() const { return m_policy.config(); }

    /// Row numbers that go through the model together.
    using Pass = std::vector<size_t>;
    /// One worker's share of forward and backward: `leaves` collect the gradient.
    using RunPass = std::function<void(size_t worker, const TransformerWeights& leaves, const Pass& rows)>;
    /// Sets gradient() to the sum over `rows`, whose sequences have `tokens[row]` tokens. `run` is called for every
    /// pass, on its worker. A row longer than tokensPerPass() is a pass of its own. `trains`: an adapter's dropout is
    /// on; what it drops depends on the run's seed, the number of the update, the worker and the pass.
    void accumulate(const std::vector<size_t>& rows, const std::vector<int64_t>& tokens, const RunConfig& config,
        const RunPass& run, bool trains = true);
    /// hiddenStates(), with layers computed again in the backward pass where `training` asks for it.
    at::Tensor hidden(const TransformerWeights& leaves, const PackedBatch& batch, const TrainingConfig& training) const;
    at::Tensor& gradient() { return m_gradients[0]; }

    struct Applied {
        double gradNorm = 0, learningRate = 0;
    };
    /// Parameters of somebody else that the same loss trains (value_head.h): one norm for both, one rate.
    struct Companion {
        at::Tensor& parameters;
        at::Tensor& gradient;
        AdamW& optimizer;
    };
    /// Clips the gradient and moves the weights. Errors: not_finite (loss or gradient is NaN or infinite; the weights
    /// are those before).
    Result<Applied> apply(double loss, const OptimizerConfig& config, int64_t totalUpdates,
        std::optional<Companion> beside = std::nullopt);

    AdamW& optimizer() { return m_optimizer; }

private:
    Policy& m_policy;
    Workers& m_workers;
    AdamW m_optimizer; ///< its state is Muon's as well
    std::vector<MuonMatrix> m_matrices;
    std::vector<at::Tensor> m_gradients; ///< one flat buffer per worker
    std::vector<TransformerWeights> m_leaves;
};

} // namespace aha
