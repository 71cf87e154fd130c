#include "core/store/trace_query.h"

#include "core/store/sqlite_edge.h"
#include "core/store/text_match.h"

#include <chrono>

namespace aha {

namespace {

/// What nobody could judge, or was to judge, is not wrong (judgedCorrect()).
constexpr const char* kWrong = "c.correct = ? AND c.verdict NOT IN ('unjudged', 'infra_error', 'timeout', 'unchecked')";

/// The column an order goes by ("" = id alone), and its direction; ties are broken by id in the same direction.
struct OrderKey {
    const char* column;
    bool descending;
};

OrderKey orderKey(TraceOrder order)
{
    switch (order) {
    case TraceOrder::Newest:
        return { "", true };
    case TraceOrder::Oldest:
        return { "", false };
    case TraceOrder::RewardHigh:
        return { "c.reward", true };
    case TraceOrder::RewardLow:
        return { "c.reward", false };
    case TraceOrder::Longest:
        return { "c.tokens", true };
    case TraceOrder::Shortest:
        return { "c.tokens", false };
    case TraceOrder::MostReflections:
        return { "c.reflections", true };
    case TraceOrder::FewestReflections:
        return { "c.reflections", false };
    case TraceOrder::AdvantageHigh:
        return { "c.advantage", true };
    case TraceOrder::AdvantageLow:
        return { "c.advantage", false };
    }
    return { "", true };
}

std::optional<double> keyValue(const CompletionRow& row, TraceOrder order)
{
    switch (order) {
    case TraceOrder::RewardHigh:
    case TraceOrder::RewardLow:
        return row.reward;
    case TraceOrder::Longest:
    case TraceOrder::Shortest:
        return row.tokens;
    case TraceOrder::MostReflections:
    case TraceOrder::FewestReflections:
        return row.reflections;
    case TraceOrder::AdvantageHigh:
    case TraceOrder::AdvantageLow:
        return row.advantage;
    default:
        return std::nullopt;
    }
}

} // namespace

void makeSearching(SQLite::Database& database)
{
    makeReading(database);
    addTextMatch(database.getHandle());
}

TraceQuery::TraceQuery(const TraceFilter& f)
    : m_readsText(!f.text.empty())
{
    if (f.rewardMin)
        number("c.reward >= ?", *f.rewardMin);
    if (f.rewardMax)
        number("c.reward <= ?", *f.rewardMax);
    if (f.tokensMin)
        number("c.tokens >= ?", *f.tokensMin);
    if (f.tokensMax)
        number("c.tokens <= ?", *f.tokensMax);
    if (f.stepMin)
        number("c.step >= ?", double(*f.stepMin));
    if (f.stepMax)
        number("c.step <= ?", double(*f.stepMax));
    if (f.correct)
        number(*f.correct ? "c.correct = ?" : kWrong, *f.correct);
    if (f.formatOk)
        number("c.format_ok = ?", *f.formatOk);
    if (f.mixesLanguage)
        number("c.mixes_language = ?", *f.mixesLanguage);
    if (f.reflects)
        number("(c.reflections > 0) = ?", *f.reflects);
    if (!f.finishReason.empty())
        text("c.finish_reason = ?", f.finishReason);
    if (!f.reason.empty())
        text("c.reason = ?", f.reason);
    if (!f.verdict.empty())
        text("c.verdict = ?", f.verdict);
    m_textAlone = m_readsText && m_conditions.empty();
    if (m_readsText) // after what is cheap
        text(f.isPattern ? "text_matches(t.text, ?, ?)" : "text_has(t.text, ?)", f.text);
    if (m_readsText && f.isPattern) // one search, however many statements: they share what they may take
        m_values.emplace_back("", double(std::chrono::steady_clock::now().time_since_epoch().count()));
}

void TraceQuery::startAfter(TraceOrder order, const CompletionRow& after)
{
    const OrderKey key = orderKey(order);
    const std::string column = key.column, beyond = key.descending ? " < ?" : " > ?";
    const auto value = keyValue(after, order);
    if (column.empty())
        return number("c.rowid" + beyond, double(after.id));
    if (!value) {
        number(
            "(" + column + " IS NULL AND c.rowid" + beyond + (key.descending ? ")" : " OR " + column + " IS NOT NULL)"),
            double(after.id));
        return;
    }
    number("(" + column + beyond + " OR (" + column + " = ? AND c.rowid" + beyond + ")"
            + (key.descending ? " OR " + column + " IS NULL)" : ")"),
        *value);
    m_values.emplace_back("", *value);
    m_values.emplace_back("", double(after.id));
}

std::string TraceQuery::sql(bool byId, bool inPlace) const
{
    // The texts alone, under the other's name, when nothing else is asked: their rowid is the completion's.
    const bool textsAlone = m_textAlone && byId;
    std::string where;
    for (std::string condition : m_conditions) {
        if (textsAlone && condition.starts_with("text_"))
            condition.replace(condition.find("t.text"), 1, "c");
        if (inPlace && condition.starts_with("c.") && !condition.starts_with("c.step"))
            condition = "+" + condition; // no index of SQLite's fits an expression
        where += (where.empty() ? " WHERE " : " AND ") + condition;
    }
    return (textsAlone           ? "completion_text c"
                   : m_textAlone ? "completion_text t CROSS JOIN completion c ON c.rowid = t.completion_id"
                   : m_readsText ? "completion c JOIN completion_text t ON t.completion_id = c.rowid"
                                 : "completion c")
        + where;
}

std::string TraceQuery::partSql(bool byId) const
{
    // The range has to be of what is read first.
    return sql(byId, /*inPlace=*/true) + (m_conditions.empty() ? " WHERE " : " AND ")
        + (m_textAlone && !byId ? "t.completion_id" : "c.rowid") + " BETWEEN ? AND ?";
}

std::string TraceQuery::column(TraceOrder order) { return orderKey(order).column; }
bool TraceQuery::descends(TraceOrder order) { return orderKey(order).descending; }

bool TraceQuery::hasIndex(TraceOrder order)
{
    const std::string_view column = orderKey(order).column;
    return column == "c.reward" || column == "c.tokens"; // resources/sql/001_run.sql
}

std::string TraceQuery::orderBy(TraceOrder order)
{
    const OrderKey key = orderKey(order);
    const std::string direction = key.descending ? " DESC" : "", column = key.column;
    return " ORDER BY " + (column.empty() ? "" : column + direction + ", ") + "c.rowid" + direction;
}

int TraceQuery::bind(SQLite::Statement& statement) const
{
    int index = 0;
    for (const auto& [text, value] : m_values) {
        if (value)
            statement.bind(++index, *value);
        else
            statement.bind(++index, text);
    }
    return index + 1;
}

void TraceQuery::number(const std::string& condition, double value)
{
    m_conditions.push_back(condition);
    m_values.emplace_back("", value);
}

void TraceQuery::text(const std::string& condition, const std::string& value)
{
    m_conditions.push_back(condition);
    m_values.emplace_back(value, std::nullopt);
}

} // namespace aha
