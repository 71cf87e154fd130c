#include "core/weights/open_weights.h"

#include "core/weights/gguf_source.h"
#include "core/weights/safetensors_source.h"

#include <algorithm>
#include <cstring>

namespace aha {

namespace fs = std::filesystem;

namespace {

bool endsWith(const std::string& text, std::string_view ending)
{
    return text.size() >= ending.size() && text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

bool hasPickleName(const std::string& name)
{
    return endsWith(name, ".bin") || endsWith(name, ".pt") || endsWith(name, ".ckpt") || endsWith(name, ".pth")
        || endsWith(name, ".pkl") || endsWith(name, ".bin.index.json");
}

/// A zip archive (torch.save since 1.6) or a bare pickle, by the first bytes; a safetensors head is not mistaken for
/// one.
bool hasPickleContent(std::string_view bytes)
{
    if (bytes.substr(0, 4) == std::string_view("PK\x03\x04", 4))
        return true;
    uint64_t headerBytes = 0;
    if (bytes.size() > 8)
        std::memcpy(&headerBytes, bytes.data(), 8);
    const bool safetensors = bytes.size() > 8 && headerBytes <= bytes.size() - 8 && bytes[8] == '{';
    return !safetensors && bytes.size() > 2 && bytes[0] == '\x80' && bytes[1] >= 2 && bytes[1] <= 5;
}

Error pickle(const std::string& what)
{
    return { "weights_pickle",
        what + " Loading a pickle can run any program that is hidden in it, so such files are never opened.",
        "Convert it where you trust it: in Python, load the model with transformers and call "
        "save_pretrained(folder, safe_serialization=True), or look for a .safetensors version of the model." };
}

template <class Source> Result<std::unique_ptr<WeightSource>> general(Result<std::unique_ptr<Source>> source)
{
    if (!source)
        return source.error();
    return std::unique_ptr<WeightSource>(std::move(source).value());
}

Result<std::unique_ptr<WeightSource>> openFile(const fs::path& path)
{
    const std::string name = path.filename().string();
    if (endsWith(name, ".safetensors.index.json"))
        return general(SafetensorsSource::openIndex(path));
    Result<MappedFile> file = MappedFile::open(path);
    if (!file)
        return file.error();
    const std::string_view bytes = file->bytes();
    if (bytes.substr(0, 4) == "GGUF")
        return general(GgufSource::open(path));
    if (hasPickleContent(bytes) || hasPickleName(name))
        return pickle(path.string() + " is a PyTorch pickle.");
    if (endsWith(name, ".gguf"))
        return general(GgufSource::open(path)); // says what is wrong with it
    if (endsWith(name, ".safetensors") || (bytes.size() > 8 && bytes[8] == '{'))
        return general(SafetensorsSource::openFile(path));
    return Error { "weights_none", path.string() + " is neither a safetensors nor a GGUF file.",
        "Choose a folder with config.json and model.safetensors, or a .gguf file." };
}

} // namespace

Result<std::unique_ptr<WeightSource>> openWeights(const fs::path& path)
{
    std::error_code error;
    if (!fs::is_directory(path, error))
        return openFile(path);
    if (fs::exists(path / "model.safetensors", error))
        return openFile(path / "model.safetensors"); // whatever it really is
    if (fs::exists(path / "model.safetensors.index.json", error))
        return general(SafetensorsSource::openIndex(path / "model.safetensors.index.json"));
    std::vector<fs::path> weights, pickles;
    for (fs::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (endsWith(name, ".safetensors") || endsWith(name, ".gguf"))
            weights.push_back(entry->path());
        else if (hasPickleName(name))
            pickles.push_back(entry->path());
    }
    if (error)
        return Error { "file_unreadable", "Cannot read the folder " + path.string() + ": " + error.message() + ".",
            "" };
    std::sort(weights.begin(), weights.end());
    std::sort(pickles.begin(), pickles.end());
    if (weights.size() == 1)
        return openFile(weights[0]);
    if (weights.size() > 1)
        return Error { "weights_several",
            "The folder " + path.string() + " has " + std::to_string(weights.size())
                + " weight files and no model.safetensors.index.json that joins them.",
            "Choose one of the files: " + weights[0].filename().string() + ", " + weights[1].filename().string()
                + (weights.size() > 2 ? ", …" : "") + "." };
    if (!pickles.empty())
        return pickle("The folder " + path.string() + " has its weights only as a PyTorch pickle ("
            + pickles[0].filename().string() + ").");
    return Error { "weights_none", "The folder " + path.string() + " has no weights.",
        "A model folder has model.safetensors, or shards with model.safetensors.index.json, or a .gguf file." };
}

} // namespace aha
