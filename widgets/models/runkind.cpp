#include "widgets/models/runkind.h"

#include "core/base/files.h"
#include "core/config/run_config.h"
#include "core/protocol/run_folder.h"

#include <filesystem>

namespace aha {

std::string kindOfRun(const QString& folder)
{
    const Result<std::string> text
        = readFile(std::filesystem::path(folder.toStdString()) / run_folder::kConfig, 1 << 20);
    const Result<RunConfig> config = text ? runConfigFromJson(*text) : Result<RunConfig>(text.error());
    return config ? config->general.kind : std::string();
}

} // namespace aha
