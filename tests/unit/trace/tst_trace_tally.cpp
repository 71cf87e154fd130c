// The traces of a step in numbers: words, places, scripts, groups, examples.

#include "core/trace/trace_tally.h"

#include <QTest>

#include <numeric>

using namespace aha;

namespace {

Lexicon lexicon() { return orThrow(Lexicon::parse("wait\ten\nbut\ten\n等等\tzh\n")); }

} // namespace

class TestTraceTally : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void countsRightAndWrongApart()
    {
        const Lexicon words = lexicon();
        StepTallier tallier(words, 7);
        tallier.add({ 1, 10, true, 5, "wait one two but three wait" });
        tallier.add({ 2, 10, false, 3, "one two" });
        tallier.add({ 3, 11, false, 4, "one 等等 two" });
        const StepTally tally = tallier.finish();
        QCOMPARE(tally.step, 7);
        QCOMPARE(tally.traces(), 3);
        const TraceSums &wrong = tally.of[0], &right = tally.of[1];
        QCOMPARE(right.traces, 1);
        QCOMPARE(right.tokens, 5);
        QCOMPARE(right.reflections, 3);
        QCOMPARE(right.words, (std::vector<int64_t> { 2, 1, 0 }));
        QCOMPARE(right.tracesWithWord, (std::vector<int64_t> { 1, 1, 0 }));
        QCOMPARE(wrong.traces, 2);
        QCOMPARE(wrong.tokens, 7);
        QCOMPARE(wrong.reflecting, 1);
        QCOMPARE(wrong.words, (std::vector<int64_t> { 0, 0, 1 }));
        QCOMPARE(wrong.mixed, 1);
        QCOMPARE(wrong.mixedTokens, 4);
        QCOMPARE(right.mixed, 0);
        const auto of = [](WritingSystem script) { return size_t(script); };
        QCOMPARE(wrong.tracesWithScript[of(WritingSystem::Latin)], 2);
        QCOMPARE(wrong.tracesWithScript[of(WritingSystem::Han)], 1);
        QCOMPARE(wrong.scriptWords[of(WritingSystem::Latin)], 4);
        QCOMPARE(wrong.scriptWords[of(WritingSystem::Han)], 2);
        QCOMPARE(std::accumulate(wrong.scriptWords.begin(), wrong.scriptWords.end(), int64_t(0)), 6);
        // Bytes 0, 13 and 23 of 27.
        QCOMPARE(right.positions[0], 1);
        QCOMPARE(right.positions[17], 1);
        QCOMPARE(right.positions[9], 1);
        QCOMPARE(std::accumulate(right.positions.begin(), right.positions.end(), int64_t(0)), 3);
    }

    /// Neither right nor wrong, and in none of the other numbers; steps added up keep the count.
    void failedTracesStandApart()
    {
        const Lexicon words = lexicon();
        StepTallier one(words, 1), two(words, 2);
        one.add({ 1, 10, true, 5, "wait" });
        one.addFailed();
        two.addFailed();
        two.addFailed();
        StepTally tally = one.finish();
        const StepTally next = two.finish();
        QCOMPARE(tally.traces(), 1);
        QCOMPARE(tally.failed, 1);
        QVERIFY(next.traces() == 0 && !next.isEmpty() && StepTallier(words, 3).finish().isEmpty());
        tally.append(next);
        QCOMPARE(tally.traces(), 1);
        QCOMPARE(tally.failed, 3);
        QCOMPARE(tally.reflecting.size(), size_t(1));
    }

    /// What nobody judges has words and languages, and is in no rate of right ones.
    void unjudgedTracesAreNotWrong()
    {
        const Lexicon words = lexicon();
        StepTallier tallier(words, 1);
        tallier.add({ 1, 10, true, 5, "wait" });
        tallier.add({ 2, 10, std::nullopt, 7, "wait 等等 but" });
        tallier.add({ 3, 11, std::nullopt, 2, "one" });
        StepTally tally = tallier.finish();
        QCOMPARE(tally.traces(), 3);
        QCOMPARE(tally.judged(), 1);
        QCOMPARE(tally.of[kWrongTrace].traces, 0);
        QCOMPARE(tally.of[kUnjudgedTrace].traces, 2);
        QCOMPARE(tally.of[kUnjudgedTrace].reflections, 3);
        QCOMPARE(allOf(tally.of).reflections, 4);
        QCOMPARE(allOf(tally.of).tokens, 14);
        const std::optional<bool> verdict = tally.examples.back().correct;
        QVERIFY(!verdict.has_value());
        // All count in the share that mixes, the judged one alone in the share that is right.
        QCOMPARE(shareOfKind(tally.mixing).n, 3);
        QCOMPARE(shareOfKind(tally.mixing).share, 1 / 3.0);
        QCOMPARE(shareRight(tally.mixing).n, 1);
        QCOMPARE(shareRight(tally.mixing).share, 1.0);
        QVERIFY(!pooledRates(tally.mixing)); // no mixed trace was judged
        tally.append(StepTally(tally));
        QCOMPARE(tally.judged(), 2);
        QCOMPARE(tally.mixing.size(), size_t(2)); // a group of unjudged traces is not one of wrong ones
        QCOMPARE(shareOfKind(tally.mixing).n, 6);
    }

    /// A switch stands where a word of another language follows, also in a trace that goes on in the second one.
    void switchesHaveTheirPlace()
    {
        const Lexicon words = lexicon();
        StepTallier tallier(words, 1);
        tallier.add({ 1, 5, true, 4, "one two three 等等 一下 ok" }); // at bytes 14 and 28 of 30
        tallier.add({ 2, 5, true, 4, "one two three" });
        StepTally tally = tallier.finish();
        QCOMPARE(tally.of[1].switches, 2);
        QCOMPARE(tally.of[1].switchPositions[9], 1);
        QCOMPARE(tally.of[1].switchPositions[18], 1);
        QCOMPARE(tally.of[0].switches, 0);
        tally.of[0].add(tally.of[1]);
        tally.of[0].add(tally.of[1]);
        QCOMPARE(tally.of[0].switches, 4);
        QCOMPARE(
            std::accumulate(tally.of[0].switchPositions.begin(), tally.of[0].switchPositions.end(), int64_t(0)), 4);
    }

    /// Every script that Traces tells apart, not "other".
    void scriptsAreToldApart()
    {
        const Lexicon words = lexicon();
        StepTallier tallier(words, 1);
        tallier.add({ 1, 5, false, 4, "wait подожди 잠깐만 подожди カナ" });
        tallier.add({ 2, 5, false, 4, "нетνα" }); // one word of two scripts
        const TraceSums sums = tallier.finish().of[0];
        const auto count = [&](WritingSystem script) { return sums.scriptWords[size_t(script)]; };
        QCOMPARE(count(WritingSystem::Latin), 1);
        QCOMPARE(count(WritingSystem::Cyrillic), 3);
        QCOMPARE(count(WritingSystem::Hangul), 1);
        QCOMPARE(count(WritingSystem::Kana), 1);
        QCOMPARE(count(WritingSystem::Greek), 1);
        QCOMPARE(count(WritingSystem::Other), 0);
        QCOMPARE(sums.tracesWithScript[size_t(WritingSystem::Cyrillic)], 2);
        QCOMPARE(sums.tracesWithScript[size_t(WritingSystem::Hangul)], 1);
        QCOMPARE(sums.mixed, 1); // what mixes is what the language metrics say
    }

    void kindsAreCountedOnceATrace()
    {
        const Lexicon words = orThrow(Lexicon::parse("wait\ten\thesitation\nhmm\ten\thesitation\ncheck\ten\tcheck\n"));
        StepTallier tallier(words, 1);
        tallier.add({ 1, 10, true, 5, "wait hmm wait" });
        tallier.add({ 2, 10, true, 5, "hmm check" });
        StepTally tally = tallier.finish();
        tally.of[1].add(tally.of[0]);
        QCOMPARE(tally.of[1].wordsOfKind[size_t(ReflectionKind::Hesitation)], 4);
        QCOMPARE(tally.of[1].tracesWithKind[size_t(ReflectionKind::Hesitation)], 2);
        QCOMPARE(tally.of[1].wordsOfKind[size_t(ReflectionKind::Check)], 1);
        QCOMPARE(tally.of[1].tracesWithKind[size_t(ReflectionKind::Check)], 1);
        tally.of[0].add(tally.of[1]);
        QCOMPARE(tally.of[0].tracesWithKind[size_t(ReflectionKind::Hesitation)], 2);
    }

    void groupsAreTheUnit()
    {
        const Lexicon words = lexicon();
        StepTallier tallier(words, 1);
        tallier.add({ 4, 6, false, 1, "wait 好" }); // groups stand in the order of their ids, whichever comes first
        tallier.add({ 1, 5, true, 1, "wait" });
        tallier.add({ 2, 5, false, 1, "no" });
        tallier.add({ 3, 5, true, 1, "no" });
        const StepTally tally = tallier.finish();
        QCOMPARE(tally.reflecting.size(), size_t(2));
        QCOMPARE(tally.reflecting[0].of, 1);
        QCOMPARE(tally.reflecting[0].right, 1);
        QCOMPARE(tally.reflecting[0].others, 2);
        QCOMPARE(tally.reflecting[0].othersRight, 1);
        QCOMPARE(tally.mixing[0].of, 0);
        QCOMPARE(tally.mixing[1].of, 1);
        QCOMPARE(tally.mixing[1].right, 0);
    }

    void oneExampleOfEachKind()
    {
        const Lexicon words = lexicon();
        StepTallier tallier(words, 3);
        tallier.add({ 1, 5, true, 1, "a wait" });
        tallier.add({ 2, 5, true, 1, "b wait" });
        tallier.add({ 3, 5, false, 1, "c wait 好" });
        std::vector<TraceExample> found = tallier.finish().examples;
        std::erase_if(found, [](const TraceExample& e) { return e.kind < kMixedExample; }); // behaviours: see there
        QCOMPARE(found.size(), size_t(3)); // wait right, wait wrong, mixed wrong
        QCOMPARE(found[0].id, 1);
        QCOMPARE(found[0].kind, 0);
        QVERIFY(found[0].correct);
        QCOMPARE(found[2].kind, kMixedExample);
        QCOMPARE(found[2].step, 3);
        QCOMPARE(found[2].excerpt, std::string("c wait 好"));
    }

    /// What a trace does is added up per verdict, with an example of each kind.
    void behaviour()
    {
        const Lexicon words = lexicon();
        const BehaviourProblem problem = behaviourProblem("{\"numbers\":[5,9,6],\"target\":39}");
        StepTallier tallier(words, 2);
        const std::string text = "<think> 5 * 9 = 45 , 45 + 6 = 51 no wait 5 * 9 = 45 , 45 - 6 = 39 yes </think>";
        tallier.add({ 1, 5, true, 9, text, &problem });
        tallier.add({ 2, 5, true, 9, text, &problem });
        tallier.add({ 3, 5, false, 9, "<think> 5 + 9 = 15 , 15 + 6 = 21", &problem });
        const StepTally tally = tallier.finish();
        const BehaviourSums &right = tally.of[1].behaviour, &wrong = tally.of[0].behaviour;
        const BehaviourCounts one = analyseBehaviour(text, problem, words.find(text)).counts;
        QVERIFY(one.attempts == 2 && one.hits == 1 && one.backtracks > 0 && one.reflectionsNew == 1);
        QCOMPARE(right.attempts, 2 * one.attempts);
        QCOMPARE(right.hits, 2);
        QCOMPARE(right.backtracks, 2 * one.backtracks);
        QCOMPARE(right.reflectionsNew, 2);
        QCOMPARE(right.tracesWith[size_t(Behaviour::Backtracking)], 2);
        QCOMPARE(wrong.wrongCalculations, 1);
        QCOMPARE(wrong.hits, 0);
        const auto has = [&](int kind, bool correct) {
            return std::any_of(tally.examples.begin(), tally.examples.end(),
                [&](const TraceExample& e) { return e.kind == kind && e.correct == correct; });
        };
        QVERIFY(has(behaviourExample(Behaviour::Backtracking), true));
        QVERIFY(has(kNewAfterReflectionExample, true) && !has(kNewAfterReflectionExample, false));
        QVERIFY(has(kWrongCalculationExample, false));
    }

    void excerptsKeepCharactersWhole()
    {
        const std::string text = "等等等等wait等等等等";
        const std::string excerpt = excerptOf(text, 12, 16, 4, 4);
        QCOMPARE(excerpt, std::string("…等wait等…"));
        QCOMPARE(excerptOf("wait", 0, 4, 60, 60), std::string("wait"));
        QCOMPARE(
            excerptOf("\x80\x80\x80wait\x80\x80", 3, 7, 1, 1), std::string("…wait…")); // broken UTF-8: no endless loop
    }

    void emptyAndHostile()
    {
        const Lexicon words = lexicon();
        StepTallier tallier(words, 3);
        tallier.add({ 1, 5, true, 0, "" });
        tallier.add({ 2, 5, true, 9, std::string_view("\xFF\x00wait", 6) });
        const StepTally tally = tallier.finish();
        QCOMPARE(tally.of[1].traces, 2);
        QCOMPARE(tally.of[1].reflections, 1);
    }

    void shelfKeepsThemSpread()
    {
        ExampleShelf shelf;
        for (int i = 0; i < 1000; ++i)
            shelf.offer({ 0, i, i, false, {} });
        const auto& kept = shelf.examples();
        QVERIFY(kept.size() <= ExampleShelf::kMost && kept.size() > ExampleShelf::kMost / 4);
        QCOMPARE(kept.front().id, 0);
        const int64_t stride = kept[1].id - kept[0].id;
        for (size_t i = 1; i < kept.size(); ++i)
            QCOMPARE(kept[i].id - kept[i - 1].id, stride);
        QVERIFY(kept.back().id + stride >= 1000);
    }

    void sumsAdd()
    {
        TraceSums a, b;
        a.words = { 1 };
        b.words = { 2, 3 };
        a.traces = 1, b.traces = 2, b.positions[4] = 5, b.mixed = 1, b.mixedTokens = 9;
        a.add(b);
        QCOMPARE(a.traces, 3);
        QCOMPARE(a.words, (std::vector<int64_t> { 3, 3 }));
        QCOMPARE(a.positions[4], 5);
        QCOMPARE(a.mixed, 1);
        QCOMPARE(a.mixedTokens, 9);
    }

    /// Twice as many steps, the same memory: neighbours are counted together, and no count is lost.
    void aLongRunKeepsItsBound()
    {
        const Lexicon words = lexicon();
        constexpr int64_t kSteps = 2 * StepTallies::kMost + 5;
        StepTallies tallies;
        StepTally whole;
        std::shared_ptr<const StepTally> shared;
        for (int64_t step = 1; step <= kSteps; ++step) {
            StepTallier tallier(words, step);
            tallier.add({ step, step, step % 3 == 0, int(step % 7), step % 2 ? "wait one" : "one 等等" });
            const StepTally one = tallier.finish();
            step == 1 ? void(whole = one) : whole.append(one);
            tallies.append(one);
            if (step == 10) {
                shared = tallies.all().back();
                QCOMPARE(tallies.stepsEach(), 1);
                QCOMPARE(shared->first, 10);
            }
            if (tallies.all().size() > StepTallies::kMost)
                QFAIL("more than the bound");
        }
        QCOMPARE(tallies.stepsEach(), 4);
        QCOMPARE(tallies.counted(), kSteps);
        QCOMPARE(shared->step, 10); // what a reader holds stays as it was
        QCOMPARE(shared->traces(), 1);
        StepTally sum = *tallies.all().front();
        int64_t before = sum.step;
        for (size_t i = 1; i < tallies.all().size(); ++i) {
            const StepTally& next = *tallies.all()[i];
            QCOMPARE(next.first, before + 1);
            QVERIFY(next.steps == 4 || i + 1 == tallies.all().size());
            before = next.step;
            sum.append(next);
        }
        QCOMPARE(before, kSteps);
        QCOMPARE(sum.first, 1);
        for (const size_t right : { 0, 1 }) {
            QCOMPARE(sum.of[right].traces, whole.of[right].traces);
            QCOMPARE(sum.of[right].tokens, whole.of[right].tokens);
            QCOMPARE(sum.of[right].words, whole.of[right].words);
            QCOMPARE(sum.of[right].mixed, whole.of[right].mixed);
            QCOMPARE(sum.of[right].switches, whole.of[right].switches);
            QCOMPARE(sum.of[right].switchPositions, whole.of[right].switchPositions);
            QCOMPARE(sum.of[right].scriptWords, whole.of[right].scriptWords);
        }
        // Every group is one of four: right or wrong, mixed or not.
        QCOMPARE(sum.mixing.size(), size_t(4));
        int64_t groups = 0, right = 0;
        for (const ClusterCounts& c : sum.mixing) {
            groups += c.times;
            right += c.times * (c.right + c.othersRight);
        }
        QCOMPARE(groups, kSteps);
        QCOMPARE(right, whole.of[1].traces);
    }
};

QTEST_GUILESS_MAIN(TestTraceTally)
#include "tst_trace_tally.moc"
