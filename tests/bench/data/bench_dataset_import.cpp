// Imports a million rows. Verifies first, then prints one JSON line per figure; leaves with 1 when a bar is missed
// widely.

#include "core/base/rng.h"
#include "core/data/dataset.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

using namespace aha;
using namespace aha::data;
namespace fs = std::filesystem;

namespace {

constexpr uint64_t kRows = 1000000;

double seconds(std::chrono::steady_clock::time_point since)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

uint64_t peakMb()
{
    rusage usage {};
    getrusage(RUSAGE_SELF, &usage);
    return uint64_t(usage.ru_maxrss) / 1024;
}

/// Row `i`: about 500 bytes with some escapes and some Chinese, as reasoning data has them.
std::string rowText(uint64_t i)
{
    static const std::vector<std::string> words { "let", "me", "check", "the", "answer", "again", "wait", "\\n\\n",
        "so", "x", "=", "\\\"boxed\\\"", "等一下", "therefore", "7", "13", "\\\\frac{1}{2}", "and", "we", "get" };
    Rng rng(1, Purpose::Corpus, i);
    std::string text = "{\"id\": " + std::to_string(i) + ", \"question\": \"";
    for (int w = 0; w < 20; ++w)
        text += words[rng.below(words.size())] + " ";
    text += "\", \"solution\": \"";
    for (int w = 0; w < 75; ++w)
        text += words[rng.below(words.size())] + " ";
    return text + "\", \"answer\": " + std::to_string(rng.below(1000)) + ", \"tags\": [\"a\", \"b\"], \"ok\": true}";
}

/// One JSON line. False when the bar is missed by more than the factor 3 that a shared machine may cost.
bool bar(const char* name, double figure, const char* unit, double limit, bool atLeast, double baseline = 0)
{
    std::printf("{\"name\":\"%s\",\"figure\":%.4g,\"unit\":\"%s\",\"baseline\":%s,\"ratio\":%s,\"bar\":%g}\n", name,
        figure, unit, baseline > 0 ? std::to_string(baseline).c_str() : "null",
        baseline > 0 ? std::to_string(figure / baseline).c_str() : "null", limit);
    const double miss = atLeast ? limit / figure : figure / limit;
    if (miss > 1)
        std::fprintf(stderr, "%s: the bar of %g %s is missed by a factor of %.2f\n", name, limit, unit, miss);
    return miss <= 3;
}

} // namespace

int main()
{
    std::string pattern = (fs::temp_directory_path() / "ahascope-bench-XXXXXX").string();
    if (!mkdtemp(pattern.data()))
        return 2;
    const fs::path folder = pattern, file = folder / "rows.jsonl";
    struct Remove {
        fs::path path;
        ~Remove() { fs::remove_all(path); }
    } remove { folder };
    {
        std::ofstream out(file, std::ios::binary);
        for (uint64_t i = 0; i < kRows; ++i)
            out << rowText(i) << '\n';
    }
    const double mb = double(fs::file_size(file)) / 1e6;

    // The import in a process of its own, so that the peak is its own.
    int report[2];
    if (pipe(report) != 0)
        return 2;
    const pid_t child = fork();
    if (child == 0) {
        const auto start = std::chrono::steady_clock::now();
        const auto data = importFiles({ file }, folder / "cache");
        const double took = seconds(start);
        double figures[3] { took, double(peakMb()), data.ok() && (*data)->size() == kRows ? 1.0 : 0.0 };
        _exit(write(report[1], figures, sizeof figures) == sizeof figures ? 0 : 1);
    }
    double figures[3] {};
    if (read(report[0], figures, sizeof figures) != sizeof figures)
        return 2;
    waitpid(child, nullptr, 0);

    // Verify: the count, and rows all over the file, in shuffled order.
    const auto data = importFiles({ file }, folder / "cache"); // opens what the child made
    if (!data || figures[2] != 1.0) {
        std::fprintf(stderr, "%s\n", data.ok() ? "wrong number of rows" : data.error().sentence().c_str());
        return 1;
    }
    for (uint64_t i = 0; i < 20000; ++i) {
        const uint64_t row = i * 7919 % kRows;
        const auto got = (*data)->row(row);
        if (!got || *got != Row::parse(rowText(row))) {
            std::fprintf(stderr, "row %llu is wrong\n", static_cast<unsigned long long>(row));
            return 1;
        }
    }

    // The baseline: the project's JSON library over the same lines.
    double baseline = 0;
    {
        std::ifstream in(file);
        std::string line;
        const auto start = std::chrono::steady_clock::now();
        for (uint64_t i = 0; i < kRows / 10 && std::getline(in, line); ++i)
            if (!nlohmann::json::accept(line))
                return 1;
        baseline = mb / 10 / seconds(start);
    }

    // Random access: what a shuffled training read costs.
    const auto start = std::chrono::steady_clock::now();
    uint64_t bytes = 0;
    for (uint64_t i = 0; i < 50000; ++i)
        bytes += (*(*data)->row(i * 104729 % kRows))["solution"].get_ref<const std::string&>().size();
    const double perRow = seconds(start) / 50000 * 1e6;

    // Cancel: asked for in the middle, from another thread.
    std::stop_source stop;
    std::atomic<double> asked { 0 };
    const auto begin = std::chrono::steady_clock::now();
    const auto cancelled = importFiles({ file }, folder / "other", {}, stop.get_token(), [&](const ImportProgress& p) {
        if (p.bytes > p.bytesTotal / 4 && asked == 0) {
            asked = seconds(begin);
            std::thread([&stop] { stop.request_stop(); }).join();
        }
    });
    const double latency = seconds(begin) - asked;
    if (cancelled.ok() || cancelled.error().code != "cancelled" || !fs::is_empty(folder / "other")) {
        std::fprintf(stderr, "the cancelled import left something behind\n");
        return 1;
    }

    bool good = bar("dataset_import", mb / figures[0], "MB/s", 50, true, baseline);
    good &= bar("dataset_import_memory", figures[1], "MB", 300, false);
    good &= bar("dataset_row", perRow, "us", 1000, false);
    good &= bar("dataset_cancel", latency, "s", 0.5, false);
    std::fprintf(stderr, "%.0f MB in %.2f s; nlohmann accept %.0f MB/s; %llu bytes read\n", mb, figures[0], baseline,
        static_cast<unsigned long long>(bytes));
    return good ? 0 : 1;
}
