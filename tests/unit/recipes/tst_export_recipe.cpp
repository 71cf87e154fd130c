// Launch scripts: what TRL knows survives the way there and back, for each kind; the rest is named; what a framework
// does not train is refused.

#include "core/recipes/export_recipe.h"
#include "core/recipes/import_recipe.h"

#include "core/base/rng.h"

#include <nlohmann/json.hpp>

#include <QtTest>

#include <set>

using namespace aha;
using Json = nlohmann::ordered_json;

namespace {

/// Groups and fields that TRL's configurations have, for a kind.
bool trlKnows(const FieldInfo& info)
{
    static const std::set<std::string> no { "general.device", "general.threads", "model.path", "optimizer.decay_steps",
        "preference.loss_weights", "preference.loss_type", "rollout.weights", "rollout.stop", "sft.z_loss",
        "sft.eval_completions", "algorithm.kl_placement", "algorithm.kl_estimator", "algorithm.covariance",
        "algorithm.covariance_share", "algorithm.covariance_kl_weight", "algorithm.dual_clip", "algorithm.gamma",
        "training.tokens_per_pass", "algorithm.sampler_correction_cap", "optimizer.cycles", "optimizer.power",
        "optimizer.min_rate_ratio", "optimizer.warmup_shape", "optimizer.decay_shape", "rollout.max_completion_length",
        "distill.cache", "distill.teacher" };
    static const std::set<std::string> groups { "general", "adapter", "rollout", "algorithm", "entropy", "sft",
        "preference", "optimizer", "training", "distill" };
    return groups.count(info.group) == 1 && no.count(info.path()) == 0;
}

/// A valid configuration of the kind with other values than the defaults in every field that TRL knows.
RunConfig drawn(const std::string& kind, Rng& rng)
{
    RunConfig config = defaultConfig(kind);
    for (Field& field : fields(config)) {
        if (!trlKnows(field.info) || !readsField(kind, field.info) || field.info.key == "kind")
            continue;
        Json value;
        if (std::holds_alternative<bool*>(field.value))
            value = rng.below(2) == 1;
        else if (std::holds_alternative<std::string*>(field.value))
            value = field.info.choices.empty() ? Json("名 'x' \"y\" \\ # " + std::to_string(rng.next32()))
                                               : Json(field.info.choices[size_t(rng.below(field.info.choices.size()))]);
        else if (std::holds_alternative<int64_t*>(field.value))
            value = rng.between(
                std::max<int64_t>(2, int64_t(field.info.low)), int64_t(std::min(field.info.high, 1000.0)));
        else
            value = field.info.low + (std::min(field.info.high, 10.0) - field.info.low) * rng.uniform();
        if (const Result<void> set = field.fromJson(value); !set)
            qFatal("%s", set.error().sentence().c_str());
    }
    config.model.path = "models/a \"b\"";
    config.data.path = stageOf(kind) == Stage::Online ? "" : "rows'.jsonl";
    config.data.split = config.data.path.empty() ? "" : "train_sft";
    (stageOf(kind) == Stage::Online ? config.prompt.system : config.data.systemPrompt) = "Think.\n\tThen 'answer'.";
    if (kind == "distill") {
        DistillConfig& d = config.distill;
        d.teacher = "models/a \"teacher\"";
        d.divergence = d.divergence == "classic" ? "jsd" : d.divergence;
        const double shares[] { 0, 0.25, 1 };
        d.onPolicyShare = d.divergence == "jsd" ? shares[rng.below(3)] : 1;
        if (rng.below(2) == 0)
            d.temperature = rng.below(2) == 0 ? 1 : config.rollout.temperature;
        config.task.name = "dataset";
        config.prompt.system = config.data.systemPrompt;
    }
    AlgorithmConfig& a = config.algorithm;
    a.stepsPerGeneration = 1 + int64_t(rng.below(4));
    config.rollout.promptsPerStep
        = stageOf(kind) == Stage::Online ? a.stepsPerGeneration * (1 + int64_t(rng.below(9))) : 16;
    if (stageOf(kind) != Stage::Online)
        a.stepsPerGeneration = 4;
    config.prompt.style = "auto";
    if (a.refSyncSteps == 0 || a.refMixupAlpha == 0)
        a.refMixupAlpha = 1;
    if (a.lossType == "luspo")
        a.importanceLevel = "sequence";
    if (a.lossType == "vespo")
        a.importanceLevel = "token";
    if (a.delta <= 1 + a.epsilon)
        a.delta = 0;
    OptimizerConfig& o = config.optimizer;
    if (o.schedule == "constant")
        o.warmupSteps = 0;
    if (o.schedule == "warmup_stable_decay")
        o.decaySteps = 7;
    if (o.schedule == "polynomial" || o.schedule == "cosine_with_min_lr")
        o.minRateRatio = 0.25;
    if (o.schedule == "cosine_with_restarts")
        o.cycles = 3;
    if (config.sft.lossType == "dft")
        config.sft.labelSmoothing = 0;
    if (config.adapter.rank % 3 == 0)
        config.adapter = {};
    if (config.adapter.rank > 0)
        o.optim = "adamw";
    if (kind == "dpo") {
        config.preference.lossType = "robust;sft";
        config.preference.lossWeights = "1.0;0.25";
    }
    config.rewards.tags = stageOf(kind) == Stage::Online ? 0.25 : 0;
    config.rewards.expression = config.rewards.tags;
    if (config.rewards.expression != 0)
        config.rewards.expressionText = "accuracy";
    config.checkpoint = { 7, 5 };
    config.eval.everySteps = int64_t(rng.below(2)) * 3;
    return config;
}

bool read(const RunConfig& config, const std::string& path)
{
    RunConfig copy = config;
    for (const Field& field : fields(copy))
        if (field.info.path() == path)
            return applies(config, field.info);
    return true;
}

} // namespace

