// What is said of configurations.

#include "core/card/memory_needs.h"
#include "core/config/advice.h"
#include "core/config/batch_arithmetic.h"
#include "core/config/probe_prompts.h"
#include "core/config/sweep.h"
#include "core/config/weight_schedule.h"
#include "core/run/estimate.h"
#include "core/run/plantext.h"
#include "tests/support/model_shape.h"
#include "tests/unit/language/core_corpus.h"

#include <nlohmann/json.hpp>

#include <QStringList>

using namespace aha;

namespace corpus {

namespace {

/// Settings, separated by blanks, each row for another piece of advice; "model": half a billion parameters.
constexpr const char* kAdvised[] = {
    "rollout.num_generations=2",
    "rollout.num_generations=4",
    "rollout.temperature=0.05",
    "rollout.temperature=2",
    "rollout.top_p=0.9",
    "rollout.repetition_penalty=1.1",
    "task.name=dataset data.path=x rollout.max_completion_length=256",
    "model rollout.max_completion_length=4096",
    "algorithm.mask_truncated_completions=true rollout.max_completion_length=64",
    "selection.dynamic_sampling=true selection.max_rounds=1",
    "rollout.prompts_per_step=2 algorithm.steps_per_generation=8",
    "algorithm.num_iterations=8",
    "rollout.weights=int8 algorithm.sampler_correction=off",
    "algorithm.beta=0.04 general.max_steps=1000",
    "algorithm.beta=0.5",
    "algorithm.beta=0.01 algorithm.ref_model_sync_steps=5",
    "algorithm.beta=0.01 algorithm.kl_estimator=k1",
    "algorithm.loss_type=dapo algorithm.importance_sampling_level=sequence algorithm.epsilon=0.0003 "
    "algorithm.epsilon_high=0.0004",
    "algorithm.loss_type=vespo algorithm.sampler_correction=sequence_truncate",
    "algorithm.loss_type=dr_grpo",
    "algorithm.loss_type=cispo",
    "algorithm.importance_sampling_level=sequence",
    "algorithm.epsilon_high=0.1",
    "entropy.coef=0.5",
    "general.kind=ppo critic.learning_rate=0.00001",
    "rewards.accuracy=0",
    "rewards.format=2",
    "rewards.reflection=0.1",
    "rewards.length=1",
    "rewards.length=1 rewards.accuracy=0",
    "rewards.overlong=1 rewards.overlong_cache=300",
    "rewards.overlong=1 algorithm.mask_truncated_completions=true",
    "rewards.weight_schedule=format:1@500",
    "optimizer.learning_rate=0",
    "model optimizer.learning_rate=0.0005",
    "model optimizer.learning_rate=0.00000001",
    "model adapter.rank=16 optimizer.learning_rate=0.001",
    "model adapter.rank=16 optimizer.learning_rate=0.00000001",
    "model general.kind=dpo data.path=x optimizer.learning_rate=0.001",
    "model general.kind=dpo data.path=x adapter.rank=16 optimizer.learning_rate=0.001",
    "model general.kind=sft data.path=x optimizer.learning_rate=0.01",
    "model general.kind=sft data.path=x adapter.rank=16 optimizer.learning_rate=0.01",
    "model algorithm.beta=0.01 optimizer.learning_rate=0.00002",
    "model training.tokens_per_pass=64",
    "model training.tokens_per_pass=100000",
    "optimizer.schedule=cosine optimizer.warmup_steps=600",
    "adapter.rank=4 adapter.alpha=64",
    "adapter.rank=4 adapter.dropout=0.1",
    "general.kind=sft data.path=x general.max_steps=2000",
    "general.kind=sft data.path=x general.max_steps=5",
    "model general.kind=sft data.path=x sft.max_length=8192",
    "general.kind=kto data.path=x preference.batch_size=2",
    "general.kind=dpo data.path=x preference.beta=3",
    "general.kind=distill distill.teacher=resources/models/miniature",
    "general.kind=distill distill.teacher=x distill.top_k=2",
    "eval.every_steps=1",
    "eval.every_steps=2 eval.problems=2000",
    "eval.problems=64",
    "checkpoint.every_steps=200",
};

/// Settings that break a rule.
constexpr const char* kBroken[] = {
    "general.name=",
    "task.number_min=9 task.number_max=1",
    "task.target_min=30 task.target_max=20",
    "task.value_max=10",
    "prompt.example_question=a",
    "prompt.style=text prompt.system=a",
    "algorithm.steps_per_generation=7",
    "optimizer.warmup_steps=3",
    "optimizer.schedule=warmup_stable_decay",
    "eval.problems=100 eval.final_problems=50",
    "eval.probes=a\nb\na",
    "eval.probes="
    "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19\n20\n21\n22\n23\n24\n25\n26\n27\n28\n29\n30\n31"
    "\n32\n33",
    "general.kind=distill",
    "general.kind=prime adapter.rank=4",
    "general.kind=prime algorithm.beta=0.1 algorithm.kl_placement=reward",
    "process.model=m algorithm.beta=0.1 algorithm.kl_placement=reward",
    "process.model=m algorithm.scale_rewards=none",
    "process.model=m process.separator=",
    "rewards.model=1",
    "general.kind=reward_model data.path=a adapter.rank=4",
    "general.kind=reward_model data.path=a reward_model.objective=process reward_model.separator=",
    "general.kind=distill distill.teacher=t data.path=a distill.divergence=reverse_kl distill.on_policy_share=0.5",
    "general.kind=distill distill.teacher=t distill.divergence=classic",
    "general.kind=distill distill.teacher=t data.path=a distill.on_policy_share=0 distill.cache=c",
    "optimizer.optim=muon adapter.rank=4",
    "general.kind=ppo critic.backbone=shared critic.warmup_steps=2",
    "algorithm.loss_type=luspo",
    "algorithm.loss_type=vespo algorithm.importance_sampling_level=sequence",
    "algorithm.delta=1.1",
    "selection.dynamic_sampling=true selection.group_pass_rate_min=1",
    "general.kind=sft data.path=a sft.loss_type=dft sft.label_smoothing=0.1",
    "general.kind=sft data.path=a task.numbers=4",
    "general.kind=sft",
    "general.kind=distill distill.teacher=t distill.on_policy_share=0.5",
    "task.name=dataset",
    "data.verifier=task",
    "general.kind=sft data.verifier=task task.name=dataset data.path=x",
    "data.path=a",
    "task.name=dataset data.path=a;b data.weights=1;2 data.shuffle=false",
    "task.promote_at=0.5 selection.order=curriculum",
    "task.promote_at=0.5 rollout.partial_tokens=8",
    "task.promote_at=0.5 task.demote_at=0.6",
    "data.pass_rate_min=0.8 data.pass_rate_max=0.2",
    "data.mapping==question",
    "rollout.weights=int8 general.device=cuda",
    "data.path=a;;b",
    "data.path=a;b data.split=x;y;z",
    "data.path=a;b data.weights=1;2;3",
    "data.path=a;b data.weights=1;x",
    "rewards.accuracy=0 rewards.format=0",
    "rewards.expression=1",
    "rewards.program=1",
    "rewards.boxed=1",
    "rewards.logic_rl=1",
    "general.kind=rloo rewards.repetition=1 rewards.repetition_gamma=0.9",
    "algorithm.importance_sampling_level=sequence rewards.repetition=1 rewards.repetition_gamma=0.9",
    "general.kind=ppo critic.lambda=0.9 rewards.repetition=1 rewards.repetition_gamma=0.5",
    "selection.order=curriculum selection.pool_size=2",
    "general.kind=ppo selection.replay_groups=4",
    "process.model=m selection.replay_groups=4",
    "rollout.partial_tokens=8 selection.dynamic_sampling=true",
    "general.kind=remax rollout.partial_tokens=8",
    "rewards.weight_schedule=nonsense:1@1",
    "rewards.weight_schedule=:1@1",
    "rewards.weight_schedule=length",
    "rewards.weight_schedule=length:x@1",
    "rewards.weight_schedule=length:@1",
    "rewards.weight_schedule=length:500@1",
    "rewards.weight_schedule=length:1x",
    "rewards.weight_schedule=length:1",
    "rewards.weight_schedule=length:1@x",
    "rewards.weight_schedule=length:1@-1",
    "rewards.weight_schedule=length:1@5;length:1@6",
    "rewards.weight_schedule=length:1@5\t1@5",
};

constexpr const char* kSweeps[] = { "seed", "nothing=1", "learning_rate=1", "general.name=a", "data.mapping=\"a",
    "data.mapping=\"a\" b", "seed=", "seed=5..1", "optimizer.learning_rate=1e-5..1e-3 x1",
    "optimizer.learning_rate=0..1 log", "seed=0,1 y" };

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

/// The configuration, or what is wrong with the row itself: it fails for having no translation.
RunConfig configOf(const char* settings, AdviceContext& context, QList<Said>& said)
{
    RunConfig config;
    for (const QString& setting : QString::fromUtf8(settings).split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        if (setting == QLatin1String("model")) {
            context.model = halfBillion();
            config.optimizer.learningRate = 1e-6;
        } else if (const Result<void> set = applySetting(config, setting.toStdString()); !set) {
            said << Said { QLatin1String(settings), QLatin1String("not set: ") + text(set.error().message) };
        }
    }
    return config;
}

void addFields(QList<Said>& said)
{
    for (const char* kind : { "grpo", "sft", "dpo", "distill", "reward_model" }) {
        RunConfig config = defaultConfig(kind);
        for (Field& field : fields(config))
            for (const char* given : { "\"?\"", "true", "1e300", "-1e300", "0.5", "\"\\ud800\"" }) {
                const auto json = nlohmann::ordered_json::parse(given, nullptr, /*allow_exceptions=*/false);
                if (json.is_discarded())
                    continue;
                if (const Result<void> set = field.fromJson(json); !set)
                    said << Said { text(field.info.path()) + QLatin1Char('=') + QLatin1String(given),
                        text(set.error().sentence()) };
            }
    }
    RunConfig config;
    for (Field& field : fields(config))
        for (const char* given : { "?", "\xff" })
            if (const Result<void> set = field.fromText(given); !set)
                said << Said { text(field.info.path()), text(set.error().sentence()) };
    for (const char* file : { "[1]", "{", "{\"version\":0}", "{\"version\":99}", "{\"general\":1}",
             "{\"general\":{\"x\":1}}", "{\"general\":{\"seed\":1e999}}" })
        if (const auto read = runConfigFromJson(file); !read)
            said << Said { QLatin1String(file), text(read.error().sentence()) };
    for (const char* setting : { "seeed=1", "seed", "general.seeed=1", "learning_rate=1", "batch_size=3" })
        if (const auto set = applySetting(config, setting); !set)
            said << Said { QLatin1String(setting), text(set.error().sentence()) };
}

void addBatches(QList<Said>& said)
{
    for (const char* kind : { "grpo", "sft", "dpo", "kto", "distill", "reward_model" })
        for (int variant = 0; variant < 8; ++variant) {
            RunConfig config = defaultConfig(kind);
            config.selection.dynamicSampling = variant & 1;
            config.algorithm.numIterations = variant & 2 ? 2 : 1;
            config.algorithm.stepsPerGeneration = variant & 4 ? 1 : 4;
            if (variant == 7) {
                config.rollout.promptsPerStep = config.rollout.numGenerations = config.general.maxSteps = 1;
                config.selection.maxRounds = 1;
                config.task.name = "dataset";
            }
            const QString where = QStringLiteral("batch of %1, variant %2").arg(QLatin1String(kind)).arg(variant);
            said << Said { where, text(batchWords(config, 0)) } << Said { where, text(batchWords(config, 4000)) };
            for (const int runs : { 0, 1, 3 }) {
                config.general.threads = runs + 1;
                said << Said { where, text(estimateText(config, AHASCOPE_TEST_SOURCE_DIR, { 2.5, runs })) };
            }
        }
    RunConfig lost;
    lost.model.path = "no/such/model";
    said << Said { QStringLiteral("estimate"), text(estimateText(lost, AHASCOPE_TEST_SOURCE_DIR)) };
}

void addPlans(QList<Said>& said)
{
    const RunConfig config;
    for (const double seconds : { 0.5, 50.0, 500.0, 50000.0 }) {
        nlohmann::ordered_json plan { { "machine", { { "available_mb", 100 } } },
            { "measured",
                { { "seconds", seconds }, { "sampled_tokens_per_second", 1234 }, { "trained_tokens_per_second", 900 },
                    { "rows", 16 }, { "prompt_tokens", 30 } } },
            { "estimated",
                { { "peak_memory_mb", 2000 }, { "step_seconds", seconds }, { "rollout_seconds", seconds / 2 },
                    { "training_seconds", seconds / 2 } } } };
        said << Said { QStringLiteral("plan"), text(planText(plan, config)) };
        for (const char* assumes : { "every step as the run's own step 2", "every row as long as sft.max_length",
                 "lengths of 8 sampled completions, mean 40 tokens; the policy's lengths change while it trains",
                 "lengths of 8 sampled completions, mean 40 tokens (2 cut at the limit); the policy's lengths change "
                 "while it trains" }) { // as app/engine/plan.cpp puts it
            plan["estimated"]["assumes"] = assumes;
            said << Said { QLatin1String(assumes), text(planText(plan, config)) };
        }
        plan["machine"]["available_mb"] = 1e6;
        plan["measured"]["sampled_tokens_per_second"] = 0;
        plan["estimated"]["rollout_seconds"] = 0;
        plan["measured"]["prompt_tokens"] = 0;
        said << Said { QStringLiteral("plan of rows"), text(planText(plan, config)) }
             << Said { QStringLiteral("plan's figures"), text(planFigures(plan)) };
    }
}

} // namespace

QList<Said> ofConfigurations()
{
    QList<Said> said;
    for (const char* settings : kAdvised) {
        AdviceContext context;
        context.dataRows = 1000;
        context.verifier = "math"; // said where fine-tuning has named none
        const RunConfig config = configOf(settings, context, said);
        for (const Advice& piece : advise(config, context))
            said << Said { QLatin1String("advice: ") + QString::fromUtf8(settings), text(piece.sentence) };
    }
    for (const char* settings : kBroken) {
        AdviceContext context;
        const RunConfig config = configOf(settings, context, said);
        const std::vector<Problem> found = problems(config);
        if (found.empty())
            said << Said { QString::fromUtf8(settings), QStringLiteral("no rule is broken") };
        for (const Problem& problem : found)
            said << Said { QLatin1String("rule: ") + QString::fromUtf8(settings), text(problem.error.sentence()) };
    }
    RunConfig talkative;
    talkative.eval.probes.assign(kMostProbeBytes + 1, 'x');
    said << Said { QStringLiteral("a long prompt"), text(problems(talkative).at(0).error.sentence()) };
    addFields(said);
    addBatches(said);
    addPlans(said);
    for (const char* axis : kSweeps)
        if (const auto parsed = parseSweepAxis(axis); !parsed)
            said << Said { QLatin1String("sweep: ") + QLatin1String(axis), text(parsed.error().sentence()) };
    Sweep sweep;
    sweep.name = "s";
    for (const char* axis : { "optimizer.learning_rate=1e-5..1e-3", "seed=0,1", "rollout.temperature=0.8..1.2 x3" }) {
        sweep.axes = { orThrow(parseSweepAxis(axis)), orThrow(parseSweepAxis("seed=0..9999 x9999")) };
        if (const auto points = sweepPoints(RunConfig(), sweep); !points)
            said << Said { QLatin1String("sweep: ") + QLatin1String(axis), text(points.error().sentence()) };
    }
    sweep.axes = { orThrow(parseSweepAxis("task.number_min=1000")) };
    for (const int64_t samples : { 0, 20000 }) {
        sweep.samples = samples;
        if (const auto points = sweepPoints(RunConfig(), sweep); !points)
            said << Said { QStringLiteral("sweep of %1").arg(samples), text(points.error().sentence()) };
    }
    return said;
}

} // namespace corpus
