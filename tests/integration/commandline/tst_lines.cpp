// Verbs that read JSON Lines: each line answered in its place, whatever it is.

#include "tests/support/engine_process.h"

#include <QDir>
#include <QtTest>

#include <cmath>

using namespace aha;
using support::engine;
using support::Outcome;
using Json = nlohmann::json;

namespace {

const QString kModel = support::sourcePath("resources/models/miniature");

struct Verb {
    const char* name;
    QStringList arguments;
    QByteArray good; // a line it answers
    const char* answer; // a member of that answer
};

const QList<Verb>& verbs()
{
    static const QList<Verb> all {
        { "tokenize", { "tokenize", "--model", kModel }, R"({"text":"use 5"})", "ids" },
        { "decode", { "tokenize", "--model", kModel, "--decode" }, R"({"ids":[4,5]})", "text" },
        { "score", { "score", "--model", kModel }, R"({"ids":[1,5,6]})", "logprobs" },
        { "generate", { "generate", "--model", kModel, "--max-new-tokens", "3" },
            R"({"prompt":"use 5 9 6 to make 39 :"})", "completions" },
        { "reward", { "reward", "--task", "countdown" },
            R"({"numbers":[3,4],"target":7,"completion":"</think> <answer>3+4</answer>"})", "reward" },
    };
    return all;
}

} // namespace

class TestLines : public QObject {
    Q_OBJECT

