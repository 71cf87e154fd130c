// Methods of str.

#include "core/template/jinja_access.h"
#include "core/template/jinja_format.h"
#include "core/template/jinja_operators.h"
#include "core/template/jinja_strings.h"
#include "core/template/jinja_text.h"

#include "core/base/utf8.h"

#include <algorithm>
#include <map>

namespace aha::jinja {

namespace {

/// markupsafe.Markup escapes what its methods are given; only methods that are given nothing are rendered here.
void refuseMarkup(const Value& self, const char* method)
{
    if (self.text().markup)
        fail(kUnsupported, std::string(method) + "() of the result of |safe or |escape");
}

void plain(CallArgs& args, const char* method)
{
    if (!args.named.empty())
        fail(kType, std::string(method) + "() takes no keyword arguments");
}

Value same(Runtime& runtime, const Value& self, std::string_view text)
{
    return runtime.text(std::string(text), self.text().markup);
}

template <std::string (*Map)(std::string_view)> Value mapped(Runtime& runtime, const Value& self, CallArgs& args)
{
    Arguments("this method", args, {});
    // A mapping may make a text three times as long.
    const Charge paid(runtime.meter, self.bytes().size());
    runtime.meter.step(int64_t(self.bytes().size() >> 2));
    return same(runtime, self, Map(self.bytes()));
}

Value stripped(Runtime& runtime, const Value& self, CallArgs& args, bool left, bool right)
{
    plain(args, "strip");
    Arguments a("strip()", args, { "chars=" });
    if (!a.has(0) || a[0].isNone())
        return same(runtime, self, strip(self.bytes(), nullptr, left, right));
    refuseMarkup(self, "strip");
    const std::string_view chars = textOf(a[0], "the argument of strip()");
    runtime.meter.step(int64_t(self.bytes().size() >> 5) * int64_t(chars.size() / 64 + 1));
    return same(runtime, self, strip(self.bytes(), &chars, left, right));
}
Value stripBoth(Runtime& r, const Value& self, CallArgs& args) { return stripped(r, self, args, true, true); }
Value stripLeft(Runtime& r, const Value& self, CallArgs& args) { return stripped(r, self, args, true, false); }
Value stripRight(Runtime& r, const Value& self, CallArgs& args) { return stripped(r, self, args, false, true); }

Value pieces(Runtime& runtime, const std::vector<std::string_view>& parts)
{
    const Charge paid(runtime.meter, parts.size() * sizeof(Value));
    Values items;
    items.reserve(parts.size());
    for (const std::string_view part : parts)
        items.push_back(runtime.text(std::string(part)));
    return runtime.list(std::move(items));
}

Value splitBy(Runtime& runtime, const Value& self, CallArgs& args, bool fromRight)
{
    refuseMarkup(self, "split");
    Arguments a("split()", args, { "sep=", "maxsplit=" });
    const int64_t limit = a.integer(1, -1);
    runtime.meter.step(int64_t(self.bytes().size() >> 4));
    const auto cut = fromRight ? rsplit : split;
    if (!a.has(0) || a[0].isNone())
        return pieces(runtime, cut(self.bytes(), nullptr, limit));
    const std::string_view separator = textOf(a[0], "the separator of split()");
    if (separator.empty())
        fail(kType, "split() with an empty separator");
    return pieces(runtime, cut(self.bytes(), &separator, limit));
}
Value splitLeft(Runtime& r, const Value& self, CallArgs& args) { return splitBy(r, self, args, false); }
Value splitRight(Runtime& r, const Value& self, CallArgs& args) { return splitBy(r, self, args, true); }

Value splitlines(Runtime& runtime, const Value& self, CallArgs& args)
{
    refuseMarkup(self, "splitlines");
    Arguments a("splitlines()", args, { "keepends=" });
    runtime.meter.step(int64_t(self.bytes().size() >> 4));
    return pieces(runtime, splitLines(self.bytes(), a.truthy(0, false)));
}

Value partitioned(Runtime& runtime, const Value& self, CallArgs& args, bool fromRight)
{
    refuseMarkup(self, "partition");
    plain(args, "partition");
    Arguments a("partition()", args, { "sep" });
    const std::string &text = self.bytes(), &separator = textOf(a[0], "the separator of partition()");
    if (separator.empty())
        fail(kType, "partition() with an empty separator");
    const size_t at = fromRight ? rfindText(text, separator) : findText(text, separator);
    if (at == std::string::npos)
        return fromRight ? runtime.tuple({ runtime.text(""), runtime.text(""), self })
                         : runtime.tuple({ self, runtime.text(""), runtime.text("") });
    return runtime.tuple({ runtime.text(text.substr(0, at)), runtime.text(separator),
        runtime.text(text.substr(at + separator.size())) });
}
Value partitionLeft(Runtime& r, const Value& self, CallArgs& args) { return partitioned(r, self, args, false); }
Value partitionRight(Runtime& r, const Value& self, CallArgs& args) { return partitioned(r, self, args, true); }

/// The part of the text between the optional arguments at `from` and `from + 1`, and its offset in code points.
std::optional<std::pair<std::string_view, int64_t>> window(const Value& self, const Arguments& a, size_t from)
{
    const std::string_view text = self.bytes();
    if (!a.has(from) && !a.has(from + 1))
        return std::make_pair(text, int64_t(0));
    const int64_t length = codePoints(text);
    const auto bound = [&](size_t index, int64_t otherwise) {
        if (!a.has(index) || a[index].isNone())
            return otherwise;
        const int64_t at = a.integer(index, 0);
        return at < 0 ? std::max<int64_t>(at + length, 0) : at;
    };
    const int64_t begin = bound(from, 0), end = std::min(bound(from + 1, length), length);
    if (begin > end)
        return std::nullopt;
    const size_t first = byteOffset(text, begin);
    return std::make_pair(text.substr(first, byteOffset(text, end) - first), begin);
}

Value endsOrStarts(Runtime& runtime, const Value& self, CallArgs& args, bool ends)
{
    const std::string name = ends ? "endswith()" : "startswith()";
    plain(args, ends ? "endswith" : "startswith");
    Arguments a(name, args, { "text", "start=", "end=" });
    if (args.positional.size() > 1)
        runtime.meter.step(int64_t(self.bytes().size() >> 5));
    const auto part = window(self, a, 1);
    const auto fits = [&](const Value& value) {
        const std::string& what = textOf(value, "the argument of " + name);
        if (!part || what.size() > part->first.size())
            return false;
        return part->first.compare(ends ? part->first.size() - what.size() : 0, what.size(), what) == 0;
    };
    if (!a[0].isTuple())
        return Value(fits(a[0]));
    for (const Value& each : a[0].items()) {
        runtime.meter.step();
        if (fits(each))
            return Value(true);
    }
    return Value(false);
}
Value startswith(Runtime& r, const Value& self, CallArgs& args) { return endsOrStarts(r, self, args, false); }
Value endswith(Runtime& r, const Value& self, CallArgs& args) { return endsOrStarts(r, self, args, true); }

Value found(Runtime& runtime, const Value& self, CallArgs& args, bool last, bool must)
{
    plain(args, "find");
    Arguments a("find()", args, { "text", "start=", "end=" });
    const std::string& what = textOf(a[0], "the argument of find()");
    runtime.meter.step(int64_t(self.bytes().size() >> 6));
    const auto part = window(self, a, 1);
    const size_t at = !part ? std::string::npos : last ? rfindText(part->first, what) : findText(part->first, what);
    if (at != std::string::npos)
        return Value(part->second + codePoints(part->first.substr(0, at)));
    if (must)
        fail(kType, "index() does not find its text");
    return Value(int64_t(-1));
}
Value find(Runtime& r, const Value& self, CallArgs& args) { return found(r, self, args, false, false); }
Value rfind(Runtime& r, const Value& self, CallArgs& args) { return found(r, self, args, true, false); }
Value index(Runtime& r, const Value& self, CallArgs& args) { return found(r, self, args, false, true); }
Value rindex(Runtime& r, const Value& self, CallArgs& args) { return found(r, self, args, true, true); }

Value count(Runtime& runtime, const Value& self, CallArgs& args)
{
    plain(args, "count");
    Arguments a("count()", args, { "text", "start=", "end=" });
    const std::string& what = textOf(a[0], "the argument of count()");
    runtime.meter.step(int64_t(self.bytes().size() >> 6));
    const auto part = window(self, a, 1);
    return Value(part ? countText(part->first, what) : int64_t(0));
}

Value replace(Runtime& runtime, const Value& self, CallArgs& args)
{
    refuseMarkup(self, "replace");
    plain(args, "replace");
    Arguments a("replace()", args, { "old", "new", "count=" });
    const std::string &old = textOf(a[0], "the argument of replace()"),
                      &with = textOf(a[1], "the argument of replace()");
    const int64_t times = a.integer(2, -1);
    const Charge paid(runtime.meter, replacedSize(self.bytes(), old, with, times));
    return runtime.text(replaceText(self.bytes(), old, with, times));
}

Value join(Runtime& runtime, const Value& self, CallArgs& args)
{
    refuseMarkup(self, "join");
    plain(args, "join");
    Arguments a("join()", args, { "items" });
    std::string out;
    bool first = true;
    runtime.forEach(a[0], [&](const Value& item) {
        const std::string& part = textOf(item, "what join() joins");
        runtime.meter.take(0);
        if (out.size() + part.size() + self.bytes().size() > runtime.meter.limits().liveBytes)
            fail(kLimit, "join() makes too long a text");
        runtime.meter.step(int64_t((part.size() + self.bytes().size()) >> 6));
        out.append(first ? std::string_view() : std::string_view(self.bytes())).append(part);
        first = false;
        return true;
    });
    return runtime.text(std::move(out));
}

Value padTo(Runtime& runtime, const Value& self, CallArgs& args, char where)
{
    refuseMarkup(self, "center");
    plain(args, "center");
    Arguments a("center()", args, { "width", "fill=" });
    const int64_t width = a.integer(0, 0);
    const std::string fill = a.has(1) ? textOf(a[1], "the fill character") : std::string(" ");
    if (codePoints(fill) != 1)
        fail(kType, "the fill character must be one character");
    const int64_t missing = width - codePoints(self.bytes());
    if (missing <= 0)
        return self;
    uint64_t size = 0;
    if (__builtin_mul_overflow(uint64_t(missing), uint64_t(fill.size()), &size))
        size = UINT64_MAX >> 1;
    const Charge paid(runtime.meter, size);
    // Python's center: the odd one goes left when the width is odd.
    const int64_t left = where == 'r' ? missing : where == 'l' ? 0 : missing / 2 + (missing & width & 1);
    std::string out;
    for (int64_t i = 0; i < left; ++i)
        out += fill;
    out += self.bytes();
    for (int64_t i = left; i < missing; ++i)
        out += fill;
    return runtime.text(std::move(out));
}
Value center(Runtime& r, const Value& self, CallArgs& args) { return padTo(r, self, args, 'c'); }
Value ljust(Runtime& r, const Value& self, CallArgs& args) { return padTo(r, self, args, 'l'); }
Value rjust(Runtime& r, const Value& self, CallArgs& args) { return padTo(r, self, args, 'r'); }

Value zfill(Runtime& runtime, const Value& self, CallArgs& args)
{
    refuseMarkup(self, "zfill");
    plain(args, "zfill");
    Arguments a("zfill()", args, { "width" });
    const int64_t missing = a.integer(0, 0) - codePoints(self.bytes());
    if (missing <= 0)
        return self;
    const Charge paid(runtime.meter, uint64_t(missing));
    const bool sign = !self.bytes().empty() && (self.bytes()[0] == '-' || self.bytes()[0] == '+');
    return runtime.text(self.bytes().substr(0, sign) + std::string(size_t(missing), '0') + self.bytes().substr(sign));
}

Value withoutAffix(Runtime& runtime, const Value& self, CallArgs& args, bool suffix)
{
    refuseMarkup(self, "removeprefix");
    plain(args, "removeprefix");
    Arguments a("removeprefix()", args, { "text" });
    const std::string &text = self.bytes(), &affix = textOf(a[0], "the argument of removeprefix()");
    if (affix.size() > text.size() || text.compare(suffix ? text.size() - affix.size() : 0, affix.size(), affix) != 0)
        return self;
    return runtime.text(suffix ? text.substr(0, text.size() - affix.size()) : text.substr(affix.size()));
}
Value removeprefix(Runtime& r, const Value& self, CallArgs& args) { return withoutAffix(r, self, args, false); }
Value removesuffix(Runtime& r, const Value& self, CallArgs& args) { return withoutAffix(r, self, args, true); }

Value format(Runtime& runtime, const Value& self, CallArgs& args) { return formatBraces(runtime, self, args); }

template <char Kind> Value is(Runtime& runtime, const Value& self, CallArgs& args)
{
    static const std::map<char, const char*> kNames { { 'a', "alpha" }, { 'n', "alnum" }, { 'd', "digit" },
        { 'e', "decimal" }, { 'u', "numeric" }, { 's', "space" }, { 'l', "lower" }, { 'U', "upper" }, { 't', "title" },
        { 'A', "ascii" }, { 'p', "printable" }, { 'i', "identifier" } };
    Arguments("this method", args, {});
    runtime.meter.step(int64_t(self.bytes().size() >> 2));
    return Value(isAll(self.bytes(), kNames.at(Kind)));
}

} // namespace

Method stringMethod(const std::string& name)
{
    static const std::map<std::string, Method> kMethods {
        { "capitalize", mapped<capitalize> },
        { "casefold", mapped<casefold> },
        { "center", center },
        { "count", count },
        { "endswith", endswith },
        { "find", find },
        { "format", format },
        { "index", index },
        { "isalnum", is<'n'> },
        { "isalpha", is<'a'> },
        { "isascii", is<'A'> },
        { "isdecimal", is<'e'> },
        { "isdigit", is<'d'> },
        { "isidentifier", is<'i'> },
        { "islower", is<'l'> },
        { "isnumeric", is<'u'> },
        { "isprintable", is<'p'> },
        { "isspace", is<'s'> },
        { "istitle", is<'t'> },
        { "isupper", is<'U'> },
        { "join", join },
        { "ljust", ljust },
        { "lower", mapped<lower> },
        { "lstrip", stripLeft },
        { "partition", partitionLeft },
        { "removeprefix", removeprefix },
        { "removesuffix", removesuffix },
        { "replace", replace },
        { "rfind", rfind },
        { "rindex", rindex },
        { "rjust", rjust },
        { "rpartition", partitionRight },
        { "rsplit", splitRight },
        { "rstrip", stripRight },
        { "split", splitLeft },
        { "splitlines", splitlines },
        { "startswith", startswith },
        { "strip", stripBoth },
        { "swapcase", mapped<swapcase> },
        { "title", mapped<titlecase> },
        { "upper", mapped<upper> },
        { "zfill", zfill },
    };
    const auto method = kMethods.find(name);
    return method == kMethods.end() ? nullptr : method->second;
}

} // namespace aha::jinja
