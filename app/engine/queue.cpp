#include "app/engine/run_verbs.h"

#include "core/base/files.h"
#include "core/config/run_config.h"
#include "core/config/sweep.h"
#include "core/engine/engine_context.h"
#include "core/engine/queue_worker.h"
#include "core/engine/train_run.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_reader.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

struct Options {
    std::string runs, config, runDir, name;
    std::vector<std::string> settings, axes;
    int64_t id = 0, random = 0, seed = 0, jobs = 1;
    std::string where;
    bool preview = false, noStart = false, skipInvalid = false;
};

void print(const Json& json)
{
    std::printf("%s\n", json.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
    std::fflush(stdout);
}

fs::path ownProgram()
{
    std::error_code ignored;
    return fs::read_symlink("/proc/self/exe", ignored);
}

/// Relative to the folder that one is in; made absolute, since the queue is worked elsewhere.
fs::path runsOf(const Options& o) { return fs::absolute(o.runs).lexically_normal(); }

void start(const Options& o)
{
    if (!o.noStart)
        orThrow(ensureQueueWorker(runsOf(o), ownProgram()));
}

/// What a person sees of an item: its own state, or its run's while it runs.
Json describe(const QueueItem& item)
{
    std::string state = queueStateName(item.state), part;
    if (item.state == QueueItem::State::Ended)
        state = queueOutcomeName(item.outcome);
    if (item.state == QueueItem::State::Started) {
        const std::optional<LeaseHolder> holder = liveEngine(item.folder);
        state = holder && !holder->state.empty() ? holder->state : "starting";
        part = startPartName(startPartOfRun(item.folder));
    }
    Json json { { "id", item.id }, { "name", item.name }, { "state", state }, { "run", item.folder } };
    if (!part.empty())
        json["part"] = part;
    if (!item.sweep.empty())
        json["sweep"] = item.sweep;
    if (const auto reader = RunReader::open(item.folder))
        if (const auto step = (*reader)->lastStep())
            json["step"] = *step;
    if (!item.message.empty())
        json["message"] = item.message;
    return json;
}

Json settingsOf(const SweepSettings& settings)
{
    Json json = Json::object();
    for (const auto& [path, value] : settings)
        json[path] = value;
    return json;
}

int add(const Options& o)
{
    const fs::path file = resolvePath(o.config);
    RunConfig base = orThrow(runConfigFromJson(orThrow(readFile(file, 1 << 20))));
    for (const std::string& setting : o.settings)
        orThrow(applySetting(base, setting));
    if (!o.name.empty())
        base.general.name = o.name;
    Sweep sweep;
    sweep.name = base.general.name;
    sweep.samples = o.random;
    sweep.seed = uint64_t(o.seed);
    for (const std::string& axis : o.axes)
        sweep.axes.push_back(orThrow(parseSweepAxis(axis)));
    const SweepPlan plan = orThrow(planSweep(base, sweep));
    if (!plan.leftOut.empty() && (plan.points.empty() || !o.skipInvalid))
        throw Failure(plan.leftOut.front().withSettings());
    for (const LeftOutPoint& point : plan.leftOut)
        print({ { "left_out", settingsOf(point.settings) }, { "error", point.error.code },
            { "message", point.error.sentence() } });
    const std::vector<SweepPoint>& points = plan.points;
    std::vector<RunQueue::Addition> additions;
    for (const SweepPoint& point : points) { // all of them, before the first is queued
        RunConfig config = orThrow(resolvedConfig(point.config, file.parent_path()));
        if (o.preview)
            print({ { "name", config.general.name }, { "settings", settingsOf(point.settings) },
                { "steps", config.general.maxSteps } });
        additions.push_back({ config.general.name, toJsonText(config), o.axes.empty() ? "" : sweep.name,
            o.runDir.empty() || points.size() > 1 ? "" : fs::absolute(o.runDir).lexically_normal().string() });
    }
    if (o.preview)
        return 0;
    RunQueue queue(runsOf(o));
    const std::vector<int64_t> ids = orThrow(queue.add(additions));
    const QueueContents contents = orThrow(queue.read());
    for (const QueueItem& item : contents.items)
        if (std::find(ids.begin(), ids.end(), item.id) != ids.end())
            print(describe(item));
    start(o);
    return 0;
}

} // namespace

