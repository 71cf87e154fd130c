#pragma once
// What every training stage shares: the run's model, tokenizer, checkpoints, control and settings, and the frame of the
// outer loop. A stage adds its step and its evaluation.

#include "core/algo/adamw.h"
#include "core/engine/checkpoint_shelf.h"
#include "core/engine/compute_device.h"
#include "core/engine/own_prompts.h"
#include "core/engine/run_control.h"
#include "core/store/live_answer.h"
#include "core/text/tokenizer.h"

namespace aha {

/// The policy before the first step. Throws Failure.
Policy startPolicy(const RunConfig& config);

double secondsSince(std::chrono::steady_clock::time_point begin);

class RunReader;

class TrainingSession {
public:
    TrainingSession(RunConfig config, std::filesystem::path run, std::unique_ptr<Lease> lease,
        std::unique_ptr<RunWriter> writer, const RunObserver& observer);
    virtual ~TrainingSession() = default;

    /// Trains until the end, a stop or an error, from the newest checkpoint when `resuming`. Every exception ends here,
    /// as an error that the run records.
    Result<RunState> run(bool resuming);

protected:
    /// Model and tokenizer are there; makes the trainer and what else the stage needs. Throws Failure.
    virtual void openStage(bool resuming) = 0;
    virtual AdamW& optimizer() = 0;
    /// What the stage keeps beside the policy in a checkpoint.
    virtual StageFiles stageFiles() { return {}; }
    /// The same back, after openStage(), when the run goes on from a checkpoint.
    virtual void restoreStage(const std::filesystem::path&) { }
    virtual void packWeights() = 0; ///< the weights have changed: rollouts need a new copy
    virtual void trainStep(int64_t step) = 0; ///< computes and commits one step
    virtual void evaluateNow() = 0;
    /// Completions of prompts under the weights of now, with the run's sampling settings. `progress`, which may be
    /// empty, is told the share of them that is finished. A stage that asks no prompts of its own is not asked.
    virtual std::vector<std::vector<SampledCompletion>> sample(
        const std::vector<PromptRequest>& prompts, const std::function<void(double)>& progress)
        = 0;
    /// A command that needs the model. Its `text` is the reply; throws Failure for a refusal.
    virtual LiveAnswer answerForModel(const Command& command) = 0;

    bool evaluationDue(int64_t step) const;
    /// Runs a part of this step's evaluation, and notes what it took for the estimate of the time left.
    template <class Work> void timeEvaluation(Work&& evaluate)
    {
        const auto begin = std::chrono::steady_clock::now();
        evaluate();
        m_control.timeLeft().addEvaluation(m_step, secondsSince(begin), m_config);
    }
    void saveNow();
    /// Commits an evaluation on held-out problems, or says that none could be judged. Throws Failure.
    void record(const EvaluationRow& row);

    RunConfig m_config;
    std::filesystem::path m_run;
    const RunObserver& m_observer;
    std::unique_ptr<RunWriter> m_writer;
    RunControl m_control;
    std::optional<ComputeDevice> m_device;
    std::unique_ptr<Workers> m_workers;
    std::optional<Policy> m_policy;
    std::shared_ptr<const Tokenizer> m_tokenizer;
    std::filesystem::path m_modelSource; ///< where tokenizer and template are: the model, or the checkpoint
    std::string m_description; ///< of what rollouts compute on; openStage() sets it
    int64_t m_step = 0;
    double m_tokens = 0; ///< of the whole run

private:
    void open(bool resuming);
    void evaluateAll();
    void rememberPace(const RunReader& reader);
    RunState loop();
    std::string answer(const Command& command);
    RunState end(RunState state, const std::string& marker, const std::string& text);

    CheckpointShelf m_shelf;
    std::optional<OwnPrompts> m_own;
    CompanionFiles m_companions; ///< of the model, for its checkpoints
    std::vector<MarkerRow> m_settings; ///< changes of an earlier session, replayed at their steps
};

} // namespace aha
