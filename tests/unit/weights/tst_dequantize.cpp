// ggml's blocks against the Python package gguf, bit for bit (tests/fixtures/weights/README.md).

#include "core/base/workers.h"
#include "core/weights/gguf_source.h"
#include "weight_files.h"

using namespace aha;

class TestDequantize : public QObject {
    Q_OBJECT

    std::unique_ptr<GgufSource> m_source
        = orThrow(GgufSource::open(AHASCOPE_TEST_FIXTURES "/weights/quantised.gguf", GgufNames::AsStored));

    std::vector<float> values(const std::string& name, Workers* workers = nullptr) const
    {
        std::vector<float> out(m_source->find(name)->elements);
        orThrow(m_source->read(name, out, workers));
        return out;
    }
    static int differing(const std::vector<float>& a, const std::vector<float>& b)
    {
        int count = a.size() == b.size() ? 0 : 1;
        for (size_t i = 0; i < a.size() && i < b.size(); ++i)
            count += std::memcmp(&a[i], &b[i], 4) != 0;
        return count;
    }

private Q_SLOTS:
    void blocks_data()
    {
        QTest::addColumn<QString>("type");
        for (const char* type : { "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q4_K", "Q5_K", "Q6_K" })
            QTest::newRow(type) << type;
    }
    void blocks()
    {
        QFETCH(QString, type);
        const std::string name = type.toStdString();
        QCOMPARE(QString::fromStdString(m_source->find(name)->dtype), type);
        QCOMPARE(m_source->find(name)->shape, std::vector<int64_t>({ 2, 1024 }));
        QCOMPARE(differing(values(name), values(name + ".f32")), 0);
    }
    void threadsGiveTheSame()
    {
        const ElementFormat& format = *findFormat("Q5_K");
        std::string bytes;
        while (bytes.size() < 176 * 1001)
            bytes += std::string(*m_source->raw("Q5_K"));
        bytes.resize(176 * 1001);
        std::vector<float> alone(256 * 1001), together(256 * 1001, -1);
        orThrow(toFloat(format, bytes, alone));
        Workers workers(3);
        orThrow(toFloat(format, bytes, together, &workers));
        QCOMPARE(differing(alone, together), 0);
    }
    void quantiseQ8_0()
    {
        std::string made;
        orThrow(appendEncoded(made, *findFormat("Q8_0"), values("to_Q8_0.f32")));
        QVERIFY(made == *m_source->raw("to_Q8_0"));
    }
    void quantiseStrangeNumbers()
    {
        std::vector<float> strange(32, 1.f);
        strange[1] = NAN;
        strange[2] = -INFINITY;
        std::string made; // defined: the sanitizer build would complain about a conversion
        orThrow(appendEncoded(made, *findFormat("Q8_0"), strange));
        QCOMPARE(made.size(), size_t(34));
    }
};

QTEST_GUILESS_MAIN(TestDequantize)
#include "tst_dequantize.moc"
