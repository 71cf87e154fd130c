// A sentencepiece file: what the guard lets through must load or be refused, and then encode and decode.

#include "core/text/tokenizer.h"

#include <cstdlib>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static const int file = ::memfd_create("model", 0); // the loader reads files; this one never touches a disk
    if (::ftruncate(file, 0) != 0 || ::pwrite(file, data, size, 0) != ssize_t(size))
        std::abort();
    const auto tokenizer = aha::loadTokenizer("/proc/self/fd/" + std::to_string(file));
    if (!tokenizer)
        return 0;
    const std::string text = "use 5 9 \xE7\xAD\x89 aaaaaaaa </s> \xFF";
    const aha::Tokenizer::Encoding e = (*tokenizer)->encodeWithOffsets(text);
    std::vector<int32_t> ends;
    const std::string decoded = (*tokenizer)->decode(e.ids, ends);
    for (const int32_t id : e.ids)
        if (id < 0 || id >= (*tokenizer)->vocabSize())
            std::abort();
    if (!ends.empty() && size_t(ends.back()) != decoded.size())
        std::abort();
    return 0;
}
