// config.json and key=value settings: refused with a sentence, or a configuration that survives its own round trip.

#include "core/config/run_config.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (size > 0 && text[0] != '{' && text.find('=') != std::string::npos) {
        aha::RunConfig config;
        if (aha::applySetting(config, text) && !aha::runConfigFromJson(aha::toJsonText(config)))
            std::abort();
        return 0;
    }
    if (const auto config = aha::runConfigFromJson(text)) {
        const std::string written = aha::toJsonText(*config);
        const auto again = aha::runConfigFromJson(written);
        if (!again || aha::toJsonText(*again) != written)
            std::abort();
        (void)aha::problems(*config);
    } else if (config.error().message.empty()) {
        std::abort();
    }
    return 0;
}
