#include "core/weights/weight_source.h"

namespace aha {

namespace {

Error noTensor(const std::string& name) { return { "weights_no_tensor", "The model has no tensor " + name + ".", "" }; }

} // namespace

const WeightEntry* WeightSource::find(const std::string& name) const
{
    const auto found = m_byName.find(name);
    return found == m_byName.end() ? nullptr : &m_entries[found->second];
}

void WeightSource::setEntries(std::vector<WeightEntry> entries, std::map<std::string, std::string> metadata)
{
    m_entries = std::move(entries);
    m_metadata = std::move(metadata);
    for (size_t i = 0; i < m_entries.size(); ++i) {
        m_byName.emplace(m_entries[i].name, i);
        m_totalBytes += m_entries[i].bytes;
    }
}

Result<void> WeightSource::read(const std::string& name, std::span<float> out, Workers* workers) const
{
    const WeightEntry* entry = find(name);
    if (!entry)
        return noTensor(name);
    if (out.size() != entry->elements)
        return Error { "weights_size",
            "Tensor " + name + " has " + std::to_string(entry->elements) + " numbers " + shapeText(entry->shape)
                + "; there is room for " + std::to_string(out.size()) + ".",
            "" };
    Result<void> done = readEntry(size_t(entry - m_entries.data()), out, workers);
    if (!done && done.error().code == "weights_format")
        return Error { done.error().code, "Tensor " + name + ": " + done.error().message, done.error().hint };
    return done;
}

Result<std::string_view> WeightSource::raw(const std::string& name) const
{
    const WeightEntry* entry = find(name);
    return entry ? rawEntry(size_t(entry - m_entries.data())) : noTensor(name);
}

Result<void> readAll(const WeightSource& source, const std::function<std::span<float>(const WeightEntry&)>& destination,
    Workers* workers, const WeightProgress& progress)
{
    uint64_t done = 0;
    for (const WeightEntry& entry : source.entries()) {
        if (const std::span<float> out = destination(entry); !out.empty())
            if (Result<void> read = source.read(entry.name, out, workers); !read)
                return read.error();
        done += entry.bytes;
        if (progress && !progress(entry.name, done, source.totalBytes()))
            return Error { "cancelled", "Loading was cancelled.", "" };
    }
    return {};
}

std::string shapeText(const std::vector<int64_t>& shape)
{
    std::string text = "[";
    for (size_t i = 0; i < shape.size(); ++i)
        text += (i ? ", " : "") + std::to_string(shape[i]);
    return text + "]";
}

} // namespace aha
