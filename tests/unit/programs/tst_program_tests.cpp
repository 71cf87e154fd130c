// Tests of problems, from the layouts in which data sets have them.

#include "core/tasks/programs/packed_tests.h"
#include "core/tasks/programs/program_tests.h"

#include <QTest>
#include <algorithm>
#include <nlohmann/json.hpp>

using namespace aha;
using Json = nlohmann::ordered_json;

namespace {

// base64(zlib.compress(pickle.dumps(json.dumps([{"input": "7\n", "output": "49\n", "testtype": "stdin"}])))), protocol
// 4; nine of them with protocol 2; and a pickled list.
const char* const kPacked = "eJxrYJlqywABPZbR1UqZeQWlJUpWCkrmMXlKOgpK+aUlUAETS4hISWpxSUllQSpIrLgkJTNPqTZ2ih4AqEEUiQ==";
const char* const kPacked2
    = "eJxrYIpgZGJgiK5WyswrKC1RslJQMo/JU9JRUMovLYEKmFhCREpSi0tKKgtSQWLFJSmZeUq1OgqjGoeDxthCBj0AhYidIA==";
const char* const kPickledList = "eJxrYJnKxgABsVO8GRP1ABkRAuw=";

/// JSON in C++: with ' for ". (moc does not read raw strings.)
std::string json(std::string text)
{
    std::replace(text.begin(), text.end(), '\'', '"');
    return text;
}

} // namespace