void addQueue(CLI::App& app, int& status)
{
    auto o = std::make_shared<Options>();
    const char* environment = std::getenv("AHASCOPE_RUNS");
    o->runs = environment && *environment ? environment : "runs";
    CLI::App* verb = app.add_subcommand("queue",
        "A queue of runs that goes on without window and terminal: add, list, work, pause, resume, retry, remove, "
        "move, "
        "jobs, clear.");
    verb->require_subcommand(1);
    const auto word = [&](const char* name, const char* help, std::function<int()> work) {
        CLI::App* sub = verb->add_subcommand(name, help);
        sub->add_option("--runs", o->runs, "Folder of the runs; default $AHASCOPE_RUNS, else runs");
        sub->callback([work = std::move(work), &status] { status = runVerb(work); });
        return sub;
    };
    const auto item = [&](CLI::App* sub) {
        return sub->add_option("id", o->id, "The item's number, as list shows it")->required();
    };
    const auto starts
        = [&](CLI::App* sub) { sub->add_flag("--no-start", o->noStart, "Only write it down; start no worker"); };
    CLI::App* sub = word("add",
        "Queues a run, or a sweep of them. Every run's configuration is checked before the first is queued.",
        [o] { return add(*o); });
    sub->add_option("config", o->config, "Configuration (JSON)")->required();
    sub->add_option("--set", o->settings, "Changes a setting: key=value")->take_all();
    sub->add_option("--name", o->name, "Name of the run, or of the sweep");
    sub->add_option("--run-dir", o->runDir, "Run directory of a single run");
    sub->add_option("--axis", o->axes,
           "Varies a setting: key=1,2,3 (values), key=0.5..1 x5 (evenly spaced), key=1e-5..1e-3 log x5 (by factors). "
           "Several make a grid. A value with commas, or the empty one, stands in quotation marks: "
           "data.mapping='\"prompt=question, gold=answer\",\"\"'")
        ->take_all();
    sub->add_option("--random", o->random, "So many points drawn at random in place of the grid");
    sub->add_option("--sweep-seed", o->seed, "Seed of that draw");
    sub->add_flag("--preview", o->preview, "Prints the runs and queues none");
    sub->add_flag("--skip-invalid", o->skipInvalid,
        "Leaves out combinations that are no valid configuration, and prints each with the reason; otherwise one of "
        "them keeps all from being queued");
    starts(sub);
    word("list", "One line an item, in order.", [o] {
        for (const QueueItem& one : orThrow(RunQueue(runsOf(*o)).read()).items)
            print(describe(one));
        return 0;
    });
    word("work", "Works the queue off, then ends. One worker a queue; window and add start it themselves.", [o] {
        orThrow(workQueue(runsOf(*o), ownProgram(), stopRequested));
        return 0;
    });
    word("pause", "Starts nothing new; what runs goes on.", [o] {
        orThrow(RunQueue(runsOf(*o)).setPaused(true));
        return 0;
    });
    starts(word("resume", "Goes on starting runs.", [o] {
        orThrow(RunQueue(runsOf(*o)).setPaused(false));
        start(*o);
        return 0;
    }));
    sub = word("retry", "Queues an ended run again; it goes on from its newest checkpoint.", [o] {
        orThrow(RunQueue(runsOf(*o)).retry(o->id));
        start(*o);
        return 0;
    });
    item(sub);
    starts(sub);
    item(word("remove", "Takes an item out of the queue; the run's folder stays.", [o] {
        orThrow(RunQueue(runsOf(*o)).remove(o->id));
        return 0;
    }));
    sub = word("move", "Changes the order of what waits.", [o] {
        const std::map<std::string, QueueMove> moves { { "up", QueueMove::Up }, { "down", QueueMove::Down },
            { "first", QueueMove::First }, { "last", QueueMove::Last } };
        orThrow(RunQueue(runsOf(*o)).move(o->id, moves.at(o->where)));
        return 0;
    });
    item(sub);
    sub->add_option("where", o->where, "up, down, first or last")
        ->required()
        ->check(CLI::IsMember({ "up", "down", "first", "last" }));
    sub = word("jobs", "Sets how many runs go at a time, those that were started by hand among them.", [o] {
        orThrow(RunQueue(runsOf(*o)).setJobs(o->jobs));
        start(*o);
        return 0;
    });
    sub->add_option("count", o->jobs, "1 to 64")->required();
    starts(sub);
    word("clear", "Takes everything that has ended out of the queue; the runs' folders stay.", [o] {
        print({ { "removed", orThrow(RunQueue(runsOf(*o)).clearEnded()) } });
        return 0;
    });
}

} // namespace aha
