#pragma once
// A parsed template. One struct for expressions and one for statements: the resolver of names walks both generically,
// in the order jinja2 declares their fields.

#include "core/template/jinja_value.h"

namespace aha::jinja {

struct Expr;
struct Stmt;
using ExprPtr = std::unique_ptr<Expr>;
using StmtPtr = std::unique_ptr<Stmt>;
using Exprs = std::vector<ExprPtr>;
using Body = std::vector<StmtPtr>;

/// Where a variable lives: in the activation of the function `hops` further out, at `slot`.
struct SlotRef {
    int hops = -1; ///< -1: not resolved
    int slot = 0;
};

/// What a scope does with a variable when it is entered (jinja2's idtracking).
struct Load {
    enum class How { Parameter, Resolve, Alias, Undefined } how;
    SlotRef slot; ///< hops 0
    std::string name; ///< Resolve: of the context
    SlotRef source; ///< Alias: the outer variable
};
using Loads = std::vector<Load>;

enum class ExprKind {
    Constant,
    Name,
    NamespaceRef,
    Tuple,
    List,
    Dict, // Dict: items are key, value, key, value, …
    Conditional, // items: test, then, else?
    Or,
    And,
    Not,
    Negative,
    Positive,
    Compare, // items[0], then one operand per entry of `ops`
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
    Power,
    Concat,
    Attribute, // items[0].name
    Item, // items[0][items[1]]
    Slice, // items: object, start?, stop?, step?
    Call, // items[0] is called
    Filter, // items[0] may be null in a filter block
    Test,
};
enum class Use { Load, Store, Parameter };

struct Expr {
    ExprKind kind = ExprKind::Constant;
    Position position;
    Use use = Use::Load; ///< Name, Tuple
    std::string name; ///< Name, Attribute, Filter, Test; NamespaceRef: the namespace
    std::string attribute; ///< NamespaceRef
    Value constant;
    Exprs items;
    std::vector<std::string> ops; ///< Compare
    Exprs arguments; ///< Call, Filter, Test
    std::vector<std::pair<std::string, ExprPtr>> named;
    ExprPtr starArguments, starNamed;
    SlotRef slot;
    int depth = 1;
};

enum class StmtKind {
    Output,
    For,
    If,
    Macro,
    CallBlock,
    Generation,
    FilterBlock,
    With,
    Set,
    SetBlock,
    Break,
    Continue
};

/// A function that templates can enter more than once: macro, call block, recursive loop, loop filter.
struct FunctionInfo {
    std::vector<std::string> parameters; ///< macros: names in order
    std::vector<SlotRef> parameterSlots;
    int slots = 0; ///< variables of an activation
    Loads loads;
    bool usesCaller = false, usesKwargs = false, usesVarargs = false, explicitCaller = false;
    SlotRef caller, kwargs, varargs;
};

struct Stmt {
    StmtKind kind = StmtKind::Output;
    Position position;
    std::string name; ///< Macro
    Exprs outputs; ///< Output: template text is a Constant
    ExprPtr target, value,
        test; ///< For: value is what is iterated; Set, SetBlock: target, value; CallBlock: value is the call
    ExprPtr testTarget; ///< For with a test: the target again, as the filter function sees it
    ExprPtr filter; ///< FilterBlock, SetBlock
    Exprs targets, values; ///< With; Macro, CallBlock: parameters and defaults of the last ones
    Body body, orElse; ///< If: orElse is the else branch
    std::vector<StmtPtr> elifs; ///< If statements of their own
    bool recursive = false; ///< For
    bool extended = false; ///< For: the body uses `loop`
    Loads loads, elseLoads; ///< what entering the body does
    SlotRef slot; ///< Macro: its name
    SlotRef loopSlot; ///< For
    FunctionInfo function; ///< Macro, CallBlock, Generation; For: the recursive function
    FunctionInfo testFunction; ///< For with a test
};

struct Template {
    Body body;
    int slots = 0;
    Loads loads;
    bool marksGeneration = false; ///< has {% generation %}
    std::string source;
};

/// Parses and resolves. Problems: template_syntax, template_unsupported, template_limit.
std::shared_ptr<const Template> parseTemplate(std::string_view source);

/// The parser's half of it.
Template parseSyntax(std::string_view source);
/// The resolver's: gives every name its slot and every scope its loads.
void resolveNames(Template& tree);

} // namespace aha::jinja
