#include "core/engine/headed_model.h"

#include "core/config/training_memory.h"
#include "core/engine/model_source.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/tensor.h>

namespace aha {

HeadedModel::HeadedModel(Transformer model, Workers& workers)
    : m_model(std::move(model))
    , m_workers(&workers)
{
}

Result<HeadedModel> HeadedModel::load(const std::filesystem::path& folder, int64_t labels, Workers& workers)
{
    Result<Transformer> model = loadModel(folder);
    if (!model)
        return model.error();
    if (model->config().labels != labels)
        return Error { "not_a_scorer",
            folder.string() + " is "
                + (model->config().labels == 0 ? std::string("a language model")
                                               : "a model with " + std::to_string(model->config().labels) + " outputs")
                + ", not one with " + std::to_string(labels) + (labels == 1 ? " output." : " outputs."),
            labels == 1 ? "A reward model has one output, a process reward model two." : "" };
    return HeadedModel(std::move(*model), workers);
}

std::vector<std::vector<std::vector<float>>> HeadedModel::ask(const std::vector<Question>& questions) const
{
    const int64_t room = m_model.config().maxPositionEmbeddings, labels = m_model.config().labels;
    for (const Question& question : questions)
        if (int64_t(question.ids.size()) > room)
            throw Failure({ "prompt_too_long",
                "A solution has " + std::to_string(question.ids.size())
                    + " tokens with its problem; the model that "
                      "scores it reads at most "
                    + std::to_string(room) + ".",
                "Shorten rollout.max_completion_length." });
    std::vector<std::vector<std::vector<float>>> answers(questions.size());
    const TransformerWeights weights = m_model.views(m_model.flat());
    m_workers->run([&](int worker) {
        const at::NoGradGuard frozen;
        for (size_t begin = size_t(worker); begin < questions.size();) {
            std::vector<size_t> pass; // every so many-th question, while they fit
            std::vector<const std::vector<int32_t>*> sequences;
            std::vector<int64_t> rows;
            int64_t tokens = 0;
            for (; begin < questions.size()
                 && (pass.empty() || tokens + int64_t(questions[begin].ids.size()) <= kTokensPerPass);
                 begin += size_t(m_workers->size())) {
                pass.push_back(begin);
                sequences.push_back(&questions[begin].ids);
                for (const int64_t position : questions[begin].positions)
                    rows.push_back(tokens + position);
                tokens += int64_t(questions[begin].ids.size());
            }
            if (rows.empty())
                continue;
            const at::Tensor hidden_ND
                = hiddenStates(m_model.config(), weights, packSequences(sequences, m_model.flat().device()));
            const at::Tensor scores_MC
                = at::matmul(hidden_ND.index_select(0, at::tensor(rows)), weights.head_VD.t()).contiguous();
            const float* from = scores_MC.const_data_ptr<float>();
            for (const size_t question : pass)
                for (size_t i = 0; i < questions[question].positions.size(); ++i, from += labels)
                    answers[question].emplace_back(from, from + labels);
        }
    });
    return answers;
}

} // namespace aha
