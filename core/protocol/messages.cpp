#include "core/protocol/messages.h"

#include "core/base/json_depth.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::array kStateNames { "starting", "running", "paused", "stopping", "finished", "stopped", "failed",
    "interrupted" };
constexpr std::array kPhaseNames { "idle", "loading", "sampling", "scoring", "training", "evaluating", "saving" };
constexpr std::array kStartPartNames { "", "loading the checkpoint", "loading the model", "preparing the data",
    "loading the reference model", "loading the teacher", "loading the critic", "loading the reward model",
    "loading the process reward model", "first evaluation", "writing the first checkpoint" };
constexpr std::array kCommandNames { "pause", "resume", "stop", "checkpoint-now", "sample-now", "score-text", "set",
    "status" };
constexpr std::array kEventNames { "state", "committed", "progress", "log", "heartbeat", "reply" };
static_assert(kStateNames.size() == size_t(RunState::Interrupted) + 1);
static_assert(kPhaseNames.size() == size_t(Phase::Saving) + 1);
static_assert(kStartPartNames.size() == size_t(StartPart::FirstCheckpoint) + 1);
static_assert(kCommandNames.size() == size_t(Command::Kind::Status) + 1);
static_assert(kEventNames.size() == size_t(Event::Kind::Reply) + 1);

template <class Enum, size_t N>
std::optional<Enum> find(const std::array<const char*, N>& names, const std::string& name)
{
    for (size_t i = 0; i < N; ++i)
        if (name == names[i])
            return Enum(i);
    return std::nullopt;
}

Error malformed(const std::string& why)
{
    return { "protocol_malformed", "A line on the control socket is not understood: " + why, "" };
}

/// What comes in is kept in a map with fast lookup: a line of 10^5 keys must not take quadratic time.
using Parsed = nlohmann::json;

Result<Parsed> parseObject(const std::string& line)
{
    if (line.size() > kMaxLineBytes)
        return malformed(
            "it has " + std::to_string(line.size()) + " bytes, more than " + std::to_string(kMaxLineBytes) + ".");
    if (!jsonDepthWithin(line))
        return malformed("it is nested too deeply.");
    Parsed json = Parsed::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object())
        return malformed("it is not a JSON object.");
    return json;
}

std::string text(const Parsed& json, const char* key)
{
    return json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : std::string();
}

int64_t integer(const Parsed& json, const char* key)
{
    return json.contains(key) && json[key].is_number_integer() ? json[key].get<int64_t>() : 0;
}

double real(const Parsed& json, const char* key, double otherwise)
{
    return json.contains(key) && json[key].is_number() ? json[key].get<double>() : otherwise;
}

/// Model text may hold invalid UTF-8; on the wire it becomes U+FFFD.
std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

} // namespace

std::string stateName(RunState state) { return kStateNames[size_t(state)]; }
std::string phaseName(Phase phase) { return kPhaseNames[size_t(phase)]; }
std::string startPartName(StartPart part) { return kStartPartNames[size_t(part)]; }
StartPart startPartFromName(const std::string& name)
{
    return find<StartPart>(kStartPartNames, name).value_or(StartPart::None);
}
std::string commandName(Command::Kind kind) { return kCommandNames[size_t(kind)]; }

Result<RunState> stateFromName(const std::string& name)
{
    if (const auto state = find<RunState>(kStateNames, name))
        return *state;
    return malformed("there is no state \"" + name + "\".");
}

Result<Phase> phaseFromName(const std::string& name)
{
    if (const auto phase = find<Phase>(kPhaseNames, name))
        return *phase;
    return malformed("there is no phase \"" + name + "\".");
}

std::string toLine(const Hello& hello)
{
    return dump({ { "protocol", hello.protocol }, { "role", hello.role }, { "version", hello.version },
        { "run", hello.runId } });
}

std::string toLine(const Command& command)
{
    Json json { { "command", commandName(command.kind) }, { "id", command.id } };
    if (!command.assignment.empty())
        json["assignment"] = command.assignment;
    if (!command.prompt.empty())
        json["prompt"] = command.prompt;
    if (command.kind == Command::Kind::SampleNow) { // an engine that does not know the field answers the prompt alone
        const Json turns = Json::parse(command.completion, nullptr, /*allow_exceptions=*/false);
        if (turns.is_array())
            json["messages"] = turns;
        if (command.samples > 1)
            json["samples"] = command.samples;
    } else if (!command.completion.empty()) {
        json["completion"] = command.completion;
    }
    return dump(json);
}

