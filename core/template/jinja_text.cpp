#include "core/template/jinja_text.h"

#include "core/base/utf8.h"
#include "core/template/jinja_objects.h"
#include "core/template/jinja_operators.h"
#include "core/template/jinja_strings.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace aha::jinja {

namespace {

/// Appends and pays as it grows.
class Writer {
public:
    explicit Writer(Runtime& runtime)
        : m_runtime(runtime)
    {
    }
    void write(std::string_view text)
    {
        m_runtime.meter.step(1 + int64_t(text.size() >> 3));
        m_out += text;
        // A value that contains itself many times over must not be written out whole.
        if (m_out.size() > m_runtime.meter.limits().outputBytes)
            fail(kLimit,
                "a value has more than " + std::to_string(m_runtime.meter.limits().outputBytes >> 20) + " MiB of text");
    }
    std::string take() { return std::move(m_out); }
    Runtime& runtime() { return m_runtime; }

private:
    Runtime& m_runtime;
    std::string m_out;
};

void writeRepr(Writer& out, const Value& value);

void writeItems(Writer& out, const Values& items)
{
    for (size_t i = 0; i < items.size(); ++i) {
        if (i > 0)
            out.write(", ");
        writeRepr(out, items[i]);
    }
}

void writeEntries(Writer& out, const std::vector<std::pair<std::string, Value>>& entries)
{
    for (size_t i = 0; i < entries.size(); ++i) {
        out.write(i > 0 ? ", " : "");
        out.write(inQuotes(entries[i].first) + ": ");
        writeRepr(out, entries[i].second);
    }
}

void writeObject(Writer& out, const Value& value)
{
    if (const auto* range = value.as<Range>()) {
        out.write("range(" + std::to_string(range->start) + ", " + std::to_string(range->stop)
            + (range->step == 1 ? "" : ", " + std::to_string(range->step)) + ")");
    } else if (const auto* view = value.as<DictView>()) {
        out.write(view->what == DictView::What::Keys   ? "dict_keys(["
                : view->what == DictView::What::Values ? "dict_values(["
                                                       : "dict_items([");
        Values items;
        for (const Dict::Entry& entry : view->dict.dict().entries)
            items.push_back(view->item(out.runtime(), entry));
        writeItems(out, items);
        out.write("])");
    } else if (const auto* names = value.as<Namespace>()) {
        out.write("<Namespace {");
        writeEntries(out, names->attributes);
        out.write("}>");
    } else if (const auto* macro = value.as<Macro>()) {
        out.write(
            macro->stmt.kind == StmtKind::Macro ? "<Macro " + inQuotes(macro->stmt.name) + ">" : "<Macro anonymous>");
    } else {
        fail(kUnsupported, "the text of a " + typeName(value) + ", which would be a memory address");
    }
}

void writeRepr(Writer& out, const Value& value)
{
    const Runtime::Deeper deeper(out.runtime());
    switch (value.kind()) {
    case Kind::Undefined:
        out.write("Undefined");
        return;
    case Kind::None:
        out.write("None");
        return;
    case Kind::Bool:
        out.write(value.asBool() ? "True" : "False");
        return;
    case Kind::Int:
        out.write(std::to_string(value.asInt()));
        return;
    case Kind::Float:
        out.write(floatRepr(value.asFloat()));
        return;
    case Kind::String:
        out.write(value.text().markup ? "Markup(" + inQuotes(value.bytes()) + ")" : inQuotes(value.bytes()));
        return;
    case Kind::Sequence:
        out.write(value.isTuple() ? "(" : "[");
        writeItems(out, value.items());
        out.write(!value.isTuple() ? "]" : value.items().size() == 1 ? ",)" : ")");
        return;
    case Kind::Dict: {
        out.write("{");
        bool first = true;
        for (const auto& [key, item] : value.dict().entries) {
            out.write(first ? "" : ", ");
            writeRepr(out, key);
            out.write(": ");
            writeRepr(out, item);
            first = false;
        }
        out.write("}");
        return;
    }
    case Kind::Object:
        writeObject(out, value);
    }
}

void writeJsonText(Writer& out, std::string_view text, bool ensureAscii)
{
    std::string quotedText = "\"";
    char hex[16];
    for (size_t i = 0; i < text.size();) {
        const CodePoint c = decodeUtf8(text, i);
        const char32_t v = c.value;
        static constexpr std::string_view kPlain = "\"\\\n\r\t\f\b", kNames = "\"\\nrtfb";
        if (const size_t escape = v < 0x80 ? kPlain.find(char(v)) : std::string_view::npos;
            escape != std::string_view::npos && v != 0) {
            (quotedText += '\\') += kNames[escape];
        } else if (v < 0x20) {
            std::snprintf(hex, sizeof hex, "\\u%04x", unsigned(v));
            quotedText += hex;
        } else if (ensureAscii && v > 0x7F) {
            if (v < 0x10000)
                quotedText.append(hex, size_t(std::snprintf(hex, sizeof hex, "\\u%04x", unsigned(v))));
            else
                quotedText.append(hex,
                    size_t(std::snprintf(hex, sizeof hex, "\\u%04x\\u%04x", unsigned(0xD800 + ((v - 0x10000) >> 10)),
                        unsigned(0xDC00 + ((v - 0x10000) & 0x3FF)))));
        } else {
            quotedText += text.substr(i, c.bytes);
        }
        i += c.bytes;
    }
    out.write(quotedText += '"');
}

std::string jsonNumber(double value)
{
    return std::isnan(value) ? "NaN" : std::isinf(value) ? (value < 0 ? "-Infinity" : "Infinity") : floatRepr(value);
}

std::string jsonKey(const Value& key)
{
    switch (key.kind()) {
    case Kind::String:
        return key.bytes();
    case Kind::Int:
        return std::to_string(key.asInt());
    case Kind::Float:
        return jsonNumber(key.asFloat());
    case Kind::Bool:
        return key.asBool() ? "true" : "false";
    case Kind::None:
        return "null";
    default:
        fail(kType, "JSON keys cannot be a " + typeName(key));
    }
}

void writeJson(Writer& out, const Value& value, const JsonOptions& options, int level)
{
    const Runtime::Deeper deeper(out.runtime());
    const auto line = [&](int at) {
        if (!options.indent)
            return;
        std::string text = "\n";
        for (int i = 0; i < at; ++i)
            text += *options.indent;
        out.write(text);
    };
    switch (value.kind()) {
    case Kind::None:
        out.write("null");
        return;
    case Kind::Bool:
        out.write(value.asBool() ? "true" : "false");
        return;
    case Kind::Int:
        out.write(std::to_string(value.asInt()));
        return;
    case Kind::Float:
        out.write(jsonNumber(value.asFloat()));
        return;
    case Kind::String:
        writeJsonText(out, value.bytes(), options.ensureAscii);
        return;
    case Kind::Sequence: {
        if (value.items().empty())
            return out.write("[]");
        out.write("[");
        for (size_t i = 0; i < value.items().size(); ++i) {
            if (i > 0)
                out.write(options.itemSeparator);
            line(level + 1);
            writeJson(out, value.items()[i], options, level + 1);
        }
        line(level);
        return out.write("]");
    }
    case Kind::Dict: {
        if (value.dict().entries.empty())
            return out.write("{}");
        std::vector<const Dict::Entry*> entries;
        for (const Dict::Entry& entry : value.dict().entries)
            entries.push_back(&entry);
        if (options.sortKeys)
            std::stable_sort(entries.begin(), entries.end(), [&](const Dict::Entry* a, const Dict::Entry* b) {
                return lessThan(out.runtime(), a->first, b->first);
            });
        out.write("{");
        for (size_t i = 0; i < entries.size(); ++i) {
            if (i > 0)
                out.write(options.itemSeparator);
            line(level + 1);
            writeJsonText(out, jsonKey(entries[i]->first), options.ensureAscii);
            out.write(options.keySeparator);
            writeJson(out, entries[i]->second, options, level + 1);
        }
        line(level);
        return out.write("}");
    }
    default:
        fail(kType,
            "a value of type " + typeName(value) + " has no JSON"
                + (value.isUndefined() ? " (" + value.asUndefined().message + ")" : ""));
    }
}

} // namespace

