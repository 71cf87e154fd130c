// Verbs that use a model folder: tokenize, score, generate, reward, eval.

#include "app/engine/verbs.h"

#include "core/base/files.h"
#include "core/base/utf8.h"
#include "core/engine/compute_device.h"
#include "core/engine/data_task.h"
#include "core/engine/engine_context.h"
#include "core/engine/evaluation.h"
#include "core/engine/later_evaluation.h"
#include "core/engine/model_source.h"
#include "core/engine/step_rewards.h"
#include "core/engine/train_run.h"
#include "core/protocol/run_folder.h"
#include "core/rollout/scoring.h"
#include "core/text/tokenizer.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>
#include <optional>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

std::vector<int32_t> idsOf(const Json& json, const char* key)
{
    if (!json.contains(key) || !json[key].is_array())
        throw Failure({ "bad_line", std::string("The line needs \"") + key + "\": a list of token ids.", "" });
    std::vector<int32_t> ids;
    for (const Json& id : json[key]) {
        if (!id.is_number_integer() || id.get<int64_t>() < 0 || id.get<int64_t>() > INT32_MAX)
            throw Failure({ "bad_line", "A token id is " + id.dump() + "; ids are whole numbers from 0.", "" });
        ids.push_back(id.get<int32_t>());
    }
    return ids;
}

std::string textOf(const Json& json, const char* key)
{
    if (!json.contains(key) || !json[key].is_string())
        throw Failure({ "bad_line", std::string("The line needs \"") + key + "\": a text.", "" });
    return json[key].get<std::string>();
}

CompletionScorer makeScorer(std::shared_ptr<const Tokenizer> tokenizer, const Task& task)
{
    return { std::move(tokenizer), task, orThrow(Lexicon::load(resourceRoot() / "resources/lexicons/reflection.txt")) };
}

bool isRun(const std::filesystem::path& folder)
{
    std::error_code ignored;
    return std::filesystem::exists(folder / run_folder::kConfig, ignored)
        && std::filesystem::exists(folder / run_folder::kDatabase, ignored);
}

Json evaluationJson(const EvaluationRow& e)
{
    Json passK = Json::object(), metrics = Json::object();
    for (const auto& [k, value] : e.passK)
        passK[std::to_string(k)] = value;
    for (const auto& [name, value] : e.metrics)
        metrics[name] = value;
    return { { "task", e.task }, { "n", e.problems }, { "samples", e.samples }, { "pass@1", e.pass1 },
        { "ci95", { e.pass1Low, e.pass1High } }, { "pass@k", passK },
        { "cons@k", e.cons ? Json(*e.cons) : Json(nullptr) }, { "metrics", metrics } };
}

/// {"progress": {"done", "of"}} at every whole percent.
std::function<void(double)> progressLines()
{
    return [told = -1](double done) mutable {
        const int percent = int(100 * done);
        if (percent == told)
            return;
        told = percent;
        std::printf("%s\n", Json { { "progress", { { "done", percent }, { "of", 100 } } } }.dump().c_str());
        std::fflush(stdout);
    };
}

} // namespace

