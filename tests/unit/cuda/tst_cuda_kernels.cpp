// Parts of a decode step one by one, emulated: random numbers, the product, drawing a token, the slots.

#include "core/base/rng.h"
#include "core/cuda/matmul.cuh"
#include "core/cuda/slot_kernels.cuh"
#include "core/cuda/step_graphs.cuh"
#include "core/rollout/sampler.h"

#include <QtTest>

#include <cmath>
#include <numeric>

using namespace aha;
using namespace aha::cuda;

namespace {

std::vector<float> randomFloats(size_t count, uint64_t seed, double scale = 1)
{
    std::vector<float> values(count);
    Rng rng(seed, Purpose::Initialize);
    for (float& value : values)
        value = float(scale * rng.normal());
    return values;
}

/// What multiply leaves, of `rows` live rows among maxRows.
template <int perThread, int depth>
std::vector<float> multiplied(const std::vector<float>& x, const std::vector<float>& w, int rows, int64_t maxRows,
    int64_t inputs, int64_t outputs, int parts)
{
    std::vector<float> result(size_t(parts * maxRows * outputs), NAN);
    AHA_LAUNCH((multiply<perThread, depth>),
        dim3(blocksFor(outputs, kTileOutputs), blocksFor(maxRows, 8 * perThread), unsigned(parts)), kMultiplyThreads,
        static_cast<cudaStream_t>(nullptr), x.data(), w.data(), &rows, maxRows, inputs, outputs,
        chunksOf(inputs, outputs).length, result.data());
    return result;
}

/// The product's chunks added up as a decoder adds them.
std::vector<float> finished(
    const std::vector<float>& parts, int rows, int64_t maxRows, int64_t outputs, const float* bias = nullptr)
{
    std::vector<float> y(size_t(maxRows * outputs), -7);
    AHA_LAUNCH(finishPlain, dim3(unsigned(maxRows), blocksFor(outputs, kFinishThreads)), kFinishThreads,
        static_cast<cudaStream_t>(nullptr), Parts { parts.data(), int(parts.size() / y.size()), maxRows, outputs },
        &rows, bias, y.data());
    return y;
}

void checkProduct(int rows, int64_t inputs, int64_t outputs)
{
    const int64_t maxRows = rows + 3;
    const std::vector<float> x = randomFloats(size_t(rows * inputs), 1),
                             w = randomFloats(size_t(inputs * outputs), 3, 0.3);
    const int chunks = chunksOf(inputs, outputs).count;
    const std::vector<float> y
        = finished(multiplied<8, 16>(x, w, rows, maxRows, inputs, outputs, 1), rows, maxRows, outputs);
    for (int64_t r = 0; r < maxRows; ++r)
        for (int64_t o = 0; o < outputs; ++o) {
            double expected = r < rows ? 0 : -7; // rows that are not there are left alone
            for (int64_t k = 0; r < rows && k < inputs; ++k)
                expected += double(x[size_t(r * inputs + k)]) * w[size_t(o * inputs + k)];
            QVERIFY2(std::abs(y[size_t(r * outputs + o)] - expected) < 3e-5,
                qPrintable(QString("row %1, output %2").arg(r).arg(o)));
        }
    // A row's bits depend neither on its neighbours nor on who adds the chunks, nor on the tile.
    const auto same = [&](const std::vector<float>& other) {
        QVERIFY(std::equal(other.begin(), other.begin() + outputs, y.begin()));
    };
    same(finished(multiplied<8, 16>(x, w, rows, maxRows, inputs, outputs, chunks), rows, maxRows, outputs));
    same(finished(multiplied<2, 32>(x, w, rows, maxRows, inputs, outputs, chunks), rows, maxRows, outputs));
    same(finished(multiplied<4, 16>(x, w, rows, maxRows, inputs, outputs, 1), rows, maxRows, outputs));
    same(finished(multiplied<2, 32>(x, w, 1, 1, inputs, outputs, 1), 1, 1, outputs));
}

__global__ void drawRow(
    float* logits, int64_t vocab, const SamplerSettings* settings, const uint32_t* seen, double uniform, Drawn* result)
{
    __shared__ DrawScratch scratch;
    const Drawn drawn = draw(logits, vocab, *settings, seen, uniform, scratch);
    if (threadIdx.x == 0)
        *result = drawn;
}

Drawn drawOnce(std::vector<float> logits, const SamplingParams& p, const std::vector<int32_t>& seen, double uniform)
{
    SamplerSettings s {};
    s.greedy = p.temperature <= 0;
    s.inverseTemperature = s.greedy ? 1.0f : float(1 / p.temperature);
    s.penalty = float(p.repetitionPenalty);
    s.topK = p.topK;
    s.topP = p.topP;
    s.minP = float(p.minP);
    std::vector<uint32_t> bits((logits.size() + 31) / 32);
    for (const int32_t id : seen)
        bits[size_t(id) / 32] |= 1u << (id % 32);
    Drawn drawn {};
    AHA_LAUNCH(drawRow, 1, softmaxThreads(int64_t(logits.size())), static_cast<cudaStream_t>(nullptr), logits.data(),
        int64_t(logits.size()), &s, bits.data(), uniform, &drawn);
    return drawn;
}

/// A slot table over plain vectors, and a decoder that always says the same.
struct Table {
    std::vector<int> owner, token, position, produced, fresh, rowSlot, rowToken, rowPosition, promptLength { 3, 5 },
        promptLast { 30, 50 }, workPrompt;
    std::vector<int> outLength, outEnded, outId;
    std::vector<float> outLogprob, outEntropy;
    std::vector<philox::State> streams;
    Counters counters {};
    SlotTable t {};

