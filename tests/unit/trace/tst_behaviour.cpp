// What a trace does, on traces made by hand: attempts, verdicts, what follows a reflection word.

#include "core/trace/behaviour.h"

#include "core/base/rng.h"

#include <QtTest>

using namespace aha;

namespace {

const BehaviourProblem kProblem { { 5, 9, 6 }, 39 };

Lexicon lexicon()
{
    return orThrow(Lexicon::parse("wait\ten\ncheck\ten\nretry\ten\nhowever\ten\nmistake\ten\n等等\tzh\n检查\tzh\n"));
}

TraceBehaviour look(const std::string& text, const BehaviourProblem& problem = kProblem)
{
    return analyseBehaviour(text, problem, lexicon().find(text));
}

} // namespace

class TestBehaviour : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theThirdAttemptHits()
    {
        const std::string text = "<think> 5 * 9 = 45 , 45 + 6 = 51 no wait 5 + 9 = 14 , 14 + 6 = 21 不对 等等 9 * 5 = "
                                 "45 , 45 - 6 = 39 yes </think> <answer> ( 5 * 9 ) - 6 = 3 </answer>";
        const TraceBehaviour b = look(text);
        QCOMPARE(b.counts.calculations, 6); // the answer is not reasoning
        QCOMPARE(b.counts.wrongCalculations, 1);
        QCOMPARE(b.attempts.size(), size_t(3));
        QVERIFY(b.attempts[0].right && b.attempts[0].complete && !b.attempts[0].hits);
        QVERIFY(!b.attempts[1].right && !b.attempts[1].hits);
        QVERIFY(b.attempts[2].hits);
        QCOMPARE(b.counts.hits, 1);
        QCOMPARE(b.counts.verifications, 3); // no, 不对, yes
        QCOMPARE(b.counts.wrongVerifications, 0);
        QCOMPARE(b.counts.backtracks, 2);
        QCOMPARE(b.counts.subGoals, 3);
        QCOMPARE(b.counts.enumerations, 1);
        QCOMPARE(b.reflections.size(), size_t(2));
        QVERIFY(b.reflections[0].after == ReflectionEffect::New && !b.reflections[0].right && b.reflections[0].checks);
        QVERIFY(b.reflections[1].after == ReflectionEffect::New && b.reflections[1].right && b.reflections[1].checks);
        QCOMPARE(
            text.substr(b.reflections[1].begin, b.reflections[1].end - b.reflections[1].begin), std::string("等等"));
    }

    void wordsThatChangeNothing()
    {
        const TraceBehaviour b = look("5 * 9 = 45 , 45 + 6 = 51 no wait 9 * 5 = 45 , 45 + 6 = 51 no retry 5 + 9 = 14 , "
                                      "14 - 6 = 8 no check 5 * 9 = 45 , 45 + 6 = 51 no wait");
        QCOMPARE(b.counts.attempts, 4);
        QCOMPARE(b.counts.repeatedAttempts, 2);
        QCOMPARE(b.attempts[1].repeats, 0); // 9 * 5 is 5 * 9
        QCOMPARE(b.attempts[3].repeats, 0);
        QCOMPARE(b.counts.reflections, 4);
        QCOMPARE(b.counts.reflectionsRepeat, 2);
        QCOMPARE(b.counts.reflectionsNew, 1);
        QCOMPARE(b.counts.reflectionsNothing, 1); // nothing follows the last "wait"
        QCOMPARE(b.counts.enumerations, 0); // repeated attempts list nothing
    }

    void falseVerdicts()
    {
        const TraceBehaviour yes = look("5 * 9 = 45 , 45 + 6 = 51 yes");
        QCOMPARE(yes.counts.verifications, 1);
        QCOMPARE(yes.counts.wrongVerifications, 1);
        const TraceBehaviour no = look("wait 5 * 9 = 45 , 45 - 6 = 39 no");
        QCOMPARE(no.counts.wrongVerifications, 1);
        QVERIFY(!no.reflections[0].checks); // it says no to what is right
        const TraceBehaviour wrong = look("5 * 9 = 44 , 44 - 5 = 39 yes");
        QCOMPARE(wrong.counts.hits, 0);
        QCOMPARE(wrong.counts.wrongVerifications, 1);
    }

    void calculatedAgain()
    {
        const TraceBehaviour b = look("45 - 6 = 39 . wait , check 45 - 6 = 39 fine", {});
        QCOMPARE(b.counts.attempts, 2);
        QCOMPARE(b.counts.verifications, 1);
        QCOMPARE(b.reflections.size(), size_t(1)); // "wait , check" is one
        QCOMPARE(b.counts.reflectionWords, 2);
        QVERIFY(b.reflections[0].checks);
        QCOMPARE(int(b.reflections[0].after), int(ReflectionEffect::Repeats));
    }

    /// Whoever shows both numbers can say why they differ.
    void wordsAndReflections()
    {
        const TraceBehaviour b = look("5 + 9 = 14 no wait 等等 5 * 9 = 45 yes </think> check");
        QCOMPARE(b.counts.reflections, 1);
        QCOMPARE(b.counts.reflectionWords, 2);
        QCOMPARE(b.counts.wordsAfterThinking, 1);
    }

    void incompleteAttempts()
    {
        const TraceBehaviour b = look("9 - 5 = 4 no wait 33 + 6 = 39 yes");
        QVERIFY(!b.attempts[0].complete && !b.attempts[1].complete);
        QCOMPARE(b.counts.hits, 0); // 39, but not of the three numbers
        QCOMPARE(b.counts.wrongVerifications, 1);
        const TraceBehaviour four = look("1 + 2 = 3 , 4 * 5 = 20 , 3 * 20 = 60 yes", { { 1, 2, 4, 5 }, 60 });
        QCOMPARE(four.counts.attempts, 1);
        QVERIFY(four.attempts[0].hits);
        QCOMPARE(four.counts.subGoals, 1);
    }

    void prose()
    {
        const TraceBehaviour b = look(
            "First we need to find the age of Tom. Tom is twice as old as Ann. Wait, Tom is twice as old as Ann. "
            "However, maybe the sister is meant and nobody said how old she is. Let me check the question. "
            "Alternatively try another reading. Wait.",
            {});
        QCOMPARE(b.counts.calculations, 0);
        QCOMPARE(b.counts.subGoals, 2);
        QCOMPARE(b.counts.backtracks, 2);
        QVERIFY(b.counts.verifications >= 1);
        QVERIFY(b.reflections[0].after == ReflectionEffect::Repeats && !b.reflections[0].calculates);
        QVERIFY(b.reflections[1].after == ReflectionEffect::New);
        QVERIFY(b.reflections.back().after == ReflectionEffect::Nothing);
        QCOMPARE(look("Case 1: a. Case 2: b. Case 3: c.", {}).counts.enumerations, 1);
        QCOMPARE(look("Case 1: a. Case 2: b.", {}).counts.enumerations, 0);
    }

    void problems()
    {
        const BehaviourProblem countdown = behaviourProblem("{\"numbers\":[5,9,6],\"target\":39}");
        QCOMPARE(countdown.numbers, kProblem.numbers);
        QCOMPARE(countdown.target.value(), int64_t(39));
        QCOMPARE(behaviourProblem("{\"expression\":\"7 + 5\",\"value\":12}").target.value(), int64_t(12));
        for (const char* text : { "", "[", "[1]", "{\"numbers\":3,\"target\":\"x\"}", "{\"gold\":\"7\"}" }) {
            QVERIFY(!behaviourProblem(text).target);
            QVERIFY(behaviourProblem(text).numbers.empty());
        }
        QVERIFY(!behaviourProblem(std::string(100'000, '[')).target);
    }

    void hostileText()
    {
        Rng rng(1, Purpose::Problem);
        static const char* const parts[] = { "5 * 9 = 45 ", ", ", "no ", "yes ", "wait ", "等等", "\xE7", "</think>",
            "= ", "45 - 6 = 39 ", "\n", "try again ", "case 1 " };
        for (int round = 0; round < 300; ++round) {
            std::string text;
            for (int i = 0; i < 40; ++i)
                text += parts[rng.below(std::size(parts))];
            const TraceBehaviour b = look(text);
            size_t last = 0;
            for (const BehaviourPlace& place : b.places) {
                QVERIFY(place.begin >= last && place.begin <= place.end && place.end <= text.size());
                last = place.begin;
            }
            for (const ReflectionEffect& effect : b.reflections)
                QVERIFY(effect.begin < effect.end && effect.end <= effect.reach && effect.reach <= text.size());
            QCOMPARE(b.counts.reflections,
                b.counts.reflectionsNew + b.counts.reflectionsRepeat + b.counts.reflectionsNothing);
        }
    }
};

QTEST_APPLESS_MAIN(TestBehaviour)
#include "tst_behaviour.moc"
