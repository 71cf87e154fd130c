#pragma once
// The committed rows of a run as lines, from any point on: what `serve` sends to a replica elsewhere.

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace aha {

/// How far a replica is: the largest number that it holds of each kind of row. Nothing is ever sent twice.
struct StreamCursor {
    int64_t step = -1, evaluation = 0, prompt = 0, metricName = 0, source = 0, marker = 0, log = 0;
    std::string digest; ///< of that step's content; must be the source's. Empty: not checked
    std::string wholes; ///< of the tables that are sent as a whole
    bool operator==(const StreamCursor&) const = default;
};
/// "step=12,evaluation=3,…": letters, digits, '=' and ',' alone, so that no shell on the way changes it.
std::string toText(const StreamCursor& cursor);
/// Of such a text. Errors: stream_cursor.
Result<StreamCursor> parseStreamCursor(const std::string& text);

/// What a stream's first line says.
struct StreamHello {
    int serve = 1, schema = 0; ///< versions of the stream and of run.db
    std::string runId, createdAt, configJson, version;
};
std::string toLine(const StreamHello& hello);
/// Errors: stream_malformed, stream_version (names both).
Result<StreamHello> parseStreamHello(const std::string& line);

/// Reads one run. Every batch is a state that the run once had: a step with everything of it, or an evaluation, or
/// markers and log. Errors of every method: those of RunReader, and stream_diverged (the replica has another history).
class RunStream {
public:
    static Result<std::unique_ptr<RunStream>> open(const std::filesystem::path& folder, const StreamCursor& from);
    /// "After this step": the rest of the cursor as the run itself says.
    static Result<StreamCursor> cursorAfter(const std::filesystem::path& folder, int64_t step);
    ~RunStream();

    Result<StreamHello> hello() const;
    /// Everything new, a line each: {"sha256":"<of the rows' text>","rows":{table: [[value, …], …]}}. Stops at the
    /// first line that `send` refuses. Returns the number of lines.
    Result<int64_t> read(const std::function<bool(const std::string& line)>& send);
    const StreamCursor& cursor() const;

private:
    struct State;
    explicit RunStream(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace aha
