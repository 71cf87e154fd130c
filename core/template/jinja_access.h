#pragma once
// x.name, x[key], x[a:b:c], and the methods of str, list, tuple and dict, by the rules of jinja2's sandbox.

#include "core/template/jinja_runtime.h"

namespace aha::jinja {

/// Attribute first, then item; undefined when there is neither.
Value getAttribute(Runtime& runtime, const Value& object, const std::string& name);
/// Item first, then attribute.
Value getItem(Runtime& runtime, const Value& object, const Value& key);
/// Null bounds are left out.
Value getSlice(Runtime& runtime, const Value& object, const Value* start, const Value* stop, const Value* step);
/// "a.b.0" as |map(attribute=…) and |selectattr read it.
Value getPath(Runtime& runtime, Value object, const Value& path);

/// A bound method of str, list, tuple, dict, or undefined for what the sandbox blocks; null when Python's type has no
/// such attribute. template_unsupported when it has and this renderer has not.
std::optional<Value> findMethod(Runtime& runtime, const Value& self, const std::string& name);
/// Calls a method of str, for findMethod. Null when there is none of that name.
using Method = Value (*)(Runtime&, const Value& self, CallArgs&);
Method stringMethod(const std::string& name);

} // namespace aha::jinja
