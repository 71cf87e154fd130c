// verl's and OpenRLHF's command lines: the projects' examples become the fields of ours.

#include "core/recipes/import_recipe.h"

#include <QFile>
#include <QtTest>

using namespace aha;

namespace {

std::string fixture(const QString& name)
{
    QFile file(QString(AHASCOPE_TEST_FIXTURES) + "/recipes/" + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

const RecipeLine* lineOf(const ImportedRecipe& recipe, const std::string& key)
{
    for (const RecipeLine& line : recipe.lines)
        if (line.key == key)
            return &line;
    return nullptr;
}

} // namespace

#define IMPORT(name, text, ...)                                                                                        \
    const Result<ImportedRecipe> name##Result = importRecipe(text, __VA_ARGS__);                                       \
    QVERIFY2(name##Result, name##Result ? "" : name##Result.error().sentence().c_str());                               \
    const ImportedRecipe& name = *name##Result

class TestImportShell : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void verlGrpo()
    {
        IMPORT(r, fixture("verl_grpo.sh"), { "", "", 0, 7473 });
        QCOMPARE(r.framework, std::string("verl"));
        const RunConfig& c = r.config;
        QCOMPARE(c.general.kind, std::string("grpo"));
        QCOMPARE(c.general.name, std::string("qwen2_7b_function_rm"));
        QCOMPARE(c.rollout.promptsPerStep, 1024);
        QCOMPARE(c.rollout.numGenerations, 5);
        QCOMPARE(c.algorithm.stepsPerGeneration, 4);
        QCOMPARE(c.algorithm.lossType, std::string("dapo")); // token-mean by default
        QCOMPARE(c.algorithm.beta, 0.001);
        QCOMPARE(c.algorithm.klPlacement, std::string("loss"));
        QCOMPARE(c.algorithm.klEstimator, std::string("k3"));
        QVERIFY(!c.algorithm.useBiasCorrectionKl);
        QCOMPARE(c.algorithm.dualClip, 3.0); // verl's default
        QCOMPARE(c.optimizer.weightDecay, 0.01); // verl's default
        QCOMPARE(c.general.maxSteps, 15 * 7); // 7473 rows, whole batches only
        QCOMPARE(c.eval.everySteps, 5);
        QCOMPARE(c.rewards.format, 0.0);
        QCOMPARE(c.data.path, std::string("$HOME/data/gsm8k/train.parquet"));
        QVERIFY(lineOf(r, "data.train_files")->note.find("variable") != std::string::npos);
        QCOMPARE(lineOf(r, "data.max_prompt_length")->treatment, RecipeTreatment::NoCounterpart);
        QCOMPARE(lineOf(r, "trainer.n_gpus_per_node")->treatment, RecipeTreatment::Ignored);
        QVERIFY(r.valid());
        for (const RecipeLine& line : r.lines) // the example has no setting that is unknown here
            QVERIFY2(line.note.find("that is known here") == std::string::npos, line.key.c_str());
    }

    void verlDapo()
    {
        IMPORT(r, fixture("verl_dapo.sh"), {});
        const RunConfig& c = r.config;
        QCOMPARE(c.model.path, std::string("Qwen/Qwen2.5-32B"));
        QCOMPARE(c.algorithm.epsilon, 0.2);
        QCOMPARE(c.algorithm.epsilonHigh, 0.28);
        QCOMPARE(c.algorithm.dualClip, 10.0);
        QCOMPARE(c.algorithm.beta, 0.0);
        QCOMPARE(c.rollout.maxCompletionLength, 20480);
        QCOMPARE(c.algorithm.stepsPerGeneration, 16);
        QVERIFY(c.selection.dynamicSampling);
        QCOMPARE(c.selection.maxRounds, 10);
        QCOMPARE(c.rewards.overlong, 1.0);
        QCOMPARE(c.rewards.overlongCache, 4096);
        QCOMPARE(c.optimizer.schedule, std::string("constant_with_warmup"));
        QCOMPARE(c.optimizer.warmupSteps, 160); // 10 steps of 16 updates
        QCOMPARE(c.general.maxSteps, 200);
        QVERIFY(r.valid());
        for (const RecipeLine& line : r.lines)
            QVERIFY2(line.note.find("that is known here") == std::string::npos, line.key.c_str());
    }

    void verlPpo()
    {
        IMPORT(r,
            "python3 -m verl.trainer.main_ppo algorithm.gamma=0.99 data.train_batch_size=256 "
            "data.train_files=a.parquet "
            "actor_rollout_ref.actor.ppo_mini_batch_size=128 critic.optim.lr=2e-5 algorithm.use_kl_in_reward=True "
            "algorithm.kl_ctrl.type=adaptive algorithm.kl_ctrl.target_kl=6 algorithm.kl_ctrl.kl_coef=0.01 "
            "trainer.total_training_steps=10",
            {});
        const RunConfig& c = r.config;
        QCOMPARE(c.general.kind, std::string("ppo"));
        QCOMPARE(c.rollout.promptsPerStep, 128); // one completion a prompt there, two here
        QCOMPARE(c.rollout.numGenerations, 2);
        QCOMPARE(c.algorithm.stepsPerGeneration, 2);
        QCOMPARE(c.algorithm.klPlacement, std::string("reward"));
        QCOMPARE(c.algorithm.klEstimator, std::string("k1"));
        QCOMPARE(c.algorithm.beta, 0.01);
        QCOMPARE(c.critic.klTarget, 6.0);
        QCOMPARE(c.critic.learningRate, 2e-5);
        QCOMPARE(c.critic.lambda, 1.0); // verl's default
        QVERIFY2(r.valid(), recipeTable(r).c_str());
    }

    void verlYaml()
    {
        IMPORT(r,
            "algorithm:\n  adv_estimator: rloo\ndata:\n  train_files: [a.parquet, b.parquet]\n  train_batch_size: 8\n"
            "actor_rollout_ref:\n  rollout:\n    n: 4\n  actor:\n    ppo_mini_batch_size: 8\ntrainer:\n  "
            "total_training_steps: 5\n",
            {});
        QCOMPARE(r.config.general.kind, std::string("rloo"));
        QCOMPARE(r.config.data.path, std::string("a.parquet;b.parquet"));
        QVERIFY2(r.valid(), recipeTable(r).c_str());
    }

    void openRlhf()
    {
        IMPORT(r, fixture("openrlhf_reinforce.sh"), { "", "", 0, 1280 });
        QCOMPARE(r.framework, std::string("openrlhf"));
        const RunConfig& c = r.config;
        QCOMPARE(c.general.kind, std::string("reinforce_pp_baseline"));
        QCOMPARE(c.model.path, std::string("Qwen/Qwen3-4B"));
        QCOMPARE(c.rollout.promptsPerStep, 128);
        QCOMPARE(c.rollout.numGenerations, 8);
        QCOMPARE(c.algorithm.stepsPerGeneration, 4);
        QCOMPARE(c.algorithm.beta, 1e-5);
        QCOMPARE(c.algorithm.klPlacement, std::string("loss"));
        QCOMPARE(c.algorithm.klEstimator, std::string("k2"));
        QCOMPARE(c.algorithm.epsilonHigh, 0.27);
        QVERIFY(c.selection.dynamicSampling);
        QCOMPARE(c.optimizer.beta2, 0.95);
        QCOMPARE(c.optimizer.schedule, std::string("cosine_with_min_lr"));
        QCOMPARE(c.optimizer.minRateRatio, 0.1);
        QCOMPARE(c.general.maxSteps, 200); // 1280 / 128 x 20
        QCOMPARE(c.optimizer.warmupSteps, 24); // 3 % of 800
        QCOMPARE(c.data.mapping, std::string("prompt=prompt, gold=label"));
        QCOMPARE(c.prompt.style, std::string("chat"));
        QCOMPARE(lineOf(r, "remote_rm_url")->treatment, RecipeTreatment::Changed);
        QVERIFY2(r.valid(), recipeTable(r).c_str());
        for (const RecipeLine& line : r.lines)
            QVERIFY2(line.note.find("that is known here") == std::string::npos, line.key.c_str());
    }

    void refuses_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("part");
        const auto row = [](const char* name, const char* text, const char* part) {
            QTest::newRow(name) << std::string(text) << std::string(part);
        };
        row("estimator", "python -m verl.trainer.main_ppo \\\n algorithm.adv_estimator=opo",
            "Line 2: there is no counterpart of verl's advantage estimator opo");
        row("group of one",
            "python -m verl.trainer.main_ppo algorithm.adv_estimator=grpo \\\n actor_rollout_ref.rollout.n=1",
            "Line 2: actor_rollout_ref.rollout.n is 1: it does not fit");
        row("mini-batches",
            "python -m v algorithm.adv_estimator=grpo data.train_batch_size=100 "
            "actor_rollout_ref.actor.ppo_mini_batch_size=30",
            "no multiple of ppo_mini_batch_size (30)");
        row("other trainer", "python -m openrlhf.cli.train_dpo --beta 0.1 --pretrain x",
            "no importer for openrlhf.cli.train_dpo");
        row("openrlhf's estimator", "python -m openrlhf.cli.train_ppo_ray --advantage_estimator best",
            "advantage estimator best");
        row("pair", "python -m openrlhf.cli.train_ppo_ray --eps_clip_low_high 0.2", "two numbers");
    }
    void refuses()
    {
        QFETCH(std::string, text);
        QFETCH(std::string, part);
        const Result<ImportedRecipe> r = importRecipe(text, {});
        QVERIFY(!r);
        QVERIFY2(r.error().sentence().find(part) != std::string::npos, r.error().sentence().c_str());
    }
};

QTEST_GUILESS_MAIN(TestImportShell)
#include "tst_import_shell.moc"
