#include "core/engine/token_lens.h"

#include "core/engine/engine_context.h"
#include "core/engine/model_source.h"
#include "core/rollout/scoring.h"
#include "core/store/run_reader.h"

#include <algorithm>
#include <cmath>

namespace aha {

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
    report.epsilonLow = config.algorithm.epsilon;
    report.epsilonHigh = config.algorithm.epsilonHigh;
    if (completion.tokenIds.empty())
        return report;

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
        report.kl.push_back(float(std::max(0.0, kl)));
        if (detail && t < detail->logprob.size()) {
            const double ratio = std::exp(double(a[drawn]) - double(detail->logprob[t]));
            report.ratio.push_back(float(ratio));
            report.clipped.push_back(completion.advantage > 0 ? ratio > 1 + report.epsilonHigh
                    : completion.advantage < 0                ? ratio < 1 - report.epsilonLow
                                                              : false);
        }
        report.alternatives.push_back(likeliest(a, vocabulary, shown, *text.tokenizer));
    }
    return report;
}

} // namespace aha
