#pragma once
// A search over traces as SQL: conditions, order, and pages that start behind the last row seen (keyset paging).

#include "core/store/run_reader.h"

#include <SQLiteCpp/SQLiteCpp.h>

namespace aha {

/// Every value is bound, never spelled into the SQL.
class TraceQuery {
public:
    explicit TraceQuery(const TraceFilter& filter);
    /// Only rows behind `after` in this order. NULL (no reward) stands last in descending order and first in ascending
    /// order, as SQLite has it.
    void startAfter(TraceOrder order, const CompletionRow& after);
    /// "completion c … WHERE …", to stand behind FROM.
    std::string sql() const;
    /// " ORDER BY …"; ties are broken by id in the same direction.
    static std::string orderBy(TraceOrder order);
    /// Binds from index 1 on; returns the next free index.
    int bind(SQLite::Statement& statement) const;

private:
    void number(const std::string& condition, double value);
    void text(const std::string& condition, const std::string& value);

    bool m_readsText;
    std::string m_where;
    std::vector<std::pair<std::string, std::optional<double>>> m_values; ///< text, or a number
};

} // namespace aha
