// A problem as bare text, or as a turn of the model's chat template with a system message and an example before it.

#include "core/engine/prompt_builder.h"
#include "tests/support/byte_tokenizer.h"

#include <QtTest>

using namespace aha;
using Bytes = support::ByteTokenizer;

namespace {

std::vector<int32_t> bytes(const std::string& text) { return { text.begin(), text.end() }; }

} // namespace

class TestPromptBuilder : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_folder.emplace();
        QFile config(m_folder->filePath("config.json"));
        QVERIFY(config.open(QIODevice::WriteOnly));
    }

    void withoutTemplateIsText()
    {
        const PromptBuilder builder = orThrow(open({}));
        const PromptBuilder::Prompt prompt = builder.build({ "2 + 3", "", "" });
        QCOMPARE(prompt.text, std::string("2 + 3"));
        QCOMPARE(prompt.ids.size(), size_t(6)); // after the begin token
        QCOMPARE(prompt.ids[0], 1);
    }

    void withTemplateIsATurn()
    {
        writeTemplate("{% for m in messages %}[{{ m.role }}|{{ m.content }}]{% endfor %}"
                      "{% if add_generation_prompt %}[assistant|{% endif %}");
        const PromptBuilder::Prompt plain = orThrow(open({})).build({ "2 + 3", "", "" });
        QCOMPARE(plain.text, std::string("[user|2 + 3][assistant|"));
        QCOMPARE(plain.ids, bytes(plain.text)); // the template writes its own begin token
        PromptConfig config;
        config.system = "Be brief.";
        config.exampleQuestion = "1 + 1";
        config.exampleAnswer = "2";
        QCOMPARE(orThrow(open(config)).build({ "2 + 3", "", "" }).text,
            std::string("[system|Be brief.][user|1 + 1][assistant|2][user|2 + 3][assistant|"));
        config = {};
        config.style = "text";
        QCOMPARE(orThrow(open(config)).build({ "2 + 3", "", "" }).text, std::string("2 + 3"));
    }

    void aConversationKeepsItsTurns()
    {
        writeTemplate("{% for m in messages %}[{{ m.role }}|{{ m.content }}]{% endfor %}");
        PromptConfig config;
        config.system = "Be brief.";
        const TaskItem plain { "a b", "", R"([{"role":"user","content":"a"},{"role":"user","content":"b"}])" },
            own { "s a", "", R"([{"role":"system","content":"s"},{"role":"user","content":"a"}])" };
        QCOMPARE(orThrow(open(config)).build(plain).text, std::string("[system|Be brief.][user|a][user|b]"));
        QCOMPARE(orThrow(open(config)).build(own).text, std::string("[system|s][user|a]"));
        config = {};
        config.style = "text";
        QCOMPARE(orThrow(open(config)).build(plain).text, std::string("a b"));
    }

    void whatNeedsATemplateSaysSo()
    {
        PromptConfig chat, system, example;
        chat.style = "chat";
        system.system = "Be brief.";
        example.exampleQuestion = "1 + 1";
        for (const PromptConfig& config : { chat, system, example }) {
            const Result<PromptBuilder> builder = open(config);
            QVERIFY(!builder);
            QCOMPARE(builder.error().code, std::string("template_missing"));
            QVERIFY(builder.error().hint.find("prompt.style") != std::string::npos);
        }
    }

    void aBrokenTemplateIsNoText()
    {
        writeTemplate("{% for %}");
        QVERIFY(!open({}));
    }

private:
    Result<PromptBuilder> open(const PromptConfig& config) const
    {
        return PromptBuilder::open(config, m_folder->path().toStdString(), std::make_shared<Bytes>());
    }
    void writeTemplate(const char* text) const
    {
        QFile file(m_folder->filePath("chat_template.jinja"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    std::optional<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestPromptBuilder)
#include "tst_prompt_builder.moc"
