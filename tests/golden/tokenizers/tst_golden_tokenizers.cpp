// Encode and decode of every tokenizer in the golden folder that has a sentencepiece model.

#include "core/text/tokenizer.h"
#include "tests/support/golden.h"

#include <QtTest>

using namespace aha;
using golden::Json;

class GoldenTokenizers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void files_data()
    {
        QTest::addColumn<QString>("file");
        const QStringList names
            = QDir(golden::folder() + "/expected/tokenizers").entryList({ "*.json" }, QDir::Files, QDir::Name);
        QVERIFY2(!names.isEmpty(), "no golden tokenizers found");
        for (const QString& name : names)
            QTest::newRow(qPrintable(name)) << name;
    }
    void files()
    {
        QFETCH(QString, file);
        const QByteArray text = golden::bytes(golden::folder() + "/expected/tokenizers/" + file);
        const Json golden = Json::parse(text.begin(), text.end());
        const QString folder = golden::folder() + "/tokenizers/" + QFileInfo(file).completeBaseName();
        const bool sentencepiece = QFile::exists(folder + "/tokenizer.model");
        if (!sentencepiece && QFile::exists(folder + "/tokenizer.json")) {
            qInfo("golden tokenizers/%s: tokenizer.json is not read yet, skipped: %d", qPrintable(file),
                int(golden["cases"].size()));
            return;
        }
        QVERIFY2(sentencepiece, qPrintable("unknown kind of tokenizer: " + folder));
        const auto loaded = loadTokenizer(folder.toStdString());
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().message.c_str());
        const Tokenizer& tokenizer = **loaded;
        QCOMPARE(tokenizer.vocabSize(), golden["vocab_size"].get<int>());
        QCOMPARE(tokenizer.bosId(), golden["bos_id"].get<int>());
        QCOMPARE(tokenizer.eosId(), golden["eos_id"].get<int>());
        QCOMPARE(tokenizer.unkId(), golden["unk_id"].get<int>());
        QVERIFY(!golden["cases"].empty());
        for (const Json& c : golden["cases"]) {
            const std::string input = c["text"].get<std::string>(),
                              name = c["kind"].get<std::string>() + ": " + c["text"].dump().substr(0, 200);
            // sentencepiece never looks for special tokens in the text.
            const Tokenizer::Encoding e = tokenizer.encodeWithOffsets(input, /*parseSpecial=*/false);
            QVERIFY2(Json(e.ids) == c["ids"],
                (name + "\n got " + Json(e.ids).dump().substr(0, 500) + "\nwant " + c["ids"].dump().substr(0, 500))
                    .c_str());
            if (c.contains("pieces"))
                QVERIFY2(Json(e.pieces) == c["pieces"], name.c_str());
            const std::string decoded = tokenizer.decode(e.ids),
                              want = c.contains("decoded") ? c["decoded"].get<std::string>() : input;
            QVERIFY2(decoded == want,
                (name + "\n got " + Json(decoded).dump(-1, ' ', true, Json::error_handler_t::replace).substr(0, 500)
                    + "\nwant " + Json(want).dump().substr(0, 500))
                    .c_str());
        }
        qInfo("golden tokenizers/%s: %d cases", qPrintable(file), int(golden["cases"].size()));
    }
};

QTEST_GUILESS_MAIN(GoldenTokenizers)
#include "tst_golden_tokenizers.moc"
