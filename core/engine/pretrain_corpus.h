#pragma once
// What a miniature base model reads before it meets any reward: texts without end, made by a rule.

#include "core/base/result.h"
#include "core/config/run_config.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace aha {

struct TrainingText {
    std::string prompt, completion;
};

/// Pure: text number `index` of a corpus is always the same. Thread-safe.
class PretrainCorpus {
public:
    virtual ~PretrainCorpus() = default;
    virtual TrainingText text(uint64_t index) const = 0;
    /// Writes the tokenizer of these texts. Errors: tokenizer_training_failed, file errors.
    virtual Result<void> makeTokenizer(const std::filesystem::path& file) const = 0;
    /// What the model is measured on afterwards; at least one.
    virtual std::vector<TaskConfig> tasks() const = 0;
    virtual std::string about() const = 0; ///< a sentence for the model card
};

} // namespace aha
