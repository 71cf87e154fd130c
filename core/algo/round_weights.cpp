#include "core/algo/round_weights.h"

namespace aha {

void roundMatrices(Transformer& model, WeightFormat format)
{
    if (format == WeightFormat::Float32)
        return;
    PackedMatrix packed;
    for (auto& [name, view] : model.named(model.flat())) {
        if (view.dim() < 2)
            continue;
        const int64_t inputs = view.size(-1), rows = view.numel() / inputs;
        float* values = view.mutable_data_ptr<float>(); // rows of a weight lie together
        packed.reshape(rows, inputs, format);
        packed.setRows(0, values, rows);
        for (int64_t row = 0; row < rows; ++row)
            packed.readRow(row, values + row * inputs);
    }
}

} // namespace aha
