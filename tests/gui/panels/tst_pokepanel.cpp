// Asking the weights of a paused run, and what is left of it in the run.

#include "core/protocol/control_server.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_writer.h"
#include "tests/gui/traces/trace_fixture.h"
#include "widgets/panels/pokepanel.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QtTest>

using namespace aha;

class TestPokePanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aDeadRunIsOnlyRead()
    {
        PokePanel panel;
        QVERIFY(panel.findChild<QLabel*>("pokeState")->text().contains("Open a run"));
        const QString run = m_folder.filePath("dead");
        fixture::makeRun(run);
        panel.setRuns({ { std::make_shared<RunFeed>(run), Qt::blue, "dead" } });
        QVERIFY(panel.findChild<QLabel*>("pokeState")->text().contains("Playground"));
        QVERIFY(!panel.findChild<QPushButton*>("pokeAsk")->isEnabled());
        QCOMPARE(panel.findChild<QTableWidget*>("pokeTable")->rowCount(), 0);
    }

    void pauseAskTurnContinue()
    {
        const QString run = m_folder.filePath("live");
        fixture::makeRun(run);
        const auto lease = orThrow(Lease::acquire(run.toStdString()));
        const auto server = orThrow(ControlServer::listen(run.toStdString(), "live", "test"));
        const OpenRuns runs { { std::make_shared<RunFeed>(run), Qt::blue, "live" } };
        PokePanel panel;
        panel.setRuns(runs);
        panel.show();
        QVERIFY(QTest::qWaitForWindowActive(&panel)); // shortcuts need it
        QTRY_VERIFY(runs.front().feed->attached());
        std::optional<Command> got;
        const auto take = [&] { return got || (got = server->take()); }; // asked again once it is there
        Event event;
        event.kind = Event::Kind::State;
        event.state = RunState::Running;
        QTRY_VERIFY((server->broadcast(event), panel.findChild<QPushButton*>("pokePause")->isEnabled()));
        QTest::mouseClick(panel.findChild<QPushButton*>("pokePause"), Qt::LeftButton);
        got.reset();
        QTRY_VERIFY(take());
        QCOMPARE(int(got->kind), int(Command::Kind::Pause));
        event.state = RunState::Paused;
        event.step = 3;
        server->broadcast(event);
        QTRY_VERIFY(panel.findChild<QLabel*>("pokeState")->text().startsWith("Paused after step 3"));
        QCOMPARE(panel.findChild<QPushButton*>("pokePause")->text(), QString("Continue"));

        auto* prompt = panel.findChild<QPlainTextEdit*>("pokePrompt");
        prompt->setPlainText("  What is 1 + 1? ");
        prompt->setFocus();
        QTest::keyClick(prompt, Qt::Key_Return, Qt::ControlModifier);
        got.reset();
        QTRY_VERIFY(take());
        QCOMPARE(int(got->kind), int(Command::Kind::SampleNow));
        QCOMPARE(got->prompt, std::string("What is 1 + 1?"));
        { // what the engine records before it answers
            auto writer = orThrow(RunWriter::open(run.toStdString()));
            orThrow(writer->addMarker({ 0, 3, "sample", "Sampled after step 3: a prompt of 14 bytes",
                "{\"prompt\":\"What is 1 + 1?\",\"answer\":\"<b>two</b> \\u202eowt\",\"temperature\":0.7,\"seed\":42}",
                0 }));
        }
        server->reply(*got, true, "<b>two</b>");
        auto* table = panel.findChild<QTableWidget*>("pokeTable");
        QTRY_COMPARE(table->rowCount(), 1);
        QCOMPARE(table->item(0, 0)->text(), QString("3"));
        QCOMPARE(table->item(0, 1)->text(), QString("0.7"));
        QCOMPARE(table->item(0, 2)->text(), QString("42"));
        const QString answer = panel.findChild<QPlainTextEdit*>("pokeAnswer")->toPlainText();
        QVERIFY(answer.startsWith("<b>two</b>") && !answer.contains(QChar(0x202e)));
        QVERIFY(panel.findChild<QLabel*>("pokeFacts")->text().contains("seed 42"));

        auto* knob = panel.findChild<QComboBox*>("pokeKnob");
        knob->setCurrentIndex(knob->findData("optimizer.learning_rate"));
        auto* value = panel.findChild<QLineEdit*>("pokeValue");
        value->setText("7"); // out of range: told here, never sent
        QTest::keyClick(value, Qt::Key_Return);
        QVERIFY(panel.findChild<QLabel*>("pokeProblem")->text().contains("7"));
        value->setText("1e-5");
        QTest::keyClick(value, Qt::Key_Return);
        got.reset();
        QTRY_VERIFY(take());
        QCOMPARE(got->assignment, std::string("optimizer.learning_rate=1e-5"));
        server->reply(*got, false, "It follows a schedule.");
        QTRY_COMPARE(panel.findChild<QLabel*>("pokeProblem")->text(), QString("It follows a schedule."));

        QSignalSpy picked(&panel, &PokePanel::stepPicked);
        QTest::mouseClick(panel.findChild<QPushButton*>("pokeTraces"), Qt::LeftButton);
        QCOMPARE(picked.size(), 1);
        QCOMPARE(picked[0][1].toLongLong(), 3);
        QTest::mouseClick(panel.findChild<QPushButton*>("pokePause"), Qt::LeftButton);
        got.reset();
        QTRY_VERIFY(take());
        QCOMPARE(int(got->kind), int(Command::Kind::Resume));
    }

private:
    QTemporaryDir m_folder;
};

QTEST_MAIN(TestPokePanel)
#include "tst_pokepanel.moc"
