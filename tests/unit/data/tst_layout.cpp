// Which layout a sample is recognised as, and what its rows become.

#include "core/data/layout.h"
#include "core/data/messages.h"
#include "tests/unit/data/read_all.h"

#include <QtTest>

using namespace aha;
using namespace aha::data;

namespace {

std::vector<Row> fixture(const QString& name)
{
    const auto head = readHead({ (QString(AHASCOPE_TEST_FIXTURES "/golden/datasets/") + name).toStdString() }, 100);
    return head.ok() ? head->rows : std::vector<Row>();
}

bool readable(const QString& name)
{
#ifdef AHASCOPE_HAS_ARROW
    return true;
#else
    return !name.endsWith(".parquet");
#endif
}

std::vector<Row> rows(std::initializer_list<const char*> texts)
{
    std::vector<Row> all;
    for (const char* text : texts)
        all.push_back(Row::parse(text));
    return all;
}

/// "user: 2+2? | assistant: 4", or the plain text.
std::string shown(const Turns& turns)
{
    if (!turns.conversational)
        return turns.text;
    std::string text;
    for (const Message& m : turns.messages)
        text += (text.empty() ? "" : " | ") + m.role + ": " + m.content;
    return text;
}

std::string code(const auto& result) { return result.ok() ? "" : result.error().code; }

} // namespace

