#include "core/engine/queue_worker.h"

#include "core/base/files.h"
#include "core/base/process.h"
#include "core/config/run_config.h"
#include "core/engine/detached_engine.h"
#include "core/protocol/run_folder.h"
#include "core/protocol/start_note.h"
#include "core/store/run_reader.h"

#include <chrono>
#include <csignal>
#include <cstring>
#include <sys/wait.h>
#include <thread>
#include <utility>

namespace aha {

namespace fs = std::filesystem;

namespace {

constexpr int kLookMs = 200; // between two looks at queue and engines
constexpr int kMostAttempts = 3; // starts without progress, after which a run that keeps dying is left alone

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

struct RunEnd {
    std::string marker, text;
    int64_t lastStep = -1;
    bool exists = false; ///< there is a database
};

RunEnd endOf(const fs::path& run)
{
    RunEnd end;
    const auto reader = RunReader::open(run);
    std::error_code ignored;
    end.exists = fs::exists(run / run_folder::kDatabase, ignored); // even one that was never completed: resume mends it
    if (!reader) {
        end.text = end.exists ? reader.error().sentence() : "";
        return end;
    }
    if (const auto summary = (*reader)->summary()) {
        end.marker = summary->lastMarker;
        end.lastStep = summary->lastStep;
    }
    if (const auto markers = (*reader)->markers(); markers && !markers->empty())
        end.text = markers->back().text;
    return end;
}

class Worker {
public:
    Worker(RunQueue& queue, fs::path engine)
        : m_queue(queue)
        , m_engine(std::move(engine))
    {
    }

    /// One look. False when there is nothing left to do; the lease is then given up under the queue's lock, so that
    /// whoever adds a run afterwards sees that nobody works.
    Result<bool> turn(std::unique_ptr<Lease>& lease)
    {
        const Result<QueueContents> seen = m_queue.read();
        if (!seen)
            return seen.error();
        bool changed = false;
        for (const QueueItem& item : seen->items)
            changed = changed || (item.state == QueueItem::State::Started && !lives(item));
        const bool wanted = !seen->paused && seen->count(QueueItem::State::Queued) > 0,
                   next = wanted && seen->count(QueueItem::State::Started) < seen->jobs;
        lookAtOthers(*seen, next || (wanted && changed)); // what has ended makes room in this turn
        const auto room = [this](const QueueContents& contents) {
            return contents.count(QueueItem::State::Started) + int64_t(m_others.size()) < contents.jobs;
        };
        const std::string why = next && !room(*seen) && !m_others.empty() ? waitsFor(m_others.front()) : "";
        QueueContents told = *seen;
        if (!changed && !(next && room(*seen)) && !say(told, why) && seen->wantsWorker())
            return true;
        bool more = true;
        Result<void> done = m_queue.edit([&](QueueContents& contents) -> Result<void> {
            for (QueueItem& item : contents.items)
                if (item.state == QueueItem::State::Started && !lives(item))
                    settle(item);
            for (QueueItem& item : contents.items)
                if (!contents.paused && item.state == QueueItem::State::Queued && room(contents))
                    start(item);
            say(contents, why);
            more = contents.wantsWorker();
            if (!more)
                lease.reset();
            return {};
        });
        if (!done)
            return done.error();
        return more;
    }

private:
    /// At the first of those that wait. True when it is news.
    static bool say(QueueContents& contents, std::string why)
    {
        bool news = false;
        for (QueueItem& item : contents.items)
            if (item.state == QueueItem::State::Queued) {
                news = news || item.message != why;
                item.message = std::exchange(why, "");
            }
        return news;
    }

    static std::string waitsFor(const fs::path& run)
    {
        const Result<std::string> text = readConfigText(run);
        const Result<RunConfig> config = text ? runConfigFromJson(*text) : Result<RunConfig>(text.error());
        return "Waits for \"" + (config ? config->general.name : run.filename().string())
            + "\", started by hand: every run that trains here counts among those at a time.";
    }

    /// An import that follows another program holds its run until somebody ends it, and trains nothing itself.
    static bool isWatched(const fs::path& run)
    {
        const auto reader = RunReader::open(run);
        const Result<std::string> source = reader ? (*reader)->info("imported_from") : Result<std::string>("");
        return source && !source->empty();
    }

    /// Every run of the folder is asked, so not at every look.
    void lookAtOthers(const QueueContents& contents, bool wanted)
    {
        const auto time = std::chrono::steady_clock::now();
        if (!wanted)
            m_others.clear();
        else if (m_others.empty() || time - m_looked >= std::chrono::seconds(1)) {
            m_others = m_queue.othersAtWork(contents);
            std::erase_if(m_others, isWatched);
            m_looked = time;
        }
    }

    /// Our child, or an engine that an earlier worker started.
    bool lives(const QueueItem& item)
    {
        if (item.pid > 1) {
            int status = 0;
            const pid_t reaped = ::waitpid(pid_t(item.pid), &status, WNOHANG);
            if (reaped == pid_t(item.pid)) {
                m_statuses.emplace_back(item.pid, status);
                return liveEngine(item.folder).has_value(); // another engine may have the run
            }
            if (reaped == 0)
                return true;
            for (const auto& [pid, known] : m_statuses)
                if (pid == item.pid)
                    return liveEngine(item.folder).has_value();
            if (item.processStart != 0 && startTimeOf(item.pid) == item.processStart)
                return true;
        }
        return liveEngine(item.folder).has_value(); // a person resumed it by hand: it is waited for all the same
    }

