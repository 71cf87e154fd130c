#pragma once
// Values of a template: Python's, as far as templates meet them. Immutable; containers are shared. What can change
// (namespaces, loops, iterators) is an Object, which a render owns.

#include "core/template/jinja_problem.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace aha::jinja {

/// Bounds of one render. A template is hostile until it has been read by a person.
struct RenderLimits {
    int64_t steps = 20'000'000; ///< evaluated nodes, touched items, 64-byte pieces of copied text
    uint64_t liveBytes = uint64_t(256) << 20; ///< text and containers alive at once
    uint64_t outputBytes = uint64_t(64) << 20;
    int depth = 1000; ///< nested evaluations; about 200 macro calls
};

/// Counts against RenderLimits; throws template_limit.
class Meter {
public:
    explicit Meter(const RenderLimits& limits)
        : m_limits(limits)
        , m_stepsLeft(limits.steps)
    {
    }
    void step(int64_t count = 1)
    {
        if ((m_stepsLeft -= count) < 0)
            fail(kLimit, "the template takes more than " + std::to_string(m_limits.steps) + " steps");
    }
    void take(uint64_t bytes)
    {
        step(int64_t(bytes >> 6));
        // Checked before anything is allocated.
        if (bytes > m_limits.liveBytes || m_live + bytes > m_limits.liveBytes)
            fail(kLimit, "the template holds more than " + std::to_string(m_limits.liveBytes >> 20) + " MiB of text");
        m_live += bytes;
    }
    void giveBack(uint64_t bytes) { m_live -= bytes; }
    const RenderLimits& limits() const { return m_limits; }

private:
    RenderLimits m_limits;
    int64_t m_stepsLeft;
    uint64_t m_live = 0;
};

/// Bytes that go back to the meter when their owner dies.
class Charge {
public:
    Charge() = default;
    Charge(Meter& meter, uint64_t bytes)
        : m_meter(&meter)
        , m_bytes(bytes)
    {
        meter.take(bytes);
    }
    Charge(Charge&& other) noexcept
        : m_meter(std::exchange(other.m_meter, nullptr))
        , m_bytes(other.m_bytes)
    {
    }
    Charge& operator=(Charge&&) = delete;
    ~Charge()
    {
        if (m_meter)
            m_meter->giveBack(m_bytes);
    }

private:
    Meter* m_meter = nullptr;
    uint64_t m_bytes = 0;
};

class Value;
using Values = std::vector<Value>;

struct UndefinedInfo {
    std::string message;
    bool security = false; ///< stands for something the sandbox refuses
};

struct Text {
    Text(std::string text, bool isMarkup, Charge paid)
        : bytes(std::move(text))
        , markup(isMarkup)
        , charge(std::move(paid))
    {
    }
    std::string bytes; ///< valid UTF-8
    bool markup; ///< markupsafe.Markup: result of |safe and |escape
    Charge charge;
};

struct Sequence;
struct Dict;
class Object;

struct None { };

enum class Kind { Undefined, None, Bool, Int, Float, String, Sequence, Dict, Object };

class Value {
public:
    Value()
        : m_state(None {})
    {
    }
    Value(bool value)
        : m_state(value)
    {
    }
    Value(int64_t value)
        : m_state(value)
    {
    }
    Value(double value)
        : m_state(value)
    {
    }
    Value(std::shared_ptr<const Text> value)
        : m_state(std::move(value))
    {
    }
    Value(std::shared_ptr<const Sequence> value)
        : m_state(std::move(value))
    {
    }
    Value(std::shared_ptr<const Dict> value)
        : m_state(std::move(value))
    {
    }
    Value(std::shared_ptr<const UndefinedInfo> value)
        : m_state(std::move(value))
    {
    }
    Value(Object& value)
        : m_state(&value)
    {
    }
    Value(const char*) = delete;

    static Value undefined(std::string message, bool security = false);
    /// Text that no meter counts: constants of a template, input.
    static Value constant(std::string text);

    Kind kind() const { return Kind(m_state.index()); }
    bool isUndefined() const { return kind() == Kind::Undefined; }
    bool isNone() const { return kind() == Kind::None; }
    bool isBool() const { return kind() == Kind::Bool; }
    bool isInt() const { return kind() == Kind::Int; }
    bool isFloat() const { return kind() == Kind::Float; }
    bool isString() const { return kind() == Kind::String; }
    bool isSequence() const { return kind() == Kind::Sequence; }
    bool isList() const;
    bool isTuple() const;
    bool isDict() const { return kind() == Kind::Dict; }
    bool isObject() const { return kind() == Kind::Object; }

    const UndefinedInfo& asUndefined() const { return *std::get<0>(m_state); }
    bool asBool() const { return std::get<bool>(m_state); }
    int64_t asInt() const { return std::get<int64_t>(m_state); }
    double asFloat() const { return std::get<double>(m_state); }
    const Text& text() const { return *std::get<std::shared_ptr<const Text>>(m_state); }
    const std::string& bytes() const { return text().bytes; }
    const Sequence& sequence() const { return *std::get<std::shared_ptr<const Sequence>>(m_state); }
    const Values& items() const;
    const Dict& dict() const { return *std::get<std::shared_ptr<const Dict>>(m_state); }
    Object& object() const { return *std::get<Object*>(m_state); }
    /// The object if it is a T.
    template <class T> T* as() const
    {
        Object* const* found = std::get_if<Object*>(&m_state);
        return found ? dynamic_cast<T*>(*found) : nullptr;
    }
    /// Python's int: bool counts as one.
    std::optional<int64_t> integer() const;
    /// How deep containers nest in here; 0 for a scalar.
    int depth() const;
    /// The same object in Python's sense, where Python promises it.
    const void* identity() const;

private:
    std::variant<std::shared_ptr<const UndefinedInfo>, None, bool, int64_t, double, std::shared_ptr<const Text>,
        std::shared_ptr<const Sequence>, std::shared_ptr<const Dict>, Object*>
        m_state;
};

/// Deepest nesting of lists and dictionaries.
inline constexpr int kMaxValueDepth = 100;

struct Sequence {
    Sequence(Values values, bool isTuple, Charge paid);
    Values items;
    bool tuple;
    bool group = false; ///< an entry of |groupby: has .grouper and .list
    int depth = 1;
    Charge charge;
};

/// Keys in the order of their first appearance.
struct Dict {
    using Entry = std::pair<Value, Value>;
    Dict(std::vector<Entry> all, Charge paid);
    /// Null when there is none. `key` must be hashable.
    const Value* find(const Value& key) const;
    const Value* find(std::string_view key) const;

    std::vector<Entry> entries;
    int depth = 1;
    Charge charge;

private:
    std::unordered_map<std::string_view, size_t> m_byText; ///< only for large dictionaries
};

/// Owned by a render, freed at its end; so cycles do not matter.
class Object {
public:
    virtual ~Object() = default;
    virtual const char* typeName() const = 0;
};

/// Python's type name, for messages.
std::string typeName(const Value& value);

/// `json` as a value. Error: template_unsupported for whole numbers beyond 64 bits, template_limit for deep nesting.
Value fromJson(const nlohmann::ordered_json& json, int depth = 0);

} // namespace aha::jinja
