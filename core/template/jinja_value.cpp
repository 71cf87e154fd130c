#include "core/template/jinja_value.h"

#include "core/base/utf8.h"
#include "core/template/jinja_operators.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace aha::jinja {

Value Value::undefined(std::string message, bool security)
{
    return Value(std::make_shared<const UndefinedInfo>(UndefinedInfo { std::move(message), security }));
}

Value Value::constant(std::string text)
{
    return Value(std::make_shared<const Text>(std::move(text), false, Charge()));
}

bool Value::isList() const { return isSequence() && !sequence().tuple; }
bool Value::isTuple() const { return isSequence() && sequence().tuple; }
const Values& Value::items() const { return sequence().items; }

std::optional<int64_t> Value::integer() const
{
    if (isInt())
        return asInt();
    if (isBool())
        return asBool();
    return std::nullopt;
}

int Value::depth() const
{
    if (isSequence())
        return sequence().depth;
    return isDict() ? dict().depth : 0;
}

const void* Value::identity() const
{
    if (isSequence())
        return &sequence();
    if (isDict())
        return &dict();
    return isObject() ? &object() : nullptr;
}

namespace {

int checkedDepth(int inner)
{
    if (inner >= kMaxValueDepth)
        fail(kLimit, "lists and dictionaries nest deeper than " + std::to_string(kMaxValueDepth));
    return inner + 1;
}

constexpr size_t kIndexFrom = 12;

} // namespace

Sequence::Sequence(Values values, bool isTuple, Charge paid)
    : items(std::move(values))
    , tuple(isTuple)
    , charge(std::move(paid))
{
    int inner = 0;
    for (const Value& item : items)
        inner = std::max(inner, item.depth());
    depth = checkedDepth(inner);
}

Dict::Dict(std::vector<Entry> all, Charge paid)
    : charge(std::move(paid))
{
    int inner = 0;
    const bool indexed = all.size() >= kIndexFrom;
    entries.reserve(all.size());
    for (Entry& entry : all) {
        inner = std::max({ inner, entry.first.depth(), entry.second.depth() });
        // A later value replaces an earlier one in its place.
        if (const Value* earlier = find(entry.first)) {
            const_cast<Value&>(*earlier) = std::move(entry.second);
            continue;
        }
        entries.push_back(std::move(entry));
        if (indexed && entries.back().first.isString())
            m_byText.emplace(entries.back().first.bytes(), entries.size() - 1);
    }
    depth = checkedDepth(inner);
}

const Value* Dict::find(std::string_view key) const
{
    if (!m_byText.empty()) {
        const auto found = m_byText.find(key);
        return found == m_byText.end() ? nullptr : &entries[found->second].second;
    }
    for (const Entry& entry : entries)
        if (entry.first.isString() && entry.first.bytes() == key)
            return &entry.second;
    return nullptr;
}

const Value* Dict::find(const Value& key) const
{
    if (key.isString())
        return find(std::string_view(key.bytes()));
    for (const Entry& entry : entries)
        if (!entry.first.isString() && equalKeys(entry.first, key))
            return &entry.second;
    return nullptr;
}

std::string typeName(const Value& value)
{
    switch (value.kind()) {
    case Kind::Undefined:
        return "Undefined";
    case Kind::None:
        return "None";
    case Kind::Bool:
        return "bool";
    case Kind::Int:
        return "int";
    case Kind::Float:
        return "float";
    case Kind::String:
        return value.text().markup ? "Markup" : "str";
    case Kind::Sequence:
        return value.isTuple() ? "tuple" : "list";
    case Kind::Dict:
        return "dict";
    case Kind::Object:
        return value.object().typeName();
    }
    return "object";
}

Value fromJson(const nlohmann::ordered_json& json, int depth)
{
    if (depth > kMaxValueDepth)
        fail(kLimit, "the input nests deeper than " + std::to_string(kMaxValueDepth));
    switch (json.type()) {
    case nlohmann::ordered_json::value_t::boolean:
        return Value(json.get<bool>());
    case nlohmann::ordered_json::value_t::number_integer:
        return Value(json.get<int64_t>());
    case nlohmann::ordered_json::value_t::number_unsigned:
        if (json.get<uint64_t>() > uint64_t(INT64_MAX))
            fail(kUnsupported, "the input holds " + json.dump() + ", a whole number beyond 64 bits");
        return Value(json.get<int64_t>());
    case nlohmann::ordered_json::value_t::number_float: {
        // The parser makes doubles of whole numbers that do not fit; Python would keep every digit.
        const double number = json.get<double>();
        if (number >= 18446744073709551616.0 || number <= -9223372036854775808.0)
            fail(kUnsupported, "the input holds " + json.dump() + ", a number beyond 64 bits");
        return Value(number);
    }
    case nlohmann::ordered_json::value_t::string:
        return Value::constant(validUtf8(json.get_ref<const std::string&>()));
    case nlohmann::ordered_json::value_t::array: {
        Values items;
        items.reserve(json.size());
        for (const auto& item : json)
            items.push_back(fromJson(item, depth + 1));
        return Value(std::make_shared<const Sequence>(std::move(items), false, Charge()));
    }
    case nlohmann::ordered_json::value_t::object: {
        std::vector<Dict::Entry> entries;
        entries.reserve(json.size());
        for (const auto& [key, item] : json.items())
            entries.emplace_back(Value::constant(validUtf8(key)), fromJson(item, depth + 1));
        return Value(std::make_shared<const Dict>(std::move(entries), Charge()));
    }
    default:
        return Value();
    }
}

} // namespace aha::jinja
