// A teacher whose matrices are rounded: by the rule of the rollouts, and nothing but the matrices.

#include "core/algo/round_weights.h"
#include "tests/support/model_shape.h"

#include <QtTest>

#include <cmath>
#include <cstring>

using namespace aha;

namespace {

Transformer model() { return Transformer::create(modelShape(50, 40, 72, 2, 2, 2, 16), 3); } // no width is whole groups

Transformer rounded(WeightFormat format)
{
    Transformer copy = model();
    roundMatrices(copy, format);
    return copy;
}

} // namespace

class TestDistillationRounding : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void groupsOfThirtyTwo()
    {
        const Transformer plain = model(), coarse = rounded(WeightFormat::Int8);
        const auto before = plain.named(plain.flat()), after = coarse.named(coarse.flat());
        int changed = 0;
        for (size_t i = 0; i < before.size(); ++i) {
            const at::Tensor &a = before[i].second, &b = after[i].second;
            if (a.dim() < 2) {
                QVERIFY2(a.equal(b), before[i].first.c_str());
                continue;
            }
            for (int64_t row = 0; row < a.size(0); ++row)
                for (int64_t from = 0; from < a.size(1); from += 32) {
                    const int64_t count = std::min<int64_t>(32, a.size(1) - from);
                    const float* x = a.const_data_ptr<float>() + row * a.stride(0) + from;
                    const float* y = b.const_data_ptr<float>() + row * b.stride(0) + from;
                    float most = 0;
                    for (int64_t k = 0; k < count; ++k)
                        most = std::max(most, std::abs(x[k]));
                    const float scale = most / 127;
                    for (int64_t k = 0; k < count; ++k) {
                        QVERIFY(std::abs(x[k] - y[k]) <= scale * 0.5001f);
                        QVERIFY(std::abs(y[k] / scale - std::round(y[k] / scale)) < 1e-3f);
                        changed += x[k] != y[k];
                    }
                }
        }
        QVERIFY(changed > 1000);
    }

    void sixteenBits()
    {
        const Transformer plain = model(), coarse = rounded(WeightFormat::BFloat16);
        const float *x = plain.flat().const_data_ptr<float>(), *y = coarse.flat().const_data_ptr<float>();
        int64_t changed = 0;
        for (int64_t i = 0; i < plain.matrixElements(); ++i) {
            uint32_t bits;
            std::memcpy(&bits, y + i, 4);
            QCOMPARE(bits & 0xffff, 0u);
            QVERIFY(std::abs(x[i] - y[i]) <= std::abs(x[i]) / 256);
            changed += x[i] != y[i];
        }
        QVERIFY(changed > plain.matrixElements() / 2);
        QVERIFY(rounded(WeightFormat::Float32).flat().equal(plain.flat()));
    }
};

QTEST_GUILESS_MAIN(TestDistillationRounding)
#include "tst_distillation_rounding.moc"
