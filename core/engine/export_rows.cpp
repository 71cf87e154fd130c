#include "core/engine/export_rows.h"

#include "core/base/files.h"
#include "core/store/run_reader.h"

#include <nlohmann/json.hpp>

#include <set>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

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
            std::vector<int64_t> right, wrong;
            for (const CompletionRow& completion : group.completions)
                if (completion.verdict == "correct")
                    right.push_back(completion.id);
                else if (completion.verdict == "wrong"
                    || completion.verdict == "malformed") // what we failed at is neither
                    wrong.push_back(completion.id);
            const size_t most = std::min<size_t>(
                request.pairs ? std::min(right.size(), wrong.size()) : right.size(), size_t(request.perGroup));
            for (size_t i = 0; i < most; ++i) {
                Json row { { "prompt", group.prompt.text } };
                row[request.pairs ? "chosen" : "completion"] = orThrow((*reader)->completionText(right[i])).text;
                if (request.pairs)
                    row["rejected"] = orThrow((*reader)->completionText(wrong[i])).text;
                if (std::string one = line(row); written.insert(one).second) {
                    text += one;
                    ++counted.rows;
                }
            }
        }
    if (counted.rows == 0)
        return Error { "export_empty",
            "None of the run's " + std::to_string(counted.groups) + " groups has "
                + (request.pairs ? "a right and a wrong completion." : "a right completion."),
            "Use a run that samples and judges completions, such as one of grpo." };
    if (Result<void> saved = writeFileAtomically(request.out, text); !saved)
        return saved.error();
    return counted;
}

} // namespace aha
