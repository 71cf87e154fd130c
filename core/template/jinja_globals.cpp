// Functions that every template sees.

#include "core/template/jinja_evaluator.h"
#include "core/template/jinja_operators.h"
#include "core/template/jinja_text.h"

#include <cstdio>

namespace aha::jinja {

namespace {

Value range(Runtime& runtime, CallArgs& args)
{
    if (!args.named.empty())
        fail(kType, "range() takes no keyword arguments");
    Arguments a("range()", args, { "start", "stop=", "step=" });
    const int64_t first = a.integer(0, 0);
    return a.has(1) ? Value(runtime.make<Range>(first, a.integer(1, 0), a.integer(2, 1)))
                    : Value(runtime.make<Range>(0, first, 1));
}

/// dict(…) and namespace(…): a mapping or pairs, then names.
std::vector<Dict::Entry> entriesOf(Runtime& runtime, CallArgs& args, const char* function)
{
    if (args.positional.size() > 1)
        fail(kType, std::string(function) + " takes at most one value by position");
    std::vector<Dict::Entry> entries;
    if (!args.positional.empty()) {
        const Value& from = args.positional[0];
        if (from.isDict()) {
            entries = from.dict().entries;
        } else if (from.isUndefined() || from.as<Namespace>()) {
            fail(kType, std::string(function) + " of a " + typeName(from));
        } else {
            runtime.forEach(from, [&](const Value& pair) {
                Values both = runtime.toValues(pair);
                if (both.size() != 2)
                    fail(kType, std::string(function) + " needs pairs");
                entries.emplace_back(std::move(both[0]), std::move(both[1]));
                return true;
            });
        }
    }
    for (auto& [key, value] : args.named)
        entries.emplace_back(runtime.text(key), std::move(value));
    return entries;
}

Value makeDict(Runtime& runtime, CallArgs& args) { return runtime.dict(entriesOf(runtime, args, "dict()")); }

Value makeNamespace(Runtime& runtime, CallArgs& args)
{
    Namespace& made = runtime.make<Namespace>();
    for (auto& [key, value] : entriesOf(runtime, args, "namespace()")) {
        if (!key.isString())
            fail(kUnsupported, "a namespace with a name that is no text");
        runtime.meter.step(int64_t(made.attributes.size() >> 2));
        made.set(key.bytes(), std::move(value));
    }
    return Value(made);
}

Value makeCycler(Runtime& runtime, CallArgs& args)
{
    if (args.positional.empty() || !args.named.empty())
        fail(kType, "cycler() needs its values");
    return Value(runtime.make<Cycler>(args.positional));
}

Value makeJoiner(Runtime& runtime, CallArgs& args)
{
    Arguments a("joiner()", args, { "sep=" });
    return Value(runtime.make<Joiner>(a.has(0) ? a[0] : runtime.text(", ")));
}

Value raiseException(Runtime& runtime, CallArgs& args)
{
    Arguments a("raise_exception()", args, { "message" });
    fail(kRaised, str(runtime, a[0]));
}

Value lipsum(Runtime&, CallArgs&) { fail(kUnsupported, "the function lipsum, which is random"); }

Value strftimeNow(Runtime& runtime, CallArgs& args, const Now& now)
{
    Arguments a("strftime_now()", args, { "format" });
    const std::string& format = textOf(a[0], "the format of strftime_now()");
    constexpr size_t kMaxFormat = 1000;
    if (format.size() > kMaxFormat)
        fail(kLimit, "strftime_now() with a format of more than " + std::to_string(kMaxFormat) + " bytes");
    std::string out;
    for (size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%' || i + 1 >= format.size()) {
            out += format[i];
            continue;
        }
        std::string directive = { '%', format[++i] };
        if (directive[1] == '-' && i + 1 < format.size()) // glibc: without leading zeros
            directive += format[++i];
        const char what = directive.back();
        char buffer[200];
        if (what == 'f') {
            out.append(buffer, size_t(std::snprintf(buffer, sizeof buffer, "%06d", now.microseconds)));
        } else if (std::string_view("aAbBcCdDeFgGhHIjklmMnpPrRStTuUVwWxXyY%").find(what) != std::string_view::npos) {
            out.append(buffer, std::strftime(buffer, sizeof buffer, directive.c_str(), &now.time));
        } else if (what != 'z' && what != 'Z') { // a time without zone writes nothing for these
            fail(kUnsupported, "the directive " + directive + " of strftime_now()");
        }
    }
    return runtime.text(std::move(out));
}

} // namespace

Variables globals(Runtime& runtime, const Now& now)
{
    const auto function = [&runtime](const char* name, Function::Body body) {
        return std::make_pair(std::string(name), Value(runtime.make<Function>(name, std::move(body))));
    };
    return { function("range", range), function("dict", makeDict), function("namespace", makeNamespace),
        function("cycler", makeCycler), function("joiner", makeJoiner), function("raise_exception", raiseException),
        function("lipsum", lipsum),
        function("strftime_now", [now](Runtime& r, CallArgs& args) { return strftimeNow(r, args, now); }) };
}

} // namespace aha::jinja
