// Prompts of one's own: how several stand in one text, their bounds, and which runs read them.

#include "core/config/probe_prompts.h"

#include <QtTest>

using namespace aha;

namespace {

EvalConfig evalOf(const std::string& probes)
{
    EvalConfig eval;
    eval.probes = probes;
    return eval;
}

} // namespace

class TestProbePrompts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void isRead_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QList<QByteArray>>("prompts");
        const auto row = [](const char* name, const QByteArray& text, const QList<QByteArray>& prompts) {
            QTest::newRow(name) << text << prompts;
        };
        row("nothing", "", {});
        row("blanks", " \r\n\t\n ", {});
        row("one", "Which is larger, 9.11 or 9.9?", { "Which is larger, 9.11 or 9.9?" });
        row("semicolons stay", "Add 1; then 2;", { "Add 1; then 2;" });
        row("lines", "a\r\n b; c\n\nd", { "a", "b; c", "d" });
        row("a list", "[\"a; b\", \"c\\nd\"]", { "a; b", "c\nd" });
        row("an empty list", "[]", {});
        row("what only begins like a list", "[INST] a", { "[INST] a" });
        row("a list of other things", "[1, 2]", { "[1, 2]" });
        row("Chinese", "九点一一和九点九；哪个大", { "九点一一和九点九；哪个大" });
    }
    void isRead()
    {
        QFETCH(QByteArray, text);
        QFETCH(QList<QByteArray>, prompts);
        const auto read = probePrompts(evalOf(text.toStdString()));
        QVERIFY(read.ok());
        QList<QByteArray> got;
        for (const std::string& prompt : *read)
            got << QByteArray::fromStdString(prompt);
        QCOMPARE(got, prompts);
        RunConfig config;
        config.eval = evalOf(text.toStdString());
        QCOMPARE(asksProbes(config), !prompts.isEmpty());
        QVERIFY(validate(config).ok());
    }

    void boundsAreTold()
    {
        std::string many;
        for (size_t i = 0; i < kMostProbes; ++i)
            many += "prompt " + std::to_string(i) + "\n";
        QCOMPARE(probePrompts(evalOf(many))->size(), kMostProbes);
        QCOMPARE(probePrompts(evalOf(many + "another")).error().message, std::string("eval.probes has 33 prompts."));
        const std::string longest(kMostProbeBytes, 'x');
        QVERIFY(probePrompts(evalOf("a\n" + longest)).ok());
        QCOMPARE(probePrompts(evalOf("a\n" + longest + "x")).error().message,
            std::string("Prompt 2 of eval.probes has 8193 bytes."));
        QCOMPARE(probePrompts(evalOf("a\nb\n a")).error().message,
            std::string("Prompt 3 of eval.probes is the same as prompt 1."));
        RunConfig config;
        config.eval.probes = "a\na";
        QVERIFY(!asksProbes(config)); // and validate() says why
        QCOMPARE(problems(config).at(0).path, std::string("eval.probes"));
    }

    void aFileMayGiveAList()
    {
        const auto config = runConfigFromJson("{\"eval\": {\"probes\": [\"a; b\", \"c\"]}}");
        QVERIFY(config.ok());
        QCOMPARE(*probePrompts(config->eval), (std::vector<std::string> { "a; b", "c" }));
        const auto again = runConfigFromJson(toJsonText(*config));
        QCOMPARE(again->eval.probes, config->eval.probes);
        QVERIFY(differences(*config, *again).empty());
        QVERIFY(runConfigFromJson("{\"eval\": {\"probes\": []}}")->eval.probes.empty());
        QCOMPARE(runConfigFromJson("{\"eval\": {\"probes\": [1]}}").error().code, std::string("config_type"));
        QCOMPARE(runConfigFromJson("{\"model\": {\"path\": [\"a\"]}}").error().code, std::string("config_type"));
    }

    void whoReadsThem()
    {
        for (const char* kind : { "grpo", "ppo", "sft", "dpo", "kto", "distill", "reward_model" }) {
            RunConfig config = defaultConfig(kind);
            config.data.path = learnsFromRows(config) ? "rows" : "";
            config.distill.teacher = std::string(kind) == "distill" ? "teacher" : "";
            config.eval.probes = "a";
            const bool writes = std::string(kind) != "reward_model";
            QCOMPARE(asksProbes(config), writes);
            QVERIFY2(validate(config).ok() == writes, kind);
        }
    }
};

QTEST_GUILESS_MAIN(TestProbePrompts)
#include "tst_probe_prompts.moc"
