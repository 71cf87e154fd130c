// Rows of data sets whose answers are programs.

#include "core/engine/data_task.h"
#include "tests/support/sandbox_machine.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace aha;

namespace {

const QByteArray kRow = "{\"question\":\"Print the square of n.\",\"starter_code\":\"\",\"input_output\":"
                        "\"{\\\"inputs\\\":[\\\"2\\\",\\\"-3\\\"],\\\"outputs\\\":[\\\"4\\\",\\\"9\\\"]}\"}\n";

std::string python(const std::string& code) { return "<think>x</think><answer>```python\n" + code + "\n```</answer>"; }

} // namespace

class TestCodeRows : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        QFile file(m_folder.filePath("rows.jsonl"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        for (int i = 0; i < 40; ++i)
            file.write(kRow);
        file.close();
        m_config.task.name = "dataset";
        m_config.data.path = file.fileName().toStdString();
        m_config.sandbox.cpuSeconds = 2;
    }

    void judged_data()
    {
        QTest::addColumn<QString>("verifier");
        QTest::newRow("by the rows") << "auto";
        QTest::newRow("as configured") << "code";
    }
    void judged()
    {
        QFETCH(QString, verifier);
        if (const QByteArray why = test::namespacesForbidden(); !why.isEmpty())
            QSKIP(why);
        m_config.data.verifier = verifier.toStdString();
        const std::unique_ptr<Task> task = orThrow(makeRunTask(m_config));
        const TaskItem item = task->trainItem(1, 0);
        QVERIFY(item.prompt.find("Print the square") != std::string::npos);
        QCOMPARE(task->judge(item.itemJson, python("print(int(input()) ** 2)")).verdict, Verdict::Correct);
        const Judgement half = task->judge(item.itemJson, python("print(int(input()) * 2)"));
        QCOMPARE(half.verdict, Verdict::Wrong);
        QCOMPARE(half.share, 0.5);
    }

    /// With verifier code a row without tests is the data's mistake, not the model's.
    void rowsWithoutTests()
    {
        if (const QByteArray why = test::namespacesForbidden(); !why.isEmpty())
            QSKIP(why);
        m_config.data.verifier = "code";
        const std::unique_ptr<Task> task = orThrow(makeRunTask(m_config));
        const Judgement judgement = task->judge("{\"gold\":\"42\"}", python("print(42)"));
        QCOMPARE(judgement.verdict, Verdict::InfraError);
        QCOMPARE(judgement.reason, std::string("bad_item"));
    }

    /// Without bubblewrap such a run does not start; one that runs no programs does.
    void refusedWithoutASandbox()
    {
        const QByteArray path = qgetenv("PATH");
        qputenv("PATH", m_folder.path().toUtf8());
        for (const char* verifier : { "code", "auto" }) {
            m_config.data.verifier = verifier;
            const auto refused = makeRunTask(m_config);
            QVERIFY(!refused.ok());
            QCOMPARE(refused.error().code, std::string("sandbox_unavailable"));
            QVERIFY(refused.error().message.find("bubblewrap") != std::string::npos);
        }
        m_config.data.verifier = "exact";
        const bool other = makeRunTask(m_config).ok();
        RunConfig programming;
        programming.task.name = "programming";
        const auto refused = makeRunTask(programming);
        const bool countdown = makeRunTask(RunConfig {}).ok();
        qputenv("PATH", path);
        QVERIFY(other && countdown);
        QCOMPARE(refused.error().code, std::string("sandbox_unavailable"));
    }

private:
    QTemporaryDir m_folder;
    RunConfig m_config;
};

QTEST_GUILESS_MAIN(TestCodeRows)
#include "tst_code_rows.moc"
