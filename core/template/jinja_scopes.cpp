// Which variable a name means. jinja2 compiles templates to Python functions and decides this while compiling
// (idtracking.py, compiler.py); the outcome differs from a plain chain of scopes, so the same rules are applied here:
//
// - Every scope (template, loop body, loop else, loop filter, macro, call block, set block, filter block, with) is a
//   level. A name is read from the nearest level that knows it: one that stores it, or that read it from the context.
// - A scope that stores a name which an outer one knows begins with a copy of it, and the outer one stays as it is.
// - `if` is no scope. A name stored in a branch only is looked up in the context (or outside) before.
// - A name that a scope stores without having read it before is undefined until then, even for inner scopes.
// - Macros, call blocks, {% generation %}, loop filters and recursive loops are functions: their variables are their
// own,
//   those of outer functions are seen as they are at the time of the call.

#include "core/template/jinja_ast.h"
#include "core/template/jinja_filters.h"
#include "core/template/jinja_tests.h"

#include <functional>
#include <map>
#include <set>

namespace aha::jinja {

namespace {

using NameVisitor = std::function<void(Expr&)>;

void visitNames(Expr* expr, const NameVisitor& visit)
{
    if (!expr)
        return;
    if (expr->kind == ExprKind::Name || expr->kind == ExprKind::NamespaceRef)
        visit(*expr);
    for (const ExprPtr& item : expr->items)
        visitNames(item.get(), visit);
    for (const ExprPtr& argument : expr->arguments)
        visitNames(argument.get(), visit);
    for (const auto& named : expr->named)
        visitNames(named.second.get(), visit);
    visitNames(expr->starArguments.get(), visit);
    visitNames(expr->starNamed.get(), visit);
}

void visitNames(const Body& body, const NameVisitor& visit);

/// Everything below a statement, in the order of jinja2's fields.
void visitNames(Stmt& s, const NameVisitor& visit)
{
    const auto all = [&visit](const Exprs& exprs) {
        for (const ExprPtr& expr : exprs)
            visitNames(expr.get(), visit);
    };
    all(s.outputs);
    if (s.kind == StmtKind::For) {
        visitNames(s.target.get(), visit);
        visitNames(s.value.get(), visit);
        visitNames(s.body, visit);
        visitNames(s.orElse, visit);
        visitNames(s.test.get(), visit);
        return;
    }
    if (s.kind == StmtKind::FilterBlock) {
        visitNames(s.body, visit);
        visitNames(s.filter.get(), visit);
        return;
    }
    visitNames(s.test.get(), visit);
    visitNames(s.target.get(), visit);
    visitNames(s.filter.get(), visit);
    visitNames(s.value.get(), visit);
    all(s.targets);
    all(s.values);
    visitNames(s.body, visit);
    for (const StmtPtr& branch : s.elifs)
        visitNames(*branch, visit);
    visitNames(s.orElse, visit);
}

void visitNames(const Body& body, const NameVisitor& visit)
{
    for (const StmtPtr& stmt : body)
        visitNames(*stmt, visit);
}

/// Those of `names` that `body` reads before it stores them.
std::set<std::string> undeclared(const Body& body, std::set<std::string> names)
{
    std::set<std::string> found;
    visitNames(body, [&](Expr& name) {
        if (name.kind != ExprKind::Name)
            return;
        if (name.use == Use::Load && names.count(name.name))
            found.insert(name.name);
        else if (name.use != Use::Load)
            names.erase(name.name);
    });
    return found;
}

/// What one scope knows. A variable is its name and the level that owns it.
class Symbols {
public:
    explicit Symbols(const Symbols* parent)
        : m_parent(parent)
        , m_level(parent ? parent->m_level + 1 : 0)
    {
    }
    struct Origin {
        Load::How how;
        int outerLevel = 0;
    };

