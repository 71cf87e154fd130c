// A model's card against models whose every figure is known.

#include "core/card/model_card.h"
#include "tests/unit/weights/weight_files.h"

#include <QtTest>

using namespace aha;
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

const fs::path kRoot = AHASCOPE_TEST_SOURCE_DIR;
const fs::path kMiniature = kRoot / "resources/models/miniature";

Result<ModelCard> card(const fs::path& path) { return readModelCard(path, kRoot, 2); }

/// The miniature under a folder of the test's own, with its configuration changed.
fs::path changed(const QTemporaryDir& folder, const Json& changes)
{
    const fs::path to = folder.filePath("model").toStdString();
    fs::create_directories(to);
    for (const char* name : { "tokenizer.model", "model.safetensors" })
        fs::copy_file(kMiniature / name, to / name, fs::copy_options::overwrite_existing);
    Json config = Json::parse(orThrow(readFile(kMiniature / "config.json", 1 << 20)));
    if (changes.is_object())
        config.update(changes);
    orThrow(writeFileAtomically(to / "config.json", config.dump()));
    return to;
}

} // namespace

class TestModelCard : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void folder()
    {
        const ModelCard c = orThrow(card(kMiniature));
        QCOMPARE(c.format, std::string("safetensors"));
        QCOMPARE(c.architecture, std::string("LlamaForCausalLM"));
        QVERIFY(c.config && !c.problem);
        QCOMPARE(c.config->parameterCount(), int64_t(c.elements)); // the formula and the file agree
        QCOMPARE(c.stored.size(), size_t(1));
        QCOMPARE(c.stored[0].dtype, std::string("F32"));
        QCOMPARE(c.stored[0].bytes, 4 * c.elements);
        QVERIFY(c.fileBytes >= c.stored[0].bytes);
        QVERIFY(c.tokenizer);
        QCOMPARE(c.tokenizer->size, int64_t(158));
        const auto eos = std::find_if(c.tokenizer->special.begin(), c.tokenizer->special.end(),
            [](const auto& token) { return token.role == "eos"; });
        QVERIFY(eos != c.tokenizer->special.end() && eos->id == 2);
        QVERIFY(!c.chat && c.chatProblem->code == "template_missing");
        QVERIFY(c.memory && c.memory->inference > 8e-6 * double(c.elements)); // at least the weights twice
        QVERIFY(c.memory->full > c.memory->inference && c.memory->machine.totalMb > 100);
        const Json json = toJson(c);
        QCOMPARE(json["layers"], Json(4));
        QCOMPARE(json["kv_heads"], Json(2));
        QCOMPARE(json["context"], Json(512));
        QCOMPARE(json["sliding_window"], Json(nullptr));
        QCOMPARE(json["memory"]["estimated"], Json(true));
        QVERIFY(toText(c).find("LlamaForCausalLM") != std::string::npos);
        QCOMPARE(orThrow(card(kMiniature / "")).name, std::string("miniature")); // a trailing separator
    }

    void chatTemplate()
    {
        QTemporaryDir dir;
        const fs::path model = changed(dir, {});
        orThrow(writeFileAtomically(model / "chat_template.jinja",
            "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}"
            "{% if add_generation_prompt %}<assistant>{% if enable_thinking %}<think>{% endif %}{% endif %}"));
        orThrow(writeFileAtomically(
            model / "generation_config.json", R"({"temperature":0.6,"top_k":20,"transformers_version":"4"})"));
        orThrow(writeFileAtomically(model / "README.md", "---\nlicense: \"apache-2.0\"\n---\n# Model\n"));
        const ModelCard c = orThrow(card(model));
        QVERIFY(c.chat && c.chat->takesThinking && c.chat->takesSystem && !c.chat->marksGeneration);
        QCOMPARE(c.chat->findings.size(), size_t(1));
        QCOMPARE(c.chat->findings[0].code, std::string("prefills_think"));
        QCOMPARE(c.generation, (Json { { "temperature", 0.6 }, { "top_k", 20 } }));
        QCOMPARE(c.license, std::string("apache-2.0"));
        orThrow(writeFileAtomically(
            model / "chat_template.jinja", "{% for m in messages %}{{ m.content }}{% break %}{% nonsense %}"));
        QVERIFY(!orThrow(card(model)).chat); // a broken one is said, and the rest of the card stands
        QVERIFY(orThrow(card(model)).chatProblem->message.size() > 10);
    }

    void notRunnable()
    {
        QTemporaryDir dir;
        const ModelCard c = orThrow(card(changed(dir, { { "architectures", { "GemmaForCausalLM" } } })));
        QVERIFY(!c.config && !c.memory);
        QCOMPARE(c.problem->code, std::string("model_architecture_unknown"));
        QCOMPARE(c.architecture, std::string("GemmaForCausalLM"));
        QCOMPARE(c.tokenizer->size, int64_t(158)); // what can be said is said
        const Json json = toJson(c);
        QCOMPARE(json["runnable"], Json(false));
        QCOMPARE(json["parameters"], Json(c.elements));
        QVERIFY(toText(c).find("GemmaForCausalLM") != std::string::npos);
    }

    void gguf()
    {
        QTemporaryDir dir;
        const fs::path file = dir.filePath("strange.gguf").toStdString();
        aha::test::GgufBytes bytes;
        bytes.key("general.architecture", GgufType::String, aha::test::text("mamba"));
        bytes.key("general.license", GgufType::String, aha::test::text("mit"));
        bytes.tensor("blk.0.x.weight", { 8, 4 }, 0, 0);
        bytes.data = std::string(128, '\0');
        orThrow(writeFileAtomically(file, bytes.make()));
        const ModelCard c = orThrow(card(file));
        QCOMPARE(c.format, std::string("GGUF"));
        QCOMPARE(c.architecture, std::string("mamba"));
        QVERIFY(c.problem && c.problem->code == "gguf_architecture" && !c.config);
        QCOMPARE(c.elements, uint64_t(32));
        QCOMPARE(c.license, std::string("mit"));
        QVERIFY(!c.tokenizer && c.tokenizerProblem->code == "gguf_no_tokenizer");
    }

    void adapter()
    {
        QTemporaryDir dir;
        const fs::path folder = dir.filePath("adapter").toStdString();
        fs::create_directories(folder);
        Json config { { "peft_type", "LORA" }, { "r", 4 }, { "lora_alpha", 8 }, { "lora_dropout", 0.0 },
            { "target_modules", { "q_proj", "v_proj" } }, { "base_model_name_or_path", "resources/models/miniature" } };
        orThrow(writeFileAtomically(folder / "adapter_config.json", config.dump()));
        const ModelCard c = orThrow(card(folder));
        QVERIFY(c.adapter && c.config);
        QCOMPARE(c.adapter->rank, int64_t(4));
        QCOMPARE(c.adapter->parameters, int64_t(4 * 4 * ((128 + 128) + (128 + 64)))); // layers, rank, (in + out) each
        QCOMPARE(c.tokenizer->size, int64_t(158)); // the base's
        config["base_model_name_or_path"] = "nowhere/at-all";
        orThrow(writeFileAtomically(folder / "adapter_config.json", config.dump()));
        QCOMPARE(card(folder).error().code, std::string("adapter_base_missing"));
    }

    void noModel_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("code");
        QTest::newRow("nothing there") << "nothing.gguf" << QByteArray() << "file_missing";
        QTest::newRow("pickle") << "pytorch_model.bin" << QByteArray("\x80\x02}q\0.") << "weights_pickle";
        QTest::newRow("empty folder") << "" << QByteArray() << "weights_none";
        QTest::newRow("truncated") << "x.gguf" << QByteArray("GGUF\x03\0\0\0", 8) << "gguf_truncated";
    }
    void noModel()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, content);
        QFETCH(QString, code);
        QTemporaryDir dir;
        const fs::path path = dir.filePath(name).toStdString();
        if (!content.isEmpty())
            orThrow(writeFileAtomically(path, content.toStdString()));
        const Result<ModelCard> c = card(path);
        QVERIFY(!c);
        QCOMPARE(c.error().code, code.toStdString());
        QVERIFY(c.error().sentence().size() > 20);
    }
};

QTEST_GUILESS_MAIN(TestModelCard)
#include "tst_model_card.moc"
