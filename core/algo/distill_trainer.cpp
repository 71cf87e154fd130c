#include "core/algo/distill_trainer.h"

#include "core/algo/distillation_divergence.h"
#include "core/algo/minillm.h"
#include "core/algo/packed_rows.h"
#include "core/algo/packed_targets.h"
#include "core/algo/policy_loss.h"
#include "core/algo/topk_teacher.h"
#include "core/nn/ops.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/full.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <atomic>
#include <optional>

namespace aha {

using at::Tensor;

namespace {

/// Tokens where both models' most likely next token is the same. Logits exist for some rows at a time.
double agreeing(
    const Tensor& hidden_MD, const Tensor& head_VD, const Tensor& teacherHidden_ME, const Tensor& teacherHead_VE)
{
    const at::NoGradGuard frozen;
    const int64_t rows = hidden_MD.size(0), step = std::max<int64_t>(1, (int64_t(1) << 22) / head_VD.size(0));
    double same = 0;
    for (int64_t at = 0; at < rows; at += step) {
        const int64_t count = std::min(step, rows - at);
        const Tensor student_C = at::mm(hidden_MD.narrow(0, at, count), head_VD.t()).argmax(1),
                     teacher_C = at::mm(teacherHidden_ME.narrow(0, at, count), teacherHead_VE.t()).argmax(1);
        same += student_C.eq(teacher_C).sum().item<double>();
    }
    return same;
}

} // namespace

struct DistillTrainer::Sums {
    double loss = 0, divergence = 0, entropy = 0, same = 0;
};

DistillTrainer::DistillTrainer(Policy& policy, const Transformer& teacher, Workers& workers)
    : m_teacher(teacher)
    , m_step(policy, workers)
{
    orThrow(checkSameVocabulary(policy.config().vocabSize, teacher.config().vocabSize));
}

DistillScores DistillTrainer::pass(const std::vector<SftSequence>& batch, bool train, const RunConfig& config,
    const std::function<void(double)>& progress)
{
    const DistillConfig& d = config.distill;
    const TransformerWeights teacher = m_teacher.views(m_teacher.flat());
    DistillScores scores;
    std::vector<size_t> rows;
    std::vector<int64_t> lengths;
    for (size_t i = 0; i < batch.size(); ++i) {
        lengths.push_back(int64_t(batch[i].ids.size()));
        scores.tokens += lengths[i];
        if (const int64_t trained = batch[i].trainedTokens(); trained > 0) {
            rows.push_back(i);
            scores.trainedTokens += trained;
        }
    }
    const double tokens = double(std::max<int64_t>(scores.trainedTokens, 1));
    std::vector<Sums> parts(m_step.workers());
    std::atomic<int64_t> done { 0 };
    m_step.accumulate(
        rows, lengths, config,
        [&](size_t worker, const TransformerWeights& leaves, const UpdateStep::Pass& pass) {
            std::optional<at::NoGradGuard> frozen;
            if (!train)
                frozen.emplace();
            std::vector<const SftSequence*> sequences;
            int64_t own = 0;
            for (const size_t row : pass) {
                sequences.push_back(&batch[row]);
                own += lengths[row];
            }
            const PackedTargets packed(sequences, m_step.device());
            const Tensor hidden_MD
                = m_step.hidden(leaves, packed.batch, config.training).index_select(0, packed.before_M);
            const Tensor teacherHidden_ME = [&] {
                const at::NoGradGuard noTeacherGradient;
                return hiddenStates(m_teacher.config(), teacher, packed.batch).index_select(0, packed.before_M);
            }();
            Sums& part = parts[worker];
            Tensor loss;
            if (d.divergence == "minillm") {
                const ops::TokenLogProbs student
                    = ops::tokenLogProbs(hidden_MD, leaves.head_VD, packed.target_M, d.temperature, leaves.device);
                const ops::TokenLogProbs judged = ops::tokenLogProbs(
                    teacherHidden_ME, teacher.head_VD, packed.target_M, d.temperature, leaves.device);
                const int64_t count = int64_t(sequences.size());
                PolicyLossInput input;
                input.logp_N = student.logprob_M;
                input.row_N = packed.row_M;
                input.advantage_N
                    = minillmAdvantages(student.logprob_M.detach(), judged.logprob_M.detach(), packed.row_M, count, {});
                input.weight_R = at::full({ count }, 1 / tokens, hidden_MD.options().requires_grad(false));
                PolicyLossConfig surrogate;
                surrogate.lossType = "reinforce";
                const Tensor exact = minillmSingleStep(
                    hidden_MD, leaves.head_VD, teacherHidden_ME, teacher.head_VD, d.temperature, tokens);
                loss = policyLoss(input, surrogate).loss + exact;
                part.divergence += exact.item<double>() * tokens;
                part.entropy += total(student.entropy_M);
            } else if (d.topK > 0) {
                const SupportDivergenceConfig support { d.beta, d.temperature };
                const Tensor divergence_M = supportDivergence(hidden_MD, leaves.head_VD,
                    teacherTopK(teacherHidden_ME, teacher.head_VD, d.topK, d.temperature), support);
                loss = divergence_M.sum() / tokens;
                part.divergence += total(divergence_M);
                const at::NoGradGuard measuring;
                part.entropy += total(ops::tokenLogProbs(
                    hidden_MD.detach(), leaves.head_VD, packed.target_M, d.temperature, leaves.device)
                                          .entropy_M);
            } else {
                const TokenDivergence out = distillationDivergence(
                    hidden_MD, leaves.head_VD, teacherHidden_ME, teacher.head_VD, { d.beta, d.temperature });
                loss = out.divergence_M.sum() / tokens;
                part.divergence += total(out.divergence_M);
                part.entropy += total(out.entropy_M);
            }
            if (train)
                loss.backward();
            part.loss += loss.item<double>();
            part.same += agreeing(hidden_MD.detach(), leaves.head_VD.detach(), teacherHidden_ME, teacher.head_VD);
            const int64_t sofar = done += own;
            if (progress && worker == 0) // the calling thread
                progress(double(sofar) / double(std::max<int64_t>(scores.tokens, 1)));
        },
        train);
    for (const Sums& part : parts) {
        scores.loss += part.loss;
        scores.divergence += part.divergence / tokens;
        scores.entropy += part.entropy / tokens;
        scores.agreement += part.same / tokens;
    }
    return scores;
}

Result<DistillUpdate> DistillTrainer::update(const std::vector<SftSequence>& batch, const RunConfig& config,
    int64_t totalUpdates, const std::function<void(double)>& progress)
{
    const DistillScores scores = pass(batch, true, config, progress);
    const Result<UpdateStep::Applied> applied = m_step.apply(scores.loss, config.optimizer, totalUpdates);
    if (!applied)
        return applied.error();
    return DistillUpdate { scores, applied->gradNorm, applied->learningRate };
}

DistillScores DistillTrainer::evaluate(const std::vector<SftSequence>& sequences, const RunConfig& config)
{
    return pass(sequences, false, config, nullptr);
}

} // namespace aha
