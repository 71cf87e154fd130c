// Loading chat templates, and what transformers does around the rendering.

#include "core/template/chat_template.h"

#include <QtTest>

#include <fstream>

using namespace aha;
using Json = nlohmann::ordered_json;

namespace {

constexpr char kPlain[]
    = "{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}{% if add_generation_prompt %}>{% endif %}";

Json user(const std::string& text) { return { { "role", "user" }, { "content", text } }; }
Json assistant(const std::string& text) { return { { "role", "assistant" }, { "content", text } }; }

Result<RenderedChat> render(const std::string& source, ChatRequest request)
{
    const auto loaded = ChatTemplate::fromText(source);
    if (!loaded)
        return loaded.error();
    return loaded->render(request);
}

ChatRequest with(Json messages)
{
    ChatRequest request;
    request.messages = std::move(messages);
    return request;
}

void write(const QString& path, const std::string& text)
{
    QDir().mkpath(QFileInfo(path).path());
    std::ofstream(path.toStdString()) << text;
}

} // namespace

class TestChatTemplate : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void generationPrompt()
    {
        ChatRequest request = with({ user("a"), assistant("b") });
        QCOMPARE(render(kPlain, request)->text, std::string("[user] a\n[assistant] b\n"));
        request.addGenerationPrompt = true;
        QCOMPARE(render(kPlain, request)->text, std::string("[user] a\n[assistant] b\n>"));
    }

    void continued()
    {
        ChatRequest request = with({ user("a"), assistant("b  ") });
        request.continueField = "content";
        QCOMPARE(render(kPlain, request)->text, std::string("[user] a\n[assistant] b  "));
        // A template that trims: the space goes with the tag.
        QCOMPARE(
            render("{% for m in messages %}{{ m.content | trim }};{% endfor %}", request)->text, std::string("a;b"));
        // One that rewrites.
        const auto changed = render("{% for m in messages %}{{ m.content | upper }}{% endfor %}", request);
        QCOMPARE(changed.error().code, std::string("template_continue"));
        QCOMPARE(render("{% for m in messages %}{{ m.role }}{% endfor %}", request).error().code,
            std::string("template_request"));
        request.addGenerationPrompt = true;
        QCOMPARE(render(kPlain, request).error().code, std::string("template_request"));
        request.addGenerationPrompt = false;
        request.messages = Json::array();
        QCOMPARE(render(kPlain, request).error().code, std::string("template_request"));
    }

    void continuedParts()
    {
        ChatRequest request = with({ { { "role", "assistant" },
            { "content",
                { { { "type", "text" }, { "text", "one" } }, { { "type", "text" }, { "text", "two" } },
                    { { "type", "image" } } } } } });
        request.continueField = "content";
        QCOMPARE(render("{% for m in messages %}{% for c in m.content %}{{ c.text }}|{% endfor %}{% endfor %}", request)
                     ->text,
            std::string("one|two"));
    }

    void reasoningAliases()
    {
        const char* source
            = "{% for m in messages %}{{ m.reasoning_content }},{{ m.thinking }},{{ m | tojson }};{% endfor %}";
        QCOMPARE(render(source, with({ { { "role", "x" }, { "reasoning", "r" } } }))->text,
            std::string(
                "r,r,{\"thinking\": \"r\", \"role\": \"x\", \"reasoning\": \"r\", \"reasoning_content\": \"r\"};"));
        // thinking stays what it was when there is a reasoning_content too.
        QCOMPARE(render("{% for m in messages %}{{ m.reasoning_content }},{{ m.thinking }}{% endfor %}",
                     with({ { { "thinking", "t" }, { "reasoning_content", "r" } } }))
                     ->text,
            std::string("r,t"));
        QCOMPARE(render(source, with({ { { "role", "x" }, { "thinking", nullptr } } }))->text,
            std::string(",None,{\"role\": \"x\", \"thinking\": null};"));
    }

    void largeNumbers()
    {
        const char* source = "{{ messages[0].x }}";
        const auto text = [&](const char* json) {
            Json message = Json::object();
            message["x"] = Json::parse(json);
            return render(source, with(Json::array({ message })));
        };
        QCOMPARE(text("9223372036854775807")->text, std::string("9223372036854775807"));
        QCOMPARE(text("1e15")->text, std::string("1000000000000000.0"));
        for (const char* beyond : { "9223372036854775808", "123456789012345678901234567890", "-9223372036854775809" })
            QCOMPARE(text(beyond).error().code, std::string("template_unsupported"));
    }

    void nullFields()
    {
        ChatRequest request = with({ { { "role", "assistant" }, { "content", nullptr } } });
        const char* source = "{{ messages[0].content is none }}{{ messages[0].content is defined }}";
        QCOMPARE(render(source, request)->text, std::string("TrueTrue"));
        request.dropNullFields = true;
        QCOMPARE(render(source, request)->text, std::string("FalseFalse"));
    }

    void spans()
    {
        const auto chat = render("{% for m in messages %}\xC3\xA9{% if m.role == 'assistant' %}{% generation %}{{ "
                                 "m.content }}!{% endgeneration %}{% else "
                                 "%}{{ m.content }}{% endif %}{% endfor %}",
            with({ user("\xE4\xB8\xAD"), assistant("\xC3\xB6k"), user("x"), assistant("y") }));
        QVERIFY(chat.ok());
        QCOMPARE(chat->assistantSpans.size(), size_t(2));
        const auto part = [&](size_t i) {
            return chat->text.substr(
                chat->assistantSpans[i].first, chat->assistantSpans[i].second - chat->assistantSpans[i].first);
        };
        QCOMPARE(part(0), std::string("\xC3\xB6k!"));
        QCOMPARE(part(1), std::string("y!"));
        QVERIFY(ChatTemplate::fromText("{% generation %}{% endgeneration %}")->marksGeneration());
        QVERIFY(!ChatTemplate::fromText(kPlain)->marksGeneration());
    }

    void requestLines()
    {
        const Json kwargs { { "now", "2025-01-15" }, { "bos_token", "<s>" }, { "eos_token", nullptr }, { "x", 1 },
            { "add_generation_prompt", true } };
        const auto request = chatRequestFromJson({ { "messages", Json::array() }, { "kwargs", kwargs } });
        QVERIFY(request.ok());
        QVERIFY(
            request->addGenerationPrompt && request->now && request->tokens.size() == 1 && request->kwargs.size() == 1);
        const Json none = Json::array();
        const std::vector<Json> bad { Json::object(), { { "messages", 3 } },
            { { "messages", none }, { "kwargs", none } }, { { "messages", none }, { "tools", "x" } },
            { { "messages", none }, { "add_generation_prompt", "yes" } },
            { { "messages", none }, { "kwargs", { { "messages", none } } } } };
        for (const Json& line : bad)
            QCOMPARE(chatRequestFromJson(line).error().code, std::string("bad_line"));
    }

    void badRequests()
    {
        ChatRequest request = with({ "no object" });
        QCOMPARE(render(kPlain, request).error().code, std::string("template_request"));
        for (const char* now :
            { "", "today", "2025-13-01", "2025-02-30", "2025-01-15T25:00:00", "2025-01-15T12:34:56x" }) {
            request = with({ user("a") });
            request.now = now;
            QVERIFY2(!render(kPlain, request).ok(), now);
        }
        request.now = "2025-01-15T12:34:56.5";
        QCOMPARE(render("{{ strftime_now('%f') }}", request)->text, std::string("500000"));
    }

    void folders()
    {
        QTemporaryDir folder;
        const auto load = [&] { return ChatTemplate::fromModelFolder(folder.path().toStdString()); };
        QCOMPARE(load().error().code, std::string("template_missing"));
        const auto configure
            = [&](const Json& config) { write(folder.filePath("tokenizer_config.json"), config.dump()); };
        const auto named = [](const char* usual, const char* tools) {
            const Json first { { "name", "default" }, { "template", usual } },
                second { { "name", "tool_use" }, { "template", tools } };
            return Json { { "chat_template", Json::array({ first, second }) } };
        };
        configure({ { "bos_token", "<s>" }, { "eos_token", { { "content", "</s>" } } },
            { "chat_template", "{{ bos_token }}{{ eos_token }}{{ pad_token }}" } });
        QCOMPARE(load()->render(with({ user("a") }))->text, std::string("<s></s>"));
        // Named templates: one for tools.
        configure(named("plain", "tools"));

        QCOMPARE(load()->render(with({ user("a") }))->text, std::string("plain"));
        ChatRequest tools = with({ user("a") });
        tools.tools = Json::array({ Json::object() });
        QCOMPARE(load()->render(tools)->text, std::string("tools"));
        // A broken second template is told when it is asked for.
        configure(named("plain", "{% broken"));

        QVERIFY(load().ok());
        QCOMPARE(load()->render(tools).error().code, std::string("template_syntax"));
        // A file beside the configuration comes first.
        write(folder.filePath("chat_template.jinja"), "from the file\n");
        QCOMPARE(load()->render(with({ user("a") }))->text, std::string("from the file"));
        write(folder.filePath("additional_chat_templates/tool_use.jinja"), "file with tools");
        QCOMPARE(load()->render(tools)->text, std::string("file with tools"));
        write(folder.filePath("tokenizer_config.json"), "not json");
        QCOMPARE(load().error().code, std::string("template_unreadable"));
        QVERIFY(!ChatTemplate::fromFile(folder.filePath("nothing").toStdString()).ok());
    }
};

QTEST_GUILESS_MAIN(TestChatTemplate)
#include "tst_chat_template.moc"
