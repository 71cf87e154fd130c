#include "core/weights/memory_weights.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace aha {

MemoryWeights::MemoryWeights(std::vector<MemoryTensor> tensors, nlohmann::ordered_json config)
    : m_config(std::make_unique<nlohmann::ordered_json>(std::move(config)))
{
    std::vector<WeightEntry> entries;
    std::set<std::string> names;
    for (MemoryTensor& tensor : tensors) {
        uint64_t elements = 1;
        for (const int64_t size : tensor.shape)
            elements *= uint64_t(size);
        if (elements != tensor.values.size())
            throw Failure({ "weights_size",
                "Tensor " + tensor.name + " has " + std::to_string(tensor.values.size()) + " numbers and the shape "
                    + shapeText(tensor.shape) + ".",
                "" });
        if (!names.insert(tensor.name).second)
            throw Failure({ "weights_twice", "The tensor " + tensor.name + " comes twice.", "" });
        m_values.push_back(tensor.values);
        entries.push_back({ std::move(tensor.name), "F32", std::move(tensor.shape), elements, elements * 4 });
    }
    setEntries(std::move(entries), {});
}

MemoryWeights::~MemoryWeights() = default;

Result<nlohmann::ordered_json> MemoryWeights::config() const { return *m_config; }

Result<void> MemoryWeights::readEntry(size_t index, std::span<float> out, Workers*) const
{
    std::copy(m_values[index].begin(), m_values[index].end(), out.begin());
    return {};
}

Result<std::string_view> MemoryWeights::rawEntry(size_t index) const
{
    return std::string_view(reinterpret_cast<const char*>(m_values[index].data()), m_values[index].size_bytes());
}

} // namespace aha
