#pragma once
// jinja2's tests: what stands behind `is`.

#include "core/template/jinja_runtime.h"

namespace aha::jinja {

bool isTest(const std::string& name);
bool applyTest(Runtime& runtime, const std::string& name, const Value& value, CallArgs& args);

} // namespace aha::jinja
