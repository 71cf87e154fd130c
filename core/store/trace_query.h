#pragma once
// A search over traces as SQL: conditions, order, and pages that start behind the last row seen (keyset paging).

#include "core/store/run_reader.h"

#include <SQLiteCpp/SQLiteCpp.h>

namespace aha {

/// Makes a connection one that only reads, leaves the log to the writer, and knows the words of a TraceQuery.
void makeSearching(SQLite::Database& database);

/// Needs makeSearching() on the connection. Every value is bound, never spelled into the SQL.
class TraceQuery {
public:
    explicit TraceQuery(const TraceFilter& filter);
    /// Only rows behind `after` in this order. NULL (no reward) stands last in descending order and first in ascending
    /// order, as SQLite has it.
    void startAfter(TraceOrder order, const CompletionRow& after);
    /// "completion c … WHERE …", to stand behind FROM. `byId`: of c its rowid alone is used. `inPlace`: rows are read
    /// where they lie, whatever indices there are (that of the steps goes the same way).
    std::string sql(bool byId, bool inPlace = false) const;
    /// The same of a part of the completions: two more values, to be bound behind bind()'s, are its first and last id.
    std::string partSql(bool byId) const;
    static bool byId(TraceOrder order) { return order == TraceOrder::Newest || order == TraceOrder::Oldest; }
    /// Is there an index that holds completions in this order?
    static bool hasIndex(TraceOrder order);
    /// Is the text all that is asked for?
    bool textAlone() const { return m_textAlone; }
    /// What else it goes by: "c.advantage", …; "" for the id alone.
    static std::string column(TraceOrder order);
    static bool descends(TraceOrder order);
    /// " ORDER BY …"; ties are broken by id in the same direction.
    static std::string orderBy(TraceOrder order);
    /// Binds from index 1 on; returns the next free index.
    int bind(SQLite::Statement& statement) const;

private:
    void number(const std::string& condition, double value);
    void text(const std::string& condition, const std::string& value);

    bool m_readsText, m_textAlone = false;
    std::vector<std::string> m_conditions;
    std::vector<std::pair<std::string, std::optional<double>>> m_values; ///< text, or a number
};

} // namespace aha
