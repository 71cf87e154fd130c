// What the linter finds, and what it leaves alone.

#include "core/template/template_linter.h"

#include <QtTest>

#include <fstream>
#include <sstream>

using namespace aha;

namespace {

QStringList codes(const std::string& source)
{
    const auto loaded = ChatTemplate::fromText(source);
    if (!loaded)
        return { QString::fromStdString(loaded.error().message) };
    QStringList found;
    for (const LintFinding& finding : lintTemplate(*loaded)) {
        if (finding.message.size() < 20 || finding.advice.size() < 20 || finding.message.back() != '.')
            found << "no sentence";
        found << QString::fromStdString(finding.code);
    }
    return found;
}

std::string fixture(const char* name)
{
    std::ifstream in(std::string(AHASCOPE_TEST_FIXTURES "/golden/chat_templates/") + name);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

const std::string kLoop = "{% for m in messages %}<{{ m.role }}>{{ m.content }}\n{% endfor %}";

} // namespace

class TestTemplateLinter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findings_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QStringList>("expected");
        const auto row = [](const char* name, const std::string& source, QStringList expected) {
            QTest::newRow(name) << QString::fromStdString(source) << expected;
        };
        row("keeps all", kLoop, {});
        row("chatml", fixture("chatml.jinja"), {});
        row("DeepSeek", fixture("deepseek_r1_compact.jinja"),
            { "strips_past_think", "strips_final_think", "prefills_think" });
        row("R1-Zero", fixture("r1_zero.jinja"), { "strips_past_think", "prefills_think" });
        row("strips without naming the tag",
            "{% for m in messages %}{{ m.content.split('</' ~ 'think>') | last if not loop.last else m.content }}{% "
            "endfor %}",
            { "strips_past_think" });
        row("names the tag in a branch never taken",
            kLoop + "{% if never_given %}{{ messages[0].content.split('</think>')[-1] }}<think>{% endif %}", {});
        row("prefill when asked", kLoop + "{% if add_generation_prompt and enable_thinking %}<think>{% endif %}",
            { "prefills_think" });
        row("empty prefill",
            kLoop + "{% if add_generation_prompt and enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}",
            { "prefills_empty_think" });
        row("adds a block",
            "{% for m in messages %}{% if m.role == 'assistant' and '<think>' not in m.content %}<think></think>{% "
            "endif %}{{ m.content "
            "}}{% endfor %}",
            { "adds_think" });
        row("explains the tag in the system text",
            "Use <think>.\n" + kLoop + "{% if add_generation_prompt %}>{% endif %}", {});
        row("refuses", "{{ raise_exception('no') }}", { "not_checked" });
    }
    void findings()
    {
        QFETCH(QString, source);
        QFETCH(QStringList, expected);
        QCOMPARE(codes(source.toStdString()), expected);
    }

    void saysWhenItPrefills()
    {
        const auto loaded
            = ChatTemplate::fromText(kLoop + "{% if add_generation_prompt and enable_thinking %}<think>{% endif %}");
        const auto findings = lintTemplate(*loaded);
        QVERIFY(findings.at(0).sentence().find("enable_thinking = true") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestTemplateLinter)
#include "tst_template_linter.moc"
