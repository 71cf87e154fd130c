// The tree of a group's completions: where they part, how many go where, what it paid.

#include "core/trace/prefix_tree.h"

#include <QtTest>

using namespace aha;

class TestPrefixTree : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void threeWays()
    {
        const std::vector<int32_t> a { 1, 2, 3, 4 }, b { 1, 2, 5, 6 }, c { 1, 2, 3, 7 }, d { 1, 2 };
        const std::vector<float> entropy { 0.0f, 0.1f, 1.25f, 0.5f };
        const PrefixInput inputs[] = { { a, {}, 1.0 }, { b, entropy, 0.0 }, { c, {}, 0.5 }, { d, {}, std::nullopt } };
        const std::vector<PrefixBranch> tree = prefixTree(inputs);
        QCOMPARE(tree.size(), size_t(6));
        QCOMPARE(tree[0].end, size_t(2)); // 1 2 is shared
        QCOMPARE(tree[0].judged, 3);
        QCOMPARE(tree[0].meanReward, 0.5);
        QCOMPARE(tree[0].entropy.value(), 1.25); // of the only one that has values
        QCOMPARE(tree[0].children, (std::vector<int> { 1, 2, 3 }));
        const PrefixBranch& both = tree[1]; // the largest comes first
        QCOMPARE(both.members, (std::vector<int> { 0, 2 }));
        QCOMPARE(both.begin, size_t(2));
        QCOMPARE(both.end, size_t(3));
        QCOMPARE(both.meanReward, 0.75);
        QVERIFY(!both.entropy); // neither of the two has values
        QCOMPARE(both.children.size(), size_t(2));
        QCOMPARE(tree[size_t(both.children[0])].depth, 2);
        // The one that ends where others go on.
        const PrefixBranch& ended = tree[2].begin == tree[2].end ? tree[2] : tree[3];
        QCOMPARE(ended.members, std::vector<int> { 3 });
        QCOMPARE(ended.judged, 0);
        QCOMPARE(ended.begin, ended.end);
    }

    void everyCompletionIsInOneLeaf()
    {
        std::vector<std::vector<int32_t>> all;
        for (int i = 0; i < 64; ++i) {
            std::vector<int32_t> ids;
            for (int bit = 0; bit < 6; ++bit)
                ids.push_back((i * 37 % 64) >> bit & 1);
            all.push_back(ids);
        }
        std::vector<PrefixInput> inputs;
        for (const auto& ids : all)
            inputs.push_back({ ids, {}, 0.0 });
        std::vector<int> leaves(all.size());
        for (const PrefixBranch& branch : prefixTree(inputs)) {
            if (branch.children.empty())
                for (const int member : branch.members)
                    ++leaves[size_t(member)];
            for (const int member : branch.members)
                for (size_t t = branch.begin; t < branch.end; ++t)
                    QCOMPARE(all[size_t(member)][t], all[size_t(branch.members[0])][t]);
        }
        QCOMPARE(leaves, std::vector<int>(all.size(), 1));
    }

    void equalOnesDoNotPart()
    {
        const std::vector<int32_t> ids { 4, 5 };
        const PrefixInput inputs[] = { { ids, {}, 1.0 }, { ids, {}, 1.0 } };
        const std::vector<PrefixBranch> tree = prefixTree(inputs);
        QCOMPARE(tree.size(), size_t(1));
        QCOMPARE(tree[0].end, size_t(2));
        QVERIFY(tree[0].children.empty());
        QVERIFY(prefixTree({}).empty());
        const PrefixInput nothing[] = { { {}, {}, {} }, { ids, {}, {} } };
        QCOMPARE(prefixTree(nothing).size(), size_t(3)); // an empty one parts at once
    }
};

QTEST_APPLESS_MAIN(TestPrefixTree)
#include "tst_prefix_tree.moc"
