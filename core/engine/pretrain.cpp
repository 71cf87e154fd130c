#include "core/engine/pretrain.h"

#include "core/algo/adamw.h"
#include "core/base/files.h"
#include "core/engine/base_model_card.h"
#include "core/engine/engine_context.h"
#include "core/engine/evaluation.h"
#include "core/engine/model_source.h"
#include "core/rollout/cpu_rollout.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros_like.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cmath>

namespace aha {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

/// The fields of a configuration's group task.
TaskConfig taskOf(const Json& fields)
{
    Json taskOnly;
    taskOnly["task"] = fields;
    return orThrow(runConfigFromJson(taskOnly.dump())).task;
}

void readSearch(const Json& json, PretrainRecipe& r)
{
    const Json& traces = json.at("traces");
    traces.at("solution_share").get_to(r.traces.solutionShare);
    traces.at("attempts").get_to(r.traces.attempts);
    traces.at("attempt_weights").get_to(r.traces.attemptWeights);
    traces.at("chinese_share").get_to(r.traces.chineseShare);
    traces.at("switch_share").get_to(r.traces.switchShare);
    r.task = taskOf(json.at("task"));
}

void readWorked(const Json& json, WorkedTraceConfig& worked)
{
    json.at("worked_share").get_to(worked.workedShare);
    json.at("lucky_share").get_to(worked.luckyShare);
    json.at("pieces").get_to(worked.pieces);
    for (const Json& entry : json.at("tasks"))
        worked.tasks.push_back({ taskOf(entry.at("task")), entry.value("weight", 1.0) });
}

/// The weights of another model of this shape.
Transformer started(const fs::path& folder, const ModelConfig& config)
{
    Transformer model = orThrow(loadModel(resolvePath(folder)));
    if (modelConfigJson(model.config()) != modelConfigJson(config))
        throw Failure({ "recipe_invalid", "The model in " + folder.string() + " has another shape than the recipe's.",
            "Give the recipe the sizes of that model's config.json, and a corpus with the same words." });
    return model;
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
        if (json.contains("worked"))
            readWorked(json["worked"], r.worked);
        else
            readSearch(json, r);
        const Json& training = json.at("training");
        r.seed = training.at("seed").get<uint64_t>();
        r.from = training.value("from", std::string());
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
    } catch (const Json::exception& error) {
        return invalid(error.what());
    } catch (const Failure& failure) {
        return failure.error();
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
        const std::unique_ptr<PretrainCorpus> corpus
            = orThrow(recipe.worked.tasks.empty() ? searchCorpus(recipe.task, recipe.traces, recipe.seed)
                                                  : workedCorpus(recipe.worked, recipe.seed));
        orThrow(corpus->makeTokenizer(out / "tokenizer.model"));
        const auto tokenizer = orThrow(loadTokenizer(out));
        ModelConfig config = recipe.model;
        config.vocabSize = tokenizer->vocabSize();
        config.bosTokenId = tokenizer->bosId();
        config.eosTokenIds = { tokenizer->eosId() };
        orThrow(validate(config));
        const std::unique_ptr<Workers> workers = makeWorkers(recipe.threads);
        Transformer model
            = recipe.from.empty() ? Transformer::create(config, recipe.seed) : started(recipe.from, config);
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
                const TrainingText text = corpus->text(nextTrace++);
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

        const std::unique_ptr<RolloutBackend> rollout = makeCpuRollout(config, *workers);
        rollout->setWeights(decoderWeights(model));
        std::vector<EvaluationRow> rows;
        for (const TaskConfig& measured : corpus->tasks()) {
            RunConfig run;
            run.task = measured;
            const std::unique_ptr<Task> task = orThrow(makeTask(measured));
            const CompletionScorer scorer(
                tokenizer, *task, orThrow(Lexicon::load(resourceRoot() / "resources/lexicons/reflection.txt")));
            rows.push_back(evaluate(*rollout, scorer, orThrow(PromptBuilder::open(run.prompt, out, tokenizer)), run,
                { 0, 1, int(recipe.evalProblems), int(recipe.evalSamples), 0, samplingParams(run, config) }));
        }
        const Result<std::string> recipeText = readFile(recipeFile, 1 << 20);
        const BaseModelCard card { corpus->about(), recipeText ? *recipeText : "", config.parameterCount(), recipe.seed,
            recipe.steps, recipe.batchTokens, smoothed, std::move(rows) };
        orThrow(writeFileAtomically(out / "README.md", baseModelCard(card)));
        return {};
    } catch (const Failure& failure) {
        return failure.error();
    }
}

} // namespace aha
