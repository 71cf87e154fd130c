#pragma once
// Python's operators.

#include "core/template/jinja_ast.h"

namespace aha::jinja {

class Runtime;

bool truthy(const Value& value);
/// ==. `meter` null: nothing is counted (constants).
bool equal(const Value& a, const Value& b, Meter* meter);
/// Of hashable values.
bool equalKeys(const Value& a, const Value& b);
bool hashable(const Value& value);
/// <, <=, >, >=, ==, !=, in, not in.
bool compare(Runtime& runtime, const std::string& op, const Value& a, const Value& b);
bool lessThan(Runtime& runtime, const Value& a, const Value& b);
bool contains(Runtime& runtime, const Value& container, const Value& item);

Value arithmetic(Runtime& runtime, ExprKind op, const Value& a, const Value& b);
Value negative(const Value& value);
Value positive(const Value& value);
/// float(int or bool or float), or null.
std::optional<double> asNumber(const Value& value);
/// The exact whole number of a float; template_unsupported beyond 64 bits.
int64_t wholeNumber(double value);

} // namespace aha::jinja
