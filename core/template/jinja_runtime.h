#pragma once
// What operators, filters, tests and methods need of a render: making values that are paid for, calling back,
// iterating.

#include "core/template/jinja_value.h"

#include <functional>

namespace aha::jinja {

struct CallArgs {
    Values positional;
    std::vector<std::pair<std::string, Value>> named;
};

class Iterator;

class Runtime {
public:
    explicit Runtime(const RenderLimits& limits)
        : meter(limits)
    {
    }
    virtual ~Runtime() = default;
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;

    Value text(std::string bytes, bool markup = false);
    Value list(Values items) { return sequence(std::move(items), false); }
    Value tuple(Values items) { return sequence(std::move(items), true); }
    Value group(Value key, Value items); ///< entry of |groupby
    /// Keys must be hashable; template_type otherwise.
    Value dict(std::vector<Dict::Entry> entries);
    template <class T, class... Args> T& make(Args&&... args)
    {
        meter.take(sizeof(T) + 64);
        auto object = std::make_unique<T>(std::forward<Args>(args)...);
        T& made = *object;
        m_objects.push_back(std::move(object));
        return made;
    }

    virtual Value call(const Value& callee, CallArgs args) = 0;
    Value filter(const std::string& name, const Value& value, CallArgs args);
    bool test(const std::string& name, const Value& value, CallArgs args);

    /// Python's iter(); template_type for what cannot be iterated.
    Iterator& iterate(const Value& value);
    Values toValues(const Value& value);
    /// Stops when `visit` returns false.
    void forEach(const Value& value, const std::function<bool(const Value&)>& visit);

    /// Bounds recursion of the C++ code.
    class Deeper {
    public:
        explicit Deeper(Runtime& runtime)
            : m_runtime(runtime)
        {
            if (++m_runtime.m_depth > m_runtime.meter.limits().depth) {
                --m_runtime.m_depth;
                fail(kLimit, "the template calls itself, or nests, too deeply");
            }
        }
        ~Deeper() { --m_runtime.m_depth; }

    private:
        Runtime& m_runtime;
    };

    Meter meter; // first: values give their charge back to it

private:
    Value sequence(Values items, bool tuple);

    std::vector<std::unique_ptr<Object>> m_objects;
    int m_depth = 0;
};

/// "x() takes …" and so on: arguments by position or name. `names` ending in "=" are optional.
class Arguments {
public:
    Arguments(const std::string& function, CallArgs& args, std::initializer_list<const char*> names);
    bool has(size_t index) const { return m_values[index].has_value(); }
    const Value& operator[](size_t index) const { return *m_values[index]; }
    Value get(size_t index, Value otherwise) const { return has(index) ? *m_values[index] : otherwise; }
    /// Python's int (bool counts); template_type for others.
    int64_t integer(size_t index, int64_t otherwise) const;
    bool truthy(size_t index, bool otherwise) const;

private:
    std::string m_function;
    std::vector<std::optional<Value>> m_values;
};

/// Throws template_undefined (or template_security) with the reason why `value` is undefined.
[[noreturn]] void useOfUndefined(const Value& value);
/// The text of a str; template_type for others, naming `what`.
const std::string& textOf(const Value& value, const std::string& what);

} // namespace aha::jinja
