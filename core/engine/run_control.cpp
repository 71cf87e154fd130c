#include "core/engine/run_control.h"

#include "core/config/weight_schedule.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace aha {

RunControl::RunControl(
    const std::filesystem::path& run, std::unique_ptr<Lease> lease, RunWriter& writer, const RunObserver& observer)
    : m_lease(std::move(lease))
    , m_writer(writer)
    , m_observer(observer)
{
    Result<std::unique_ptr<ControlServer>> server = ControlServer::listen(
        run, std::filesystem::absolute(run / ".").parent_path().filename().string(), AHASCOPE_VERSION);
    if (server)
        m_server = std::move(*server);
    else
        log("warning", server.error().sentence() + " The run cannot be paused from outside.");
}

void RunControl::broadcast(const Event& event)
{
    if (m_server)
        m_server->broadcast(event);
    if (m_observer.progress)
        m_observer.progress(event);
}

void RunControl::setState(
    RunState state, Phase phase, int64_t step, const RunConfig& config, const std::string& message)
{
    m_state = state;
    m_part = state == RunState::Starting ? m_part : StartPart::None;
    (void)m_lease->setState(state, m_part); // the lock itself is what counts
    Event event;
    event.kind = Event::Kind::State;
    event.state = state;
    event.phase = phase;
    event.step = step;
    event.maxSteps = config.general.maxSteps;
    event.message = message;
    broadcast(event);
}

void RunControl::starting(StartPart part, int64_t step, const RunConfig& config)
{
    if (m_state != RunState::Starting || part == m_part)
        return;
    m_part = part;
    (void)m_lease->setState(m_state, part); // for the table of runs, where nobody listens
    begin(part < StartPart::FirstEvaluation      ? Phase::Loading
            : part == StartPart::FirstEvaluation ? Phase::Evaluating
                                                 : Phase::Saving,
        step, config);
}

void RunControl::begin(Phase phase, int64_t step, const RunConfig& config)
{
    m_lastProgress = {};
    progress(phase, step, 0, config);
}

void RunControl::progress(Phase phase, int64_t step, double fraction, const RunConfig& config)
{
    const auto now = std::chrono::steady_clock::now();
    if (now - m_lastProgress < std::chrono::milliseconds(100))
        return;
    m_lastProgress = now;
    if (m_state == RunState::Starting
        && (phase == Phase::Sampling || phase == Phase::Scoring || phase == Phase::Training))
        setState(RunState::Running, phase, step, config);
    Event event;
    event.kind = Event::Kind::Progress;
    event.state = m_state;
    event.phase = phase;
    event.part = m_part;
    event.step = step;
    event.maxSteps = config.general.maxSteps;
    event.fraction = fraction;
    event.etaSeconds = m_timeLeft.after(step, config);
    broadcast(event);
}

void RunControl::committed(int64_t step, double stepSeconds, const RunConfig& config)
{
    if (stepSeconds > 0)
        m_timeLeft.addStep(stepSeconds);
    Event event;
    event.kind = Event::Kind::Committed;
    event.step = step;
    event.maxSteps = config.general.maxSteps;
    broadcast(event);
}

void RunControl::log(const std::string& level, const std::string& message)
{
    (void)m_writer.addLog(level, message);
    if (m_observer.note)
        m_observer.note(message);
    if (!m_server)
        return;
    Event event;
    event.kind = Event::Kind::Log;
    event.level = level;
    event.message = message;
    m_server->broadcast(event);
}

void RunControl::failed(int64_t step, const Error& error)
{
    (void)m_writer.addLog("error", error.sentence());
    (void)m_writer.addMarker({ 0, step, "failed", error.sentence(), "{}", 0 });
    (void)m_lease->setState(RunState::Failed);
    Event event;
    event.kind = Event::Kind::State;
    event.state = RunState::Failed;
    event.step = step;
    event.message = error.sentence();
    broadcast(event);
}

void RunControl::reply(const Command& command, bool ok, const std::string& text)
{
    if (m_server)
        m_server->reply(command, ok, text);
}

void RunControl::change(const Command& command, int64_t step, RunConfig& config)
{
    RunConfig changed = config;
    Result<void> applied = applySetting(changed, command.assignment);
    const std::vector<Field> before = fields(config), after = fields(changed);
    for (size_t i = 0; i < after.size(); ++i)
        if (!after[i].info.live && after[i].toJson() != before[i].toJson())
            return reply(command, false,
                after[i].info.path() + " cannot be changed while the run trains. Start a new run with it.");
    for (const RewardWeight& part : kRewardWeights)
        if (changed.rewards.*part.weight != config.rewards.*part.weight && isScheduled(config.rewards, part.weight))
            return reply(command, false,
                "rewards." + std::string(part.name)
                    + " follows rewards.weight_schedule. Start a new run to give it another weight.");
    if (applied)
        applied = validate(changed);
    if (!applied)
        return reply(command, false, applied.error().sentence());
    const std::vector<std::string> lines = differences(config, changed);
    if (lines.empty())
        return reply(command, true, "That is the value already.");
    // The text alone tells no old value. A byte that is no UTF-8 never stops the run.
    const std::string change
        = nlohmann::json { { "change", lines[0] } }.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (Result<int64_t> marked = m_writer.addMarker({ 0, step, "set", command.assignment, change, 0 }); !marked)
        return reply(command, false, marked.error().sentence());
    config = changed;
    log("info", "Changed after step " + std::to_string(step) + ": " + lines[0]);
    reply(command, true, lines[0]);
}

bool RunControl::handle(
    const Command& command, int64_t step, RunConfig& config, const std::function<std::string(const Command&)>& forModel)
{
    switch (command.kind) {
    case Command::Kind::Pause:
    case Command::Kind::Resume: {
        const bool pause = command.kind == Command::Kind::Pause;
        if (pause != m_paused) {
            m_paused = pause;
            (void)m_writer.addMarker(
                { 0, step, pause ? "pause" : "continue", pause ? "Paused" : "Continued", "{}", 0 });
            setState(pause ? RunState::Paused : RunState::Running, Phase::Idle, step, config);
        }
        reply(command, true, pause ? "Paused after step " + std::to_string(step) + "." : "Running.");
        return true;
    }
    case Command::Kind::Stop:
        setState(RunState::Stopping, Phase::Saving, step, config);
        reply(command, true, "Stopping after step " + std::to_string(step) + ", with a checkpoint.");
        return false;
    case Command::Kind::Set:
        change(command, step, config);
        return true;
    default:
        try {
            reply(command, true, forModel(command));
        } catch (const Failure& failure) {
            reply(command, false, failure.error().sentence());
        }
        return true;
    }
}

bool RunControl::between(int64_t step, RunConfig& config, const std::function<std::string(const Command&)>& forModel)
{
    const auto stopAsked = [this] { return m_observer.stop && m_observer.stop->load(); };
    if (!m_server)
        return !stopAsked();
    if (m_state == RunState::Starting)
        setState(RunState::Running, Phase::Idle, step, config);
    for (;;) {
        if (stopAsked())
            return false;
        const std::optional<Command> command = m_paused ? m_server->wait(200) : m_server->take();
        if (command && !handle(*command, step, config, forModel))
            return false;
        if (!command && !m_paused)
            return true;
    }
}

} // namespace aha
