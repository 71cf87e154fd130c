// Hostile templates end with a named error, after a bounded amount of work.

#include "core/template/chat_template.h"

#include <QtTest>

using namespace aha;

namespace {

jinja::RenderLimits small()
{
    jinja::RenderLimits limits;
    limits.steps = 1'000'000;
    limits.liveBytes = 16u << 20;
    limits.outputBytes = 1u << 20;
    return limits;
}

Result<RenderedChat> run(const std::string& source)
{
    const auto loaded = ChatTemplate::fromText(source);
    if (!loaded)
        return loaded.error();
    ChatRequest request;
    request.messages = { { { "role", "user" }, { "content", "hi" } } };
    return loaded->render(request, small());
}

std::string times(const std::string& what, int count)
{
    std::string out;
    for (int i = 0; i < count; ++i)
        out += what;
    return out;
}

} // namespace

class TestJinjaLimits : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void hostile_data()
    {
        QTest::addColumn<QString>("source");
        const auto row = [](const char* name, const std::string& source) {
            QTest::newRow(name) << QString::fromStdString(source);
        };
        row("range", "{% for i in range(10**9) %}{% endfor %}");
        row("loops", "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}");
        row("macro", "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}");
        row("caller", "{% macro a() %}{% call a() %}{{ caller() }}{% endcall %}{% endmacro %}{{ a() }}");
        row("recursive loop", "{% set l = [1] %}{% for i in l recursive %}{{ loop(l) }}{% endfor %}");
        row("repeated text", "{{ 'a' * 10**9 }}");
        row("repeated often", "{{ 'a' * 10**18 }}");
        row("repeated list", "{{ ([1] * 10**9)|length }}");
        row("doubled text",
            "{% set ns = namespace(x='ab') %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}");
        row("doubled by ~",
            "{% set ns = namespace(x='ab') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}");
        row("kept texts",
            "{% set ns = namespace(l=[]) %}{% for i in range(99999) %}{% set ns.l = ns.l + ['a' * 99999 ~ i] %}{% "
            "endfor %}");
        row("replace", "{{ ('a' * 100000)|replace('a', 'b' * 100000) }}");
        row("join", "{{ range(99999)|join('x' * 100000) }}");
        row("center", "{{ 'a'|center(10**12) }}");
        row("ljust", "{{ 'a'.ljust(10**12, '\xE4\xB8\xAD') }}");
        row("zfill", "{{ '1'.zfill(10**12) }}");
        row("indent", "{{ 'a\n\nb'|indent(10**10) }}");
        row("wide format", "{{ '%1000000000d' % 1 }}");
        row("wide braces", "{{ '{:1000000000}'.format(1) }}");
        row("json indent", "{{ [1]|tojson(indent=10**9) }}");
        row("slices", "{{ [1]|slice(10**12)|list|length }}");
        row("batch", "{{ [1]|batch(10**12, 0)|list|length }}");
        row("exponential text",
            "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x "
            "}}");
        row("exponential json",
            "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ "
            "ns.x|tojson }}");
        row("exponential comparison",
            "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = "
            "[ns.y, ns.y] "
            "%}{% endfor %}{{ ns.x == ns.y }}");
        row("deep list",
            "{% set ns = namespace(x=[]) %}{% for i in range(99999) %}{% set ns.x = [ns.x] %}{% endfor %}");
        row("cycle", "{% set ns = namespace() %}{% set ns.a = ns %}{{ ns }}");
        row("deep namespaces",
            "{% set o = namespace(n=none) %}{% for i in range(9999) %}{% set o.n = namespace(n=o.n) %}{% endfor %}{{ o "
            "}}");
        row("filters on filters",
            "{% set ns = namespace(x='a') %}{% for i in range(9999) %}{% set ns.x = ns.x|map('upper') %}{% endfor %}{{ "
            "ns.x|list }}");
        row("output", "{% set x = 'a' * 1000 %}{% for i in range(99999) %}{{ x }}{% endfor %}");
        row("brackets", "{{ " + times("(", 5000) + "1" + times(")", 5000) + " }}");
        row("lists", "{{ " + times("[", 5000) + times("]", 5000) + " }}");
        row("nots", "{{ " + times("not ", 5000) + "1 }}");
        row("minuses", "{{ " + times("-", 5000) + "1 }}");
        row("sums", "{{ 1" + times("+1", 5000) + " }}");
        row("calls", "{{ a" + times("()", 5000) + " }}");
        row("filters", "{{ 1" + times("|abs", 5000) + " }}");
        row("ifs", times("{% if 1 %}", 5000) + times("{% endif %}", 5000));
        row("inline ifs", "{{ " + times("1 if 0 else ", 5000) + "1 }}");
        row("large template", std::string(5u << 20, 'x'));
    }
    void hostile()
    {
        QFETCH(QString, source);
        const auto chat = run(source.toStdString());
        QVERIFY(!chat.ok());
        const std::string code = chat.error().code;
        QVERIFY2(code == "template_limit", (code + ": " + chat.error().message).c_str());
        QVERIFY(chat.error().message.size() < 400);
    }

    /// Memory that is given back can be used again: much work, little held at once.
    void longButHarmless()
    {
        const auto chat = run("{% for i in range(2500) %}{% set x = 'a' * 10000 %}{% endfor %}ok");
        QVERIFY2(chat.ok(), chat.ok() ? "" : chat.error().message.c_str());
        QCOMPARE(chat->text, std::string("ok"));
    }

    /// The usual limits leave room for a long conversation written by accumulation.
    void longConversation()
    {
        const auto loaded
            = ChatTemplate::fromText("{% set ns = namespace(t='') %}{% for m in messages %}{% set ns.t = ns.t ~ "
                                     "m.content %}{% endfor %}{{ ns.t }}");
        ChatRequest request;
        for (int i = 0; i < 500; ++i)
            request.messages.push_back({ { "role", "user" }, { "content", std::string(2000, 'x') } });
        const auto chat = loaded->render(request);
        QVERIFY2(chat.ok(), chat.ok() ? "" : chat.error().message.c_str());
        QCOMPARE(chat->text.size(), size_t(1'000'000));
    }

    void deepInput()
    {
        const auto loaded = ChatTemplate::fromText("{{ x }}");
        ChatRequest request;
        nlohmann::ordered_json deep = 1;
        for (int i = 0; i < 500; ++i)
            deep = nlohmann::ordered_json::array({ std::move(deep) });
        request.kwargs["x"] = std::move(deep);
        QCOMPARE(loaded->render(request).error().code, std::string("template_limit"));
    }
};

QTEST_GUILESS_MAIN(TestJinjaLimits)
#include "tst_jinja_limits.moc"
