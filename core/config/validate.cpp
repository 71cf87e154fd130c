#include "core/config/data_sources.h"
#include "core/config/held_out.h"
#include "core/config/probe_prompts.h"
#include "core/config/run_config.h"
#include "core/config/sampling_rules.h"
#include "core/config/weight_schedule.h"

#include <nlohmann/json.hpp>

namespace aha {

std::vector<Problem> problems(const RunConfig& config)
{
    std::vector<Problem> found;
    RunConfig copy = config;
    for (Field& field : fields(copy)) // a struct may have been filled by code, past the table's ranges
        if (Result<void> r = field.fromJson(field.toJson()); !r)
            found.push_back({ field.info.path(), r.error() });
    const auto broken = [&](const char* path, const std::string& message, const std::string& hint) {
        found.push_back({ path, Error { "config_rule", message, hint } });
    };
    const auto n = [](int64_t value) { return std::to_string(value); };
    RunConfig defaults = defaultConfig(config.general.kind);
    const std::vector<Field> given = fields(copy), usual = fields(defaults);
    const Stage stage = stageOf(config.general.kind);
    for (size_t i = 0; i < given.size(); ++i)
        if (!readsField(config, given[i].info) && given[i].toJson() != usual[i].toJson())
            broken(given[i].info.path().c_str(),
                given[i].info.path() + " is " + given[i].toText() + ", but " + config.general.kind
                    + " does not use it.",
                "Set it back to " + usual[i].toText() + ", or leave it out"
                    + (readsField(config.general.kind, given[i].info)
                            ? ": it is for runs that answer held-out problems (data.verifier)."
                            : "."));
    const bool online = stage == Stage::Online, samples = solvesHeldOut(config);
    const TaskConfig& t = config.task;
    const RolloutConfig& r = config.rollout;
    const AlgorithmConfig& a = config.algorithm;
    if (config.general.name.empty())
        broken("general.name", "The run has no name.", "Give it one.");
    if (samples && t.numberMin > t.numberMax)
        broken("task.number_max",
            "task.number_max (" + n(t.numberMax) + ") is below task.number_min (" + n(t.numberMin) + ").",
            "Swap them.");
    if (samples && t.targetMin > t.targetMax)
        broken("task.target_max",
            "task.target_max (" + n(t.targetMax) + ") is below task.target_min (" + n(t.targetMin) + ").",
            "Swap them.");
    if (samples && (t.valueMin > t.targetMin || t.valueMax < t.targetMax))
        broken("task.value_max",
            "The targets " + n(t.targetMin) + "…" + n(t.targetMax) + " do not lie within the allowed values "
                + n(t.valueMin) + "…" + n(t.valueMax) + ".",
            "Widen task.value_min and task.value_max.");
    if (config.prompt.exampleQuestion.empty() != config.prompt.exampleAnswer.empty())
        broken("prompt.example_answer", "An example needs both a question and an answer, and one of them is empty.",
            "Fill in both, or neither.");
    if (config.prompt.style == "text" && !(config.prompt.system + config.prompt.exampleQuestion).empty())
        broken("prompt.style", "A system message and an example need prompt.style chat or auto, and it is text.",
            "Choose chat, or empty them.");
    const int64_t batch = r.promptsPerStep * r.numGenerations;
    if (online && a.stepsPerGeneration > 0 && batch % a.stepsPerGeneration != 0)
        broken("algorithm.steps_per_generation",
            "A rollout batch of " + n(r.promptsPerStep) + " prompts x " + n(r.numGenerations) + " completions = "
                + n(batch) + " cannot be cut into " + n(a.stepsPerGeneration) + " equal mini-batches.",
            "Choose a divisor of " + n(batch) + ".");
    if (config.optimizer.schedule == "constant" && config.optimizer.warmupSteps > 0)
        broken("optimizer.warmup_steps",
            "The schedule constant has no warm-up, and optimizer.warmup_steps is " + n(config.optimizer.warmupSteps)
                + ".",
            "Choose constant_with_warmup, or set it to 0.");
    if (config.optimizer.schedule == "warmup_stable_decay" && config.optimizer.decaySteps == 0)
        broken("optimizer.decay_steps",
            "The schedule warmup_stable_decay needs to know over how many updates it falls.",
            "Set optimizer.decay_steps, for example to a tenth of all updates.");
    if (samples && config.eval.finalProblems > 0 && config.eval.problems > config.eval.finalProblems)
        broken("eval.final_problems",
            "eval.final_problems (" + n(config.eval.finalProblems) + ") is below eval.problems ("
                + n(config.eval.problems) + ").",
            "The first and last evaluation use at least the same problems: raise it.");
    if (const Result<std::vector<std::string>> probes = probePrompts(config.eval); !probes)
        found.push_back({ "eval.probes", probes.error() });
    if (online)
        checkSampling(config, broken);
    if (stage == Stage::Distillation && config.distill.teacher.empty())
        broken("distill.teacher", "Distillation needs a teacher, and distill.teacher is empty.",
            "Name a model folder or file.");
    const bool prime = config.general.kind == "prime", process = online && !config.process.model.empty();
    if (prime && config.adapter.rank > 0)
        broken("adapter.rank",
            "PRIME's reward model is a whole copy of the model, and adapter.rank is " + n(config.adapter.rank) + ".",
            "Set adapter.rank to 0, or choose grpo.");
    if ((prime || process) && a.beta != 0 && a.klPlacement == "reward")
        broken("algorithm.kl_placement",
            std::string(prime ? "PRIME" : "Process supervision")
                + " has rewards for tokens, and no KL term among them.",
            "Set algorithm.kl_placement to loss, or algorithm.beta to 0.");
    if (process && (a.scaleRewards != "group" || a.aggregation != "sum_then_normalize"))
        broken("algorithm.scale_rewards",
            "Process supervision normalises over the steps of a group; algorithm.scale_rewards is " + a.scaleRewards
                + " and algorithm.aggregation " + a.aggregation + ".",
            "Set them to group and sum_then_normalize.");
    if (process && config.process.separator.empty())
        broken("process.separator", "Steps are cut at the separator, and it is empty.",
            "Name the one that the reward model was trained with, for example a line end.");
    if (online && isWeighed(config.rewards, &RewardConfig::model) && config.rewards.modelPath.empty())
        broken("rewards.model_path", "rewards.model has a weight, and there is no reward model.",
            "Name the folder of one, such as a run of reward_model.");
    if (stage == Stage::RewardModel && config.adapter.rank > 0)
        broken("adapter.rank",
            "A reward model's head is new and trains whole, and adapter.rank is " + n(config.adapter.rank) + ".",
            "Set adapter.rank to 0.");
    if (stage == Stage::RewardModel && config.rewardModel.objective == "process"
        && config.rewardModel.separator.empty())
        broken("reward_model.separator", "Labels stand on the separator behind each step, and it is empty.",
            "Name one, for example a line end.");
    const DistillConfig& distill = config.distill;
    const bool ownTokens = distill.divergence == "reverse_kl" || distill.divergence == "minillm";
    if (stage == Stage::Distillation && ownTokens && distill.onPolicyShare < 1)
        broken("distill.on_policy_share",
            "distill.divergence " + distill.divergence
                + " weighs tokens that the student itself sampled, and distill.on_policy_share leaves steps to a data "
                  "set.",
            "Set distill.on_policy_share to 1, or choose jsd (beta 1 is the reverse KL on any text).");
    if (stage == Stage::Distillation && distill.divergence == "classic" && distill.onPolicyShare > 0)
        broken("distill.on_policy_share",
            "distill.divergence classic learns from a data set's own tokens as labels, and distill.on_policy_share "
            "gives steps to what the student samples.",
            "Set distill.on_policy_share to 0 and name a data set in data.path, or choose jsd.");
    if (stage == Stage::Distillation && !distill.cache.empty()
        && (distill.divergence != "jsd" || distill.topK == 0 || distill.onPolicyShare == 1))
        broken("distill.cache",
            "distill.cache keeps the teacher's likeliest tokens on a data set's rows, and this run asks for none.",
            "Leave it empty, or set distill.divergence to jsd, distill.top_k above 0 and distill.on_policy_share below "
            "1.");
    if (config.optimizer.optim == "muon" && config.adapter.rank > 0)
        broken("optimizer.optim",
            "Muon orthogonalises the matrices of a whole model, and adapter.rank is " + n(config.adapter.rank)
                + ": an adapter trains only narrow factors of them.",
            "Set optimizer.optim to adamw, or adapter.rank to 0.");
    if (config.general.kind == "ppo" && config.critic.backbone == "shared" && config.critic.warmupSteps > 0)
        broken("critic.warmup_steps",
            "A shared critic learns with the policy, in the same updates, and critic.warmup_steps is "
                + n(config.critic.warmupSteps) + ".",
            "Set critic.warmup_steps to 0, or critic.backbone to own.");
    if (a.lossType == "luspo" && a.importanceLevel != "sequence")
        broken("algorithm.importance_sampling_level", "The loss luspo is made for ratios of whole sequences.",
            "Set algorithm.importance_sampling_level to sequence.");
    if (a.lossType == "vespo" && a.importanceLevel != "token")
        broken("algorithm.importance_sampling_level",
            "The loss vespo weighs whole sequences itself, from ratios of tokens.",
            "Set algorithm.importance_sampling_level to token.");
    if (a.delta != 0 && a.delta <= 1 + a.epsilon)
        broken("algorithm.delta", "algorithm.delta must be above 1 + algorithm.epsilon.",
            "Raise it (INTELLECT-2 uses 4), or set it to 0.");
    if (config.selection.dynamicSampling && config.selection.passRateMin >= config.selection.passRateMax)
        broken("selection.group_pass_rate_max",
            "selection.group_pass_rate_max is not above selection.group_pass_rate_min: no group fits.",
            "Widen the band; 0 and 1 leave out groups that are all wrong or all right.");
    if (config.sft.lossType == "dft" && config.sft.labelSmoothing != 0)
        broken("sft.label_smoothing", "sft.label_smoothing does not go with the loss dft.", "Set one of them back.");
    const DataConfig& d = config.data;
    if (const Result<std::vector<DataSource>> sources = dataSources(d); !sources) {
        const std::string& message = sources.error().message; // begins with the field
        found.push_back({ message.substr(0, message.find(' ')), sources.error() });
    } else if (learnsFromRows(config) && sources->empty())
        broken("data.path", config.general.kind + " learns from a data set, and data.path is empty.",
            "Name a file or folder with rows.");
    else if (stage == Stage::Distillation && config.distill.onPolicyShare < 1 && sources->empty())
        broken("data.path", "distill.on_policy_share leaves steps to a data set, and data.path is empty.",
            "Name a file or folder with rows, or set distill.on_policy_share to 1.");
    else if (samples && t.name == "dataset" && sources->empty())
        broken("data.path", "The task dataset needs rows, and data.path is empty.", "Name a file or folder with rows.");
    else if (online && t.name != "dataset" && !sources->empty())
        broken("data.path", "data.path names rows, but the task " + t.name + " makes its own problems.",
            "Set task.name to dataset, or leave data.path empty.");
    else if (!d.shuffle && !d.weights.empty())
        broken("data.shuffle", "A mixture with weights is drawn at random, and data.shuffle is off.",
            "Switch it on, or leave data.weights empty.");
    if (d.verifier == "task" && stage != Stage::FineTuning)
        broken("data.verifier",
            "data.verifier task lets fine-tuning answer problems of task.name, and general.kind is "
                + config.general.kind + ".",
            "Set data.verifier to auto: the task's own verifier judges its problems.");
    if (d.verifier == "task" && stage == Stage::FineTuning && t.name == "dataset")
        broken("task.name", "data.verifier task wants problems of a task, and task.name is dataset.",
            "Name a task, or how the data set's own held-out rows are judged in data.verifier.");
    const bool curriculum = samples && t.promoteAt > 0;
    if (curriculum && config.selection.order != "uniform")
        broken("task.promote_at",
            "A curriculum over levels draws new problems, and selection.order keeps a pool of them.",
            "Set selection.order to uniform, or task.promote_at to 0.");
    if (curriculum && r.partialTokens > 0)
        broken("task.promote_at", "A curriculum over levels does not go with partial rollouts.",
            "Set rollout.partial_tokens to 0, or task.promote_at to 0.");
    if (t.promoteAt > 0 && t.demoteAt >= t.promoteAt)
        broken("task.demote_at", "task.demote_at is not below task.promote_at: a level would rise and fall at once.",
            "Lower it; 0 never goes back.");
    if (d.passRateMin > d.passRateMax)
        broken("data.pass_rate_max", "data.pass_rate_max is below data.pass_rate_min: no row can pass.", "Swap them.");
    for (const ColumnChoice& choice : columnChoices(d.mapping))
        if (choice.part.empty() || choice.column.empty())
            broken("data.mapping", "data.mapping has the part \"" + choice.part + "=" + choice.column + "\".",
                "Write pairs of part and column: prompt=question, gold=answer.");
    if (r.weights != "float32" && config.general.device == "cuda")
        broken("rollout.weights", "rollout.weights is " + r.weights + ", but rollouts on a GPU are float32.",
            "Set rollout.weights to float32, or general.device to cpu.");
    return found;
}

Result<void> validate(const RunConfig& config)
{
    const std::vector<Problem> found = problems(config);
    if (found.empty())
        return {};
    return found.front().error;
}

} // namespace aha
