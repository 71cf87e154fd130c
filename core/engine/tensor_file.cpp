#include "core/engine/tensor_file.h"

#include "core/weights/safetensors.h"

#include <ATen/ops/empty.h>

#include <cstring>

namespace aha {

std::string TensorFile::bytes() const
{
    std::vector<at::Tensor> kept; // contiguous copies must outlive the writing
    std::vector<SafetensorsTensor> list;
    for (const auto& [name, tensor] : tensors) {
        kept.push_back(tensor.cpu().contiguous());
        list.push_back({ name, "F32", tensor.sizes().vec(),
            std::string_view(static_cast<const char*>(kept.back().const_data_ptr()), size_t(tensor.numel()) * 4) });
    }
    return writeSafetensors(std::move(list), texts);
}

const at::Tensor* TensorFile::find(const std::string& name) const
{
    for (const auto& [own, tensor] : tensors)
        if (own == name)
            return &tensor;
    return nullptr;
}

Result<TensorFile> parseTensorFile(const std::string& bytes)
{
    const Result<SafetensorsHeader> header = parseSafetensors(bytes);
    if (!header)
        return header.error();
    TensorFile file;
    for (const auto& [key, value] : header->metadata)
        file.texts[key] = value;
    for (const auto& [name, entry] : header->tensors) {
        if (entry.dtype != "F32")
            return Error { "tensor_file_invalid", "The tensor " + name + " is " + entry.dtype + " and not F32.",
                "Use an intact checkpoint." };
        const int64_t count = int64_t((entry.end - entry.begin) / 4);
        at::Tensor tensor = at::empty({ count }, at::kFloat);
        std::memcpy(tensor.mutable_data_ptr(), bytes.data() + header->dataOffset + entry.begin, size_t(count) * 4);
        file.tensors.emplace_back(name, std::move(tensor));
    }
    return file;
}

} // namespace aha
