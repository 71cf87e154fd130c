#include "core/store/run_reader.h"

#include "core/protocol/run_folder.h"
#include "core/store/found_texts.h"
#include "core/store/marker_changes.h"
#include "core/store/run_reader_state.h"
#include "core/store/trace_query.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <unordered_map>

namespace aha {

namespace {

std::vector<std::pair<std::string, double>> partsFromJson(const std::string& text)
{
    std::vector<std::pair<std::string, double>> parts;
    const nlohmann::ordered_json json = nlohmann::ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (json.is_object())
        for (const auto& [name, value] : json.items())
            parts.emplace_back(name, value.is_number() ? value.get<double>() : std::nan(""));
    return parts;
}

template <class T> std::vector<T> blob(SQLite::Column column)
{
    std::vector<T> values(size_t(column.getBytes()) / sizeof(T));
    if (!values.empty())
        std::memcpy(values.data(), column.getBlob(), values.size() * sizeof(T));
    return values;
}

constexpr const char* kCompletionColumns
    = "c.id, c.group_id, c.step, c.position, c.tokens, c.finish_reason, c.reward, c.advantage, c.correct,"
      " c.format_ok, c.verdict, c.reason, c.extracted, c.parts_json, c.reflections, c.mixes_language, c.language_share";

CompletionRow completionFrom(SQLite::Statement& q)
{
    CompletionRow row;
    row.id = q.getColumn(0).getInt64();
    row.groupId = q.getColumn(1).getInt64();
    row.step = q.getColumn(2).getInt64();
    row.position = q.getColumn(3).getInt();
    row.tokens = q.getColumn(4).getInt();
    row.finishReason = q.getColumn(5).getString();
    if (!q.getColumn(6).isNull())
        row.reward = q.getColumn(6).getDouble();
    row.advantage = q.getColumn(7).getDouble();
    row.correct = q.getColumn(8).getInt() != 0;
    row.formatOk = q.getColumn(9).getInt() != 0;
    row.verdict = q.getColumn(10).getString();
    row.reason = fieldOf(q.getColumn(11));
    row.extracted = fieldOf(q.getColumn(12));
    row.parts = partsFromJson(q.getColumn(13).getString());
    row.reflections = q.getColumn(14).getInt();
    row.mixesLanguage = q.getColumn(15).getInt() != 0;
    row.languageShare = q.getColumn(16).getDouble();
    return row;
}

GroupRow groupFrom(SQLite::Statement& q)
{
    GroupRow row;
    row.id = q.getColumn(0).getInt64();
    row.step = q.getColumn(1).getInt64();
    row.position = q.getColumn(2).getInt();
    row.rewardMean = q.getColumn(3).getDouble();
    row.rewardStd = q.getColumn(4).getDouble();
    row.zeroVariance = q.getColumn(5).getInt() != 0;
    row.prompt = { q.getColumn(6).getInt64(), q.getColumn(7).getString(), q.getColumn(8).getString(),
        q.getColumn(9).getString() };
    return row;
}

constexpr const char* kEvaluationSelect
    = "SELECT id, stage_id, step, task, problems, samples, pass1, pass1_low, pass1_high, cons, pass_k_json,"
      " metrics_json, created_at FROM evaluation";

std::vector<EvaluationRow> evaluationsFrom(SQLite::Statement& q)
{
    std::vector<EvaluationRow> rows;
    while (q.executeStep()) {
        EvaluationRow row;
        row.id = q.getColumn(0).getInt64();
        row.stageId = q.getColumn(1).getInt64();
        row.step = q.getColumn(2).getInt64();
        row.task = q.getColumn(3).getString();
        row.problems = q.getColumn(4).getInt();
        row.samples = q.getColumn(5).getInt();
        row.pass1 = q.getColumn(6).getDouble();
        row.pass1Low = q.getColumn(7).getDouble();
        row.pass1High = q.getColumn(8).getDouble();
        if (!q.getColumn(9).isNull())
            row.cons = q.getColumn(9).getDouble();
        for (const auto& [k, value] : partsFromJson(q.getColumn(10).getString()))
            row.passK[std::atoi(k.c_str())] = value;
        row.metrics = partsFromJson(q.getColumn(11).getString());
        row.createdAt = q.getColumn(12).getDouble();
        rows.push_back(std::move(row));
    }
    return rows;
}

constexpr const char* kGroupSelect
    = "SELECT g.id, g.step, g.position, g.reward_mean, g.reward_std, g.zero_variance, p.id, p.text, p.task, p.item_json"
      " FROM completion_group g JOIN prompt p ON p.id = g.prompt_id ";

} // namespace

RunReader::RunReader(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
RunReader::~RunReader() = default;

Result<std::unique_ptr<RunReader>> RunReader::open(const std::filesystem::path& folder)
{
    const std::filesystem::path path = folder / run_folder::kDatabase;
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return Error { "database_missing", "There is no run in " + folder.string() + " (no run.db).",
            "Check the path." };
    const std::string uri = readOnlyUri(folder);
    Result<Result<std::unique_ptr<RunReader>>> opened = guarded(folder, [&]() -> Result<std::unique_ptr<RunReader>> {
        const std::optional<HighWater> mark = readHighWater(folder); // before the database: the writer only ever adds
        auto state = std::make_unique<State>(folder, uri);
        if (Result<void> known = checkVersion(state->database, folder); !known)
            return known.error();
        if (const HighWater found = countRows(state->database); mark && found.behind(*mark))
            return lostTail(folder, *mark, found);
        return std::unique_ptr<RunReader>(new RunReader(std::move(state)));
    });
    if (!opened)
        return opened.error();
    return std::move(*opened);
}

Result<std::string> RunReader::info(const std::string& key) const
{
    return guarded(m_state->folder, [&] {
        SQLite::Statement q(m_state->database, "SELECT value FROM run_info WHERE key = ?");
        q.bind(1, key);
        return q.executeStep() ? q.getColumn(0).getString() : std::string();
    });
}

Result<RunSummary> RunReader::summary() const
{
    return guarded(m_state->folder, [&] {
        SQLite::Database& db = m_state->database;
        RunSummary s;
        SQLite::Statement infoQuery(db, "SELECT key, value FROM run_info");
        while (infoQuery.executeStep()) {
            const std::string key = infoQuery.getColumn(0).getString(), value = infoQuery.getColumn(1).getString();
            if (key == "run_id")
                s.runId = value;
            if (key == "name")
                s.name = value;
            if (key == "created_at")
                s.createdAt = std::strtod(value.c_str(), nullptr);
        }
        SQLite::Statement stage(db, "SELECT kind, config_json FROM stage ORDER BY position DESC LIMIT 1");
        if (stage.executeStep()) {
            s.kind = stage.getColumn(0).getString();
            s.configJson = stage.getColumn(1).getString();
        }
        const HighWater counts = countRows(db);
        s.lastStep = counts.lastStep;
        s.steps = db.execAndGet("SELECT COUNT(*) FROM step WHERE step > 0").getInt64();
        s.groups = db.execAndGet("SELECT COALESCE(MAX(id), 0) FROM completion_group").getInt64();
        s.completions = counts.completions;
        SQLite::Statement marker(db,
            "SELECT kind FROM marker WHERE kind IN ('start','finished','failed','stop','interrupted','resume') ORDER "
            "BY id DESC LIMIT 1");
        if (marker.executeStep())
            s.lastMarker = marker.getColumn(0).getString();
        return s;
    });
}

Result<int64_t> RunReader::lastStep() const
{
    return guarded(m_state->folder,
        [&] { return int64_t(m_state->database.execAndGet("SELECT COALESCE(MAX(step), -1) FROM step").getInt64()); });
}

Result<std::vector<std::string>> RunReader::metricNames() const
{
    return guarded(m_state->folder, [&] {
        SQLite::Statement q(m_state->database, "SELECT name FROM metric_name ORDER BY id");
        std::vector<std::string> names;
        while (q.executeStep())
            names.push_back(q.getColumn(0).getString());
        return names;
    });
}

Result<std::vector<SeriesPoint>> RunReader::series(const std::string& metric, int64_t afterStep) const
{
    return guarded(m_state->folder, [&] {
        SQLite::Statement q(m_state->database,
            "SELECT step, value FROM metric WHERE name_id = (SELECT id FROM metric_name WHERE name = ?) AND step > ? "
            "ORDER BY step");
        q.bind(1, metric);
        q.bind(2, afterStep);
        std::vector<SeriesPoint> points;
        while (q.executeStep())
            points.push_back(
                { q.getColumn(0).getInt64(), q.getColumn(1).isNull() ? std::nan("") : q.getColumn(1).getDouble() });
        return points;
    });
}

Result<Metrics> RunReader::metricsAt(int64_t step) const
{
    return guarded(m_state->folder, [&] {
        SQLite::Statement q(m_state->database,
            "SELECT n.name, m.value FROM metric_name n JOIN metric m ON m.name_id = n.id AND m.step = ? ORDER BY n.id");
        q.bind(1, step);
        Metrics metrics;
        while (q.executeStep())
            metrics.emplace_back(
                q.getColumn(0).getString(), q.getColumn(1).isNull() ? std::nan("") : q.getColumn(1).getDouble());
        return metrics;
    });
}

Result<std::vector<GroupRow>> RunReader::groups(int64_t step) const
{
    return guarded(m_state->folder, [&] {
        SQLite::Statement q(m_state->database, std::string(kGroupSelect) + "WHERE g.step = ? ORDER BY g.position");
        q.bind(1, step);
        std::vector<GroupRow> rows;
        while (q.executeStep())
            rows.push_back(groupFrom(q));
        return rows;
    });
}

Result<GroupRow> RunReader::group(int64_t groupId) const
{
    return guarded(m_state->folder, [&] {
        SQLite::Statement q(m_state->database, std::string(kGroupSelect) + "WHERE g.id = ?");
        q.bind(1, groupId);
        if (!q.executeStep())
            throw Failure({ "row_missing", "There is no group " + std::to_string(groupId) + " in this run.", "" });
        return groupFrom(q);
    });
}

Result<std::vector<GroupRow>> RunReader::groupsWithCompletions(int64_t step) const
{
    Result<std::vector<GroupRow>> rows = groups(step);
    if (!rows)
        return rows;
    return guarded(m_state->folder, [&] {
        std::unordered_map<int64_t, GroupRow*> byId;
        for (GroupRow& row : *rows)
            byId[row.id] = &row;
        SQLite::Statement q(m_state->database,
            std::string("SELECT ") + kCompletionColumns
                + " FROM completion c WHERE c.step = ? ORDER BY c.group_id, c.position");
        q.bind(1, step);
        while (q.executeStep()) {
            CompletionRow completion = completionFrom(q);
            if (const auto group = byId.find(completion.groupId); group != byId.end())
                group->second->completions.push_back(std::move(completion));
        }
        return std::move(*rows);
    });
}

Result<std::vector<int64_t>> RunReader::groupsWithDetail(int64_t step) const
{
    return guarded(m_state->folder, [&] {
        SQLite::Statement q(m_state->database,
            "SELECT DISTINCT c.group_id FROM completion c WHERE c.step = ?"
            " AND EXISTS (SELECT 1 FROM token_detail d WHERE d.completion_id = c.id)");
        q.bind(1, step);
        std::vector<int64_t> ids;
        while (q.executeStep())
            ids.push_back(q.getColumn(0).getInt64());
        return ids;
    });
}

Result<std::vector<GroupRow>> RunReader::groupsOfPrompt(int64_t promptId) const
{
    return guarded(m_state->folder, [&] {
        SQLite::Statement q(
            m_state->database, std::string(kGroupSelect) + "WHERE g.prompt_id = ? ORDER BY g.step, g.position");
        q.bind(1, promptId);
        std::vector<GroupRow> rows;
        while (q.executeStep())
            rows.push_back(groupFrom(q));
        return rows;
    });
}

Result<std::vector<CompletionRow>> RunReader::completions(int64_t groupId) const
{
    return guarded(m_state->folder, [&] {
        SQLite::Statement q(m_state->database,
            std::string("SELECT ") + kCompletionColumns
                + " FROM completion c WHERE c.group_id = ? ORDER BY c.position");
        q.bind(1, groupId);
        std::vector<CompletionRow> rows;
        while (q.executeStep())
            rows.push_back(completionFrom(q));
        return rows;
    });
}

Result<CompletionRow> RunReader::completion(int64_t completionId) const
{
    return guarded(m_state->folder, [&] {
        SQLite::Statement q(
            m_state->database, std::string("SELECT ") + kCompletionColumns + " FROM completion c WHERE c.id = ?");
        q.bind(1, completionId);
        if (!q.executeStep())
            throw Failure(
                { "row_missing", "There is no completion " + std::to_string(completionId) + " in this run.", "" });
        return completionFrom(q);
    });
}

Result<CompletionRow> RunReader::completionText(int64_t completionId) const
{
    return guarded(m_state->folder, [&] {
        SQLite::Statement q(m_state->database,
            std::string("SELECT ") + kCompletionColumns
                + ", t.text, t.token_ids FROM completion c JOIN completion_text t ON t.completion_id = c.id WHERE c.id "
                  "= ?");
        q.bind(1, completionId);
        if (!q.executeStep())
            throw Failure(
                { "row_missing", "There is no completion " + std::to_string(completionId) + " in this run.", "" });
        CompletionRow row = completionFrom(q);
        row.text = q.getColumn(17).getString();
        row.tokenIds = blob<int32_t>(q.getColumn(18));
        return row;
    });
}

Result<std::optional<TokenDetail>> RunReader::tokenDetail(int64_t completionId) const
{
    return guarded(m_state->folder, [&]() -> std::optional<TokenDetail> {
        SQLite::Statement q(
            m_state->database, "SELECT token_ends, logprob, entropy FROM token_detail WHERE completion_id = ?");
        q.bind(1, completionId);
        if (!q.executeStep())
            return std::nullopt;
        return TokenDetail { blob<int32_t>(q.getColumn(0)), blob<float>(q.getColumn(1)), blob<float>(q.getColumn(2)) };
    });
}

Result<std::vector<TraceHit>> RunReader::search(
    const TraceFilter& filter, TraceOrder order, int limit, const TraceHit* after) const
{
    return guarded(m_state->folder, [&] {
        TraceQuery where(filter);
        if (after)
            where.startAfter(order, after->completion);
        const std::string sorted = TraceQuery::orderBy(order);
        // The inner query picks the ids, so that sorting never carries wide rows about.
        SQLite::Statement q(m_state->database,
            std::string("SELECT ") + kCompletionColumns + ", g.position, p.text FROM (SELECT c.rowid AS id FROM "
                + where.sql(TraceQuery::byId(order)) + sorted
                + " LIMIT ?) chosen JOIN completion c ON c.id = chosen.id JOIN completion_group g ON g.id = c.group_id"
                  " JOIN prompt p ON p.id = g.prompt_id"
                + sorted);
        q.bind(where.bind(q), limit);
        std::vector<TraceHit> hits;
        while (q.executeStep())
            hits.push_back({ completionFrom(q), q.getColumn(17).getInt(), q.getColumn(18).getString() });
        return hits;
    });
}

Result<int64_t> RunReader::searchTexts(const TraceFilter& filter, TraceOrder order, int limit,
    const std::function<void(std::vector<TraceHit>)>& first, const std::function<bool()>& wanted) const
{
    return guarded(m_state->folder, [&] {
        const TraceQuery where(filter);
        FoundTexts found(where, order, size_t(std::max(limit, 0)));
        SQLite::Transaction one(m_state->database); // the page belongs to what was searched
        bool told = false;
        const auto tell = [&](const std::vector<int64_t>& ids) {
            SQLite::Statement row(m_state->database,
                std::string("SELECT ") + kCompletionColumns
                    + ", g.position, p.text FROM completion c JOIN completion_group g ON g.id = c.group_id"
                      " JOIN prompt p ON p.id = g.prompt_id WHERE c.id = ?");
            std::vector<TraceHit> hits;
            for (const int64_t id : ids) {
                row.reset();
                row.bind(1, id);
                if (row.executeStep())
                    hits.push_back({ completionFrom(row), row.getColumn(17).getInt(), row.getColumn(18).getString() });
            }
            told = true;
            first(std::move(hits));
        };
        m_state->scan.run(
            found.from(),
            [&](int worker, SQLite::Database& database, const PartScan::Part& part) {
                found.read(database, part);
                if (worker == 0 && !told) // the connection of the page is this thread's
                    if (const auto ids = found.earlyPage())
                        tell(*ids);
            },
            wanted);
        if (!told)
            tell(found.page(m_state->database));
        return found.count();
    });
}

Result<int64_t> RunReader::countHits(const TraceFilter& filter) const
{
    return guarded(m_state->folder, [&] {
        const TraceQuery where(filter);
        SQLite::Statement q(m_state->database, "SELECT COUNT(*) FROM " + where.sql(/*byId=*/true, /*inPlace=*/true));
        where.bind(q);
        q.executeStep();
        return int64_t(q.getColumn(0).getInt64());
    });
}

Result<std::vector<EvaluationRow>> RunReader::evaluations() const
{
    return guarded(m_state->folder, [&] {
        SQLite::Statement q(m_state->database, std::string(kEvaluationSelect) + " WHERE task <> ? ORDER BY step, id");
        q.bind(1, kProbesTask);
        return evaluationsFrom(q);
    });
}

Result<std::vector<EvaluationRow>> RunReader::probes() const
{
    return guarded(m_state->folder, [&] {
        SQLite::Statement q(m_state->database, std::string(kEvaluationSelect) + " WHERE task = ? ORDER BY step, id");
        q.bind(1, kProbesTask);
        return evaluationsFrom(q);
    });
}

Result<EvaluationRow> RunReader::evaluation(int64_t evaluationId) const
{
    return guarded(m_state->folder, [&] {
        SQLite::Statement q(m_state->database, std::string(kEvaluationSelect) + " WHERE id = ?");
        q.bind(1, evaluationId);
        std::vector<EvaluationRow> rows = evaluationsFrom(q);
        if (rows.empty())
            throw Failure(
                { "row_missing", "There is no evaluation " + std::to_string(evaluationId) + " in this run.", "" });
        return std::move(rows.front());
    });
}

Result<std::vector<EvaluationProblemRow>> RunReader::evaluationProblems(int64_t evaluationId, bool withExamples) const
{
    return guarded(m_state->folder, [&] {
        SQLite::Statement q(m_state->database,
            std::string("SELECT p.id, p.text, p.task, p.item_json, e.correct, e.majority, ")
                + (withExamples ? "e.example" : "''")
                + " FROM evaluation_problem e JOIN prompt p ON p.id = e.prompt_id WHERE e.evaluation_id = ? ORDER BY "
                  "e.position");
        q.bind(1, evaluationId);
        std::vector<EvaluationProblemRow> rows;
        while (q.executeStep())
            rows.push_back({ { q.getColumn(0).getInt64(), q.getColumn(1).getString(), q.getColumn(2).getString(),
                                 q.getColumn(3).getString() },
                q.getColumn(4).getInt(), q.getColumn(5).getInt() != 0, q.getColumn(6).getString() });
        return rows;
    });
}

Result<std::string> RunReader::evaluationExample(int64_t evaluationId, int64_t position) const
{
    return guarded(m_state->folder, [&] {
        SQLite::Statement q(
            m_state->database, "SELECT example FROM evaluation_problem WHERE evaluation_id = ? AND position = ?");
        q.bind(1, evaluationId);
        q.bind(2, position);
        if (!q.executeStep())
            throw Failure({ "row_missing", "This evaluation has no problem " + std::to_string(position) + ".", "" });
        return q.getColumn(0).getString();
    });
}

Result<std::optional<PromptAnswers>> RunReader::answersOf(const std::string& promptText) const
{
    return guarded(m_state->folder, [&]() -> std::optional<PromptAnswers> {
        SQLite::Statement prompt(m_state->database, "SELECT id, text, task, item_json FROM prompt WHERE text = ?");
        prompt.bind(1, promptText);
        if (!prompt.executeStep())
            return std::nullopt;
        PromptAnswers found { { prompt.getColumn(0).getInt64(), prompt.getColumn(1).getString(),
                                  prompt.getColumn(2).getString(), prompt.getColumn(3).getString() },
            {} };
        SQLite::Statement q(m_state->database,
            "SELECT e.id, e.step, e.samples, p.position, p.correct FROM evaluation e JOIN evaluation_problem p ON"
            " p.evaluation_id = e.id WHERE p.prompt_id = ? AND e.task <> ? ORDER BY e.step, e.id, p.position");
        q.bind(1, found.prompt.id);
        q.bind(2, kProbesTask);
        while (q.executeStep())
            found.evaluations.push_back({ q.getColumn(0).getInt64(), q.getColumn(1).getInt64(), q.getColumn(2).getInt(),
                q.getColumn(3).getInt(), q.getColumn(4).getInt() });
        return found;
    });
}

void RunReader::interrupt() const { m_state->scan.interrupt(); }

Result<std::vector<CheckpointRow>> RunReader::checkpoints() const
{
    return guarded(m_state->folder, [&] {
        SQLite::Statement q(m_state->database,
            "SELECT id, stage_id, step, path, bytes, sha256, created_at, removed FROM checkpoint ORDER BY step");
        std::vector<CheckpointRow> rows;
        while (q.executeStep())
            rows.push_back({ q.getColumn(0).getInt64(), q.getColumn(1).getInt64(), q.getColumn(2).getInt64(),
                q.getColumn(3).getString(), q.getColumn(4).getInt64(), q.getColumn(5).getString(),
                q.getColumn(6).getDouble(), q.getColumn(7).getInt() != 0 });
        return rows;
    });
}

Result<std::vector<MarkerRow>> RunReader::markers() const
{
    return guarded(m_state->folder, [&] {
        SQLite::Statement q(
            m_state->database, "SELECT id, step, kind, text, data_json, created_at FROM marker ORDER BY id");
        std::vector<MarkerRow> rows;
        while (q.executeStep())
            rows.push_back({ q.getColumn(0).getInt64(), q.getColumn(1).getInt64(), q.getColumn(2).getString(),
                q.getColumn(3).getString(), q.getColumn(4).getString(), q.getColumn(5).getDouble() });
        if (std::any_of(rows.begin(), rows.end(), [](const MarkerRow& row) {
                return row.kind == "set" && row.dataJson.find("\"change\"") == std::string::npos;
            })) {
            SQLite::Statement stage(m_state->database, "SELECT config_json FROM stage ORDER BY position DESC LIMIT 1");
            if (stage.executeStep())
                noteChanges(rows, stage.getColumn(0).getString());
        }
        return rows;
    });
}

Result<std::vector<LogRow>> RunReader::log(int64_t afterId, int limit) const
{
    return guarded(m_state->folder, [&] {
        SQLite::Statement q(
            m_state->database, "SELECT id, created_at, level, message FROM log WHERE id > ? ORDER BY id LIMIT ?");
        q.bind(1, afterId);
        q.bind(2, limit);
        std::vector<LogRow> rows;
        while (q.executeStep())
            rows.push_back({ q.getColumn(0).getInt64(), q.getColumn(1).getDouble(), q.getColumn(2).getString(),
                q.getColumn(3).getString() });
        return rows;
    });
}

} // namespace aha
