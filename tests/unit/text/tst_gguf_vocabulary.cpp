// GGUF's lists make the same tokenizer as the model's own files. The lists come from the golden fixtures.

#include "core/text/gguf_vocabulary.h"
#include "core/text/tokenizer_conversion.h"
#include "core/text/tokenizer_json.h"
#include "tests/support/golden.h"

#include <QtTest>

using namespace aha;
using golden::Json;

namespace {

Json jsonOf(const QString& relative)
{
    const QByteArray text = golden::bytes(golden::folder() + "/" + relative);
    return Json::parse(text.begin(), text.end());
}

/// What llama.cpp's converter writes for a byte-level tokenizer.json.
GgufVocabulary fromJson(const QString& name, const char* pre)
{
    const Json json = jsonOf("tokenizers/" + name + "/tokenizer.json");
    GgufVocabulary v;
    v.model = "gpt2";
    v.pre = pre;
    const auto put = [&](const std::string& token, size_t id, int type) {
        v.tokens.resize(std::max(v.tokens.size(), id + 1));
        v.tokenTypes.resize(v.tokens.size(), 1);
        v.tokens[id] = token;
        v.tokenTypes[id] = type;
    };
    for (const auto& [token, id] : json["model"]["vocab"].items())
        put(token, id.get<size_t>(), 1);
    for (const Json& added : json["added_tokens"])
        put(added["content"], added["id"].get<size_t>(), added["special"].get<bool>() ? 3 : 4);
    for (const Json& merge : json["model"]["merges"])
        v.merges.push_back(merge[0].get<std::string>() + " " + merge[1].get<std::string>());
    return v;
}

/// Pieces, scores and types of a sentencepiece file.
GgufVocabulary fromModel(const QString& name)
{
    const QByteArray file = golden::bytes(golden::folder() + "/tokenizers/" + name + "/tokenizer.model");
    GgufVocabulary v;
    v.model = "llama";
    qsizetype at = 0;
    const auto varint = [&] {
        uint64_t value = 0;
        for (int shift = 0; at < file.size(); shift += 7) {
            const auto byte = uint8_t(file[at++]);
            value |= uint64_t(byte & 0x7F) << shift;
            if (byte < 0x80)
                break;
        }
        return value;
    };
    while (at < file.size()) {
        const uint64_t tag = varint();
        const qsizetype end = qsizetype(varint());
        const qsizetype stop = at + end;
        if (tag != (1 << 3 | 2)) {
            at = stop;
            continue;
        }
        std::string piece;
        float score = 0;
        int type = 1;
        while (at < stop)
            switch (const uint64_t field = varint(); field) {
            case 1 << 3 | 2: {
                const auto size = qsizetype(varint());
                piece = file.mid(at, size).toStdString();
                at += size;
                break;
            }
            case 2 << 3 | 5:
                memcpy(&score, file.data() + at, 4);
                at += 4;
                break;
            default:
                type = int(varint());
            }
        v.tokens.push_back(piece);
        v.scores.push_back(score);
        v.tokenTypes.push_back(type);
    }
    return v;
}

} // namespace

