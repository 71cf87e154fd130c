#include "app/engine/verbs.h"

#include "core/engine/run_table.h"

#include <cstdio>

namespace aha {

void addTable(CLI::App& app, int& status)
{
    struct Options {
        std::vector<std::string> runs;
        int64_t kl = 128;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("table",
        "Compares runs in a table (Markdown): held-out pass@1 with its 95 % interval, length, KL from where they "
        "began, "
        "samples and time. A run that cannot be read is named on stderr and left out.");
    verb->add_option("runs", o->runs, "Run directories")->required();
    verb->add_option("--kl", o->kl, "Held-out completions to sample for the KL; 0 leaves it out")
        ->check(CLI::Range(int64_t(0), int64_t(100000)));
    verb->callback([o, &status] {
        status = runVerb([&] {
            std::vector<RunTableRow> rows;
            int missing = 0;
            for (const std::string& run : o->runs)
                if (Result<RunTableRow> row = tableRow(run, o->kl))
                    rows.push_back(std::move(*row));
                else
                    missing = reportError(row.error());
            std::fputs(tableMarkdown(rows).c_str(), stdout);
            return missing;
        });
    });
}

} // namespace aha
