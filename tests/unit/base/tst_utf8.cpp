// Every scalar value round, every malformed form refused one byte at a time.

#include "core/base/rng.h"
#include "core/base/utf8.h"

#include <QtTest>

using namespace aha;

class TestUtf8 : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyScalarValue()
    {
        std::string text;
        for (char32_t c = 0; c <= 0x10FFFF; ++c) {
            if (c >= 0xD800 && c <= 0xDFFF)
                continue;
            text.clear();
            appendUtf8(text, c);
            const CodePoint point = decodeUtf8(text, 0);
            QVERIFY(point.valid && point.value == c && point.bytes == text.size());
        }
    }

    void malformed_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("bad");
        QTest::newRow("lone continuation") << QByteArray("a\x80z") << 1;
        QTest::newRow("overlong slash") << QByteArray("\xC0\xAF") << 2;
        QTest::newRow("overlong three") << QByteArray("\xE0\x80\xAF") << 3;
        QTest::newRow("overlong four") << QByteArray("\xF0\x80\x80\xAF") << 4;
        QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80") << 3;
        QTest::newRow("above the last plane") << QByteArray("\xF4\x90\x80\x80") << 4;
        QTest::newRow("five bytes") << QByteArray("\xF8\x88\x80\x80\x80") << 5;
        QTest::newRow("cut two") << QByteArray("\xC3") << 1;
        QTest::newRow("cut three") << QByteArray("\xE4\xBD") << 2;
        QTest::newRow("cut four") << QByteArray("\xF0\x9F\x98") << 3;
        QTest::newRow("interrupted") << QByteArray("\xE4\xBDz") << 2;
        QTest::newRow("ff and fe") << QByteArray("\xFF\xFE") << 2;
    }
    void malformed()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, bad);
        const std::string text = bytes.toStdString();
        int found = 0;
        for (size_t i = 0; i < text.size();) {
            const CodePoint point = decodeUtf8(text, i);
            QVERIFY(point.valid || (point.bytes == 1 && point.value == 0xFFFD));
            found += !point.valid;
            i += point.bytes;
        }
        QCOMPARE(found, bad);
        const std::string clean = validUtf8(text);
        QCOMPARE(validUtf8(clean), clean);
        QCOMPARE(QString::fromUtf8(QByteArray::fromStdString(clean)).count(QChar(0xFFFD)), qsizetype(bad));
    }

    void aLongTextIsCutAndSaysSo()
    {
        QCOMPARE(boundedUtf8("等等", 64), std::string("等等"));
        const std::string just(64, 'a');
        QCOMPARE(boundedUtf8(just, 64), just);
        QCOMPARE(boundedUtf8(just + "b", 64), std::string(64 - 24, 'a') + " … (cut from 65 bytes)");
        std::string text;
        for (int i = 0; i < 40; ++i) // code points of one to four bytes: each place comes up as the end
            text += "a\u00e9等\U0001F600";
        for (size_t most = 64; most < 80; ++most) {
            const std::string cut = boundedUtf8(text, most);
            QVERIFY(cut.size() <= most && cut.size() + 3 >= most);
            QCOMPARE(validUtf8(cut), cut);
            QVERIFY2(cut.find("(cut from 400 bytes)") != std::string::npos, cut.c_str());
            QCOMPARE(boundedUtf8(cut, most), cut); // once more changes nothing
        }
        const std::string broken = boundedUtf8(std::string(500, '\x80'), 64); // never a code point
        QVERIFY(broken.size() <= 64 && broken.size() > 32);
    }

    void anyBytesEndAndStayInside()
    {
        Rng rng(3, Purpose::Corpus);
        for (int round = 0; round < 20000; ++round) {
            std::string text(size_t(rng.below(12)), '\0');
            for (char& c : text)
                c = char(rng.below(4) == 0 ? rng.below(128) : 0x80 + rng.below(128));
            size_t at = 0;
            while (at < text.size())
                at += decodeUtf8(text, at).bytes;
            QCOMPARE(at, text.size()); // never past the end
            const QByteArray bytes = "x" + QByteArray::fromStdString(text); // Qt drops a leading byte order mark
            QCOMPARE(validUtf8(text) == text, QString::fromUtf8(bytes).toUtf8() == bytes);
        }
    }
};

QTEST_GUILESS_MAIN(TestUtf8)
#include "tst_utf8.moc"
