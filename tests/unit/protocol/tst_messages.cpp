// The wire format, line by line, and everything that is no line of it.

#include "core/protocol/messages.h"

#include "core/base/rng.h"

#include <QJsonDocument>
#include <QtTest>

using namespace aha;

class TestMessages : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void goldenLines() // other versions speak exactly these
    {
        QCOMPARE(toLine(Hello { 1, "engine", "0.1.0", "r1" }),
            std::string(R"({"protocol":1,"role":"engine","version":"0.1.0","run":"r1"})"));
        Command set;
        set.kind = Command::Kind::Set;
        set.assignment = "a=b";
        set.id = 7;
        QCOMPARE(toLine(set), std::string(R"({"command":"set","id":7,"assignment":"a=b"})"));
        Event e;
        e.step = 3;
        e.maxSteps = 9;
        e.state = RunState::Paused;
        e.phase = Phase::Training;
        e.fraction = 0.5;
        e.etaSeconds = 12;
        e.level = "warning";
        e.message = "等 \n";
        e.id = 4;
        e.ok = false;
        const std::pair<Event::Kind, const char*> lines[] = {
            { Event::Kind::State, R"({"event":"state","state":"paused","step":3,"max_steps":9,"message":"等 \n"})" },
            { Event::Kind::Committed, R"({"event":"committed","step":3,"max_steps":9})" },
            { Event::Kind::Progress,
                R"({"event":"progress","state":"paused","phase":"training","step":3,"max_steps":9,"fraction":0.5,"eta_seconds":12.0})" },
            { Event::Kind::Log, R"({"event":"log","level":"warning","message":"等 \n"})" },
            { Event::Kind::Heartbeat, R"({"event":"heartbeat","state":"paused","phase":"training"})" },
            { Event::Kind::Reply, R"({"event":"reply","id":4,"ok":false,"message":"等 \n"})" },
        };
        for (const auto& [kind, line] : lines) {
            e.kind = kind;
            QCOMPARE(toLine(e), std::string(line));
            const Result<Event> back = parseEvent(line);
            QVERIFY(back.ok());
            QCOMPARE(toLine(*back), std::string(line)); // and back
        }
    }

    /// Beside the phase that every version knows: who does not know the part reads a run that starts.
    void thePartsOfAStart()
    {
        Event e;
        e.kind = Event::Kind::Progress;
        e.state = RunState::Starting;
        e.phase = Phase::Loading;
        e.part = StartPart::Reference;
        const std::string line = toLine(e);
        QVERIFY(line.ends_with(R"(,"part":"loading the reference model"})"));
        QVERIFY(line.find(R"("state":"starting","phase":"loading")") != std::string::npos);
        QCOMPARE(int(orThrow(parseEvent(line)).part), int(StartPart::Reference));
        const Event newer = orThrow(
            parseEvent(R"({"event":"progress","state":"starting","phase":"loading","part":"warming the oven"})"));
        QCOMPARE(int(newer.state), int(RunState::Starting));
        QCOMPARE(int(newer.part), int(StartPart::None));
        e.part = StartPart::None;
        QVERIFY(toLine(e).find("part") == std::string::npos);
    }

    void aConversationTravels()
    {
        Command ask;
        ask.kind = Command::Kind::SampleNow;
        ask.prompt = "and 2?";
        ask.completion = R"([{"role":"user","content":"1?"},{"role":"assistant","content":"等"},)"
                         R"({"role":"user","content":"and 2?"}])";
        const std::string line = toLine(ask);
        QVERIFY(line.find("\"messages\":[{") != std::string::npos && line.find("\"completion\"") == std::string::npos);
        const Command back = orThrow(parseCommand(line));
        QCOMPARE(back.prompt, ask.prompt); // all that an engine of before reads
        QCOMPARE(QJsonDocument::fromJson(QByteArray::fromStdString(back.completion)),
            QJsonDocument::fromJson(QByteArray::fromStdString(ask.completion)));
        QCOMPARE(toLine(orThrow(parseCommand(toLine(back)))), toLine(back));
        QVERIFY(orThrow(parseCommand(R"({"command":"sample-now","prompt":"x","messages":"no list"})")).completion.size()
            > 2);
        QCOMPARE(orThrow(parseCommand(R"({"command":"sample-now","prompt":"x","completion":"y"})")).completion,
            std::string());
        QCOMPARE(orThrow(parseCommand(R"({"command":"score-text","prompt":"x","completion":"y"})")).completion,
            std::string("y"));
        ask.samples = 4;
        QCOMPARE(orThrow(parseCommand(toLine(ask))).samples, 4);
        QCOMPARE(orThrow(parseCommand(R"({"command":"sample-now","samples":99})")).samples, kMostLiveSamples);
        QCOMPARE(orThrow(parseCommand(R"({"command":"sample-now","samples":-1})")).samples, 1);
        ask.samples = 1; // as an engine of before reads it
        ask.completion.clear();
        QCOMPARE(toLine(ask), std::string(R"({"command":"sample-now","id":0,"prompt":"and 2?"})"));
    }

    void namesGoBothWays()
    {
        for (int i = 0; i <= int(RunState::Interrupted); ++i)
            QCOMPARE(int(*stateFromName(stateName(RunState(i)))), i);
        for (int i = 0; i <= int(Phase::Saving); ++i)
            QCOMPARE(int(*phaseFromName(phaseName(Phase(i)))), i);
        for (int i = 0; i <= int(StartPart::FirstCheckpoint); ++i)
            QCOMPARE(int(startPartFromName(startPartName(StartPart(i)))), i);
        for (int i = 0; i <= int(Command::Kind::Status); ++i) {
            Command command;
            command.kind = Command::Kind(i);
            command.assignment = "a=b";
            QCOMPARE(int(parseCommand(toLine(command))->kind), i);
        }
        QVERIFY(!stateFromName("Paused").ok() && !phaseFromName("").ok());
    }

    void versions()
    {
        QVERIFY(parseHello(R"({"protocol":1,"role":"client","new_field":[1,2]})").ok()); // unknown fields are skipped
        for (const char* other : { "0", "2", "-1", "4294967297", "99999999999999999999" }) {
            const Result<Hello> hello
                = parseHello(std::string(R"({"role":"engine","version":"9.9","protocol":)") + other + "}");
            QCOMPARE(hello.error().code, std::string("protocol_version"));
            QVERIFY(hello.error().message.find("9.9") != std::string::npos
                && hello.error().message.find("speaks 1") != std::string::npos);
        }
    }

    void broken_data()
    {
        QTest::addColumn<QByteArray>("line");
        for (const char* line :
            { "", " ", "null", "3", "\"pause\"", "[]", "{", "{}", "{\"command\":\"pause\"", "{\"command\":3}",
                "{\"event\":null}", "{\"event\":\"state\",\"state\":3}", "{\"event\":\"state\",\"state\":\"sleeping\"}",
                "{\"event\":\"progress\",\"phase\":\"\"}", "{\"protocol\":1}", "{\"protocol\":1,\"role\":\"spy\"}",
                "{\"command\":\"set\"}", "{\"command\":\"set\",\"assignment\":4}", "{\"command\":\"PAUSE\"}",
                "GET / HTTP/1.1", "\xFF\xFE{}", "{\"command\":\"pause\"} trailing", "{'command':'pause'}", "NaN" })
            QTest::newRow(line) << QByteArray(line);
        QTest::newRow("NUL") << QByteArray("{\"command\":\"pause\"\0}", 20);
        QTest::newRow("too long") << QByteArray(
            "{\"command\":\"pause\",\"prompt\":\"" + QByteArray(1 << 20, 'x') + "\"}");
        QTest::newRow("deep") << QByteArray("{\"command\":" + QByteArray(400'000, '['));
        QTest::newRow("deep and closed") << QByteArray(
            "{\"command\":" + QByteArray(200'000, '[') + QByteArray(200'000, ']') + "}");
    }
    void broken()
    {
        QFETCH(QByteArray, line);
        const std::string text = line.toStdString();
        for (const Error& error : { parseHello(text).error(), parseCommand(text).error(), parseEvent(text).error() })
            QVERIFY(error.code.rfind("protocol_", 0) == 0 && !error.message.empty() && error.message.size() < 600);
    }

    void unknownKindsAreTold()
    {
        QCOMPARE(parseEvent(R"({"event":"telepathy"})").error().code, std::string("protocol_unknown_kind"));
        QCOMPARE(parseCommand(R"({"command":"explode"})").error().code, std::string("protocol_unknown_kind"));
    }

    void manyKeysAreCheap() // a quadratic parser would not end within the program's time limit
    {
        std::string line = "{\"command\":\"pause\"";
        for (int i = 0; line.size() < (1 << 20) - 20; ++i)
            line += ",\"" + std::to_string(i) + "\":0";
        QVERIFY(parseCommand(line + "}").ok());
    }

    void invalidTextBecomesValid()
    {
        Event e;
        e.kind = Event::Kind::Log;
        e.message = "bad \xFF\xE4\xBD bytes\n";
        const std::string line = toLine(e);
        QVERIFY(line.find('\n') == std::string::npos);
        QVERIFY(parseEvent(line).ok());
    }

    void anyBytes()
    {
        Rng rng(1, Purpose::Corpus);
        const std::string seed
            = R"({"event":"progress","state":"paused","phase":"training","step":3,"max_steps":9,"fraction":0.5,"eta_seconds":12.0,"id":1,"ok":true,"protocol":1,"role":"client","command":"set","assignment":"a=b"})";
        int understood = 0;
        for (int round = 0; round < 20000; ++round) {
            std::string line = seed;
            for (uint64_t flips = 1 + rng.below(3); flips > 0; --flips)
                line[size_t(rng.below(line.size()))] = char(rng.below(256));
            understood += parseEvent(line).ok();
            (void)parseCommand(line);
            (void)parseHello(line);
        }
        QVERIFY(understood > 100 && understood < 20000);
    }
};

QTEST_GUILESS_MAIN(TestMessages)
#include "tst_messages.moc"
