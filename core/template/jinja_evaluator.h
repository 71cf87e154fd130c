#pragma once
// Renders a parsed template.

#include "core/template/jinja_ast.h"
#include "core/template/jinja_objects.h"
#include "core/template/jinja_runtime.h"

#include <ctime>

namespace aha::jinja {

/// Code points of the output that {% generation %} blocks wrote, as transformers counts them: from what the template's
/// top level had written when the block began.
struct Span {
    int64_t begin = 0, end = 0;
};

/// The moment that strftime_now sees.
struct Now {
    std::tm time {};
    int microseconds = 0;
};

struct Rendering {
    std::string text;
    std::vector<Span> generated;
};

using Variables = std::vector<std::pair<std::string, Value>>;

/// Throws Problem.
Rendering render(const Template& tree, const Variables& variables, const Now& now, const RenderLimits& limits);

enum class Flow { Normal, Break, Continue };

/// One render. The expressions are in jinja_expressions.cpp.
class Evaluator : public Runtime {
public:
    Evaluator(const Template& tree, const Variables& variables, const Now& now, const RenderLimits& limits);
    Rendering run();
    Value call(const Value& callee, CallArgs args) override;
    /// Where it was when it failed.
    Position position() const { return m_position; }

private:
    Flow execute(const Body& body, Activation& frame);
    Flow execute(const Stmt& stmt, Activation& frame);
    Flow executeFor(const Stmt& stmt, Activation& frame);
    Flow iterate(const Stmt& stmt, Activation& frame, const Value& iterable, int64_t depth, std::optional<Value> self);
    Flow executeIf(const Stmt& stmt, Activation& frame);
    Flow executeSet(const Stmt& stmt, Activation& frame);
    Flow executeSetBlock(const Stmt& stmt, Activation& frame);
    void executeCallBlock(const Stmt& stmt, Activation& frame);
    void executeGeneration(const Stmt& stmt, Activation& frame);
    Value callMacro(const Macro& macro, CallArgs args);
    Value callRecursive(const Stmt& stmt, Activation& closure, const Value& iterable, int64_t depth);
    Iterator& filtered(const Stmt& stmt, Activation& frame, const Value& iterable);

    void enter(const Loads& loads, Activation& frame);
    void leave(const Loads& loads, Activation& frame);
    void assign(const Expr& target, Value value, Activation& frame);
    void requireNamespaces(const Expr& target, Activation& frame);
    Value assigned(const Expr& target, Activation& frame);

    Value evaluate(const Expr& expr, Activation& frame);
    Value evaluateCompare(const Expr& expr, Activation& frame);
    Value evaluateFilter(const Expr& expr, const Value* block, Activation& frame);
    Value evaluateCall(const Expr& expr, Activation& frame, std::optional<Value> caller = {});
    CallArgs arguments(const Expr& expr, Activation& frame);

    void write(std::string_view text);
    /// Runs `work` with its output caught.
    template <class Work> std::string captured(const Work& work)
    {
        std::string buffer;
        std::string* const outer = std::exchange(m_out, &buffer);
        try {
            work();
        } catch (...) {
            m_out = outer;
            throw;
        }
        m_out = outer;
        return buffer;
    }

    const Template& m_tree;
    std::unordered_map<std::string, Value> m_context;
    std::string m_root;
    std::string* m_out = &m_root;
    int64_t m_rootCodePoints = 0;
    uint64_t m_written = 0;
    std::vector<Span> m_generated;
    Position m_position;
};

/// range, dict, namespace, cycler, joiner, raise_exception, strftime_now, lipsum.
Variables globals(Runtime& runtime, const Now& now);

} // namespace aha::jinja
