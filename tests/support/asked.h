#pragma once
// For a test program that is its own fake engine.

#include <nlohmann/json.hpp>

#include <string>

namespace support {

/// What was asked (the arguments), as JSON: a note of the fake engine's answer.
inline std::string asked(int argc, char** argv)
{
    std::string all = "asked";
    for (int i = 1; i < argc; ++i)
        all += std::string(" ") + argv[i];
    return nlohmann::json(all).dump();
}

} // namespace support
