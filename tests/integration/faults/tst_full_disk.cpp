// A disk of a few megabytes, and one that cannot be written: in a user and mount namespace of our own.

#include "tests/support/engine_process.h"

#include <QDir>
#include <QtTest>

using namespace aha;
using support::Outcome;

namespace {

/// Runs a shell script as the root of a new namespace; $ENGINE, $FOLDER and $MODEL are set.
Outcome inNamespace(const QString& folder, const QByteArray& script)
{
    return support::runProgram("unshare", { "-Urm", "sh", "-eu", "-c", QString::fromUtf8(script) }, {},
        { "ENGINE=" + support::enginePath(), "FOLDER=" + folder,
            "CONFIG=" + support::sourcePath("experiments/r1-zero-miniature/config.json"),
            "MODEL=" + support::sourcePath("resources/models/miniature") });
}

const QByteArray kTrain
    = "$ENGINE train $CONFIG --run-dir $RUN --max-steps 4 --set prompts_per_step=2 --set num_generations=2 --set "
      "max_completion_length=24 --set eval.problems=4"
      " --set final_problems=4 --set final_samples=1 --set checkpoint.every_steps=2 --set threads=2";

} // namespace

class TestFullDisk : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        const Outcome o = support::runProgram("unshare", { "-Urm", "true" });
        if (o.status != 0)
            QSKIP(("user and mount namespaces are refused here: " + o.error.trimmed()).constData());
        QVERIFY(QDir(m_folder.path()).mkpath("disk"));
        const Outcome reference = support::engine(support::tinyRun(m_folder.filePath("reference"), 4));
        QCOMPARE(reference.status, 0);
    }

    // A checkpoint of the miniature takes about 8 MB, the first steps' database about 0.3 MB.
    void fullInCheckpoint_data()
    {
        QTest::addColumn<int>("kilobytes");
        QTest::newRow("in the first one") << 3000;
        QTest::newRow("in a later one") << 12000;
    }
    void fullInCheckpoint()
    {
        QFETCH(int, kilobytes);
        // The disk fills up, the engine says so; then the disk grows, the run is resumed and finishes.
        const Outcome o = inNamespace(m_folder.filePath("disk"),
            "mount -t tmpfs -o size=" + QByteArray::number(kilobytes) + "k tmpfs $FOLDER; RUN=$FOLDER/run; set +e;"
                + kTrain
                + "; echo status $?; ls -a $RUN/checkpoints; mount -o remount,size=200m $FOLDER; $ENGINE resume $RUN; "
                  "echo resumed $?; $ENGINE inspect $RUN --json");
        QVERIFY2(o.out.contains("status 1\n"), o.out + o.error);
        QVERIFY2(o.error.contains("\"error\":\"disk_full\""), o.error.constData());
        QVERIFY2(
            !o.out.mid(o.out.indexOf("status 1")).contains(".tmp"), o.out.constData()); // nothing half is left behind
        QVERIFY2(o.out.contains("resumed 0\n"), o.out + o.error);
        checkFinished(o.out);
    }

    void fullInDatabase_data()
    {
        QTest::addColumn<int>("spare");
        for (const int kilobytes : { 4, 40, 120, 300 })
            QTest::addRow("%d kB left", kilobytes) << kilobytes;
    }
    void fullInDatabase() // the disk is filled by somebody else between two steps
    {
        QFETCH(int, spare);
        const Outcome o = inNamespace(m_folder.filePath("disk"),
            "mount -t tmpfs -o size=100m tmpfs $FOLDER; RUN=$FOLDER/run; set +e; export AHASCOPE_FAULT=commit:2;"
                + kTrain
                + "; unset AHASCOPE_FAULT; free=$(df --output=avail -k $FOLDER | tail -1); head -c $(( (free - "
                + QByteArray::number(spare) + ") * 1024 )) /dev/zero > $FOLDER/hog;"
                + "$ENGINE resume $RUN; echo status $?; rm $FOLDER/hog; $ENGINE resume $RUN; echo resumed $?; $ENGINE "
                  "inspect $RUN --json");
        QVERIFY2(o.out.contains("status 1\n"), o.out + o.error);
        QVERIFY2(o.error.contains("\"error\":\"disk_full\""), o.error.constData());
        QVERIFY2(o.out.contains("resumed 0\n"), o.out + o.error);
        checkFinished(o.out);
    }

    void readOnlyDisk()
    {
        const Outcome o = inNamespace(m_folder.filePath("disk"),
            "mount -t tmpfs -o size=100m tmpfs $FOLDER; RUN=$FOLDER/run; " + kTrain
                + " > /dev/null; $ENGINE inspect $RUN --json > $FOLDER/before;"
                  " mount -o remount,ro $FOLDER; set +e; $ENGINE resume $RUN; echo resume $?; RUN=$FOLDER/other;"
                + kTrain
                + "; echo train $?; $ENGINE inspect $FOLDER/run --json | cmp - $FOLDER/before; echo inspect $?");
        QVERIFY2(o.out.contains("resume 1\n") && o.out.contains("train 1\n"), o.out + o.error);
        QCOMPARE(o.error.count("\"error\":\"file_unwritable\""), qsizetype(2));
        QVERIFY2(o.out.contains("inspect 0\n"), o.out + o.error); // reading still works, and nothing changed
    }

private:
    /// The last line is the run's inspection: all four steps, as the undisturbed run has them.
    void checkFinished(const QByteArray& out)
    {
        const nlohmann::json got
            = nlohmann::json::parse(out.trimmed().split('\n').last().toStdString(), nullptr, false);
        QVERIFY(got.is_object());
        QCOMPARE(got["state"].get<std::string>(), std::string("finished"));
        QCOMPARE(got["steps"].get<int>(), 4);
    }
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestFullDisk)
#include "tst_full_disk.moc"