    Table(int slots, const std::vector<int>& prompts, int maxNew)
        : workPrompt(prompts)
    {
        owner.assign(size_t(slots), -1);
        for (auto* array : { &token, &position, &produced, &fresh, &rowSlot, &rowToken, &rowPosition })
            array->assign(size_t(slots), -7);
        outLength.assign(prompts.size(), 0);
        outEnded.assign(prompts.size(), 0);
        outId.assign(prompts.size() * size_t(maxNew), -1);
        outLogprob.assign(outId.size(), 0);
        outEntropy.assign(outId.size(), 0);
        for (size_t w = 0; w < prompts.size(); ++w)
            streams.push_back(Rng(1, Purpose::Sampling, 0, w).state());
        t = { slots, int(prompts.size()), owner.data(), token.data(), position.data(), produced.data(), fresh.data(),
            nullptr, rowSlot.data(), rowToken.data(), rowPosition.data(), &counters, promptLength.data(),
            promptLast.data(), nullptr, workPrompt.data(), streams.data(), outLength.data(), outEnded.data(),
            outId.data(), outLogprob.data(), outEntropy.data(), nullptr, nullptr };
    }
    void assign()
    {
        AHA_LAUNCH(assignWork, 1, blocksFor(t.slots, kWarp) * kWarp, static_cast<cudaStream_t>(nullptr), t);
    }
    /// Row r draws favourite[r], with certainty.
    void drawThese(const SamplerSettings& s, const std::vector<int>& favourite)
    {
        std::vector<float> logits(favourite.size() * 64);
        for (size_t r = 0; r < favourite.size(); ++r)
            logits[r * 64 + size_t(favourite[r])] = 200;
        AHA_LAUNCH(drawTokens, unsigned(favourite.size()), softmaxThreads(64), static_cast<cudaStream_t>(nullptr), t,
            &s, int64_t(64), 0, logits.data());
    }
};

} // namespace

