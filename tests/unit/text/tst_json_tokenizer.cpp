// What tokenizer.json can ask for, beyond the golden files: added tokens, both forms of merges, files beside it,
// streams.

#include "core/base/rng.h"
#include "core/text/streaming_decoder.h"
#include "tests/support/sentencepiece_model.h"
#include "tests/support/tokenizer_json.h"

#include <QtTest>

using namespace aha;
using namespace aha::support;
using Ids = std::vector<int32_t>;

namespace {

std::shared_ptr<const Tokenizer> made(const Json& json)
{
    auto tokenizer = tokenizerFrom(json);
    if (!tokenizer)
        qWarning("%s", tokenizer.error().message.c_str());
    return tokenizer ? *tokenizer : nullptr;
}

Json& added(Json& json, int id, const char* content)
{
    json["added_tokens"].push_back({ { "id", id }, { "content", content }, { "single_word", false },
        { "lstrip", false }, { "rstrip", false }, { "normalized", false }, { "special", false } });
    return json["added_tokens"].back();
}

} // namespace

class TestJsonTokenizer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void merges()
    {
        Json json = byteLevelTokenizer();
        const auto strings = made(json);
        QCOMPARE(strings->encode("hello hel"), (Ids { 257, 258, ' ', 257 })); // no rule makes "hello"
        Json pairs = Json::array();
        for (const Json& merge : json["model"]["merges"]) {
            const std::string line = merge;
            pairs.push_back({ line.substr(0, line.find(' ')), line.substr(line.find(' ') + 1) });
        }
        json["model"]["merges"] = pairs;
        QCOMPARE(made(json)->encode("hello hel"), strings->encode("hello hel"));
        json["model"]["ignore_merges"] = true;
        QCOMPARE(made(json)->encode("hello"), Ids { 261 });
        json["model"].erase("type"); // files of 2020
        QCOMPARE(made(json)->encode("hello"), Ids { 261 });
    }

    void addedTokens()
    {
        Json json = byteLevelTokenizer();
        added(json, 264, "<b>")["rstrip"] = true;
        added(json, 265, "<c>")["lstrip"] = true;
        added(json, 266, "word")["single_word"] = true;
        added(json, 267, "<think>longer");
        const auto t = made(json);
        QCOMPARE(t->vocabSize(), 268);
        QCOMPARE(t->encode("a<|end|>b"), (Ids { 'a', 262, 'b' }));
        QVERIFY(t->encode("a<|end|>b", false).size() > 3);
        QCOMPARE(t->encode("a<think>b", false), (Ids { 'a', 263, 'b' })); // not special
        QCOMPARE(t->encode("a<think>longer"), (Ids { 'a', 267 })); // the longest
        const Tokenizer::Encoding right = t->encodeWithOffsets("<b> \n x");
        QCOMPARE(right.ids, (Ids { 264, 'x' }));
        QCOMPARE(right.pieces[0], std::string("<b> \n "));
        QCOMPARE(right.offsets[0], std::make_pair(0, 6));
        QCOMPARE(t->encode("x \n<c>"), (Ids { 'x', 265 }));
        QCOMPARE(t->encode("<b> <c>"), (Ids { 264, 265 })); // the space goes to the first
        QCOMPARE(t->encode("word").size(), size_t(1));
        QCOMPARE(t->encode("a word!")[2], 266);
        QVERIFY(t->encode("sword").size() == 5 && t->encode("words").size() == 5 && t->encode("wordé").size() == 6);
        QCOMPARE(t->withoutSpecial({ 'a', 262, 263 }), (Ids { 'a', 263 }));
    }

    void normalizedAddedTokens()
    {
        Json json = byteLevelTokenizer();
        json["normalizer"] = { { "type", "Lowercase" } };
        added(json, 264, "<Tag>")["normalized"] = true;
        added(json, 265, "<Raw>");
        const auto t = made(json);
        QCOMPARE(t->encode("<TAG>"), Ids { 264 });
        QCOMPARE(t->encode("<tag>"), Ids { 264 });
        QCOMPARE(t->encode("<Raw>"), Ids { 265 });
        QVERIFY(t->encode("<RAW>").size() > 1);
        QCOMPARE(t->piece(264), std::string("<Tag>"));
    }

    void unknownCharacters()
    {
        Json json = byteLevelTokenizer();
        json["pre_tokenizer"] = json["decoder"] = nullptr;
        json["model"] = { { "type", "BPE" }, { "unk_token", "<unk>" }, { "fuse_unk", false }, { "byte_fallback", true },
            { "vocab", { { "<unk>", 0 }, { "a", 1 }, { "<0xC3>", 2 }, { "<0xA9>", 3 }, { "aa", 4 } } },
            { "merges", { "a a" } } };
        QCOMPARE(made(json)->encode("aaéxya"), (Ids { 4, 2, 3, 0, 0, 1 }));
        json["model"]["fuse_unk"] = true;
        json["added_tokens"] = Json::array();
        added(json, 0, "<unk>");
        const Tokenizer::Encoding e = made(json)->encodeWithOffsets("aaxya");
        QCOMPARE(e.ids, (Ids { 4, 0, 1 }));
        QCOMPARE(e.pieces[1], std::string("<unk>"));
        QCOMPARE(e.offsets[1], std::make_pair(2, 4));
        QCOMPARE(made(json)->decode({ 4, 1 }), std::string("aa a")); // no decoder: pieces with spaces between
        json["model"]["unk_token"] = nullptr;
        QCOMPARE(made(json)->encode("axa"), Ids { 4 }); // dropped
    }

    void unigram()
    {
        const auto t = made(unigramTokenizer());
        const Tokenizer::Encoding e = t->encodeWithOffsets("the cat xyz");
        QCOMPARE(e.ids, (Ids { 2, 3, 1, 0 }));
        QCOMPARE(e.pieces, (std::vector<std::string> { "▁the", "▁cat", "▁", "xyz" })); // an unknown run shows itself
        QCOMPARE(e.offsets, (std::vector<std::pair<int32_t, int32_t>> { { 0, 3 }, { 3, 7 }, { 7, 8 }, { 8, 11 } }));
        QCOMPARE(t->decode({ 2, 3 }), std::string("the cat"));
        QCOMPARE(t->unkId(), 0);
    }

    void splitBehaviors_data()
    {
        QTest::addColumn<QByteArray>("behavior");
        QTest::addColumn<bool>("invert");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("removed") << QByteArray("Removed") << false << QByteArray("the|final|countdown");
        QTest::newRow("isolated") << QByteArray("Isolated") << false << QByteArray("the|-|final|-|-|countdown");
        QTest::newRow("previous") << QByteArray("MergedWithPrevious") << false << QByteArray("the-|final-|-|countdown");
        QTest::newRow("next") << QByteArray("MergedWithNext") << false << QByteArray("the|-final|-|-countdown");
        QTest::newRow("contiguous") << QByteArray("Contiguous") << false << QByteArray("the|-|final|--|countdown");
        QTest::newRow("inverted") << QByteArray("Removed") << true << QByteArray("-|-|-");
    }
    void splitBehaviors() // the examples of the reference's documentation
    {
        QFETCH(QByteArray, behavior);
        QFETCH(bool, invert);
        QFETCH(QByteArray, words);
        Json json = byteLevelTokenizer();
        json["pre_tokenizer"] = { { "type", "Split" }, { "pattern", { { "String", "-" } } },
            { "behavior", behavior.toStdString() }, { "invert", invert } };
        const auto parts = readTokenizerJson(json.dump());
        QVERIFY(parts.ok());
        TextBuffers buffers;
        std::string got;
        PreTokenizer::Run(parts->preTokenizer, buffers).split({ "the-final--countdown" }, true, [&](TextSlice word) {
            got += (got.empty() ? "" : "|") + std::string(word.text);
        });
        QCOMPARE(got, words.toStdString());
    }

    void trimmedOffsets()
    {
        Json json = byteLevelTokenizer();
        json["post_processor"] = { { "type", "ByteLevel" }, { "add_prefix_space", false }, { "trim_offsets", true } };
        QCOMPARE(made(json)->encodeWithOffsets("x he").offsets[1], std::make_pair(2, 4));
        json["post_processor"]["trim_offsets"] = false;
        QCOMPARE(made(json)->encodeWithOffsets("x he").offsets[1], std::make_pair(1, 4));
    }

    void template_()
    {
        Json json = byteLevelTokenizer();
        json["post_processor"] = Json::parse(R"({"type":"TemplateProcessing",
            "single":[{"SpecialToken":{"id":"S","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"E","type_id":0}}],
            "special_tokens":{"S":{"id":"S","ids":[262],"tokens":["S"]},"E":{"id":"E","ids":[263],"tokens":["E"]}}})");
        QCOMPARE(made(json)->prefixIds(), Ids { 262 });
        QCOMPARE(made(json)->suffixIds(), Ids { 263 });
    }

    void filesBesideIt()
    {
        QTemporaryDir folder;
        const auto path = [&](const char* name) { return folder.filePath(name).toStdString(); };
        const auto load = [&] { return loadTokenizer(folder.path().toStdString()); };
        write(path("tokenizer.json"), byteLevelTokenizer().dump());
        QCOMPARE((*load())->eosId(), -1);
        write(path("config.json"), R"({"eos_token_id":[263,262],"bos_token_id":99999999,"pad_token_id":"no"})");
        QCOMPARE((*load())->eosId(), 263);
        QCOMPARE((*load())->bosId(), -1); // no token has this id
        write(path("special_tokens_map.json"), R"({"eos_token":{"content":"<|end|>"},"pad_token":"<think>"})");
        QCOMPARE((*load())->eosId(), 262);
        QCOMPARE((*load())->padId(), 263);
        write(path("tokenizer_config.json"),
            R"({"bos_token":"<s>","pad_token":null,"added_tokens_decoder":{"300":{"content":"<s>","special":true}}})");
        QCOMPARE((*load())->bosId(), 300);
        QCOMPARE((*load())->padId(), 263);
        QVERIFY((*load())->isSpecial(300));
        QCOMPARE((*load())->vocabSize(), 301);
        QCOMPARE((*loadTokenizer(path("tokenizer.json")))->bosId(), 300);
        write(path("tokenizer_config.json"), R"({"bos_token":"<nothing>"})");
        QVERIFY(load().error().message.find("<nothing>") != std::string::npos);
        write(path("tokenizer_config.json"), "{\"bos_token\":");
        QCOMPARE(load().error().code, std::string("tokenizer_invalid"));
        QFile::remove(folder.filePath("tokenizer_config.json"));

        write(path("tokenizer.model"), byteFallbackModel()); // tokenizer.json is asked first
        QCOMPARE((*load())->vocabSize(), 264);
        QFile::remove(folder.filePath("tokenizer.json"));
        QCOMPARE((*load())->unkId(), 0);
        QFile::rename(folder.filePath("tokenizer.model"), folder.filePath("spiece.model"));
        QVERIFY(load().ok());
        write(path("other.model"), byteFallbackModel());
        QCOMPARE(load().error().code, std::string("tokenizer_missing")); // which of the two?
        QVERIFY(loadTokenizer(path("other.model")).ok());
    }

    void streamsWholeCharacters()
    {
        const auto t = made(byteLevelTokenizer());
        StreamingDecoder decoder(*t);
        const std::string text = "a等👍";
        std::string last;
        for (const int32_t id : t->encode(text)) {
            const std::string now = decoder.push(id);
            QCOMPARE(now.substr(0, last.size()), last);
            QCOMPARE(validUtf8(now), now);
            last = now;
        }
        QCOMPARE(last, text);
        StreamingDecoder broken(*t);
        QCOMPARE(broken.push(0xE7), std::string());
        QCOMPARE(broken.push(0xAD), std::string());
        QCOMPARE(broken.push('x'), std::string("\xEF\xBF\xBDx"));
        QCOMPARE(broken.push(0xF0), std::string("\xEF\xBF\xBDx"));
        QCOMPARE(broken.finish(), std::string("\xEF\xBF\xBDx\xEF\xBF\xBD"));
    }

    void streamEqualsDecodeOnAnyBytes()
    {
        const auto t = made(byteLevelTokenizer());
        Rng rng(11, Purpose::Corpus);
        for (int round = 0; round < 3000; ++round) {
            Ids ids, ends;
            for (uint64_t n = rng.below(12); n > 0; --n)
                ids.push_back(rng.below(4) == 0 ? int32_t(rng.below(270)) - 2 : int32_t(0x80 + rng.below(0x80)));
            StreamingDecoder decoder(*t);
            for (const int32_t id : ids)
                decoder.push(id);
            const std::string text = t->decode(ids, ends);
            QCOMPARE(decoder.finish(), text);
            QCOMPARE(validUtf8(text), text);
            QCOMPARE(ends.size(), ids.size());
            for (size_t i = 1; i < ends.size(); ++i)
                QVERIFY(ends[i] >= ends[i - 1]);
            QVERIFY(ends.empty() || size_t(ends.back()) == text.size());
        }
    }

    void invalidBytesOfARunAreReplacedTogether() // as the reference's ByteFallback
    {
        Json json = byteLevelTokenizer();
        json["pre_tokenizer"] = nullptr;
        json["decoder"] = Json::parse(
            R"({"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},
                {"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]})");
        json["model"] = { { "type", "BPE" }, { "vocab", { { "<0xC3>", 0 }, { "<0xA9>", 1 }, { "▁a", 2 }, { "▁", 3 } } },
            { "merges", Json::array() } };
        const auto t = made(json);
        const std::string mark = "\xEF\xBF\xBD";
        QCOMPARE(t->decode({ 0, 1 }), std::string("é"));
        QCOMPARE(t->decode({ 0, 1, 1 }), mark + mark + mark);
        QCOMPARE(t->decode({ 0, 1, 2, 1 }), "é a" + mark);
        QCOMPARE(t->decode({ 2, 2 }), std::string("a a"));
        QCOMPARE(t->decode({ 3, 2 }), std::string(" a")); // one space is taken off, not all
    }

    void cacheChangesNothing()
    {
        const auto t = made(byteLevelTokenizer());
        Rng rng(12, Purpose::Corpus);
        std::string all;
        Ids together;
        for (int i = 0; i < 40'000; ++i) { // more words than the cache holds
            std::string word = " ";
            for (uint64_t n = 1 + rng.below(9); n > 0; --n)
                word += "helo"[rng.below(4)];
            const Ids ids = t->encode(word);
            together.insert(together.end(), ids.begin(), ids.end());
            all += word;
        }
        QCOMPARE(made(byteLevelTokenizer())->encode(all), together);
        QCOMPARE(t->encode(all), together);
    }
};

QTEST_GUILESS_MAIN(TestJsonTokenizer)
#include "tst_json_tokenizer.moc"
