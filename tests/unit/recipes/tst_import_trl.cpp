// TRL's and open-r1's recipes: published settings become the fields of ours, with an account of every one.

#include "core/recipes/import_recipe.h"

#include <QFile>
#include <QtTest>

#include <set>

using namespace aha;

namespace {

std::string fixture(const QString& name)
{
    QFile file(QString(AHASCOPE_TEST_FIXTURES) + "/recipes/" + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

const RecipeLine* lineOf(const ImportedRecipe& recipe, const std::string& key, const std::string& field)
{
    for (const RecipeLine& line : recipe.lines)
        if (line.key == key && (field.empty() || line.field == field))
            return &line;
    return nullptr;
}

} // namespace

#define IMPORT(name, text, ...)                                                                                        \
    const Result<ImportedRecipe> name##Result = importRecipe(text, __VA_ARGS__);                                       \
    QVERIFY2(name##Result, name##Result ? "" : name##Result.error().sentence().c_str());                               \
    const ImportedRecipe& name = *name##Result

class TestImportTrl : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void openR1Demo()
    {
        ImportOptions options;
        options.rows = 80000;
        IMPORT(r, fixture("open_r1_grpo_demo.yaml"), options);
        QCOMPARE(r.framework, std::string("openr1"));
        const RunConfig& c = r.config;
        QCOMPARE(c.general.kind, std::string("grpo"));
        QCOMPARE(c.model.path, std::string("Qwen/Qwen2.5-1.5B-Instruct"));
        QCOMPARE(c.task.name, std::string("dataset"));
        QCOMPARE(c.prompt.system,
            std::string(
                "You are a helpful AI Assistant that provides well-reasoned responses. Think first,\nthen answer."));
        QCOMPARE(c.rollout.promptsPerStep, 4); // 16 x 4 / 16
        QCOMPARE(c.algorithm.stepsPerGeneration, 1);
        QCOMPARE(c.rollout.maxCompletionLength, 1024);
        QCOMPARE(c.general.maxSteps, 20000); // 80000 / 4
        QCOMPARE(c.optimizer.warmupSteps, 2000);
        QCOMPARE(c.optimizer.learningRate, 2e-5);
        QCOMPARE(c.optimizer.schedule, std::string("cosine"));
        QCOMPARE(c.optimizer.beta2, 0.999); // transformers' default, not ours
        QCOMPARE(c.algorithm.lossType, std::string("dapo")); // TRL's default
        QCOMPARE(c.algorithm.samplerCorrection, std::string("sequence_mask")); // with use_vllm
        QCOMPARE(c.general.seed, 42);
        QCOMPARE(c.checkpoint.keep, 2);
        QCOMPARE(c.rewards.accuracy, 1.0);
        QCOMPARE(c.rewards.format, 1.0);
        QCOMPARE(c.rewards.tags, 0.5);
        QVERIFY2(validate(c), "an import must be valid");
        QVERIFY(r.valid());
        QCOMPARE(lineOf(r, "loss_type", "")->treatment, RecipeTreatment::Default);
        QCOMPARE(lineOf(r, "learning_rate", "")->treatment, RecipeTreatment::Taken);
        QCOMPARE(lineOf(r, "max_prompt_length", "")->treatment, RecipeTreatment::NoCounterpart);
        QCOMPARE(lineOf(r, "push_to_hub", "")->treatment, RecipeTreatment::Ignored);
        QVERIFY(lineOf(r, "per_device_train_batch_size", "")->note.find("16 rows x 4 accumulated x 1 processes") == 0);
        QVERIFY(recipeTable(r).find("learning_rate = 2e-05") != std::string::npos);
    }

    /// Every setting of every recipe has its line, in the order of the recipe.
    void nothingIsDropped_data()
    {
        QTest::addColumn<QString>("file");
        for (const char* file : { "open_r1_grpo_demo.yaml", "open_r1_distill_sft.yaml", "dr_grpo.json", "gspo.py" })
            QTest::newRow(file) << file;
    }
    void nothingIsDropped()
    {
        QFETCH(QString, file);
        IMPORT(r, fixture(file), {});
        int64_t last = 0;
        std::set<int64_t> lines;
        for (const RecipeLine& line : r.lines)
            if (line.line > 0) {
                QVERIFY2(line.line >= last, line.key.c_str());
                last = line.line;
                lines.insert(line.line);
                QVERIFY2((!line.field.empty() || !line.note.empty()) && line.note != "not read", line.key.c_str());
            }
        QVERIFY(lines.size() >= 1);
        if (file.endsWith(".yaml")) { // one line a key
            std::set<int64_t> keys;
            const QStringList text = QString::fromStdString(fixture(file)).split('\n');
            for (int i = 0; i < text.size(); ++i)
                if (!text[i].isEmpty() && text[i][0].isLetter())
                    keys.insert(i + 1);
            QVERIFY(keys == lines);
        }
    }

    void distillation()
    {
        IMPORT(r, fixture("open_r1_distill_sft.yaml"), { "", "", 8, 0 });
        const RunConfig& c = r.config;
        QCOMPARE(c.general.kind, std::string("sft"));
        QCOMPARE(c.sft.batchSize, 128); // 2 x 8 x 8 processes
        QCOMPARE(c.sft.maxLength, 32768);
        QCOMPARE(c.sft.packing, std::string("none"));
        QCOMPARE(c.optimizer.schedule, std::string("cosine_with_min_lr"));
        QCOMPARE(c.optimizer.minRateRatio, 0.1);
        QCOMPARE(c.optimizer.maxGradNorm, 0.2);
        QCOMPARE(c.optimizer.learningRate, 4e-5);
        QCOMPARE(c.eval.everySteps, 0);
        QVERIFY(validate(c));
        QVERIFY(!r.valid()); // five epochs of how many rows?
        QCOMPARE(lineOf(r, "num_train_epochs", "")->treatment, RecipeTreatment::ToFix);
        IMPORT(counted, fixture("open_r1_distill_sft.yaml"), { "", "", 8, 12801 });
        QCOMPARE(counted.config.general.maxSteps, 505); // 101 batches an epoch
        QVERIFY(counted.valid());
    }

    void papers()
    {
        IMPORT(dapo, fixture("dapo.json"), {});
        QCOMPARE(dapo.config.algorithm.epsilonHigh, 0.28);
        QVERIFY(dapo.config.algorithm.maskTruncatedCompletions);
        QCOMPARE(dapo.config.rollout.promptsPerStep, 512);
        QCOMPARE(dapo.config.algorithm.stepsPerGeneration, 16);
        QCOMPARE(dapo.config.general.maxSteps, 100); // 1600 updates
        IMPORT(dr, fixture("dr_grpo.json"), {});
        QCOMPARE(dr.config.algorithm.lossType, std::string("dr_grpo"));
        QCOMPARE(dr.config.algorithm.scaleRewards, std::string("none"));
        QCOMPARE(dr.config.algorithm.epsilonHigh, 0.2);
        QCOMPARE(lineOf(dr, "scale_rewards", "")->treatment, RecipeTreatment::Changed);
        IMPORT(gspo, fixture("gspo.py"), {});
        QCOMPARE(gspo.config.algorithm.importanceLevel, std::string("sequence"));
        QCOMPARE(gspo.config.algorithm.epsilon, 3e-4);
        QCOMPARE(gspo.config.algorithm.epsilonHigh, 4e-4);
        QCOMPARE(gspo.config.algorithm.stepsPerGeneration, 4);
        QCOMPARE(gspo.config.rollout.promptsPerStep, 16);
        QCOMPARE(gspo.config.general.maxSteps, 100);
        QCOMPARE(lineOf(gspo, "reward_funcs", "rewards.format")->note,
            std::string("the recipe names no reward functions: ours stay"));
        for (const ImportedRecipe* r : { &dapo, &dr, &gspo })
            QVERIFY(validate(r->config));
    }

    void preferences()
    {
        IMPORT(dpo,
            "DPOConfig(loss_type=['sigmoid', 'sft'], loss_weights=[1.0, 0.5], beta=0.2, ld_alpha=None, "
            "f_divergence_type='js_divergence', max_length=None, max_steps=10, per_device_train_batch_size=4, "
            "gradient_accumulation_steps=2)\ndataset_name = './pairs.jsonl'",
            {});
        QCOMPARE(dpo.config.preference.lossType, std::string("sigmoid;sft"));
        QCOMPARE(dpo.config.preference.lossWeights, std::string("1.0;0.5"));
        QCOMPARE(dpo.config.preference.fDivergence, std::string("js_divergence"));
        QCOMPARE(dpo.config.preference.maxLength, 1048576);
        QCOMPARE(dpo.config.preference.batchSize, 8);
        QCOMPARE(dpo.config.optimizer.learningRate, 1e-6);
        QVERIFY(dpo.valid());
        IMPORT(kto, "loss_type: apo_zero_unpaired\ndesirable_weight: 1.5\nmax_steps: 10\n", {});
        QCOMPARE(kto.config.preference.ktoLoss, std::string("apo_zero_unpaired"));
        QVERIFY(!kto.valid()); // no data
        QCOMPARE(kto.lines.back().field, std::string("data.path"));
        IMPORT(cpo, "loss_type: simpo\ncpo_alpha: 0\nsimpo_gamma: 1.4\nbeta: 2\nmax_steps: 10\n", {});
        QCOMPARE(cpo.config.preference.cpoLoss, std::string("simpo"));
        QCOMPARE(cpo.config.preference.simpoGamma, 1.4);
    }

    void refuses_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("part");
        const auto row = [](const char* name, const char* text, const char* part) {
            QTest::newRow(name) << std::string(text) << std::string(part);
        };
        row("range", "beta: 0.1\nnum_generations: 1\nper_device_train_batch_size: 8",
            "Line 2: num_generations is 1: it does not fit. rollout.num_generations is 1.");
        row("type", "num_generations: 8\ntemperature: hot\n", "Line 2: temperature is hot");
        row("flag", "num_generations: 8\nbeta: true\n", "Line 2: beta is true");
        row("choice", "num_generations: 8\nloss_type: best\n", "Line 2: loss_type is best");
        static const std::string longText = "num_generations: 8\nloss_type: " + std::string(5000, 'x') + "\n";
        row("long choice", longText.c_str(), "…: it does not fit algorithm.loss_type.");
        row("groups", "num_generations: 7\nper_device_train_batch_size: 16\n",
            "16 completions of a rollout batch are not whole groups of 7");
        row("weights", "num_generations: 8\nreward_funcs: [accuracy]\nreward_weights: [1, 2]\n",
            "Line 2: reward_funcs");
        row("which trainer", "beta: 0.1\nlearning_rate: 1e-6\n", "does not say which trainer");
        row("another trainer", "args = GOLDConfig(beta=0.5)\n", "no counterpart of TRL's GOLDConfig");
        row("another vocabulary", "lmbda: 0.5\nuse_uld_loss: true\n", "no counterpart of TRL's GOLD");
        row("half a group", "kd_temperature: 1.0\nnum_generations: 3\nper_device_train_batch_size: 4\n",
            "4 completions of an update are not whole groups of 3");
        row("half a step", "num_generations: 8\nmax_steps: 2.5\n", "Line 2: max_steps is 2.5");
    }
    void refuses()
    {
        QFETCH(std::string, text);
        QFETCH(std::string, part);
        const Result<ImportedRecipe> r = importRecipe(text, {});
        QVERIFY(!r);
        QVERIFY2(r.error().sentence().find(part) != std::string::npos, r.error().sentence().c_str());
    }

    void unknownAndUnused()
    {
        IMPORT(r,
            "num_generations: 8\nmade_up: 3\nreward_funcs: [accuracy, code]\nlora_r: 8\nmax_steps: 8\nlearning_rate: "
            "1\nlearning_rates: 2\n",
            {});
        QCOMPARE(lineOf(r, "made_up", "")->treatment, RecipeTreatment::NoCounterpart);
        QCOMPARE(lineOf(r, "lora_r", "")->treatment, RecipeTreatment::Ignored);
        QCOMPARE(r.config.adapter.rank, 0);
        QCOMPARE(r.config.rewards.format, 0.0);
        QVERIFY(recipeTable(r).find("the function code has no counterpart") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestImportTrl)
#include "tst_import_trl.moc"
