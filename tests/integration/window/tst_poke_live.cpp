// The page Live model against real engines, one kind of run after the other: pause, ask, ask on, a held-out prompt, a
// knob, continue, stop; and what of it stands in the run.

#include "core/run/runlauncher.h"
#include "core/store/run_reader.h"
#include "tests/support/engine_process.h"
#include "widgets/panels/pokepanel.h"
#include "widgets/panels/tracepane.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QtTest>

using namespace aha;

namespace {

constexpr int kPatienceMs = 120'000; // engines start, and machines are busy

} // namespace

class TestPokeLive : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        qputenv("XDG_CACHE_HOME", path("cache").toUtf8());
        QByteArray rows, pairs;
        for (int i = 0; i < 40; ++i) {
            const std::string prompt = "use 1 2 " + std::to_string(i) + " to make 9 :";
            const nlohmann::json row { { "prompt", prompt }, { "completion", " <think> 1 + 2 = 3 yes </think>" } };
            const nlohmann::json pair { { "prompt", prompt }, { "chosen", " 1 + 2 = 3" },
                { "rejected", " 1 + 2 = 4 no" } };
            rows += QByteArray::fromStdString(row.dump()) + '\n';
            pairs += QByteArray::fromStdString(pair.dump()) + '\n';
        }
        write("rows.jsonl", rows);
        write("pairs.jsonl", pairs);
    }
    void cleanup()
    {
        if (!m_run.isEmpty())
            (void)killEngine(m_run); // where a check failed half-way
        m_run.clear();
    }

    void poked_data()
    {
        QTest::addColumn<QByteArray>("own"); // what the kind needs beside the common
        QTest::newRow("grpo") << QByteArray("{\"algorithm\":{\"steps_per_generation\":1}}");
        QTest::newRow("distill") << QByteArray("{\"distill\":{\"teacher\":\"resources/models/miniature\"}}");
        QTest::newRow("sft") << QByteArray("{\"data\":{\"path\":\"rows.jsonl\",\"eval_percent\":20}}");
        QTest::newRow("dpo") << QByteArray("{\"data\":{\"path\":\"pairs.jsonl\",\"eval_percent\":20}}");
    }
    void poked()
    {
        QFETCH(QByteArray, own);
        const QString kind = QString::fromLatin1(QTest::currentDataTag());
        const bool samples = kind == "grpo" || kind == "distill";
        nlohmann::json config { { "version", 1 },
            { "general",
                { { "name", "poked" }, { "kind", kind.toStdString() }, { "max_steps", 1'000'000 }, { "threads", 1 } } },
            { "model", { { "path", "resources/models/miniature" } } },
            { "rollout", { { "max_completion_length", 24 } } }, { "optimizer", { { "schedule", "constant" } } },
            { "eval", { { "every_steps", 0 }, { "problems", 4 } } } };
        if (samples) {
            config["rollout"].update({ { "prompts_per_step", 2 }, { "num_generations", 2 } });
            config["eval"].update({ { "final_problems", 4 }, { "final_samples", 1 } });
        }
        config.update(nlohmann::json::parse(own.toStdString()));
        if (config.contains("data"))
            config["data"]["path"] = path(QString::fromStdString(config["data"]["path"])).toStdString();
        write(kind + ".json", QByteArray::fromStdString(config.dump()));
        m_run = path(kind);
        QProcess process;
        process.start(support::enginePath(), { "train", path(kind + ".json"), "--run-dir", m_run });
        QVERIFY(process.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(
            QFileInfo::exists(m_run + "/run.db") || process.state() == QProcess::NotRunning, kPatienceMs);
        QVERIFY2(process.state() == QProcess::Running, process.readAllStandardError().constData());

        PokePanel panel;
        const auto feed = std::make_shared<RunFeed>(m_run);
        panel.setRuns({ { feed, Qt::blue, kind } });
        panel.show();
        auto* state = panel.findChild<QLabel*>("pokeState");
        auto* pause = panel.findChild<QPushButton*>("pokePause");
        auto* ask = panel.findChild<QPushButton*>("pokeAsk");
        auto* prompt = panel.findChild<QPlainTextEdit*>("pokePrompt");
        auto* table = panel.findChild<QTableWidget*>("pokeTable");
        auto* problem = panel.findChild<QLabel*>("pokeProblem");
        QTRY_VERIFY_WITH_TIMEOUT(pause->isEnabled() && feed->lastStep() >= 1, kPatienceMs);
        QTest::mouseClick(pause, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(state->text().startsWith("Paused after step"), kPatienceMs);
        const qint64 step = feed->lastStep();

        const auto asks = [&](const QString& text, int answers) {
            prompt->setPlainText(text);
            QTest::mouseClick(ask, Qt::LeftButton);
            QTRY_VERIFY2_WITH_TIMEOUT(
                table->rowCount() == answers || problem->isVisible(), qPrintable(problem->text()), kPatienceMs);
            QVERIFY2(table->rowCount() == answers, qPrintable(problem->text()));
            QCOMPARE(table->item(0, 0)->text(), QString::number(step));
            QVERIFY(!table->item(0, 4)->text().isEmpty());
        };
        asks("use 1 2 to make 3 :", 1);
        QCOMPARE(panel.pane()->document().heading, QString("use 1 2 to make 3 :"));
        panel.findChild<QSpinBox*>("pokeSamples")->setValue(3);
        asks("and 2 2 to make 4 :", 2); // goes on
        QVERIFY(table->item(0, 3)->text().startsWith("2. "));
        asks(QString(), 3);
        QVERIFY2(table->item(0, 3)->text().contains("held-out"), qPrintable(table->item(0, 3)->text()));
        const TraceDocument& shown = panel.pane()->document();
        QVERIFY2(shown.heading.contains("to make"), qPrintable(shown.heading)); // its prompt, too
        QVERIFY2(panel.findChild<QLabel*>("pokeFacts")->text().endsWith("n = 3 samples"), qPrintable(shown.facts));
        QVERIFY2(
            shown.facts.contains("reward ") == samples, qPrintable(shown.facts)); // a problem of the task is judged
        QCOMPARE(feed->lastStep(), step); // nothing trained meanwhile

        auto* knob = panel.findChild<QComboBox*>("pokeKnob");
        knob->setCurrentIndex(knob->findData("optimizer.learning_rate"));
        auto* value = panel.findChild<QLineEdit*>("pokeValue");
        value->setText("3e-5");
        QTest::keyClick(value, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(problem->isVisible(), kPatienceMs);

        QTest::mouseClick(pause, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(feed->lastStep() > step, kPatienceMs);
        Command stop;
        stop.kind = Command::Kind::Stop;
        feed->send(stop);
        QTRY_COMPARE_WITH_TIMEOUT(process.state(), QProcess::NotRunning, kPatienceMs);
        QCOMPARE(process.exitCode(), 0);

        int sampled = 0;
        bool set = false;
        const auto reader = orThrow(RunReader::open(m_run.toStdString()));
        for (const MarkerRow& marker : orThrow(reader->markers())) {
            sampled += marker.kind == "sample";
            set = set || (marker.kind == "set" && marker.text == "optimizer.learning_rate=3e-5");
        }
        QCOMPARE(sampled, 3);
        QVERIFY2(set, qPrintable(problem->text()));
        QTRY_VERIFY_WITH_TIMEOUT(!ask->isEnabled(), kPatienceMs); // nobody is there any more
        QCOMPARE(table->rowCount(), 3); // but what was said stays
    }

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    void write(const QString& name, const QByteArray& text) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    QTemporaryDir m_folder;
    QString m_run;
};

QTEST_MAIN(TestPokeLive)
#include "tst_poke_live.moc"
