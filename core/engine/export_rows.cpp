#include "core/engine/export_rows.h"

#include "core/base/files.h"
#include "core/store/run_reader.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

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

} // namespace

Result<RowsExported> exportRows(const RowsExport& request)
{
    const auto reader = RunReader::open(request.run);
    if (!reader)
        return reader.error();
    RowsExported counted;
    std::string text;
    std::set<std::string> written;
    const int64_t last = orThrow((*reader)->lastStep());
    for (int64_t step = 1; step <= last; ++step)
        for (const GroupRow& group : orThrow((*reader)->groupsWithCompletions(step))) {
            ++counted.groups;
            std::vector<int64_t> winners, losers;
            for (const CompletionRow& completion : group.completions)
                if (among(completion.verdict, request.chosen))
                    winners.push_back(completion.id);
                else if (among(completion.verdict, request.rejected))
                    losers.push_back(completion.id);
            const size_t most = std::min<size_t>(
                request.pairs ? std::min(winners.size(), losers.size()) : winners.size(), size_t(request.perGroup));
            for (size_t i = 0; i < most; ++i) {
                Json row { { "prompt", group.prompt.text } };
                row[request.pairs ? "chosen" : "completion"] = orThrow((*reader)->completionText(winners[i])).text;
                if (request.pairs)
                    row["rejected"] = orThrow((*reader)->completionText(losers[i])).text;
                if (std::string one = line(row); written.insert(one).second) {
                    text += one;
                    ++counted.rows;
                }
            }
        }
    if (counted.rows == 0)
        return Error { "export_empty",
            "None of the run's " + std::to_string(counted.groups) + " groups has "
                + (request.pairs
                        ? "both a winner (" + list(request.chosen) + ") and a loser (" + list(request.rejected) + ")."
                        : "a completion that is " + list(request.chosen) + "."),
            "Use a run that samples and judges completions, such as one of grpo." };
    if (Result<void> saved = writeFileAtomically(request.out, text); !saved)
        return saved.error();
    return counted;
}

} // namespace aha
