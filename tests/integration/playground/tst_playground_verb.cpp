// ahascope-engine playground from outside, on the miniature.

#include "tests/support/engine_process.h"

#include <QtTest>

#include <cmath>

using namespace aha;
using support::engine;
using support::Outcome;
using Json = nlohmann::json;

namespace {

const QString kModel = support::sourcePath("resources/models/miniature");
const std::string kPrompt = "use 4 7 9 to make 20 :";

std::vector<Json> talk(const std::vector<Json>& requests, const QStringList& arguments = { kModel })
{
    QByteArray in;
    for (const Json& request : requests)
        in += QByteArray::fromStdString(request.dump()) + '\n';
    return engine(QStringList { "playground" } + arguments, in).lines();
}

std::vector<Json> eventsOf(const std::vector<Json>& all, const std::string& kind, const std::string& id = "")
{
    std::vector<Json> found;
    for (const Json& event : all)
        if (event["event"] == kind && (id.empty() || event.value("id", "") == id))
            found.push_back(event);
    return found;
}

Json ask(const std::string& id, int tokens, const Json& more = Json::object())
{
    Json request { { "op", "generate" }, { "id", id }, { "prompt", kPrompt }, { "seed", 7 },
        { "sampling", { { "max_new_tokens", tokens }, { "temperature", 1.0 } } } };
    request.update(more);
    return request;
}

std::string textOf(const std::vector<Json>& all, const std::string& id)
{
    std::string text;
    for (const Json& event : all)
        if (event.value("id", "") == id && event.contains("text"))
            text += event["text"].get<std::string>();
    return text;
}

/// The program with its pipes open.
struct Talk {
    QProcess process;
    QByteArray rest;
    Talk()
    {
        process.start(support::enginePath(), { "playground", kModel });
        process.waitForStarted();
    }
    ~Talk()
    {
        process.kill();
        process.waitForFinished();
    }
    void send(const Json& request) { process.write(QByteArray::fromStdString(request.dump()) + '\n'); }
    Json next()
    {
        while (!rest.contains('\n') && process.waitForReadyRead(60'000))
            rest += process.readAllStandardOutput();
        const qsizetype end = rest.indexOf('\n');
        const Json event = Json::parse(rest.left(end).toStdString(), nullptr, false);
        rest.remove(0, end + 1);
        return event;
    }
};

} // namespace

class TestPlaygroundVerb : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void streams()
    {
        const std::vector<Json> all = talk({ ask("a", 40, { { "alternatives", 3 } }) });
        QCOMPARE(eventsOf(all, "ready").size(), size_t(1));
        QCOMPARE(eventsOf(all, "ready")[0]["card"]["architecture"], Json("LlamaForCausalLM"));
        const std::vector<Json> tokens = eventsOf(all, "token", "a"), done = eventsOf(all, "done", "a");
        QCOMPARE(done.size(), size_t(1));
        QCOMPARE(done[0]["tokens"], Json(tokens.size()));
        QVERIFY(done[0]["finish"] == "stop" || (done[0]["finish"] == "length" && tokens.size() == 40));
        // The words are those of generate with this seed, token for token.
        const Outcome o = engine({ "generate", "--model", kModel, "--max-new-tokens", "40", "--seed", "7" },
            QByteArray::fromStdString(Json { { "prompt", kPrompt } }.dump()));
        const Json expected = o.lines()[0]["completions"][0];
        QCOMPARE(textOf(all, "a"), expected["text"].get<std::string>());
        QCOMPARE(tokens.size(), expected["ids"].size());
        for (size_t i = 0; i < tokens.size(); ++i) {
            const Json& t = tokens[i];
            QCOMPARE(t["token"], expected["ids"][i]);
            QCOMPARE(t["logprob"], expected["logprobs"][i]);
            QVERIFY(t["entropy"].get<double>() >= 0);
            QCOMPARE(t["alternatives"].size(), size_t(3));
            double before = 0.001, whole = 0;
            for (const Json& other : t["alternatives"]) {
                QVERIFY(other["logprob"].get<double>() <= before);
                before = other["logprob"].get<double>();
                whole += std::exp(before);
                QVERIFY(other.contains("piece") || other.contains("bytes"));
            }
            QVERIFY(whole <= 1.0001);
        }
    }

    void twoModels()
    {
        const std::vector<Json> all
            = talk({ { { "op", "load" }, { "id", "l" }, { "model", "trained" }, { "path", kModel.toStdString() } },
                ask("one", 24), ask("two", 24, { { "model", "trained" } }),
                { { "op", "unload" }, { "model", "trained" } }, ask("three", 24, { { "model", "trained" } }) });
        QCOMPARE(eventsOf(all, "ready").size(), size_t(2));
        QVERIFY(!textOf(all, "one").empty());
        QCOMPARE(textOf(all, "two"), textOf(all, "one")); // the same model, prompt and seed
        QCOMPARE(eventsOf(all, "unloaded").size(), size_t(1));
        const std::vector<Json> errors = eventsOf(all, "error", "three");
        QCOMPARE(errors.size(), size_t(1));
        QCOMPARE(errors[0]["error"], Json("model_not_loaded"));
    }

