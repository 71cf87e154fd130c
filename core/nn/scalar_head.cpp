#include "core/nn/scalar_head.h"

#include "core/base/rng.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>

namespace aha {

using at::Tensor;

namespace {

constexpr double kDeviation = 0.02;
constexpr uint64_t kStream = 0x73636f7265; // apart from the streams of the model's own tensors

} // namespace

ScalarHead::ScalarHead(int64_t width, int64_t outputs, uint64_t seed)
    : m_weight_CD(at::empty({ outputs, width }, at::kFloat))
{
    Rng rng(seed, Purpose::Initialize, kStream, uint64_t(outputs));
    float* values = m_weight_CD.mutable_data_ptr<float>();
    for (int64_t i = 0; i < m_weight_CD.numel(); ++i)
        values[i] = float(kDeviation * rng.normal());
}

ScalarHead::ScalarHead(Tensor weight_CD)
    : m_weight_CD(std::move(weight_CD))
{
}

Tensor ScalarHead::scores(const Tensor& hidden_MD) const { return at::mm(hidden_MD, m_weight_CD.t()); }

Tensor ScalarHead::scalars(const Tensor& hidden_MD) const { return scores(hidden_MD).select(1, 0); }

} // namespace aha
