#pragma once
// Our own configuration as YAML: the same groups and names as its JSON, without the braces.

#include "core/config/run_config.h"

namespace aha {

/// "group:", then "  key: value"; texts in double quotes, as JSON writes them.
std::string toYamlText(const RunConfig& config);
/// Errors: recipe_syntax ("Line 3: …"), and those of runConfigFromJson().
Result<RunConfig> runConfigFromYaml(const std::string& text);

/// The line, from 1, on which a setting's name stands in JSON or YAML; that of its group where it is not written; 0
/// where neither is.
int64_t lineOfSetting(const std::string& text, const std::string& path);

} // namespace aha
