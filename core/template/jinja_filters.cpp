// Filters of any value and of numbers, and the table of all.

#include "core/template/jinja_filters.h"

#include "core/template/jinja_objects.h"
#include "core/template/jinja_operators.h"
#include "core/template/jinja_strings.h"
#include "core/template/jinja_text.h"

#include "core/base/utf8.h"

#include <charconv>
#include <cmath>

namespace aha::jinja {

namespace {

/// Digits with single underscores between them, in Python's way; the underscores are dropped.
std::optional<std::string> withoutUnderscores(std::string_view text)
{
    std::string out;
    const auto alnum = [](char c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); };
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '_') {
            out += text[i];
            continue;
        }
        if (i == 0 || i + 1 >= text.size() || !alnum(text[i - 1]) || !alnum(text[i + 1]))
            return std::nullopt;
    }
    return out;
}

/// The text for int() and float(): white space dropped. Digits of other scripts are not rendered.
std::string_view numeral(const std::string& text)
{
    const std::string_view trimmed = strip(text, nullptr, true, true);
    if (!isAll(trimmed, "ascii") && [&] {
            for (size_t i = 0; i < trimmed.size();) {
                const CodePoint c = decodeUtf8(trimmed, i);
                if (c.value > 0x7F && isAll(trimmed.substr(i, c.bytes), "decimal"))
                    return true;
                i += c.bytes;
            }
            return false;
        }())
        fail(kUnsupported, "a number in the digits of another script");
    return trimmed;
}

/// int(text, base), or null for Python's ValueError.
std::optional<int64_t> parseInt(const std::string& text, int64_t base)
{
    if (base != 0 && (base < 2 || base > 36))
        return std::nullopt;
    std::string_view rest = numeral(text);
    const bool minus = !rest.empty() && rest[0] == '-';
    if (minus || (!rest.empty() && rest[0] == '+'))
        rest.remove_prefix(1);
    const char prefix = rest.size() > 1 && rest[0] == '0' ? char(rest[1] | 0x20) : 0;
    const int named = prefix == 'x' ? 16 : prefix == 'o' ? 8 : prefix == 'b' ? 2 : 0;
    const bool strict = base == 0 && !named; // no leading zeros then
    if (named && (base == 0 || base == named)) {
        rest.remove_prefix(2);
        base = named;
        if (!rest.empty() && rest[0] == '_')
            rest.remove_prefix(1);
    }
    const std::optional<std::string> digits = withoutUnderscores(rest);
    if (!digits || digits->empty() || (*digits)[0] == '-' || (*digits)[0] == '+')
        return std::nullopt;
    if (strict && (*digits)[0] == '0' && digits->find_first_not_of('0') != std::string::npos)
        return std::nullopt;
    uint64_t value = 0;
    const auto read
        = std::from_chars(digits->data(), digits->data() + digits->size(), value, base == 0 ? 10 : int(base));
    if (read.ptr != digits->data() + digits->size())
        return std::nullopt;
    if (read.ec == std::errc::result_out_of_range || value > uint64_t(INT64_MAX))
        fail(kUnsupported, "a whole number beyond 64 bits");
    return minus ? -int64_t(value) : int64_t(value);
}

/// float(text), or null for Python's ValueError.
std::optional<double> parseFloat(const std::string& text)
{
    const std::optional<std::string> plain = withoutUnderscores(numeral(text));
    if (!plain || plain->empty())
        return std::nullopt;
    std::string_view rest = *plain;
    const bool minus = rest[0] == '-';
    if (minus || rest[0] == '+')
        rest.remove_prefix(1);
    if (rest.empty() || rest[0] == '-' || rest[0] == '+')
        return std::nullopt;
    const std::string word = lower(rest);
    if (word == "inf" || word == "infinity")
        return minus ? -HUGE_VAL : HUGE_VAL;
    if (word == "nan")
        return std::nan("");
    if (word[0] == 'i' || word[0] == 'n')
        return std::nullopt;
    double value = 0;
    const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (read.ptr != rest.data() + rest.size())
        return std::nullopt;
    if (read.ec == std::errc::result_out_of_range)
        fail(kUnsupported, "the number " + std::string(rest.substr(0, 40)) + ", which no double holds");
    return minus ? -value : value;
}

Value toInt(Runtime&, const Value& value, CallArgs& args)
{
    Arguments a("int", args, { "default=", "base=" });
    const Value otherwise = a.get(0, Value(int64_t(0)));
    if (value.isUndefined())
        useOfUndefined(value);
    if (const auto whole = value.integer())
        return Value(*whole);
    if (value.isFloat()) {
        if (std::isnan(value.asFloat()))
            return otherwise;
        return Value(wholeNumber(std::trunc(value.asFloat())));
    }
    if (!value.isString())
        return otherwise;
    if (const auto whole = parseInt(value.bytes(), a.integer(1, 10)))
        return Value(*whole);
    const std::optional<double> number = parseFloat(value.bytes());
    if (!number || !std::isfinite(*number))
        return otherwise;
    return Value(wholeNumber(std::trunc(*number)));
}

