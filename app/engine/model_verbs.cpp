// Verbs that use a model folder: tokenize, score, generate, reward, eval.

#include "app/engine/verbs.h"

#include "core/base/files.h"
#include "core/base/utf8.h"
#include "core/engine/compute_device.h"
#include "core/engine/data_task.h"
#include "core/engine/engine_context.h"
#include "core/engine/evaluation.h"
#include "core/engine/model_source.h"
#include "core/engine/step_rewards.h"
#include "core/engine/train_run.h"
#include "core/protocol/run_folder.h"
#include "core/rollout/scoring.h"
#include "core/text/tokenizer.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>

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

void addReward(CLI::App& app, int& status)
{
    struct Options {
        std::string task, config, input;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("reward", "Judges completions with a task's rule.");
    verb->add_option("--task", o->task, "countdown or arithmetic")->required();
    verb->add_option("--config", o->config, "Configuration file for weights and options");
    verb->add_option("input", o->input, "JSON Lines of {\"completion\", …the task's own fields}");
    verb->callback([o, &status] {
        status = runVerb([&] {
            RunConfig config;
            if (!o->config.empty())
                config = orThrow(runConfigFromJson(orThrow(readFile(resolvePath(o->config), 1 << 20))));
            config.task.name = o->task;
            const auto task = orThrow(makeTask(config.task, config.sandbox));
            const CompletionScorer scorer = makeScorer(nullptr, *task);
            std::vector<std::string> notes;
            StepRewards rewards(config.rewards, [&notes](const std::string& level, const std::string& text) {
                if (level == "warning")
                    notes.push_back(text);
            });
            return forEachLine(o->input, [&](const Json& line, int64_t) -> Json {
                const std::string completion = textOf(line, "completion");
                std::vector<CompletionScorer::Scored> scored { scorer.scoreText(
                    line.dump(), completion, config.rewards) };
                notes.clear();
                const std::string prompt
                    = line.contains("prompt") && line["prompt"].is_string() ? textOf(line, "prompt") : "";
                rewards.complete({ { prompt, line.dump(), "" } }, 1, scored, config);
                const CompletionScorer::Scored& s = scored[0];
                if (s.judgement.verdict == Verdict::InfraError)
                    throw Failure({ s.judgement.reason, s.judgement.explanation, "" });
                const std::vector<double> weights = rewardWeights(config.rewards);
                const std::vector<std::string> names = rewardPartNames(config.rewards);
                double reward = 0;
                Json parts = Json::object();
                for (size_t i = 0; i < s.parts.size(); ++i) {
                    const bool hasValue = !std::isnan(s.parts[i]);
                    reward += hasValue ? weights[i] * s.parts[i] : 0;
                    parts[names[i]] = hasValue ? Json(s.parts[i]) : Json(nullptr);
                }
                Json answer { { "reward", reward }, { "parts", parts }, { "verdict", s.row.verdict },
                    { "extracted", s.row.extracted }, { "reason", s.judgement.reason },
                    { "explanation", s.judgement.explanation } };
                if (!notes.empty())
                    answer["notes"] = notes;
                return answer;
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
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb
        = app.add_subcommand("eval", "Measures a model or a run's newest checkpoint on the held-out problems.");
    verb->add_option("model", o->model, "Model folder or run")->required();
    verb->add_option("--task", o->task, "countdown or arithmetic; default: the run's own, of a model countdown");
    verb->add_option("--problems", o->problems, "Held-out problems")->check(CLI::Range(1, 100000));
    verb->add_option("--k", o->k, "Completions per problem")->check(CLI::Range(1, 4096));
    verb->add_option("--seed", o->seed, "Seed");
    verb->add_option("--threads", o->threads, "0 = one per core");
    verb->add_option("--device", o->device, "cpu, cuda or auto")->check(CLI::IsMember({ "cpu", "cuda", "auto" }));
    verb->callback([o, &status] {
        status = runVerb([&] {
            const std::filesystem::path folder = orThrow(resolveModel(o->model));
            RunConfig config;
            std::error_code ignored;
            if (std::filesystem::exists(resolvePath(o->model) / run_folder::kConfig, ignored)
                && std::filesystem::exists(resolvePath(o->model) / run_folder::kDatabase, ignored))
                config = orThrow(readRunConfig(resolvePath(o->model)));
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
                    { 0, 1, o->problems, o->k, o->seed, samplingParams(config, model.config()) });
            Json passK = Json::object(), metrics = Json::object();
            for (const auto& [k, value] : e.passK)
                passK[std::to_string(k)] = value;
            for (const auto& [name, value] : e.metrics)
                metrics[name] = value;
            const Json json { { "task", e.task }, { "n", e.problems }, { "samples", e.samples }, { "pass@1", e.pass1 },
                { "ci95", { e.pass1Low, e.pass1High } }, { "pass@k", passK },
                { "cons@k", e.cons ? Json(*e.cons) : Json(nullptr) }, { "metrics", metrics } };
            std::printf("%s\n", json.dump().c_str());
            return 0;
        });
    });
}

} // namespace aha
