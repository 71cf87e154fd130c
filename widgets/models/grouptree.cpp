#include "widgets/models/grouptree.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <algorithm>

namespace aha {

namespace {

constexpr size_t kLongestLabel = 400; // bytes of a branch that are made ready to be drawn

/// Bytes that all members have in common, at a character's border.
size_t sharedBytes(const std::vector<CompletionRow>& rows, const std::vector<int>& members, size_t from)
{
    const std::string& first = rows[size_t(members[0])].text;
    size_t shared = first.size();
    for (const int member : members) {
        const std::string& text = rows[size_t(member)].text;
        size_t at = std::min(from, std::min(shared, text.size()));
        const size_t end = std::min(shared, text.size());
        while (at < end && text[at] == first[at])
            ++at;
        shared = at;
    }
    while (shared > 0 && shared < first.size() && (uint8_t(first[shared]) & 0xC0) == 0x80)
        --shared;
    return shared;
}

size_t wordEnd(const std::string& text, size_t at)
{
    while (at < text.size() && text[at] == ' ')
        ++at;
    const size_t end = text.find_first_of(" \n\t", at);
    return end == std::string::npos ? text.size() : end;
}

} // namespace

QString GroupTree::summary() const
{
    if (branches.empty())
        return problem;
    const PrefixBranch& root = branches[0].branch;
    if (root.children.empty())
        return completions == 1 ? tr("One completion alone: there is nothing to part from.")
                                : tr("All %1 completions are the same text.").arg(completions);
    const QString where = root.end == 0 ? tr("They part at the first token")
                                        : (root.end == 1 ? tr("They share %1 token and part at token %2")
                                                         : tr("They share %1 tokens and part at token %2"))
                                              .arg(root.end)
                                              .arg(root.end + 1);
    return where + tr(", %1 ways").arg(root.children.size())
        + (root.entropy ? tr("; the policy's entropy there was %1 nats.").arg(*root.entropy, 0, 'f', 2)
                        : tr("; the policy's entropy there is not stored (storage.token_detail_share)."));
}

GroupTree readGroupTree(const RunReader& reader, int64_t groupId)
{
    GroupTree tree;
    tree.groupId = groupId;
    Result<std::vector<CompletionRow>> rows = reader.completions(groupId);
    std::vector<std::optional<TokenDetail>> details;
    tree.exactTokens = true;
    for (size_t i = 0; rows && i < rows->size(); ++i) {
        CompletionRow& row = (*rows)[i];
        Result<CompletionRow> full = reader.completionText(row.id);
        Result<std::optional<TokenDetail>> detail = reader.tokenDetail(row.id);
        if (!full || !detail) {
            tree.problem = translated((full ? detail.error() : full.error()).sentence());
            return tree;
        }
        row.text = std::move(full->text);
        row.tokenIds = std::move(full->tokenIds);
        tree.exactTokens = tree.exactTokens && *detail && (**detail).tokenEnds.size() == row.tokenIds.size();
        details.push_back(std::move(*detail));
    }
    if (!rows || rows->empty()) {
        tree.problem = rows ? tr("This group has no completions.") : translated(rows.error().sentence());
        return tree;
    }
    std::vector<PrefixInput> inputs;
    bool judged = false;
    for (size_t i = 0; i < rows->size(); ++i) {
        const CompletionRow& row = (*rows)[i];
        inputs.push_back({ row.tokenIds,
            details[i] ? std::span<const float>(details[i]->entropy) : std::span<const float>(), row.reward });
        if (row.reward) {
            tree.rewardMin = judged ? std::min(tree.rewardMin, *row.reward) : *row.reward;
            tree.rewardMax = judged ? std::max(tree.rewardMax, *row.reward) : *row.reward;
            judged = true;
        }
    }
    tree.completions = int(rows->size());
    for (PrefixBranch& branch : prefixTree(inputs)) {
        GroupBranch out;
        const size_t first = size_t(branch.members[0]);
        const std::string& text = (*rows)[first].text;
        size_t textEnd = text.size();
        if (tree.exactTokens) {
            const std::vector<int32_t>& ends = details[first]->tokenEnds;
            const auto endOf = [&](size_t token) {
                return token == 0 || ends.empty() ? size_t(0)
                                                  : std::min(size_t(std::max(0, ends[token - 1])), text.size());
            };
            out.textBegin = endOf(branch.begin);
            textEnd = std::max(out.textBegin, endOf(branch.end));
            out.firstEnd = branch.end > branch.begin ? endOf(branch.begin + 1) : out.textBegin;
        } else {
            out.textBegin = branch.parent < 0 ? 0
                                              : sharedBytes(*rows, tree.branches[size_t(branch.parent)].branch.members,
                                                  tree.branches[size_t(branch.parent)].textBegin);
            textEnd = std::max(out.textBegin, sharedBytes(*rows, branch.members, out.textBegin));
            out.textBegin = std::min(out.textBegin, text.size());
            out.firstEnd = std::min(wordEnd(text, out.textBegin), text.size());
        }
        out.text = visibleLine(
            std::string_view(text).substr(out.textBegin, std::min(kLongestLabel, textEnd - out.textBegin)));
        out.firstEnd = std::max(out.firstEnd, out.textBegin);
        out.firstLength
            = int(visibleLine(std::string_view(text).substr(out.textBegin, out.firstEnd - out.textBegin)).size());
        for (const int member : branch.members)
            if (out.best < 0
                || (*rows)[size_t(member)].reward.value_or(-1e300) > (*rows)[size_t(out.best)].reward.value_or(-1e300))
                out.best = member;
        out.branch = std::move(branch);
        tree.branches.push_back(std::move(out));
    }
    for (CompletionRow& row : *rows) { // the window keeps no second copy of the texts
        row.text.clear();
        row.tokenIds.clear();
    }
    tree.rows = std::move(*rows);
    return tree;
}

} // namespace aha