class TestGgufVocabulary : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void byteLevel_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("pre");
        QTest::newRow("gpt2") << "gpt2" << QByteArray("gpt-2");
        QTest::newRow("qwen2") << "qwen2" << QByteArray("qwen2");
        QTest::newRow("llama3") << "llama3" << QByteArray("llama-bpe");
        QTest::newRow("deepseek_v3") << "deepseek_v3" << QByteArray("deepseek-v3");
    }
    void byteLevel()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, pre);
        const auto t = makeTokenizer(fromJson(name, pre.constData()));
        QVERIFY2(t.ok(), t.ok() ? "" : t.error().message.c_str());
        const Json expected = jsonOf("expected/tokenizers/" + name + ".json");
        QCOMPARE((*t)->vocabSize(), expected["vocab_size"].get<int>());
        for (const Json& c : expected["cases"]) {
            const std::string text = c["text"];
            QVERIFY2(Json((*t)->encode(text)) == c["ids"], c["kind"].get<std::string>().c_str());
            QVERIFY2(Json((*t)->encode(text, false)) == c.value("ids_special_as_text", c["ids"]),
                c["kind"].get<std::string>().c_str());
            QCOMPARE((*t)->decode((*t)->encode(text)), c.value("decoded", text));
        }
    }

    void sentencePiece_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("prefix");
        QTest::newRow("spm_bpe") << "spm_bpe" << true;
        QTest::newRow("spm_gemma") << "spm_gemma" << false;
    }
    void sentencePiece()
    {
        QFETCH(QString, name);
        QFETCH(bool, prefix);
        GgufVocabulary v = fromModel(name);
        v.addSpacePrefix = prefix;
        v.bosId = 1;
        const auto t = makeTokenizer(v);
        QVERIFY2(t.ok(), t.ok() ? "" : t.error().message.c_str());
        QCOMPARE((*t)->prefixIds(), std::vector<int32_t> { 1 });
        const Json expected = jsonOf("expected/tokenizers/" + name + ".json");
        for (const Json& c : expected["cases"]) {
            const std::string text = c["text"];
            const std::vector<int32_t> ids = (*t)->encode(text, /*parseSpecial=*/false);
            QVERIFY2(
                Json(ids) == c["ids"], (c.dump().substr(0, 300) + "\n got " + Json(ids).dump().substr(0, 300)).c_str());
            QCOMPARE((*t)->decode(ids), c.value("decoded", text));
        }
    }

    void convertsThereAndBack_data()
    {
        QTest::addColumn<QString>("pre");
        QTest::newRow("gpt2") << "gpt-2";
        QTest::newRow("qwen2") << "qwen2";
        QTest::newRow("llama3") << "llama-bpe";
        QTest::newRow("deepseek_v3") << "deepseek-v3";
        QTest::newRow("llama2") << "";
        QTest::newRow("spm_bpe") << "";
        QTest::newRow("spm_gemma") << "";
    }
    /// A folder's tokenizer as GGUF's lists, and those as a tokenizer.json again: the same ids all the way.
    void convertsThereAndBack()
    {
        QFETCH(QString, pre);
        const QString name = QString::fromLatin1(QTest::currentDataTag());
        const std::string source = (golden::folder() + "/tokenizers/" + name).toStdString();
        const Json expected = jsonOf("expected/tokenizers/" + name + ".json");
        const int size = orThrow(loadTokenizer(source))->vocabSize();
        GgufVocabulary v = orThrow(ggufVocabularyOf(source, size + 3));
        QCOMPARE(v.tokens.size(), size_t(size + 3));
        QCOMPARE(QString::fromStdString(v.pre), pre);
        QCOMPARE(v.tokens.back(), "[PAD" + std::to_string(size + 2) + "]");
        const auto lists = orThrow(makeTokenizer(v));
        QTemporaryDir folder;
        QFile file(folder.filePath("tokenizer.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(orThrow(tokenizerJsonOf(v)).c_str());
        file.close();
        const auto again = orThrow(loadTokenizer(folder.path().toStdString()));
        // The tokenizers library gives an added token its id only if the vocabulary has it, or it follows without a
        // gap.
        const Json written = Json::parse(orThrow(tokenizerJsonOf(v)));
        const Json& vocab = written["model"]["vocab"];
        size_t next = vocab.size();
        for (const Json& added : written["added_tokens"]) {
            const auto found = vocab.find(added["content"].get<std::string>());
            QCOMPARE(found == vocab.end() ? Json(next++) : *found, added["id"]);
        }
        const bool sentencePiece = v.model == "llama";
        int checked = 0;
        for (const Json& c : expected["cases"]) {
            const std::string text = c["text"];
            const Json ids = sentencePiece ? c.value("ids_special_as_text", c["ids"]) : c["ids"];
            // transformers' sentencepiece tokenizers see added tokens that sentencepiece itself takes as text
            if (sentencePiece && Json(orThrow(loadTokenizer(source))->encode(text, false)) != ids)
                continue;
            ++checked;
            QVERIFY2(Json(lists->encode(text, !sentencePiece)) == ids, c.dump().substr(0, 200).c_str());
            QVERIFY2(Json(again->encode(text, !sentencePiece)) == ids,
                (c.dump().substr(0, 200) + " got " + Json(again->encode(text, !sentencePiece)).dump().substr(0, 200))
                    .c_str());
        }
        QVERIFY(checked > 20);
    }

    /// Finds of the fuzzer: lists whose two tokenizers were not the same, or whose tokenizer.json was none.
    void listsThatWereLost()
    {
        const auto both = [](const GgufVocabulary& v) {
            return std::pair { orThrow(makeTokenizer(v)),
                orThrow(makePipelineTokenizer(orThrow(readTokenizerJson(orThrow(tokenizerJsonOf(v)))))) };
        };
        GgufVocabulary v;
        v.model = "gpt2";
        v.pre = "gpt-2";
        v.tokens = { "a", "b", "x", std::string("<s\0>", 4) };
        v.tokenTypes = { 1, 1, 5, 3 };
        v.bosId = 3;
        v.addBos = true;
        const auto [lists, file] = both(v); // an unused token is none, and a name may hold any byte
        QCOMPARE(lists->encode("axb"), std::vector<int32_t>({ 0, 1 }));
        QCOMPARE(file->encode("axb"), lists->encode("axb"));
        QCOMPARE(file->prefixIds(), std::vector<int32_t>({ 3 }));

        v.model = "llama";
        v.tokens = { "<nothing>", "<s>", "\u2581", "a" };
        v.tokenTypes = { 4, 3, 1, 1 }; // no type says what stands for the unknown
        v.scores = { 0, 0, -1, -2 };
        v.bosId = 1;
        v.unkId = 0;
        const auto [named, written] = both(v);
        QCOMPARE(named->encode("ab"), std::vector<int32_t>({ 2, 3, 0 }));
        QCOMPARE(written->encode("ab"), named->encode("ab"));

        v.tokens[3] = "<s>"; // by its text a tokenizer.json could not tell it from the other
        QCOMPARE(tokenizerJsonOf(v).error().code, std::string("tokenizer_invalid"));
        QVERIFY(tokenizerJsonOf(v).error().message.find("tokens 1 and 3") != std::string::npos);
        v.tokenTypes[3] = 5;
        QVERIFY(tokenizerJsonOf(v).ok());
        v.bosId = 4;
        QCOMPARE(tokenizerJsonOf(v).error().code, std::string("tokenizer_invalid"));
        v.bosId = 3;
        QVERIFY(!tokenizerJsonOf(v).ok()); // unused: no tokenizer.json has it
    }
    void piecesThatAreNoText()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath("tokenizer.model"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray::fromBase64( // sentencepiece takes the piece "\x96\xE2\x81use"
            "Cg4KBTx1bms+FQAAAAAYAgoMCgM8cz4VAAAAABgDCg0KBDwvcz4VAAAAABgDCg8KBpbigXVzZRUAAIC/"
            "GAEKCgoBYRUAAADAGAEKCwoCYWEV"
            "AACAvxgBCgwKA+KWgRUAAEDAGAESAhgCGhAKCGlkZW50aXR5GAEgACgB"));
        file.close();
        QVERIFY(loadTokenizer(folder.path().toStdString()).ok());
        const auto v = ggufVocabularyOf(folder.path().toStdString(), 20);
        QCOMPARE(v.error().code, std::string("tokenizer_invalid"));
        QVERIFY(v.error().message.find("Token 3") == 0);
    }

    void whatGgufCannotCarry()
    {
        const auto code = [](const QString& name, int64_t size) {
            return ggufVocabularyOf((golden::folder() + "/tokenizers/" + name).toStdString(), size).error().code;
        };
        QCOMPARE(code("spm_unigram", 100000), std::string("tokenizer_no_gguf"));
        QCOMPARE(code("gpt2", 10), std::string("tokenizer_invalid"));
        QCOMPARE(code("nowhere", 10), std::string("tokenizer_missing"));
        GgufVocabulary v;
        v.model = "bert";
        QCOMPARE(tokenizerJsonOf(v).error().code, std::string("tokenizer_unsupported"));
    }

    void everyRuleCompilesAndWritesAnyText_data()
    {
        QTest::addColumn<QByteArray>("pre");
        for (const char* pre : { "", "default", "gpt-2", "smollm", "starcoder", "qwen2", "qwen35", "deepseek-r1-qwen",
                 "llama-bpe", "llama3", "dbrx", "gpt-4o", "llama4", "tekken", "deepseek-llm", "deepseek-coder",
                 "deepseek-v3", "falcon" })
            QTest::newRow(*pre ? pre : "none") << QByteArray(pre);
    }
    void everyRuleCompilesAndWritesAnyText()
    {
        QFETCH(QByteArray, pre);
        const auto t = makeTokenizer(fromJson("gpt2", pre.constData()));
        QVERIFY2(t.ok(), t.ok() ? "" : t.error().message.c_str());
        const std::string text = "Don't  stop 12345 等等 \n\n e, ἀώὠ ok\t<x> 🫨 ";
        QCOMPARE((*t)->decode((*t)->encode(text)), text);
        for (const char* run : { " ", "a", "\n" }) {
            std::string longRun;
            for (int i = 0; i < (pre == "deepseek-llm" ? 1'000'000 : 100'000); ++i)
                longRun += run;
            longRun += "x"; // linear: else the test's time limit
            QCOMPARE((*t)->decode((*t)->encode(longRun)), longRun);
        }
    }

    void digitsByRule()
    {
        const auto count
            = [&](const char* pre) { return (*makeTokenizer(fromJson("gpt2", pre)))->encode("1234567").size(); };
        QCOMPARE(count("qwen2"), size_t(7)); // one by one, whatever merges there are
        QCOMPARE(count("smollm"), size_t(7));
        QVERIFY(count("llama-bpe") <= size_t(7));
    }

    void refused_data()
    {
        QTest::addColumn<QByteArray>("says");
        for (const char* what : { "no tokens", "token types", "the type 9", "not UTF-8", "kind \"bert\"",
                 "rule \"martian\"", "not two tokens", "names the token \"qq\"", "scores", "does not have" })
            QTest::newRow(what) << QByteArray(what);
    }
    void refused()
    {
        QFETCH(QByteArray, says);
        GgufVocabulary v = fromJson("gpt2", "gpt-2");
        if (says == "no tokens")
            v.tokens.clear();
        else if (says == "token types")
            v.tokenTypes.pop_back();
        else if (says == "the type 9")
            v.tokenTypes[5] = 9;
        else if (says == "not UTF-8")
            v.tokens[5] = "\xFF";
        else if (says == "kind \"bert\"")
            v.model = "bert";
        else if (says == "rule \"martian\"")
            v.pre = "martian";
        else if (says == "not two tokens")
            v.merges[3] = "abc";
        else if (says == "names the token \"qq\"")
            v.merges[3] = "qq q";
        else if (says == "scores")
            v.model = "llama";
        else
            v.eosId = 1 << 20;
        const auto t = makeTokenizer(v);
        QVERIFY(!t.ok());
        QVERIFY2(t.error().message.find(says.toStdString()) != std::string::npos, t.error().message.c_str());
        QCOMPARE(t.error().code,
            std::string(says.contains('"') && !says.contains("names") ? "tokenizer_unsupported" : "tokenizer_invalid"));
    }
};

QTEST_GUILESS_MAIN(TestGgufVocabulary)
#include "tst_gguf_vocabulary.moc"
