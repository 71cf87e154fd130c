#include "app/engine/verbs.h"

#include "core/protocol/run_folder.h"
#include "core/store/run_reader.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json describe(const std::string& run)
{
    const auto reader = orThrow(RunReader::open(run));
    const RunSummary s = orThrow(reader->summary());
    Json json { { "run", s.runId }, { "state", stateName(stateOfRun(run, s.lastMarker)) }, { "steps", s.steps },
        { "config", Json::parse(s.configJson, nullptr, false) }, { "metrics", Json::object() },
        { "evals", Json::array() } };
    for (const std::string& name : orThrow(reader->metricNames())) {
        const std::vector<SeriesPoint> points = orThrow(reader->series(name));
        if (points.empty())
            continue;
        double low = INFINITY, high = -INFINITY;
        for (const SeriesPoint& point : points)
            if (!std::isnan(point.value)) {
                low = std::min(low, point.value);
                high = std::max(high, point.value);
            }
        json["metrics"][name] = { { "first", number(points.front().value) }, { "last", number(points.back().value) },
            { "min", number(low) }, { "max", number(high) }, { "n", points.size() } };
    }
    for (const EvaluationRow& e : orThrow(reader->evaluations())) {
        Json passK = Json::object();
        for (const auto& [k, value] : e.passK)
            passK[std::to_string(k)] = value;
        Json metrics = Json::object();
        for (const auto& [name, value] : e.metrics)
            metrics[name] = number(value);
        json["evals"].push_back({ { "step", e.step }, { "task", e.task }, { "n", e.problems }, { "samples", e.samples },
            { "pass@1", e.pass1 }, { "ci95", { e.pass1Low, e.pass1High } }, { "pass@k", passK },
            { "cons@k", e.cons ? Json(*e.cons) : Json(nullptr) }, { "metrics", metrics } });
    }
    json["groups"] = s.groups;
    json["completions"] = s.completions;
    json["checkpoints"] = Json::array();
    for (const CheckpointRow& c : orThrow(reader->checkpoints()))
        if (!c.removed)
            json["checkpoints"].push_back(
                { { "step", c.step }, { "path", c.path }, { "bytes", c.bytes }, { "sha256", c.sha256 } });
    return json;
}

} // namespace

void addInspect(CLI::App& app, int& status)
{
    struct Options {
        std::string run;
        bool json = false;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("inspect", "Says what a run directory holds.");
    verb->add_option("run", o->run, "Run directory")->required();
    verb->add_flag("--json", o->json, "One JSON object");
    verb->callback([o, &status] {
        status = runVerb([&] {
            const Json json = describe(o->run);
            if (o->json) {
                std::printf("%s\n", json.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
                return 0;
            }
            std::printf("%s: %s, %lld steps, %lld groups, %lld completions, %zu checkpoints\n",
                json["run"].get<std::string>().c_str(), json["state"].get<std::string>().c_str(),
                static_cast<long long>(json["steps"].get<int64_t>()),
                static_cast<long long>(json["groups"].get<int64_t>()),
                static_cast<long long>(json["completions"].get<int64_t>()), json["checkpoints"].size());
            for (const Json& e : json["evals"])
                std::printf("  step %-6lld pass@1 %5.1f %%  (95 %%: %.1f to %.1f, n = %d x %d)\n",
                    static_cast<long long>(e["step"].get<int64_t>()), 100 * e["pass@1"].get<double>(),
                    100 * e["ci95"][0].get<double>(), 100 * e["ci95"][1].get<double>(), e["n"].get<int>(),
                    e["samples"].get<int>());
            for (const auto& [name, m] : json["metrics"].items())
                std::printf("  %-46s first %-12s last %-12s n %zu\n", name.c_str(), m["first"].dump().c_str(),
                    m["last"].dump().c_str(), m["n"].get<size_t>());
            return 0;
        });
    });
}

} // namespace aha
