#include "app/engine/verbs.h"

#include "core/base/files.h"
#include "core/engine/engine_context.h"
#include "core/engine/train_run.h"

#include <iostream>
#include <iterator>

namespace aha {

RunConfig givenConfig(const std::string& given, const std::vector<std::string>& settings)
{
    const bool piped = given.empty() || given == "-";
    const std::filesystem::path file = piped ? std::filesystem::path() : resolvePath(given);
    const std::string text
        = piped ? std::string(std::istreambuf_iterator<char>(std::cin), {}) : orThrow(readFile(file, 1 << 20));
    RunConfig config = orThrow(runConfigFromJson(text));
    for (const std::string& setting : settings)
        orThrow(applySetting(config, setting));
    return orThrow(resolvedConfig(std::move(config), file.parent_path()));
}

} // namespace aha
