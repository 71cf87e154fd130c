#include "core/template/jinja_runtime.h"

#include "core/template/jinja_filters.h"
#include "core/template/jinja_objects.h"
#include "core/template/jinja_operators.h"
#include "core/template/jinja_strings.h"
#include "core/template/jinja_tests.h"

#include "core/base/utf8.h"

namespace aha::jinja {

Value Runtime::text(std::string bytes, bool markup)
{
    Charge paid(meter, sizeof(Text) + bytes.size());
    meter.step();
    return Value(std::make_shared<const Text>(std::move(bytes), markup, std::move(paid)));
}

Value Runtime::sequence(Values items, bool tuple)
{
    meter.step(int64_t(items.size()));
    Charge paid(meter, sizeof(Sequence) + items.size() * sizeof(Value));
    return Value(std::make_shared<const Sequence>(std::move(items), tuple, std::move(paid)));
}

Value Runtime::group(Value key, Value items)
{
    Charge paid(meter, sizeof(Sequence) + 2 * sizeof(Value));
    auto made = std::make_shared<Sequence>(Values { std::move(key), std::move(items) }, true, std::move(paid));
    made->group = true;
    return Value(std::shared_ptr<const Sequence>(std::move(made)));
}

Value Runtime::dict(std::vector<Dict::Entry> entries)
{
    int64_t others = 0;
    for (const Dict::Entry& entry : entries) {
        if (!hashable(entry.first))
            fail(kType, "a " + typeName(entry.first) + " cannot be a key");
        others += !entry.first.isString();
    }
    // Keys that are not text are found one by one.
    meter.step(int64_t(entries.size()) + (others > 64 ? others * others / 8 : 0));
    Charge paid(meter, sizeof(Dict) + entries.size() * (sizeof(Dict::Entry) + 64));
    return Value(std::make_shared<const Dict>(std::move(entries), std::move(paid)));
}

Value Runtime::filter(const std::string& name, const Value& value, CallArgs args)
{
    const Deeper deeper(*this);
    meter.step();
    return applyFilter(*this, name, value, args);
}

bool Runtime::test(const std::string& name, const Value& value, CallArgs args)
{
    const Deeper deeper(*this);
    meter.step();
    return applyTest(*this, name, value, args);
}

Iterator& Runtime::iterate(const Value& value)
{
    if (auto* iterator = value.as<Iterator>())
        return *iterator;
    const auto over = [this](Iterator::Step step) -> Iterator& { return make<Iterator>(std::move(step), 1); };
    if (value.isUndefined())
        return over([](Runtime&) { return std::optional<Value>(); });
    if (value.isSequence())
        return over([value, i = size_t(0)](Runtime&) mutable {
            return i < value.items().size() ? std::optional<Value>(value.items()[i++]) : std::nullopt;
        });
    if (value.isDict())
        return over([value, i = size_t(0)](Runtime&) mutable {
            return i < value.dict().entries.size() ? std::optional<Value>(value.dict().entries[i++].first)
                                                   : std::nullopt;
        });
    if (value.isString())
        return over([value, at = size_t(0)](Runtime& runtime) mutable -> std::optional<Value> {
            if (at >= value.bytes().size())
                return std::nullopt;
            const size_t from = at;
            at += decodeUtf8(value.bytes(), at).bytes;
            return runtime.text(value.bytes().substr(from, at - from));
        });
    if (const auto* range = value.as<Range>())
        return over([range, i = int64_t(0)](Runtime&) mutable {
            return i < range->length ? std::optional<Value>(range->start + range->step * i++) : std::nullopt;
        });
    if (const auto* view = value.as<DictView>())
        return over([view, i = size_t(0)](Runtime& runtime) mutable -> std::optional<Value> {
            const auto& entries = view->dict.dict().entries;
            return i < entries.size() ? std::optional<Value>(view->item(runtime, entries[i++])) : std::nullopt;
        });
    if (value.as<Loop>())
        fail(kUnsupported, "a loop over the variable loop");
    fail(kType, "a " + typeName(value) + " cannot be looped over");
}

void Runtime::forEach(const Value& value, const std::function<bool(const Value&)>& visit)
{
    if (value.isSequence()) { // the usual case, without an iterator
        for (const Value& item : value.items()) {
            meter.step();
            if (!visit(item))
                return;
        }
        return;
    }
    Iterator& iterator = iterate(value);
    while (const std::optional<Value> item = iterator.next(*this))
        if (!visit(*item))
            return;
}

Values Runtime::toValues(const Value& value)
{
    Values all;
    forEach(value, [this, &all](const Value& item) {
        all.push_back(item);
        if (all.size() * sizeof(Value) > meter.limits().liveBytes)
            fail(kLimit, "a list is too large");
        return true;
    });
    return all;
}

Arguments::Arguments(const std::string& function, CallArgs& args, std::initializer_list<const char*> names)
    : m_function(function)
    , m_values(names.size())
{
    if (args.positional.size() > names.size())
        fail(kType,
            function + " takes at most " + std::to_string(names.size()) + " arguments, not "
                + std::to_string(args.positional.size()));
    for (size_t i = 0; i < args.positional.size(); ++i)
        m_values[i] = args.positional[i];
    for (auto& [key, value] : args.named) {
        size_t index = 0;
        for (const char* name : names) {
            const std::string_view known(name);
            if (known.substr(0, known.find('=')) == key)
                break;
            ++index;
        }
        if (index == names.size())
            fail(kType, function + " has no argument " + key);
        if (m_values[index])
            fail(kType, function + " got its argument " + key + " twice");
        m_values[index] = value;
    }
    size_t index = 0;
    for (const char* name : names)
        if (!m_values[index++] && std::string_view(name).back() != '=')
            fail(kType, function + " needs its argument " + name);
}

int64_t Arguments::integer(size_t index, int64_t otherwise) const
{
    if (!has(index))
        return otherwise;
    const Value& value = (*this)[index];
    if (value.isUndefined())
        useOfUndefined(value);
    if (const auto whole = value.integer())
        return *whole;
    fail(kType, m_function + " needs a whole number, not a " + typeName(value));
}

bool Arguments::truthy(size_t index, bool otherwise) const
{
    return has(index) ? jinja::truthy((*this)[index]) : otherwise;
}

void useOfUndefined(const Value& value)
{
    fail(value.asUndefined().security ? kSecurity : kUndefined, value.asUndefined().message);
}

const std::string& textOf(const Value& value, const std::string& what)
{
    if (value.isUndefined())
        useOfUndefined(value);
    if (!value.isString())
        fail(kType, what + " must be a text, not a " + typeName(value));
    return value.bytes();
}

} // namespace aha::jinja
