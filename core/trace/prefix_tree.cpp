#include "core/trace/prefix_tree.h"

#include <algorithm>
#include <map>

namespace aha {

namespace {

/// Token of a completion at a position; -1 behind its end.
int64_t tokenAt(const PrefixInput& completion, size_t at)
{
    return at < completion.tokens.size() ? completion.tokens[at] : -1;
}

void measure(PrefixBranch& branch, std::span<const PrefixInput> completions)
{
    for (const int member : branch.members)
        if (const std::optional<double>& reward = completions[size_t(member)].reward) {
            ++branch.judged;
            branch.meanReward += *reward;
        }
    if (branch.judged)
        branch.meanReward /= branch.judged;
}

} // namespace

std::vector<PrefixBranch> prefixTree(std::span<const PrefixInput> completions)
{
    std::vector<PrefixBranch> tree;
    if (completions.empty())
        return tree;
    PrefixBranch root;
    for (size_t i = 0; i < completions.size(); ++i)
        root.members.push_back(int(i));
    tree.push_back(std::move(root));
    for (size_t at = 0; at < tree.size(); ++at) { // the list grows while it is walked: children behind their parent
        PrefixBranch& branch = tree[at];
        measure(branch, completions);
        const PrefixInput& first = completions[size_t(branch.members[0])];
        size_t end = branch.begin;
        while (end < first.tokens.size() && std::all_of(branch.members.begin(), branch.members.end(), [&](int member) {
            return tokenAt(completions[size_t(member)], end) == first.tokens[end];
        }))
            ++end;
        branch.end = end;
        std::map<int64_t, std::vector<int>> next;
        for (const int member : branch.members)
            next[tokenAt(completions[size_t(member)], end)].push_back(member);
        if (next.size() < 2)
            continue;
        // All members share the tokens before `end`, so each drew its next one from the same distribution.
        for (const int member : branch.members)
            if (const auto& entropy = completions[size_t(member)].entropy; !branch.entropy && end < entropy.size())
                branch.entropy = double(entropy[end]);
        std::vector<std::vector<int>> parts;
        for (auto& [token, members] : next)
            parts.push_back(std::move(members));
        std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
        const int depth = branch.depth + 1;
        for (std::vector<int>& members : parts) {
            tree[at].children.push_back(int(tree.size()));
            PrefixBranch child;
            child.parent = int(at);
            child.depth = depth;
            child.begin = end;
            child.members = std::move(members);
            tree.push_back(std::move(child)); // `branch` is no longer valid
        }
    }
    return tree;
}

} // namespace aha
