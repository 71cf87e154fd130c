// The real engine on the real miniature: training, reproducing, control, bad input. Faults have a folder of their own.

#include "core/protocol/control_client.h"
#include "core/protocol/run_folder.h"
#include "tests/support/engine_process.h"

#include <QDir>
#include <QtTest>

#include <cmath>

using namespace aha;
using support::engine;
using support::fingerprint;
using support::Outcome;
using Json = nlohmann::json;

namespace {

const QString kEngine = QStringLiteral(AHASCOPE_TEST_BINARY_DIR "/app/engine/ahascope-engine");
const QString kDemo = QStringLiteral(AHASCOPE_TEST_SOURCE_DIR "/experiments/r1-zero-miniature/config.json");

QStringList small(const QString& run, int steps)
{
    return { "train", kDemo, "--run-dir", run, "--max-steps", QString::number(steps), "--set", "prompts_per_step=4",
        "--set", "num_generations=4", "--set", "max_completion_length=48", "--set", "eval.problems=16", "--set",
        "final_problems=16", "--set", "final_samples=2", "--set", "eval.every_steps=4", "--set",
        "checkpoint.every_steps=3", "--set", "threads=2" };
}

QByteArray errorCode(const QByteArray& error) { return Outcome { 1, {}, error }.code(); }

} // namespace

