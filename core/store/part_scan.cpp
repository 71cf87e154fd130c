#include "core/store/part_scan.h"

#include "core/base/workers.h"
#include "core/store/sqlite_edge.h"

#include <sqlite3.h>

#include <cstring>
#include <optional>
#include <system_error>
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

/// By now another run may lie at the path (trained anew, copied there, the end of a link), and the two are not mixed.
bool isSameFile(const SQLite::Database& own, const SQLite::Database& opened)
{
    int moved = 0;
    return sqlite3_file_control(own.getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved == 0
        && std::strcmp(sqlite3_db_filename(own.getHandle(), "main"), sqlite3_db_filename(opened.getHandle(), "main"))
        == 0;
}

} // namespace

PartScan::PartScan(const std::filesystem::path& folder, SQLite::Database& own)
    : m_folder(folder)
    , m_own(own)
{
}
PartScan::~PartScan() = default;

/// nullptr where the path leads to another file than `own` has open.
SQLite::Database* PartScan::beside()
{
    if (!m_beside) {
        auto opened = std::make_unique<SQLite::Database>(
            readOnlyUri(m_folder), SQLite::OPEN_READONLY | SQLite::OPEN_URI, /*busyTimeoutMs=*/3000);
        makeSearching(*opened);
        opened->execAndGet("PRAGMA user_version"); // opens the log, which is found by its path as well
        if (!isSameFile(m_own, *opened)) // asked when all is open: a change after that does no harm
            return nullptr;
        const std::lock_guard lock(m_mutex);
        m_beside = std::move(opened);
    }
    return m_beside.get();
}

void PartScan::run(From from, const Read& read, const Wanted& wanted)
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
    std::optional<Workers> team;
    if (std::thread::hardware_concurrency() != 1 && __int128(high) - low >= kFewIds)
        try {
            if (SQLite::Database* other = beside()) {
                there.emplace(*other); // sees these completions, too: it begins later
                team.emplace(2);
            }
        } catch (const SQLite::Exception&) { // the folder was renamed, too many files are open, the log is locked
        } catch (const std::system_error&) { // too many threads
        }
    if (!team)
        team.emplace(1);
    std::atomic<int> next { 0 };
    std::atomic<bool> failed { false };
    team->run([&](int worker) {
        try {
            for (int number = next++; number < kParts && !failed; number = next++) {
                if (m_interrupts != interrupts || (wanted && !wanted()))
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
