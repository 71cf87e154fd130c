#pragma once
// The tensors of a model, wherever they are stored.

#include "core/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace aha {

class Workers;

struct WeightEntry {
    std::string name; ///< Hugging Face's
    std::string dtype; ///< as stored: a name of element_format.h
    std::vector<int64_t> shape; ///< outermost first, the last one is contiguous
    uint64_t elements = 0;
    uint64_t bytes = 0; ///< as stored
};

/// Reads one model. The object owns the files; views of raw() live as long as it does.
/// Thread-safety: const members from any thread, but each `Workers` from one thread at a time.
class WeightSource {
public:
    virtual ~WeightSource() = default;

    /// In the order of the file, a shard after the other.
    const std::vector<WeightEntry>& entries() const { return m_entries; }
    /// nullptr if there is no such tensor.
    const WeightEntry* find(const std::string& name) const;
    uint64_t totalBytes() const { return m_totalBytes; }
    /// What the file says about itself: __metadata__ of safetensors, scalars of GGUF as text.
    const std::map<std::string, std::string>& metadata() const { return m_metadata; }

    /// The tensor as float32 into `out`, which has its number of elements. Errors: weights_no_tensor, weights_size,
    /// weights_format (no way to float32), weights_file_changed.
    Result<void> read(const std::string& name, std::span<float> out, Workers* workers = nullptr) const;
    /// The bytes as stored. Errors: weights_no_tensor, weights_file_changed, weights_reordered (a rotary projection of
    /// a GGUF file has its rows in another order than Hugging Face's).
    Result<std::string_view> raw(const std::string& name) const;
    /// config.json of the model. Errors: model_config_missing, model_config_invalid, gguf_config.
    virtual Result<nlohmann::ordered_json> config() const = 0;
    /// "safetensors", "GGUF", …
    virtual std::string format() const = 0;

protected:
    /// Called once by the reader. Names are unique.
    void setEntries(std::vector<WeightEntry> entries, std::map<std::string, std::string> metadata);
    virtual Result<void> readEntry(size_t index, std::span<float> out, Workers* workers) const = 0;
    virtual Result<std::string_view> rawEntry(size_t index) const = 0;

private:
    std::vector<WeightEntry> m_entries;
    std::unordered_map<std::string, size_t> m_byName;
    std::map<std::string, std::string> m_metadata;
    uint64_t m_totalBytes = 0;
};

/// Called after each tensor with its name and the stored bytes done so far; false cancels.
using WeightProgress = std::function<bool(const std::string& name, uint64_t doneBytes, uint64_t totalBytes)>;

/// Reads every tensor for which `destination` gives a place (an empty span skips it). Errors: those of read(),
/// cancelled.
Result<void> readAll(const WeightSource& source, const std::function<std::span<float>(const WeightEntry&)>& destination,
    Workers* workers = nullptr, const WeightProgress& progress = {});

/// "[576, 1536]", for messages.
std::string shapeText(const std::vector<int64_t>& shape);

} // namespace aha
