#include "core/store/learning_reader.h"

#include "core/store/sqlite_edge.h"

#include <cstring>

namespace aha {

struct LearningReader::State {
    explicit State(const std::filesystem::path& runFolder)
        : folder(runFolder)
        , database(readOnlyUri(runFolder), SQLite::OPEN_READONLY | SQLite::OPEN_URI, 3000)
    {
        makeReading(database);
    }
    /// The tables are there. A resume may add them at any time.
    bool stored() const { return database.execAndGet("PRAGMA user_version").getInt() >= 2; }
    std::filesystem::path folder;
    mutable SQLite::Database database;
};

LearningReader::LearningReader(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
LearningReader::~LearningReader() = default;

Result<std::unique_ptr<LearningReader>> LearningReader::open(const std::filesystem::path& folder)
{
    Result<Result<std::unique_ptr<LearningReader>>> opened
        = guarded(folder, [&]() -> Result<std::unique_ptr<LearningReader>> {
              auto state = std::make_unique<State>(folder);
              if (Result<void> known = checkVersion(state->database, folder); !known)
                  return known.error();
              return std::unique_ptr<LearningReader>(new LearningReader(std::move(state)));
          });
    if (!opened)
        return opened.error();
    return std::move(*opened);
}

Result<std::unordered_map<int64_t, UpdateRow>> LearningReader::updates(const std::vector<int64_t>& completions) const
{
    return guarded(m_state->folder, [&] {
        std::unordered_map<int64_t, UpdateRow> rows;
        if (!m_state->stored())
            return rows;
        SQLite::Statement q(
            m_state->database, "SELECT tokens, ratio, clipped FROM completion_update WHERE completion_id = ?");
        for (const int64_t id : completions) {
            q.reset();
            q.bind(1, id);
            if (!q.executeStep())
                continue;
            UpdateRow& row = rows[id];
            row.tokens = q.getColumn(0).getInt64();
            if (!q.getColumn(1).isNull())
                row.ratio = q.getColumn(1).getDouble();
            if (!q.getColumn(2).isNull())
                row.clipped = q.getColumn(2).getDouble();
        }
        return rows;
    });
}

Result<std::optional<TokenRewards>> LearningReader::tokenRewards(int64_t completionId) const
{
    return guarded(m_state->folder, [&]() -> std::optional<TokenRewards> {
        if (!m_state->stored())
            return std::nullopt;
        SQLite::Statement q(m_state->database, "SELECT kind, reward FROM token_reward WHERE completion_id = ?");
        q.bind(1, completionId);
        if (!q.executeStep())
            return std::nullopt;
        TokenRewards rewards { q.getColumn(0).getString(), {} };
        rewards.values.resize(size_t(q.getColumn(1).getBytes()) / sizeof(float));
        if (!rewards.values.empty()) // memcpy must not get a null pointer
            std::memcpy(rewards.values.data(), q.getColumn(1).getBlob(), rewards.values.size() * sizeof(float));
        return rewards;
    });
}

} // namespace aha