    static void eachVerb()
    {
        QTest::addColumn<int>("index");
        for (int i = 0; i < int(verbs().size()); ++i)
            QTest::newRow(verbs()[i].name) << i;
    }

private Q_SLOTS:
    void badLinesInTheirPlace_data() { eachVerb(); }
    void badLinesInTheirPlace()
    {
        QFETCH(int, index);
        const Verb& verb = verbs()[index];
        const QList<QByteArray> bad { "not json", "[]", "3", "null", "\"text\"", "{}",
            "{\"text\":3,\"ids\":\"x\",\"prompt\":[],\"completion\":{},\"numbers\":1}", "{\"ids\":[-1]}",
            "{\"ids\":[1.5]}", "{\"ids\":[1e300]}", "{\"ids\":[18446744073709551615]}", "{\"ids\":[null]}",
            "{\"ids\":[[[1]]]}", "{\"text\":\"\xFF\"}", "{\"text\":\"\\ud800\"}", "{\"text\":\"cut",
            "{\"ids\":" + QByteArray(200'000, '['),
            "{\"ids\":" + QByteArray(200'000, '[') + QByteArray(200'000, ']') + "}",
            "{\"completion\":\"x\",\"numbers\":" + QByteArray(100'000, '[') + QByteArray(100'000, ']')
                + ",\"target\":1}",
            QByteArray("{\"text\":\"a\0b\"}", 14) };
        QByteArray in;
        for (const QByteArray& line : bad)
            in += line + '\n' + verb.good + "\n\n"; // blank lines are no lines
        const Outcome o = engine(verb.arguments, in + verb.good); // and the last has no line break
        QCOMPARE(o.status, 1);
        const std::vector<Json> lines = o.lines();
        QCOMPARE(lines.size(), size_t(bad.size() * 2 + 1));
        for (size_t i = 0; i < lines.size(); ++i) {
            QVERIFY2(lines[i].is_object(), o.out.constData());
            if (i % 2) {
                QVERIFY2(lines[i].contains(verb.answer), lines[i].dump().c_str());
            } else if (i + 1 < lines.size()) {
                QVERIFY2(lines[i]["index"] == i && lines[i]["error"].is_string()
                        && lines[i]["message"].get<std::string>().size() > 10
                        && lines[i]["message"].get<std::string>().size() < 400,
                    lines[i].dump().substr(0, 500).c_str());
            }
        }
        QVERIFY2(o.error.isEmpty(), o.error.constData());
    }

    void goodLinesExitZero_data() { eachVerb(); }
    void goodLinesExitZero()
    {
        QFETCH(int, index);
        const Verb& verb = verbs()[index];
        const Outcome o = engine(verb.arguments, verb.good + "\r\n" + verb.good + "\n");
        QVERIFY2(o.status == 0, (o.out + o.error).constData());
        QCOMPARE(o.lines().size(), size_t(2));
        const Outcome none = engine(verb.arguments, "\n \r\n\t\n");
        QVERIFY(none.status == 0 && none.out.isEmpty() && none.error.isEmpty());
        if (index > 0 && !support::everyRow())
            return; // one place opens the lines of all verbs
        QVERIFY(engine(verb.arguments).status == 0); // an empty stdin
        QFile file(m_folder.filePath("in.jsonl"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(verb.good + '\n');
        file.close();
        const Outcome fromFile = engine(verb.arguments + QStringList { file.fileName() }),
                      fromStdin = engine(verb.arguments + QStringList { "-" }, verb.good + '\n');
        QVERIFY(fromFile.status == 0 && fromFile.out == fromStdin.out
            && fromFile.out == engine(verb.arguments, verb.good + '\n').out);
        QCOMPARE(engine(verb.arguments + QStringList { m_folder.filePath("none") }).code(), QByteArray("file_missing"));
        QCOMPARE(engine(verb.arguments + QStringList { m_folder.path() }).code(), QByteArray("file_unreadable"));
    }

    void hugeLines()
    {
        const Outcome text = engine(
            verbs()[0].arguments, "{\"text\":\"" + QByteArray("wait ").repeated(200'000) + "\"}\n" + verbs()[0].good);
        QCOMPARE(text.status, 0);
        QCOMPARE(text.lines()[0]["ids"].size(), size_t(200'000));
        const Outcome longWord = engine(verbs()[0].arguments, "{\"text\":\"" + QByteArray(1'000'000, 'x') + "\"}\n");
        QCOMPARE(longWord.status, 0);
        const Outcome ids = engine(
            verbs()[2].arguments, "{\"ids\":[" + QByteArray("1,").repeated(500'000) + "1]}\n" + verbs()[2].good);
        QCOMPARE(ids.status, 1);
        QCOMPARE(ids.lines()[0]["error"].get<std::string>(), std::string("prompt_too_long"));
        QVERIFY(ids.lines()[1].contains("logprobs"));
        const Outcome judged = engine(verbs()[4].arguments,
            "{\"numbers\":[3,4],\"target\":7,\"completion\":\"" + QByteArray(10 << 20, '<') + "\"}\n");
        QCOMPARE(judged.lines()[0]["reason"].get<std::string>(), std::string("no_think_end"));
        QByteArray keys = "{\"completion\":\"</think> <answer>3+4</answer>\",\"numbers\":[3,4],\"target\":7";
        for (int i = 0; i < 3000; ++i)
            keys += ",\"k" + QByteArray::number(i) + "\":0";
        QCOMPARE(engine(verbs()[4].arguments, keys + "}\n").lines()[0]["reason"].get<std::string>(), std::string("ok"));
    }

    void tokenizeAddsNothingAndDecodeKeepsEverything()
    {
        const Outcome o = engine(verbs()[0].arguments,
            R"({"text":"use 5 </s>"})"
            "\n"
            R"({"text":""})"
            "\n"
            R"({"text":"等等 5"})"
            "\n");
        const std::vector<Json> lines = o.lines();
        QCOMPARE(lines[0]["ids"].size(), size_t(3));
        QCOMPARE(lines[0]["ids"][2], Json(2));
        QCOMPARE(lines[0]["offsets"], Json::parse("[[0,3],[3,5],[6,10]]"));
        QVERIFY(lines[1]["ids"].empty() && lines[1]["pieces"].is_array());
        QCOMPARE(lines[2]["offsets"].back()[1], Json(4));
        const Outcome plain = engine(verbs()[0].arguments + QStringList { "--special", "text" },
            R"({"text":"</s>"})"
            "\n");
        QVERIFY(plain.lines()[0]["ids"] != Json::array({ 2 }));
        const Outcome back = engine(verbs()[1].arguments,
            R"({"ids":[1,2]})"
            "\n"
            R"({"ids":[]})"
            "\n"
            R"({"ids":[2147483647]})"
            "\n");
        QCOMPARE(back.lines()[0]["text"].get<std::string>(), std::string("<s></s>"));
        QCOMPARE(back.lines()[1]["text"].get<std::string>(), std::string());
        QCOMPARE(back.lines()[2]["text"].get<std::string>(), std::string("\xEF\xBF\xBD"));
    }

    void scoreIsTheChainRule()
    {
        const Outcome o = engine(verbs()[2].arguments,
            R"({"ids":[1,5,6,7]})"
            "\n"
            R"({"prompt":"use 5","completion":"9"})"
            "\n"
            R"({"ids":[1]})"
            "\n"
            R"({"ids":[]})"
            "\n"
            R"({"ids":[1,999999]})"
            "\n");
        const std::vector<Json> lines = o.lines();
        QCOMPARE(lines[0]["logprobs"].size(), size_t(3)); // logprobs[i] = log p(ids[i+1] given ids[..i])
        QCOMPARE(lines[0]["entropy"].size(), size_t(3));
        double nll = 0;
        for (const Json& value : lines[0]["logprobs"])
            nll -= value.get<double>();
        QVERIFY(std::abs(nll - lines[0]["nll"].get<double>()) < 1e-5);
        QCOMPARE(lines[1]["logprobs"].size(), size_t(3)); // <s> use 5 9
        QVERIFY(lines[2]["logprobs"].empty() && lines[2]["nll"] == 0.0);
        QVERIFY(lines[3].contains("error"));
        QCOMPARE(lines[4]["error"].get<std::string>(), std::string("token_out_of_range"));
    }

    void generateObeysItsOptions()
    {
        const QByteArray prompt = verbs()[3].good + '\n';
        const auto run = [&](const QStringList& options, const QByteArray& in) {
            return engine(QStringList { "generate", "--model", kModel } + options, in);
        };
        const Outcome greedy = run({ "--temperature", "0", "--max-new-tokens", "5" }, prompt + prompt);
        QCOMPARE(greedy.lines()[0]["completions"], greedy.lines()[1]["completions"]);
        QCOMPARE(greedy.lines()[1]["index"], Json(1));
        const Outcome one = run({ "--max-new-tokens", "40", "--n", "3", "--seed", "7" }, prompt),
                      two = run({ "--max-new-tokens", "40", "--n", "3", "--seed", "7", "--threads", "1" }, prompt);
        QCOMPARE(one.out, two.out); // whatever the threads
        QCOMPARE(one.lines()[0]["completions"].size(), size_t(3));
        QVERIFY(run({ "--max-new-tokens", "40", "--n", "3", "--seed", "8" }, prompt).out != one.out);
        for (const Json& completion : one.lines()[0]["completions"]) {
            QVERIFY(completion["finish_reason"] == "stop" || completion["finish_reason"] == "length");
            QCOMPARE(completion["ids"].size(), completion["logprobs"].size());
            QVERIFY(completion["text"].get<std::string>().find("</s>") == std::string::npos);
        }
        const Outcome endless = run({ "--max-new-tokens", "150", "--ignore-eos", "--temperature", "0" }, prompt);
        QCOMPARE(endless.lines()[0]["completions"][0]["ids"].size(), size_t(150));
        QCOMPARE(run({ "--max-new-tokens", "1000000" }, prompt).lines()[0]["error"].get<std::string>(),
            std::string("prompt_too_long"));
        QVERIFY(run({ "--max-new-tokens", "2" },
                    R"({"ids":[]})"
                    "\n"
                    R"({"ids":[99999]})"
                    "\n"
                    R"({"messages":[{"role":"user","content":"x"}]})"
                    "\n")
                    .status
            == 1);
        QCOMPARE(run({ "--max-new-tokens", "2" },
                     R"({"ids":[1,5]})"
                     "\n")
                     .status,
            0);
    }

    void rewardParts()
    {
        const auto judge = [&](const QByteArray& completion, const QStringList& more = {}) {
            const Outcome o = engine(QStringList { "reward", "--task", "countdown" } + more,
                "{\"numbers\":[3,4],\"target\":7,\"completion\":\"" + completion + "\"}\n");
            return o.lines().at(0);
        };
        const Json right = judge("<think> wait </think> <answer>3+4</answer>");
        QCOMPARE(right["parts"]["accuracy"], Json(1.0));
        QCOMPARE(right["parts"]["format"], Json(1.0));
        QCOMPARE(right["verdict"], Json("correct"));
        QCOMPARE(right["extracted"], Json("3+4"));
        QVERIFY(std::abs(right["reward"].get<double>() - 1.1) < 1e-12);
        QVERIFY(!right["explanation"].get<std::string>().empty());
        QCOMPARE(judge("</think> <answer>3+4</answer> more")["parts"]["format"], Json(0.0));
        QCOMPARE(judge("")["reason"], Json("no_think_end"));
        QFile config(m_folder.filePath("strict.json"));
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write(R"({"rewards":{"strict":true,"format":0.5}})");
        config.close();
        const Json strict = judge("</think> <answer>3+4</answer> more", { "--config", config.fileName() });
        QCOMPARE(strict["reward"], Json(0.0));
        QCOMPARE(engine({ "reward", "--task", "chess" }, "{}\n").code(), QByteArray("task_unknown"));
        QCOMPARE(engine({ "reward", "--task", "countdown", "--config", m_folder.filePath("none.json") }).code(),
            QByteArray("file_missing"));
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestLines)
#include "tst_lines.moc"
