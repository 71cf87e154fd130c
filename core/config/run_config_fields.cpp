#include "core/config/run_config.h"

namespace aha {

std::string groupTitle(const std::string& group)
{
    static const std::pair<const char*, const char*> titles[]
        = { { "general", "Run" }, { "model", "Model" }, { "adapter", "Adapter (LoRA)" }, { "task", "Task" },
              { "data", "Data set" }, { "prompt", "Prompt" }, { "rollout", "Rollout" }, { "algorithm", "Algorithm" },
              { "entropy", "Entropy bonus" }, { "selection", "Group selection" }, { "critic", "Critic" },
              { "sft", "Fine-tuning" }, { "preference", "Preferences" }, { "distill", "Distillation" },
              { "optimizer", "Optimizer" }, { "training", "Training memory" }, { "rewards", "Rewards" },
              { "eval", "Evaluation" }, { "checkpoint", "Checkpoints" }, { "storage", "Storage" } };
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
        { { "general", "kind", "Algorithm", "What the run does. Reinforcement learning from verifiable rewards: grpo, rloo, reinforce, reinforce_pp (REINFORCE++), reinforce_pp_baseline, remax, ppo, mirror_descent (Kimi k1.5), rft (imitates right completions). From rows of a data set: sft, and dpo, kto, cpo (with SimPO), orpo on preferences. distill: from a teacher model.", "", 0, 0, { "grpo", "rloo", "reinforce", "reinforce_pp", "reinforce_pp_baseline", "remax", "ppo", "mirror_descent", "rft", "sft", "dpo", "kto", "cpo", "orpo", "distill" } }, &c.general.kind },
        { { "general", "seed", "Seed", "Fixes problems, samples and order. Same seed, machine and threads give the same bits.", "", 0, 9007199254740991.0 }, &c.general.seed },
        { live({ "general", "max_steps", "Steps", "Training steps. With reinforcement learning each samples one rollout batch and updates on it; else each is one optimizer update.", "steps", 1, kMany }), &c.general.maxSteps },
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

        { { "algorithm", "loss_type", "Loss", "grpo: mean over sequences (the R1 form, favours length). dapo: mean over all tokens. dr_grpo: sum over a constant length. bnpo: mean over the mini-batch's tokens. cispo, sapo, luspo and vespo weigh or clip the ratio in their own ways (see algo/).", "", 0, 0, { "grpo", "dr_grpo", "dapo", "bnpo", "cispo", "sapo", "luspo", "vespo" } }, &c.algorithm.lossType },
        { advanced({ "algorithm", "importance_sampling_level", "Ratio", "The importance ratio of each token, or of the whole sequence (GSPO).", "", 0, 0, { "token", "sequence" } }), &c.algorithm.importanceLevel },
        { live({ "algorithm", "beta", "KL weight β", "Weight of the KL term to the reference policy. 0 loads no reference model.", "", 0, 100 }), &c.algorithm.beta },
        { advanced({ "algorithm", "kl_placement", "KL in", "The KL term is part of the loss, or taken off the rewards.", "", 0, 0, { "loss", "reward" } }), &c.algorithm.klPlacement },
        { advanced({ "algorithm", "kl_estimator", "KL estimator", "Of each token, from its log-ratio d of policy to reference. k1: d. k2: d²/2. k3: exp(-d) - 1 + d, never negative.", "", 0, 0, { "k1", "k2", "k3" } }), &c.algorithm.klEstimator },
        { advanced({ "algorithm", "use_bias_correction_kl", "KL bias correction", "Multiplies the KL term of the loss by the importance ratio, as TRL does by default." }), &c.algorithm.useBiasCorrectionKl },
        { advanced({ "algorithm", "ref_model_sync_steps", "Reference moves every", "Steps after which the reference policy is mixed with the trained one. 0 keeps it where it began. R1: 400.", "steps", 0, kMany }), &c.algorithm.refSyncSteps },
        { advanced({ "algorithm", "ref_model_mixup_alpha", "Reference mixing", "Share of the trained policy in the moved reference; 1 replaces it.", "", 0, 1 }), &c.algorithm.refMixupAlpha },
        { live({ "algorithm", "epsilon", "Clip ε", "The ratio of new to old probability is clipped below at 1 - ε.", "", 0, 1 }), &c.algorithm.epsilon },
        { live({ "algorithm", "epsilon_high", "Clip ε high", "The ratio is clipped above at 1 + this. DAPO uses 0.28. cispo caps at this value itself.", "", 0, 100 }), &c.algorithm.epsilonHigh },
        { advanced({ "algorithm", "delta", "Ratio bound δ", "Largest ratio that a token of negative advantage may have in the loss (two-sided clip, INTELLECT-2: 4). 0: no bound.", "", 0, 1000 }), &c.algorithm.delta },
        { advanced({ "algorithm", "dual_clip", "Dual clip", "Bounds the loss of tokens with a negative advantage at so many advantages (verl: 3). 0: no bound.", "", 0, 1000 }), &c.algorithm.dualClip },
        { advanced({ "algorithm", "covariance", "Covariance", "What happens to the tokens whose log-prob and advantage vary together most, which is where entropy collapses. clip_cov takes some from the gradient; kl_cov holds them with a KL term.", "", 0, 0, { "none", "clip_cov", "kl_cov" } }), &c.algorithm.covariance },
        { advanced({ "algorithm", "covariance_share", "Covariance share", "Share of the tokens it concerns.", "", 0, 1 }), &c.algorithm.covarianceShare },
        { advanced({ "algorithm", "covariance_kl_weight", "Covariance KL weight", "Weight of the KL term that kl_cov gives to the chosen tokens.", "", 0, 100 }), &c.algorithm.covarianceKlWeight },
        { advanced({ "algorithm", "sapo_temperature_pos", "SAPO τ+", "Sharpness of the soft gate where the advantage is positive.", "", 0.01, 100 }), &c.algorithm.sapoTemperaturePos },
        { advanced({ "algorithm", "sapo_temperature_neg", "SAPO τ-", "Sharpness of the soft gate where the advantage is negative.", "", 0.01, 100 }), &c.algorithm.sapoTemperatureNeg },
        { advanced({ "algorithm", "vespo_k_pos", "VESPO k+", "Power of the sequence weight where the advantage is positive.", "", 0, 100 }), &c.algorithm.vespoKPos },
        { advanced({ "algorithm", "vespo_lambda_pos", "VESPO λ+", "Decay of the sequence weight where the advantage is positive.", "", 0, 100 }), &c.algorithm.vespoLambdaPos },
        { advanced({ "algorithm", "vespo_k_neg", "VESPO k-", "Power of the sequence weight where the advantage is negative.", "", 0, 100 }), &c.algorithm.vespoKNeg },
        { advanced({ "algorithm", "vespo_lambda_neg", "VESPO λ-", "Decay of the sequence weight where the advantage is negative.", "", 0, 100 }), &c.algorithm.vespoLambdaNeg },
        { { "algorithm", "num_iterations", "Iterations μ", "Passes over each rollout batch.", "", 1, 100 }, &c.algorithm.numIterations },
        { { "algorithm", "steps_per_generation", "Mini-batches", "Optimizer updates per pass over a rollout batch. R1 used 16.", "", 1, 4096 }, &c.algorithm.stepsPerGeneration },
        { { "algorithm", "scale_rewards", "Scale rewards", "What the centred rewards are divided by: the group's standard deviation, the batch's, or nothing.", "", 0, 0, { "group", "batch", "none" } }, &c.algorithm.scaleRewards },
        { advanced({ "algorithm", "multi_objective_aggregation", "Reward sum", "Weigh and sum the reward parts, then normalise; or normalise each part first (GDPO).", "", 0, 0, { "sum_then_normalize", "normalize_then_sum" } }), &c.algorithm.aggregation },
        { { "algorithm", "mask_truncated_completions", "Mask truncated", "Truncated completions do not train, but still count in their group's baseline." }, &c.algorithm.maskTruncatedCompletions },
        { advanced({ "algorithm", "top_entropy_quantile", "Highest entropies", "Only this share of the tokens trains: those whose distribution has the highest entropy.", "", 0.0001, 1 }), &c.algorithm.topEntropyQuantile },
        { advanced({ "algorithm", "off_policy_mask_threshold", "Off-policy mask", "Sequences of negative advantage whose mean log-ratio of sampler to policy is above this do not train (DeepSeek-V3.2). 0: off.", "nats", 0, 100 }), &c.algorithm.offPolicyMaskThreshold },
        { advanced({ "algorithm", "gamma", "Discount γ", "What a reward counts for a token before it, per token between.", "", 0, 1 }), &c.algorithm.gamma },
        { advanced({ "algorithm", "temperature", "Temperature τ", "Of mirror descent: how strongly the policy is held to the one that sampled.", "", 1e-6, 100 }), &c.algorithm.temperature },
        { advanced({ "algorithm", "sampler_correction", "Sampler correction", "Importance sampling between the sampler's distribution and the trained policy. truncate caps the ratio, mask drops what exceeds it; token or whole sequence. auto: token_truncate unless rollouts are float32.", "", 0, 0, { "auto", "off", "token_truncate", "token_mask", "sequence_truncate", "sequence_mask" } }), &c.algorithm.samplerCorrection },
        { advanced({ "algorithm", "sampler_correction_cap", "Correction cap", "Largest importance ratio: truncated to it, or masked above it.", "", 1, 1000 }), &c.algorithm.samplerCorrectionCap },

        { live(advanced({ "entropy", "coef", "Weight", "Weight of the mean entropy of the trained tokens, which the loss is lowered by.", "", 0, 100 })), &c.entropy.coef },
        { advanced({ "entropy", "adaptive", "Adaptive", "The weight rises while the entropy is below the target, and falls while it is above." }), &c.entropy.adaptive },
        { advanced({ "entropy", "target", "Target", "Entropy to keep, where the weight is adaptive.", "nats", 0, 100 }), &c.entropy.target },
        { advanced({ "entropy", "coef_min", "Smallest weight", "Of the adaptive weight.", "", 0, 100 }), &c.entropy.coefMin },
        { advanced({ "entropy", "coef_max", "Largest weight", "Of the adaptive weight.", "", 0, 100 }), &c.entropy.coefMax },
        { advanced({ "entropy", "coef_delta", "Weight step", "By how much the adaptive weight moves at each update.", "", 0, 100 }), &c.entropy.coefDelta },

        { { "selection", "dynamic_sampling", "Dynamic sampling", "Groups whose pass rate lies outside the band teach nothing: others are sampled in their place until the batch is full (DAPO). Everything sampled is counted." }, &c.selection.dynamicSampling },
        { { "selection", "group_pass_rate_min", "Pass rate above", "A group trains when more than this share of its completions is right.", "", -1, 1 }, &c.selection.passRateMin },
        { { "selection", "group_pass_rate_max", "Pass rate below", "A group trains when less than this share of its completions is right.", "", 0, 2 }, &c.selection.passRateMax },
        { advanced({ "selection", "max_rounds", "Most rounds", "Sampling rounds of a step; what is then still missing is filled with the groups that there are.", "", 1, 100 }), &c.selection.maxRounds },

        { live({ "critic", "learning_rate", "Learning rate", "Of the value model.", "", 0, 1 }), &c.critic.learningRate },
        { { "critic", "lambda", "GAE λ", "Weight of longer returns in the advantages: 1 is the whole return, less trusts the value model.", "", 0, 1 }, &c.critic.lambda },
        { advanced({ "critic", "value_clip", "Value clip", "A new value counts at most this far from the one at sampling.", "", 0, 1000 }), &c.critic.valueClip },
        { advanced({ "critic", "warmup_steps", "Warm-up", "First steps, in which only the critic learns.", "steps", 0, kMany }), &c.critic.warmupSteps },
        { advanced({ "critic", "whiten_rewards", "Whiten rewards", "Divides token rewards by their deviation over the batch." }), &c.critic.whitenRewards },
        { advanced({ "critic", "missing_eos_penalty", "Truncation penalty", "Taken off the reward of a completion that was cut.", "", 0, 1000 }), &c.critic.missingEosPenalty },
        { advanced({ "critic", "kl_target", "KL target", "The KL weight adapts so that a completion is this far from the reference. 0: the weight is fixed.", "nats", 0, 100000 }), &c.critic.klTarget },
        { advanced({ "critic", "kl_horizon", "KL horizon", "Completions over which the KL weight adapts.", "", 1, kMany }), &c.critic.klHorizon },

        { { "sft", "loss_on", "Trained tokens", "auto: the completion where rows have a prompt, else all. assistant: what the chat template marks as the assistant's words.", "", 0, 0, { "auto", "completion", "assistant", "all" } }, &c.sft.lossOn },
        { { "sft", "loss_type", "Loss", "nll: negative log-likelihood. dft: each token's likelihood also weighs its loss (dynamic fine-tuning).", "", 0, 0, { "nll", "dft" } }, &c.sft.lossType },
        { { "sft", "max_length", "Longest row", "Training rows are cut here; with the packing bfd_split or wrapped what follows goes on elsewhere.", "tokens", 2, 1048576 }, &c.sft.maxLength },
        { { "sft", "packing", "Packing", "Several examples in one training row, never seeing each other. bfd: best fit, longest first. bfd_split: without dropping what is too long. wrapped: end to end, without boundaries.", "", 0, 0, { "none", "bfd", "bfd_split", "wrapped" } }, &c.sft.packing },
        { { "sft", "batch_size", "Batch", "Training rows of one optimizer update. The loss is the mean over all their trained tokens.", "rows", 1, 65536 }, &c.sft.batchSize },
        { advanced({ "sft", "label_smoothing", "Label smoothing", "Share of the loss that is spread over the whole vocabulary. Not with dft.", "", 0, 0.999 }), &c.sft.labelSmoothing },
        { advanced({ "sft", "z_loss", "Z-loss", "Weight of the squared log-normalizer, which keeps logits from drifting.", "", 0, 1 }), &c.sft.zLoss },
        { { "sft", "eval_completions", "Example completions", "Completions of held-out prompts sampled at each evaluation, to read.", "", 0, 256 }, &c.sft.evalCompletions },

        { { "preference", "beta", "β", "Scale of the log-ratio of policy to reference: small values let the policy move far.", "", 1e-6, 1000 }, &c.preference.beta },
        { { "preference", "loss_type", "Loss", "Of dpo: sigmoid, hinge, ipo, robust, exo_pair, nca_pair, bco_pair, sppo_hard, aot, aot_unpaired, apo_zero, apo_down, discopop, sft, sigmoid_norm; several separated by semicolons are summed." }, &c.preference.lossType },
        { advanced({ "preference", "loss_weights", "Loss weights", "One for each loss, separated by semicolons. Empty: 1." }), &c.preference.lossWeights },
        { advanced({ "preference", "label_smoothing", "Label smoothing", "How often the preferences are taken to be wrong. Used by robust, exo_pair, aot and aot_unpaired.", "", 0, 0.5 }), &c.preference.labelSmoothing },
        { advanced({ "preference", "f_divergence_type", "Divergence", "What holds the policy to the reference.", "", 0, 0, { "reverse_kl", "forward_kl", "js_divergence", "alpha_divergence" } }), &c.preference.fDivergence },
        { advanced({ "preference", "f_alpha_divergence_coef", "α", "Of alpha_divergence.", "", 0.001, 0.999 }), &c.preference.fAlpha },
        { advanced({ "preference", "ld_alpha", "Length desensitising", "Weight of the tokens beyond the shorter of the two completions; 1 counts them fully.", "", 0, 1 }), &c.preference.ldAlpha },
        { advanced({ "preference", "use_weighting", "Weighting", "Weighs a pair by how likely the policy finds it (WPO)." }), &c.preference.useWeighting },
        { advanced({ "preference", "discopop_tau", "DiscoPOP τ", "Temperature of the weight between the two parts of discopop.", "", 0.0001, 100 }), &c.preference.discopopTau },
        { { "preference", "kto_loss", "KTO loss", "apo_zero_unpaired has no common baseline.", "", 0, 0, { "kto", "apo_zero_unpaired" } }, &c.preference.ktoLoss },
        { { "preference", "desirable_weight", "Good weight", "Weight of the good examples.", "", 0, 1000 }, &c.preference.desirableWeight },
        { { "preference", "undesirable_weight", "Bad weight", "Weight of the bad examples.", "", 0, 1000 }, &c.preference.undesirableWeight },
        { { "preference", "cpo_loss", "CPO loss", "ipo and simpo take mean log-probs of a token, the others sums.", "", 0, 0, { "sigmoid", "hinge", "ipo", "simpo" } }, &c.preference.cpoLoss },
        { { "preference", "cpo_alpha", "Likelihood weight", "Weight of the chosen completions' likelihood beside the preference.", "", 0, 1000 }, &c.preference.cpoAlpha },
        { { "preference", "simpo_gamma", "SimPO γ", "Margin that the chosen completion shall have.", "", 0, 1000 }, &c.preference.simpoGamma },
        { { "preference", "batch_size", "Batch", "Pairs (kto: examples) of one optimizer update.", "", 2, 65536 }, &c.preference.batchSize },
        { { "preference", "max_length", "Longest row", "Prompt and completion together are cut here.", "tokens", 2, 1048576 }, &c.preference.maxLength },

        { { "distill", "teacher", "Teacher", "Model folder or file with the same vocabulary as the student." }, &c.distill.teacher },
        { { "distill", "divergence", "Divergence", "jsd: the generalised Jensen-Shannon divergence of GKD on every token. minillm: reverse KL as a reward for whole completions.", "", 0, 0, { "jsd", "minillm" } }, &c.distill.divergence },
        { { "distill", "beta", "Mixture β", "Of jsd. 0: forward KL, the student covers what the teacher does. 1: reverse KL, it seeks the teacher's modes. Between: the mixture.", "", 0, 1 }, &c.distill.beta },
        { { "distill", "temperature", "Temperature", "Divides both models' logits.", "", 0.01, 100 }, &c.distill.temperature },
        { { "distill", "on_policy_share", "On-policy share", "Share of the steps that learn from completions that the student samples; the others learn from the data set's.", "", 0, 1 }, &c.distill.onPolicyShare },
        { advanced({ "distill", "top_k", "Teacher's top-k", "Only the teacher's likeliest tokens, with the rest in one bucket. 0: the whole vocabulary.", "", 0, 65536 }), &c.distill.topK },

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
        { live(advanced({ "rewards", "reasoning", "Reasoning steps", "Weight of visible steps (Step 1:, 1., bullets, First, Next, …), full from three on (open-r1).", "", -100, 100 })), &c.rewards.reasoningSteps },
        { live(advanced({ "rewards", "length", "Length", "Weight of Kimi k1.5's length reward: within a group, short right answers gain and long ones lose; wrong ones never gain.", "", -100, 100 })), &c.rewards.length },
        { live(advanced({ "rewards", "cosine", "Cosine", "Weight of the length-scaled correctness reward: between two values along a cosine of the length, for right and for wrong answers.", "", -100, 100 })), &c.rewards.cosine },
        { live(advanced({ "rewards", "repetition", "Repetition", "Weight of the penalty for repeated n-grams of tokens.", "", -100, 100 })), &c.rewards.repetition },
        { live(advanced({ "rewards", "overlong", "Overlong", "Weight of DAPO's soft penalty, which grows over the last tokens of the allowed length to -1.", "", -100, 100 })), &c.rewards.overlong },
        { live(advanced({ "rewards", "reflection", "Reflection words", "Weight of the number of reflection words, up to ten. It shows what rewarding them does: more words, no better answers.", "", -100, 100 })), &c.rewards.reflection },
        { live(advanced({ "rewards", "expression", "Expression", "Weight of your own expression over the parts.", "", -100, 100 })), &c.rewards.expression },
        { live(advanced({ "rewards", "program", "Program", "Weight of your own program's score.", "", -100, 100 })), &c.rewards.program },
        { { "rewards", "target_language", "Target language", "The language that the language reward counts.", "", 0, 0, { "en", "zh" } }, &c.rewards.targetLanguage },
        { { "rewards", "strict", "Strict", "The accuracy reward is given only when the format is right too." }, &c.rewards.strict },
        { advanced({ "rewards", "cosine_right_short", "Cosine, right, short", "A right answer of length 0.", "", -100, 100 }), &c.rewards.cosineRightShort },
        { advanced({ "rewards", "cosine_right_long", "Cosine, right, long", "A right answer of the longest length.", "", -100, 100 }), &c.rewards.cosineRightLong },
        { advanced({ "rewards", "cosine_wrong_short", "Cosine, wrong, short", "A wrong answer of length 0.", "", -100, 100 }), &c.rewards.cosineWrongShort },
        { advanced({ "rewards", "cosine_wrong_long", "Cosine, wrong, long", "A wrong answer of the longest length.", "", -100, 100 }), &c.rewards.cosineWrongLong },
        { advanced({ "rewards", "repetition_ngram", "Repetition n", "Tokens of an n-gram.", "tokens", 1, 100 }), &c.rewards.repetitionNgram },
        { advanced({ "rewards", "repetition_penalty", "Repetition penalty", "Of a text that only repeats itself.", "", -100, 0 }), &c.rewards.repetitionPenalty },
        { advanced({ "rewards", "overlong_cache", "Overlong cache", "Last tokens of the allowed length, over which the penalty grows.", "tokens", 0, 1048576 }), &c.rewards.overlongCache },
        { { "rewards", "expression_text", "Your expression", "Over the parts' names, for example: accuracy * (1 - 0.2 * truncated) + max(0, tags - 0.5)." }, &c.rewards.expressionText },
        { { "rewards", "program_command", "Your program", "Gets a JSON line for each completion and answers with a line {\"score\": number} each. Runs in a sandbox." }, &c.rewards.programCommand },
        { advanced({ "rewards", "program_seconds", "Program's time", "For one batch; what is not answered by then is not scored.", "s", 0.1, 3600 }), &c.rewards.programSeconds },

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
