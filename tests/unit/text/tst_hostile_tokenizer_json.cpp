// tokenizer.json files that nobody should trust: each is an error that says where and why, or loads and then behaves.

#include "core/base/rng.h"
#include "tests/support/tokenizer_json.h"

#include <QtTest>

#include <functional>

using namespace aha;
using namespace aha::support;

class TestHostileTokenizerJson : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void refused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<QByteArray>("says");
        const auto raw = [](const char* name, const std::string& text, const char* says) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << QByteArray("tokenizer_invalid") << QByteArray(says);
        };
        const auto changed = [](const char* name, const char* code, const char* says,
                                 const std::function<void(Json&)>& change, Json json = byteLevelTokenizer()) {
            change(json);
            QTest::newRow(name) << QByteArray::fromStdString(json.dump()) << QByteArray(code) << QByteArray(says);
        };
        const char *invalid = "tokenizer_invalid", *unsupported = "tokenizer_unsupported";
        const std::string whole = byteLevelTokenizer().dump();

        raw("empty", "", "not JSON");
        raw("not JSON", "PK\x03\x04 zip", "not JSON");
        raw("a list", "[1,2]", "not a JSON object");
        raw("truncated", whole.substr(0, whole.size() / 2), "not JSON");
        raw("bad UTF-8", "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"\xFF\":0},\"merges\":[]}}", "not JSON");
        raw("lone surrogate", R"({"model":{"type":"BPE","vocab":{"\ud800":0},"merges":[]}})", "not JSON");
        raw("deep nesting", std::string(100'000, '[') + std::string(100'000, ']'), "nests deeper");
        raw("deep objects", [] {
            std::string text;
            for (int i = 0; i < 5000; ++i)
                text += "{\"normalizer\":";
            return text + "null" + std::string(5000, '}');
        }(), "nests deeper");
        raw("nine million values", "{\"a\":[" + [] {
            std::string text;
            for (int i = 0; i < 9'000'000; ++i)
                text += "1,";
            return text;
        }() + "1]}", "values");
        raw("no model", "{}", "no \"model\"");

        changed("model is a text", invalid, "model must be an object", [](Json& j) { j["model"] = "BPE"; });
        changed("no type", invalid, "no \"type\"", [](Json& j) { j["model"] = { { "vocab", Json::object() } }; });
        changed("WordPiece", unsupported, "WordPiece", [](Json& j) { j["model"]["type"] = "WordPiece"; });
        changed("no vocab", invalid, "no \"vocab\"", [](Json& j) { j["model"].erase("vocab"); });
        changed("vocab is a list", invalid, "model.vocab must be an object",
            [](Json& j) { j["model"]["vocab"] = Json::array({ "a" }); });
        changed("no merges", invalid, "no \"merges\"", [](Json& j) { j["model"].erase("merges"); });
        changed("merges is a number", invalid, "model.merges must be a list", [](Json& j) { j["model"]["merges"] = 3; });
        changed("merge of three", invalid, "two tokens", [](Json& j) { j["model"]["merges"][0] = "h e l"; });
        changed("merge of one", invalid, "two tokens", [](Json& j) { j["model"]["merges"][0] = "he"; });
        changed("merge of a list of three", invalid, "two tokens",
            [](Json& j) { j["model"]["merges"][0] = { "h", "e", "l" }; });
        changed("merge of numbers", invalid, "two tokens", [](Json& j) { j["model"]["merges"][0] = { 1, 2 }; });
        changed("merge of an unknown token", invalid, "Merge 1 names the token \"xyz\"",
            [](Json& j) { j["model"]["merges"][0] = { "xyz", "e" }; });
        changed("merge into an unknown token", invalid, "names the token \"zz\"",
            [](Json& j) { j["model"]["merges"][0] = { "z", "z" }; });
        changed("merge longer than any token", invalid, "Merge 1 names", [](Json& j) {
            j["model"]["merges"][0] = { std::string(100'000, 'a'), "b" };
        });
        changed("negative id", invalid, "the id -1", [](Json& j) { j["model"]["vocab"]["he"] = -1; });
        changed("huge id", invalid, "the id 9000000000", [](Json& j) { j["model"]["vocab"]["he"] = 9'000'000'000; });
        changed("id beyond 2^63", invalid, "not a whole number", [](Json& j) { j["model"]["vocab"]["he"] = UINT64_MAX; });
        changed("id far beyond the count", invalid, "an id of 3999999",
            [](Json& j) { j["model"]["vocab"]["he"] = 3'999'999; });
        changed("id that is no number", invalid, "not a whole number", [](Json& j) { j["model"]["vocab"]["he"] = "5"; });
        changed("id with a fraction", invalid, "not a whole number", [](Json& j) { j["model"]["vocab"]["he"] = 5.5; });
        changed("same id twice", invalid, "two tokens", [](Json& j) { j["model"]["vocab"]["he"] = 17; });
        changed("token of 100 KB", invalid, "bytes",
            [](Json& j) { j["model"]["vocab"][std::string(100 << 10, 'x')] = 300; });
        changed("unk_token unknown", invalid, "unk_token", [](Json& j) { j["model"]["unk_token"] = "<nothing>"; });
        changed("dropout", unsupported, "dropout", [](Json& j) { j["model"]["dropout"] = 0.1; });
        changed("prefix of later parts", unsupported, "continuing_subword_prefix",
            [](Json& j) { j["model"]["continuing_subword_prefix"] = "##"; });
        changed("flag that is no flag", invalid, "byte_fallback must be true or false",
            [](Json& j) { j["model"]["byte_fallback"] = "yes"; });

        changed("added_tokens is a number", invalid, "added_tokens must be a list", [](Json& j) { j["added_tokens"] = 1; });
        changed("added token without content", invalid, "no \"content\"",
            [](Json& j) { j["added_tokens"][0].erase("content"); });
        changed("added token without id", invalid, "no \"id\"", [](Json& j) { j["added_tokens"][0].erase("id"); });
        changed("added token with a negative id", invalid, "the id -7", [](Json& j) { j["added_tokens"][0]["id"] = -7; });
        changed("added token with a huge id", invalid, "far beyond", [](Json& j) { j["added_tokens"][0]["id"] = 3'000'000; });
        changed("added token that is empty", invalid, "is empty", [](Json& j) { j["added_tokens"][0]["content"] = ""; });
        changed("added token of 5 KB", invalid, "bytes",
            [](Json& j) { j["added_tokens"][0]["content"] = std::string(5000, '<'); });
        changed("two added tokens, one id", invalid, "twice", [](Json& j) { j["added_tokens"][1]["id"] = 262; });
        changed("two added tokens, one text", invalid, "twice", [](Json& j) { j["added_tokens"][1]["content"] = "<|end|>"; });
        changed("added token against the vocabulary", invalid, "vocabulary gives it",
            [](Json& j) { j["added_tokens"][0]["content"] = "he"; });
        changed("added token on another's id", invalid, "belongs to", [](Json& j) { j["added_tokens"][0]["id"] = 3; });

        changed("normalizer unknown", unsupported, "BertNormalizer",
            [](Json& j) { j["normalizer"] = { { "type", "BertNormalizer" } }; });
        changed("normalizer precompiled", unsupported, "Precompiled",
            [](Json& j) { j["normalizer"] = { { "type", "Precompiled" }, { "precompiled_charsmap", "AAAA" } }; });
        changed("normalizer without type", invalid, "no \"type\"", [](Json& j) { j["normalizer"] = Json::object(); });
        changed("sequence of numbers", invalid, "normalizers[0] must be an object",
            [](Json& j) { j["normalizer"] = { { "type", "Sequence" }, { "normalizers", { 1 } } }; });
        changed("pre-tokenizer unknown", unsupported, "UnicodeScripts",
            [](Json& j) { j["pre_tokenizer"] = { { "type", "UnicodeScripts" } }; });
        changed("step after ByteLevel", unsupported, "after ByteLevel", [](Json& j) {
            j["pre_tokenizer"] = { { "type", "Sequence" },
                { "pretokenizers", { j["pre_tokenizer"], { { "type", "Digits" } } } } };
        });
        const auto split = [&](const char* name, const char* says, const char* regex) {
            changed(name, unsupported, says, [&](Json& j) {
                j["pre_tokenizer"] = { { "type", "Split" }, { "pattern", { { "Regex", regex } } },
                    { "behavior", "Isolated" }, { "invert", false } };
            });
        };
        split("regex that does not close", "bracket", "(a");
        split("regex with a back reference", "escape \\1", "(a)\\1");
        split("regex with a named group", "group (?<n", "(?<n>a)");
        split("regex with recursion", "group (?R", "(?R)");
        split("regex with code", "group (?{", "(?{1})");
        split("regex that repeats too often", "above 1000", "a{100000}");
        split("regex bomb in size", "too large", "(?:(?:(?:a{1,100}){1,100}){1,100}){1,100}");
        split("regex of nested groups", "deeper than 32", "((((((((((((((((((((((((((((((((((((a))))))))))))))))))))))))))))))))))))");
        split("regex with a class intersection", "intersection", "[a-z&&[^b]]");
        split("regex with a POSIX class", "POSIX", "[[:alpha:]]");
        split("regex with an unknown property", "Klingon", "\\p{Klingon}");
        split("regex with a word boundary", "\\b", "\\bx");
        split("regex that folds a ligature", "\"st\"", "(?i:st)");
        changed("behavior unknown", unsupported, "Sideways", [](Json& j) {
            j["pre_tokenizer"] = { { "type", "Split" }, { "pattern", { { "String", "a" } } }, { "behavior", "Sideways" } };
        });
        changed("pattern of neither kind", unsupported, "neither", [](Json& j) {
            j["pre_tokenizer"] = { { "type", "Split" }, { "pattern", { { "Glob", "*" } } }, { "behavior", "Removed" } };
        });
        changed("Metaspace of two characters", invalid, "one character",
            [](Json& j) { j["pre_tokenizer"] = { { "type", "Metaspace" }, { "replacement", "ab" } }; });
        changed("decoder unknown", unsupported, "WordPiece", [](Json& j) { j["decoder"] = { { "type", "WordPiece" } }; });
        changed("Strip out of range", unsupported, "Strip", [](Json& j) {
            j["decoder"] = { { "type", "Sequence" },
                { "decoders", { { { "type", "Fuse" } }, { { "type", "Strip" }, { "content", " " }, { "start", 9 }, { "stop", 0 } } } } };
        });
        changed("post-processor unknown", unsupported, "BertProcessing",
            [](Json& j) { j["post_processor"] = { { "type", "BertProcessing" } }; });
        const auto templated = [](Json& j, const Json& single, const Json& special) {
            j["post_processor"] = { { "type", "TemplateProcessing" }, { "single", single }, { "special_tokens", special } };
        };
        changed("template with an unknown special token", invalid, "no \"<s>\"", [&](Json& j) {
            templated(j, Json::parse(R"([{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}])"),
                Json::object());
        });
        changed("template without the text", invalid, "one sequence", [&](Json& j) { templated(j, Json::array(), Json::object()); });
        changed("template with an id of no token", invalid, "does not have", [&](Json& j) {
            templated(j, Json::parse(R"([{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}])"),
                Json::parse(R"({"<s>":{"ids":[9999]}})"));
        });

        changed("unigram without scores", invalid, "a token and its score",
            [](Json& j) { j["model"]["vocab"][1] = { "x" }; }, unigramTokenizer());
        changed("unigram with a text as score", invalid, "must be a number",
            [](Json& j) { j["model"]["vocab"][1] = { "x", "high" }; }, unigramTokenizer());
        changed("unigram, unk_id outside", invalid, "unk_id", [](Json& j) { j["model"]["unk_id"] = 4000; }, unigramTokenizer());
        changed("unigram without unk", unsupported, "unknown token", [](Json& j) { j["model"]["unk_id"] = nullptr; },
            unigramTokenizer());
        changed("unigram, empty", invalid, "unk_id", [](Json& j) { j["model"]["vocab"] = Json::array(); }, unigramTokenizer());
        changed("byte-level unigram", unsupported, "Unigram", [](Json& j) { j["pre_tokenizer"] = { { "type", "ByteLevel" } }; },
            unigramTokenizer());
    }
    void refused()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, code);
        QFETCH(QByteArray, says);
        const auto r = tokenizerFrom(std::string_view(text.data(), size_t(text.size())));
        QVERIFY(!r.ok());
        QVERIFY2(r.error().message.find(says.toStdString()) != std::string::npos, r.error().message.c_str());
        QCOMPARE(r.error().code, code.toStdString());
        QVERIFY(r.error().message.size() < 400); // quotes no more of the file than a person reads
    }

    void patternBombsGiveUp_data()
    {
        QTest::addColumn<QByteArray>("regex");
        QTest::newRow("nested plus") << QByteArray("(a+)+[bc]");
        QTest::newRow("nested star") << QByteArray("(?:a|a)*[bc]");
        QTest::newRow("nested optional") << QByteArray("(a?){50}a{50}[bc]");
    }
    void patternBombsGiveUp()
    {
        QFETCH(QByteArray, regex);
        Json json = byteLevelTokenizer();
        json["pre_tokenizer"] = { { "type", "Sequence" },
            { "pretokenizers",
                { { { "type", "Split" }, { "pattern", { { "Regex", regex.toStdString() } } }, { "behavior", "Isolated" } },
                    { { "type", "ByteLevel" }, { "add_prefix_space", false }, { "use_regex", false } } } } };
        const auto tokenizer = tokenizerFrom(json);
        QVERIFY2(tokenizer.ok(), tokenizer.ok() ? "" : tokenizer.error().message.c_str());
        const std::vector<int32_t> few { 'a', 'a', 'b' };
        QCOMPARE((*tokenizer)->encode("aab"), few);
        std::string code;
        try {
            (*tokenizer)->encode(std::string(200, 'a'));
        } catch (const Failure& failure) {
            code = failure.error().code;
        }
        QCOMPARE(code, std::string("tokenizer_regex_limit"));
    }

    void longRunsTakeFewSteps_data()
    {
        QTest::addColumn<QString>("run");
        QTest::newRow("letters") << QStringLiteral("a");
        QTest::newRow("spaces") << QStringLiteral(" ");
        QTest::newRow("newlines") << QStringLiteral("\n");
        QTest::newRow("signs") << QStringLiteral("!");
        QTest::newRow("opening brackets") << QStringLiteral("<");
        QTest::newRow("marks") << QString::fromUtf8("\u0301\u0323");
    }
    /// The test's time limit is what fails when something is quadratic: 10^6 characters would take hours.
    void longRunsTakeFewSteps()
    {
        QFETCH(QString, run);
        const std::string text = run.repeated(1'000'000 / run.size()).toStdString();
        for (Json json : { byteLevelTokenizer(), unigramTokenizer() }) {
            json["normalizer"] = { { "type", "NFC" } };
            json["model"]["vocab"].is_array() ? void(json["model"]["vocab"].push_back({ "aaaa", -1.0 })) : void();
            const auto tokenizer = tokenizerFrom(json);
            QVERIFY(tokenizer.ok());
            QVERIFY(!(*tokenizer)->encode(text).empty());
        }
        const auto bytes = *tokenizerFrom(byteLevelTokenizer());
        QCOMPARE(bytes->decode(bytes->encode(text)), text);
    }

    void everyCutAndFlipOfAFile()
    {
        Rng rng(6, Purpose::Corpus);
        const std::string probe = "hello hello <think> \xE7\xAD\x89 e\xCC\x81 <|end|> \xFF\n  x";
        int loaded = 0;
        for (int round = 0; round < 3000; ++round) {
            std::string bytes = (round % 2 ? byteLevelTokenizer() : unigramTokenizer()).dump();
            const size_t model = bytes.find("\"model\"");
            for (int flips = 0; flips < 1 + int(rng.below(3)); ++flips) {
                const size_t at = size_t(rng.below(bytes.size()));
                if (round % 3 == 0)
                    bytes.erase(at, 1 + size_t(rng.below(20)));
                else
                    bytes[at < model || round % 5 == 0 ? at : size_t(rng.below(model))] = char(0x20 + rng.below(95));
            }
            const auto r = tokenizerFrom(std::string_view(bytes));
            if (!r) {
                QVERIFY(r.error().code == "tokenizer_invalid" || r.error().code == "tokenizer_unsupported");
                continue;
            }
            ++loaded;
            const Tokenizer::Encoding e = (*r)->encodeWithOffsets(probe); // what still loads must still be total
            for (size_t i = 0; i < e.ids.size(); ++i)
                QVERIFY(e.ids[i] >= 0 && e.ids[i] < (*r)->vocabSize() && e.offsets[i].first <= e.offsets[i].second);
            std::vector<int32_t> ends;
            const std::string text = (*r)->decode(e.ids, ends);
            QVERIFY(ends.size() == e.ids.size() && (ends.empty() || size_t(ends.back()) == text.size()));
        }
        QVERIFY(loaded > 100);
    }
};

QTEST_GUILESS_MAIN(TestHostileTokenizerJson)
#include "tst_hostile_tokenizer_json.moc"
