#pragma once
// A model with a few outputs in the place of a vocabulary (Hugging Face's sequence classifiers): what a reward, value
// or process model says at chosen tokens.

#include "core/base/workers.h"
#include "core/nn/transformer.h"

#include <filesystem>
#include <vector>

namespace aha {

/// On the CPU. One call at a time.
class HeadedModel {
public:
    /// Errors: those of loadModel(); not_a_scorer when the model has not `labels` outputs.
    static Result<HeadedModel> load(const std::filesystem::path& folder, int64_t labels, Workers& workers);

    int64_t vocabSize() const { return m_model.config().vocabSize; }
    struct Question {
        std::vector<int32_t> ids;
        std::vector<int64_t> positions; ///< tokens of which an answer is wanted
    };
    /// [question][position][label]. Throws Failure prompt_too_long.
    std::vector<std::vector<std::vector<float>>> ask(const std::vector<Question>& questions) const;

private:
    HeadedModel(Transformer model, Workers& workers);
    Transformer m_model;
    Workers* m_workers;
};

} // namespace aha
