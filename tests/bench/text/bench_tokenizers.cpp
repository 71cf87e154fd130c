// Encoding speed on one core. Plain English (a vocabulary of made-up words of English shape, drawn by Zipf's law, so
// that the word cache meets old and new words as in real text): bar 10 MB/s; baseline, a fresh tokenizer on words it
// has not met. Hostile runs of 10^6 characters: per character at most 3 times what runs of 10^5 take (the baseline).

#include "tests/bench/window/figure.h"

#include "core/base/rng.h"
#include "core/text/tokenizer.h"

#include <QtTest>

#include <cmath>

using namespace aha;

namespace {

constexpr size_t kBytes = 8 << 20;

std::string english(uint64_t seed)
{
    static const char* const starts[]
        = { "b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "th", "w", "st", "" };
    static const char* const middles[] = { "a", "e", "i", "o", "u", "ea", "ou", "er", "in", "on", "al", "en" };
    static const char* const ends[] = { "t", "d", "n", "s", "ng", "ly", "er", "ed", "es", "", "ion", "ment" };
    Rng rng(seed, Purpose::Corpus);
    std::vector<std::string> words;
    for (int i = 0; i < 60'000; ++i) {
        std::string word;
        for (uint64_t syllables = 1 + rng.below(i < 500 ? 1 : 3); syllables > 0; --syllables)
            word += std::string(starts[rng.below(17)]) + middles[rng.below(12)];
        words.push_back(word + ends[rng.below(12)]);
    }
    std::string text;
    text.reserve(kBytes + 64);
    while (text.size() < kBytes) {
        // Zipf: the r-th word with a chance of about 1 / r.
        const double u = double(rng.below(1 << 30)) / double(1 << 30);
        text += words[size_t(std::pow(double(words.size()), u)) - 1];
        const uint64_t sign = rng.below(60);
        text += sign == 0 ? ".\n\n" : sign < 4 ? ". " : sign < 7 ? ", " : sign == 7 ? " 1984 " : " ";
    }
    return text;
}

std::string run(const char* character, size_t length)
{
    std::string text;
    for (size_t i = 0; i < length; ++i)
        text += character;
    return text;
}

} // namespace

class BenchTokenizers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_text = english(1); }

    void speed_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : { "gpt2", "qwen2", "llama3", "deepseek_v3", "llama2" })
            QTest::newRow(name) << QString(name);
    }
    void speed()
    {
        QFETCH(QString, name);
        const std::string folder = AHASCOPE_TEST_FIXTURES "/golden/tokenizers/" + name.toStdString();
        const auto warm = orThrow(loadTokenizer(folder));
        QCOMPARE(warm->decode(warm->encode(m_text)), m_text); // verified: nothing is lost
        double best = 1e9, cold = 0;
        for (int round = 0; round < 3; ++round) {
            const double before = bench::cpuMs();
            const size_t ids = warm->encode(m_text).size();
            best = std::min(best, bench::cpuMs() - before);
            QVERIFY(ids > 0);
        }
        const auto fresh = orThrow(loadTokenizer(folder));
        const std::string other = english(2); // words that the cache has not met
        const double before = bench::cpuMs();
        fresh->encode(other);
        cold = bench::cpuMs() - before;
        const std::string figure = "text/" + name.toStdString() + "/english";
        QVERIFY(bench::report({ figure.c_str(), double(m_text.size()) / best / 1e3, "MB/s",
            double(other.size()) / cold / 1e3, 10, /*atLeast=*/true }));
        for (const char* character : { "a", " ", "\n", "<" }) {
            const auto cpu = [&](size_t length) {
                const std::string text = run(character, length);
                double fastest = 1e9;
                for (int round = 0; round < 3; ++round) {
                    const double start = bench::cpuMs();
                    warm->encode(text);
                    fastest = std::min(fastest, bench::cpuMs() - start);
                }
                return fastest / double(length) * 1e6; // ns a character
            };
            const double small = cpu(100'000), large = cpu(1'000'000);
            const std::string hostile = "text/" + name.toStdString() + "/run-of-"
                + (*character == ' '         ? "space"
                        : *character == '\n' ? "newline"
                                             : character);
            QVERIFY(bench::report({ hostile.c_str(), large, "ns a character", small, 3 * small }));
        }
    }

private:
    std::string m_text;
};

QTEST_GUILESS_MAIN(BenchTokenizers)
#include "bench_tokenizers.moc"
