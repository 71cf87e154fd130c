#include "core/engine/later_evaluation.h"

#include "core/base/fault.h"
#include "core/config/held_out.h"
#include "core/config/probe_prompts.h"
#include "core/engine/checkpoint.h"
#include "core/engine/compute_device.h"
#include "core/engine/engine_context.h"
#include "core/engine/held_out_problems.h"
#include "core/engine/model_source.h"
#include "core/engine/own_prompts.h"
#include "core/engine/train_run.h"
#include "core/protocol/remote_run.h"
#include "core/protocol/run_folder.h"
#include "core/store/evaluated_steps.h"
#include "core/store/run_reader.h"
#include "core/store/run_writer.h"

#include <algorithm>

namespace aha {

namespace fs = std::filesystem;

namespace {

/// Of the checkpoints that have their manifest, in order.
std::vector<int64_t> stepsWithCheckpoint(const fs::path& run)
{
    std::vector<int64_t> steps;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(run / run_folder::kCheckpoints, ignored))
        if (const Result<CheckpointRow> row = describeCheckpoint(run, entry.path());
            row && entry.path() == checkpointFolder(run, row->step))
            steps.push_back(row->step);
    std::sort(steps.begin(), steps.end());
    return steps;
}

/// Throws the Failure for a run that cannot be evaluated, whatever the step.
void checkEvaluates(const fs::path& run, const RunConfig& config, const RunSummary& summary)
{
    if (isReplica(run))
        throw Failure({ "run_replica", run.string() + " is the copy of a run that lives elsewhere.",
            "Evaluate it there: the copy gets what is stored." });
    if (summary.kind == "imported")
        throw Failure({ "run_imported", "The run was imported: its checkpoints and its problems are not in its folder.",
            "Measure the model by itself: ahascope eval MODEL --task TASK" });
    if (!solvesHeldOut(config) && !asksProbes(config))
        throw Failure({ "held_out_none",
            "A run of the kind " + config.general.kind + " with data.verifier = " + config.data.verifier
                + " answers no held-out problems.",
            "Measure its model on a task instead: ahascope eval RUN --task TASK" });
}

/// What a run's evaluations hold and whether one of `step` would add to it: throws Failure evaluation_exists.
EvaluatedSteps checkMisses(const RunReader& reader, const RunConfig& config, int64_t step)
{
    EvaluatedSteps stored = orThrow(evaluatedSteps(reader, config));
    if (stored.miss(step))
        return stored;
    if (!stored.solves)
        throw Failure({ "evaluation_exists",
            "The prompts of eval.probes are answered already at step " + std::to_string(step)
                + ", and that stays as it is.",
            "Another step can be evaluated." });
    const std::vector<EvaluationRow> rows = orThrow(reader.evaluations());
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const EvaluationRow& e) { return e.step == step; });
    throw Failure({ "evaluation_exists",
        "Step " + std::to_string(step) + " is evaluated already (n = " + std::to_string(row->problems) + " problems × "
            + std::to_string(row->samples) + "), and that stays as it is.",
        "Without --store other problems and more samples can be measured; nothing is kept of that." });
}

} // namespace

Result<fs::path> modelAfterStep(const fs::path& run, const RunConfig& config, int64_t step)
{
    const std::vector<int64_t> steps = stepsWithCheckpoint(run);
    if (std::binary_search(steps.begin(), steps.end(), step)) {
        const fs::path folder = checkpointFolder(run, step);
        const Result<void> sound = checkCheckpoint(folder); // one flipped bit would be stored as the step's figures
        return sound ? Result<fs::path>(folder) : sound.error();
    }
    if (step == 0)
        return fs::path(config.model.path);
    std::string others;
    for (const int64_t one : steps)
        others += (others.empty() ? "" : ", ") + std::to_string(one);
    return Error { "checkpoint_missing", "The run has no checkpoint of step " + std::to_string(step) + ".",
        others.empty() ? "It has none at all." : "There are those of step " + others + "." };
}

