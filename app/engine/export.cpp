#include "app/engine/verbs.h"

#include "core/base/files.h"
#include "core/engine/engine_context.h"
#include "core/engine/export_model.h"
#include "core/engine/export_rows.h"
#include "core/engine/model_source.h"
#include "core/store/run_reader.h"

#include <cmath>
#include <cstdio>
#include <unistd.h>

namespace aha {

namespace {

/// step,metric,value: one row for each.
std::string metricsCsv(const std::string& run)
{
    const auto reader = orThrow(RunReader::open(run));
    std::string text = "step,metric,value\n";
    char value[40];
    for (const std::string& name : orThrow(reader->metricNames()))
        for (const SeriesPoint& point : orThrow(reader->series(name))) {
            std::snprintf(value, sizeof value, std::isnan(point.value) ? "" : "%.17g", point.value);
            text += std::to_string(point.step) + "," + name + "," + value + "\n";
        }
    return text;
}

std::optional<RowKind> rowKind(const std::string& name)
{
    for (const auto& [known, kind] : { std::pair { "answers", RowKind::Answers }, { "pairs", RowKind::Pairs },
             { "grades", RowKind::Grades }, { "steps", RowKind::Steps } })
        if (name == known)
            return kind;
    return std::nullopt;
}

/// \n and \t as people type them.
std::string unescaped(std::string text)
{
    for (const auto& [typed, meant] : { std::pair { "\\n", "\n" }, { "\\t", "\t" } })
        for (size_t at = text.find(typed); at != std::string::npos; at = text.find(typed, at + 1))
            text.replace(at, 2, meant);
    return text;
}

} // namespace

void addExport(CLI::App& app, int& status)
{
    struct Options {
        std::string source, to = "csv", out, dtype;
        int64_t perGroup = 4;
        std::vector<std::string> chosen { "correct" }, rejected { "wrong", "malformed" };
        std::string separator = "\\n";
        bool byReward = false;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("export",
        "Writes a run's metrics as CSV (step,metric,value); its right completions as rows to imitate (answers), "
        "right "
        "beside wrong ones as preferences (pairs), or all with their verdicts (grades), or their steps with them "
        "(steps), "
        "for reward models; or a model for other programs: a Hugging Face folder (hf), or a "
        "GGUF "
        "file. Of a run, its newest checkpoint; an adapter is merged into its base.");
    verb->add_option("source", o->source, "Run directory; for hf and gguf also a model folder, GGUF file or adapter")
        ->required();
    verb->add_option("--to", o->to, "Format")
        ->check(CLI::IsMember({ "csv", "answers", "pairs", "grades", "steps", "hf", "gguf" }));
    verb->add_option("--out", o->out, "File to write; for hf a folder")->required();
    verb->add_option("--per-group", o->perGroup, "answers, pairs, grades, steps: most rows of one group")
        ->check(CLI::Range(int64_t(1), int64_t(4096)));
    const auto verdicts = CLI::IsMember({ "correct", "wrong", "malformed" });
    verb->add_option("--chosen", o->chosen, "answers, pairs: verdicts of what is imitated or wins")->check(verdicts);
    verb->add_option("--rejected", o->rejected, "pairs: verdicts of what loses")->check(verdicts);
    verb->add_flag("--by-reward", o->byReward,
        "pairs: among these verdicts, which may then be the same, the higher reward of the run wins, best beside "
        "worst");
    verb->add_option("--separator", o->separator, "steps: text that ends a step; \\n is a line end");
    verb->add_option("--dtype", o->dtype, "Of the weights. hf: keep, F32, F16, BF16. gguf: F16, F32, BF16, Q8_0");
    verb->callback([o, &status] {
        status = runVerb([&] {
            if (o->to == "csv") {
                orThrow(writeFileAtomically(o->out, metricsCsv(o->source)));
                return 0;
            }
            if (const auto kind = rowKind(o->to)) {
                const RowsExported done = orThrow(exportRows({ o->source, o->out, *kind, o->perGroup,
                    unescaped(o->separator), o->chosen, o->rejected, o->byReward }));
                std::fprintf(stderr, "%lld rows from %lld groups.\n", static_cast<long long>(done.rows),
                    static_cast<long long>(done.groups));
                return 0;
            }
            const auto workers = makeWorkers(0);
            const bool terminal = ::isatty(STDERR_FILENO) == 1;
            orThrow(exportModel({ orThrow(resolveModel(o->source)), o->out, o->to, o->dtype }, *workers,
                [&](const std::string& name, uint64_t done, uint64_t total) {
                    if (terminal)
                        std::fprintf(
                            stderr, "\r\033[K%3.0f %%  %s", 100.0 * double(done) / double(total), name.c_str());
                    return !stopRequested.load();
                }));
            if (terminal)
                std::fprintf(stderr, "\r\033[K");
            return 0;
        });
    });
}

} // namespace aha
