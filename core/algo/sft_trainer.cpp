#include "core/algo/sft_trainer.h"

#include "core/algo/packed_targets.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>

namespace aha {

using at::Tensor;

struct SftTrainer::Sums {
    double loss = 0, nll = 0, entropy = 0, right = 0;
    int64_t count = 0;

    SftScores scores(const std::vector<SftSequence>& batch) const
    {
        const double n = count > 0 ? double(count) : std::nan("");
        SftScores scores { nll / n, entropy / n, right / n, count, 0 };
        for (const SftSequence& sequence : batch)
            scores.tokens += int64_t(sequence.ids.size());
        return scores;
    }
};

SftTrainer::SftTrainer(Policy& policy, Workers& workers)
    : m_step(policy, workers)
{
}

SftTrainer::Sums SftTrainer::pass(const std::vector<SftSequence>& batch, double tokens, bool train,
    const RunConfig& config, const std::function<void(double)>& progress)
{
    const SftConfig& s = config.sft;
    const SftLossConfig loss { s.lossType, s.labelSmoothing, s.zLoss };
    std::vector<size_t> rows;
    std::vector<int64_t> lengths;
    int64_t all = 0;
    for (size_t i = 0; i < batch.size(); ++i) {
        lengths.push_back(int64_t(batch[i].ids.size()));
        if (batch[i].trainedTokens() > 0) {
            rows.push_back(i);
            all += lengths[i];
        }
    }
    std::vector<Sums> parts(m_step.workers());
    std::atomic<int64_t> done { 0 };
    m_step.accumulate(
        rows, lengths, config,
        [&](size_t worker, const TransformerWeights& leaves, const UpdateStep::Pass& passRows) {
            std::optional<at::NoGradGuard> frozen;
            if (!train)
                frozen.emplace();
            std::vector<const SftSequence*> sequences;
            int64_t own = 0;
            for (const size_t row : passRows) {
                sequences.push_back(&batch[row]);
                own += lengths[row];
            }
            const PackedTargets packed(sequences, m_step.device());
            const Tensor hidden_MD
                = m_step.hidden(leaves, packed.batch, config.training).index_select(0, packed.before_M);
            const SftLossOutput out = sftLoss(hidden_MD, leaves.head_VD, packed.target_M, tokens, loss, leaves.device);
            if (train)
                out.loss.backward();
            Sums& part = parts[worker];
            part.loss += out.loss.item<double>();
            part.nll += out.nll;
            part.entropy += out.entropy;
            part.right += out.right;
            part.count += out.count;
            const int64_t sofar = done += own;
            if (progress && worker == 0) // the calling thread
                progress(double(sofar) / double(all));
        },
        train);
    Sums sums;
    for (const Sums& part : parts) {
        sums.loss += part.loss;
        sums.nll += part.nll;
        sums.entropy += part.entropy;
        sums.right += part.right;
        sums.count += part.count;
    }
    return sums;
}

Result<SftUpdate> SftTrainer::update(const std::vector<SftSequence>& batch, const RunConfig& config,
    int64_t totalUpdates, const std::function<void(double)>& progress)
{
    int64_t tokens = 0;
    for (const SftSequence& sequence : batch)
        tokens += sequence.trainedTokens();
    const Sums sums = pass(batch, double(std::max<int64_t>(tokens, 1)), true, config, progress);
    const Result<UpdateStep::Applied> applied = m_step.apply(sums.loss, config.optimizer, totalUpdates);
    if (!applied)
        return applied.error();
    return SftUpdate { sums.loss, sums.scores(batch), applied->gradNorm, applied->learningRate };
}

SftScores SftTrainer::evaluate(
    const std::vector<SftSequence>& sequences, const RunConfig& config, const std::function<void(double)>& progress)
{
    return pass(sequences, 1, false, config, progress).scores(sequences);
}

} // namespace aha
