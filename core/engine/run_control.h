#pragma once
// What stands between the training loop and the outside: lease state, control socket, progress, log.

#include "core/engine/time_left.h"
#include "core/engine/train_run.h"
#include "core/protocol/control_server.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_writer.h"

#include <chrono>

namespace aha {

class RunControl {
public:
    /// The control socket is a convenience: without it (a file system without sockets) the run goes on and says so.
    RunControl(
        const std::filesystem::path& run, std::unique_ptr<Lease> lease, RunWriter& writer, const RunObserver& observer);

    void setState(RunState state, Phase phase, int64_t step, const RunConfig& config, const std::string& message = "");
    /// What a run that starts is at: told at once, and kept until it runs.
    void starting(StartPart part, int64_t step, const RunConfig& config);
    /// A part of a step begins: told at once.
    void begin(Phase phase, int64_t step, const RunConfig& config);
    /// At most ten a second. A run that starts goes on starting until its first step samples or trains.
    void progress(Phase phase, int64_t step, double fraction, const RunConfig& config);
    /// What is known of an earlier session feeds the estimate of the time left.
    TimeLeft& timeLeft() { return m_timeLeft; }
    /// Something new is in the database. `stepSeconds` > 0, without an evaluation, feeds the estimate of the time left.
    void committed(int64_t step, double stepSeconds, const RunConfig& config);
    void log(const std::string& level, const std::string& message);
    /// Records the error as the run's final marker; best effort, since the disk may be what failed.
    void failed(int64_t step, const Error& error);

    /// Handles waiting commands between two steps, and waits here while the run is paused. `forModel` answers commands
    /// that need the model. False when the run is to stop.
    bool between(int64_t step, RunConfig& config, const std::function<std::string(const Command&)>& forModel);

private:
    /// False for stop.
    bool handle(const Command& command, int64_t step, RunConfig& config,
        const std::function<std::string(const Command&)>& forModel);
    void change(const Command& command, int64_t step, RunConfig& config);
    void reply(const Command& command, bool ok, const std::string& text);
    void broadcast(const Event& event);

    std::unique_ptr<Lease> m_lease;
    RunWriter& m_writer;
    const RunObserver& m_observer;
    std::unique_ptr<ControlServer> m_server;
    RunState m_state = RunState::Starting;
    StartPart m_part = StartPart::None;
    bool m_paused = false;
    TimeLeft m_timeLeft;
    std::chrono::steady_clock::time_point m_lastProgress {};
};

} // namespace aha
