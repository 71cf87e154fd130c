#pragma once
// Expected tensors of golden models and adapters, and their batches without padding. Header only.

#include "core/base/files.h"
#include "core/nn/packed_batch.h"
#include "core/weights/safetensors.h"
#include "tests/support/golden.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/from_blob.h>

#include <cstring>

namespace aha::golden {

/// expected/<name>.safetensors and .json; name "models/qwen2".
class Expected {
public:
    explicit Expected(const QString& name)
        : m_bytes(orThrow(readFile((golden::folder() + "/expected/" + name + ".safetensors").toStdString())))
        , m_header(orThrow(parseSafetensors(m_bytes)))
    {
        const QByteArray text = golden::bytes(golden::folder() + "/expected/" + name + ".json");
        facts = Json::parse(text.begin(), text.end());
    }
    template <class T> std::vector<T> values(const std::string& name) const
    {
        const SafetensorsEntry& entry = m_header.tensors.at(name);
        std::vector<T> values((entry.end - entry.begin) / sizeof(T));
        std::memcpy(values.data(), m_bytes.data() + m_header.dataOffset + entry.begin, entry.end - entry.begin);
        return values;
    }
    bool has(const std::string& name) const { return m_header.tensors.count(name) > 0; }
    const std::vector<int64_t>& shape(const std::string& name) const { return m_header.tensors.at(name).shape; }
    /// Token ids of the batch without its padding; `side`: "left" or "right".
    std::vector<std::vector<int32_t>> sequences(const std::string& side) const
    {
        const std::vector<int64_t> ids = values<int64_t>(side + ".input_ids"),
                                   mask = values<int64_t>(side + ".attention_mask");
        const size_t B = size_t(shape(side + ".input_ids")[0]), T = ids.size() / B;
        std::vector<std::vector<int32_t>> all(B);
        for (size_t i = 0; i < ids.size(); ++i)
            if (mask[i])
                all[i / T].push_back(int32_t(ids[i]));
        return all;
    }

    Json facts;

private:
    std::string m_bytes;
    SafetensorsHeader m_header;
};

/// Packed batch of several sequences, and the labels of all but their last tokens.
struct Labelled {
    PackedBatch batch;
    at::Tensor rows_M, targets_M;
};
inline Labelled labelled(const std::vector<std::vector<int32_t>>& sequences)
{
    std::vector<const std::vector<int32_t>*> pointers;
    std::vector<int64_t> rows, targets;
    int64_t at = 0;
    for (const std::vector<int32_t>& sequence : sequences) {
        pointers.push_back(&sequence);
        for (size_t t = 0; t + 1 < sequence.size(); ++t) {
            rows.push_back(at + int64_t(t));
            targets.push_back(sequence[t + 1]);
        }
        at += int64_t(sequence.size());
    }
    const auto tensor = [](std::vector<int64_t>& values) {
        return at::from_blob(values.data(), { int64_t(values.size()) }, at::kLong).clone();
    };
    return { packSequences(pointers, at::kCPU), tensor(rows), tensor(targets) };
}

} // namespace aha::golden