    int level() const { return m_level; }
    /// Level that owns `name`, or -1.
    int find(const std::string& name) const
    {
        for (const Symbols* s = this; s; s = s->m_parent)
            if (s->m_known.count(name))
                return s->m_level;
        return -1;
    }
    void store(const std::string& name)
    {
        m_stores.insert(name);
        if (m_known.count(name))
            return;
        const int outer = m_parent ? m_parent->find(name) : -1;
        define(name, outer >= 0 ? Origin { Load::How::Alias, outer } : Origin { Load::How::Undefined });
    }
    void declareParameter(const std::string& name)
    {
        m_stores.insert(name);
        define(name, { Load::How::Parameter });
    }
    void load(const std::string& name)
    {
        if (find(name) < 0)
            define(name, { Load::How::Resolve });
    }
    void join(const std::vector<Symbols>& branches)
    {
        std::set<std::string> stored;
        for (const Symbols& branch : branches)
            for (const std::string& name : branch.m_stores)
                if (!m_stores.count(name))
                    stored.insert(name);
        for (const Symbols& branch : branches) {
            m_known.insert(branch.m_known.begin(), branch.m_known.end());
            for (const auto& [name, origin] : branch.m_loads)
                m_loads.insert_or_assign(name, origin);
            m_stores.insert(branch.m_stores.begin(), branch.m_stores.end());
        }
        for (const std::string& name : stored) {
            const int outer = m_parent ? m_parent->find(name) : -1;
            m_loads.insert_or_assign(
                name, outer >= 0 ? Origin { Load::How::Alias, outer } : Origin { Load::How::Resolve });
        }
    }
    const std::map<std::string, Origin>& loads() const { return m_loads; }

    // What a scope's own statements read and store; bodies of inner scopes are left out.
    void study(const Body& body)
    {
        for (const StmtPtr& stmt : body)
            study(*stmt);
    }
    void study(Expr* expr)
    {
        visitNames(expr, [this](Expr& name) {
            if (name.kind == ExprKind::NamespaceRef || name.use == Use::Load)
                load(name.name);
            else if (name.use == Use::Store)
                store(name.name);
            else
                declareParameter(name.name);
        });
    }
    void study(const Exprs& exprs)
    {
        for (const ExprPtr& expr : exprs)
            study(expr.get());
    }
    void declareTarget(Expr* target)
    {
        visitNames(target, [this](Expr& name) { declareParameter(name.name); });
    }

private:
    void define(const std::string& name, Origin origin)
    {
        m_known.insert(name);
        m_loads.insert_or_assign(name, origin);
    }
    void study(Stmt& s)
    {
        switch (s.kind) {
        case StmtKind::Output:
            study(s.outputs);
            break;
        case StmtKind::For:
            study(s.value.get());
            break;
        case StmtKind::If: {
            study(s.test.get());
            std::vector<Symbols> branches(3, *this);
            branches[0].study(s.body);
            for (const StmtPtr& branch : s.elifs)
                branches[1].study(*branch);
            branches[2].study(s.orElse);
            join(branches);
            break;
        }
        case StmtKind::Macro:
            store(s.name);
            break;
        case StmtKind::CallBlock:
            study(s.value.get());
            break;
        case StmtKind::FilterBlock:
            study(s.filter.get());
            break;
        case StmtKind::With:
            study(s.values);
            break;
        case StmtKind::Set:
            study(s.value.get());
            study(s.target.get());
            break;
        case StmtKind::SetBlock:
            study(s.target.get());
            break;
        case StmtKind::Generation:
        case StmtKind::Break:
        case StmtKind::Continue:
            break;
        }
    }

    const Symbols* m_parent;
    int m_level;
    std::set<std::string> m_known, m_stores;
    std::map<std::string, Origin> m_loads;
};

/// A Python function to be: owns the variables of all levels from its first on.
struct Function {
    Function* parent = nullptr;
    int firstLevel = 0;
    std::map<std::pair<int, std::string>, int> slots;
};

/// Where statements stand.
struct Frame {
    Symbols& symbols;
    Function& function;
    bool soft = false; ///< in a branch: unknown filters fail only when they are reached
    bool inLoop = false;
};

class Resolver {
public:
    void run(Template& tree)
    {
        Function root;
        Symbols symbols(nullptr);
        symbols.study(tree.body);
        for (const std::string& name : undeclared(tree.body, { "self", "super" }))
            fail(kUnsupported, "the variable " + name + " (template inheritance)");
        Frame frame { symbols, root };
        resolve(tree.body, frame);
        tree.loads = loads(symbols, root);
        tree.slots = int(root.slots.size());
    }

private:
    SlotRef slotOf(Function& function, int level, const std::string& name)
    {
        SlotRef ref { 0, 0 };
        Function* owner = &function;
        for (; owner->firstLevel > level; owner = owner->parent)
            ++ref.hops;
        ref.slot = owner->slots.emplace(std::make_pair(level, name), int(owner->slots.size())).first->second;
        return ref;
    }
    SlotRef slotOf(const Frame& frame, const std::string& name, Position position)
    {
        const int level = frame.symbols.find(name);
        if (level < 0)
            fail(kUnsupported, "the variable " + name + " in the filter of a set block", position);
        return slotOf(frame.function, level, name);
    }
    Loads loads(const Symbols& symbols, Function& function)
    {
        Loads all;
        for (const auto& [name, origin] : symbols.loads()) {
            Load load { origin.how, slotOf(function, symbols.level(), name), {}, {} };
            if (origin.how == Load::How::Resolve)
                load.name = name;
            else if (origin.how == Load::How::Alias)
                load.source = slotOf(function, origin.outerLevel, name);
            all.push_back(std::move(load));
        }
        return all;
    }

