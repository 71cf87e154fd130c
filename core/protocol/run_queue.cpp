#include "core/protocol/run_queue.h"

#include "core/base/files.h"
#include "core/protocol/remote_run.h"
#include "core/protocol/run_folder.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

namespace aha {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::array kStates { "queued", "started", "ended" };
constexpr std::array kOutcomes { "", "completed", "stopped", "failed", "crashed" };
constexpr int kVersion = 1;
constexpr auto kPatience = std::chrono::seconds(10);

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

/// Exclusive lock on <queue>/lock for the life of the object.
class FileLock {
public:
    static Result<std::unique_ptr<FileLock>> take(const fs::path& folder)
    {
        if (Result<void> made = makeFolders(folder); !made)
            return made.error();
        const fs::path path = folder / "lock";
        const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (fd < 0)
            return fileError("Opening", path, errno);
        struct flock whole { };
        whole.l_type = F_WRLCK;
        whole.l_whence = SEEK_SET;
        const auto deadline = std::chrono::steady_clock::now() + kPatience;
        while (::fcntl(fd, F_OFD_SETLK, &whole) != 0) {
            if (std::chrono::steady_clock::now() > deadline) {
                ::close(fd);
                return Error { "queue_locked",
                    "Another program has held the queue in " + folder.string() + " for ten seconds.",
                    "Try again; a program that hangs can be found with: fuser " + path.string() };
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return std::unique_ptr<FileLock>(new FileLock(fd));
    }
    ~FileLock() { ::close(m_fd); }

private:
    explicit FileLock(int fd)
        : m_fd(fd)
    {
    }
    int m_fd;
};

Error corrupt(const fs::path& file, const std::string& why)
{
    return { "queue_corrupt", file.string() + " is no queue of runs: " + why,
        "Move the file away; the runs themselves are untouched." };
}

std::string text(const Json& json, const char* key)
{
    return json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : std::string();
}
int64_t integer(const Json& json, const char* key, int64_t otherwise)
{
    return json.contains(key) && json[key].is_number_integer() ? json[key].get<int64_t>() : otherwise;
}
double real(const Json& json, const char* key)
{
    return json.contains(key) && json[key].is_number() ? json[key].get<double>() : 0;
}

Json toJson(const QueueItem& item)
{
    return { { "id", item.id }, { "name", item.name }, { "sweep", item.sweep }, { "folder", item.folder },
        { "state", kStates[size_t(item.state)] }, { "outcome", kOutcomes[size_t(item.outcome)] },
        { "message", item.message }, { "pid", item.pid }, { "process_start", item.processStart },
        { "last_step", item.lastStep }, { "attempts", item.attempts }, { "added_at", item.addedAt },
        { "started_at", item.startedAt }, { "ended_at", item.endedAt } };
}

Result<QueueItem> itemFrom(const Json& json, const fs::path& file)
{
    QueueItem item;
    const auto state = std::find(kStates.begin(), kStates.end(), json.is_object() ? text(json, "state") : "");
    const auto outcome = std::find(kOutcomes.begin(), kOutcomes.end(), json.is_object() ? text(json, "outcome") : "");
    if (state == kStates.end() || outcome == kOutcomes.end() || integer(json, "id", 0) < 1)
        return corrupt(file, "an item has no id or no known state.");
    item.id = integer(json, "id", 0);
    item.name = text(json, "name");
    item.sweep = text(json, "sweep");
    item.folder = text(json, "folder");
    item.state = QueueItem::State(state - kStates.begin());
    item.outcome = QueueItem::Outcome(outcome - kOutcomes.begin());
    item.message = text(json, "message");
    item.pid = integer(json, "pid", 0);
    item.processStart = uint64_t(integer(json, "process_start", 0));
    item.lastStep = integer(json, "last_step", -1);
    item.attempts = int(integer(json, "attempts", 0));
    item.addedAt = real(json, "added_at");
    item.startedAt = real(json, "started_at");
    item.endedAt = real(json, "ended_at");
    return item;
}

Result<QueueContents> readContents(const fs::path& file)
{
    std::error_code ignored;
    if (!fs::exists(file, ignored))
        return QueueContents {};
    const Result<std::string> bytes = readFile(file, 64 << 20);
    if (!bytes)
        return bytes.error();
    const Json json = Json::parse(*bytes, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || !json.contains("items") || !json["items"].is_array())
        return corrupt(file, "it is not the JSON that AhaScope writes.");
    if (integer(json, "version", 0) != kVersion)
        return corrupt(file,
            "it has version " + std::to_string(integer(json, "version", 0)) + ", and this program reads "
                + std::to_string(kVersion) + ".");
    QueueContents contents;
    contents.paused = json.contains("paused") && json["paused"] == true;
    contents.jobs = int(std::clamp<int64_t>(integer(json, "jobs", 1), 1, 64));
    contents.nextId = std::max<int64_t>(integer(json, "next_id", 1), 1);
    for (const Json& one : json["items"]) {
        Result<QueueItem> item = itemFrom(one, file);
        if (!item)
            return item.error();
        contents.nextId = std::max(contents.nextId, item->id + 1);
        contents.items.push_back(std::move(*item));
    }
    return contents;
}

Result<void> writeContents(const fs::path& file, const QueueContents& contents)
{
    Json items = Json::array();
    for (const QueueItem& item : contents.items)
        items.push_back(toJson(item));
    const Json json { { "version", kVersion }, { "paused", contents.paused }, { "jobs", contents.jobs },
        { "next_id", contents.nextId }, { "items", std::move(items) } };
    return writeFileAtomically(file, json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

Error unknown(int64_t id)
{
    return { "queue_unknown", "There is no item " + std::to_string(id) + " in the queue.",
        "ahascope queue list shows the items." };
}

} // namespace

std::string queueStateName(QueueItem::State state) { return kStates[size_t(state)]; }
std::string queueOutcomeName(QueueItem::Outcome outcome) { return kOutcomes[size_t(outcome)]; }

QueueItem* QueueContents::find(int64_t id)
{
    const auto at = std::find_if(items.begin(), items.end(), [&](const QueueItem& item) { return item.id == id; });
    return at == items.end() ? nullptr : &*at;
}

int64_t QueueContents::count(QueueItem::State state) const
{
    return std::count_if(items.begin(), items.end(), [&](const QueueItem& item) { return item.state == state; });
}

bool QueueContents::wantsWorker() const
{
    return count(QueueItem::State::Started) > 0 || (!paused && count(QueueItem::State::Queued) > 0);
}

RunQueue::RunQueue(fs::path runs)
    : m_runs(fs::absolute(runs).lexically_normal())
{
}

fs::path RunQueue::folder() const { return m_runs / ".queue"; }
fs::path RunQueue::configFile(int64_t id) const { return folder() / ("config-" + std::to_string(id) + ".json"); }

Result<QueueContents> RunQueue::read() const { return readContents(folder() / "queue.json"); }

Result<void> RunQueue::edit(const std::function<Result<void>(QueueContents&)>& change)
{
    const Result<std::unique_ptr<FileLock>> lock = FileLock::take(folder());
    if (!lock)
        return lock.error();
    Result<QueueContents> contents = read();
    if (!contents)
        return contents.error();
    if (Result<void> changed = change(*contents); !changed)
        return changed;
    return writeContents(folder() / "queue.json", *contents);
}

Result<std::vector<int64_t>> RunQueue::add(const std::vector<Addition>& additions)
{
    std::vector<int64_t> ids;
    Result<void> done = edit([&](QueueContents& contents) -> Result<void> {
        for (const Addition& addition : additions) {
            QueueItem item;
            item.id = contents.nextId++;
            item.name = addition.name;
            item.sweep = addition.sweep;
            std::error_code ignored;
            const auto own
                = [&] { return (m_runs / (runFolderName(addition.name) + "-q" + std::to_string(item.id))).string(); };
            item.folder = addition.folder.empty() ? own() : addition.folder;
            while (addition.folder.empty() && fs::exists(item.folder, ignored)) { // of a queue before this one
                item.id = contents.nextId++;
                item.folder = own();
            }
            if (fs::exists(fs::path(item.folder) / run_folder::kDatabase, ignored)
                || std::any_of(contents.items.begin(), contents.items.end(),
                    [&](const QueueItem& other) { return other.folder == item.folder; }))
                return Error { "run_exists", "There is already a run in " + item.folder + ", or one is queued for it.",
                    "Choose another folder." };
            item.addedAt = now();
            if (Result<void> written = writeFileAtomically(configFile(item.id), addition.configJson); !written)
                return written;
            ids.push_back(item.id);
            contents.items.push_back(std::move(item));
        }
        return {};
    });
    if (!done)
        return done.error();
    return ids;
}

Result<void> RunQueue::setPaused(bool paused)
{
    return edit([&](QueueContents& contents) -> Result<void> {
        contents.paused = paused;
        return {};
    });
}

Result<void> RunQueue::setJobs(int64_t jobs)
{
    if (jobs < 1 || jobs > 64)
        return Error { "queue_jobs", "The queue works on 1 to 64 runs at a time, not " + std::to_string(jobs) + ".",
            "" };
    return edit([&](QueueContents& contents) -> Result<void> {
        contents.jobs = int(jobs);
        return {};
    });
}

Result<void> RunQueue::move(int64_t id, QueueMove where)
{
    return edit([&](QueueContents& contents) -> Result<void> {
        const QueueItem* found = contents.find(id);
        if (!found)
            return unknown(id);
        if (found->state != QueueItem::State::Queued)
            return Error { "queue_started",
                "Item " + std::to_string(id) + " has already been started; only waiting runs have an order.", "" };
        std::vector<size_t> places; // of the queued ones
        size_t at = 0;
        for (size_t i = 0; i < contents.items.size(); ++i)
            if (contents.items[i].state == QueueItem::State::Queued) {
                if (contents.items[i].id == id)
                    at = places.size();
                places.push_back(i);
            }
        const auto swapTo = [&](size_t next) { // step by step, so that the others keep their order
            for (; at > next; --at)
                std::swap(contents.items[places[at]], contents.items[places[at - 1]]);
            for (; at < next; ++at)
                std::swap(contents.items[places[at]], contents.items[places[at + 1]]);
        };
        const size_t last = places.size() - 1;
        swapTo(where == QueueMove::First   ? 0
                : where == QueueMove::Last ? last
                : where == QueueMove::Up   ? at - (at > 0)
                                           : std::min(at + 1, last));
        return {};
    });
}

Result<void> RunQueue::replace(const std::string& folder, const std::string& name, const std::string& configJson)
{
    return edit([&](QueueContents& contents) -> Result<void> { // a worker starts nothing while this has the lock
        const auto found = std::find_if(
            contents.items.begin(), contents.items.end(), [&](const QueueItem& item) { return item.folder == folder; });
        if (found == contents.items.end())
            return Error { "queue_unknown", "The run of " + folder + " is not in the queue any more.",
                "It can be queued again." };
        if (!found->untouched())
            return Error { "queue_started",
                "\"" + found->name + "\" has already been started, with the settings it was queued with.",
                "Queue the changed settings as another run." };
        if (Result<void> written = writeFileAtomically(configFile(found->id), configJson); !written)
            return written;
        found->name = name;
        return {};
    });
}

Result<void> RunQueue::remove(int64_t id)
{
    Result<void> done = edit([&](QueueContents& contents) -> Result<void> {
        const QueueItem* found = contents.find(id);
        if (!found)
            return unknown(id);
        if (found->state == QueueItem::State::Started)
            return Error { "queue_running", "\"" + found->name + "\" is running and stays in the queue until it ends.",
                "Stop the run first." };
        contents.items.erase(contents.items.begin() + (found - contents.items.data()));
        return {};
    });
    std::error_code ignored;
    if (done)
        fs::remove(configFile(id), ignored); // an orphan is harmless, a missing one is not
    return done;
}

Result<void> RunQueue::retry(int64_t id)
{
    return edit([&](QueueContents& contents) -> Result<void> {
        QueueItem* found = contents.find(id);
        if (!found)
            return unknown(id);
        if (found->state != QueueItem::State::Ended)
            return Error { "queue_not_ended", "\"" + found->name + "\" has not ended, so there is nothing to retry.",
                "" };
        QueueItem item = *found;
        item.state = QueueItem::State::Queued;
        item.outcome = QueueItem::Outcome::None;
        item.message.clear();
        item.attempts = 0;
        item.pid = 0;
        contents.items.erase(contents.items.begin() + (found - contents.items.data()));
        contents.items.push_back(std::move(item));
        return {};
    });
}

Result<int64_t> RunQueue::clearEnded()
{
    std::vector<int64_t> removed;
    Result<void> done = edit([&](QueueContents& contents) -> Result<void> {
        for (const QueueItem& item : contents.items)
            if (item.state == QueueItem::State::Ended)
                removed.push_back(item.id);
        std::erase_if(contents.items, [](const QueueItem& item) { return item.state == QueueItem::State::Ended; });
        return {};
    });
    if (!done)
        return done.error();
    std::error_code ignored;
    for (const int64_t id : removed)
        fs::remove(configFile(id), ignored);
    return int64_t(removed.size());
}

std::vector<fs::path> RunQueue::othersAtWork(const QueueContents& contents) const
{
    std::vector<fs::path> others;
    char host[256] = "";
    ::gethostname(host, sizeof host - 1);
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(m_runs, ignored)) {
        const fs::path& run = entry.path();
        const std::optional<LeaseHolder> holder = liveEngine(run);
        if (!holder || (!holder->host.empty() && holder->host != host) || isReplica(run)) // it trains elsewhere
            continue;
        const bool own = run == folder() // the worker's lease
            || std::any_of(contents.items.begin(), contents.items.end(), [&](const QueueItem& item) {
                   return item.state != QueueItem::State::Ended
                       && (item.folder == run.string() || fs::equivalent(item.folder, run, ignored)); // by a link
               });
        if (!own)
            others.push_back(run);
    }
    return others;
}

bool RunQueue::worked() const { return liveEngine(folder()).has_value(); }

} // namespace aha