class TestCudaKernels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void uniformNumbersAreTheCpus()
    {
        for (const int used : { 0, 1, 2, 3, 7 }) { // words taken before the stream is handed over
            Rng rng(99, Purpose::Sampling, 12, 7ull << 20 | 3);
            for (int i = 0; i < used; ++i)
                rng.next32();
            const philox::State state = rng.state();
            for (uint64_t n = 0; n < 20; ++n)
                QCOMPARE(philox::uniformAt(state, n), rng.uniform());
        }
    }

    void products()
    {
        checkProduct(1, 16, 5);
        checkProduct(33, 70, 65);
        checkProduct(40, 33, 130); // rows that no four floats fit into evenly
        checkProduct(3, 128, 64);
        checkProduct(65, 352, 20);
        QVERIFY(chunksOf(352, 20).count > 3);
        const std::vector<float> x = randomFloats(32, 1), w = randomFloats(16 * 5, 2), bias = randomFloats(5, 3),
                                 parts = multiplied<2, 32>(x, w, 2, 2, 16, 5, 1);
        const std::vector<float> plain = finished(parts, 2, 2, 5), biased = finished(parts, 2, 2, 5, bias.data());
        for (size_t i = 0; i < plain.size(); ++i)
            QCOMPARE(biased[i], plain[i] + bias[i % 5]);
    }

    void whatAnyPassNeedsHasRoom()
    {
        for (const auto& [inputs, outputs] : { std::pair<int64_t, int64_t> { 896, 1152 }, { 896, 896 }, { 896, 9728 },
                 { 4864, 896 }, { 128, 158 }, { 1, 1 } }) {
            int64_t most = 0;
            for (int64_t rows = 1; rows <= 2500; ++rows) {
                most = std::max(most, layoutOf(rows, inputs, outputs).elements(rows, outputs));
                QVERIFY2(mostElements(rows, inputs, outputs) >= most, qPrintable(QString::number(rows)));
            }
            QCOMPARE(mostElements(2500, inputs, outputs), most); // and not more
        }
    }

    void finishedRows()
    {
        constexpr int64_t width = 1100, maxRows = 3; // wider than a block
        const int rows = 2;
        const std::vector<float> parts = randomFloats(2 * maxRows * width, 1),
                                 before = randomFloats(maxRows * width, 2), norm = randomFloats(width, 3);
        const auto sum = [&](int64_t r, int64_t i) {
            return double(parts[size_t(r * width + i)]) + parts[size_t((maxRows + r) * width + i)];
        };
        const Parts given { parts.data(), 2, maxRows, width };
        std::vector<float> x = before, normed(x.size(), -7), gated(x.size() / 2, -7);
        AHA_LAUNCH(finishResidual, unsigned(maxRows), rowThreads(width), static_cast<cudaStream_t>(nullptr), given,
            &rows, norm.data(), 1e-6f, x.data(), normed.data());
        AHA_LAUNCH(finishSwiGlu, dim3(unsigned(maxRows), blocksFor(width / 2, kFinishThreads)), kFinishThreads,
            static_cast<cudaStream_t>(nullptr), given, &rows, gated.data());
        for (int64_t r = 0; r < maxRows; ++r) {
            double squares = 0;
            for (int64_t i = 0; i < width; ++i)
                squares += std::pow(before[size_t(r * width + i)] + sum(r, i), 2);
            for (int64_t i = 0; i < width; ++i) {
                const double added = before[size_t(r * width + i)] + sum(r, i);
                QVERIFY(std::abs(x[size_t(r * width + i)] - (r < rows ? added : before[size_t(r * width + i)])) < 1e-5);
                const double expected = added / std::sqrt(squares / width + 1e-6) * norm[size_t(i)];
                QVERIFY(std::abs(normed[size_t(r * width + i)] - (r < rows ? expected : -7)) < 1e-5);
            }
            for (int64_t i = 0; i < width / 2; ++i) {
                const double gate = sum(r, i), expected = gate / (1 + std::exp(-gate)) * sum(r, width / 2 + i);
                QVERIFY(std::abs(gated[size_t(r * width / 2 + i)] - (r < rows ? expected : -7)) < 1e-5);
            }
        }
    }

    void drawsWhatTheCpuDraws_data()
    {
        QTest::addColumn<int>("vocab");
        QTest::addColumn<QList<double>>("p"); // temperature, top-k, top-p, min-p, penalty
        for (const int vocab : { 5, 158, 1000 }) {
            const auto row
                = [&](const char* name, const QList<double>& p) { QTest::addRow("%s, %d", name, vocab) << vocab << p; };
            row("plain", { 1, 0, 1, 0, 1 });
            row("cool", { 0.4, 0, 1, 0, 1 });
            row("greedy", { 0, 0, 1, 0, 1 });
            row("greedy, penalty", { 0, 0, 1, 0, 1.5 });
            row("top-k", { 1.2, 3, 1, 0, 1 });
            row("top-p", { 0.8, 0, 0.7, 0, 1 });
            row("top-p 0", { 0.8, 0, 0, 0, 1 });
            row("min-p", { 1, 0, 1, 0.2, 1 });
            row("penalty", { 1, 0, 1, 0, 1.4 });
            row("all", { 0.9, 4, 0.8, 0.1, 1.3 });
        }
        QTest::newRow("plain, more threads") << 8200 << QList<double> { 1, 0, 1, 0, 1 };
    }
    void drawsWhatTheCpuDraws()
    {
        QFETCH(int, vocab);
        QFETCH(QList<double>, p);
        SamplingParams params;
        params.temperature = p[0];
        params.topK = int(p[1]);
        params.topP = p[2];
        params.minP = p[3];
        params.repetitionPenalty = p[4];
        const std::vector<int32_t> seen { 0, 2, 3, 2 };
        SamplerScratch scratch;
        for (uint64_t trial = 0; trial < 60; ++trial) {
            std::vector<float> logits = randomFloats(size_t(vocab), 5 + trial, 2);
            if (trial % 3 == 0) // ties, at the top and elsewhere
                for (float& value : logits)
                    value = std::round(value * 2) / 2;
            Rng rng(7, Purpose::Sampling, trial), same = rng;
            const Draw expected = drawToken(logits, params, seen, rng, scratch);
            const Drawn got = drawOnce(logits, params, seen, same.uniform());
            QCOMPARE(got.token, expected.token);
            const float close = 1e-5f * std::max(1.0f, expected.entropy); // a sum over the vocabulary
            QVERIFY2(std::abs(got.logprob - expected.logprob) < close,
                qPrintable(QString("%1 instead of %2").arg(got.logprob).arg(expected.logprob)));
            QVERIFY2(std::abs(got.entropy - expected.entropy) < close,
                qPrintable(QString("%1 instead of %2").arg(got.entropy).arg(expected.entropy)));
        }
    }

    /// Uniform numbers at both ends, and all weight on one token.
    void drawsAtTheEdges()
    {
        SamplingParams params;
        for (const int heavy : { 0, 31, 32, 157 }) {
            std::vector<float> logits(158, -300.0f);
            logits[size_t(heavy)] = 0;
            for (const double uniform : { 0.0, 0.5, std::nextafter(1.0, 0.0) })
                QCOMPARE(drawOnce(logits, params, {}, uniform).token, heavy);
        }
        const std::vector<float> flat(158, 1.0f);
        QCOMPARE(drawOnce(flat, params, {}, 0.0).token, 0);
        QCOMPARE(drawOnce(flat, params, {}, std::nextafter(1.0, 0.0)).token, 157);
        QCOMPARE(drawOnce(flat, params, {}, 32.5 / 158).token, 32);
        for (const double temperature : { 0.0, 1.0 }) { // a model gone wrong must not write out of bounds
            params.temperature = temperature;
            const Drawn lost = drawOnce(std::vector<float>(158, NAN), params, {}, 0.5);
            QVERIFY(lost.token >= 0 && lost.token < 158 && std::isnan(lost.logprob));
        }
    }

    /// Three slots, five pieces of work: taken in order, refilled as they end, rows without gaps.
    void slotsRefill()
    {
        SamplerSettings s {};
        s.inverseTemperature = s.penalty = 1;
        s.topP = 1;
        s.maxNewTokens = 3;
        s.endCount = 2;
        s.ends[0] = 9;
        s.ends[1] = 8;
        Table table(3, { 0, 0, 1, 1, 0 }, 3);
        table.assign();
        QCOMPARE(table.owner, (std::vector<int> { 0, 1, 2 }));
        QCOMPARE(table.rowToken, (std::vector<int> { 30, 30, 50 }));
        QCOMPARE(table.rowPosition, (std::vector<int> { 2, 2, 4 }));
        QCOMPARE(table.fresh, (std::vector<int> { 1, 1, 1 }));
        QVERIFY(table.counters.nextWork == 3 && table.counters.liveRows == 3);
        table.drawThese(s, { 11, 9, 12 }); // the second ends
        QCOMPARE(table.owner, (std::vector<int> { 0, -1, 2 }));
        QVERIFY(table.outLength[1] == 1 && table.outEnded[1] == 1 && table.counters.finished == 1);
        table.assign();
        QCOMPARE(table.owner, (std::vector<int> { 0, 3, 2 }));
        QCOMPARE(table.fresh, (std::vector<int> { 0, 1, 0 }));
        QCOMPARE(table.rowToken, (std::vector<int> { 11, 50, 12 }));
        QCOMPARE(table.rowPosition, (std::vector<int> { 3, 4, 5 }));
        table.drawThese(s, { 8, 13, 14 }); // the first ends by the other end token
        table.assign();
        QCOMPARE(table.owner, (std::vector<int> { 4, 3, 2 }));
        table.drawThese(s, { 15, 16, 17 }); // the third has its three tokens
        QVERIFY(table.outLength[2] == 3 && table.outEnded[2] == 0 && table.counters.finished == 3);
        table.assign(); // no more work: the rows close up
        QCOMPARE(table.owner, (std::vector<int> { 4, 3, -1 }));
        QVERIFY(table.counters.liveRows == 2 && table.counters.nextWork == 5);
        table.drawThese(s, { 18, 19, 20 }); // a third row that nobody owns
        QVERIFY(table.outLength[3] == 3 && table.counters.finished == 4);
        table.assign();
        QCOMPARE(table.rowSlot[0], 0);
        table.drawThese(s, { 9 });
        QVERIFY(table.counters.finished == 5 && table.outLength[4] == 3 && table.outEnded[4] == 1);
        table.assign();
        QVERIFY(table.counters.liveRows == 0 && table.counters.steps == 5 && table.counters.rows == 3 + 3 + 3 + 2 + 1);
        QCOMPARE(
            (std::vector<int>(table.outId.begin() + 6, table.outId.begin() + 9)), (std::vector<int> { 12, 14, 17 }));
        QCOMPARE((std::vector<int>(table.outId.begin() + 12, table.outId.end())), (std::vector<int> { 15, 18, 9 }));
        for (size_t i = 0; i < table.outId.size(); ++i)
            QVERIFY(table.outLogprob[i] <= 0 && table.outLogprob[i] > -1e-6);
    }

    void manySlots()
    {
        std::vector<int> prompts(1500, 1);
        Table table(700, prompts, 1); // more slots than one warp, not a whole number of warps
        SamplerSettings s {};
        s.inverseTemperature = s.penalty = 1;
        s.topP = 1;
        s.maxNewTokens = 1;
        for (const int live : { 700, 700, 100, 0 }) {
            table.assign();
            QCOMPARE(table.counters.liveRows, live);
            for (int r = 0; r < live; ++r)
                QCOMPARE(table.rowSlot[size_t(r)], r);
            if (live)
                table.drawThese(s, std::vector<int>(size_t(live), 5));
        }
        QCOMPARE(table.counters.finished, 1500);
        QVERIFY(std::all_of(table.outId.begin(), table.outId.end(), [](int id) { return id == 5; }));
    }

    void buckets()
    {
        QCOMPARE(StepGraphs::bucketFor(1, 48), 1);
        QCOMPARE(StepGraphs::bucketFor(3, 48), 4);
        QCOMPARE(StepGraphs::bucketFor(33, 48), 48);
        QCOMPARE(StepGraphs::bucketFor(48, 48), 48);
    }

    /// A step is captured once a bucket, replayed from then on, and captured again after clear().
    void graphsReplay()
    {
        Stream stream;
        StepGraphs graphs(stream.get());
        DeviceArray<int> value;
        value.reserve(1);
        value.clear(1, stream.get());
        int recorded = 0;
        const auto record = [&] {
            ++recorded;
            AHA_LAUNCH(addOne, 1, 32, stream.get(), value.data());
        };
        for (int i = 0; i < 5; ++i)
            graphs.replay(2, record);
        graphs.replay(4, record);
        QCOMPARE(value.toHost(1, stream.get())[0], 6);
        QCOMPARE(recorded, 2);
        graphs.clear();
        graphs.replay(2, record);
        QCOMPARE(recorded, 3);
    }

private:
    static void addOne(int* value)
    {
        if (threadIdx.x == 0)
            ++*value;
    }
};

QTEST_GUILESS_MAIN(TestCudaKernels)
#include "tst_cuda_kernels.moc"
