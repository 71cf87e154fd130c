#include "core/algo/distill_trainer.h"

#include "core/algo/classic_distillation.h"
#include "core/algo/minillm.h"
#include "core/algo/on_policy_distillation.h"
#include "core/algo/packed_rows.h"
#include "core/algo/packed_targets.h"
#include "core/algo/policy_loss.h"
#include "core/algo/teacher_logits.h"
#include "core/nn/ops.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/mm.h>

#include <algorithm>
#include <atomic>
#include <optional>

namespace aha {

using at::Tensor;

namespace {

/// The likeliest next token of each row. Logits exist for some rows at a time.
Tensor likeliest(const Tensor& hidden_MD, const Tensor& head_VD)
{
    const at::NoGradGuard frozen;
    const int64_t rows = hidden_MD.size(0), step = std::max<int64_t>(1, (int64_t(1) << 22) / head_VD.size(0));
    std::vector<Tensor> parts;
    for (int64_t at = 0; at < rows; at += step)
        parts.push_back(at::mm(hidden_MD.narrow(0, at, std::min(step, rows - at)), head_VD.t()).argmax(1));
    return at::cat(parts);
}

/// One pass's part of a loss: the student's side, and where it stands in the update.
struct Student {
    const Tensor& hidden_MD;
    const Tensor& head_VD;
    const PackedTargets& packed;
    int64_t rows;
    double updateTokens;
    const DeviceOps* device;
};
/// Sums over the pass's tokens, but for the loss.
struct PassLoss {
    Tensor loss;
    double divergence = 0, entropy = 0;
};

ops::TokenLogProbs sampledLogProbs(const Student& s, double temperature)
{
    return ops::tokenLogProbs(s.hidden_MD, s.head_VD, s.packed.target_M, temperature, s.device);
}

PassLoss minillmPass(const Student& s, const Tensor& teacherHidden_ME, const Tensor& teacherHead_VE,
    const Tensor& teacherLogp_M, const DistillConfig& d)
{
    const ops::TokenLogProbs student = sampledLogProbs(s, d.temperature);
    PolicyLossInput input;
    input.logp_N = student.logprob_M;
    input.row_N = s.packed.row_M;
    input.advantage_N
        = minillmAdvantages(student.logprob_M.detach(), teacherLogp_M, s.packed.row_M, s.rows, { d.gamma, true, 0 });
    input.weight_R = at::full({ s.rows }, 1 / s.updateTokens, s.hidden_MD.options().requires_grad(false));
    PolicyLossConfig surrogate;
    surrogate.lossType = "reinforce";
    const Tensor exact = minillmSingleStep(
        s.hidden_MD, s.head_VD, teacherHidden_ME, teacherHead_VE, d.temperature, s.updateTokens, d.logitClip);
    return { policyLoss(input, surrogate).loss + exact, exact.item<double>() * s.updateTokens,
        total(student.entropy_M) };
}

PassLoss reverseKlPass(const Student& s, const Tensor& teacherLogp_M, const DistillConfig& d)
{
    const ops::TokenLogProbs student = sampledLogProbs(s, d.temperature);
    const OnPolicyDistillationOutput out = onPolicyDistillation(
        { student.logprob_M, teacherLogp_M, {}, s.packed.row_M, s.rows, s.updateTokens }, { d.gamma });
    return { out.loss, out.reverseKl, total(student.entropy_M) };
}

PassLoss classicPass(
    const Student& s, const Tensor& teacherHidden_ME, const Tensor& teacherHead_VE, const DistillConfig& d)
{
    const ClassicDistillationOutput out = classicDistillation(s.hidden_MD, s.head_VD, s.packed.target_M,
        teacherHidden_ME, teacherHead_VE, s.updateTokens, { d.alpha, d.temperature, d.logitClip }, s.device);
    return { out.loss, out.divergence / (d.temperature * d.temperature), total(out.entropy_M) };
}

PassLoss supportPass(const Student& s, const TeacherSupport& support, const DistillConfig& d)
{
    const Tensor divergence_M = supportDivergence(s.hidden_MD, s.head_VD, support, { d.beta, d.temperature });
    PassLoss out { divergence_M.sum() / s.updateTokens, total(divergence_M) };
    const at::NoGradGuard measuring;
    const ops::TokenLogProbs student
        = ops::tokenLogProbs(s.hidden_MD.detach(), s.head_VD.detach(), s.packed.target_M, d.temperature, s.device);
    out.entropy = total(student.entropy_M);
    return out;
}

PassLoss wholePass(
    const Student& s, const Tensor& teacherHidden_ME, const Tensor& teacherHead_VE, const DistillConfig& d)
{
    const TokenDivergence out = distillationDivergence(
        s.hidden_MD, s.head_VD, teacherHidden_ME, teacherHead_VE, { d.beta, d.temperature, d.logitClip });
    return { out.divergence_M.sum() / s.updateTokens, total(out.divergence_M), total(out.entropy_M) };
}

} // namespace

struct DistillTrainer::Sums {
    double loss = 0, divergence = 0, entropy = 0, same = 0;
};

struct DistillTrainer::Teaching {
    Tensor hidden_ME; ///< at the trained tokens; undefined where the support is known
    std::optional<TeacherSupport> support; ///< where the k likeliest tokens teach
    Tensor top_M; ///< its likeliest tokens
};

DistillTrainer::DistillTrainer(Policy& policy, const Transformer* teacher, Workers& workers)
    : m_teacher(teacher)
    , m_step(policy, workers)
{
    if (teacher)
        orThrow(checkSameVocabulary(policy.config().vocabSize, teacher->config().vocabSize));
}

DistillTrainer::Teaching DistillTrainer::ask(const DistillBatch& batch, const UpdateStep::Pass& rows,
    const PackedTargets& packed, const TransformerWeights* teacher, const DistillConfig& d) const
{
    const at::NoGradGuard frozen;
    Teaching out;
    if (!batch.known.empty()) {
        std::vector<Tensor> ids, logp;
        for (const size_t row : rows) {
            ids.push_back(batch.known[row].ids_MS);
            logp.push_back(batch.known[row].logp_MS);
        }
        out.support = TeacherSupport { at::cat(ids).to(m_step.device()), at::cat(logp).to(m_step.device()), {},
            batch.known[rows.front()].whole };
    } else {
        out.hidden_ME = hiddenStates(m_teacher->config(), *teacher, packed.batch).index_select(0, packed.before_M);
        if (d.divergence == "jsd" && d.topK > 0)
            out.support = teacherTopK(out.hidden_ME, teacher->head_VD, d.topK, d.temperature, d.logitClip);
    }
    out.top_M = out.support ? out.support->ids_MS.select(1, 0) : likeliest(out.hidden_ME, teacher->head_VD);
    return out;
}

DistillScores DistillTrainer::pass(
    const DistillBatch& batch, bool train, const RunConfig& config, const std::function<void(double)>& progress)
{
    const DistillConfig& d = config.distill;
    std::optional<TransformerWeights> teacher;
    if (m_teacher)
        teacher = m_teacher->views(m_teacher->flat());
    DistillScores scores;
    std::vector<size_t> rows;
    std::vector<int64_t> lengths;
    for (size_t i = 0; i < batch.sequences.size(); ++i) {
        lengths.push_back(int64_t(batch.sequences[i].ids.size()));
        scores.tokens += lengths[i];
        if (const int64_t trained = batch.sequences[i].trainedTokens(); trained > 0) {
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
                sequences.push_back(&batch.sequences[row]);
                own += lengths[row];
            }
            const PackedTargets packed(sequences, m_step.device());
            const Teaching taught = ask(batch, pass, packed, teacher ? &*teacher : nullptr, d);
            const Tensor hidden_MD
                = m_step.hidden(leaves, packed.batch, config.training).index_select(0, packed.before_M);
            const Student student { hidden_MD, leaves.head_VD, packed, int64_t(sequences.size()), tokens,
                leaves.device };
            const auto teacherLogp = [&] {
                return teacherLogProbsAt(
                    taught.hidden_ME, teacher->head_VD, packed.target_M.unsqueeze(1), d.temperature, d.logitClip)
                    .squeeze(1);
            };
            const PassLoss out = taught.support ? supportPass(student, *taught.support, d)
                : d.divergence == "minillm" ? minillmPass(student, taught.hidden_ME, teacher->head_VD, teacherLogp(), d)
                : d.divergence == "reverse_kl" ? reverseKlPass(student, teacherLogp(), d)
                : d.divergence == "classic"    ? classicPass(student, taught.hidden_ME, teacher->head_VD, d)
                                               : wholePass(student, taught.hidden_ME, teacher->head_VD, d);
            if (train)
                out.loss.backward();
            Sums& part = parts[worker];
            part.loss += out.loss.item<double>();
            part.divergence += out.divergence;
            part.entropy += out.entropy;
            part.same += double(
                likeliest(hidden_MD.detach(), leaves.head_VD.detach()).eq(taught.top_M).sum().item<int64_t>());
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

Result<DistillUpdate> DistillTrainer::update(const DistillBatch& batch, const RunConfig& config, int64_t totalUpdates,
    const std::function<void(double)>& progress)
{
    const DistillScores scores = pass(batch, true, config, progress);
    const Result<UpdateStep::Applied> applied = m_step.apply(scores.loss, config.optimizer, totalUpdates);
    if (!applied)
        return applied.error();
    return DistillUpdate { scores, applied->gradNorm, applied->learningRate };
}

DistillScores DistillTrainer::evaluate(const DistillBatch& batch, const RunConfig& config)
{
    return pass(batch, false, config, nullptr);
}

} // namespace aha
