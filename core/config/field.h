#pragma once
// One table describes every configuration value. JSON, command line, JSON schema and the form in the window are all
// made from it, so a field is written once.

#include "core/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace aha {

/// What a person sees of a field: where it stands, what it means, what it may be.
struct FieldInfo {
    std::string group; ///< section of the JSON file and of the form: "model", "task", "rollout", …
    std::string key; ///< name within the group; TRL's name where TRL has one
    std::string label; ///< short, for the form
    std::string help; ///< one or two sentences, ends with a full stop
    std::string unit = {}; ///< "tokens", "s", "MB"; empty when unitless
    double low = -std::numeric_limits<double>::infinity(); ///< smallest allowed number
    double high = std::numeric_limits<double>::infinity(); ///< largest allowed number
    std::vector<std::string> choices = {}; ///< allowed texts; empty = any
    bool live = false; ///< safe to change while the run trains (control verb `set`)
    bool advanced = false; ///< folded away in the form
    /// Extracts or verifies answers: another value can flip verdicts. One of any other field can move rewards at most.
    bool judges = false;
    bool listed = false; ///< several texts in one; JSON and YAML may give them as a list, which is kept as its text

    std::string path() const { return group + "." + key; }
};

/// A field bound to the struct member that holds it.
struct Field {
    FieldInfo info;
    std::variant<bool*, int64_t*, double*, std::string*> value;

    nlohmann::ordered_json toJson() const;
    /// Refuses a wrong type, a number out of range, an unknown choice: config_type, config_range, config_choice.
    Result<void> fromJson(const nlohmann::ordered_json& json);
    /// As fromJson, from what a person types ("0.2", "true", "dapo").
    Result<void> fromText(std::string_view text);
    std::string toText() const;
};

} // namespace aha
