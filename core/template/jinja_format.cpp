#include "core/template/jinja_format.h"

#include "core/base/ascii.h"
#include "core/base/utf8.h"
#include "core/template/jinja_access.h"
#include "core/template/jinja_objects.h"
#include "core/template/jinja_operators.h"
#include "core/template/jinja_strings.h"
#include "core/template/jinja_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace aha::jinja {

namespace {

constexpr int64_t kMaxWidth = 10'000; // of a padded field; Python has no bound

/// What both languages say about a field.
struct Field {
    std::string fill = " ";
    char align = 0; // < > = ^
    char sign = '-'; // - + or space
    bool alternate = false;
    char grouping = 0; // , or _
    int64_t width = 0, precision = -1;
    char type = 0;
};

int64_t readNumber(std::string_view text, size_t& at)
{
    int64_t value = 0;
    while (at < text.size() && isDigit(text[at])) {
        value = value * 10 + (text[at++] - '0');
        if (value > kMaxWidth)
            fail(kLimit, "a format with a width beyond " + std::to_string(kMaxWidth));
    }
    return value;
}

std::string padded(std::string body, const Field& field, char otherwise)
{
    const int64_t missing = field.width - codePoints(body);
    if (missing <= 0)
        return body;
    const auto fill = [&field](int64_t count) {
        std::string text;
        for (; count > 0; --count)
            text += field.fill;
        return text;
    };
    switch (field.align ? field.align : otherwise) {
    case '<':
        return body + fill(missing);
    case '^':
        return fill(missing / 2) + body + fill(missing - missing / 2);
    case '=': { // between sign (and prefix) and digits
        size_t head = !body.empty() && (body[0] == '-' || body[0] == '+' || body[0] == ' ');
        if (body.size() > head + 1 && body[head] == '0'
            && std::string_view("xXob").find(body[head + 1]) != std::string_view::npos)
            head += 2;
        return body.substr(0, head) + fill(missing) + body.substr(head);
    }
    default:
        return fill(missing) + body;
    }
}

std::string grouped(std::string digits, char separator)
{
    if (!separator)
        return digits;
    size_t end = digits.find_first_not_of("0123456789");
    for (int64_t at = int64_t(std::min(end, digits.size())) - 3; at > 0; at -= 3)
        digits.insert(size_t(at), 1, separator);
    return digits;
}

std::string signedText(bool minus, std::string digits, const Field& field)
{
    return (minus ? "-" : field.sign == '-' ? "" : std::string(1, field.sign)) + digits;
}

std::string wholeText(int64_t value, const Field& field)
{
    const int base = field.type == 'x' || field.type == 'X' ? 16 : field.type == 'o' ? 8 : field.type == 'b' ? 2 : 10;
    char buffer[72];
    const uint64_t size = value < 0 ? uint64_t(0) - uint64_t(value) : uint64_t(value);
    std::string digits(buffer, std::to_chars(buffer, buffer + sizeof buffer, size, base).ptr);
    if (field.type == 'X')
        std::transform(
            digits.begin(), digits.end(), digits.begin(), [](char c) { return c >= 'a' ? char(c - 32) : c; });
    if (int64_t(digits.size()) < field.precision)
        digits.insert(0, size_t(field.precision) - digits.size(), '0');
    digits = grouped(std::move(digits), field.grouping);
    if (field.alternate && base != 10)
        digits.insert(0, std::string("0") + field.type);
    return signedText(value < 0, std::move(digits), field);
}

std::string floatText(double value, const Field& field)
{
    const bool percent = field.type == '%';
    char type = percent ? 'f' : field.type;
    if (percent)
        value *= 100;
    const bool minus = std::signbit(value) && !std::isnan(value);
    std::string digits;
    if (!std::isfinite(value)) {
        digits = std::isnan(value) ? "nan" : "inf";
        if (type == 'F' || type == 'E' || type == 'G')
            digits = upper(digits);
    } else {
        const std::string pattern = std::string(field.alternate ? "%#.*" : "%.*") + type;
        const int precision = field.precision < 0 ? 6 : int(field.precision);
        digits.resize(size_t(precision) + 340);
        digits.resize(size_t(std::snprintf(digits.data(), digits.size(), pattern.c_str(), precision, std::abs(value))));
        digits = grouped(std::move(digits), field.grouping);
    }
    return signedText(minus, digits + (percent ? "%" : ""), field);
}

[[noreturn]] void wrongType(const Field& field, const Value& value)
{
    if (value.isUndefined())
        useOfUndefined(value);
    fail(
        kType, std::string("the format ") + (field.type ? field.type : '?') + " does not go with a " + typeName(value));
}

std::string oneCharacter(const Value& value, const Field& field)
{
    if (value.isString() && codePoints(value.bytes()) == 1)
        return value.bytes();
    const auto code = value.integer();
    if (!code)
        wrongType(field, value);
    if (*code < 0 || *code > 0x10FFFF || (*code >= 0xD800 && *code < 0xE000))
        fail(kType, std::to_string(*code) + " is no character");
    std::string out;
    appendUtf8(out, char32_t(*code));
    return out;
}

std::string shortened(const std::string& text, int64_t precision)
{
    return precision < 0 ? text : text.substr(0, byteOffset(text, precision));
}

// "%…" ---------------------------------------------------------------------------------------------------------------

std::string percentField(Runtime& runtime, Field field, const Value& value)
{
    switch (field.type) {
    case 's':
        return padded(shortened(str(runtime, value), field.precision), field, '>');
    case 'r':
        return padded(shortened(repr(runtime, value), field.precision), field, '>');
    case 'c':
        return padded(oneCharacter(value, field), field, '>');
    case 'd':
    case 'i':
    case 'u':
    case 'x':
    case 'X':
    case 'o': {
        std::optional<int64_t> whole = value.integer();
        if (!whole && value.isFloat() && (field.type == 'd' || field.type == 'i' || field.type == 'u'))
            whole = wholeNumber(std::trunc(value.asFloat()));
        if (!whole)
            wrongType(field, value);
        return padded(wholeText(*whole, field), field, '>');
    }
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G': {
        const std::optional<double> number = asNumber(value);
        if (!number)
            wrongType(field, value);
        return padded(floatText(*number, field), field, '>');
    }
    default:
        fail(kUnsupported, std::string("the format %") + field.type);
    }
}

} // namespace

