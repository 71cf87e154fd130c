// Every search against a tree worked out by hand. Steps are letters: the model below proposes those of a list in turn,
// and a path's score stands in a table.

#include "core/search/answer_choice.h"
#include "core/search/best_of_n.h"
#include "core/search/diverse_tree_search.h"
#include "core/search/value_tree_search.h"

#include <QtTest>

#include <cmath>
#include <map>

using namespace aha;

namespace {

/// Proposes, at a place reached by `path`, the letters of proposals[path], one after the other and over again. A letter
/// in capitals ends a solution; so does everything asked for to the end.
class Script final : public StepModel {
public:
    std::map<std::string, std::string> proposals;
    std::map<std::string, double> scores; ///< of paths; others 0
    std::map<char, double> logprobs;
    std::map<std::string, char> greedy; ///< the likeliest step of a path
    std::vector<std::string> asked, lookedFrom; ///< paths that were extended, and looked ahead from, in order

    static std::string text(const std::vector<int32_t>& ids) { return { ids.begin(), ids.end() }; }

    std::vector<SolutionStep> extend(
        const std::vector<SolutionTree>& trees, const std::vector<SolutionPlace>& places, bool toEnd) override
    {
        std::vector<SolutionStep> steps;
        for (const SolutionPlace& place : places) {
            const std::string path = text(trees[place.tree].ids(place.node));
            const std::string& list = proposals.count(path) ? proposals[path] : proposals["*"];
            const char letter = list[size_t(m_turn[{ place.tree, path }]++) % list.size()];
            asked.push_back(path);
            steps.push_back({ { letter }, toEnd || std::isupper(letter) != 0, false, logprobs[letter] });
        }
        return steps;
    }
    std::vector<SolutionStep> likeliest(
        const std::vector<SolutionTree>& trees, const std::vector<SolutionPlace>& places) override
    {
        std::vector<SolutionStep> steps;
        for (const SolutionPlace& place : places) {
            lookedFrom.push_back(text(trees[place.tree].ids(place.node)));
            const char letter = greedy.at(lookedFrom.back());
            steps.push_back({ { letter }, std::isupper(letter) != 0, false, 0 });
        }
        return steps;
    }
    std::vector<double> score(const std::vector<SolutionTree>& trees, const std::vector<SolutionPlace>& places) override
    {
        std::vector<double> all;
        for (const SolutionPlace& place : places)
            all.push_back(scores[text(trees[place.tree].ids(place.node))]);
        return all;
    }

private:
    std::map<std::pair<size_t, std::string>, int> m_turn;
};

std::vector<std::string> candidates(const SearchResult& result, size_t problem = 0)
{
    std::vector<std::string> all;
    for (const size_t node : result.candidates[problem])
        all.push_back(Script::text(result.trees[problem].ids(node)));
    return all;
}

using Texts = std::vector<std::string>;

} // namespace

