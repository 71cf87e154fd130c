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
    report.ownAdvantages = !sharesAdvantage(config) || repetitionOnTokens(rewardsAt(config.rewards, completion.step));
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
        report.gates = tokenGates(
            loss, report.logprob, sampled, report.ownAdvantages ? std::nullopt : std::optional(completion.advantage));
}

/// The model that the run started from, or nothing and why: it may have gone or changed since.
std::optional<Transformer> baseModel(const RunConfig& config, size_t vocabulary, std::string& problem)
{
    Result<Transformer> base = loadModel(config.model.path);
    if (base && size_t(base->config().vocabSize) == vocabulary)
        return std::move(*base);
    problem = base ? "The model that the run started from has another vocabulary now." : base.error().sentence();
    return {};
}

} // namespace

TokenLensReport tokenLens(const TokenLensRequest& request)
{
    const auto reader = orThrow(RunReader::open(request.run));
    const bool isAnswer = request.evaluationId > 0;
    const CompletionRow completion = isAnswer ? CompletionRow() : orThrow(reader->completionText(request.completionId));
    const std::optional<TokenDetail> detail
        = isAnswer ? std::nullopt : orThrow(reader->tokenDetail(request.completionId));
    const LensText text = isAnswer
        ? lensOfAnswer(request.run, *reader, request.evaluationId, request.position, request.policyStep, request.answer)
        : lensOfCompletion(request.run, *reader, completion, request.policyStep);
    const RunConfig& config = text.config;
    TokenLensReport report;
    report.step = text.step;
    report.policyStep = text.checkpoint.step;
    report.base = config.model.path;
    report.sampled = text.checkpoint.step == (isAnswer ? text.step : text.step - 1);
    if (text.textIds.empty())
        return report;
    report.ids = text.textIds;
    text.tokenizer->decode(text.textIds, report.ends);
    for (int32_t& end : report.ends) // the end token is not part of the stored text
        end = std::min(end, int32_t(text.text.size()));

    const size_t prompt = text.promptTokens, count = text.textIds.size();
    const Transformer policy = orThrow(loadModel(text.source));
    const auto vocabulary = size_t(policy.config().vocabSize);
    checkLensSize(text.ids.size(), vocabulary);
    const std::optional<Transformer> base = baseModel(config, vocabulary, report.baseProblem);
    const auto workers = makeWorkers(0);
    const double temperature = config.rollout.temperature;
    ScoredSequence p = scoreSequences(decoderWeights(policy), { text.ids }, temperature, *workers, true)[0], q;
    if (base)
        q = scoreSequences(decoderWeights(*base), { text.ids }, temperature, *workers, true)[0];
    const auto shown = size_t(std::max(0, request.alternatives));
    for (size_t t = 0; t < count; ++t) {
        const size_t row = (prompt - 1 + t) * vocabulary;
        float* a = p.logits.data() + row;
        toLogProbs(a, vocabulary, temperature);
        const auto drawn = size_t(text.textIds[t]);
        report.logprob.push_back(a[drawn]);
        report.entropy.push_back(float(entropyOf(a, vocabulary)));
        if (base) {
            float* b = q.logits.data() + row;
            toLogProbs(b, vocabulary, temperature);
            report.baseLogprob.push_back(b[drawn]);
            report.kl.push_back(float(klOf(a, b, vocabulary)));
        }
        if (detail && t < detail->logprob.size())
            report.ratio.push_back(float(std::exp(double(a[drawn]) - double(detail->logprob[t]))));
        report.alternatives.push_back(likeliest(a, vocabulary, shown, *text.tokenizer));
    }
    if (!isAnswer)
        addGates(report, config, completion, detail ? detail->logprob : std::vector<float> {});
    return report;
}

} // namespace aha
