#include "core/engine/pretrain.h"

#include "core/algo/adamw.h"
#include "core/base/files.h"
#include "core/base/statistics.h"
#include "core/engine/engine_context.h"
#include "core/engine/evaluation.h"
#include "core/rollout/cpu_rollout.h"
#include "core/text/tokenizer_training.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros_like.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cmath>

namespace aha {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

std::string percent(double share)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %%", 100 * share);
    return text;
}

double metric(const EvaluationRow& row, const std::string& name)
{
    for (const auto& [key, value] : row.metrics)
        if (key == name)
            return value;
    return std::nan("");
}

std::string modelCard(const PretrainRecipe& recipe, const std::string& recipeText, const Transformer& model,
    const EvaluationRow& row, double loss)
{
    const std::string samples = std::to_string(row.samples), problems = std::to_string(row.problems);
    std::string card = "# Miniature base model\n\nA " + std::to_string(model.config().parameterCount())
        + "-parameter decoder that has read synthetic search traces for countdown (three numbers, + - *) and has never "
          "seen a reward. It\n"
          "calculates, recognises a hit, and gives up too early: what is left to learn is persistence. Licence: "
          "GPL-3.0-or-later, as the project.\n\n"
          "Made by `./ahascope pretrain` from the recipe below (seed "
        + std::to_string(recipe.seed) + ", " + std::to_string(recipe.steps) + " steps of "
        + std::to_string(recipe.batchTokens) + " tokens, last training loss " + std::to_string(loss).substr(0, 6)
        + " nats per token).\n\n"
          "## Measured\n\nOn "
        + problems + " held-out problems, " + samples
        + " samples each, temperature 1, at most 200 new tokens:\n\n| what | figure |\n|---|---|\n";
    const auto line
        = [&](const std::string& what, const std::string& figure) { card += "| " + what + " | " + figure + " |\n"; };
    line("pass@1 (95 % interval)",
        percent(row.pass1) + " (" + percent(row.pass1Low) + " to " + percent(row.pass1High) + ")");
    line("pass@" + samples, percent(row.passK.rbegin()->second));
    line("cons@" + samples, percent(row.cons.value_or(0)));
    line("false equations", percent(metric(row, "countdown/false_equation_share")));
    line("stops after a hit", percent(metric(row, "countdown/stop_after_hit")));
    line("stops after a miss", percent(metric(row, "countdown/stop_after_miss")));
    line("hits per attempt", percent(metric(row, "countdown/hits_per_attempt")));
    line("attempts per trace", std::to_string(metric(row, "countdown/attempts_per_trace")).substr(0, 4));
    line("mean length", std::to_string(metric(row, "completions/mean_length")).substr(0, 4) + " tokens");
    line("reflection words per response", std::to_string(metric(row, "reflection/per_response")).substr(0, 4));
    line("traces that mix languages", percent(metric(row, "language/mixed_share")));
    return card + "\n## Recipe\n\n```json\n" + recipeText + "```\n";
}

} // namespace

Result<PretrainRecipe> readRecipe(const fs::path& file)
{
    const Result<std::string> text = readFile(file, 1 << 20);
    if (!text)
        return text.error();
    const Json json = Json::parse(*text, nullptr, /*allow_exceptions=*/false);
    const auto invalid = [&](const std::string& why) {
        return Error { "recipe_invalid", file.string() + ": " + why,
            "See experiments/miniature-base/recipe.json for the fields." };
    };
    if (!json.is_object())
        return invalid("it is not a JSON object.");
    PretrainRecipe r;
    try {
        const Json& model = json.at("model");
        Json described { { "architectures", Json::array({ "LlamaForCausalLM" }) }, { "tie_word_embeddings", true } };
        described.update(model);
        described["vocab_size"] = 1; // from the tokenizer later
        Result<ModelConfig> shape = parseModelConfig(described.dump(), file.string());
        if (!shape)
            return shape.error();
        r.model = std::move(*shape);
        const Json& traces = json.at("traces");
        traces.at("solution_share").get_to(r.traces.solutionShare);
        traces.at("attempts").get_to(r.traces.attempts);
        traces.at("attempt_weights").get_to(r.traces.attemptWeights);
        traces.at("chinese_share").get_to(r.traces.chineseShare);
        traces.at("switch_share").get_to(r.traces.switchShare);
        const Json& training = json.at("training");
        r.seed = training.at("seed").get<uint64_t>();
        training.at("steps").get_to(r.steps);
        training.at("batch_tokens").get_to(r.batchTokens);
        training.at("learning_rate").get_to(r.learningRate);
        training.at("warmup_steps").get_to(r.warmupSteps);
        training.at("weight_decay").get_to(r.weightDecay);
        r.threads = training.value("threads", int64_t(0));
        r.objective.balanceSpeed = training.value("balance_speed", r.objective.balanceSpeed);
        r.objective.balanceLoss = training.value("balance_loss", r.objective.balanceLoss);
        r.objective.predictionWeight = training.value("prediction_weight", r.objective.predictionWeight);
        const Json& evaluation = json.at("evaluation");
        evaluation.at("problems").get_to(r.evalProblems);
        evaluation.at("samples").get_to(r.evalSamples);
        RunConfig run;
        Json taskOnly;
        taskOnly["task"] = json.at("task");
        Result<RunConfig> task = runConfigFromJson(taskOnly.dump());
        if (!task)
            return task.error();
        r.task = task->task;
    } catch (const Json::exception& error) {
        return invalid(error.what());
    }
    if (r.traces.attempts.empty() || r.traces.attempts.size() != r.traces.attemptWeights.size() || r.steps < 1
        || r.batchTokens < 64 || r.evalProblems < 1 || r.evalSamples < 1)
        return invalid("traces.attempts and traces.attempt_weights need the same length, and steps, batch_tokens and "
                       "evaluation sizes must be positive.");
    return r;
}

