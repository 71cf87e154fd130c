// pass@k, the Wilson interval and the majority vote against exact values.

#include "core/base/statistics.h"
#include "tests/support/golden.h"

#include <QtTest>

using namespace aha;
using golden::Json;

class GoldenStatistics : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void statistics()
    {
        const std::vector<Json> cases = golden::cases("algorithms/statistics");
        QVERIFY(!cases.empty());
        int checked = 0;
        for (const Json& c : cases) {
            const std::string name = c["name"];
            if (c["inputs"].contains("x_n_z")) {
                const Json& expected = c["expected"];
                const Json& intervals = expected.begin().value();
                for (size_t i = 0; i < c["inputs"]["x_n_z"].size(); ++i) {
                    const Json& in = c["inputs"]["x_n_z"][i];
                    const auto [low, high] = wilsonInterval(in[0], in[1], in[2]);
                    const Json& want = intervals.is_array() && intervals[i].is_array()
                        ? intervals[i]
                        : Json::array({ expected["low"][i], expected["high"][i] });
                    QVERIFY2(golden::close(low, want[0].get<double>(), 1e-12)
                            && golden::close(high, want[1].get<double>(), 1e-12),
                        name.c_str());
                }
            } else if (c["inputs"].contains("n_c_k")) {
                for (size_t i = 0; i < c["inputs"]["n_c_k"].size(); ++i) {
                    const Json& in = c["inputs"]["n_c_k"][i];
                    QVERIFY2(golden::close(
                                 passAtK(in[0], in[1], in[2]), c["expected"].begin().value()[i].get<double>(), 1e-12),
                        name.c_str());
                }
            } else if (c["inputs"].contains("n_and_correct_counts")) {
                const std::vector<int> ks = c["config"]["k"];
                for (size_t i = 0; i < c["inputs"]["n_and_correct_counts"].size(); ++i) {
                    const Json& in = c["inputs"]["n_and_correct_counts"][i];
                    for (size_t k = 0; k < ks.size(); ++k) {
                        double sum = 0;
                        for (const Json& right : in[1])
                            sum += passAtK(in[0], right, ks[k]);
                        QVERIFY2(golden::close(
                                     sum / double(in[1].size()), c["expected"]["pass_at_k"][i][k].get<double>(), 1e-12),
                            name.c_str());
                    }
                }
            } else if (c["inputs"].contains("votes")) {
                for (size_t i = 0; i < c["inputs"]["votes"].size(); ++i) {
                    const Json &vote = c["inputs"]["votes"][i], &want = c["expected"]["results"][i];
                    std::vector<std::optional<std::string>> answers;
                    for (const Json& answer : vote["answers"])
                        answers.push_back(answer.is_null() ? std::nullopt : std::optional(answer.get<std::string>()));
                    const std::optional<size_t> winner = majorityVote(answers);
                    QVERIFY2((winner ? Json(*answers[*winner]) : Json()) == want["winner_first_seen"], name.c_str());
                    QVERIFY2((winner && *answers[*winner] == vote["gold"]) == want["correct_first_seen"].get<bool>(),
                        name.c_str());
                }
            } else {
                QFAIL(("unknown golden case: " + name).c_str());
            }
            ++checked;
        }
        QVERIFY(checked > 0);
        qInfo("golden algorithms/statistics: %d cases", checked);
    }
};

QTEST_GUILESS_MAIN(GoldenStatistics)
#include "tst_golden_statistics.moc"
