#include "core/engine/token_lens.h"

#include "core/algo/online_targets.h"
#include "core/algo/policy_trainer.h"
#include "core/engine/engine_context.h"
#include "core/engine/model_source.h"
#include "core/engine/reward_parts.h"
#include "core/rollout/scoring.h"
#include "core/store/run_reader.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

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
    const auto reader = orThrow(RunReader::open(request.run));
    const CompletionRow completion = orThrow(reader->completionText(request.completionId));
    const std::optional<TokenDetail> detail = orThrow(reader->tokenDetail(request.completionId));
    const LensText text = lensOfCompletion(request.run, *reader, completion, request.policyStep);
    const RunConfig& config = text.config;
    TokenLensReport report;
    report.step = completion.step;
    report.policyStep = text.checkpoint.step;
    report.base = config.model.path;
    report.sampled = text.checkpoint.step == completion.step - 1;
    if (completion.tokenIds.empty())
        return report;
    report.ids = completion.tokenIds;

    const size_t prompt = text.promptTokens, count = completion.tokenIds.size();
    const Transformer policy = orThrow(loadModel(text.source)), base = orThrow(loadModel(config.model.path));
    const auto vocabulary = size_t(policy.config().vocabSize);
    if (size_t(base.config().vocabSize) != vocabulary)
        throw Failure({ "other_vocabulary", "The model that the run started from has another vocabulary now.", "" });
    checkLensSize(text.ids.size(), vocabulary);
    const auto workers = makeWorkers(0);
    const double temperature = config.rollout.temperature;
    ScoredSequence p = scoreSequences(decoderWeights(policy), { text.ids }, temperature, *workers, true)[0],
                   q = scoreSequences(decoderWeights(base), { text.ids }, temperature, *workers, true)[0];
    const auto shown = size_t(std::max(0, request.alternatives));
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
        report.kl.push_back(float(std::max(kl, 0.0)));
        if (detail && t < detail->logprob.size())
            report.ratio.push_back(float(std::exp(double(a[drawn]) - double(detail->logprob[t]))));
        report.alternatives.push_back(likeliest(a, vocabulary, shown, *text.tokenizer));
    }
    addGates(report, config, completion, detail ? detail->logprob : std::vector<float> {});
    return report;
}

} // namespace aha
