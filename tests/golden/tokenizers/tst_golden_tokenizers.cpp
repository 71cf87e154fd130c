// Every tokenizer in the golden folder: tokenizer.json against Hugging Face's tokenizers, .model files against
// sentencepiece. Ids, pieces, offsets, words, decoded text; exact.

#include "core/text/streaming_decoder.h"
#include "core/text/tokenizer.h"
#include "core/text/tokenizer_json.h"
#include "tests/support/golden.h"

#include <QtTest>

#include <set>

using namespace aha;
using golden::Json;

namespace {

std::string shown(const Json& json) { return json.dump(-1, ' ', true, Json::error_handler_t::replace).substr(0, 600); }

std::string difference(const Json& c, const char* what, const Json& got, const Json& want)
{
    return c["kind"].get<std::string>() + ": " + what + " of " + shown(c["text"]) + "\n got " + shown(got) + "\nwant "
        + shown(want);
}

#define SAME(what, got, want)                                                                                          \
    do {                                                                                                               \
        const Json g = got, w = want;                                                                                  \
        QVERIFY2(g == w, difference(c, what, g, w).c_str());                                                           \
    } while (false)

/// Fails the test on a key that it does not check.
bool knowsAll(const Json& object, const std::set<std::string>& keys)
{
    for (const auto& [key, value] : object.items())
        if (!keys.count(key)) {
            qWarning("unknown key %s", key.c_str());
            return false;
        }
    return true;
}

/// Ends of the words, in code points of the normal form.
Json wordEnds(const TokenizerParts& parts, const std::string& text)
{
    const std::string normal = parts.normalizer.apply(text);
    std::vector<TextSpan> origin;
    for (size_t at = 0, n = 0; at < normal.size(); ++n) {
        const uint32_t bytes = decodeUtf8(normal, at).bytes;
        origin.insert(origin.end(), bytes, { int32_t(n), int32_t(n + 1) });
        at += bytes;
    }
    TextBuffers buffers;
    Json ends = Json::array();
    PreTokenizer::Run(parts.preTokenizer, buffers).split({ normal, origin.data() }, true, [&](TextSlice word) {
        ends.push_back(word.origin[word.text.size() - 1].second);
    });
    return ends;
}

std::string streamed(const Tokenizer& tokenizer, const std::vector<int32_t>& ids)
{
    StreamingDecoder decoder(tokenizer);
    for (const int32_t id : ids)
        decoder.push(id);
    return decoder.finish();
}

} // namespace

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
        const Json expected = Json::parse(text.begin(), text.end());
        const QString folder = golden::folder() + "/tokenizers/" + QFileInfo(file).completeBaseName();
        QVERIFY2(!expected["cases"].empty(), qPrintable(file));
        const auto loaded = loadTokenizer(folder.toStdString());
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().sentence().c_str());
        QCOMPARE((*loaded)->vocabSize(), expected["vocab_size"].get<int>());
        if (QFile::exists(folder + "/tokenizer.json"))
            json(folder, expected, **loaded);
        else
            sentencepiece(expected, **loaded);
        if (!QTest::currentTestFailed())
            qInfo("golden tokenizers/%s: %d cases", qPrintable(file), int(expected["cases"].size()));
    }

private:
    void json(const QString& folder, const Json& expected, const Tokenizer& tokenizer)
    {
        QVERIFY(knowsAll(expected,
            { "tokenizer", "library", "added_tokens", "prefix_ids_of_add_special_tokens", "vocab_size", "cases" }));
        QVERIFY(Json(tokenizer.prefixIds()) == expected["prefix_ids_of_add_special_tokens"]);
        for (const Json& added : expected["added_tokens"])
            QCOMPARE(tokenizer.encode(added.get<std::string>()).size(), size_t(1));
        const QByteArray file = golden::bytes(folder + "/tokenizer.json");
        const auto parts = readTokenizerJson({ file.data(), size_t(file.size()) });
        QVERIFY(parts.ok());
        for (const Json& c : expected["cases"]) {
            QVERIFY(knowsAll(c,
                { "kind", "text", "ids", "decoded", "decoded_skip_special", "ids_special_as_text", "pieces", "offsets",
                    "pre_token_ends" }));
            const std::string input = c["text"].get<std::string>();
            const Tokenizer::Encoding e = tokenizer.encodeWithOffsets(input);
            SAME("ids", e.ids, c["ids"]);
            SAME("ids without offsets", tokenizer.encode(input), c["ids"]);
            SAME("ids with special tokens as text", tokenizer.encode(input, false),
                c.value("ids_special_as_text", c["ids"]));
            if (c.contains("pieces"))
                SAME("pieces", e.pieces, c["pieces"]);
            if (c.contains("offsets"))
                SAME("offsets", e.offsets, c["offsets"]);
            if (c.contains("pre_token_ends"))
                SAME("words", wordEnds(*parts, input), c["pre_token_ends"]);
            const std::string decoded = c.value("decoded", input);
            SAME("decoded", tokenizer.decode(e.ids), decoded);
            SAME("streamed", streamed(tokenizer, e.ids), decoded);
            SAME("decoded without special tokens", tokenizer.decode(tokenizer.withoutSpecial(e.ids)),
                c.value("decoded_skip_special", decoded));
        }
    }

    void sentencepiece(const Json& expected, const Tokenizer& tokenizer)
    {
        QCOMPARE(tokenizer.bosId(), expected["bos_id"].get<int>());
        QCOMPARE(tokenizer.eosId(), expected["eos_id"].get<int>());
        QCOMPARE(tokenizer.unkId(), expected["unk_id"].get<int>());
        QCOMPARE(tokenizer.padId(), expected["pad_id"].get<int>());
        for (const Json& c : expected["cases"]) {
            QVERIFY(knowsAll(c, { "kind", "text", "ids", "decoded", "pieces", "id_pieces" }));
            const std::string input = c["text"].get<std::string>();
            // sentencepiece never looks for special tokens in the text.
            const Tokenizer::Encoding e = tokenizer.encodeWithOffsets(input, /*parseSpecial=*/false);
            SAME("ids", e.ids, c["ids"]);
            if (c.contains("pieces"))
                SAME("pieces", e.pieces, c["pieces"]);
            if (c.contains("id_pieces")) {
                Json pieces = Json::array();
                for (const int32_t id : e.ids)
                    pieces.push_back(tokenizer.piece(id));
                SAME("pieces of the ids", pieces, c["id_pieces"]);
            }
            SAME("decoded", tokenizer.decode(e.ids), c.value("decoded", input));
            SAME("streamed", streamed(tokenizer, e.ids), c.value("decoded", input));
        }
    }
};

QTEST_GUILESS_MAIN(GoldenTokenizers)
#include "tst_golden_tokenizers.moc"
