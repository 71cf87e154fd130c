#include "core/store/hit_counts.h"

#include "core/store/sqlite_edge.h"
#include "core/store/text_match.h"
#include "core/store/trace_query.h"

#include <sqlite3.h>

#include <algorithm>

namespace aha {

struct HitCounter::State {
    explicit State(const std::filesystem::path& runFolder)
        : folder(runFolder)
        , database(readOnlyUri(runFolder), SQLite::OPEN_READONLY | SQLite::OPEN_URI, 3000)
    {
        makeSearching(database);
    }
    std::filesystem::path folder;
    mutable SQLite::Database database;
};

HitCounter::HitCounter(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
HitCounter::~HitCounter() = default;

Result<std::unique_ptr<HitCounter>> HitCounter::open(const std::filesystem::path& folder)
{
    Result<Result<std::unique_ptr<HitCounter>>> opened = guarded(folder, [&]() -> Result<std::unique_ptr<HitCounter>> {
        auto state = std::make_unique<State>(folder);
        if (Result<void> known = checkVersion(state->database, folder); !known)
            return known.error();
        return std::unique_ptr<HitCounter>(new HitCounter(std::move(state)));
    });
    if (!opened)
        return opened.error();
    return std::move(*opened);
}

Result<std::vector<StepHits>> HitCounter::perStep(const TraceFilter& filter) const
{
    return guarded(m_state->folder, [&] {
        std::vector<StepHits> steps;
        SQLite::Transaction one(m_state->database); // both counts of the same state
        SQLite::Statement all(m_state->database, "SELECT step, COUNT(*) FROM completion GROUP BY step ORDER BY step");
        while (all.executeStep())
            steps.push_back({ all.getColumn(0).getInt64(), 0, all.getColumn(1).getInt64() });
        const TraceQuery where(filter);
        // Grouped by an expression: where they lie, not along the index of the steps.
        SQLite::Statement found(m_state->database,
            "SELECT c.step, COUNT(*) FROM " + where.sql(/*byId=*/false, /*inPlace=*/true) + " GROUP BY +c.step");
        where.bind(found);
        while (found.executeStep()) {
            const int64_t step = found.getColumn(0).getInt64();
            const auto at = std::lower_bound(steps.begin(), steps.end(), step,
                [](const StepHits& row, int64_t wanted) { return row.step < wanted; });
            if (at != steps.end() && at->step == step)
                at->hits = found.getColumn(1).getInt64();
        }
        return steps;
    });
}

void HitCounter::interrupt() const { sqlite3_interrupt(m_state->database.getHandle()); }

} // namespace aha
