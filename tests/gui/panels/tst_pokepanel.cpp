// Asking the weights of a paused run, and what is left of it in the run.

#include "core/protocol/control_server.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_writer.h"
#include "tests/gui/traces/trace_fixture.h"
#include "widgets/panels/pokepanel.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/traceview.h"

#include <nlohmann/json.hpp>

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTabBar>
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
        QCOMPARE(nlohmann::json::parse(got->completion),
            nlohmann::json::parse(R"([{"role":"user","content":"What is 1 + 1?"}])"));
        { // what the engine records before it answers
            auto writer = orThrow(RunWriter::open(run.toStdString()));
            orThrow(writer->addMarker({ 0, 3, "sample", "Sampled after step 3: a prompt of 14 bytes",
                "{\"prompt\":\"What is 1 + 1?\",\"answer\":\"<b>two</b> \\u202eowt\",\"temperature\":0.7,\"seed\":42,"
                "\"messages\":[{\"role\":\"user\",\"content\":\"What is 1 + 1?\"}]}",
                0 }));
        }
        server->reply(*got, true, "<b>two</b>");
        auto* table = panel.findChild<QTableWidget*>("pokeTable");
        QTRY_COMPARE(table->rowCount(), 1);
        QCOMPARE(table->item(0, 0)->text(), QString("3"));
        QCOMPARE(table->item(0, 1)->text(), QString("0.7"));
        QCOMPARE(table->item(0, 2)->text(), QString("42"));
        QCOMPARE(panel.pane()->document().heading, QString("What is 1 + 1?"));
        const QString answer = panel.pane()->view()->trace().text;
        QVERIFY2(answer.contains("<b>two</b>") && !answer.contains(QChar(0x202e)), qPrintable(answer));
        QVERIFY(prompt->toPlainText().isEmpty()); // for the next turn

        // The next question goes on; what another part of the window asks in between does not get into it.
        auto* continues = panel.findChild<QLabel*>("pokeContinues");
        QVERIFY2(continues->text().contains("(1 turn so far)"), qPrintable(continues->text()));
        {
            auto writer = orThrow(RunWriter::open(run.toStdString()));
            orThrow(writer->addMarker({ 0, 4, "sample", "Sampled after step 4: a held-out problem",
                "{\"prompt\":\"\",\"answer\":\"use 1 2 : <think>\"}", 0 }));
        }
        Command others;
        others.kind = Command::Kind::SampleNow;
        runs.front().feed->send(others);
        got.reset();
        QTRY_VERIFY(take());
        QVERIFY(got->prompt.empty());
        server->reply(*got, true, "use 1 2 : <think>");
        QTRY_COMPARE(table->rowCount(), 2);
        QCOMPARE(table->currentRow(), 1);
        prompt->setPlainText("And 2 + 2?");
        QTest::mouseClick(panel.findChild<QPushButton*>("pokeAsk"), Qt::LeftButton);
        got.reset();
        QTRY_VERIFY(take());
        QCOMPARE(got->prompt, std::string("And 2 + 2?"));
        const nlohmann::json turns = nlohmann::json::parse(got->completion);
        QCOMPARE(turns.size(), size_t(3));
        QCOMPARE(turns[1]["role"], nlohmann::json("assistant"));
        QCOMPARE(turns[1]["content"].get<std::string>(), std::string("<b>two</b> \xe2\x80\xaeowt")); // as it was
        QCOMPARE(turns[2]["content"], nlohmann::json("And 2 + 2?"));
        {
            auto writer = orThrow(RunWriter::open(run.toStdString()));
            const nlohmann::json data { { "prompt", "And 2 + 2?" }, { "answer", "four" }, { "messages", turns } };
            orThrow(writer->addMarker({ 0, 5, "sample", "Sampled", data.dump(), 0 }));
        }
        prompt->setPlainText("typed while it answered");
        server->reply(*got, true, "four");
        QTRY_COMPARE(table->rowCount(), 3);
        QCOMPARE(table->currentRow(), 0);
        QCOMPARE(prompt->toPlainText(), QString("typed while it answered"));
        const QString talk = panel.findChild<QPlainTextEdit*>("pokeAnswer")->toPlainText();
        QVERIFY2(talk.indexOf("1 + 1") < talk.indexOf("two") && talk.indexOf("two") < talk.indexOf("2 + 2"),
            qPrintable(talk));
        QCOMPARE(panel.pane()->view()->trace().text, QString("four"));
        QVERIFY(table->item(0, 3)->text().startsWith("2. And"));
        QVERIFY(panel.findChild<QLabel*>("pokeFacts")->text().startsWith("turn 2"));

        QTest::mouseClick(panel.findChild<QPushButton*>("pokeNew"), Qt::LeftButton);
        QVERIFY2(continues->text().contains("begins a new conversation"), qPrintable(continues->text()));
        QTest::mouseClick(panel.findChild<QPushButton*>("pokeAsk"), Qt::LeftButton);
        got.reset();
        QTRY_VERIFY(take());
        QCOMPARE(nlohmann::json::parse(got->completion).size(), size_t(1));
        server->reply(*got, false, "The conversation has 9 tokens, and the model's context is 8.");
        QTRY_VERIFY(panel.findChild<QLabel*>("pokeProblem")->text().contains("context is 8"));
        QVERIFY(continues->text().contains("new conversation")); // nothing was answered
        table->setCurrentCell(2, 0); // the first answer: it can be gone on with
        QVERIFY(panel.findChild<QLabel*>("pokeFacts")->text().contains("seed 42"));

        auto* knob = panel.findChild<QComboBox*>("pokeKnob");
        knob->setCurrentIndex(knob->findData("optimizer.learning_rate"));
        auto* value = panel.findChild<QLineEdit*>("pokeValue");
        QVERIFY2(knob->currentText().contains(" = "), qPrintable(knob->currentText())); // as it stands now
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
        QCOMPARE(panel.findChild<QLabel*>("pokeProblem")->property("role").toString(), QString("error"));

        value->setText("3e-5");
        QTest::keyClick(value, Qt::Key_Return);
        got.reset();
        QTRY_VERIFY(take());
        {
            auto writer = orThrow(RunWriter::open(run.toStdString()));
            orThrow(writer->addMarker({ 0, 5, "set", got->assignment, "{}", 0 }));
        }
        server->reply(*got, true, "optimizer.learning_rate: 1e-06 -> 3e-05");
        QTRY_VERIFY2(knob->currentText().endsWith(" = 3e-05"), qPrintable(knob->currentText()));
        QCOMPARE(knob->currentData().toString(), QString("optimizer.learning_rate"));
        const auto* fixedLabel = panel.findChild<QLabel*>("pokeFixed");
        const QString fixed = fixedLabel->text();
        QVERIFY2(fixed.contains("reads them once") && fixed.contains(QString::fromStdString(groupTitle("model"))),
            qPrintable(fixed));
        panel.resize(1000, 700); // all of it is to be read
        panel.show();
        QTRY_VERIFY(
            fixedLabel->width() > 900 && fixedLabel->height() >= fixedLabel->heightForWidth(fixedLabel->width()));

        QSignalSpy picked(&panel, &PokePanel::stepPicked);
        QTest::mouseClick(panel.findChild<QPushButton*>("pokeTraces"), Qt::LeftButton);
        QCOMPARE(picked.size(), 1);
        QCOMPARE(picked[0][1].toLongLong(), 3);
        QTest::mouseClick(panel.findChild<QPushButton*>("pokePause"), Qt::LeftButton);
        got.reset();
        QTRY_VERIFY(take());
        QCOMPARE(int(got->kind), int(Command::Kind::Resume));
    }

    /// Several answers to a problem of the task: each judged and rewarded, and marked as on the page Traces.
    void answersToAProblemAreJudged()
    {
        const QString run = makeRun("judged", "grpo");
        const auto lease = orThrow(Lease::acquire(run.toStdString()));
        orThrow(lease->setState(RunState::Running));
        const auto server = orThrow(ControlServer::listen(run.toStdString(), "judged", "test"));
        const OpenRuns runs { { std::make_shared<RunFeed>(run), Qt::blue, "judged" } };
        PokePanel panel;
        panel.setRuns(runs);
        panel.show();
        auto* ask = panel.findChild<QPushButton*>("pokeAsk");
        QTRY_VERIFY(ask->isEnabled());
        auto* count = panel.findChild<QSpinBox*>("pokeSamples");
        QCOMPARE(count->minimum(), 1);
        QCOMPARE(count->maximum(), 8);
        count->setValue(2);
        QTest::mouseClick(ask, Qt::LeftButton);
        std::optional<Command> got;
        QTRY_VERIFY(got || (got = server->take()));
        QCOMPARE(got->samples, 2);
        {
            LiveAnswer answer { "use 1 2 to make 3 : wait, 1 + 2 = 3", "use 1 2 to make 3 :", fixture::kItem };
            answer.weights = { { "accuracy", 1.0 }, { "format", 0.5 } };
            CompletionRow right;
            right.text = "wait, 1 + 2 = 3";
            right.tokens = 9;
            right.finishReason = "stop";
            right.verdict = "correct";
            right.correct = true;
            right.reward = 1.5;
            right.parts = { { "accuracy", 1.0 }, { "format", 1.0 } };
            CompletionRow wrong = right;
            wrong.text = "1 - 2 = 3";
            wrong.verdict = "wrong";
            wrong.reason = "wrong_value";
            wrong.correct = false;
            wrong.reward = 0.5;
            wrong.parts[0].second = 0;
            answer.samples = { right, wrong };
            nlohmann::ordered_json data { { "prompt", "" }, { "answer", answer.text } };
            addToMarker(answer, data);
            auto writer = orThrow(RunWriter::open(run.toStdString()));
            orThrow(writer->addMarker({ 0, 3, "sample", "Sampled", data.dump(), 0 }));
        }
        server->reply(*got, true, "use 1 2 to make 3 : wait, 1 + 2 = 3");
        auto* table = panel.findChild<QTableWidget*>("pokeTable");
        QTRY_COMPARE(table->rowCount(), 1);
        QVERIFY2(table->item(0, 4)->text().startsWith("1 of 2 right: wait"), qPrintable(table->item(0, 4)->text()));
        auto* bar = panel.findChild<QTabBar*>("pokeAnswers");
        QVERIFY(bar->isVisible());
        QCOMPARE(bar->count(), 2);
        QCOMPARE(panel.findChild<QLabel*>("pokeAnswersSays")->text(), QString("1 of 2 right"));
        QVERIFY(panel.findChild<QLabel*>("pokeFacts")->text().endsWith("n = 2 samples"));
        QCOMPARE(panel.pane()->document().heading, QString("use 1 2 to make 3 :"));
        const QString facts = panel.pane()->document().facts;
        QVERIFY2(facts.contains("correct") && facts.contains("reward 1.50 =") && facts.contains("format"),
            qPrintable(facts));
        bool marked = false;
        for (const TraceSpan& span : panel.pane()->view()->trace().spans)
            marked = marked || span.kind == TraceSpan::Reflection;
        QVERIFY(marked); // "wait"
        bar->setCurrentIndex(1);
        QCOMPARE(panel.pane()->view()->trace().text, QString("1 - 2 = 3"));
        QVERIFY(panel.pane()->document().facts.contains("reward 0.50 ="));
    }

    void theChosenRunIsPoked()
    {
        const QString one = makeRun("one", "grpo"), two = makeRun("two", "distill");
        const auto lease = orThrow(Lease::acquire(two.toStdString()));
        const auto server = orThrow(ControlServer::listen(two.toStdString(), "two", "test"));
        OpenRuns runs { { std::make_shared<RunFeed>(one), Qt::blue, "one" },
            { std::make_shared<RunFeed>(two), Qt::red, "two" } };
        PokePanel panel;
        panel.setRuns({ runs[0] });
        panel.show();
        auto* chooser = panel.findChild<QComboBox*>("pokeRun");
        QVERIFY(chooser->isHidden()); // one run: nothing to choose
        panel.setRuns(runs);
        QVERIFY(chooser->isVisible());
        QCOMPARE(chooser->currentText(), QString("one"));
        QTRY_VERIFY(runs[1].feed->attached());
        QVERIFY(!panel.findChild<QPushButton*>("pokeAsk")->isEnabled()); // nobody trains "one"
        chooser->setCurrentIndex(1);
        Q_EMIT chooser->activated(1);
        QTRY_VERIFY(panel.findChild<QPushButton*>("pokeAsk")->isEnabled());
        QTest::mouseClick(panel.findChild<QPushButton*>("pokeAsk"), Qt::LeftButton);
        std::optional<Command> got;
        QTRY_VERIFY(got || (got = server->take()));
        QCOMPARE(int(got->kind), int(Command::Kind::SampleNow));
        std::swap(runs[0], runs[1]); // another becomes the window's current run: the choice stays
        runs.push_back({ std::make_shared<RunFeed>(makeRun("three", "grpo")), Qt::green, "three" });
        panel.setRuns(runs);
        QCOMPARE(chooser->currentText(), QString("two"));
        panel.setRuns({ runs[1], runs[2] }); // it is closed
        QCOMPARE(chooser->currentText(), QString("one"));
        QVERIFY(!panel.findChild<QPushButton*>("pokeAsk")->isEnabled());
    }

    void eachKindOffersWhatItHas()
    {
        PokePanel panel;
        panel.show();
        const auto knobs = [&] {
            QStringList names;
            auto* box = panel.findChild<QComboBox*>("pokeKnob");
            for (int i = 0; i < box->count(); ++i)
                names << box->itemData(i).toString();
            return names;
        };
        const auto look = [&](const QString& kind) {
            panel.setRuns({ { std::make_shared<RunFeed>(makeRun("of-" + kind, kind)), Qt::blue, kind } });
        };
        auto* prompt = panel.findChild<QPlainTextEdit*>("pokePrompt");
        look("grpo");
        QVERIFY(knobs().contains("rewards.accuracy") && prompt->isVisible());
        QVERIFY(prompt->placeholderText().contains("held-out problem"));
        look("dpo");
        QVERIFY(!knobs().contains("rewards.accuracy") && knobs().contains("optimizer.learning_rate"));
        QVERIFY(prompt->isVisible() && prompt->placeholderText().contains("held-out row"));
        look("reward_model");
        QVERIFY(knobs().contains("optimizer.learning_rate") && !prompt->isVisible());
        QVERIFY(!panel.findChild<QPushButton*>("pokeAsk")->isVisible());
        QVERIFY(panel.findChild<QPushButton*>("pokePause")->isVisible());
        const auto lease = orThrow(Lease::acquire(m_folder.filePath("of-reward_model").toStdString()));
        const auto server
            = orThrow(ControlServer::listen(m_folder.filePath("of-reward_model").toStdString(), "rm", "test"));
        QTRY_VERIFY2(panel.findChild<QLabel*>("pokeState")->text().contains("nobody to ask"),
            qPrintable(panel.findChild<QLabel*>("pokeState")->text()));
        look("distill");
        QVERIFY(prompt->isVisible() && panel.findChild<QTableWidget*>("pokeTable")->isVisible());
    }

private:
    QString makeRun(const QString& name, const QString& kind) const
    {
        const QString run = m_folder.filePath(name);
        fixture::makeRun(run);
        QFile config(run + "/config.json");
        if (!config.open(QIODevice::WriteOnly))
            qFatal("config.json cannot be written");
        config.write(toJsonText(defaultConfig(kind.toStdString())).c_str());
        return run;
    }
    QTemporaryDir m_folder;
};

QTEST_MAIN(TestPokePanel)
#include "tst_pokepanel.moc"
