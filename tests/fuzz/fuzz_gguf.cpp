// GGUF: any bytes are refused or describe ranges within the file; what is readable is read, and metadata is translated.

#include "core/weights/gguf_config.h"
#include "core/weights/gguf_file.h"
#include "core/weights/gguf_tokenizer.h"

#include <nlohmann/json.hpp>

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto file = aha::parseGguf(bytes);
    if (!file)
        return file.error().message.empty() ? std::abort(), 0 : 0;
    for (const aha::GgufTensor& tensor : file->tensors) {
        const uint64_t blocks = tensor.elements / tensor.format->blockElements;
        if (tensor.begin > tensor.end || tensor.end > size
            || tensor.end - tensor.begin != blocks * tensor.format->blockBytes)
            std::abort();
        if (!tensor.format->toFloat)
            continue;
        std::vector<float> values(tensor.elements);
        if (!aha::toFloat(*tensor.format, bytes.substr(tensor.begin, tensor.end - tensor.begin), values))
            std::abort();
    }
    if (const auto config = aha::huggingFaceConfig(*file, {}); config)
        (void)config->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    (void)aha::ggufTokenizer(*file);
    return 0;
}
