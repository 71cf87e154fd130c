#pragma once
// Tensors that are in memory already, as a model: what a writer takes from a trainer.

#include "core/weights/weight_source.h"

#include <memory>

namespace aha {

struct MemoryTensor {
    std::string name; ///< Hugging Face's
    std::vector<int64_t> shape;
    std::span<const float> values; ///< must outlive the MemoryWeights
};

class MemoryWeights : public WeightSource {
public:
    /// Throws Failure weights_size if a shape and its values do not fit each other, weights_twice for a name that comes
    /// twice.
    MemoryWeights(std::vector<MemoryTensor> tensors, nlohmann::ordered_json config);
    ~MemoryWeights() override;

    Result<nlohmann::ordered_json> config() const override;
    std::string format() const override { return "memory"; }

protected:
    Result<void> readEntry(size_t index, std::span<float> out, Workers* workers) const override;
    Result<std::string_view> rawEntry(size_t index) const override;

private:
    std::vector<std::span<const float>> m_values;
    std::unique_ptr<nlohmann::ordered_json> m_config;
};

} // namespace aha
