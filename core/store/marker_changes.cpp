#include "core/store/marker_changes.h"

#include "core/config/run_config.h"

#include <nlohmann/json.hpp>

namespace aha {

void noteChanges(std::vector<MarkerRow>& markers, const std::string& configJson)
{
    Result<RunConfig> config = runConfigFromJson(configJson);
    if (!config)
        return;
    for (MarkerRow& marker : markers) {
        if (marker.kind != "set")
            continue;
        const RunConfig before = *config;
        if (!applySetting(*config, marker.text)) {
            *config = before;
            continue;
        }
        nlohmann::json data = nlohmann::json::parse(marker.dataJson, nullptr, /*allow_exceptions=*/false);
        if (data.is_discarded() || !data.is_object())
            data = nlohmann::json::object();
        const std::vector<std::string> lines = differences(before, *config);
        if (data.contains("change") || lines.empty())
            continue;
        data["change"] = lines.front();
        marker.dataJson = data.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    }
}

} // namespace aha
