#pragma once
// Rows of run.db as JSON and back, every byte the same. Private to core/store.

#include "core/base/result.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <nlohmann/json.hpp>

#include <string>

namespace aha {

/// A value as JSON: text that is not UTF-8, blobs and numbers that JSON does not have are objects with one member.
nlohmann::json streamValue(const SQLite::Column& column);
/// Throws Failure stream_malformed for what streamValue() never makes.
void bindStreamValue(SQLite::Statement& statement, int index, const nlohmann::json& value);

/// How a table of run.db travels.
struct StreamTable {
    const char* name;
    bool whole = false; ///< small, and rows change: sent as a whole when anything did
};
/// Every table of the schema, in the order in which a batch is written.
inline constexpr StreamTable kStreamTables[] = { { "run_info", true }, { "stage", true }, { "source" },
    { "metric_name" }, { "prompt" }, { "completion_group" }, { "completion" }, { "completion_text" },
    { "token_detail" }, { "completion_update" }, { "token_reward" }, { "metric" }, { "step" }, { "evaluation" },
    { "evaluation_problem" }, { "evaluation_sample" }, { "checkpoint", true }, { "marker" }, { "log" } };

} // namespace aha
