// Expressions.

#include "core/template/jinja_access.h"
#include "core/template/jinja_evaluator.h"
#include "core/template/jinja_operators.h"
#include "core/template/jinja_strings.h"
#include "core/template/jinja_text.h"

namespace aha::jinja {

Value Evaluator::evaluate(const Expr& e, Activation& frame)
{
    const Deeper deeper(*this);
    meter.step();
    const auto item = [&](size_t index) { return evaluate(*e.items[index], frame); };
    switch (e.kind) {
    case ExprKind::Constant:
        return e.constant;
    case ExprKind::Name: {
        m_position = e.position;
        const std::optional<Value>& value = frame.at(e.slot);
        return value ? *value : Value::undefined("the variable " + e.name + " is undefined");
    }
    case ExprKind::NamespaceRef:
        break; // a target, never evaluated
    case ExprKind::Tuple:
    case ExprKind::List: {
        Values items;
        for (const ExprPtr& each : e.items)
            items.push_back(evaluate(*each, frame));
        return e.kind == ExprKind::List ? list(std::move(items)) : tuple(std::move(items));
    }
    case ExprKind::Dict: {
        std::vector<Dict::Entry> entries;
        for (size_t i = 0; i + 1 < e.items.size(); i += 2) {
            Value key = item(i);
            entries.emplace_back(std::move(key), item(i + 1));
        }
        m_position = e.position;
        return dict(std::move(entries));
    }
    case ExprKind::Conditional:
        if (truthy(item(0)))
            return item(1);
        if (e.items.size() > 2)
            return item(2);
        return Value::undefined(
            "the inline if of line " + std::to_string(e.position.line) + " was false and has no else");
    case ExprKind::Or: {
        Value left = item(0);
        return truthy(left) ? left : item(1);
    }
    case ExprKind::And: {
        Value left = item(0);
        return truthy(left) ? item(1) : left;
    }
    case ExprKind::Not:
        return Value(!truthy(item(0)));
    case ExprKind::Negative:
    case ExprKind::Positive: {
        const Value value = item(0);
        m_position = e.position;
        return e.kind == ExprKind::Negative ? negative(value) : positive(value);
    }
    case ExprKind::Compare:
        return evaluateCompare(e, frame);
    case ExprKind::Add:
    case ExprKind::Subtract:
    case ExprKind::Multiply:
    case ExprKind::Divide:
    case ExprKind::FloorDivide:
    case ExprKind::Modulo:
    case ExprKind::Power: {
        const Value left = item(0), right = item(1);
        m_position = e.position;
        return arithmetic(*this, e.kind, left, right);
    }
    case ExprKind::Concat: {
        std::string out;
        for (const ExprPtr& each : e.items) {
            const Value value = evaluate(*each, frame);
            out += value.isString() ? value.bytes() : str(*this, value);
            if (out.size() > meter.limits().liveBytes)
                fail(kLimit, "'~' makes too long a text");
        }
        return text(std::move(out));
    }
    case ExprKind::Attribute: {
        const Value object = item(0);
        m_position = e.position;
        return getAttribute(*this, object, e.name);
    }
    case ExprKind::Item: {
        const Value object = item(0), key = item(1);
        m_position = e.position;
        return getItem(*this, object, key);
    }
    case ExprKind::Slice: {
        const Value object = item(0);
        std::optional<Value> bounds[3];
        for (size_t i = 0; i < 3; ++i)
            if (e.items[i + 1])
                bounds[i] = item(i + 1);
        m_position = e.position;
        const auto bound = [&bounds](size_t i) { return bounds[i] ? &*bounds[i] : nullptr; };
        return getSlice(*this, object, bound(0), bound(1), bound(2));
    }
    case ExprKind::Call:
        return evaluateCall(e, frame);
    case ExprKind::Filter:
        return evaluateFilter(e, nullptr, frame);
    case ExprKind::Test: {
        const Value value = item(0);
        CallArgs args = arguments(e, frame);
        m_position = e.position;
        return Value(test(e.name, value, std::move(args)));
    }
    }
    return {};
}

Value Evaluator::evaluateCompare(const Expr& e, Activation& frame)
{
    Value left = evaluate(*e.items[0], frame);
    for (size_t i = 0; i < e.ops.size(); ++i) {
        Value right = evaluate(*e.items[i + 1], frame);
        m_position = e.position;
        if (!compare(*this, e.ops[i], left, right))
            return Value(false);
        left = std::move(right);
    }
    return Value(true);
}

CallArgs Evaluator::arguments(const Expr& e, Activation& frame)
{
    CallArgs args;
    for (const ExprPtr& argument : e.arguments)
        args.positional.push_back(evaluate(*argument, frame));
    for (const auto& [key, value] : e.named)
        args.named.emplace_back(key, evaluate(*value, frame));
    if (e.starArguments) {
        const Value more = evaluate(*e.starArguments, frame);
        for (Value& value : toValues(more))
            args.positional.push_back(std::move(value));
    }
    if (e.starNamed) {
        const Value more = evaluate(*e.starNamed, frame);
        if (!more.isDict())
            fail(kType, "** needs a dictionary, not a " + typeName(more));
        constexpr size_t kMaxNamed = 1000;
        if (more.dict().entries.size() > kMaxNamed)
            fail(kLimit, "a call with more than " + std::to_string(kMaxNamed) + " named arguments");
        for (const auto& [key, value] : more.dict().entries) {
            const std::string& name = textOf(key, "the name of an argument");
            for (const auto& earlier : args.named)
                if (earlier.first == name)
                    fail(kType, "the argument " + name + " is given twice");
            args.named.emplace_back(name, value);
        }
    }
    return args;
}

/// `block`: the text of a filter or set block, which the innermost of chained filters takes.
Value Evaluator::evaluateFilter(const Expr& e, const Value* block, Activation& frame)
{
    const Expr* inner = e.items[0].get();
    const Value value = !inner ? *block : block ? evaluateFilter(*inner, block, frame) : evaluate(*inner, frame);
    CallArgs args = arguments(e, frame);
    m_position = e.position;
    return filter(e.name, value, std::move(args));
}

Value Evaluator::evaluateCall(const Expr& e, Activation& frame, std::optional<Value> caller)
{
    const Value callee = evaluate(*e.items[0], frame);
    CallArgs args = arguments(e, frame);
    if (caller) {
        for (const auto& named : args.named)
            if (named.first == "caller")
                fail(kType, "the argument caller is given twice");
        args.named.emplace_back("caller", *caller);
    }
    m_position = e.position;
    return call(callee, std::move(args));
}

Value Evaluator::call(const Value& callee, CallArgs args)
{
    const Deeper deeper(*this);
    meter.step();
    if (callee.isUndefined())
        useOfUndefined(callee);
    if (const auto* macro = callee.as<Macro>())
        return callMacro(*macro, std::move(args));
    if (const auto* function = callee.as<Function>())
        return function->body(*this, args);
    if (auto* joiner = callee.as<Joiner>()) {
        Arguments("a joiner", args, {});
        return std::exchange(joiner->used, true) ? joiner->separator : text("");
    }
    if (auto* loop = callee.as<Loop>()) {
        Arguments a("loop()", args, { "iterable" });
        if (!loop->recurse)
            fail(kType, "loop() needs a loop marked recursive");
        return loop->recurse(a[0], loop->depth0 + 1);
    }
    fail(kType, "a " + typeName(callee) + " cannot be called");
}

} // namespace aha::jinja
