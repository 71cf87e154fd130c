// Filters that make text.

#include "core/template/jinja_access.h"
#include "core/template/jinja_filters.h"
#include "core/template/jinja_format.h"
#include "core/template/jinja_objects.h"
#include "core/template/jinja_operators.h"
#include "core/template/jinja_strings.h"
#include "core/template/jinja_text.h"

#include "core/base/utf8.h"

#include <algorithm>

namespace aha::jinja {

namespace {

/// soft_str: text stays what it is, all else becomes text.
Value softText(Runtime& runtime, const Value& value)
{
    return value.isString() ? value : runtime.text(str(runtime, value));
}

/// A filter that is a method of str.
Value asMethod(Runtime& runtime, const char* method, const Value& value, CallArgs& args)
{
    return stringMethod(method)(runtime, softText(runtime, value), args);
}

Value upperCase(Runtime& r, const Value& v, CallArgs& args) { return asMethod(r, "upper", v, args); }
Value lowerCase(Runtime& r, const Value& v, CallArgs& args) { return asMethod(r, "lower", v, args); }
Value capitalized(Runtime& r, const Value& v, CallArgs& args) { return asMethod(r, "capitalize", v, args); }

Value trim(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments a("trim", args, { "chars=" });
    CallArgs chars;
    if (a.has(0))
        chars.positional.push_back(a[0]);
    return asMethod(runtime, "strip", value, chars);
}

Value string(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments("string", args, {});
    return softText(runtime, value);
}

Value safe(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments("safe", args, {});
    return runtime.text(str(runtime, value), true);
}

Value escape(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments("escape", args, {});
    if (value.isString() && value.text().markup)
        return value;
    const std::string text = str(runtime, value);
    const Charge paid(runtime.meter, text.size() * 5);
    return runtime.text(escapeHtml(text), true);
}

Value title(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments("title", args, {});
    const Value soft = softText(runtime, value);
    const std::string& text = soft.bytes();
    const auto separates
        = [](char32_t c) { return c == '-' || c == '(' || c == '{' || c == '[' || c == '<' || isPythonSpace(c); };
    runtime.meter.step(int64_t(text.size() >> 2));
    const Charge paid(runtime.meter, text.size() * 2);
    std::string out;
    // Runs of separators and of the rest alternate; each starts in upper case and goes on in lower.
    for (size_t at = 0; at < text.size();) {
        const size_t from = at;
        const CodePoint first = decodeUtf8(text, at);
        const bool gap = separates(first.value);
        while (at < text.size() && separates(decodeUtf8(text, at).value) == gap)
            at += decodeUtf8(text, at).bytes;
        const std::string_view run = std::string_view(text).substr(from, at - from);
        out += upper(run.substr(0, first.bytes)) + lower(run.substr(first.bytes));
    }
    return runtime.text(std::move(out));
}

Value replace(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments a("replace", args, { "old", "new", "count=" });
    const std::string text = str(runtime, value), old = str(runtime, a[0]), with = str(runtime, a[1]);
    const int64_t count = a.has(2) && !a[2].isNone() ? a.integer(2, -1) : -1;
    const Charge paid(runtime.meter, replacedSize(text, old, with, count));
    return runtime.text(replaceText(text, old, with, count));
}

Value join(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments a("join", args, { "d=", "attribute=" });
    const std::string separator = a.has(0) ? str(runtime, a[0]) : std::string();
    const bool attribute = a.has(1) && !a[1].isNone();
    std::string out;
    bool first = true;
    runtime.forEach(value, [&](const Value& item) {
        const std::string part = str(runtime, attribute ? getPath(runtime, item, a[1]) : item);
        if (out.size() + part.size() + separator.size() > runtime.meter.limits().liveBytes)
            fail(kLimit, "join makes too long a text");
        runtime.meter.step(int64_t((part.size() + separator.size()) >> 6));
        out.append(first ? std::string() : separator).append(part);
        first = false;
        return true;
    });
    return runtime.text(std::move(out));
}

Value indent(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments a("indent", args, { "width=", "first=", "blank=" });
    const std::string& text = textOf(value, "what indent indents");
    std::string indention = "    ";
    if (a.has(0) && a[0].isString()) {
        indention = a[0].bytes();
    } else if (a.has(0)) {
        const int64_t width = std::max<int64_t>(a.integer(0, 4), 0);
        const Charge paid(runtime.meter, uint64_t(width));
        indention.assign(size_t(width), ' ');
    }
    if (value.text().markup)
        fail(kUnsupported, "indent of the result of |safe or |escape");
    const std::string all = text + "\n"; // as jinja2 does, so that a last line break makes an empty line
    runtime.meter.step(int64_t(all.size() >> 4));
    const std::vector<std::string_view> lines = splitLines(all, false);
    uint64_t size = 0;
    if (__builtin_mul_overflow(uint64_t(lines.size()), uint64_t(indention.size()), &size))
        size = UINT64_MAX >> 2;
    const Charge paid(runtime.meter, size + all.size() + lines.size() * sizeof(std::string_view));
    const bool blank = a.truthy(2, false);
    std::string out = a.truthy(1, false) ? indention : "";
    for (size_t i = 0; i < lines.size(); ++i) {
        if (i > 0)
            out += "\n";
        if (i > 0 && (blank || !lines[i].empty()))
            out += indention;
        out += lines[i];
    }
    return runtime.text(std::move(out));
}

Value center(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments a("center", args, { "width=" });
    CallArgs width { { a.get(0, Value(int64_t(80))) }, {} };
    return asMethod(runtime, "center", value, width);
}

Value format(Runtime& runtime, const Value& value, CallArgs& args)
{
    if (!args.positional.empty() && !args.named.empty())
        fail(kType, "format takes values by position or by name, not both");
    const Value text = softText(runtime, value);
    if (args.named.empty())
        return formatPercent(runtime, text, runtime.tuple(args.positional));
    std::vector<Dict::Entry> entries;
    for (const auto& [key, item] : args.named)
        entries.emplace_back(runtime.text(key), item);
    return formatPercent(runtime, text, runtime.dict(std::move(entries)));
}

Value wordcount(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments("wordcount", args, {});
    const Value text = softText(runtime, value);
    runtime.meter.step(int64_t(text.bytes().size() >> 2));
    int64_t words = 0;
    bool inWord = false;
    for (size_t i = 0; i < text.bytes().size();) {
        const CodePoint c = decodeUtf8(text.bytes(), i);
        const bool part = c.value == '_' || isAll(std::string_view(text.bytes()).substr(i, c.bytes), "alnum");
        words += part && !inWord;
        inWord = part;
        i += c.bytes;
    }
    return Value(words);
}

/// transformers' own: json.dumps, nothing escaped for HTML.
Value tojson(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments a("tojson", args, { "ensure_ascii=", "indent=", "separators=", "sort_keys=" });
    JsonOptions options;
    options.ensureAscii = a.truthy(0, false);
    options.sortKeys = a.truthy(3, false);
    if (a.has(1) && !a[1].isNone()) {
        if (a[1].isString()) {
            options.indent = a[1].bytes();
        } else {
            constexpr int64_t kMaxIndent = 1000;
            const int64_t width = a.integer(1, 0);
            if (width > kMaxIndent)
                fail(kLimit, "tojson with an indent beyond " + std::to_string(kMaxIndent));
            options.indent = std::string(size_t(std::max<int64_t>(width, 0)), ' ');
        }
        options.itemSeparator = ",";
    }
    if (a.has(2) && !a[2].isNone()) {
        const Values parts = runtime.toValues(a[2]);
        if (parts.size() != 2)
            fail(kType, "tojson's separators are two texts");
        options.itemSeparator = textOf(parts[0], "a separator");
        options.keySeparator = textOf(parts[1], "a separator");
    }
    return runtime.text(toJson(runtime, value, options));
}

} // namespace

const Filters& textFilters()
{
    static const Filters kFilters {
        { "capitalize", capitalized },
        { "center", center },
        { "e", escape },
        { "escape", escape },
        { "format", format },
        { "indent", indent },
        { "join", join },
        { "lower", lowerCase },
        { "replace", replace },
        { "safe", safe },
        { "string", string },
        { "title", title },
        { "tojson", tojson },
        { "trim", trim },
        { "upper", upperCase },
        { "wordcount", wordcount },
    };
    return kFilters;
}

} // namespace aha::jinja
