#pragma once
// jinja2's filters: what stands behind `|`.

#include "core/template/jinja_runtime.h"

#include <map>

namespace aha::jinja {

/// A name that jinja2 knows. Some are known and not rendered: template_unsupported when they are reached.
bool isFilter(const std::string& name);
Value applyFilter(Runtime& runtime, const std::string& name, const Value& value, CallArgs& args);

using Filter = Value (*)(Runtime&, const Value&, CallArgs&);
using Filters = std::map<std::string, Filter>;
// The three halves of the table.
const Filters& textFilters();
const Filters& numberFilters();
const Filters& listFilters();

} // namespace aha::jinja
