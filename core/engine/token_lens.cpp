#include "core/engine/token_lens.h"

#include "core/algo/policy_trainer.h"
#include "core/engine/engine_context.h"
#include "core/engine/model_source.h"
#include "core/engine/prompt_builder.h"
#include "core/engine/reward_parts.h"
#include "core/engine/stored_rollouts.h"
#include "core/engine/train_run.h"
#include "core/rollout/scoring.h"
#include "core/store/run_reader.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace aha {

namespace {

constexpr double kMostBytes = 4e9; // of the two models' logits together

/// Log-probabilities of one row of logits, in place.
void toLogProbs(float* row, size_t vocabulary, double temperature)
{
    const double scale = temperature > 0 ? 1 / temperature : 1;
    double most = -INFINITY, sum = 0;
    for (size_t v = 0; v < vocabulary; ++v)
        most = std::max(most, double(row[v]) * scale);
    for (size_t v = 0; v < vocabulary; ++v)
        sum += std::exp(double(row[v]) * scale - most);
    const double shift = most + std::log(sum);
    for (size_t v = 0; v < vocabulary; ++v)
        row[v] = float(double(row[v]) * scale - shift);
}

/// How the run's loss treats the tokens.
void addGates(TokenLensReport& report, const RunConfig& config, const CompletionRow& completion,
    const std::vector<float>& sampled)
{
    if (stageOf(config.general.kind) != Stage::Online)
        return;
    const AlgorithmConfig& a = config.algorithm;
    const PolicyLossConfig loss = policyLossConfig(config);
    report.loss = loss.lossType;
    report.clip = clipRule(loss);
    report.ownAdvantages
        = !sharesAdvantage(config) || repetitionOnTokens(rewardsAt(config.rewards, completion.step));
    if (loss.beta != 0)
        report.beside.emplace_back("kl");
    if (config.entropy.coef != 0 || config.entropy.adaptive)
        report.beside.emplace_back("entropy");
    if (config.general.kind == "ppo" && config.critic.backbone == "shared")
        report.beside.emplace_back("value");
    if (a.topEntropyQuantile < 1)
        report.unseen.emplace_back("entropy");
    if (loss.lossType == "clip_cov")
        report.unseen.emplace_back("covariance");
    if (a.samplerCorrectionFor(config.rollout).ends_with("mask"))
        report.unseen.emplace_back("sampler");
    if (sampled.size() == report.logprob.size())
        report.gates = tokenGates(loss, report.logprob, sampled,
            report.ownAdvantages ? std::nullopt : std::optional(completion.advantage));
}

} // namespace

TokenLensReport tokenLens(const TokenLensRequest& request)
{
    const RunConfig config = orThrow(readRunConfig(request.run));
    const auto reader = orThrow(RunReader::open(request.run));
    const CompletionRow completion = orThrow(reader->completionText(request.completionId));
    const GroupRow group = orThrow(reader->group(completion.groupId));
    const std::optional<TokenDetail> detail = orThrow(reader->tokenDetail(request.completionId));
    const CheckpointRow checkpoint = checkpointFor(*reader, completion.step, request.policyStep);
    const std::filesystem::path source = request.run / checkpoint.path;
    TokenLensReport report;
    report.step = completion.step;
    report.policyStep = checkpoint.step;
    report.base = config.model.path;
    report.sampled = checkpoint.step == completion.step - 1;
    if (completion.tokenIds.empty())
        return report;
    report.ids = completion.tokenIds;

    const auto tokenizer = orThrow(loadModelTokenizer(source));
    const bool chat = config.prompt.style != "text" && loadChatTemplate(source).ok();
    std::vector<int32_t> ids = chat ? tokenizer->encode(group.prompt.text) : promptIds(*tokenizer, group.prompt.text);
    const size_t prompt = ids.size(), count = completion.tokenIds.size();
    if (prompt == 0)
        throw Failure({ "prompt_empty", "The completion's prompt has no tokens.", "" });
    ids.insert(ids.end(), completion.tokenIds.begin(), completion.tokenIds.end());

    const Transformer policy = orThrow(loadModel(source)), base = orThrow(loadModel(config.model.path));
    const auto vocabulary = size_t(policy.config().vocabSize);
    if (size_t(base.config().vocabSize) != vocabulary)
        throw Failure({ "other_vocabulary", "The model that the run started from has another vocabulary now.", "" });
    if (2.0 * 4.0 * double(vocabulary) * double(ids.size()) > kMostBytes)
        throw Failure({ "trace_too_large",
            "The probabilities of " + std::to_string(ids.size()) + " tokens over " + std::to_string(vocabulary)
                + " words would need more than 4 GB.",
            "Choose a shorter trace." });
    const auto workers = makeWorkers(0);
    const double temperature = config.rollout.temperature;
    ScoredSequence p = scoreSequences(decoderWeights(policy), { ids }, temperature, *workers, true)[0],
                   q = scoreSequences(decoderWeights(base), { ids }, temperature, *workers, true)[0];
    std::vector<int32_t> order(vocabulary);
    const auto shown = size_t(std::clamp<int>(request.alternatives, 0, int(vocabulary)));
    for (size_t t = 0; t < count; ++t) {
        const size_t row = prompt - 1 + t;
        float *a = p.logits.data() + row * vocabulary, *b = q.logits.data() + row * vocabulary;
        toLogProbs(a, vocabulary, temperature);
        toLogProbs(b, vocabulary, temperature);
        double kl = 0;
        for (size_t v = 0; v < vocabulary; ++v)
            if (const double probability = std::exp(double(a[v])); probability > 0)
                kl += probability * (double(a[v]) - double(b[v]));
        const auto drawn = size_t(completion.tokenIds[t]);
        report.logprob.push_back(a[drawn]);
        report.baseLogprob.push_back(b[drawn]);
        report.kl.push_back(float(std::max(0.0, kl)));
        if (detail && t < detail->logprob.size())
            report.ratio.push_back(float(std::exp(double(a[drawn]) - double(detail->logprob[t]))));
        std::iota(order.begin(), order.end(), 0);
        std::partial_sort(order.begin(), order.begin() + long(shown), order.end(),
            [a](int32_t x, int32_t y) { return a[x] > a[y] || (a[x] == a[y] && x < y); });
        std::vector<TokenAlternative> best;
        for (size_t k = 0; k < shown; ++k)
            best.push_back({ order[k],
                tokenizer->isSpecial(order[k]) ? tokenizer->piece(order[k]) : tokenizer->tokenBytes(order[k]),
                float(std::exp(double(a[order[k]]))) });
        report.alternatives.push_back(std::move(best));
    }
    addGates(report, config, completion, detail ? detail->logprob : std::vector<float> {});
    return report;
}

} // namespace aha
