// The word that turned a miss into the right result, on problems with one number for an answer and without.

#include "core/trace/turning_word.h"

#include <QtTest>

using namespace aha;

namespace {

/// The word, or "".
std::string turn(const std::string& text, const char* item)
{
    static const Lexicon lexicon = *Lexicon::parse("wait\nno\nhowever\ncheck\n");
    const std::vector<WordHit> words = lexicon.find(text);
    const TraceBehaviour behaviour = analyseBehaviour(text, behaviourProblem(item), words);
    const int found = turningWord(statedResults(behaviour, item), words);
    return found < 0 ? "" : text.substr(words[size_t(found)].begin, words[size_t(found)].end - words[size_t(found)].begin);
}

constexpr const char* kGsm8k = R"({"gold":"She has 3 * 24 = 72.\n#### 72"})";

} // namespace

class TestTurningWord : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aWrongCalculationIsMended()
    {
        QCOMPARE(turn("3 * 24 = 62. wait, 3 * 24 = 72", kGsm8k), std::string("wait"));
        QCOMPARE(turn("3 * 24 = 62. wait. check: 3 * 24 = 72", kGsm8k), std::string("check")); // the last before it
        QCOMPARE(turn("17 * 24 = 398 wait 17 * 24 = 408", R"({"expression":"17*24","value":408})"), std::string("wait"));
        QCOMPARE(turn("10 / 4 = 2 wait 10 / 4 = 2.5", R"({"gold":2.5})"), std::string("wait"));
        QCOMPARE(turn("2 - 20 = -8 wait 2 - 20 = -18", R"({"gold":" $-18 "})"), std::string("wait"));
        QCOMPARE(turn("600 * 2 = 120 wait 600 * 2 = 1200", R"({"gold":"1,200"})"), std::string("wait"));
    }

    void aResultIsRefused()
    {
        QCOMPARE(turn("3 + 24 = 27 is wrong. wait, 3 * 24 = 72", kGsm8k), std::string("wait"));
        QCOMPARE(turn("3 + 24 = 27. However 3 * 24 = 72", kGsm8k), std::string()); // a step on the way
    }

    void noTurn()
    {
        QCOMPARE(turn("3 * 24 = 72. wait, 3 * 24 = 72", kGsm8k), std::string()); // right at once
        QCOMPARE(turn("3 * 24 = 62, 3 * 24 = 72", kGsm8k), std::string()); // no word
        QCOMPARE(turn("3 * 24 = 62 wait 3 * 20 = 60", kGsm8k), std::string()); // mended, and not the answer
        QCOMPARE(turn("", kGsm8k), std::string());
    }

    /// Where the answer is not a number, the same calculation made right is all that can be seen.
    void anUnknownAnswer()
    {
        for (const char* item : { "", "{}", R"({"gold":"x + 1"})", R"({"gold":null})", R"({"gold":[1]})" }) {
            QCOMPARE(turn("3 * 24 = 62 wait 24 * 3 = 72", item), std::string("wait"));
            QCOMPARE(turn("3 * 24 = 62 wait 3 * 20 = 60", item), std::string());
        }
    }
};

QTEST_GUILESS_MAIN(TestTurningWord)
#include "tst_turning_word.moc"
