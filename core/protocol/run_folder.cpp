#include "core/protocol/run_folder.h"

#include "core/base/files.h"
#include "core/base/process.h"
#include "core/base/utf8.h"
#include "core/protocol/socket_address.h"

#include <nlohmann/json.hpp>

#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace aha {

namespace fs = std::filesystem;

namespace {

struct flock wholeFile(short type)
{
    struct flock lock { };
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    return lock;
}

std::optional<LeaseHolder> parseHolder(const std::string& text)
{
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || !json.contains("pid") || !json["pid"].is_number_integer())
        return std::nullopt;
    // Another program may have written anything here: a member of the wrong type counts as absent.
    const auto word = [&](const char* key) {
        return json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : std::string();
    };
    const bool started = json.contains("process_start") && json["process_start"].is_number_unsigned();
    return LeaseHolder { json["pid"].get<int64_t>(), started ? json["process_start"].get<uint64_t>() : 0, word("host"),
        word("state"), word("part") };
}

/// Shows nothing, is a space of some kind, or changes the order of what stands beside it.
bool isUnseen(char32_t c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0xa0) || c == 0xad || c == 0x61c || c == 0x1680 || c == 0x180e
        || (c >= 0x2000 && c <= 0x200f) || (c >= 0x2028 && c <= 0x202f) || (c >= 0x205f && c <= 0x206f) || c == 0x3000
        || c == 0xfeff || (c >= 0xfff0 && c <= 0xffff) || (c >= 0xe000 && c <= 0xf8ff) || c >= 0xe0000;
}

} // namespace

Result<std::string> readConfigText(const fs::path& run)
{
    constexpr uint64_t kMostBytes = 1 << 20;
    Result<std::string> text = readFile(run / run_folder::kConfig, kMostBytes);
    return text || text.error().code != "file_missing" ? text : readFile(run / run_folder::kStart, kMostBytes);
}

std::string runFolderName(std::string_view name)
{
    constexpr size_t kMostBytes = 100; // a name of a file has at most 255
    std::string folder;
    for (size_t at = 0; at < name.size();) {
        const CodePoint point = decodeUtf8(name, at);
        const char32_t c = point.value;
        at += point.bytes;
        const bool stays
            = c < 0x80 ? std::isalnum(int(c)) || c == U'.' || c == U'_' || c == U'-' : point.valid && !isUnseen(c);
        if (!stays && (folder.empty() || folder.back() == '-'))
            continue;
        if (folder.empty() && (c == U'.' || c == U'-'))
            continue;
        if (folder.size() + point.bytes > kMostBytes)
            break;
        appendUtf8(folder, stays ? c : U'-');
    }
    while (!folder.empty() && (folder.back() == '-' || folder.back() == '.'))
        folder.pop_back();
    return folder.empty() ? "run" : folder;
}

Lease::Lease(int fd, fs::path path)
    : m_fd(fd)
    , m_path(std::move(path))
{
}

Lease::~Lease() { ::close(m_fd); }

Result<std::unique_ptr<Lease>> Lease::acquire(const fs::path& run)
{
    const fs::path path = run / run_folder::kLease;
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        return fileError("Opening", path, errno);
    struct flock whole = wholeFile(F_WRLCK);
    if (::fcntl(fd, F_OFD_SETLK, &whole) != 0) {
        ::close(fd);
        const Result<std::string> text = readFile(path, 1 << 16);
        const std::optional<LeaseHolder> holder = text ? parseHolder(*text) : std::nullopt;
        return Error { "run_busy",
            "The run in " + run.string() + " is already being trained by process "
                + (holder ? std::to_string(holder->pid) + " on " + holder->host : "of unknown number") + ".",
            "Wait for it, or stop it with: ahascope control " + run.string() + " stop" };
    }
    auto lease = std::unique_ptr<Lease>(new Lease(fd, path));
    if (Result<void> set = lease->setState(RunState::Starting); !set)
        return set.error();
    return lease;
}

Result<void> Lease::setState(RunState state, StartPart part)
{
    char host[256] = "";
    ::gethostname(host, sizeof host - 1);
    nlohmann::ordered_json json { { "pid", int64_t(::getpid()) }, { "process_start", startTimeOf(::getpid()) },
        { "host", host }, { "state", stateName(state) } };
    if (part != StartPart::None)
        json["part"] = startPartName(part);
    const std::string text = json.dump() + "\n";
    // In place: a rename would leave the lock on a file that nobody sees any more.
    if (::pwrite(m_fd, text.data(), text.size(), 0) != ssize_t(text.size())
        || ::ftruncate(m_fd, off_t(text.size())) != 0)
        return fileError("Writing", m_path, errno);
    return {};
}

std::optional<LeaseHolder> liveEngine(const fs::path& run)
{
    const fs::path path = run / run_folder::kLease;
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return std::nullopt;
    struct flock whole = wholeFile(F_RDLCK); // asks only: a lock of ours could refuse an engine that starts this moment
    const bool held = ::fcntl(fd, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
    ::close(fd);
    if (!held)
        return std::nullopt;
    const Result<std::string> text = readFile(path, 1 << 16);
    const std::optional<LeaseHolder> holder = text ? parseHolder(*text) : std::nullopt;
    return holder ? holder : LeaseHolder {};
}

RunState stateOfRun(const fs::path& run, const std::string& lastMarker)
{
    if (const std::optional<LeaseHolder> holder = liveEngine(run)) {
        const Result<RunState> state = stateFromName(holder->state);
        return state ? *state : RunState::Running;
    }
    if (lastMarker == "finished")
        return RunState::Finished;
    if (lastMarker == "stop")
        return RunState::Stopped;
    if (lastMarker == "failed")
        return RunState::Failed;
    return RunState::Interrupted;
}

StartPart startPartOfRun(const fs::path& run)
{
    const std::optional<LeaseHolder> holder = liveEngine(run);
    return holder && holder->state == stateName(RunState::Starting) ? startPartFromName(holder->part) : StartPart::None;
}

fs::path socketPathFor(const fs::path& run)
{
    const fs::path path = fs::absolute(run) / run_folder::kSocket;
    if (path.string().size() <= kMaxSocketPath)
        return path;
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    const std::string name = "ahascope-" + sha256Hex(path.string()).substr(0, 16) + ".sock";
    std::error_code ignored;
    const fs::path wanted = runtime ? runtime : "", temporary = fs::temp_directory_path(ignored);
    if (!wanted.empty() && fs::is_directory(wanted, ignored) && (wanted / name).string().size() <= kMaxSocketPath)
        return wanted / name;
    return temporary / name;
}

fs::path locateSocket(const fs::path& run)
{
    const fs::path path = fs::absolute(run) / run_folder::kSocket;
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored))
        return path;
    const Result<std::string> text = readFile(path, 4096);
    return text ? fs::path(text->substr(0, text->find('\n'))) : path;
}

} // namespace aha
