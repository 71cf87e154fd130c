#include "widgets/models/changesides.h"

#include "core/store/run_reader.h"

#include <algorithm>

namespace aha {

namespace {

/// Groups of `from` and the steps beyond it, the nearest to the change first.
std::vector<GroupRow> groupsOfSide(const RunReader& reader, qint64 from, qint64 by, qint64 steps)
{
    std::vector<GroupRow> all;
    for (qint64 i = 0; i < steps && from + by * i >= 0; ++i)
        if (auto groups = reader.groupsWithCompletions(from + by * i))
            for (GroupRow& group : *groups)
                if (!group.completions.empty())
                    all.push_back(std::move(group));
    return all;
}

qint64 middleOf(const GroupRow& group)
{
    std::vector<const CompletionRow*> rows;
    for (const CompletionRow& row : group.completions)
        rows.push_back(&row);
    const auto middle = rows.begin() + qsizetype((rows.size() - 1) / 2);
    std::nth_element(rows.begin(), middle, rows.end(), [](const CompletionRow* a, const CompletionRow* b) {
        return a->tokens != b->tokens ? a->tokens < b->tokens : a->position < b->position;
    });
    return (*middle)->id;
}

} // namespace

std::optional<ChangeSides> changeSides(const QString& folder, qint64 step, qint64 reach)
{
    const auto reader = RunReader::open(folder.toStdString());
    if (!reader)
        return std::nullopt;
    const std::vector<GroupRow> before = groupsOfSide(**reader, step, -1, reach),
                                after = groupsOfSide(**reader, step + 1, 1, reach);
    if (before.empty() || after.empty())
        return std::nullopt;
    const GroupRow *first = &before.front(), *second = &after.front();
    qint64 best = 2 * reach;
    bool same = false;
    for (const GroupRow& a : before)
        for (const GroupRow& b : after)
            if (a.prompt.id == b.prompt.id && b.step - a.step < best) {
                best = b.step - a.step;
                first = &a;
                second = &b;
                same = true;
            }
    return ChangeSides { middleOf(*first), middleOf(*second), first->step, second->step, same };
}

} // namespace aha
