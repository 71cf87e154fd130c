#include "core/algo/head_scores.h"

#include "core/base/result.h"
#include "core/config/training_memory.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/tensor.h>

#include <algorithm>

namespace aha {

using at::Tensor;

Tensor headScores(const TransformerWeights& weights, const Tensor& hidden_MD)
{
    return weights.headBias_V.defined() ? at::linear(hidden_MD, weights.head_VD, weights.headBias_V)
                                        : at::linear(hidden_MD, weights.head_VD);
}

std::vector<Tensor> askHead(const Transformer& model, const std::vector<HeadQuestion>& questions, Workers& workers,
    const TrainingConfig& training)
{
    const at::Device device = model.flat().device();
    const TransformerWeights weights = model.views(model.flat());
    const int64_t room = model.config().maxPositionEmbeddings;
    for (const HeadQuestion& question : questions)
        if (int64_t(question.ids.size()) > room)
            throw Failure({ "prompt_too_long",
                "A text of " + std::to_string(question.ids.size())
                    + " tokens is to be judged, and the model that judges reads at most " + std::to_string(room) + ".",
                "Shorten rollout.max_completion_length, or use another model." });
    const int64_t most = tokensPerPass(training, !device.is_cpu());
    const size_t parts = device.is_cpu() ? size_t(workers.size()) : 1; // a GPU has one queue
    std::vector<size_t> order(questions.size());
    for (size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::stable_sort(order.begin(), order.end(),
        [&](size_t a, size_t b) { return questions[a].ids.size() > questions[b].ids.size(); });
    std::vector<Tensor> answers(questions.size());
    workers.run([&](int worker) {
        const at::NoGradGuard frozen;
        for (size_t from = size_t(worker); from < order.size() && size_t(worker) < parts;) {
            std::vector<size_t> pass; // every parts-th of the longest-first order, up to a pass's tokens
            int64_t tokens = 0;
            for (; from < order.size(); from += parts) {
                const int64_t own = int64_t(questions[order[from]].ids.size());
                if (!pass.empty() && tokens + own > most)
                    break;
                tokens += own;
                pass.push_back(order[from]);
            }
            std::vector<const std::vector<int32_t>*> sequences;
            std::vector<int64_t> at;
            int64_t begin = 0;
            for (const size_t i : pass) {
                sequences.push_back(&questions[i].ids);
                for (const int64_t position : questions[i].positions)
                    at.push_back(begin + position);
                begin += int64_t(questions[i].ids.size());
            }
            const Tensor hidden_MD = hiddenStates(model.config(), weights, packSequences(sequences, device))
                                         .index_select(0, at::tensor(at, at::kLong).to(device));
            const Tensor scores_MC = headScores(weights, hidden_MD).cpu();
            int64_t row = 0;
            for (const size_t i : pass) {
                answers[i] = scores_MC.narrow(0, row, int64_t(questions[i].positions.size()));
                row += int64_t(questions[i].positions.size());
            }
        }
    });
    return answers;
}

} // namespace aha
