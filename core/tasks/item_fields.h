#pragma once
// Fields of a puzzle's problem, which a user may have written: read with bounds, so that no rule computes without them.
// Every error is task_item_invalid and names the field.

#include "core/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace aha {

struct FieldBounds {
    int64_t min, max; ///< of a whole number, or of every one of a list
    size_t countMin = 1, countMax = 1; ///< of a list
};

Result<int64_t> wholeField(const nlohmann::ordered_json& item, const char* key, int64_t min, int64_t max);
Result<std::vector<int64_t>> wholesField(
    const nlohmann::ordered_json& item, const char* key, const FieldBounds& bounds);
/// `maxBytes` and no NUL.
Result<std::string> textField(const nlohmann::ordered_json& item, const char* key, size_t maxBytes);
Result<std::vector<std::string>> textsField(
    const nlohmann::ordered_json& item, const char* key, size_t countMax, size_t maxBytes);

/// For rules between fields.
Error invalidItem(std::string message);

} // namespace aha
