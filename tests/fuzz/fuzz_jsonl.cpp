// Data files as bytes: every row that the readers let through is an object that nlohmann's parser accepts, and a line
// that is refused for not being JSON is refused by it too.

#include "core/data/text_reader.h"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <sys/mman.h>
#include <unistd.h>

using namespace aha;
using namespace aha::data;

namespace {

void compareWithParser(std::string_view text)
{
    JsonCheck check;
    const JsonCheck::Verdict verdict = check.check(text);
    const std::string_view code = verdict.code;
    if (code == "row_duplicate_key" || code == "row_too_deep")
        return; // stricter on purpose
    // The parser skips a byte order mark and takes a NUL for the end of the text; a row has neither.
    if (text.substr(0, 3) == "\xEF\xBB\xBF" || text.find('\0') != std::string_view::npos)
        return;
    if (verdict.ok != nlohmann::json::accept(text))
        std::abort();
}

void readToEnd(Result<std::unique_ptr<RowReader>> reader)
{
    while (reader) {
        const auto step = (*reader)->next();
        if (!step || *step == RowReader::Step::End)
            return;
        if (*step == RowReader::Step::Bad) {
            if ((*reader)->bad().message.empty() || (*reader)->bad().line == 0)
                std::abort();
            continue;
        }
        const auto row = nlohmann::ordered_json::parse((*reader)->row(), nullptr, false);
        if (!row.is_object() || row.size() != (*reader)->keys().size())
            std::abort();
        size_t i = 0;
        for (const auto& [key, value] : row.items())
            if (key != (*reader)->keys()[i++])
                std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    compareWithParser(std::string_view(reinterpret_cast<const char*>(data), size));
    const int file = memfd_create("rows", MFD_CLOEXEC);
    if (file < 0 || write(file, data, size) != ssize_t(size))
        return 0;
    const std::string path = "/proc/self/fd/" + std::to_string(file);
    ReadOptions options;
    options.maxRowBytes = 1000;
    options.chunkBytes = 64; // rows across chunks, and buffers that cost nothing to clear
    for (const auto open : { openJsonl, openJson, openCsv })
        if (auto source = ByteSource::open(path, options, {}))
            readToEnd(open(std::move(*source), options));
    close(file);
    return 0;
}
