// The page Playground against an engine that is this program itself, started with the argument "playground".

#include "widgets/models/recentmodels.h"
#include "widgets/panels/playgroundpanel.h"
#include "widgets/panels/replyview.h"
#include "widgets/panels/samplingform.h"
#include "widgets/panels/tokentext.h"

#include <QAbstractButton>
#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QPlainTextEdit>
#include <QTextBlock>
#include <QTextLayout>
#include <QtTest>

#include <cstdio>
#include <cstdlib>
#include <iostream>

using namespace aha;
using Json = nlohmann::ordered_json;

namespace {

/// Echoes the last message token by token; "die" ends it, "hang" waits for a cancel.
int fakeEngine()
{
    const auto say = [](const Json& event) { std::cout << event.dump() << std::endl; };
    std::string hanging, waiting;
    for (std::string line; std::getline(std::cin, line);) {
        const Json request = Json::parse(line);
        const std::string op = request["op"];
        Json event { { "id", request.value("id", "") }, { "model", request.value("model", "main") } };
        if (op == "load") {
            if (request["path"].get<std::string>().find("broken") != std::string::npos) {
                event.update({ { "event", "error" }, { "message", "It is broken." }, { "hint", "Choose another." } });
            } else {
                event.update({ { "event", "ready" }, { "path", request["path"] } });
                event["card"] = { { "architecture", "FakeForCausalLM" }, { "parameters", 1000 },
                    { "chat_template", { { "takes_system", true }, { "takes_enable_thinking", true } } },
                    { "generation", { { "temperature", 0.3 } } } };
            }
            say(event);
        } else if (op == "generate") {
            const std::string text = request["messages"].back()["content"];
            if (!hanging.empty()) { // one at a time: it waits behind the one that hangs
                waiting = event["id"];
                continue;
            }
            event.update({ { "event", "started" }, { "prompt_tokens", 4 }, { "prompt", text }, { "thinking", false } });
            if (text == "use hello")
                event["unknown_words"] = { { "unknown", 1 }, { "words", 2 }, { "first", { "hello" } } };
            say(event);
            if (text == "think") { // and never answer
                Json token = event;
                token.update({ { "event", "token" }, { "token", 5 }, { "text", "<think>on and on" }, { "piece", "on" },
                    { "logprob", -0.001 }, { "entropy", 0.5 } });
                say(token);
                event.update({ { "event", "done" }, { "finish", "length" }, { "text", "" } });
                say(event);
                continue;
            }
            if (text == "die")
                std::abort();
            if (text == "hang") {
                hanging = event["id"];
                continue;
            }
            for (const std::string& piece : { std::string("<think>"), std::string("hm"), std::string("</think>"),
                     text + " " + std::to_string(request["seed"].get<int>()) }) {
                Json token = event;
                token.update({ { "event", "token" }, { "token", 5 }, { "text", piece }, { "piece", piece },
                    { "logprob", -1.0 }, { "entropy", 0.5 },
                    { "alternatives", { { { "token", 5 }, { "piece", piece }, { "logprob", -1.0 } } } } });
                say(token);
            }
            event.update({ { "event", "done" }, { "finish", "stop" }, { "text", "" } });
            say(event);
        } else if (op == "cancel" && !hanging.empty()) {
            for (std::string* id : { &hanging, &waiting })
                if (!id->empty())
                    say({ { "event", "done" }, { "id", *id }, { "finish", "cancelled" }, { "text", "" } });
            hanging.clear();
            waiting.clear();
        }
    }
    return 0;
}

} // namespace

class TestPlayground : public QObject {
    Q_OBJECT
    RecentModels m_recent { nullptr };
    std::unique_ptr<PlaygroundPanel> m_panel;

    template <class T> T* child(const char* name) const { return m_panel->findChild<T*>(QLatin1String(name)); }
    QString answer(int row, int column = 0) const
    {
        const ReplyText& reply = m_panel->conversation()->reply(row, column);
        const ReplyPart part = reply.answer();
        return reply.shown().mid(part.begin, part.end - part.begin);
    }

private Q_SLOTS:
    void init()
    {
        m_panel = std::make_unique<PlaygroundPanel>(&m_recent, QCoreApplication::applicationFilePath());
        m_panel->resize(1000, 700);
        m_panel->show();
        m_panel->openModel("one.gguf");
        QTRY_VERIFY(m_panel->canSend());
    }
    void cleanup() { m_panel.reset(); }

