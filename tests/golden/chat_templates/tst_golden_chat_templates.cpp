// Chat templates against transformers.

#include "core/template/chat_template.h"
#include "core/template/jinja_strings.h"
#include "tests/support/golden.h"

#include <QtTest>

using namespace aha;
using Json = nlohmann::ordered_json; // the order of keys can be seen in a prompt

namespace {

std::string shown(const std::string& text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); }

/// Spans in code points of the text, as the golden files count.
Json codePointSpans(const RenderedChat& chat)
{
    Json spans = Json::array();
    for (const auto& [begin, end] : chat.assistantSpans)
        spans.push_back({ jinja::codePoints(std::string_view(chat.text).substr(0, begin)),
            jinja::codePoints(std::string_view(chat.text).substr(0, end)) });
    return spans;
}

} // namespace

class GoldenChatTemplates : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void files_data()
    {
        QTest::addColumn<QString>("file");
        const QStringList names
            = QDir(golden::folder() + "/expected/chat_templates").entryList({ "*.json" }, QDir::Files, QDir::Name);
        QVERIFY2(!names.isEmpty(), "no golden chat templates found");
        for (const QString& name : names)
            QTest::newRow(qPrintable(name)) << name;
    }
    void files()
    {
        QFETCH(QString, file);
        const QByteArray bytes = golden::bytes(golden::folder() + "/expected/chat_templates/" + file);
        const Json golden = Json::parse(bytes.begin(), bytes.end());
        const auto loaded
            = ChatTemplate::fromFile(golden::folder().toStdString() + "/" + golden["template"].get<std::string>());
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().message.c_str());
        QVERIFY(!golden["cases"].empty());
        for (const Json& c : golden["cases"]) {
            const std::string name = c["case"].get<std::string>();
            Json line { { "messages", c["messages"] }, { "kwargs", c["kwargs"] } };
            for (const char* key : { "bos_token", "eos_token", "pad_token", "now" })
                if (!line["kwargs"].contains(key))
                    line["kwargs"][key] = golden[key];
            const auto request = chatRequestFromJson(line);
            QVERIFY2(request.ok(), (name + ": " + (request.ok() ? "" : request.error().message)).c_str());
            const Result<RenderedChat> chat = loaded->render(*request);
            QVERIFY2(c.contains("rendered") != c.contains("error"), (name + ": neither a text nor an error").c_str());
            if (c.contains("error")) {
                QVERIFY2(!chat.ok(), (name + " must fail: " + c["error"].dump()).c_str());
                continue;
            }
            QVERIFY2(chat.ok(), (name + ": " + (chat.ok() ? "" : chat.error().message)).c_str());
            const std::string want = c["rendered"].get<std::string>();
            QVERIFY2(chat->text == want, (name + "\n got " + shown(chat->text) + "\nwant " + shown(want)).c_str());
            if (c.contains("assistant_spans"))
                QVERIFY2(codePointSpans(*chat) == c["assistant_spans"],
                    (name + "\n got " + codePointSpans(*chat).dump() + "\nwant " + c["assistant_spans"].dump())
                        .c_str());
        }
        qInfo("golden chat_templates/%s: %d cases", qPrintable(file), int(golden["cases"].size()));
    }
};

QTEST_GUILESS_MAIN(GoldenChatTemplates)
#include "tst_golden_chat_templates.moc"
