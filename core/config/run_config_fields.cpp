#include "core/config/run_config.h"

namespace aha {

std::string groupTitle(const std::string& group)
{
    static const std::pair<const char*, const char*> titles[] = { { "general", "Run" }, { "model", "Model" },
        { "adapter", "Adapter (LoRA)" }, { "task", "Task" }, { "data", "Data set" }, { "prompt", "Prompt" },
        { "rollout", "Rollout" }, { "algorithm", "Algorithm" }, { "sft", "Fine-tuning" }, { "optimizer", "Optimizer" },
        { "training", "Training memory" }, { "rewards", "Rewards" }, { "eval", "Evaluation" },
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
        { { "general", "kind", "Stage", "What the run does. grpo: reinforcement learning from verifiable rewards. sft: supervised fine-tuning on a data set.", "", 0, 0, { "grpo", "sft" } }, &c.general.kind },
        { { "general", "seed", "Seed", "Fixes problems, samples and order. Same seed, machine and threads give the same bits.", "", 0, 9007199254740991.0 }, &c.general.seed },
        { live({ "general", "max_steps", "Steps", "Training steps. grpo: each samples one rollout batch and updates on it. sft: each is one optimizer update.", "steps", 1, kMany }), &c.general.maxSteps },
        { { "general", "device", "Device", "Where the model computes. auto takes an NVIDIA GPU if it can be used; the run stores what it came to.", "", 0, 0, { "cpu", "cuda", "auto" } }, &c.general.device },
        { { "general", "threads", "Threads", "Worker threads; 0 takes one per core. The count is part of the exact result.", "", 0, 256 }, &c.general.threads },

        { { "model", "path", "Model folder", "Hugging Face style folder: config.json, safetensors, tokenizer. Or a GGUF file, to train an adapter beside it." }, &c.model.path },

        { { "adapter", "rank", "Rank", "Trains a low-rank adapter of this rank beside the frozen model; 0 trains the whole model.", "", 0, 4096 }, &c.adapter.rank },
        { advanced({ "adapter", "alpha", "Alpha", "The adapter's part is scaled by alpha / rank.", "", 0.001, 10000 }), &c.adapter.alpha },
        { advanced({ "adapter", "dropout", "Dropout", "Share of the adapter's inputs that training drops at random. GRPO's ratio then compares a thinned policy with the one that sampled.", "", 0, 0.99 }), &c.adapter.dropout },
        { advanced({ "adapter", "rank_stabilized", "Rank-stabilized", "Scales by alpha / sqrt(rank) instead, so that large ranks learn as fast as small ones." }), &c.adapter.rankStabilized },
        { advanced({ "adapter", "targets", "Adapted matrices", "Which matrices of every layer get an adapter.", "", 0, 0, { "all", "attention", "mlp", "query_value" } }), &c.adapter.targets },

        { { "task", "name", "Task", "Problems with answers that a rule can check. countdown: reach a target with given numbers. arithmetic: the value of an expression. dataset: rows of data.path with their answers.", "", 0, 0, { "countdown", "arithmetic", "dataset" } }, &c.task.name },
        { { "task", "numbers", "Numbers", "How many numbers a problem gives. In countdown each must be used exactly once.", "", 2, 6 }, &c.task.numbers },
        { { "task", "number_min", "Smallest number", "Smallest number that a problem may give.", "", 0, 9999 }, &c.task.numberMin },
        { { "task", "number_max", "Largest number", "Largest number that a problem may give.", "", 0, 9999 }, &c.task.numberMax },
        { { "task", "target_min", "Smallest target", "Countdown: smallest value to reach.", "", -99999, 99999 }, &c.task.targetMin },
        { { "task", "target_max", "Largest target", "Countdown: largest value to reach.", "", -99999, 99999 }, &c.task.targetMax },
        { { "task", "operators", "Operators", "Operators of the reference solutions, any of + - *.", "", 0, 0, { "+", "-", "*", "+-", "+*", "-*", "+-*" } }, &c.task.operators },
        { advanced({ "task", "value_min", "Smallest value", "Every intermediate value of a reference solution is at least this.", "", -999999, 999999 }), &c.task.valueMin },
        { advanced({ "task", "value_max", "Largest value", "Every intermediate value of a reference solution is at most this.", "", -999999, 999999 }), &c.task.valueMax },
        { advanced({ "task", "held_out_percent", "Held out", "Share of all problems that are never trained on. Chosen by a hash of the problem.", "%", 1, 90 }), &c.task.heldOutPercent },

        { { "data", "path", "Data set", "File (JSONL, JSON, CSV, Parquet) or folder with rows. Several, separated by semicolons, make a mixture." }, &c.data.path },
        { { "data", "split", "Split", "Which split of a folder trains; empty takes the only one, or train. One for all sources, or one each, separated by semicolons." }, &c.data.split },
        { advanced({ "data", "slice", "Slice", "Part of each source, as in Python: [:1000], [-100:], [::10], [10%:20%]. One for all sources, or one each, separated by semicolons." }), &c.data.slice },
        { { "data", "weights", "Weights", "Shares of the sources in a mixture, separated by semicolons; empty mixes by their sizes." }, &c.data.weights },
        { advanced({ "data", "mixture_end", "Mixture ends", "An epoch of a mixture ends before the first source would repeat a row, or when all rows of all sources have come.", "", 0, 0, { "first_exhausted", "all_exhausted" } }), &c.data.mixtureEnd },
        { { "data", "mapping", "Columns", "Which column plays which part; empty recognises the layout. Else the layout's name, pairs such as prompt=question, gold=answer, or a mapping as JSON." }, &c.data.mapping },
        { { "data", "system_prompt", "System prompt", "Put before conversations that have no system turn of their own." }, &c.data.systemPrompt },
        { { "data", "as_chat", "As chat", "Plain prompts and completions become a turn of the user and one of the assistant, for the model's chat template." }, &c.data.asChat },
        { advanced({ "data", "pass_rate_min", "Lowest pass rate", "Rows whose pass rate is lower are left out, where rows have one.", "", 0, 1 }), &c.data.passRateMin },
        { advanced({ "data", "pass_rate_max", "Highest pass rate", "Rows whose pass rate is higher are left out, where rows have one.", "", 0, 1 }), &c.data.passRateMax },
        { { "data", "max_examples", "Most rows", "At most so many rows train: drawn by the seed when they are shuffled, else the first. 0 takes all.", "", 0, kMany }, &c.data.maxExamples },
        { { "data", "shuffle", "Shuffle", "Shuffles the rows anew each epoch, by the seed." }, &c.data.shuffle },
        { advanced({ "data", "bad_rows", "Bad rows", "What an unreadable row does: end the run before it starts, or be left out and counted.", "", 0, 0, { "fatal", "skip" } }), &c.data.badRows },
        { { "data", "eval_path", "Held-out rows", "File or folder with rows for evaluation; empty takes them from the data set itself." }, &c.data.evalPath },
        { { "data", "eval_split", "Held-out split", "Which split is held out for evaluation." }, &c.data.evalSplit },
        { { "data", "eval_percent", "Held-out share", "Share of the rows kept for evaluation, drawn by the seed, where neither a held-out path nor a split is given.", "%", 0, 90 }, &c.data.evalPercent },

        { { "prompt", "style", "Style", "chat: the problem is a user's message in the model's chat template. text: the model continues the bare problem. auto: chat where the model has a template.", "", 0, 0, { "auto", "chat", "text" } }, &c.prompt.style },
        { { "prompt", "system", "System message", "Put before the conversation when the style is chat; empty: none, or the template's own." }, &c.prompt.system },
        { advanced({ "prompt", "example_question", "Example question", "A user's message that shows a problem, before the real one. Empty: no example." }), &c.prompt.exampleQuestion },
        { advanced({ "prompt", "example_answer", "Example answer", "The assistant's message that answers the example in the wanted format." }), &c.prompt.exampleAnswer },

        { { "rollout", "prompts_per_step", "Prompts per step", "Different problems in one rollout batch.", "", 1, 65536 }, &c.rollout.promptsPerStep },
        { { "rollout", "num_generations", "Group size G", "Completions sampled for each prompt. The group is the baseline of its own advantages.", "", 2, 4096 }, &c.rollout.numGenerations },
        { { "rollout", "max_completion_length", "Longest completion", "Sampling stops here; such completions count as truncated.", "tokens", 1, 1048576 }, &c.rollout.maxCompletionLength },
        { live({ "rollout", "temperature", "Temperature", "Logits are divided by this, when sampling and when training.", "", 0.01, 10 }), &c.rollout.temperature },
        { advanced({ "rollout", "top_k", "Top-k", "Sample among the k most likely tokens; 0 switches it off.", "", 0, 1048576 }), &c.rollout.topK },
        { advanced({ "rollout", "top_p", "Top-p", "Sample among the most likely tokens that together reach this probability.", "", 0.0001, 1 }), &c.rollout.topP },
        { advanced({ "rollout", "min_p", "Min-p", "Drop tokens below this share of the most likely one's probability.", "", 0, 1 }), &c.rollout.minP },
        { advanced({ "rollout", "repetition_penalty", "Repetition penalty", "Divides the positive and multiplies the negative logits of tokens already seen. 1 switches it off.", "", 0.1, 10 }), &c.rollout.repetitionPenalty },
        { advanced({ "rollout", "stop", "Stop text", "A completion also ends with the token that completes this text, e.g. </answer>. Empty: only with the end token." }), &c.rollout.stop },
        { advanced({ "rollout", "weights", "Rollout weights", "Precision of the weights that completions are sampled with. bfloat16 and int8 read less memory, which makes large models faster; training stays float32, and the difference is measured and corrected. CPU only.", "", 0, 0, { "float32", "bfloat16", "int8" } }), &c.rollout.weights },

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

        { { "sft", "loss_on", "Trained tokens", "auto: the completion where rows have a prompt, else all. assistant: what the chat template marks as the assistant's words.", "", 0, 0, { "auto", "completion", "assistant", "all" } }, &c.sft.lossOn },
        { { "sft", "loss_type", "Loss", "nll: negative log-likelihood. dft: each token's likelihood also weighs its loss (dynamic fine-tuning).", "", 0, 0, { "nll", "dft" } }, &c.sft.lossType },
        { { "sft", "max_length", "Longest row", "Training rows are cut here; with the packing bfd_split or wrapped what follows goes on elsewhere.", "tokens", 2, 1048576 }, &c.sft.maxLength },
        { { "sft", "packing", "Packing", "Several examples in one training row, never seeing each other. bfd: best fit, longest first. bfd_split: without dropping what is too long. wrapped: end to end, without boundaries.", "", 0, 0, { "none", "bfd", "bfd_split", "wrapped" } }, &c.sft.packing },
        { { "sft", "batch_size", "Batch", "Training rows of one optimizer update. The loss is the mean over all their trained tokens.", "rows", 1, 65536 }, &c.sft.batchSize },
        { advanced({ "sft", "label_smoothing", "Label smoothing", "Share of the loss that is spread over the whole vocabulary. Not with dft.", "", 0, 0.999 }), &c.sft.labelSmoothing },
        { advanced({ "sft", "z_loss", "Z-loss", "Weight of the squared log-normalizer, which keeps logits from drifting.", "", 0, 1 }), &c.sft.zLoss },
        { { "sft", "eval_completions", "Example completions", "Completions of held-out prompts sampled at each evaluation, to read.", "", 0, 256 }, &c.sft.evalCompletions },

        { live({ "optimizer", "learning_rate", "Learning rate", "Peak rate of AdamW.", "", 0, 1 }), &c.optimizer.learningRate },
        { { "optimizer", "schedule", "Schedule", "How the rate moves over all updates of the run, by transformers' names. constant has no warm-up.", "", 0, 0, { "constant", "constant_with_warmup", "linear", "cosine", "cosine_with_min_lr", "cosine_warmup_with_min_lr", "cosine_with_restarts", "warmup_stable_decay", "inverse_sqrt", "polynomial" } }, &c.optimizer.schedule },
        { { "optimizer", "warmup_steps", "Warm-up", "Updates over which the rate rises from 0.", "updates", 0, kMany }, &c.optimizer.warmupSteps },
        { advanced({ "optimizer", "min_rate_ratio", "Smallest rate", "Where the schedule ends, as a share of the peak: cosine_with_min_lr, cosine_warmup_with_min_lr, warmup_stable_decay, polynomial.", "", 0, 1 }), &c.optimizer.minRateRatio },
        { advanced({ "optimizer", "decay_steps", "Decay", "warmup_stable_decay: the last updates, over which the rate falls.", "updates", 0, kMany }), &c.optimizer.decaySteps },
        { advanced({ "optimizer", "warmup_shape", "Warm-up shape", "Of warmup_stable_decay.", "", 0, 0, { "linear", "cosine", "1-sqrt" } }), &c.optimizer.warmupShape },
        { advanced({ "optimizer", "decay_shape", "Decay shape", "Of warmup_stable_decay.", "", 0, 0, { "linear", "cosine", "1-sqrt" } }), &c.optimizer.decayShape },
        { advanced({ "optimizer", "cycles", "Cycles", "cosine_with_restarts: how often the rate falls.", "", 1, 10000 }), &c.optimizer.cycles },
        { advanced({ "optimizer", "power", "Power", "Of the polynomial schedule.", "", 0.01, 100 }), &c.optimizer.power },
        { { "optimizer", "weight_decay", "Weight decay", "Decoupled decay of matrices; norms are exempt.", "", 0, 10 }, &c.optimizer.weightDecay },
        { advanced({ "optimizer", "adam_beta1", "Adam β1", "Decay of the first moment.", "", 0, 0.999999 }), &c.optimizer.beta1 },
        { advanced({ "optimizer", "adam_beta2", "Adam β2", "Decay of the second moment.", "", 0, 0.999999 }), &c.optimizer.beta2 },
        { advanced({ "optimizer", "adam_epsilon", "Adam ε", "Added to the root of the second moment.", "", 1e-20, 1 }), &c.optimizer.adamEpsilon },
        { live({ "optimizer", "max_grad_norm", "Gradient clip", "The gradient is scaled down to this global norm.", "", 1e-6, 1e9 }), &c.optimizer.maxGradNorm },

        { advanced({ "training", "gradient_checkpointing", "Gradient checkpointing", "Keeps only each layer's input for the backward pass and computes the layer again: the same numbers, far less memory, a third more time. auto does it when the layers of one pass would take more than 256 MB a thread.", "", 0, 0, { "auto", "on", "off" } }), &c.training.gradientCheckpointing },
        { advanced({ "training", "tokens_per_pass", "Tokens per pass", "Tokens that go through forward and backward at once on each thread; 0 takes 768, on a GPU 32,768. Gradients add up to those of the whole mini-batch; a single longer sequence passes whole.", "tokens", 0, 1048576 }), &c.training.tokensPerPass },

        { live({ "rewards", "accuracy", "Accuracy", "Weight of the right answer, judged by exact arithmetic.", "", -100, 100 }), &c.rewards.accuracy },
        { live({ "rewards", "format", "Format", "Weight of <think>…</think> <answer>…</answer> and nothing else.", "", -100, 100 }), &c.rewards.format },
        { live({ "rewards", "language", "Language", "Weight of the share of words in the target language (R1's language-consistency reward).", "", -100, 100 }), &c.rewards.language },
        { live({ "rewards", "tags", "Tags", "Weight of the share of <think>, </think>, <answer>, </answer> that occur exactly once: a graded step towards the format.", "", -100, 100 }), &c.rewards.tags },
        { { "rewards", "target_language", "Target language", "The language that the language reward counts.", "", 0, 0, { "en", "zh" } }, &c.rewards.targetLanguage },
        { { "rewards", "strict", "Strict", "The accuracy reward is given only when the format is right too." }, &c.rewards.strict },

        { { "eval", "every_steps", "Every", "Steps between evaluations on the held-out problems; 0 evaluates at the start and the end only.", "steps", 0, kMany }, &c.eval.everySteps },
        { { "eval", "problems", "Problems", "Held-out problems of each evaluation; a fixed set. sft: at most so many held-out rows.", "", 1, 100000 }, &c.eval.problems },
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
