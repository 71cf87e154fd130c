// What streams in from a model: text, tokens, thinking; conversations, recent models and cards as the window has them.

#include "core/store/workspace.h"
#include "widgets/models/cardsections.h"
#include "widgets/models/conversation.h"
#include "widgets/models/recentmodels.h"

#include <QAbstractItemModelTester>
#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace aha;
using Json = nlohmann::ordered_json;

namespace {

Json token(const std::string& text, int id = 1, double logprob = -0.5)
{
    return { { "event", "token" }, { "token", id }, { "text", text }, { "piece", text }, { "logprob", logprob },
        { "entropy", 1.0 } };
}

ReplyText replyOf(const std::vector<std::string>& pieces, bool prefilled = false)
{
    ReplyText reply;
    reply.start({ { "prompt_tokens", 5 }, { "prompt", "<think>\n" }, { "thinking", prefilled } });
    double seconds = 1;
    for (const std::string& piece : pieces)
        reply.add(token(piece), seconds += 0.5);
    return reply;
}

QString part(const ReplyText& reply, const ReplyPart& p) { return reply.shown().mid(p.begin, p.end - p.begin); }

} // namespace

class TestConversation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void thinks()
    {
        ReplyText reply = replyOf({ "<th", "ink>", "\nLet me", " see.", "\n</think>", "\n\n", "Four", "." });
        QCOMPARE(part(reply, reply.think()), QString("Let me see.\n"));
        QCOMPARE(part(reply, reply.answer()), QString("Four."));
        QVERIFY(!reply.isThinking());
        QCOMPARE(reply.think().lastToken - reply.think().firstToken, 3);
        QCOMPARE(reply.answer().lastToken - reply.answer().firstToken, 2);
        QCOMPARE(reply.thinkSeconds(), 2.0); // from the first token to the one that closed it
        QCOMPARE(reply.exact(), std::string("<think>\nLet me see.\n</think>\n\nFour."));

        reply = replyOf({ "<think>", "so" });
        QVERIFY(reply.isThinking() && reply.answer().isEmpty());
        QCOMPARE(part(reply, reply.think()), QString("so"));

        reply = replyOf({ "so", "</thi", "nk>Four" }, true); // the prompt held the tag
        QCOMPARE(part(reply, reply.think()), QString("so"));
        QCOMPARE(part(reply, reply.answer()), QString("Four"));
        QCOMPARE(reply.asMessage(), std::string("<think>\nso</think>Four"));

        reply = replyOf({ "The tag <think> is a tag." });
        QVERIFY(reply.think().isEmpty());
        QCOMPARE(part(reply, reply.answer()), QString("The tag <think> is a tag."));
    }

    void hostileText()
    {
        ReplyText reply = replyOf({ "a\x1b[31m", "\u202e%1 %2", "<b>" });
        QCOMPARE(reply.shown(), QString::fromUtf8("a\u241b[31m\u25a1%1 %2<b>"));
        QCOMPARE(reply.exact(), std::string("a\x1b[31m\u202e%1 %2<b>"));
        QCOMPARE(reply.tokenAt(0), 0);
        QCOMPARE(reply.tokenAt(6), 1);
        QCOMPARE(reply.tokenAt(int(reply.shown().size())), -1);
        QVERIFY(tokenHint(reply.tokens()[1]).contains("\u25a1%1 %2\"")); // no pattern of anything
        ReplyText bytes;
        bytes.start(Json::object());
        bytes.add({ { "token", 7 }, { "text", "" }, { "bytes", "e4b8" }, { "logprob", "?" } }, 0); // of another version
        QCOMPARE(bytes.tokens()[0].piece, QString("<0xE4><0xB8>"));
        QVERIFY(tokenHint(bytes.tokens()[0]).contains("<0xE4>"));
    }

    void model()
    {
        Conversation conversation;
        QAbstractItemModelTester tester(&conversation, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy changed(&conversation, &Conversation::dataChanged);
        QCOMPARE(conversation.addTurn("Hello", 2), 0);
        const Json first = conversation.request(0, "Be brief.", {}, { { "enable_thinking", false } }, false),
                   second = conversation.request(1, "", {}, Json::object(), false);
        QCOMPARE(first["messages"].size(), size_t(2));
        QCOMPARE(first["messages"][0]["role"], Json("system"));
        QCOMPARE(first["kwargs"]["enable_thinking"], Json(false));
        QCOMPARE(second["messages"].size(), size_t(1));
        QCOMPARE(first["seed"], second["seed"]);
        QVERIFY(first["id"] != second["id"] && first["model"] == "main" && second["model"] == "second");
        const auto with = [](Json event, const Json& request) {
            event["id"] = request["id"];
            return event;
        };
        QVERIFY(conversation.take(with({ { "event", "started" }, { "prompt_tokens", 3 } }, first), 0));
        QVERIFY(conversation.take(with(token("Hi"), first), 0.1));
        QVERIFY(conversation.take(with({ { "event", "done" }, { "finish", "stop" }, { "text", "!" } }, first), 0.2));
        QVERIFY(!conversation.take(with(token("late"), first), 0.3)); // it has ended
        QVERIFY(!conversation.take({ { "event", "token" }, { "id", "99.0" } }, 0.3));
        QCOMPARE(conversation.index(0).data(Conversation::ReplyRole).toString(), QString("Hi!"));
        QVERIFY(conversation.isAnswering());
        QVERIFY(conversation.take(
            with({ { "event", "error" }, { "message", "No." }, { "hint", "Try again." } }, second), 0.2));
        QCOMPARE(conversation.reply(0, 1).problem(), QString("No. Try again."));
        QVERIFY(!conversation.isAnswering());
        QCOMPARE(changed.count(), 4);

        conversation.addTurn("And now?", 2);
        const Json next = conversation.request(0, "", {}, Json::object(), false);
        QCOMPARE(next["messages"].size(), size_t(3));
        QCOMPARE(next["messages"][1]["content"], Json("Hi!")); // its own answer
        QCOMPARE(conversation.request(1, "", {}, Json::object(), false)["messages"][1]["content"], Json(""));
        QCOMPARE(conversation.request(0, "x", {}, Json::object(), true)["prompt"], Json("And now?"));
        conversation.truncate(1);
        QCOMPARE(conversation.rowCount(), 1);
        QVERIFY(!conversation.take(with(token("gone"), next), 1)); // of a turn that was taken out
        conversation.addTurn("Again", 1);
        conversation.failOpen("The engine ended.");
        QCOMPARE(conversation.reply(1, 0).state(), ReplyText::State::Failed);
        conversation.clear();
        QCOMPARE(conversation.rowCount(), 0);
    }

    void recent()
    {
        QTemporaryDir dir;
        const auto workspace = orThrow(Workspace::open(dir.filePath("workspace.db").toStdString()));
        {
            RecentModels list(workspace.get());
            QAbstractItemModelTester tester(&list, QAbstractItemModelTester::FailureReportingMode::QtTest);
            for (int i = 0; i < RecentModels::kKept + 5; ++i)
                list.add(QDir::rootPath() + QStringLiteral("models/%1.gguf").arg(i));
            QCOMPARE(list.rowCount(), int(RecentModels::kKept));
            QCOMPARE(list.index(0).data().toString(), QString("24.gguf"));
            list.add(QDir::rootPath() + "models/20.gguf");
            QCOMPARE(list.rowCount(), int(RecentModels::kKept));
            QCOMPARE(list.index(0).data().toString(), QString("20.gguf"));
            list.remove(QDir::rootPath() + "models/24.gguf");
            list.remove("never there");
            QCOMPARE(list.rowCount(), int(RecentModels::kKept) - 1);
        }
        RecentModels again(workspace.get());
        QCOMPARE(again.rowCount(), int(RecentModels::kKept) - 1);
        QCOMPARE(again.index(0).data().toString(), QString("20.gguf"));
        QCOMPARE(shortModelName("a/runs/my-run/checkpoints/step-40"), QString("my-run, step-40"));
    }

    void card()
    {
        const Json card = Json::parse(R"({"path":"m","name":"m","format":"GGUF","architecture":"LlamaForCausalLM",
            "runnable":true,"parameters":134515008,"file_bytes":98000000,
            "stored":[{"dtype":"Q4_1","bytes":97000000}],"layers":30,"width":576,"mlp_width":1536,"heads":9,"head_dim":64,
            "kv_heads":3,"vocabulary":49152,"context":8192,"tied_embeddings":true,"rope":{"scaling":"yarn","factor":4},
            "sliding_window":null,"tokenizer":{"kind":"BPE","size":49152,"special_count":17,"special":
            [{"id":2,"text":"<|im_end|>","role":"eos"}],"prefix":[]},
            "chat_template":{"takes_system":true,"warnings":[{"code":"x","message":"It drops <think>.","advice":"Mind."}]},
            "memory":{"inference_mb":1000,"lora_mb":2500,"full_mb":9000,"machine_mb":4000,"available_mb":2000},
            "generation":{"temperature":0.6},"license":"apache-2.0"})");
        QHash<QString, CardRow> rows;
        for (const CardSection& section : cardSections(card))
            for (const CardRow& row : section.rows)
                rows[row.name] = row;
        QCOMPARE(rows["Architecture"].value, QString("Llama"));
        QCOMPARE(rows["Parameters"].value, QString("135 M"));
        QVERIFY(rows["Context"].value.contains("stretched 4 times (yarn)"));
        QVERIFY(rows["Special"].value.contains("eos <|im_end|>"));
        QCOMPARE(rows["Mind"].tone, CardRow::Warning);
        QCOMPARE(rows["To talk to"].tone, CardRow::Good);
        QCOMPARE(rows["To train an adapter"].tone, CardRow::Warning);
        QCOMPARE(rows["To train all of it"].tone, CardRow::Bad);
        QCOMPARE(cardLine(card), QString("Llama, 135 M parameters, Q4_1"));
        for (const char* broken :
            { "{}", "[]", "null", R"({"stored":3,"tokenizer":[],"memory":"x","rope":7,"layers":2})" })
            cardSections(Json::parse(broken)); // total
    }
};

QTEST_GUILESS_MAIN(TestConversation)
#include "tst_conversation.moc"
