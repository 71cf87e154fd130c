#include "core/engine/training_session.h"

#include "core/base/fault.h"
#include "core/config/lora_config.h"
#include "core/engine/engine_context.h"
#include "core/engine/live_question.h"
#include "core/engine/model_source.h"
#include "core/engine/reward_model_source.h"
#include "core/store/run_reader.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace aha {

namespace fs = std::filesystem;

Policy startPolicy(const RunConfig& config)
{
    Transformer model = orThrow(loadModel(config.model.path));
    if (stageOf(config.general.kind) == Stage::RewardModel)
        return Policy(withRewardHead(std::move(model), config));
    if (model.config().labels > 0)
        throw Failure(
            { "model_head", "The model " + config.model.path + " is a classifier (a reward model): it cannot write.",
                "Name a language model in model.path." });
    if (config.adapter.rank == 0)
        return Policy(std::move(model));
    LoraAdapter adapter
        = LoraAdapter::create(loraConfig(config, model.config()), model.config(), uint64_t(config.general.seed));
    return Policy(std::move(model), std::move(adapter));
}

double secondsSince(std::chrono::steady_clock::time_point begin)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

TrainingSession::TrainingSession(RunConfig config, fs::path run, std::unique_ptr<Lease> lease,
    std::unique_ptr<RunWriter> writer, const RunObserver& observer)
    : m_config(std::move(config))
    , m_run(std::move(run))
    , m_observer(observer)
    , m_writer(std::move(writer))
    , m_control(m_run, std::move(lease), *m_writer, m_observer)
    , m_shelf(m_run, *m_writer)
{
}

Result<RunState> TrainingSession::run(bool resuming)
{
    const auto failed = [this](const Error& error) {
        m_control.failed(m_step, error);
        return error;
    };
    try {
        open(resuming);
        return loop();
    } catch (const Failure& failure) {
        return failed(failure.error());
    } catch (const std::bad_alloc&) {
        return failed({ "out_of_memory", "The computer ran out of memory.",
            "Use smaller batches, shorter sequences or a smaller model." });
    } catch (const std::exception& exception) {
        return failed({ "internal", std::string("The engine stopped: ") + exception.what(),
            "The run can be resumed from its last checkpoint." });
    }
}

/// Loads model and tokenizer, from the newest checkpoint when `resuming`; replays what the checkpoint trained with.
void TrainingSession::open(bool resuming)
{
    m_control.setState(RunState::Starting, Phase::Loading, m_step, m_config);
    m_device.emplace(orThrow(ComputeDevice::open(m_config.general.device, CudaPlugin::For::Training)));
    m_workers = makeWorkers(m_config.general.threads);
    m_modelSource = m_config.model.path;
    std::optional<AdamWState> optimizer;
    std::vector<std::string> notes;
    sweepCheckpoints(m_run);
    const Result<fs::path> checkpoint = resuming ? newestCheckpoint(m_run, notes) : Result<fs::path>(Error {});
    for (const std::string& note : notes)
        m_control.log("warning", note);
    m_control.starting(checkpoint ? StartPart::Checkpoint : StartPart::Model, m_step, m_config);
    if (checkpoint) {
        LoadedCheckpoint loaded = orThrow(loadCheckpoint(*checkpoint, m_config.model.path));
        m_policy.emplace(m_device->place(std::move(loaded.policy)));
        optimizer = std::move(loaded.optimizer);
        optimizer->first_P = m_device->place(optimizer->first_P);
        optimizer->second_P = m_device->place(optimizer->second_P);
        m_step = loaded.step;
        if (!m_policy->adapter())
            m_modelSource = *checkpoint;
    } else {
        m_policy.emplace(m_device->place(startPolicy(m_config)));
    }
    m_tokenizer = orThrow(loadModelTokenizer(m_modelSource));
    m_companions = orThrow(companionFiles(m_modelSource)); // its checkpoint may be removed while the run goes on
    if (m_tokenizer->vocabSize() > m_policy->config().vocabSize
        || !std::ranges::count(m_policy->config().eosTokenIds, m_tokenizer->eosId()))
        throw Failure({ "tokenizer_mismatch",
            "The tokenizer has " + std::to_string(m_tokenizer->vocabSize()) + " pieces and end token "
                + std::to_string(m_tokenizer->eosId()) + "; the model has a vocabulary of "
                + std::to_string(m_policy->config().vocabSize) + " and end token "
                + std::to_string(m_policy->config().eosTokenId()) + ".",
            "The two do not belong together." });
    m_own.emplace(m_config, m_modelSource, m_policy->config(), m_tokenizer);
    openStage(resuming);
    if (optimizer) {
        m_control.starting(StartPart::Checkpoint, m_step, m_config);
        this->optimizer().state() = *optimizer;
        restoreStage(*checkpoint);
    }
    for (const MarkerRow& marker : orThrow(m_writer->markers("set")))
        m_settings.push_back(marker);
    for (const MarkerRow& marker : m_settings) // changes that the checkpoint already trained with
        if (marker.step < m_step)
            orThrow(applySetting(m_config, marker.text));
    if (checkpoint)
        m_shelf.takeOver(m_step);
    if (m_step > 0) {
        const std::unique_ptr<RunReader> reader = orThrow(RunReader::open(m_run));
        for (const auto& [name, value] : orThrow(reader->metricsAt(m_step)))
            if (name == "num_tokens")
                m_tokens = value;
        rememberPace(*reader);
    }
    orThrow(m_writer->addMarker({ 0, m_step, resuming ? "resume" : "start",
        std::string(resuming ? "Resumed" : "Started") + " at step " + std::to_string(m_step) + " on " + m_description
            + ", " + std::to_string(m_workers->size()) + " threads",
        "{}", 0 }));
}

