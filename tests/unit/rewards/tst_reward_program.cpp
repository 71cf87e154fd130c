// A user's program over its pipes: one that behaves, and every way not to. Runs at every confinement of this machine.

#include "core/rewards/reward_program.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <csignal>

using namespace aha;

namespace {

const std::vector<std::string> kThree { "{\"completion\":\"a\"}", "{\"completion\":\"bb\"}", "{\"completion\":\"c\"}" };
constexpr double kLong = 60; // seconds: never reached

const char* const kGood = "n=0; while read -r line; do n=$((n+1)); echo \"{\\\"score\\\": $n}\"; done";

} // namespace

class TestRewardProgram : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void answers()
    {
        const auto parse = [](const char* line) { return RewardProgram::parse(line); };
        QCOMPARE(parse("{\"score\": -1.5e1}").value, -15.0);
        QCOMPARE(parse("{\"reason\": \"x\", \"score\": 2}").value, 2.0);
        for (const char* line : { "", "rubbish", "3", "[1]", "{}", "{\"score\": \"1\"}", "{\"score\": true}",
                 "{\"score\": 1e999}", "{\"score\": NaN}", "{\"score\": 1} {\"score\": 2}" }) {
            QVERIFY2(std::isnan(parse(line).value), line);
            QVERIFY2(!parse(line).reason.empty(), line);
        }
        QCOMPARE(parse("{\"score\": null, \"reason\": \"no idea\"}").reason, std::string("no idea"));
        QVERIFY(std::isnan(parse((std::string(5000, '[') + "1").c_str()).value));
    }

    void keepsOrderAndState()
    {
        RewardProgram program(kGood, findConfinement());
        for (int batch = 0; batch < 2; ++batch) {
            const auto scores = program.score(kThree, kLong);
            QCOMPARE(scores.size(), size_t(3));
            for (int i = 0; i < 3; ++i)
                QCOMPARE(scores[size_t(i)].value, batch * 3.0 + i + 1); // the process is the same one
        }
        QCOMPARE(program.starts(), 1);
    }

    void manyLongLines() // more than the pipes hold, both ways
    {
        RewardProgram program(
            "while read -r line; do echo \"{\\\"score\\\": ${#line}, \\\"x\\\": \\\"$line\\\"}\"; done", {});
        const std::vector<std::string> requests(200, std::string(5000, 'a'));
        for (const auto& score : program.score(requests, kLong))
            QCOMPARE(score.value, 5000.0);
    }

    void hangs()
    {
        RewardProgram program("read -r line; echo '{\"score\": 1}'; cat > /dev/null", {});
        const auto scores = program.score(kThree, 3); // seconds that the first answer has
        QCOMPARE(scores[0].value, 1.0); // what came in time counts
        QVERIFY(std::isnan(scores[1].value) && std::isnan(scores[2].value));
        QVERIFY2(scores[1].reason.find("3 seconds") != std::string::npos, scores[1].reason.c_str());
        (void)program.score(kThree, 0.3);
        QCOMPARE(program.starts(), 2); // a fresh one: late answers of the first cannot be taken for the second's
    }

    void dies()
    {
        RewardProgram program(
            "read -r line; echo '{\"score\": 1}'; echo 'first words' >&2; echo 'my trouble' >&2; exit 3", {});
        const auto scores = program.score(kThree, kLong);
        QCOMPARE(scores[0].value, 1.0);
        QVERIFY(std::isnan(scores[2].value));
        QVERIFY2(scores[2].reason.find("exit status 3") != std::string::npos, scores[2].reason.c_str());
        QVERIFY2(scores[2].reason.find("\"my trouble\"") != std::string::npos, scores[2].reason.c_str());
        QCOMPARE(program.score(kThree, kLong)[0].value, 1.0);
        QCOMPARE(program.starts(), 2);
    }

    void diesBetweenBatches() // costs no score
    {
        RewardProgram program("for i in 1 2 3; do read -r line; echo '{\"score\": 7}'; done", {});
        for (int batch = 0; batch < 3; ++batch)
            for (const auto& score : program.score(kThree, kLong))
                QCOMPARE(score.value, 7.0);
        QCOMPARE(program.starts(), 3);
    }

    void isNotThere()
    {
        RewardProgram program("/no/such/program", {});
        const auto scores = program.score(kThree, kLong);
        QVERIFY(std::isnan(scores[0].value));
        QVERIFY2(scores[0].reason.find("exit status 127") != std::string::npos, scores[0].reason.c_str());
    }

    void printsRubbish()
    {
        RewardProgram program("while read -r line; do echo \"I think $line is good\"; done", {});
        for (const auto& score : program.score(kThree, kLong)) {
            QVERIFY(std::isnan(score.value));
            QVERIFY2(score.reason.find("I think") != std::string::npos, score.reason.c_str());
        }
        RewardProgram endless(
            "cat > /dev/null & while :; do printf xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done", {});
        const auto scores = endless.score(kThree, kLong);
        QVERIFY2(scores[0].reason.find("64 KB") != std::string::npos, scores[0].reason.c_str());
    }

    void saysTooMuch()
    {
        RewardProgram program("while read -r line; do echo '{\"score\": 1}'; done; echo '{\"score\": 2}'", {});
        QCOMPARE(program.score(kThree, kLong)[0].value, 1.0);
        RewardProgram twice("while read -r line; do echo '{\"score\": 1}\n{\"score\": 2}'; done", {});
        (void)twice.score(kThree, kLong);
        const auto scores = twice.score({ kThree[0] }, kLong);
        QCOMPARE(scores[0].value, 1.0); // not what was left over
    }

    void readsNothing() // and is gone: writing to it must not end this process
    {
        RewardProgram program("exec <&-; echo '{\"score\": 4}'; exec >&-", {});
        const std::vector<std::string> requests(50, std::string(5000, 'a'));
        const auto scores = program.score(requests, kLong);
        QCOMPARE(scores[0].value, 4.0);
        QVERIFY(std::isnan(scores[1].value));
    }

    void leavesNobodyBehind()
    {
        QTemporaryDir folder;
        pid_t grandchild = 0;
        {
            RewardProgram program("sleep 1000 & while read -r line; do echo \"{\\\"score\\\": $!}\"; done", {});
            grandchild = pid_t(program.score(kThree, kLong)[0].value);
            QVERIFY(grandchild > 0 && ::kill(grandchild, 0) == 0);
        }
        // Killed; it has no command line while it waits for whoever adopts it.
        const auto gone = [grandchild] {
            QFile command("/proc/" + QString::number(grandchild) + "/cmdline");
            return !command.open(QIODevice::ReadOnly) || command.readAll().isEmpty();
        };
        QTRY_VERIFY(gone());
    }

    void isConfined_data()
    {
        QTest::addColumn<bool>("bubblewrap");
        QTest::newRow("the best here") << true;
        QTest::newRow("without bubblewrap") << false;
    }
    void isConfined()
    {
        QFETCH(bool, bubblewrap);
        const QByteArray path = qgetenv("PATH");
        if (!bubblewrap) // findConfinement() looks there
            qputenv("PATH", "/nowhere");
        const Confinement confinement = findConfinement();
        qputenv("PATH", path);
        QVERIFY(bubblewrap || confinement.bubblewrap.empty());
        qInfo("%s", confinement.sentence().c_str());
        QTemporaryDir folder;
        const std::string file = folder.filePath("file").toStdString();
        QFile old(folder.filePath("old"));
        QVERIFY(old.open(QIODevice::WriteOnly) && old.write("old text") > 0);
        old.close();
        RewardProgram program(
            "while read -r what; do if eval \"$what\" 2>/dev/null; then echo '{\"score\": 1}'; else echo "
            "'{\"score\": 0}'; fi; done",
            confinement);
        const auto can = [&](const std::string& what) { return program.score({ what }, kLong)[0].value; };
        QCOMPARE(can("[ 1 = 1 ]"), 1.0);
        QCOMPARE(can("cat /etc/passwd > /dev/null"), 1.0); // reading and /dev/null are allowed
        QCOMPARE(can("/bin/echo x > " + file), 0.0);
        QVERIFY(QFile(folder.filePath("file")).size() == 0);
        QCOMPARE(can("/bin/echo x >> " + folder.filePath("old").toStdString()), 0.0);
        if (!confinement.bubblewrap.empty() || confinement.files) {
            QVERIFY(!QFile::exists(folder.filePath("file")));
            QCOMPARE(can("rm " + folder.filePath("old").toStdString()), 0.0);
        }
        if (!confinement.bubblewrap.empty() || confinement.network) // no interface but a loopback that is down
            QCOMPARE(can("[ $(grep -c : /proc/net/dev) -le 1 ] && ! grep -q 0100007F /proc/net/fib_trie"), 1.0);
        QCOMPARE(can("[ $(ulimit -c) = 0 ] && [ $(ulimit -v) = 4194304 ]"), 1.0);
    }
};

QTEST_GUILESS_MAIN(TestRewardProgram)
#include "tst_reward_program.moc"