Value toFloat(Runtime&, const Value& value, CallArgs& args)
{
    Arguments a("float", args, { "default=" });
    if (value.isUndefined())
        useOfUndefined(value);
    std::optional<double> number = asNumber(value);
    if (!number && value.isString())
        number = parseFloat(value.bytes());
    return number ? Value(*number) : a.get(0, Value(0.0));
}

Value absolute(Runtime&, const Value& value, CallArgs& args)
{
    Arguments("abs", args, {});
    if (value.isFloat())
        return Value(std::fabs(value.asFloat()));
    const auto whole = value.integer();
    if (!whole)
        fail(kType,
            "abs does not go with a " + typeName(value)
                + (value.isUndefined() ? " (" + value.asUndefined().message + ")" : ""));
    return *whole < 0 ? negative(value) : Value(*whole);
}

double roundedTo(double value, int64_t precision)
{
    if (!std::isfinite(value) || precision > 323)
        return value;
    if (precision < 0)
        fail(kUnsupported, "round of a float to tens");
    // The decimal expansion is rounded exactly, half to even, as Python's.
    std::string digits(size_t(precision) + 340, '\0');
    digits.resize(size_t(std::snprintf(digits.data(), digits.size(), "%.*f", int(precision), value)));
    double result = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), result);
    return result;
}

int64_t roundedTo(int64_t value, int64_t precision)
{
    if (precision >= 0)
        return value;
    if (precision < -18)
        return 0;
    int64_t unit = 1;
    for (; precision < 0; ++precision)
        unit *= 10;
    int64_t quotient = value / unit, rest = value % unit;
    if (rest < 0) {
        rest += unit;
        --quotient;
    }
    if (rest > unit - rest || (rest == unit - rest && (quotient & 1)))
        ++quotient;
    int64_t result = 0;
    if (__builtin_mul_overflow(quotient, unit, &result))
        fail(kUnsupported, "a whole number beyond 64 bits");
    return result;
}

Value round(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments a("round", args, { "precision=", "method=" });
    const std::string method = a.has(1) ? textOf(a[1], "the method of round") : std::string("common");
    const Value precision = a.get(0, Value(int64_t(0)));
    if (method == "common") {
        if (precision.isNone()) {
            const auto whole = value.integer();
            return Value(whole ? *whole : wholeNumber(std::nearbyint(asNumber(value).value_or(std::nan("")))));
        }
        if (value.isFloat())
            return Value(roundedTo(value.asFloat(), a.integer(0, 0)));
        if (const auto whole = value.integer())
            return Value(roundedTo(*whole, a.integer(0, 0)));
        fail(kType, "round does not go with a " + typeName(value));
    }
    if (method != "ceil" && method != "floor")
        fail(kType, "the method of round is common, ceil or floor, not " + method);
    const Value factor = arithmetic(runtime, ExprKind::Power, Value(int64_t(10)), precision);
    const Value scaled = arithmetic(runtime, ExprKind::Multiply, value, factor);
    if (!scaled.isFloat() && !scaled.integer())
        fail(kType, "round does not go with a " + typeName(value));
    const Value whole = scaled.isFloat()
        ? Value(wholeNumber(method == "ceil" ? std::ceil(scaled.asFloat()) : std::floor(scaled.asFloat())))
        : scaled;
    return arithmetic(runtime, ExprKind::Divide, whole, factor);
}

Value defaultTo(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments a("default", args, { "default_value=", "boolean=" });
    if (value.isUndefined() || (a.truthy(1, false) && !truthy(value)))
        return a.has(0) ? a[0] : runtime.text("");
    return value;
}

Value length(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments("length", args, {});
    if (const auto size = lengthOf(runtime, value))
        return Value(*size);
    fail(kType, "a " + typeName(value) + " has no length");
}

Value unsupported(Runtime&, const Value&, CallArgs&) { return {}; }

const Filters& unsupportedFilters()
{
    // Random, made for HTML, or of no use in a prompt.
    static const Filters kFilters { { "attr", unsupported }, { "filesizeformat", unsupported },
        { "forceescape", unsupported }, { "pprint", unsupported }, { "random", unsupported },
        { "striptags", unsupported }, { "truncate", unsupported }, { "urlencode", unsupported },
        { "urlize", unsupported }, { "wordwrap", unsupported }, { "xmlattr", unsupported } };
    return kFilters;
}

} // namespace

const Filters& numberFilters()
{
    static const Filters kFilters { { "abs", absolute }, { "count", length }, { "d", defaultTo },
        { "default", defaultTo }, { "float", toFloat }, { "int", toInt }, { "length", length }, { "round", round } };
    return kFilters;
}

bool isFilter(const std::string& name)
{
    return textFilters().count(name) || numberFilters().count(name) || listFilters().count(name)
        || unsupportedFilters().count(name);
}

Value applyFilter(Runtime& runtime, const std::string& name, const Value& value, CallArgs& args)
{
    for (const Filters* filters : { &textFilters(), &numberFilters(), &listFilters() })
        if (const auto filter = filters->find(name); filter != filters->end())
            return filter->second(runtime, value, args);
    if (unsupportedFilters().count(name))
        fail(kUnsupported, "the filter " + name);
    fail(kType, "there is no filter " + name);
}

} // namespace aha::jinja
