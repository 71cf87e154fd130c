// Statements.

#include "core/template/jinja_evaluator.h"

#include "core/template/jinja_operators.h"
#include "core/template/jinja_strings.h"
#include "core/template/jinja_text.h"

namespace aha::jinja {

Evaluator::Evaluator(const Template& tree, const Variables& variables, const Now& now, const RenderLimits& limits)
    : Runtime(limits)
    , m_tree(tree)
{
    for (auto& [name, value] : globals(*this, now))
        m_context.insert_or_assign(name, value);
    for (const auto& [name, value] : variables)
        m_context.insert_or_assign(name, value);
}

Rendering Evaluator::run()
{
    Activation& root = make<Activation>(nullptr, m_tree.slots);
    enter(m_tree.loads, root);
    execute(m_tree.body, root);
    return { std::move(m_root), std::move(m_generated) };
}

Rendering render(const Template& tree, const Variables& variables, const Now& now, const RenderLimits& limits)
{
    Evaluator evaluator(tree, variables, now, limits);
    try {
        return evaluator.run();
    } catch (Problem& problem) {
        if (problem.position.line == 0)
            problem.position = evaluator.position();
        throw;
    }
}

void Evaluator::write(std::string_view text)
{
    m_written += text.size();
    meter.step(int64_t(text.size() >> 6));
    if (m_written > meter.limits().outputBytes)
        fail(kLimit, "the template writes more than " + std::to_string(meter.limits().outputBytes >> 20) + " MiB");
    m_out->append(text);
    if (m_out == &m_root && m_tree.marksGeneration)
        m_rootCodePoints += codePoints(text);
}

void Evaluator::enter(const Loads& loads, Activation& frame)
{
    for (const Load& load : loads) {
        std::optional<Value>& slot = frame.at(load.slot);
        switch (load.how) {
        case Load::How::Parameter:
            break;
        case Load::How::Undefined:
            slot.reset();
            break;
        case Load::How::Alias:
            slot = frame.at(load.source);
            break;
        case Load::How::Resolve: {
            const auto found = m_context.find(load.name);
            slot = found == m_context.end() ? std::nullopt : std::optional<Value>(found->second);
            break;
        }
        }
    }
}

void Evaluator::leave(const Loads& loads, Activation& frame)
{
    for (const Load& load : loads)
        frame.at(load.slot).reset();
}

void Evaluator::assign(const Expr& target, Value value, Activation& frame)
{
    if (target.kind == ExprKind::Name) {
        frame.at(target.slot) = std::move(value);
        return;
    }
    m_position = target.position;
    if (target.kind == ExprKind::NamespaceRef) {
        const std::optional<Value>& held = frame.at(target.slot);
        auto* names = held ? held->as<Namespace>() : nullptr;
        if (!names)
            fail(kType, target.name + " is no namespace, so ." + target.attribute + " cannot be set");
        meter.step(int64_t(names->attributes.size() >> 2));
        names->set(target.attribute, std::move(value));
        return;
    }
    const Values parts = toValues(value);
    if (value.isUndefined())
        useOfUndefined(value);
    if (parts.size() != target.items.size())
        fail(kType, std::to_string(parts.size()) + " values for " + std::to_string(target.items.size()) + " names");
    for (size_t i = 0; i < parts.size(); ++i)
        assign(*target.items[i], parts[i], frame);
}

/// What a target holds, as the filter of a loop hands it on.
Value Evaluator::assigned(const Expr& target, Activation& frame)
{
    if (target.kind == ExprKind::Name)
        return frame.at(target.slot).value_or(Value());
    Values parts;
    for (const ExprPtr& item : target.items)
        parts.push_back(assigned(*item, frame));
    return tuple(std::move(parts));
}

void Evaluator::requireNamespaces(const Expr& target, Activation& frame)
{
    if (target.kind == ExprKind::NamespaceRef) {
        m_position = target.position;
        const std::optional<Value>& held = frame.at(target.slot);
        if (!held || !held->as<Namespace>())
            fail(kType, target.name + " is no namespace, so ." + target.attribute + " cannot be set");
    }
    for (const ExprPtr& item : target.items)
        requireNamespaces(*item, frame);
}

Flow Evaluator::execute(const Body& body, Activation& frame)
{
    for (const StmtPtr& stmt : body)
        if (const Flow flow = execute(*stmt, frame); flow != Flow::Normal)
            return flow;
    return Flow::Normal;
}

Flow Evaluator::execute(const Stmt& s, Activation& frame)
{
    const Deeper deeper(*this);
    meter.step();
    m_position = s.position;
    switch (s.kind) {
    case StmtKind::Output:
        for (const ExprPtr& output : s.outputs) {
            if (output->kind == ExprKind::Constant && output->constant.isString())
                write(output->constant.bytes());
            else
                write(str(*this, evaluate(*output, frame)));
        }
        return Flow::Normal;
    case StmtKind::For:
        return executeFor(s, frame);
    case StmtKind::If:
        return executeIf(s, frame);
    case StmtKind::Macro:
        frame.at(s.slot) = Value(make<Macro>(s, &frame));
        return Flow::Normal;
    case StmtKind::CallBlock:
        executeCallBlock(s, frame);
        return Flow::Normal;
    case StmtKind::Generation:
        executeGeneration(s, frame);
        return Flow::Normal;
    case StmtKind::FilterBlock: {
        enter(s.loads, frame);
        Flow flow = Flow::Normal;
        std::string body = captured([&] { flow = execute(s.body, frame); });
        if (flow == Flow::Normal) { // break and continue leave the block behind
            const Value block = text(std::move(body));
            write(str(*this, evaluateFilter(*s.filter, &block, frame)));
            leave(s.loads, frame);
        }
        return flow;
    }
    case StmtKind::With: {
        enter(s.loads, frame);
        for (size_t i = 0; i < s.targets.size(); ++i)
            assign(*s.targets[i], evaluate(*s.values[i], frame), frame);
        const Flow flow = execute(s.body, frame);
        if (flow == Flow::Normal)
            leave(s.loads, frame);
        return flow;
    }
    case StmtKind::Set:
        return executeSet(s, frame);
    case StmtKind::SetBlock:
        return executeSetBlock(s, frame);
    case StmtKind::Break:
        return Flow::Break;
    case StmtKind::Continue:
        return Flow::Continue;
    }
    return Flow::Normal;
}

Flow Evaluator::executeIf(const Stmt& s, Activation& frame)
{
    if (truthy(evaluate(*s.test, frame)))
        return execute(s.body, frame);
    for (const StmtPtr& branch : s.elifs)
        if (truthy(evaluate(*branch->test, frame)))
            return execute(branch->body, frame);
    return execute(s.orElse, frame);
}

Flow Evaluator::executeSet(const Stmt& s, Activation& frame)
{
    requireNamespaces(*s.target, frame);
    assign(*s.target, evaluate(*s.value, frame), frame);
    return Flow::Normal;
}

Flow Evaluator::executeSetBlock(const Stmt& s, Activation& frame)
{
    enter(s.loads, frame);
    Flow flow = Flow::Normal;
    Value value = text(captured([&] { flow = execute(s.body, frame); }));
    if (flow != Flow::Normal)
        return flow;
    if (s.filter)
        value = evaluateFilter(*s.filter, &value, frame);
    assign(*s.target, std::move(value), frame);
    leave(s.loads, frame);
    return flow;
}

// Loops --------------------------------------------------------------------------------------------------------------

Iterator& Evaluator::filtered(const Stmt& s, Activation& frame, const Value& iterable)
{
    // A generator: it reads on, and tests, only when the loop asks.
    Activation& own = make<Activation>(&frame, s.testFunction.slots);
    return make<Iterator>(
        [this, &s, &own, iterable, source = (Iterator*)nullptr](Runtime&) mutable -> std::optional<Value> {
            const Deeper deeper(*this);
            if (!source) {
                enter(s.testFunction.loads, own);
                source = &Runtime::iterate(iterable);
            }
            while (std::optional<Value> item = source->next(*this)) {
                assign(*s.testTarget, std::move(*item), own);
                if (truthy(evaluate(*s.test, own)))
                    return assigned(*s.testTarget, own);
            }
            return std::nullopt;
        },
        Iterator::depthOver(iterable));
}

Flow Evaluator::executeFor(const Stmt& s, Activation& frame)
{
    const Value iterable = evaluate(*s.value, frame);
    if (!s.recursive)
        return iterate(s, frame, iterable, 0, {});
    write(str(*this, callRecursive(s, frame, iterable, 0)));
    return Flow::Normal;
}

Value Evaluator::callRecursive(const Stmt& s, Activation& closure, const Value& iterable, int64_t depth)
{
    const Deeper deeper(*this);
    Activation& own = make<Activation>(&closure, s.function.slots);
    return text(captured([&] { iterate(s, own, iterable, depth, Value()); }));
}

/// `frame` is that of the loop's function; `self` is set in a recursive loop.
Flow Evaluator::iterate(
    const Stmt& s, Activation& frame, const Value& iterable, int64_t depth, std::optional<Value> self)
{
    // The filter's function belongs to the function around the loop.
    Activation& around = self ? *frame.outer : frame;
    Iterator& iterator = s.test ? filtered(s, around, iterable) : Runtime::iterate(iterable);
    Loop* loop = nullptr;
    if (s.extended) {
        loop = &make<Loop>(s.test ? Value(iterator) : iterable, iterator, depth);
        if (self)
            loop->recurse
                = [this, &s, &around](const Value& inner, int64_t at) { return callRecursive(s, around, inner, at); };
        frame.at(s.loopSlot).reset();
    }
    bool untouched = true;
    for (;;) {
        m_position = s.position;
        std::optional<Value> item = loop ? loop->next(*this) : iterator.next(*this);
        if (!item)
            break;
        assign(*s.target, std::move(*item), frame);
        if (loop)
            frame.at(s.loopSlot) = Value(*loop);
        enter(s.loads, frame);
        const Flow flow = execute(s.body, frame);
        if (flow == Flow::Break)
            break;
        // As in jinja2: a pass that ends by continue does not count, else may still run.
        if (flow == Flow::Normal)
            untouched = false;
    }
    leave(s.loads, frame);
    Flow flow = Flow::Normal;
    if (untouched && !s.orElse.empty()) {
        enter(s.elseLoads, frame);
        flow = execute(s.orElse, frame);
        leave(s.elseLoads, frame);
    }
    return flow;
}

// Macros -------------------------------------------------------------------------------------------------------------

void Evaluator::executeCallBlock(const Stmt& s, Activation& frame)
{
    const Value caller(make<Macro>(s, &frame));
    write(str(*this, evaluateCall(*s.value, frame, caller)));
}

void Evaluator::executeGeneration(const Stmt& s, Activation& frame)
{
    const Value body = callMacro(make<Macro>(s, &frame), {});
    m_generated.push_back({ m_rootCodePoints, m_rootCodePoints + codePoints(body.bytes()) });
    write(body.bytes());
}

Value Evaluator::callMacro(const Macro& macro, CallArgs args)
{
    const Deeper deeper(*this);
    const Stmt& s = macro.stmt;
    const FunctionInfo& info = s.function;
    const std::string name = s.kind == StmtKind::Macro ? "the macro " + s.name : "the caller of a call block";
    Activation& own = make<Activation>(macro.closure, info.slots);
    const auto takeNamed = [&args](const std::string& key) -> std::optional<Value> {
        for (auto it = args.named.begin(); it != args.named.end(); ++it)
            if (it->first == key) {
                Value value = std::move(it->second);
                args.named.erase(it);
                return value;
            }
        return std::nullopt;
    };
    const size_t count = info.parameters.size(), given = std::min(args.positional.size(), count);
    bool foundCaller = given == count && info.explicitCaller;
    for (size_t i = 0; i < count; ++i) {
        own.at(info.parameterSlots[i]) = i < given ? args.positional[i] : takeNamed(info.parameters[i]);
        foundCaller = foundCaller || (i >= given && info.parameters[i] == "caller");
    }
    if (info.usesCaller && !foundCaller)
        own.at(info.caller) = takeNamed("caller").value_or(Value::undefined("no caller is defined"));
    if (info.usesKwargs) {
        std::vector<Dict::Entry> entries;
        for (auto& [key, value] : args.named)
            entries.emplace_back(text(key), std::move(value));
        own.at(info.kwargs) = dict(std::move(entries));
    } else if (!args.named.empty()) {
        fail(kType, name + " has no argument " + args.named.front().first);
    }
    if (info.usesVarargs)
        own.at(info.varargs) = tuple({ args.positional.begin() + int64_t(given), args.positional.end() });
    else if (args.positional.size() > count)
        fail(kType, name + " takes at most " + std::to_string(count) + " arguments");

    enter(info.loads, own);
    const size_t required = count - s.values.size();
    std::string body = captured([&] {
        for (size_t i = 0; i < count; ++i) {
            std::optional<Value>& slot = own.at(info.parameterSlots[i]);
            if (slot)
                continue;
            if (i < required)
                slot = Value::undefined("the argument " + info.parameters[i] + " of " + name + " was not given");
            else
                slot = evaluate(*s.values[i - required], own);
        }
        execute(s.body, own);
    });
    return text(std::move(body));
}

} // namespace aha::jinja
