// Text through a tokenizer that can write every byte: valid text comes back, invalid bytes come back replaced.

#include "core/base/utf8.h"
#include "core/text/tokenizer.h"
#include "tests/support/sentencepiece_model.h"

#include <cstdlib>
#include <sys/mman.h>
#include <unistd.h>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static const std::shared_ptr<const aha::Tokenizer> tokenizer = [] {
        const std::string bytes = aha::support::byteFallbackModel();
        const int file = ::memfd_create("model", 0);
        if (::pwrite(file, bytes.data(), bytes.size(), 0) != ssize_t(bytes.size()))
            std::abort();
        return *aha::loadTokenizer("/proc/self/fd/" + std::to_string(file));
    }();
    const std::string text(reinterpret_cast<const char*>(data), size);
    std::string want = aha::validUtf8(text);
    const std::string mark = "\xE2\x96\x81"; // sentencepiece's sign for a space: the two cannot be told apart afterwards
    for (size_t at; (at = want.find(mark)) != std::string::npos;)
        want.replace(at, mark.size(), " ");
    if (tokenizer->decode(tokenizer->encode(text, size % 2)) != want)
        std::abort();
    return 0;
}