    void whatIsNotAnsweredIsShown()
    {
        QTest::keyClicks(child<QPlainTextEdit>("message"), "think");
        QTest::keyClick(child<QPlainTextEdit>("message"), Qt::Key_Return);
        QTRY_VERIFY(!m_panel->conversation()->isAnswering());
        QTRY_VERIFY(child<TokenText>("thinkText")->isVisible()); // else there is nothing to read
        QCOMPARE(child<TokenText>("thinkText")->toPlainText(), QString("on and on"));
        QVERIFY(!child<QLabel>("replyNote")->text().contains("−0.00"));
        child<QAbstractButton>("foldThink")->click();
        QVERIFY(!child<TokenText>("thinkText")->isVisible());
    }

    void unknownWordsAreNamed()
    {
        QTest::keyClicks(child<QPlainTextEdit>("message"), "use hello");
        QTest::keyClick(child<QPlainTextEdit>("message"), Qt::Key_Return);
        QTRY_VERIFY(!m_panel->conversation()->isAnswering());
        QTRY_COMPARE(
            child<QLabel>("unknownWords")->text(), QString("1 of 2 words is unknown to this tokenizer: hello"));
        QVERIFY(child<QLabel>("unknownWords")->isVisible());
    }

    void talks()
    {
        QVERIFY(m_panel->stateText().contains("Fake"));
        QCOMPARE(m_panel->form()->choice().temperature, 0.3); // what the model's makers suggest
        QTest::keyClicks(child<QPlainTextEdit>("message"), "Hello");
        QTest::keyClick(child<QPlainTextEdit>("message"), Qt::Key_Return);
        QTRY_VERIFY(!m_panel->conversation()->isAnswering());
        QCOMPARE(answer(0), QString("Hello 0"));
        QTRY_COMPARE(child<TokenText>("answerText")->toPlainText(), QString("Hello 0"));
        QVERIFY(child<QAbstractButton>("foldThink")->text().contains("Thought: 1 token,"));
        QVERIFY(!child<TokenText>("thinkText")->isVisible());
        child<QAbstractButton>("foldThink")->click();
        QVERIFY(child<TokenText>("thinkText")->isVisible());
        QCOMPARE(child<TokenText>("thinkText")->toPlainText(), QString("hm"));
        QVERIFY(child<TokenText>("answerText")->hint(2).contains("most likely here"));
        // A part of it by keys: the token at the cursor is explained, what is selected is copied.
        TokenText* text = child<TokenText>("answerText");
        QTest::keyClick(text, Qt::Key_Home, Qt::ControlModifier);
        QTest::keyClick(text, Qt::Key_Right);
        QVERIFY(text->accessibleDescription().contains("most likely here"));
        QTest::keyClick(text, Qt::Key_End, Qt::ShiftModifier);
        QTest::keyClick(text, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), QString("ello 0"));
        child<QAbstractButton>("copyReply")->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), QString("<think>hm</think>Hello 0"));
    }

    /// Send and Stop stand at the edges of what one writes into.
    void buttonsStandAtTheInput()
    {
        const auto* input = child<QPlainTextEdit>("message");
        const auto *send = child<QAbstractButton>("send"), *stop = child<QAbstractButton>("stopAnswer");
        QTRY_COMPARE(send->geometry().top(), input->geometry().top());
        QCOMPARE(stop->geometry().bottom(), input->geometry().bottom());
        QCOMPARE(send->width(), stop->width());
        QVERIFY(send->geometry().bottom() < stop->geometry().top());
    }

    void colours()
    {
        m_panel->send("warm");
        QTRY_COMPARE(child<TokenText>("answerText")->toPlainText(), QString("warm 0"));
        TokenText* text = child<TokenText>("answerText");
        const auto backgrounds = [&] {
            int coloured = 0;
            for (const QTextLayout::FormatRange& range : text->document()->firstBlock().layout()->formats())
                coloured += range.format.background().style() != Qt::NoBrush
                    && range.format.background().color().alpha() > 0;
            return coloured;
        };
        QCOMPARE(backgrounds(), 0);
        m_panel->form()->setHeat(Heat::LogProb);
        QVERIFY(backgrounds() > 0);
        m_panel->form()->setHeat(Heat::None);
        QCOMPARE(backgrounds(), 0);
    }

    void editsAndAsksAgain()
    {
        QTRY_VERIFY(m_panel->canSend());
        m_panel->send("first");
        QTRY_VERIFY(m_panel->canSend());
        m_panel->send("second");
        QTRY_VERIFY(m_panel->canSend());
        QCOMPARE(m_panel->conversation()->rowCount(), 2);
        child<QAbstractButton>("editTurn")->click(); // the first one: everything from there goes
        QCOMPARE(m_panel->conversation()->rowCount(), 0);
        QCOMPARE(child<QPlainTextEdit>("message")->toPlainText(), QString("first"));
        child<QAbstractButton>("send")->click();
        QTRY_VERIFY(m_panel->conversation()->rowCount() == 1 && !m_panel->conversation()->isAnswering());
        QTRY_VERIFY(child<QAbstractButton>("regenerate") && child<QAbstractButton>("regenerate")->isEnabled());
        child<QAbstractButton>("regenerate")->click();
        QTRY_VERIFY(m_panel->conversation()->rowCount() == 1 && !m_panel->conversation()->isAnswering());
        QCOMPARE(answer(0), QString("first 1")); // another seed
    }

    void sideBySide()
    {
        m_panel->openModel("two.gguf", 1);
        QTRY_VERIFY(m_panel->canSend());
        m_panel->send("both");
        QTRY_VERIFY(!m_panel->conversation()->isAnswering());
        QCOMPARE(m_panel->conversation()->columns(0), 2);
        QCOMPARE(answer(0, 0), answer(0, 1)); // the same words and seed
        const auto replies = m_panel->findChildren<ReplyView*>();
        QCOMPARE(replies.size(), 2);
        // However much is said of one, each has half of the room.
        replies[0]->findChild<QLabel*>("replyNote")->setText(QStringLiteral("tokens ").repeated(40));
        const QWidget* turn = replies[0]->parentWidget();
        QVERIFY2(turn->minimumSizeHint().width() < 500, qPrintable(QString::number(turn->minimumSizeHint().width())));
    }

    void saysWhatWaits()
    {
        m_panel->openModel("two.gguf", 1);
        QTRY_VERIFY(m_panel->canSend());
        m_panel->send("hang");
        const auto note = [&](int column) {
            const auto replies = m_panel->findChildren<ReplyView*>();
            return column < replies.size() ? replies[column]->findChild<QLabel*>("replyNote")->text() : QString();
        };
        QTRY_COMPARE(note(0), QString("reads 4 tokens of the prompt"));
        QTRY_COMPARE(note(1), QString("waits for the other: one model computes at a time"));
        child<QAbstractButton>("stopAnswer")->click();
        QTRY_VERIFY(!m_panel->conversation()->isAnswering());
        QTRY_VERIFY(note(0).startsWith("4 + 0 tokens") && note(0).endsWith("stopped"));
        QCOMPARE(note(1), QString("stopped before it began"));
    }

    void stops()
    {
        m_panel->send("hang");
        QTRY_COMPARE(m_panel->conversation()->reply(0, 0).state(), ReplyText::State::Running);
        QVERIFY(!m_panel->canSend());
        child<QAbstractButton>("stopAnswer")->click();
        QTRY_COMPARE(m_panel->conversation()->reply(0, 0).state(), ReplyText::State::Cancelled);
        QTRY_VERIFY(m_panel->canSend());
    }

    void survivesTheEngine()
    {
        m_panel->send("die");
        QTRY_COMPARE(m_panel->conversation()->reply(0, 0).state(), ReplyText::State::Failed);
        QTRY_VERIFY(child<QAbstractButton>("restartEngine")->isVisible());
        QVERIFY(m_panel->stateText().contains("crashed"));
        QVERIFY(!m_panel->canSend());
        child<QAbstractButton>("restartEngine")->click();
        QTRY_VERIFY(m_panel->canSend());
        QVERIFY(!child<QAbstractButton>("restartEngine")->isVisible());
        m_panel->send("alive");
        QTRY_COMPARE(m_panel->conversation()->reply(1, 0).state(), ReplyText::State::Stopped);
        QCOMPARE(answer(1), QString("alive 0"));
    }

    void brokenModel()
    {
        m_panel->openModel("broken.gguf");
        QTRY_VERIFY(m_panel->stateText().contains("It is broken. Choose another."));
        QVERIFY(!m_panel->canSend());
    }

    void noEngine()
    {
        PlaygroundPanel panel(&m_recent, "no/such/program");
        panel.openModel("one.gguf");
        QVERIFY(panel.stateText().contains("not at no/such/program"));
    }
};

int main(int argc, char** argv)
{
    if (argc > 1 && std::string(argv[1]) == "playground")
        return fakeEngine();
    QApplication application(argc, argv);
    TestPlayground test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_playground.moc"
