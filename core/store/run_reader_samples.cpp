// RunReader: one problem of an evaluation, and what its samples are.

#include "core/store/packed_text.h"
#include "core/store/run_reader_state.h"

namespace aha {

namespace {

constexpr const char* kSampleColumns = "sample, tokens, finish_reason, correct, format_ok, verdict, reason, extracted";

CompletionRow sampleFrom(SQLite::Statement& q)
{
    CompletionRow row;
    row.position = q.getColumn(0).getInt();
    row.tokens = q.getColumn(1).getInt();
    row.finishReason = q.getColumn(2).getString();
    row.correct = q.getColumn(3).getInt() != 0;
    row.formatOk = q.getColumn(4).getInt() != 0;
    row.verdict = q.getColumn(5).getString();
    row.reason = fieldOf(q.getColumn(6));
    row.extracted = fieldOf(q.getColumn(7));
    return row;
}

} // namespace

Result<EvaluationProblemRow> RunReader::evaluationProblem(int64_t evaluationId, int64_t position) const
{
    return guarded(m_state->folder, [&] {
        SQLite::Statement q(m_state->database,
            "SELECT p.id, p.text, p.task, p.item_json, e.correct, e.majority FROM evaluation_problem e JOIN prompt p ON"
            " p.id = e.prompt_id WHERE e.evaluation_id = ? AND e.position = ?");
        q.bind(1, evaluationId);
        q.bind(2, position);
        if (!q.executeStep())
            throw Failure({ "row_missing", "This evaluation has no problem " + std::to_string(position) + ".", "" });
        return EvaluationProblemRow { { q.getColumn(0).getInt64(), q.getColumn(1).getString(),
                                          q.getColumn(2).getString(), q.getColumn(3).getString() },
            q.getColumn(4).getInt(), q.getColumn(5).getInt() != 0, {} };
    });
}

Result<std::vector<CompletionRow>> RunReader::evaluationSamples(int64_t evaluationId, int64_t position) const
{
    return guarded(m_state->folder, [&] {
        std::vector<CompletionRow> rows;
        if (!m_state->hasSamples())
            return rows;
        SQLite::Statement q(m_state->database,
            std::string("SELECT ") + kSampleColumns
                + " FROM evaluation_sample WHERE evaluation_id = ? AND position = ? ORDER BY sample");
        q.bind(1, evaluationId);
        q.bind(2, position);
        while (q.executeStep())
            rows.push_back(sampleFrom(q));
        return rows;
    });
}

Result<CompletionRow> RunReader::evaluationSample(int64_t evaluationId, int64_t position, int64_t sample) const
{
    Result<std::string> example = evaluationExample(evaluationId, position);
    if (!example)
        return example.error();
    return guarded(m_state->folder, [&] {
        CompletionRow row;
        bool known = false;
        if (m_state->hasSamples()) {
            SQLite::Statement q(m_state->database,
                std::string("SELECT ") + kSampleColumns
                    + ", text FROM evaluation_sample WHERE evaluation_id = ? AND position = ? AND sample = ?");
            q.bind(1, evaluationId);
            q.bind(2, position);
            q.bind(3, sample);
            known = q.executeStep();
            if (known)
                row = sampleFrom(q);
            if (known && !q.getColumn(8).isNull()) {
                const SQLite::Column bytes = q.getColumn(8);
                std::optional<std::string> text
                    = unpacked({ static_cast<const char*>(bytes.getBlob()), size_t(bytes.getBytes()) });
                if (!text)
                    throw Failure({ "database_corrupt", "The text of this sample is damaged.",
                        "Restore the run folder from a copy; checkpoints are separate files and can still be used." });
                row.text = std::move(*text);
                return row;
            }
        }
        if (sample != 0)
            throw Failure(known ? Error { "row_missing",
                              "The text of sample " + std::to_string(sample + 1)
                                  + " was not kept: the samples of this evaluation had no room for it.",
                              "" }
                                : Error { "row_missing",
                                    "This problem has no sample " + std::to_string(sample + 1) + " in the run.", "" });
        row.text = std::move(*example);
        return row;
    });
}

} // namespace aha
