#pragma once
// Named float32 tensors and a few texts as the bytes of a safetensors file: what checkpoints keep beside the model.

#include "core/base/result.h"

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

namespace aha {

struct TensorFile {
    std::vector<std::pair<std::string, at::Tensor>> tensors; ///< float32, on any device; read: [elements] on the CPU
    std::map<std::string, std::string> texts;

    std::string bytes() const;
    /// nullptr when there is none of this name.
    const at::Tensor* find(const std::string& name) const;
};

/// Errors: those of parseSafetensors(); tensor_file_invalid for another dtype than F32.
Result<TensorFile> parseTensorFile(const std::string& bytes);

} // namespace aha
