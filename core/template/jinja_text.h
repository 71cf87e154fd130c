#pragma once
// Values as text: Python's str(), repr(), json.dumps.

#include "core/template/jinja_runtime.h"

namespace aha::jinja {

/// template_unsupported for what Python would print as a memory address.
std::string str(Runtime& runtime, const Value& value);
std::string repr(Runtime& runtime, const Value& value);
std::string floatRepr(double value);

struct JsonOptions {
    bool ensureAscii = false, sortKeys = false;
    std::optional<std::string> indent;
    std::string itemSeparator = ", ", keySeparator = ": ";
};
std::string toJson(Runtime& runtime, const Value& value, const JsonOptions& options);

/// markupsafe.escape.
std::string escapeHtml(std::string_view text);

} // namespace aha::jinja