    void resolve(const Exprs& exprs, const Frame& frame)
    {
        for (const ExprPtr& expr : exprs)
            resolve(expr.get(), frame);
    }
    void resolve(Expr* expr, const Frame& frame)
    {
        if (!expr)
            return;
        Frame inner = frame;
        if (expr->kind == ExprKind::Conditional)
            inner.soft = true;
        else if (expr->kind == ExprKind::Name || expr->kind == ExprKind::NamespaceRef)
            expr->slot = slotOf(frame, expr->name, expr->position);
        else if (expr->kind == ExprKind::Filter && !frame.soft && !isFilter(expr->name))
            fail(kSyntax, "there is no filter " + expr->name, expr->position);
        else if (expr->kind == ExprKind::Test && !frame.soft && !isTest(expr->name))
            fail(kSyntax, "there is no test " + expr->name, expr->position);
        resolve(expr->items, inner);
        resolve(expr->arguments, inner);
        for (const auto& named : expr->named)
            resolve(named.second.get(), inner);
        resolve(expr->starArguments.get(), inner);
        resolve(expr->starNamed.get(), inner);
    }

    void resolve(const Body& body, const Frame& frame)
    {
        for (const StmtPtr& stmt : body)
            resolve(*stmt, frame);
    }
    void resolve(Stmt& s, const Frame& frame)
    {
        switch (s.kind) {
        case StmtKind::Output:
            resolve(s.outputs, frame);
            break;
        case StmtKind::For:
            resolveFor(s, frame);
            break;
        case StmtKind::If: {
            Frame soft = frame;
            soft.soft = true;
            resolve(s.test.get(), soft);
            resolve(s.body, soft);
            for (const StmtPtr& branch : s.elifs)
                resolve(*branch, soft);
            resolve(s.orElse, soft);
            break;
        }
        case StmtKind::Macro:
            resolveFunction(s, frame);
            s.slot = slotOf(frame, s.name, s.position);
            break;
        case StmtKind::CallBlock:
            resolveFunction(s, frame);
            resolve(s.value.get(), frame);
            break;
        case StmtKind::Generation:
            resolveFunction(s, frame);
            break;
        case StmtKind::FilterBlock: {
            Symbols symbols(&frame.symbols);
            symbols.study(s.body);
            symbols.study(s.filter.get());
            Frame inner { symbols, frame.function, false, frame.inLoop };
            resolve(s.body, inner);
            resolve(s.filter.get(), inner);
            s.loads = loads(symbols, frame.function);
            break;
        }
        case StmtKind::With: {
            Symbols symbols(&frame.symbols);
            symbols.study(s.targets);
            symbols.study(s.body);
            Frame inner { symbols, frame.function, false, frame.inLoop };
            resolve(s.targets, inner);
            resolve(s.values, frame);
            resolve(s.body, inner);
            s.loads = loads(symbols, frame.function);
            break;
        }
        case StmtKind::Set:
            resolve(s.target.get(), frame);
            resolve(s.value.get(), frame);
            break;
        case StmtKind::SetBlock: {
            Symbols symbols(&frame.symbols);
            symbols.study(s.body);
            Frame inner { symbols, frame.function, false, frame.inLoop };
            resolve(s.body, inner);
            resolve(s.filter.get(), inner);
            resolve(s.target.get(), frame);
            s.loads = loads(symbols, frame.function);
            break;
        }
        case StmtKind::Break:
        case StmtKind::Continue:
            if (!frame.inLoop)
                fail(kSyntax,
                    s.kind == StmtKind::Break ? "{% break %} outside of a loop" : "{% continue %} outside of a loop",
                    s.position);
            break;
        }
    }

