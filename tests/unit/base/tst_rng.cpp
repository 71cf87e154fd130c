// Philox streams: the published vector, values that must never change, ranges and moments.

#include "core/base/rng.h"

#include <QtTest>

#include <cmath>
#include <set>

using namespace aha;

namespace {

/// Inverse of SplitMix64's finaliser, to steer the generator's key and counter to the published vector's.
uint64_t unmix(uint64_t x)
{
    const auto inverse = [](uint64_t odd) { // Newton: doubles the right bits each round
        uint64_t y = odd;
        for (int i = 0; i < 5; ++i)
            y *= 2 - odd * y;
        return y;
    };
    x ^= x >> 31 ^ x >> 62;
    x *= inverse(0x94D049BB133111EBull);
    x ^= x >> 27 ^ x >> 54;
    x *= inverse(0xBF58476D1CE4E5B9ull);
    x ^= x >> 30 ^ x >> 60;
    return x - 0x9E3779B97F4A7C15ull;
}

uint64_t mix(uint64_t x)
{
    x += 0x9E3779B97F4A7C15ull;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return x ^ (x >> 31);
}

} // namespace

class TestRng : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void publishedVector() // Random123's kat_vectors: philox4x32, 10 rounds, counter 0, key 0
    {
        QCOMPARE(unmix(mix(12345)), uint64_t(12345));
        Rng rng(unmix(0) ^ mix(uint64_t(Purpose::Sampling)), Purpose::Sampling, unmix(unmix(0)), 0);
        const uint32_t want[] = { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 };
        for (const uint32_t value : want)
            QCOMPARE(rng.next32(), value);
    }

    void streamsNeverChange() // stored runs are recomputed from these numbers
    {
        Rng rng(42, Purpose::Sampling, 3, 7);
        QCOMPARE(rng.next64(), uint64_t(kSampling));
        QCOMPARE(Rng(0, Purpose::HeldOut).next64(), uint64_t(kHeldOut));
        QCOMPARE(Rng(9007199254740991ull, Purpose::Prompt, UINT64_MAX, UINT64_MAX).below(1000), uint64_t(kPrompt));
    }

    void everyPartOfTheKeyCounts()
    {
        std::set<uint64_t> first;
        int streams = 0;
        for (uint64_t seed : { 0, 1, 2 })
            for (uint32_t purpose = 1; purpose <= 8; ++purpose)
                for (uint64_t a = 0; a < 6; ++a)
                    for (uint64_t b : { 0ull, 1ull, 1ull << 20, 1ull << 40 }) {
                        first.insert(Rng(seed, Purpose(purpose), a, b).next64());
                        ++streams;
                    }
        QCOMPARE(int(first.size()), streams);
    }

    void aStreamDoesNotDependOnItsNeighbours()
    {
        std::vector<Rng> together;
        for (uint64_t b = 0; b < 16; ++b)
            together.emplace_back(5, Purpose::Sampling, 1, b);
        std::vector<std::vector<uint64_t>> mixed(16);
        for (int round = 0; round < 50; ++round) // drawn in turns, in changing order
            for (size_t b = 0; b < 16; ++b)
                mixed[(b * 7 + size_t(round)) % 16].push_back(together[(b * 7 + size_t(round)) % 16].next64());
        for (uint64_t b = 0; b < 16; ++b) {
            Rng alone(5, Purpose::Sampling, 1, b);
            for (const uint64_t value : mixed[b])
                QCOMPARE(alone.next64(), value);
        }
    }

    void copyContinues()
    {
        Rng rng(1, Purpose::Shuffle);
        rng.next32();
        Rng copy = rng;
        for (int i = 0; i < 9; ++i)
            QCOMPARE(copy.next32(), rng.next32());
    }

    void ranges()
    {
        Rng rng(7, Purpose::Corpus);
        std::set<uint64_t> below, between;
        for (int i = 0; i < 20000; ++i) {
            const double u = rng.uniform(), open = rng.openUniform();
            QVERIFY(u >= 0 && u < 1 && open > 0 && open < 1);
            below.insert(rng.below(7));
            between.insert(uint64_t(rng.between(-3, 3) + 3));
            QCOMPARE(rng.below(1), uint64_t(0));
        }
        QCOMPARE(below.size(), size_t(7));
        QCOMPARE(*below.rbegin(), uint64_t(6));
        QCOMPARE(between.size(), size_t(7));
        QVERIFY(rng.below(UINT64_MAX) < UINT64_MAX);
    }

    void moments()
    {
        Rng rng(11, Purpose::Initialize);
        const int n = 200'000;
        double sum = 0, squares = 0, fourth = 0, uniform = 0;
        std::vector<int> count(10);
        for (int i = 0; i < n; ++i) {
            const double x = rng.normal();
            sum += x;
            squares += x * x;
            fourth += x * x * x * x;
            uniform += rng.uniform();
            ++count[size_t(rng.below(10))];
        }
        QVERIFY(std::abs(sum / n) < 4 / std::sqrt(n));
        QVERIFY(std::abs(squares / n - 1) < 4 * std::sqrt(2.0 / n));
        QVERIFY(std::abs(fourth / n - 3) < 4 * std::sqrt(96.0 / n));
        QVERIFY(std::abs(uniform / n - 0.5) < 4 * std::sqrt(1.0 / 12 / n));
        double chi = 0;
        for (const int c : count)
            chi += (c - n / 10.0) * (c - n / 10.0) / (n / 10.0);
        QVERIFY2(chi < 27.9, qPrintable(QString::number(chi))); // 9 degrees of freedom, p = 0.001
    }

private:
    static constexpr uint64_t kSampling = 4119220099101986808ull, kHeldOut = 4505620454865209902ull, kPrompt = 337;
};

QTEST_GUILESS_MAIN(TestRng)
#include "tst_rng.moc"
