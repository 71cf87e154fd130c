// Our configuration as YAML and back; where a setting stands in a text.

#include "core/recipes/config_yaml.h"

#include <QTest>

using namespace aha;

class TestConfigYaml : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void thereAndBack()
    {
        RunConfig config;
        config.general.name = "a: \"b\" # c\n- d, {e} 行";
        config.prompt.system = "no";
        config.data.mapping = "{\"prompt\": \"q\"}";
        config.process.separator = "\n\n";
        config.optimizer.learningRate = 3e-7;
        config.rewards.strict = true;
        const std::string text = toYamlText(config);
        const Result<RunConfig> back = runConfigFromYaml(text);
        QVERIFY2(back, back ? "" : back.error().sentence().c_str());
        QCOMPARE(toJsonText(*back), toJsonText(config));
        for (const char* kind : { "sft", "dpo", "ppo", "distill" })
            QCOMPARE(toJsonText(*runConfigFromYaml(toYamlText(defaultConfig(kind)))), toJsonText(defaultConfig(kind)));
    }

    void asPeopleWriteIt()
    {
        const Result<RunConfig> config = runConfigFromYaml(
            "# mine\ngeneral:\n  kind: sft\n  name: mine\noptimizer:\n  learning_rate: 1e-5 # low\n");
        QVERIFY(config);
        QCOMPARE(config->general.kind, std::string("sft"));
        QCOMPARE(config->optimizer.learningRate, 1e-5);
        QCOMPARE(config->optimizer.schedule, std::string("linear")); // the kind's default
        const Result<RunConfig> prompts = runConfigFromYaml(
            "eval:\n  probes:\n    - Which is larger, 9.11 or 9.9?\n    - \"a; b\"\n  every_steps: 5\n");
        QVERIFY(prompts);
        QCOMPARE(prompts->eval.probes, std::string("[\"Which is larger, 9.11 or 9.9?\",\"a; b\"]"));
        QCOMPARE(prompts->eval.everySteps, int64_t(5));
        const Result<RunConfig> unknown = runConfigFromYaml("general:\n  nmae: x\n");
        QVERIFY(!unknown && unknown.error().code == "config_unknown");
        const Result<RunConfig> broken = runConfigFromYaml("general:\n  name: [x\n");
        QVERIFY(!broken && broken.error().message.find("Line ") != std::string::npos);
    }

    void lines()
    {
        const std::string yaml = "general:\n  name: optimizer\noptimizer:\n  learning_rate: 1\ncritic:\n  lambda: 1\n";
        QCOMPARE(lineOfSetting(yaml, "general.name"), int64_t(2));
        QCOMPARE(lineOfSetting(yaml, "optimizer.learning_rate"), int64_t(4));
        QCOMPARE(lineOfSetting(yaml, "critic.learning_rate"), int64_t(5)); // not written: its group
        QCOMPARE(lineOfSetting(yaml, "general.learning_rate"), int64_t(1));
        QCOMPARE(lineOfSetting(yaml, "rewards.format"), int64_t(0));
        const std::string json = "{\n \"general\": { \"name\": \"x\" },\n \"critic\": {\n  \"lambda\": 1\n },\n"
                                 " \"optimizer\": {\n  \"learning_rate\": 1\n }\n}";
        QCOMPARE(lineOfSetting(json, "critic.lambda"), int64_t(4));
        QCOMPARE(lineOfSetting(json, "critic.learning_rate"), int64_t(3));
        QCOMPARE(lineOfSetting(json, "optimizer.learning_rate"), int64_t(7));
    }
};

QTEST_GUILESS_MAIN(TestConfigYaml)
#include "tst_config_yaml.moc"