class TestEngine : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        const Outcome reference = engine(small(m_folder.filePath("reference"), 10));
        QVERIFY2(reference.status == 0, reference.error.constData());
        QCOMPARE(reference.out.trimmed().split('\n').size(), 10);
        const Json first = Json::parse(reference.out.split('\n').first().toStdString());
        QCOMPARE(first["step"].get<int>(), 1);
        QVERIFY(first.contains("reward") && first.contains("completions/mean_length")
            && first.contains("countdown/false_equation_share"));
        m_reference = fingerprint(m_folder.filePath("reference"));
        QVERIFY(m_reference.size() > 2000);
    }

    void sameSeedSameBits()
    {
        const QString run = m_folder.filePath("again");
        QCOMPARE(engine(small(run, 10)).status, 0);
        QCOMPARE(fingerprint(run), m_reference);
    }

    void otherSeedOtherSamples()
    {
        const QString run = m_folder.filePath("seed");
        QCOMPARE(engine(small(run, 10) + QStringList { "--set", "seed=5" }).status, 0);
        QVERIFY(fingerprint(run) != m_reference);
    }

    void controlPausesChangesAndStops()
    {
        const QString run = m_folder.filePath("controlled");
        QProcess process;
        process.start(kEngine, small(run, 400));
        QVERIFY(process.waitForReadyRead(60000));
        const auto client = ControlClient::connect(run.toStdString());
        QVERIFY2(client.ok(), client.ok() ? "" : client.error().message.c_str());
        const auto ask = [&](Command::Kind kind, const std::string& assignment = "") {
            Command command;
            command.kind = kind;
            command.assignment = assignment;
            return orThrow((*client)->request(command));
        };
        QVERIFY(ask(Command::Kind::Pause).ok);
        QVERIFY(liveEngine(run.toStdString()).has_value());
        QCOMPARE(stateOfRun(run.toStdString(), ""), RunState::Paused);
        QVERIFY(ask(Command::Kind::Set, "optimizer.learning_rate=5e-5").ok);
        QVERIFY(!ask(Command::Kind::Set, "optimizer.learning_rate=banana").ok);
        QVERIFY(!ask(Command::Kind::Set, "general.seed=4").ok); // not safe while training
        QVERIFY(ask(Command::Kind::SampleNow).ok);
        const auto talk = [&](const std::string& prompt, const std::string& turns) {
            Command command;
            command.kind = Command::Kind::SampleNow;
            command.prompt = prompt;
            command.completion = turns;
            return orThrow((*client)->request(command));
        };
        const std::string first = R"({"role":"user","content":"use 1 2 to make 3 :"})";
        const auto answered = talk("use 1 2 to make 3 :", "[" + first + "]");
        QVERIFY2(answered.ok && answered.message.find("use 1 2 to make 3 :") != 0, answered.message.c_str());
        nlohmann::json turns = nlohmann::json::parse("[" + first + "]");
        turns.push_back({ { "role", "assistant" }, { "content", answered.message } });
        const auto refused = talk("x", turns.dump()); // ends with the model's turn
        QVERIFY2(!refused.ok && refused.message.find("last turn") != std::string::npos, refused.message.c_str());
        turns.push_back({ { "role", "user" }, { "content", "and 2 2 to make 4 :" } });
        QVERIFY(talk("and 2 2 to make 4 :", turns.dump()).ok);
        std::string longest;
        for (int i = 0; i < 20'000; ++i)
            longest += " 1 2 3";
        const auto tooLong
            = talk(longest, nlohmann::json::array({ { { "role", "user" }, { "content", longest } } }).dump());
        QVERIFY2(!tooLong.ok && tooLong.message.find("the model's context is") != std::string::npos,
            tooLong.message.c_str());
        QVERIFY(ask(Command::Kind::CheckpointNow).ok);
        const Outcome second = engine({ "resume", run }); // the lease keeps a second engine out
        QCOMPARE(second.status, 1);
        QCOMPARE(errorCode(second.error), QByteArray("run_busy"));
        QVERIFY(ask(Command::Kind::Resume).ok);
        QVERIFY(ask(Command::Kind::Stop).ok);
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(process.exitCode(), 0);
        const auto reader = RunReader::open(run.toStdString());
        QCOMPARE(stateOfRun(run.toStdString(), (*reader)->summary()->lastMarker), RunState::Stopped);
        bool marked = false, sampled = false, talked = false;
        for (const MarkerRow& marker : orThrow((*reader)->markers())) {
            marked = marked || (marker.kind == "set" && marker.text == "optimizer.learning_rate=5e-5");
            talked = talked
                || (marker.kind == "sample" && marker.dataJson.find("and 2 2 to make 4") != std::string::npos
                    && marker.dataJson.find("\"role\":\"assistant\"") != std::string::npos);
            sampled = sampled
                || (marker.kind == "sample" && marker.dataJson.find("\"answer\":\"") != std::string::npos
                    && marker.dataJson.find("\"temperature\":") != std::string::npos);
        }
        QVERIFY(marked && sampled && talked);
    }

    void badInputIsASentence_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("code");
        const QString run = m_folder.filePath("bad");
        QTest::newRow("no such file") << QStringList { "train", "nowhere.json", "--run-dir", run }
                                      << QByteArray("file_missing");
        QTest::newRow("unknown setting") << QStringList { "train", kDemo, "--run-dir", run, "--set", "learning_rte=1" }
                                         << QByteArray("config_unknown");
        QTest::newRow("out of range") << QStringList { "train", kDemo, "--run-dir", run, "--set", "temperature=-1" }
                                      << QByteArray("config_range");
        QTest::newRow("not divisible") << QStringList { "train", kDemo, "--run-dir", run, "--set",
            "steps_per_generation=7" } << QByteArray("config_rule");
        QTest::newRow("no model") << QStringList { "train", kDemo, "--run-dir", run, "--set", "model.path=nowhere" }
                                  << QByteArray("model_config_missing");
        const QString cut = m_folder.filePath("cut"),
                      model = QStringLiteral(AHASCOPE_TEST_SOURCE_DIR "/resources/models/miniature/");
        QDir().mkpath(cut);
        for (const char* name : { "config.json", "tokenizer.model", "model.safetensors" })
            QFile::copy(model + name, cut + '/' + name);
        QFile weights(cut + "/model.safetensors");
        weights.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        QVERIFY(weights.resize(weights.size() / 2));
        QTest::newRow("cut model") << QStringList { "train", kDemo, "--run-dir", run + "-cut", "--set",
            "model.path=" + cut } << QByteArray("MetadataIncompleteBuffer");
        QTest::newRow("no cuda") << QStringList { "train", kDemo, "--run-dir", run + "-cuda", "--set", "device=cuda" }
                                 << QByteArray("device_unavailable");
        QTest::newRow("unwritable") << QStringList { "train", kDemo, "--run-dir", "/proc/run" }
                                    << QByteArray("file_unwritable");
        QTest::newRow("existing run") << QStringList { "train", kDemo, "--run-dir", m_folder.filePath("reference") }
                                      << QByteArray("run_exists");
        QTest::newRow("resume nothing") << QStringList { "resume", m_folder.filePath("nothing") }
                                        << QByteArray("run_missing");
        QTest::newRow("nobody to control")
            << QStringList { "control", m_folder.filePath("reference"), "pause" } << QByteArray("engine_not_running");
        QTest::newRow("usage") << QStringList { "train" } << QByteArray("usage");
    }
    void badInputIsASentence()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, code);
        const Outcome outcome = engine(arguments);
        QCOMPARE(errorCode(outcome.error), code);
        QCOMPARE(outcome.status, 1);
        QVERIFY(outcome.out.isEmpty());
    }

    void lostTailAndNewerDatabaseAreNoticed()
    {
        const QString run = m_folder.filePath("tail");
        QCOMPARE(engine(small(run, 4)).status, 0);
        QFile mark(run + "/high_water.json");
        QVERIFY(mark.open(QIODevice::ReadWrite));
        const QByteArray before = mark.readAll();
        mark.resize(0);
        mark.write(QByteArray(before).replace("\"last_step\":4", "\"last_step\":9"));
        mark.close();
        QCOMPARE(errorCode(engine({ "inspect", run, "--json" }).error), QByteArray("database_lost_tail"));
    }

    void verbsSpeakJsonLines()
    {
        const QString model = QStringLiteral(AHASCOPE_TEST_SOURCE_DIR "/resources/models/miniature");
        Outcome o = engine({ "tokenize", "--model", model },
            "{\"text\":\"use 5 9 6 to make 39 :\"}\nnot json\n{\"text\":\"不对 等等 -6 - 6\"}\n");
        QCOMPARE(o.status, 1);
        const QList<QByteArray> lines = o.out.trimmed().split('\n');
        QCOMPARE(lines.size(), 3);
        const Json ids = Json::parse(lines[0].toStdString())["ids"];
        QCOMPARE(ids.size(), size_t(8)); // one token a word
        QVERIFY(Json::parse(lines[1].toStdString()).contains("error"));
        QCOMPARE(Json::parse(lines[2].toStdString())["ids"].size(), size_t(5));
        o = engine({ "tokenize", "--model", model, "--decode" },
            QByteArray::fromStdString(Json { { "ids", ids } }.dump()) + "\n");
        QCOMPARE(Json::parse(o.out.toStdString())["text"].get<std::string>(), "use 5 9 6 to make 39 :");
        o = engine({ "reward", "--task", "countdown" },
            "{\"numbers\":[5,9,6],\"target\":39,\"completion\":\"<think> x </think> <answer> ( 5 * 9 ) - 6 "
            "</answer>\"}\n");
        QCOMPARE(o.status, 0);
        QCOMPARE(Json::parse(o.out.toStdString())["reason"].get<std::string>(), "ok");
        QCOMPARE(Json::parse(o.out.toStdString())["parts"]["accuracy"].get<double>(), 1.0);
        o = engine({ "generate", "--model", model, "--temperature", "0", "--max-new-tokens", "30" },
            "{\"prompt\":\"use 5 9 6 to make 39 :\"}\n");
        const Json generated = Json::parse(o.out.toStdString())["completions"][0];
        std::vector<int> all = Json::parse(lines[0].toStdString())["ids"].get<std::vector<int>>();
        all.insert(all.begin(), 1); // <s>
        for (const Json& id : generated["ids"])
            all.push_back(id);
        o = engine({ "score", "--model", model }, QByteArray::fromStdString(Json { { "ids", all } }.dump()) + "\n");
        const Json scored = Json::parse(o.out.toStdString());
        for (size_t i = 0; i < generated["logprobs"].size(); ++i)
            QVERIFY(std::abs(generated["logprobs"][i].get<double>() - scored["logprobs"][8 + i].get<double>()) < 1e-4);
    }

private:
    QTemporaryDir m_folder;
    QByteArray m_reference;
};

QTEST_GUILESS_MAIN(TestEngine)
#include "tst_engine.moc"