/// What steps took before, and the evaluation at the start.
void TrainingSession::rememberPace(const RunReader& reader)
{
    std::vector<double> seconds;
    for (const SeriesPoint& point : orThrow(reader.series("perf/step_seconds")))
        if (point.step <= m_step)
            seconds.push_back(point.value);
    m_control.timeLeft().takeEarlier(seconds);
    if (const auto first = firstEvaluationSeconds(orThrow(reader.markers()), orThrow(reader.evaluations())))
        m_control.timeLeft().addEvaluation(0, *first, m_config);
}

/// Steps until the end, a stop, or an error (Failure).
RunState TrainingSession::loop()
{
    packWeights();
    if (m_step == 0) {
        m_control.starting(StartPart::FirstEvaluation, m_step, m_config);
        timeEvaluation([this] { evaluateAll(); });
        m_control.starting(StartPart::FirstCheckpoint, m_step, m_config);
        saveNow();
    }
    while (m_step < m_config.general.maxSteps) {
        if (!m_control.between(m_step, m_config, [this](const Command& command) { return answer(command); }))
            return end(RunState::Stopped, "stop", "Stopped after step " + std::to_string(m_step));
        for (const MarkerRow& marker : m_settings) // replay of changes made when these steps were first computed
            if (marker.step == m_step)
                orThrow(applySetting(m_config, marker.text));
        trainStep(++m_step);
        packWeights();
        if (evaluationDue(m_step))
            timeEvaluation([this] { evaluateAll(); });
        if (m_step == m_config.general.maxSteps || m_step % m_config.checkpoint.everySteps == 0)
            saveNow();
    }
    return end(RunState::Finished, "finished", "Finished at step " + std::to_string(m_step));
}

/// The stage's own part, and after it what a person wants to see answered, so that it leaves that as it is.
void TrainingSession::evaluateAll()
{
    evaluateNow();
    if (m_own->empty())
        return;
    m_control.begin(Phase::Evaluating, m_step, m_config);
    orThrow(m_writer->commitEvaluation(m_own->answer(m_step, [this](const std::vector<PromptRequest>& prompts) {
        return sample(prompts, [this](double done) {
            faultKill("evaluating");
            m_control.progress(Phase::Evaluating, m_step, done, m_config);
        });
    })));
    m_control.committed(m_step, 0, m_config);
}

bool TrainingSession::evaluationDue(int64_t step) const
{
    const int64_t every = m_config.eval.everySteps;
    return step == 0 || step == m_config.general.maxSteps || (every > 0 && step % every == 0);
}

void TrainingSession::saveNow()
{
    m_control.progress(Phase::Saving, m_step, 0, m_config);
    m_shelf.save(m_step, *m_policy, optimizer().state(), stageFiles(), m_companions, m_config);
}

void TrainingSession::record(const EvaluationRow& row)
{
    if (row.problems == 0) { // no rows held out, no answers to compare with, or a verifier that fails
        m_control.log(
            "info", "Step " + std::to_string(m_step) + ": no held-out problem could be judged, so there is no pass@1.");
        return;
    }
    orThrow(m_writer->commitEvaluation(row));
    m_control.committed(m_step, 0, m_config);
    if (m_observer.evaluation)
        m_observer.evaluation(row);
}

std::string TrainingSession::answer(const Command& command)
{
    if (command.kind == Command::Kind::SampleNow) { // recorded: whoever reads the run later sees what was asked
        const LiveAnswer answer = answerForModel(command);
        nlohmann::ordered_json data = { { "prompt", command.prompt }, { "answer", answer.text },
            { "temperature", m_config.rollout.temperature }, { "seed", m_config.general.seed } };
        if (!command.completion.empty()) // liveQuestion() has read them
            data["messages"] = nlohmann::ordered_json::parse(liveQuestion(command).messagesJson);
        addToMarker(answer, data);
        const std::string what = "Sampled after step " + std::to_string(m_step)
            + (command.prompt.empty() ? ": a held-out problem"
                                      : ": a prompt of " + std::to_string(command.prompt.size()) + " bytes");
        orThrow(m_writer->addMarker({ 0, m_step, "sample", what,
            data.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace), 0 }));
        m_control.log("info", what);
        return answer.text;
    }
    if (command.kind != Command::Kind::CheckpointNow)
        return answerForModel(command).text;
    saveNow();
    orThrow(m_writer->addMarker({ 0, m_step, "checkpoint", "Checkpoint at step " + std::to_string(m_step), "{}", 0 }));
    return "Checkpoint written at step " + std::to_string(m_step) + ".";
}

RunState TrainingSession::end(RunState state, const std::string& marker, const std::string& text)
{
    saveNow();
    if (state == RunState::Finished)
        orThrow(m_writer->endStage(1));
    orThrow(m_writer->addMarker({ 0, m_step, marker, text, "{}", 0 }));
    m_control.setState(state, Phase::Idle, m_step, m_config);
    return state;
}

} // namespace aha
