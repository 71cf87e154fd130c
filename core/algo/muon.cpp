#include "core/algo/muon.h"

#include "core/algo/adamw_range.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/mm.h>

#include <algorithm>
#include <cmath>

namespace aha {

using at::Tensor;

namespace {

constexpr double kA = 3.4445, kB = -4.7750, kC = 2.0315, kSmallestNorm = 1e-7;
constexpr int kIterations = 5;

} // namespace

std::vector<MuonMatrix> muonMatrices(const Policy& policy)
{
    std::vector<MuonMatrix> found;
    if (policy.adapter())
        return found;
    const Tensor& flat_P = policy.trained();
    for (const auto& [name, view] : policy.base().named(flat_P)) {
        const bool hidden = name != "model.embed_tokens.weight" && name != "lm_head.weight" && name != "score.weight";
        if (hidden && view.dim() == 2)
            found.push_back({ view.storage_offset() - flat_P.storage_offset(), view.size(0), view.size(1) });
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
    return found;
}

Tensor orthogonalized(const Tensor& update_RC)
{
    const bool tall = update_RC.size(0) > update_RC.size(1);
    Tensor x = tall ? update_RC.t() : update_RC;
    x = x / std::max(x.norm().item<double>(), kSmallestNorm);
    for (int i = 0; i < kIterations; ++i) {
        const Tensor gram = at::mm(x, x.t());
        x = at::addmm(x, at::addmm(gram, gram, gram, kB, kC), x, kA);
    }
    return tall ? x.t() : x;
}

void muonUpdate(AdamWState& state, const std::vector<MuonMatrix>& matrices, Tensor& parameters_P,
    const Tensor& gradient_P, int64_t decayed, const OptimizerConfig& config, double rate, Workers& workers)
{
    ++state.updates;
    int64_t done = 0;
    const auto rest = [&](int64_t to) { // what lies before the next matrix
        moveRange(state, parameters_P, gradient_P, config, rate, config.weightDecay, done, std::min(to, decayed));
        moveRange(state, parameters_P, gradient_P, config, rate, 0, std::max(done, decayed), to);
    };
    for (const MuonMatrix& matrix : matrices) {
        rest(matrix.from);
        done = matrix.from + matrix.rows * matrix.columns;
    }
    rest(parameters_P.size(0));

    const double momentum = config.muonMomentum;
    const size_t team = parameters_P.device().is_cpu() ? size_t(workers.size()) : 1;
    workers.run([&](int worker) {
        const at::NoGradGuard frozen;
        for (size_t i = size_t(worker); size_t(worker) < team && i < matrices.size(); i += team) {
            const auto& [from, rows, columns] = matrices[i];
            const auto part = [&, from = from, rows = rows, columns = columns](const Tensor& flat_P) {
                return flat_P.narrow(0, from, rows * columns).view({ rows, columns });
            };
            Tensor weight = part(parameters_P), kept = part(state.first_P);
            const Tensor gradient = part(gradient_P);
            kept.lerp_(gradient, 1 - momentum);
            const Tensor direction = orthogonalized(gradient.lerp(kept, momentum));
            weight.mul_(1 - rate * config.weightDecay);
            weight.add_(direction, -rate * 0.2 * std::sqrt(double(std::max(rows, columns))));
        }
    });
}

} // namespace aha
