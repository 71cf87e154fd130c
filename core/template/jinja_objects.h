#pragma once
// What a template can hold besides plain values. All belong to the render that made them.

#include "core/template/jinja_ast.h"
#include "core/template/jinja_runtime.h"

namespace aha::jinja {

/// Functions, bound methods, and other things whose text would be a memory address.
class Function : public Object {
public:
    using Body = std::function<Value(Runtime&, CallArgs&)>;
    Function(std::string functionName, Body functionBody)
        : name(std::move(functionName))
        , body(std::move(functionBody))
    {
    }
    const char* typeName() const override { return "function"; }
    std::string name;
    Body body;
};

/// An iterator or generator of Python's: true, without length, consumed once.
class Iterator : public Object {
public:
    using Step = std::function<std::optional<Value>(Runtime&)>;
    /// `depth`: how many iterators feed this one.
    Iterator(Step step, int depth);
    const char* typeName() const override { return "generator"; }
    std::optional<Value> next(Runtime& runtime);
    int depth() const { return m_depth; }
    static int depthOver(const Value& source);

private:
    Step m_step;
    int m_depth;
    bool m_done = false;
};

class Range : public Object {
public:
    Range(int64_t first, int64_t end, int64_t by);
    const char* typeName() const override { return "range"; }
    int64_t start, stop, step, length;
};

class DictView : public Object {
public:
    enum class What { Keys, Values, Items };
    DictView(Value dictionary, What part)
        : dict(std::move(dictionary))
        , what(part)
    {
    }
    const char* typeName() const override { return "dict view"; }
    Value item(Runtime& runtime, const Dict::Entry& entry) const;
    Value dict;
    What what;
};

class Namespace : public Object {
public:
    const char* typeName() const override { return "Namespace"; }
    const Value* find(const std::string& name) const;
    /// template_security for names that begin with an underscore.
    void set(const std::string& name, Value value);
    std::vector<std::pair<std::string, Value>> attributes;
};

/// Variables of one call of a function of the template.
class Activation : public Object {
public:
    Activation(Activation* outerActivation, int slotCount)
        : outer(outerActivation)
        , slots(size_t(slotCount))
    {
    }
    const char* typeName() const override { return "activation"; }
    std::optional<Value>& at(SlotRef ref)
    {
        Activation* owner = this;
        for (int i = 0; i < ref.hops; ++i)
            owner = owner->outer;
        return owner->slots[size_t(ref.slot)];
    }
    Activation* outer;
    std::vector<std::optional<Value>> slots;
};

class Macro : public Object {
public:
    Macro(const Stmt& definition, Activation* closureActivation)
        : stmt(definition)
        , closure(closureActivation)
    {
    }
    const char* typeName() const override { return "Macro"; }
    const Stmt& stmt;
    Activation* closure;
};

/// The variable `loop`.
class Loop : public Object {
public:
    Loop(Value iterated, Iterator& iterator, int64_t outerDepth)
        : m_iterated(std::move(iterated))
        , m_iterator(&iterator)
        , depth0(outerDepth)
    {
    }
    const char* typeName() const override { return "LoopContext"; }
    std::optional<Value> next(Runtime& runtime);
    int64_t length(Runtime& runtime);
    /// `loop.name`, or null when there is no such attribute.
    std::optional<Value> attribute(Runtime& runtime, const std::string& name);
    std::function<Value(const Value& iterable, int64_t depth)> recurse; ///< empty: not a recursive loop

private:
    const std::optional<Value>& peek(Runtime& runtime);

    Value m_iterated;
    Iterator* m_iterator;
    int64_t m_index0 = -1;
    std::optional<int64_t> m_length;
    std::optional<Value> m_after, m_current, m_before, m_lastChanged;

public:
    int64_t depth0;
};

class Cycler : public Object {
public:
    explicit Cycler(Values values)
        : items(std::move(values))
    {
    }
    const char* typeName() const override { return "Cycler"; }
    Values items;
    size_t position = 0;
};

class Joiner : public Object {
public:
    explicit Joiner(Value text)
        : separator(std::move(text))
    {
    }
    const char* typeName() const override { return "Joiner"; }
    Value separator;
    bool used = false;
};

/// len(), or null for what has none.
std::optional<int64_t> lengthOf(Runtime& runtime, const Value& value);

} // namespace aha::jinja
