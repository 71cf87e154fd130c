#include "core/template/jinja_operators.h"

#include "core/template/jinja_format.h"
#include "core/template/jinja_objects.h"
#include "core/template/jinja_strings.h"
#include "core/template/jinja_text.h"

#include <cmath>

namespace aha::jinja {

namespace {

[[noreturn]] void overflow() { fail(kUnsupported, "a whole number beyond 64 bits"); }

const char* symbolOf(ExprKind op)
{
    switch (op) {
    case ExprKind::Add:
        return "+";
    case ExprKind::Subtract:
        return "-";
    case ExprKind::Multiply:
        return "*";
    case ExprKind::Divide:
        return "/";
    case ExprKind::FloorDivide:
        return "//";
    case ExprKind::Modulo:
        return "%";
    default:
        return "**";
    }
}

/// Three-way: exact for any mix of int and float. NaN gives 2.
int compareNumbers(const Value& a, const Value& b)
{
    const std::optional<int64_t> x = a.integer(), y = b.integer();
    if (x && y)
        return *x < *y ? -1 : *x > *y;
    // long double holds every int64 and every double exactly.
    static_assert(std::numeric_limits<long double>::digits >= 64);
    const long double p = x ? (long double)(*x) : (long double)(a.asFloat());
    const long double q = y ? (long double)(*y) : (long double)(b.asFloat());
    if (std::isnan(p) || std::isnan(q))
        return 2;
    return p < q ? -1 : p > q;
}

bool isNumber(const Value& value) { return value.isInt() || value.isBool() || value.isFloat(); }

int64_t power(int64_t base, int64_t exponent)
{
    int64_t result = 1;
    while (exponent > 0) {
        if (exponent & 1)
            if (__builtin_mul_overflow(result, base, &result))
                overflow();
        exponent >>= 1;
        if (exponent > 0 && __builtin_mul_overflow(base, base, &base))
            overflow();
    }
    return result;
}

Value integers(ExprKind op, int64_t a, int64_t b)
{
    int64_t result = 0;
    bool over = false;
    switch (op) {
    case ExprKind::Add:
        over = __builtin_add_overflow(a, b, &result);
        break;
    case ExprKind::Subtract:
        over = __builtin_sub_overflow(a, b, &result);
        break;
    case ExprKind::Multiply:
        over = __builtin_mul_overflow(a, b, &result);
        break;
    case ExprKind::FloorDivide:
    case ExprKind::Modulo: {
        if (b == 0)
            fail(kType, "a division by zero");
        if (b == -1) { // the one quotient that can overflow
            over = op == ExprKind::FloorDivide && __builtin_sub_overflow(int64_t(0), a, &result);
            break;
        }
        const int64_t rest = a % b, below = rest != 0 && (rest < 0) != (b < 0);
        result = op == ExprKind::FloorDivide ? a / b - below : rest + (below ? b : 0);
        break;
    }
    default: // Power
        result = power(a, b);
    }
    if (over)
        overflow();
    return Value(result);
}

Value floats(ExprKind op, double a, double b)
{
    switch (op) {
    case ExprKind::Add:
        return Value(a + b);
    case ExprKind::Subtract:
        return Value(a - b);
    case ExprKind::Multiply:
        return Value(a * b);
    case ExprKind::Power: {
        if (a == 0 && b < 0)
            fail(kType, "zero to a negative power");
        if (a < 0 && std::isfinite(a) && std::isfinite(b) && b != std::floor(b))
            fail(kUnsupported, "a complex number");
        const double result = std::pow(a, b);
        if (std::isinf(result) && std::isfinite(a) && std::isfinite(b))
            fail(kType, "a power too large for a float");
        return Value(result);
    }
    default:
        break;
    }
    if (b == 0)
        fail(kType, "a division by zero");
    if (op == ExprKind::Divide)
        return Value(a / b);
    double rest = std::fmod(a, b), quotient = (a - rest) / b;
    if (rest != 0) {
        if ((b < 0) != (rest < 0)) {
            rest += b;
            quotient -= 1;
        }
    } else {
        rest = std::copysign(0.0, b);
    }
    if (op == ExprKind::Modulo)
        return Value(rest);
    if (quotient == 0)
        return Value(std::copysign(0.0, a / b));
    const double floored = std::floor(quotient);
    return Value(quotient - floored > 0.5 ? floored + 1 : floored);
}

Value repeated(Runtime& runtime, const Value& what, int64_t times)
{
    times = std::max<int64_t>(times, 0);
    if (what.isString()) {
        const std::string& bytes = what.bytes();
        uint64_t size = 0;
        if (__builtin_mul_overflow(uint64_t(bytes.size()), uint64_t(times), &size))
            size = UINT64_MAX >> 1;
        const Charge paid(runtime.meter, size);
        std::string result;
        result.reserve(size);
        for (int64_t i = 0; i < times && !bytes.empty(); ++i)
            result += bytes;
        return runtime.text(std::move(result), what.text().markup);
    }
    uint64_t size = 0;
    if (__builtin_mul_overflow(uint64_t(what.items().size() * sizeof(Value)), uint64_t(times), &size))
        size = UINT64_MAX >> 1;
    const Charge paid(runtime.meter, size);
    Values result;
    for (int64_t i = 0; i < times && !what.items().empty(); ++i)
        result.insert(result.end(), what.items().begin(), what.items().end());
    return what.isTuple() ? runtime.tuple(std::move(result)) : runtime.list(std::move(result));
}

Value added(Runtime& runtime, const Value& a, const Value& b)
{
    if (a.isString()) {
        const bool markup = a.text().markup || b.text().markup;
        const std::string left = markup && !a.text().markup ? escapeHtml(a.bytes()) : a.bytes();
        const std::string right = markup && !b.text().markup ? escapeHtml(b.bytes()) : b.bytes();
        const Charge paid(runtime.meter, left.size() + right.size());
        return runtime.text(left + right, markup);
    }
    const Charge paid(runtime.meter, (a.items().size() + b.items().size()) * sizeof(Value));
    Values all = a.items();
    all.insert(all.end(), b.items().begin(), b.items().end());
    return a.isTuple() ? runtime.tuple(std::move(all)) : runtime.list(std::move(all));
}

} // namespace

bool truthy(const Value& value)
{
    switch (value.kind()) {
    case Kind::Undefined:
    case Kind::None:
        return false;
    case Kind::Bool:
        return value.asBool();
    case Kind::Int:
        return value.asInt() != 0;
    case Kind::Float:
        return value.asFloat() != 0;
    case Kind::String:
        return !value.bytes().empty();
    case Kind::Sequence:
        return !value.items().empty();
    case Kind::Dict:
        return !value.dict().entries.empty();
    case Kind::Object:
        if (const auto* range = value.as<Range>())
            return range->length > 0;
        if (const auto* view = value.as<DictView>())
            return !view->dict.dict().entries.empty();
        return true;
    }
    return true;
}

bool equal(const Value& a, const Value& b, Meter* meter)
{
    if (meter)
        meter->step();
    if (isNumber(a) && isNumber(b))
        return compareNumbers(a, b) == 0;
    if (a.kind() != b.kind())
        return false;
    switch (a.kind()) {
    case Kind::Undefined:
    case Kind::None:
        return true;
    case Kind::String:
        if (meter)
            meter->step(int64_t(std::min(a.bytes().size(), b.bytes().size()) >> 6));
        return a.bytes() == b.bytes();
    case Kind::Sequence: {
        if (a.isTuple() != b.isTuple() || a.items().size() != b.items().size())
            return false;
        if (&a.sequence() == &b.sequence())
            return true;
        for (size_t i = 0; i < a.items().size(); ++i)
            if (!equal(a.items()[i], b.items()[i], meter))
                return false;
        return true;
    }
    case Kind::Dict: {
        if (a.dict().entries.size() != b.dict().entries.size())
            return false;
        if (&a.dict() == &b.dict())
            return true;
        for (const auto& [key, value] : a.dict().entries) {
            if (meter && !key.isString())
                meter->step(int64_t(b.dict().entries.size()));
            const Value* other = b.dict().find(key);
            if (!other || !equal(value, *other, meter))
                return false;
        }
        return true;
    }
    default:
        break;
    }
    if (const auto* x = a.as<Range>(), *y = b.as<Range>(); x && y)
        return x->length == y->length
            && (x->length == 0 || (x->start == y->start && (x->length == 1 || x->step == y->step)));
    if (&a.object() != &b.object() && a.as<DictView>() && b.as<DictView>())
        fail(kUnsupported, "a comparison of dictionary views");
    return &a.object() == &b.object();
}

bool equalKeys(const Value& a, const Value& b) { return equal(a, b, nullptr); }

bool hashable(const Value& value)
{
    if (value.isTuple()) {
        for (const Value& item : value.items())
            if (!hashable(item))
                return false;
        return true;
    }
    return !value.isList() && !value.isDict() && !value.as<DictView>();
}

namespace {

[[noreturn]] void notOrdered(const std::string& op, const Value& a, const Value& b)
{
    if (a.isUndefined())
        useOfUndefined(a);
    if (b.isUndefined())
        useOfUndefined(b);
    fail(kType, "'" + op + "' does not compare " + typeName(a) + " and " + typeName(b));
}

bool ordered(const std::string& op, int order)
{
    return order != 2 && (op == "<" ? order < 0 : op == "<=" ? order <= 0 : op == ">" ? order > 0 : order >= 0);
}

} // namespace

bool compare(Runtime& runtime, const std::string& op, const Value& a, const Value& b)
{
    if (op == "==" || op == "!=")
        return equal(a, b, &runtime.meter) == (op == "==");
    if (op == "in" || op == "not in")
        return contains(runtime, b, a) == (op == "in");
    runtime.meter.step();
    if (isNumber(a) && isNumber(b))
        return ordered(op, compareNumbers(a, b));
    if (a.isString() && b.isString()) { // the order of bytes is the order of code points
        const int order = a.bytes().compare(b.bytes());
        return ordered(op, order < 0 ? -1 : order > 0);
    }
    if (!a.isSequence() || !b.isSequence() || a.isTuple() != b.isTuple())
        notOrdered(op, a, b);
    const Values &x = a.items(), &y = b.items();
    for (size_t i = 0; i < std::min(x.size(), y.size()); ++i)
        if (!equal(x[i], y[i], &runtime.meter))
            return compare(runtime, op, x[i], y[i]);
    return ordered(op, x.size() < y.size() ? -1 : x.size() > y.size());
}

bool lessThan(Runtime& runtime, const Value& a, const Value& b) { return compare(runtime, "<", a, b); }

bool contains(Runtime& runtime, const Value& container, const Value& item)
{
    if (container.isString()) {
        if (item.isUndefined())
            fail(kType, "'in' needs a text on its left, not something undefined (" + item.asUndefined().message + ")");
        const std::string& needle = textOf(item, "the left side of 'in'");
        runtime.meter.step(int64_t(container.bytes().size() >> 6));
        return findText(container.bytes(), needle) != std::string::npos;
    }
    if (container.isDict()) {
        if (!hashable(item))
            fail(kType, "a " + typeName(item) + " cannot be a key");
        runtime.meter.step(int64_t(container.dict().entries.size() >> 3));
        return container.dict().find(item) != nullptr;
    }
    if (const auto* view = container.as<DictView>(); view && view->what == DictView::What::Keys)
        return contains(runtime, view->dict, item);
    bool found = false;
    runtime.forEach(container, [&](const Value& each) {
        found = (item.identity() && item.identity() == each.identity()) || equal(item, each, &runtime.meter);
        return !found;
    });
    return found;
}

std::optional<double> asNumber(const Value& value)
{
    if (value.isFloat())
        return value.asFloat();
    if (const auto whole = value.integer())
        return double(*whole);
    return std::nullopt;
}

int64_t wholeNumber(double value)
{
    if (std::isnan(value) || std::isinf(value))
        fail(kType, "infinity and NaN have no whole number");
    if (!(value > -9.2e18 && value < 9.2e18))
        overflow();
    return int64_t(value);
}

Value arithmetic(Runtime& runtime, ExprKind op, const Value& a, const Value& b)
{
    // str % x asks the text first: "%s" % undefined formats it.
    if (op == ExprKind::Modulo && a.isString())
        return formatPercent(runtime, a, b);
    if (a.isUndefined())
        useOfUndefined(a);
    if (b.isUndefined())
        useOfUndefined(b);
    const std::optional<int64_t> x = a.integer(), y = b.integer();
    if (x && y && op != ExprKind::Divide && !(op == ExprKind::Power && *y < 0))
        return integers(op, *x, *y);
    if (isNumber(a) && isNumber(b)) {
        constexpr int64_t kExact = int64_t(1) << 53;
        if (x && y && op == ExprKind::Divide && *y != 0 && (*x > kExact || *x < -kExact || *y > kExact || *y < -kExact))
            fail(kUnsupported, "a division of whole numbers beyond 53 bits");
        return floats(op, *asNumber(a), *asNumber(b));
    }
    if (op == ExprKind::Multiply) {
        if ((a.isString() || a.isSequence()) && y)
            return repeated(runtime, a, *y);
        if ((b.isString() || b.isSequence()) && x)
            return repeated(runtime, b, *x);
    }
    if (op == ExprKind::Add
        && ((a.isString() && b.isString()) || (a.isSequence() && b.isSequence() && a.isTuple() == b.isTuple())))
        return added(runtime, a, b);
    if ((a.isString() && a.text().markup) || (b.isString() && b.text().markup)
        || (a.as<DictView>() && b.as<DictView>()))
        fail(kUnsupported, std::string("'") + symbolOf(op) + "' between " + typeName(a) + " and " + typeName(b));
    fail(kType, std::string("'") + symbolOf(op) + "' does not go with " + typeName(a) + " and " + typeName(b));
}

Value negative(const Value& value)
{
    if (value.isUndefined())
        useOfUndefined(value);
    if (value.isFloat())
        return Value(-value.asFloat());
    if (const auto whole = value.integer()) {
        int64_t result = 0;
        if (__builtin_sub_overflow(int64_t(0), *whole, &result))
            overflow();
        return Value(result);
    }
    fail(kType, "'-' does not go with " + typeName(value));
}

Value positive(const Value& value)
{
    if (value.isUndefined())
        useOfUndefined(value);
    if (value.isFloat())
        return value;
    if (const auto whole = value.integer())
        return Value(*whole);
    fail(kType, "'+' does not go with " + typeName(value));
}

} // namespace aha::jinja