void addTokenize(CLI::App& app, int& status)
{
    struct Options {
        std::string model, input, special = "parse";
        bool decode = false;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("tokenize", "Text to token ids, or back with --decode.");
    verb->add_option("--model", o->model, "Model folder or tokenizer file")->required();
    verb->add_option("--special", o->special, "Text of special tokens: parse it, or take it as plain text")
        ->check(CLI::IsMember({ "parse", "text" }));
    verb->add_flag("--decode", o->decode, "From {\"ids\"} to {\"text\"}");
    verb->add_option("input", o->input, "JSON Lines; - or nothing is stdin");
    verb->callback([o, &status] {
        status = runVerb([&] {
            const auto tokenizer = orThrow(loadModelTokenizer(resolvePath(o->model)));
            return forEachLine(o->input, [&](const Json& line, int64_t) -> Json {
                if (o->decode)
                    return { { "text", tokenizer->decode(idsOf(line, "ids")) } };
                const Tokenizer::Encoding e = tokenizer->encodeWithOffsets(textOf(line, "text"), o->special == "parse");
                return { { "ids", e.ids }, { "pieces", e.pieces }, { "offsets", e.offsets } };
            });
        });
    });
}

void addScore(CLI::App& app, int& status)
{
    struct Options {
        std::string model, adapter, input, dtype = "float32";
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("score", "Log-probabilities and entropies of given tokens.");
    verb->add_option("--model", o->model, "Model folder, adapter folder or run")->required();
    verb->add_option("--adapter", o->adapter, "PEFT adapter folder, merged into the model");
    verb->add_option("--dtype", o->dtype, "Arithmetic")->check(CLI::IsMember({ "float32" }));
    verb->add_option("input", o->input, "JSON Lines of {\"ids\"} or {\"prompt\",\"completion\"}");
    verb->callback([o, &status] {
        status = runVerb([&] {
            const std::filesystem::path folder = orThrow(resolveModel(o->model));
            const Transformer model
                = orThrow(o->adapter.empty() ? loadModel(folder) : loadModel(folder, resolvePath(o->adapter)));
            const DecoderWeights weights = decoderWeights(model);
            const auto workers = makeWorkers(1);
            std::shared_ptr<const Tokenizer> tokenizer;
            return forEachLine(o->input, [&](const Json& line, int64_t) -> Json {
                std::vector<int32_t> ids;
                if (line.contains("ids")) {
                    ids = idsOf(line, "ids");
                } else {
                    if (!tokenizer)
                        tokenizer = orThrow(loadModelTokenizer(folder));
                    ids = promptIds(*tokenizer, textOf(line, "prompt"));
                    const std::vector<int32_t> rest = tokenizer->encode(textOf(line, "completion"));
                    ids.insert(ids.end(), rest.begin(), rest.end());
                }
                const ScoredSequence s = scoreSequences(weights, { ids }, 1.0, *workers)[0];
                double nll = 0;
                for (const float value : s.logprob)
                    nll -= value;
                return { { "logprobs", s.logprob }, { "entropy", s.entropy }, { "nll", nll } };
            });
        });
    });
}

void addGenerate(CLI::App& app, int& status)
{
    struct Options {
        std::string model, input, device = "cpu";
        std::string weights = "float32";
        std::vector<std::string> stop;
        SamplingParams params;
        uint64_t seed = 0;
        int n = 1, threads = 0;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("generate", "Samples completions.");
    verb->add_option("--model", o->model, "Model folder or run")->required();
    verb->add_option("--max-new-tokens", o->params.maxNewTokens, "Longest completion")->check(CLI::Range(1, 1 << 20));
    verb->add_option("--temperature", o->params.temperature, "0 = greedy")->check(CLI::Range(0.0, 100.0));
    verb->add_option("--top-k", o->params.topK, "0 = off")->check(CLI::NonNegativeNumber);
    verb->add_option("--top-p", o->params.topP, "1 = off")->check(CLI::Range(0.0, 1.0));
    verb->add_option("--min-p", o->params.minP, "0 = off")->check(CLI::Range(0.0, 1.0));
    verb->add_option("--repetition-penalty", o->params.repetitionPenalty, "1 = off")->check(CLI::PositiveNumber);
    verb->add_option("--seed", o->seed, "Seed");
    verb->add_option("--n", o->n, "Completions a prompt")->check(CLI::Range(1, 1 << 16));
    verb->add_option("--threads", o->threads, "0 = one per core");
    verb->add_option("--device", o->device, "cpu, cuda or auto")->check(CLI::IsMember({ "cpu", "cuda", "auto" }));
    verb->add_option("--weights", o->weights, "Precision of the weights: float32, bfloat16 or int8 (CPU)")
        ->check(CLI::IsMember({ "float32", "bfloat16", "int8" }));
    verb->add_option("--stop", o->stop, "End with the token that completes this text; may be given several times")
        ->allow_extra_args(false);
    verb->add_flag("--ignore-eos", o->params.ignoreEos, "Go on after the end token");
    verb->add_option("input", o->input, "JSON Lines of {\"prompt\"}, {\"ids\"} or {\"messages\"}");
    verb->callback([o, &status] {
        status = runVerb([&] {
            const std::filesystem::path folder = orThrow(resolveModel(o->model));
            const Transformer model = orThrow(loadModel(folder));
            const auto workers = makeWorkers(o->threads);
            const auto engine = orThrow(ComputeDevice::open(o->device, CudaPlugin::For::Sampling))
                                    .makeRollout(model.config(), *workers, o->weights);
            engine->setWeights(decoderWeights(model));
            o->params.eosIds.assign(model.config().eosTokenIds.begin(), model.config().eosTokenIds.end());
            // Verbs fed with ids need no tokenizer, and no chat template unless messages come.
            const Result<std::shared_ptr<const Tokenizer>> found = loadModelTokenizer(folder);
            const std::shared_ptr<const Tokenizer> tokenizer = found ? *found : nullptr;
            if (!o->stop.empty() && !tokenizer)
                throw Failure({ found.error().code, found.error().message, "--stop needs the tokenizer." });
            const GenerateHooks hooks { .stopWatch
                = tokenizer ? stopWatchFor(o->stop, *tokenizer) : std::function<StopWatch()>() };
            std::optional<ChatTemplate> chat;
            return forEachLine(o->input, [&](const Json& line, int64_t index) -> Json {
                PromptRequest request;
                if (line.contains("ids")) {
                    request.promptIds = idsOf(line, "ids");
                } else if (!found) {
                    throw Failure({ found.error().code, found.error().message, "Or give the prompt as \"ids\"." });
                } else if (line.contains("messages")) {
                    if (!chat)
                        chat = orThrow(loadChatTemplate(folder));
                    ChatRequest messages = orThrow(chatRequestFromJson(line));
                    messages.addGenerationPrompt = messages.continueField.empty();
                    messages.dropNullFields = true; // as transformers' apply_chat_template does
                    request.promptIds = tokenizer->encode(orThrow(chat->render(messages)).text);
                } else {
                    request.promptIds = promptIds(*tokenizer, textOf(line, "prompt"));
                }
                for (int j = 0; j < o->n; ++j)
                    request.streams.emplace_back(o->seed, Purpose::Sampling, uint64_t(index), uint64_t(j));
                Json completions = Json::array();
                const auto groups = engine->generate({ request }, o->params, hooks);
                for (const SampledCompletion& c : groups[0]) {
                    std::vector<int32_t> text = c.ids;
                    if (c.finish == FinishReason::Stop && c.stopText < 0 && !text.empty())
                        text.pop_back(); // the end token; a stop text stays
                    completions.push_back({ { "text", tokenizer ? Json(tokenizer->decode(text)) : Json(nullptr) },
                        { "ids", c.ids }, { "logprobs", c.logprob },
                        { "finish_reason", c.finish == FinishReason::Stop ? "stop" : "length" } });
                    if (c.stopText >= 0)
                        completions.back()["stop"] = o->stop[size_t(c.stopText)];
                }
                return { { "index", index }, { "completions", completions } };
            });
        });
    });
}

void addEval(CLI::App& app, int& status)
{
    struct Options {
        std::string model, task, device = "cpu";
        int problems = 512, k = 16, threads = 0;
        uint64_t seed = 0;
        std::optional<int64_t> step;
        bool store = false, progress = false;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("eval",
        "Measures a model, or a checkpoint of a run, on held-out problems; with --store as the run itself does, kept "
        "in "
        "the run.");
    verb->add_option("model", o->model, "Model folder or run")->required();
    verb->add_option(
            "--step", o->step, "Of a run: the checkpoint of this step (0: before training); default: the newest")
        ->check(CLI::NonNegativeNumber);
    CLI::Option* store = verb->add_flag("--store", o->store,
        "Of a run: its own problems and settings, and the evaluation is kept beside those made while it trained");
    CLI::Option* own[] = { verb->add_option("--task", o->task,
                               "A task of ./ahascope tasks; default: the run's own, of a model countdown"),
        verb->add_option("--problems", o->problems, "Held-out problems")->check(CLI::Range(1, 100000)),
        verb->add_option("--k", o->k, "Completions per problem")->check(CLI::Range(1, 4096)),
        verb->add_option("--seed", o->seed, "Seed"), verb->add_option("--threads", o->threads, "0 = one per core"),
        verb->add_option("--device", o->device, "cpu, cuda or auto")->check(CLI::IsMember({ "cpu", "cuda", "auto" })) };
    for (CLI::Option* option : own)
        store->excludes(option); // what is stored compares with the rest of the run
    verb->add_flag("--progress", o->progress, "Lines {\"progress\": {\"done\", \"of\"}} meanwhile");
    verb->callback([o, &status] {
        status = runVerb([&] {
            const std::filesystem::path given = resolvePath(o->model);
            const std::function<void(double)> progress = o->progress ? progressLines() : std::function<void(double)>();
            if (o->store) {
                const EvaluationRow row = evaluateLater(given, o->step, progress);
                Json json = row.task == kProbesTask ? Json { { "probes", row.rows.size() } } : evaluationJson(row);
                json["step"] = row.step;
                std::printf("%s\n", json.dump().c_str());
                return 0;
            }
            RunConfig config;
            if (isRun(given) || o->step)
                config = orThrow(readRunConfig(given));
            const std::filesystem::path folder
                = orThrow(o->step ? modelAfterStep(given, config, *o->step) : resolveModel(o->model));
            if (!o->task.empty())
                config.task.name = o->task;
            const Transformer model = orThrow(loadModel(folder));
            const auto workers = makeWorkers(o->threads);
            const auto engine = orThrow(ComputeDevice::open(o->device, CudaPlugin::For::Sampling))
                                    .makeRollout(model.config(), *workers);
            engine->setWeights(decoderWeights(model));
            const auto task = orThrow(makeRunTask(config));
            const auto tokenizer = orThrow(loadModelTokenizer(folder));
            const CompletionScorer scorer = makeScorer(tokenizer, *task);
            const EvaluationRow e
                = evaluate(*engine, scorer, orThrow(PromptBuilder::open(config.prompt, folder, tokenizer)), config,
                    { 0, 1, o->problems, o->k, o->seed, samplingParams(config, model.config()) }, progress);
            if (e.problems == 0)
                throw Failure({ "nothing_judged", "None of the held-out problems of " + e.task + " could be judged.",
                    "Rows need answers (data.verifier), some of them held out (data.eval_percent), and programs a "
                    "sandbox (./ahascope doctor)." });
            std::printf("%s\n", evaluationJson(e).dump().c_str());
            return 0;
        });
    });
}

} // namespace aha
