#include "core/template/jinja_objects.h"

#include "core/template/jinja_operators.h"
#include "core/template/jinja_strings.h"

#include <algorithm>

namespace aha::jinja {

namespace {

/// Iterators over iterators are asked recursively.
constexpr int kMaxIteratorDepth = 100;

} // namespace

Iterator::Iterator(Step step, int depth)
    : m_step(std::move(step))
    , m_depth(depth)
{
    if (depth > kMaxIteratorDepth)
        fail(kLimit, "more than " + std::to_string(kMaxIteratorDepth) + " filters feed each other");
}

int Iterator::depthOver(const Value& source)
{
    const auto* iterator = source.as<Iterator>();
    return iterator ? iterator->m_depth + 1 : 1;
}

std::optional<Value> Iterator::next(Runtime& runtime)
{
    runtime.meter.step();
    if (m_done)
        return std::nullopt;
    std::optional<Value> value = m_step(runtime);
    m_done = !value;
    return value;
}

Range::Range(int64_t first, int64_t end, int64_t by)
    : start(first)
    , stop(end)
    , step(by)
    , length(0)
{
    constexpr int64_t kMaxRange = 100'000; // jinja2's sandbox
    if (by == 0)
        fail(kType, "range() with a step of 0");
    if (by > 0 ? first < end : first > end) {
        // The distance may exceed int64.
        const uint64_t distance = by > 0 ? uint64_t(end) - uint64_t(first) : uint64_t(first) - uint64_t(end);
        const uint64_t stride = by > 0 ? uint64_t(by) : uint64_t(0) - uint64_t(by);
        const uint64_t count = (distance - 1) / stride + 1;
        if (count > uint64_t(kMaxRange))
            fail(kLimit, "range() with more than " + std::to_string(kMaxRange) + " numbers");
        length = int64_t(count);
    }
}

Value DictView::item(Runtime& runtime, const Dict::Entry& entry) const
{
    if (what == What::Items)
        return runtime.tuple({ entry.first, entry.second });
    return what == What::Keys ? entry.first : entry.second;
}

const Value* Namespace::find(const std::string& name) const
{
    for (const auto& [key, value] : attributes)
        if (key == name)
            return &value;
    return nullptr;
}

void Namespace::set(const std::string& name, Value value)
{
    if (!name.empty() && name[0] == '_')
        fail(kSecurity, "a namespace takes no attribute that begins with an underscore (" + name + ")");
    for (auto& [key, old] : attributes)
        if (key == name) {
            old = std::move(value);
            return;
        }
    constexpr size_t kMaxAttributes = 10'000;
    if (attributes.size() >= kMaxAttributes)
        fail(kLimit, "a namespace with more than " + std::to_string(kMaxAttributes) + " attributes");
    attributes.emplace_back(name, std::move(value));
}

std::optional<Value> Loop::next(Runtime& runtime)
{
    std::optional<Value> item = m_after ? std::exchange(m_after, std::nullopt) : m_iterator->next(runtime);
    if (!item)
        return item;
    ++m_index0;
    m_before = std::move(m_current);
    m_current = item;
    return item;
}

const std::optional<Value>& Loop::peek(Runtime& runtime)
{
    if (!m_after)
        m_after = m_iterator->next(runtime);
    return m_after;
}

int64_t Loop::length(Runtime& runtime)
{
    if (m_length)
        return *m_length;
    if (const auto known = m_iterated.isUndefined() ? std::nullopt : lengthOf(runtime, m_iterated)) {
        m_length = *known;
    } else { // a generator is read to its end first
        Values rest = runtime.toValues(Value(*m_iterator));
        m_length = int64_t(rest.size()) + m_index0 + 1 + (m_after ? 1 : 0);
        m_iterator = &runtime.iterate(runtime.list(std::move(rest)));
    }
    return *m_length;
}

std::optional<Value> Loop::attribute(Runtime& runtime, const std::string& name)
{
    if (name == "index0")
        return Value(m_index0);
    if (name == "index")
        return Value(m_index0 + 1);
    if (name == "revindex0")
        return Value(length(runtime) - m_index0 - 1);
    if (name == "revindex")
        return Value(length(runtime) - m_index0);
    if (name == "first")
        return Value(m_index0 == 0);
    if (name == "last")
        return Value(!peek(runtime).has_value());
    if (name == "length")
        return Value(length(runtime));
    if (name == "depth0")
        return Value(depth0);
    if (name == "depth")
        return Value(depth0 + 1);
    if (name == "previtem")
        return m_index0 == 0 ? Value::undefined("there is no previous item") : m_before.value_or(Value());
    if (name == "nextitem") {
        const std::optional<Value>& after = peek(runtime);
        return after ? *after : Value::undefined("there is no next item");
    }
    if (name == "cycle")
        return Value(runtime.make<Function>("loop.cycle", [this](Runtime&, CallArgs& args) {
            if (args.positional.empty() || !args.named.empty())
                fail(kType, "loop.cycle needs its values");
            return args.positional[size_t(m_index0) % args.positional.size()];
        }));
    if (name == "changed")
        return Value(runtime.make<Function>("loop.changed", [this](Runtime& r, CallArgs& args) {
            Value now = r.tuple(args.positional);
            const bool changed = !m_lastChanged || !equal(*m_lastChanged, now, &r.meter);
            if (changed)
                m_lastChanged = std::move(now);
            return Value(changed);
        }));
    return std::nullopt;
}

std::optional<int64_t> lengthOf(Runtime& runtime, const Value& value)
{
    switch (value.kind()) {
    case Kind::Undefined:
        return 0;
    case Kind::String:
        runtime.meter.step(int64_t(value.bytes().size() >> 6));
        return codePoints(value.bytes());
    case Kind::Sequence:
        return int64_t(value.items().size());
    case Kind::Dict:
        return int64_t(value.dict().entries.size());
    default:
        break;
    }
    if (const auto* range = value.as<Range>())
        return range->length;
    if (const auto* view = value.as<DictView>())
        return int64_t(view->dict.dict().entries.size());
    if (auto* loop = value.as<Loop>())
        return loop->length(runtime);
    return std::nullopt;
}

} // namespace aha::jinja
