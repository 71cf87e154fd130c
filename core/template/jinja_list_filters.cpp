// Filters over things that can be iterated. What jinja2 writes as a generator is an Iterator here: it is true, has no
// length, can be read once, and reads its source only when it is read itself.

#include "core/template/jinja_access.h"
#include "core/template/jinja_filters.h"
#include "core/template/jinja_objects.h"
#include "core/template/jinja_operators.h"
#include "core/template/jinja_strings.h"

#include <algorithm>

namespace aha::jinja {

namespace {

Value generator(Runtime& runtime, const Value& source, Iterator::Step step)
{
    return Value(runtime.make<Iterator>(std::move(step), Iterator::depthOver(source)));
}

/// Reads `source` when first asked, and hands out what `produce` makes of it.
template <class Produce> Value later(Runtime& runtime, const Value& source, Produce produce)
{
    return generator(runtime, source,
        [source, produce, results = std::optional<Values>(), at = size_t(0)](
            Runtime& r) mutable -> std::optional<Value> {
            if (!results)
                results = produce(r, r.toValues(source));
            return at < results->size() ? std::optional<Value>((*results)[at++]) : std::nullopt;
        });
}

/// Text in lower case, all else as it is.
Value ignoreCase(Runtime& runtime, const Value& value)
{
    return value.isString() ? runtime.text(lower(value.bytes())) : value;
}

/// What sort, unique, min and max compare.
Value sortKey(Runtime& runtime, const Value& item, const Value& attribute, bool caseSensitive)
{
    const Value key = getPath(runtime, item, attribute);
    return caseSensitive ? key : ignoreCase(runtime, key);
}

/// sorted(): stable, also backwards.
template <class Key> Values sorted(Runtime& runtime, Values items, bool reverse, Key key)
{
    std::vector<std::pair<Value, Value>> keyed;
    keyed.reserve(items.size());
    for (Value& item : items) {
        runtime.meter.step();
        keyed.emplace_back(key(item), std::move(item));
    }
    const auto before = [&runtime](const auto& a, const auto& b) { return lessThan(runtime, a.first, b.first); };
    if (reverse)
        std::reverse(keyed.begin(), keyed.end());
    std::stable_sort(keyed.begin(), keyed.end(), before);
    if (reverse)
        std::reverse(keyed.begin(), keyed.end());
    Values out;
    for (auto& [unused, item] : keyed)
        out.push_back(std::move(item));
    return out;
}

Value toList(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments("list", args, {});
    return runtime.list(runtime.toValues(value));
}

Value first(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments("first", args, {});
    const std::optional<Value> item = runtime.iterate(value).next(runtime);
    return item ? *item : Value::undefined("the sequence is empty, it has no first item");
}

/// reversed(): null for what Python cannot reverse.
std::optional<Values> backwards(Runtime& runtime, const Value& value)
{
    if (value.as<Iterator>() || value.as<Loop>() || value.as<Namespace>())
        return std::nullopt;
    if (!value.isUndefined() && !lengthOf(runtime, value))
        return std::nullopt;
    Values items = runtime.toValues(value);
    std::reverse(items.begin(), items.end());
    return items;
}

Value last(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments("last", args, {});
    if (value.isSequence() && !value.items().empty())
        return value.items().back();
    const std::optional<Values> items = backwards(runtime, value);
    if (!items)
        fail(kType, "a " + typeName(value) + " has no last item; make it a list first");
    return items->empty() ? Value::undefined("the sequence is empty, it has no last item") : items->front();
}

Value reverse(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments("reverse", args, {});
    if (value.isString()) {
        const Value step(int64_t(-1));
        return getSlice(runtime, value, nullptr, nullptr, &step);
    }
    if (std::optional<Values> items = backwards(runtime, value)) {
        const Value list = runtime.list(std::move(*items));
        return Value(runtime.iterate(list)); // an iterator, as Python's reversed()
    }
    Values items = runtime.toValues(value);
    std::reverse(items.begin(), items.end());
    return runtime.list(std::move(items));
}

Value items(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments("items", args, {});
    if (!value.isUndefined() && !value.isDict()) // fails when it is read, as a generator does
        return generator(runtime, value, [value](Runtime&) -> std::optional<Value> {
            fail(kType, "items needs a dictionary, not a " + typeName(value));
        });
    return generator(runtime, value, [value, i = size_t(0)](Runtime& r) mutable -> std::optional<Value> {
        if (value.isUndefined() || i >= value.dict().entries.size())
            return std::nullopt;
        const Dict::Entry& entry = value.dict().entries[i++];
        return r.tuple({ entry.first, entry.second });
    });
}

Value dictsort(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments a("dictsort", args, { "case_sensitive=", "by=", "reverse=" });
    const std::string by = a.has(1) ? textOf(a[1], "dictsort's order") : std::string("key");
    if (by != "key" && by != "value")
        fail(kType, "dictsort sorts by key or value, not by " + by);
    if (value.isUndefined())
        useOfUndefined(value);
    if (!value.isDict())
        fail(kType, "dictsort needs a dictionary, not a " + typeName(value));
    Values pairs;
    for (const Dict::Entry& entry : value.dict().entries)
        pairs.push_back(runtime.tuple({ entry.first, entry.second }));
    const bool caseSensitive = a.truthy(0, false);
    return runtime.list(sorted(runtime, std::move(pairs), a.truthy(2, false), [&](const Value& pair) {
        const Value& key = pair.items()[by == "value"];
        return caseSensitive ? key : ignoreCase(runtime, key);
    }));
}

Value sort(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments a("sort", args, { "reverse=", "case_sensitive=", "attribute=" });
    const Value attribute = a.get(2, Value());
    const bool caseSensitive = a.truthy(1, false);
    std::vector<Value> paths;
    if (attribute.isString()) {
        const std::string_view comma = ",";
        for (const std::string_view part : split(attribute.bytes(), &comma, -1))
            paths.push_back(runtime.text(std::string(part)));
    } else {
        paths.push_back(attribute);
    }
    return runtime.list(sorted(runtime, runtime.toValues(value), a.truthy(0, false), [&](const Value& item) {
        Values keys;
        for (const Value& path : paths)
            keys.push_back(sortKey(runtime, item, path, caseSensitive));
        return runtime.list(std::move(keys));
    }));
}

Value unique(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments a("unique", args, { "case_sensitive=", "attribute=" });
    const bool caseSensitive = a.truthy(0, false);
    const Value attribute = a.get(1, Value());
    return later(runtime, value, [caseSensitive, attribute](Runtime& r, Values all) {
        Values kept, seen;
        std::unordered_map<std::string, bool> texts;
        for (const Value& item : all) {
            const Value key = sortKey(r, item, attribute, caseSensitive);
            if (!hashable(key))
                fail(kType, "unique cannot compare values of type " + typeName(key));
            if (key.isString()) {
                if (texts.emplace(key.bytes(), true).second)
                    kept.push_back(item);
                continue;
            }
            if (std::any_of(seen.begin(), seen.end(), [&](const Value& other) { return equal(key, other, &r.meter); }))
                continue;
            seen.push_back(key);
            kept.push_back(item);
        }
        return kept;
    });
}

Value extreme(Runtime& runtime, const Value& value, CallArgs& args, bool most)
{
    Arguments a(most ? "max" : "min", args, { "case_sensitive=", "attribute=" });
    const bool caseSensitive = a.truthy(0, false);
    const Value attribute = a.get(1, Value());
    std::optional<Value> best, bestKey;
    runtime.forEach(value, [&](const Value& item) {
        const Value key = sortKey(runtime, item, attribute, caseSensitive);
        if (!best || (most ? lessThan(runtime, *bestKey, key) : lessThan(runtime, key, *bestKey))) {
            best = item;
            bestKey = key;
        }
        return true;
    });
    return best ? *best : Value::undefined("the sequence is empty, it has no least and no greatest item");
}
Value least(Runtime& r, const Value& v, CallArgs& args) { return extreme(r, v, args, false); }
Value greatest(Runtime& r, const Value& v, CallArgs& args) { return extreme(r, v, args, true); }

Value sum(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments a("sum", args, { "attribute=", "start=" });
    const Value attribute = a.get(0, Value());
    Value total = a.get(1, Value(int64_t(0)));
    if (total.isString())
        fail(kType, "sum does not add texts; use join");
    runtime.forEach(value, [&](const Value& item) {
        total = arithmetic(runtime, ExprKind::Add, total, getPath(runtime, item, attribute));
        return true;
    });
    return total;
}

Value map(Runtime& runtime, const Value& value, CallArgs& args)
{
    // The arguments are looked at when the first item is asked for, and only if there is one.
    return generator(
        runtime, value, [value, args, source = (Iterator*)nullptr](Runtime& r) mutable -> std::optional<Value> {
            if (!truthy(value))
                return std::nullopt;
            if (!source)
                source = &r.iterate(value);
            const auto named = [&args](const char* name) -> const Value* {
                for (const auto& [key, item] : args.named)
                    if (key == name)
                        return &item;
                return nullptr;
            };
            if (args.positional.empty() && named("attribute")) {
                if (args.named.size() > 1 + (named("default") != nullptr))
                    fail(kType, "map has an argument that it does not know");
                const std::optional<Value> item = source->next(r);
                if (!item)
                    return std::nullopt;
                const Value* otherwise = named("default");
                if (!otherwise || otherwise->isNone())
                    return getPath(r, *item, *named("attribute"));
                // The default steps in at every part of the path.
                Value found = *item;
                const Value& path = *named("attribute");
                const std::string_view dot = ".";
                if (!path.isString()) {
                    found = getItem(r, found, path);
                    return found.isUndefined() ? *otherwise : found;
                }
                for (const std::string_view part : split(path.bytes(), &dot, -1)) {
                    found = getPath(r, found, r.text(std::string(part)));
                    if (found.isUndefined())
                        found = *otherwise;
                }
                return found;
            }
            if (args.positional.empty())
                fail(kType, "map needs a filter or attribute=");
            const std::optional<Value> item = source->next(r);
            if (!item)
                return std::nullopt;
            CallArgs rest { { args.positional.begin() + 1, args.positional.end() }, args.named };
            return r.filter(textOf(args.positional[0], "the name of a filter"), *item, std::move(rest));
        });
}

Value selected(Runtime& runtime, const Value& value, const CallArgs& args, bool keep, bool byAttribute)
{
    return generator(runtime, value,
        [value, args, keep, byAttribute, source = (Iterator*)nullptr](Runtime& r) mutable -> std::optional<Value> {
            if (!truthy(value))
                return std::nullopt;
            if (!source)
                source = &r.iterate(value);
            if (byAttribute && args.positional.empty())
                fail(kType, "selectattr and rejectattr need the name of an attribute");
            while (const std::optional<Value> item = source->next(r)) {
                const Value subject = byAttribute ? getPath(r, *item, args.positional[0]) : *item;
                bool passes;
                if (args.positional.size() > size_t(byAttribute)) {
                    CallArgs rest { { args.positional.begin() + byAttribute + 1, args.positional.end() }, args.named };
                    passes = r.test(
                        textOf(args.positional[size_t(byAttribute)], "the name of a test"), subject, std::move(rest));
                } else {
                    passes = truthy(subject);
                }
                if (passes == keep)
                    return item;
            }
            return std::nullopt;
        });
}
Value select(Runtime& r, const Value& v, CallArgs& args) { return selected(r, v, args, true, false); }
Value reject(Runtime& r, const Value& v, CallArgs& args) { return selected(r, v, args, false, false); }
Value selectattr(Runtime& r, const Value& v, CallArgs& args) { return selected(r, v, args, true, true); }
Value rejectattr(Runtime& r, const Value& v, CallArgs& args) { return selected(r, v, args, false, true); }

Value batch(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments a("batch", args, { "linecount", "fill_with=" });
    const int64_t size = a.integer(0, 0);
    const Value fill = a.get(1, Value());
    return later(runtime, value, [size, fill](Runtime& r, Values all) {
        Values out, row;
        for (Value& item : all) {
            if (int64_t(row.size()) == size) {
                out.push_back(r.list(std::exchange(row, {})));
            }
            row.push_back(std::move(item));
        }
        if (!row.empty()) {
            if (!fill.isNone() && size > int64_t(row.size())) {
                const Charge paid(r.meter, uint64_t(size - int64_t(row.size())) * sizeof(Value));
                row.resize(size_t(size), fill);
            }
            out.push_back(r.list(std::move(row)));
        }
        return out;
    });
}

Value slice(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments a("slice", args, { "slices", "fill_with=" });
    const int64_t slices = a.integer(0, 0);
    const Value fill = a.get(1, Value());
    return later(runtime, value, [slices, fill](Runtime& r, Values all) {
        if (slices == 0)
            fail(kType, "slice into 0 parts");
        Values out;
        const int64_t size = int64_t(all.size());
        int64_t offset = 0;
        for (int64_t i = 0; i < slices; ++i) {
            const int64_t each = size / slices, extra = size % slices, start = offset + i * each;
            if (i < extra)
                ++offset;
            const int64_t end = offset + (i + 1) * each;
            Values part(all.begin() + start, all.begin() + end);
            if (!fill.isNone() && i >= extra)
                part.push_back(fill);
            out.push_back(r.list(std::move(part)));
        }
        return out;
    });
}

Value groupby(Runtime& runtime, const Value& value, CallArgs& args)
{
    Arguments a("groupby", args, { "attribute", "default=", "case_sensitive=" });
    const Value otherwise = a.get(1, Value());
    const bool caseSensitive = a.truthy(2, false);
    const auto find = [&](const Value& item) {
        const Value found = getPath(runtime, item, a[0]);
        return found.isUndefined() && !otherwise.isNone() ? otherwise : found;
    };
    const auto key = [&](const Value& item) { return caseSensitive ? find(item) : ignoreCase(runtime, find(item)); };
    Values groups, members;
    std::optional<Value> current;
    const auto close = [&] {
        if (current)
            groups.push_back(runtime.group(caseSensitive ? *current : find(members.front()), runtime.list(members)));
        members.clear();
    };
    for (const Value& item : sorted(runtime, runtime.toValues(value), false, key)) {
        const Value now = key(item);
        if (!current || !equal(*current, now, &runtime.meter)) {
            close();
            current = now;
        }
        members.push_back(item);
    }
    close();
    return runtime.list(std::move(groups));
}

} // namespace

const Filters& listFilters()
{
    static const Filters kFilters {
        { "batch", batch },
        { "dictsort", dictsort },
        { "first", first },
        { "groupby", groupby },
        { "items", items },
        { "last", last },
        { "list", toList },
        { "map", map },
        { "max", greatest },
        { "min", least },
        { "reject", reject },
        { "rejectattr", rejectattr },
        { "reverse", reverse },
        { "select", select },
        { "selectattr", selectattr },
        { "slice", slice },
        { "sort", sort },
        { "sum", sum },
        { "unique", unique },
    };
    return kFilters;
}

} // namespace aha::jinja
