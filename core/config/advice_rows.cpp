// Advice on runs that learn from rows: fine-tuning, preferences, distillation.

#include "core/config/advice_rules.h"
#include "core/config/batch_arithmetic.h"

namespace aha {

void adviseRows(const RunConfig& c, const AdviceContext& context, const GiveAdvice& give)
{
    const Stage stage = stageOf(c.general.kind);
    const BatchArithmetic batch = batchArithmetic(c, context.dataRows);
    if (learnsFromRows(c) && batch.epochs > 10)
        give("general.max_steps",
            "The run reads every row " + std::to_string(int64_t(batch.epochs))
                + " times: it will know them by heart. Fine-tuning takes 1 to 5 epochs, "
                + std::to_string(batch.epochSteps) + " steps each.",
            Severity::Warning);
    else if (learnsFromRows(c) && batch.epochs > 0 && batch.epochs < 0.1)
        give("general.max_steps",
            "The run sees " + adviceNumber(100 * batch.epochs) + " % of the rows; an epoch is "
                + std::to_string(batch.epochSteps) + " steps.",
            Severity::Hint);
    if (stage == Stage::FineTuning && context.model && context.model->maxPositionEmbeddings > 0
        && c.sft.maxLength > context.model->maxPositionEmbeddings)
        give("sft.max_length",
            "Rows may have " + std::to_string(c.sft.maxLength) + " tokens, and the model was made for "
                + std::to_string(context.model->maxPositionEmbeddings) + ".",
            Severity::Warning);
    if (stage == Stage::FineTuning && c.data.verifier == "auto" && c.data.mapping.empty() && !context.verifier.empty())
        give("data.verifier",
            "The rows come with answers that can be judged: with data.verifier " + context.verifier
                + " each evaluation also solves held-out problems, and the run has a pass@1 (chart Accuracy, Outcomes, "
                  "Probes). Now it measures loss and token accuracy alone.",
            Severity::Hint);
    if (c.general.kind == "kto" && c.preference.batchSize < 8)
        give("preference.batch_size",
            "KTO's baseline is the mean over the batch, and of " + std::to_string(c.preference.batchSize)
                + " examples it is mostly noise. Take at least 8.",
            Severity::Warning);
    if (stage == Stage::Preference && c.preference.beta > 1)
        give("preference.beta",
            "At β = " + adviceNumber(c.preference.beta)
                + " the policy is hardly allowed to move from the reference. DPO takes 0.1 to 0.5.",
            Severity::Hint);
    if (stage == Stage::Distillation && !c.distill.teacher.empty() && c.distill.teacher == c.model.path)
        give(
            "distill.teacher", "Teacher and student are the same model: there is nothing to learn.", Severity::Warning);
    if (stage == Stage::Distillation && c.distill.divergence == "jsd" && c.distill.topK > 0 && c.distill.topK < 8)
        give("distill.top_k",
            "Of the teacher only " + std::to_string(c.distill.topK)
                + " tokens are left at each place, and doubt is what it teaches best. Take 64, or 0 for all.",
            Severity::Hint);
}

} // namespace aha
