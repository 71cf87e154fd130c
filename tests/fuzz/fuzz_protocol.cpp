// A line of the control socket: refused, or it says the same after one more round.

#include "core/protocol/messages.h"

#include <cstdlib>

namespace {

template <class Parse> void check(const std::string& line, Parse&& parse)
{
    const auto message = parse(line);
    if (!message) {
        if (message.error().code.rfind("protocol_", 0) != 0)
            std::abort();
        return;
    }
    const std::string written = aha::toLine(*message);
    const auto again = parse(written);
    if (written.find('\n') != std::string::npos || !again || aha::toLine(*again) != written)
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string line(reinterpret_cast<const char*>(data), size);
    check(line, aha::parseHello);
    check(line, aha::parseCommand);
    check(line, aha::parseEvent);
    return 0;
}
