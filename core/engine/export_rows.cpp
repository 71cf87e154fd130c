#include "core/engine/export_rows.h"

#include "core/base/files.h"
#include "core/engine/solution_steps.h"
#include "core/store/run_reader.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kProvenance = "provenance";

struct RowSource {
    std::string run, runId; ///< name of the folder; id that a moved folder keeps
};

bool among(const std::string& verdict, const std::vector<std::string>& verdicts)
{
    return std::find(verdicts.begin(), verdicts.end(), verdict) != verdicts.end();
}

std::string list(const std::vector<std::string>& verdicts)
{
    std::string text;
    for (const std::string& verdict : verdicts)
        text += (text.empty() ? "" : " or ") + verdict;
    return text;
}

std::string line(const Json& row) { return row.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

Json gradedRow(const GroupRow& group, const std::string& text, bool right, const RowsExport& request)
{
    Json row { { "prompt", group.prompt.text } };
    if (request.kind == RowKind::Grades) {
        row["completion"] = text;
        row["label"] = right;
        return row;
    }
    row["completions"] = solutionSteps(text, request.separator);
    row["labels"] = std::vector<bool>(row["completions"].size(), right);
    return row;
}

/// Which completion the row is: the way back from a training row to the trace and the verdict that kept it.
Json provenance(const RowSource& source, const CompletionRow& completion)
{
    return { { "run", source.run }, { "run_id", source.runId }, { "step", completion.step },
        { "completion", completion.id }, { "verdict", completion.verdict } };
}

using Completions = std::vector<const CompletionRow*>;

/// Best winners first, worst losers first, and only the pairs whose winner has the higher reward.
void rank(Completions& winners, Completions& losers)
{
    const auto unscored = [](const CompletionRow* row) { return !row->reward; };
    for (Completions* rows : { &winners, &losers })
        rows->erase(std::remove_if(rows->begin(), rows->end(), unscored), rows->end());
    std::stable_sort(winners.begin(), winners.end(), [](auto* a, auto* b) { return *a->reward > *b->reward; });
    std::stable_sort(losers.begin(), losers.end(), [](auto* a, auto* b) { return *a->reward < *b->reward; });
    size_t pairs = 0;
    while (pairs < std::min(winners.size(), losers.size()) && *winners[pairs]->reward > *losers[pairs]->reward)
        ++pairs;
    winners.resize(pairs);
    losers.resize(pairs);
}

std::vector<Json> rowsOf(RunReader& reader, const RowSource& source, const GroupRow& group, const RowsExport& request)
{
    const auto textOf = [&](int64_t id) { return orThrow(reader.completionText(id)).text; };
    std::vector<Json> rows;
    Completions winners, losers;
    for (const CompletionRow& completion : group.completions) {
        if (request.kind < RowKind::Grades) {
            const bool wins = among(completion.verdict, request.chosen);
            if (wins)
                winners.push_back(&completion);
            if ((!wins || request.byReward) && among(completion.verdict, request.rejected))
                losers.push_back(&completion);
            continue;
        }
        const bool right = completion.verdict == "correct";
        if ((!right && completion.verdict != "wrong"
                && completion.verdict != "malformed") // what we failed at is neither
            || int64_t(rows.size()) >= request.perGroup)
            continue;
        Json row = gradedRow(group, textOf(completion.id), right, request);
        row[kProvenance] = provenance(source, completion);
        if (request.kind == RowKind::Grades || !row["completions"].empty())
            rows.push_back(std::move(row));
    }
    const bool pairs = request.kind == RowKind::Pairs;
    if (pairs && request.byReward)
        rank(winners, losers);
    const size_t most
        = std::min<size_t>(pairs ? std::min(winners.size(), losers.size()) : winners.size(), size_t(request.perGroup));
    for (size_t i = 0; i < most; ++i) {
        Json& row = rows.emplace_back(Json { { "prompt", group.prompt.text } });
        row[pairs ? "chosen" : "completion"] = textOf(winners[i]->id);
        if (pairs)
            row["rejected"] = textOf(losers[i]->id);
        row[kProvenance] = provenance(source, *winners[i]);
        if (pairs) {
            row[kProvenance]["rejected"] = losers[i]->id;
            row[kProvenance]["rejected_verdict"] = losers[i]->verdict;
        }
    }
    return rows;
}

std::string nothingOf(const RowsExport& request)
{
    switch (request.kind) {
    case RowKind::Answers:
        return "a completion that is " + list(request.chosen) + ".";
    case RowKind::Pairs:
        return "both a winner (" + list(request.chosen) + ") and a loser (" + list(request.rejected) + ")"
            + (request.byReward ? " of less reward." : ".");
    default:
        return "a completion that was judged.";
    }
}

} // namespace

Result<RowsExported> exportRows(const RowsExport& request)
{
    const auto reader = RunReader::open(request.run);
    if (!reader)
        return reader.error();
    RowsExported counted;
    std::string text;
    std::set<std::string> written;
    const RowSource source { std::filesystem::absolute(request.run / "").parent_path().filename().string(),
        orThrow((*reader)->info("run_id")) };
    const int64_t last = orThrow((*reader)->lastStep());
    for (int64_t step = 1; step <= last; ++step)
        for (const GroupRow& group : orThrow((*reader)->groupsWithCompletions(step))) {
            ++counted.groups;
            for (const Json& row : rowsOf(**reader, source, group, request)) {
                Json said = row; // equal texts are one row, whichever completion they were
                said.erase(kProvenance);
                if (written.insert(line(said)).second) {
                    text += line(row);
                    ++counted.rows;
                }
            }
        }
    if (counted.rows == 0)
        return Error { "export_empty",
            "None of the run's " + std::to_string(counted.groups) + " groups has " + nothingOf(request),
            "Use a run that samples and judges completions, such as one of grpo." };
    if (Result<void> saved = writeFileAtomically(request.out, text); !saved)
        return saved.error();
    return counted;
}

} // namespace aha