class TestLayout : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void golden_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("layout");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("task");
        const auto row = [](const char* file, const char* layout, const char* kind, const char* task) {
            QTest::newRow(file) << QString(file) << QString(layout) << QString(kind) << QString(task);
        };
        row("alpaca.json", "alpaca", "prompt_completion", "");
        row("bespoke_stratos.json", "bespoke_stratos", "language_modeling", "");
        row("countdown_raw.parquet", "countdown", "prompt_only", "countdown");
        row("crlf_bom_blank.jsonl", "question_gold", "prompt_only", "");
        row("dpo_conversational.parquet", "trl_preference", "preference", "");
        row("dpo_implicit_prompt.parquet", "trl_preference", "preference", "");
        row("dpo_plain.jsonl", "trl_preference", "preference", "");
        row("gsm8k/test.jsonl.gz", "gsm8k", "prompt_completion", "math");
        row("gsm8k/train.jsonl", "gsm8k", "prompt_completion", "math");
        row("kto_conversational.parquet", "trl_unpaired", "unpaired_preference", "");
        row("kto_plain.jsonl", "trl_unpaired", "unpaired_preference", "");
        row("limo.jsonl", "limo", "prompt_completion", "math");
        row("logic_rl_kk.parquet", "logic_rl", "prompt_only", "knights");
        row("open_r1_math.parquet", "open_r1_math", "prompt_completion", "math");
        row("openthoughts_114k/default.parquet", "openthoughts", "language_modeling", "");
        row("openthoughts_114k/metadata.parquet", "openthoughts_metadata", "prompt_completion", "math");
        row("prm800k_like.jsonl", "prm800k", "stepwise_supervision", "math");
        row("stepwise_supervision.parquet", "trl_stepwise", "stepwise_supervision", "");
        row("tinyzero_countdown/test.parquet", "tinyzero", "prompt_only", "countdown");
        row("tinyzero_countdown/train.parquet", "tinyzero", "prompt_only", "countdown");
    }
    void golden()
    {
        QFETCH(QString, file);
        if (!readable(file))
            QSKIP("this build has no Parquet");
        const auto sample = fixture(file);
        QVERIFY(!sample.empty());
        const auto mapping = recognise(sample);
        QVERIFY2(mapping.ok(), code(mapping).c_str());
        QTEST(QString::fromStdString(mapping->layout), "layout");
        QTEST(QString(nameOf(mapping->kind)), "kind");
        QTEST(QString::fromStdString(mapping->task), "task");
        QVERIFY(mapping->confidence > 0.7 && !mapping->reasons.empty());
        std::vector<Column> columns;
        for (const auto& [key, value] : sample[0].items())
            columns.push_back({ key, 1 });
        QVERIFY2(validate(*mapping, columns).ok(), code(validate(*mapping, columns)).c_str());
        const auto again = mappingFromJson(toJson(*mapping));
        QVERIFY(again.ok());
        QCOMPARE(toJson(*again).dump(), toJson(*mapping).dump());
        for (const Row& row : sample)
            QVERIFY2(toExample(*again, row).ok(),
                toExample(*again, row).ok() ? "" : toExample(*again, row).error().message.c_str());
    }

    void others_data()
    {
        QTest::addColumn<QByteArray>("row");
        QTest::addColumn<QString>("layout");
        QTest::newRow("text") << QByteArray(R"({"text":"once"})") << "trl_text";
        QTest::newRow("messages") << QByteArray(
            R"({"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]})")
                                  << "trl_messages";
        QTest::newRow("prompt only") << QByteArray(R"({"prompt":"2+2?"})") << "trl_prompt_only";
        QTest::newRow("prompt only, messages")
            << QByteArray(R"({"prompt":[{"role":"user","content":"2+2?"}],"answer":"4"})") << "trl_prompt_only";
        QTest::newRow("prompt completion")
            << QByteArray(R"({"prompt":"sky","completion":"blue"})") << "trl_prompt_completion";
        QTest::newRow("sharegpt") << QByteArray(
            R"({"conversations":[{"from":"human","value":"a"},{"from":"gpt","value":"b"}]})")
                                  << "sharegpt";
        QTest::newRow("verl") << QByteArray(
            R"({"data_source":"x","prompt":[{"role":"user","content":"a"}],"ability":"math","reward_model":{"style":"rule","ground_truth":"4"},"extra_info":{}})")
                              << "verl";
        QTest::newRow("math") << QByteArray(R"({"problem":"p","solution":"\\boxed{4}","level":"5"})") << "math";
        QTest::newRow("r1 distill") << QByteArray(
            R"({"id":"1","reannotated_assistant_content":"<think>","problem":"p","source":"s","solution":"\\boxed{4}","verified":null})")
                                    << "r1_distill_sft";
        QTest::newRow("open-r1 code") << QByteArray(
            R"({"prompt":"p","verification_info":{"language":"python","test_cases":[]}})")
                                      << "open_r1_code";
        QTest::newRow("APPS") << QByteArray(
            R"({"question":"q","input_output":{"inputs":["1"],"outputs":["2"]},"starter_code":"","solutions":"[]"})")
                              << "apps";
        QTest::newRow("LiveCodeBench") << QByteArray(
            R"({"question_content":"q","starter_code":"class Solution:","public_test_cases":"[]","private_test_cases":"eJx","metadata":"{}"})")
                                       << "livecodebench";
        QTest::newRow("CodeContests") << QByteArray(
            R"({"description":"d","public_tests":{"input":["1"],"output":["2"]},"private_tests":{"input":[],"output":[]}})")
                                      << "code_contests";
        QTest::newRow("instruction response")
            << QByteArray(R"({"instruction":"i","response":"r"})") << "question_answer";
    }
    void others()
    {
        QFETCH(QByteArray, row);
        const auto mapping = recognise({ Row::parse(row.toStdString()) });
        QVERIFY2(mapping.ok(), code(mapping).c_str());
        QTEST(QString::fromStdString(mapping->layout), "layout");
    }

    void unknownIsSaid()
    {
        const auto got = recognise(rows({ R"({"height":1,"width":2})" }));
        QCOMPARE(code(got), std::string("layout_unknown"));
        QVERIFY(got.error().message.find("height, width") != std::string::npos);
        QCOMPARE(code(recognise({})), std::string("dataset_empty"));
    }

    /// A mapping that fits half of the rows is half as sure, and says which row it stumbled on.
    void confidenceFallsWithUnreadableRows()
    {
        const auto sample = rows(
            { R"({"prompt":"a","completion":"b","label":true})", R"({"prompt":"","completion":"b","label":true})" });
        const auto mapping = recognise(sample);
        QCOMPARE(mapping->confidence, 0.49);
        QVERIFY2(mapping->warnings.at(0).find("1 of 2 rows") != std::string::npos, mapping->warnings[0].c_str());
    }

    void gsm8kAnswers()
    {
        auto sample = rows({ R"({"question":"q","answer":"so <<1+1=2>>2.\n#### 1,234"})" });
        const auto mapping = recognise(sample).value();
        const Example e = toExample(mapping, sample[0]).value();
        QCOMPARE(e.gold.dump(), std::string("\"1234\""));
        QCOMPARE(shown(e.prompt), std::string("q"));
        QCOMPARE(e.metadata.dump(), std::string("{}"));
        QCOMPARE(
            code(toExample(mapping, Row::parse(R"({"question":"q","answer":"no mark"})"))), std::string("row_part"));
    }

    void implicitPrompts()
    {
        auto sample = rows({ R"({"chosen":"Q: é? A: yes","rejected":"Q: é? A: no","score":2})" });
        const auto mapping = recognise(sample).value();
        Example e = toExample(mapping, sample[0]).value();
        QCOMPARE(e.prompt.text + "|" + e.chosen.text + "|" + e.rejected.text, std::string("Q: é? A:| yes| no"));
        QCOMPARE(e.metadata.dump(), std::string(R"({"score":2})"));
        e = toExample(mapping, Row::parse("{\"chosen\":\"aé\",\"rejected\":\"aè\"}"))
                .value(); // differ in their second byte only
        QCOMPARE(e.prompt.text + "|" + e.chosen.text, std::string("a|é"));
        for (const char* bad : { R"({"chosen":"x","rejected":"y"})", R"({"chosen":"same","rejected":"same"})",
                 R"({"chosen":[{"role":"user","content":"a"}],"rejected":[{"role":"user","content":"b"}]})" })
            QCOMPARE(code(toExample(mapping, Row::parse(bad))), std::string("row_no_prompt"));
        // UltraFeedback: the prompt column repeats the first turn.
        sample = rows(
            { R"({"prompt":"a","chosen":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"rejected":[{"role":"user","content":"a"},{"role":"assistant","content":"c"}]})" });
        e = toExample(recognise(sample).value(), sample[0]).value();
        QCOMPARE(shown(e.prompt) + " / " + shown(e.chosen) + " / " + shown(e.rejected),
            std::string("user: a / assistant: b / assistant: c"));
    }

    void promptsWithTheirOwnMarkupStayText()
    {
        if (!readable("x.parquet"))
            QSKIP("this build has no Parquet");
        for (const char* file : { "tinyzero_countdown/test.parquet", "logic_rl_kk.parquet" }) {
            const auto sample = fixture(file);
            const Example e = toExample(recognise(sample).value(), sample[0]).value();
            QVERIFY(!e.prompt.conversational);
            QCOMPARE(e.prompt.text, sample[0]["prompt"][0]["content"].get<std::string>());
        }
        const auto kk = fixture("logic_rl_kk.parquet");
        const Row gold = toExample(recognise(kk).value(), kk[0]).value().gold;
        QCOMPARE(gold["names"].dump() + gold["solution"].dump(), kk[0]["names"].dump() + kk[0]["solution"].dump());
        const auto countdown = fixture("countdown_raw.parquet");
        const Example e = toExample(recognise(countdown).value(), countdown[0]).value();
        QCOMPARE(e.gold.dump(), std::string(R"({"numbers":[31,72,23],"target":64})"));
        QVERIFY(e.prompt.text.find("Using the numbers [31, 72, 23], create an equation that equals 64.") == 0);
    }

    void openR1TakesTheMessages()
    {
        if (!readable("x.parquet"))
            QSKIP("this build has no Parquet");
        const auto sample = fixture("open_r1_math.parquet");
        const Example e = toExample(recognise(sample).value(), sample[0]).value();
        QCOMPARE(shown(e.prompt), "user: " + sample[0]["problem"].get<std::string>());
        QCOMPARE(shown(e.completion), "assistant: " + sample[0]["generations"][0].get<std::string>());
        QCOMPARE(e.gold.dump(), std::string("\"-3\""));
        QCOMPARE(e.metadata["uuid"].get<std::string>(), sample[0]["uuid"].get<std::string>());
    }

    /// The golden generator wrote the same steps in both layouts.
    void prm800kGivesWhatTrlsLayoutSays()
    {
        if (!readable("x.parquet"))
            QSKIP("this build has no Parquet");
        const auto prm = fixture("prm800k_like.jsonl"), trl = fixture("stepwise_supervision.parquet");
        QCOMPARE(prm.size(), trl.size());
        const Mapping a = recognise(prm).value(), b = recognise(trl).value();
        for (size_t i = 0; i < prm.size(); ++i) {
            const Example x = toExample(a, prm[i]).value(), y = toExample(b, trl[i]).value();
            QCOMPARE(x.steps.size(), y.steps.size());
            for (size_t s = 0; s < x.steps.size(); ++s) {
                QCOMPARE(x.steps[s].text, y.steps[s].text);
                QCOMPARE(x.steps[s].good, y.steps[s].good);
            }
        }
        Mapping strict = a;
        strict.neutralStepsAreGood = false;
        int differ = 0;
        for (const Row& row : prm) {
            const auto x = toExample(a, row).value().steps, y = toExample(strict, row).value().steps;
            for (size_t s = 0; s < x.size(); ++s)
                differ += x[s].good != y[s].good;
        }
        QVERIFY(differ > 0);
        const Row human = Row::parse(
            R"({"question":{"problem":"p"},"label":{"steps":[{"completions":[{"text":"bad","rating":-1}],"human_completion":{"text":"mine","rating":null},"chosen_completion":null}]}})");
        QCOMPARE(toExample(a, human).value().steps.at(0).text, std::string("mine"));
    }

    void thoughtsAndSystem()
    {
        const auto sample = fixture("bespoke_stratos.json");
        Mapping mapping = recognise(sample).value();
        Example e = toExample(mapping, sample[0]).value();
        QCOMPARE(e.completion.messages.size(), size_t(3));
        QCOMPARE(e.completion.messages[0].role, std::string("system"));
        QVERIFY(e.completion.messages[2].content.rfind("<|begin_of_thought|>", 0) == 0);
        mapping.thoughtTagsToThink = true;
        e = toExample(mapping, sample[0]).value();
        const std::string& text = e.completion.messages[2].content;
        QVERIFY2(text.rfind("<think>\nOkay", 0) == 0 && text.find("\n</think>\n\nSubtract") != std::string::npos,
            text.c_str());
        QVERIFY(text.find("<|") == std::string::npos);
    }

    void alpacaJoins()
    {
        const auto sample = rows({ R"({"instruction":"Add","input":"1 2","output":"3"})",
            R"({"instruction":"Sing","input":"","output":"la"})" });
        const Mapping mapping = recognise(sample).value();
        QCOMPARE(shown(toExample(mapping, sample[0]).value().prompt), std::string("Add\n\n1 2"));
        QCOMPARE(shown(toExample(mapping, sample[1]).value().prompt), std::string("Sing"));
    }

    void turnsInEveryDialect()
    {
        const auto messages = parseMessages(Row::parse(
            R"([{"from":"human","value":"a"},{"role":"gpt","content":[{"type":"text","text":"b"},{"type":"text","text":"c"}]},
            {"role":"assistant","content":null,"tool_calls":[{"name":"f"}]},{"from":"observation","value":"r","weight":0}])"));
        QCOMPARE(shown({ true, "", messages }), std::string("user: a | assistant: bc | assistant:  | tool: r"));
        QCOMPARE(messages[2].extra.dump(), std::string(R"({"tool_calls":[{"name":"f"}]})"));
        QCOMPARE(messages[3].extra.dump(), std::string(R"({"weight":0})"));
        for (const char* bad :
            { R"([1])", R"([{"content":"a"}])", R"([{"role":"user"}])", R"([{"role":"user","content":null}])",
                R"([{"role":"user","content":[{"type":"image"}]}])", R"([{"role":"user","content":5}])", R"("text")" })
            QVERIFY_EXCEPTION_THROWN(parseMessages(Row::parse(bad)), Failure);
    }

    void editing()
    {
        Mapping mapping;
        mapping.kind = Kind::PromptCompletion;
        mapping.assign(Part::Prompt, { "a.b" }, Reading::Text);
        const std::vector<Column> columns { { "a", 1 }, { "c", 1 } };
        QCOMPARE(code(validate(mapping, columns)), std::string("mapping_part"));
        mapping.assign(Part::Completion, { "x" }, Reading::Text);
        QCOMPARE(code(validate(mapping, columns)), std::string("mapping_column"));
        mapping.assign(Part::Completion, { "c" }, Reading::Think);
        QCOMPARE(code(validate(mapping, columns)), std::string("mapping_column")); // needs two
        mapping.assign(Part::Completion, { "c" }, Reading::Text);
        QVERIFY(validate(mapping, columns).ok());
        const Row row = Row::parse(R"({"a":{"b":"p"},"c":7})");
        QCOMPARE(shown(toExample(mapping, row).value().completion), std::string("7"));
        QCOMPARE(*valueAt(Row::parse(R"({"a.b":1,"a":{"b":2}})"), "a.b"), Row(1));
        mapping.assign(Part::Completion, {}, Reading::Text);
        QVERIFY(!mapping.find(Part::Completion));
        QCOMPARE(code(mappingFromJson(Row::parse(R"({"kind":"poem","parts":{}})"))), std::string("mapping_invalid"));
        QCOMPARE(code(mappingFromJson(
                     Row::parse(R"({"kind":"prompt_only","parts":{"prompt":{"columns":[1],"reading":"text"}}})"))),
            std::string("mapping_invalid"));
    }

    void labels()
    {
        Mapping mapping = recognise(rows({ R"({"prompt":"a","completion":"b","label":true})" })).value();
        for (const auto& [text, want] :
            { std::pair("true", 1), std::pair("\"False\"", 0), std::pair("1", 1), std::pair("0.0", 0),
                std::pair("\"1\"", 1), std::pair("2", -1), std::pair("\"maybe\"", -1), std::pair("null", -1) }) {
            const auto e = toExample(
                mapping, Row::parse(std::string(R"({"prompt":"a","completion":"b","label":)") + text + "}"));
            QCOMPARE(e.ok() ? int(*e->label) : -1, want);
        }
    }

    void boxedAnswers()
    {
        const auto gold = [](const char* solution) {
            const auto sample = std::vector<Row> { Row { { "problem", "p" }, { "solution", solution } } };
            return toExample(recognise(sample).value(), sample[0]).value().gold.dump();
        };
        QCOMPARE(gold("\\boxed{1} then \\boxed{ \\frac{1}{2} }."), std::string("\"\\\\frac{1}{2}\""));
        QCOMPARE(gold("\\boxed{\\{1,2\\}}"), std::string("\"\\\\{1,2\\\\}\""));
        QCOMPARE(gold("none"), std::string("null"));
        QCOMPARE(gold("\\boxed{open"), std::string("null"));
    }
};

QTEST_GUILESS_MAIN(TestLayout)
#include "tst_layout.moc"
