#include "core/store/run_writer.h"

#include "core/base/fault.h"
#include "core/base/files.h"
#include "core/protocol/run_folder.h"
#include "core/store/digest.h"
#include "core/store/packed_text.h"
#include "core/store/sqlite_edge.h"

#include <nlohmann/json.hpp>
#include <sqlite3.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace aha {

namespace {

std::string partsJson(const std::vector<std::pair<std::string, double>>& parts)
{
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const auto& [name, value] : parts)
        json[name] = value;
    return json.dump();
}

template <class T> void bindBlob(SQLite::Statement& statement, int index, const std::vector<T>& values)
{
    const T none {}; // a null pointer would be NULL, not an empty blob
    statement.bind(index, values.empty() ? &none : values.data(), int(values.size() * sizeof(T)));
}

void bindNumber(SQLite::Statement& statement, int index, double value)
{
    if (std::isnan(value))
        statement.bind(index); // NULL
    else
        statement.bind(index, value);
}

} // namespace

struct RunWriter::State {
    State(const std::filesystem::path& runFolder, int flags)
        : folder(runFolder)
        , database((runFolder / run_folder::kDatabase).string(), flags, /*busyTimeoutMs=*/10'000)
    {
        database.exec("PRAGMA journal_mode=WAL");
        database.exec("PRAGMA synchronous=FULL");
        database.exec("PRAGMA foreign_keys=ON");
        database.exec("PRAGMA journal_size_limit=16777216"); // a log that once was long gives its room back
    }

    /// Prepared once, reset before each use.
    SQLite::Statement& prepared(const char* sql)
    {
        auto found = statements.find(sql);
        if (found == statements.end())
            found = statements.emplace(sql, std::make_unique<SQLite::Statement>(database, sql)).first;
        found->second->reset();
        found->second->clearBindings();
        return *found->second;
    }

    int64_t metricId(const std::string& name)
    {
        if (const auto known = metricIds.find(name); known != metricIds.end())
            return known->second;
        SQLite::Statement& insert = prepared("INSERT OR IGNORE INTO metric_name(name) VALUES (?)");
        insert.bind(1, name);
        insert.exec();
        SQLite::Statement& select = prepared("SELECT id FROM metric_name WHERE name = ?");
        select.bind(1, name);
        select.executeStep();
        return select.getColumn(0).getInt64(); // cached only after the commit: a rolled back id must not stay
    }

    int64_t promptId(const PromptRow& prompt)
    {
        // A problem of the task that a person asked first, as a prompt of their own, becomes the task's.
        SQLite::Statement& insert
            = prepared("INSERT INTO prompt(text, task, item_json) VALUES (?, ?, ?) ON CONFLICT(text) DO UPDATE SET"
                       " task = excluded.task, item_json = excluded.item_json"
                       " WHERE prompt.task = ? AND excluded.task <> prompt.task");
        insert.bind(1, prompt.text);
        insert.bind(2, prompt.task);
        insert.bind(3, prompt.itemJson);
        insert.bind(4, kProbesTask);
        insert.exec();
        SQLite::Statement& select = prepared("SELECT id FROM prompt WHERE text = ?");
        select.bind(1, prompt.text);
        select.executeStep();
        return select.getColumn(0).getInt64();
    }

    void insertLearning(const LearningRow& row, int64_t completionId)
    {
        if (row.update) {
            SQLite::Statement& insert
                = prepared("INSERT INTO completion_update(completion_id, tokens, ratio, clipped) VALUES (?,?,?,?)");
            insert.bind(1, completionId);
            insert.bind(2, row.update->tokens);
            bindNumber(insert, 3, row.update->ratio.value_or(std::nan("")));
            bindNumber(insert, 4, row.update->clipped.value_or(std::nan("")));
            insert.exec();
        }
        if (row.rewards) {
            SQLite::Statement& insert
                = prepared("INSERT INTO token_reward(completion_id, kind, reward) VALUES (?,?,?)");
            insert.bind(1, completionId);
            insert.bind(2, row.rewards->kind);
            bindBlob(insert, 3, row.rewards->values);
            insert.exec();
        }
    }

    /// Returns its id.
    int64_t insertCompletion(const CompletionRow& row, int64_t groupId, int64_t step)
    {
        SQLite::Statement& insert = prepared(
            "INSERT INTO completion(group_id, step, position, tokens, finish_reason, reward, advantage, correct,"
            " format_ok, verdict, reason, extracted, parts_json, reflections, mixes_language, language_share)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
        insert.bind(1, groupId);
        insert.bind(2, step);
        insert.bind(3, row.position);
        insert.bind(4, row.tokens);
        insert.bind(5, row.finishReason);
        bindNumber(insert, 6, row.reward ? *row.reward : std::nan(""));
        insert.bind(7, row.advantage);
        insert.bind(8, int(row.correct));
        insert.bind(9, int(row.formatOk));
        insert.bind(10, row.verdict);
        insert.bind(11, boundedField(row.reason));
        insert.bind(12, boundedField(row.extracted));
        insert.bind(13, partsJson(row.parts));
        insert.bind(14, row.reflections);
        insert.bind(15, int(row.mixesLanguage));
        insert.bind(16, row.languageShare);
        insert.exec();
        const int64_t id = database.getLastInsertRowid();
        SQLite::Statement& text
            = prepared("INSERT INTO completion_text(completion_id, text, token_ids) VALUES (?,?,?)");
        text.bind(1, id);
        text.bind(2, row.text);
        bindBlob(text, 3, row.tokenIds);
        text.exec();
        if (!row.detail)
            return id;
        SQLite::Statement& detail
            = prepared("INSERT INTO token_detail(completion_id, token_ends, logprob, entropy) VALUES (?,?,?,?)");
        detail.bind(1, id);
        bindBlob(detail, 2, row.detail->tokenEnds);
        bindBlob(detail, 3, row.detail->logprob);
        bindBlob(detail, 4, row.detail->entropy);
        detail.exec();
        return id;
    }

    /// Does `work` on the newest state. A query of before that was not read to its end would hold the state of then, on
    /// which SQLite lets nobody write once another process has: an evaluation that is made beside the training.
    template <class Work> auto use(Work&& work)
    {
        for (auto& [sql, statement] : statements)
            statement->tryReset();
        return guarded(folder, std::forward<Work>(work));
    }

    /// A query that was not read to its end is a reader of the state before: beside it SQLite moves nothing from its
    /// log into the database, and the log of a run of days would grow without bound, and every reading slow down with
    /// it.
    void commit(SQLite::Transaction& transaction)
    {
        for (auto& [sql, statement] : statements)
            statement->tryReset();
        transaction.commit();
    }

    /// Packed texts of a problem's samples within `room` bytes; "": it is the example, or has no room.
    static std::vector<std::string> packedSamples(const EvaluationProblemRow& problem, size_t room)
    {
        std::vector<std::string> texts(problem.samples.size());
        const auto pack = [&](size_t i) {
            if (texts[i].empty() && !(i == 0 && problem.samples[i].text == problem.example)) {
                texts[i] = packed(problem.samples[i].text);
                room -= std::min(room, texts[i].size());
            }
        };
        for (const bool right : { true, false }) { // who opens a problem wants one of each
            const auto first = std::find_if(problem.samples.begin(), problem.samples.end(),
                [&](const CompletionRow& row) { return row.correct == right; });
            if (first != problem.samples.end())
                pack(size_t(first - problem.samples.begin()));
        }
        for (size_t i = 0; i < texts.size() && room > 0; ++i)
            pack(i);
        return texts;
    }

    void insertSamples(const EvaluationProblemRow& problem, int64_t evaluation, int64_t position,
        const std::vector<std::string>& texts)
    {
        for (size_t i = 0; i < texts.size(); ++i) {
            const CompletionRow& row = problem.samples[i];
            SQLite::Statement& insert
                = prepared("INSERT INTO evaluation_sample(evaluation_id, position, sample, tokens, finish_reason,"
                           " correct, format_ok, verdict, reason, extracted, text) VALUES (?,?,?,?,?,?,?,?,?,?,?)");
            insert.bind(1, evaluation);
            insert.bind(2, position);
            insert.bind(3, int64_t(i));
            insert.bind(4, row.tokens);
            insert.bind(5, row.finishReason);
            insert.bind(6, int(row.correct));
            insert.bind(7, int(row.formatOk));
            insert.bind(8, row.verdict);
            insert.bind(9, boundedField(row.reason));
            insert.bind(10, boundedField(row.extracted));
            if (!texts[i].empty()) // else NULL
                insert.bind(11, texts[i].data(), int(texts[i].size()));
            insert.exec();
        }
    }

    /// After a failed transaction: nothing half-known stays.
    void forget()
    {
        metricIds.clear();
        for (auto& [sql, statement] : statements)
            statement->tryReset();
    }

    std::filesystem::path folder;
    SQLite::Database database;
    std::unordered_map<std::string, std::unique_ptr<SQLite::Statement>> statements;
    std::unordered_map<std::string, int64_t> metricIds;
    HighWater mark;
};

RunWriter::RunWriter(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
RunWriter::~RunWriter() = default;

Result<std::unique_ptr<RunWriter>> RunWriter::create(const std::filesystem::path& folder, const std::string& runId,
    const std::string& name, const std::string& kind, const std::string& configJson)
{
    return guarded(folder, [&] {
        auto state = std::make_unique<State>(folder, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        SQLite::Transaction transaction(state->database);
        addTables(state->database);
        SQLite::Statement info(state->database, "INSERT INTO run_info(key, value) VALUES (?, ?)");
        const std::pair<const char*, std::string> entries[] = { { "run_id", runId }, { "name", name },
            { "created_at", std::to_string(now()) }, { "engine_version", AHASCOPE_VERSION } };
        for (const auto& [key, value] : entries) {
            info.bind(1, key);
            info.bind(2, value);
            info.exec();
            info.reset();
        }
        SQLite::Statement stage(state->database,
            "INSERT INTO stage(id, position, kind, name, config_json, started_at) VALUES (1, 0, ?, ?, ?, ?)");
        stage.bind(1, kind);
        stage.bind(2, name);
        stage.bind(3, configJson);
        stage.bind(4, now());
        stage.exec();
        transaction.commit();
        return std::unique_ptr<RunWriter>(new RunWriter(std::move(state)));
    });
}

Result<std::unique_ptr<RunWriter>> RunWriter::open(const std::filesystem::path& folder)
{
    std::error_code ignored;
    if (!std::filesystem::exists(folder / run_folder::kDatabase, ignored))
        return Error { "database_missing", "There is no run in " + folder.string() + " (no run.db).",
            "Check the path." };
    Result<Result<std::unique_ptr<RunWriter>>> opened = guarded(folder, [&]() -> Result<std::unique_ptr<RunWriter>> {
        const std::optional<HighWater> mark = readHighWater(folder);
        auto state = std::make_unique<State>(folder, SQLite::OPEN_READWRITE);
        if (Result<void> known = checkVersion(state->database, folder); !known)
            return known.error();
        if (state->database.execAndGet("PRAGMA user_version").getInt() < kSchemaVersion) {
            // A writer from its begin: whoever has read is refused at once, not after a wait, while another writes.
            SQLite::Transaction transaction(state->database, SQLite::TransactionBehavior::IMMEDIATE);
            addTables(state->database);
            transaction.commit();
        }
        state->mark = countRows(state->database);
        if (mark && state->mark.behind(*mark))
            return lostTail(folder, *mark, state->mark);
        if (Result<void> repaired = writeHighWater(folder, state->mark); !repaired)
            return repaired.error();
        return std::unique_ptr<RunWriter>(new RunWriter(std::move(state)));
    });
    if (!opened)
        return opened.error();
    return std::move(*opened);
}

Result<void> RunWriter::commitStep(const StepRow& step, const std::vector<LearningRow>& learning)
{
    State& s = *m_state;
    const std::string digest = digestOf(step);
    Result<bool> known = s.use([&] {
        SQLite::Statement& select = s.prepared("SELECT digest FROM step WHERE step = ?");
        select.bind(1, step.step);
        if (!select.executeStep())
            return false;
        if (select.getColumn(0).getString() != digest)
            throw Failure({ "step_mismatch",
                "Step " + std::to_string(step.step)
                    + " was computed again and came out differently from what is stored.",
                "Resume with the same program, machine and thread count that the run was started with." });
        return true;
    });
    if (!known || *known)
        return known ? Result<void>() : known.error();
    Result<void> written = s.use([&] {
        SQLite::Transaction transaction(s.database);
        std::vector<std::pair<std::string, int64_t>> ids;
        for (const auto& [name, value] : step.metrics) {
            const int64_t id = s.metricId(name);
            ids.emplace_back(name, id);
            SQLite::Statement& insert = s.prepared("INSERT INTO metric(name_id, step, value) VALUES (?, ?, ?)");
            insert.bind(1, id);
            insert.bind(2, step.step);
            bindNumber(insert, 3, value);
            insert.exec();
        }
        size_t at = 0; // in `learning`
        for (const GroupRow& group : step.groups) {
            const int64_t prompt = s.promptId(group.prompt);
            SQLite::Statement& insert = s.prepared("INSERT INTO completion_group(step, position, prompt_id, "
                                                   "reward_mean, reward_std, zero_variance) VALUES (?,?,?,?,?,?)");
            insert.bind(1, step.step);
            insert.bind(2, group.position);
            insert.bind(3, prompt);
            insert.bind(4, group.rewardMean);
            insert.bind(5, group.rewardStd);
            insert.bind(6, int(group.zeroVariance));
            insert.exec();
            const int64_t groupId = s.database.getLastInsertRowid();
            for (const CompletionRow& row : group.completions) {
                const int64_t id = s.insertCompletion(row, groupId, step.step);
                if (at < learning.size())
                    s.insertLearning(learning[at++], id);
            }
        }
        SQLite::Statement& done
            = s.prepared("INSERT INTO step(step, stage_id, committed_at, digest) VALUES (?, ?, ?, ?)");
        done.bind(1, step.step);
        done.bind(2, step.stageId);
        done.bind(3, now());
        done.bind(4, digest);
        done.exec();
        faultKill("commit");
        s.commit(transaction);
        for (auto& [name, id] : ids)
            s.metricIds[name] = id;
    });
    if (!written) {
        s.forget();
        return written;
    }
    HighWater mark = s.mark;
    mark.lastStep = std::max(mark.lastStep, step.step);
    ++mark.steps;
    for (const GroupRow& group : step.groups)
        mark.completions += int64_t(group.completions.size());
    s.mark = mark;
    return writeHighWater(s.folder, s.mark);
}

Result<void> RunWriter::commitEvaluation(const EvaluationRow& row)
{
    State& s = *m_state;
    const std::string digest = digestOf(row);
    std::vector<std::vector<std::string>> texts; // packed before: seconds, in which nobody else could write
    for (const EvaluationProblemRow& problem : row.rows)
        texts.push_back(State::packedSamples(problem, kMostSampleBytes / row.rows.size()));
    HighWater mark;
    Result<bool> written = s.use([&] {
        // It looks and writes in one turn: another process may be storing the same evaluation.
        SQLite::Transaction transaction(s.database, SQLite::TransactionBehavior::IMMEDIATE);
        SQLite::Statement& select
            = s.prepared("SELECT digest FROM evaluation WHERE stage_id = ? AND step = ? AND task = ?");
        select.bind(1, row.stageId);
        select.bind(2, row.step);
        select.bind(3, row.task);
        if (select.executeStep()) {
            if (select.getColumn(0).getString() != digest)
                throw Failure({ "step_mismatch",
                    "The evaluation at step " + std::to_string(row.step)
                        + " was computed again and came out differently from what is stored.",
                    "Resume with the same program, machine and thread count that the run was started with." });
            return false;
        }
        nlohmann::ordered_json passK = nlohmann::ordered_json::object();
        for (const auto& [k, value] : row.passK)
            passK[std::to_string(k)] = value;
        SQLite::Statement& insert = s.prepared(
            "INSERT INTO evaluation(stage_id, step, task, problems, samples, pass1, pass1_low, pass1_high, cons,"
            " pass_k_json, metrics_json, created_at, digest) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)");
        insert.bind(1, row.stageId);
        insert.bind(2, row.step);
        insert.bind(3, row.task);
        insert.bind(4, row.problems);
        insert.bind(5, row.samples);
        insert.bind(6, row.pass1);
        insert.bind(7, row.pass1Low);
        insert.bind(8, row.pass1High);
        bindNumber(insert, 9, row.cons ? *row.cons : std::nan(""));
        insert.bind(10, passK.dump());
        insert.bind(11, partsJson(row.metrics));
        insert.bind(12, now());
        insert.bind(13, digest);
        insert.exec();
        const int64_t id = s.database.getLastInsertRowid();
        for (size_t i = 0; i < row.rows.size(); ++i) {
            const int64_t prompt = s.promptId(row.rows[i].prompt);
            SQLite::Statement& problem = s.prepared("INSERT INTO evaluation_problem(evaluation_id, position, "
                                                    "prompt_id, correct, majority, example) VALUES (?,?,?,?,?,?)");
            problem.bind(1, id);
            problem.bind(2, int64_t(i));
            problem.bind(3, prompt);
            problem.bind(4, row.rows[i].correct);
            problem.bind(5, int(row.rows[i].majority));
            problem.bind(6, row.rows[i].example);
            problem.exec();
            s.insertSamples(row.rows[i], id, int64_t(i), texts[i]);
        }
        mark = countRows(s.database); // of another process, too
        s.commit(transaction);
        return true;
    });
    if (!written) {
        s.forget();
        return written.error();
    }
    if (!*written)
        return {};
    s.mark = mark;
    return writeHighWater(s.folder, s.mark);
}

Result<void> RunWriter::addCheckpoint(const CheckpointRow& row)
{
    return m_state->use([&] {
        SQLite::Statement& insert = m_state->prepared(
            "INSERT INTO checkpoint(stage_id, step, path, bytes, sha256, created_at, removed) VALUES (?,?,?,?,?,?,0)"
            " ON CONFLICT(stage_id, step) DO UPDATE SET path=excluded.path, bytes=excluded.bytes, "
            "sha256=excluded.sha256, removed=0");
        insert.bind(1, row.stageId);
        insert.bind(2, row.step);
        insert.bind(3, row.path);
        insert.bind(4, row.bytes);
        insert.bind(5, row.sha256);
        insert.bind(6, now());
        insert.exec();
    });
}

Result<void> RunWriter::markCheckpointRemoved(const std::string& path)
{
    return m_state->use([&] {
        SQLite::Statement& update = m_state->prepared("UPDATE checkpoint SET removed = 1 WHERE path = ?");
        update.bind(1, path);
        update.exec();
    });
}

Result<int64_t> RunWriter::addMarker(const MarkerRow& row)
{
    return m_state->use([&] {
        SQLite::Statement& insert
            = m_state->prepared("INSERT INTO marker(step, kind, text, data_json, created_at) VALUES (?,?,?,?,?)");
        insert.bind(1, row.step);
        insert.bind(2, row.kind);
        insert.bind(3, row.text);
        insert.bind(4, row.dataJson);
        insert.bind(5, now());
        insert.exec();
        return int64_t(m_state->database.getLastInsertRowid());
    });
}

Result<void> RunWriter::addLog(const std::string& level, const std::string& message)
{
    return m_state->use([&] {
        SQLite::Statement& insert = m_state->prepared("INSERT INTO log(created_at, level, message) VALUES (?,?,?)");
        insert.bind(1, now());
        insert.bind(2, level);
        insert.bind(3, message);
        insert.exec();
    });
}

Result<void> RunWriter::setInfo(const std::string& key, const std::string& value)
{
    return m_state->use([&] {
        SQLite::Statement& insert = m_state->prepared(
            "INSERT INTO run_info(key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value");
        insert.bind(1, key);
        insert.bind(2, value);
        insert.exec();
    });
}

Result<void> RunWriter::endStage(int64_t stageId)
{
    return m_state->use([&] {
        SQLite::Statement& update = m_state->prepared("UPDATE stage SET ended_at = ? WHERE id = ?");
        update.bind(1, now());
        update.bind(2, stageId);
        update.exec();
    });
}

Result<int64_t> RunWriter::addSource(const std::string& kind, const std::string& locator, const std::string& licence,
    const std::string& sha256, const std::string& note)
{
    return m_state->use([&] {
        SQLite::Statement& select
            = m_state->prepared("SELECT id FROM source WHERE kind = ? AND locator = ? AND ifnull(sha256, '') = ?");
        select.bind(1, kind);
        select.bind(2, locator);
        select.bind(3, sha256);
        if (select.executeStep())
            return int64_t(select.getColumn(0).getInt64());
        SQLite::Statement& insert = m_state->prepared(
            "INSERT INTO source(kind, locator, licence, sha256, note) VALUES (?,?,?,nullif(?,''),nullif(?,''))");
        insert.bind(1, kind);
        insert.bind(2, locator);
        insert.bind(3, licence);
        insert.bind(4, sha256);
        insert.bind(5, note);
        insert.exec();
        return int64_t(m_state->database.getLastInsertRowid());
    });
}

int64_t RunWriter::lastStep() const { return m_state->mark.lastStep; }

Result<std::vector<MarkerRow>> RunWriter::markers(const std::string& kind) const
{
    return m_state->use([&] {
        SQLite::Statement& select = m_state->prepared(
            "SELECT id, step, kind, text, data_json, created_at FROM marker WHERE kind = ? ORDER BY id");
        select.bind(1, kind);
        std::vector<MarkerRow> rows;
        while (select.executeStep())
            rows.push_back({ select.getColumn(0).getInt64(), select.getColumn(1).getInt64(),
                select.getColumn(2).getString(), select.getColumn(3).getString(), select.getColumn(4).getString(),
                select.getColumn(5).getDouble() });
        return rows;
    });
}

} // namespace aha