Value formatPercent(Runtime& runtime, const Value& format, const Value& args)
{
    if (format.text().markup)
        fail(kUnsupported, "'%' with the result of |safe or |escape");
    const std::string& text = format.bytes();
    size_t used = 0;
    const auto nextValue = [&]() -> Value {
        if (args.isTuple()) {
            if (used >= args.items().size())
                fail(kType, "not enough values for the format");
            return args.items()[used++];
        }
        if (used++ > 0)
            fail(kType, "not enough values for the format");
        return args;
    };
    std::string out;
    for (size_t at = 0; at < text.size();) {
        const size_t percent = text.find('%', at);
        out.append(text, at, percent - at);
        if (percent == std::string::npos)
            break;
        at = percent + 1;
        Field field;
        std::optional<Value> named;
        if (at < text.size() && text[at] == '(') {
            int depth = 1;
            const size_t from = ++at;
            for (; at < text.size() && depth > 0; ++at)
                depth += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
            if (depth > 0)
                fail(kType, "an incomplete key in a format");
            if (!args.isDict())
                fail(kType, "a format with names needs a dictionary");
            const Value* found = args.dict().find(std::string_view(text).substr(from, at - 1 - from));
            if (!found)
                fail(kType, "the format's name " + text.substr(from, at - 1 - from) + " is missing");
            named = *found;
        }
        for (bool flags = true; flags && at < text.size();) {
            switch (text[at]) {
            case '-':
                field.align = '<';
                break;
            case '+':
                field.sign = '+';
                break;
            case ' ':
                field.sign = field.sign == '+' ? '+' : ' ';
                break;
            case '#':
                field.alternate = true;
                break;
            case '0':
                field.fill = "0";
                break;
            default:
                flags = false;
            }
            at += flags;
        }
        if (at < text.size() && text[at] == '*')
            fail(kUnsupported, "a format with * for its width");
        field.width = readNumber(text, at);
        if (at < text.size() && text[at] == '.') {
            ++at;
            if (at < text.size() && text[at] == '*')
                fail(kUnsupported, "a format with * for its precision");
            field.precision = readNumber(text, at);
        }
        while (at < text.size() && (text[at] == 'l' || text[at] == 'h' || text[at] == 'L'))
            ++at;
        if (at >= text.size())
            fail(kType, "an incomplete format");
        field.type = text[at++];
        if (field.type == '%') {
            out += '%';
            continue;
        }
        const bool numeric = std::string_view("diuxXoeEfFgG").find(field.type) != std::string_view::npos;
        if (field.align == '<' || !numeric)
            field.fill = " ";
        else if (field.fill == "0")
            field.align = '=';
        out += percentField(runtime, field, named ? *named : nextValue());
        runtime.meter.take(0);
        if (out.size() > runtime.meter.limits().outputBytes)
            fail(kLimit, "a formatted text is too large");
    }
    const bool mapping = args.isDict() || args.isList() || args.isUndefined() || args.as<Range>();
    if (args.isTuple() ? used < args.items().size() : used == 0 && !mapping)
        fail(kType, "more values than the format takes");
    return runtime.text(std::move(out));
}