class TestProgramTests : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void layouts_data()
    {
        QTest::addColumn<QString>("gold");
        QTest::addColumn<QString>("tests"); // input|output, … with ; between
        QTest::addColumn<QString>("function");
        const auto row = [](const char* name, const std::string& gold, const char* tests, const char* function) {
            QTest::newRow(name) << QString::fromStdString(gold) << tests << function;
        };
        row("APPS", json("{'inputs':['1 2\\n','3 4\\n'],'outputs':['3\\n','7\\n']}"), "1 2\n|3\n;3 4\n|7\n", "");
        row("APPS as text in its column", Json { { "input_output", json("{'inputs':['1'],'outputs':['2']}") } }.dump(),
            "1|2", "");
        row("APPS as text", Json(json("{'inputs':['1'],'outputs':['2']}")).dump(), "1|2", "");
        row("APPS with lines", json("{'inputs':[['1','2']],'outputs':[['3']]}"), "1\n2\n|3\n", "");
        row("APPS function", json("{'fn_name':'add','inputs':[[1,2],[[3],'x']],'outputs':[[3],[4]]}"),
            "[1,2]|[3];[[3],\"x\"]|[4]", "add");
        row("APPS without a function", json("{'fn_name':null,'inputs':['1'],'outputs':['2']}"), "1|2", "");
        row("open-r1",
            json("{'language':'python','test_cases':[{'fn_name':null,'input':'1\\n','output':'2\\n','type':'stdin_"
                 "stdout'}]}"),
            "1\n|2\n", "");
        row("open-r1 function",
            json("{'language':'python','test_cases':[{'fn_name':'f','input':[1],'output':2,'type':'function_call'}]}"),
            "[1]|2", "f");
        row("LiveCodeBench",
            Json { { "public_test_cases", json("[{'input':'1\\n','output':'1\\n','testtype':'stdin'}]") },
                { "private_test_cases", kPacked }, { "metadata", "{}" } }
                .dump(),
            "1\n|1\n;7\n|49\n", "");
        row("LiveCodeBench, private tests as text",
            Json { { "public_test_cases", json("[{'input':'1\\n','output':'1\\n','testtype':'stdin'}]") },
                { "private_test_cases", json("[{'input':'2\\n','output':'4\\n','testtype':'stdin'}]") } }
                .dump(),
            "1\n|1\n;2\n|4\n", "");
        row("LiveCodeBench function",
            Json { { "public_test_cases",
                       json("[{'input':'[1, 2]\\n\\'a\\'','output':'[2, 1]','testtype':'functional'}]") },
                { "metadata", json("{'func_name': 'turn'}") } }
                .dump(),
            "[[1,2],\"a\"]|[2,1]", "turn");
        row("CodeContests",
            json("{'public_tests':{'input':['1'],'output':['2']},'private_tests':{'input':['3'],'output':['4']}}"),
            "1|2;3|4", "");
        row("a bare list", json("[{'input':'1','output':'2'}]"), "1|2", "");
    }
    void layouts()
    {
        QFETCH(QString, gold);
        QFETCH(QString, tests);
        QFETCH(QString, function);
        const Json json = Json::parse(gold.toStdString());
        QVERIFY(areProgramTests(json));
        const Result<ProgramTests> read = programTestsFrom(json, 15);
        QVERIFY2(read.ok(), read.ok() ? "" : read.error().message.c_str());
        QStringList all;
        for (const ProgramTest& test : read->tests)
            all << QString::fromStdString(test.input + "|" + test.expected);
        QCOMPARE(all.join(";"), tests);
        QCOMPARE(QString::fromStdString(read->function), function);
    }

    void others_data()
    {
        QTest::addColumn<QString>("gold");
        QTest::newRow("a number") << "42";
        QTest::newRow("null") << "null";
        QTest::newRow("a text") << "\"42\"";
        QTest::newRow("countdown") << QString::fromStdString(json("{'numbers':[1,2],'target':3}"));
        QTest::newRow("an empty list") << "[]";
        QTest::newRow("a list of numbers") << "[1,2]";
    }
    void others()
    {
        QFETCH(QString, gold);
        const Json json = Json::parse(gold.toStdString());
        QVERIFY(!areProgramTests(json));
        QCOMPARE(programTestsFrom(json, 15).error().code, std::string("task_item_invalid"));
    }

    void broken_data()
    {
        QTest::addColumn<QString>("gold");
        QTest::newRow("no test") << QString::fromStdString(json("{'inputs':[],'outputs':[]}"));
        QTest::newRow("fewer outputs") << QString::fromStdString(json("{'inputs':['1','2'],'outputs':['1']}"));
        QTest::newRow("no list") << QString::fromStdString(json("{'inputs':'1','outputs':'1'}"));
        QTest::newRow("an object as input") << QString::fromStdString(json("{'inputs':[{}],'outputs':['1']}"));
        QTest::newRow("a test without output") << QString::fromStdString(json("{'test_cases':[{'input':'1'}]}"));
        QTest::newRow("a function without a name")
            << QString::fromStdString(json("[{'input':'1','output':'1','testtype':'functional'}]"));
        QTest::newRow("arguments that are no JSON")
            << QString::fromStdString(json("{'fn_name':'f','inputs':['x y'],'outputs':['1']}"));
        QTest::newRow("not packed") << QString::fromStdString(
            json("{'public_test_cases':'[]','private_test_cases':'@@@'}"));
        QTest::newRow("language is no text") << QString::fromStdString(json("{'language':3,'test_cases':{'x':1}}"));
    }
    void broken()
    {
        QFETCH(QString, gold);
        const Result<ProgramTests> read = programTestsFrom(Json::parse(gold.toStdString()), 15);
        QVERIFY(!read.ok());
        QCOMPARE(read.error().code, std::string("task_item_invalid"));
    }

    void keepsTheLongestInputs()
    {
        Json inputs = Json::array(), outputs = Json::array();
        for (const int length : { 3, 9, 1, 7, 9, 2 }) {
            inputs.push_back(std::string(size_t(length), 'x'));
            outputs.push_back(std::to_string(length));
        }
        const ProgramTests tests = orThrow(programTestsFrom({ { "inputs", inputs }, { "outputs", outputs } }, 3));
        QStringList kept;
        for (const ProgramTest& test : tests.tests)
            kept << QString::fromStdString(test.expected);
        QCOMPARE(kept.join(" "), QString("9 7 9"));
    }

    void languageAndTolerance()
    {
        const ProgramTests tests = orThrow(programTestsFrom(
            Json::parse(json("{'language':'cpp','tolerance':1e-6,'test_cases':[{'input':'1','output':'2'}]}")), 9));
        QCOMPARE(tests.language, std::optional(Language::Cpp));
        QCOMPARE(tests.tolerance, 1e-6);
        QVERIFY(!orThrow(programTestsFrom(Json::parse(json("[{'input':'1','output':'2'}]")), 9)).language);
    }

    void packedTests()
    {
        QVERIFY(orThrow(unpackTests(kPacked2)).find("testtype") != std::string::npos);
        QVERIFY(!unpackTests(kPickledList).ok()); // only a text is taken from a pickle
        QVERIFY(!unpackTests("").ok());
        std::string cut = kPacked;
        while (!cut.empty()) { // every beginning of it is refused
            cut.pop_back();
            if (cut.find('=') == std::string::npos && cut.size() + 8 < std::string(kPacked).size())
                QVERIFY2(!unpackTests(cut).ok(), cut.c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TestProgramTests)
#include "tst_program_tests.moc"