class TestSearch : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void choices()
    {
        // a: 0.9; b: 0.5 + 0.6; c three times at 0.1; none at 0.95
        const std::vector<AnsweredSolution> all { { "c", 0.1 }, { "b", 0.5 }, { "a", 0.9 }, { "c", 0.1 }, { "b", 0.6 },
            { "c", 0.1 }, { std::nullopt, 0.95 } };
        QCOMPARE(chooseAnswer(all, AnswerChoice::Best), std::optional<size_t>(6));
        QCOMPARE(chooseAnswer(all, AnswerChoice::Weighted), std::optional<size_t>(1));
        QCOMPARE(chooseAnswer(all, AnswerChoice::Majority), std::optional<size_t>(0));
        QCOMPARE(chooseAnswer({}, AnswerChoice::Best), std::nullopt);
        QCOMPARE(chooseAnswer({ { std::nullopt, 1 } }, AnswerChoice::Weighted), std::nullopt);
        QCOMPARE(chooseAnswer({ { "x", 0 }, { "y", 0 } }, AnswerChoice::Best), std::optional<size_t>(0)); // the first
    }

    void samplesAreIndependentAndWhole()
    {
        Script model;
        model.proposals[""] = "ABC";
        const SearchResult r = sampleSolutions(model, 2, 4);
        QCOMPARE(candidates(r, 0), Texts({ "A", "B", "C", "A" }));
        QCOMPARE(candidates(r, 1), Texts({ "A", "B", "C", "A" }));
        QCOMPARE(r.trees[0].tokens(), 4);
    }

    void beams()
    {
        // N = 4, M = 2: the best two of four go on, each twice.
        Script model;
        model.proposals = { { "", "abcd" }, { "b", "eF" }, { "d", "gh" }, { "dg", "IJ" }, { "be", "KL" } };
        model.scores = { { "a", 0.1 }, { "b", 0.7 }, { "c", 0.2 }, { "d", 0.8 }, { "be", 0.5 }, { "bF", 0.9 },
            { "dg", 0.6 }, { "dh", 0.3 } };
        const SearchResult r = beamSearch(model, 1, { 4, 2, 10 });
        // Round 1 at the root four times; round 2 from d, b, d, b (best first, repeated): g e h F. F ends. Of g .6, e
        // .5, h .3 the best two: dg, be. Round 3: all four end.
        QCOMPARE(model.asked, Texts({ "", "", "", "", "d", "b", "d", "b", "dg", "be", "dg", "be" }));
        QCOMPARE(candidates(r), Texts({ "bF", "dgI", "beK", "dgJ" })); // the first four of five
        const SolutionTree& tree = r.trees[0];
        QCOMPARE(tree.size(), size_t(13));
        QVERIFY(!tree[1].kept && tree[2].kept && !tree[3].kept && tree[4].kept);
        QCOMPARE(tree.path(r.candidates[0][1]).size(), size_t(3));
    }
    void beamsEndWithTheLastRound()
    {
        Script model;
        model.proposals["*"] = "ab";
        const SearchResult r = beamSearch(model, 1, { 2, 2, 3 });
        QCOMPARE(candidates(r).size(), size_t(2));
        QCOMPARE(candidates(r)[0].size(), size_t(3));
        QVERIFY(r.trees[0][r.candidates[0][0]].step.ends);
    }

    void lookingAhead()
    {
        // N = 2, M = 2, k = 2: one of two stays. By itself a is better than b; what becomes of b is better. Of a: a, aX
        // (ends at once); of b: b, bc, bcd. Then b's proposals: E ends, f leads to fZ.
        Script model;
        model.proposals = { { "", "ab" }, { "b", "Ef" }, { "bf", "GH" } };
        model.greedy = { { "a", 'X' }, { "b", 'c' }, { "bc", 'd' }, { "bf", 'Z' }, { "bfG", '?' } };
        model.scores = { { "a", 0.9 }, { "b", 0.1 }, { "aX", 0.3 }, { "bc", 0.2 }, { "bcd", 0.8 }, { "bE", 0.4 },
            { "bf", 0 }, { "bfZ", 0.7 }, { "bfG", 0.5 }, { "bfH", 0.6 } };
        const SearchResult r = beamSearch(model, 1, { 2, 2, 10, 2 });
        QCOMPARE(model.asked, Texts({ "", "", "b", "b", "bf", "bf" }));
        QCOMPARE(model.lookedFrom, Texts({ "a", "b", "bc", "bf" })); // ends are not looked at, nor past
        QCOMPARE(candidates(r), Texts({ "bE", "bfG" }));
        const SolutionTree& tree = r.trees[0];
        QCOMPARE(tree[1].score, 0.3); // of a: that of aX
        QCOMPARE(tree[2].score, 0.8); // of b: that of bcd
        QCOMPARE(tree[r.candidates[0][0]].score, 0.4); // an end's own
        QVERIFY(tree[3].ahead && tree[4].ahead && tree[5].ahead && !tree[1].ahead && !tree[6].ahead);
        QVERIFY(!tree[3].kept && !tree[5].kept && tree[2].kept);
        QCOMPARE(tree.tokens(), 10); // six steps and four looked at
    }
    void lookingAheadInSubtrees()
    {
        Script model;
        model.proposals = { { "", "ab" }, { "b", "EF" } };
        model.greedy = { { "a", 'X' }, { "b", 'Y' } };
        model.scores = { { "a", 0.9 }, { "b", 0.1 }, { "aX", 0.2 }, { "bY", 0.3 }, { "bE", 0.4 } };
        QCOMPARE(candidates(diverseTreeSearch(model, 1, { 2, 2, 10, 1 })), Texts({ "bE", "bF" }));
    }
    /// Without, and in a round that runs to the end, nothing is looked at.
    void notLookingAhead()
    {
        Script model;
        model.proposals = { { "", "ab" }, { "a", "CD" } };
        model.scores = { { "a", 0.9 }, { "b", 0.1 } };
        const SearchResult none = beamSearch(model, 1, { 2, 2, 10, 0 });
        QCOMPARE(candidates(none), Texts({ "aC", "aD" }));
        Script last;
        last.proposals["*"] = "ab";
        const SearchResult whole = beamSearch(last, 1, { 2, 2, 1, 5 });
        QCOMPARE(candidates(whole), Texts({ "a", "b" }));
        QVERIFY(model.lookedFrom.empty() && last.lookedFrom.empty());
        QCOMPARE(whole.trees[0].tokens(), 2);
    }

    void subtreesAreIndependent()
    {
        // N = 4, M = 2: two paths. Both take what is best of their own two proposals, even where the other's is better.
        Script model;
        model.proposals = { { "", "abcd" }, { "b", "EF" }, { "c", "gh" }, { "ch", "IJ" } };
        model.scores = { { "a", 0.1 }, { "b", 0.2 }, { "c", 0.9 }, { "d", 0.8 }, { "bE", 0.4 }, { "bF", 0.3 },
            { "cg", 0.1 }, { "ch", 0.2 } };
        const SearchResult r = diverseTreeSearch(model, 1, { 4, 2, 10 });
        QCOMPARE(model.asked, Texts({ "", "", "", "", "b", "b", "c", "c", "ch", "ch" }));
        QCOMPARE(candidates(r), Texts({ "bE", "bF", "chI", "chJ" })); // the last proposals of both
        QCOMPARE(r.trees[0].tokens(), 10);
    }

    void priors()
    {
        // Mean log-probs -1 and -1 - ln 3: three to one.
        const std::vector<double> p
            = stepPriors({ { { 1, 2 }, false, false, -2 }, { { 3 }, false, false, -1 - std::log(3.0) } });
        QVERIFY(std::abs(p[0] - 0.75) < 1e-12 && std::abs(p[1] - 0.25) < 1e-12);
    }

    void treeSearch()
    {
        // M = 2, c = 1, equal priors 1/2. Values: a .2, b .6, bc .1, bD .9.
        Script model;
        model.proposals = { { "", "ab" }, { "b", "cD" }, { "a", "ef" }, { "*", "xy" } };
        model.scores = { { "a", 0.2 }, { "b", 0.6 }, { "bc", 0.1 }, { "bD", 0.9 } };
        const SearchResult r = valueTreeSearch(model, 1, { 5, 2, 1.0 });
        // 1: the root is expanded (a, b). Visits of root 1.
        // 2: both unvisited: u = .5 √1 / 1 = .5 each; the first: a is expanded, value .2. Root 2.
        // 3: a: .2 + .5 √2 / 2 = .554; b: 0 + .5 √2 = .707: b is expanded, value .6. Root 3.
        // 4: a: .2 + .5 √3 / 2 = .633; b: .6 + .433 = 1.033: b; its children c, D unvisited: c (.1). Root 4, b 2.
        //    bc is expanded.
        // 5: b: (.6 + .1) / 2 + .5 · 2 / 3 = .683; a: .2 + .5 · 2 / 2 = .7: a; its e, f: e, value 0.
        const SolutionTree& tree = r.trees[0];
        QCOMPARE(tree[0].visits, 5);
        QCOMPARE(tree[1].visits, 2);
        QCOMPARE(tree[2].visits, 2);
        QCOMPARE(tree[1].valueSum, 0.2);
        QCOMPARE(tree[2].valueSum, 0.7);
        QCOMPARE(model.asked, Texts({ "", "", "a", "a", "b", "b", "bc", "bc", "ae", "ae" }));
        QCOMPARE(candidates(r), Texts({ "bD" })); // finished, though never visited
    }
    void treeSearchFinishesTheMostVisitedPath()
    {
        Script model;
        model.proposals = { { "", "ab" }, { "*", "xy" } };
        model.scores = { { "b", 0.9 } };
        const SearchResult r = valueTreeSearch(model, 1, { 3, 2, 1.0 });
        // a and b were visited once each; the first of the most visited, its first child, then to the end.
        QCOMPARE(candidates(r), Texts({ "axx" }));
        QVERIFY(r.trees[0][r.candidates[0][0]].step.ends);
    }
};

QTEST_APPLESS_MAIN(TestSearch)
#include "tst_search.moc"
