#include "core/config/run_config.h"

namespace aha {

std::string groupTitle(const std::string& group)
{
    static const std::pair<const char*, const char*> titles[] = { { "general", "Run" }, { "model", "Model" },
        { "adapter", "Adapter (LoRA)" }, { "task", "Task" }, { "rollout", "Rollout" }, { "algorithm", "Algorithm" },
        { "optimizer", "Optimizer" }, { "rewards", "Rewards" }, { "eval", "Evaluation" },
        { "checkpoint", "Checkpoints" }, { "storage", "Storage" } };
    for (const auto& [key, title] : titles)
        if (group == key)
            return title;
    return group;
}

// A table: one line a field, whatever its length.
// clang-format off
std::vector<Field> fields(RunConfig& c)
{
    const auto live = [](FieldInfo info) { info.live = true; return info; };
    const auto advanced = [](FieldInfo info) { info.advanced = true; return info; };
    constexpr double kMany = 1e9;
    return {
        { { "general", "name", "Name", "Shown in the run table." }, &c.general.name },
        { { "general", "kind", "Stage", "What the run does. GRPO is reinforcement learning from verifiable rewards.", "", 0, 0, { "grpo" } }, &c.general.kind },
        { { "general", "seed", "Seed", "Fixes problems, samples and order. Same seed, machine and threads give the same bits.", "", 0, 9007199254740991.0 }, &c.general.seed },
        { live({ "general", "max_steps", "Steps", "Training steps. Each samples one rollout batch and updates on it.", "steps", 1, kMany }), &c.general.maxSteps },
        { { "general", "device", "Device", "Where the model computes. auto takes an NVIDIA GPU if it can be used; the run stores what it came to.", "", 0, 0, { "cpu", "cuda", "auto" } }, &c.general.device },
        { { "general", "threads", "Threads", "Worker threads; 0 takes one per core. The count is part of the exact result.", "", 0, 256 }, &c.general.threads },

        { { "model", "path", "Model folder", "Hugging Face style folder: config.json, safetensors, tokenizer. Or a GGUF file, to train an adapter beside it." }, &c.model.path },

        { { "adapter", "rank", "Rank", "Trains a low-rank adapter of this rank beside the frozen model; 0 trains the whole model.", "", 0, 4096 }, &c.adapter.rank },
        { advanced({ "adapter", "alpha", "Alpha", "The adapter's part is scaled by alpha / rank.", "", 0.001, 10000 }), &c.adapter.alpha },
        { advanced({ "adapter", "rank_stabilized", "Rank-stabilized", "Scales by alpha / sqrt(rank) instead, so that large ranks learn as fast as small ones." }), &c.adapter.rankStabilized },
        { advanced({ "adapter", "targets", "Adapted matrices", "Which matrices of every layer get an adapter.", "", 0, 0, { "all", "attention", "mlp", "query_value" } }), &c.adapter.targets },

        { { "task", "name", "Task", "Problems with answers that a rule can check.", "", 0, 0, { "countdown" } }, &c.task.name },
        { { "task", "numbers", "Numbers", "How many numbers a problem gives. Each must be used exactly once.", "", 2, 6 }, &c.task.numbers },
        { { "task", "number_min", "Smallest number", "Smallest number that a problem may give.", "", 0, 9999 }, &c.task.numberMin },
        { { "task", "number_max", "Largest number", "Largest number that a problem may give.", "", 0, 9999 }, &c.task.numberMax },
        { { "task", "target_min", "Smallest target", "Smallest value to reach.", "", -99999, 99999 }, &c.task.targetMin },
        { { "task", "target_max", "Largest target", "Largest value to reach.", "", -99999, 99999 }, &c.task.targetMax },
        { { "task", "operators", "Operators", "Operators of the reference solutions, any of + - *.", "", 0, 0, { "+", "-", "*", "+-", "+*", "-*", "+-*" } }, &c.task.operators },
        { advanced({ "task", "value_min", "Smallest value", "Every intermediate value of a reference solution is at least this.", "", -999999, 999999 }), &c.task.valueMin },
        { advanced({ "task", "value_max", "Largest value", "Every intermediate value of a reference solution is at most this.", "", -999999, 999999 }), &c.task.valueMax },
        { advanced({ "task", "held_out_percent", "Held out", "Share of all problems that are never trained on. Chosen by a hash of the problem.", "%", 1, 90 }), &c.task.heldOutPercent },

        { { "rollout", "prompts_per_step", "Prompts per step", "Different problems in one rollout batch.", "", 1, 65536 }, &c.rollout.promptsPerStep },
        { { "rollout", "num_generations", "Group size G", "Completions sampled for each prompt. The group is the baseline of its own advantages.", "", 2, 4096 }, &c.rollout.numGenerations },
        { { "rollout", "max_completion_length", "Longest completion", "Sampling stops here; such completions count as truncated.", "tokens", 1, 1048576 }, &c.rollout.maxCompletionLength },
        { live({ "rollout", "temperature", "Temperature", "Logits are divided by this, when sampling and when training.", "", 0.01, 10 }), &c.rollout.temperature },
        { advanced({ "rollout", "top_k", "Top-k", "Sample among the k most likely tokens; 0 switches it off.", "", 0, 1048576 }), &c.rollout.topK },
        { advanced({ "rollout", "top_p", "Top-p", "Sample among the most likely tokens that together reach this probability.", "", 0.0001, 1 }), &c.rollout.topP },
        { advanced({ "rollout", "min_p", "Min-p", "Drop tokens below this share of the most likely one's probability.", "", 0, 1 }), &c.rollout.minP },
        { advanced({ "rollout", "repetition_penalty", "Repetition penalty", "Divides the positive and multiplies the negative logits of tokens already seen. 1 switches it off.", "", 0.1, 10 }), &c.rollout.repetitionPenalty },
        { { "rollout", "stop", "Stop text", "A completion also ends with the token that completes this text, e.g. </answer>. Empty: only with the end token." }, &c.rollout.stop },
        { { "rollout", "weights", "Rollout weights", "Precision of the weights that completions are sampled with. bfloat16 and int8 read less memory, which makes large models faster; training stays float32, and the difference is measured and corrected. CPU only.", "", 0, 0, { "float32", "bfloat16", "int8" } }, &c.rollout.weights },

        { { "algorithm", "loss_type", "Loss", "grpo: mean over sequences (the R1 form, favours length). dapo: mean over all tokens. dr_grpo: sum over a constant length. bnpo: mean over the mini-batch's tokens.", "", 0, 0, { "grpo", "dr_grpo", "dapo", "bnpo" } }, &c.algorithm.lossType },
        { live({ "algorithm", "beta", "KL weight β", "Weight of the KL term (k3) to the frozen starting policy. 0 loads no reference model.", "", 0, 100 }), &c.algorithm.beta },
        { advanced({ "algorithm", "use_bias_correction_kl", "KL bias correction", "Multiplies the KL term by the importance ratio, as TRL does by default." }), &c.algorithm.useBiasCorrectionKl },
        { live({ "algorithm", "epsilon", "Clip ε", "The ratio of new to old probability is clipped below at 1 - ε.", "", 0, 1 }), &c.algorithm.epsilon },
        { live({ "algorithm", "epsilon_high", "Clip ε high", "The ratio is clipped above at 1 + this. DAPO uses 0.28.", "", 0, 100 }), &c.algorithm.epsilonHigh },
        { { "algorithm", "num_iterations", "Iterations μ", "Passes over each rollout batch.", "", 1, 100 }, &c.algorithm.numIterations },
        { { "algorithm", "steps_per_generation", "Mini-batches", "Optimizer updates per pass over a rollout batch. R1 used 16.", "", 1, 4096 }, &c.algorithm.stepsPerGeneration },
        { { "algorithm", "scale_rewards", "Scale rewards", "What the centred rewards are divided by: the group's standard deviation, the batch's, or nothing.", "", 0, 0, { "group", "batch", "none" } }, &c.algorithm.scaleRewards },
        { { "algorithm", "mask_truncated_completions", "Mask truncated", "Truncated completions do not train, but still count in their group's baseline." }, &c.algorithm.maskTruncatedCompletions },
        { advanced({ "algorithm", "sampler_correction", "Sampler correction", "Importance sampling between the sampler's distribution and the trained policy. truncate caps the ratio, mask drops what exceeds it; token or whole sequence. auto: token_truncate unless rollouts are float32.", "", 0, 0, { "auto", "off", "token_truncate", "token_mask", "sequence_truncate", "sequence_mask" } }), &c.algorithm.samplerCorrection },
        { advanced({ "algorithm", "sampler_correction_cap", "Correction cap", "Largest importance ratio: truncated to it, or masked above it.", "", 1, 1000 }), &c.algorithm.samplerCorrectionCap },

        { live({ "optimizer", "learning_rate", "Learning rate", "Peak rate of AdamW.", "", 0, 1 }), &c.optimizer.learningRate },
        { { "optimizer", "schedule", "Schedule", "How the rate falls after the warm-up, over all updates of the run.", "", 0, 0, { "constant", "linear", "cosine" } }, &c.optimizer.schedule },
        { { "optimizer", "warmup_steps", "Warm-up", "Updates over which the rate rises linearly from 0.", "updates", 0, kMany }, &c.optimizer.warmupSteps },
        { { "optimizer", "weight_decay", "Weight decay", "Decoupled decay of matrices; norms are exempt.", "", 0, 10 }, &c.optimizer.weightDecay },
        { advanced({ "optimizer", "adam_beta1", "Adam β1", "Decay of the first moment.", "", 0, 0.999999 }), &c.optimizer.beta1 },
        { advanced({ "optimizer", "adam_beta2", "Adam β2", "Decay of the second moment.", "", 0, 0.999999 }), &c.optimizer.beta2 },
        { advanced({ "optimizer", "adam_epsilon", "Adam ε", "Added to the root of the second moment.", "", 1e-20, 1 }), &c.optimizer.adamEpsilon },
        { live({ "optimizer", "max_grad_norm", "Gradient clip", "The gradient is scaled down to this global norm.", "", 1e-6, 1e9 }), &c.optimizer.maxGradNorm },

        { live({ "rewards", "accuracy", "Accuracy", "Weight of the right answer, judged by exact arithmetic.", "", -100, 100 }), &c.rewards.accuracy },
        { live({ "rewards", "format", "Format", "Weight of <think>…</think> <answer>…</answer> and nothing else.", "", -100, 100 }), &c.rewards.format },
        { live({ "rewards", "language", "Language", "Weight of the share of words in the target language (R1's language-consistency reward).", "", -100, 100 }), &c.rewards.language },
        { { "rewards", "target_language", "Target language", "The language that the language reward counts.", "", 0, 0, { "en", "zh" } }, &c.rewards.targetLanguage },
        { { "rewards", "strict", "Strict", "The accuracy reward is given only when the format is right too." }, &c.rewards.strict },

        { { "eval", "every_steps", "Every", "Steps between evaluations on the held-out problems; 0 evaluates at the start and the end only.", "steps", 0, kMany }, &c.eval.everySteps },
        { { "eval", "problems", "Problems", "Held-out problems of each evaluation; a fixed set.", "", 1, 100000 }, &c.eval.problems },
        { { "eval", "samples", "Samples", "Completions per problem.", "", 1, 1024 }, &c.eval.samples },
        { { "eval", "final_samples", "Samples, first and last", "Completions per problem at step 0 and at the end, for pass@k and cons@k.", "", 1, 1024 }, &c.eval.finalSamples },
        { advanced({ "eval", "final_problems", "Problems, first and last", "Held-out problems of the evaluations at step 0 and at the end.", "", 1, 100000 }), &c.eval.finalProblems },

        { { "checkpoint", "every_steps", "Every", "Steps between checkpoints. Steps after the last one are recomputed on resume.", "steps", 1, kMany }, &c.checkpoint.everySteps },
        { { "checkpoint", "keep", "Keep", "Newest checkpoints to keep; the first and the last always stay.", "", 2, 100000 }, &c.checkpoint.keep },

        { advanced({ "storage", "token_detail_share", "Token detail", "Share of the groups whose per-token log-probs and entropies are stored for the trace view.", "", 0, 1 }), &c.storage.tokenDetailShare },
        { advanced({ "storage", "token_detail_mb_per_step", "Token detail bound", "Upper bound of that detail.", "MB per step", 0, 1024 }), &c.storage.tokenDetailMbPerStep },
    };
}
// clang-format on

} // namespace aha