Result<void> pretrain(const PretrainRecipe& recipe, const fs::path& recipeFile, const fs::path& out,
    const std::function<void(int64_t, int64_t, double, double)>& progress)
{
    try {
        orThrow(makeFolders(out));
        const std::unique_ptr<Task> task = orThrow(makeTask(recipe.task));
        orThrow(trainWordTokenizer(miniatureWords(recipe.task), out / "tokenizer.model"));
        const auto tokenizer = orThrow(loadTokenizer(out));
        ModelConfig config = recipe.model;
        config.vocabSize = tokenizer->vocabSize();
        config.bosTokenId = tokenizer->bosId();
        config.eosTokenIds = { tokenizer->eosId() };
        orThrow(validate(config));
        const std::unique_ptr<Workers> workers = makeWorkers(recipe.threads);
        Transformer model = Transformer::create(config, recipe.seed);
        AdamW optimizer(model.flat(), model.matrixElements());
        std::vector<at::Tensor> gradients;
        std::vector<at::Tensor> loads; // of the experts
        std::vector<TransformerWeights> leaves;
        for (int w = 0; w < workers->size(); ++w) {
            loads.push_back(noExpertLoad(model));
            gradients.push_back(at::zeros_like(model.flat()));
            leaves.push_back(model.leaves(gradients.back()));
        }
        uint64_t nextTrace = 0;
        double smoothed = 0;
        int64_t tokensDone = 0;
        const auto begin = std::chrono::steady_clock::now();
        for (int64_t step = 0; step < recipe.steps; ++step) {
            std::vector<std::vector<PretrainSequence>> shares(size_t(workers->size()));
            int64_t tokens = 0, targets = 0, sequences = 0;
            for (size_t i = 0; tokens < recipe.batchTokens; ++i) {
                const TrainingText text = searchTrace(*task, recipe.task, recipe.traces, recipe.seed, nextTrace++);
                PretrainSequence sequence { promptIds(*tokenizer, text.prompt), 0 };
                sequence.promptLength = int64_t(sequence.ids.size());
                const std::vector<int32_t> completion = tokenizer->encode(text.completion);
                sequence.ids.insert(sequence.ids.end(), completion.begin(), completion.end());
                sequence.ids.push_back(tokenizer->eosId());
                tokens += int64_t(sequence.ids.size());
                targets += int64_t(sequence.ids.size()) - sequence.promptLength;
                ++sequences;
                shares[i % shares.size()].push_back(std::move(sequence));
            }
            std::vector<double> losses(shares.size());
            workers->run([&](int w) {
                gradients[size_t(w)].zero_();
                if (loads[size_t(w)].defined())
                    loads[size_t(w)].zero_();
                losses[size_t(w)] = pretrainLoss(config, leaves[size_t(w)], shares[size_t(w)], 1.0 / double(targets),
                    1.0 / double(sequences), recipe.objective, loads[size_t(w)]);
            });
            double loss = 0;
            for (size_t w = 0; w < losses.size(); ++w) {
                loss += losses[w];
                if (w > 0)
                    gradients[0].add_(gradients[w]);
                if (w > 0 && loads[w].defined())
                    loads[0].add_(loads[w]);
            }
            const double norm = clipGradient(gradients[0], 1.0);
            if (!std::isfinite(loss) || !std::isfinite(norm))
                return Error { "not_finite",
                    "Pretraining step " + std::to_string(step) + " has a loss of " + std::to_string(loss) + ".",
                    "Lower learning_rate in the recipe." };
            OptimizerConfig settings;
            settings.weightDecay = recipe.weightDecay;
            const double warm = std::min(1.0, double(step + 1) / double(std::max<int64_t>(recipe.warmupSteps, 1)));
            const double rate = recipe.learningRate * warm
                * (0.03 + 0.97 * 0.5 * (1 + std::cos(M_PI * double(step) / double(recipe.steps))));
            optimizer.update(model.flat(), gradients[0], settings, rate);
            balanceExperts(model, loads[0], recipe.objective.balanceSpeed);
            smoothed = step == 0 ? loss : 0.98 * smoothed + 0.02 * loss;
            tokensDone += tokens;
            if (progress && (step % 50 == 49 || step + 1 == recipe.steps))
                progress(step + 1, recipe.steps, smoothed,
                    double(tokensDone)
                        / std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
        }
        orThrow(writeFileAtomically(out / "config.json", modelConfigJson(config)));
        orThrow(writeFileAtomically(out / "model.safetensors", model.toSafetensors()));

        RunConfig run;
        run.task = recipe.task;
        const CompletionScorer scorer(
            tokenizer, *task, orThrow(Lexicon::load(resourceRoot() / "resources/lexicons/reflection.txt")));
        const std::unique_ptr<RolloutBackend> rollout = makeCpuRollout(config, *workers);
        rollout->setWeights(decoderWeights(model));
        const EvaluationRow row = evaluate(*rollout, scorer, orThrow(PromptBuilder::open(run.prompt, out, tokenizer)),
            run, { 0, 1, int(recipe.evalProblems), int(recipe.evalSamples), 0, samplingParams(run, config) });
        const Result<std::string> recipeText = readFile(recipeFile, 1 << 20);
        orThrow(writeFileAtomically(
            out / "README.md", modelCard(recipe, recipeText ? *recipeText : "", model, row, smoothed)));
        return {};
    } catch (const Failure& failure) {
        return failure.error();
    }
}

} // namespace aha
