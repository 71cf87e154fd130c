#include "core/store/run_stream.h"

#include "core/base/files.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_reader.h"
#include "core/store/run_writer.h"
#include "core/store/sqlite_edge.h"
#include "core/store/stream_rows.h"

#include <nlohmann/json.hpp>

#include <charconv>

namespace aha {

using nlohmann::json;

namespace {

constexpr int kStreamVersion = 1;

struct Part {
    const char* key;
    int64_t StreamCursor::*member;
};
constexpr Part kParts[] = { { "step", &StreamCursor::step }, { "evaluation", &StreamCursor::evaluation },
    { "prompt", &StreamCursor::prompt }, { "name", &StreamCursor::metricName }, { "source", &StreamCursor::source },
    { "marker", &StreamCursor::marker }, { "log", &StreamCursor::log } };

bool isHex(const std::string& text) { return text.find_first_not_of("0123456789abcdef") == std::string::npos; }

} // namespace

std::string toText(const StreamCursor& cursor)
{
    std::string text;
    for (const auto& [key, member] : kParts)
        text += (text.empty() ? "" : ",") + std::string(key) + "=" + std::to_string(cursor.*member);
    if (!cursor.digest.empty())
        text += ",digest=" + cursor.digest;
    return cursor.wholes.empty() ? text : text + ",wholes=" + cursor.wholes;
}

Result<StreamCursor> parseStreamCursor(const std::string& text)
{
    StreamCursor cursor;
    for (size_t from = 0; from < text.size();) {
        const size_t end = std::min(text.find(',', from), text.size());
        const std::string word = text.substr(from, end - from);
        const size_t equals = std::min(word.find('='), word.size());
        const std::string key = word.substr(0, equals), value = word.substr(std::min(equals + 1, word.size()));
        bool known = false;
        if ((key == "digest" || key == "wholes") && isHex(value)) {
            (key == "digest" ? cursor.digest : cursor.wholes) = value;
            known = true;
        }
        for (const auto& [name, member] : kParts)
            if (key == name) {
                const auto read = std::from_chars(value.data(), value.data() + value.size(), cursor.*member);
                known = read.ec == std::errc() && read.ptr == value.data() + value.size() && !value.empty();
            }
        if (!known)
            return Error { "stream_cursor", "\"" + word + "\" says nothing about how far a replica is.",
                "After a step: --after 12. A replica's own words: step=12,evaluation=3,…" };
        from = end + 1;
    }
    return cursor;
}

std::string toLine(const StreamHello& hello)
{
    return json {
        { "serve", hello.serve }, { "schema", hello.schema }, { "run", hello.runId }, { "created_at", hello.createdAt },
        { "config", hello.configJson }, { "version", hello.version }
    }.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<StreamHello> parseStreamHello(const std::string& line)
{
    const json parsed = json::parse(line, nullptr, /*allow_exceptions=*/false);
    const auto text = [&](const char* key) {
        return parsed.contains(key) && parsed[key].is_string() ? parsed[key].get<std::string>() : std::string();
    };
    if (!parsed.is_object() || !parsed.contains("serve") || !parsed["serve"].is_number_integer()
        || !parsed.contains("schema") || !parsed["schema"].is_number_integer())
        return Error { "stream_malformed", "The other side does not answer as a run's server: " + line.substr(0, 120),
            "Check that its program is ahascope-engine, and that its shell prints nothing of its own." };
    const StreamHello hello { parsed["serve"].get<int>(), parsed["schema"].get<int>(), text("run"), text("created_at"),
        text("config"), text("version") };
    if (hello.serve != kStreamVersion || hello.schema != kSchemaVersion)
        return Error { "stream_version",
            "The other side (version " + hello.version + ") sends stream version " + std::to_string(hello.serve)
                + " of run.db version " + std::to_string(hello.schema) + "; this program takes "
                + std::to_string(kStreamVersion) + " of " + std::to_string(kSchemaVersion) + ".",
            "Use the same version of AhaScope on both sides." };
    return hello;
}

struct RunStream::State {
    State(const std::filesystem::path& runFolder, StreamCursor from)
        : folder(runFolder)
        , database((runFolder / run_folder::kDatabase).string(), SQLite::OPEN_READONLY, /*busyTimeoutMs=*/3000)
        , cursor(std::move(from))
    {
        makeReading(database);
    }

    std::filesystem::path folder;
    SQLite::Database database;
    StreamCursor cursor;

    /// Of the schema: what tables are there. Another process may add some while this one serves.
    int version() { return database.execAndGet("PRAGMA user_version").getInt(); }

    /// Rows of a query with the whole row in each, added under the table's name.
    void add(json& rows, const char* table, const std::string& sql, std::initializer_list<int64_t> values)
    {
        SQLite::Statement q(database, sql);
        int index = 0;
        for (const int64_t value : values)
            q.bind(++index, value);
        json found = json::array();
        while (q.executeStep()) {
            json row = json::array();
            for (int c = 0; c < q.getColumnCount(); ++c)
                row.push_back(streamValue(q.getColumn(c)));
            found.push_back(std::move(row));
        }
        if (!found.empty())
            rows[table] = std::move(found);
    }

    int64_t number(const std::string& sql, std::initializer_list<int64_t> values)
    {
        SQLite::Statement q(database, sql);
        int index = 0;
        for (const int64_t value : values)
            q.bind(++index, value);
        return q.executeStep() && !q.getColumn(0).isNull() ? q.getColumn(0).getInt64() : 0;
    }

    /// What rows of a step or an evaluation refer to: `asked` selects the prompt_id of those with this `key`. A prompt
    /// that was sent goes again where a person had asked it first and the task now does (RunWriter): its row changed.
    void addGround(json& rows, const std::string& asked, int64_t key, StreamCursor& next)
    {
        static const std::string probes = std::string("'") + kProbesTask + "'";
        const int64_t lastPrompt = number("SELECT MAX(prompt_id) FROM (" + asked + ")", { key });
        add(rows, "source", "SELECT * FROM source WHERE id > ? ORDER BY id", { cursor.source });
        add(rows, "metric_name", "SELECT * FROM metric_name WHERE id > ? ORDER BY id", { cursor.metricName });
        add(rows, "prompt", // CROSS JOIN: from the few that were asked to their rows
            "SELECT * FROM prompt WHERE id > ? AND id <= ? UNION ALL"
            " SELECT p.* FROM (SELECT DISTINCT prompt_id FROM ("
                + asked + ")) a CROSS JOIN prompt p ON p.id = a.prompt_id WHERE p.id <= ? AND p.task <> " + probes
                + " AND p.id IN (SELECT w.prompt_id FROM evaluation e CROSS JOIN evaluation_problem w"
                  " ON w.evaluation_id = e.id WHERE e.task = "
                + probes + ") ORDER BY id",
            { cursor.prompt, lastPrompt, key, cursor.prompt });
        next.source = std::max(next.source, number("SELECT MAX(id) FROM source", {}));
        next.metricName = std::max(next.metricName, number("SELECT MAX(id) FROM metric_name", {}));
        next.prompt = std::max(next.prompt, lastPrompt);
    }

    json stepRows(int64_t step, StreamCursor& next)
    {
        json rows = json::object();
        addGround(rows, "SELECT prompt_id FROM completion_group WHERE step = ?", step, next);
        const std::string ofStep = " t JOIN completion c ON c.id = t.completion_id WHERE c.step = ? ORDER BY c.id";
        add(rows, "completion_group", "SELECT * FROM completion_group WHERE step = ? ORDER BY id", { step });
        add(rows, "completion", "SELECT * FROM completion WHERE step = ? ORDER BY id", { step });
        add(rows, "completion_text", "SELECT t.* FROM completion_text" + ofStep, { step });
        add(rows, "token_detail", "SELECT t.* FROM token_detail" + ofStep, { step });
        if (version() >= 2) {
            add(rows, "completion_update", "SELECT t.* FROM completion_update" + ofStep, { step });
            add(rows, "token_reward", "SELECT t.* FROM token_reward" + ofStep, { step });
        }
        // By name and step, which is the key: by step alone every step would read the whole table.
        add(rows, "metric",
            "SELECT m.* FROM metric_name n CROSS JOIN metric m ON m.name_id = n.id AND m.step = ? ORDER BY n.id",
            { step });
        add(rows, "step", "SELECT * FROM step WHERE step = ?", { step });
        next.step = step;
        return rows;
    }

    json evaluationRows(int64_t id, StreamCursor& next)
    {
        json rows = json::object();
        addGround(rows, "SELECT prompt_id FROM evaluation_problem WHERE evaluation_id = ?", id, next);
        add(rows, "evaluation", "SELECT * FROM evaluation WHERE id = ?", { id });
        add(rows, "evaluation_problem", "SELECT * FROM evaluation_problem WHERE evaluation_id = ? ORDER BY position",
            { id });
        if (version() >= 3)
            add(rows, "evaluation_sample",
                "SELECT * FROM evaluation_sample WHERE evaluation_id = ? ORDER BY position, sample", { id });
        next.evaluation = id;
        return rows;
    }

    json restRows(StreamCursor& next)
    {
        json rows = json::object(), wholes = json::object();
        for (const StreamTable& table : kStreamTables)
            if (table.whole)
                add(wholes, table.name, std::string("SELECT * FROM ") + table.name, {});
        next.wholes = sha256Hex(wholes.dump()).substr(0, 32);
        if (next.wholes != cursor.wholes)
            rows = std::move(wholes);
        add(rows, "source", "SELECT * FROM source WHERE id > ? ORDER BY id", { cursor.source });
        add(rows, "metric_name", "SELECT * FROM metric_name WHERE id > ? ORDER BY id", { cursor.metricName });
        add(rows, "marker", "SELECT * FROM marker WHERE id > ? ORDER BY id", { cursor.marker });
        add(rows, "log", "SELECT * FROM log WHERE id > ? ORDER BY id", { cursor.log });
        next.source = number("SELECT MAX(id) FROM source", {});
        next.metricName = number("SELECT MAX(id) FROM metric_name", {});
        next.marker = number("SELECT MAX(id) FROM marker", {});
        next.log = number("SELECT MAX(id) FROM log", {});
        return rows;
    }

    /// The next batch and where it leads; empty when there is nothing new. One transaction: a state that the run had.
    json nextRows(StreamCursor& next)
    {
        SQLite::Transaction reading(database);
        next = cursor;
        SQLite::Statement step(database, "SELECT MIN(step) FROM step WHERE step > ?");
        step.bind(1, cursor.step);
        step.executeStep();
        SQLite::Statement evaluation(database, "SELECT id, step FROM evaluation WHERE id > ? ORDER BY id LIMIT 1");
        evaluation.bind(1, cursor.evaluation);
        const bool evaluated = evaluation.executeStep(), stepped = !step.getColumn(0).isNull();
        const bool first = cursor.wholes.empty() || (!stepped && !evaluated); // a replica shows its run's name early
        if (first)
            return restRows(next);
        if (evaluated && (!stepped || evaluation.getColumn(1).getInt64() < step.getColumn(0).getInt64()))
            return evaluationRows(evaluation.getColumn(0).getInt64(), next);
        return stepRows(step.getColumn(0).getInt64(), next);
    }
};

RunStream::RunStream(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
RunStream::~RunStream() = default;
const StreamCursor& RunStream::cursor() const { return m_state->cursor; }

Result<std::unique_ptr<RunStream>> RunStream::open(const std::filesystem::path& folder, const StreamCursor& from)
{
    if (const auto reader = RunReader::open(folder); !reader) // missing, newer, damaged, a lost tail
        return reader.error();
    Result<Result<std::unique_ptr<RunStream>>> opened = guarded(folder, [&]() -> Result<std::unique_ptr<RunStream>> {
        auto state = std::make_unique<State>(folder, from);
        if (!from.digest.empty()) {
            SQLite::Statement q(state->database, "SELECT digest FROM step WHERE step = ?");
            q.bind(1, from.step);
            if (!q.executeStep() || q.getColumn(0).getString() != from.digest)
                return Error { "stream_diverged",
                    "The replica has another step " + std::to_string(from.step) + " than the run in " + folder.string()
                        + ".",
                    "It is the copy of another run, or the run was begun anew: attach with a new folder." };
        }
        return std::unique_ptr<RunStream>(new RunStream(std::move(state)));
    });
    if (!opened)
        return opened.error();
    return std::move(*opened);
}

Result<StreamCursor> RunStream::cursorAfter(const std::filesystem::path& folder, int64_t step)
{
    return guarded(folder, [&] {
        State state(folder, {});
        StreamCursor cursor;
        cursor.step = step;
        // One made afterwards may be of an early step and behind those of later ones: what comes first is the bound.
        cursor.evaluation = state.number("SELECT COALESCE((SELECT MIN(id) - 1 FROM evaluation WHERE step > ?),"
                                         " (SELECT MAX(id) FROM evaluation))",
            { step });
        cursor.prompt = std::max(state.number("SELECT MAX(prompt_id) FROM completion_group WHERE step <= ?", { step }),
            state.number(
                "SELECT MAX(prompt_id) FROM evaluation_problem WHERE evaluation_id <= ?", { cursor.evaluation }));
        cursor.marker = state.number("SELECT MAX(id) FROM marker WHERE step <= ?", { step });
        return cursor;
    });
}

Result<StreamHello> RunStream::hello() const
{
    Result<StreamHello> hello = guarded(m_state->folder, [&] {
        StreamHello h;
        h.schema = kSchemaVersion;
        h.version = AHASCOPE_VERSION;
        const std::pair<const char*, std::string*> entries[]
            = { { "run_id", &h.runId }, { "created_at", &h.createdAt } };
        for (const auto& [key, value] : entries) {
            SQLite::Statement q(m_state->database, "SELECT value FROM run_info WHERE key = ?");
            q.bind(1, key);
            if (q.executeStep())
                *value = q.getColumn(0).getString();
        }
        return h;
    });
    if (!hello)
        return hello;
    Result<std::string> config = readFile(m_state->folder / run_folder::kConfig, 1 << 20);
    if (!config)
        return config.error();
    hello->configJson = std::move(*config);
    return hello;
}

Result<int64_t> RunStream::read(const std::function<bool(const std::string& line)>& send)
{
    for (int64_t lines = 0;; ++lines) {
        StreamCursor next;
        const Result<std::string> text = guarded(m_state->folder, [&] {
            const json rows = m_state->nextRows(next);
            return rows.empty() ? std::string() : rows.dump();
        });
        if (!text)
            return text.error();
        if (text->empty())
            return lines;
        if (!send("{\"sha256\":\"" + sha256Hex(*text) + "\",\"rows\":" + *text + "}"))
            return lines;
        m_state->cursor = next;
    }
}

} // namespace aha
