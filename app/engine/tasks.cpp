#include "app/engine/insight_verbs.h"

#include "core/base/files.h"
#include "core/engine/data_task.h"
#include "core/engine/engine_context.h"
#include "core/tasks/puzzle.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

void print(const Json& json) { std::printf("%s\n", json.dump(-1, ' ', false, Json::error_handler_t::replace).c_str()); }

/// The same of programs, where this machine can run them; else why it cannot.
void printProgramming()
{
    TaskConfig config;
    config.name = "programming";
    int levels = 1;
    for (int level = 1; level <= levels; ++level) {
        config.level = level;
        const Result<std::unique_ptr<Task>> task = makeTask(config);
        if (!task) {
            print({ { "task", "programming" }, { "unavailable", task.error().sentence() } });
            return;
        }
        levels = (*task)->levels();
        print({ { "task", "programming" }, { "level", level }, { "levels", levels },
            { "question", (*task)->trainItem(0, 0).prompt } });
    }
}

/// One problem of every level of every puzzle, with an answer.
void printOverview()
{
    for (const char* name : { "countdown", "arithmetic" }) { // ranges instead of levels: task.numbers, number_min, …
        TaskConfig config;
        config.name = name;
        print({ { "task", name }, { "levels", 1 }, { "question", orThrow(makeTask(config))->trainItem(0, 0).prompt } });
    }
    for (const PuzzleEntry& entry : allPuzzles()) {
        TaskConfig config;
        config.name = entry.name;
        const std::unique_ptr<Puzzle> puzzle = entry.make(config);
        for (int level = 1; level <= puzzle->levels(); ++level) {
            config.level = level;
            const TaskItem item = orThrow(makeTask(config))->trainItem(0, 0);
            print({ { "task", entry.name }, { "level", level }, { "levels", puzzle->levels() },
                { "what", puzzle->levelText(level) }, { "question", item.prompt },
                { "answer", orThrow(puzzle->solve(Json::parse(item.itemJson))) } });
        }
    }
    printProgramming();
}

} // namespace

void addTasks(CLI::App& app, int& status)
{
    struct Options {
        std::string task, config;
        std::vector<std::string> settings;
        int64_t count = 5;
        uint64_t seed = 0;
        bool heldOut = false;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("tasks",
        "Without a name: every generated task, a line a level with an example. With one: problems of it, as JSON Lines "
        "that the verb reward reads once \"completion\" is added.");
    verb->add_option("task", o->task, "Name of a task");
    verb->add_option("--config", o->config, "Configuration file whose task, ranges and level count");
    verb->add_option("--set", o->settings, "task.key=value, for example task.level=3")->allow_extra_args(false);
    verb->add_option("--count", o->count, "Problems")->check(CLI::Range(int64_t(1), int64_t(1000000)));
    verb->add_option("--seed", o->seed, "Of the training problems");
    verb->add_flag("--held-out", o->heldOut, "Held-out problems instead of training problems");
    verb->callback([o, &status] {
        status = runVerb([&] {
            if (o->task.empty() && o->config.empty()) {
                printOverview();
                return 0;
            }
            RunConfig config;
            if (!o->config.empty())
                config = orThrow(runConfigFromJson(orThrow(readFile(resolvePath(o->config), 1 << 20))));
            for (const std::string& setting : o->settings)
                orThrow(applySetting(config, setting));
            if (!o->task.empty())
                config.task.name = o->task;
            const std::unique_ptr<Task> task = orThrow(makeRunTask(config));
            std::vector<TaskItem> items;
            if (o->heldOut)
                items = task->heldOut(int(o->count));
            for (int64_t i = 0; !o->heldOut && i < o->count; ++i)
                items.push_back(task->trainItem(o->seed, uint64_t(i)));
            for (const TaskItem& item : items) {
                Json line { { "prompt", item.prompt } };
                line.update(Json::parse(item.itemJson));
                print(line);
            }
            return 0;
        });
    });
}

} // namespace aha
