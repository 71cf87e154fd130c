// Templates whose outcome jinja2 3.1.6 wrote down, and errors by line.

#include "core/template/chat_template.h"

#include <QtTest>

#include <fstream>

using namespace aha;
using Json = nlohmann::ordered_json;

namespace {

Result<std::string> rendered(const std::string& text, const Json& kwargs = Json::object())
{
    const auto loaded = ChatTemplate::fromText(text);
    if (!loaded)
        return loaded.error();
    ChatRequest request;
    request.kwargs = kwargs;
    request.messages = { { { "role", "user" }, { "content", "hi" } } };
    request.now = "2025-01-15T12:34:56";
    const auto chat = loaded->render(request);
    if (!chat)
        return chat.error();
    return chat->text;
}

std::string shown(const std::string& text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); }

} // namespace

class TestJinja : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void asJinja2_data()
    {
        QTest::addColumn<QString>("file");
        for (const char* name : { "expressions.jsonl", "statements.jsonl", "whitespace.jsonl" })
            QTest::newRow(name) << QString(AHASCOPE_TEST_FIXTURES "/jinja/") + name;
    }
    /// {"template", "kwargs"?, "text" or "error"} a line. A line with "unsupported" renders in jinja2 and must fail
    /// here.
    void asJinja2()
    {
        QFETCH(QString, file);
        std::ifstream in(file.toStdString());
        int count = 0;
        for (std::string line; std::getline(in, line); ++count) {
            const Json c = Json::parse(line);
            const std::string source = c["template"].get<std::string>();
            const auto text = rendered(source, c.value("kwargs", Json::object()));
            if (c.contains("text"))
                QVERIFY2(text.ok() && *text == c["text"].get<std::string>(),
                    (shown(source) + "\n got " + (text.ok() ? shown(*text) : text.error().message) + "\nwant "
                        + c["text"].dump())
                        .c_str());
            else
                QVERIFY2(!text.ok(), (shown(source) + " must fail, got " + (text.ok() ? shown(*text) : "")).c_str());
            if (c.contains("unsupported"))
                QCOMPARE(text.error().code, std::string("template_unsupported"));
        }
        QVERIFY(count >= 50);
    }

    void errors_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("part"); // of the message
        const auto row = [](const char* name, const char* source, const char* code, const char* part) {
            QTest::newRow(name) << source << code << part;
        };
        row("undefined name", "a\nb {{ foo.bar }}", "template_undefined",
            "line 2, column 10: the variable foo is undefined");
        row("undefined in a sum", "{{ 'a' + foo }}", "template_undefined", "line 1, column 8");
        row("attribute of an attribute", "\n\n{{ messages[0].x.y }}", "template_undefined",
            "line 3, column 18: a dict has no attribute 'x'");
        row("raised", "{{ raise_exception('no ' ~ 'way') }}", "template_raised", "line 1, column 19: no way");
        row("unknown tag", "x\n  {% nonsense %}", "template_syntax",
            "line 2, column 6: there is no tag {% nonsense %}");
        row("unsupported tag", "{% include 'x' %}", "template_unsupported", "line 1, column 4: the tag {% include %}");
        row("inheritance", "{% block a %}{% endblock %}", "template_unsupported", "{% block %}");
        row("unknown filter", "{{ 1\n|foo }}", "template_syntax", "line 2, column 2: there is no filter foo");
        row("unknown test", "{{ 1 is foo }}", "template_syntax", "there is no test foo");
        row("unsupported filter", "{{ 'a'|urlize }}", "template_unsupported", "the filter urlize");
        row("address", "{{ [1]|map('upper') }}", "template_unsupported", "memory address");
        row("beyond 64 bits", "{{ 2 ** 64 }}", "template_unsupported",
            "line 1, column 6: a whole number beyond 64 bits");
        row("open expression", "{{ 1", "template_syntax", "never closed");
        row("open text", "{{ 'a }}", "template_syntax", "line 1, column 4: a text is never closed");
        row("open block", "{% if 1 %}x", "template_syntax", "{% endif %} is missing");
        row("wrong end", "{% if 1 %}x{% endfor %}", "template_syntax", "no tag {% endfor %}");
        row("bracket", "{{ (1] }}", "template_syntax", "expected ')'");
        row("break outside", "{% break %}", "template_syntax", "outside of a loop");
        row("break in a macro", "{% for i in [1] %}{% macro a() %}{% break %}{% endmacro %}{% endfor %}",
            "template_syntax", "outside of a loop");
        row("changing a list", "{{ messages.append(1) }}", "template_security", "refuses .append()");
        row("insides", "{{ messages.__class__ }}", "template_security", "__class__");
        row("private attribute", "{% set ns = namespace(_a=1) %}", "template_security", "underscore");
        row("no namespace", "{% set messages.x = 1 %}", "template_type", "messages is no namespace");
        row("zero", "{{ 1 // 0 }}", "template_type", "division by zero");
        row("text and number", "{{ 'a' + 1 }}", "template_type", "'+' does not go with str and int");
        row("length of nothing", "{{ none|length }}", "template_type", "a None has no length");
        row("unpacking", "{% for a, b in [[1]] %}{% endfor %}", "template_type", "1 values for 2 names");
        row("macro arguments", "{% macro f(a) %}{% endmacro %}{{ f(1, 2) }}", "template_type",
            "macro f takes at most 1");
        row("bytes", "\xFF", "template_syntax", "not valid UTF-8");
    }
    void errors()
    {
        QFETCH(QString, source);
        QFETCH(QString, code);
        QFETCH(QString, part);
        const auto text = rendered(source == QString::fromUtf8("\xFF") ? "\xFF" : source.toStdString());
        QVERIFY2(!text.ok(), text.ok() ? text->c_str() : "");
        QCOMPARE(QString::fromStdString(text.error().code), code);
        QVERIFY2(text.error().message.find(part.toStdString()) != std::string::npos, text.error().message.c_str());
        QVERIFY(text.error().code == "template_type" || text.error().code == "template_security"
            || !text.error().hint.empty());
    }

    void undefinedValues()
    {
        QCOMPARE(*rendered("[{{ foo }}{{ messages[0].nothing }}{{ [1][5] }}]"), std::string("[]"));
        QCOMPARE(*rendered("{{ foo is defined }}{{ foo == bar }}{{ foo|default('d') }}{{ not foo }}"),
            std::string("FalseTruedTrue"));
        QCOMPARE(*rendered("{% for x in foo %}x{% else %}none{% endfor %}"), std::string("none"));
        QVERIFY(!rendered("{{ foo['x'] }}").ok());
        QVERIFY(!rendered("{{ foo() }}").ok());
        QVERIFY(!rendered("{{ foo > 1 }}").ok());
        QVERIFY(!rendered("{{ foo|tojson }}").ok());
    }

    /// A later set makes a name undefined for the loops before it; a set in a loop stays in it.
    void scopes()
    {
        QCOMPARE(
            *rendered("{% for i in [1] %}[{{ x }}]{% endfor %}{% set x = 5 %}", { { "x", 3 } }), std::string("[]"));
        QCOMPARE(*rendered("{% set x = 0 %}{% for i in [1, 2] %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}"),
            std::string("120"));
        QCOMPARE(*rendered("{% if false %}{% set x = 1 %}{% endif %}{{ x }}", { { "x", 3 } }), std::string("3"));
        QCOMPARE(*rendered("{% for i in [1, 2] %}{% continue %}{% else %}e{% endfor %}"), std::string("e"));
    }

    void clock()
    {
        QCOMPARE(*rendered("{{ strftime_now('%d %b %Y %H:%M:%S %j %a %f') }}"),
            std::string("15 Jan 2025 12:34:56 015 Wed 000000"));
    }
};

QTEST_GUILESS_MAIN(TestJinja)
#include "tst_jinja.moc"
