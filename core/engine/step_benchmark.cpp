#include "core/engine/step_benchmark.h"

#include "core/algo/policy_trainer.h"
#include "core/engine/engine_context.h"
#include "core/engine/evaluation.h"
#include "core/engine/model_source.h"
#include "core/nn/ops.h"
#include "core/rollout/rollout_engine.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/multinomial.h>
#include <ATen/ops/outer.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

namespace aha {

using at::Tensor;

namespace {

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// Keys and values [B, K, positions, A] per layer, preallocated to the longest sequence.
struct PaddedCache {
    std::vector<Tensor> keys, values;
    int64_t used = 0;
};

/// The decoder as one would write it with the library's operators: [B, T] ids, padding computed like everything else.
Tensor plainHidden(const ModelConfig& c, const TransformerWeights& w, const Tensor& ids_BT, PaddedCache* cache)
{
    const int64_t B = ids_BT.size(0), T = ids_BT.size(1), H = c.numAttentionHeads, K = c.numKeyValueHeads,
                  A = c.headDim, from = cache ? cache->used : 0;
    const Tensor frequencies = at::pow(c.rotary.theta, at::arange(A / 2, at::kFloat) * (-2.0 / double(A)));
    const Tensor angles = at::outer(at::arange(from, from + T, at::kFloat), frequencies);
    const auto rotate = [&](const Tensor& x) {
        const Tensor a = x.narrow(-1, 0, A / 2), b = x.narrow(-1, A / 2, A / 2);
        return at::cat({ a * angles.cos() - b * angles.sin(), b * angles.cos() + a * angles.sin() }, -1);
    };
    Tensor x = at::embedding(w.embedding_VD, ids_BT);
    for (size_t l = 0; l < w.layers.size(); ++l) {
        const TransformerWeights::Layer& layer = w.layers[l];
        const Tensor qkv = at::linear(ops::reference::rmsNorm(x, layer.attentionNorm_D, c.rmsNormEps), layer.qkv_ED)
                               .view({ B, T, H + 2 * K, A })
                               .transpose(1, 2);
        const Tensor q = rotate(qkv.narrow(1, 0, H));
        Tensor k = rotate(qkv.narrow(1, H, K)), v = qkv.narrow(1, H + K, K);
        if (cache) {
            cache->keys[l].narrow(2, from, T).copy_(k);
            cache->values[l].narrow(2, from, T).copy_(v);
            k = cache->keys[l].narrow(2, 0, from + T);
            v = cache->values[l].narrow(2, 0, from + T);
        }
        const Tensor out = at::scaled_dot_product_attention(
            q, k.repeat_interleave(H / K, 1), v.repeat_interleave(H / K, 1), {}, 0.0, T > 1);
        x = x + at::linear(out.transpose(1, 2).reshape({ B, T, H * A }), layer.output_DC);
        const Tensor gateUp = at::linear(ops::reference::rmsNorm(x, layer.mlpNorm_D, c.rmsNormEps), layer.gateUp_2FD);
        x = x + at::linear(ops::reference::swiGlu(gateUp.view({ B * T, -1 })).view({ B, T, -1 }), layer.down_DF);
    }
    if (cache)
        cache->used += T;
    return ops::reference::rmsNorm(x, w.finalNorm_D, c.rmsNormEps);
}

/// Samples until the last sequence has ended; finished rows go on as padding. Returns [B, T] ids.
Tensor plainRollout(const Transformer& model, const Tensor& prompts_BP, int64_t longest)
{
    const at::NoGradGuard noGrad;
    const ModelConfig& c = model.config();
    const TransformerWeights w = model.views(model.flat());
    const int64_t B = prompts_BP.size(0);
    PaddedCache cache;
    for (int64_t l = 0; l < c.numHiddenLayers; ++l) {
        cache.keys.push_back(at::zeros({ B, c.numKeyValueHeads, prompts_BP.size(1) + longest, c.headDim }));
        cache.values.push_back(at::zeros_like(cache.keys.back()));
    }
    std::vector<Tensor> tokens;
    Tensor alive = at::full({ B, 1 }, true, at::kBool), input = prompts_BP;
    for (int64_t t = 0; t < longest; ++t) {
        const Tensor hidden = plainHidden(c, w, input, &cache);
        const Tensor logits = at::linear(hidden.select(1, hidden.size(1) - 1), w.head_VD);
        input = at::multinomial(at::softmax(logits, -1), 1).masked_fill(alive.logical_not(), c.eosTokenId());
        tokens.push_back(input);
        alive = alive.logical_and(input.ne(c.eosTokenId()));
        if (!alive.any().item<bool>())
            break;
    }
    return at::cat(tokens, 1);
}

/// The update with padded mini-batches and whole logits.
void plainUpdate(
    Transformer& model, AdamW& optimizer, const std::vector<TrainingSample>& samples, const RunConfig& config)
{
    const ModelConfig& c = model.config();
    Tensor gradient = at::zeros_like(model.flat());
    const TransformerWeights leaves = model.leaves(gradient);
    const size_t slices = size_t(config.algorithm.stepsPerGeneration), per = samples.size() / slices;
    for (size_t s = 0; s < slices; ++s) {
        gradient.zero_();
        int64_t width = 0;
        for (size_t i = 0; i < per; ++i)
            width = std::max(width, int64_t(samples[s * per + i].ids.size()));
        std::vector<int64_t> padded(per * size_t(width), c.eosTokenId());
        std::vector<int64_t> row, column, target;
        std::vector<float> old, advantage, weight;
        for (size_t i = 0; i < per; ++i) {
            const TrainingSample& sample = samples[s * per + i];
            std::copy(sample.ids.begin(), sample.ids.end(), padded.begin() + int64_t(i) * width);
            for (int64_t t = sample.promptLength; t < int64_t(sample.ids.size()); ++t) {
                row.push_back(int64_t(i));
                column.push_back(int64_t(i) * width + t - 1);
                target.push_back(sample.ids[size_t(t)]);
            }
            old.insert(old.end(), sample.oldLogp.begin(), sample.oldLogp.end());
            advantage.push_back(float(sample.advantage));
            weight.push_back(1.0f / float(per * size_t(std::max<int64_t>(sample.completionLength(), 1))));
        }
        const Tensor ids = at::tensor(padded).view({ int64_t(per), width });
        const Tensor logits = at::linear(plainHidden(c, leaves, ids, nullptr), leaves.head_VD);
        const Tensor logp = at::log_softmax(logits, -1)
                                .view({ -1, c.vocabSize })
                                .index_select(0, at::tensor(column))
                                .gather(1, at::tensor(target).unsqueeze(1))
                                .squeeze(1);
        const PolicyLossOutput out
            = policyLoss({ logp, at::tensor(old), {}, at::tensor(row), at::tensor(advantage), at::tensor(weight) }, {});
        out.loss.backward();
        clipGradient(gradient, config.optimizer.maxGradNorm);
        optimizer.update(model.flat(), gradient, config.optimizer, 0.0); // rate 0: every repeat measures the same work
    }
}

/// Both sides give the sampled tokens the same log-probs, or there is nothing to compare.
void verifySides(const Transformer& model, const TrainingSample& sample)
{
    const at::NoGradGuard noGrad;
    const TransformerWeights w = model.views(model.flat());
    const Tensor ids = at::tensor(std::vector<int64_t>(sample.ids.begin(), sample.ids.end())).unsqueeze(0);
    const Tensor logp = at::log_softmax(at::linear(plainHidden(model.config(), w, ids, nullptr), w.head_VD), -1)[0];
    for (int64_t t = 0; t < sample.completionLength(); ++t)
        if (std::abs(logp[sample.promptLength + t - 1][sample.ids[size_t(sample.promptLength + t)]].item<double>()
                - sample.oldLogp[size_t(t)])
            > 1e-4)
            throw Failure({ "bench_mismatch",
                "The two sides of the benchmark disagree about token " + std::to_string(t) + ".", "" });
}

Spread spread(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    const size_t n = values.size();
    return { (values[(n - 1) / 2] + values[n / 2]) / 2, values.front(), values.back(), int(n) };
}

} // namespace

std::vector<BenchFigure> benchGrpoStep(const RunConfig& config, int repeats)
{
    const Transformer original = orThrow(loadModel(resolvePath(config.model.path)));
    const auto tokenizer = orThrow(loadModelTokenizer(resolvePath(config.model.path)));
    const auto task = orThrow(makeTask(config.task));
    const auto workers = makeWorkers(config.general.threads);
    RolloutEngine engine(original.config(), *workers);
    engine.setWeights(decoderWeights(original));
    std::vector<PromptRequest> prompts;
    std::vector<Tensor> rows;
    const int64_t G = config.rollout.numGenerations;
    for (int64_t i = 0; i < config.rollout.promptsPerStep; ++i) {
        PromptRequest prompt { promptIds(*tokenizer, task->trainItem(0, uint64_t(i)).prompt), {} };
        for (int64_t j = 0; j < G; ++j) {
            prompt.streams.emplace_back(0, Purpose::Sampling, uint64_t(i), uint64_t(j));
            rows.push_back(
                at::tensor(std::vector<int64_t>(prompt.promptIds.begin(), prompt.promptIds.end())).unsqueeze(0));
        }
        prompts.push_back(std::move(prompt));
    }
    const SamplingParams params = samplingParams(config, original.config());
    std::vector<TrainingSample> samples;
    double tokens = 0;
    for (size_t i = 0; const auto& group : engine.generate(prompts, params)) {
        for (size_t j = 0; j < group.size(); ++j) {
            TrainingSample sample { prompts[i].promptIds, int64_t(prompts[i].promptIds.size()), group[j].logprob, {},
                j % 2 ? 0.7 : -0.7, false };
            sample.ids.insert(sample.ids.end(), group[j].ids.begin(), group[j].ids.end());
            tokens += double(group[j].ids.size());
            samples.push_back(std::move(sample));
        }
        ++i;
    }
    verifySides(original, samples.front());

    std::vector<size_t> order(samples.size());
    std::iota(order.begin(), order.end(), size_t(0));
    Transformer plainModel = original.clone();
    Policy ownModel(original.clone());
    PolicyTrainer trainer(ownModel, *workers);
    AdamW plainOptimizer(plainModel.flat(), plainModel.matrixElements());
    RunConfig still = config;
    still.optimizer.learningRate = 0; // every repeat measures the same work
    const Tensor batch = at::cat(rows, 0);
    std::vector<double> ownRollout, plainRollouts, ownTraining, plainTraining;
    const auto timed = [repeats](std::vector<double>& seconds, const auto& job) {
        for (int r = 0; r <= repeats; ++r) {
            const double begin = now();
            const double work = job();
            if (r > 0) // the first round warms up
                seconds.push_back((now() - begin) / work);
        }
    };
    timed(ownRollout, [&] { return engine.generate(prompts, params), tokens; });
    timed(ownTraining, [&] { return orThrow(trainer.update(samples, order, still, 1)), 1.0; });
    at::set_num_threads(workers->size());
    timed(plainRollouts, [&] {
        const Tensor ids = plainRollout(original, batch, params.maxNewTokens);
        return double(ids.ne(original.config().eosTokenId()).sum().item<int64_t>() + ids.size(0));
    });
    timed(plainTraining, [&] { return plainUpdate(plainModel, plainOptimizer, samples, config), 1.0; });
    at::set_num_threads(1);
    const auto perSecond = [](std::vector<double> seconds) {
        for (double& s : seconds)
            s = 1 / s;
        return spread(seconds);
    };
    std::vector<double> ownStep, plainStep;
    for (size_t r = 0; r < ownRollout.size(); ++r) {
        ownStep.push_back(ownRollout[r] * tokens + ownTraining[r]);
        plainStep.push_back(plainRollouts[r] * tokens + plainTraining[r]);
    }
    const Spread rollout = perSecond(ownRollout), plain = perSecond(plainRollouts);
    const Spread training = spread(ownTraining), trainingPlain = spread(plainTraining);
    const Spread step = spread(ownStep), stepPlain = spread(plainStep);
    return { { "rollout", "tokens/s", rollout, plain, rollout.median / plain.median },
        { "training", "s", training, trainingPlain, trainingPlain.median / training.median },
        { "step", "s", step, stepPlain, stepPlain.median / step.median } };
}

} // namespace aha
