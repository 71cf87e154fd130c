// PEFT's adapter_config.json: what is read, what is refused and by which name.

#include "core/config/lora_config.h"

#include <nlohmann/json.hpp>

#include <QtTest>

using namespace aha;
using Json = nlohmann::ordered_json;

namespace {
const char* const kPeft = R"({"peft_type":"LORA","r":4,"lora_alpha":8,"lora_dropout":0.1,"use_rslora":false,
    "bias":"none","target_modules":["v_proj","q_proj"],"rank_pattern":{},"use_dora":false,"modules_to_save":null})";
}

class TestLoraConfig : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void read()
    {
        const LoraConfig c = orThrow(parseLoraConfig(kPeft));
        QVERIFY(c.rank == 4 && c.alpha == 8 && c.dropout == 0.1 && c.scale() == 2);
        QCOMPARE(c.targets, (std::vector<std::string> { "q_proj", "v_proj" }));
        QVERIFY(c.adapts("q_proj") && !c.adapts("k_proj"));
    }
    void roundTrip()
    {
        LoraConfig c;
        c.rank = 9;
        c.alpha = 6;
        c.rankStabilized = true;
        c.targets = { "k_proj", "down_proj" };
        c.baseModel = "some/model";
        const LoraConfig back = orThrow(parseLoraConfig(loraConfigJson(c)));
        QVERIFY(back.scale() == 2 && back.rankStabilized && back.targets == c.targets && back.baseModel == c.baseModel);
    }
    void allLinear()
    {
        Json json = Json::parse(kPeft);
        json["target_modules"] = "all-linear";
        QCOMPARE(orThrow(parseLoraConfig(json.dump())).targets.size(), std::size(kLoraTargets));
    }

    void refused_data()
    {
        QTest::addColumn<QByteArray>("patch"); // merged into a sound file
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<QByteArray>("names");
        const auto row = [](const char* name, const char* patch, const char* code, const char* names) {
            QTest::newRow(name) << QByteArray(patch) << QByteArray(code) << QByteArray(names);
        };
        row("another method", R"({"peft_type":"IA3"})", "lora_unsupported", "IA3");
        row("DoRA", R"({"use_dora":true})", "lora_unsupported", "use_dora");
        row("biases", R"({"bias":"all"})", "lora_unsupported", "bias");
        row("ranks of their own", R"({"rank_pattern":{"q_proj":8}})", "lora_unsupported", "rank_pattern");
        row("some layers", R"({"layers_to_transform":[0,1]})", "lora_unsupported", "layers_to_transform");
        row("whole modules", R"({"modules_to_save":["lm_head"]})", "lora_unsupported", "modules_to_save");
        row("unknown module", R"({"target_modules":["query_key_value"]})", "lora_unsupported", "query_key_value");
        row("a pattern", R"({"target_modules":".*proj"})", "lora_unsupported", "proj");
        row("no module", R"({"target_modules":[]})", "lora_config_invalid", "target modules");
        row("module as a number", R"({"target_modules":[1]})", "lora_config_invalid", "target_modules");
        row("rank 0", R"({"r":0})", "lora_config_invalid", "rank");
        row("rank as text", R"({"r":"4"})", "lora_config_invalid", "r");
        row("huge rank", R"({"r":1000000})", "lora_config_invalid", "rank");
        row("alpha 0", R"({"lora_alpha":0})", "lora_config_invalid", "lora_alpha");
        row("alpha as text", R"({"lora_alpha":"8"})", "lora_config_invalid", "lora_alpha");
        row("drops all", R"({"lora_dropout":1})", "lora_config_invalid", "lora_dropout");
        row("rslora as a number", R"({"use_rslora":1})", "lora_config_invalid", "use_rslora");
    }
    void refused()
    {
        QFETCH(QByteArray, patch);
        QFETCH(QByteArray, code);
        QFETCH(QByteArray, names);
        Json json = Json::parse(kPeft);
        json.merge_patch(Json::parse(patch.toStdString()));
        const Result<LoraConfig> c = parseLoraConfig(json.dump());
        QVERIFY(!c.ok());
        QCOMPARE(QByteArray::fromStdString(c.error().code), code);
        QVERIFY2(QByteArray::fromStdString(c.error().message).contains(names), c.error().message.c_str());
    }
    void notAnAdapter()
    {
        for (const char* text : { "", "[]", "{", "\xFF" })
            QCOMPARE(parseLoraConfig(text).error().code, std::string("lora_config_invalid"));
        QCOMPARE(parseLoraConfig("{}").error().code, std::string("lora_unsupported"));
    }
};

QTEST_GUILESS_MAIN(TestLoraConfig)
#include "tst_lora_config.moc"
