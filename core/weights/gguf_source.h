#pragma once
// A GGUF file as a model.

#include "core/weights/gguf_file.h"
#include "core/weights/mapped_file.h"
#include "core/weights/weight_source.h"

#include <memory>

namespace aha {

enum class GgufNames {
    HuggingFace, ///< names and row order of Hugging Face; the architecture must be known
    AsStored, ///< the file's own, whatever the architecture
};

class GgufSource : public WeightSource {
public:
    /// Errors: those of MappedFile and parseGguf with the path, gguf_split (a part of a model),
    /// weights_format (a tensor whose type cannot be read, named), gguf_architecture, gguf_config,
    /// gguf_tensor_unexpected (a tensor that the architecture does not have).
    static Result<std::unique_ptr<GgufSource>> open(
        const std::filesystem::path& path, GgufNames names = GgufNames::HuggingFace);

    /// For metadata and tokenizer (gguf_tokenizer.h).
    const GgufFile& file() const { return m_file; }
    /// config.json made from the metadata. Errors: gguf_architecture, gguf_config.
    Result<nlohmann::ordered_json> config() const override;
    std::string format() const override { return "GGUF"; }

protected:
    Result<void> readEntry(size_t index, std::span<float> out, Workers* workers) const override;
    Result<std::string_view> rawEntry(size_t index) const override;

private:
    explicit GgufSource(MappedFile mapped)
        : m_mapped(std::move(mapped))
    {
    }
    Result<void> adopt(GgufNames names);
    Result<std::string_view> bytesOf(const GgufTensor& tensor) const;

    struct Item {
        size_t tensor; ///< in m_file.tensors
        int64_t rotaryHeads; ///< of a projection whose rows are reordered, else 0
    };
    MappedFile m_mapped;
    GgufFile m_file;
    std::vector<Item> m_items; ///< parallel to entries()
    std::vector<float> m_ropeFactors;
    int64_t m_headDim = 0;
};

} // namespace aha