    /// Writes down how a run ended whose engine is gone.
    void settle(QueueItem& item)
    {
        std::optional<int> status;
        std::erase_if(m_statuses, [&](const auto& one) {
            if (one.first == item.pid)
                status = one.second;
            return one.first == item.pid;
        });
        const RunEnd end = endOf(item.folder);
        item.pid = 0;
        item.endedAt = now();
        const bool progressed = end.lastStep > item.lastStep;
        item.lastStep = std::max(item.lastStep, end.lastStep);
        const auto ended = [&](QueueItem::Outcome outcome, const std::string& message) {
            item.state = QueueItem::State::Ended;
            item.outcome = outcome;
            item.message = message;
        };
        // Markers may be of an engine before this one: what this one's own end says comes first.
        const bool failedNow = status && WIFEXITED(*status) && WEXITSTATUS(*status) != 0;
        const bool killedNow = status && WIFSIGNALED(*status);
        if (end.marker == "finished")
            return ended(QueueItem::Outcome::Completed, "");
        if (!failedNow && !killedNow && (end.marker == "stop" || end.marker == "stopped"))
            return ended(QueueItem::Outcome::Stopped, "Stopped by a person; Retry goes on from the newest checkpoint.");
        if (failedNow) {
            const std::string words = newestStart(item.folder).words;
            return ended(QueueItem::Outcome::Failed,
                !words.empty()                                    ? words
                    : end.marker == "failed" && !end.text.empty() ? end.text
                                                                  : "The engine ended with status "
                        + std::to_string(WEXITSTATUS(*status)) + " and left no sentence.");
        }
        if (end.marker == "failed" && !killedNow)
            return ended(QueueItem::Outcome::Failed, end.text);
        if (killedNow)
            return ended(QueueItem::Outcome::Crashed,
                std::string("The engine was ended by signal ") + std::to_string(WTERMSIG(*status)) + " ("
                    + strsignal(WTERMSIG(*status)) + ") after step "
                    + std::to_string(std::max<int64_t>(end.lastStep, 0))
                    + ". Everything committed is safe; Retry goes on from the newest checkpoint.");
        if (status) // it ended well and left no last word: the socket's stop before the first step
            return ended(QueueItem::Outcome::Stopped, "Stopped; Retry goes on from the newest checkpoint.");
        // Nobody watched: a reboot, or a kill of everything.
        item.attempts = progressed ? 0 : item.attempts;
        if (item.attempts >= kMostAttempts)
            return ended(QueueItem::Outcome::Crashed,
                "The engine died " + std::to_string(item.attempts)
                    + " times without committing a step. Look into its folder's engine.log, then Retry.");
        item.state = QueueItem::State::Queued;
    }

    void start(QueueItem& item)
    {
        const auto failed = [&](const Error& error) {
            item.state = QueueItem::State::Ended;
            item.outcome = QueueItem::Outcome::Failed;
            item.message = error.sentence();
            item.endedAt = now();
        };
        const fs::path run = item.folder;
        if (const std::optional<LeaseHolder> holder
            = liveEngine(run)) { // started by hand, or by a worker that died then
            item.state = QueueItem::State::Started;
            item.pid = holder->pid;
            item.processStart = holder->processStart;
            return;
        }
        if (Result<void> made = makeFolders(run); !made)
            return failed(made.error());
        const RunEnd before = endOf(run);
        std::vector<std::string> command { m_engine.string() };
        if (before.exists)
            command.insert(command.end(), { "resume", run.string() });
        else
            command.insert(command.end(), { "train", m_queue.configFile(item.id).string(), "--run-dir", run.string() });
        const Result<int64_t> pid = spawnDetached(command, run / run_folder::kLog);
        if (!pid)
            return failed(pid.error());
        item.state = QueueItem::State::Started;
        item.pid = *pid;
        item.processStart = startTimeOf(*pid);
        item.lastStep = before.lastStep;
        item.startedAt = now();
        ++item.attempts;
    }

    RunQueue& m_queue;
    fs::path m_engine;
    std::vector<fs::path> m_others; ///< runs that were started by hand, while one of the queue's could start
    std::chrono::steady_clock::time_point m_looked;
    std::vector<std::pair<int64_t, int>> m_statuses; ///< of children that were reaped, until they are written down
};

} // namespace

Result<void> workQueue(const fs::path& runs, const fs::path& engine, const std::atomic<bool>& stop)
{
    RunQueue queue(runs);
    if (Result<void> made = makeFolders(queue.folder()); !made)
        return made;
    Result<std::unique_ptr<Lease>> lease = Lease::acquire(queue.folder());
    if (!lease && lease.error().code == "run_busy")
        return Error { "queue_busy", "Another process already works the queue in " + queue.folder().string() + ".",
            "One is enough: it takes up what is added." };
    if (!lease)
        return lease.error();
    if (Result<void> set = (*lease)->setState(RunState::Running); !set)
        return set;
    Worker worker(queue, engine);
    while (!stop.load()) {
        const Result<bool> more = worker.turn(*lease);
        if (!more)
            return more.error();
        if (!*more)
            return {};
        std::this_thread::sleep_for(std::chrono::milliseconds(kLookMs));
    }
    return {};
}

Result<bool> ensureQueueWorker(const fs::path& runs, const fs::path& engine)
{
    RunQueue queue(runs);
    const Result<QueueContents> contents = queue.read();
    if (!contents)
        return contents.error();
    if (!contents->wantsWorker() || queue.worked())
        return false;
    const Result<int64_t> pid = spawnDetached(
        { engine.string(), "queue", "work", "--runs", fs::absolute(runs).string() }, queue.folder() / "worker.log");
    if (!pid)
        return pid.error();
    return true;
}

} // namespace aha
