// E4M3 casts, both ways, and block quantisation, against torch's float8_e4m3fn. Codes are compared exactly.

#include "core/weights/float_formats.h"
#include "core/weights/fp8_blocks.h"
#include "tests/golden/algorithms/golden_family.h"

#include <QtTest>

using namespace aha;
using golden::Json;

class GoldenFp8 : public GoldenFamily {
    Q_OBJECT
private Q_SLOTS:
    void cases()
    {
        int checked = 0;
        for (const Json& c : golden::cases("algorithms/fp8")) {
            m_name = c["name"];
            const std::string reference = c["reference"];
            const Json &in = c["inputs"], &expected = c["expected"];
            QVERIFY2(reference.find("float8_e4m3fn") != std::string::npos, ("unknown golden case: " + m_name).c_str());
            if (c["config"].contains("block"))
                blocks(c["config"], in, expected);
            else if (in.contains("bytes"))
                for (size_t i = 0; i < in["bytes"].size(); ++i)
                    compare("value", floatOfE4m3(in["bytes"][i].get<uint8_t>()), expected["values"][i]);
            else if (in.contains("values"))
                for (size_t i = 0; i < in["values"].size(); ++i) {
                    const uint8_t code = e4m3OfFloat(in["values"][i].get<float>());
                    QVERIFY2(code == expected["bytes"][i],
                        (m_name + ": " + in["values"][i].dump() + " became " + std::to_string(code)).c_str());
                    compare("round trip", floatOfE4m3(code), expected["round_trip"][i]);
                }
            else
                QFAIL(("unknown golden case: " + m_name).c_str());
            if (QTest::currentTestFailed())
                return;
            ++checked;
        }
        QVERIFY(checked > 0);
        qInfo("golden algorithms/fp8: %d cases", checked);
    }

private:
    void blocks(const Json& config, const Json& in, const Json& expected)
    {
        const int64_t rows = config["shape"][0], columns = config["shape"][1];
        std::vector<float> x(size_t(rows * columns), 0.f);
        std::vector<size_t> where; // the elements that the case lists
        const bool sparse = in.contains("nonzero_row_col_value");
        if (sparse)
            for (const Json& one : in["nonzero_row_col_value"]) {
                where.push_back(one[0].get<size_t>() * size_t(columns) + one[1].get<size_t>());
                x[where.back()] = one[2];
            }
        else
            for (size_t i = 0; i < x.size(); ++i) {
                where.push_back(i);
                x[i] = in["x"][i / size_t(columns)][i % size_t(columns)];
            }
        const Fp8Matrix m = quantizeFp8(x, rows, columns, config["block"][0], config["block"][1]);
        const std::vector<float> back = dequantizeFp8(m);
        size_t s = 0;
        for (const Json& row : expected["scales"])
            for (const Json& scale : row)
                compare("scale", m.scales.at(s++), scale);
        QVERIFY2(s == m.scales.size(), m_name.c_str());
        for (size_t k = 0; k < where.size(); ++k) {
            const size_t r = where[k] / size_t(columns), c = where[k] % size_t(columns);
            const Json& code = sparse ? expected["nonzero_codes"][k] : expected["codes"][r][c];
            QVERIFY2(m.codes[where[k]] == code, (m_name + " code " + std::to_string(k)).c_str());
            compare("dequantised", back[where[k]],
                sparse ? expected["nonzero_dequantised"][k] : expected["dequantised"][r][c]);
        }
        if (sparse)
            QVERIFY2(size_t(std::count(m.codes.begin(), m.codes.end(), uint8_t(0))) >= x.size() - where.size(),
                m_name.c_str());
    }
};

QTEST_GUILESS_MAIN(GoldenFp8)
#include "tst_golden_fp8.moc"