namespace {

// "{…}" ---------------------------------------------------------------------------------------------------------------

Field readSpec(std::string_view spec)
{
    Field field;
    size_t at = 0;
    const auto isAlign
        = [&](size_t i) { return i < spec.size() && std::string_view("<>=^").find(spec[i]) != std::string_view::npos; };
    const size_t first = spec.empty() ? 0 : decodeUtf8(spec, 0).bytes;
    bool filled = false;
    if (!spec.empty() && isAlign(first)) {
        field.fill = spec.substr(0, first);
        field.align = spec[first];
        at = first + 1;
        filled = true;
    } else if (isAlign(0)) {
        field.align = spec[0];
        at = 1;
    }
    if (at < spec.size() && (spec[at] == '+' || spec[at] == '-' || spec[at] == ' '))
        field.sign = spec[at++];
    if (at < spec.size() && spec[at] == '#')
        field.alternate = spec[at++] == '#';
    if (at < spec.size() && spec[at] == '0' && !filled) {
        ++at;
        field.fill = "0";
        if (!field.align)
            field.align = '=';
    }
    field.width = readNumber(spec, at);
    if (at < spec.size() && (spec[at] == ',' || spec[at] == '_'))
        field.grouping = spec[at++];
    if (at < spec.size() && spec[at] == '.') {
        const size_t from = ++at;
        field.precision = readNumber(spec, at);
        if (at == from)
            fail(kType, "a format without its precision");
    }
    if (at < spec.size())
        field.type = spec[at++];
    if (at < spec.size())
        fail(kType, "the format '" + std::string(spec) + "' cannot be read");
    if (field.grouping && field.fill == "0" && field.align == '=')
        fail(kUnsupported, "a format with zeros and separators");
    return field;
}

std::string formatField(Runtime& runtime, const Value& value, std::string_view spec)
{
    if (spec.empty())
        return str(runtime, value);
    const Field field = readSpec(spec);
    if (value.isString()) {
        if (value.text().markup)
            fail(kUnsupported, "format() with the result of |safe or |escape");
        if ((field.type && field.type != 's') || field.align == '=' || field.sign != '-' || field.alternate
            || field.grouping)
            fail(kType, "the format '" + std::string(spec) + "' does not go with a text");
        return padded(shortened(value.bytes(), field.precision), field, '<');
    }
    const std::optional<int64_t> whole = value.integer();
    if (whole && (!field.type || std::string_view("dxXob").find(field.type) != std::string_view::npos)) {
        if (field.precision >= 0)
            fail(kType, "a precision does not go with a whole number");
        if (field.grouping && field.type && field.type != 'd')
            fail(kUnsupported, "separators in such a number");
        return padded(wholeText(*whole, field), field, '>');
    }
    if (whole && field.type == 'c')
        return padded(oneCharacter(value, field), field, '<');
    const std::optional<double> number = asNumber(value);
    if (!number)
        wrongType(field, value);
    if (!field.type) {
        if (field.precision >= 0 || field.grouping || field.alternate)
            fail(kUnsupported, "the format '" + std::string(spec) + "' for a float");
        return padded(signedText(std::signbit(*number), floatRepr(std::abs(*number)), field), field, '>');
    }
    if (std::string_view("eEfFgG%").find(field.type) == std::string_view::npos)
        fail(kUnsupported, std::string("the format ") + field.type);
    return padded(floatText(*number, field), field, '>');
}

class Braces {
public:
    Braces(Runtime& runtime, const CallArgs& args)
        : m_runtime(runtime)
        , m_args(args)
    {
    }

