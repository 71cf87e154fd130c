#include "core/protocol/start_note.h"

#include "core/base/process.h"
#include "core/protocol/run_folder.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>

namespace aha {

namespace {

constexpr std::streamoff kNoteTailBytes = 64 << 10;
constexpr const char *kStartingKey = "engine_starts", *kProcessKey = "process", *kProcessStartKey = "process_start";

void append(const std::filesystem::path& log, const nlohmann::json& line)
{
    // On a line of its own, whatever half of one a killed engine left; in one write: the engine may write, too.
    std::ofstream(log, std::ios::app) << "\n" + line.dump() + "\n";
}

std::string tailOf(const std::filesystem::path& log)
{
    std::ifstream file(log, std::ios::binary | std::ios::ate);
    if (!file)
        return {};
    const std::streamoff size = file.tellg(), from = std::max<std::streamoff>(0, size - kNoteTailBytes);
    std::string tail(size_t(std::max<std::streamoff>(0, size - from)), '\0');
    file.seekg(from);
    file.read(tail.data(), std::streamsize(tail.size()));
    tail.resize(size_t(std::max<std::streamsize>(0, file.gcount())));
    return tail;
}

std::string wordOf(const nlohmann::json& line, const char* key)
{
    return line.contains(key) && line[key].is_string() ? line[key].get<std::string>() : std::string();
}

} // namespace

void noteStart(const std::filesystem::path& log) { append(log, { { kStartingKey, true } }); }

void noteStarted(const std::filesystem::path& log, int64_t pid)
{
    append(log, { { kProcessKey, pid }, { kProcessStartKey, startTimeOf(pid) } });
}

StartNote newestStart(const std::filesystem::path& run)
{
    StartNote note;
    const std::string tail = tailOf(run / run_folder::kLog);
    for (size_t end = tail.size(); end > 0;) {
        const size_t newline = tail.rfind('\n', end - 1);
        const size_t begin = newline == std::string::npos ? 0 : newline + 1;
        const auto line = nlohmann::json::parse(tail.substr(begin, end - begin), nullptr, /*allow_exceptions=*/false);
        end = newline == std::string::npos ? 0 : newline;
        if (!line.is_object())
            continue;
        if (line.contains(kStartingKey))
            break;
        if (line.contains(kProcessKey) && line[kProcessKey].is_number_integer() && line.contains(kProcessStartKey)
            && line[kProcessStartKey].is_number_unsigned()) { // the start tells a number that was given away again
            const auto start = line[kProcessStartKey].get<uint64_t>();
            note.running = start != 0 && startTimeOf(line[kProcessKey].get<int64_t>()) == start;
        }
        if (note.words.empty() && !wordOf(line, "message").empty()) {
            const std::string hint = wordOf(line, "hint");
            note.words = wordOf(line, "message") + (hint.empty() ? "" : " " + hint);
        }
    }
    return note;
}

} // namespace aha
