// Rotary frequencies against transformers 5.24 (LlamaRotaryEmbedding, head width 16, base 10000, trained on 128).

#include "core/config/rotary_config.h"

#include <nlohmann/json.hpp>

#include <QtTest>

#include <cmath>

using namespace aha;

class TestRotary : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void frequencies_data()
    {
        QTest::addColumn<QByteArray>("scaling");
        QTest::addColumn<int>("longest");
        QTest::addColumn<QList<double>>("radians");
        QTest::addColumn<double>("scale");
        QTest::addColumn<double>("cosine"); // of pair 5 at position 37
        const QList<double> plain { 1.0, 0.3162278, 0.1, 0.03162278, 0.01, 0.003162278, 0.001, 0.0003162278 };
        const auto row = [](const char* name, const char* scaling, int longest, const QList<double>& radians,
                             double scale, double cosine) {
            QTest::newRow(name) << QByteArray(scaling) << longest << radians << scale << cosine;
        };
        row("default", R"({"rope_type":"default"})", 40, plain, 1, 0.9931628108024597);
        row("linear", R"({"rope_type":"linear","factor":4.0})", 40,
            { 0.25, 0.07905694, 0.025, 0.007905695, 0.0025, 0.0007905695, 0.00025, 7.905695e-05 }, 1,
            0.999572217464447);
        row("dynamic, short", R"({"rope_type":"dynamic","factor":2.0})", 40, plain, 1, 0.9931628108024597);
        row("dynamic, long", R"({"rope_type":"dynamic","factor":2.0})", 300,
            { 1.0, 0.262445, 0.06887737, 0.01807652, 0.004744092, 0.001245063, 0.0003267606, 8.575668e-05 }, 1,
            0.9989390969276428);
        row("llama3",
            R"({"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,
                "original_max_position_embeddings":64})",
            40, { 1.0, 0.2443846, 0.01304226, 0.003952847, 0.00125, 0.0003952847, 0.000125, 3.952847e-05 }, 1,
            0.999893069267273);
        row("yarn", R"({"type":"yarn","factor":4.0,"original_max_position_embeddings":64})", 40,
            { 1.0, 0.2371708, 0.05, 0.007905695, 0.0025, 0.0007905695, 0.00025, 7.905695e-05 }, 1.138629436111989,
            1.1381423473358154);
        row("yarn, own bounds",
            R"({"rope_type":"yarn","factor":4.0,"original_max_position_embeddings":64,"beta_fast":16,"beta_slow":2,
                "truncate":false,"attention_factor":0.9})",
            40, { 1.0, 0.1484903, 0.025, 0.007905695, 0.0025, 0.0007905695, 0.00025, 7.905695e-05 }, 0.9,
            0.8996149897575378);
        row("yarn, DeepSeek",
            R"({"rope_type":"yarn","factor":40.0,"original_max_position_embeddings":64,"mscale":1.0,
                "mscale_all_dim":0.8})",
            40, { 1.0, 0.2134537, 0.035, 0.0007905695, 0.00025, 7.905695e-05, 2.5e-05, 7.905694e-06 },
            1.0569662567531275, 1.0569617748260498);
    }
    void frequencies()
    {
        QFETCH(QByteArray, scaling);
        QFETCH(int, longest);
        QFETCH(QList<double>, radians);
        QFETCH(double, scale);
        QFETCH(double, cosine);
        for (const char* key : { "rope_scaling", "rope_parameters" }) { // both dialects
            const nlohmann::ordered_json json
                = { { "rope_theta", 10000.0 }, { key, nlohmann::ordered_json::parse(scaling.toStdString()) } };
            const RotaryConfig config = orThrow(readRotaryConfig(json));
            const RotaryFrequencies got = rotaryFrequencies(config, 16, 128, longest);
            QCOMPARE(got.radians.size(), size_t(radians.size()));
            for (int i = 0; i < radians.size(); ++i)
                QVERIFY2(std::abs(got.radians[size_t(i)] / radians[i] - 1) < 1e-6,
                    qPrintable(QString("pair %1: %2").arg(i).arg(got.radians[size_t(i)])));
            QVERIFY(std::abs(got.scale - scale) < 1e-9);
            std::vector<float> cosines(40 * 8), sines(40 * 8);
            fillRotaryTables(got, 40, cosines.data(), sines.data());
            QVERIFY(std::abs(cosines[37 * 8 + 5] - cosine) < 1e-6);
            QVERIFY(std::abs(std::hypot(cosines[37 * 8 + 5], sines[37 * 8 + 5]) - scale) < 1e-6);
        }
    }

    void contextFromTheModel()
    {
        const auto read
            = [](const char* text) { return orThrow(readRotaryConfig(nlohmann::ordered_json::parse(text))); };
        QCOMPARE(
            read(R"({"max_position_embeddings":256,"rope_scaling":{"type":"yarn","factor":2.0}})").originalMaxPositions,
            int64_t(256));
        const RotaryConfig outside = read(R"({"max_position_embeddings":256,"original_max_position_embeddings":64,
            "rope_scaling":{"type":"yarn","factor":null,"original_max_position_embeddings":128}})");
        QCOMPARE(outside.originalMaxPositions, int64_t(64)); // the model's own field decides
        QCOMPARE(outside.factor, 4.0);
    }
};

QTEST_GUILESS_MAIN(TestRotary)
#include "tst_rotary.moc"
