#pragma once
// Python's two ways to fill text: "%s" % x and "{}".format(x).

#include "core/template/jinja_runtime.h"

namespace aha::jinja {

Value formatPercent(Runtime& runtime, const Value& format, const Value& args);
Value formatBraces(Runtime& runtime, const Value& format, const CallArgs& args);

} // namespace aha::jinja
