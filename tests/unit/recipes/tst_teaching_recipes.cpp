// Recipes in which a second model teaches: distillation by TRL, verl and OpenRLHF, PRIME by verl; and what TRL and verl
// have of replay, partial rollouts and the order of problems. In, with an account of every setting, and out again.

#include "core/recipes/export_recipe.h"
#include "core/recipes/import_recipe.h"
#include "core/recipes/recipe_text.h"

#include <QFile>
#include <QtTest>

using namespace aha;

namespace {

std::string fixture(const QString& name)
{
    QFile file(QString(AHASCOPE_TEST_FIXTURES) + "/recipes/" + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

/// The last line of a setting, or of one of its fields.
const RecipeLine* lineOf(const ImportedRecipe& recipe, const std::string& key, const std::string& field = {})
{
    const RecipeLine* found = nullptr;
    for (const RecipeLine& line : recipe.lines)
        if (line.key == key && (field.empty() || line.field == field))
            found = &line;
    return found;
}

bool says(const ExportedRecipe& script, const std::string& field)
{
    for (const std::string& line : script.without)
        if (line.rfind(field + " ", 0) == 0)
            return true;
    return false;
}

/// Fields that come back as others and that the script does not name.
std::string lostSilently(const RunConfig& config, const ExportedRecipe& script, const RunConfig& back)
{
    std::string lost;
    for (const std::string& difference : differences(config, back))
        if (!says(script, difference.substr(0, difference.find(':'))))
            lost += difference + "\n";
    return lost;
}

} // namespace

#define IMPORT(name, text, ...)                                                                                        \
    const Result<ImportedRecipe> name##Result = importRecipe(text, __VA_ARGS__);                                       \
    QVERIFY2(name##Result, name##Result ? "" : name##Result.error().sentence().c_str());                               \
    const ImportedRecipe& name = *name##Result
#define EXPORT(name, config, framework)                                                                                \
    const Result<ExportedRecipe> name##Result = exportRecipe(config, framework);                                       \
    QVERIFY2(name##Result, name##Result ? "" : name##Result.error().sentence().c_str());                               \
    const ExportedRecipe& name = *name##Result

class TestTeachingRecipes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everySettingHasItsLine_data()
    {
        QTest::addColumn<QString>("file");
        for (const char* file : { "trl_gkd.py", "verl_prime.sh", "verl_gkd.sh", "openrlhf_kd.sh" })
            QTest::newRow(file) << file;
    }
    /// None is dropped, and the projects' own examples have none that is unknown.
    void everySettingHasItsLine()
    {
        QFETCH(QString, file);
        IMPORT(r, fixture(file), {});
        const RecipeText text = *readRecipeText(fixture(file));
        QVERIFY(text.settings.size() >= 10);
        for (const RecipeSetting& setting : text.settings) {
            bool found = false;
            for (const RecipeLine& line : r.lines)
                found = found || (line.key == setting.key && line.line == setting.line && line.field + line.note != "");
            QVERIFY2(found, setting.key.c_str());
        }
        for (const RecipeLine& line : r.lines)
            QVERIFY2(
                line.note.find("that is known here") == std::string::npos && line.note != "not read", line.key.c_str());
    }

    void gkd()
    {
        IMPORT(r, fixture("trl_gkd.py"), {});
        const RunConfig& c = r.config;
        QCOMPARE(r.framework, std::string("trl"));
        QCOMPARE(c.general.kind, std::string("distill"));
        QCOMPARE(c.distill.teacher, std::string("./models/qwen2-1.5b-instruct"));
        QCOMPARE(c.distill.divergence, std::string("jsd"));
        QCOMPARE(c.distill.onPolicyShare, 0.5);
        QCOMPARE(c.distill.beta, 0.5);
        QCOMPARE(c.distill.temperature, 1.0); // GKD's loss is taken at 1
        QCOMPARE(c.rollout.temperature, 0.9);
        QCOMPARE(c.rollout.maxCompletionLength, 128);
        QCOMPARE(c.rollout.promptsPerStep, 16); // 4 x 8 completions, two a prompt
        QCOMPARE(c.rollout.numGenerations, 2);
        QCOMPARE(c.sft.batchSize, 32);
        QCOMPARE(c.sft.maxLength, 1024);
        QCOMPARE(c.task.name, std::string("dataset"));
        QCOMPARE(c.optimizer.learningRate, 2e-5);
        QCOMPARE(c.general.maxSteps, 100);
        QVERIFY2(r.valid(), recipeTable(r).c_str());
        IMPORT(usual, "args = GKDConfig(max_steps=5, seq_kd=True)\ndataset_name = './rows.jsonl'\n", {});
        QCOMPARE(usual.config.rollout.temperature, 0.9); // TRL's defaults, not ours
        QCOMPARE(usual.config.distill.onPolicyShare, 0.5);
        QCOMPARE(usual.config.rollout.promptsPerStep, 4);
        QCOMPARE(lineOf(usual, "seq_kd")->treatment, RecipeTreatment::NoCounterpart);
        QCOMPARE(lineOf(usual, "")->field, std::string("distill.teacher")); // to fix: nobody names one
        IMPORT(epochs, "args = GKDConfig(num_train_epochs=2, per_device_train_batch_size=8)\n", { "", "", 0, 81 });
        QCOMPARE(epochs.config.general.maxSteps, 22); // 11 batches an epoch
    }

    void onCompletionsAlone()
    {
        IMPORT(r,
            "teacher_model_name_or_path: ./t\nbeta: 0.0\ntemperature: 0.7\nnum_generations: 4\nmax_steps: 3\n"
            "per_device_train_batch_size: 16\ndataset_name: ./p.jsonl\nteacher_model_revision: main\n",
            {});
        const RunConfig& c = r.config;
        QCOMPARE(c.distill.beta, 0.0);
        QCOMPARE(c.distill.onPolicyShare, 1.0);
        QCOMPARE(c.distill.temperature, 0.7); // one temperature for both
        QCOMPARE(c.rollout.temperature, 0.7);
        QCOMPARE(c.rollout.topP, 0.95); // TRL's default
        QCOMPARE(c.rollout.promptsPerStep, 4);
        QCOMPARE(c.rollout.numGenerations, 4);
        QCOMPARE(lineOf(r, "teacher_model_revision")->treatment, RecipeTreatment::NoCounterpart);
        QVERIFY2(r.valid(), recipeTable(r).c_str());
    }

    void miniLlm()
    {
        IMPORT(r,
            "args = MiniLLMConfig(kd_temperature=2.0, gamma=0.5, rkl_advantage=False, beta=0.1, max_steps=3, "
            "shuffle_dataset=False)\nteacher_model_name_or_path = './t'\ndataset_name = './p.jsonl'\n",
            {});
        QCOMPARE(r.config.distill.divergence, std::string("minillm"));
        QCOMPARE(r.config.distill.temperature, 2.0);
        QCOMPARE(r.config.distill.gamma, 0.5);
        QCOMPARE(r.config.rollout.numGenerations, 8); // TRL's default
        QVERIFY(!r.config.data.shuffle);
        QCOMPARE(lineOf(r, "rkl_advantage")->treatment, RecipeTreatment::NoCounterpart);
        QCOMPARE(lineOf(r, "beta")->treatment, RecipeTreatment::NoCounterpart);
        QVERIFY2(r.valid(), recipeTable(r).c_str());
        IMPORT(sampled, "args = MiniLLMConfig(single_step_decomposition=False, max_steps=3)\n", {});
        QCOMPARE(sampled.config.distill.divergence, std::string("reverse_kl"));
    }

    void whichTrainer()
    {
        RunConfig c = defaultConfig("distill");
        c.distill.teacher = "t";
        const auto script = [&] { return exportRecipe(c, "trl")->files.at(0).text; };
        QVERIFY(script().find("from trl.experimental.distillation import DistillationConfig, DistillationTrainer\n")
            != std::string::npos);
        QVERIFY(script().find("teacher_model=teacher_model_name_or_path,\n") != std::string::npos);
        c.rollout.temperature = 0.9; // the loss at 1: one temperature does not do
        QVERIFY(script().find("from trl.experimental.gkd import GKDConfig, GKDTrainer\n") != std::string::npos);
        c.distill.divergence = "reverse_kl";
        QVERIFY(script().find("single_step_decomposition=False") != std::string::npos);
        c.distill.divergence = "classic";
        c.distill.onPolicyShare = 0;
        c.data.path = "rows.jsonl";
        QVERIFY(exportRecipe(c, "trl").error().message.find("labels and a teacher at once") != std::string::npos);
    }

    void prime()
    {
        IMPORT(r, fixture("verl_prime.sh"), { "", "", 0, 6400 });
        const RunConfig& c = r.config;
        QCOMPARE(r.framework, std::string("verl"));
        QCOMPARE(c.general.kind, std::string("prime"));
        QCOMPARE(c.prime.beta, 0.05);
        QCOMPARE(c.prime.outcomeCoef, 5.0); // the recipe's default
        QCOMPARE(c.prime.processCoef, 5.0);
        QCOMPARE(c.prime.learningRate, 1e-6);
        QCOMPARE(c.entropy.coef, 0.001); // the recipe's default
        QCOMPARE(c.rollout.promptsPerStep, 64);
        QCOMPARE(c.rollout.numGenerations, 4);
        QVERIFY(c.selection.dynamicSampling);
        QCOMPARE(c.selection.maxRounds, 4);
        QVERIFY(c.selection.passRateMin < 0.2 && c.selection.passRateMin > 0.19); // 1 of 5 trains there, too
        QVERIFY(c.selection.passRateMax > 0.8 && c.selection.passRateMax < 0.81);
        QCOMPARE(c.algorithm.beta, 0.0);
        QCOMPARE(c.general.maxSteps, 1500);
        QCOMPARE(lineOf(r, "reward_model.model.optim.grad_clip")->treatment, RecipeTreatment::NoCounterpart);
        QCOMPARE(lineOf(r, "reward_model.mini_batch_size")->treatment, RecipeTreatment::NoCounterpart);
        QCOMPARE(lineOf(r, "reward_model.model.path")->treatment, RecipeTreatment::Ignored);
        QVERIFY(lineOf(r, "reward_model.prime_norm")->note.find("largest return") != std::string::npos);
        QVERIFY2(r.valid(), recipeTable(r).c_str());
        IMPORT(other,
            "python -m recipe.prime.main_prime reward_model.model.update=after reward_model.prime_granularity=whole "
            "reward_model.model.path=a actor_rollout_ref.model.path=b algorithm.reward_dpo_coef=2",
            {});
        for (const char* key :
            { "reward_model.model.update", "reward_model.prime_granularity", "reward_model.model.path" })
            QCOMPARE(lineOf(other, key)->treatment, RecipeTreatment::NoCounterpart);
        QCOMPARE(other.config.prime.processCoef, 2.0);
    }

    void primeThereAndBack_data()
    {
        QTest::addColumn<bool>("filtered");
        QTest::newRow("filtered") << true;
        QTest::newRow("all groups") << false;
    }
    void primeThereAndBack()
    {
        QFETCH(bool, filtered);
        RunConfig c = defaultConfig("prime");
        c.general.name = "implicit";
        c.model.path = "m";
        c.data.path = "a.parquet";
        c.data.evalPath = "b.parquet";
        c.task.name = "dataset";
        c.prime = { 0.03, 4, 2, 3e-6 };
        c.entropy.coef = 0.002;
        c.algorithm.dualClip = 3;
        c.rewards.format = 0;
        c.selection.dynamicSampling = filtered;
        if (filtered) {
            c.selection.passRateMin = 0.25;
            c.selection.passRateMax = 0.75;
            c.selection.maxRounds = 5;
        }
        EXPORT(script, c, "verl");
        const std::string& text = script.files.at(0).text;
        for (const char* part : { "-m recipe.prime.main_prime \\\n", "algorithm.adv_estimator=rloo",
                 "reward_model.prime_norm=none", "reward_model.model.beta_train=0.03", "algorithm.reward_dpo_coef=4" })
            QVERIFY2(text.find(part) != std::string::npos, (part + ("\n" + text)).c_str());
        QVERIFY(text.find("recipe.dapo") == std::string::npos);
        IMPORT(back, text, {});
        const std::string lost = lostSilently(c, script, back.config);
        QVERIFY2(lost.empty(), (lost + text).c_str());
        QCOMPARE(back.config.selection.passRateMin, c.selection.passRateMin);
    }

    void verlGkd()
    {
        IMPORT(r, fixture("verl_gkd.sh"), {});
        const RunConfig& c = r.config;
        QCOMPARE(c.general.kind, std::string("distill"));
        QCOMPARE(c.distill.beta, 0.0); // forward KL
        QCOMPARE(c.distill.topK, 256);
        QCOMPARE(c.rollout.promptsPerStep, 32);
        QCOMPARE(c.rollout.topP, 0.99);
        QCOMPARE(c.optimizer.maxGradNorm, 0.5);
        QCOMPARE(c.optimizer.schedule, std::string("inverse_sqrt"));
        for (const char* key : { "actor_rollout_ref.teacher.server_ip", "trainer.scheduler" })
            QCOMPARE(lineOf(r, key)->treatment, RecipeTreatment::NoCounterpart);
        QCOMPARE(lineOf(r, "")->field, std::string("distill.teacher")); // to fix: a server is no folder
        RunConfig own = c;
        own.distill.teacher = "t";
        own.data.evalPath = "held_out.parquet";
        EXPORT(script, own, "verl");
        QCOMPARE(script.files.size(), size_t(1)); // no reward
        QVERIFY(says(script, "distill.teacher") && says(script, "distill.top_k"));
        IMPORT(back, script.files[0].text, {});
        const std::string lost = lostSilently(own, script, back.config);
        QVERIFY2(lost.empty(), (lost + script.files[0].text).c_str());
        own.distill.topK = 0;
        EXPORT(whole, own, "verl");
        QVERIFY(says(whole, "distill.top_k")); // no server gives a whole vocabulary
        own.distill.beta = 1;
        QVERIFY(exportRecipe(own, "verl").error().message.find("beta 1.0") != std::string::npos);
    }

    void openRlhfKd()
    {
        IMPORT(r, fixture("openrlhf_kd.sh"), { "", "", 0, 1024 });
        const RunConfig& c = r.config;
        QCOMPARE(r.framework, std::string("openrlhf"));
        QCOMPARE(c.general.kind, std::string("distill"));
        QCOMPARE(c.distill.divergence, std::string("classic"));
        QCOMPARE(c.distill.alpha, 0.6); // the labels' weight
        QCOMPARE(c.distill.temperature, 1.0);
        QCOMPARE(c.distill.onPolicyShare, 0.0);
        QCOMPARE(c.distill.teacher, std::string("./llama3-70b"));
        QCOMPARE(c.sft.batchSize, 256);
        QCOMPARE(c.sft.maxLength, 2048);
        QCOMPARE(c.data.mapping, std::string("prompt=question, completion=response"));
        QCOMPARE(c.general.maxSteps, 8);
        QCOMPARE(c.optimizer.learningRate, 5e-6);
        QCOMPARE(c.optimizer.minRateRatio, 0.1);
        QVERIFY2(r.valid(), recipeTable(r).c_str());
    }

    void replay()
    {
        IMPORT(usual, "args = GRPOWithReplayBufferConfig(max_steps=5)\n", {});
        QCOMPARE(usual.config.selection.replayGroups, 64); // TRL's default
        IMPORT(yaml, "replay_buffer_size: 32\nmax_steps: 5\n", {});
        QCOMPARE(yaml.config.general.kind, std::string("grpo"));
        QCOMPARE(yaml.config.selection.replayGroups, 32);
        RunConfig c;
        c.selection.replayGroups = 48;
        EXPORT(script, c, "trl");
        QVERIFY(
            script.files[0].text.find("from trl.experimental.grpo_with_replay_buffer import GRPOWithReplayBufferConfig")
            != std::string::npos);
        IMPORT(back, script.files[0].text, {});
        QCOMPARE(back.config.selection.replayGroups, 48);
        EXPORT(verl, c, "verl");
        QVERIFY(says(verl, "selection.replay_groups"));
    }

    void orderOfProblems()
    {
        RunConfig c;
        c.rollout.partialTokens = 64;
        c.selection.order = "curriculum";
        for (const char* framework : { "trl", "verl" }) {
            EXPORT(script, c, framework);
            QVERIFY2(says(script, "rollout.partial_tokens") && says(script, "selection.order"), framework);
        }
        c = RunConfig();
        c.task.name = "dataset";
        c.data.path = "rows.jsonl";
        c.data.shuffle = false;
        EXPORT(script, c, "trl");
        IMPORT(back, script.files[0].text, {});
        QVERIFY(!back.config.data.shuffle); // rows in their own order
        IMPORT(verl,
            "python -m verl.experimental.fully_async_policy.fully_async_main algorithm.adv_estimator=grpo "
            "actor_rollout_ref.rollout.n=8 async_training.partial_rollout=True async_training.staleness_threshold=0.1 "
            "data.sampler.class_path=mine.py data.sampler.class_name=Easy rollout.nnodes=1",
            {});
        QVERIFY(
            lineOf(verl, "async_training.partial_rollout")->note.find("rollout.partial_tokens") != std::string::npos);
        QVERIFY(lineOf(verl, "data.sampler.class_name")->note.find("selection.order") != std::string::npos);
        for (const char* key : { "async_training.partial_rollout", "async_training.staleness_threshold",
                 "data.sampler.class_path", "data.sampler.class_name" })
            QCOMPARE(lineOf(verl, key)->treatment, RecipeTreatment::NoCounterpart);
        QCOMPARE(lineOf(verl, "rollout.nnodes")->treatment, RecipeTreatment::Ignored);
        IMPORT(openRlhf,
            "python3 -m openrlhf.cli.train_ppo_ray --advantage_estimator rloo --n_samples_per_prompt 4 "
            "--partial_rollout_enable",
            {});
        QVERIFY(lineOf(openRlhf, "partial_rollout_enable")->note.find("rollout.partial_tokens") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestTeachingRecipes)
#include "tst_teaching_recipes.moc"