class TestExportRecipe : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void roundTrip_data()
    {
        QTest::addColumn<std::string>("kind");
        for (const char* kind : { "grpo", "rloo", "sft", "dpo", "kto", "cpo", "orpo", "distill" })
            QTest::newRow(kind) << std::string(kind);
    }
    /// Through the script of TRL: only what it does not know differs, and each of that is said in the script.
    void roundTrip()
    {
        QFETCH(std::string, kind);
        Rng rng(7, Purpose::Corpus);
        for (int round = 0; round < 100; ++round) {
            const RunConfig config = drawn(kind, rng);
            const Result<ExportedRecipe> script = exportRecipe(config, "trl");
            QVERIFY2(script, script ? "" : script.error().sentence().c_str());
            const std::string& text = script->files.at(0).text;
            const Result<ImportedRecipe> back = importRecipe(text, {});
            QVERIFY2(back, back ? "" : (back.error().sentence() + "\n" + text).c_str());
            for (const std::string& difference : differences(config, back->config)) {
                const std::string field = difference.substr(0, difference.find(':'));
                bool said
                    = field == "rewards.expression_text" || !read(config, field); // a text of the user's; no effect
                for (const std::string& line : script->without)
                    said = said || line.rfind(field + " ", 0) == 0;
                QVERIFY2(said, (difference + "\n" + text).c_str());
            }
            for (const RecipeLine& line : back->lines)
                QVERIFY2(line.note.find("known here") == std::string::npos, line.key.c_str());
        }
    }

    void namesWhatIsMissing()
    {
        RunConfig config;
        config.general.name = "x\nimport os # \u2028";
        config.selection.dynamicSampling = true;
        config.algorithm.dualClip = 3;
        config.rollout.stop = "</answer>";
        config.algorithm.beta = 0.1;
        config.algorithm.klPlacement = "reward";
        const Result<ExportedRecipe> trl = exportRecipe(config, "trl");
        const std::string& text = trl->files[0].text;
        for (const char* part : { "#   selection.dynamic_sampling = true\n", "#   algorithm.dual_clip = 3\n",
                 "#   rollout.stop = </answer>\n", "#   algorithm.kl_placement = reward", "raise NotImplementedError(",
                 "def accuracy(completions, **columns)", "reward_weights=[1.0, 0.1]",
                 "from trl import GRPOConfig, GRPOTrainer" })
            QVERIFY2(text.find(part) != std::string::npos, part);
        QVERIFY(text.find("\nimport os #") == std::string::npos); // a name stays in its comment and its quotes
        QVERIFY(trl->files[0].executable);
    }

    void verl()
    {
        RunConfig config;
        config.general.name = "it's; rm $HOME \"x\"";
        config.general.maxSteps = 40;
        config.data.path = "a.parquet;b.parquet";
        config.data.evalPath = "c.parquet";
        config.task.name = "dataset";
        config.model.path = "m";
        config.algorithm.lossType = "dr_grpo";
        config.algorithm.scaleRewards = "none";
        config.algorithm.epsilonHigh = 0.28;
        config.algorithm.dualClip = 3;
        config.algorithm.beta = 0.001;
        config.algorithm.useBiasCorrectionKl = false;
        config.selection.dynamicSampling = true;
        config.selection.maxRounds = 10;
        config.rewards.format = 0;
        config.rewards.overlong = 0.5;
        config.rollout.temperature = 0.9;
        config.optimizer.schedule = "constant_with_warmup";
        config.optimizer.warmupSteps = 8; // two steps of four updates
        config.adapter.rank = 8;
        const Result<ExportedRecipe> script = exportRecipe(config, "verl");
        QVERIFY(script);
        QCOMPARE(script->files.size(), size_t(2));
        const std::string& text = script->files[0].text;
        for (const char* part :
            { "python3 -m recipe.dapo.main_dapo \\\n", "algorithm.adv_estimator=grpo", "clip_ratio_high=0.28",
                "loss_agg_mode=seq-mean-token-sum-norm", "norm_adv_by_std_in_grpo=False", "kl_loss_coef=0.001",
                "data.train_files='[\"a.parquet\",\"b.parquet\"]'", "ppo_mini_batch_size=4", "lr_warmup_steps=2",
                "filter_groups.enable=True", "trainer.experiment_name='\"it'\\''s; rm $HOME \\\"x\\\"\"'" })
            QVERIFY2(text.find(part) != std::string::npos, (std::string(part) + "\n" + text).c_str());
        QVERIFY(script->files[1].text.find("#   1.0 * accuracy\n") != std::string::npos);
        QVERIFY(script->files[1].text.find("raise NotImplementedError") != std::string::npos);
        const Result<ImportedRecipe> back = importRecipe(text, {});
        QVERIFY2(back, back ? "" : back.error().sentence().c_str());
        for (const std::string& difference : differences(config, back->config)) {
            const std::string field = difference.substr(0, difference.find(':'));
            QVERIFY2(field == "general.name", (difference + "\n" + text).c_str()); // its quotes are hydra's
        }
    }

    void refuses_data()
    {
        QTest::addColumn<std::string>("kind");
        QTest::addColumn<std::string>("framework");
        QTest::addColumn<std::string>("part");
        const auto row = [](const char* kind, const char* framework, const char* part) {
            QTest::addRow("%s to %s", kind, framework)
                << std::string(kind) << std::string(framework) << std::string(part);
        };
        for (const char* kind :
            { "ppo", "reinforce", "reinforce_pp", "reinforce_pp_baseline", "remax", "mirror_descent" })
            row(kind, "trl", "TRL has no trainer for");
        for (const char* kind : { "sft", "dpo", "kto", "cpo", "orpo", "reinforce", "mirror_descent" })
            row(kind, "verl", "verl on Ray has no trainer for");
        row("prime", "trl", "TRL has no trainer for");
        row("distill", "verl", "gkd, is forward KL");
        row("grpo", "jax", "There is no exporter to jax");
    }
    void refuses()
    {
        QFETCH(std::string, kind);
        QFETCH(std::string, framework);
        QFETCH(std::string, part);
        RunConfig config = defaultConfig(kind);
        if (stageOf(kind) == Stage::FineTuning || stageOf(kind) == Stage::Preference)
            config.data.path = "rows.jsonl";
        if (kind == "distill")
            config.distill.teacher = "teacher";
        const Result<ExportedRecipe> script = exportRecipe(config, framework);
        QVERIFY(!script);
        QVERIFY2(script.error().sentence().find(part) != std::string::npos, script.error().sentence().c_str());
    }

    void refusesWhatVerlLacks()
    {
        RunConfig config;
        config.algorithm.lossType = "luspo";
        config.algorithm.importanceLevel = "sequence";
        QVERIFY(exportRecipe(config, "verl").error().message.find("verl has no loss luspo") == 0);
        config.algorithm.lossType = "dapo";
        QVERIFY(exportRecipe(config, "verl").error().message.find("verl has one loss at a time") == 0);
        config.algorithm.lossType = "grpo";
        QVERIFY(exportRecipe(config, "verl")->files[0].text.find("loss_mode=gspo") != std::string::npos);
        config.algorithm.stepsPerGeneration = 7;
        QVERIFY(!exportRecipe(config, "verl")); // not valid to begin with
    }
};

QTEST_GUILESS_MAIN(TestExportRecipe)
#include "tst_export_recipe.moc"
