#include "core/store/part_scan.h"

#include "core/base/workers.h"
#include "core/store/sqlite_edge.h"

#include <sqlite3.h>

#include <optional>
#include <thread>

namespace aha {

namespace {

constexpr int64_t kFewIds = 2000; ///< not worth a thread

PartScan::Part partOf(int64_t low, int64_t high, int number, PartScan::From from)
{
    using Wide = __int128; // ids are anything in a damaged file
    const int place = from == PartScan::From::Oldest ? number : PartScan::kParts - 1 - number;
    const auto begin = [&](int at) { return low + (Wide(high) - low + 1) * at / PartScan::kParts; };
    if (begin(place) == begin(place + 1))
        return { number, 0, -1 };
    return { number, int64_t(begin(place)), int64_t(begin(place + 1) - 1) };
}

} // namespace

PartScan::PartScan(const std::filesystem::path& folder, SQLite::Database& own)
    : m_folder(folder)
    , m_own(own)
{
}
PartScan::~PartScan() = default;

SQLite::Database& PartScan::beside()
{
    if (!m_beside) {
        auto opened = std::make_unique<SQLite::Database>(
            readOnlyUri(m_folder), SQLite::OPEN_READONLY | SQLite::OPEN_URI, /*busyTimeoutMs=*/3000);
        makeSearching(*opened);
        const std::lock_guard lock(m_mutex);
        m_beside = std::move(opened);
    }
    return *m_beside;
}

void PartScan::run(From from, const Read& read)
{
    const uint64_t interrupts = m_interrupts;
    std::optional<SQLite::Transaction> here, there;
    if (sqlite3_get_autocommit(m_own.getHandle()) != 0)
        here.emplace(m_own);
    int64_t low = 0, high = -1;
    {
        SQLite::Statement q(m_own, "SELECT (SELECT MIN(id) FROM completion), (SELECT MAX(id) FROM completion)");
        if (!q.executeStep() || q.getColumn(0).isNull())
            return;
        low = q.getColumn(0).getInt64();
        high = q.getColumn(1).getInt64();
    }
    const bool alone = std::thread::hardware_concurrency() == 1 || __int128(high) - low < kFewIds;
    if (!alone)
        there.emplace(beside()); // sees these completions, too: it begins later
    std::atomic<int> next { 0 };
    std::atomic<bool> failed { false };
    Workers(alone ? 1 : 2).run([&](int worker) {
        try {
            for (int number = next++; number < kParts && !failed; number = next++) {
                if (m_interrupts != interrupts)
                    throw SQLite::Exception("interrupted", SQLITE_INTERRUPT);
                if (const Part part = partOf(low, high, number, from); part.low <= part.high)
                    read(worker, worker == 0 ? m_own : *m_beside, part);
            }
        } catch (...) {
            failed = true;
            throw;
        }
    });
}

void PartScan::interrupt()
{
    ++m_interrupts;
    sqlite3_interrupt(m_own.getHandle());
    const std::lock_guard lock(m_mutex);
    if (m_beside)
        sqlite3_interrupt(m_beside->getHandle());
}

} // namespace aha
