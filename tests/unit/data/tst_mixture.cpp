// Mixtures, slices, filters: exact counts, every row once, the same order for the same seed.

#include "core/data/index_shuffle.h"
#include "core/data/mixture.h"
#include "core/data/row_selection.h"
#include "tests/unit/data/read_all.h"

#include <QtTest>

#include <cmath>
#include <map>
#include <set>

using namespace aha;
using namespace aha::data;

namespace {

std::string code(const auto& result) { return result.ok() ? "" : result.error().code; }

std::vector<uint64_t> numbers(const RowSelection& s)
{
    std::vector<uint64_t> all;
    for (uint64_t i = 0; i < s.size(); ++i)
        all.push_back(s.at(i));
    return all;
}

using Numbers = std::vector<uint64_t>;

} // namespace

class TestMixture : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void shufflesArePermutations()
    {
        for (const uint64_t n : { 1, 2, 3, 4, 5, 16, 17, 1000, 4097 }) {
            const IndexShuffle shuffle(n, Rng(3, Purpose::Mixture, 0, n));
            std::set<uint64_t> seen;
            for (uint64_t i = 0; i < n; ++i) {
                QVERIFY(shuffle(i) < n);
                seen.insert(shuffle(i));
            }
            QCOMPARE(uint64_t(seen.size()), n);
        }
        // Large n: still inside, still one to one where looked at.
        const uint64_t large = (uint64_t(1) << 40) + 12345;
        const IndexShuffle shuffle(large, Rng(3, Purpose::Mixture));
        std::set<uint64_t> seen;
        for (uint64_t i = 0; i < 2000; ++i) {
            QVERIFY(shuffle(large - 1 - i) < large);
            seen.insert(shuffle(large - 1 - i));
        }
        QCOMPARE(seen.size(), size_t(2000));
    }

    /// Every place is equally likely: chi-square over 64 x 64 cells of many keys (4032 degrees of freedom, ± 5 sigma).
    void shufflesAreEven()
    {
        std::vector<double> cells(64 * 64);
        const int keys = 6400;
        for (int key = 0; key < keys; ++key) {
            const IndexShuffle shuffle(64, Rng(uint64_t(key), Purpose::Mixture));
            for (uint64_t i = 0; i < 64; ++i)
                ++cells[i * 64 + shuffle(i)];
        }
        double chi = 0;
        for (const double count : cells)
            chi += (count - keys / 64.0) * (count - keys / 64.0) / (keys / 64.0);
        QVERIFY2(std::abs(chi - 63 * 63) < 5 * std::sqrt(2.0 * 63 * 63), qPrintable(QString::number(chi)));
    }

    /// These numbers are the promise that a seed means the same order for ever.
    void theOrderOfASeedNeverChanges()
    {
        const auto mixture = Mixture::make({ { 10, 1 }, { 30, 3 } }, 42).value();
        std::string order;
        for (uint64_t i = 0; i < 12; ++i) {
            const auto pick = mixture.at(1, i);
            order += std::to_string(pick.source) + ":" + std::to_string(pick.row) + " ";
        }
        QCOMPARE(QString::fromStdString(order), QString("0:3 1:21 1:4 0:6 1:23 1:6 0:4 1:18 1:11 1:22 0:5 1:25 "));
    }

    void firstExhausted()
    {
        const auto mixture = Mixture::make({ { 100, 0.7 }, { 1000, 0.2 }, { 50, 0.1 } }, 7).value();
        QCOMPARE(mixture.counts(), Numbers({ 100, 28, 14 })); // 100 / 0.7 = 142 rows in all: 99.4, 28.4 and 14.2
        std::set<std::pair<size_t, uint64_t>> epoch[2];
        for (uint64_t e = 0; e < 2; ++e)
            for (uint64_t i = 0; i < mixture.size(); ++i) {
                const auto pick = mixture.at(e, i);
                epoch[e].insert({ pick.source, pick.row });
            }
        QCOMPARE(uint64_t(epoch[0].size()), mixture.size()); // no row twice
        QVERIFY(epoch[0] != epoch[1]); // the others are drawn anew each epoch
    }

    void allExhausted()
    {
        const auto mixture = Mixture::make({ { 10, 1 }, { 25, 1 } }, 7, MixtureEnd::AllExhausted).value();
        QCOMPARE(mixture.counts(), Numbers({ 25, 25 }));
        std::map<uint64_t, int> times[2];
        for (uint64_t i = 0; i < mixture.size(); ++i) {
            const auto pick = mixture.at(0, i);
            ++times[pick.source][pick.row];
        }
        QCOMPARE(times[1].size(), size_t(25));
        QCOMPARE(times[0].size(), size_t(10));
        for (const auto& [row, count] : times[0])
            QVERIFY(count == 2 || count == 3); // round by round, none far behind
    }

    void edges()
    {
        QCOMPARE(code(Mixture::make({}, 1)), std::string("mixture_empty"));
        QCOMPARE(code(Mixture::make({ { 0, 1 } }, 1)), std::string("mixture_empty"));
        QCOMPARE(code(Mixture::make({ { 5, 0 } }, 1)), std::string("mixture_weight"));
        QCOMPARE(code(Mixture::make({ { 5, -1 }, { 5, 2 } }, 1)), std::string("mixture_weight"));
        QCOMPARE(code(Mixture::make({ { 5, std::nan("") } }, 1)), std::string("mixture_weight"));
        const auto unused = Mixture::make({ { 5, 1 }, { 0, 0 }, { 7, 0 } }, 1).value();
        QCOMPARE(unused.counts(), Numbers({ 5, 0, 0 }));
        for (const auto& [size, weight, want] : { std::tuple(300, 0.3, 1000), std::tuple(3, 0.1, 30) })
            QCOMPARE(Mixture::make({ { uint64_t(size), weight }, { 100000, 1 - weight } }, 1).value().size(),
                uint64_t(want));
        QVERIFY(Mixture::make({ { 40, 1 } }, 1).value().at(0, 3) != Mixture::make({ { 40, 1 } }, 2).value().at(0, 3)
            || Mixture::make({ { 40, 1 } }, 1).value().at(0, 4) != Mixture::make({ { 40, 1 } }, 2).value().at(0, 4));
    }

    void slices()
    {
        const RowSelection all = RowSelection::all(10);
        const auto slice = [&](const char* text) { return numbers(all.slice(text).value()); };
        QCOMPARE(slice("[2:5]"), Numbers({ 2, 3, 4 }));
        QCOMPARE(slice("7:"), Numbers({ 7, 8, 9 }));
        QCOMPARE(slice("[-2:]"), Numbers({ 8, 9 }));
        QCOMPARE(slice("[:-8]"), Numbers({ 0, 1 }));
        QCOMPARE(slice("[::4]"), Numbers({ 0, 4, 8 }));
        QCOMPARE(slice("[1:9:3]"), Numbers({ 1, 4, 7 }));
        QCOMPARE(slice("[20%:50%]"), Numbers({ 2, 3, 4 }));
        QCOMPARE(slice("[-10%:]"), Numbers({ 9 }));
        QCOMPARE(slice("[5:2]"), Numbers());
        QCOMPARE(slice("[-99:99]").size(), size_t(10));
        QCOMPARE(
            numbers(all.slice("[1::2]").value().slice("[1:4]").value()), Numbers({ 3, 5, 7 })); // a slice of a slice
        QCOMPARE(numbers(all.slice("[::2]").value().slice("[::2]").value()), Numbers({ 0, 4, 8 }));
        QCOMPARE(numbers(RowSelection::list({ 5, 1, 9, 3 }).slice("[::2]").value()), Numbers({ 5, 9 }));
        for (const char* bad :
            { "", "3", "[a:b]", "[1:2:0]", "[1:2:-1]", "[1:2:3:4]", "[1.5:2]", "[200%:]", "[99999999999999999999:]" })
            QCOMPARE(code(all.slice(bad)), std::string("slice_invalid"));
    }

    void passRates()
    {
        Files files;
        const auto data = importFiles(
            { files.write("a.jsonl",
                "{\"q\":0,\"m\":{\"rate\":0.1}}\n{\"q\":1,\"m\":{\"rate\":0.2}}\n{\"q\":2,\"m\":{\"rate\":null}}\n"
                "{\"q\":3,\"m\":{\"rate\":0.8}}\n{\"q\":4,\"m\":{\"rate\":1}}\n{\"q\":5}\n") },
            files.path("cache"))
                              .value();
        const auto filter = filterByPassRate(*data, RowSelection::all(6), "m.rate", 0.2, 0.8).value();
        QCOMPARE(numbers(filter.kept), Numbers({ 1, 3 }));
        QCOMPARE(filter.below, uint64_t(1));
        QCOMPARE(filter.above, uint64_t(1));
        QCOMPARE(filter.missing, uint64_t(2));
        QCOMPARE(code(filterByPassRate(*data, RowSelection::all(6), "absent", 0, 1)), std::string("filter_column"));
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(code(filterByPassRate(*data, RowSelection::all(6), "m.rate", 0, 1, stop.get_token())),
            std::string("cancelled"));
    }
};

QTEST_GUILESS_MAIN(TestMixture)
#include "tst_mixture.moc"
