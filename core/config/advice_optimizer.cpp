// Advice on the learning rate, the adapter and memory, where the model's size is known.

#include "core/config/advice_rules.h"
#include "core/config/batch_arithmetic.h"

namespace aha {

namespace {

/// Rates that published recipes use, for models of at least a hundred million parameters.
struct UsualRates {
    double low, high;
    const char* source;
};

UsualRates usualRates(const RunConfig& c)
{
    const bool adapter = c.adapter.rank > 0;
    switch (stageOf(c.general.kind)) {
    case Stage::Online:
        return adapter ? UsualRates { 1e-6, 2e-4, "LoRA with GRPO: 1e-5 to 1e-4" }
                       : UsualRates { 1e-7, 2e-5, "R1: 3e-6, TinyZero: 1e-6, open-r1's demo: 2e-5" };
    case Stage::Preference:
        return adapter ? UsualRates { 1e-6, 1e-4, "LoRA with DPO: about 5e-6" }
                       : UsualRates { 1e-8, 5e-6, "TRL's DPO: 1e-6" };
    default:
        return adapter ? UsualRates { 1e-5, 1e-3, "LoRA: 1e-4 to 2e-4" }
                       : UsualRates { 1e-6, 1e-4, "TRL's SFT: 2e-5, open-r1: 4e-5" };
    }
}

void adviseRate(const RunConfig& c, int64_t parameters, const GiveAdvice& give)
{
    const double rate = c.optimizer.learningRate;
    if (rate == 0) {
        give("optimizer.learning_rate", "The learning rate is 0: nothing will change.", Severity::Warning);
        return;
    }
    if (parameters < 100'000'000) // a miniature bears far more, and its experiments say how much
        return;
    const UsualRates usual = usualRates(c);
    const std::string what
        = c.adapter.rank > 0 ? "for an adapter beside a model of this size" : "for all weights of a model of this size";
    if (rate > usual.high)
        give("optimizer.learning_rate",
            adviceNumber(rate) + " is higher than recipes take " + what + " (" + usual.source
                + "): expect collapse within some steps.",
            Severity::Warning);
    else if (rate < usual.low)
        give("optimizer.learning_rate",
            adviceNumber(rate) + " is lower than recipes take " + what + " (" + usual.source
                + "): hardly anything will be learned.",
            Severity::Warning);
    if (stageOf(c.general.kind) == Stage::Online && c.algorithm.beta > 0 && rate > usual.high / 2)
        give("algorithm.beta",
            "The KL term holds the policy and the rate " + adviceNumber(rate)
                + " pulls it away: the KL spikes that follow are reported often. Lower optimizer.learning_rate first.",
            Severity::Hint);
}

} // namespace

void adviseOptimizer(const RunConfig& c, const AdviceContext& context, const GiveAdvice& give)
{
    if (context.model) {
        adviseRate(c, context.model->parameterCount(), give);
        const double logitsMb = double(context.model->vocabSize) * double(c.training.tokensPerPass) * 4 / 1e6;
        const bool online = stageOf(c.general.kind) == Stage::Online;
        if (c.training.tokensPerPass > 0 && c.training.tokensPerPass < c.rollout.maxCompletionLength && online)
            give("training.tokens_per_pass",
                "A completion may be longer (" + std::to_string(c.rollout.maxCompletionLength)
                    + " tokens) than a pass (" + std::to_string(c.training.tokensPerPass)
                    + "), and passes whole: memory follows the longest one, not this bound.",
                Severity::Hint);
        else if (logitsMb > 8000)
            give("training.tokens_per_pass",
                "Its " + std::to_string(c.training.tokensPerPass) + " tokens × "
                    + std::to_string(context.model->vocabSize) + " entries of the vocabulary are "
                    + std::to_string(int(logitsMb / 1000))
                    + " GB of logits, were they not computed in pieces: the pass will wait for them. 0 chooses a "
                      "bound.",
                Severity::Hint);
    } else if (c.optimizer.learningRate == 0) {
        adviseRate(c, 0, give);
    }
    const int64_t updates = updatesOfRun(c);
    if (c.optimizer.warmupSteps >= updates)
        give("optimizer.warmup_steps",
            "The run has " + std::to_string(updates) + " updates and warms up for "
                + std::to_string(c.optimizer.warmupSteps) + ": it never reaches its learning rate.",
            Severity::Warning);
    if (c.adapter.rank > 0) {
        const double scale = c.adapter.alpha / double(c.adapter.rank);
        if (!c.adapter.rankStabilized && (scale > 8 || scale < 0.125))
            give("adapter.alpha",
                "The adapter's part is scaled by alpha / rank = " + adviceNumber(scale)
                    + ": the learning rate means something else than in recipes, which have 1 to 2.",
                Severity::Warning);
        if (c.adapter.dropout > 0 && stageOf(c.general.kind) == Stage::Online)
            give("adapter.dropout",
                "The policy that trains is a thinned one, the one that sampled was not: their ratio is off from the "
                "first update on. Set it to 0 for reinforcement learning.",
                Severity::Warning);
    }
}

} // namespace aha
