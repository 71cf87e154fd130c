#pragma once
// Which completions a search over texts found, part by part, and the first page of them. Private to core/store.

#include "core/store/part_scan.h"

#include <array>
#include <mutex>
#include <optional>
#include <vector>

namespace aha {

/// read() is thread-safe; the rest belongs to one thread. Errors are SQLite::Exception.
class FoundTexts {
public:
    /// `where` has a text and outlives it; a page has `limit` ids.
    FoundTexts(const TraceQuery& where, TraceOrder order, size_t limit);

    /// Where a scan begins so that the first page is known soonest.
    PartScan::From from() const;
    void read(SQLite::Database& database, const PartScan::Part& part);
    /// The ids of the first page as soon as nothing can come before them; in an order of their ids alone.
    std::optional<std::vector<int64_t>> earlyPage() const;
    /// After all parts.
    std::vector<int64_t> page(SQLite::Database& database) const;
    int64_t count() const { return m_count; }

private:
    struct Hit {
        double key = 0; ///< what the order goes by, where no index holds it
        int64_t id = 0;
    };
    struct Hits {
        bool isRead = false;
        std::vector<Hit> hits; ///< in the order of the scan
    };
    std::vector<int64_t> alongIndex(SQLite::Database& database) const;
    std::vector<int64_t> sorted() const;

    const TraceQuery& m_where;
    TraceOrder m_order;
    size_t m_limit;
    bool m_byId, m_byIndex;
    std::string m_sql;
    mutable std::mutex m_mutex; ///< guards what follows
    std::array<Hits, PartScan::kParts> m_parts;
    int64_t m_count = 0;
};

} // namespace aha
