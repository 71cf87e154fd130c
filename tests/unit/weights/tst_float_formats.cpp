// 16- and 8-bit floats: every value of each against its definition, rounding against the two neighbours.

#include "core/weights/element_format.h"
#include "core/weights/float_formats.h"

#include <QtTest>

#include <cmath>

using namespace aha;

class TestFloatFormats : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyHalf()
    {
        for (uint32_t h = 0; h < 65536; ++h) {
            const int exponent = int(h >> 10 & 31), fraction = int(h & 1023);
            const double sign = h & 0x8000 ? -1 : 1;
            const float value = floatOfHalf(uint16_t(h));
            if (exponent == 31 && fraction) {
                QVERIFY(std::isnan(value));
                QVERIFY(std::isnan(floatOfHalf(halfOfFloat(value))));
                continue;
            }
            const double expected = exponent == 31 ? sign * INFINITY
                : exponent == 0                    ? sign * std::ldexp(fraction, -24)
                                                   : sign * std::ldexp(1024 + fraction, exponent - 25);
            QCOMPARE(bitsOfFloat(value), bitsOfFloat(float(expected)));
            QCOMPARE(uint32_t(halfOfFloat(value)), h);
        }
    }
    void halfRounds()
    {
        // Between two neighbours: the nearer one, at the middle the even one; so too at overflow.
        for (uint32_t h = 0; h < 0x7c00; ++h) {
            const double low = floatOfHalf(uint16_t(h)), high = h == 0x7bff ? 65536.0 : floatOfHalf(uint16_t(h + 1));
            const float middle = float((low + high) / 2);
            QCOMPARE(uint32_t(halfOfFloat(middle)), h % 2 ? h + 1 : h);
            QCOMPARE(uint32_t(halfOfFloat(std::nextafter(middle, 0.f))), h);
            QCOMPARE(uint32_t(halfOfFloat(-std::nextafter(middle, INFINITY))), 0x8000 | (h + 1));
        }
        QCOMPARE(uint32_t(halfOfFloat(1e30f)), 0x7c00u);
        QCOMPARE(uint32_t(halfOfFloat(-1e-30f)), 0x8000u);
    }
    void everyBfloat()
    {
        for (uint32_t b = 0; b < 65536; ++b) {
            const float value = floatOfBfloat(uint16_t(b));
            QCOMPARE(bitsOfFloat(value), b << 16);
            if (std::isnan(value)) {
                QVERIFY(std::isnan(floatOfBfloat(bfloatOfFloat(value))));
                continue;
            }
            QCOMPARE(uint32_t(bfloatOfFloat(value)), b);
            if (std::isinf(value))
                continue;
            QCOMPARE(uint32_t(bfloatOfFloat(floatOfBits(b << 16 | 0x7fff))), b);
            QCOMPARE(uint32_t(bfloatOfFloat(floatOfBits(b << 16 | 0x8000))), b % 2 ? b + 1 : b);
            QCOMPARE(uint32_t(bfloatOfFloat(floatOfBits(b << 16 | 0x8001))), b + 1);
        }
        QVERIFY(std::isnan(floatOfBfloat(bfloatOfFloat(floatOfBits(0x7f800001)))));
    }
    void everyE4m3()
    {
        for (int b = 0; b < 256; ++b) {
            const int exponent = b >> 3 & 15, fraction = b & 7;
            const float value = floatOfE4m3(uint8_t(b));
            if (exponent == 15 && fraction == 7) {
                QVERIFY(std::isnan(value));
                continue;
            }
            const double magnitude = exponent ? std::ldexp(8 + fraction, exponent - 10) : std::ldexp(fraction, -9);
            QCOMPARE(bitsOfFloat(value), bitsOfFloat(float(b & 0x80 ? -magnitude : magnitude)));
        }
        QCOMPARE(floatOfE4m3(0x7e), 448.f);
    }
    void formats()
    {
        QCOMPARE(findFormat("Q4_K")->blockBytes, 144u);
        QVERIFY(!findFormat("Q4_9"));
        QCOMPARE(QString(ggmlFormat(14)->name), QString("Q6_K"));
        QCOMPARE(ggmlType("BF16"), 30);
        QVERIFY(!ggmlFormat(4)); // withdrawn
        QVERIFY(!ggmlFormat(1000));
        QCOMPARE(ggmlType("F8_E4M3"), -1);
        float out[32];
        const std::string bytes(36, '\0');
        QCOMPARE(QString::fromStdString(
                     toFloat(*findFormat("Q8_0"), std::string_view(bytes).substr(0, 33), out).error().code),
            QString("weights_size"));
        QCOMPARE(QString::fromStdString(
                     toFloat(*findFormat("IQ4_NL"), std::string_view(bytes).substr(0, 18), out).error().code),
            QString("weights_format"));
        std::string encoded;
        QCOMPARE(QString::fromStdString(appendEncoded(encoded, *findFormat("Q4_0"), out).error().code),
            QString("weights_format"));
        QCOMPARE(
            QString::fromStdString(appendEncoded(encoded, *findFormat("Q8_0"), std::span(out).first(31)).error().code),
            QString("weights_size"));
    }
};

QTEST_GUILESS_MAIN(TestFloatFormats)
#include "tst_float_formats.moc"
