#include "core/template/jinja_access.h"

#include "core/template/jinja_objects.h"
#include "core/template/jinja_operators.h"
#include "core/template/jinja_strings.h"
#include "core/template/jinja_text.h"

#include <algorithm>

namespace aha::jinja {

namespace {

Value missing(const Value& object, const std::string& what)
{
    return Value::undefined("a " + typeName(object) + " has no " + what);
}

Value sequenceCount(Runtime& runtime, const Value& self, CallArgs& args)
{
    Arguments a("count()", args, { "value" });
    int64_t count = 0;
    for (const Value& item : self.items())
        count += equal(item, a[0], &runtime.meter);
    return Value(count);
}

Value sequenceIndex(Runtime& runtime, const Value& self, CallArgs& args)
{
    Arguments a("index()", args, { "value" });
    for (size_t i = 0; i < self.items().size(); ++i)
        if (equal(self.items()[i], a[0], &runtime.meter))
            return Value(int64_t(i));
    fail(kType, "index() does not find its value");
}

Value copyOf(Runtime&, const Value& self, CallArgs& args)
{
    Arguments("copy()", args, {});
    return self; // nothing can change it
}

Value dictGet(Runtime& runtime, const Value& self, CallArgs& args)
{
    if (!args.named.empty())
        fail(kType, "get() takes no keyword arguments");
    Arguments a("get()", args, { "key", "default=" });
    if (!hashable(a[0]))
        fail(kType, "a " + typeName(a[0]) + " cannot be a key");
    runtime.meter.step(int64_t(self.dict().entries.size() >> 3));
    const Value* found = self.dict().find(a[0]);
    return found ? *found : a.get(1, Value());
}

Value view(Runtime& runtime, const Value& self, CallArgs& args, DictView::What what)
{
    Arguments(what == DictView::What::Keys   ? "keys()"
            : what == DictView::What::Values ? "values()"
                                             : "items()",
        args, {});
    return Value(runtime.make<DictView>(self, what));
}
Value dictKeys(Runtime& r, const Value& self, CallArgs& args) { return view(r, self, args, DictView::What::Keys); }
Value dictValues(Runtime& r, const Value& self, CallArgs& args) { return view(r, self, args, DictView::What::Values); }
Value dictItems(Runtime& r, const Value& self, CallArgs& args) { return view(r, self, args, DictView::What::Items); }

Method sequenceMethod(const std::string& name, bool tuple)
{
    if (name == "count")
        return sequenceCount;
    if (name == "index")
        return sequenceIndex;
    return name == "copy" && !tuple ? copyOf : nullptr;
}

Method dictMethod(const std::string& name)
{
    return name == "get"   ? dictGet
        : name == "keys"   ? dictKeys
        : name == "values" ? dictValues
        : name == "items"  ? dictItems
        : name == "copy"   ? copyOf
                           : nullptr;
}

bool among(const std::string& name, std::initializer_list<const char*> names)
{
    return std::any_of(names.begin(), names.end(), [&name](const char* each) { return name == each; });
}

/// Attributes that Python's types have and this renderer has not.
bool existsInPython(const Value& self, const std::string& name)
{
    switch (self.kind()) {
    case Kind::String:
        return among(name, { "encode", "expandtabs", "format_map", "maketrans", "translate" })
            || (self.text().markup && among(name, { "escape", "striptags", "unescape" }));
    case Kind::Dict:
        return name == "fromkeys";
    case Kind::Bool:
    case Kind::Int:
        return among(name,
            { "as_integer_ratio", "bit_count", "bit_length", "conjugate", "denominator", "from_bytes", "imag",
                "numerator", "real", "to_bytes" });
    case Kind::Float:
        return among(name, { "as_integer_ratio", "conjugate", "fromhex", "hex", "imag", "is_integer", "real" });
    case Kind::Object:
        if (self.as<Macro>())
            return among(name, { "name", "arguments", "catch_kwargs", "catch_varargs", "caller", "explicit_caller" });
        if (self.as<Range>())
            return among(name, { "start", "stop", "step", "count", "index" });
        if (self.as<DictView>())
            return among(name, { "isdisjoint", "mapping" });
        if (self.as<Iterator>())
            return among(name, { "close", "send", "throw", "gi_frame", "gi_code", "gi_running", "gi_yieldfrom" });
        return self.as<Function>() && name == "fromkeys";
    default:
        return false;
    }
}

bool changesInPlace(const Value& self, const std::string& name)
{
    if (self.isDict())
        return among(name, { "clear", "pop", "popitem", "setdefault", "update" });
    return self.isList() && among(name, { "append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove" });
}

/// Attributes of the renderer's own objects.
std::optional<Value> objectAttribute(Runtime& runtime, const Value& self, const std::string& name)
{
    if (auto* names = self.as<Namespace>()) {
        const Value* found = names->find(name);
        return found ? std::optional<Value>(*found) : std::nullopt;
    }
    if (auto* loop = self.as<Loop>())
        return loop->attribute(runtime, name);
    if (auto* cycler = self.as<Cycler>()) {
        if (name == "current")
            return cycler->items[cycler->position];
        if (name == "next")
            return Value(runtime.make<Function>("next", [cycler](Runtime&, CallArgs&) {
                const Value now = cycler->items[cycler->position];
                cycler->position = (cycler->position + 1) % cycler->items.size();
                return now;
            }));
        if (name == "reset")
            return Value(runtime.make<Function>("reset", [cycler](Runtime&, CallArgs&) {
                cycler->position = 0;
                return Value();
            }));
    }
    if (self.isTuple() && self.sequence().group && (name == "grouper" || name == "list"))
        return self.items()[name == "list"];
    return std::nullopt;
}

std::optional<Value> attribute(Runtime& runtime, const Value& self, const std::string& name)
{
    if (name.size() > 4 && name.compare(0, 2, "__") == 0 && name.compare(name.size() - 2, 2, "__") == 0)
        fail(kSecurity, "the attribute " + name + ", which belongs to Python's insides");
    if (std::optional<Value> own = objectAttribute(runtime, self, name))
        return own;
    return findMethod(runtime, self, name);
}

/// The item, or null when `key` is not in there or of the wrong kind.
std::optional<Value> item(Runtime& runtime, const Value& object, const Value& key)
{
    if (object.isUndefined())
        useOfUndefined(object);
    if (object.isDict()) {
        if (!hashable(key))
            return std::nullopt;
        if (!key.isString())
            runtime.meter.step(int64_t(object.dict().entries.size() >> 3));
        const Value* found = object.dict().find(key);
        return found ? std::optional<Value>(*found) : std::nullopt;
    }
    std::optional<int64_t> index = key.integer();
    if (!index)
        return std::nullopt;
    const bool indexed = object.isString() || object.isSequence() || object.as<Range>();
    if (!indexed)
        return std::nullopt;
    const int64_t length = *lengthOf(runtime, object);
    const int64_t at = *index < 0 ? *index + length : *index;
    if (at < 0 || at >= length)
        return std::nullopt;
    if (object.isSequence())
        return object.items()[size_t(at)];
    if (const auto* range = object.as<Range>())
        return Value(range->start + range->step * at);
    const std::string& bytes = object.bytes();
    runtime.meter.step(int64_t(bytes.size() >> 5)); // characters are counted from the front
    const size_t from = byteOffset(bytes, at);
    return runtime.text(bytes.substr(from, byteOffset(std::string_view(bytes).substr(from), 1)), object.text().markup);
}

std::string keyText(Runtime& runtime, const Value& key)
{
    return key.isObject() ? "such an element" : "element " + repr(runtime, key);
}

} // namespace

std::optional<Value> findMethod(Runtime& runtime, const Value& self, const std::string& name)
{
    if (changesInPlace(self, name))
        return Value::undefined(
            "the sandbox refuses ." + name + "() on a " + typeName(self) + ", which would change it", true);
    const Method method = self.isString() ? stringMethod(name)
        : self.isSequence()               ? sequenceMethod(name, self.isTuple())
        : self.isDict()                   ? dictMethod(name)
                                          : nullptr;
    if (method)
        return Value(
            runtime.make<Function>(name, [self, method](Runtime& r, CallArgs& args) { return method(r, self, args); }));
    if (existsInPython(self, name))
        fail(kUnsupported, "the attribute ." + name + " of a " + typeName(self));
    return std::nullopt;
}

Value getAttribute(Runtime& runtime, const Value& object, const std::string& name)
{
    runtime.meter.step();
    if (object.isUndefined())
        useOfUndefined(object);
    if (std::optional<Value> found = attribute(runtime, object, name))
        return *found;
    if (object.isDict())
        if (const Value* found = object.dict().find(std::string_view(name)))
            return *found;
    return missing(object, "attribute " + inQuotes(name));
}

Value getItem(Runtime& runtime, const Value& object, const Value& key)
{
    runtime.meter.step();
    if (std::optional<Value> found = item(runtime, object, key))
        return *found;
    if (key.isString())
        if (std::optional<Value> found = attribute(runtime, object, key.bytes()))
            return *found;
    return missing(object, keyText(runtime, key));
}

Value getPath(Runtime& runtime, Value object, const Value& path)
{
    if (path.isNone())
        return object;
    if (!path.isString())
        return getItem(runtime, object, path);
    const std::string_view dot = ".";
    for (const std::string_view part : split(path.bytes(), &dot, -1)) {
        const bool number = isAll(part, "digit") && isAll(part, "ascii");
        if (number && part.size() > 18)
            fail(kUnsupported, "an attribute path with a large number");
        object = getItem(
            runtime, object, number ? Value(int64_t(std::stoll(std::string(part)))) : runtime.text(std::string(part)));
    }
    return object;
}

Value getSlice(Runtime& runtime, const Value& object, const Value* start, const Value* stop, const Value* step)
{
    if (object.isUndefined())
        useOfUndefined(object);
    const auto* range = object.as<Range>();
    if (!object.isString() && !object.isSequence() && !range)
        fail(kType, "a " + typeName(object) + " cannot be sliced");
    const auto bound = [](const Value* value) -> std::optional<int64_t> {
        if (!value || value->isNone())
            return std::nullopt;
        const auto whole = value->integer();
        if (!whole)
            fail(kType,
                "a slice needs whole numbers, not a " + typeName(*value)
                    + (value->isUndefined() ? " (" + value->asUndefined().message + ")" : ""));
        return whole;
    };
    // PySlice_AdjustIndices.
    const int64_t length = *lengthOf(runtime, object), by = std::max<int64_t>(bound(step).value_or(1), -INT64_MAX);
    if (by == 0)
        fail(kType, "a slice with a step of 0");
    const auto clamp = [&](std::optional<int64_t> at, int64_t otherwise) {
        if (!at)
            return otherwise;
        const int64_t low = by < 0 ? -1 : 0, high = by < 0 ? length - 1 : length;
        return *at < 0 ? std::max(*at + length, low) : std::min(*at, high);
    };
    const int64_t from = clamp(bound(start), by < 0 ? length - 1 : 0), to = clamp(bound(stop), by < 0 ? -1 : length);
    if (object.isString() && by == 1) {
        const std::string& bytes = object.bytes();
        runtime.meter.step(int64_t(bytes.size() >> 5));
        const size_t begin = byteOffset(bytes, from);
        const size_t size = to > from ? byteOffset(std::string_view(bytes).substr(begin), to - from) : 0;
        return runtime.text(bytes.substr(begin, size), object.text().markup);
    }
    if (range) {
        if (range->step != 1 && by != 1)
            fail(kUnsupported, "a slice with a step of a range with a step");
        const auto value = [range](int64_t at) { return range->start + range->step * at; };
        return Value(runtime.make<Range>(value(from), value(to), range->step * by));
    }
    std::vector<std::string_view> letters;
    if (object.isString()) {
        runtime.meter.step(length >> 2);
        const Charge paid(runtime.meter, uint64_t(length) * sizeof(std::string_view));
        letters = characters(object.bytes());
    }
    std::string text;
    Values items;
    for (int64_t at = from; by > 0 ? at < to : at > to;) {
        if (object.isString())
            text += letters[size_t(at)];
        else
            items.push_back(object.items()[size_t(at)]);
        if (__builtin_add_overflow(at, by, &at))
            break;
    }
    if (object.isString())
        return runtime.text(std::move(text), object.text().markup);
    return object.isTuple() ? runtime.tuple(std::move(items)) : runtime.list(std::move(items));
}

} // namespace aha::jinja