    std::string run(std::string_view text, int depth)
    {
        if (depth < 0)
            fail(kType, "a format within a format within a format");
        std::string out;
        for (size_t at = 0; at < text.size();) {
            const char c = text[at];
            if (c == '}' || (c == '{' && at + 1 < text.size() && text[at + 1] == '{')) {
                if (at + 1 >= text.size() || text[at + 1] != c)
                    fail(kType, "a single '}' in a format");
                out += c;
                at += 2;
            } else if (c == '{') {
                const size_t from = ++at;
                for (int open = 1; at < text.size(); ++at) {
                    open += text[at] == '{' ? 1 : text[at] == '}' ? -1 : 0;
                    if (open == 0)
                        break;
                }
                if (at >= text.size())
                    fail(kType, "a '{' in a format is never closed");
                out += field(text.substr(from, at++ - from), depth);
            } else {
                out += c;
                ++at;
            }
            if (out.size() > m_runtime.meter.limits().outputBytes)
                fail(kLimit, "a formatted text is too large");
        }
        return out;
    }

private:
    std::string field(std::string_view text, int depth)
    {
        m_runtime.meter.step();
        // The name ends at the first ! or : outside of brackets.
        size_t end = 0;
        for (bool bracket = false; end < text.size(); ++end) {
            if (text[end] == '[')
                bracket = true;
            else if (text[end] == ']')
                bracket = false;
            else if (!bracket && (text[end] == '!' || text[end] == ':'))
                break;
        }
        Value value = find(text.substr(0, end));
        if (end < text.size() && text[end] == '!') {
            const char how = end + 1 < text.size() ? text[end + 1] : '\0';
            end += 2;
            if ((how != 's' && how != 'r') || (end < text.size() && text[end] != ':'))
                fail(how == 'a' ? kUnsupported : kType, "the conversion of a format");
            value = m_runtime.text(how == 's' ? str(m_runtime, value) : repr(m_runtime, value));
        }
        return formatField(m_runtime, value, end < text.size() ? run(text.substr(end + 1), depth - 1) : std::string());
    }

    Value find(std::string_view name)
    {
        const size_t end = std::min(name.find_first_of(".["), name.size());
        Value value = first(std::string(name.substr(0, end)));
        for (std::string_view rest = name.substr(end); !rest.empty();) {
            if (rest[0] == '.') {
                const size_t next = std::min(rest.find_first_of(".[", 1), rest.size());
                value = getAttribute(m_runtime, value, std::string(rest.substr(1, next - 1)));
                rest.remove_prefix(next);
            } else if (rest[0] == '[' && rest.find(']') != std::string_view::npos) {
                const std::string key(rest.substr(1, rest.find(']') - 1));
                int64_t index = 0;
                const auto read = std::from_chars(key.data(), key.data() + key.size(), index);
                const bool numeric = !key.empty() && isDigit(key[0]) && read.ptr == key.data() + key.size();
                value = getItem(m_runtime, value, numeric ? Value(index) : m_runtime.text(key));
                rest.remove_prefix(key.size() + 2);
            } else {
                fail(kType, "the name of a format cannot be read");
            }
        }
        return value;
    }

    Value first(const std::string& name)
    {
        size_t index = 0;
        if (name.empty()) {
            if (m_next < 0)
                fail(kType, "a format that mixes {} and {0}");
            index = size_t(m_next++);
        } else if (std::all_of(name.begin(), name.end(), isDigit)) {
            if (m_next > 0)
                fail(kType, "a format that mixes {} and {0}");
            m_next = -1;
            size_t at = 0;
            index = size_t(readNumber(name, at));
        } else {
            for (const auto& [key, value] : m_args.named)
                if (key == name)
                    return value;
            fail(kType, "the format's name " + name + " is missing");
        }
        if (index >= m_args.positional.size())
            fail(kType, "not enough values for the format");
        return m_args.positional[index];
    }

    Runtime& m_runtime;
    const CallArgs& m_args;
    int64_t m_next = 0; // -1: numbers are given
};

} // namespace

Value formatBraces(Runtime& runtime, const Value& format, const CallArgs& args)
{
    if (format.text().markup)
        fail(kUnsupported, "format() of the result of |safe or |escape");
    return runtime.text(Braces(runtime, args).run(format.bytes(), 1));
}

} // namespace aha::jinja
