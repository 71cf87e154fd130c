#include "core/store/found_texts.h"

#include <algorithm>

namespace aha {

FoundTexts::FoundTexts(const TraceQuery& where, TraceOrder order, size_t limit)
    : m_where(where)
    , m_order(order)
    , m_limit(limit)
    , m_byId(TraceQuery::byId(order))
    , m_byIndex(TraceQuery::hasIndex(order))
{
    // Where an index holds the order, it puts the first of the hits in order afterwards. Otherwise every hit's row is
    // looked up for what it is sorted by, and rows lie far apart.
    const bool byKey = !m_byId && !m_byIndex;
    m_sql = "SELECT c.rowid, " + (byKey ? TraceQuery::column(order) : std::string("0")) + " FROM "
        + where.partSql(/*byId=*/!byKey) + TraceQuery::orderBy(m_byId ? order : TraceOrder::Oldest);
}

PartScan::From FoundTexts::from() const
{
    return m_order == TraceOrder::Newest ? PartScan::From::Newest : PartScan::From::Oldest;
}

void FoundTexts::read(SQLite::Database& database, const PartScan::Part& part)
{
    SQLite::Statement q(database, m_sql);
    const int range = m_where.bind(q);
    q.bind(range, part.low);
    q.bind(range + 1, part.high);
    std::vector<Hit> hits;
    int64_t count = 0;
    for (; q.executeStep(); ++count)
        if (!m_byId || hits.size() < m_limit) // a page's worth is all that a part can give
            hits.push_back({ q.getColumn(1).getDouble(), q.getColumn(0).getInt64() });
    const std::lock_guard lock(m_mutex);
    m_parts[size_t(part.number)] = { true, std::move(hits) };
    m_count += count;
}

std::optional<std::vector<int64_t>> FoundTexts::earlyPage() const
{
    if (!m_byId)
        return std::nullopt;
    const std::lock_guard lock(m_mutex);
    std::vector<int64_t> ids;
    for (const Hits& part : m_parts) {
        if (!part.isRead)
            return std::nullopt;
        for (const Hit& hit : part.hits) {
            if (ids.size() == m_limit)
                return ids;
            ids.push_back(hit.id);
        }
        if (ids.size() == m_limit)
            return ids;
    }
    return ids;
}

std::vector<int64_t> FoundTexts::page(SQLite::Database& database) const
{
    if (m_byIndex)
        return alongIndex(database);
    if (!m_byId)
        return sorted();
    std::vector<int64_t> ids;
    for (const Hits& part : m_parts)
        for (const Hit& hit : part.hits)
            if (ids.size() < m_limit)
                ids.push_back(hit.id);
    return ids;
}

std::vector<int64_t> FoundTexts::alongIndex(SQLite::Database& database) const
{
    std::vector<int64_t> matching, ids; // the former ascending
    for (const Hits& part : m_parts)
        for (const Hit& hit : part.hits)
            matching.push_back(hit.id);
    SQLite::Statement all(database, "SELECT c.rowid FROM completion c" + TraceQuery::orderBy(m_order));
    const size_t wanted = std::min(m_limit, matching.size());
    while (ids.size() < wanted && all.executeStep())
        if (const int64_t id = all.getColumn(0).getInt64(); std::binary_search(matching.begin(), matching.end(), id))
            ids.push_back(id);
    return ids;
}

std::vector<int64_t> FoundTexts::sorted() const
{
    std::vector<Hit> hits;
    for (const Hits& part : m_parts)
        hits.insert(hits.end(), part.hits.begin(), part.hits.end());
    const size_t wanted = std::min(m_limit, hits.size());
    std::partial_sort(hits.begin(), hits.begin() + ptrdiff_t(wanted), hits.end(),
        [descends = TraceQuery::descends(m_order)](const Hit& a, const Hit& b) {
            const auto of = [](const Hit& hit) { return std::pair(hit.key, hit.id); };
            return descends ? of(b) < of(a) : of(a) < of(b);
        });
    std::vector<int64_t> ids;
    for (size_t i = 0; i < wanted; ++i)
        ids.push_back(hits[i].id);
    return ids;
}

} // namespace aha
