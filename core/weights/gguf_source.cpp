#include "core/weights/gguf_source.h"

#include "core/weights/gguf_config.h"
#include "core/weights/gguf_names.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace aha {

namespace {

/// Scalars of the metadata, for people.
std::map<std::string, std::string> textsOf(const GgufFile& file)
{
    std::map<std::string, std::string> out;
    for (const auto& [key, value] : file.metadata) {
        if (const std::string* text = value.string())
            out[key] = *text;
        else if (const bool* truth = value.truth())
            out[key] = *truth ? "true" : "false";
        else if (const std::optional<int64_t> whole = value.integer())
            out[key] = std::to_string(*whole);
        else if (const std::optional<double> number = value.number())
            out[key] = nlohmann::json(*number).dump();
    }
    return out;
}

} // namespace

Result<std::unique_ptr<GgufSource>> GgufSource::open(const std::filesystem::path& path, GgufNames names)
{
    Result<MappedFile> mapped = MappedFile::open(path);
    if (!mapped)
        return mapped.error();
    const auto inFile = [&](const Error& error) {
        return Error { error.code, path.string() + ": " + error.message, error.hint };
    };
    Result<GgufFile> file = parseGguf(mapped->bytes());
    if (!file)
        return inFile(file.error());
    if (const GgufValue* parts = file->find("split.count"); parts && parts->integer().value_or(0) > 1)
        return inFile({ "gguf_split", "The file is one of " + std::to_string(*parts->integer()) + " parts of a model.",
            "Join the parts with llama.cpp's llama-gguf-split --merge and open the result." });
    std::unique_ptr<GgufSource> source(new GgufSource(std::move(mapped).value()));
    source->m_file = std::move(file).value();
    if (Result<void> adopted = source->adopt(names); !adopted)
        return inFile(adopted.error());
    return source;
}

Result<void> GgufSource::adopt(GgufNames names)
{
    std::vector<WeightEntry> entries;
    int64_t heads = 0, keyValueHeads = 0;
    std::string architecture;
    if (names == GgufNames::HuggingFace) {
        for (const GgufTensor& tensor : m_file.tensors)
            if (tensor.name == "rope_freqs.weight") {
                const Result<std::string_view> bytes = bytesOf(tensor);
                if (!bytes)
                    return bytes.error();
                if (tensor.elements > 65536)
                    return Error { "gguf_config",
                        "rope_freqs.weight has " + std::to_string(tensor.elements) + " factors.", "" };
                m_ropeFactors.resize(tensor.elements);
                if (Result<void> read = toFloat(*tensor.format, *bytes, m_ropeFactors); !read)
                    return read.error();
            }
        const Result<nlohmann::ordered_json> json = config();
        if (!json)
            return json.error();
        heads = json->at("num_attention_heads").get<int64_t>();
        keyValueHeads = json->at("num_key_value_heads").get<int64_t>();
        m_headDim = json->at("head_dim").get<int64_t>();
        architecture = *m_file.find("general.architecture")->string();
    }
    for (size_t i = 0; i < m_file.tensors.size(); ++i) {
        const GgufTensor& tensor = m_file.tensors[i];
        WeightEntry entry { tensor.name, tensor.format->name, tensor.shape, tensor.elements,
            tensor.end - tensor.begin };
        Item item { i, 0 };
        if (names == GgufNames::HuggingFace) {
            if (tensor.name == "rope_freqs.weight")
                continue; // part of config()
            const std::optional<std::string> name = huggingFaceName(tensor.name);
            if (!name)
                return Error { "gguf_tensor_unexpected",
                    "The file has the tensor " + tensor.name + ", which the architecture " + architecture
                        + " does not have.",
                    "This model needs a version that knows it." };
            entry.name = *name;
            const RotaryRows rows = rotaryRows(architecture, *name);
            item.rotaryHeads = rows == RotaryRows::Queries ? heads : rows == RotaryRows::Keys ? keyValueHeads : 0;
            if (item.rotaryHeads && (entry.shape.empty() || entry.shape[0] != item.rotaryHeads * m_headDim))
                return Error { "gguf_config",
                    "Tensor " + tensor.name + " has the shape " + shapeText(entry.shape) + ", which is not "
                        + std::to_string(item.rotaryHeads) + " heads of " + std::to_string(m_headDim) + ".",
                    "The metadata and the tensors do not belong together." };
            if (!tensor.format->toFloat)
                return Error { "weights_format",
                    "Tensor " + tensor.name + " is stored as " + tensor.format->name + ", which cannot be read.",
                    "Readable are F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K and Q6_K: use a file "
                    "quantised that way." };
        }
        entries.push_back(std::move(entry));
        m_items.push_back(item);
    }
    setEntries(std::move(entries), textsOf(m_file));
    return {};
}

Result<nlohmann::ordered_json> GgufSource::config() const { return huggingFaceConfig(m_file, m_ropeFactors); }

Result<std::string_view> GgufSource::bytesOf(const GgufTensor& tensor) const
{
    if (Result<void> same = m_mapped.unchanged(); !same)
        return same.error();
    return m_mapped.bytes().substr(tensor.begin, tensor.end - tensor.begin);
}

Result<std::string_view> GgufSource::rawEntry(size_t index) const
{
    if (m_items[index].rotaryHeads)
        return Error { "weights_reordered",
            "The rows of " + entries()[index].name + " are stored in another order than Hugging Face's.",
            "Read it as float32." };
    return bytesOf(m_file.tensors[m_items[index].tensor]);
}

Result<void> GgufSource::readEntry(size_t index, std::span<float> out, Workers* workers) const
{
    const GgufTensor& tensor = m_file.tensors[m_items[index].tensor];
    const Result<std::string_view> bytes = bytesOf(tensor);
    if (!bytes)
        return bytes.error();
    if (Result<void> done = toFloat(*tensor.format, *bytes, out, workers); !done)
        return done.error();
    m_mapped.forget(*bytes);
    if (const int64_t heads = m_items[index].rotaryHeads)
        rowsToHuggingFace(out, heads, m_headDim);
    return {};
}

} // namespace aha
