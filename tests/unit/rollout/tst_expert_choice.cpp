// Which experts a token goes to, by hand. Many cases against the reference: golden/algorithms.

#include "core/rollout/expert_choice.h"

#include <QtTest>

#include <cmath>

using namespace aha;

namespace {

std::vector<int32_t> experts(const std::vector<ExpertChoice>& choices)
{
    std::vector<int32_t> all;
    for (const ExpertChoice& choice : choices)
        all.push_back(choice.expert);
    return all;
}
double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

} // namespace

class TestExpertChoice : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// The bias decides who is chosen, and not how much they weigh.
    void biasOnlyChooses()
    {
        const ExpertConfig c { .routed = 4, .chosen = 2, .scaling = 2.5 };
        const float logits[] = { 1, 2, 0, -1 }, none[] = { 0, 0, 0, 0 }, bias[] = { 0, -1, 0, 1 };
        QCOMPARE(experts(chooseExperts(c, logits, none)), (std::vector<int32_t> { 1, 0 }));
        const std::vector<ExpertChoice> moved = chooseExperts(c, logits, bias);
        QCOMPARE(experts(moved), (std::vector<int32_t> { 3, 0 }));
        const double sum = sigmoid(-1) + sigmoid(1);
        QVERIFY(std::abs(moved[0].weight - 2.5 * sigmoid(-1) / sum) < 1e-6);
        QVERIFY(std::abs(moved[1].weight - 2.5 * sigmoid(1) / sum) < 1e-6);
    }

    void withoutNormalising()
    {
        const ExpertConfig c { .routed = 4, .chosen = 2, .scaling = 2, .normalise = false };
        const float logits[] = { 1, 2, 0, -1 }, none[] = { 0, 0, 0, 0 };
        QVERIFY(std::abs(chooseExperts(c, logits, none)[0].weight - 2 * sigmoid(2)) < 1e-6);
    }

    /// The best single expert sits in a group whose two best are worse than another group's: it is out.
    void groupsByTheirTwoBest()
    {
        const ExpertConfig c { .routed = 6, .chosen = 2, .groups = 2, .chosenGroups = 1 };
        const float logits[] = { 3, -4, -4, 1, 1.5f, -4 }, none[] = { 0, 0, 0, 0, 0, 0 };
        QCOMPARE(experts(chooseExperts(c, logits, none)), (std::vector<int32_t> { 4, 3 }));
        // Biased scores below 0 in the chosen group still come before anything of the others.
        const float low[] = { -2, -2, -2, -1, -1, -1 };
        QCOMPARE(experts(chooseExperts(c, logits, low)), (std::vector<int32_t> { 4, 3 }));
    }
};

QTEST_GUILESS_MAIN(TestExpertChoice)
#include "tst_expert_choice.moc"
