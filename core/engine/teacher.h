#pragma once
// The model that a distillation run learns from.

#include "core/config/run_config.h"
#include "core/engine/compute_device.h"
#include "core/nn/transformer.h"
#include "core/text/tokenizer.h"

#include <filesystem>
#include <optional>

namespace aha {

/// Loads the weights only when somebody asks for them: a run whose teacher has said all it has to say needs none.
class Teacher {
public:
    /// The device is borrowed. Throws Failure: those of resolveModel(), of the tokenizer, other_vocabulary when it cuts
    /// texts in another way than the student's.
    Teacher(const DistillConfig& config, const ComputeDevice& device, const Tokenizer& student);

    /// Where the run computes, rounded as `teacher_weights` says. Throws Failure.
    const Transformer& model();
    bool loaded() const { return m_model.has_value(); }

    /// SHA-256 over all that its answers depend on: its files, an adapter's base, the rounding, the device's kind.
    /// Reads the files. Throws Failure.
    std::string digest() const;

private:
    DistillConfig m_config;
    const ComputeDevice& m_device;
    std::filesystem::path m_path;
    std::optional<Transformer> m_model;
};

} // namespace aha
