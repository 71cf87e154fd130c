#pragma once
// Writes a GGUF file (version 3), tensor by tensor.

#include "core/weights/gguf_value.h"
#include "core/weights/output_file.h"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aha {

struct GgufTensorPlan {
    std::string name;
    std::string dtype; ///< any of ggml's names for addRaw(), F32, F16, BF16 or Q8_0 for add()
    std::vector<int64_t> shape; ///< outermost first
};

/// The head is written by create(), the tensors follow in the order of the plan. Memory: a buffer, never a whole
/// tensor. The file appears under its name in finish(). Thread-safety: one thread.
class GgufWriter {
public:
    /// `alignment` is a power of two; another than 32 becomes general.alignment. Errors: gguf_write (a plan that no
    /// reader would take: a key or name twice or empty, more than 4 dimensions, a row of no whole blocks), disk_full,
    /// file_unwritable.
    static Result<GgufWriter> create(const std::filesystem::path& path,
        std::vector<std::pair<std::string, GgufValue>> metadata, std::vector<GgufTensorPlan> tensors,
        uint32_t alignment = 32);

    /// The next tensor, encoded to its dtype. Errors: gguf_write (wrong number of values, nothing left),
    /// weights_format, those of OutputFile.
    Result<void> add(std::span<const float> values);
    /// The next tensor as it is stored.
    Result<void> addRaw(std::string_view bytes);
    /// Errors: gguf_write (tensors are missing), those of OutputFile.
    Result<void> finish();

private:
    GgufWriter(OutputFile out, std::vector<GgufTensorPlan> tensors, uint32_t alignment)
        : m_out(std::move(out))
        , m_tensors(std::move(tensors))
        , m_alignment(alignment)
    {
    }
    Result<void> pad();
    Result<void> expect(uint64_t bytes);

    OutputFile m_out;
    std::vector<GgufTensorPlan> m_tensors;
    std::vector<uint64_t> m_bytes; ///< of each tensor
    uint32_t m_alignment;
    size_t m_next = 0;
};

} // namespace aha
