// Text to ids and back with the shipped word model and with a byte-fallback model made here.

#include "core/text/tokenizer.h"
#include "core/text/unknown_words.h"

#include "core/base/rng.h"
#include "core/base/utf8.h"
#include "core/text/tokenizer_training.h"
#include "tests/support/sentencepiece_model.h"

#include <QtTest>

using namespace aha;

namespace {

int codePoints(std::string_view text)
{
    int n = 0;
    for (size_t i = 0; i < text.size(); i += decodeUtf8(text, i).bytes)
        ++n;
    return n;
}

} // namespace

class TestTokenizer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_words = *loadTokenizer(AHASCOPE_TEST_SOURCE_DIR "/resources/models/miniature");
        const std::string file = m_folder.filePath("bytes.model").toStdString();
        support::write(file, support::byteFallbackModel());
        const auto loaded = loadTokenizer(file);
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().message.c_str());
        m_bytes = *loaded;
    }

    void wordsRoundTrip()
    {
        Rng rng(1, Purpose::Corpus);
        for (int round = 0; round < 2000; ++round) {
            std::string text;
            for (uint64_t n = 1 + rng.below(30); n > 0; --n) { // real pieces in any order
                const std::string piece = m_words->piece(int32_t(3 + rng.below(uint64_t(m_words->vocabSize() - 3))));
                QVERIFY(piece.rfind("▁", 0) == 0);
                text += (text.empty() ? "" : " ") + piece.substr(3);
            }
            QCOMPARE(m_words->decode(m_words->encode(text)), text);
        }
    }

    void wordsWithoutTokensAreFound()
    {
        const UnknownWords found = unknownWords(*m_words, "use 3 hello 5 Jäger hello to make 12 :");
        QCOMPARE(found.words, int64_t(10));
        QCOMPARE(found.unknown, int64_t(3));
        QCOMPARE(found.first, (std::vector<std::string> { "hello", "Jäger" }));
        QCOMPARE(unknownWords(*m_bytes, "hello Jäger 等等").unknown, int64_t(0)); // bytes have tokens
        QCOMPARE(unknownWords(*m_words, "").words, int64_t(0));
    }

    void anyTextRoundTripsWithByteFallback_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("English") << QByteArray("the cat, 42.");
        QTest::newRow("CJK") << QByteArray("等等 不对 検証 확인");
        QTest::newRow("emoji") << QByteArray("👩‍👩‍👧‍👦 🇩🇪 👍🏽");
        QTest::newRow("combining") << QByteArray("e\xCC\x81\xCC\x81\xCC\x81 Z\xCD\xA7\xCC\xAE");
        QTest::newRow("bidi and zero width") << QByteArray("a\xE2\x80\xAE"
                                                           "b\xE2\x80\x8B"
                                                           "c");
        QTest::newRow("NUL") << QByteArray("a\0b", 3);
        QTest::newRow("control") << QByteArray("\x1B[31m\t\r\n");
        QTest::newRow("last plane") << QByteArray("\xF4\x8F\xBF\xBF");
        QTest::newRow("long") << QByteArray(100'000, 'x');
    }
    void anyTextRoundTripsWithByteFallback()
    {
        QFETCH(QByteArray, text);
        QCOMPARE(QByteArray::fromStdString(m_bytes->decode(m_bytes->encode(text.toStdString()))), text);
    }

    void fuzzedTextRoundTrips()
    {
        Rng rng(2, Purpose::Corpus);
        for (int round = 0; round < 5000; ++round) {
            std::string text = "x";
            for (uint64_t n = rng.below(20); n > 0; --n) {
                char32_t c = char32_t(rng.below(rng.below(2) ? 0x300 : 0x110000));
                if (c >= 0xD800 && c <= 0xDFFF)
                    c = 'q';
                appendUtf8(text, c);
            }
            for (const auto& tokenizer : { m_bytes, m_words }) {
                const Tokenizer::Encoding e = tokenizer->encodeWithOffsets(text);
                QCOMPARE(e.ids.size(), e.pieces.size());
                QCOMPARE(e.ids.size(), e.offsets.size());
                int32_t last = 0;
                for (size_t i = 0; i < e.ids.size(); ++i) {
                    QVERIFY(e.ids[i] >= 0 && e.ids[i] < tokenizer->vocabSize());
                    QVERIFY(e.offsets[i].first >= last && e.offsets[i].second >= e.offsets[i].first
                        && e.offsets[i].second <= codePoints(text));
                    last = e.offsets[i].first;
                }
            }
            QCOMPARE(m_bytes->decode(m_bytes->encode(text)), text);
        }
    }

    void invalidBytesAreReplacedNotRead()
    {
        Rng rng(3, Purpose::Corpus);
        for (int round = 0; round < 3000; ++round) {
            std::string text = "x";
            for (uint64_t n = rng.below(16); n > 0; --n)
                text += char(rng.below(256));
            QCOMPARE(m_bytes->decode(m_bytes->encode(text)), validUtf8(text));
            m_words->encode(text);
        }
    }

    void specialTokens()
    {
        QCOMPARE(m_words->bosId(), 1);
        QCOMPARE(m_words->eosId(), 2);
        QCOMPARE(m_words->encode("use </s>"), (std::vector<int32_t> { m_words->encode("use")[0], 2 }));
        QVERIFY(m_words->encode("</s>", false) != std::vector<int32_t> { 2 }); // as plain text it is no end token
        QCOMPARE(m_words->encode("<s></s><s>"), (std::vector<int32_t> { 1, 2, 1 }));
        const Tokenizer::Encoding e = m_words->encodeWithOffsets("用</s>");
        QCOMPARE(e.offsets.back(), std::make_pair(1, 5)); // code points, not bytes
        QVERIFY(m_words->encode("").empty());
    }

    void endsPartitionTheText()
    {
        Rng rng(4, Purpose::Corpus);
        for (int round = 0; round < 500; ++round) {
            std::vector<int32_t> ids, ends;
            for (uint64_t n = rng.below(40); n > 0; --n)
                ids.push_back(
                    int32_t(rng.below(uint64_t(m_words->vocabSize()) + 20)) - 10); // some of them no tokens at all
            const std::string text = m_words->decode(ids, ends);
            QCOMPARE(ends.size(), ids.size());
            for (size_t i = 1; i < ends.size(); ++i)
                QVERIFY(ends[i] >= ends[i - 1]);
            QVERIFY(ends.empty() ? text.empty() : size_t(ends.back()) == text.size());
        }
        QCOMPARE(m_words->decode({ -1, 1 << 30 }), std::string("\xEF\xBF\xBD\xEF\xBF\xBD"));
        QCOMPARE(m_words->piece(-1), std::string("\xEF\xBF\xBD"));
    }

    void trainedModelHoldsTheWordsInOrder()
    {
        const std::vector<std::string> words { "<think>", "等等", "39", "wait", "*" };
        const std::string file = m_folder.filePath("words.model").toStdString(),
                          again = m_folder.filePath("again.model").toStdString();
        QVERIFY(trainWordTokenizer(words, file).ok());
        QVERIFY(trainWordTokenizer(words, again).ok());
        QCOMPARE(support::read(file), support::read(again)); // deterministic
        const auto tokenizer = *loadTokenizer(file);
        QCOMPARE(tokenizer->vocabSize(), 8);
        for (size_t i = 0; i < words.size(); ++i)
            QCOMPARE(tokenizer->encode(words[i]), std::vector<int32_t> { int32_t(i) + 3 });
    }

private:
    QTemporaryDir m_folder;
    std::shared_ptr<const Tokenizer> m_words, m_bytes;
};

QTEST_GUILESS_MAIN(TestTokenizer)
#include "tst_tokenizer.moc"