    void cancels()
    {
        // While models are read, a generation waits and hears of its end.
        const Json load { { "op", "load" }, { "model", "b" }, { "path", kModel.toStdString() } };
        const std::vector<Json> all = talk({ load, load, load, ask("waits", 24), ask("stays", 24),
            { { "op", "cancel" }, { "id", "waits" } }, { { "op", "cancel" }, { "id", "never there" } } });
        QCOMPARE(eventsOf(all, "done", "waits").size(), size_t(1));
        QCOMPARE(eventsOf(all, "done", "waits")[0]["finish"], Json("cancelled"));
        QVERIFY(eventsOf(all, "token", "waits").empty());
        QVERIFY(eventsOf(all, "done", "stays")[0]["finish"] != "cancelled");

        Talk talk;
        while (talk.next()["event"] != "ready")
            QVERIFY(talk.process.state() == QProcess::Running);
        talk.send(ask("long", 480));
        Json event;
        while ((event = talk.next())["event"] != "token")
            QVERIFY(event.is_object());
        talk.send({ { "op", "cancel" } });
        while ((event = talk.next())["event"] != "done")
            QVERIFY(event.is_object());
        // What ends on its own before it hears of the cancel is no failure of it.
        QVERIFY(event["finish"] == "cancelled" || event["finish"] == "stop");
        talk.send(ask("after", 4)); // it goes on
        while ((event = talk.next())["event"] != "done")
            QVERIFY(event.is_object());
        QCOMPARE(event["id"], Json("after"));
        QVERIFY(event["finish"] != "cancelled");
    }

    void errors_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QByteArray>("code");
        const auto row = [](const char* name, const Json& request, const char* code) {
            QTest::newRow(name) << QByteArray::fromStdString(request.dump()) << QByteArray(code);
        };
        QTest::newRow("no JSON") << QByteArray("{nonsense") << QByteArray("bad_request");
        row("no object", Json::array(), "bad_request");
        row("unknown", { { "op", "fly" } }, "bad_request");
        row("no prompt", { { "op", "generate" } }, "bad_request");
        row("hot", ask("x", 4, { { "sampling", { { "temperature", "hot" } } } }), "bad_request");
        row("top-p of 2", ask("x", 4, { { "sampling", { { "top_p", 2 } } } }), "bad_request");
        row("token outside", { { "op", "generate" }, { "ids", { 1, 9999 } } }, "token_out_of_range");
        row("no template", { { "op", "generate" }, { "messages", { { { "role", "user" }, { "content", "x" } } } } },
            "template_missing");
        row("too long", { { "op", "generate" }, { "ids", std::vector<int>(600, 5) } }, "prompt_too_long");
        row("load nothing", { { "op", "load" } }, "bad_request");
        row("load what is not there", { { "op", "load" }, { "model", "b" }, { "path", "nowhere.gguf" } },
            "file_missing");
    }
    void errors()
    {
        QFETCH(QByteArray, request);
        QFETCH(QByteArray, code);
        const Outcome o
            = engine({ "playground", kModel }, request + '\n' + QByteArray::fromStdString(ask("next", 2).dump()));
        QCOMPARE(o.status, 0);
        const std::vector<Json> failed = eventsOf(o.lines(), "error");
        QCOMPARE(failed.size(), size_t(1));
        QCOMPARE(failed[0]["error"], Json(code.toStdString()));
        QVERIFY(failed[0]["message"].get<std::string>().size() > 10);
        QCOMPARE(eventsOf(o.lines(), "done", "next").size(), size_t(1)); // the others go on
    }

    void tokenizes()
    {
        Talk talk;
        while (talk.next()["event"] != "ready")
            QVERIFY(talk.process.state() == QProcess::Running);
        talk.send({ { "op", "tokenize" }, { "id", "t" }, { "text", "4 + 7" } });
        const Json tokens = talk.next();
        QCOMPARE(tokens["event"], Json("tokens"));
        const Outcome o = engine({ "tokenize", "--model", kModel }, R"({"text":"4 + 7"})");
        QCOMPARE(tokens["ids"], o.lines()[0]["ids"]);
    }

    void card()
    {
        const Outcome o = engine({ "model", kModel, "--json" });
        QCOMPARE(o.status, 0);
        QCOMPARE(o.lines()[0]["layers"], Json(4));
        QVERIFY(engine({ "model", kModel }).out.contains("LlamaForCausalLM"));
        QCOMPARE(engine({ "model", "nowhere" }).code(), QByteArray("file_missing"));
    }
};

QTEST_GUILESS_MAIN(TestPlaygroundVerb)
#include "tst_playground_verb.moc"
