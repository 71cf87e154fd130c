// Every piece of advice appears for the configuration that it is about, at its field, and for no other: the defaults
// and the project's own experiments get no warning that they do not deserve.

#include "core/base/files.h"
#include "core/config/advice.h"
#include "tests/support/model_shape.h"

#include <QDirIterator>
#include <QTest>

#include <algorithm>

using namespace aha;

class TestAdvice : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void defaultsNeedNone()
    {
        for (const char* kind : { "grpo", "rloo", "ppo", "reinforce_pp", "mirror_descent", "sft", "dpo", "distill" })
            for (const Advice& piece : advise(defaultConfig(kind), {}))
                QFAIL((std::string(kind) + ": " + piece.path + ": " + piece.sentence).c_str());
    }

    void one_data()
    {
        QTest::addColumn<QString>("settings"); // separated by blanks; "model": with the model above
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("words");
        QTest::addColumn<bool>("warning");
        const auto row = [](const char* name, const char* settings, const char* path, const char* words,
                             bool warning = true) { QTest::newRow(name) << settings << path << words << warning; };
        row("G of 2", "rollout.num_generations=2", "rollout.num_generations", "±0.71");
        row("G of 4", "rollout.num_generations=4", "rollout.num_generations", "66 % of the groups", false);
        row("cold", "rollout.temperature=0.05", "rollout.temperature", "temperature 0.05");
        row("hot", "rollout.temperature=2", "rollout.temperature", "nonsense");
        row("top-p", "rollout.top_p=0.9", "rollout.top_p", "never sampled", false);
        row("repetition penalty", "rollout.repetition_penalty=1.1", "rollout.repetition_penalty", "another one");
        row("short for rows", "task.name=dataset data.path=x rollout.max_completion_length=256",
            "rollout.max_completion_length", "256 tokens", false);
        row("longer than the model", "model rollout.max_completion_length=4096", "rollout.max_completion_length",
            "made for 4096");
        row("masked and short", "algorithm.mask_truncated_completions=true rollout.max_completion_length=64",
            "algorithm.mask_truncated_completions", "64 tokens");
        row("one round", "selection.dynamic_sampling=true selection.max_rounds=1", "selection.max_rounds", "one round");
        row("less than a group", "rollout.prompts_per_step=2 algorithm.steps_per_generation=8",
            "algorithm.steps_per_generation", "An update sees 4 completions");
        row("many updates", "algorithm.num_iterations=8", "algorithm.steps_per_generation", "32 updates");
        row("sampler off", "rollout.weights=int8 algorithm.sampler_correction=off", "algorithm.sampler_correction",
            "int8 weights");
        row("fixed reference", "algorithm.beta=0.04 general.max_steps=1000", "algorithm.ref_model_sync_steps",
            "1000 steps to the first policy", false);
        row("large beta", "algorithm.beta=0.5", "algorithm.beta", "hardly moves");
        row("moving reference", "algorithm.beta=0.01 algorithm.ref_model_sync_steps=5",
            "algorithm.ref_model_sync_steps", "every 5 steps");
        row("k1 in the loss", "algorithm.beta=0.01 algorithm.kl_estimator=k1", "algorithm.kl_estimator",
            "gradient of zero");
        row("sequence with dapo",
            "algorithm.loss_type=dapo algorithm.importance_sampling_level=sequence "
            "algorithm.epsilon=0.0003 algorithm.epsilon_high=0.0004",
            "algorithm.importance_sampling_level", "by their length");
        row("vespo corrected twice", "algorithm.loss_type=vespo algorithm.sampler_correction=sequence_truncate",
            "algorithm.sampler_correction", "counts twice");
        row("dr_grpo scaled", "algorithm.loss_type=dr_grpo", "algorithm.scale_rewards", "Dr. GRPO");
        row("cispo cut", "algorithm.loss_type=cispo", "algorithm.epsilon_high", "at 0.2 every ratio");
        row("sequence with a wide clip", "algorithm.importance_sampling_level=sequence", "algorithm.epsilon",
            "nothing is ever clipped", false);
        row("lower upper clip", "algorithm.epsilon_high=0.1", "algorithm.epsilon_high", "(0.1)");
        row("entropy", "entropy.coef=0.5", "entropy.coef", "0.5");
        row("slow critic", "general.kind=ppo critic.learning_rate=0.00001", "critic.learning_rate", "ten times");
        row("only form", "rewards.accuracy=0", "rewards.accuracy", "Only the form");
        row("form above answer", "rewards.format=2", "rewards.format", "The form pays 2, a right answer 1");
        row("paid words", "rewards.reflection=0.1", "rewards.reflection", "no better answers", false);
        row("length from the start", "rewards.length=1", "rewards.length", "length: 0@37 1@75", false);
        row("length alone", "rewards.length=1 rewards.accuracy=0", "rewards.length", "accuracy, which has no weight");
        row("overlong everywhere", "rewards.overlong=1 rewards.overlong_cache=300", "rewards.overlong_cache",
            "last 300 of 200");
        row("overlong and masked", "rewards.overlong=1 algorithm.mask_truncated_completions=true", "rewards.overlong",
            "reaches nobody", false);
        row("late schedule", "rewards.weight_schedule=format:1@500", "rewards.weight_schedule", "begins at step 500");
        row("no rate", "optimizer.learning_rate=0", "optimizer.learning_rate", "is 0");
        row("high rate", "model optimizer.learning_rate=0.0005", "optimizer.learning_rate", "higher than recipes");
        row("low rate", "model optimizer.learning_rate=0.00000001", "optimizer.learning_rate", "lower than recipes");
        row("high rate, LoRA", "model adapter.rank=16 optimizer.learning_rate=0.001", "optimizer.learning_rate",
            "for an adapter");
        row("KL against the rate", "model algorithm.beta=0.01 optimizer.learning_rate=0.00002", "algorithm.beta",
            "KL spikes", false);
        row("short pass", "model training.tokens_per_pass=64", "training.tokens_per_pass", "passes whole", false);
        row("logits", "model training.tokens_per_pass=100000", "training.tokens_per_pass", "60 GB of logits", false);
        row("endless warm-up", "optimizer.schedule=cosine optimizer.warmup_steps=600", "optimizer.warmup_steps",
            "never reaches");
        row("adapter's scale", "adapter.rank=4 adapter.alpha=64", "adapter.alpha", "= 16");
        row("dropout", "adapter.rank=4 adapter.dropout=0.1", "adapter.dropout", "thinned");
        row("by heart", "general.kind=sft data.path=x general.max_steps=2000", "general.max_steps", "16 times");
        row("hardly any", "general.kind=sft data.path=x general.max_steps=5", "general.max_steps", "4 % of the rows",
            false);
        row("rows too long", "model general.kind=sft data.path=x sft.max_length=8192", "sft.max_length",
            "made for 4096");
        row("small KTO", "general.kind=kto data.path=x preference.batch_size=2", "preference.batch_size", "noise");
        row("large DPO beta", "general.kind=dpo data.path=x preference.beta=3", "preference.beta", "hardly allowed",
            false);
        row("own teacher", "general.kind=distill distill.teacher=resources/models/miniature", "distill.teacher",
            "same model");
        row("few of the teacher's", "general.kind=distill distill.teacher=x distill.top_k=2", "distill.top_k", "only 2",
            false);
        row("evaluates more", "eval.every_steps=1", "eval.every_steps", "512 completions");
        row("few problems", "eval.problems=64", "eval.problems", "±12 points", false);
        row("first and last", "eval.problems=16", "eval.problems", "have 512 problems: ±4 points", false);
        row("one checkpoint", "checkpoint.every_steps=200", "checkpoint.every_steps",
            "a crash in between loses everything", false);
    }
    void one()
    {
        QFETCH(QString, settings);
        QFETCH(QString, path);
        QFETCH(QString, words);
        QFETCH(bool, warning);
        RunConfig config;
        AdviceContext context;
        context.dataRows = 1000;
        for (const QString& setting : settings.split(' ', Qt::SkipEmptyParts)) {
            if (setting == "model") {
                context.model = halfBillion();
                config.optimizer.learningRate = 1e-6; // where the miniature's would be the advice
                continue;
            }
            const Result<void> set = applySetting(config, setting.toStdString());
            QVERIFY2(set, set ? "" : set.error().sentence().c_str());
        }
        const std::vector<Advice> found = advise(config, context);
        QString all;
        int hits = 0;
        for (const Advice& piece : found) {
            all += QString::fromStdString(piece.path + ": " + piece.sentence + "\n");
            if (QString::fromStdString(piece.path) == path && QString::fromStdString(piece.sentence).contains(words)) {
                ++hits;
                QCOMPARE(piece.severity == Severity::Warning, warning);
            }
        }
        QVERIFY2(hits == 1, qPrintable(all));
    }

    /// Rows whose answers can be judged: one setting gives a fine-tuning run its pass@1.
    void heldOutIsOffered()
    {
        RunConfig config = defaultConfig("sft");
        config.data.path = "x";
        AdviceContext context;
        context.verifier = "math";
        const auto offered = [&] {
            const std::vector<Advice> found = advise(config, context);
            return std::count_if(found.begin(), found.end(), [](const Advice& piece) {
                return piece.path == "data.verifier" && piece.severity == Severity::Hint
                    && piece.sentence.find("data.verifier math") != std::string::npos;
            });
        };
        QCOMPARE(offered(), 1);
        config.data.verifier = "math"; // taken: what it reads then is shown
        QCOMPARE(offered(), 0);
        for (const Field& field : fields(config))
            if (field.info.path() == "eval.final_problems")
                QVERIFY(applies(config, field.info));
        config.data.verifier = "none"; // so it was decided
        QCOMPARE(offered(), 0);
        config.data.verifier = "auto";
        config.data.mapping = "prompt=a, completion=b"; // the layout's answers are not the ones that are read
        QCOMPARE(offered(), 0);
        config.data.mapping.clear();
        context.verifier.clear();
        QCOMPARE(offered(), 0);
    }

    void experimentsDeserveTheirs()
    {
        // Some only sample, one pays for the form alone and says so, one recipe is published as it is.
        const QStringList deserved { "sample.json optimizer.learning_rate", "held_out.json optimizer.learning_rate",
            "config.json rewards.accuracy", "open_r1_demo.json rewards.format" };
        QStringList given;
        int files = 0;
        for (const char* folder : { "/experiments", "/resources/recipes" })
            for (QDirIterator it(QString(AHASCOPE_TEST_SOURCE_DIR) + folder, { "*.json" }, QDir::Files,
                     QDirIterator::Subdirectories);
                 it.hasNext();) {
                const QString file = it.next();
                const auto text = readFile(file.toStdString(), 1 << 20);
                QVERIFY(text);
                const auto config = runConfigFromJson(*text);
                if (!config)
                    continue; // recipes of models and the gallery itself
                ++files;
                for (const Advice& piece : advise(*config, {}))
                    if (piece.severity == Severity::Warning)
                        given << QFileInfo(file).fileName() + " " + QString::fromStdString(piece.path);
            }
        QVERIFY(files > 40);
        for (const QString& one : given)
            QVERIFY2(deserved.contains(one), qPrintable(one));
        for (const QString& one : deserved)
            QVERIFY2(given.contains(one), qPrintable(one));
    }

    void onlyWhatIsRead()
    {
        RunConfig config = defaultConfig("sft");
        config.rollout.temperature = 0.05; // of the examples to read: no group, no gradient
        config.rollout.numGenerations = 2;
        for (const Advice& piece : advise(config, {}))
            QVERIFY2(
                piece.path != "rollout.num_generations" && piece.path != "rollout.temperature", piece.path.c_str());
        config = defaultConfig("reinforce");
        config.algorithm.epsilonHigh = 0.1; // nothing is clipped: the field is not even shown
        for (const Advice& piece : advise(config, {}))
            QVERIFY2(piece.path != "algorithm.epsilon_high", piece.path.c_str());
    }
};

QTEST_GUILESS_MAIN(TestAdvice)
#include "tst_advice.moc"
