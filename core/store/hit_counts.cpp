#include "core/store/hit_counts.h"

#include "core/store/part_scan.h"
#include "core/store/sqlite_edge.h"
#include "core/store/trace_query.h"

#include <array>
#include <unordered_map>

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
    mutable PartScan scan { folder, database }; // last: it uses both
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

Result<std::vector<StepHits>> HitCounter::perStep(const TraceFilter& filter, const std::function<bool()>& wanted) const
{
    return guarded(m_state->folder, [&] {
        std::vector<StepHits> steps;
        SQLite::Transaction one(m_state->database); // both counts of the same state
        SQLite::Statement all(m_state->database, "SELECT step, COUNT(*) FROM completion GROUP BY step ORDER BY step");
        while (all.executeStep())
            steps.push_back({ all.getColumn(0).getInt64(), 0, all.getColumn(1).getInt64() });
        const TraceQuery where(filter);
        // Grouped by an expression: where they lie, not along the index of the steps.
        const std::string sql = "SELECT c.step, COUNT(*) FROM " + where.partSql(/*byId=*/false) + " GROUP BY +c.step";
        std::array<std::unordered_map<int64_t, int64_t>, 2> hits; // of each worker: step -> hits
        m_state->scan.run(
            PartScan::From::Oldest,
            [&](int worker, SQLite::Database& database, const PartScan::Part& part) {
                SQLite::Statement found(database, sql);
                const int range = where.bind(found);
                found.bind(range, part.low);
                found.bind(range + 1, part.high);
                while (found.executeStep())
                    hits[size_t(worker)][found.getColumn(0).getInt64()] += found.getColumn(1).getInt64();
            },
            wanted);
        for (StepHits& step : steps)
            for (const auto& counted : hits)
                if (const auto at = counted.find(step.step); at != counted.end())
                    step.hits += at->second;
        return steps;
    });
}

void HitCounter::interrupt() const { m_state->scan.interrupt(); }

} // namespace aha
