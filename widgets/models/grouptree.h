#pragma once
// Where the completions of a group part ways, with the words at every branch: read once, on any thread.

#include "core/store/run_reader.h"
#include "core/trace/prefix_tree.h"

#include <QMetaType>
#include <QString>

namespace aha {

struct GroupBranch {
    PrefixBranch branch;
    QString text; ///< its tokens, every byte visible; "" where a completion ends and others go on
    size_t textBegin = 0; ///< byte of its first token in the text of each member
    size_t firstEnd = 0; ///< end of that token; without stored token ends, of the word there
    int firstLength = 0; ///< of that token in `text`, UTF-16
    int best = -1; ///< member with the highest reward, the earliest of equals: what a click opens
};

struct GroupTree {
    int64_t groupId = 0;
    int completions = 0;
    double rewardMin = 0, rewardMax = 0;
    std::vector<GroupBranch> branches; ///< root first; empty: see problem
    std::vector<CompletionRow> rows; ///< in order of position, without texts
    bool exactTokens = false; ///< borders of tokens are stored; else branches are cut where the texts differ
    QString problem; ///< why there is no tree, in a sentence

    /// What the tree says in one sentence: where the first parting is, and its entropy.
    QString summary() const;
};

/// Reads the texts and token values of the group.
GroupTree readGroupTree(const RunReader& reader, int64_t groupId);

} // namespace aha

Q_DECLARE_METATYPE(aha::GroupTree)