std::string str(Runtime& runtime, const Value& value)
{
    if (value.isString())
        return value.bytes();
    if (value.isUndefined())
        return {};
    return repr(runtime, value);
}

std::string repr(Runtime& runtime, const Value& value)
{
    // A loop's text needs its length, which may read on.
    if (auto* loop = value.as<Loop>())
        return "<LoopContext " + str(runtime, *loop->attribute(runtime, "index")) + "/"
            + std::to_string(loop->length(runtime)) + ">";
    Writer out(runtime);
    writeRepr(out, value);
    return out.take();
}

std::string floatRepr(double value)
{
    if (std::isnan(value))
        return "nan";
    if (std::isinf(value))
        return value < 0 ? "-inf" : "inf";
    char buffer[40];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
    const std::string_view text(buffer, size_t(end.ptr - buffer));
    const size_t e = text.find('e');
    std::string digits;
    const bool minus = text[0] == '-';
    for (const char c : text.substr(minus, e - minus))
        if (c != '.')
            digits += c;
    int exponent = 0;
    const char* from = text.data() + e + 1;
    std::from_chars(*from == '+' ? from + 1 : from, text.data() + text.size(), exponent);
    std::string out = minus ? "-" : "";
    const int count = int(digits.size());
    if (exponent < -4 || exponent >= 16) {
        out += digits[0];
        if (count > 1)
            out += "." + digits.substr(1);
        const int size = std::abs(exponent);
        out += exponent < 0 ? "e-" : "e+";
        return out += (size < 10 ? "0" : "") + std::to_string(size);
    }
    if (exponent < 0)
        return out + "0." + std::string(size_t(-exponent - 1), '0') + digits;
    if (count <= exponent + 1)
        return out + digits + std::string(size_t(exponent + 1 - count), '0') + ".0";
    return out + digits.substr(0, size_t(exponent + 1)) + "." + digits.substr(size_t(exponent + 1));
}

std::string toJson(Runtime& runtime, const Value& value, const JsonOptions& options)
{
    Writer out(runtime);
    writeJson(out, value, options, 0);
    return out.take();
}

std::string escapeHtml(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&#34;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

} // namespace aha::jinja