EvaluationRow evaluateLater(
    const fs::path& run, std::optional<int64_t> asked, const std::function<void(double)>& progress)
{
    RunConfig config = orThrow(readRunConfig(run));
    auto reader = orThrow(RunReader::open(run));
    checkEvaluates(run, config, orThrow(reader->summary()));
    if (!asked) {
        std::vector<std::string> notes;
        asked = orThrow(describeCheckpoint(run, orThrow(newestCheckpoint(run, notes)))).step;
    }
    const int64_t step = *asked;
    const EvaluatedSteps before = checkMisses(*reader, config, step);
    const fs::path folder = orThrow(modelAfterStep(run, config, step));
    if (folder != checkpointFolder(run, step) && liveEngine(run) && orThrow(reader->lastStep()) < 1)
        throw Failure({ "evaluation_running", "The run has just begun and evaluates step 0 itself.",
            "Its checkpoint of step 0 follows that." });
    for (const MarkerRow& marker : orThrow(reader->markers())) // as the step was trained and would have been evaluated
        if (marker.kind == "set" && marker.step < step)
            orThrow(applySetting(config, marker.text));
    orThrow(RunWriter::open(run)); // whether it can be kept is known before the work
    reader.reset(); // nothing is held while it works

    const Transformer model = orThrow(loadModel(folder));
    const auto tokenizer = orThrow(loadModelTokenizer(folder));
    const auto workers = makeWorkers(config.general.threads);
    const bool whole = stageOf(config.general.kind) == Stage::Preference; // its loop samples with float32 alone
    const auto rollout = orThrow(ComputeDevice::open(config.general.device, CudaPlugin::For::Sampling))
                             .makeRollout(model.config(), *workers, whole ? "float32" : config.rollout.weights);
    rollout->setWeights(decoderWeights(model));
    const SamplingParams sampling = samplingParams(config, model.config());
    std::optional<OwnPrompts> own; // refused before the work on problems, not after it
    if (before.missAnswers(step))
        own.emplace(config, folder, model.config(), tokenizer);
    const EvaluationRequest request = evaluationAt(step, config, model.config());
    const double solutions = before.missProblems(step) ? double(request.problems) * request.samples : 0;
    const double completions = solutions + (own ? double(own->size()) : 0); // the two parts share the progress
    const auto tell = [&](double done) {
        if (progress)
            progress(done / completions);
    };

    EvaluationRow row, answers;
    if (before.missProblems(step)) {
        const HeldOutProblems problems(config, folder, tokenizer);
        row = problems.solve(*rollout, config, model.config(), step, [&](double done) { tell(done * solutions); });
        faultKill("evaluating");
    }
    const bool judged = row.problems > 0;
    const auto checkJudged = [&](const std::string& stored) {
        if (before.missProblems(step) && !judged)
            throw Failure(
                { "nothing_judged", "None of the held-out problems of " + row.task + " could be judged." + stored,
                    "Rows need answers (data.verifier), some of them held out (data.eval_percent), and programs a "
                    "sandbox (./ahascope doctor)." });
    };
    if (!own)
        checkJudged("");
    else
        answers = own->answer(step, [&](const std::vector<PromptRequest>& prompts) {
            tell(solutions);
            return rollout->generate(prompts, sampling,
                { .progress = [&](double done) { tell(solutions + done * double(prompts.size())); },
                    .stopWatch = stopWatchFor({ config.rollout.stop }, *tokenizer) });
        });
    tell(completions); // of few completions every one may have been finished on another thread, unheard

    const EvaluatedSteps now = checkMisses(*orThrow(RunReader::open(run)), config, step); // another may have made it
    const auto writer = orThrow(RunWriter::open(run)); // late, and for a moment: an engine may be writing steps
    const bool keepsRow = judged && now.missProblems(step), keepsAnswers = own && now.missAnswers(step);
    if (keepsRow)
        orThrow(writer->commitEvaluation(row));
    if (keepsAnswers)
        orThrow(writer->commitEvaluation(answers));
    if (keepsRow || keepsAnswers)
        orThrow(writer->addLog("info", "Step " + std::to_string(step) + " was evaluated afterwards."));
    checkJudged(keepsAnswers ? " The answers to the prompts of eval.probes are stored." : "");
    return judged ? row : answers;
}

} // namespace aha
