#pragma once
// What the engine and its clients say over control.sock: JSON Lines, protocol version in the first line of each side.
// Events only say "there is something new"; the data is in run.db.

#include "core/base/result.h"

#include <cstdint>
#include <string>

namespace aha {

inline constexpr int kProtocolVersion = 1;
/// Longest line either side accepts.
inline constexpr size_t kMaxLineBytes = 1 << 20;

/// State of a run. Stored as the text of stateName().
enum class RunState {
    Starting, ///< loading model, opening database
    Running,
    Paused,
    Stopping, ///< finishing the step, writing the last checkpoint
    Finished, ///< reached its last step
    Stopped, ///< stopped by a person; can be resumed
    Failed, ///< ended with an error
    Interrupted, ///< no live engine and no final record: killed or crashed; can be resumed
};
/// No engine trains it, and its last step is not reached.
constexpr bool canResume(RunState state)
{
    return state == RunState::Stopped || state == RunState::Failed || state == RunState::Interrupted;
}
std::string stateName(RunState state);
Result<RunState> stateFromName(const std::string& name);

/// Part of a step that is going on.
enum class Phase { Idle, Loading, Sampling, Scoring, Training, Evaluating, Saving };
std::string phaseName(Phase phase);
Result<Phase> phaseFromName(const std::string& name);

/// What a run that starts is at: what may take long, told apart. On the wire it stands beside the phase, in a member of
/// its own, so that who does not know it, or knows fewer, still reads a run that starts.
enum class StartPart {
    None,
    Checkpoint,
    Model,
    Data,
    Reference,
    Teacher,
    Critic,
    RewardModel,
    ProcessRewardModel,
    FirstEvaluation, ///< from here on everything is loaded
    FirstCheckpoint,
};
std::string startPartName(StartPart part); ///< "" for None
StartPart startPartFromName(const std::string& name); ///< None for a name of another version

/// Answers to one question of a client.
inline constexpr int kMostLiveSamples = 8;

/// Client to engine.
struct Command {
    enum class Kind { Pause, Resume, Stop, CheckpointNow, SampleNow, ScoreText, Set, Status };
    Kind kind = Kind::Status;
    std::string assignment; ///< Set: "group.key=value"
    std::string prompt, completion; ///< ScoreText; SampleNow: prompt ("" = a fresh problem)
    int samples = 1; ///< SampleNow: how many answers, 1 to kMostLiveSamples
    int64_t id = 0; ///< echoed in the reply
};
std::string commandName(Command::Kind kind);

/// Engine to client.
struct Event {
    enum class Kind { State, Committed, Progress, Log, Heartbeat, Reply };
    Kind kind = Kind::Heartbeat;
    RunState state = RunState::Starting; // State, Heartbeat, Progress
    Phase phase = Phase::Idle; // Progress, Heartbeat
    StartPart part = StartPart::None; // Progress, of a run that starts
    int64_t step = 0, maxSteps = 0; // Committed, Progress, State
    double fraction = 0; // Progress: of the phase, 0…1
    double etaSeconds = -1; // Progress: to the end of the run, -1 unknown, 0 in the last step and what follows it
    std::string level, message; // Log; State: reason; Reply: result text
    int64_t id = 0; // Reply: the command's id
    bool ok = true; // Reply
};

/// First line of each side.
struct Hello {
    int protocol = kProtocolVersion;
    std::string role; ///< "engine" | "client"
    std::string version; ///< program version
    std::string runId; ///< engine only
};

// One line without the line break each way. Parsing refuses other major versions and wrong types with protocol_*
// errors; unknown event kinds and fields are skipped (parseEvent returns the error protocol_unknown_kind, which clients
// count).
std::string toLine(const Hello& hello);
std::string toLine(const Command& command);
std::string toLine(const Event& event);
Result<Hello> parseHello(const std::string& line);
Result<Command> parseCommand(const std::string& line);
Result<Event> parseEvent(const std::string& line);

} // namespace aha
