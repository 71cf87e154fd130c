#include "core/engine/decode_benchmark.h"

#include "core/engine/bench_peer.h"
#include "core/engine/engine_context.h"
#include "core/engine/evaluation.h"
#include "core/engine/model_source.h"
#include "core/rollout/rollout_engine.h"
#include "core/rollout/scoring.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>

namespace aha {

namespace {

constexpr size_t kPromptTokens = 20;
constexpr size_t kLogitsAtOnce = size_t(1) << 26;

const char* const kPrompts[]
    = { "The capital of France is a city on the river", "To make a cup of tea, you first have to boil the",
          "Explain in one sentence why the sky is blue.", "What is 17 times 23? Think step by step.",
          "Write a short poem about autumn leaves.", "def fibonacci(n):\n    \"\"\"Return the n-th number.\"\"\"",
          "Once upon a time there was a small dragon who", "List three differences between cats and dogs.",
          "The quick brown fox jumps over the lazy dog, and then", "Translate to French: Good morning, my friend.",
          "A train leaves at nine and travels two hundred miles.", "In the year 1969, two people walked on the",
          "Water freezes at zero degrees because its molecules", "Dear Sir or Madam, I am writing to you about",
          "The three laws of motion were written down by", "Give me a recipe for a simple tomato soup.",
          "If all birds can fly and a penguin is a bird, then", "SELECT name, age FROM people WHERE",
          "The best way to learn a new language is to", "Why do leaves change their colour in the autumn?" };

double seconds(const std::function<void()>& work)
{
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Prompts of exactly kPromptTokens tokens, repeated where a text is shorter.
std::vector<PromptRequest> speedPrompts(const std::vector<std::vector<int32_t>>& texts, int batch)
{
    std::vector<PromptRequest> prompts;
    for (int i = 0; i < batch; ++i) {
        const std::vector<int32_t>& text = texts[size_t(i) % texts.size()];
        PromptRequest prompt;
        for (size_t t = 0; t < kPromptTokens; ++t)
            prompt.promptIds.push_back(text[t % text.size()]);
        prompt.streams.emplace_back(0, Purpose::Sampling, uint64_t(i));
        prompts.push_back(std::move(prompt));
    }
    return prompts;
}

struct Gap {
    double difference = 0, agreement = 0;
};

/// Completions scored under both precisions, some at a time: whole logits are large.
Gap gapToFloat32(const DecoderWeights& weights, const std::vector<std::vector<int32_t>>& sequences,
    const std::vector<size_t>& promptLengths, WeightFormat format, Workers& workers)
{
    double difference = 0, agreed = 0, tokens = 0;
    const size_t vocab = size_t(weights.config.vocabSize);
    std::vector<ScoredSequence> lows, fulls;
    size_t scored = 0; // sequences below are those of lows and fulls
    for (size_t i = 0; i < sequences.size(); ++i) {
        if (i == scored) {
            std::vector<std::vector<int32_t>> some;
            for (size_t logits = 0; scored < sequences.size() && (some.empty() || logits < kLogitsAtOnce); ++scored) {
                some.push_back(sequences[scored]);
                logits += sequences[scored].size() * vocab;
            }
            lows = scoreSequences(weights, some, 1.0, workers, true, format);
            fulls = scoreSequences(weights, some, 1.0, workers, true);
        }
        const ScoredSequence &low = lows[lows.size() - (scored - i)], &full = fulls[fulls.size() - (scored - i)];
        for (size_t t = promptLengths[i] - 1; t + 1 < sequences[i].size(); ++t) {
            const auto likeliest = [&](const ScoredSequence& s) {
                const auto begin = s.logits.begin() + long(t * vocab);
                return std::max_element(begin, begin + long(vocab)) - begin;
            };
            difference += std::abs(low.logprob[t] - full.logprob[t]);
            agreed += likeliest(low) == likeliest(full);
            ++tokens;
        }
    }
    return { difference / tokens, agreed / tokens };
}

} // namespace

void benchDecode(const DecodeBenchOptions& o, const std::function<void(const DecodeFigure&)>& tell)
{
    const Transformer model = orThrow(loadModel(o.model));
    const DecoderWeights weights = decoderWeights(model);
    const auto tokenizer = orThrow(loadModelTokenizer(o.model));
    const auto workers = makeWorkers(o.threads);
    std::vector<std::vector<int32_t>> texts;
    for (const char* text : kPrompts)
        texts.push_back(promptIds(*tokenizer, text));
    SamplingParams params;
    params.temperature = 0;
    params.maxNewTokens = o.newTokens;
    params.ignoreEos = true;

    std::optional<BenchPeer> peer;
    if (!o.python.empty()) {
        peer.emplace(std::vector<std::string> { o.python, o.script.string() });
        peer->ask(nlohmann::json::parse(modelConfigJson(model.config())).dump());
    }
    std::map<std::string, std::unique_ptr<RolloutEngine>> engines;
    for (const std::string& name : o.weights) {
        engines[name] = std::make_unique<RolloutEngine>(model.config(), *workers, *weightFormatNamed(name));
        engines[name]->setWeights(weights);
    }
    for (const int batch : o.batches) {
        const std::vector<PromptRequest> prompts = speedPrompts(texts, batch);
        const double tokens = double(batch) * o.newTokens;
        std::map<std::string, std::vector<double>> speeds;
        for (int r = 0; r < o.repeats; ++r) { // in turn: whatever else the machine does hits all alike
            for (const std::string& name : o.weights)
                speeds[name].push_back(tokens / seconds([&] { engines[name]->generate(prompts, params); }));
            if (peer) {
                const nlohmann::json ask { { "batch", batch }, { "prompt", kPromptTokens }, { "new", o.newTokens },
                    { "threads", workers->size() } };
                speeds["transformers"].push_back(
                    tokens / nlohmann::json::parse(peer->ask(ask.dump())).at("seconds").get<double>());
            }
        }
        std::optional<double> other;
        if (peer)
            other = *std::max_element(speeds["transformers"].begin(), speeds["transformers"].end());
        for (const std::string& name : o.weights) {
            const auto [low, high] = std::minmax_element(speeds[name].begin(), speeds[name].end());
            tell({ name + "-b" + std::to_string(batch), "tokens/s", *high, *low, *high, other });
        }
    }

    std::vector<PromptRequest> asked;
    for (const std::vector<int32_t>& text : texts)
        asked.push_back({ text, { Rng(0, Purpose::Sampling) } });
    std::vector<std::vector<int32_t>> sequences;
    std::vector<size_t> promptLengths;
    for (const std::string& name : o.weights) {
        if (name == "float32")
            continue;
        if (sequences.empty()) {
            params.ignoreEos = false;
            params.eosIds.assign(model.config().eosTokenIds.begin(), model.config().eosTokenIds.end());
            RolloutEngine exact(model.config(), *workers);
            exact.setWeights(weights);
            for (size_t i = 0; const auto& group : exact.generate(asked, params)) {
                promptLengths.push_back(texts[i].size());
                sequences.push_back(texts[i++]);
                sequences.back().insert(sequences.back().end(), group[0].ids.begin(), group[0].ids.end());
            }
        }
        const Gap gap = gapToFloat32(weights, sequences, promptLengths, *weightFormatNamed(name), *workers);
        tell({ name + "-logprob-difference", "nats", gap.difference, gap.difference, gap.difference });
        tell({ name + "-greedy-agreement", "share", gap.agreement, gap.agreement, gap.agreement });
    }
}

} // namespace aha
