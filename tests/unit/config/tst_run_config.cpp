// The whole configuration: text there and back, every kind of broken file, settings, cross-field rules, the schema
// file.

#include "core/config/run_config.h"

#include "core/base/rng.h"
#include "core/config/held_out.h"

#include <nlohmann/json.hpp>

#include <QtTest>

using namespace aha;
using Json = nlohmann::ordered_json;

namespace {

/// A valid value of every field, drawn anew.
void randomize(RunConfig& config, Rng& rng)
{
    for (Field& field : fields(config)) {
        Json value;
        if (std::holds_alternative<bool*>(field.value))
            value = rng.below(2) == 1;
        else if (std::holds_alternative<std::string*>(field.value))
            value = field.info.choices.empty() ? Json("名 \"\\ " + std::to_string(rng.next32()))
                                               : Json(field.info.choices[size_t(rng.below(field.info.choices.size()))]);
        else if (std::holds_alternative<int64_t*>(field.value))
            value = rng.between(int64_t(field.info.low), int64_t(field.info.high));
        else
            value = field.info.low + (field.info.high - field.info.low) * rng.uniform();
        QVERIFY2(field.fromJson(value).ok(), field.info.path().c_str());
    }
}

} // namespace

class TestRunConfig : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void defaultsAreValid() { QVERIFY(validate(RunConfig {}).ok()); }

    void roundTrip()
    {
        Rng rng(1, Purpose::Corpus);
        for (int round = 0; round < 200; ++round) {
            RunConfig config;
            randomize(config, rng);
            const std::string text = toJsonText(config);
            const Result<RunConfig> back = runConfigFromJson(text);
            QVERIFY2(back.ok(), back.ok() ? "" : back.error().message.c_str());
            QCOMPARE(toJsonText(*back), text);
            QVERIFY(differences(config, *back).empty());
        }
    }

    void missingFieldsKeepDefaults()
    {
        QCOMPARE(toJsonText(*runConfigFromJson("{}")), toJsonText(RunConfig {}));
        QCOMPARE(runConfigFromJson(R"({"rollout":{"temperature":0.5}})")->rollout.temperature, 0.5);
    }

    /// A stage's defaults are TRL's for that stage; what a file says wins.
    void defaultsOfTheStage()
    {
        const RunConfig sft = *runConfigFromJson(R"({"general":{"kind":"sft"}})");
        QCOMPARE(toJsonText(sft), toJsonText(defaultConfig("sft")));
        QCOMPARE(sft.optimizer.learningRate, 2e-5);
        QCOMPARE(sft.optimizer.schedule, std::string("linear"));
        QCOMPARE(runConfigFromJson(R"({"optimizer":{"learning_rate":0.5},"general":{"kind":"sft"}})")
                     ->optimizer.learningRate,
            0.5);
        QCOMPARE(toJsonText(defaultConfig("grpo")), toJsonText(RunConfig {}));
    }

    void brokenFiles_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<QByteArray>("names");
        const auto row = [](const char* name, const QByteArray& text, const char* code, const char* names) {
            QTest::newRow(name) << text << QByteArray(code) << QByteArray(names);
        };
        row("empty", "", "config_syntax", "line 1");
        row("not JSON", "{\n  \"general\": {\n    \"seed\": oops\n", "config_syntax", "line 3");
        row("half", R"({"general":{"seed":)", "config_syntax", "line 1");
        row("trailing comma", R"({"general":{"seed":1,}})", "config_syntax", "column");
        row("comment", "{ // no\n}", "config_syntax", "line 1");
        row("NaN", R"({"rollout":{"temperature":NaN}})", "config_syntax", "line 1");
        row("overflow", R"({"rollout":{"temperature":1e999}})", "config_syntax", "too large");
        row("bad UTF-8", "{\"general\":{\"name\":\"\xFF\"}}", "config_syntax", "line 1");
        row("NUL", QByteArray("{\"general\":{}\0}", 15), "config_syntax", "line 1");
        row("a list", "[1]", "config_syntax", "object");
        row("a number", "3", "config_syntax", "object");
        row("nested too deeply", QByteArray(100'000, '['), "config_syntax", "deeply");
        row("unknown group", R"({"generall":{}})", "config_unknown", "generall");
        row("unknown field", R"({"rollout":{"temperatur":1}})", "config_unknown", "rollout.temperatur");
        row("field without its group", R"({"temperature":1})", "config_unknown", "temperature");
        row("group as a number", R"({"rollout":3})", "config_type", "rollout");
        row("group as a list", R"({"rollout":[]})", "config_type", "rollout");
        row("field as a group", R"({"rollout":{"temperature":{"value":1}}})", "config_type", "rollout.temperature");
        row("group in a group", R"({"rollout":{"rollout":{"temperature":1}}})", "config_unknown", "rollout.rollout");
        row("null", R"({"rollout":{"temperature":null}})", "config_type", "rollout.temperature");
        row("text for a number", R"({"rollout":{"temperature":"1"}})", "config_type", "rollout.temperature");
        row("out of range", R"({"rollout":{"temperature":-1}})", "config_range", "rollout.temperature");
        row("half a prompt", R"({"rollout":{"prompts_per_step":2.5}})", "config_type", "rollout.prompts_per_step");
        row("2^64", R"({"general":{"seed":18446744073709551616}})", "config_range", "general.seed");
        row("newer version", R"({"version":2})", "config_version", "2");
        row("version as text", R"({"version":"1"})", "config_version", "version");
        row("version 0", R"({"version":0})", "config_version", "0");
    }
    void brokenFiles()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, code);
        QFETCH(QByteArray, names);
        const Result<RunConfig> r = runConfigFromJson(text.toStdString());
        QVERIFY(!r.ok());
        QCOMPARE(QByteArray::fromStdString(r.error().code), code);
        QVERIFY2(QByteArray::fromStdString(r.error().sentence()).contains(names), r.error().sentence().c_str());
        QVERIFY(!r.error().hint.empty());
    }

    void nearestNameIsOffered()
    {
        QVERIFY(runConfigFromJson(R"({"optimizer":{"learning_rte":1}})").error().hint.find("optimizer.learning_rate")
            != std::string::npos);
        const Error longName = runConfigFromJson("{\"" + std::string(900'000, 'x') + "\":{}}").error();
        QVERIFY(longName.code == "config_unknown" && longName.message.size() < 300);
    }

    void settings()
    {
        RunConfig config;
        QVERIFY(applySetting(config, "temperature=0.5").ok());
        QVERIFY(applySetting(config, "general.name=a=b").ok());
        QCOMPARE(config.general.name, std::string("a=b"));
        QCOMPARE(applySetting(config, "every_steps=3").error().code, std::string("config_ambiguous"));
        QVERIFY(applySetting(config, "every_steps=3").error().hint.find("eval.every_steps") != std::string::npos);
        for (const char* bad : { "", "=", "=3", "temperature", "temperature 3" })
            QCOMPARE(applySetting(config, bad).error().code, std::string("config_syntax"));
        QCOMPARE(applySetting(config, "\xFF=1").error().code, std::string("config_unknown"));
        QCOMPARE(differences(RunConfig {}, config).size(), size_t(2));
        QCOMPARE(differences(RunConfig {}, config)[0], std::string("general.name: run -> a=b"));
    }

    void aBareNameMeansWhatTheKindReads()
    {
        RunConfig config;
        QVERIFY(applySetting(config, "beta=0.25").ok());
        QCOMPARE(config.algorithm.beta, 0.25);
        QVERIFY(applySetting(config, "kind=dpo").ok());
        QVERIFY(applySetting(config, "beta=0.5").ok());
        QCOMPARE(config.preference.beta, 0.5);
        QCOMPARE(config.algorithm.beta, 0.25);
    }

    void aNewKindBringsItsDefaultsAndKeepsWhatWasSet()
    {
        RunConfig config;
        QVERIFY(applySetting(config, "adam_beta2=0.9").ok());
        QVERIFY(applySetting(config, "general.kind=sft").ok());
        QCOMPARE(config.optimizer.learningRate, defaultConfig("sft").optimizer.learningRate);
        QCOMPARE(config.optimizer.beta2, 0.9);
        QVERIFY(applySetting(config, "general.kind=grpo").ok());
        QCOMPARE(config.optimizer.learningRate, defaultConfig("grpo").optimizer.learningRate);
        const RunConfig before = config;
        QCOMPARE(applySetting(config, "general.kind=gpro").error().code, std::string("config_choice"));
        QVERIFY(differences(before, config).empty());
    }

    void everyKindsDefaultsAreReadByIt() // so that a configuration of defaults breaks no rule
    {
        for (const char* kind :
            { "grpo", "rloo", "reinforce", "reinforce_pp", "reinforce_pp_baseline", "remax", "ppo", "mirror_descent" })
            QVERIFY2(validate(defaultConfig(kind)).ok(), kind);
        for (const char* kind : { "sft", "dpo", "kto", "cpo", "orpo" }) {
            RunConfig config = defaultConfig(kind);
            QCOMPARE(validate(config).error().message.find("learn") != std::string::npos, true);
            config.data.path = "rows.jsonl";
            QVERIFY2(validate(config).ok(), kind);
        }
        { // a run that fine-tunes reads of problems what it solves
            RunConfig tuned = defaultConfig("sft");
            tuned.data.path = "rows.jsonl";
            const auto shown = [&](const char* path) {
                for (const Field& field : fields(tuned))
                    if (field.info.path() == path)
                        return applies(tuned, field.info);
                return false;
            };
            QVERIFY(
                !shown("task.numbers") && !shown("eval.samples") && shown("data.verifier") && shown("eval.problems"));
            tuned.data.verifier = "task";
            tuned.task.numbers = 4;
            QVERIFY(shown("task.numbers") && shown("eval.samples") && !shown("sandbox.workers"));
            tuned.data.verifier = "math"; // of the held-out rows
            tuned.task.numbers = defaultConfig("sft").task.numbers;
            QVERIFY(!shown("task.numbers") && shown("eval.samples") && shown("data.extraction"));
            QVERIFY2(validate(tuned).ok(), validate(tuned).ok() ? "" : validate(tuned).error().message.c_str());
        }
        { // what it answered is rewarded by a configuration that is valid, whatever it was
            RunConfig run = defaultConfig("sft");
            run.data.path = "rows.jsonl";
            QVERIFY(noHeldOutReason(run).find("data.verifier is auto") != std::string::npos && !judgesSamples(run));
            run.rewards.format = 2; // fine-tuning itself reads no rewards
            run.data.verifier = "math";
            RunConfig rewarded = rewardedConfig(run);
            QVERIFY(validate(rewarded).ok() && noHeldOutReason(run).empty());
            QVERIFY(
                rewarded.task.name == "dataset" && rewarded.data.verifier == "math" && rewarded.rewards.format == 2);
            run.data.verifier = "task";
            run.task.name = "multiplication";
            rewarded = rewardedConfig(run);
            QVERIFY(validate(rewarded).ok() && rewarded.task.name == "multiplication" && rewarded.data.path.empty());
            run = defaultConfig("distill");
            run.distill.onPolicyShare = 0.5;
            run.data.path = "rows.jsonl";
            QVERIFY(validate(rewardedConfig(run)).ok() && noHeldOutReason(run).empty() && judgesSamples(run));
            run = defaultConfig("dpo");
            QVERIFY(noHeldOutReason(run).find("preferences (dpo)") != std::string::npos);
            QVERIFY(validate(rewardedConfig(run)).ok());
            QVERIFY(noHeldOutReason(defaultConfig("ppo")).empty());
            QCOMPARE(rewardedConfig(defaultConfig("ppo")).general.kind, std::string("ppo"));
        }
        RunConfig config = defaultConfig("distill");
        QCOMPARE(problems(config).at(0).path, std::string("distill.teacher"));
        config.distill.teacher = "teacher";
        QVERIFY(validate(config).ok());
    }

    void rulesAcrossFields_data()
    {
        QTest::addColumn<QString>("settings");
        QTest::addColumn<QByteArray>("path");
        QTest::newRow("no name") << "general.name=" << QByteArray("general.name");
        QTest::newRow("numbers swapped") << "number_min=9 number_max=1" << QByteArray("task.number_max");
        QTest::newRow("targets swapped") << "target_min=30 target_max=20" << QByteArray("task.target_max");
        QTest::newRow("targets outside the values") << "value_max=10" << QByteArray("task.value_max");
        QTest::newRow("not divisible") << "steps_per_generation=7" << QByteArray("algorithm.steps_per_generation");
        QTest::newRow("fewer at the end") << "eval.problems=100 final_problems=50" << QByteArray("eval.final_problems");
        QTest::newRow("smoothing with dft") << "general.kind=sft data.path=a sft.loss_type=dft label_smoothing=0.1"
                                            << QByteArray("sft.label_smoothing");
        QTest::newRow("a task without a use")
            << "general.kind=sft data.path=a task.numbers=4" << QByteArray("task.numbers");
        QTest::newRow("samples without a use")
            << "general.kind=sft data.path=a eval.final_samples=4" << QByteArray("eval.final_samples");
        QTest::newRow("problems to solve that cannot be")
            << "general.kind=sft data.path=a data.verifier=task number_min=9 number_max=1"
            << QByteArray("task.number_max");
        QTest::newRow("a task judges its own problems") << "data.verifier=task" << QByteArray("data.verifier");
        QTest::newRow("problems of a task that is none")
            << "general.kind=sft data.path=a data.verifier=task task.name=dataset" << QByteArray("task.name");
        QTest::newRow("a group size without a use")
            << "general.kind=sft data.path=a num_generations=4" << QByteArray("rollout.num_generations");
        QTest::newRow("packing without a use") << "sft.packing=bfd" << QByteArray("sft.packing");
        QTest::newRow("weights in order")
            << "task.name=dataset data.path=a;b data.weights=1;2 data.shuffle=false" << QByteArray("data.shuffle");
        QTest::newRow("no rows to learn from") << "task.name=dataset" << QByteArray("data.path");
        QTest::newRow("rows without a use") << "data.path=a" << QByteArray("data.path");
        QTest::newRow("a critic without a use") << "critic.lambda=0.9" << QByteArray("critic.lambda");
        QTest::newRow("a clip without a use") << "kind=remax epsilon=0.1" << QByteArray("algorithm.epsilon");
        QTest::newRow("a shared critic before the policy")
            << "kind=ppo critic.backbone=shared critic.warmup_steps=2" << QByteArray("critic.warmup_steps");
        QTest::newRow("muon of an adapter") << "optim=muon adapter.rank=4" << QByteArray("optimizer.optim");
        QTest::newRow("other people's tokens") << "kind=distill distill.teacher=t data.path=a "
                                                  "divergence=reverse_kl on_policy_share=0.5"
                                               << QByteArray("distill.on_policy_share");
        QTest::newRow("labels of its own")
            << "kind=distill distill.teacher=t divergence=classic" << QByteArray("distill.on_policy_share");
        QTest::newRow("a cache of nothing") << "kind=distill distill.teacher=t data.path=a on_policy_share=0 "
                                               "distill.cache=c"
                                            << QByteArray("distill.cache");
        QTest::newRow("no teacher") << "kind=distill" << QByteArray("distill.teacher");
        QTest::newRow("no rows to distil from")
            << "kind=distill distill.teacher=t on_policy_share=0.5" << QByteArray("data.path");
        QTest::newRow("luspo by tokens") << "algorithm.loss_type=luspo"
                                         << QByteArray("algorithm.importance_sampling_level");
        QTest::newRow("vespo by sequences") << "algorithm.loss_type=vespo importance_sampling_level=sequence"
                                            << QByteArray("algorithm.importance_sampling_level");
        QTest::newRow("a bound inside the clip") << "delta=1.1" << QByteArray("algorithm.delta");
        QTest::newRow("an empty band") << "dynamic_sampling=true group_pass_rate_min=1"
                                       << QByteArray("selection.group_pass_rate_max");
        QTest::newRow("no expression") << "rewards.expression=1" << QByteArray("rewards.expression_text");
        QTest::newRow("no program") << "rewards.program=1" << QByteArray("rewards.program_command");
        QTest::newRow("warm-up of nothing") << "warmup_steps=3" << QByteArray("optimizer.warmup_steps");
        QTest::newRow("decay of nothing") << "schedule=warmup_stable_decay" << QByteArray("optimizer.decay_steps");
        QTest::newRow("half an example") << "example_question=a" << QByteArray("prompt.example_answer");
        QTest::newRow("text with turns") << "prompt.style=text prompt.system=a" << QByteArray("prompt.style");
        QTest::newRow("no rows to tune on") << "general.kind=sft" << QByteArray("data.path");
        QTest::newRow("pass rates swapped")
            << "pass_rate_min=0.8 pass_rate_max=0.2" << QByteArray("data.pass_rate_max");
        QTest::newRow("a column without a part") << "mapping==question" << QByteArray("data.mapping");
        QTest::newRow("three weights for two sources")
            << "data.path=a.jsonl;b.jsonl data.weights=1;2;3" << QByteArray("data.weights");
        QTest::newRow("nothing to learn") << "rewards.accuracy=0 rewards.format=0" << QByteArray("rewards.accuracy");
    }
    void rulesAcrossFields()
    {
        QFETCH(QString, settings);
        QFETCH(QByteArray, path);
        RunConfig config;
        for (const QString& setting : settings.split(' '))
            QVERIFY(applySetting(config, setting.toStdString()).ok());
        const std::vector<Problem> found = problems(config);
        QCOMPARE(found.size(), size_t(1));
        QCOMPARE(QByteArray::fromStdString(found[0].path), path);
        QCOMPARE(found[0].error.code, std::string("config_rule"));
        QVERIFY(!found[0].error.hint.empty());
        QCOMPARE(validate(config).error().message, found[0].error.message);
    }

    void structsFilledByCodeAreChecked()
    {
        RunConfig config;
        config.rollout.temperature = NAN;
        config.algorithm.stepsPerGeneration = 0; // no division by it
        config.general.name = "\xFF";
        QCOMPARE(problems(config).size(), size_t(3));
    }

    void schemaFileIsTheTable()
    {
        const QString path = QStringLiteral(AHASCOPE_TEST_SOURCE_DIR "/resources/schema/run_config.schema.json");
        const QByteArray want = QByteArray::fromStdString(jsonSchema());
        QFile file(path);
        if (qEnvironmentVariableIsSet("AHASCOPE_WRITE_SCHEMA")) {
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(want);
            file.close();
        }
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(file.readAll() == want,
            "the schema is older than the field table: run this test with AHASCOPE_WRITE_SCHEMA=1");
    }

    /// Weights, and the rule that pays accuracy only in the right form, move rewards; the verdict is the verifier's.
    void onlyWhatJudgesCanFlipAVerdict()
    {
        RunConfig config;
        QStringList judging;
        for (const Field& field : fields(config))
            if (field.info.judges)
                judging << QString::fromStdString(field.info.path());
        QCOMPARE(judging,
            QStringList({ "data.verifier", "data.extraction", "sandbox.cpu_seconds", "sandbox.memory_mb",
                "sandbox.output_kb", "sandbox.processes", "sandbox.max_tests" }));
    }

    void schemaSaysWhatTheReaderDoes()
    {
        const Json schema = Json::parse(jsonSchema()), full = Json::parse(toJsonText(RunConfig {}));
        RunConfig config;
        for (const Field& field : fields(config)) {
            const Json& entry = schema["properties"][field.info.group]["properties"][field.info.key];
            QCOMPARE(entry["default"], full[field.info.group][field.info.key]);
            QVERIFY(!entry["description"].get<std::string>().empty());
            const bool number = entry["type"] == "integer" || entry["type"] == "number";
            QCOMPARE(entry.contains("minimum") && entry.contains("maximum"), number);
        }
        QCOMPARE(schema["additionalProperties"], Json(false));
        QCOMPARE(schema["properties"].size(), full.size());
    }
};

QTEST_GUILESS_MAIN(TestRunConfig)
#include "tst_run_config.moc"