std::string toLine(const Event& event)
{
    Json json { { "event", kEventNames[size_t(event.kind)] } };
    switch (event.kind) {
    case Event::Kind::State:
        json.update({ { "state", stateName(event.state) }, { "step", event.step }, { "max_steps", event.maxSteps },
            { "message", event.message } });
        break;
    case Event::Kind::Committed:
        json.update({ { "step", event.step }, { "max_steps", event.maxSteps } });
        break;
    case Event::Kind::Progress:
        json.update({ { "state", stateName(event.state) }, { "phase", phaseName(event.phase) }, { "step", event.step },
            { "max_steps", event.maxSteps }, { "fraction", event.fraction }, { "eta_seconds", event.etaSeconds } });
        if (event.part != StartPart::None)
            json["part"] = startPartName(event.part);
        break;
    case Event::Kind::Log:
        json.update({ { "level", event.level }, { "message", event.message } });
        break;
    case Event::Kind::Heartbeat:
        json.update({ { "state", stateName(event.state) }, { "phase", phaseName(event.phase) } });
        break;
    case Event::Kind::Reply:
        json.update({ { "id", event.id }, { "ok", event.ok }, { "message", event.message } });
        break;
    }
    return dump(json);
}

Result<Hello> parseHello(const std::string& line)
{
    const Result<Parsed> json = parseObject(line);
    if (!json)
        return json.error();
    Hello hello { int(std::clamp<int64_t>(integer(*json, "protocol"), 0, INT32_MAX)), text(*json, "role"),
        text(*json, "version"), text(*json, "run") };
    if (hello.role != "engine" && hello.role != "client")
        return malformed("the first line is not a greeting.");
    if (hello.protocol != kProtocolVersion)
        return Error { "protocol_version",
            "The other side (version " + hello.version + ") speaks protocol " + std::to_string(hello.protocol)
                + "; this program speaks " + std::to_string(kProtocolVersion) + ".",
            "Use the same version of AhaScope on both sides." };
    return hello;
}

Result<Command> parseCommand(const std::string& line)
{
    const Result<Parsed> json = parseObject(line);
    if (!json)
        return json.error();
    const std::string name = text(*json, "command");
    const auto kind = find<Command::Kind>(kCommandNames, name);
    if (!kind)
        return Error { "protocol_unknown_kind", "There is no command \"" + name + "\".",
            "Commands are pause, resume, stop, checkpoint-now, sample-now, score-text, set, status." };
    Command command { *kind, text(*json, "assignment"), text(*json, "prompt"), text(*json, "completion") };
    command.id = integer(*json, "id");
    command.samples = int(std::clamp<int64_t>(integer(*json, "samples"), 1, kMostLiveSamples));
    if (command.kind == Command::Kind::SampleNow)
        command.completion = json->contains("messages")
            ? (*json)["messages"].dump(-1, ' ', false, Parsed::error_handler_t::replace)
            : "";
    if (command.kind == Command::Kind::Set && command.assignment.empty())
        return malformed("set needs an assignment such as \"optimizer.learning_rate=1e-4\".");
    return command;
}

Result<Event> parseEvent(const std::string& line)
{
    const Result<Parsed> json = parseObject(line);
    if (!json)
        return json.error();
    const std::string name = text(*json, "event");
    const auto kind = find<Event::Kind>(kEventNames, name);
    if (!kind)
        return Error { "protocol_unknown_kind", "There is no event \"" + name + "\".", "" };
    Event event;
    event.kind = *kind;
    if (json->contains("state")) {
        const Result<RunState> state = stateFromName(text(*json, "state"));
        if (!state)
            return state.error();
        event.state = *state;
    }
    if (json->contains("phase")) {
        const Result<Phase> phase = phaseFromName(text(*json, "phase"));
        if (!phase)
            return phase.error();
        event.phase = *phase;
    }
    event.part = startPartFromName(text(*json, "part"));
    event.step = integer(*json, "step");
    event.maxSteps = integer(*json, "max_steps");
    event.fraction = real(*json, "fraction", 0);
    event.etaSeconds = real(*json, "eta_seconds", -1);
    event.level = text(*json, "level");
    event.message = text(*json, "message");
    event.id = integer(*json, "id");
    event.ok = !json->contains("ok") || (*json)["ok"] == true;
    return event;
}

} // namespace aha