    void resolveFor(Stmt& s, const Frame& frame)
    {
        visitNames(s, [](Expr& name) {
            if (name.kind == ExprKind::Name && name.use == Use::Store && name.name == "loop")
                fail(kSyntax, "the variable loop cannot be assigned to in a loop", name.position);
        });
        resolve(s.value.get(), frame);
        Symbols bodySymbols(&frame.symbols), elseSymbols(&frame.symbols);
        Function own { &frame.function, bodySymbols.level(), {} };
        Function& function = s.recursive ? own : frame.function;
        s.extended = s.recursive || !undeclared(s.body, { "loop" }).empty();
        if (s.extended)
            bodySymbols.declareParameter("loop");
        bodySymbols.declareTarget(s.target.get());
        bodySymbols.study(s.body);
        elseSymbols.study(s.orElse);
        if (s.test) {
            Symbols testSymbols(&frame.symbols);
            testSymbols.declareTarget(s.testTarget.get());
            testSymbols.study(s.test.get());
            Function filter { &frame.function, testSymbols.level(), {} };
            Frame inner { testSymbols, filter };
            resolve(s.testTarget.get(), inner);
            resolve(s.test.get(), inner);
            s.testFunction.loads = loads(testSymbols, filter);
            s.testFunction.slots = int(filter.slots.size());
        }
        Frame inner { bodySymbols, function, false, true };
        if (s.extended)
            s.loopSlot = slotOf(inner, "loop", s.position);
        resolve(s.target.get(), inner);
        resolve(s.body, inner);
        resolve(s.orElse, Frame { elseSymbols, function, false, !s.recursive && frame.inLoop });
        s.loads = loads(bodySymbols, function);
        s.elseLoads = loads(elseSymbols, function);
        s.function.slots = int(own.slots.size());
    }

    /// Macro, call block, {% generation %}.
    void resolveFunction(Stmt& s, const Frame& frame)
    {
        Symbols symbols(&frame.symbols);
        const auto study = [&] {
            symbols.study(s.targets);
            symbols.study(s.values);
            symbols.study(s.body);
        };
        study();
        FunctionInfo& info = s.function;
        const std::set<std::string> special = undeclared(s.body, { "caller", "kwargs", "varargs" });
        const auto parameter = [&](const char* name) {
            for (size_t i = 0; i < info.parameters.size(); ++i)
                if (info.parameters[i] == name)
                    return int(i);
            return -1;
        };
        info.explicitCaller = parameter("caller") >= 0;
        if (special.count("caller")) {
            if (const int index = parameter("caller"); index < 0)
                symbols.declareParameter("caller");
            else if (index < int(info.parameters.size() - s.values.size()))
                fail(kSyntax, "the parameter caller of a macro needs a default", s.position);
            info.usesCaller = true;
        }
        info.usesKwargs = special.count("kwargs") && parameter("kwargs") < 0;
        info.usesVarargs = special.count("varargs") && parameter("varargs") < 0;
        if (info.usesKwargs)
            symbols.declareParameter("kwargs");
        if (info.usesVarargs)
            symbols.declareParameter("varargs");
        study();

        Function function { &frame.function, symbols.level(), {} };
        Frame inner { symbols, function };
        for (const std::string& name : info.parameters)
            info.parameterSlots.push_back(slotOf(inner, name, s.position));
        if (info.usesCaller)
            info.caller = slotOf(inner, "caller", s.position);
        if (info.usesKwargs)
            info.kwargs = slotOf(inner, "kwargs", s.position);
        if (info.usesVarargs)
            info.varargs = slotOf(inner, "varargs", s.position);
        resolve(s.targets, inner);
        resolve(s.values, inner);
        resolve(s.body, inner);
        info.loads = loads(symbols, function);
        info.slots = int(function.slots.size());
    }
};

} // namespace

void resolveNames(Template& tree) { Resolver().run(tree); }

} // namespace aha::jinja
